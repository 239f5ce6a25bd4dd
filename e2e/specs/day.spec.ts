// 24 hours with random faults, reloads, sleep and a wrong clock: at every minute the card shows what is true at the time
// that it names, or says that it is old or that there is nothing. TAO_SEEDS=1,2,3 plays other days.

import { type Look, Day, judge } from '../pages/day.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const SEEDS = (process.env.TAO_SEEDS ?? '3').split(',').map(Number);

for (const seed of SEEDS) {
  test(`24 hours of bad luck, seed ${seed}`, async ({ page, blog, site, exchange, context }) => {
    test.setTimeout(20 * 60_000);
    await openEmbed(page, blog, site, exchange);
    const day = new Day(page, context, exchange, seed);
    const begun = Date.now();
    await day.pass(24 * 60);
    const played = Date.now();
    const { mismatches, ...seen } = judge(day.looks, exchange, seed);
    console.log(`seed ${seed}: ${JSON.stringify({ looks: day.looks.length, requests: exchange.requests.length, ...seen, mismatches: mismatches.length, seconds: [played - begun, Date.now() - played].map((ms) => Math.round(ms / 1000)) })}`);
    expect(mismatches.slice(0, 20), mismatches.slice(0, 20).join('\n')).toEqual([]);
  });
}
