// The live price: it moves with the venue's stream, the score doesn't; what is lost is opened again and caught up.

import { type Candle, NOW } from '../exchange/candles.ts';
import { runningAt } from '../exchange/market.ts';
import { score } from '../exchange/score.ts';
import { type Exchange, nextClose } from '../exchange/server.ts';
import type { Streaming } from '../exchange/socket.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, holdBack, stopClock, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const VENUES = ['binance', 'kraken', 'hyperliquid', 'bybit'] as const;
const QUARTER = nextClose('15m', NOW);

/** The running candle with another close, `more` of it traded than the one that was fetched. */
function moved(by: number, more = 1e9): Candle {
  const candle = runningAt('TAO', '15m', NOW);
  const close = Number((candle.close * by).toFixed(4));
  return { ...candle, close, high: Math.max(candle.high, close), low: Math.min(candle.low, close), volume: candle.volume + more };
}

async function connected(exchange: Exchange, venue: Streaming): Promise<void> {
  await expect.poll(() => exchange.sockets.opened(venue).length).toBe(1);
  if (venue !== 'binance') await expect.poll(() => exchange.sockets.opened(venue)[0].said.length).toBeGreaterThan(0);
}

const price = async (widget: Widget): Promise<number> => (await widget.assessment()).price!;

for (const venue of VENUES) {
  test(`${venue}: the price moves with the stream, and nothing that is scored`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const before = await widget.agrees((at) => score(exchange.served(venue), at));
    await connected(exchange, venue);
    const asked = exchange.requests.length;
    const candle = moved(1.02);
    exchange.sockets.tick(venue, 'TAO', candle);
    await expect.poll(() => price(widget)).toBe(candle.close);
    await expect(widget.part('price')).toHaveText(`$${candle.close.toFixed(2)}`);
    const after = await widget.agrees((at) => score(exchange.served(venue), at));
    expect({ ...after, price: 0 }).toEqual({ ...before, price: 0 });
    expect(exchange.requests).toHaveLength(asked);
  });

  test(`${venue}: a connection that is lost is opened again, and what was missed is fetched once`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    await connected(exchange, venue);
    const asked = exchange.candleRequests(venue).length;
    exchange.sockets.drop(venue);
    await expect.poll(() => exchange.sockets.opened(venue).length).toBe(0);
    // The exchange has seen the end; the page may hear of it later, and waits from then on.
    await expect(async () => {
      await page.clock.fastForward(2_000);
      await expect.poll(() => exchange.sockets.opened(venue).length, { timeout: 1_000 }).toBe(1);
    }).toPass();
    await connected(exchange, venue);
    exchange.sockets.tick(venue, 'TAO', moved(1.01));
    await expect.poll(() => exchange.candleRequests(venue).length).toBe(asked + 1);
    exchange.sockets.tick(venue, 'TAO', moved(1.015, 2e9));
    await page.waitForTimeout(200);
    expect(exchange.candleRequests(venue)).toHaveLength(asked + 1);
    await widget.is('live');
  });

  test(`${venue}: a connection that falls silent is given up and opened again`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    await connected(exchange, venue);
    // Nothing answers its pings any more.
    for (const { socket } of exchange.sockets.opened(venue)) socket.removeAllListeners('message');
    for (let seconds = 5; seconds <= 80; seconds += 5) await page.clock.fastForward(5_000);
    await expect.poll(() => exchange.sockets.lines.length).toBe(2);
    await expect.poll(() => exchange.sockets.opened(venue).length).toBe(1);
  });

  test(`${venue}: what is out of order, of another asset, broken or absurd moves nothing`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    await connected(exchange, venue);
    exchange.sockets.tick(venue, 'TAO', moved(1.02));
    await expect.poll(() => price(widget)).toBe(moved(1.02).close);
    const { sockets } = exchange;
    const older = moved(1.03);
    for (const wrong of [
      { ...older, time: older.time - 900_000 },
      { ...older, time: older.time + 2 * 900_000 },
      moved(1.03, 5),
      moved(1.4),
      moved(-1),
      moved(0),
      { ...older, high: older.low, low: older.high },
    ]) {
      await page.clock.fastForward(1_100);
      sockets.tick(venue, 'TAO', wrong);
      await page.waitForTimeout(20);
    }
    sockets.tick(venue, 'BTC', moved(1.03));
    for (const text of ['', 'null', '[', '{"data":7}', '{"channel":"ohlc","data":[{}]}', '<html>', ' '.repeat(1 << 20)]) sockets.say(venue, text);
    sockets.say(venue, Buffer.from([1, 2, 3]));
    await page.waitForTimeout(200);
    expect(await price(widget)).toBe(moved(1.02).close);
    // It still listens.
    await page.clock.fastForward(1_100);
    sockets.tick(venue, 'TAO', moved(0.99, 2e9));
    await expect.poll(() => price(widget)).toBe(moved(0.99).close);
  });
}

