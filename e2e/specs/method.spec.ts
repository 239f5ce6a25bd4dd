// The method with this moment's numbers: every line is rebuilt from what stands beside it and is what the core says, and
// the page shows the panel's own numbers, unknown ones as unknown.

import { readFileSync } from 'node:fs';
import { type Candles, BASKET, INTERVALS, LENGTH_MS, NOW, candlesOf } from '../exchange/candles.ts';
import { type Explanation, FEED, type Surroundings, explainAt } from '../exchange/score.ts';
import { expect, test } from '../pages/journey.ts';

interface Form {
  places?: number;
  percent?: boolean;
  words?: object;
  time?: boolean;
}
type Value = number | string | null;
interface Line {
  id: string;
  from: Record<string, [Value, Form]>;
  form: Form;
  work: ((values: Record<string, Value>) => Value) | null;
  computed: Value;
  engine: Value | undefined;
  value: Value;
}
interface Method {
  erf(x: number): number;
  rank(z: number): number;
  lines(assessment: unknown, workings: unknown): Line[];
  agrees(line: Line): boolean | null;
  written(value: unknown, form: Form): string;
}
// By its text: Node would take a .js without a package.json beside it for CommonJS.
const SCRIPT = readFileSync(new URL('../../page/method.js', import.meta.url), 'utf8');
const { erf, rank, lines, agrees, written } = (await import(`data:text/javascript,${encodeURIComponent(SCRIPT)}`)) as Method;

/** What a reader takes for the value: the number as it is written. */
function read(value: Value, form: Form): Value {
  if (value === null || form.words || form.time) return value;
  const number = Number(written(value, form).replace('−', '-').replace(/[,+ %]/g, ''));
  return form.percent ? number / 100 : number;
}

const DAY = LENGTH_MS['1d'];
const AROUND: Surroundings = {
  btc: candlesOf('BTC'),
  basket: Object.fromEntries(BASKET.map((name) => [name, candlesOf(name)])),
};
const chain = {
  lastHalving: NOW - 270 * DAY,
  nextHalving: NOW + 50 * DAY,
  stakedShare: 0.63,
  stakedShareChange: -0.03,
  nakamoto: 3,
  emissionHhi: 0.22,
  launches: [1, 3, 8, 20].map((days, index) => ({ netuid: 100 + index, at: NOW - days * DAY })),
};
const feed = [...FEED, { kind: 'listing', title: 'To come', at: NOW + 9 * DAY, direction: 1, magnitude: 0.15, halfLifeDays: 14, sourceUrl: 'https://example.org/' }];
const TIMES = [-4.3, -3, -2.1, -1.37, 0, 0.8, 1.9, 2.6].map((days) => NOW + days * DAY);
const newest = (candles: Candles, count: number, at: number): Candles =>
  Object.fromEntries(INTERVALS.map((interval) => [interval, candles[interval].filter(({ time }) => time + LENGTH_MS[interval] <= at).slice(-count)])) as Candles;

/** Markets of every kind: all known, little known, two sources at odds, a formula of one's own, other assets. */
const MARKETS: Record<string, () => Explanation[]> = {
  'all known': () => explainAt(TIMES, candlesOf('TAO'), { ...AROUND, chain, feed, depth: 81_234.5, confirmation: { source: 'kraken', close: hour(NOW) } }),
  'nothing but candles': () => explainAt(TIMES, candlesOf('TAO')),
  'a thin book and a second source at odds': () => explainAt(TIMES, candlesOf('TAO'), { ...AROUND, feed: [], depth: 900, confirmation: { source: 'kraken', close: 1.03 * hour(NOW) } }),
  'timeframes of one’s own': () => explainAt(TIMES, candlesOf('TAO'), { ...AROUND, feed, parameters: { timeframes: [0, 0, 3, 1.25] } }),
  'a timeframe that warms up': () => explainAt([NOW], { ...candlesOf('TAO'), '1d': newest(candlesOf('TAO'), 460, NOW)['1d'] }, { ...AROUND, feed, asGiven: true }),
  'too few candles everywhere': () => explainAt([NOW], newest(candlesOf('TAO'), 300, NOW), { asGiven: true }),
  'few tokens': () => explainAt(TIMES, candlesOf('TAO'), { btc: AROUND.btc, basket: Object.fromEntries(Object.entries(AROUND.basket).slice(0, 2)) }),
  Bitcoin: () => explainAt(TIMES, candlesOf('BTC'), {}, 'BTC'),
  'a token of the basket': () => explainAt(TIMES, candlesOf('FET'), { ...AROUND, basket: Object.fromEntries(Object.entries(AROUND.basket).slice(1)) }, 'FET'),
};

