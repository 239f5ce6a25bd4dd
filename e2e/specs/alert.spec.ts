// A conviction that is waited for: an event for the page, a notification for readers who asked for one, each once.

import type { Page } from '@playwright/test';
import { type Exchange, nextClose } from '../exchange/server.ts';
import { NOW } from '../exchange/candles.ts';
import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

/** Keeps what the page hears of `tao-setup`, and what a reader would see as notifications. */
async function listen(page: Page, blocked = false): Promise<void> {
  await page.addInitScript((refuses) => {
    const heard: number[] = [];
    const shown: string[][] = [];
    Object.assign(window, { heard, shown });
    document.addEventListener('tao-setup', (event) => heard.push((event as CustomEvent).detail.conviction));
    class Shown {
      static permission = 'default';
      static requestPermission = async (): Promise<string> => (refuses ? 'denied' : 'granted');
      constructor(title: string, { body }: { body: string }) {
        shown.push([title, body]);
      }
    }
    Object.assign(window, { Notification: Shown });
  }, blocked);
}

const heard = (page: Page): Promise<number[]> => page.evaluate('heard');
const shown = (page: Page): Promise<string[][]> => page.evaluate('shown');

const conviction = async (widget: Widget): Promise<number> => (await widget.assessment()).conviction!;

const next = (page: Page, exchange: Exchange): Promise<void> => travel(page, exchange, nextClose('15m', NOW) + 12_000);

test('a level that is reached is told once, and again only after it was left', async ({ page, blog, site, exchange }) => {
  await listen(page);
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  const now = await conviction(widget);
  const level = now >= 0 ? Math.floor(now) : Math.ceil(now);
  await widget.set('alert', String(level));
  await expect.poll(() => heard(page)).toHaveLength(1);
  // A look is no news, and a refresh that changes nothing neither.
  await widget.set('theme', 'dark');
  await widget.refresh();
  await expect.poll(() => exchange.own.length).toBeGreaterThan(4);
  await widget.is('live');
  expect(await heard(page)).toHaveLength(1);
  // A level that isn't reached, and then the first one again.
  await widget.set('alert', now >= 0 ? '100' : '-100');
  await widget.set('alert', String(level));
  await expect.poll(() => heard(page)).toHaveLength(2);
});

test('a level that is not reached is not told', async ({ page, blog, site, exchange }) => {
  await listen(page);
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  await widget.set('alert', (await conviction(widget)) >= 0 ? '99' : '-99');
  await next(page, exchange);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(nextClose('15m', NOW));
  expect(await heard(page)).toEqual([]);
});

test('without a level there is no bell, and only a high-conviction setup is told', async ({ page, blog, site, exchange }) => {
  await listen(page);
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  await expect(widget.part('alert')).toHaveCount(0);
  const { setup } = await widget.assessment();
  expect(await heard(page)).toHaveLength(setup === 'high-conviction' ? 1 : 0);
});

test('a reader presses the bell, sees that it works, and is notified of what is reached; pressing again ends it', async ({ page, blog, site, exchange }) => {
  await listen(page);
  const widget = await openEmbed(page, blog, site, exchange, { alert: '100', catalysts: 'off' });
  await widget.is('live');
  const bell = widget.part('alert');
  await expect(bell).toHaveAttribute('aria-pressed', 'false');
  await bell.focus();
  await page.keyboard.press('Enter');
  await expect(bell).toHaveAttribute('aria-pressed', 'true');
  expect(await shown(page)).toEqual([['TAO Conviction', expect.stringContaining('while this page is open')]]);
  // What comes with the next close reaches it.
  await next(page, exchange);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(nextClose('15m', NOW));
  expect(await shown(page)).toHaveLength(1);
  await widget.set('alert', String(Math.trunc(await conviction(widget))));
  await expect.poll(() => shown(page)).toHaveLength(2);
  const [, [title, body]] = await shown(page) as [string[], string[]];
  expect(title).toBe(`TAO ${await widget.part('score').textContent()}`);
  expect(body).toBe(`${await widget.part('headline').textContent()}. ${await widget.part('detail').textContent()}.`);
  await bell.click();
  await expect(bell).toHaveAttribute('aria-pressed', 'false');
  const told = (await heard(page)).length;
  await widget.set('alert', '100');
  await widget.set('alert', '-100');
  await widget.set('alert', String(Math.trunc(await conviction(widget))));
  await expect.poll(async () => (await heard(page)).length).toBeGreaterThan(told);
  expect(await shown(page)).toHaveLength(2);
});

test('a price that moves hangs no second bell', async ({ page, blog, site, exchange }) => {
  await listen(page);
  const widget = await openEmbed(page, blog, site, exchange, { alert: '100', catalysts: 'off' });
  await widget.is('live');
  await expect(widget.part('alert')).toBeVisible();
  await next(page, exchange);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(nextClose('15m', NOW));
  await expect(widget.part('alert')).toHaveCount(1);
  expect(site.requests.filter((path) => path === '/alert.js')).toHaveLength(1);
});

test('where notifications are blocked the bell says so', async ({ page, blog, site, exchange }) => {
  await listen(page, true);
  const widget = await openEmbed(page, blog, site, exchange, { alert: '40', catalysts: 'off' });
  await widget.is('live');
  await widget.part('alert').click();
  await expect(widget.part('alert')).toHaveAccessibleName('Notifications are blocked');
  await expect(widget.part('alert')).toHaveAttribute('aria-pressed', 'false');
  expect(await shown(page)).toEqual([]);
  expect(await objections(page, 'tao-conviction')).toEqual([]);
});

test('kept candles of yesterday tell nothing', async ({ page, blog, site, exchange }) => {
  const first = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await first.is('live');
  const level = (await conviction(first)) >= 0 ? '0' : '-0.01';
  await listen(page);
  exchange.failAll({ kind: 'status', status: 500 });
  const widget = await openEmbed(page, blog, site, exchange, { alert: level, catalysts: 'off' });
  await widget.is('cached');
  expect(await heard(page)).toEqual([]);
});

for (const wrong of ['101', 'high', '-100.5']) {
  test(`alert="${wrong}" is refused, with what is accepted`, async ({ page, blog, site, exchange, watch }) => {
    const widget = await openEmbed(page, blog, site, exchange, { alert: wrong });
    await widget.is('live');
    await expect(widget.part('alert')).toHaveCount(0);
    expect(watch.warnings).toEqual([expect.stringMatching(/alert.*-100 to 100/)]);
  });
}
