// A reader follows a link and comes back: the browser kept the page as it was (back/forward cache), and the widget lives on.

import type { Page } from '@playwright/test';
import { NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Site } from '../exchange/static.ts';
import { element, loader } from '../pages/blog.ts';
import { expect, hanging, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';
import config from '../playwright.config.ts';

// Playwright switches this cache off.
test.use({ launchOptions: { ...config.use?.launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] } });

const MINUTE = 60_000;

// What the browser says when it shows a page and puts it away; and a clock that goes on while the page is away, as clocks
// do: Playwright's stands still in a page that isn't there.
const DIARY = `<script>
  window.diary = [];
  addEventListener("pageshow", ({ persisted }) => diary.push(persisted ? "came back" : "came"));
  addEventListener("pagehide", ({ persisted }) => diary.push(persisted ? "was kept" : "was thrown away"));
  const now = Date.now;
  Date.now = () => now() + Number(localStorage.getItem("passed"));
</script>`;

const diary = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { diary: string[] }).diary);

/** A blog's posts, with a widget or without. */
function write(blog: Site, site: Site, exchange: Exchange, posts: { path: string; layout?: string }[]): void {
  blog.lifetime = 'no-cache';
  for (const { path, layout } of posts) {
    blog.show(path, `${DIARY}<h1>${path}</h1>${layout ? loader(site) + element({ proxy: exchange.url, layout }) : ''}`);
  }
}

const follow = (page: Page, blog: Site, path: string): Promise<unknown> => page.goto(blog.url + path);
/** Nothing is loaded then, so there is no end of loading to wait for. */
const back = (page: Page): Promise<unknown> => page.goBack({ waitUntil: 'commit' });

const locks = (page: Page): Promise<[number, number]> =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [held.length, pending.length];
  });

/** The clocks of the exchange and of this origin's pages go on. */
async function pass(page: Page, exchange: Exchange, time: number): Promise<void> {
  exchange.now += time;
  await page.evaluate((time) => localStorage.setItem('passed', String(Number(localStorage.getItem('passed')) + time)), time);
}

/** What was asked from the `index`th request on. */
const asked = (exchange: Exchange, index: number): string[] =>
  exchange.requests.slice(index).map(({ asset, interval, bookOf }) => (interval ? `${asset} ${interval}` : `order book of ${bookOf}`));

for (const layout of ['card', 'panel']) {
  test(`a ${layout} that comes back from the cache is live again, and asks only for what has closed since`, async ({ page, blog, site, exchange }) => {
    write(blog, site, exchange, [{ path: '/post', layout }, { path: '/other' }]);
    await follow(page, blog, '/post');
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await expect.poll(() => exchange.sockets.opened().length).toBe(1);
    await expect.poll(() => locks(page)).toEqual([1, 0]);
    await expect.poll(() => exchange.requests.length).toBe(22);

    await follow(page, blog, '/other');
    // Given up before it was put away: for either of them browsers throw pages away.
    await expect.poll(() => exchange.sockets.opened().length).toBe(0);
    expect(await locks(page)).toEqual([0, 0]);
    await pass(page, exchange, 40 * MINUTE);
    await page.waitForTimeout(200);
    expect(asked(exchange, 22)).toEqual([]);

    await back(page);
    await expect.poll(() => diary(page)).toEqual(['came', 'was kept', 'came back']);
    const newest = NOW + 40 * MINUTE - ((NOW + 40 * MINUTE) % (15 * MINUTE));
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(newest);
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
    await expect.poll(() => exchange.sockets.opened().length).toBe(1);
    await expect.poll(() => locks(page)).toEqual([1, 0]);
    expect(asked(exchange, 22)).toEqual(['TAO 15m', 'order book of TAO']);
  });
}

test('there and back between two posts: the one that is read asks for the newest candles, and no other', async ({ page, blog, site, exchange }) => {
  write(blog, site, exchange, [{ path: '/one', layout: 'card' }, { path: '/two', layout: 'card' }]);
  await follow(page, blog, '/one');
  const widget = new Widget(page.locator('tao-conviction'));
  const lives = async (): Promise<void> => {
    await widget.is('live');
    await expect.poll(() => exchange.sockets.opened().length).toBe(1);
    await expect.poll(() => locks(page)).toEqual([1, 0]);
    await widget.agrees((at) => score(exchange.served('binance'), at));
  };
  await lives();
  await expect.poll(() => exchange.requests.length).toBe(22);
  await follow(page, blog, '/two');
  await lives();
  // A page that has just come knows no order book yet.
  await expect.poll(() => asked(exchange, 22).sort()).toEqual(['TAO 15m', 'order book of TAO']);
  await back(page);
  await expect.poll(() => diary(page)).toEqual(['came', 'was kept', 'came back']);
  await lives();
  await expect.poll(() => asked(exchange, 24)).toEqual(['TAO 15m']);
});

test('a page that was left while it loaded goes on when it comes back', async ({ page, blog, site, exchange }) => {
  write(blog, site, exchange, [{ path: '/post', layout: 'card' }, { path: '/other' }]);
  exchange.fail('binance', { kind: 'silence' });
  await follow(page, blog, '/post');
  await hanging(exchange);
  await follow(page, blog, '/other');
  exchange.healAll();
  await back(page);
  await expect.poll(() => diary(page)).toEqual(['came', 'was kept', 'came back']);
  const widget = new Widget(page.locator('tao-conviction'));
  await widget.is('loading');
  // Whatever hung still hangs, and is given up as on a page that stayed.
  await page.clock.fastForward(20_000);
  await widget.is('live');
  await widget.from('Kraken');
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});
