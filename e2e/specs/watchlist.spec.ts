// The watchlist: a row an asset, each scored as its own card would, in the reader's order, within the venues' limits.

import type { Page } from '@playwright/test';
import { type Asset, BASKET, LISTED, NOW } from '../exchange/candles.ts';
import { rows as faults } from '../exchange/faults.ts';
import { runningAt } from '../exchange/market.ts';
import { score } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { objections } from '../pages/axe.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, openPage, stored, test, travel } from '../pages/journey.ts';
import { type PageEvent, type Widget, differences, scored } from '../pages/widget.ts';

const USUAL: Asset[] = ['TAO', 'BTC', 'ETH', 'SOL', ...BASKET];
const QUARTER = nextClose('15m', NOW);
const rows = (widget: Widget) => widget.part('row');
const row = (widget: Widget, symbol: string) => widget.element.locator(`[part~=row][data-symbol="${symbol}"]`);
const order = (widget: Widget): Promise<string[]> => rows(widget).evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.symbol!));
const sort = (widget: Widget, column: string) => widget.element.locator(`[data-column="of-${column}"]`);

/** The last Assessment of each asset that the page was told of. */
async function told(page: Page): Promise<Record<string, PageEvent['detail']>> {
  const seen = await page.evaluate(() => (window as unknown as { taoEvents: PageEvent[] }).taoEvents);
  return Object.fromEntries(seen.filter(({ type }) => type === 'tao-update').map(({ detail }) => [detail.symbol, detail]));
}

async function allLive(widget: Widget, symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) await expect(row(widget, symbol)).toHaveAttribute('data-state', 'live');
}

const opened = (widget: Promise<Widget>, symbols: readonly string[] = USUAL): Promise<Widget> =>
  widget.then(async (list) => {
    await allLive(list, symbols);
    return list;
  });

test('every row of the usual list is scored as its own card is, and ranked by conviction', async ({ page, blog, site, exchange }) => {
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist' }));
  await expect(widget.part('progress')).toHaveText('11 assets, by the same published rules');
  await expect.poll(async () => Object.values(await told(page)).filter(({ data }) => data.state === 'live' && data.confirmedBy !== null).length).toBeGreaterThan(6);
  const all = await told(page);
  for (const symbol of USUAL) {
    const { conviction, coverage, gates } = all[symbol]!;
    await expect(row(widget, symbol).locator('[part~=score]')).toHaveText(scored(conviction!));
    await expect(row(widget, symbol)).toContainText(`${Math.round(100 * coverage)} % known`);
    await expect(row(widget, symbol).locator('[part~=gates]')).toHaveText(`${gates.filter(({ state }) => state === 'pass').length}/10`);
  }
  const ranked = [...USUAL].sort((one, other) => all[other]!.conviction! - all[one]!.conviction!);
  expect(await order(widget)).toEqual(ranked);
  // Catalysts are Bittensor's own.
  expect(all.TAO!.coverage).toBeCloseTo(1, 12);
  expect(all.SOL!.coverage).toBeLessThanOrEqual(0.85 + 1e-12);
  for (const symbol of ['TAO', 'BTC', 'FET']) {
    const card = await openEmbed(page, blog, site, exchange, { symbol });
    await card.is('live');
    await expect.poll(async () => differences({ ...(await card.assessment()), at: all[symbol]!.at }, all[symbol]!)).toEqual([]);
  }
});

test('each row is scored as the native program scores that asset', async ({ page, blog, site, exchange }) => {
  // None of the basket, whose candles would be there twice: as their own and as everybody's surroundings.
  const list: Asset[] = ['TAO', 'ETH', 'SOL', 'XRP', 'LINK'];
  await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: list.join() }), list);
  await expect(async () => {
    const all = await told(page);
    for (const symbol of list) {
      const own = all[symbol]!;
      expect(differences(own, score(exchange.served('binance', 'truth', symbol), own.at, symbol)), symbol).toEqual([]);
    }
  }).toPass({ timeout: 20_000 });
});

