// Pages that make it hard: strict content policies, several tags, and exchanges whose words are not to be trusted.

import type { Page } from '@playwright/test';
import { score } from '../exchange/score.ts';
import type { Site } from '../exchange/static.ts';
import { element, loader, openEmbed, openPost, scriptTag } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

/** Opens a page with `body` under a content security policy; the page has no style and no script of its own. */
async function openUnder(policy: string, page: Page, blog: Site, body: string): Promise<Widget> {
  blog.pages.set(
    '/strict',
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>A strict page</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`,
  );
  await page.goto(`${blog.url}/strict`);
  return new Widget(page.locator('tao-conviction'));
}

/** As the README has them. */
const NODES = 'wss://entrypoint-finney.opentensor.ai wss://lite.chain.opentensor.ai wss://bittensor-finney.api.onfinality.io wss://rpc.blockmachine.io';

const policy = (site: string, exchange: string, wasm: string): string =>
  `default-src 'none'; img-src data:; script-src ${site}${wasm}; style-src 'self'; connect-src ${site} ${exchange} ${exchange.replace('http', 'ws')} ${NODES}`;

test('it works under the documented content policy, styles and all', async ({ page, blog, site, exchange }) => {
  const strict = policy(site.url, exchange.url, " 'wasm-unsafe-eval'");
  const widget = await openUnder(strict, page, blog, loader(site) + element({ proxy: exchange.url, theme: 'dark' }));
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('binance'), at));
  const dark = await widget.root.evaluate((root) => getComputedStyle(root).color);
  await widget.set('theme', 'light');
  await expect.poll(() => widget.root.evaluate((root) => getComputedStyle(root).color)).not.toBe(dark);
});

test('a policy that stops the chain’s nodes: the score is there all the same, and soon whole', async ({ page, blog, site, exchange, watch }) => {
  const strict = policy(site.url, exchange.url, " 'wasm-unsafe-eval'").replace(NODES, '');
  const widget = await openUnder(strict, page, blog, loader(site) + element({ proxy: exchange.url }));
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(watch.errors.join('\n')).toContain('wss://rpc.blockmachine.io');
  // The browser's own reports of what it blocked.
  watch.trouble.length = 0;
});

for (const [what, wasm, more, reason] of [
  ['without wasm', '', '', /Content Security [Pp]olicy/],
  ['with Trusted Types', " 'wasm-unsafe-eval'", "; require-trusted-types-for 'script'; trusted-types 'none'", /Trusted/],
] as const) {
  test(`under a policy ${what} the children are shown, and the console says why`, async ({ page, blog, site, exchange, watch }) => {
    await openUnder(policy(site.url, exchange.url, wasm) + more, page, blog, loader(site) + element({ proxy: exchange.url }));
    await expect.poll(() => watch.errors.filter((text) => text.includes('<tao-conviction> could not start'))).toEqual([expect.stringMatching(reason)]);
    await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeVisible();
    // What the browser and the loader said is what this journey is about.
    watch.trouble.length = 0;
  });
}

test('a policy that lets no exchange through: unavailable, both named', async ({ page, blog, site, watch }) => {
  const widget = await openUnder(policy(site.url, '', " 'wasm-unsafe-eval'"), page, blog, loader(site) + element({}));
  await widget.is('unavailable');
  for (const name of ['Binance', 'Kraken']) await expect(widget.part('notice')).toContainText(`${name} could not be reached`);
  for (const host of ['data-api.binance.vision', 'api.kraken.com']) expect(watch.errors.join('\n')).toContain(host);
  // The browser's own reports of what it blocked; nothing left the machine.
  watch.trouble.length = 0;
});

test('two script tags make two cards, each in its place, on one set of requests', async ({ page, blog, site, exchange }) => {
  const tag = (theme: string): string => scriptTag(site, { proxy: exchange.url, theme });
  const widget = await openPost(page, blog, `${tag('light')}<p id="between">And again:</p>${tag('dark')}`);
  for (const [index, theme] of ['light', 'dark'].entries()) {
    await widget(index).is('live');
    await expect(widget(index).root).toHaveAttribute('data-theme', theme);
  }
  const order = await page.evaluate(() => [...document.body.children].map((child) => child.id || child.localName));
  expect(order).toEqual(['h1', 'before', 'script', 'tao-conviction', 'between', 'script', 'tao-conviction', 'after']);
  expect(exchange.own).toHaveLength(4);
  expect(site.requests.filter((path) => path === '/tao-conviction_bg.wasm')).toHaveLength(1);
});

test('what an exchange says is shown as text, cut to a sensible length', async ({ page, blog, site, exchange }) => {
  const hostile = `<img src=x onerror="window.owned=true"><b>bold</b>${'x'.repeat(2_000)}`;
  exchange.fail('kraken', { kind: 'error', text: hostile });
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken' });
  await widget.is('unavailable');
  const notice = widget.part('notice');
  await expect(notice).toContainText('<img src=x onerror=');
  await expect(notice.locator('img, b')).toHaveCount(0);
  await expect(notice).not.toContainText('x'.repeat(200));
  expect(await page.evaluate(() => 'owned' in window)).toBe(false);
});

test('attributes that are taken away are back at their defaults', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openEmbed(page, blog, site, exchange, { theme: 'dark', sources: 'kraken' });
  await widget.is('live');
  await widget.from('Kraken');
  await widget.element.evaluate((node) => ['theme', 'sources'].forEach((name) => node.removeAttribute(name)));
  await widget.from('Binance');
  await expect(widget.root).toHaveAttribute('data-theme', 'auto');
  expect(watch.warnings).toEqual([]);
});
