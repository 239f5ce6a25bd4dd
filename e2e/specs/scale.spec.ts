// docs/scale.md: its nginx block between readers and venues. A thousand readers become one, what they get is what the
// venue says, and nothing about them goes further.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page, Request } from '@playwright/test';
import { WebSocket } from 'ws';
import { NOW } from '../exchange/candles.ts';
import { type Ask, answerTo, gather } from '../exchange/crowd.ts';
import { runningAt } from '../exchange/market.ts';
import { score } from '../exchange/score.ts';
import type { Exchange, Recorded } from '../exchange/server.ts';
import { BLOCK, SharedCache } from '../exchange/shared-cache.ts';
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

/** What a widget asks, preflights aside, and how many answers it waits for. */
interface Talk {
  asks: Ask[];
  open: number;
}

/** Listens to what the page says to `origin` from now on. */
function listen(page: Page, origin: string): Talk {
  const talk: Talk = { asks: [], open: 0 };
  const meant = (request: Request): boolean => request.url().startsWith(`${origin}/`) && request.method() !== 'OPTIONS';
  page.on('request', (request) => {
    if (!meant(request)) return;
    talk.asks.push({ method: request.method(), path: request.url().slice(origin.length), body: request.postData() ?? undefined });
    talk.open += 1;
  });
  for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end as 'requestfinished', (request) => void (meant(request) && (talk.open -= 1)));
  return talk;
}

/** The widget has all of its asset and of what surrounds it: time goes on for those who wait for their turn alone. */
async function settled(page: Page, widget: Widget, talk: Talk): Promise<void> {
  let before = 0;
  await expect(async () => {
    const seen = { quiet: talk.open === 0 && talk.asks.length === before && before > 0, state: (await widget.assessment()).data.state };
    const done = seen.quiet && seen.state === 'live';
    if (talk.open === 0 && !done) await page.clock.fastForward(300);
    before = talk.asks.length;
    expect(seen).toEqual({ quiet: true, state: 'live' });
  }).toPass({ timeout: 40_000, intervals: [400] });
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
  const talk = listen(page, cache.url);
  const widget = await open(page, blog, site, cache.url, WITHOUT_CATALYSTS);
  await settled(page, widget, talk);
  const { asks } = talk;
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
  test(`${venue}: through the cache a widget shows what it shows without, on a page that lets nothing else through`, async ({ page, blog, site, exchange, cache }) => {
    test.setTimeout(120_000);
    // Where answers come in pages the oracle doesn't know which hour is the last one, to compare it with a second source's.
    const second = venue === 'coinbase' || venue === 'okx' ? '' : venue === 'kraken' ? ',binance' : ',kraken';
    const sources = { sources: venue + second, ...WITHOUT_CATALYSTS };
    const talk = listen(page, cache.url);
    const widget = await open(page, blog, site, cache.url, sources);
    await settled(page, widget, talk);
    const { asks } = talk;
    const served = exchange.served(venue);
    const own = await widget.agrees((at) => score({ ...served, surroundings: { ...served.surroundings!, feed: undefined } }, at));
    expect(own.coverage).toBeGreaterThan(0.8);
    expect(Object.values(counts(exchange))).toEqual(Array(asks.length).fill(1));
    const crowd = await gather(cache.url, asks, { readers: 20, atOnce: 20 });
    expect(crowd.statuses).toEqual({ 200: 20 * asks.length });
    expect(exchange.requests).toHaveLength(asks.length);

    // What a widget that asks the venues themselves gets at that time makes the same score, to the bit.
    exchange.requests.length = 0;
    const aloud = listen(page, exchange.url);
    const direct = await open(page, blog, site, exchange.url, sources);
    await settled(page, direct, aloud);
    expect(aloud.asks.map((ask) => JSON.stringify(ask)).sort()).toEqual(asks.map((ask) => JSON.stringify(ask)).sort());
    const got = exchange.served(venue);
    expect(differences(own, score({ ...got, surroundings: { ...got.surroundings!, feed: undefined } }, own.at))).toEqual([]);
  });
}

