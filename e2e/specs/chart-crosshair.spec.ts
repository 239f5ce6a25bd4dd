// The Chart tab under the hand: what stands under the crosshair is the exchange's candle and the native program's figures, by keyboard,
// mouse and touch; it zooms, moves, warms up, and is drawn anew only where something changed.

import type { Locator, Page } from '@playwright/test';
import { type Candle, type Interval, INTERVALS, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { rows } from '../exchange/faults.ts';
import { runningAt } from '../exchange/market.ts';
import { scoreAt } from '../exchange/score.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Venue } from '../exchange/venues.ts';
import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, hanging, test } from '../pages/journey.ts';
import { type Widget, signed } from '../pages/widget.ts';

class Chart {
  readonly handle: Locator;

  constructor(readonly widget: Widget, readonly page: Page) {
    this.handle = widget.part('crosshair');
  }

  static async open(widget: Widget, page: Page): Promise<Chart> {
    await widget.element.getByRole('tab', { name: 'Chart' }).click();
    const chart = new Chart(widget, page);
    await expect(chart.handle).toBeVisible();
    // Drawn for the width it has, which the browser tells a moment later.
    await expect.poll(async () => (await chart.room()).width).toBeGreaterThan(200);
    await chart.settle();
    return chart;
  }

  /** What was asked of the next frame is drawn: the page's clock stands still. */
  settle(): Promise<void> {
    return this.page.clock.runFor(40);
  }

  async room(): Promise<{ x: number; y: number; width: number; height: number }> {
    await this.handle.scrollIntoViewIfNeeded();
    return (await this.handle.locator('svg').boundingBox())!;
  }

  async choose(timeframe: Interval): Promise<void> {
    await this.widget.part('chart-timeframe').filter({ hasText: timeframe }).click();
    await expect(this.handle).toHaveAttribute('aria-label', `Crosshair over ${timeframe} candles`);
  }

  async tool(name: string): Promise<void> {
    await this.widget.element.getByRole('button', { name, exact: true }).click();
    await this.settle();
  }

  /** Presses a button until it says that there is no more. */
  async toTheEnd(name: string): Promise<void> {
    const button = this.widget.element.getByRole('button', { name, exact: true });
    for (let tries = 0; tries < 30 && (await button.getAttribute('aria-disabled')) !== 'true'; tries += 1) await this.tool(name);
    await expect(button).toHaveAttribute('aria-disabled', 'true');
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.settle();
  }

  /** The number of the candle under the crosshair, from 1, and how many there are. */
  async place(): Promise<{ now: number; all: number }> {
    const number = async (name: string): Promise<number> => Number(await this.handle.getAttribute(name));
    return { now: await number('aria-valuenow'), all: await number('aria-valuemax') };
  }

  /** How many candles are drawn, and of how many. */
  async seen(): Promise<number> {
    const words = await this.widget.part('candles').getAttribute('aria-label');
    return Number(/candles, (\d+) of/.exec(words!)![1]);
  }

  first(): Promise<string> {
    return this.widget.part('candles').getAttribute('aria-label').then((words) => /from (.*?) to/.exec(words!)![1]);
  }

  async values(): Promise<Record<string, string>> {
    const cells = await this.widget.part('chart-value').evaluateAll((all) => all.map((cell) => [cell.getAttribute('data-name'), cell.textContent]));
    return Object.fromEntries(cells);
  }

