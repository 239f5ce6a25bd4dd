// The server of the fake exchanges: what goes over the wire, what faults look like from outside, what is recorded,
// and the oracle that scores what was served. No browser in this file.

import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { INTERVALS, NOW } from '../exchange/candles.ts';
import { type Fault, rows, spoil } from '../exchange/faults.ts';
import { candlesAt, closedAt } from '../exchange/market.ts';
import { score } from '../exchange/score.ts';
import { Exchange } from '../exchange/server.ts';
import { Site } from '../exchange/static.ts';
import { VENUES, type Venue } from '../exchange/venues.ts';

const test = base.extend<{ exchange: Exchange }>({
  exchange: async ({}, use) => {
    const exchange = await Exchange.open();
    await use(exchange);
    await exchange.close();
  },
});

const KLINES = '/api/v3/klines?symbol=TAOUSDT&interval=1h&limit=20';
const OHLC = '/0/public/OHLC?pair=TAOUSD&interval=60';
const HOUR = 3_600_000;

/** 20 candles of an hour and more, as each venue is asked for them. */
const CANDLES: Record<Venue, [path: string, post?: unknown]> = {
  binance: [KLINES],
  kraken: [OHLC],
  coinbase: ['/products/TAO-USD/candles?granularity=3600'],
  hyperliquid: ['/info', { type: 'candleSnapshot', req: { coin: 'TAO', interval: '1h', startTime: NOW - 20 * HOUR, endTime: NOW } }],
  bybit: ['/v5/market/kline?category=spot&symbol=TAOUSDT&interval=60&limit=20'],
  okx: ['/api/v5/market/candles?instId=TAO-USDT&bar=1H&limit=20'],
};
const NAMES = Object.keys(CANDLES) as Venue[];

/** Asks `venue` for candles. */
function ask(exchange: Exchange, venue: Venue, signal?: AbortSignal): Promise<Response> {
  const [path, post] = CANDLES[venue];
  if (post === undefined) return fetch(exchange.url + path, { signal });
  return fetch(exchange.url + path, { signal, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(post) });
}

test('all venues answer on one address, readable from any origin', async ({ exchange }) => {
  expect(NAMES).toEqual(Object.keys(VENUES));
  for (const venue of NAMES) {
    const answer = await ask(exchange, venue);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-type')).toContain('application/json');
    await answer.json();
  }
  expect((await fetch(`${exchange.url}/v6/market/kline`)).status).toBe(404);
  expect(exchange.requests.map(({ venue, asset, interval, state }) => [venue, asset, interval, state])).toEqual(
    NAMES.map((venue) => [venue, 'TAO', '1h', 'answered']),
  );
  for (const venue of NAMES) {
    const { truth, sent } = exchange.candleRequests(venue)[0];
    expect(truth!.length, venue).toBeGreaterThanOrEqual(20);
    // What stands in the body is what was meant, whatever columns and order it comes in; volumes may be rounded.
    expect(sent!.map(({ volume: _, ...prices }) => prices), venue).toEqual(truth!.map(({ volume: _, ...prices }) => prices));
    expect(sent!.at(-1)!.volume, venue).toBeCloseTo(truth!.at(-1)!.volume, 6);
  }
});

