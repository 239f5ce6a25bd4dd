// A page that nobody looks at, that is offline or that saves data asks nothing, and catches up once.

import type { Page } from '@playwright/test';
import { NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { type Exchange, nextClose } from '../exchange/server.ts';
import type { Site } from '../exchange/static.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, show, stopClock, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const QUARTER = nextClose('15m', NOW);
const MINUTE = 60_000;

/** Into the back/forward cache and out of it, by its events alone; the cache itself is in back-forward.spec.ts. */
const cached = (page: Page, away: boolean): Promise<void> =>
  page.evaluate((gone) => void window.dispatchEvent(new PageTransitionEvent(gone ? 'pagehide' : 'pageshow', { persisted: true })), away);

test('a hidden page asks nothing after half a minute, and catches up once when it is looked at again', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await expect.poll(() => exchange.requests.length).toBe(22);
  await show(page, false);
  // Past three closes, in steps as short as the sleeps.
  for (let minutes = 1; minutes <= 40; minutes += 1) await travel(page, exchange, NOW + minutes * MINUTE);
  await page.waitForTimeout(200);
  expect(exchange.requests).toHaveLength(22);
  await show(page, true);
  const newest = NOW + 40 * MINUTE - ((NOW + 40 * MINUTE) % (15 * MINUTE));
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(newest);
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(exchange.own.slice(4).map(({ interval }) => interval)).toEqual(['15m']);
});

test('a glance at another tab changes nothing', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await travel(page, exchange, QUARTER - 10_000);
  await show(page, false);
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
});

test('a page that is scrolled away from its widget asks nothing, and catches up when it is back', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await page.evaluate(() => document.querySelector('#after')!.insertAdjacentHTML('afterend', '<div style="height:5000px"></div>'));
  await page.evaluate(() => window.scrollTo(0, 4000));
  await page.waitForTimeout(200);
  for (let minutes = 1; minutes <= 20; minutes += 1) await travel(page, exchange, NOW + minutes * MINUTE);
  await page.waitForTimeout(200);
  expect(exchange.own).toHaveLength(4);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  expect(exchange.own).toHaveLength(5);
});

test('offline nothing is asked, and online once', async ({ page, blog, site, exchange, context }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await expect.poll(() => exchange.requests.length).toBe(22);
  await context.setOffline(true);
  // At once: nobody knows any more whether it is still so.
  await widget.is('cached');
  await expect(widget.part('time')).toHaveText(/as of/);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  for (const minutes of [10, 20, 40]) await travel(page, exchange, NOW + minutes * MINUTE);
  await page.waitForTimeout(200);
  expect(requests).toEqual([]);
  await context.setOffline(false);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBeGreaterThan(QUARTER);
  await widget.is('live');
  expect(exchange.own.slice(4).map(({ interval }) => interval)).toEqual(['15m']);
});

test('offline from the start it says that nothing can be reached, and recovers', async ({ page, blog, site, exchange, context }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => !(window as unknown as { cut?: boolean }).cut, configurable: true }));
  await page.addInitScript(() => Object.assign(window, { cut: true }));
  exchange.failAll({ kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  exchange.healAll();
  await page.evaluate(() => Object.assign(window, { cut: false }) && window.dispatchEvent(new Event('online')));
  await travel(page, exchange, NOW + MINUTE);
  await widget.is('live');
  expect(context.pages()).toHaveLength(1);
});

test('a reader who saves data is served at full hours only, without a stream', async ({ page, blog, site, exchange }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const hour = nextClose('1h', NOW);
  for (let time = QUARTER; time < hour; time += 15 * MINUTE) await travel(page, exchange, time + 12_000);
  expect(exchange.own).toHaveLength(4);
  await travel(page, exchange, hour + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(hour);
  // Whoever asks is answered.
  await travel(page, exchange, hour + 16 * MINUTE);
  await widget.refresh();
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(hour + 15 * MINUTE);
  expect(exchange.sockets.lines).toHaveLength(0);
});

/** The same card in two tabs of a browser, the first of which leads: that card, the second tab, and the card there. */
async function twoTabs(page: Page, blog: Site, site: Site, exchange: Exchange): Promise<[Widget, Page, Widget]> {
  const first = await openEmbed(page, blog, site, exchange);
  await first.is('live');
  const other = await page.context().newPage();
  await stopClock(other, exchange.now);
  const second = await openEmbed(other, blog, site, exchange);
  await second.is('live');
  return [first, other, second];
}

test('a page that goes into the back/forward cache lets another tab lead, and goes on when it comes back', async ({ page, blog, site, exchange }) => {
  const [first, other, second] = await twoTabs(page, blog, site, exchange);
  const locks = (): Promise<[number, number]> => other.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [held.length, pending.length];
  });
  expect(await locks()).toEqual([1, 1]);
  await cached(page, true);
  // Only the other one is left, and leads.
  await expect.poll(locks).toEqual([1, 0]);
  await travel(other, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await second.assessment()).data.asOf).toBe(QUARTER);
  await cached(page, false);
  await expect.poll(async () => (await first.assessment()).data.asOf).toBe(QUARTER);
  await first.is('live');
  expect(await locks()).toEqual([1, 1]);
});

test('a hidden tab that leads hands over to one that is looked at', async ({ page, blog, site, exchange }) => {
  const [, other, second] = await twoTabs(page, blog, site, exchange);
  await show(page, false);
  await travel(page, exchange, NOW + MINUTE);
  await travel(page, exchange, NOW + 2 * MINUTE);
  await travel(other, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await second.assessment()).data.asOf).toBe(QUARTER);
  await second.agrees((at) => score(exchange.served('binance'), at));
});

test('an element that is removed gives its lock back', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await page.evaluate(() => document.querySelector('tao-conviction')!.remove());
  await expect.poll(() => page.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(0);
});