test('a row and a card of the same asset are one feed: nothing is asked twice', async ({ page, blog, site, exchange }) => {
  const widgets = [{ layout: 'watchlist', watchlist: 'TAO,ETH' }, { symbol: 'ETH' }].map((attributes) => element({ proxy: exchange.url, ...attributes }));
  const post = await openPost(page, blog, loader(site) + widgets.join(''));
  await allLive(post(0), ['TAO', 'ETH']);
  await post(1).is('live');
  expect(exchange.candleRequests('binance', 'ETH')).toHaveLength(4);
  const own = await post(1).assessment();
  await expect(row(post(0), 'ETH').locator('[part~=score]')).toHaveText(scored(own.conviction!));
});

test('what nobody lists says so and asks nobody again, and the rest goes on', async ({ page, blog, site, exchange }) => {
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'DOGE,TAO' }), ['TAO']);
  // Hyperliquid's answer to an unknown coin could mean anything.
  await expect(row(widget, 'DOGE')).toContainText('Binance does not list DOGE. No other source can be used either.');
  await expect(row(widget, 'DOGE')).toHaveAttribute('data-state', 'unavailable');
  await expect(row(widget, 'DOGE').locator('td')).toHaveAttribute('title', /Binance does not list DOGE\.\nKraken does not list DOGE\./);
  // Unknown is last, whatever the order.
  for (const column of ['conviction', 'conviction', 'price']) {
    expect((await order(widget)).at(-1)).toBe('DOGE');
    await sort(widget, column).click();
  }
  const doge = (): number => exchange.requests.filter(({ venue, path, query }) => venue !== 'hyperliquid' && [path, ...Object.values(query)].some((text) => text.includes('DOGE'))).length;
  const asked = doge();
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await told(page)).TAO?.data.asOf).toBe(QUARTER);
  expect(doge()).toBe(asked);
});

test('what is listed by none of the chosen sources says just that', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'DOGE', sources: 'kraken,coinbase' });
  await expect(row(widget, 'DOGE')).toContainText('None of the sources lists it.');
  await expect(widget.root).toHaveAttribute('data-state', 'unavailable');
});

test('an asset with a short past has no score and says why', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'rows', change: faults.newest(40) }, { assets: ['SOL'] });
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'SOL,TAO', sources: 'binance' }), ['TAO', 'SOL']);
  await expect(row(widget, 'SOL')).toContainText('Insufficient data');
  await expect(row(widget, 'SOL').locator('[part~=score]')).toHaveText('?');
  await expect(row(widget, 'SOL').locator('td.of-conviction')).toHaveAttribute('title', /Too little history/);
  expect((await order(widget)).at(-1)).toBe('SOL');
});

test('any column orders the rows, by mouse and by keyboard, and says which way', async ({ page, blog, site, exchange }) => {
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist' }));
  const head = (column: string) => widget.element.locator('th', { has: page.locator(`[data-column="of-${column}"]`) });
  await expect(head('conviction')).toHaveAttribute('aria-sort', 'descending');
  const all = await told(page);
  const by = (value: (symbol: Asset) => number): Asset[] => [...USUAL].sort((one, other) => value(other) - value(one));
  await sort(widget, 'price').click();
  await expect(head('price')).toHaveAttribute('aria-sort', 'descending');
  expect(await head('conviction').getAttribute('aria-sort')).toBeNull();
  expect(await order(widget)).toEqual(by((symbol) => all[symbol]!.price!));
  await sort(widget, 'price').press('Enter');
  await expect(head('price')).toHaveAttribute('aria-sort', 'ascending');
  expect(await order(widget)).toEqual(by((symbol) => all[symbol]!.price!).reverse());
  await sort(widget, 'timeframes').click();
  expect(await order(widget)).toEqual(by((symbol) => all[symbol]!.mtf.score!));
  await sort(widget, 'asset').click();
  expect(await order(widget)).toEqual([...USUAL].sort());
  await sort(widget, 'asset').click();
  await sort(widget, 'asset').click();
  expect(await order(widget)).toEqual(USUAL);
  // Whoever has the focus keeps it when the row moves.
  const link = row(widget, 'TAO').locator('[part~=symbol]');
  await link.focus();
  await widget.element.evaluate((list) => list.shadowRoot!.querySelector<HTMLElement>('[data-column="of-price"]')!.click());
  await expect(link).toBeFocused();
});

