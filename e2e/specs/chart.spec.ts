// The chart: what is read under the crosshair is what the venue traded, by mouse, touch and keyboard; and it fits.

import { type Candle, type Interval, NOW } from '../exchange/candles.ts';
import { runningAt } from '../exchange/market.ts';
import type { Exchange } from '../exchange/server.ts';
import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const LENGTHS = ['15m', '1h', '4h', '1d'] as const;

type Of = Parameters<Parameters<typeof test>[2]>[0];

async function openChart({ page, blog, site, exchange }: Pick<Of, 'page' | 'blog' | 'site' | 'exchange'>, attributes: Record<string, string> = {}): Promise<Widget> {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off', ...attributes });
  await widget.is(attributes.sources === 'sample' ? 'simulated' : 'live');
  await widget.element.getByRole('tab', { name: 'Chart' }).click();
  await expect(widget.part('crosshair')).toBeVisible();
  await drawn(widget);
  return widget;
}

/** A frame goes by, in which what was asked for is drawn. */
const drawn = (widget: Widget): Promise<void> => widget.element.page().clock.fastForward(50);

/** A figure of the line above the drawing. */
const figure = (widget: Widget, name: string) => widget.element.locator(`[part~=chart-value][data-name="${name}"]`);

const digits = (text: string | null): number => Number(text!.replaceAll(',', '').replace('−', '-').replace(/[^\d.-].*$/, ''));

/** Which candle is read, counted from 1. */
const read = async (widget: Widget): Promise<number> => Number(await widget.part('crosshair').getAttribute('aria-valuenow'));

const seen = async (widget: Widget): Promise<number> => Number(/(\d+) of \d+, from/.exec((await widget.element.locator('.scene').getAttribute('aria-label')) ?? '')?.[1]);

const candlesOf = (exchange: Exchange, interval: Interval): Candle[] => exchange.served('binance')[interval]!;

/** By the definition: the mean of the first n, then α = 2 / (n + 1). */
function ema(closes: number[], n: number): number {
  const first = closes.slice(0, n).reduce((sum, close) => sum + close, 0) / n;
  return closes.slice(n).reduce((mean, close) => mean + (2 / (n + 1)) * (close - mean), first);
}

/** By Wilder's definition, over 14. */
function rsi(closes: number[]): number {
  const changes = closes.slice(1).map((close, index) => close - closes[index]!);
  const part = (of: (change: number) => number): number => {
    const first = changes.slice(0, 14).reduce((sum, change) => sum + of(change), 0) / 14;
    return changes.slice(14).reduce((mean, change) => (13 * mean + of(change)) / 14, first);
  };
  const [up, down] = [part((change) => Math.max(change, 0)), part((change) => Math.max(-change, 0))];
  return 100 - 100 / (1 + up / down);
}

async function agrees(widget: Widget, candles: Candle[], place: number): Promise<void> {
  const candle = candles[place - 1]!;
  const closes = candles.slice(0, place).map(({ close }) => close);
  for (const [name, value] of [['Open', candle.open], ['High', candle.high], ['Low', candle.low], ['Close', candle.close]] as const) {
    expect(digits(await figure(widget, name).textContent()), name).toBeCloseTo(value, 1);
  }
  for (const [name, length] of [['EMA 20', 20], ['EMA 50', 50], ['EMA 200', 200]] as const) {
    if (place < length) await expect(figure(widget, name)).toHaveText('unknown');
    else expect(digits(await figure(widget, name).textContent()), name).toBeCloseTo(ema(closes, length), 1);
  }
  if (place > 14) expect(Math.abs(digits(await figure(widget, 'RSI 14').textContent()) - rsi(closes))).toBeLessThan(0.06);
}

for (const interval of LENGTHS) {
  test(`${interval}: each candle that is read is the venue’s, with its averages`, async ({ page, blog, site, exchange }) => {
    const widget = await openChart({ page, blog, site, exchange });
    await widget.element.getByRole('button', { name: interval, exact: true }).click();
    await drawn(widget);
    const candles = candlesOf(exchange, interval);
    await expect(widget.part('crosshair')).toHaveAttribute('aria-valuemax', String(candles.length));
    await agrees(widget, candles, candles.length);
    await widget.part('crosshair').focus();
    for (const [key, place] of [['ArrowLeft', candles.length - 1], ['Shift+ArrowLeft', candles.length - 11], ['Home', 1], ['Shift+ArrowRight', 11], ['End', candles.length]] as const) {
      await page.keyboard.press(key);
      await drawn(widget);
      expect(await read(widget), key).toBe(place);
      await agrees(widget, candles, place);
    }
  });
}

