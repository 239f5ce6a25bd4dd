// The candles that the fake exchanges trade on: real ones from ../shared/data/candles where that folder is, else the
// simulated ones of sample/. Only loads; what an exchange shows of them at a chosen moment is market.ts.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const INTERVALS = ['15m', '1h', '4h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];

export const LENGTH_MS: Record<Interval, number> = {
  '15m': 15 * 60_000,
  '1h': 60 * 60_000,
  '4h': 4 * 60 * 60_000,
  '1d': 24 * 60 * 60_000,
};

export interface Candle {
  /** Open time, Unix ms. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export type Candles = Record<Interval, Candle[]>;

/** The AI tokens of the published basket. */
export const BASKET = ['FET', 'RENDER', 'NEAR', 'ICP', 'GRT', 'WLD', 'VIRTUAL'] as const;
/** Assets that the fake exchanges know, if they list them. */
export const ASSETS = ['TAO', 'BTC', 'ETH', ...BASKET] as const;
/** What else a watchlist may hold: all that the widget knows but Dogecoin, which nobody lists here. */
const OTHERS = [
  'SOL', 'XRP', 'BNB', 'ADA', 'TRX', 'AVAX', 'LINK', 'SUI', 'DOT', 'LTC', 'BCH', 'HBAR', 'XLM', 'UNI', 'AAVE', 'ATOM', 'APT', 'ARB', 'OP', 'INJ', 'FIL', 'AR', 'LPT', 'THETA', 'ARKM', 'AKT', 'KAITO', 'AIXBT', 'IO',
] as const;
export const LISTED = [...ASSETS, ...OTHERS] as const;
export type Asset = (typeof LISTED)[number];

/** The first line of a file of candles; anything else is refused. */
const HEADER = 'ts_ms,open,high,low,close,volume';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const recorded = process.env.TAO_CANDLES ?? join(root, '../shared/data/candles');
/** Whether the candles were drawn by a random generator instead of traded. */
export const simulated = !existsSync(recorded);

/**
 * All candles are told 52 weeks later than they were traded: then Bittensor's chain, whose facts begin with its first
 * halving in December 2025, is as old as they are. Whole weeks keep weekends where they are, and summer time too.
 */
const SHIFT_MS = 52 * 7 * 24 * 60 * 60_000;

/** A moment with enough history before it and a few days of future after it: seven minutes into a 15m candle. */
export const NOW = Date.parse(simulated ? '2025-12-29T10:07:00Z' : '2025-09-12T10:07:00Z') + SHIFT_MS;

/** Playwright calls this once before all tests. */
export default function announce(): void {
  console.log(
    simulated
      ? 'candles: the simulated ones of sample/, since ../shared/data/candles is not here'
      : 'candles: real ones from ../shared/data/candles',
  );
}

const loaded = new Map<Asset, Candles>();

export function candlesOf(symbol: Asset): Candles {
  let candles = loaded.get(symbol);
  if (!candles) {
    const power = exponent(symbol);
    candles = power === undefined ? shifted(simulated ? fromSample(symbol) : fromRecords(symbol)) : standIn(power);
    loaded.set(symbol, candles);
  }
  return candles;
}

function shifted(candles: Candles): Candles {
  const entries = Object.entries(candles).map(([interval, series]) => [interval, series.map((candle) => ({ ...candle, time: candle.time + SHIFT_MS }))]);
  return Object.fromEntries(entries) as Candles;
}

/** How strongly each member of the basket moves when Ether moves by 1; some fall when it rises. */
const EXPONENTS = [1.3, 0.7, -0.5, 0.4, 1.7, -0.8, 0.9];

/** The same for the others, from −1.5 to 1.5 and never close to 0; nothing for those of which there are candles. */
function exponent(symbol: Asset): number | undefined {
  const [member, other] = [(BASKET as readonly string[]).indexOf(symbol), (OTHERS as readonly string[]).indexOf(symbol)];
  if (other >= 0) return (other % 2 ? -1 : 1) * (0.1 + ((other * 5) % 15) / 10);
  return EXPONENTS[member];
}

/** No candles of these are recorded, so each is a power of Ether's price: a market of its own, and a valid one. */
function standIn(exponent: number): Candles {
  const price = (ether: number): number => Number((5 * (ether / 2000) ** exponent).toFixed(6));
  const entries = Object.entries(candlesOf('ETH')).map(([interval, candles]) => [
    interval,
    candles.map(({ time, open, high, low, close, volume }) => {
      const [top, bottom] = exponent > 0 ? [high, low] : [low, high];
      return { time, open: price(open), high: price(top), low: price(bottom), close: price(close), volume };
    }),
  ]);
  return Object.fromEntries(entries) as Candles;
}

/** Of several recordings of a timeframe the latest, which reaches the end; one that is missing is summed up from 1h. */
function fromRecords(symbol: Asset): Candles {
  const files = readdirSync(recorded).sort();
  const find = (interval: Interval): Candle[] | undefined => {
    const prefix = `${symbol}USDT_binance-spot_${interval}_`;
    const name = files.filter((file) => file.startsWith(prefix)).at(-1);
    return name === undefined ? undefined : parseCsv(readFileSync(join(recorded, name), 'utf8'), name);
  };
  const quarter = find('15m');
  const hour = find('1h');
  if (!quarter || !hour) throw new Error(`${recorded} holds no 15m or no 1h spot candles of ${symbol}`);
  return { '15m': quarter, '1h': hour, '4h': find('4h') ?? sumUp(hour, '1h', '4h'), '1d': find('1d') ?? sumUp(hour, '1h', '1d') };
}

export function parseCsv(text: string, name: string): Candle[] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${name} starts with "${header}" where "${HEADER}" is expected`);
  return lines.map((line, index) => {
    const [time, open, high, low, close, volume] = line.split(',').map(Number);
    if (![time, open, high, low, close, volume].every(Number.isFinite)) {
      throw new Error(`${name}, line ${index + 2}: "${line}" is not six numbers`);
    }
    return { time, open, high, low, close, volume };
  });
}

export function toCsv(candles: readonly Candle[]): string {
  const lines = candles.map(({ time, open, high, low, close, volume }) => [time, open, high, low, close, volume].join(','));
  return `${[HEADER, ...lines].join('\n')}\n`;
}

interface Sample {
  simulated: boolean;
  timeframes: Record<Interval, { start: number; rows: [number, number, number, number, number][] }>;
}

function fromSample(symbol: Asset): Candles {
  const file = join(root, 'sample', `${symbol}.json`);
  const sample = JSON.parse(readFileSync(file, 'utf8')) as Sample;
  if (!sample.simulated) throw new Error(`${file} does not say that it is simulated`);
  const entries = INTERVALS.map((interval) => {
    const { start, rows } = sample.timeframes[interval];
    const candles = rows.map(([open, high, low, close, volume], index) => ({
      time: start + index * LENGTH_MS[interval],
      open,
      high,
      low,
      close,
      volume,
    }));
    return [interval, candles];
  });
  return Object.fromEntries(entries) as Candles;
}

/** Whether the method takes a candle of `length` ms: the rules of scoring.md §1. */
export function valid({ time, open, high, low, close, volume }: Candle, length: number): boolean {
  return time % length === 0 && low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && high < Number.POSITIVE_INFINITY && volume >= 0;
}

/** One candle from consecutive ones: first open, highest high, lowest low, last close, summed volume. */
export function merged(parts: readonly Candle[], time: number): Candle {
  const first = parts[0];
  const last = parts.at(-1);
  if (!first || !last) throw new Error('a candle is made of at least one other');
  return {
    time,
    open: first.open,
    high: Math.max(...parts.map((part) => part.high)),
    low: Math.min(...parts.map((part) => part.low)),
    close: last.close,
    volume: parts.reduce((sum, part) => sum + part.volume, 0),
  };
}

/** Longer candles from shorter ones; a bucket in which one is missing is left out. */
export function sumUp(candles: readonly Candle[], from: Interval, to: Interval): Candle[] {
  const length = LENGTH_MS[to];
  const buckets = new Map<number, Candle[]>();
  for (const candle of candles) {
    const bucket = candle.time - (candle.time % length);
    const parts = buckets.get(bucket);
    if (parts) parts.push(candle);
    else buckets.set(bucket, [candle]);
  }
  const complete = [...buckets].filter(([, parts]) => parts.length === length / LENGTH_MS[from]);
  return complete.map(([bucket, parts]) => merged(parts, bucket));
}
