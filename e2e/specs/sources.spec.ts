// When a source fails: the next one takes over whole, everything is named, and nothing is ever mixed or made up.

import type { Fault } from '../exchange/faults.ts';
import { INTERVALS } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, openPage, test } from '../pages/journey.ts';

/** What is wrong at Binance, and what the widget is told of it. */
const DOWN: Record<string, [Fault, RegExp]> = {
  'the connection is reset': [{ kind: 'reset' }, /could not be reached/],
  'the body breaks off': [{ kind: 'cut-off' }, /could not be reached/],
  'it refuses the region, readably': [
    { kind: 'status', status: 451, body: { code: 0, msg: "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms." } },
    /region \(HTTP 451\)/,
  ],
  'it refuses the region, without CORS': [{ kind: 'status', status: 451, cors: false }, /could not be reached/],
  'its firewall answers': [{ kind: 'status', status: 403, body: '<html>blocked</html>' }, /HTTP 403/],
  'it asks for fewer requests': [
    { kind: 'status', status: 429, retryAfter: 30, body: { code: -1003, msg: 'Too many requests queued.' } },
    /fewer requests \(HTTP 429\)/,
  ],
  'it has banned the address': [{ kind: 'status', status: 418, retryAfter: 120, body: { code: -1003, msg: 'Way too much request weight used.' } }, /HTTP 418/],
  'it is broken': [{ kind: 'status', status: 503, body: '' }, /HTTP 503/],
  'it sends a web page': [{ kind: 'html' }, /can.t be read/],
  'it sends half an answer': [{ kind: 'truncated' }, /can.t be read/],
  'it speaks of an error': [{ kind: 'error', text: 'Internal error; unable to process your request.' }, /Internal error|HTTP 400/],
};

for (const [what, [fault, reason]] of Object.entries(DOWN)) {
  test(`Binance is down, ${what}: Kraken stands in and is named`, async ({ page, blog, site, exchange }) => {
    exchange.fail('binance', fault);
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.from('Kraken');
    const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
    expect(own.data).toMatchObject({ source: 'kraken', failures: [{ source: 'binance', reason: expect.stringMatching(reason) }] });
    expect(exchange.candleRequests('kraken')).toHaveLength(4);
  });
}

test('one bad timeframe is enough to leave a source: candles of two are never mixed', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 500 }, { intervals: ['1d'] });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.from('Kraken');
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
  const closes = own.mtf.timeframes.map(({ close }) => close);
  const kraken = INTERVALS.map((interval) => exchange.served('kraken')[interval].at(-1)!.close);
  expect(closes).toEqual(kraken);
});

test('an asset that a venue does not list is looked for at the next', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 400, body: { code: -1121, msg: 'Invalid symbol.' } });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.from('Kraken');
  await widget.is('live');
  const { data } = await widget.assessment();
  expect(data.failures).toEqual([{ source: 'binance', reason: expect.stringContaining('does not list TAO') }]);
});

test('the order of sources is the site owner’s', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken,binance' });
  await widget.from('Kraken');
  expect(exchange.own.map(({ venue }) => venue)).toEqual(Array(4).fill('kraken'));
});

test('a source that never answers is left after eight seconds, and its requests are taken back', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange);
  await expect.poll(() => exchange.candleRequests('binance').length).toBe(4);
  await page.clock.fastForward(7_999);
  await widget.is('loading');
  await page.clock.fastForward(1);
  await widget.is('live');
  await widget.from('Kraken');
  const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
  expect(own.data.failures).toEqual([{ source: 'binance', reason: expect.stringContaining('8 seconds') }]);
  await expect.poll(() => exchange.candleRequests('binance').map(({ state }) => state)).toEqual(Array(4).fill('broken'));
});

test('an answer that trickles in for too long counts as none', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'drip', pieces: 10_000, everyMs: 50 }, { intervals: ['4h'] });
  const widget = await openEmbed(page, blog, site, exchange);
  await expect.poll(() => exchange.candleRequests('binance').filter(({ state }) => state === 'answered').length).toBe(3);
  await page.clock.fastForward(8_000);
  await widget.from('Kraken');
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});

test('an answer that trickles in and ends is as good as any', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'drip', pieces: 12, everyMs: 20 });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.from('Binance');
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('when all are down every source is named with its reason, no number is shown, and retrying works', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'reset' });
  exchange.fail('binance', { kind: 'status', status: 451 });
  exchange.fail('kraken', { kind: 'error', text: 'EService:Unavailable' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  const notice = widget.part('notice');
  await expect(notice).toContainText(/Binance\s.*HTTP 451/);
  await expect(notice).toContainText(/Kraken\s.*EService:Unavailable/);
  await expect(widget.part('score')).toHaveCount(0);
  await expect(widget.part('verdict')).toHaveCount(0);
  await expect(page.locator('[data-banner=simulated]')).toHaveCount(0);

  const asked = exchange.requests.length;
  await widget.part('retry').click();
  await expect.poll(() => exchange.requests.length).toBeGreaterThan(asked);
  await expect(widget.part('retry')).toBeEnabled();
  await widget.is('unavailable');

  exchange.heal('binance');
  await widget.part('retry').click();
  await widget.is('live');
  await widget.from('Binance');
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('nothing listens at all: unavailable, all named', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { symbol: 'TAO' });
  await widget.is('live');
  const url = exchange.url;
  await exchange.close();
  // Another asset: of the first one the browser has kept candles.
  const after = await openEmbed(page, blog, site, exchange, { proxy: url, symbol: 'ETH' });
  await after.is('unavailable');
  for (const name of ['Binance', 'Kraken', 'Coinbase', 'Hyperliquid perpetual', 'Bybit', 'OKX']) await expect(after.part('notice')).toContainText(`${name} could not be reached`);
});

test('it asks again by itself, and recovers', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  exchange.heal('kraken');
  await page.clock.fastForward(11_000);
  await widget.is('live');
  await widget.from('Kraken');
});

test('the page offers simulated data when nothing answers, under a banner, and takes it back', async ({ page, site, exchange }) => {
  exchange.failAll({ kind: 'status', status: 500 });
  const live = await openPage(page, site, exchange);
  await live.is('unavailable');
  await expect(live.part('notice')).toContainText(/Binance[\s\S]*Kraken/);
  const section = page.locator('#sample');
  await expect(section.locator('[data-banner=simulated]')).toBeVisible();
  await expect(section.locator('[data-banner=simulated]')).toContainText('Simulated data');
  // It loads when it nears the viewport, as any widget does.
  await section.scrollIntoViewIfNeeded();
  const sample = section.locator('tao-conviction');
  await expect(sample.locator('.tao')).toHaveAttribute('data-state', 'simulated');
  await expect(sample.locator('[part~=score]')).toHaveText(/^[+−]?\d+$/);

  exchange.healAll();
  await live.part('retry').click();
  await live.is('live');
  await expect(section).toBeHidden();
});

test('an embed shows simulated data only when it is told to, and says so', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'sample' });
  await widget.is('simulated');
  await expect(widget.part('status')).toHaveText('simulated');
  await expect(widget.part('source')).toHaveText(/sample|simulated/i);
  await expect(widget.root).toContainText('Simulated data');
  // Bitcoin comes a moment after the score.
  await expect.poll(async () => (await widget.assessment()).coverage).toBe(0.75);
  const own = await widget.assessment();
  expect(own.data).toMatchObject({ state: 'simulated', source: 'sample' });
  expect(own.mtf.timeframes.every(({ ready }) => ready)).toBe(true);
  await widget.shows(own);
  expect(exchange.requests).toEqual([]);
});
