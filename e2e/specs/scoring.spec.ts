// The JS API (docs/js-api.md): the same bits as the native program, every form of candles, wrong and hostile arguments,
// pages, workers and Node. Types and documentation are held to the built files in scoring-types.spec.ts.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Candles, INTERVALS, LENGTH_MS, NOW, candlesOf, simulated, toCsv } from '../exchange/candles.ts';
import { score, scoreAt } from '../exchange/score.ts';
import { DIST, type Site } from '../exchange/static.ts';
import { block } from '../pages/document.ts';
import { expect, test } from '../pages/journey.ts';

interface Api {
  score(candles?: unknown, options?: unknown): unknown;
  assess(inputs?: unknown, options?: unknown): unknown;
  version(): string;
}

// What the pages of these tests have at hand; functions that run there find nothing else.
declare const api: Api;
/** Six numbers a candle. */
declare const read: (csv: string) => Float64Array;
declare const rows: (flat: Float64Array) => number[][];

/** A page on the API's own origin, with the module started. */
async function openApi(page: Page, site: Site): Promise<void> {
  await page.goto(site.show('/api', '<h1>A script of my own</h1>'));
  await page.evaluate(async (url) => {
    const api = (await import(url)) as Api & { default(): Promise<unknown> };
    await api.default();
    const read = (csv: string): Float64Array =>
      Float64Array.from(csv.trim().split('\n').slice(1).flatMap((line) => line.split(',').map(Number)));
    const rows = (flat: Float64Array): number[][] =>
      Array.from({ length: flat.length / 6 }, (_, index) => [...flat.subarray(6 * index, 6 * index + 6)]);
    Object.assign(window, { api, read, rows });
  }, `${site.url}/scoring.js`);
}

type Csv = Partial<Record<keyof Candles, string>>;

const csvOf = (candles: Partial<Candles>): Csv =>
  Object.fromEntries(INTERVALS.flatMap((interval) => (candles[interval] ? [[interval, toCsv(candles[interval])]] : [])));

/** The last `count` candles of each timeframe that have closed by `NOW`. */
function recent(count: number, asset: 'TAO' | 'BTC' = 'TAO'): Candles {
  const all = candlesOf(asset);
  return Object.fromEntries(
    INTERVALS.map((interval) => [interval, all[interval].filter(({ time }) => time + LENGTH_MS[interval] <= NOW).slice(-count)]),
  ) as unknown as Candles;
}

