// The widget in an iframe, and every block of HTML in docs/embedding.md: what a site owner copies is what runs here.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../pages/journey.ts';
import { Widget, scored } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

const DOCS = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const [LINE, ELEMENT, FRAME, LISTENER] = [...DOCS.matchAll(/^```html\n([^`]*(?:`[^`\n]+`[^`]*)*)```$/gm)].map(([, code]) => code!);

/** A block of the docs with our hosts in it. */
function filled(code: string, { site, exchange }: Pick<Of, 'site' | 'exchange'>, query = ''): string {
  return code
    .replaceAll('https://HOST/v1/', `${site.url}/`)
    .replace('embed.js" data-theme', `embed.js" data-proxy="${exchange.url}" data-theme`)
    .replace('<tao-conviction ', `<tao-conviction proxy="${exchange.url}" `)
    .replace('?embed&amp;', `?embed&amp;proxy=${encodeURIComponent(exchange.url)}${query}&amp;`);
}

/** A post with the docs' iframe in it; `around` stands before it. */
async function openFrame({ page, blog, site, exchange }: Pick<Of, 'page' | 'blog' | 'site' | 'exchange'>, { query = '', around = '', style = '' } = {}): Promise<Widget> {
  await page.goto(blog.show('/post', `${around}${filled(FRAME!, { site, exchange }, query)}`, style));
  return new Widget(page.frameLocator('#tao').locator('tao-conviction'));
}

const height = (page: Page): Promise<number> => page.locator('#tao').evaluate((frame) => frame.getBoundingClientRect().height);

for (const [name, code] of [['one line', LINE], ['element', ELEMENT]] as const) {
  test(`the ${name} of the docs shows a card`, async ({ page, blog, site, exchange }) => {
    await page.goto(blog.show('/post', filled(code!, { site, exchange })));
    await new Widget(page.locator('tao-conviction')).is('live');
  });
}

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