  /** What is read of the candle under the crosshair is that candle of `venue`, with what the native program says at its close. */
  async agrees(exchange: Exchange, timeframe: Interval, venue: Venue = 'binance'): Promise<void> {
    const { now, all } = await this.place();
    const { surroundings: _, ...candles } = exchange.served(venue, 'sent');
    // A source that had confirmed another's candles before it was asked for all has told some twice.
    const closed = [...new Map(candles[timeframe].map((candle) => [candle.time, candle])).values()].sort((one, next) => one.time - next.time);
    expect(all).toBe(closed.length);
    const own = closed[now - 1];
    const before = closed[now - 2] as Candle | undefined;
    const [oracle] = scoreAt([own.time + LENGTH_MS[timeframe]], candles, { asGiven: true });
    const report = oracle.mtf.timeframes.find((one) => one.timeframe === timeframe)!;
    const money = (value: unknown): string => (value === null ? 'unknown' : (value as number).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
    const ready = oracle.mtf.timeframes.filter((one) => one.ready).length;
    const conviction = oracle.conviction === null ? 'unknown' : `${signed(oracle.conviction)}${ready < 4 ? ` (${ready} of 4)` : ''}`;
    const values = await this.values();
    expect(values).toMatchObject({
      Open: money(own.open),
      High: money(own.high),
      Low: money(own.low),
      Close: money(own.close),
      'EMA 20': money(report.ema20),
      'EMA 50': money(report.ema50),
      'EMA 200': money(report.ema200),
      'RSI 14': report.rsi14 === null ? 'unknown' : (report.rsi14 as number).toFixed(1),
      Conviction: conviction,
    });
    const change = before && 100 * (own.close / before.close - 1);
    if (change === undefined) expect(values.Change).toBe('unknown');
    else expect(Number(values.Change.replace('−', '-').replace('\u{a0}%', ''))).toBeCloseTo(change, 1);
    // The slider says the same.
    const spoken = (await this.handle.getAttribute('aria-valuetext'))!;
    for (const [name, value] of Object.entries(values)) expect(spoken).toContain(`${name} ${value}`);
  }
}

async function openChart(page: Page, blog: Parameters<typeof openEmbed>[1], site: Parameters<typeof openEmbed>[2], exchange: Exchange, attributes: Record<string, string> = {}): Promise<Chart> {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', locale: 'en-US', ...attributes });
  await widget.is(attributes.sources === 'sample' ? 'simulated' : 'live');
  return Chart.open(widget, page);
}

for (const timeframe of INTERVALS) {
  test(`${timeframe}: the values under the crosshair are the candle’s and the native program’s`, async ({ page, blog, site, exchange }) => {
    const chart = await openChart(page, blog, site, exchange);
    await chart.choose(timeframe);
    // The last closed candle, before anybody points anywhere.
    const { now, all } = await chart.place();
    expect(now).toBe(all);
    await chart.agrees(exchange, timeframe);
    await chart.handle.focus();
    await chart.press('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    expect((await chart.place()).now).toBe(all - 3);
    await chart.agrees(exchange, timeframe);
    await chart.press('Home', 'ArrowRight');
    expect((await chart.place()).now).toBe(2);
    await chart.agrees(exchange, timeframe);
  });
}

test('the keyboard: ten at a time, pages, the ends, zoom about the crosshair, and out of it', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange);
  const { all } = await chart.place();
  await chart.handle.focus();
  await chart.press('Shift+ArrowLeft');
  expect((await chart.place()).now).toBe(all - 10);
  const wide = await chart.seen();
  await chart.press('PageUp');
  expect((await chart.place()).now).toBeLessThan(all - wide + 5);
  await chart.agrees(exchange, '1h');
  const { now } = await chart.place();
  await chart.press('+');
  expect(await chart.seen()).toBeLessThan(wide);
  expect((await chart.place()).now).toBe(now);
  await chart.press('-', '-');
  expect(await chart.seen()).toBeGreaterThan(wide);
  await chart.press('End', 'ArrowRight');
  expect((await chart.place()).now).toBe(all);
  await chart.press('ArrowLeft', 'Escape');
  // Nobody points: the last one is read again.
  expect((await chart.place()).now).toBe(all);
  await page.keyboard.press('Tab');
  await expect(chart.handle).not.toBeFocused();
});

test('the mouse: what it points at is read, and leaving it is no pointing', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange);
  const room = await chart.room();
  const [span, { all }] = [await chart.seen(), await chart.place()];
  for (const part of [0.1, 0.45, 0.99]) {
    await page.mouse.move(room.x + part * room.width, room.y + 50);
    await chart.settle();
    const { now } = await chart.place();
    expect(Math.abs(all - Math.floor(span * (1 - part)) - now)).toBeLessThanOrEqual(1);
    await chart.agrees(exchange, '1h');
  }
  await page.mouse.move(room.x + 0.3 * room.width, room.y + 50);
  await chart.settle();
  expect((await chart.place()).now).toBeLessThan(all);
  await page.mouse.move(0, 0);
  await chart.settle();
  expect((await chart.place()).now).toBe(all);
});