/** The paths at which two JSON values are not the same, to the last bit of every number. */
function unequal(path: string, a: unknown, b: unknown): string[] {
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const keys = Object.keys(a);
    if (String(keys) !== String(Object.keys(b))) return [`${path}: fields ${keys} instead of ${Object.keys(b)}`];
    return keys.flatMap((key) => unequal(`${path}.${key}`, (a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
  }
  return Object.is(a, b) ? [] : [`${path}: ${String(a)} instead of ${String(b)}`];
}

test('at sixty moments the API says what the native program says, to the bit', async ({ page, site }) => {
  test.setTimeout(180_000);
  const [tao, btc] = [candlesOf('TAO'), candlesOf('BTC')];
  // Every moment at another time of the day; the earliest before some timeframes are warm, and the simulated ones are few.
  const step = (simulated ? 0.2937 : 3.137) * LENGTH_MS['1d'];
  const times = Array.from({ length: 60 }, (_, index) => NOW + 2 * LENGTH_MS['1d'] - Math.round(index * step));
  await openApi(page, site);
  for (const given of [INTERVALS, ['15m', '1d'], ['1h']] as const) {
    const own = Object.fromEntries(given.map((interval) => [interval, tao[interval]]));
    const expected = scoreAt(times, own, { btc });
    const found = await page.evaluate(
      ([own, btc, times]) => {
        const series = (csv: Csv) => Object.fromEntries(Object.entries(csv).map(([name, text]) => [name, read(text)]));
        const [candles, bitcoin] = [series(own), series(btc)];
        return times.map((at) => api.assess({ candles, btc: bitcoin, at, source: 'file' }));
      },
      [csvOf(own), csvOf(btc), times] as const,
    );
    expect(unequal('', found, expected)).toEqual([]);
    expect(new Set(expected.map(({ conviction }) => conviction)).size).toBeGreaterThan(simulated ? 20 : 50);
  }
});

test('every form of candles gives the same result', async ({ page, site }) => {
  const candles = recent(600);
  await openApi(page, site);
  const results = await page.evaluate(
    ([csv, at]) => {
      const names = ['openTime', 'open', 'high', 'low', 'close', 'volume'];
      const column = (flat: Float64Array, place: number) => flat.filter((_, index) => index % 6 === place);
      const forms: Record<string, (flat: Float64Array) => unknown> = {
        flat: (flat) => flat,
        rows: (flat) => rows(flat),
        'typed rows': (flat) => rows(flat).map((row) => Float64Array.from(row)),
        objects: (flat) => rows(flat).map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]]))),
        'objects with more in them': (flat) =>
          rows(flat).map((row) => ({ ...Object.fromEntries(names.map((name, place) => [name, row[place]])), trades: 5 })),
        'newest first': (flat) => rows(flat).reverse(),
        columns: (flat) => Object.fromEntries(names.map((name, place) => [name, column(flat, place)])),
        'plain columns': (flat) => Object.fromEntries(names.map((name, place) => [name, [...column(flat, place)]])),
        'a subclass': (flat) => new (class extends Float64Array {})(flat),
      };
      const score = (form: (flat: Float64Array) => unknown, options?: unknown) =>
        api.score(Object.fromEntries(Object.entries(csv).map(([name, text]) => [name, form(read(text))])), options);
      const all = Object.entries(forms).map(([name, form]) => [name, score(form, { at, source: 'file' })] as const);
      const one = api.assess({ candles: { '1h': read(csv['1h'] ?? ''), '4h': null, '1d': undefined }, at }, null);
      return { all, one, now: score(forms.flat), empty: api.score({ '1h': [] }, { at }) };
    },
    [csvOf(candles), NOW] as const,
  );
  const expected = score(candles, NOW);
  for (const [form, result] of results.all) expect(unequal(form, result, expected)).toEqual([]);
  expect(results.all).toHaveLength(9);
  expect(results.one).toMatchObject({ mtf: scoreAt([NOW], { '1h': candles['1h'] })[0].mtf });
  // The page's clock stands at NOW.
  expect(results.now).toMatchObject({ at: NOW, symbol: 'TAO', quote: 'USD', conviction: expected.conviction, data: { source: null } });
  expect(results.empty).toMatchObject({ conviction: null, verdict: 'insufficient-data', data: { state: 'unavailable' } });
});

test('invalid candles are data: refused and counted, never thrown', async ({ page, site }) => {
  await openApi(page, site);
  const report = await page.evaluate((csv) => {
    const good = rows(read(csv));
    const [time, open, high, low, close, volume] = good[0];
    const bad = [
      [time, NaN, high, low, close, volume],
      [time, open, low / 2, low, close, volume],
      [time, open, high, low, close, -1],
      [time + 0.5, open, high, low, close, volume],
      [NaN, open, high, low, close, volume],
      [1e300, open, high, low, close, volume],
      [-Infinity, open, high, low, close, volume],
    ];
    const last = good.at(-1) ?? [];
    return api.score({ '1h': [...bad, ...good] }, { at: last[0] + 3_600_000 });
  }, toCsv(recent(500)['1h']));
  expect(report).toMatchObject({ data: { rejectedCandles: 7 }, mtf: { timeframes: [{}, { candles: 500, ready: true }, {}, {}] } });
});

