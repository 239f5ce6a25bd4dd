// Alerts of the standalone page: what is worth telling, in sequences made by hand, and how a reader is told, on the page.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { BASKET, type Candles, NOW, candlesOf } from '../exchange/candles.ts';
import { scoreAt } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { DIST } from '../exchange/static.ts';
import { objections } from '../pages/axe.ts';
import { expect, openPage, show, test, travel } from '../pages/journey.ts';
import { scored as asTheWidget } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];
type Settings = { level: boolean; at: number; setup: boolean; catalysts: boolean; stale: boolean };

// As it is served.
const { changes, listed, restored, scored, worded } = await import(pathToFileURL(join(DIST, 'page/alerts.js')).href);

const QUARTER = 15 * 60_000;
const ALL: Settings = { level: true, at: 40, setup: true, catalysts: true, stale: true };

interface Catalyst {
  kind: string;
  title: string;
  at: number | null;
  direction: number;
  impact: number;
  sourceUrl: string | null;
}

/** What is heard of an asset: `close` counts quarters of an hour. */
interface Heard {
  symbol?: string;
  close?: number;
  conviction?: number | null;
  state?: string;
  setup?: string;
  failed?: string[];
  catalysts?: Catalyst[];
}

const assessment = ({ symbol = 'TAO', close = 0, conviction = 10, state = 'live', setup = 'none', failed = [], catalysts = [] }: Heard) => ({
  symbol,
  at: NOW + close * QUARTER + 2_000,
  conviction,
  setup,
  gates: ['data', 'trend', 'rsi'].map((gate) => ({ gate, state: failed.includes(gate) ? 'fail' : 'pass' })),
  catalysts,
  data: { state, asOf: state === 'unavailable' ? null : NOW + close * QUARTER },
});

/** The kinds of what is told after each of these, in order. */
function told(sequence: Heard[], settings: Settings = ALL): string[][] {
  let memory = {};
  return sequence.map((heard) => {
    const [next, alerts] = changes(memory, assessment(heard), settings);
    memory = next;
    return alerts.map(({ kind, symbols }: { kind: string; symbols: string[] }) => `${symbols} ${kind}`);
  });
}