test('a preflight is refused by those that are asked by GET, and answered by the one that needs it', async ({ exchange }) => {
  for (const venue of NAMES) {
    const answer = await fetch(exchange.url + CANDLES[venue][0], { method: 'OPTIONS' });
    const allowed = [answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-allow-headers')];
    expect(allowed, venue).toEqual(venue === 'hyperliquid' ? [204, '*', 'content-type'] : [405, null, null]);
  }
  expect(exchange.requests.map(({ method }) => method)).toEqual(NAMES.map(() => 'OPTIONS'));
  // Behind a firewall that knows nothing of CORS the preflight is as unreadable as the answer.
  exchange.fail('hyperliquid', { kind: 'status', status: 403, cors: false });
  const refused = await fetch(`${exchange.url}/info`, { method: 'OPTIONS' });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('what was served is remembered as closed candles, and a later arrival is added to it', async ({ exchange }) => {
  await (await fetch(exchange.url + KLINES)).json();
  exchange.now += 3_600_000;
  await (await fetch(`${exchange.url}/api/v3/klines?symbol=TAOUSDT&interval=1h&limit=3`)).json();
  const served = exchange.served('binance');
  const before = closedAt('TAO', '1h', NOW);
  const after = closedAt('TAO', '1h', exchange.now);
  expect(served['1h']).toEqual([...before.slice(-19), ...after.slice(-2)]);
  // A running candle that was sent an hour ago has ended since, and is still not what was sent.
  expect(exchange.requests[0].sent!.at(-1)).not.toEqual(after.at(-1));
  expect(served['4h']).toEqual([]);
});

test('a fault strikes its venue, its intervals and so many requests', async ({ exchange }) => {
  const status = async (path: string): Promise<number> => (await fetch(exchange.url + path)).status;
  const fourHours = KLINES.replace('1h', '4h');
  exchange.fail('binance', { kind: 'status', status: 503 }, { intervals: ['4h'] });
  exchange.fail('kraken', { kind: 'status', status: 520 }, { first: 1 });
  expect([await status(KLINES), await status(fourHours), await status(OHLC), await status(OHLC)]).toEqual([200, 503, 520, 200]);
  exchange.heal('binance');
  expect(await status(fourHours)).toBe(200);
});

test('statuses come with or without CORS headers and Retry-After, from every venue', async ({ exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 429, retryAfter: 7, body: { code: -1003, msg: 'Too many requests queued.' } });
  const limited = await fetch(exchange.url + KLINES);
  expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('access-control-allow-origin')]).toEqual([429, '7', '*']);
  expect(await limited.json()).toEqual({ code: -1003, msg: 'Too many requests queued.' });
  for (const venue of NAMES) {
    for (const status of [403, 418, 429, 451, 500, 503]) {
      for (const cors of [true, false]) {
        exchange.fail(venue, { kind: 'status', status, cors, retryAfter: 7 });
        const answer = await ask(exchange, venue);
        const seen = [answer.status, answer.headers.get('retry-after'), answer.headers.get('access-control-allow-origin')];
        expect(seen, venue).toEqual([status, '7', cors ? '*' : null]);
      }
    }
    expect(exchange.served(venue)['1h'], venue).toEqual([]);
  }
});

test('who asks too often hears it in the venue’s own words', async ({ exchange }) => {
  const words: Record<Venue, [number, unknown]> = {
    binance: [429, { code: -1003 }],
    kraken: [200, { error: ['EGeneral:Too many requests'] }],
    coinbase: [429, { message: 'Public rate limit exceeded' }],
    hyperliquid: [429, null],
    bybit: [200, { retCode: 10006, result: {} }],
    okx: [429, { code: '50011', data: [] }],
  };
  for (const venue of NAMES) {
    exchange.fail(venue, { kind: 'limited', retryAfter: 3 }, { first: 1 });
    const answer = await ask(exchange, venue);
    const [status, body] = words[venue];
    expect([answer.status, answer.headers.get('retry-after')], venue).toEqual([status, '3']);
    const said: unknown = await answer.json();
    if (body === null) expect(said).toBeNull();
    else expect(said, venue).toMatchObject(body);
    expect((await ask(exchange, venue)).status, 'only the first').toBe(200);
  }
});

test('broken connections fail at the other side and are recorded as broken', async ({ exchange }) => {
  for (const kind of ['reset', 'cut-off'] as const) {
    exchange.fail('binance', { kind });
    await expect(fetch(exchange.url + KLINES).then((answer) => answer.text())).rejects.toThrow();
  }
  exchange.fail('binance', { kind: 'silence' });
  const controller = new AbortController();
  const waiting = fetch(exchange.url + KLINES, { signal: controller.signal });
  await expect.poll(() => exchange.requests.length).toBe(3);
  controller.abort();
  await expect(waiting).rejects.toThrow();
  await expect.poll(() => exchange.requests.map(({ state }) => state)).toEqual(['broken', 'broken', 'broken']);
  expect(exchange.served('binance')['1h']).toEqual([]);
});