const KLINES: Ask = { method: 'GET', path: '/api/v3/klines?symbol=TAOUSDT&interval=4h&limit=500&' };

for (const [status, retryAfter] of [[500], [503, 20], [429, 7], [418, 120], [403], [451]] as const) {
  test(`a venue that answers ${status} is asked once, and all readers are told what it said`, async ({ exchange, cache }) => {
    exchange.fail('binance', { kind: 'status', status, retryAfter, cors: false });
    expect((await gather(cache.url, [KLINES], { readers: 200, atOnce: 100 })).statuses).toEqual({ [status]: 200 });
    expect(exchange.requests).toHaveLength(1);
    const { headers } = await answerTo(cache.url, KLINES);
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' });
    expect(headers['retry-after']).toBe(retryAfter === undefined ? undefined : String(retryAfter));
    expect(exchange.requests).toHaveLength(1);
  });
}

test('a widget leaves a venue alone for as long as the venue has told the cache, and shows another’s candles', async ({ page, blog, site, exchange, cache }) => {
  exchange.fail('binance', { kind: 'status', status: 429, retryAfter: 300, cors: false });
  const { asks } = listen(page, cache.url);
  const of = (path: string): number => asks.filter((ask) => ask.path.startsWith(path)).length;
  const widget = await open(page, blog, site, cache.url, { ...WITHOUT_CATALYSTS, sources: 'binance,kraken' });
  await widget.is('live');
  await widget.from('Kraken');
  // A minute is what it would be left alone for, had nothing been heard.
  const before = { binance: of('/api/v3/klines'), kraken: of('/0/') };
  await page.clock.fastForward(120_000);
  await widget.refresh();
  await expect.poll(() => of('/0/')).toBeGreaterThan(before.kraken);
  await widget.is('live');
  expect(of('/api/v3/klines')).toBe(before.binance);
});