test('score is assess with the candles alone, and everything that assess takes arrives', async ({ page, site }) => {
  const candles = recent(600);
  await openApi(page, site);
  const { simple, same, full } = await page.evaluate(
    ([own, btc, at]) => {
      const series = (csv: Csv) => Object.fromEntries(Object.entries(csv).map(([name, text]) => [name, read(text)]));
      const [candles, bitcoin] = [series(own), series(btc)];
      const options = { at, symbol: 'FOO', quote: 'EUR', price: 7, source: 'mine' };
      const parameters = { timeframes: [0, 1, 1, 2], warmUp: 300, periods: { rsi: 10 }, minDepth: 10 };
      const day = 86_400_000;
      const event = { kind: 'regulatory', title: 'A ruling', at: at - day, direction: -1, magnitude: 0.5, halfLifeDays: 10, sourceUrl: 'https://example.org/' };
      const full = {
        ...options,
        candles,
        btc: bitcoin,
        basket: { FET: bitcoin, RENDER: candles, 'a "strange" name': bitcoin },
        chain: { lastHalving: at - 20 * day, nextHalving: null, stakedShare: 0.7, nakamoto: 3, launches: [{ netuid: 64, at: at - day }] },
        feed: [event, { ...event, kind: 'listing', riskFlag: 'REGULATORY', until: at + day }],
        depth: 60_000,
        dropped: 5,
        confirmation: { source: 'kraken', close: 1 },
        state: 'cached',
      };
      return {
        simple: api.score(candles, { ...options, parameters }),
        same: api.assess({ candles, ...options }, { parameters }),
        full: api.assess(full, { parameters }),
      };
    },
    [csvOf(candles), csvOf(recent(600, 'BTC')), NOW] as const,
  );
  expect(unequal('', simple, same)).toEqual([]);
  expect(simple).toMatchObject({ symbol: 'FOO', quote: 'EUR', price: 7, formula: 'custom', data: { source: 'mine', state: 'live' } });
  const report = full as { families: { value: number | null }[]; catalysts: { kind: string }[]; riskFlags: { name: string }[] };
  expect(report.families.map(({ value }) => value !== null)).toEqual([true, true, true, true]);
  expect(report.catalysts.map(({ kind }) => kind)).toEqual(['halving', 'subnet-launch', 'staked-share', 'stake-concentration', 'regulatory', 'listing']);
  expect(report.riskFlags.map(({ name }) => name)).toEqual(expect.arrayContaining(['CONCENTRATION', 'REGULATORY', 'DATA']));
  expect(full).toMatchObject({ data: { state: 'cached', gaps: 5, contradictedBy: { source: 'kraken', close: 1 } } });
});

const CANDLES = 'expected an object with candles under at least one of 15m, 1h, 4h, 1d';
const ROW = 'expected [openTime, open, high, low, close, volume]';
const TIME = 'expected a time in whole Unix milliseconds, from 0';
const PRECISE = 'expected a Float64Array or a plain array, since 32 bits hold neither a time nor a price exactly';
const SERIES = 'expected rows, candle objects, a Float64Array or columns';

