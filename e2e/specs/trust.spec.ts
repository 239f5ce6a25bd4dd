// What an answer must not be trusted with, and what a source that stays down must not cost the next one.

import { LENGTH_MS, NOW } from '../exchange/candles.ts';
import type { Row } from '../exchange/venue.ts';
import { score } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';

const QUARTER = nextClose('15m', NOW);

/** A further row `days` ahead of the last one, its prices doubled. */
const ahead = (days: number) => (all: Row[]): Row[] => [
  ...all,
  all.at(-1)!.map((cell, column) => {
    if (column === 0) return Number(cell) + (days * LENGTH_MS['1d']) / (Number(cell) < 1e11 ? 1000 : 1);
    return column <= 4 ? (2 * Number(cell)).toFixed(2) : cell;
  }),
];

for (const venue of ['binance', 'kraken'] as const) {
  test(`a row from the future (${venue}) neither sets the price nor lets the running candle be scored later`, async ({ page, blog, site, exchange }) => {
    exchange.fail(venue, { kind: 'rows', change: ahead(30) }, { first: 4 });
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const truth = exchange.candleRequests(venue).find(({ interval }) => interval === '15m')!.truth!.at(-1)!;
    expect.soft((await widget.assessment()).price).toBe(truth.close);
    await travel(page, exchange, QUARTER + 12_000);
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
    await widget.agrees((at) => score(exchange.served(venue), at));
  });
}

test('while the first source stays down, the second is asked only for what is new', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.from('Kraken');
  await travel(page, exchange, QUARTER + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
  const later = exchange.candleRequests('kraken').slice(4);
  expect(later.map(({ interval, sent }) => [interval, sent!.length])).toEqual([['15m', 3]]);
});