test.describe('what is told', () => {
  test('a level is told when it is reached, and again only after it was left', () => {
    const sequence = [30, 39.9, 40, 45, 41, 39, 44].map((conviction, close) => ({ conviction, close }));
    expect(told(sequence)).toEqual([[], [], ['TAO level'], [], [], [], ['TAO level']]);
  });

  test('a level below 0 is reached from above', () => {
    const sequence = [-10, -25, -30, -20].map((conviction, close) => ({ conviction, close }));
    expect(told(sequence, { ...ALL, at: -25 })).toEqual([[], ['TAO level'], [], []]);
  });

  test('a level of 0 counts as one above', () => {
    expect(told([{ conviction: -3 }, { conviction: 2, close: 1 }], { ...ALL, at: 0 })).toEqual([[], ['TAO level']]);
  });

  test('the first that is heard of an asset tells nothing, nor does an unknown conviction', () => {
    expect(told([{ conviction: 80 }, { conviction: null, close: 1 }, { conviction: 81, close: 2 }])).toEqual([[], [], []]);
    // Unknown in between is not left.
    expect(told([{ conviction: 10 }, { conviction: null, close: 1 }, { conviction: 50, close: 2 }])).toEqual([[], [], ['TAO level']]);
  });

  test('a level that is chosen while it is reached is told when it is reached anew, one chosen before is not missed', () => {
    let [memory] = changes({}, assessment({ conviction: 52 }), { ...ALL, at: 90 });
    let alerts: unknown[];
    [memory, alerts] = changes(memory, assessment({ conviction: 53, close: 1 }), { ...ALL, at: 40 });
    expect(alerts).toEqual([]);
    // Between the choice and the next word of the widget it was crossed.
    [memory, alerts] = changes(memory, assessment({ conviction: 56, close: 2 }), { ...ALL, at: 55 });
    expect(alerts).toMatchObject([{ kind: 'level', level: 55, conviction: 56 }]);
  });

  test('what was so before a kind was switched on is no news', () => {
    const off = { ...ALL, level: false, setup: false };
    let [memory] = changes({}, assessment({ conviction: 10 }), off);
    let alerts: unknown[];
    [memory, alerts] = changes(memory, assessment({ conviction: 60, setup: 'high-conviction', close: 1 }), off);
    expect(alerts).toEqual([]);
    [, alerts] = changes(memory, assessment({ conviction: 61, setup: 'high-conviction', close: 2 }), ALL);
    expect(alerts).toEqual([]);
  });

  test('a setup that dips and comes back is one setup', () => {
    const high = { conviction: 45, setup: 'high-conviction' };
    const sequence: Heard[] = [{}, { ...high, close: 1 }, { conviction: 38, close: 2 }, { conviction: 34, close: 3 }, { ...high, close: 4 }, { conviction: 34, close: 5 }, { ...high, close: 6 }];
    expect(told(sequence, { ...ALL, level: false })).toEqual([[], ['TAO setup'], [], [], [], [], []]);
  });

  test('a setup ends at the second close in a row below 35 or with a failed gate, and may begin again', () => {
    const high = { conviction: 45, setup: 'high-conviction' };
    const quiet = { ...ALL, level: false };
    const sequence: Heard[] = [{}, { ...high, close: 1 }, { conviction: 34, close: 2 }, { conviction: 36, failed: ['trend'], close: 3 }, { conviction: 30, close: 4 }, { ...high, close: 5 }];
    expect(told(sequence, quiet)).toEqual([[], ['TAO setup'], [], ['TAO broken'], [], ['TAO setup']]);
  });

  test('several words about one close are one close, and its last one counts', () => {
    const high = { conviction: 45, setup: 'high-conviction' };
    const quiet = { ...ALL, level: false };
    const sequence: Heard[] = [{}, { ...high, close: 1 }, { conviction: 34, close: 2 }, { conviction: 33, close: 2 }, { conviction: 34, close: 2 }];
    expect(told(sequence, quiet).slice(2)).toEqual([[], [], []]);
    // Set right before the next one.
    expect(told([...sequence, { conviction: 36, close: 2 }, { conviction: 34, close: 3 }, { conviction: 34, close: 4 }], quiet).slice(5)).toEqual([[], [], ['TAO broken']]);
  });

  test('a setup that is there at first is not told, its end is, with what failed', () => {
    let [memory, alerts] = changes({}, assessment({ conviction: 45, setup: 'high-conviction' }), ALL);
    expect(alerts).toEqual([]);
    for (const close of [1, 2]) [memory, alerts] = changes(memory, assessment({ conviction: 45, close, failed: ['rsi'] }), ALL);
    expect(alerts).toMatchObject([{ kind: 'broken', failed: ['rsi'] }]);
    expect(worded(alerts[0])).toEqual(['TAO +45', 'The high-conviction setup has ended: RSI failed, at two closes running.']);
  });

  test('stale data is told once, and nothing else is told from it', () => {
    const sequence: Heard[] = [{ conviction: 10 }, { state: 'delayed', conviction: 90, setup: 'high-conviction', close: 1 }, { state: 'cached', conviction: 90, close: 1 }, { state: 'unavailable', conviction: null }, { close: 2 }, { state: 'unavailable', conviction: null }];
    expect(told(sequence)).toEqual([[], ['TAO stale'], [], [], [], ['TAO stale']]);
  });

  test('a page that begins with kept candles, or with none, has nothing to tell; half the evidence tells nothing either', () => {
    expect(told([{ state: 'cached', conviction: 10 }, { state: 'live', conviction: 60, close: 1 }])).toEqual([[], []]);
    expect(told([{ state: 'unavailable', conviction: null }, { state: 'partial', conviction: 10 }, { conviction: 60 }])).toEqual([[], [], []]);
    expect(told([{ conviction: 10 }, { state: 'partial', conviction: 60, close: 1 }, { conviction: 12, close: 1 }])).toEqual([[], [], []]);
  });

  test('simulated candles tell nothing', () => {
    expect(told([{ conviction: 10 }, { state: 'simulated', conviction: 60, close: 1 }, { conviction: 12, close: 2 }])).toEqual([[], [], []]);
    // Nor does their date count.
    expect(told([{ conviction: 10 }, { state: 'simulated', conviction: 60, close: 9 }, { conviction: 50, close: 1 }])).toEqual([[], [], ['TAO level']]);
  });

  test('an asset in two widgets is told once, and the slower one is not believed; others are told apart', () => {
    const sequence: Heard[] = [{ conviction: 10 }, { conviction: 10, symbol: 'BTC' }, { conviction: 50, close: 1 }, { conviction: 50, close: 1 }, { conviction: 10, close: 0 }, { conviction: 50, close: 1 }, { state: 'delayed', close: 0 }, { conviction: 50, symbol: 'BTC', close: 1 }];
    expect(told(sequence)).toEqual([[], [], ['TAO level'], [], [], [], [], ['BTC level']]);
  });

  const chain = (title: string, at: number | null, impact: number): Catalyst => ({ kind: 'halving', title, at, impact, direction: 1, sourceUrl: null });
  const event = (title: string, at: number, impact: number): Catalyst => ({ ...chain(title, at, impact), kind: 'announcement', sourceUrl: 'https://example.org/' });
  const past = chain('Last halving', NOW - 300 * 86_400_000, 0.1);
  const list = (...catalysts: Catalyst[]): Heard => ({ catalysts });

  test('a catalyst is told when it is new and counts, once, whatever comes and goes', () => {
    const launch = chain('Subnet 64 launched', NOW, 0.1);
    const sequence = [list(past), list(past, launch), list(past, { ...launch, impact: 0.09 }), list(past), list(past, launch)];
    expect(told(sequence.map((heard, close) => ({ ...heard, close })))).toEqual([[], ['TAO catalyst'], [], [], []]);
    // Shown, and not scored.
    expect(told([list(past), { ...list(past, { ...launch, impact: 0 }), close: 1 }])).toEqual([[], []]);
  });

  test('a catalyst whose day has come is told once', () => {
    const day = NOW + 1.5 * QUARTER;
    const sequence = [list(event('An upgrade', day, 0)), list(event('An upgrade', day, 0)), list(event('An upgrade', day, 0.2)), list(event('An upgrade', day, 0.19))];
    expect(told(sequence.map((heard, close) => ({ ...heard, close })))).toEqual([[], [], ['TAO catalyst'], []]);
    // One that is neither for nor against too.
    const upgrade = list({ ...event('An upgrade', day, 0), direction: 0 });
    expect(told([upgrade, { ...upgrade, close: 1 }, { ...upgrade, close: 2 }, { ...upgrade, close: 3 }])).toEqual([[], [], ['TAO catalyst'], []]);
  });

  test('a halving is told, a new reckoning of its date is not', () => {
    const next = (at: number, impact = 0): Catalyst => chain('Next halving', at, impact);
    const far = NOW + 30 * 86_400_000;
    const sequence = [list(past, next(far)), list({ ...past, at: past.at! + 3_600_000 }, next(far + 9 * 86_400_000)), list(chain('Last halving', NOW, 0.3), next(far))];
    expect(told(sequence.map((heard, close) => ({ ...heard, close })))).toEqual([[], [], ['TAO catalyst']]);
    // Within sixty days it counts.
    expect(told([list(past, next(far)), { ...list(past, next(far, 0.15)), close: 1 }])).toEqual([[], ['TAO catalyst']]);
  });

  test('a chain or a feed that is read late tells only what has happened since', () => {
    const feed = event('Listed', NOW - 86_400_000, 0.2);
    expect(told([list(), { ...list(past), close: 1 }, { ...list(past, feed), close: 2 }])).toEqual([[], [], []]);
    const fresh = event('Hacked', NOW + QUARTER, -0.2);
    expect(told([list(past), { ...list(past, feed, fresh), close: 2 }])).toEqual([[], ['TAO catalyst']]);
  });

  test('it is said in words, a stranger’s title without what steers the page', () => {
    expect(worded({ kind: 'level', symbols: ['TAO'], conviction: 39.7, level: 39.5 })).toEqual(['TAO +39.7', 'Conviction has reached +39.5.']);
    expect(worded({ kind: 'broken', symbols: ['TAO'], conviction: -3, failed: [] })).toEqual(['TAO −3', 'The high-conviction setup has ended: conviction is below +35, at two closes running.']);
    expect(worded({ kind: 'catalyst', symbols: ['TAO'], title: 'a\u202eb\nc', direction: -1 })).toEqual(['TAO: a catalyst', 'a b c: against TAO.']);
    expect(worded({ kind: 'stale', symbols: ['TAO'], asOf: null })[1]).toMatch(/^Its sources can’t be used\./);
    expect(worded({ kind: 'stale', symbols: ['TAO', 'BTC'], asOf: NOW })[0]).toBe('TAO and BTC: data is stale');
    expect([['TAO'], ['TAO', 'BTC', 'ETH', 'SOL'], ['TAO', 'BTC', 'ETH', 'SOL', 'FET']].map(listed)).toEqual(['TAO', 'TAO, BTC, ETH and SOL', 'TAO, BTC, ETH and 2 more']);
    for (const value of [0, 0.4, -0.4, 14.6, -14.6, 15, 39.96, 40.2, -100]) expect(scored(value)).toBe(asTheWidget(value));
  });

  test('kept settings are believed only if they are whole', () => {
    const whole = { schema: 1, level: true, at: -20, setup: false, catalysts: true, stale: false, sound: true, notify: false };
    expect(restored(JSON.stringify(whole))).toEqual({ level: true, at: -20, setup: false, catalysts: true, stale: false, sound: true, notify: false });
    for (const wrong of [{ ...whole, at: 101 }, { ...whole, at: '40' }, { ...whole, schema: 2 }, { ...whole, stale: undefined }, null, 3]) expect(restored(JSON.stringify(wrong))).toBeUndefined();
    expect(restored('{')).toBeUndefined();
  });
});