test('a list of 30 loads a few at a time, can be stopped and goes on', async ({ page, blog, site, exchange }) => {
  const thirty = LISTED.slice(0, 30);
  exchange.fail('binance', { kind: 'silence' }, { assets: [thirty[6]!, thirty[7]!, thirty[8]!], intervals: ['15m'] });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: thirty.join(), catalysts: 'off' });
  await allLive(widget, thirty.slice(0, 3));
  await expect(widget.part('progress')).toHaveText('Loading: 6 of 30 assets');
  expect(exchange.candleRequests('binance', thirty[12])).toHaveLength(0);
  await expect(row(widget, thirty[12]!)).toHaveAttribute('data-state', 'waiting');
  await widget.part('stop').click();
  await expect(widget.part('progress')).toHaveText('Stopped: 6 of 30 assets are loaded');
  // What hung is let go of.
  await expect.poll(() => exchange.requests.filter(({ state }) => state === 'open').length).toBe(0);
  await expect(row(widget, thirty[7]!)).toHaveAttribute('data-state', 'waiting');
  exchange.healAll();
  await page.clock.resume();
  await widget.part('resume').click();
  await expect(widget.part('progress')).toHaveText('30 assets, by the same published rules', { timeout: 45_000 });
  await allLive(widget, thirty);
});

for (const venue of ['binance', 'kraken'] as const) {
  test(`many assets at ${venue}: each is asked for once, and what surrounds them once for all`, async ({ page, blog, site, exchange }) => {
    test.slow();
    const thirty = LISTED.slice(0, venue === 'kraken' ? 14 : 30);
    await page.clock.resume();
    const widget = await openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: thirty.join(), sources: venue, catalysts: 'off' });
    // What isn't listed takes its turns at Kraken's one request a second too.
    const listed = venue === 'kraken' ? (['TAO', 'BTC', 'ETH', 'FET', 'RENDER', 'NEAR', 'ICP', 'GRT'] as const) : thirty;
    await expect(widget.part('progress')).toHaveText(`${thirty.length} assets, by the same published rules`, { timeout: 100_000 });
    await expect.poll(async () => Object.values(await told(page)).filter(({ data }) => data.state === 'live').length, { timeout: 60_000 }).toBe(listed.length);
    // Four timeframes and an order book of each; Bitcoin's surroundings and the basket's once for all.
    const own = exchange.requests.filter(({ asset, state }) => asset !== undefined && state === 'answered');
    for (const symbol of listed) expect(exchange.candleRequests(venue, symbol).filter(({ interval }) => interval === '15m'), symbol).toHaveLength(1);
    const around = ['BTC', ...BASKET].filter((symbol) => (listed as readonly string[]).includes(symbol)).length;
    expect(own).toHaveLength(4 * listed.length + 2 * around);
  });
}

test('one socket a source moves the prices of all rows, and tells the page of none of it', async ({ page, blog, site, exchange }) => {
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'TAO,ETH,SOL' }), ['TAO', 'ETH', 'SOL']);
  await expect.poll(() => exchange.sockets.opened('binance').length).toBe(1);
  expect(exchange.sockets.opened('binance')[0]!.path).toBe('/stream?streams=taousdt@kline_15m/ethusdt@kline_15m/solusdt@kline_15m');
  const events = (): Promise<number> => page.evaluate(() => (window as unknown as { taoEvents: unknown[] }).taoEvents.length);
  const before = await events();
  const candle = runningAt('SOL', '15m', NOW);
  const close = Number((candle.close * 1.02).toFixed(4));
  exchange.sockets.tick('binance', 'SOL', { ...candle, close, high: Math.max(candle.high, close), volume: candle.volume + 1e9 });
  await expect(row(widget, 'SOL').locator('td.of-price')).toHaveText(`$${close.toFixed(2)}`);
  expect(await events()).toBe(before);
  await widget.element.evaluate((list) => list.remove());
  await expect.poll(() => exchange.sockets.opened().length).toBe(0);
});

test('what is added is loaded, what stays is kept, and what goes is let go of', async ({ page, blog, site, exchange }) => {
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'TAO,ETH' }), ['TAO', 'ETH']);
  await widget.set('watchlist', 'SOL,TAO');
  await allLive(widget, ['SOL', 'TAO']);
  await expect(row(widget, 'ETH')).toHaveCount(0);
  expect(exchange.candleRequests('binance', 'TAO')).toHaveLength(4);
  const asked = exchange.candleRequests('binance', 'ETH').length;
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await told(page)).SOL?.data.asOf).toBe(QUARTER);
  expect(exchange.candleRequests('binance', 'ETH')).toHaveLength(asked);
});

