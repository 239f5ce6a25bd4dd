// On other people's pages: the one-line tag, the element with its fallback, several at once, and being taken away.

import { score } from '../exchange/score.ts';
import { element, loader, openEmbed, openPost, scriptTag } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import type { PageEvent } from '../pages/widget.ts';

const events = (page: { evaluate<T>(read: () => T): Promise<T> }): Promise<PageEvent[]> =>
  page.evaluate(() => (window as unknown as { taoEvents: PageEvent[] }).taoEvents);

test('one script tag puts a card where it stands, on another origin', async ({ page, blog, site, exchange }) => {
  const widget = (await openPost(page, blog, scriptTag(site, { theme: 'dark', proxy: exchange.url })))();
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('data-theme', 'dark');
  await widget.agrees((at) => score(exchange.served('binance'), at));
  const order = await page.evaluate(() => [...document.body.children].map((child) => child.id || child.localName));
  expect(order).toEqual(['h1', 'before', 'script', 'tao-conviction', 'after']);
  expect(site.requests.some((path) => path.endsWith('.wasm'))).toBe(true);
  expect(blog.requests).toEqual(['/post']);
});

test('the tag takes its sources too', async ({ page, blog, site, exchange }) => {
  const widget = (await openPost(page, blog, scriptTag(site, { sources: 'kraken', proxy: exchange.url })))();
  await widget.is('live');
  await widget.from('Kraken');
});

test('the host page keeps its looks, and the card its own', async ({ page, blog, site, exchange }) => {
  const body = `<style>strong,b,p{color:rgb(255,0,0)!important;font-size:70px!important}</style>${loader(site)}${element({ proxy: exchange.url })}`;
  const widget = (await openPost(page, blog, body))();
  await widget.is('live');
  await expect(page.locator('#after')).toHaveCSS('font-size', '70px');
  await expect(widget.part('reason')).not.toHaveCSS('font-size', '70px');
  await expect(widget.part('score')).not.toHaveCSS('color', 'rgb(255, 0, 0)');
});

test('events reach the document once each and carry the Assessment', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.assessment();
  const seen = await events(page);
  expect(seen.map(({ type, tag }) => [type, tag])).toEqual([
    ['tao-ready', 'tao-conviction'],
    ['tao-update', 'tao-conviction'],
    ['tao-update', 'tao-conviction'],
  ]);
  // First from TAO’s own candles, and then with what surrounds it.
  expect(seen.map(({ detail }) => [detail.data.state, Math.round(100 * detail.coverage)])).toEqual([
    ['partial', 60],
    ['partial', 60],
    ['live', 100],
  ]);
  expect(seen[2].detail).toEqual(own);
  expect(own).toMatchObject({ schema: 1, symbol: 'TAO' });
});

test('an element without sources that answer says so by tao-error', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  const seen = await events(page);
  expect(seen.map(({ type }) => type)).toEqual(['tao-error']);
  expect(seen[0].detail).toMatchObject({ conviction: null, data: { state: 'unavailable', source: null } });
  expect(await widget.assessment()).toEqual(seen[0].detail);
});

test('two widgets at once share one set of requests and one module', async ({ page, blog, site, exchange }) => {
  const attributes = { proxy: exchange.url };
  const body = loader(site) + element({ ...attributes, theme: 'light' }) + element({ ...attributes, theme: 'dark' });
  const widget = await openPost(page, blog, body);
  for (const index of [0, 1]) await widget(index).is('live');
  expect(exchange.own.map(({ interval }) => interval).sort()).toEqual(['15m', '1d', '1h', '4h']);
  expect(site.requests.filter((path) => path === '/tao-conviction_bg.wasm')).toHaveLength(1);
  const first = await widget(0).agrees((at) => score(exchange.served('binance'), at));
  expect(await widget(1).assessment()).toEqual(first);
});

test('widgets with different sources each show their own', async ({ page, blog, site, exchange }) => {
  const body = loader(site) + element({ proxy: exchange.url, sources: 'binance' }) + element({ proxy: exchange.url, sources: 'kraken' });
  const widget = await openPost(page, blog, body);
  for (const [index, venue, name] of [[0, 'binance', 'Binance'], [1, 'kraken', 'Kraken']] as const) {
    await widget(index).is('live');
    await widget(index).from(name);
    await widget(index).agrees((at) => score(exchange.served(venue), at));
  }
});

test('the children are shown while there is no script, and hidden by the card', async ({ page, blog, site, exchange }) => {
  await openPost(page, blog, element({ proxy: exchange.url }));
  await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeVisible();
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeHidden();
});

test('the children are shown when the wasm can not be had, and the console says why', async ({ page, blog, site, exchange, watch }) => {
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await openPost(page, blog, loader(site) + element({ proxy: exchange.url }));
  await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeVisible();
  await expect.poll(() => watch.errors.length).toBe(1);
  expect(watch.errors[0]).toContain('<tao-conviction> could not start');
  expect(exchange.own).toEqual([]);
  watch.trouble.length = 0;
});

test('nothing but the loader is fetched before the element nears the viewport', async ({ page, blog, site, exchange }) => {
  const widget = (await openPost(page, blog, `<div style="height:4000px"></div>${loader(site)}${element({ proxy: exchange.url })}`))();
  await expect(widget.element).toBeAttached();
  await page.evaluate(() => customElements.whenDefined('tao-conviction'));
  // Once a second observer has been told, the element's own, which is older, has been told too.
  await page.evaluate(() => new Promise((told) => new IntersectionObserver(told).observe(document.body)));
  expect(site.requests).toEqual(['/embed.js']);
  await widget.element.scrollIntoViewIfNeeded();
  await widget.is('live');
  expect(exchange.own).toHaveLength(4);
});

test('an element that is removed while it loads hangs up', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange);
  await expect.poll(() => exchange.own.length).toBe(4);
  await widget.is('loading');
  await widget.element.evaluate((node) => node.remove());
  await expect.poll(() => exchange.own.map(({ state }) => state)).toEqual(Array(4).fill('broken'));
  await page.clock.fastForward(20_000);
  expect(exchange.own).toHaveLength(4);
  expect(await events(page)).toEqual([]);
});

test('a live element that is removed asks no more', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.element.evaluate((node) => node.remove());
  exchange.now += 3_600_000;
  await page.clock.fastForward(3_600_000);
  await page.evaluate(() => fetch('/post'));
  expect(exchange.own).toHaveLength(4);
});

test('an element that is moved keeps what it has', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await page.evaluate(() => document.body.prepend(document.querySelector('tao-conviction')!));
  await widget.is('live');
  expect(exchange.own).toHaveLength(4);
  expect((await events(page)).map(({ type }) => type)).toEqual(['tao-ready', 'tao-update', 'tao-update']);
});
