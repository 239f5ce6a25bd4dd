// The track record: made on demand from candles of the past, the same to the bit as core's native one of these candles.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { type Interval, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { closedAt } from '../exchange/market.ts';
import { type Exported, between, nativeRecord } from '../exchange/record.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Site } from '../exchange/static.ts';
import type { Venue } from '../exchange/venues.ts';
import { objections } from '../pages/axe.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const YEAR = 365 * LENGTH_MS['1d'];
const WARM_UP = 500;

/** A panel whose Record tab is opened. */
async function open(page: Page, blog: Site, site: Site, exchange: Exchange, attributes: Record<string, string> = {}): Promise<Widget> {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off', ...attributes });
  await settled(widget, exchange);
  await look(widget);
  return widget;
}

/** Until the first view is there with all that surrounds it. */
async function settled(widget: Widget, exchange: Exchange): Promise<void> {
  await moving(widget.element.page(), () => expect(widget.root).toHaveAttribute('data-state', /live|simulated/, { timeout: 100 }));
  await expect.poll(() => exchange.requests.every(({ state }) => state !== 'open')).toBe(true);
}

const look = (widget: Widget): Promise<void> => widget.element.getByRole('tab', { name: 'Record' }).click();

/** Until the record is there. Our pace waits by the browser's clock, which has to be moved, at some venues by minutes. */
const made = (page: Page, widget: Widget, step = 50): Promise<void> => moving(page, () => expect(widget.part('export-json')).toBeVisible({ timeout: 100 }), step);

async function moving(page: Page, check: () => Promise<void>, step = 50): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(step);
    await check();
  }).toPass({ timeout: 90_000, intervals: [20] });
}

async function saved(page: Page, widget: Widget, kind: 'json' | 'csv'): Promise<string> {
  const download = page.waitForEvent('download');
  await widget.part(`export-${kind}`).click();
  return readFileSync(await (await download).path(), 'utf8');
}

const exported = async (page: Page, widget: Widget): Promise<Exported> => JSON.parse(await saved(page, widget, 'json')) as Exported;

/** Candle requests that were made for the past. */
const past = (exchange: Exchange, since: number) => exchange.requests.slice(since).filter(({ asset }) => asset);

for (const venue of ['binance', 'kraken', 'coinbase', 'hyperliquid', 'bybit', 'okx'] as Venue[]) {
  test(`the record from ${venue} is the native one of the candles that were sent, to the bit`, async ({ page, blog, site, exchange }) => {
    test.slow();
    const widget = await open(page, blog, site, exchange, { sources: venue });
    await made(page, widget, { hyperliquid: 1_400, coinbase: 250, okx: 200 }[venue as string]);
    const own = await exported(page, widget);
    expect(own.source).toBe(venue);
    expect(own.record).toEqual(nativeRecord(exchange, own));
    expect(own.record!.decisions).toBeGreaterThan(100);
    expect(own.record!.leftOut).toContain('catalysts');
    // As far back as the venue goes, or a year with what warms it up.
    for (const { symbol, timeframe, from, count, end } of own.candles.filter(({ symbol }) => symbol === 'TAO')) {
      const limit = venue === 'kraken' ? 719 : venue === 'hyperliquid' ? 4_999 : Number.POSITIVE_INFINITY;
      const start = own.until - (own.until % LENGTH_MS[timeframe]) - YEAR - WARM_UP * LENGTH_MS[timeframe];
      const known = between(closedAt(symbol, timeframe, NOW), timeframe, start, NOW);
      // Coinbase leaves out what nobody traded in, and builds 4h candles of whole ones only.
      if (venue !== 'coinbase') expect(count, timeframe).toBe(Math.min(known, limit));
      expect(from).toBeGreaterThanOrEqual(start);
      if (from! > start) expect(end).toMatch(/ has none older$/);
    }
    const said = await widget.part('words').locator('.said').allTextContents();
    expect(said).toEqual(own.record!.horizons.map(({ words }) => words));
    await expect(widget.part('rank')).toContainText(`higher than ${Math.round(100 * own.record!.percentile)} %`);
  });
}

test('nothing is asked before the tab is opened; a page is asked for when the one before has come', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await settled(widget, exchange);
  const before = exchange.requests.length;
  for (const name of ['Gates', 'Data', 'Why']) await widget.element.getByRole('tab', { name }).click();
  await page.waitForTimeout(200);
  expect(exchange.requests).toHaveLength(before);
  exchange.fail('binance', { kind: 'silence' });
  await look(widget);
  await expect.poll(() => exchange.requests.length).toBe(before + 1);
  await expect(widget.part('progress')).toContainText('0 of ');
  await page.waitForTimeout(300);
  expect(exchange.requests).toHaveLength(before + 1);
});

test('stopped between two answers, it asks no more, keeps what came, and goes on from there', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await settled(widget, exchange);
  const before = exchange.requests.length;
  await page.route(/interval=4h.*endTime/, async (route) => {
    await widget.part('stop').click();
    await route.continue();
  }, { times: 1 });
  await look(widget);
  await expect(widget.part('begin')).toBeVisible();
  const stopped = past(exchange, before);
  await page.waitForTimeout(300);
  expect(past(exchange, before)).toHaveLength(stopped.length);
  expect(stopped.at(-1)!.interval).toBe('4h');
  await widget.part('begin').click();
  await made(page, widget);
  const own = await exported(page, widget);
  expect(own.record).toEqual(nativeRecord(exchange, own));
  // The days were kept.
  expect(past(exchange, before).slice(stopped.length).filter(({ asset, interval }) => asset === 'TAO' && interval === '1d')).toEqual([]);
});

