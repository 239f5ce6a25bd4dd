// What every journey starts from: exchanges, the built widget on one origin, an empty blog on another, and a browser
// whose clock agrees with the exchanges and stands still. At the end nothing may have gone wrong unseen.

import { type ConsoleMessage, type Page, test as base, expect } from '@playwright/test';
import { Exchange } from '../exchange/server.ts';
import { HOSTS, Signals } from '../exchange/signals.ts';
import { DIST, Site } from '../exchange/static.ts';
import { type PageEvent, Widget } from './widget.ts';

/** What the page said and did, beyond what is seen. */
export interface Watch {
  /** Uncaught errors, console errors of the page's own, and requests to somewhere else. Must stay empty. */
  trouble: string[];
  warnings: string[];
  errors: string[];
  /** Beginnings of addresses that a journey may ask besides its own servers. */
  allowed: string[];
}

interface Fixtures {
  exchange: Exchange;
  site: Site;
  blog: Site;
  watch: Watch;
  /** The hosts of the signals; a journey that doesn't take them must not ask them. */
  signals: Signals;
}

/** The browser's own complaints about a failed fetch; which fetches may fail is what a journey is about. */
const NETWORK = /^Failed to load resource|^WebSocket connection to|has been blocked by CORS policy/;

export const test = base.extend<Fixtures>({
  exchange: async ({}, use) => {
    const exchange = await Exchange.open();
    await use(exchange);
    await exchange.close();
  },
  site: async ({}, use) => {
    const site = await Site.open(DIST);
    await use(site);
    await site.close();
  },
  blog: async ({}, use) => {
    const blog = await Site.open();
    await use(blog);
    await blog.close();
  },
  watch: [
    async ({ page, exchange, site, blog }, use) => {
      const watch: Watch = { trouble: [], warnings: [], errors: [], allowed: [] };
      page.on('pageerror', (error) => watch.trouble.push(`uncaught: ${error.stack ?? error.message}`));
      page.on('console', (message) => note(message, watch));
      page.on('request', (request) => {
        const url = request.url();
        const servers = [exchange, site, blog].map((server) => `${server.url}/`);
        const known = ['data:', ...servers, ...watch.allowed].some((start) => url.startsWith(start));
        if (!known) watch.trouble.push(`a request to ${url}`);
      });
      await stopClock(page, exchange.now);
      await page.addInitScript(rememberEvents);
      await use(watch);
      expect(watch.trouble, 'errors and requests that nobody asked for').toEqual([]);
    },
    { auto: true },
  ],
  signals: async ({ page, exchange, watch }, use) => {
    watch.allowed.push(...Object.values(HOSTS).map((host) => `https://${host}/`));
    await use(await Signals.join(page, exchange.now));
  },
});

export { expect };

/**
 * The browser's clock stands still at `time` until a test moves it: nothing happens by itself, however slow the machine.
 */
export async function stopClock(page: Page, time: number): Promise<void> {
  await page.clock.install({ time: time - 1_000 });
  await page.clock.pauseAt(time);
}

function note(message: ConsoleMessage, watch: Watch): void {
  const text = message.text();
  if (message.type() === 'warning') watch.warnings.push(text);
  if (message.type() !== 'error' || NETWORK.test(text)) return;
  watch.errors.push(text);
  watch.trouble.push(`console.error: ${text}`);
}

/** Runs in the page: keeps what reaches the document, so that bubbling through shadow roots is part of every journey. */
function rememberEvents(): void {
  const seen: PageEvent[] = [];
  Object.assign(window, { taoEvents: seen });
  for (const type of ['tao-ready', 'tao-update', 'tao-error']) {
    document.addEventListener(type, (event) => {
      const { detail, target } = event as CustomEvent;
      seen.push({ type, tag: (target as Element).localName, detail });
    });
  }
}

/** The standalone page, with its live element pointed at the exchanges. */
export async function openPage(page: Page, site: Site, exchange: Exchange, query: Record<string, string> = {}): Promise<Widget> {
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, ...query })}`);
  return new Widget(page.locator('tao-conviction').first());
}

/** Requests to `url` go no further until the function that is returned is called. */
export async function holdBack(page: Page, url: string | RegExp): Promise<() => void> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(url, async (route) => {
    await held;
    await route.continue();
  });
  return () => release();
}

/** Waits until so many requests for the asset's own candles hang: their timeouts run from now on, not from later. */
export async function hanging(exchange: Exchange, count = 4): Promise<void> {
  await expect.poll(() => exchange.own.filter(({ state }) => state === 'open').length).toBeGreaterThanOrEqual(count);
}

/** Moves the exchanges' clock and the browser's to `time`; timers that fall due on the way fire once. */
export async function travel(page: Page, exchange: Exchange, time: number): Promise<void> {
  exchange.now = time;
  await page.clock.fastForward(time - (await page.evaluate(() => Date.now())));
}

/** Waits until as many items are stored as a card with its surroundings has: 4, Bitcoin's 2, the basket's 14, 1 to compare, and the reading of the catalysts. */
export async function stored(page: Page, count = 22): Promise<void> {
  await expect.poll(() => page.evaluate(async () => {
    const open = indexedDB.open('tao-conviction');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const request = open.result.transaction('candles').objectStore('candles').count();
    await new Promise((resolve) => (request.onsuccess = resolve));
    open.result.close();
    return request.result;
  })).toBe(count);
}

/** The page is hidden or shown, as by another tab in front of it. */
export const show = (page: Page, visible: boolean): Promise<void> =>
  page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { value: !shown, configurable: true });
    Object.defineProperty(document, 'visibilityState', { value: shown ? 'visible' : 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible);
