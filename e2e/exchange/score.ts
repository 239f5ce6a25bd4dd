// The oracle: the same candles through core's native example program, which knows neither wasm nor browser.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Candle, INTERVALS, type Interval, toCsv } from './candles.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = process.env.TAO_SCORE ?? join(root, 'target/release/examples/score');

export interface TimeframeReport {
  timeframe: Interval;
  ready: boolean;
  candles: number;
  reading: number | null;
  [field: string]: unknown;
}

/** What tests read of the Assessment (schema 1); the whole is in ../shared/design/scoring.md §10. */
export interface Assessment {
  schema: number;
  symbol: string;
  at: number;
  price: number | null;
  conviction: number | null;
  verdict: string;
  coverage: number;
  mtf: { score: number | null; timeframes: TimeframeReport[]; [field: string]: unknown };
  families: { family: string; value: number | null; reason: string | null; [field: string]: unknown }[];
  regime: { state: string; [field: string]: unknown };
  gates: { gate: string; state: string; [field: string]: unknown }[];
  data: { state: string; source: string | null; rejectedCandles: number; gaps: number; [field: string]: unknown };
  [field: string]: unknown;
}

/** An asset's candles, and those of what surrounds it. */
export type Served = Record<Interval, Candle[]> & { surroundings?: Surroundings };

export interface Surroundings {
  btc: Record<Interval, Candle[]>;
  basket: Record<string, Record<Interval, Candle[]>>;
  /** The second source and its close of the last closed hour. */
  confirmation?: { source: string; close: number };
}

/** The native Assessment at `at` from exactly these candles; invalid ones, doubles and their order are left to it. */
export function score(served: Served, at: number, symbol = 'TAO'): Assessment {
  if (!existsSync(PROGRAM)) {
    throw new Error(
      `${PROGRAM} is not there; build it with: cargo build --release -p tao-conviction-core --example score`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'tao-score-'));
  try {
    const files = (option: string, name: string, prefix: string, candles: Record<Interval, Candle[]>): string[] =>
      INTERVALS.filter((interval) => candles[interval].length > 0).flatMap((interval) => {
        const file = join(folder, `${name}-${interval}.csv`);
        writeFileSync(file, toCsv(candles[interval]));
        return [option, `${prefix}${interval}=${file}`];
      });
    const { btc, basket, confirmation } = served.surroundings ?? {};
    const facts = join(folder, 'facts.json');
    writeFileSync(facts, JSON.stringify({ confirmation }));
    const line = execFileSync(
      PROGRAM,
      [
        ...files('--candles', symbol, '', served),
        ...(btc ? files('--btc', 'btc', '', btc) : []),
        // Numbered, so that the members keep their order.
        ...Object.entries(basket ?? {}).flatMap(([name, candles], index) => files('--basket', name, `${index}${name}=`, candles)),
        ...['--facts', facts, '--symbol', symbol, '--at', String(at)],
      ],
      { encoding: 'utf8' },
    );
    return JSON.parse(line) as Assessment;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
