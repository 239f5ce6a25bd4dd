// docs/scale.md: its nginx block between readers and venues. A thousand readers become one, what they get is what the
// venue says, and nothing about them goes further.

import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { WebSocket } from 'ws';
import { NOW } from '../exchange/candles.ts';
import { type Ask, answerTo, gather } from '../exchange/crowd.ts';
import { score } from '../exchange/score.ts';
import type { Exchange, Recorded } from '../exchange/server.ts';
import { SharedCache } from '../exchange/shared-cache.ts';
import type { Site } from '../exchange/static.ts';
import { VENUES, type Venue } from '../exchange/venues.ts';
import { element, loader } from '../pages/blog.ts';
import { expect, test as base, travel } from '../pages/journey.ts';
import { Widget, differences } from '../pages/widget.ts';

/** The venues' clock at first, and after a close: at once, a few seconds, over a minute, and nearly a candle later. */
const MOMENTS = ['10:07:00', '10:15:01', '10:15:05', '10:16:10', '10:29:59'].map((time) => `2026-09-11T${time}+00:00`);

interface Fixtures {
  /** The block, with its clock at the exchange's. */
  cache: SharedCache;
}

const test = base.extend<Fixtures>({
  cache: async ({ exchange, watch }, use) => {
    const cache = await SharedCache.open(exchange.url, MOMENTS);
    watch.allowed.push(`${cache.url}/`);
    await use(cache);
    await cache.close();
  },
});

const WITHOUT_CATALYSTS = { catalysts: 'off', live: 'off' };

/** A post of a page that lets the widget's files and `proxy` through and nothing else. */
async function open(page: Page, blog: Site, site: Site, proxy: string, attributes: Record<string, string>): Promise<Widget> {
  const policy = `default-src 'none'; script-src ${site.url} 'wasm-unsafe-eval'; connect-src ${site.url} ${proxy} ${proxy.replace('http', 'ws')}`;
  const body = loader(site) + element({ proxy, ...attributes });
  blog.pages.set('/strict', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,"><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>${body}</body></html>`);
  await page.goto(`${blog.url}/strict`);
  return new Widget(page.locator('tao-conviction'));
}

/** What the widget on `page` asks of `origin` from now on, preflights aside. */
function listen(page: Page, origin: string): Ask[] {
  const asks: Ask[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) || request.method() === 'OPTIONS') return;
    asks.push({ method: request.method(), path: url.slice(origin.length), body: request.postData() ?? undefined });
  });
  return asks;
}

/** Nothing is under way any more, and the widget has all that surrounds its asset. */
async function settled(page: Page, widget: Widget, exchange: Exchange): Promise<void> {
  await widget.is('live');
  let before = -1;
  await expect(async () => {
    const quiet = exchange.requests.length === before && exchange.requests.every(({ state }) => state !== 'open');
    before = exchange.requests.length;
    if (!quiet) await page.clock.fastForward(200);
    expect(quiet).toBe(true);
  }).toPass({ intervals: [200] });
}

const question = ({ method, path, query, body = '' }: Recorded): string => `${method} ${path}?${new URLSearchParams(query)} ${body}`;

/** How often each question reached a venue. */
function counts(exchange: Exchange, from = 0): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const request of exchange.requests.slice(from)) counted[question(request)] = (counted[question(request)] ?? 0) + 1;
  return counted;
}

/** Candles of a venue that tells of errors by the status: kept for as long as the candle runs. */
const lasting = (text: string): boolean => /klines|\/candles|candleSnapshot/.test(text) && !text.includes('/api/v5/');

