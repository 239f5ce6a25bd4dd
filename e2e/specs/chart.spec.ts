// The chart against the definitions: what is read of a candle is what the venue traded, and averages and RSI are computed
// here anew. What the reader does with it is in chart-crosshair.spec.ts.

import type { Candle, Interval } from '../exchange/candles.ts';
import type { Exchange } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const LENGTHS = ['15m', '1h', '4h', '1d'] as const;

type Of = Parameters<Parameters<typeof test>[2]>[0];

async function openChart({ page, blog, site, exchange }: Pick<Of, 'page' | 'blog' | 'site' | 'exchange'>): Promise<Widget> {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await widget.is('live');
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