class Alerts {
  constructor(readonly page: Page) {}

  get root(): Locator {
    return this.page.locator('#alerts');
  }

  get toasts(): Locator {
    return this.page.locator('#toasts li:has(strong)');
  }

  get said(): Locator {
    return this.page.locator('#alerts-said');
  }

  async open(): Promise<void> {
    await this.root.locator('summary').click();
  }

  field(name: string): Locator {
    return this.root.locator(`[name=${name}]`);
  }

  /** What a widget of the page would tell: for what can't be had of an exchange in a moment. */
  async hear(id: string, ...heard: Heard[]): Promise<void> {
    await this.page.evaluate(
      ([target, details]) => {
        for (const detail of details) document.querySelector(target)!.dispatchEvent(new CustomEvent('tao-update', { bubbles: true, composed: true, detail }));
      },
      [id, heard.map(assessment)] as const,
    );
  }

  stored(): Promise<string | null> {
    return this.page.evaluate(() => localStorage.getItem('tao-conviction:alerts'));
  }
}

/** The page with TAO alone, live; `live` and `catalysts` are off so that nothing happens but what a journey makes happen. */
async function openDesk({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}): Promise<Alerts> {
  await (await openPage(page, site, exchange, { watchlist: 'TAO', live: 'off', catalysts: 'off', ...query })).is('live');
  return new Alerts(page);
}