test('1,000 readers are one to the venues, before and after a candle closes', async ({ page, blog, site, exchange, cache }) => {
  test.setTimeout(180_000);
  const asks = listen(page, cache.url);
  const widget = await open(page, blog, site, cache.url, WITHOUT_CATALYSTS);
  await settled(page, widget, exchange);
  expect(asks).toHaveLength(22);
  const each = Array(22).fill(1) as number[];
  expect(Object.values(counts(exchange))).toEqual(each);

  // Others come in the same minute, and no venue hears of them.
  const before = await gather(cache.url, asks, { readers: 100, atOnce: 50 });
  expect(before.statuses).toEqual({ 200: 2_200 });
  expect(Object.values(counts(exchange))).toEqual(each);

  // A candle has closed, and all ask for what nobody has yet: one of them goes to the venue, and all get what it got.
  cache.later();
  exchange.now = cache.later();
  let from = exchange.requests.length;
  const after = await gather(cache.url, asks, { readers: 1_000, atOnce: 50 });
  expect(after.statuses).toEqual({ 200: 22_000 });
  expect(Object.values(counts(exchange, from))).toEqual(each);
  expect([...after.different.values()].map(({ size }) => size)).toEqual(each);
  const newest = exchange.requests.slice(from).find(({ asset, interval }) => asset === 'TAO' && interval === '15m');
  expect(newest!.sent!.at(-2)!.time).toBe(Date.parse('2026-09-11T10:00:00Z'));

  // After its first minute once more, for a venue that was late; then until the next close only what is good for a minute.
  exchange.now = cache.later();
  from = exchange.requests.length;
  await gather(cache.url, asks, { readers: 50, atOnce: 50 });
  expect(Object.values(counts(exchange, from))).toEqual(each);
  exchange.now = cache.later();
  from = exchange.requests.length;
  await gather(cache.url, asks, { readers: 50, atOnce: 50 });
  const last = Object.keys(counts(exchange, from)).sort();
  expect(last).toEqual([expect.stringMatching(/^GET \/0\/public\/OHLC\?/), expect.stringMatching(/^GET \/api\/v3\/depth\?/)]);
});

test('what was asked while a candle closed is nobody’s answer a moment later', async ({ exchange, cache }) => {
  const ask = { method: 'GET', path: '/api/v3/klines?symbol=TAOUSDT&interval=15m&limit=3&' };
  exchange.now = cache.later();
  await gather(cache.url, [ask], { readers: 20, atOnce: 20 });
  exchange.now = cache.later();
  await gather(cache.url, [ask], { readers: 20, atOnce: 20 });
  expect(exchange.requests).toHaveLength(2);
});

test('by nginx’s own clock a question is asked once, or twice where a quarter of an hour has just begun', async ({ exchange }) => {
  const cache = await SharedCache.open(exchange.url);
  const ask = { method: 'GET', path: '/api/v3/klines?symbol=TAOUSDT&interval=1h&limit=500&' };
  expect((await gather(cache.url, [ask], { readers: 100, atOnce: 50 })).statuses).toEqual({ 200: 100 });
  expect([1, 2, 3]).toContain(exchange.requests.length);
  await cache.close();
});

for (const venue of Object.keys(VENUES) as Venue[]) {
  test(`${venue}: through the cache a widget shows what it shows without, on a page that lets nothing else through`, async ({ page, context, blog, site, exchange, cache }) => {
    test.setTimeout(120_000);
    const sources = { sources: `${venue},${venue === 'kraken' ? 'binance' : 'kraken'}`, ...WITHOUT_CATALYSTS };
    const asks = listen(page, cache.url);
    const widget = await open(page, blog, site, cache.url, sources);
    await settled(page, widget, exchange);
    const served = exchange.served(venue);
    const own = await widget.agrees((at) => score({ ...served, surroundings: { ...served.surroundings!, feed: undefined } }, at));
    expect(own.coverage).toBeGreaterThan(0.8);
    const seen = Object.values(counts(exchange));
    expect(seen).toEqual(Array(asks.length).fill(1));

    // Others ask the same, and those who were away for a while a little more of the past.
    const crowd = await gather(cache.url, asks, { readers: 20, atOnce: 20 });
    expect(crowd.statuses).toEqual({ 200: 20 * asks.length });
    expect(exchange.requests).toHaveLength(asks.length);

    await context.clearCookies();
    const direct = await open(page, blog, site, exchange.url, sources);
    await settled(page, direct, exchange);
    const other = await direct.assessment();
    // Kraken and Hyperliquid are asked for older candles too: averages begin earlier, far behind the comma.
    if (venue === 'kraken' || venue === 'hyperliquid') expect(own.conviction).toBeCloseTo(other.conviction!, 3);
    else expect(differences(own, other)).toEqual([]);
    console.log(venue, asks.length, own.conviction, other.conviction);
  });
}
