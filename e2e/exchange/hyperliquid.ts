// Hyperliquid's `POST /info` as documented (../shared/reference/market-data.md §3.4): candleSnapshot, l2Book,
// metaAndAssetCtxs, allMids. Objects whose prices are text, oldest first; plain text for errors. Pure.

import { LISTED, type Asset, type Candle, INTERVALS, type Interval, LENGTH_MS } from './candles.ts';
import { DECIMALS, bookAround, candlesAt, dayBefore, priceAt, priced, tickAt } from './market.ts';
import { bookOf, type FakeVenue, type Question, type Reply, type Row } from './venue.ts';

const KNOWN = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '12h', '1d', '3d', '1w', '1M'];
const PREMIUM = 0.9996;
const MAX_ROWS = 5000;
const MAX_LEVELS = 20;

const text = (status: number, body: string): Reply => ({ status, body, plain: true });
const MALFORMED = text(422, 'Failed to deserialize the JSON body into the target type');

interface Info {
  type?: unknown;
  coin?: unknown;
  /** Of prices in an order book: with all of them its twenty levels lie ten times as close. */
  nSigFigs?: unknown;
  req?: { coin?: unknown; interval?: unknown; startTime?: unknown; endTime?: unknown };
}

export function hyperliquid({ path, body, contentType, now }: Question): Reply {
  if (path !== '/info') return text(404, '');
  if (contentType?.split(';')[0].trim() !== 'application/json') {
    return text(415, 'Expected request with `Content-Type: application/json`');
  }
  let info: Info | null;
  try {
    info = JSON.parse(body ?? '') as Info | null;
  } catch {
    return MALFORMED;
  }
  switch (info?.type) {
    case 'candleSnapshot':
      return candleSnapshot(info.req ?? {}, now);
    case 'l2Book':
      return l2Book(info, now);
    case 'metaAndAssetCtxs':
      return { status: 200, body: contexts(now) };
    case 'allMids':
      return { status: 200, body: Object.fromEntries(LISTED.map((asset) => [asset, price(priceAt(asset, now) * PREMIUM)])) };
    default:
      return MALFORMED;
  }
}

const price = (value: number): string => String(Number(value.toFixed(DECIMALS)));
const coinOf = (name: unknown): Asset | undefined => LISTED.find((known) => known === name);

function candleSnapshot({ coin, interval: name, startTime, endTime }: NonNullable<Info['req']>, now: number): Reply {
  if (typeof coin !== 'string' || typeof name !== 'string' || !KNOWN.includes(name)) return MALFORMED;
  if (!Number.isInteger(startTime) || (endTime !== undefined && !Number.isInteger(endTime))) return MALFORMED;
  const asset = coinOf(coin);
  // Reported, not documented.
  if (!asset) return { status: 500, body: null };
  const interval = INTERVALS.find((known) => known === name);
  if (!interval) throw new Error(`no ${name} candles are recorded; the fake exchange can not answer for them`);
  const [start, end] = [Number(startTime), Number(endTime ?? now)];
  // Nothing older than the last 5,000 can be had, whatever is asked.
  const wanted = candlesAt(asset, interval, now).slice(-MAX_ROWS).filter(({ time }) => time >= start && time <= end);
  const rows = wanted.map((candle) => priced(candle, PREMIUM, DECIMALS));
  return { status: 200, body: rows.map((candle) => bar(candle, asset, interval)), candles: { asset, interval, rows } };
}

export interface Bar {
  [field: string]: unknown;
}

function bar({ time, open, high, low, close, volume }: Candle, asset: Asset, interval: Interval): Bar {
  return {
    t: time,
    T: time + LENGTH_MS[interval] - 1,
    s: asset,
    i: interval,
    o: price(open),
    c: price(close),
    h: price(high),
    l: price(low),
    v: String(volume),
    n: Math.ceil(volume),
  };
}

function l2Book({ coin, nSigFigs }: Info, now: number): Reply {
  if (![undefined, null, 2, 3, 4, 5].includes(nSigFigs as number)) return MALFORMED;
  const asset = coinOf(coin);
  if (!asset) return { status: 500, body: null };
  const mid = priceAt(asset, now) * PREMIUM;
  const all = bookAround(mid, nSigFigs === 4 ? tickAt(mid) : tickAt(mid) / 10, MAX_LEVELS);
  const side = (levels: [number, number][]): [string, string][] => levels.map(([px, sz]) => [price(px), sz.toFixed(4)]);
  const [bids, asks] = [side(all.bids), side(all.asks)];
  const levels = [bids, asks].map((one) => one.map(([px, sz]) => ({ px, sz, n: 1 })));
  return { status: 200, body: { coin: asset, time: now, levels }, book: bookOf(asset, bids, asks) };
}

/** The names of all coins, and in the same order what is known of each. */
function contexts(now: number): unknown {
  const context = (asset: Asset): Record<string, unknown> => {
    const [mark, before] = [priceAt(asset, now), dayBefore(asset, now)].map((value) => price(value * PREMIUM));
    return { dayNtlVlm: '1000000.0', funding: '0.0000125', markPx: mark, midPx: mark, openInterest: '10000.0', oraclePx: mark, premium: '0.0', prevDayPx: before, impactPxs: [mark, mark] };
  };
  return [{ universe: LISTED.map((name) => ({ name, szDecimals: 2, maxLeverage: 5 })) }, LISTED.map(context)];
}

/** The fields that a row holds in order, whatever else an object has. */
const FIELDS = ['t', 'o', 'h', 'l', 'c', 'v', 'T', 's', 'i', 'n'];

export const HYPERLIQUID: FakeVenue = {
  owns: (path) => path === '/info',
  method: 'POST',
  answer: hyperliquid,
  unit: 1,
  volume: 5,
  unpack: (body) => (body as Bar[]).map((one) => FIELDS.map((field) => one[field])),
  pack: (_, rows: Row[]) => rows.map((row) => Object.fromEntries(FIELDS.map((field, index) => [field, row[index]]))),
  refusal: (message) => text(500, message),
  limited: { status: 429, body: null },
};
