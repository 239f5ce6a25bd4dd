// What an exchange would know at a chosen moment: the candles that have closed, and the part of the running one that
// has been traded so far.

import { type Candle, type Interval, LENGTH_MS, type Asset, candlesOf, merged } from './candles.ts';

/** All candles of `interval` that have opened by `now`, oldest first; the last one is still running. */
export function candlesAt(symbol: Asset, interval: Interval, now: number): Candle[] {
  return [...closedAt(symbol, interval, now), runningAt(symbol, interval, now)];
}

export function closedAt(symbol: Asset, interval: Interval, now: number): Candle[] {
  const length = LENGTH_MS[interval];
  return candlesOf(symbol)[interval].filter((candle) => candle.time + length <= now);
}

/** The candle in progress, from the 15m candles that have closed in it and what was traded of the current one. */
export function runningAt(symbol: Asset, interval: Interval, now: number): Candle {
  const bucket = now - (now % LENGTH_MS[interval]);
  const quarters = candlesOf(symbol)['15m'].filter((candle) => candle.time >= bucket && candle.time <= now);
  const current = quarters.at(-1);
  const quarter = LENGTH_MS['15m'];
  if (!current || current.time + quarter <= now || quarters.length !== Math.floor((now - bucket) / quarter) + 1) {
    throw new Error(`there are no ${symbol} candles that reach from ${new Date(bucket).toISOString()} to the moment ${new Date(now).toISOString()}`);
  }
  return merged([...quarters.slice(0, -1), begun(current, (now - current.time) / quarter)], bucket);
}

/** The first `part` (0 to 1) of a 15m candle: nobody knows its ticks, so prices move evenly towards where they end. */
function begun(candle: Candle, part: number): Candle {
  const { time, open, high, low, close, volume } = candle;
  const towards = (price: number): number => Number((open + (price - open) * part).toFixed(8));
  return { time, open, high: towards(high), low: towards(low), close: towards(close), volume: Number((volume * part).toFixed(8)) };
}

/** The candle at a venue whose prices are `premium` times those recorded. Rounding keeps the order of prices, so it stays valid. */
export function priced(candle: Candle, premium: number, decimals: number): Candle {
  const own = (price: number): number => Number((price * premium).toFixed(decimals));
  return { ...candle, open: own(candle.open), high: own(candle.high), low: own(candle.low), close: own(candle.close) };
}

/** Places of the prices at venues that write all assets alike. */
export const DECIMALS = 5;

/** How far the levels of such a venue's order books lie apart. */
export function tickAt(price: number): number {
  return price < 100 ? 0.001 : 0.1;
}

/** The price of 24 hours ago. */
export function dayBefore(symbol: Asset, now: number): number {
  const from = now - LENGTH_MS['1d'];
  const quarter = candlesAt(symbol, '15m', now).find(({ time }) => time >= from);
  if (!quarter) throw new Error(`there are no ${symbol} candles of the day before ${new Date(now).toISOString()}`);
  return quarter.open;
}

export function priceAt(symbol: Asset, now: number): number {
  return runningAt(symbol, '15m', now).close;
}

/** An order book around `mid`: `levels` a side, a tick apart, each worth 10,000 in the quote currency. */
export function bookAround(mid: number, tick: number, levels: number): { bids: [number, number][]; asks: [number, number][] } {
  const side = (direction: 1 | -1): [number, number][] => {
    const first = direction === 1 ? Math.floor(mid / tick) + 1 : Math.ceil(mid / tick) - 1;
    const prices = Array.from({ length: levels }, (_, index) => (first + direction * index) * tick).filter((price) => price > 0);
    return prices.map((price) => [price, 10_000 / price]);
  };
  return { bids: side(-1), asks: side(1) };
}
