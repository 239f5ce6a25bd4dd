// The widget in an iframe, and every block of HTML in the documents: what a site owner copies is what runs here.

import type { Page } from '@playwright/test';
import { block } from '../pages/document.ts';
import { expect, test } from '../pages/journey.ts';
import { Widget, scored } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

const LOADER = block('docs/embedding.md', 'An element', 0);
const FRAME = block('docs/embedding.md', 'An iframe', 0);
const LISTENER = block('docs/embedding.md', 'An iframe', 1);

/** Those that show a card, and its theme. */
const CARDS: [what: string, code: string, theme: string][] = [
  ['one line of the README', block('README.md', 'Put it on your page', 0), 'auto'],
  ['element of the README', block('README.md', 'Put it on your page', 1), 'dark'],
  ['one line of the docs', block('docs/embedding.md', 'One line'), 'auto'],
  ['element of the docs', LOADER, 'auto'],
  ['one line of the package', block('npm/README.md', 'Without a bundle'), 'auto'],
];

/** A block of the docs with our hosts in it. */
function filled(code: string, { site, exchange }: Pick<Of, 'site' | 'exchange'>, query = ''): string {
  return code
    .replaceAll('https://HOST/v1/', `${site.url}/`)
    .replace(/<script async src="[^"]*"/, `$& data-proxy="${exchange.url}"`)
    .replace('<tao-conviction ', `<tao-conviction proxy="${exchange.url}" `)
    .replace('?embed&amp;', `?embed&amp;proxy=${encodeURIComponent(exchange.url)}${query}&amp;`);
}

/** A post with the docs' iframe in it; `around` stands before it. */
async function openFrame({ page, blog, site, exchange }: Pick<Of, 'page' | 'blog' | 'site' | 'exchange'>, { query = '', around = '', style = '' } = {}): Promise<Widget> {
  await page.goto(blog.show('/post', `${around}${filled(FRAME, { site, exchange }, query)}`, style));
  return new Widget(page.frameLocator('#tao').locator('tao-conviction'));
}

const height = (page: Page): Promise<number> => page.locator('#tao').evaluate((frame) => frame.getBoundingClientRect().height);

for (const [what, code, theme] of CARDS) {
  test(`the ${what} shows a card`, async ({ page, blog, site, exchange }) => {
    await page.goto(blog.show('/post', filled(code, { site, exchange })));
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await expect(widget.root).toHaveAttribute('data-layout', 'card');
    await expect(widget.root).toHaveAttribute('data-theme', theme);
    await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeHidden();
  });
}

test('the watchlist of the docs has a row for each asset, in the height that it names', async ({ page, blog, site, exchange }) => {
  await page.goto(blog.show('/post', filled(LOADER.split('\n')[0] + block('docs/embedding.md', 'A watchlist'), { site, exchange })));
  const widget = new Widget(page.locator('tao-conviction'));
  await expect(widget.part('row').locator('[part~=score]').filter({ hasText: /\d/ })).toHaveCount(4);
  const symbols = await widget.part('row').locator('[part~=symbol]').allInnerTexts();
  expect(symbols.sort()).toEqual(['BTC', 'ETH', 'FET', 'TAO']);
  expect(await widget.element.evaluate((element) => element.getBoundingClientRect().height)).toBe(408);
});

test('the iframe shows the card alone, and only its part is loaded', async ({ page, blog, site, exchange }) => {
  const widget = await openFrame({ page, blog, site, exchange });
  await widget.is('live');
  const own = await widget.assessment();
  await expect(widget.part('score')).toHaveText(scored(own.conviction!));
  const frame = page.frameLocator('#tao');
  // Text of the page's own would be here; the widget's is in its shadow root.
  expect(await frame.locator('body').innerText()).toBe('');
  await expect(frame.locator('h1, h2, pre, #theme, #sample, #method')).toHaveCount(0);
  expect(site.requests.filter((path) => path.includes('panel'))).toEqual([]);
  // Nothing is cut off, and nothing scrolls.
  const [inside, room] = await frame.locator('html').evaluate((root) => [root.scrollHeight, innerHeight]);
  expect([inside, await frame.locator('html').evaluate((root) => root.scrollWidth)]).toEqual([room, 400]);
});