test('a reload asks for no candle of the past again, and makes the same record', async ({ page, blog, site, exchange }) => {
  const widget = await open(page, blog, site, exchange);
  await made(page, widget);
  const first = await exported(page, widget);
  await page.reload();
  await settled(widget, exchange);
  const before = exchange.requests.length;
  await look(widget);
  await made(page, widget);
  expect(past(exchange, before)).toEqual([]);
  expect(await exported(page, widget)).toEqual(first);
});

test('a source that fails midway leaves a record of what came, which says so', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await settled(widget, exchange);
  exchange.fail('binance', { kind: 'status', status: 500 }, { intervals: ['15m'] });
  await look(widget);
  await made(page, widget);
  const own = await exported(page, widget);
  expect(own.record).toEqual(nativeRecord(exchange, own));
  const quarter = own.candles.find(({ symbol, timeframe }) => symbol === 'TAO' && timeframe === '15m')!;
  expect(quarter.count).toBeLessThan(600);
  expect(quarter.end).toBe('Binance answered with HTTP 500');
  await expect(widget.part('covered').filter({ hasText: 'TAO 15m' })).toContainText('Binance answered with HTTP 500');
});

test('a source that fails early is not asked on, and what the feed has is used', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await settled(widget, exchange);
  const before = exchange.requests.length;
  exchange.fail('binance', { kind: 'status', status: 429 }, { intervals: ['4h'] });
  await look(widget);
  await made(page, widget);
  expect(past(exchange, before).map(({ interval }) => interval).slice(-1)).toEqual(['4h']);
  expect(exchange.requests.filter(({ fault }) => fault)).toHaveLength(1);
  await expect(widget.part('covered').filter({ hasText: 'TAO 1h' })).toContainText('Binance asks for fewer requests (HTTP 429)');
  const own = await exported(page, widget);
  expect(own.record).toEqual(nativeRecord(exchange, own));
});

test('a reader who saves data is asked before', async ({ page, blog, site, exchange }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await settled(widget, exchange);
  const before = exchange.requests.length;
  await look(widget);
  await expect(widget.part('begin')).toBeVisible();
  await page.waitForTimeout(200);
  expect(exchange.requests).toHaveLength(before);
  await widget.part('begin').click();
  await made(page, widget);
  expect(exchange.requests.length).toBeGreaterThan(before);
});

test('two panels share one work', async ({ page, blog, site, exchange }) => {
  // Both in view, one below the other.
  await page.setViewportSize({ width: 1_200, height: 4_500 });
  const body = loader(site) + element({ proxy: exchange.url, layout: 'panel', catalysts: 'off' }).repeat(2);
  const pair = await openPost(page, blog, body);
  await settled(pair(0), exchange);
  await settled(pair(1), exchange);
  const before = exchange.requests.length;
  await look(pair(0));
  await look(pair(1));
  await made(page, pair(0));
  await made(page, pair(1));
  const asked = past(exchange, before).map(({ path, query }) => JSON.stringify([path, query]));
  expect(new Set(asked).size).toBe(asked.length);
});

test('without storage the record is made all the same', async ({ page, blog, site, exchange }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('no', 'SecurityError'); } }));
  const widget = await open(page, blog, site, exchange);
  await made(page, widget);
  const own = await exported(page, widget);
  expect(own.record).toEqual(nativeRecord(exchange, own));
});

test('another asset gets a record of its own, and beside itself Bitcoin is not strong or weak', async ({ page, blog, site, exchange }) => {
  const widget = await open(page, blog, site, exchange);
  await made(page, widget);
  await widget.set('symbol', 'BTC');
  await moving(page, () => expect(widget.part('symbol').first()).toHaveText('BTC', { timeout: 100 }));
  await made(page, widget);
  const own = await exported(page, widget);
  expect(own.symbol).toBe('BTC');
  expect(own.record!.leftOut).toContain('relativeStrength');
});

test('the simulated market has a short record, which is no evidence and says so', async ({ page, blog, site, exchange }) => {
  const widget = await open(page, blog, site, exchange, { sources: 'sample' });
  const before = exchange.requests.length;
  await made(page, widget);
  expect(exchange.requests).toHaveLength(before);
  await expect(widget.part('words').last()).toContainText('too few independent cases');
});

test('every decision is exported as a row', async ({ page, blog, site, exchange }) => {
  const widget = await open(page, blog, site, exchange);
  await made(page, widget);
  const own = await exported(page, widget);
  const [head, ...rows] = (await saved(page, widget, 'csv')).split('\n');
  expect(head).toBe('ts_ms,conviction,coverage,setup');
  expect(rows).toHaveLength(own.record!.decisions);
  const numbers = rows.map((row) => row.split(',').map(Number));
  expect([numbers[0][0], numbers.at(-1)![0]]).toEqual([own.record!.from, own.record!.to]);
  expect(numbers.every((row) => row.length === 4 && row.every(Number.isFinite))).toBe(true);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in a record, ${theme}, and it fits a narrow screen`, async ({ page, blog, site, exchange }) => {
    const widget = await open(page, blog, site, exchange, { theme });
    await made(page, widget);
    for (const summary of await widget.element.locator('summary').all()) await summary.click();
    expect(await objections(page, 'tao-conviction')).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    const wide = await widget.element.locator('[role=tabpanel]').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
}