for (const kind of ['reset', 'silence'] as const) {
  test(`a venue that ${kind === 'reset' ? 'hangs up' : 'is silent'} is given up for all readers at once`, async ({ exchange, cache }) => {
    exchange.fail('coinbase', { kind });
    const ask = { method: 'GET', path: '/products/TAO-USD/book?level=2&' };
    const status = kind === 'reset' ? 502 : 504;
    expect((await gather(cache.url, [ask], { readers: 100, atOnce: 100 })).statuses).toEqual({ [status]: 100 });
    expect(exchange.requests).toHaveLength(1);
    expect((await answerTo(cache.url, ask)).headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });
}

test('a venue that is asked for too many different things is asked at the widget’s own pace, and the rest is refused', async ({ exchange, cache }) => {
  const asks = Array.from({ length: 300 }, (_, place): Ask => ({ method: 'GET', path: `/0/public/Depth?pair=${String.fromCharCode(65 + (place % 26), 65 + Math.floor(place / 26))}USD&count=500` }));
  const begun = performance.now();
  const statuses: number[] = [];
  const all = asks.map((ask) => answerTo(cache.url, ask).then(({ status }) => statuses.push(status), () => undefined));
  await expect.poll(() => statuses.filter((status) => status === 429).length).toBeGreaterThan(100);
  const passed = 1 + 60 + (performance.now() - begun) / 1_000;
  expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(passed);
  expect(exchange.requests.length).toBeLessThanOrEqual(passed);
  await expect.poll(() => exchange.requests.length).toBeGreaterThan(20);
  void Promise.all(all);
});

test('the paces of the block are those of the widget', () => {
  const source = readFileSync(new URL('../../src/market/pace.rs', import.meta.url), 'utf8');
  for (const name of ['Binance', 'Kraken', 'Coinbase', 'Hyperliquid', 'Bybit', 'Okx']) {
    const [, every, atOnce] = new RegExp(`Source::${name} => \\(([\\d_]+), ([\\d_]+)\\)`).exec(source)!.map((text) => Number(text.replaceAll('_', '')));
    const [, count, unit] = new RegExp(`zone=tao_${name.toLowerCase()}:32k rate=(\\d+)r/([sm]);`).exec(BLOCK)!;
    const [, delay] = new RegExp(`zone=tao_${name.toLowerCase()} burst=\\d+ delay=(\\d+);`).exec(BLOCK)!;
    expect([name, Math.floor((unit === 's' ? 1_000 : 60_000) / every!), Number(delay)]).toEqual([name, Number(count), atOnce]);
  }
});

test('what no widget asks goes nowhere', async ({ exchange, cache }) => {
  const info = (body: string): Ask => ({ method: 'POST', path: '/info', body });
  const asks: [number, Ask][] = [
    ...['/', '/api/v3/account', '/api/v3/klines?symbol=TAOUSDT&interval=1s&limit=500', '/api/v3/klines?symbol=TAOUSDT&interval=1h&limit=500&x=1', '/0/public/OHLC?pair=TAOUSD&interval=1&since=1788670800', '/0/private/Balance', '/products', '/v5/order/realtime', '/api/v5/account/balance?', '/stream', '/%61pi/v3/depth?symbol=TAOUSDT&limit=100'].map((path): [number, Ask] => [404, { method: 'GET', path }]),
    [403, { ...KLINES, method: 'POST', body: '{}' }],
    [403, { ...KLINES, method: 'DELETE' }],
    [403, { method: 'GET', path: '/info' }],
    [400, info('{}')],
    [400, info('{"type":"clearinghouseState","user":"0x0"}')],
    [413, info('x'.repeat(2_000))],
  ];
  for (const [status, ask] of asks) {
    const answer = await answerTo(cache.url, ask);
    expect.soft([ask.method, ask.path, answer.status]).toEqual([ask.method, ask.path, status]);
    expect.soft(answer.headers['access-control-allow-origin']).toBe('*');
  }
  expect(cache.hosts.arrivals).toEqual([]);
});

test('venues hear nothing about a reader, readers nothing from the networks before them, and the log has no address', async ({ exchange, cache }) => {
  const asks: Ask[] = [
    KLINES,
    { method: 'GET', path: '/0/public/Depth?pair=TAOUSD&count=500&' },
    { method: 'GET', path: '/products/TAO-USD/book?level=2&' },
    { method: 'GET', path: '/v5/market/orderbook?category=spot&symbol=TAOUSDT&limit=200&' },
    { method: 'GET', path: '/api/v5/market/books?instId=TAO-USDT&sz=100&' },
    { method: 'POST', path: '/info', body: '{"type":"l2Book","coin":"TAO","nSigFigs":4}' },
  ];
  for (const ask of asks) {
    const { status, headers } = await answerTo(cache.url, ask, undefined, '127.9.9.9');
    expect(status).toBe(200);
    expect(Object.keys(headers).sort()).toEqual([
      'access-control-allow-headers', 'access-control-allow-origin', 'access-control-expose-headers', 'access-control-max-age', 'cache-control',
      'connection', 'content-encoding', 'content-length', 'content-type', 'cross-origin-resource-policy', 'date', 'server',
    ]);
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-store', 'content-encoding': 'gzip', server: 'nginx' });
  }
  const preflight = await answerTo(cache.url, { method: 'OPTIONS', path: '/info' });
  expect(preflight).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' } });

  expect(cache.hosts.arrivals.map(({ name }) => name)).toEqual(['data-api.binance.vision', 'api.kraken.com', 'api.exchange.coinbase.com', 'api.bybit.com', 'www.okx.com', 'api.hyperliquid.xyz']);
  for (const { name, headers } of cache.hosts.arrivals) {
    const posted = name === 'api.hyperliquid.xyz' ? { 'content-type': 'application/json', 'content-length': '43' } : {};
    expect(headers).toEqual({ host: name, 'user-agent': 'tao-conviction cache', 'accept-encoding': 'gzip', ...posted });
  }
  // Nor when something goes wrong.
  exchange.fail('binance', { kind: 'reset' });
  await answerTo(cache.url, { ...KLINES, path: KLINES.path.replace('4h', '1d') }, undefined, '127.9.9.9');
  expect(cache.log).toContain('/info');
  expect(cache.log).not.toContain('127.9.9.9');
});

test('who takes no gzip gets the same plain', async ({ exchange, cache }) => {
  await answerTo(cache.url, KLINES);
  const response = await fetch(cache.url + KLINES.path, { headers: { 'accept-encoding': 'identity' } });
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(await response.json()).toHaveLength(500);
  expect(exchange.requests).toHaveLength(1);
});

test('a host that can’t prove its name is not asked', async ({ exchange }) => {
  const cache = await SharedCache.open(exchange.url, MOMENTS, ['evil.example']);
  expect((await answerTo(cache.url, KLINES)).status).toBe(502);
  expect([cache.hosts.arrivals, exchange.requests]).toEqual([[], []]);
  await cache.close();
});

test('an address that asks without end is refused, and the others are not', async ({ cache }) => {
  test.setTimeout(120_000);
  const asks = Array.from({ length: 100 }, (): Ask => KLINES);
  const { statuses } = await gather(cache.url, asks, { readers: 30, atOnce: 30, apart: false });
  expect(statuses[429]).toBeGreaterThan(0);
  expect(statuses[200]).toBeGreaterThanOrEqual(1_000);
  expect((await answerTo(cache.url, KLINES, undefined, '127.3.0.1')).status).toBe(200);
});

test('the stream goes through: the price moves, and the socket ends with the widget', async ({ page, blog, site, exchange, cache }) => {
  const widget = await open(page, blog, site, cache.url, { catalysts: 'off' });
  await widget.is('live');
  await expect.poll(() => exchange.sockets.opened('binance').length).toBe(1);
  const running = runningAt('TAO', '15m', NOW);
  const close = Number((1.02 * running.close).toFixed(4));
  exchange.sockets.tick('binance', 'TAO', { ...running, close, high: Math.max(running.high, close), volume: running.volume + 1e9 });
  await expect.poll(async () => (await widget.assessment()).price).toBe(close);
  const { headers } = cache.hosts.arrivals.find(({ url }) => url.startsWith('/stream'))!;
  expect(Object.keys(headers).sort()).toEqual(['connection', 'host', 'sec-websocket-key', 'sec-websocket-version', 'upgrade', 'user-agent']);
  await page.goto('about:blank');
  await expect.poll(() => exchange.sockets.opened().length).toBe(0);
});

test('the streams of all venues go through under their own names, and no more than a venue lets in', async ({ exchange, cache }) => {
  const dial = async (path: string, localAddress?: string): Promise<WebSocket | number> => {
    const socket = new WebSocket(cache.url.replace('http', 'ws') + path, { localAddress });
    return Promise.race([
      once(socket, 'open').then(() => socket),
      new Promise<number>((refused) => socket.on('unexpected-response', (_, { statusCode }) => refused(statusCode!))),
    ]);
  };
  for (const path of ['/stream?streams=taousdt@kline_15m', '/v2', '/ws', '/v5/public/spot']) expect(await dial(path), path).toBeInstanceOf(WebSocket);
  expect(cache.hosts.arrivals.map(({ name, headers: { host } }) => [name, host])).toEqual(
    ['data-stream.binance.vision', 'ws.kraken.com', 'api.hyperliquid.xyz', 'stream.bybit.com'].map((name) => [name, name]),
  );
  for (let reader = 2; reader <= 8; reader += 1) expect(await dial('/ws', `127.2.0.${reader}`), `${reader}`).toBeInstanceOf(WebSocket);
  expect(await dial('/ws', '127.2.0.9')).toBe(429);
  expect(exchange.sockets.opened('hyperliquid')).toHaveLength(8);
  expect(await dial('/stream?streams=taousdt@kline_15m&x=1')).toBe(404);
});