test('the price is shown at most once a second', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await connected(exchange, 'binance');
  for (let count = 0; count < 50; count += 1) exchange.sockets.tick('binance', 'TAO', moved(1 + count / 1000, 1e9 + count));
  await expect.poll(() => price(widget)).toBe(moved(1).close);
  await page.waitForTimeout(200);
  expect(await price(widget)).toBe(moved(1).close);
});

test('of many messages at once the last one is what stays', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken' });
  await widget.is('live');
  await connected(exchange, 'kraken');
  for (const by of [1.01, 1.02, 1.03]) exchange.sockets.tick('kraken', 'TAO', moved(by, 1e9 * by));
  await expect.poll(() => price(widget)).toBe(moved(1.01).close);
  // Kraken says no more until somebody trades again.
  await page.clock.fastForward(6_000);
  await expect.poll(() => price(widget)).toBe(moved(1.03).close);
});

test('surroundings that come late don’t take the price back', async ({ page, blog, site, exchange }) => {
  const release = await holdBack(page, /symbol=BTCUSDT/);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('partial');
  await connected(exchange, 'binance');
  exchange.sockets.tick('binance', 'TAO', moved(1.02));
  await expect.poll(() => price(widget)).toBe(moved(1.02).close);
  release();
  await widget.is('live');
  expect(await price(widget)).toBe(moved(1.02).close);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('live="off" opens no socket, and switching it on does', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { live: 'off' });
  await widget.is('live');
  await page.waitForTimeout(200);
  expect(exchange.sockets.lines).toHaveLength(0);
  await widget.set('live', 'on');
  await connected(exchange, 'binance');
});

test('a source without a stream is asked at its closes alone', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'okx' });
  await widget.is('live');
  await page.waitForTimeout(200);
  expect(exchange.sockets.lines).toHaveLength(0);
});

test('a socket that is refused is tried again with pauses, and the score doesn’t mind', async ({ page, blog, site, exchange }) => {
  exchange.sockets.refuse = 403;
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await expect.poll(() => exchange.sockets.refused).toBe(1);
  for (let count = 0; count < 5; count += 1) await page.clock.fastForward(60_000);
  await expect.poll(() => exchange.sockets.refused).toBeGreaterThan(2);
  expect(exchange.sockets.refused).toBeLessThan(8);
  await widget.is('live');
});

test('when the source changes, so does the stream', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await connected(exchange, 'binance');
  exchange.fail('binance', { kind: 'status', status: 451 });
  await travel(page, exchange, QUARTER + 12_000);
  await widget.from('Kraken');
  await connected(exchange, 'kraken');
  await expect.poll(() => exchange.sockets.opened('binance').length).toBe(0);
});

test('two widgets share a socket, and the last one that goes closes it', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await page.evaluate(() => document.body.append(document.querySelector('tao-conviction')!.cloneNode(true)));
  await widget.is('live');
  await connected(exchange, 'binance');
  await expect(page.locator('tao-conviction .tao[data-state=live]')).toHaveCount(2);
  expect(exchange.sockets.lines).toHaveLength(1);
  await page.evaluate(() => document.querySelectorAll('tao-conviction').forEach((element) => element.remove()));
  await expect.poll(() => exchange.sockets.opened().length).toBe(0);
});

test('two tabs share a socket, and both prices move', async ({ page, blog, site, exchange, context }) => {
  const first = await openEmbed(page, blog, site, exchange);
  await first.is('live');
  await connected(exchange, 'binance');
  const other = await context.newPage();
  await stopClock(other, exchange.now);
  const second = await openEmbed(other, blog, site, exchange);
  await second.is('live');
  exchange.sockets.tick('binance', 'TAO', moved(1.02));
  for (const widget of [first, second]) await expect.poll(() => price(widget)).toBe(moved(1.02).close);
  expect(exchange.sockets.lines).toHaveLength(1);
});

test('a hidden page closes its socket after half a minute, and opens it again when it is looked at', async ({ page, blog, site, exchange }) => {
  const show = (visible: boolean): Promise<void> => page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { value: !shown, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await connected(exchange, 'binance');
  await show(false);
  await page.clock.fastForward(31_000);
  await page.clock.fastForward(31_000);
  await expect.poll(() => exchange.sockets.opened().length).toBe(0);
  await show(true);
  // At once, or at the latest when the sleep that was under way is over.
  await expect
    .poll(async () => {
      await page.clock.fastForward(5_000);
      return exchange.sockets.opened('binance').length;
    })
    .toBe(1);
});
