// A site owner's own timeframes and weights: computed as the core does, and never passed off as the published formula.

import { scoreAt } from '../exchange/score.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const CUSTOM: [string, Record<string, string>, number[]][] = [
  ['two timeframes with their usual weights', { timeframes: '4h,1d' }, [0, 0, 0.3, 0.4]],
  ['one timeframe', { timeframes: '1h' }, [0, 0.2, 0, 0]],
  ['other weights for all', { weights: '4, 3, 2, 1' }, [4, 3, 2, 1]],
  ['weights in the order of the timeframes', { timeframes: '1d, 15m', weights: '1,2.5' }, [2.5, 0, 0, 1]],
];

for (const [what, attributes, timeframes] of CUSTOM) {
  test(`${what}: the score is the core’s, and called custom`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', ...attributes });
    await widget.is('live');
    const served = exchange.served('binance');
    const own = await widget.agrees((at) => scoreAt([at], served, { ...served.surroundings, feed: undefined, chain: undefined, parameters: { timeframes } })[0]!);
    expect(own.formula).toBe('custom');
    await expect(widget.part('mtf')).toContainText('custom formula');
    await widget.set('layout', 'badge');
    await expect(widget.part('formula')).toHaveText('custom formula');
  });
}

test('the published weights by other words are the published formula', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { timeframes: '15m,1h,4h,1d', weights: '1,2,3,4' });
  await widget.is('live');
  expect((await widget.assessment()).formula).toBe('published');
  await expect(widget.part('mtf')).not.toContainText('custom');
});

test('both are live, and two formulas on a page share their requests', async ({ page, blog, site, exchange }) => {
  const open = await openPost(page, blog, loader(site) + element({ proxy: exchange.url, catalysts: 'off' }) + element({ proxy: exchange.url, catalysts: 'off', timeframes: '1d' }));
  await open(0).is('live');
  await open(1).is('live');
  // What one alone asks: TAO 4, Bitcoin 2, seven tokens 2 each, the order book, and Kraken's last hours.
  await expect.poll(() => exchange.requests.length).toBe(4 + 2 + 14 + 1 + 1);
  expect((await open(1).assessment()).conviction).not.toBe((await open(0).assessment()).conviction);
  await open(0).set('timeframes', '1d');
  await expect.poll(async () => (await open(0).assessment()).conviction).toBe((await open(1).assessment()).conviction);
  await open(0).element.evaluate((host) => host.removeAttribute('timeframes'));
  await expect(open(0).part('timeframe')).toHaveCount(4);
  await expect(open(0).part('mtf')).not.toContainText('custom');
});

const WRONG: [Record<string, string>, RegExp][] = [
  [{ timeframes: '2h' }, /timeframes="2h".*15m, 1h, 4h, 1d/],
  [{ weights: '1,2' }, /weights="1,2".*one for each of the timeframes/],
  [{ timeframes: '1h,1d', weights: '1,2,3' }, /weights="1,2,3".*one for each of the timeframes/],
  [{ weights: '1,-2,3,4' }, /weights="1,-2,3,4".*numbers above 0/],
  [{ weights: 'much' }, /weights="much".*numbers above 0/],
];

for (const [attributes, said] of WRONG) {
  test(`${JSON.stringify(attributes)}: the published weights are used, and one warning says what is accepted`, async ({ page, blog, site, exchange, watch }) => {
    const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', ...attributes });
    await widget.is('live');
    const { timeframes } = (await widget.assessment()).mtf;
    for (const { timeframe, weight } of timeframes) expect(weight).toBe({ '15m': 0.1, '1h': 0.2, '4h': 0.3, '1d': 0.4 }[timeframe]);
    expect(timeframes).toHaveLength(attributes.timeframes === '1h,1d' ? 2 : 4);
    expect(watch.warnings).toEqual([expect.stringMatching(said)]);
  });
}
