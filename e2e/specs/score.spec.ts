// The score in the browser is the score of the native program on the same candles, to the last bit.

import { LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, openPage, stopClock, test } from '../pages/journey.ts';

test('the page shows what the native program computes from the candles that were served', async ({ page, site, exchange }) => {
  const widget = await openPage(page, site, exchange);
  await widget.is('live');
  await widget.from('Binance');
  await expect(widget.part('status')).toHaveText('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.mtf.timeframes.map(({ candles, ready }) => [candles, ready])).toEqual(Array(4).fill([499, true]));
  expect(own.data).toMatchObject({ state: 'live', source: 'binance', rejectedCandles: 0, gaps: 0 });
  await expect(widget.part('reason')).toHaveText(/^\S.*\.$/);
  await expect(widget.part('price')).toHaveText(/^\$\d{2,3}\.\d\d$/);
  expect(exchange.own.map(({ query }) => query.limit)).toEqual(['500', '500', '500', '500']);
});

for (const days of [-3, -1.3, 1.2]) {
  test(`so it does at another moment, ${days} days off`, async ({ page, blog, site, exchange }) => {
    exchange.now = NOW + days * LENGTH_MS['1d'];
    await page.clock.setSystemTime(exchange.now);
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
  });
}

test('Kraken’s candles give Kraken’s score', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken' });
  await widget.is('live');
  await widget.from('Kraken');
  const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
  expect(own.mtf.timeframes.every(({ ready }) => ready)).toBe(true);
  expect(exchange.candleRequests('binance')).toEqual([]);
});

test('another asset is scored from its own candles', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { symbol: 'ETH' });
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'truth', 'ETH'), at, 'ETH'));
  expect(own.symbol).toBe('ETH');
  expect(exchange.candleRequests('binance')).toEqual([]);
});

test('the running candle moves the price and never the score', async ({ page, browser, blog, site, exchange }) => {
  const early = await openEmbed(page, blog, site, exchange);
  await early.is('live');
  const before = await early.assessment();
  exchange.now += 6 * 60_000;
  // Another visitor: a tab of the same one would show what the first tab knows.
  const other = await browser.newPage();
  await stopClock(other, exchange.now);
  const late = await openEmbed(other, blog, site, exchange);
  await late.is('live');
  const after = await late.assessment();
  expect(after.at).toBeGreaterThan(before.at);
  expect(after.price).not.toBe(before.price);
  expect(after.mtf).toEqual(before.mtf);
  // But for the seconds by which catalysts are older.
  expect(after.conviction).toBeCloseTo(before.conviction!, 4);
  await other.close();
});

test('requests are simple ones: no preflight, no cookie, no referrer, nothing but candles', async ({ page, context, blog, site, exchange }) => {
  await context.addCookies([{ name: 'secret', value: 'yes', url: exchange.url }]);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  expect(exchange.own).toHaveLength(4);
  for (const { method, headers, path } of exchange.own) {
    expect([method, path, headers.cookie, headers.referer]).toEqual(['GET', '/api/v3/klines', undefined, undefined]);
  }
});