test.describe('pointing moves nothing', () => {
  for (const width of [320, 1200]) {
    test(`${width} pixels`, async ({ page, blog, site, exchange }) => {
      await page.setViewportSize({ width, height: 900 });
      const chart = await openChart(page, blog, site, exchange);
      const before = await chart.room();
      await page.mouse.move(before.x + 0.4 * before.width, before.y + 60);
      await chart.settle();
      const { now, all } = await chart.place();
      expect(now).toBeLessThan(all);
      expect(await chart.handle.locator('svg').boundingBox()).toEqual(before);
    });
  }
});

test('dragging moves it, the wheel zooms only with Ctrl or for who is in it, and the buttons do both', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange);
  const room = await chart.room();
  const [latest, span] = [await chart.first(), await chart.seen()];
  await page.mouse.move(room.x + 40, room.y + 60);
  // The page scrolls past it, there and back.
  for (const by of [100, -100]) await page.mouse.wheel(0, by);
  await page.waitForTimeout(200);
  await chart.settle();
  expect([await chart.first(), await chart.seen()]).toEqual([latest, span]);
  await page.mouse.move(room.x + 40, room.y + 60);
  await page.mouse.down();
  await page.mouse.move(room.x + 40 + room.width / 2, room.y + 60, { steps: 4 });
  await chart.settle();
  await page.mouse.up();
  const earlier = await chart.first();
  expect(earlier).not.toBe(latest);
  expect(Math.abs((await chart.seen()) - span)).toBeLessThanOrEqual(1);
  await chart.agrees(exchange, '1h');
  await page.mouse.move(room.x + 40, (await chart.room()).y + 60);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await expect(async () => {
    await chart.settle();
    expect(await chart.seen()).toBeLessThan(0.8 * span);
  }).toPass();
  const close = await chart.seen();
  await chart.tool('Zoom out');
  expect(await chart.seen()).toBeGreaterThan(close);
  await chart.toTheEnd('Later');
  const end = await chart.first();
  await chart.tool('Earlier');
  expect(await chart.first()).not.toBe(end);
  await chart.toTheEnd('Zoom out');
  expect(await chart.seen()).toBe((await chart.place()).all);
});

test.describe('touch', () => {
  test.use({ hasTouch: true, viewport: { width: 400, height: 800 } });

  test('a tap points, a finger moves, two fingers zoom', async ({ page, blog, site, exchange }) => {
    const chart = await openChart(page, blog, site, exchange);
    const room = await chart.room();
    const { all } = await chart.place();
    await page.touchscreen.tap(room.x + room.width / 3, room.y + 60);
    await chart.settle();
    expect((await chart.place()).now).toBeLessThan(all);
    await chart.agrees(exchange, '1h');
    const session = await page.context().newCDPSession(page);
    const fingers = async (type: string, ...places: [number, number][]): Promise<void> => {
      const touchPoints = places.map(([x, y], id) => ({ x: room.x + x, y: room.y + y, id }));
      await session.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints });
      await chart.settle();
    };
    const latest = await chart.first();
    await fingers('touchStart', [60, 60]);
    for (let x = 80; x <= 200; x += 20) await fingers('touchMove', [x, 60]);
    await fingers('touchEnd');
    expect(await chart.first()).not.toBe(latest);
    const span = await chart.seen();
    await fingers('touchStart', [100, 60], [140, 60]);
    for (let by = 10; by <= 60; by += 10) await fingers('touchMove', [100 - by, 60], [140 + by, 60]);
    await fingers('touchEnd');
    expect(await chart.seen()).toBeLessThan(0.6 * span);
  });
});

test('a tab that is left and opened again shows what was chosen', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange);
  await chart.choose('4h');
  await chart.tool('Zoom in');
  await chart.tool('Earlier');
  const [first, span] = [await chart.first(), await chart.seen()];
  await chart.widget.element.getByRole('tab', { name: 'Why' }).click();
  await expect(chart.handle).toHaveCount(0);
  const again = await Chart.open(chart.widget, page);
  expect([await again.first(), await again.seen()]).toEqual([first, span]);
  await again.agrees(exchange, '4h');
});

