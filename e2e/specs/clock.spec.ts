// A visitor's clock that is wrong never turns an old score into a new one, and what a venue asks for is given. What is
// seen at each venue is in the matrix.

import { INTERVALS, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import type { Venue } from '../exchange/venues.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';
import { differences } from '../pages/widget.ts';

const MINUTE = 60_000;

for (const venue of ['binance', 'coinbase'] as const) {
  test(`a clock that is a day behind ${venue} and then set right: it works, from nothing of what came before`, async ({ page, blog, site, exchange }) => {
    await page.clock.setSystemTime(NOW - LENGTH_MS['1d']);
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('unavailable');
    exchange.requests.length = 0;
    await page.clock.setSystemTime(NOW);
    await widget.part('retry').click();
    await expect(widget.root).toHaveAttribute('data-state', /^(partial|live)$/);
    await page.clock.fastForward(5_000);
    await widget.is('live');
    const own = await widget.assessment();
    expect(own.mtf).toEqual(score(exchange.served(venue), own.at).mtf);
  });
}

test('with the clock behind, a source that would not notice is not asked after one that did', async ({ page, blog, site, exchange }) => {
  await page.clock.setSystemTime(NOW - LENGTH_MS['1d']);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  expect(new Set(exchange.requests.map(({ venue }) => venue))).toEqual(new Set(['binance']));
});

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

test('a clock that was ahead and is set right: what is shown is soon of the present again', async ({ page, blog, site, exchange }) => {
  const ahead = 9 * 60_000;
  await page.clock.setSystemTime(NOW + ahead);
  const widget = await openEmbed(page, blog, site, exchange);
  await expect(widget.root).toHaveAttribute('data-state', /^(delayed|live)$/);
  // A clock that moves while an answer is under way ends it, and other sources stand in: not what this is about.
  const settled = () => expect.poll(() => exchange.requests.filter(({ state }) => state === 'open').length).toBe(0);
  // Nothing is due any more, so that it sleeps.
  for (let minute = 1; minute <= 4; minute += 1) {
    await settled();
    exchange.now = NOW + minute * 60_000;
    await page.clock.fastForward(60_000);
  }
  await settled();
  await page.clock.setSystemTime(exchange.now);
  for (let half = 1; half <= 2; half += 1) {
    await settled();
    exchange.now += 30_000;
    await page.clock.fastForward(30_000);
  }
  await expect.poll(async () => (await widget.assessment()).at).toBeLessThanOrEqual(exchange.now);
  await widget.is('live');
  // A jump of the clock ends what is under way, and then the next source stands in; which one, and who confirms it and
  // knows the order book by then, depends on what was under way. The candles behind the score are those of the present.
  await expect(async () => {
    const own = await widget.assessment();
    const oracle = score(exchange.served(own.data.source as Venue), own.at);
    expect(differences(own, oracle).filter((what) => /^(at|mtf)\b/.test(what))).toEqual([]);
  }).toPass();
});
