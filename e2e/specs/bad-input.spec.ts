// Answers that are not what they should be. Either the score is right, or there is another source, or there is none:
// never a wrong number and never a dead page.

import { INTERVALS } from '../exchange/candles.ts';
import { type Fault, rows, spoil } from '../exchange/faults.ts';
import { score } from '../exchange/score.ts';
import type { Venue } from '../exchange/venues.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const VENUES: Venue[] = ['binance', 'kraken'];
const change = (how: typeof rows.reversed): Fault => ({ kind: 'rows', change: how });

for (const venue of VENUES) {
  test.describe(`from ${venue} alone`, () => {
    const harmless = { reversed: rows.reversed, 'sent twice': rows.duplicated, 'reversed and sent twice': (all: unknown[][]) => rows.duplicated(rows.reversed(all)) };
    for (const [what, how] of Object.entries(harmless)) {
      test(`candles ${what} give the same score as in order`, async ({ page, blog, site, exchange }) => {
        exchange.fail(venue, change(how));
        const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
        await widget.is('live');
        const own = await widget.agrees((at) => score(exchange.served(venue, 'truth'), at));
        expect(own.data.rejectedCandles).toBe(0);
      });
    }

    for (const name of ['notANumber', 'nothing', 'negative', 'highBelowLow', 'unaligned'] as const) {
      test(`a few invalid candles (${name}) are left out and counted`, async ({ page, blog, site, exchange }) => {
        // Of a member’s hundred candles one would be too many.
        exchange.fail(venue, change(rows.spoilt(1, spoil[name])), { assets: ['TAO'] });
        const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
        await widget.is('live');
        const own = await widget.agrees((at) => score(exchange.served(venue, 'sent'), at));
        expect(own.data).toMatchObject({ rejectedCandles: 4, gaps: 4 });
        expect(own.mtf.timeframes.map(({ candles }) => candles)).toEqual(Array(4).fill(498));
      });
    }

    const useless: Record<string, [Fault, RegExp]> = {
      'many invalid candles': [change(rows.spoilt(60, spoil.highBelowLow)), /60 invalid candles of \d+/],
      'many NaN': [change(rows.spoilt(60, spoil.notANumber)), /60 invalid candles of \d+/],
      'a word for a price': [change(rows.spoilt(1, spoil.noNumber)), /can.t be read/],
      'an object for a candle': [change(rows.spoilt(1, spoil.object)), /can.t be read/],
      'no candles': [change(rows.none), /no closed candles/],
      'only the running candle': [change(rows.newest(1)), /no closed candles/],
      'nothing at all': [{ kind: 'blank' }, /can.t be read/],
      'a web page': [{ kind: 'html' }, /can.t be read/],
      'half an answer': [{ kind: 'truncated' }, /can.t be read/],
      'a number': [{ kind: 'body', body: 7 }, /can.t be read/],
      'the word null': [{ kind: 'body', body: null }, /can.t be read/],
      'a list of strange things': [{ kind: 'body', body: [null, {}, 'x', [[]]] }, /can.t be read/],
      'an empty object': [{ kind: 'body', body: {} }, /can.t be read/],
    };
    for (const [what, [fault, reason]] of Object.entries(useless)) {
      test(`${what}: no score, and the reason`, async ({ page, blog, site, exchange }) => {
        exchange.fail(venue, fault);
        const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
        await widget.is('unavailable');
        await expect(widget.part('notice')).toContainText(reason);
        await expect(widget.part('score')).toHaveCount(0);
        expect(await widget.assessment()).toMatchObject({ conviction: null, verdict: 'insufficient-data', mtf: { score: null } });
      });
    }
  });
}

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