test('attributes follow in the address, and without sources the frame says why and shows no simulated candles', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'status', status: 500 });
  const widget = await openFrame({ page, blog, site, exchange }, { query: '&amp;symbol=BTC&amp;layout=panel&amp;sources=kraken' });
  await widget.is('unavailable');
  await expect(widget.root).toHaveAttribute('data-layout', 'panel');
  await expect(widget.part('symbol')).toHaveText('BTC');
  await expect(page.frameLocator('#tao').locator('tao-conviction')).toHaveCount(1);
});

test('the page around follows the height that the frame tells', async ({ page, blog, site, exchange }) => {
  const widget = await openFrame({ page, blog, site, exchange }, { query: '&amp;layout=panel', around: LISTENER });
  await widget.is('live');
  const inside = () => page.frameLocator('#tao').locator('html').evaluate((root) => Math.ceil(root.getBoundingClientRect().height));
  await expect.poll(async () => (await height(page)) - (await inside())).toBe(0);
  // A narrow panel has its tabs below the card.
  expect(await height(page)).toBeGreaterThan(750);
  const before = await height(page);
  await widget.element.locator('[role=tab]', { hasText: 'Gates' }).click();
  await expect.poll(() => height(page)).not.toBe(before);
  await expect.poll(async () => (await height(page)) - (await inside())).toBe(0);
});

test('nobody but the frame sets its height', async ({ page, blog, site, exchange }) => {
  const message = '{ type: "tao-conviction:height", height: 5000 }';
  const listening = '<script>window.heard = []; addEventListener("message", ({ source, data }) => { if (data.height === 5000) heard.push(source === window ? "itself" : "another"); })</script>';
  const widget = await openFrame({ page, blog, site, exchange }, { around: `${LISTENER}${listening}` });
  await widget.is('live');
  // Another frame of the widget's own origin, so that only its window tells the two apart; and the page itself.
  site.pages.set('/hostile.html', `<script>parent.postMessage(${message}, "*")</script>`);
  await page.evaluate((url) => {
    const hostile = document.createElement('iframe');
    hostile.src = url;
    document.body.append(hostile);
  }, `${site.url}/hostile.html`);
  await page.evaluate(`postMessage(${message}, "*")`);
  await expect.poll(async () => ((await page.evaluate('heard')) as string[]).sort()).toEqual(['another', 'itself']);
  expect(await height(page)).toBeLessThan(1_000);
  // From the right window with another origin: the frame has been led elsewhere.
  blog.pages.set('/elsewhere.html', `<script>parent.postMessage(${message}, "*")</script>`);
  await page.evaluate((url) => ((document.querySelector('#tao') as HTMLIFrameElement).contentWindow!.location.href = url), `${blog.url}/elsewhere.html`);
  await expect.poll(async () => ((await page.evaluate('heard')) as string[]).length).toBe(3);
  expect(await height(page)).toBeLessThan(1_000);
});

for (const system of ['light', 'dark'] as const) {
  for (const scheme of ['normal', 'light dark', 'dark']) {
    test(`the page’s ground is seen around the card: a ${system} system, a page of scheme ${scheme}`, async ({ page, blog, site, exchange }) => {
      await page.emulateMedia({ colorScheme: system });
      const style = `html { color-scheme: ${scheme} } body { margin: 0; background: #123456 }`;
      const widget = await openFrame({ page, blog, site, exchange }, { style });
      await widget.is('live');
      // The corner, which the card's own roundness leaves free.
      const picture = (await page.locator('#tao').screenshot()).toString('base64');
      const corner = await page.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement('canvas').getContext('2d')!;
        canvas.drawImage(image, 0, 0);
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
      }, picture);
      expect(corner).toEqual([0x12, 0x34, 0x56]);
    });
  }
}
