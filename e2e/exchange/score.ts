// The oracle: the same candles through core's native example program, which knows neither wasm nor browser.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Candle, type Candles, INTERVALS, type Interval, toCsv } from './candles.ts';

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
  families: unknown[];
  gates: { gate: string; state: string; [field: string]: unknown }[];
  data: { state: string; source: string | null; rejectedCandles: number; gaps: number; [field: string]: unknown };
  [field: string]: unknown;
}

/** The native Assessment at `at` from exactly these candles; invalid ones, doubles and their order are left to it. */
export function score(candles: Record<Interval, Candle[]>, at: number, symbol = 'TAO'): Assessment {
  return scoreAt([at], candles, undefined, symbol)[0];
}

/** The native Assessments at several times, with Bitcoin's candles when they are given. */
export function scoreAt(times: readonly number[], candles: Partial<Candles>, btc: Partial<Candles> = {}, symbol = 'TAO'): Assessment[] {
  if (!existsSync(PROGRAM)) {
    throw new Error(
      `${PROGRAM} is not there; build it with: cargo build --release -p tao-conviction-core --example score`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'tao-score-'));
  const files = (flag: string, all: Partial<Candles>): string[] =>
    INTERVALS.flatMap((interval) => {
      const series = all[interval] ?? [];
      if (series.length === 0) return [];
      const file = join(folder, `${flag}-${interval}.csv`);
      writeFileSync(file, toCsv(series));
      return [`--${flag}`, `${interval}=${file}`];
    });
  try {
    const arguments_ = [...files('candles', candles), ...files('btc', btc), '--symbol', symbol];
    const output = execFileSync(PROGRAM, [...arguments_, ...times.flatMap((at) => ['--at', String(at)])], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return output.trim().split('\n').map((line) => JSON.parse(line) as Assessment);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