/** Calls in JavaScript, and what they throw. C is right candles, R their rows, E a right event. */
const WRONG: [call: string, message: string][] = [
  ['score()', `candles is undefined: ${CANDLES}`],
  ['score(null)', `candles is null: ${CANDLES}`],
  ['score(R)', `candles is an array of 500: ${CANDLES}`],
  ['score("C")', `candles is "C": ${CANDLES}`],
  ['score({})', `candles is an object: ${CANDLES}`],
  ['score({ "1h": undefined })', `candles is an object: ${CANDLES}`],
  ['score({ "2h": R })', 'candles["2h"] is unknown: expected one of 15m, 1h, 4h, 1d'],
  ['score({ "1h": 5 })', `candles["1h"] is 5: ${SERIES}`],
  ['score({ "1h": "5,1,1" })', `candles["1h"] is "5,1,1": ${SERIES}`],
  ['score({ "1h": () => R })', `candles["1h"] is a function: ${SERIES}`],
  ['score({ "1h": [0, 1, 2, 3, 4, 5] })', `candles["1h"][0] is 0: ${ROW}`],
  ['score({ "1h": [...R, [1, 2, 3, 4, 5]] })', `candles["1h"][500] is an array of 5: ${ROW}`],
  ['score({ "1h": [[1, 2, 3, 4, 5, 6, 7]] })', `candles["1h"][0] is an array of 7: ${ROW}`],
  ['score({ "1h": [R[0], R[1], R[2], [0, 1, "x", 1, 1, 1]] })', 'candles["1h"][3][2] is "x": expected a number'],
  ['score({ "1h": [[0, 1, 1, 1, null, 1]] })', 'candles["1h"][0][4] is null: expected a number'],
  ['score({ "1h": [[5n, 1, 1, 1, 1, 1]] })', 'candles["1h"][0][0] is 5n: expected a number'],
  ['score({ "1h": [[Symbol("s"), 1, 1, 1, 1, 1]] })', 'candles["1h"][0][0] is Symbol(s): expected a number'],
  ['score({ "1h": [[0, [1], 1, 1, 1, 1]] })', 'candles["1h"][0][1] is an array of 1: expected a number'],
  ['score({ "1h": [{ openTime: 0, open: 1, high: 1, low: 1, volume: 1 }] })', 'candles["1h"][0].close is undefined: expected a number'],
  ['score({ "1h": [{ openTime: 0, open: "1.5" }] })', 'candles["1h"][0].open is "1.5": expected a number'],
  ['score({ "1h": new Float32Array(6) })', `candles["1h"] is a Float32Array of 6: ${PRECISE}`],
  ['score({ "1h": [new Float32Array(6)] })', `candles["1h"][0] is a Float32Array of 6: ${PRECISE}`],
  ['score({ "1h": new Float64Array(7) })', 'candles["1h"] is a Float64Array of 7: expected 6 numbers a candle, [openTime, open, high, low, close, volume]'],
  ['score({ "1h": new BigInt64Array(6) })', `candles["1h"][0] is 0n: ${ROW}`],
  ['score({ "1h": new Map() })', 'candles["1h"].openTime is undefined: expected an array of numbers'],
  ['score({ "1h": { openTime: [0, 1], open: [1, 1], high: [1], low: [1, 1], close: [1, 1], volume: [1, 1] } })', 'candles["1h"].high is an array of 1: expected 2 numbers, as many as there are open times'],
  ['score({ "1h": { openTime: [0], open: new Float32Array(1) } })', `candles["1h"].open is a Float32Array of 1: ${PRECISE}`],
  ['score({ "1h": { openTime: [0], open: [1], high: [1], low: ["1"] } })', 'candles["1h"].low[0] is "1": expected a number'],
  ['score({ "1h": { openTime: "0" } })', 'candles["1h"].openTime is "0": expected an array of numbers'],
  ['score(C, 5)', 'options is 5: expected an object'],
  ['score(C, [])', 'options is an array of 0: expected an object'],
  ['score(C, { btc: C })', 'options.btc is unknown: expected one of at, symbol, quote, price, source, parameters'],
  ['score(C, { at: -1 })', `options.at is -1: ${TIME}`],
  ['score(C, { at: NaN })', `options.at is NaN: ${TIME}`],
  ['score(C, { at: 1.5 })', `options.at is 1.5: ${TIME}`],
  ['score(C, { at: 9e15 })', `options.at is 9000000000000000: ${TIME}`],
  ['score(C, { at: new Date() })', `options.at is an object: ${TIME}`],
  ['score(C, { at: "2025-09-12" })', `options.at is "2025-09-12": ${TIME}`],
  ['score(C, { symbol: "" })', 'options.symbol is "": expected a name such as "TAO"'],
  ['score(C, { quote: 5 })', 'options.quote is 5: expected a currency such as "USD"'],
  ['score(C, { price: 0 })', 'options.price is 0: expected a price above 0'],
  ['score(C, { source: {} })', 'options.source is an object: expected a name such as "binance"'],
  ['score(C, { symbol: 1, at: "x".repeat(1e6) })', 'options.symbol is 1: expected a name such as "TAO"'],
  ['score(C, { at: "x\\"\\n".repeat(1e6) })', `options.at is "${'x\\"\\n'.repeat(20)}"…: ${TIME}`],
  ['score(C, { ["k".repeat(99)]: 1 })', `options["${'k'.repeat(60)}…"] is unknown: expected one of at, symbol, quote, price, source, parameters`],
  ['score(C, { parameters: { warmup: 9 } })', 'options.parameters.warmup is unknown: expected one of timeframes, terms, periods, momentumSteps, warmUp, families, setupConviction, minCoverage, maxDistance, rsiLimits, minDepth'],
  ['score(C, { parameters: { warmUp: 1.5 } })', 'options.parameters.warmUp is 1.5: expected a whole number from 0'],
  ['score(C, { parameters: { warmUp: 100 } })', 'options.parameters.warmUp is 100: expected at least the longest period, at most 100000'],
  ['score(C, { parameters: { minCoverage: NaN } })', 'options.parameters.minCoverage is NaN: expected 0 to 1'],
  ['score(C, { parameters: { timeframes: [1, 2, 3] } })', 'options.parameters.timeframes is an array of 3: expected four weights, of 15m, 1h, 4h and 1d'],
  ['score(C, { parameters: { timeframes: [1, 2, 3, "4"] } })', 'options.parameters.timeframes[3] is "4": expected a number'],
  ['score(C, { parameters: { terms: [1, 1, 1, 1] } })', 'options.parameters.terms is 4: expected weights with the sum 1'],
  ['score(C, { parameters: { periods: { ema: [0, 50, 200] } } })', 'options.parameters.periods.ema is 0: expected a period from 1 (ADX: 2) to 1000'],
  ['score(C, { parameters: { periods: { rsi: -1 } } })', 'options.parameters.periods.rsi is -1: expected a whole number from 0'],
  ['assess()', 'inputs is undefined: expected an object'],
  ['assess({})', `inputs.candles is undefined: ${CANDLES}`],
  ['assess({ candles: C, parameters: {} })', 'inputs.parameters is unknown: expected one of candles, at, symbol, quote, price, btc, basket, chain, feed, depth, source, dropped, confirmation, state'],
  ['assess({ candles: C }, { at: 1 })', 'options.at is unknown: expected one of parameters'],
  ['assess({ candles: C, btc: { "4h": [1] } })', `inputs.btc["4h"][0] is 1: ${ROW}`],
  ['assess({ candles: C, basket: [C] })', 'inputs.basket is an array of 1: expected an object with candles by timeframe under each token\'s name'],
  ['assess({ candles: C, basket: { FET: C, NEAR: {} } })', `inputs.basket.NEAR is an object: ${CANDLES}`],
  ['assess({ candles: C, chain: { stakedShare: 1.2 } })', 'inputs.chain.stakedShare is 1.2: expected a share from 0 to 1'],
  ['assess({ candles: C, chain: { launches: [{ netuid: 65536, at: 1 }] } })', "inputs.chain.launches[0].netuid is 65536: expected a subnet's number, 0 to 65535"],
  ['assess({ candles: C, feed: {} })', 'inputs.feed is an object: expected an array'],
  ['assess({ candles: C, feed: [E, { ...E, magnitude: 2 }] })', 'inputs.feed[1].magnitude is 2: expected 0 to 1'],
  ['assess({ candles: C, feed: [{ ...E, direction: 0.5 }] })', 'inputs.feed[0].direction is 0.5: expected -1, 0 or 1'],
  ['assess({ candles: C, feed: [{ ...E, halfLifeDays: 0 }] })', 'inputs.feed[0].halfLifeDays is 0: expected days, above 0'],
  ['assess({ candles: C, feed: [{ ...E, sourceUrl: "javascript:alert(1)" }] })', 'inputs.feed[0].sourceUrl is "javascript:alert(1)": expected an http or https URL'],
  ['assess({ candles: C, feed: [{ ...E, riskFlag: "incident" }] })', 'inputs.feed[0].riskFlag is "incident": expected one of LIQUIDITY, CONCENTRATION, DATA, CENTRALIZED_AI, REGULATORY, INCIDENT'],
  ['assess({ candles: C, feed: [{ ...E, severity: 1 }] })', 'inputs.feed[0].severity is unknown: expected one of kind, title, at, direction, magnitude, halfLifeDays, sourceUrl, riskFlag, until'],
  ['assess({ candles: C, depth: -1 })', 'inputs.depth is -1: expected an amount from 0, in the quote currency'],
  ['assess({ candles: C, dropped: -1 })', 'inputs.dropped is -1: expected a whole number from 0'],
  ['assess({ candles: C, confirmation: { source: "kraken" } })', 'inputs.confirmation.close is undefined: expected a price above 0'],
  ['assess({ candles: C, state: "LIVE" })', 'inputs.state is "LIVE": expected one of live, delayed, cached, partial, unavailable, simulated'],
  // Not mistakes but malice.
  ['score({ get "1h"() { throw new Error("boo") } })', 'candles["1h"] threw when it was read: expected a plain value'],
  ['score({ "1h": [R[0], { get openTime() { throw null } }] })', 'candles["1h"][1].openTime threw when it was read: expected a plain value'],
  ['score(new Proxy({}, { ownKeys() { throw 1 } }))', 'candles threw when its fields were listed: expected a plain object'],
  ['score(new Proxy({}, { get() { throw 1 } }))', 'candles["15m"] threw when it was read: expected a plain value'],
  ['score({ "1h": (() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })() })', 'candles["1h"] threw when it was read: expected a plain value'],
  ['score({ "1h": new Proxy([], { get: () => -1 }) })', 'candles["1h"].length is -1: expected the length of an array'],
  ['score({ "1h": new Proxy([], { get: (_, key) => (key === "length" ? 4294967295 : R[0]) }) })', 'candles["1h"] is an array of 4294967295: expected at most 2000000 candles in one call'],
  ['score({ "1h": new Array(1999999) })', `candles["1h"][0] is undefined: ${ROW}`],
  ['score({ "1h": new Float64Array(12000006) })', 'candles["1h"] is a Float64Array of 12000006: expected at most 2000000 candles in one call'],
  ['score({ "15m": new Float64Array(6e6), "1h": new Array(1000001) })', 'candles["1h"] is an array of 1000001: expected at most 2000000 candles in one call'],
  ['score({ "1h": { openTime: new (class extends Float64Array { get length() { return 1e6; } })(2) } })', 'candles["1h"].openTime is a Float64Array of 1000000: expected an array of numbers'],
  ['score({ "1h": (() => { const gone = new Float64Array(6); structuredClone(gone, { transfer: [gone.buffer] }); return gone; })() })', 'candles["1h"] is a Float64Array of 0: expected one whose memory is still there'],
  ['score(C, (() => { const o = {}; o.symbol = o; return o; })())', 'options.symbol is an object: expected a name such as "TAO"'],
  ['score(C, { at: { valueOf() { throw 1 }, toString() { throw 2 }, [Symbol.toPrimitive]() { throw 3 } } })', `options.at is an object: ${TIME}`],
  ['score(C, { at: Object.create(null) })', `options.at is an object: ${TIME}`],
  ['score(C, Object.defineProperty({}, "at", { get() { return score(C, this); } }))', 'options.at threw when it was read: expected a plain value'],
];