/** DOT is on no list here: only `hear` tells of it. */
const rise: Heard[] = [{ symbol: 'DOT', conviction: 10 }, { symbol: 'DOT', conviction: 50, close: 1 }];

/** A level that TAO crosses between two closes, and the first of the two: reckoned by the native program. */
function crossing(): { level: number; before: number } {
  const recent = (all: Candles): Partial<Candles> => Object.fromEntries(Object.entries(all).map(([interval, candles]) => [interval, candles.filter(({ time }) => time < NOW + 86_400_000).slice(-1_100)]));
  const closes = Array.from({ length: 40 }, (_, index) => nextClose('15m', NOW) + index * QUARTER);
  const basket = Object.fromEntries(BASKET.map((symbol) => [symbol, recent(candlesOf(symbol))]));
  const convictions = scoreAt(closes, recent(candlesOf('TAO')), { btc: recent(candlesOf('BTC')), basket }).map(({ conviction }) => conviction!);
  for (const [index, now] of convictions.slice(1).entries()) {
    const then = convictions[index]!;
    const level = (then + now) / 2;
    if (Math.abs(now - then) > 1 && now > then === level >= 0) return { level: Number(level.toFixed(2)), before: closes[index]! };
  }
  throw new Error('no conviction of these candles crosses a level');
}

