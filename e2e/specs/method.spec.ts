// The method with this moment's numbers: every line is rebuilt from what stands beside it and is what the core says, and
// the page shows the panel's own numbers, unknown ones as unknown.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import * as script from '../../page/method.js';
import { type Candles, BASKET, INTERVALS, LENGTH_MS, NOW, candlesOf } from '../exchange/candles.ts';
import { rows } from '../exchange/faults.ts';
import { type Explanation, FEED, type Surroundings, explainAt } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { objections } from '../pages/axe.ts';
import { expect, openPage, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

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
interface Script {
  erf(x: number): number;
  rank(z: number): number;
  lines(assessment: unknown, workings: unknown): Line[];
  agrees(line: Line): boolean | null;
  written(value: unknown, form: Form): string;
}
const { erf, rank, lines, agrees, written } = script as unknown as Script;

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
  launches: [0.5, 1, 3, 8, 20].map((days, index) => ({ netuid: 100 + index, at: NOW - days * DAY })),
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
    expect(Math.abs(erf(5.999) - 1)).toBeLessThan(1e-14);
    expect([erf(6.001), erf(-40), rank(Infinity)]).toEqual([1, -1, 1]);
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

  test('the tokens of the basket have names where all of them are there, and numbers where some are missing', () => {
    const names = (explanation: Explanation): Value[] => lines(explanation.assessment, explanation).filter(({ id }) => /^member\.\d+\.name$/.test(id)).map(({ value }) => value);
    expect(names(MARKETS['all known']!().at(-1)!)).toEqual([...BASKET]);
    expect(names(MARKETS['a token of the basket']!().at(-1)!)).toEqual(BASKET.slice(1));
    expect(names(MARKETS['few tokens']!().at(-1)!)).toEqual(['token 1', 'token 2']);
  });
});

type Of = Parameters<Parameters<typeof test>[2]>[0];

class Method {
  constructor(
    readonly page: Page,
    readonly widget: Widget,
  ) {}

  get root(): Locator {
    return this.page.locator('article.method');
  }

  /** What stands for a name of a line, or for its result. */
  slot(line: string, name = '='): Locator {
    return this.root.locator(`[data-line="${line}"]:is([data-n="${name}"]), [data-line="${line}"] [data-n="${name}"]`).first();
  }

  tally(kind: 'agree' | 'differ' | 'open'): Locator {
    return this.root.locator(`[data-tally=${kind}]`);
  }

  choose(timeframe: string): Promise<void> {
    return this.root.getByRole('radio', { name: timeframe }).check();
  }
}

/** The page, scrolled to the method, once its text has come. */
async function openMethod({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}, state: Parameters<Widget['is']>[0] = 'live'): Promise<Method> {
  const widget = await openPage(page, site, exchange, query);
  await widget.is(state);
  await page.locator('#method-place').scrollIntoViewIfNeeded();
  const method = new Method(page, widget);
  await expect(method.root).toBeVisible();
  return method;
}

/** The workings of what the element shows, as the native program has them of the same candles. */
async function explained(method: Method, exchange: Of['exchange']): Promise<Explanation> {
  const { at } = await method.widget.assessment();
  const served = exchange.served('binance');
  return explainAt([at], served, served.surroundings)[0]!;
}

/** What the element's `workings` are, if this build of it has none: the native program's, of the same candles. */
async function working(method: Method, exchange: Of['exchange']): Promise<Explanation> {
  const explanation = await explained(method, exchange);
  const { readings, relativeStrength, basket, multipliers } = explanation;
  await method.widget.element.evaluate(
    (element, workings) => {
      if (!('workings' in element)) Object.defineProperty(element, 'workings', { value: workings });
      element.dispatchEvent(new CustomEvent('tao-update', { detail: (element as unknown as { assessment: unknown }).assessment }));
    },
    { readings, relativeStrength, basket, multipliers },
  );
  return explanation;
}

const fixed = (value: unknown, places: number): string => Number(value).toFixed(places).replace('-', '−');
const withSign = (value: unknown, places: number): string => (Number(Number(value).toFixed(places)) > 0 ? '+' : '') + fixed(value, places).replace(/^−(?=0\.?0*$)/, '');

