// Bybit v5's public spot REST as documented (../shared/reference/market-data.md §3.5): kline, orderbook, tickers, time.
// Text, newest first; errors with HTTP 200. Pure.

import { LISTED, type Asset, type Candle, type Interval } from './candles.ts';
import { DECIMALS, bookAround, candlesAt, dayBefore, priceAt, priced, tickAt } from './market.ts';
import { bookOf, type FakeVenue, type Reply, type Row } from './venue.ts';

const INTERVALS = ['1', '3', '5', '15', '30', '60', '120', '240', '360', '720', 'D', 'W', 'M'];
const RECORDED: Record<string, Interval> = { 15: '15m', 60: '1h', 240: '4h', D: '1d' };
const PREMIUM = 1.0001;
const CATEGORIES = ['spot', 'linear', 'inverse'];

const envelope = (code: number, message: string, result: unknown, now: number): Reply => ({
  status: 200,
  body: { retCode: code, retMsg: message, result, retExtInfo: {}, time: now },
});

export function bybit(path: string, query: URLSearchParams, now: number): Reply {
  const answer = (result: unknown): Reply => envelope(0, 'OK', result, now);
  const refusal = (code: number, message: string): Reply => envelope(code, message, {}, now);
  if (path === '/v5/market/time') {
    return answer({ timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` });
  }
  // Perpetuals are what is meant when nothing is said; the widget reads spot.
  const category = query.get('category') ?? 'linear';
  if (!CATEGORIES.includes(category)) return refusal(10001, 'params error: Category is invalid');
  if (category !== 'spot') throw new Error(`no ${category} candles are recorded; the fake exchange can not answer for them`);
  const asset = LISTED.find((known) => `${known}USDT` === query.get('symbol'));
  if (!asset) return refusal(10001, 'Not supported symbols');
  switch (path) {
    case '/v5/market/kline': {
      const name = query.get('interval') ?? '';
      if (!INTERVALS.includes(name)) return refusal(10001, 'Invalid period!');
      const interval = RECORDED[name];
      if (!interval) throw new Error(`no ${name} candles are recorded; the fake exchange can not answer for them`);
      const limit = within(query, 200, 1000);
      if (limit === undefined) return refusal(10001, 'params error: limit is invalid');
      const start = Number(query.get('start') ?? 0);
      const end = Number(query.get('end') ?? now);
      const wanted = candlesAt(asset, interval, now).filter(({ time }) => time >= start && time <= end);
      const rows = wanted.slice(-limit).map((candle) => priced(candle, PREMIUM, DECIMALS));
      const reply = answer({ category, symbol: `${asset}USDT`, list: rows.map(row).reverse() });
      return { ...reply, candles: { asset, interval, rows } };
    }
    case '/v5/market/orderbook': {
      const limit = within(query, 1, 1000);
      if (limit === undefined) return refusal(10001, 'params error: limit is invalid');
      const { a, b, ...rest } = orderbook(asset, limit, now);
      return { ...answer({ ...rest, a, b }), book: bookOf(asset, b, a) };
    }
    case '/v5/market/tickers':
      return answer({ category, list: [ticker(asset, now)] });
    default:
      return { status: 404, body: {} };
  }
}

/** More than the most that is served is cut down. */
function within(query: URLSearchParams, usual: number, most: number): number | undefined {
  const limit = Number(query.get('limit') ?? usual);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, most) : undefined;
}

export type KlineRow = [string, string, string, string, string, string, string];

function row({ time, open, high, low, close, volume }: Candle): KlineRow {
  const price = (value: number): string => String(value);
  return [String(time), price(open), price(high), price(low), price(close), String(volume), ((volume * (high + low)) / 2).toFixed(8)];
}

function orderbook(asset: Asset, limit: number, now: number): { s: string; a: string[][]; b: string[][]; ts: number; u: number } {
  const mid = priceAt(asset, now) * PREMIUM;
  const { bids, asks } = bookAround(mid, tickAt(mid), limit);
  const side = (levels: [number, number][]): string[][] => levels.map(([price, size]) => [price.toFixed(DECIMALS), size.toFixed(6)]);
  return { s: `${asset}USDT`, a: side(asks), b: side(bids), ts: now, u: Math.floor(now / 100) };
}

function ticker(asset: Asset, now: number): Record<string, string> {
  const quarters = candlesAt(asset, '15m', now).filter(({ time }) => time >= now - 86_400_000);
  const price = (value: number): string => (value * PREMIUM).toFixed(DECIMALS);
  const [last, before] = [priceAt(asset, now), dayBefore(asset, now)];
  const { bids, asks } = bookAround(last * PREMIUM, tickAt(last), 1);
  const volume = quarters.reduce((sum, candle) => sum + candle.volume, 0);
  return {
    symbol: `${asset}USDT`,
    bid1Price: bids[0][0].toFixed(DECIMALS),
    bid1Size: bids[0][1].toFixed(6),
    ask1Price: asks[0][0].toFixed(DECIMALS),
    ask1Size: asks[0][1].toFixed(6),
    lastPrice: price(last),
    prevPrice24h: price(before),
    price24hPcnt: (last / before - 1).toFixed(4),
    highPrice24h: price(Math.max(...quarters.map(({ high }) => high))),
    lowPrice24h: price(Math.min(...quarters.map(({ low }) => low))),
    turnover24h: (volume * last).toFixed(4),
    volume24h: volume.toFixed(6),
  };
}

interface KlineBody {
  result: { list: Row[] };
}

export const BYBIT: FakeVenue = {
  owns: (path) => path.startsWith('/v5/'),
  method: 'GET',
  answer: ({ path, query, now }) => bybit(path, query, now),
  unit: 1,
  volume: 5,
  unpack: (body) => [...(body as KlineBody).result.list].reverse(),
  pack: (body, rows) => {
    const whole = body as KlineBody;
    return { ...whole, result: { ...whole.result, list: [...rows].reverse() } };
  },
  refusal: (text) => envelope(10016, text, {}, 0),
  limited: envelope(10006, 'Too many visits!', {}, 0),
};
