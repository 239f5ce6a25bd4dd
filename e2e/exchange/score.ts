// The oracle: the same candles through core's native example program, which knows neither wasm nor browser.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Candle, type Candles, INTERVALS, type Interval, toCsv } from './candles.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const PROGRAM = process.env.TAO_SCORE ?? join(root, 'target/release/examples/score');

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
  btc: Partial<Candles>;
  basket: Record<string, Partial<Candles>>;
  /** The second source and its close of the last closed hour. */
  confirmation?: { source: string; close: number };
  /** What stands in the order book within ±0.5 % of mid. */
  depth?: number;
  /** The curated feed's events, and what the chain says, as the program's `--facts` has them. */
  feed?: unknown[];
  chain?: unknown;
  /** What differs from the published constants, as `core::ParameterValues` has it in JSON. */
  parameters?: unknown;
  /** A timeframe that isn't given is unknown, as for a widget that wasn't sent it; else it is built from shorter ones. */
  asGiven?: boolean;
}

/** The events of the feed that ships with the widget. */
export const FEED = (JSON.parse(readFileSync(new URL('../../catalysts.json', import.meta.url), 'utf8')) as { events: unknown[] }).events;

/** The native Assessment at `at` from exactly these candles; invalid ones, doubles and their order are left to it. */
export function score(served: Served, at: number, symbol = 'TAO'): Assessment {
  return scoreAt([at], served, served.surroundings, symbol)[0];
}

/** The native Assessments at several times, with what is known beside the asset's candles. */
export function scoreAt(times: readonly number[], candles: Partial<Candles>, surroundings: Partial<Surroundings> = {}, symbol = 'TAO'): Assessment[] {
  return run<Assessment>(times, candles, surroundings, symbol);
}

/** An Assessment with its workings: what `core/src/explanation.rs` says of it. */
export interface Explanation {
  assessment: Assessment;
  readings: { timeframe: Interval; [field: string]: unknown }[];
  relativeStrength: object | null;
  basket: (object | null)[];
  multipliers: { score: number; [field: string]: unknown } | null;
  [field: string]: unknown;
}

/** The same with everything that their figures were computed from. */
export function explainAt(times: readonly number[], candles: Partial<Candles>, surroundings: Partial<Surroundings> = {}, symbol = 'TAO'): Explanation[] {
  return run<Explanation>(times, candles, surroundings, symbol, ['--explain']);
}

function run<Line>(
  times: readonly number[],
  candles: Partial<Candles>,
  { btc = {}, basket = {}, confirmation, depth, feed, chain, parameters, asGiven }: Partial<Surroundings>,
  symbol: string,
  flags: readonly string[] = [],
): Line[] {
  if (!existsSync(PROGRAM)) {
    throw new Error(
      `${PROGRAM} is not there; build it with: cargo build --release -p tao-conviction-core --example score`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'tao-score-'));
  const files = (option: string, name: string, prefix: string, all: Partial<Candles>): string[] =>
    INTERVALS.flatMap((interval) => {
      const series = all[interval] ?? [];
      if (series.length === 0) return [];
      const file = join(folder, `${name}-${interval}.csv`);
      writeFileSync(file, toCsv(series));
      return [option, `${prefix}${interval}=${file}`];
    });
  try {
    const facts = join(folder, 'facts.json');
    writeFileSync(facts, JSON.stringify({ confirmation, depth, feed, chain, parameters }));
    const given = [
      ...files('--candles', 'own', '', candles),
      ...files('--btc', 'btc', '', btc),
      // Numbered, so that the members keep their order.
      ...Object.entries(basket).flatMap(([name, member], index) => files('--basket', name, `${index}${name}=`, member)),
      ...(asGiven ? ['--as-given'] : []),
      ...flags,
      ...['--facts', facts, '--symbol', symbol, ...times.flatMap((at) => ['--at', String(at)])],
    ];
    const output = execFileSync(PROGRAM, given, { encoding: 'utf8', maxBuffer: 1 << 28 });
    return output.trim().split('\n').map((line) => JSON.parse(line) as Line);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