test('bodies that are not what they should be', async ({ exchange }) => {
  const read = async (venue: Venue, fault: Fault): Promise<string> => {
    exchange.fail(venue, fault);
    const answer = await ask(exchange, venue);
    return `${answer.status} ${await answer.text()}`;
  };
  const errors: Record<Venue, RegExp> = {
    binance: /^400 {"code":-1000,"msg":"Oh no"}$/,
    kraken: /^200 {"error":\["Oh no"\]}$/,
    coinbase: /^400 {"message":"Oh no"}$/,
    hyperliquid: /^500 Oh no$/,
    bybit: /^200 {"retCode":10016,"retMsg":"Oh no","result":{},/,
    okx: /^200 {"code":"50026","msg":"Oh no","data":\[\]}$/,
  };
  for (const venue of NAMES) {
    expect(await read(venue, { kind: 'html' })).toMatch(/^200 <!DOCTYPE html>/);
    expect(await read(venue, { kind: 'blank' })).toBe('200 ');
    const truncated = (await read(venue, { kind: 'truncated' })).slice(4);
    expect(() => JSON.parse(truncated)).toThrow();
    expect(await read(venue, { kind: 'body', body: 7 })).toBe('200 7');
    expect(await read(venue, { kind: 'error', text: 'Oh no' })).toMatch(errors[venue]);
    const huge = await read(venue, { kind: 'huge', bytes: 20 << 20 });
    expect(huge.length).toBeGreaterThan(20 << 20);
    expect(() => JSON.parse(huge.slice(4))).not.toThrow();
    expect(exchange.served(venue)['1h'], venue).toEqual([]);
  }
});

test('a drip is slow and complete', async ({ exchange }) => {
  exchange.fail('binance', { kind: 'drip', pieces: 9, everyMs: 5 });
  const body = (await (await fetch(exchange.url + KLINES)).json()) as unknown[];
  expect(body).toHaveLength(20);
  expect(exchange.served('binance')['1h']).toHaveLength(19);
});

for (const venue of NAMES) {
  test(`changed rows keep the truth beside what was sent: ${venue}`, async ({ exchange }) => {
    const sent = async (change: typeof rows.reversed): Promise<number[]> => {
      exchange.fail(venue, { kind: 'rows', change });
      await (await ask(exchange, venue)).json();
      return exchange.requests.at(-1)!.sent!.map(({ time }) => time);
    };
    const truth = (): number[] => exchange.requests.at(-1)!.truth!.map(({ time }) => time);
    const reversed = await sent(rows.reversed);
    expect(reversed).toEqual(truth().reverse());
    const duplicated = await sent(rows.duplicated);
    expect(duplicated).toEqual(truth().flatMap((time) => [time, time]));
    expect(await sent(rows.none)).toEqual([]);
    expect(await sent(rows.newest(4))).toEqual(truth().slice(-4));
    expect(await sent(rows.gap(5, 3))).toEqual(truth().filter((_, index) => index < 5 || index > 7));
    const differing = (): number[] => {
      const { truth: before, sent: after } = exchange.requests.at(-1)!;
      const changed = (index: number): boolean => (['open', 'high', 'low', 'close', 'time'] as const).some((field) => after![index][field] !== before![index][field]);
      return [...after!.keys()].filter(changed);
    };
    await sent(rows.revised);
    expect(differing()).toEqual([truth().length - 2]);
    const revised = exchange.requests.at(-1)!.sent!.at(-2)!;
    expect(revised.low <= revised.close && revised.close <= revised.high).toBe(true);
    await sent(rows.flat);
    const flat = exchange.requests.at(-1)!.sent!;
    expect(new Set(flat.flatMap(({ open, high, low, close }) => [open, high, low, close])).size).toBe(1);
    for (const name of ['notANumber', 'nothing', 'negative', 'zero', 'highBelowLow', 'unaligned', 'object'] as const) {
      await sent(rows.spoilt(3, spoil[name]));
      expect(differing(), `${venue} ${name}`).toHaveLength(3);
    }
  });
}

test('the native program scores what was served', async ({ exchange }) => {
  for (const interval of INTERVALS) {
    await (await fetch(`${exchange.url}/api/v3/klines?symbol=TAOUSDT&interval=${interval}&limit=500`)).json();
  }
  const { surroundings: _, ...served } = exchange.served('binance');
  const assessment = score(served, NOW);
  expect([assessment.symbol, assessment.at, assessment.data.rejectedCandles, assessment.data.gaps]).toEqual(['TAO', NOW, 0, 0]);
  expect(assessment.mtf.timeframes.map(({ timeframe, ready, candles }) => [timeframe, ready, candles])).toEqual(
    INTERVALS.map((interval) => [interval, true, 499]),
  );
  // Neither the order changes anything nor a running candle, which the program knows by its time.
  const reversed = INTERVALS.map((interval) => [interval, candlesAt('TAO', interval, NOW).slice(-500).reverse()]);
  expect(score(Object.fromEntries(reversed), NOW)).toEqual(assessment);
});

test('a site serves a folder and pages with their types, and nothing outside of it', async () => {
  const site = await Site.open(fileURLToPath(new URL('../exchange', import.meta.url)));
  const blog = await Site.open();
  try {
    const page = await fetch(site.show('/post', '<p>Hello</p>'));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<body><p>Hello</p></body>');
    expect((await fetch(`${site.url}/static.ts`)).status).toBe(200);
    expect((await fetch(`${site.url}/..%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${blog.url}/static.ts`)).status).toBe(404);
    expect(blog.url).not.toBe(site.url);
    expect(site.requests).toContain('/static.ts');
  } finally {
    await site.close();
    await blog.close();
  }
});