test('a level that TAO crosses is told once, on the page and in the list', async ({ page, site, exchange }) => {
  const { level, before } = crossing();
  const alerts = await openDesk({ page, site, exchange });
  const [live] = [page.locator('#live')];
  const heard = (): Promise<{ conviction: number; data: { asOf: number } }> => live.evaluate((element) => (element as unknown as { assessment: never }).assessment);
  await travel(page, exchange, before + 12_000);
  await expect.poll(async () => (await heard()).data.asOf).toBe(before);
  const then = (await heard()).conviction;
  await alerts.open();
  await alerts.field('at').fill(String(level));
  await alerts.field('level').check();
  await expect(alerts.root.locator('#alerts-state')).toHaveText('1 on');
  await expect(alerts.toasts).toHaveCount(0);
  await travel(page, exchange, before + QUARTER + 12_000);
  await expect.poll(async () => (await heard()).data.asOf).toBe(before + QUARTER);
  const now = (await heard()).conviction;
  expect(level >= 0 ? then < level && now >= level : then > level && now <= level).toBe(true);
  await expect(alerts.toasts).toHaveCount(1);
  await expect(alerts.toasts.locator('strong')).toHaveText(`TAO ${asTheWidget(now)}`);
  await expect(alerts.root.locator('#told li')).toHaveCount(1);
  // Asked anew, and nothing new.
  const asked = exchange.own.length;
  await live.evaluate((element) => (element as unknown as { refresh(): void }).refresh());
  await expect.poll(() => exchange.own.length).toBeGreaterThan(asked);
  await expect(alerts.root.locator('#told li')).toHaveCount(1);
});

test('nothing is told before it is chosen, and what is there already is said instead', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await expect(alerts.root.locator('#alerts-state')).toHaveText('off');
  await alerts.hear('#list', ...rise);
  await alerts.open();
  await alerts.field('level').check();
  await expect(alerts.said).toHaveText('Already there: DOT +50. You are told when it is reached anew.');
  await expect(alerts.toasts).toHaveCount(0);
  await alerts.hear('#list', { symbol: 'DOT', conviction: 30, close: 2 }, { symbol: 'DOT', conviction: 41, close: 3 });
  await expect(alerts.toasts).toHaveCount(1);
});

test('data that goes stale is told once for all assets, and not while nobody looks', async ({ page, site, exchange, context }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('stale').check();
  await page.evaluate(() => window.scrollTo(0, 0));
  await alerts.hear('#list', { symbol: 'DOT' });
  await context.setOffline(true);
  await expect(alerts.toasts.locator('strong')).toHaveText('TAO: data is stale');
  await alerts.hear('#list', { symbol: 'DOT', state: 'cached' });
  await expect(alerts.toasts.locator('strong')).toHaveText('TAO and DOT: data is stale');
  await context.setOffline(false);
  await alerts.toasts.getByRole('button').click();
  // Hidden, it asks nothing: that is no fault of the source.
  await alerts.hear('#list', { symbol: 'DOT', close: 1 });
  const show = (visible: boolean): Promise<void> => page.evaluate((shown) => void Object.defineProperty(document, 'hidden', { value: !shown, configurable: true }), visible);
  await show(false);
  await alerts.hear('#list', { symbol: 'DOT', state: 'delayed', close: 1 });
  await show(true);
  await expect(alerts.toasts).toHaveCount(0);
  // Seen, it is one.
  await alerts.hear('#list', { symbol: 'DOT', state: 'delayed', close: 1 });
  await expect(alerts.toasts.locator('strong')).toHaveText('DOT: data is stale');
});

