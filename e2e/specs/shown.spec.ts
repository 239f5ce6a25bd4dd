// What the card says beside the score: the price and its change, how old the candles are, which gates pass. Each is
// worked out here from the candles that were served, not read back from the widget.

import { readFileSync } from 'node:fs';
import { type Candle, INTERVALS, type Interval, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { rows } from '../exchange/faults.ts';
import { type Assessment, score } from '../exchange/score.ts';
import type { Exchange } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const DAY = LENGTH_MS['1d'];

/** The running 15m candle as `venue` sent it: the only one whose close is the price of the moment. */
function running(exchange: Exchange, venue: 'binance' | 'kraken'): Candle {
  const answer = exchange.candleRequests(venue).find(({ interval }) => interval === '15m');
  return answer!.sent!.at(-1)!;
}

for (const venue of ['binance', 'kraken'] as const) {
  test(`the price is the running candle’s, and the change is against a day ago, from ${venue}`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const now = running(exchange, venue);
    expect(now.time + LENGTH_MS['15m']).toBeGreaterThan(NOW);
    expect((await widget.assessment()).price).toBe(now.close);
    await expect(widget.part('price')).toHaveText(`$${now.close.toFixed(2)}`);

    const dayAgo = exchange.served(venue)['15m'].filter(({ time }) => time + LENGTH_MS['15m'] <= NOW - DAY).at(-1)!;
    const change = 100 * (now.close / dayAgo.close - 1);
    const sign = change < 0 ? '−' : '+';
    await expect(widget.part('change')).toHaveText(`${sign}${Math.abs(change).toFixed(2)} %`);
  });
}

test('every timeframe is scored up to the newest candle that has closed', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const { mtf, data } = await widget.assessment();
  const newest = INTERVALS.map((interval) => [interval, NOW - (NOW % LENGTH_MS[interval])]);
  expect(mtf.timeframes.map(({ timeframe, closedAt }) => [timeframe, closedAt])).toEqual(newest);
  expect(data.asOf).toBe(NOW - (NOW % LENGTH_MS['15m']));
  await expect(widget.part('time')).toHaveText('7 min. ago');
});

test('the setup counts the gates that pass, and claims nothing', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const { gates } = score(exchange.served('binance'), NOW);
  const passed = gates.filter(({ state }) => state === 'pass').length;
  await expect(widget.part('setup')).toContainText(`${passed} of ${gates.length} gates`);
  await expect(widget.part('setup')).toContainText('No setup');
});

test('simulated candles are scored as the native program scores them, moved by whole days', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'sample' });
  await widget.is('simulated');
  interface File {
    end: number;
    timeframes: Record<Interval, { start: number; rows: number[][] }>;
  }
  const moved = (symbol: string): Record<Interval, Candle[]> => {
    const file = JSON.parse(readFileSync(new URL(`../../sample/${symbol}.json`, import.meta.url), 'utf8')) as File;
    const shift = NOW - (NOW % DAY) + DAY - file.end;
    const candles = INTERVALS.map((interval) => {
      const { start, rows: all } = file.timeframes[interval];
      const candle = ([open, high, low, close, volume]: number[], index: number): Candle => ({
        time: start + index * LENGTH_MS[interval] + shift,
        open,
        high,
        low,
        close,
        volume,
      });
      return [interval, all.map(candle)];
    });
    return Object.fromEntries(candles) as Record<Interval, Candle[]>;
  };
  const oracle = (at: number): Assessment => score({ ...moved('TAO'), surroundings: { btc: moved('BTC'), basket: {} } }, at);
  await expect.poll(async () => (await widget.assessment()).coverage).toBe(0.75);
  await widget.agrees(oracle);
});

for (const venue of ['binance', 'kraken'] as const) {
  test(`${venue} lists the asset since a few days: insufficient data, and how little there is`, async ({ page, blog, site, exchange }) => {
    exchange.fail(venue, { kind: 'rows', change: rows.newest(30) });
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const own = await widget.agrees((at) => score(exchange.served(venue, 'sent'), at));
    expect(own).toMatchObject({ conviction: null, verdict: 'insufficient-data' });
    await expect(widget.part('score')).not.toHaveText(/\d/);
    await expect(widget.part('reason')).toContainText('29 candles');
    for (const interval of INTERVALS) await expect(widget.timeframe(interval).locator('[part~=reading]')).toHaveText('–');
  });
}
