// What a visitor's line carries: requests and compressed bytes of a first view, of the hour after it and of a repeat
// view, at each venue. The lines that it prints are the table of docs/sources.md.

import type { Page } from '@playwright/test';
import { NOW } from '../exchange/candles.ts';
import { type Exchange, nextClose } from '../exchange/server.ts';
import { VENUES, type Venue } from '../exchange/venues.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const QUARTER_MS = 15 * 60_000;
/** data.md: compressed bytes of a first and of a repeat view. */
const FIRST_VIEW = 300 * 1024;
const REPEAT_VIEW = 20 * 1024;

/** Requests of a first view, of the hour after it, and of a repeat view a quarter of an hour later. */
const REQUESTS: Record<Venue, [number, number, number]> = {
  binance: [22, 10, 2],
  // Two tokens that it doesn't list are asked for again after a reload, in two timeframes.
  kraken: [22, 10, 6],
  coinbase: [43, 10, 2],
  hyperliquid: [22, 10, 2],
  bybit: [22, 10, 2],
  okx: [27, 10, 2],
};

/** Until the score is live and nothing is under way any more, with time for those who have to wait for their turn. */
async function settled(page: Page, widget: Widget, exchange: Exchange, closedAt: number): Promise<void> {
  let before = -1;
  await expect(async () => {
    const { data } = await widget.assessment();
    const open = exchange.requests.filter(({ state }) => state === 'open').length;
    const quiet = exchange.requests.length === before && open === 0;
    before = exchange.requests.length;
    if (!quiet && open === 0) await page.clock.fastForward(500);
    expect({ state: data.state, asOf: data.asOf, quiet }).toEqual({ state: 'live', asOf: closedAt, quiet: true });
  }).toPass({ timeout: 40_000, intervals: [150] });
}

for (const venue of Object.keys(VENUES) as Venue[]) {
  test(`${venue}: requests and bytes of a first view, an hour and a repeat view`, async ({ page, blog, site, exchange }) => {
    const second = venue === 'kraken' ? 'binance' : 'kraken';
    const spent = (from: number): [number, number] => {
      const some = exchange.requests.slice(from).filter(({ method }) => method !== 'OPTIONS');
      return [some.length, some.reduce((sum, { bytes }) => sum + bytes, 0)];
    };
    const widget = await openEmbed(page, blog, site, exchange, { sources: `${venue},${second}`, live: 'off' });
    await settled(page, widget, exchange, NOW - (NOW % QUARTER_MS));
    const first = spent(0);

    let begun = exchange.requests.length;
    let close = nextClose('15m', NOW);
    for (let quarters = 0; quarters < 4; quarters += 1, close += QUARTER_MS) {
      await travel(page, exchange, close + 12_000);
      await settled(page, widget, exchange, close);
    }
    const hour = spent(begun);

    begun = exchange.requests.length;
    exchange.now = close + 60_000;
    await page.clock.setSystemTime(exchange.now);
    await page.reload();
    await settled(page, widget, exchange, close);
    const repeat = spent(begun);

    const size = ([count, bytes]: [number, number]): string => `${count} requests, ${(bytes / 1024).toFixed(1)} KB`;
    console.log(`| ${venue} | ${size(first)} | ${size(hour)} | ${size(repeat)} |`);
    expect([first[0], hour[0], repeat[0]]).toEqual(REQUESTS[venue]);
    expect(first[1]).toBeLessThanOrEqual(FIRST_VIEW);
    expect(repeat[1]).toBeLessThanOrEqual(REPEAT_VIEW);
    expect(repeat[1]).toBeGreaterThan(0);
  });
}