test('the sample tells nothing, nor does a widget of the builder; the panel and the list tell of an asset once', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.hear('#sample tao-conviction', ...rise);
  await alerts.hear('#preview', ...rise);
  await expect(alerts.toasts).toHaveCount(0);
  await alerts.hear('#list', ...rise);
  await alerts.hear('#live', ...rise);
  await expect(alerts.toasts).toHaveCount(1);
});

test('a message goes after ten seconds in which it could be read, or by its button', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.hear('#list', ...rise);
  await expect(alerts.toasts).toHaveCount(1);
  await page.clock.runFor(9_000);
  await expect(alerts.toasts).toHaveCount(1);
  // Pointed at, in focus, hidden: the clock of the message stands still.
  await alerts.toasts.hover();
  await page.clock.runFor(20_000);
  await page.mouse.move(0, 0);
  await alerts.toasts.getByRole('button').focus();
  await page.clock.runFor(20_000);
  await alerts.root.locator('summary').focus();
  await page.evaluate(() => void Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
  await page.clock.runFor(20_000);
  await expect(alerts.toasts).toHaveCount(1);
  await page.evaluate(() => void Object.defineProperty(document, 'hidden', { value: false, configurable: true }));
  await page.clock.runFor(2_000);
  await expect(alerts.toasts).toHaveCount(0);
  await expect(alerts.root.locator('#told li')).toHaveCount(1);
  await alerts.hear('#list', { symbol: 'DOT', conviction: 0, close: 2 }, { symbol: 'DOT', conviction: 50, close: 3 });
  await alerts.toasts.getByRole('button', { name: 'Dismiss DOT +50' }).click();
  await expect(alerts.toasts).toHaveCount(0);
});