test('a card becomes a watchlist and a card again', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openEmbed(page, blog, site, exchange, { watchlist: 'TAO,BTC' });
  await widget.is('live');
  await widget.set('layout', 'watchlist');
  await allLive(widget, ['TAO', 'BTC']);
  await widget.set('layout', 'card');
  await expect(widget.part('gauge')).toBeVisible();
  await widget.is('live');
  await expect(rows(widget)).toHaveCount(0);
  expect(watch.warnings).toEqual([]);
});

test('a list that can’t be read is the usual one, and the console says what is accepted', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'TAO,TOA' });
  await expect(rows(widget)).toHaveCount(11);
  expect(watch.warnings.join()).toMatch(/watchlist="TAO,TOA".*accepted: TAO,BTC/);
});

test('the page names the assets as the widget does, all of them', async ({ page, blog, site, exchange, watch }) => {
  await openPage(page, site, exchange);
  const options = await page.locator('#assets option').evaluateAll((all) => all.map((option) => [(option as HTMLOptionElement).value, option.textContent]));
  exchange.failAll({ kind: 'status', status: 451 });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: options.map(([symbol]) => symbol).join() });
  await expect(rows(widget)).toHaveCount(options.length);
  await sort(widget, 'asset').click();
  await sort(widget, 'asset').click();
  await sort(widget, 'asset').click();
  expect(await rows(widget).evaluateAll((all) => all.map((one) => [(one as HTMLElement).dataset.symbol, one.querySelector('[part~=name]')!.textContent]))).toEqual(options);
  await widget.set('symbol', '?');
  await expect.poll(() => watch.warnings.join()).toContain(`accepted: ${options.map(([symbol]) => symbol).join()}`);
});

test('a panel with a watchlist has a tab for it, which loads when it is opened', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', watchlist: 'TAO,ETH' });
  await widget.is('live');
  expect(exchange.candleRequests('binance', 'ETH')).toHaveLength(0);
  await widget.element.getByRole('tab', { name: 'Watchlist' }).click();
  await allLive(widget, ['TAO', 'ETH']);
  expect(exchange.candleRequests('binance', 'TAO')).toHaveLength(4);
  await widget.element.getByRole('tab', { name: 'Watchlist' }).press('ArrowRight');
  await expect(widget.element.getByRole('tab', { name: 'Data' })).toBeFocused();
  await widget.element.evaluate((panel) => panel.removeAttribute('watchlist'));
  await expect(widget.element.getByRole('tab', { name: 'Watchlist' })).toHaveCount(0);
  await widget.element.getByRole('tab', { name: 'Data' }).press('ArrowLeft');
  await expect(widget.element.getByRole('tab', { name: 'Record' })).toBeFocused();
});

test('a reload paints all rows from what was kept, and asks only for what is missing', async ({ page, blog, site, exchange }) => {
  const list = ['TAO', 'ETH', 'SOL'];
  const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: list.join(), catalysts: 'off' }), list);
  // Kraken, which confirms, lists no SOL here.
  await stored(page, 3 * 4 + 16 + 2);
  exchange.failAll({ kind: 'silence' });
  const before = exchange.requests.length;
  await page.reload();
  for (const symbol of list) await expect(row(widget, symbol)).toHaveAttribute('data-state', 'cached');
  await expect(row(widget, 'ETH').locator('[part~=status]')).toHaveText('cached');
  await expect.poll(() => exchange.requests.length).toBe(before + 3);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [320, 1200]) {
    test(`axe finds nothing in a list, ${theme}, and nothing is cut off at ${width}`, async ({ page, blog, site, exchange }) => {
      await page.setViewportSize({ width, height: 900 });
      const widget = await opened(openEmbed(page, blog, site, exchange, { layout: 'watchlist', watchlist: 'TAO,ETH,SOL,DOGE', theme }), ['TAO', 'ETH', 'SOL']);
      await expect(row(widget, 'DOGE')).toHaveAttribute('data-state', 'unavailable');
      expect(await objections(page, 'tao-conviction')).toEqual([]);
      expect(await widget.root.evaluate((root) => root.scrollWidth - root.clientWidth)).toBeLessThanOrEqual(0);
      await expect(widget.element.getByRole('table', { name: 'Watchlist' })).toBeVisible();
      await expect(widget.element.getByRole('row')).toHaveCount(5);
    });
  }
}
