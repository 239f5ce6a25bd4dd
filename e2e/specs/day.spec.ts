// 24 hours with random faults, reloads, sleep and a wrong clock: at every minute the card shows what is true at the time
// that it names, or says that it is old or that there is nothing. TAO_SEEDS=1,2,3 plays other days.

import type { Assessment } from '../exchange/score.ts';
import { openEmbed } from '../pages/blog.ts';
import { type Look, Day, judge } from '../pages/day.ts';
import { expect, test } from '../pages/journey.ts';

const SEEDS = (process.env.TAO_SEEDS ?? '3').split(',').map(Number);

for (const seed of SEEDS) {
  test(`24 hours of bad luck, seed ${seed}`, async ({ page, blog, site, exchange, context }) => {
    test.setTimeout(20 * 60_000);
    await openEmbed(page, blog, site, exchange);
    const day = new Day(page, context, exchange, seed);
    await day.pass(24 * 60);
    const { mismatches, ...seen } = judge(day.looks, exchange, seed);
    console.log(`seed ${seed}: ${JSON.stringify({ looks: day.looks.length, requests: exchange.requests.length, ...seen, mismatches: mismatches.length })}`);
    expect(mismatches.slice(0, 20), mismatches.slice(0, 20).join('\n')).toEqual([]);
    // The judge is awake: a score that is a little off, and an old one that is called live, don't pass.
    const until = 1 + day.looks.findIndex(({ shown }) => shown.state === 'live' && shown.assessment?.conviction);
    const planted = (change: (look: Look) => Look): string[] => {
      const looks = day.looks.slice(0, until);
      return judge([...looks.slice(0, -1), change(looks[until - 1])], exchange, seed).mismatches;
    };
    const off = (own: Assessment): Assessment => ({ ...own, conviction: own.conviction! + 1e-9 });
    expect(planted((look) => ({ ...look, shown: { ...look.shown, assessment: off(look.shown.assessment!) } }))).toEqual([expect.stringContaining('conviction: ')]);
    expect(planted((look) => ({ ...look, clock: look.clock + 3_600_000 }))).toEqual([expect.stringContaining('called live')]);
  });
}
