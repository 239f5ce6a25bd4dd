// As time goes by: at a bar's close only what is new is asked for, and the score is again the native program's.

import { INTERVALS, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';

const QUARTER = nextClose('15m', NOW);
const MIDDAY = nextClose('4h', NOW);

test('after the next 15m close only 15m candles are asked for, a handful of them', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const before = await widget.assessment();
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  const later = exchange.own.slice(4);
  expect(later.map(({ interval }) => interval)).toEqual(['15m']);
  expect(Number(later[0].query.limit)).toBeLessThanOrEqual(5);
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.at).toBeGreaterThan(QUARTER);
  expect(own.mtf.timeframes[0].candles).toBe(before.mtf.timeframes[0].candles + 1);
  expect(own.mtf.timeframes.slice(1)).toEqual(before.mtf.timeframes.slice(1));
  await widget.is('live');
});

test('where several timeframes close at once, those are asked for and the day is not', async ({ page, blog, site, exchange }) => {
  exchange.now = MIDDAY - LENGTH_MS['15m'] / 2;
  await page.clock.setSystemTime(exchange.now);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await travel(page, exchange, MIDDAY + 12_000);
  await expect.poll(() => exchange.own.filter(({ state }) => state === 'answered').length).toBe(7);
  const later = exchange.own.slice(4);
  expect(later.map(({ interval }) => interval).sort()).toEqual(['15m', '1h', '4h']);
  for (const { query } of later) expect(Number(query.limit)).toBeLessThanOrEqual(5);
  await expect.poll(async () => (await widget.assessment()).at).toBeGreaterThan(MIDDAY);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('Kraken too is asked only for what is new', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken' });
  await widget.is('live');
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  const later = exchange.own.slice(4);
  expect(later.map(({ interval }) => interval)).toEqual(['15m']);
  expect(later[0].sent!.length).toBeLessThanOrEqual(5);
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});

test('after hours of sleep everything missed is fetched at once and only once', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const morning = NOW + 26 * LENGTH_MS['1h'];
  await travel(page, exchange, morning);
  await expect.poll(() => exchange.own.filter(({ state }) => state === 'answered').length).toBe(8);
  expect(exchange.own.slice(4).every(({ query }) => Number(query.limit) < 150)).toBe(true);
  await expect.poll(async () => (await widget.assessment()).at).toBeGreaterThanOrEqual(morning);
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.data.gaps).toBe(0);
});

test('two widgets refresh with one request', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await page.evaluate(() => document.body.append(document.querySelector('tao-conviction')!.cloneNode(true)));
  await widget.is('live');
  await expect(page.locator('tao-conviction .tao[data-state=live]')).toHaveCount(2);
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  expect(exchange.own).toHaveLength(5);
});

test('a source that fails at a bar’s close is replaced, and the whole series with it', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.from('Binance');
  exchange.fail('binance', { kind: 'status', status: 503 });
  await travel(page, exchange, QUARTER + 12_000);
  await widget.from('Kraken');
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
  expect(own.data.source).toBe('kraken');
});

test('when all fail later, the last candles are kept, with their time, and called cached', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  exchange.failAll({ kind: 'reset' });
  await travel(page, exchange, QUARTER + 12_000);
  await widget.is('cached');
  await expect(widget.part('time')).toHaveText(/as of/);
  // The candle that was running when they were fetched has closed since, but nobody has seen how.
  const kept = exchange.served('binance');
  for (const interval of INTERVALS) kept[interval] = kept[interval].filter(({ time }) => time + LENGTH_MS[interval] < QUARTER);
  await widget.agrees((at) => score(kept, at));
  exchange.healAll();
  await travel(page, exchange, QUARTER + 40_000);
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('candles that stop coming are called delayed', async ({ page, blog, site, exchange }) => {
  await page.clock.setSystemTime(NOW + 2 * LENGTH_MS['1h']);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('delayed');
  await expect(widget.part('status')).toHaveText('delayed');
  const own = await widget.assessment();
  expect(own.gates.find(({ gate }) => gate === 'data')).toMatchObject({ state: 'fail' });
});

for (const venue of ['binance', 'kraken'] as const) {
  test(`a candle that ${venue} still counts as running is not scored, although the visitor’s clock is ahead`, async ({ page, blog, site, exchange }) => {
    exchange.now = QUARTER - 20_000;
    await page.clock.setSystemTime(QUARTER + 20_000);
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const own = await widget.agrees((at) => score(exchange.served(venue), at));
    expect(own.mtf.timeframes[0].closedAt).toBe(QUARTER - LENGTH_MS['15m']);
    // Once the exchange has closed it, it counts.
    await travel(page, exchange, QUARTER + 60_000);
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
    await widget.agrees((at) => score(exchange.served(venue), at));
  });
}

test('refresh() asks at once', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  exchange.now = QUARTER + 500;
  await page.clock.setSystemTime(exchange.now);
  await widget.refresh();
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('refresh() of whoever has just seen the last answer is heard, although that is still being stored', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await page.evaluate(() => {
    let asked = false;
    document.addEventListener('tao-update', (event) => {
      const { data } = (event as CustomEvent).detail as { data: { state: string } };
      if (asked || data.state !== 'live') return;
      asked = true;
      (event.target as HTMLElement & { refresh(): void }).refresh();
    });
  });
  await widget.is('live');
  await expect.poll(() => exchange.own.length).toBeGreaterThan(4);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});
