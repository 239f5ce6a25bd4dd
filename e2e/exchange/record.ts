// The oracle of the track record: the candles that were sent, through core's native example program.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Asset, type Candle, type Interval, LENGTH_MS, sumUp, toCsv } from './candles.ts';
import type { Exchange } from './server.ts';
import type { Venue } from './venues.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const PROGRAM = process.env.TAO_RECORD ?? join(root, 'target/release/examples/record');

/** What the widget exports. */
export interface Exported {
  symbol: Asset;
  source: Venue;
  since: number;
  until: number;
  candles: { symbol: Asset; timeframe: Interval; from: number | null; to: number | null; count: number; used: boolean; end: string }[];
  record: { decisions: number; leftOut: string[]; percentile: number; from: number; to: number; horizons: { words: string }[]; setups: unknown[] } | null;
}

/** Everything of one series that was ever sent, by whatever request. */
export function sentOf(exchange: Exchange, venue: Venue, asset: Asset, interval: Interval): Candle[] {
  const requests = exchange.candleRequests(venue, asset);
  const rows = (own: typeof requests): Candle[] => {
    const latest = new Map(own.flatMap(({ sent }) => sent ?? []).map((candle) => [candle.time, candle]));
    return [...latest.values()].sort((a, b) => a.time - b.time);
  };
  // Where the venue lacks 4h, they are summed up from hours.
  if (venue === 'coinbase' && interval === '4h') return sumUp(rows(requests.filter((request) => request.interval === '1h')), '1h', '4h');
  return rows(requests.filter((request) => request.interval === interval));
}

/** The native record of what was sent, as far as `exported` says that it was used. */
export function nativeRecord(exchange: Exchange, exported: Exported): Exported['record'] {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there; build it with: cargo build --release -p tao-conviction-core --example record`);
  const folder = mkdtempSync(join(tmpdir(), 'tao-record-'));
  try {
    const files = exported.candles.filter(({ used }) => used).flatMap(({ symbol, timeframe, from, to, count }) => {
      const candles = sentOf(exchange, exported.source, symbol, timeframe).filter(({ time }) => time >= from! && time <= to!);
      if (candles.length !== count) throw new Error(`${symbol} ${timeframe}: ${count} candles are said to be used, ${candles.length} were sent`);
      const file = join(folder, `${symbol}-${timeframe}.csv`);
      writeFileSync(file, toCsv(candles));
      const named = `${timeframe}=${file}`;
      if (symbol === exported.symbol) return ['--candles', named, ...(symbol === 'BTC' && timeframe === '1d' ? ['--btc', named] : [])];
      return symbol === 'BTC' ? ['--btc', named] : ['--basket', `${symbol}=${named}`];
    });
    const times = ['--since', String(exported.since), '--until', String(exported.until)];
    const output = execFileSync(PROGRAM, [...files, ...times, '--symbol', exported.symbol, '--as-given', '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return JSON.parse(output) as Exported['record'];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How many candles of a series a venue had that opened from `from` on and had closed by `until`. */
export function between(candles: Candle[], interval: Interval, from: number, until: number): number {
  return candles.filter(({ time }) => time >= from && time + LENGTH_MS[interval] <= until).length;
}
