// The widget as tests see it: its parts, its state, and how it writes numbers. Follows the DOM contract that site owners
// may rely on: parts, data attributes, events and properties, never class names of the inside.

import { type Locator, expect } from '@playwright/test';
import type { Assessment } from '../exchange/score.ts';

export type State = 'loading' | 'live' | 'delayed' | 'cached' | 'partial' | 'unavailable' | 'simulated';

export interface PageEvent {
  type: string;
  /** Name of the element that the document sees as the event's target. */
  tag: string;
  detail: Assessment;
}

const VERDICTS: Record<string, string> = {
  'strong-bullish': 'Strong bullish',
  bullish: 'Bullish',
  neutral: 'Neutral',
  bearish: 'Bearish',
  'strong-bearish': 'Strong bearish',
  'insufficient-data': 'Insufficient data',
};

/** A whole number with its sign as the widget writes it: `+48`, `−12` with a real minus, `0`. */
export function signed(value: number): string {
  const digits = String(Math.round(Math.abs(value)));
  if (digits === '0') return '0';
  return value > 0 ? `+${digits}` : `−${digits}`;
}

/** A score with its sign; where rounding would carry it over a verdict's limit it keeps a decimal. */
export function scored(value: number): string {
  const over = [15, 40].some((limit) => Math.abs(value) < limit !== Math.round(Math.abs(value)) < limit);
  if (!over) return signed(value);
  return `${value > 0 ? '+' : '−'}${(Math.trunc(10 * Math.abs(value)) / 10).toFixed(1)}`;
}

export class Widget {
  constructor(readonly element: Locator) {}

  get root(): Locator {
    return this.element.locator('.tao');
  }

  part(name: string): Locator {
    return this.element.locator(`[part~=${name}]`);
  }

  timeframe(name: string): Locator {
    return this.element.locator(`[part~=timeframe][data-timeframe="${name}"]`);
  }

  async is(state: State): Promise<void> {
    await expect(this.root).toHaveAttribute('data-state', state);
  }

  async from(source: string): Promise<void> {
    await expect(this.part('source')).toHaveText(source);
  }

  assessment(): Promise<Assessment> {
    return this.element.evaluate((element) => (element as unknown as { assessment: Assessment }).assessment);
  }

  set(attribute: string, value: string): Promise<void> {
    return this.element.evaluate((element, [name, text]) => element.setAttribute(name, text), [attribute, value]);
  }

  refresh(): Promise<void> {
    return this.element.evaluate((element) => (element as unknown as { refresh(): void }).refresh());
  }

  /** Every number that the card shows of `expected`, to the digit. */
  async shows(expected: Assessment): Promise<void> {
    const { conviction, mtf, verdict } = expected;
    if (conviction !== null) await expect(this.part('score')).toHaveText(scored(conviction));
    await expect(this.part('verdict')).toHaveText(new RegExp(`^([▲▼] *)?${VERDICTS[verdict]}$`));
    if (mtf.score !== null) {
      const number = signed(mtf.score).replace('+', '\\+');
      await expect(this.part('mtf')).toHaveText(new RegExp(`(^|\\s)${number}(\\s|$)`));
    }
    await expect(this.part('timeframe')).toHaveCount(mtf.timeframes.length);
    for (const { timeframe, reading } of mtf.timeframes) {
      if (reading === null) continue;
      await expect(this.timeframe(timeframe).locator('[part~=reading]'), timeframe).toHaveText(signed(100 * reading));
    }
  }

  /**
   * The card and the element's `assessment` say the same as `oracle` does of the same candles at the same time: at once,
   * or as soon as what is under way has come.
   */
  async agrees(oracle: (at: number) => Assessment): Promise<Assessment> {
    let own = await this.assessment();
    await expect(async () => {
      own = await this.assessment();
      expect(differences(own, oracle(own.at))).toEqual([]);
    }).toPass({ timeout: 15_000, intervals: [100, 250, 500, 1000] });
    await this.shows(oracle(own.at));
    return own;
  }
}

/** What is computed; the price, the source and its quote currency are known to the widget only. */
const COMPUTED = ['schema', 'symbol', 'at', 'conviction', 'verdict', 'setup', 'coverage', 'agreement', 'strength', 'damp', 'mtf', 'families', 'gates', 'regime', 'correlation', 'catalysts', 'riskFlags'];

/** Where two Assessments differ: to the last bit of a number. Empty when they are the same. */
export function differences(own: Assessment, expected: Assessment): string[] {
  const found: string[] = [];
  const compare = (path: string, a: unknown, b: unknown): void => {
    if (typeof a === 'number' && typeof b === 'number') {
      if (!Object.is(a, b)) found.push(`${path}: ${a} instead of ${b}`);
    } else if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
      const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
      for (const key of keys) compare(`${path}.${key}`, (a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]);
    } else if (a !== b) {
      found.push(`${path}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`);
    }
  };
  for (const key of COMPUTED) compare(key, own[key], expected[key]);
  for (const key of ['rejectedCandles', 'gaps', 'confirmedBy', 'contradictedBy'] as const) compare(`data.${key}`, own.data[key], expected.data[key]);
  return found;
}
