// A visitor's clock that is wrong never turns an old score into a new one, and what a venue asks for is given.

import { INTERVALS, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';

const MINUTE = 60_000;

for (const [words, skew] of [['a day', LENGTH_MS['1d']], ['an hour', LENGTH_MS['1h']], ['45 minutes', 45 * MINUTE]] as const) {
  // Not Coinbase: it is asked for a span of time, and has nothing else for a clock to be told by.
  for (const venue of ['binance', 'kraken', 'hyperliquid', 'bybit', 'okx'] as const) {
    test(`a clock that is ${words} behind ${venue}: no score, and the reason`, async ({ page, blog, site, exchange }) => {
      await page.clock.setSystemTime(NOW - skew);
      const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
      await widget.is('unavailable');
      await expect(widget.part('notice')).toContainText('its clock seems to be');
      await expect(widget.part('score')).toHaveCount(0);
      // Set right, it is asked again and works, from nothing of what came before.
      exchange.requests.length = 0;
      await page.clock.setSystemTime(NOW);
      await widget.part('retry').click();
      await widget.is('live');
      await widget.agrees((at) => score(exchange.served(venue), at));
    });
  }
}

test('with the clock behind, a source that would not notice is not asked after one that did', async ({ page, blog, site, exchange }) => {
  await page.clock.setSystemTime(NOW - LENGTH_MS['1d']);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  expect(new Set(exchange.requests.map(({ venue }) => venue))).toEqual(new Set(['binance']));
});

for (const [words, skew] of [['a day', LENGTH_MS['1d']], ['an hour', LENGTH_MS['1h']]] as const) {
  for (const venue of ['binance', 'kraken', 'okx', 'bybit', 'hyperliquid'] as const) {
    test(`a clock that is ${words} ahead of ${venue}: delayed, with the time of the last candle`, async ({ page, blog, site, exchange }) => {
      await page.clock.setSystemTime(NOW + skew);
      const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
      await widget.is('delayed');
      // What surrounds it is too old by this clock to say anything, and left out; what is scored is right.
      const own = await widget.assessment();
      expect(own.mtf).toEqual(score(exchange.served(venue), own.at).mtf);
      expect(own.gates.find(({ gate }) => gate === 'data')).toMatchObject({ state: 'fail' });
      expect(own.data.asOf).toBe(NOW - (NOW % LENGTH_MS['15m']));
      await expect(widget.part('time')).toHaveText(/as of/);
    });
  }
}

for (const minutes of [-5, 5]) {
  test(`a clock that is ${minutes} minutes off changes no candle that is scored`, async ({ page, blog, site, exchange }) => {
    await page.clock.setSystemTime(NOW + minutes * MINUTE);
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
  });
}

/** Whether Binance is asked again at the first refresh after so many minutes. */
const asked = (exchange: { candleRequests(venue: 'binance'): unknown[] }): number => exchange.candleRequests('binance').length;

test('a venue that asks for an hour of rest by Retry-After gets it, where the page may read it', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 429, retryAfter: 3000, exposed: true }, { first: 4 });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.from('Kraken');
  await widget.is('live');
  const before = asked(exchange);
  for (const minutes of [15, 30, 45]) {
    await travel(page, exchange, NOW - (NOW % LENGTH_MS['15m']) + minutes * MINUTE + 12_000);
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(NOW - (NOW % LENGTH_MS['15m']) + minutes * MINUTE);
  }
  expect(asked(exchange)).toBe(before);
  await travel(page, exchange, NOW + 60 * MINUTE + 12_000);
  await widget.from('Binance');
});

test('without a readable Retry-After it rests for a minute, and is asked at the next close', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 429, retryAfter: 3000 }, { first: 4 });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.from('Kraken');
  await widget.is('live');
  await travel(page, exchange, NOW - (NOW % LENGTH_MS['15m']) + LENGTH_MS['15m'] + 12_000);
  await widget.from('Binance');
  await widget.is('live');
});

test('two widgets of two assets share what is known of a source', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 451 });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.from('Kraken');
  await widget.is('live');
  const before = exchange.requests.filter(({ venue }) => venue === 'binance').length;
  await page.evaluate(() => {
    const other = document.querySelector('tao-conviction')!.cloneNode(true) as Element;
    other.setAttribute('symbol', 'ETH');
    document.body.append(other);
  });
  await expect(page.locator('tao-conviction .tao[data-state=live]')).toHaveCount(2);
  expect(exchange.requests.filter(({ venue }) => venue === 'binance')).toHaveLength(before);
  for (const interval of INTERVALS) expect(exchange.candleRequests('kraken', 'ETH').some((request) => request.interval === interval)).toBe(true);
});
