// Binance's public spot REST as documented (../shared/reference/market-data.md §3.1): klines, depth, 24h ticker, time.
// Pure: takes a path, a query and the moment, returns what is sent.

import { LISTED, type Asset, type Candle, INTERVALS, type Interval, LENGTH_MS } from './candles.ts';
import { bookAround, candlesAt, priceAt, runningAt } from './market.ts';
import { bookOf, type FakeVenue, type Reply, type Row } from './venue.ts';

/** The documented intervals, whatever of them is recorded; `1M` is a month and `1m` a minute. */
const KNOWN = ['1s', '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'];
const TICK: Partial<Record<Asset, number>> = { TAO: 0.1, BTC: 0.01, ETH: 0.01 };

class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function binance(path: string, query: URLSearchParams, now: number): Reply {
  try {
    switch (path) {
      case '/api/v3/klines':
        return klines(query, now);
      case '/api/v3/depth':
        return depth(query, now);
      case '/api/v3/ticker/24hr':
        return { status: 200, body: ticker(query, now) };
      case '/api/v3/time':
        return { status: 200, body: { serverTime: now } };
      default:
        return { status: 404, body: {} };
    }
  } catch (error) {
    if (error instanceof Refused) return { status: 400, body: { code: error.code, msg: error.message } };
    throw error;
  }
}

function klines(query: URLSearchParams, now: number): Reply {
  knownParameters(query, ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit']);
  const symbol = symbolOf(mandatory(query, 'symbol'));
  const name = mandatory(query, 'interval');
  if (!KNOWN.includes(name)) throw new Refused(-1120, 'Invalid interval.');
  const interval = INTERVALS.find((known) => known === name);
  if (!interval) throw new Error(`no ${name} candles are recorded; the fake exchange can not answer for them`);
  const limit = limitOf(query, 500, 1000);
  const start = whole(query, 'startTime');
  const end = whole(query, 'endTime') ?? Number.POSITIVE_INFINITY;
  const wanted = candlesAt(symbol, interval, now).filter(({ time }) => time >= (start ?? 0) && time <= end);
  // With a start the oldest from there, without one the newest.
  const rows = start === undefined ? wanted.slice(-limit) : wanted.slice(0, limit);
  return { status: 200, body: rows.map((candle) => kline(candle, interval)), candles: { asset: symbol, interval, rows } };
}

export type Kline = [number, string, string, string, string, string, number, string, number, string, string, string];

/** Prices and amounts are text with eight places, times and the count of trades are numbers. */
export function kline(candle: Candle, interval: Interval): Kline {
  const { time, open, high, low, close, volume } = candle;
  const quote = (volume * (high + low + close)) / 3;
  const text = (value: number): string => value.toFixed(8);
  return [
    time,
    text(open),
    text(high),
    text(low),
    text(close),
    text(volume),
    time + LENGTH_MS[interval] - 1,
    text(quote),
    Math.ceil(volume),
    text(volume / 2),
    text(quote / 2),
    '0',
  ];
}

function depth(query: URLSearchParams, now: number): Reply {
  knownParameters(query, ['symbol', 'limit']);
  const symbol = symbolOf(mandatory(query, 'symbol'));
  const limit = limitOf(query, 100, 5000);
  const book = bookAround(priceAt(symbol, now), TICK[symbol] ?? 0.001, limit);
  const text = (levels: [number, number][]): string[][] => levels.map((level) => level.map((value) => value.toFixed(8)));
  const [bids, asks] = [text(book.bids), text(book.asks)];
  return { status: 200, body: { lastUpdateId: Math.floor(now / 100), bids, asks }, book: bookOf(symbol, bids, asks) };
}

function ticker(query: URLSearchParams, now: number): unknown {
  knownParameters(query, ['symbol', 'symbols', 'type']);
  const list = query.get('symbols');
  if (list === null) {
    const one = query.get('symbol');
    return one === null ? LISTED.map((symbol) => day(symbol, now)) : day(symbolOf(one), now);
  }
  let names: unknown;
  try {
    names = JSON.parse(list);
  } catch {
    throw new Refused(-1100, "Illegal characters found in parameter 'symbols'; legal range is '^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$'.");
  }
  if (!Array.isArray(names)) throw new Refused(-1102, "Mandatory parameter 'symbols' was not sent, was empty/null, or malformed.");
  // One unknown symbol fails the whole list.
  return names.map((name) => day(symbolOf(String(name)), now));
}

function day(symbol: Asset, now: number): Record<string, string | number> {
  const from = now - LENGTH_MS['1d'];
  const quarters = candlesAt(symbol, '15m', now).filter(({ time }) => time >= from);
  const before = candlesAt(symbol, '15m', now).filter(({ time }) => time < from).at(-1);
  const open = quarters[0]?.open ?? runningAt(symbol, '15m', now).open;
  const last = priceAt(symbol, now);
  const volume = quarters.reduce((sum, candle) => sum + candle.volume, 0);
  const quote = quarters.reduce((sum, candle) => sum + candle.volume * candle.close, 0);
  const { bids, asks } = bookAround(last, TICK[symbol] ?? 0.001, 1);
  const count = quarters.reduce((sum, candle) => sum + Math.ceil(candle.volume), 0);
  const text = (value: number): string => value.toFixed(8);
  return {
    symbol: `${symbol}USDT`,
    priceChange: text(last - open),
    priceChangePercent: ((last / open - 1) * 100).toFixed(3),
    weightedAvgPrice: text(volume > 0 ? quote / volume : last),
    prevClosePrice: text(before?.close ?? open),
    lastPrice: text(last),
    lastQty: text(1),
    bidPrice: text(bids[0][0]),
    bidQty: text(bids[0][1]),
    askPrice: text(asks[0][0]),
    askQty: text(asks[0][1]),
    openPrice: text(open),
    highPrice: text(Math.max(...quarters.map((candle) => candle.high))),
    lowPrice: text(Math.min(...quarters.map((candle) => candle.low))),
    volume: text(volume),
    quoteVolume: text(quote),
    openTime: from,
    closeTime: now,
    firstId: 1,
    lastId: count,
    count,
  };
}

function symbolOf(name: string): Asset {
  if (!/^[A-Z0-9-_.]{1,20}$/.test(name)) {
    throw new Refused(-1100, "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.");
  }
  const symbol = LISTED.find((known) => `${known}USDT` === name);
  if (!symbol) throw new Refused(-1121, 'Invalid symbol.');
  return symbol;
}

function mandatory(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) throw new Refused(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  return value;
}

function whole(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[0-9]{1,20}$/.test(value)) {
    throw new Refused(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`);
  }
  return Number(value);
}

/** More than the most that is served is cut down without a word. */
function limitOf(query: URLSearchParams, usual: number, most: number): number {
  const limit = whole(query, 'limit') ?? usual;
  if (limit === 0) throw new Refused(-1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(limit, most);
}

function knownParameters(query: URLSearchParams, known: string[]): void {
  const names = [...query.keys()];
  const unread = names.filter((name) => !known.includes(name));
  if (unread.length > 0) throw new Refused(-1101, `Too many parameters; expected '${names.length - unread.length}' and received '${names.length}'.`);
}

export const BINANCE: FakeVenue = {
  owns: (path) => path.startsWith('/api/v3/'),
  method: 'GET',
  answer: ({ path, query, now }) => binance(path, query, now),
  unit: 1,
  volume: 5,
  unpack: (body) => body as Row[],
  pack: (_, rows) => rows,
  refusal: (text) => ({ status: 400, body: { code: -1000, msg: text } }),
  limited: { status: 429, body: { code: -1003, msg: 'Too many requests queued.' } },
};