function hour(at: number): number {
  return candlesOf('TAO')['1h'].filter(({ time }) => time + LENGTH_MS['1h'] <= at).at(-1)!.close;
}

test.describe('without a page', () => {
  test('the error function is that of the tables', () => {
    // DLMF and Abramowitz & Stegun, table 7.1.
    const table = [[0, 0], [0.1, 0.112462916018285], [0.5, 0.520499877813047], [1, 0.842700792949715], [1.5, 0.966105146475311], [2, 0.995322265018953], [3, 0.999977909503001]];
    for (const [x, expected] of table) {
      expect(Math.abs(erf(x) - expected), `erf(${x})`).toBeLessThan(1e-14);
      expect(erf(-x)).toBe(-erf(x));
    }
    expect([erf(5.999), erf(6.001), erf(-40), rank(Infinity)]).toEqual([1, 1, -1, 1]);
    expect(Math.abs(rank(1) - 0.682689492137086)).toBeLessThan(1e-14);
  });

  for (const [what, explain] of Object.entries(MARKETS)) {
    test(`${what}: each line, computed from its ingredients, is what the core says`, () => {
      for (const explanation of explain()) {
        const all = lines(explanation.assessment, explanation);
        const checked = all.map((line) => [line.id, agrees(line)] as const);
        expect(checked.filter(([, agreed]) => agreed === false).map(([id]) => id)).toEqual([]);
        // What the core tells and the page can't rebuild is none of the formulas.
        expect(all.filter(({ work, engine, computed }) => work && engine != null && computed === null).map(({ id }) => id)).toEqual([]);
        const ready = explanation.readings.length;
        expect(checked.filter(([, agreed]) => agreed).length).toBeGreaterThanOrEqual(13 * ready + 14);
        // No figure of the Assessment is left out: those of each timeframe, each family, each gate.
        for (const report of explanation.assessment.mtf.timeframes) {
          for (const key of ['trend', 'alignment', 'rsi', 'momentum', 'reading', 'strength', 'stack', 'close', 'ema20', 'ema50', 'ema200', 'rsi14', 'adx14', 'volatility']) {
            expect(all.find(({ id }) => id === `${report.timeframe}.${key}`)?.value, `${report.timeframe}.${key}`).toBe(report[key]);
          }
        }
        for (const { family, value, points } of explanation.assessment.families) {
          expect([`${family}.value`, `${family}.points`].map((key) => all.find(({ id }) => id === key)!.value)).toEqual([value, points]);
        }
        for (const { gate, state, value } of explanation.assessment.gates) {
          expect([`gate.${gate}`, `gate.${gate}.value`].map((key) => all.find(({ id }) => id === key)!.value)).toEqual([state, value]);
        }
        for (const key of ['conviction', 'verdict', 'setup', 'coverage', 'agreement', 'strength']) {
          expect(all.find(({ id }) => id === key)!.value, key).toBe(explanation.assessment[key]);
        }
      }
    });

    test(`${what}: whoever computes with the numbers as they are written gets the result that is written`, () => {
      for (const explanation of explain()) {
        for (const { id, from, form, work, value } of lines(explanation.assessment, explanation)) {
          if (!work || value === null || form.words) continue;
          const result = work(Object.fromEntries(Object.entries(from).map(([name, [one, its]]) => [name, read(one, its)])));
          const unit = 10 ** -form.places! / (form.percent ? 100 : 1);
          const shown = read(value, form);
          expect(Math.abs((result as number) - (shown as number)), `${id}: ${result} for ${shown} of ${JSON.stringify(from)}`).toBeLessThanOrEqual(2.001 * unit);
          expect(Math.abs((value as number) - (shown as number)), id).toBeLessThanOrEqual(0.5001 * unit);
        }
      }
    });
  }
});
