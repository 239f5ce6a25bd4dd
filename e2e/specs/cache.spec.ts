// What the browser keeps: a repeat view paints at once and asks only for what is missing; without storage all goes on.

import type { Page } from '@playwright/test';
import { LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, hanging, stored, test, travel } from '../pages/journey.ts';

const QUARTER = nextClose('15m', NOW);

test('a reload paints from the cache with its time while the sources are silent, and then becomes live', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const before = await widget.assessment();
  await stored(page);
  exchange.failAll({ kind: 'silence' });
  await page.reload();
  await widget.is('cached');
  await expect(widget.part('time')).toHaveText(/as of/);
  // All but the order book, which is of its moment.
  const kept = exchange.served('binance');
  kept.surroundings!.depth = undefined;
  const own = await widget.agrees((at) => score(kept, at));
  expect(own.conviction).toBe(before.conviction);
  expect(own.coverage).toBe(before.coverage);
  await hanging(exchange, 1);
  exchange.healAll();
  await page.clock.fastForward(8_000);
  await widget.is('live');
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});

test('a reload asks only for what is missing', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await stored(page);
  exchange.now = QUARTER + 60_000;
  await page.clock.setSystemTime(exchange.now);
  const before = exchange.requests.length;
  await page.reload();
  await widget.is('live');
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  const later = exchange.requests.slice(before);
  expect(later.map(({ interval, bookOf }) => bookOf ?? interval)).toEqual(['15m', 'TAO']);
  expect(Number(later[0].query.limit)).toBeLessThanOrEqual(5);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('after the first score the number changes at most once, on a repeat view too', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await stored(page);
  exchange.now = nextClose('4h', NOW) + 60_000;
  await page.clock.setSystemTime(exchange.now);
  await page.reload();
  await widget.is('live');
  const scores = await page.evaluate(() => (window as unknown as { taoEvents: { type: string; detail: { conviction: number } }[] }).taoEvents.filter(({ type }) => type === 'tao-update').map(({ detail }) => detail.conviction));
  expect(new Set(scores).size).toBe(2);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('what surrounded one asset is not taken for the candles of another', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await stored(page);
  const btc = await openEmbed(page, blog, site, exchange, { symbol: 'BTC' });
  await btc.is('live');
  const counts = async (): Promise<number[]> => (await btc.assessment()).mtf.timeframes.map(({ candles }) => candles);
  const before = await counts();
  // Around TAO there are 300 of Bitcoin's.
  expect(before.slice(0, 3)).toEqual([499, 499, 499]);
  await stored(page, 22 + 4 + 1); // what surrounds both is stored once, beside what compares the last hour
  await page.reload();
  await btc.is('live');
  expect(await counts()).toEqual(before);
});

test('what is older than a day is not painted', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await stored(page);
  exchange.now = NOW + 2 * LENGTH_MS['1d'];
  await page.clock.setSystemTime(exchange.now);
  exchange.failAll({ kind: 'silence' });
  await page.reload();
  await widget.is('loading');
  await hanging(exchange);
  exchange.healAll();
  await page.clock.fastForward(8_000);
  await widget.is('live');
});

/** Ways in which storage fails, run in the page before anything else. */
const REFUSALS: Record<string, () => void> = {
  'there is no IndexedDB': () => Object.defineProperty(window, 'indexedDB', { value: undefined }),
  'IndexedDB is refused by an exception': () =>
    Object.defineProperty(window, 'indexedDB', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
  'opening is refused': () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  },
  'storage is full': () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
  'there are no locks': () => Object.defineProperty(navigator, 'locks', { value: undefined }),
  'there is no channel': () => Object.defineProperty(window, 'BroadcastChannel', { value: undefined }),
  'locks are refused': () => {
    LockManager.prototype.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  },
};

for (const [name, refuse] of Object.entries(REFUSALS)) {
  test(`${name}: all goes on`, async ({ page, blog, site, exchange }) => {
    await page.addInitScript(refuse);
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
    await travel(page, exchange, QUARTER + 12_000);
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
    await widget.agrees((at) => score(exchange.served('binance'), at));
  });
}

test('storage that never opens is done without after a second', async ({ page, blog, site, exchange }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest;
  });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('loading');
  const second = async (): Promise<string | null> => {
    await page.clock.fastForward(1_000);
    return widget.root.getAttribute('data-state');
  };
  await expect.poll(second).toBe('live');
});

/** Puts `value` under the key of TAO's 15m candles of Binance. */
async function spoil(page: Page, proxy: string, value: unknown): Promise<void> {
  await page.evaluate(
    async ([key, numbers]) => {
      const open = indexedDB.open('tao-conviction');
      await new Promise((resolve) => (open.onsuccess = resolve));
      const store = open.result.transaction('candles', 'readwrite').objectStore('candles');
      const put = store.put(Array.isArray(numbers) ? new Float64Array(numbers as number[]) : numbers, key as string);
      await new Promise((resolve) => (put.onsuccess = resolve));
      open.result.close();
    },
    [`scored|binance|TAO|15m|${proxy}`, value],
  );
}

for (const [name, value] of [
  ['text', 'candles'],
  ['too few numbers', [1, 2, 3]],
  ['numbers that are no candles', [0.5, 1, 1, 1, 1, 1]],
  ['impossible candles', Array.from({ length: 60 }, (_, i) => (i % 6 ? -1 : (i / 6) * 900_000))],
  ['nothing', []],
] as const) {
  test(`${name} in the storage: asked for anew`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await stored(page);
    await spoil(page, exchange.url, value);
    const before = exchange.candleRequests('binance').length;
    await page.reload();
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
    expect(exchange.candleRequests('binance').slice(before).map(({ query }) => query.limit)).toContain('500');
  });
}

test('a database of another version is left alone, and done without', async ({ page, blog, site, exchange }) => {
  await page.goto(blog.show('/empty', '', ''));
  await page.evaluate(async () => {
    const open = indexedDB.open('tao-conviction', 7);
    open.onupgradeneeded = () => open.result.createObjectStore('other');
    await new Promise((resolve) => (open.onsuccess = resolve));
    open.result.close();
  });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name, version }) => [name, version]))).toEqual([['tao-conviction', 7]]);
});

test('simulated candles are not kept', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'sample' });
  await widget.is('simulated');
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
});
