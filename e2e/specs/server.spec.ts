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

const test = base.extend<{ exchange: Exchange }>({
  exchange: async ({}, use) => {
    const exchange = await Exchange.open();
    await use(exchange);
    await exchange.close();
  },
});

const KLINES = '/api/v3/klines?symbol=TAOUSDT&interval=1h&limit=20';
const OHLC = '/0/public/OHLC?pair=TAOUSD&interval=60';

test('both venues answer on one address, readable from any origin', async ({ exchange }) => {
  for (const path of [KLINES, OHLC]) {
    const answer = await fetch(exchange.url + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-type')).toContain('application/json');
    await answer.json();
  }
  expect((await fetch(`${exchange.url}/v5/market/kline`)).status).toBe(404);
  expect(exchange.requests.map(({ venue, asset, interval, state }) => [venue, asset, interval, state])).toEqual([
    ['binance', 'TAO', '1h', 'answered'],
    ['kraken', 'TAO', '1h', 'answered'],
  ]);
});

test('a preflight is refused, as it is by the real ones', async ({ exchange }) => {
  const answer = await fetch(exchange.url + KLINES, { method: 'OPTIONS' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  expect(exchange.requests[0].method).toBe('OPTIONS');
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

test('statuses come with or without CORS headers and Retry-After', async ({ exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 429, retryAfter: 7, body: { code: -1003, msg: 'Too many requests queued.' } });
  exchange.fail('kraken', { kind: 'status', status: 451, cors: false });
  const limited = await fetch(exchange.url + KLINES);
  expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('access-control-allow-origin')]).toEqual([429, '7', '*']);
  expect(await limited.json()).toEqual({ code: -1003, msg: 'Too many requests queued.' });
  const refused = await fetch(exchange.url + OHLC);
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([451, null]);
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
  const read = async (path: string, fault: Fault): Promise<string> => {
    exchange.fail(path === KLINES ? 'binance' : 'kraken', fault);
    const answer = await fetch(exchange.url + path);
    return `${answer.status} ${await answer.text()}`;
  };
  for (const path of [KLINES, OHLC]) {
    expect(await read(path, { kind: 'html' })).toMatch(/^200 <!DOCTYPE html>/);
    expect(await read(path, { kind: 'blank' })).toBe('200 ');
    const truncated = (await read(path, { kind: 'truncated' })).slice(4);
    expect(() => JSON.parse(truncated)).toThrow();
    expect(await read(path, { kind: 'body', body: 7 })).toBe('200 7');
  }
  expect(await read(OHLC, { kind: 'error', text: 'EService:Unavailable' })).toBe('200 {"error":["EService:Unavailable"]}');
  expect(await read(KLINES, { kind: 'error', text: 'Internal error' })).toBe('400 {"code":-1000,"msg":"Internal error"}');
  expect(exchange.served('binance')['1h']).toEqual([]);
});

test('a drip is slow and complete', async ({ exchange }) => {
  exchange.fail('binance', { kind: 'drip', pieces: 9, everyMs: 5 });
  const body = (await (await fetch(exchange.url + KLINES)).json()) as unknown[];
  expect(body).toHaveLength(20);
  expect(exchange.served('binance')['1h']).toHaveLength(19);
});

test('changed rows keep the truth beside what was sent', async ({ exchange }) => {
  for (const [venue, path] of [['binance', KLINES], ['kraken', OHLC]] as const) {
    const sent = async (change: typeof rows.reversed): Promise<number[]> => {
      exchange.fail(venue, { kind: 'rows', change });
      await (await fetch(exchange.url + path)).json();
      return exchange.requests.at(-1)!.sent!.map(({ time }) => time);
    };
    const truth = (): number[] => exchange.requests.at(-1)!.truth!.map(({ time }) => time);
    const reversed = await sent(rows.reversed);
    expect(reversed).toEqual(truth().reverse());
    const duplicated = await sent(rows.duplicated);
    expect(duplicated).toEqual(truth().flatMap((time) => [time, time]));
    expect(await sent(rows.none)).toEqual([]);
    expect(await sent(rows.newest(4))).toEqual(truth().slice(-4));
    const spoilt = async (spoiler: (typeof spoil)['negative']): Promise<number> => {
      await sent(rows.spoilt(3, spoiler));
      const { truth: before, sent: after } = exchange.requests.at(-1)!;
      return after!.filter((candle, index) => JSON.stringify(candle) !== JSON.stringify(before![index])).length;
    };
    for (const name of ['notANumber', 'nothing', 'negative', 'highBelowLow', 'unaligned', 'object'] as const) {
      expect(await spoilt(spoil[name]), `${venue} ${name}`).toBe(3);
    }
  }
});

test('the native program scores what was served', async ({ exchange }) => {
  for (const interval of INTERVALS) {
    await (await fetch(`${exchange.url}/api/v3/klines?symbol=TAOUSDT&interval=${interval}&limit=500`)).json();
  }
  const assessment = score(exchange.served('binance'), NOW);
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
