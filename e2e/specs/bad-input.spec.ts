// Answers that are not what they should be. Either the score is right, or there is another source, or there is none:
// never a wrong number and never a dead page. What is seen of each fault at each venue is in the matrix.

import { INTERVALS } from '../exchange/candles.ts';
import { type Fault, rows, spoil } from '../exchange/faults.ts';
import { score } from '../exchange/score.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const change = (how: typeof rows.reversed): Fault => ({ kind: 'rows', change: how });

for (const [what, fault] of Object.entries({
  'no candles': change(rows.none),
  'many invalid candles': change(rows.spoilt(60, spoil.negative)),
  'a word for a price': change(rows.spoilt(1, spoil.noNumber)),
})) {
  test(`${what} on one timeframe: the other source stands in, whole`, async ({ page, blog, site, exchange }) => {
    exchange.fail('binance', fault, { intervals: ['1h'] });
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.from('Kraken');
    await widget.agrees((at) => score(exchange.served('kraken'), at));
  });
}

test('too few candles everywhere: insufficient data, and not a neutral zero', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', change(rows.newest(400)));
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'sent'), at));
  expect(own).toMatchObject({ conviction: null, verdict: 'insufficient-data' });
  expect(own.mtf.timeframes.map(({ ready, candles }) => [ready, candles])).toEqual(Array(4).fill([false, 399]));
  await expect(widget.part('verdict')).toHaveText('Insufficient data');
  await expect(widget.part('score')).not.toHaveText(/\d/);
  await expect(widget.part('reason')).toContainText('399 candles');
});

test('a timeframe short of candles is left out, and the others are scored', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', change(rows.newest(461)), { intervals: ['15m'] });
  exchange.fail('binance', change(rows.newest(462)), { intervals: ['1h'] });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'sent'), at));
  expect(own.mtf.timeframes.map(({ timeframe, ready, candles }) => [timeframe, ready, candles])).toEqual([
    ['15m', false, 460],
    ['1h', true, 461],
    ['4h', true, 499],
    ['1d', true, 499],
  ]);
  expect(own.conviction).not.toBeNull();
  await expect(widget.timeframe('15m').locator('[part~=reading]')).not.toHaveText(/\d/);
});

test('a gap in the candles is counted, and nothing is filled in', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', change((all) => all.filter((_, index) => index < 300 || index >= 303)));
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'sent'), at));
  expect(own.data.gaps).toBe(3 * INTERVALS.length);
});