test('many messages are a stack of three, of one on a phone, and the rest is under Alerts', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.open();
  const names = ['BNB', 'XRP', 'ADA', 'SUI', 'ARB'];
  for (const symbol of names) await alerts.hear('#list', { symbol, conviction: 0 }, { symbol, conviction: 60, close: 1 });
  await expect(alerts.toasts.locator('strong')).toHaveText(['ADA +60', 'SUI +60', 'ARB +60']);
  await expect(alerts.root.locator('#told')).toBeHidden();
  await page.getByRole('button', { name: '2 more under Alerts' }).click();
  await expect(alerts.root.locator('#told')).toBeVisible();
  await expect(alerts.root.locator('#told strong')).toHaveText(names.map((name) => `${name} +60`).reverse());
  await expect(alerts.root.locator('summary')).toBeFocused();
  await page.setViewportSize({ width: 320, height: 700 });
  await alerts.hear('#list', { symbol: 'OP', conviction: 0 }, { symbol: 'OP', conviction: 60, close: 1 });
  await expect(alerts.toasts.locator('strong')).toHaveText(['OP +60']);
  // At the page's end, which comes when the method has, nothing lies under it.
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, 1e6));
    const [message, text] = await Promise.all([alerts.toasts.boundingBox(), page.locator('main').boundingBox()]);
    expect(message!.y).toBeGreaterThanOrEqual(text!.y + text!.height);
  }).toPass({ timeout: 10_000 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

/** Keeps what a reader would see as notifications and hear as tones. */
async function listen(page: Page, permission = 'granted'): Promise<void> {
  await page.addInitScript((answer) => {
    const shown: string[][] = [];
    const asked: string[] = [];
    const tones: number[] = [];
    Object.assign(window, { shown, asked, tones });
    class Shown {
      static permission = answer === 'granted' && sessionStorage.getItem('granted') ? 'granted' : 'default';
      static requestPermission = async (): Promise<string> => {
        asked.push(answer);
        if (answer === 'granted') sessionStorage.setItem('granted', 'yes');
        return answer;
      };
      constructor(title: string, { body }: { body: string }) {
        shown.push([title, body]);
      }
    }
    class Tone {
      frequency = { value: 0 };
      connect = (to: unknown): unknown => to;
      start = (): void => void tones.push(this.frequency.value);
      stop = (): void => undefined;
    }
    class Loudness {
      gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
      connect = (to: unknown): unknown => to;
    }
    class Sound {
      currentTime = 0;
      createOscillator = (): Tone => new Tone();
      createGain = (): Loudness => new Loudness();
      resume = async (): Promise<void> => undefined;
    }
    Object.assign(window, { Notification: Shown, AudioContext: Sound });
  }, permission);
}

test('the browser is asked for notifications by the button only, and notifies until it is pressed again', async ({ page, site, exchange }) => {
  await listen(page);
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.hear('#list', ...rise);
  await expect(alerts.toasts).toHaveCount(1);
  expect(await page.evaluate('[asked, shown, tones]')).toEqual([[], [], []]);
  const button = alerts.root.getByRole('button', { name: 'Notify me by the browser' });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate('shown')).toEqual([['TAO Conviction', 'So you are told, while this page is open.']]);
  await alerts.hear('#list', { symbol: 'DOT', conviction: 0, close: 2 }, { symbol: 'DOT', conviction: 55, close: 3 });
  await expect.poll(() => page.evaluate('shown.slice(1)')).toEqual([['DOT +55', 'Conviction has reached +40.']]);
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await alerts.hear('#list', { symbol: 'DOT', conviction: 0, close: 4 }, { symbol: 'DOT', conviction: 55, close: 5 });
  await expect(alerts.root.locator('#told li')).toHaveCount(3);
  expect(await page.evaluate('shown.length')).toBe(2);
});

test('blocked notifications are said to be blocked', async ({ page, site, exchange }) => {
  await listen(page, 'denied');
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.root.locator('#alerts-notify').click();
  await expect(alerts.said).toHaveText(/^Notifications are blocked\./);
  await expect(alerts.root.locator('#alerts-notify')).toHaveAttribute('aria-pressed', 'false');
});

for (const notified of [true, false]) {
  test(`a hidden page ${notified ? 'whose reader wants to be notified goes on asking' : 'asks nothing without notifications'}`, async ({ page, site, exchange }) => {
    await listen(page);
    const alerts = await openDesk({ page, site, exchange });
    await alerts.open();
    await alerts.field('level').check();
    if (notified) await alerts.root.locator('#alerts-notify').click();
    await expect(alerts.root.locator('#alerts-notify')).toHaveAttribute('aria-pressed', String(notified));
    await show(page, false);
    const asked = exchange.candleRequests('binance').length;
    const close = nextClose('15m', NOW);
    // In steps as short as the sleeps, past the next close.
    for (let time = NOW + 20_000; time < close + 40_000; time += 20_000) await travel(page, exchange, time);
    if (notified) await expect.poll(() => exchange.candleRequests('binance').length).toBe(asked + 1);
    else {
      await page.waitForTimeout(200);
      expect(exchange.candleRequests('binance')).toHaveLength(asked);
    }
  });
}

test('there is no sound before it is chosen; it is heard once to try, and with each alert', async ({ page, site, exchange }) => {
  await listen(page);
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.hear('#list', ...rise);
  await expect(alerts.toasts).toHaveCount(1);
  expect(await page.evaluate('tones.length')).toBe(0);
  await alerts.field('sound').check();
  expect(await page.evaluate('tones.length')).toBe(2);
  await alerts.hear('#list', { symbol: 'DOT', conviction: 0, close: 2 }, { symbol: 'DOT', conviction: 55, close: 3 });
  expect(await page.evaluate('tones.length')).toBe(4);
});

test('nothing is kept before the reader says so, then it is there again, and is gone when the reader says so', async ({ page, site, exchange }) => {
  await listen(page);
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  await alerts.field('at').fill('-35');
  await alerts.field('stale').check();
  await alerts.root.locator('#alerts-notify').click();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await alerts.field('remember').check();
  await expect(alerts.said).toHaveText('Kept on this device.');
  await alerts.field('setup').check();
  await page.reload();
  await expect(alerts.root.locator('#alerts-state')).toHaveText('3 on');
  await alerts.open();
  await expect(alerts.field('at')).toHaveValue('-35');
  await expect(alerts.field('remember')).toBeChecked();
  await expect(alerts.field('catalysts')).not.toBeChecked();
  await expect(alerts.root.locator('#alerts-notify')).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate('asked')).toEqual([]);
  await alerts.field('remember').uncheck();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.reload();
  await expect(alerts.root.locator('#alerts-state')).toHaveText('off');
});

