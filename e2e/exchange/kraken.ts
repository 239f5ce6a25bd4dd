// Kraken's public spot REST as documented (../shared/reference/market-data.md §3.2): OHLC, Depth, Time.
// Its prices lie 0.03 % above Binance's, rounded to its own tick, so that a test sees which of the two was used. Pure.

import type { Asset, Candle, Interval } from './candles.ts';
import { bookAround, candlesAt, priceAt, priced } from './market.ts';
import { bookOf, type FakeVenue, type Reply, type Row } from './venue.ts';

interface Pair {
  asset: Asset;
  /** Kraken's own name, under which the result stands. */
  key: string;
  decimals: number;
}

/** Pairs by what may be asked for; only the names that are documented. */
const PAIRS: Record<string, Pair> = {
  TAOUSD: { asset: 'TAO', key: 'TAOUSD', decimals: 2 },
  XBTUSD: { asset: 'BTC', key: 'XXBTZUSD', decimals: 1 },
  XXBTZUSD: { asset: 'BTC', key: 'XXBTZUSD', decimals: 1 },
  ETHUSD: { asset: 'ETH', key: 'XETHZUSD', decimals: 2 },
  XETHZUSD: { asset: 'ETH', key: 'XETHZUSD', decimals: 2 },
  // Of the AI basket only these have been seen there.
  FETUSD: { asset: 'FET', key: 'FETUSD', decimals: 5 },
  RENDERUSD: { asset: 'RENDER', key: 'RENDERUSD', decimals: 5 },
  NEARUSD: { asset: 'NEAR', key: 'NEARUSD', decimals: 5 },
  ICPUSD: { asset: 'ICP', key: 'ICPUSD', decimals: 5 },
  GRTUSD: { asset: 'GRT', key: 'GRTUSD', decimals: 5 },
};
const MINUTES = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600];
const RECORDED: Record<number, Interval> = { 15: '15m', 60: '1h', 240: '4h', 1440: '1d' };
const PREMIUM = 1.0003;
const MAX_ROWS = 720;

/** Errors come with HTTP 200 and without a result. */
export function refusal(...errors: string[]): Reply {
  return { status: 200, body: { error: errors } };
}

export function kraken(path: string, query: URLSearchParams, now: number): Reply {
  switch (path) {
    case '/0/public/OHLC':
      return ohlc(query, now);
    case '/0/public/Depth':
      return depth(query, now);
    case '/0/public/Time':
      return { status: 200, body: { error: [], result: { unixtime: Math.floor(now / 1000), rfc1123: new Date(now).toUTCString() } } };
    default:
      return refusal('EGeneral:Unknown method');
  }
}

function ohlc(query: URLSearchParams, now: number): Reply {
  const pair = PAIRS[query.get('pair') ?? ''];
  if (!query.get('pair')) return refusal('EGeneral:Invalid arguments');
  if (!pair) return refusal('EQuery:Unknown asset pair');
  const minutes = Number(query.get('interval') ?? 1);
  const since = Number(query.get('since') ?? 0);
  if (!MINUTES.includes(minutes) || !Number.isInteger(since)) return refusal('EGeneral:Invalid arguments');
  const interval = RECORDED[minutes];
  if (!interval) throw new Error(`no candles of ${minutes} minutes are recorded; the fake exchange can not answer for them`);
  const all = candlesAt(pair.asset, interval, now).map((candle) => quoted(candle, pair.decimals));
  const running = all.length - 1;
  // `since` is exclusive; the running candle is always there; nothing older than 720 candles can be had.
  const rows = all.slice(-MAX_ROWS).filter((candle, index, list) => candle.time / 1000 > since || index === list.length - 1);
  const last = (all[running - 1] ?? all[running]).time / 1000;
  return {
    status: 200,
    body: { error: [], result: { [pair.key]: rows.map((candle) => row(candle, pair.decimals)), last } },
    candles: { asset: pair.asset, interval, rows },
  };
}

/** The candle as Kraken trades it. */
export const quoted = (candle: Candle, decimals: number): Candle => priced(candle, PREMIUM, decimals);

export type OhlcRow = [number, string, string, string, string, string, string, number];

/** Seconds, then text for prices, the volume-weighted price and the volume, then a number of trades. */
function row({ time, open, high, low, close, volume }: Candle, decimals: number): OhlcRow {
  const price = (value: number): string => value.toFixed(decimals);
  const vwap = volume > 0 ? (high + low + close) / 3 : 0;
  return [time / 1000, price(open), price(high), price(low), price(close), price(vwap), volume.toFixed(8), Math.ceil(volume)];
}

function depth(query: URLSearchParams, now: number): Reply {
  const pair = PAIRS[query.get('pair') ?? ''];
  if (!query.get('pair')) return refusal('EGeneral:Invalid arguments');
  if (!pair) return refusal('EQuery:Unknown asset pair');
  const count = Number(query.get('count') ?? 100);
  if (!Number.isInteger(count) || count < 1 || count > 500) return refusal('EGeneral:Invalid arguments');
  const tick = 10 ** -pair.decimals;
  const book = bookAround(priceAt(pair.asset, now) * PREMIUM, tick * 10, count);
  const levels = (side: [number, number][]): [string, string, number][] =>
    side.map(([price, amount]) => [price.toFixed(pair.decimals + 3), amount.toFixed(3), Math.floor(now / 1000)]);
  const [bids, asks] = [levels(book.bids), levels(book.asks)];
  return { status: 200, body: { error: [], result: { [pair.key]: { asks, bids } } }, book: bookOf(pair.asset, bids, asks) };
}

interface OhlcBody {
  result: Record<string, unknown>;
}

/** Kraken's own name of the pair: the only key other than `last`. */
const keyOf = ({ result }: OhlcBody): string => Object.keys(result).find((key) => key !== 'last') ?? '';

export const KRAKEN: FakeVenue = {
  owns: (path) => path.startsWith('/0/public/'),
  method: 'GET',
  answer: ({ path, query, now }) => kraken(path, query, now),
  unit: 1000,
  volume: 6,
  unpack: (body) => (body as OhlcBody).result[keyOf(body as OhlcBody)] as Row[],
  pack: (body, rows) => {
    const whole = body as OhlcBody;
    return { ...whole, result: { ...whole.result, [keyOf(whole)]: rows } };
  },
  refusal: (text) => refusal(text),
  limited: refusal('EGeneral:Too many requests'),
};