test('the numbers are those of the panel, on each timeframe, and nothing is left open', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange });
  const { assessment: own, readings, basket } = await working(method, exchange);
  await expect(method.slot('symbol')).toHaveText('TAO');
  await expect(method.slot('source')).toHaveText('Binance');
  await expect(method.slot('at')).toHaveText(`${new Date(own.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`);
  for (const report of own.mtf.timeframes) {
    await method.choose(report.timeframe);
    await expect(method.slot('*.rsi', 'rsi14')).toHaveText(fixed(report.rsi14, 2));
    await expect(method.slot('*.adx14')).toHaveText(fixed(report.adx14, 2));
    await expect(method.slot('*.volatility')).toHaveText(fixed(report.volatility, 6));
    for (const term of ['trend', 'alignment', 'rsi', 'momentum']) {
      await expect(method.slot(`*.${term}`), `${report.timeframe} ${term}`).toHaveText(withSign(report[term], 3));
    }
    await expect(method.slot('*.reading')).toHaveText(withSign(report.reading, 3));
    await expect(method.slot('*.strength')).toHaveText(fixed(report.strength, 3));
    const own = readings.find(({ timeframe }) => timeframe === report.timeframe) as unknown as { crossovers: { rank: number; distance: number }[]; change: number; points: number };
    for (const [index, crossover] of own.crossovers.entries()) {
      await expect(method.slot(`*.z.${index}`, 'distance')).toHaveText(withSign(crossover.distance, 6));
      await expect(method.slot(`*.rank.${index}`)).toHaveText(withSign(crossover.rank, 3));
    }
    await expect(method.slot('*.momentum.z', 'change')).toHaveText(withSign(own.change, 6));
    await expect(method.slot(`${report.timeframe}.points`)).toHaveText(withSign(own.points, 2));
  }
  for (const { family, value, points } of own.families) {
    await expect(method.slot(`${family}.value`), family).toHaveText(withSign(value, 4));
    await expect(method.slot(`${family}.points`), family).toHaveText(withSign(points, 2));
  }
  await expect(method.slot('conviction')).toHaveText(withSign(own.conviction, 1));
  await expect(method.slot('coverage')).toHaveText(fixed(own.coverage, 2));
  for (const { gate, state } of own.gates) await expect(method.slot(`gate.${gate}`), gate).toHaveText(new RegExp(`^[✓✕?] ${state}$`));
  await expect(method.root.locator('[data-line$=".name"][data-line^="member"]')).toHaveText([...BASKET]);
  expect(basket.length).toBe(BASKET.length);
  await expect(method.root.locator('[data-line$=".title"]')).toHaveText((own.catalysts as { title: string }[]).map(({ title }) => title));
  await expect(method.tally('differ')).toHaveText('0');
  await expect(method.tally('open')).toHaveText('0');
  expect(Number(await method.tally('agree').innerText())).toBeGreaterThan(100);
  // Nothing is unknown, and no place was forgotten.
  await expect(method.root.locator('[data-n][data-unknown]:not(.why, [data-line=apart] *)')).toHaveCount(0);
  await expect(method.root.locator('[data-n]:empty')).toHaveCount(0);
});

