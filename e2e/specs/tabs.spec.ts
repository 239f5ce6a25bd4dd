// Many tabs of one site, and many widgets on one page, ask the sources once; when the tab that asks goes, another does.

import type { BrowserContext, Page } from '@playwright/test';
import { NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { type Exchange, nextClose } from '../exchange/server.ts';
import type { Site } from '../exchange/static.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, stopClock, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const QUARTER = nextClose('15m', NOW);

/** A further tab of the same reader on the same blog. */
async function openTab(context: BrowserContext, blog: Site, site: Site, exchange: Exchange, attributes: Record<string, string> = {}): Promise<[Page, Widget]> {
  const page = await context.newPage();
  await stopClock(page, exchange.now);
  return [page, await openEmbed(page, blog, site, exchange, attributes)];
}

/** What a first view of Binance asks: TAO 4, Bitcoin 2, seven tokens 2 each, the order book, and Kraken's last hours. */
const FIRST_VIEW = 4 + 2 + 14 + 1 + 1;

test('ten tabs of one site ask once, follow one of them, and another takes over when it is closed', async ({ page, blog, site, exchange, context }) => {
  test.setTimeout(120_000);
  const tabs: [Page, Widget][] = [[page, await openEmbed(page, blog, site, exchange)]];
  await tabs[0][1].is('live');
  await expect.poll(() => exchange.requests.length).toBe(FIRST_VIEW);
  for (let count = 1; count < 10; count += 1) tabs.push(await openTab(context, blog, site, exchange));
  for (const [, widget] of tabs) {
    await widget.is('live');
    await widget.from('Binance');
    await widget.agrees((at) => score(exchange.served('binance'), at));
  }
  expect(exchange.requests).toHaveLength(FIRST_VIEW);

  // One refresh for all of them.
  for (const [tab] of tabs) await travel(tab, exchange, QUARTER + 12_000);
  for (const [, widget] of tabs) await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  const refreshed = FIRST_VIEW + 2; // the 15m candles, and the order book
  await expect.poll(() => exchange.requests.length).toBe(refreshed);
  for (const [, widget] of tabs) {
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
  }

  // The leader goes. Nobody notices; at the next close somebody else asks, once.
  await tabs[0][0].close();
  const [, ...left] = tabs;
  for (const [, widget] of left) await widget.is('live');
  for (const [tab] of left) await travel(tab, exchange, QUARTER + 15 * 60_000 + 12_000);
  for (const [, widget] of left) {
    await expect.poll(async () => (await widget.assessment()).data.asOf, { timeout: 5_000 }).toBe(QUARTER + 15 * 60_000);
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
  }
  const asked = exchange.candleRequests('binance').filter(({ interval }) => interval === '15m');
  expect(asked).toHaveLength(3);
});

test('a tab that is opened while every source fails says what the first one says, without asking', async ({ page, blog, site, exchange, context }) => {
  exchange.failAll({ kind: 'status', status: 451 });
  const first = await openEmbed(page, blog, site, exchange);
  await first.is('unavailable');
  await page.waitForTimeout(500); // what was given up may still be on its way
  const asked = exchange.requests.length;
  const [, second] = await openTab(context, blog, site, exchange);
  await second.is('unavailable');
  await expect(second.part('notice')).toContainText('Binance does not serve this region (HTTP 451)');
  expect(exchange.requests).toHaveLength(asked);
  // A try from any tab is a try for all.
  exchange.healAll();
  await second.part('retry').click();
  await second.is('live');
  await first.is('live');
  await expect.poll(() => exchange.candleRequests('binance').length).toBe(8);
});

test('tabs that show another asset or ask other sources have a leader of their own', async ({ page, blog, site, exchange, context }) => {
  const first = await openEmbed(page, blog, site, exchange);
  await first.is('live');
  const [, eth] = await openTab(context, blog, site, exchange, { symbol: 'ETH' });
  await eth.is('live');
  const [, kraken] = await openTab(context, blog, site, exchange, { sources: 'kraken' });
  await kraken.is('live');
  await kraken.from('Kraken');
  await kraken.agrees((at) => score(exchange.served('kraken'), at));
});

test('messages that are none of the widget’s are ignored', async ({ page, blog, site, exchange, context }) => {
  const first = await openEmbed(page, blog, site, exchange);
  await first.is('live');
  const [tab, second] = await openTab(context, blog, site, exchange);
  await second.is('live');
  const before = await second.assessment();
  await tab.evaluate((proxy) => {
    const channel = new BroadcastChannel(`tao-conviction|1|TAO|binance,kraken,coinbase,hyperliquid,bybit,okx|${proxy}`);
    for (const message of [7, null, {}, [], ['binance'], ['mtgox', true, 5, 'x'], 'hullo', new Uint8Array(9), ['binance', true, [['kraken']], Number.NaN, [1, 2], 'deep']]) channel.postMessage(message);
  }, exchange.url);
  await tab.waitForTimeout(300);
  await second.is('live');
  expect((await second.assessment()).conviction).toBe(before.conviction);
});

test('ten widgets on one page ask once, and each draws the same', async ({ page, blog, site, exchange }) => {
  const widget = await openPost(page, blog, loader(site) + element({ proxy: exchange.url }).repeat(10));
  for (let index = 0; index < 10; index += 1) {
    await widget(index).element.scrollIntoViewIfNeeded();
    await widget(index).is('live');
    await widget(index).agrees((at) => score(exchange.served('binance'), at));
  }
  expect(exchange.requests).toHaveLength(FIRST_VIEW);
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget(9).assessment()).data.asOf).toBe(QUARTER);
  expect(exchange.requests).toHaveLength(FIRST_VIEW + 2);
});