test('wrong and hostile arguments throw TypeErrors that name path, value and what is expected, and end nothing', async ({ page, site }) => {
  await openApi(page, site);
  const csv = toCsv(recent(500)['1h']);
  const { before, thrown, after } = await page.evaluate(
    ([csv, calls, at]) => {
      const R = rows(read(csv));
      const C = { '1h': R };
      const E = { kind: 'announcement', title: 'News', at: 1, direction: 1, magnitude: 0.5, halfLifeDays: 10, sourceUrl: 'https://example.org/' };
      const right = () => JSON.stringify(api.assess({ candles: C, feed: [E], at }));
      const before = right();
      const thrown = calls.map((call) => {
        try {
          new Function('score', 'assess', 'C', 'R', 'E', `return ${call}`)(api.score, api.assess, C, R, E);
          return `nothing by ${call}`;
        } catch (error) {
          return error instanceof TypeError ? error.message : `no TypeError by ${call}: ${String(error)}`;
        }
      });
      return { before, thrown, after: right() };
    },
    [csv, WRONG.map(([call]) => call), NOW] as const,
  );
  expect(thrown).toEqual(WRONG.map(([, message]) => message));
  expect(after).toBe(before);
});

test('the messages in the documentation are among them, to the word', () => {
  const listed = block('docs/js-api.md', 'Errors').trim().split('\n');
  expect(listed.length).toBeGreaterThan(0);
  expect(WRONG.map(([, message]) => message)).toEqual(expect.arrayContaining(listed));
});