test('the pointer reads, drags and zooms, and the page still scrolls past it', async ({ page, blog, site, exchange }) => {
  await page.setViewportSize({ width: 1200, height: 1400 });
  const widget = await openChart({ page, blog, site, exchange });
  const candles = candlesOf(exchange, '1h');
  const box = (await widget.part('crosshair').boundingBox())!;
  const [middle, y] = [box.x + box.width / 2, box.y + 60];
  await page.mouse.move(middle, y);
  await drawn(widget);
  const before = await read(widget);
  await agrees(widget, candles, before);
  const wide = await seen(widget);
  expect(Math.abs(candles.length - wide / 2 - before)).toBeLessThan(3);
  // A wheel belongs to the page, unless it is meant for the chart: with Ctrl, or after a click into it.
  await page.mouse.wheel(0, 300);
  await drawn(widget);
  expect(await seen(widget)).toBe(wide);
  // Dragged to the right by half the width: what is read is half the width older.
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, y, { steps: 8 });
  await page.mouse.up();
  await page.mouse.move(middle, y);
  await drawn(widget);
  expect(Math.abs(before - wide / 2 - (await read(widget)))).toBeLessThan(4);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, 200);
  await page.keyboard.up('Control');
  await drawn(widget);
  expect(await seen(widget)).toBeGreaterThan(wide);
  await page.mouse.move(2, 2);
  await drawn(widget);
  await agrees(widget, candles, candles.length);
});

test('zoomed by the keyboard and the buttons it keeps what is read in sight, down to few candles and up to all', async ({ page, blog, site, exchange }) => {
  const widget = await openChart({ page, blog, site, exchange });
  const all = candlesOf(exchange, '1h').length;
  await widget.part('crosshair').focus();
  await page.keyboard.press('Home');
  for (let times = 0; times < 12; times += 1) await page.keyboard.press('+');
  await drawn(widget);
  expect(await read(widget)).toBe(1);
  const few = await seen(widget);
  expect(few).toBeLessThan(20);
  const out = widget.element.getByRole('button', { name: 'Zoom out' });
  for (let times = 0; times < 15; times += 1) await out.click();
  await drawn(widget);
  expect(await seen(widget)).toBe(all);
  await expect(out).toHaveAttribute('aria-disabled', 'true');
});

test.describe('by touch', () => {
  test.use({ hasTouch: true });
  test('a tap reads the candle under it', async ({ page, blog, site, exchange }) => {
    await page.setViewportSize({ width: 360, height: 1400 });
    const widget = await openChart({ page, blog, site, exchange });
    const crosshair = widget.part('crosshair');
    await crosshair.scrollIntoViewIfNeeded();
    const box = (await crosshair.boundingBox())!;
    await page.touchscreen.tap(box.x + box.width / 4, box.y + 80);
    await drawn(widget);
    const [place, wide, candles] = [await read(widget), await seen(widget), candlesOf(exchange, '1h')];
    expect(Math.abs(candles.length - 0.75 * wide - place)).toBeLessThan(3);
    await agrees(widget, candles, place);
  });
});

test('a price that moves moves its mark, and the candle that is read stays', async ({ page, blog, site, exchange }) => {
  const widget = await openChart({ page, blog, site, exchange });
  await expect.poll(() => exchange.sockets.opened('binance').length).toBe(1);
  await widget.part('crosshair').focus();
  await page.keyboard.press('ArrowLeft');
  await drawn(widget);
  const place = await read(widget);
  const running = runningAt('TAO', '15m', NOW);
  const close = Number((running.close * 1.01).toFixed(2));
  exchange.sockets.tick('binance', 'TAO', { ...running, close, high: Math.max(running.high, close), volume: running.volume + 1e9 });
  await expect(widget.element.locator('.now text.last')).toHaveText(close.toFixed(2));
  expect(await read(widget)).toBe(place);
});

test('for those who listen: the drawing in words, and the last candles as a table', async ({ page, blog, site, exchange }) => {
  const widget = await openChart({ page, blog, site, exchange });
  const candles = candlesOf(exchange, '1h');
  await expect(widget.element.locator('.scene')).toHaveAttribute('aria-label', new RegExp(`^TAO 1h candles, \\d+ of ${candles.length}, from `));
  const table = widget.element.getByRole('table', { name: /^The last 24 closed 1h candles of TAO$/ });
  await expect(table.getByRole('row')).toHaveCount(25);
  expect(digits(await table.getByRole('row').nth(1).getByRole('cell').nth(3).textContent())).toBeCloseTo(candles.at(-1)!.close, 1);
});

test('simulated candles are called so in the chart too', async ({ page, blog, site, exchange }) => {
  const widget = await openChart({ page, blog, site, exchange }, { sources: 'sample' });
  await expect(widget.part('chart-notes')).toContainText('Simulated candles, not a market.');
});

test('when the sources fail, the chart stays with what it has', async ({ page, blog, site, exchange }) => {
  const widget = await openChart({ page, blog, site, exchange });
  const candles = candlesOf(exchange, '1h');
  exchange.failAll({ kind: 'reset' });
  exchange.now += 3_600_000;
  await page.clock.fastForward(3_600_000);
  await widget.is('cached');
  await drawn(widget);
  await agrees(widget, candles, candles.length);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in a chart, and it fits 320 pixels, ${theme}`, async ({ page, blog, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 900 });
    const widget = await openChart({ page, blog, site, exchange }, { theme });
    await widget.part('crosshair').focus();
    await drawn(widget);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}
