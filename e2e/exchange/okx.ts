// OKX v5's public spot REST as documented (../shared/reference/market-data.md §3.6): candles, books, ticker, time.
// Text, newest first, `confirm` in the ninth place; errors mostly with HTTP 200. A day starts at UTC+8 unless `utc` is
// asked for. Pure.

import { LISTED, type Asset, type Candle, type Interval, LENGTH_MS, merged } from './candles.ts';
import { DECIMALS, bookAround, candlesAt, dayBefore, priceAt, priced, tickAt } from './market.ts';
import { bookOf, type FakeVenue, type Reply, type Row } from './venue.ts';

const BARS = ['1m', '3m', '5m', '15m', '30m', '1H', '2H', '4H', '6H', '12H', '1D', '1W', '1M', '6Hutc', '12Hutc', '1Dutc', '1Wutc', '1Mutc'];
const RECORDED: Record<string, Interval> = { '15m': '15m', '1H': '1h', '4H': '4h', '1Dutc': '1d' };
const PREMIUM = 0.9998;
const MAX_ROWS = 300;
/** How far back this endpoint reaches, in candles. */
const WINDOW = 1440;

const envelope = (code: string, message: string, data: unknown[]): Reply => ({ status: 200, body: { code, msg: message, data } });
const answer = (...data: unknown[]): Reply => envelope('0', '', data);
const refusal = (code: string, message: string): Reply => envelope(code, message, []);

export function okx(path: string, query: URLSearchParams, now: number): Reply {
  if (path === '/api/v5/public/time') return answer({ ts: String(now) });
  const id = query.get('instId');
  if (!id) return refusal('50014', 'Parameter instId can not be empty.');
  const asset = LISTED.find((known) => `${known}-USDT` === id);
  if (!asset) return refusal('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
  switch (path) {
    case '/api/v5/market/candles':
      return candles(asset, query, now);
    // Everything there ever was, at the same limits.
    case '/api/v5/market/history-candles':
      return candles(asset, query, now, Number.POSITIVE_INFINITY);
    case '/api/v5/market/books':
      return books(asset, query, now);
    case '/api/v5/market/ticker':
      return answer(ticker(asset, now));
    default:
      return { status: 404, body: { code: '404', msg: 'Not Found', data: [] } };
  }
}

/** `after` means earlier than, and `before` later than; neither includes the time itself. */
function candles(asset: Asset, query: URLSearchParams, now: number, window = WINDOW): Reply {
  const bar = query.get('bar') ?? '1m';
  if (!BARS.includes(bar)) return refusal('51000', 'Parameter bar error');
  const limit = Number(query.get('limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1) return refusal('51000', 'Parameter limit error');
  const after = Number(query.get('after') ?? Number.POSITIVE_INFINITY);
  const before = Number(query.get('before') ?? Number.NEGATIVE_INFINITY);
  if (Number.isNaN(after) || Number.isNaN(before)) return refusal('51000', 'Parameter after error');
  const interval = RECORDED[bar];
  const all = interval ? candlesAt(asset, interval, now) : bar === '1D' ? daysOfHongKong(asset, now) : undefined;
  if (!all) throw new Error(`no ${bar} candles are recorded; the fake exchange can not answer for them`);
  const wanted = all.slice(-window).filter(({ time }) => time < after && time > before);
  const rows = wanted.slice(-Math.min(limit, MAX_ROWS)).map((candle) => priced(candle, PREMIUM, DECIMALS));
  const running = all.at(-1)?.time;
  const reply = answer(...rows.map((candle) => row(candle, candle.time !== running)).reverse());
  // Days of another calendar are no 1d candles, whatever they look like.
  return interval ? { ...reply, candles: { asset, interval, rows } } : reply;
}

function daysOfHongKong(asset: Asset, now: number): Candle[] {
  const shift = 8 * LENGTH_MS['1h'];
  const days = new Map<number, Candle[]>();
  for (const hour of candlesAt(asset, '1h', now).slice(-24 * 30)) {
    const day = hour.time - ((hour.time + shift) % LENGTH_MS['1d']);
    days.set(day, [...(days.get(day) ?? []), hour]);
  }
  return [...days].map(([time, hours]) => merged(hours, time));
}

export type CandleRow = [string, string, string, string, string, string, string, string, '0' | '1'];

function row({ time, open, high, low, close, volume }: Candle, confirmed: boolean): CandleRow {
  const quote = ((volume * (high + low)) / 2).toFixed(6);
  const [o, h, l, c] = [open, high, low, close].map(String);
  return [String(time), o, h, l, c, String(volume), quote, quote, confirmed ? '1' : '0'];
}

function books(asset: Asset, query: URLSearchParams, now: number): Reply {
  const count = Number(query.get('sz') ?? 1);
  if (!Number.isInteger(count) || count < 1 || count > 400) return refusal('51000', 'Parameter sz error');
  const mid = priceAt(asset, now) * PREMIUM;
  const all = bookAround(mid, tickAt(mid), count);
  const side = (levels: [number, number][]): string[][] =>
    levels.map(([price, size]) => [price.toFixed(DECIMALS), size.toFixed(6), '0', '1']);
  const [bids, asks] = [side(all.bids), side(all.asks)];
  return { ...answer({ asks, bids, ts: String(now) }), book: bookOf(asset, bids, asks) };
}

function ticker(asset: Asset, now: number): Record<string, string> {
  const quarters = candlesAt(asset, '15m', now).filter(({ time }) => time >= now - LENGTH_MS['1d']);
  const price = (value: number): string => (value * PREMIUM).toFixed(DECIMALS);
  const last = priceAt(asset, now);
  const { bids, asks } = bookAround(last * PREMIUM, tickAt(last), 1);
  const volume = quarters.reduce((sum, candle) => sum + candle.volume, 0);
  return {
    instType: 'SPOT',
    instId: `${asset}-USDT`,
    last: price(last),
    bidPx: bids[0][0].toFixed(DECIMALS),
    askPx: asks[0][0].toFixed(DECIMALS),
    open24h: price(dayBefore(asset, now)),
    high24h: price(Math.max(...quarters.map(({ high }) => high))),
    low24h: price(Math.min(...quarters.map(({ low }) => low))),
    vol24h: volume.toFixed(6),
    volCcy24h: (volume * last).toFixed(6),
    ts: String(now),
  };
}

interface CandlesBody {
  data: Row[];
}

export const OKX: FakeVenue = {
  owns: (path) => path.startsWith('/api/v5/'),
  method: 'GET',
  answer: ({ path, query, now }) => okx(path, query, now),
  unit: 1,
  volume: 5,
  unpack: (body) => [...(body as CandlesBody).data].reverse(),
  pack: (body, rows) => ({ ...(body as CandlesBody), data: [...rows].reverse() }),
  refusal: (text) => refusal('50026', text),
  limited: { status: 429, body: { code: '50011', msg: 'Too Many Requests', data: [] } },
};