test('what was kept and can’t be read is named, and a browser that keeps nothing is said to', async ({ page, site, exchange }) => {
  await page.addInitScript(() => {
    if (!sessionStorage.getItem('begun')) localStorage.setItem('tao-conviction:alerts', '{"schema":1}');
    sessionStorage.setItem('begun', 'yes');
  });
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await expect(alerts.said).toHaveText('What was kept of the alerts on this device can’t be read, so they are off.');
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await alerts.field('remember').check({ force: true }).catch(() => undefined);
  await expect(alerts.said).toHaveText(/^This browser doesn’t let the page keep anything\./);
  await expect(alerts.field('remember')).not.toBeChecked();
  await alerts.field('level').check();
  await alerts.hear('#list', ...rise);
  await expect(alerts.toasts).toHaveCount(1);
});

test('a level that is none is named, and the last good one stays', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.open();
  await alerts.field('level').check();
  for (const wrong of ['140', '']) {
    await alerts.field('at').fill(wrong);
    await alerts.field('at').blur();
    await expect(alerts.said).toHaveText('The level has to be a number from −100 to 100; +40 is still used.');
    await expect(alerts.field('at')).toHaveAttribute('aria-invalid', 'true');
  }
  await alerts.hear('#list', ...rise);
  await expect(alerts.toasts.locator('p')).toHaveText('Conviction has reached +40.');
});

test('by the keyboard alone: open, choose, be told, dismiss', async ({ page, site, exchange }) => {
  const alerts = await openDesk({ page, site, exchange });
  await alerts.root.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(alerts.field('level')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(alerts.field('at')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('45');
  await page.keyboard.press('Tab');
  for (const symbol of ['DOT', 'BNB']) await alerts.hear('#list', { symbol, conviction: 0 }, { symbol, conviction: 44, close: 1 }, { symbol, conviction: 46, close: 2 });
  await expect(alerts.toasts).toHaveCount(2);
  // The last of the page: one step back from its beginning.
  await alerts.toasts.first().getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(alerts.toasts).toHaveCount(1);
  await expect(alerts.toasts.getByRole('button', { name: 'Dismiss BNB +46' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(alerts.toasts).toHaveCount(0);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in the alerts and their messages, ${theme}`, async ({ page, site, exchange }) => {
    const alerts = await openDesk({ page, site, exchange }, { theme });
    await alerts.open();
    await alerts.field('level').check();
    await alerts.field('at').fill('200');
    await alerts.field('setup').check();
    for (const symbol of ['DOT', 'BNB', 'XRP', 'ADA']) await alerts.hear('#list', { symbol, conviction: 0 }, { symbol, conviction: 46, close: 1 });
    await expect(alerts.toasts).toHaveCount(3);
    expect(await objections(page, '#alerts')).toEqual([]);
    expect(await objections(page, '#toasts')).toEqual([]);
  });
}

test('somebody’s iframe has no alerts', async ({ page, site, exchange }) => {
  await openPage(page, site, exchange, { embed: '', catalysts: 'off' });
  await expect(page.locator('#alerts, #toasts, #watchlist')).toHaveCount(0);
  expect(site.requests.filter((path) => /alerts|watchlist/.test(path))).toEqual([]);
});