test('the timeframe is chosen by keyboard, and the next close is written into the same places', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange });
  await working(method, exchange);
  await method.root.getByRole('radio', { name: '1h' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(method.root.getByRole('radio', { name: '15m' })).toBeChecked();
  const report = (own: Explanation['assessment']) => own.mtf.timeframes[0]!;
  const before = await method.widget.assessment();
  await expect(method.slot('*.name')).toHaveText('15m');
  await expect(method.slot('*.rsi14')).toHaveText(fixed(report(before).rsi14, 2));
  await page.evaluate(() => Object.assign(window, { places: [...document.querySelectorAll('.method [data-n]:not([data-rows] *)')] }));
  const quarter = nextClose('15m', NOW);
  // A panel that nobody sees asks for nothing.
  await page.locator('#live').scrollIntoViewIfNeeded();
  await expect(page.locator('#live')).toBeInViewport();
  // What has been seen by an observer of ours is soon seen by the widget's.
  await page.evaluate(() => new Promise((resolve) => new IntersectionObserver(resolve).observe(document.querySelector('#live')!)));
  await travel(page, exchange, quarter + 12_000);
  await expect.poll(async () => (await method.widget.assessment()).data.asOf).toBe(quarter);
  const after = await method.widget.assessment();
  expect(report(after).rsi14).not.toBe(report(before).rsi14);
  await expect(method.slot('*.rsi14')).toHaveText(fixed(report(after).rsi14, 2));
  await expect(method.slot('*.reading')).toHaveText(withSign(report(after).reading, 3));
  const same = await page.evaluate(() => (window as unknown as { places: Element[] }).places.every((place) => place.isConnected));
  expect(same, 'only text has changed').toBe(true);
  // Numbers that move by themselves are nobody's announcement.
  await expect(method.root.locator('[aria-live], output, [role=status], [role=alert], [role=log], [role=timer]')).toHaveCount(0);
});

test('workings that are missing, or of another moment, are unknown, and what is known stays', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange });
  const { assessment: own, readings, relativeStrength, basket, multipliers } = await explained(method, exchange);
  const give = (workings: unknown): Promise<void> =>
    method.widget.element.evaluate((element, value) => {
      Object.defineProperty(element, 'workings', { value, configurable: true });
      element.dispatchEvent(new CustomEvent('tao-update', { detail: (element as unknown as { assessment: unknown }).assessment }));
    }, workings);
  for (const workings of [null, { readings, relativeStrength, basket, multipliers: { ...multipliers, score: multipliers!.score + 1e-9 } }]) {
    await give(workings);
    await expect(method.slot('*.z.0', 'distance')).toHaveText('?');
    await expect(method.slot('*.rank.0')).toHaveText('not known');
    await expect(method.slot('*.trend', 'a')).toHaveText('?');
    await expect(method.slot('*.trend')).toHaveText(withSign(own.mtf.timeframes[1]!.trend, 3));
    await expect(method.slot('relativeStrength')).toHaveText(withSign(own.families[1]!.value, 4));
    await expect(method.root.locator('[data-rows=aiSentiment]')).toHaveText('not told');
    await expect(method.tally('differ')).toHaveText('0');
    await expect(method.tally('open')).not.toHaveText('0');
  }
  await give({ readings, relativeStrength, basket, multipliers });
  await expect(method.tally('open')).toHaveText('0');
});

test('a figure that isn’t what follows from its ingredients is counted as one', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange });
  await method.widget.element.evaluate((element) => {
    const detail = structuredClone((element as unknown as { assessment: { verdict: string; mtf: { timeframes: { rsi: number }[] } } }).assessment);
    detail.mtf.timeframes[2]!.rsi += 1e-6;
    detail.verdict = detail.verdict === 'neutral' ? 'bullish' : 'neutral';
    element.dispatchEvent(new CustomEvent('tao-update', { detail }));
  });
  // The term itself, the reading that it is a part of, and the word.
  await expect(method.tally('differ')).toHaveText('3');
});

test('what can’t be had is not known, with the reason, and nothing stands in for it', async ({ page, site, exchange }) => {
  exchange.fail('binance', { kind: 'rows', change: rows.newest(461) }, { intervals: ['15m'] });
  exchange.fail('binance', { kind: 'rows', change: rows.none }, { assets: ['BTC', ...BASKET] });
  const method = await openMethod({ page, site, exchange });
  await expect(method.slot('relativeStrength')).toHaveText('not known');
  await expect(method.slot('relativeStrength.why')).toHaveText('no BTC candles');
  await expect(method.slot('relativeStrength.why')).toBeVisible();
  await expect(method.slot('aiSentiment')).toHaveText('not known');
  await expect(method.root.locator('[data-rows=aiSentiment]')).toHaveText('not known');
  await expect(method.slot('regime.warnings')).toHaveText('not known');
  await expect(method.slot('gate.relative')).toHaveText('? unknown');
  await expect(method.slot('btc.correlation')).toHaveText('not known');
  await method.choose('15m');
  await expect(method.slot('*.why')).toHaveText('warming up: 460 of 461 closed candles');
  await expect(method.slot('*.reading')).toHaveText('not known');
  await expect(method.slot('*.rsi', 'rsi14')).toHaveText(/^\d\d\.\d\d$/);
  await method.choose('1h');
  await expect(method.slot('*.why')).toBeHidden();
  await expect(method.slot('*.reading')).toHaveText(/^[+−]\d/);
  await expect(method.tally('differ')).toHaveText('0');
});