test('it works in a module worker, started twice', async ({ page, site }) => {
  const candles = recent(600);
  await openApi(page, site);
  site.pages.set(
    '/worker.js',
    `import init, { score } from './scoring.js';
    onmessage = async ({ data: [candles, options] }) => { await init(); await init(); postMessage(score(candles, options)); };`,
  );
  const answer = await page.evaluate(
    ([csv, at]) =>
      new Promise<unknown>((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        const series = Object.entries(csv).map(([name, text]) => [name, read(text)] as const);
        worker.postMessage([Object.fromEntries(series), { at, source: 'file' }], series.map(([, flat]) => flat.buffer as ArrayBuffer));
      }),
    [csvOf(candles), NOW] as const,
  );
  expect(unequal('', answer, score(candles, NOW))).toEqual([]);
});

test('the example page scores what it is given, under a strict content policy', async ({ page, site }) => {
  await page.goto(`${site.url}/example/index.html`);
  const assessment = page.locator('#assessment');
  await expect(page.locator('#note')).toContainText('Simulated candles');
  await expect(page.locator('meta[http-equiv]')).toHaveAttribute('content', /script-src 'self' 'wasm-unsafe-eval';/);
  const first = JSON.parse((await assessment.textContent()) ?? '') as { conviction: number; mtf: { timeframes: { ready: boolean }[] } };
  expect(first.mtf.timeframes.map(({ ready }) => ready)).toEqual([true, true, true, true]);
  await expect(page.locator('#conviction')).toHaveText(first.conviction.toFixed(1));

  const hours = recent(2_000)['1h'];
  await page.getByLabel('Candles: CSV').fill(toCsv(hours));
  await page.getByLabel('Decision time').fill(String(NOW));
  await page.getByRole('button', { name: 'Score' }).click();
  const expected = scoreAt([NOW], { '1h': hours })[0];
  await expect(page.locator('#conviction')).toHaveText(String(expected.conviction?.toFixed(1)));
  const shown = JSON.parse((await assessment.textContent()) ?? '') as object;
  expect(shown).toEqual({ ...JSON.parse(JSON.stringify(expected)), data: { ...expected.data, source: null } });

  await page.getByLabel('Candles: CSV').fill('{"2h": []}');
  await page.getByRole('button', { name: 'Score' }).click();
  await expect(page.locator('#note')).toHaveText('TypeError: candles["2h"] is unknown: expected one of 15m, 1h, 4h, 1d');
  await expect(assessment).toBeEmpty();
});

test('the example runs in Node and prints what the native program prints', () => {
  const program = join(DIST, 'example/node.mjs');
  const node = (...words: string[]): string => execFileSync(process.execPath, [program, ...words], { encoding: 'utf8' }).trim();
  expect(node()).toMatch(/^TAO -?\d+\.\d\d (strong-)?(bullish|bearish|neutral)$/);
  const folder = mkdtempSync(join(tmpdir(), 'tao-node-'));
  try {
    const candles = { '15m': recent(3_000)['15m'], '4h': recent(600)['4h'] };
    const files = Object.entries(csvOf(candles)).map(([name, csv]) => {
      const file = join(folder, `${name}.csv`);
      writeFileSync(file, csv);
      return `${name}=${file}`;
    });
    expect(node('--json', '--at', String(NOW), ...files)).toBe(JSON.stringify(scoreAt([NOW], candles)[0]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the API says the version of the build', async ({ page, site }) => {
  await openApi(page, site);
  const manifest = readFileSync(join(import.meta.dirname, '../../Cargo.toml'), 'utf8');
  expect(await page.evaluate(() => api.version())).toBe(/^version = "(.+)"$/m.exec(manifest)?.[1]);
});
