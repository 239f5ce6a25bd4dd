// Coinbase Exchange's public REST as documented (../shared/reference/market-data.md §3.3): candles, book, ticker, stats,
// time. Numbers, newest first, without the intervals in which nothing was traded; no 4h. Pure.

import { LISTED, type Asset, type Candle, type Interval, LENGTH_MS } from './candles.ts';
import { DECIMALS, bookAround, candlesAt, dayBefore, priceAt, priced, tickAt } from './market.ts';
import { bookOf, type FakeVenue, type Reply, type Row } from './venue.ts';

const GRANULARITIES = [60, 300, 900, 3600, 21600, 86400];
const RECORDED: Record<number, Interval> = { 900: '15m', 3600: '1h', 86400: '1d' };
const PREMIUM = 1.0002;
const MAX_ROWS = 300;

const refused = (status: number, message: string): Reply => ({ status, body: { message } });

export function coinbase(path: string, query: URLSearchParams, now: number): Reply {
  if (path === '/time') return { status: 200, body: { iso: new Date(now).toISOString(), epoch: now / 1000 } };
  const [, id, what] = /^\/products\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
  const asset = LISTED.find((known) => `${known}-USD` === id);
  if (!asset) return refused(404, 'NotFound');
  switch (what) {
    case 'candles':
      return candles(asset, query, now);
    case 'book':
      return book(asset, query, now);
    case 'ticker':
      return { status: 200, body: ticker(asset, now) };
    case 'stats':
      return { status: 200, body: stats(asset, now) };
    default:
      return refused(404, 'NotFound');
  }
}

function candles(asset: Asset, query: URLSearchParams, now: number): Reply {
  const granularity = Number(query.get('granularity') ?? 60);
  if (!GRANULARITIES.includes(granularity)) return refused(400, 'Unsupported granularity');
  const interval = RECORDED[granularity];
  if (!interval) throw new Error(`no candles of ${granularity} s are recorded; the fake exchange can not answer for them`);
  const length = granularity * 1000;
  // One without the other is ignored.
  const given = query.has('start') && query.has('end');
  const end = given ? Date.parse(query.get('end') ?? '') : now;
  const start = given ? Date.parse(query.get('start') ?? '') : now - (now % length) - (MAX_ROWS - 1) * length;
  if (Number.isNaN(start) || Number.isNaN(end)) return refused(400, 'Invalid time');
  if (Math.floor((end - start) / length) + 1 > MAX_ROWS) {
    return refused(400, 'granularity too small for the requested time range. Count of aggregations requested exceeds 300');
  }
  const wanted = candlesAt(asset, interval, now).filter(({ time, volume }) => time >= start && time <= end && volume > 0);
  const rows = wanted.map((candle) => priced(candle, PREMIUM, DECIMALS));
  // Hours that end with a 4h candle are asked for to build such candles from; for themselves they end with the running
  // hour, which is another one at the moments that tests choose.
  const madeInto = given && interval === '1h' && (end + length) % LENGTH_MS['4h'] === 0 ? '4h' : undefined;
  return { status: 200, body: rows.map(row).reverse(), candles: { asset, interval, rows, madeInto } };
}

export type CandleRow = [number, number, number, number, number, number];

/** Seconds, then low before high before open. */
function row({ time, open, high, low, close, volume }: Candle): CandleRow {
  return [time / 1000, low, high, open, close, volume];
}

function levels(asset: Asset, now: number, count: number): { bids: [number, number][]; asks: [number, number][] } {
  const mid = priceAt(asset, now) * PREMIUM;
  return bookAround(mid, tickAt(mid), count);
}

/** Level 1 is the best bid and ask alone, level 2 the whole book. */
function book(asset: Asset, query: URLSearchParams, now: number): Reply {
  const all = levels(asset, now, query.get('level') === '2' ? 500 : 1);
  const side = (one: [number, number][]): [string, string, number][] =>
    one.map(([price, size]) => [price.toFixed(DECIMALS), size.toFixed(8), 1]);
  const [bids, asks] = [side(all.bids), side(all.asks)];
  return { status: 200, body: { sequence: Math.floor(now / 100), bids, asks }, book: bookOf(asset, bids, asks) };
}

function ticker(asset: Asset, now: number): Record<string, string | number> {
  const { bids, asks } = levels(asset, now, 1);
  return {
    trade_id: Math.floor(now / 1000),
    price: (priceAt(asset, now) * PREMIUM).toFixed(DECIMALS),
    size: '1.00000000',
    time: new Date(now).toISOString(),
    bid: bids[0][0].toFixed(DECIMALS),
    ask: asks[0][0].toFixed(DECIMALS),
    volume: stats(asset, now).volume,
  };
}

function stats(asset: Asset, now: number): Record<string, string> {
  const from = now - 86_400_000;
  const quarters = candlesAt(asset, '15m', now).filter(({ time }) => time >= from);
  const price = (value: number): string => (value * PREMIUM).toFixed(DECIMALS);
  return {
    open: price(dayBefore(asset, now)),
    high: price(Math.max(...quarters.map(({ high }) => high))),
    low: price(Math.min(...quarters.map(({ low }) => low))),
    volume: quarters.reduce((sum, { volume }) => sum + volume, 0).toFixed(8),
    last: price(priceAt(asset, now)),
  };
}

export const COINBASE: FakeVenue = {
  owns: (path) => path.startsWith('/products/') || path === '/time',
  method: 'GET',
  answer: ({ path, query, now }) => coinbase(path, query, now),
  unit: 1000,
  volume: 5,
  unpack: (body) => (body as Row[]).map(([time, low, high, open, ...rest]) => [time, open, high, low, ...rest]).reverse(),
  pack: (_, rows) => rows.map(([time, open, high, low, ...rest]) => [time, low, high, open, ...rest]).reverse(),
  refusal: (text) => refused(400, text),
  limited: refused(429, 'Public rate limit exceeded'),
};