test('without a source there are no numbers, and that is said', async ({ page, site, exchange }) => {
  exchange.failAll({ kind: 'reset' });
  const method = await openMethod({ page, site, exchange }, {}, 'unavailable');
  await expect(method.root.getByText('The panel at the top of this page shows none now.')).toBeVisible();
  await expect(method.slot('*.reading')).toHaveText('not known');
  await expect(method.slot('conviction')).toHaveText('not known');
  await expect(method.slot('coverage')).not.toHaveText(/[1-9]/);
  await expect(method.tally('agree')).toBeHidden();
});

test('simulated numbers are called so', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange }, { sources: 'sample' }, 'simulated');
  await expect(method.root.getByText('Simulated data')).toBeVisible();
  await expect(method.root.getByText('Custom formula')).toBeHidden();
  await expect(method.slot('state')).toHaveText('simulated');
  await expect(method.tally('differ')).toHaveText('0');
});

test('a formula of one’s own is called so, and a timeframe that isn’t part of it', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange }, { timeframes: '4h,1d', weights: '3,1' });
  await expect(method.root.getByText('Custom formula')).toBeVisible();
  await expect(method.root.getByText('Simulated data')).toBeHidden();
  await expect(method.slot('*.why')).toHaveText('not part of this formula');
  await expect(method.slot('weights')).toHaveText('4.00');
  await expect(method.slot('4h.weight')).toHaveText('3.00');
  await expect(method.slot('aligned')).toHaveText(/^[0-2]$/);
  await expect(method.tally('differ')).toHaveText('0');
});

test('its text comes when it is near, once, and nothing else is asked for it', async ({ page, site, exchange }) => {
  const widget = await openPage(page, site, exchange);
  await widget.is('live');
  await expect.poll(() => site.requests).toContain('/page/method.js');
  expect(site.requests).not.toContain('/page/method.html');
  const [files, asked] = [site.requests.length, exchange.requests.length];
  await page.locator('#method-place').scrollIntoViewIfNeeded();
  const method = new Method(page, widget);
  await expect(method.root).toBeVisible();
  for (const timeframe of INTERVALS) await method.choose(timeframe);
  await method.root.locator('#method-glossary').scrollIntoViewIfNeeded();
  await method.root.locator('#method-limits').scrollIntoViewIfNeeded();
  expect(site.requests.slice(files)).toEqual(['/page/method.html']);
  expect(exchange.requests.slice(asked).map(({ path, query }) => `${path} ${JSON.stringify(query)}`)).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, '']);
});

test('where the text can’t be had the link to it stays, and it comes the next time', async ({ page, site, exchange }) => {
  await page.route('**/page/method.html', (route) => route.fulfill({ status: 503 }), { times: 1 });
  const widget = await openPage(page, site, exchange);
  await widget.is('live');
  const place = page.locator('#method-place');
  await place.scrollIntoViewIfNeeded();
  await expect(place).toContainText('could not be put here just now (status 503)');
  await expect(place.getByRole('link')).toHaveAttribute('href', './page/method.html');
  await page.evaluate(() => scrollTo(0, 0));
  await page.setViewportSize({ width: 1000, height: 500 });
  await place.scrollIntoViewIfNeeded();
  await expect(new Method(page, widget).root).toBeVisible();
});