test('a price that moves draws its own mark and nothing else', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange, { sources: 'binance' });
  await expect.poll(() => exchange.sockets.opened('binance').length).toBe(1);
  await chart.widget.element.evaluate((element) => {
    const seen: string[] = [];
    Object.assign(window, { changed: seen });
    const chart = element.shadowRoot!.querySelector('.chart')!;
    new MutationObserver((all) => all.forEach(({ target }) => {
      const node = target instanceof Element ? target : target.parentElement!;
      const layer = [...chart.children].find((child) => child.contains(node));
      seen.push(layer?.getAttribute('class') ?? node.nodeName);
    })).observe(chart, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const candle = runningAt('TAO', '15m', NOW);
  const close = Number((candle.close * 1.0005).toFixed(4));
  exchange.sockets.tick('binance', 'TAO', { ...candle, close, high: Math.max(candle.high, close), volume: candle.volume + 1e9 });
  await expect(chart.widget.element.locator('.now text')).toHaveText(close.toFixed(2));
  const changed = await page.evaluate(() => (window as unknown as { changed: string[] }).changed);
  expect([...new Set(changed)]).toEqual(['now']);
});

test('averages that are warming up are unknown, and the reason is said', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'rows', change: rows.newest(120) });
  const chart = await openChart(page, blog, site, exchange);
  await chart.agrees(exchange, '1h');
  const values = await chart.values();
  expect([values['EMA 50'] === 'unknown', values['EMA 200'], values.Conviction]).toEqual([false, 'unknown', 'unknown']);
  await expect(chart.widget.part('chart-notes')).toContainText('Warming up: EMA 200 needs 200 closed 1h candles');
  await expect(chart.widget.part('chart-notes')).toContainText('no timeframe had the 461 closed candles it needs');
});

test('candles from the cache are drawn, and those that come later take their place', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', locale: 'en-US' });
  await widget.is('live');
  await page.waitForTimeout(500);
  exchange.failAll({ kind: 'silence' });
  await page.reload();
  await widget.is('cached');
  const chart = await Chart.open(widget, page);
  await chart.agrees(exchange, '1h');
  await hanging(exchange, 1);
  exchange.healAll();
  await page.clock.fastForward(8_000);
  await widget.is('live');
  await chart.agrees(exchange, '1h', 'kraken');
});

test('simulated candles are called so, in the picture’s words too', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange, { sources: 'sample' });
  await expect(chart.widget.part('chart-notes')).toContainText('Simulated candles, not a market.');
  await expect(chart.widget.part('candles')).toHaveAttribute('aria-label', /simulated candles/);
});

test('without candles there is no chart, and the reason has its place', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'status', status: 500 });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('unavailable');
  await widget.element.getByRole('tab', { name: 'Chart' }).click();
  await expect(widget.element.getByRole('tabpanel')).toContainText('There are no candles to compute from.');
});

test('the table has the last candles, newest first, for those who listen', async ({ page, blog, site, exchange }) => {
  const chart = await openChart(page, blog, site, exchange);
  const heads = await chart.widget.part('chart-table').locator('thead th').allTextContents();
  const first = await chart.widget.part('chart-table').locator('tbody tr').first().locator('td').allTextContents();
  const values = await chart.values();
  expect(heads).toEqual(['Opened', ...Object.keys(values)]);
  expect(first).toEqual(Object.values(values));
  await expect(chart.widget.part('chart-table').locator('tbody tr')).toHaveCount(24);
});

for (const width of [320, 1200]) {
  test(`it fits ${width} pixels`, async ({ page, blog, site, exchange }) => {
    await page.setViewportSize({ width, height: 900 });
    const chart = await openChart(page, blog, site, exchange);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const wide = await chart.widget.element.locator('.shown').evaluate((shown) =>
      [...shown.querySelectorAll('*')]
        .filter((node) => !node.closest('.only-heard') && !node.closest('g'))
        .filter((node) => node.getBoundingClientRect().right > shown.getBoundingClientRect().right + 1)
        .map((node) => node.outerHTML.slice(0, 80)),
    );
    expect(wide).toEqual([]);
  });
}

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing with the crosshair shown, ${theme}`, async ({ page, blog, site, exchange }) => {
    const chart = await openChart(page, blog, site, exchange, { theme });
    await chart.handle.focus();
    await chart.press('ArrowLeft');
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}