for (const hash of ['#term-atr', '#method-gates', '#method-aioka']) {
  test(`an address with ${hash} leads there`, async ({ page, site, exchange }) => {
    await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url })}${hash}`);
    await expect(page.locator(hash)).toBeInViewport();
    await page.evaluate(() => (location.hash = '#method'));
    await expect(page.locator('#method')).toBeInViewport();
  });
}

test('every link of the text leads somewhere', async ({ page, site, exchange }) => {
  const method = await openMethod({ page, site, exchange });
  const links = await method.root.locator('a').evaluateAll((all) => all.map((link) => [link.getAttribute('href')!, link.getAttribute('rel') ?? ''] as const));
  const inside = links.filter(([href]) => href.startsWith('#'));
  for (const [href] of inside) await expect(page.locator(href), href).toHaveCount(1);
  expect(inside.length).toBeGreaterThan(15);
  for (const [href, rel] of links.filter(([href]) => !href.startsWith('#') && !href.startsWith(site.url))) {
    expect(href).toMatch(/^https:\/\/docs\.aioka\.io\//);
    expect(rel).toBe('noopener noreferrer');
  }
  for (const [href] of links.filter(([href]) => href.startsWith(site.url))) expect((await page.request.get(href)).status(), href).toBe(200);
  // Each term of the glossary has an address of its own.
  const terms = await method.root.locator('.glossary dt').evaluateAll((all) => all.map(({ id }) => id));
  expect(new Set(terms).size).toBe(terms.length);
  for (const id of terms) expect(id).toMatch(/^term-[a-z-]+$/);
});

test('each place of the text has a line behind it', () => {
  const text = readFileSync(new URL('../../page/method.html', import.meta.url), 'utf8');
  const explanation = MARKETS['all known']!().at(-1)!;
  const all = new Map(lines(explanation.assessment, explanation).map((line) => [line.id, line]));
  let around = '';
  let places = 0;
  for (const [tag] of text.matchAll(/<[^!/][^>]*>/g)) {
    around = /data-line="([^"]*)"/.exec(tag)?.[1] ?? around;
    const name = /data-n="([^"]*)"/.exec(tag)?.[1];
    if (name === undefined) continue;
    places += 1;
    const line = all.get(around.replace('*', '4h').replace('#', '0'));
    expect(line, `${around} in ${tag}`).toBeDefined();
    if (name !== '=') expect(Object.keys(line!.from), around).toContain(name);
  }
  expect(places).toBeGreaterThan(150);
});

test('without scripts the text is a page of its own, with all formulas and no empty numbers', async ({ browser, site }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.url}/`);
  await page.getByRole('link', { name: /^Every formula/ }).click();
  await expect(page).toHaveTitle('The method of TAO Conviction');
  await expect(page.locator('math')).not.toHaveCount(0);
  await expect(page.locator('[data-n]:visible')).toHaveCount(0);
  await expect(page.getByText('shows this text with the numbers of the moment')).toBeVisible();
  await page.getByRole('link', { name: 'page with the widget' }).click();
  await expect(page.locator('#method')).toBeInViewport();
  await context.close();
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in it, it fits 320 pixels, and what is wider is scrolled by keyboard, ${theme}`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    const method = await openMethod({ page, site, exchange }, { theme });
    await working(method, exchange);
    expect(await objections(page, 'article.method')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const wide = await method.root.locator('.formula, .rows').evaluateAll((all) => all.filter((box) => box.scrollWidth > box.clientWidth).map((box) => (box as HTMLElement).tabIndex));
    expect(wide.length).toBeGreaterThan(0);
    expect(new Set(wide)).toEqual(new Set([0]));
    const box = method.root.locator('.rows[tabindex]').first();
    await box.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => box.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    await page.setViewportSize({ width: 1200, height: 800 });
    await expect(method.root.locator(':is(.formula, .rows)[tabindex]')).toHaveCount(0);
    expect(await objections(page, 'article.method')).toEqual([]);
    const small = await method.root.locator('.timeframes label').evaluateAll((all) => all.map((label) => label.getBoundingClientRect()).filter(({ width, height }) => width < 24 || height < 24).length);
    expect(small).toBe(0);
  });
}
