// How sources are treated after a failure: left alone for as long as it makes sense, taken back when they are well.

import { NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { nextClose } from '../exchange/server.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';

const QUARTER = nextClose('15m', NOW);

test('the first source is used again once it is well, with its own candles only', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 503 });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.from('Kraken');
  exchange.heal('binance');
  await travel(page, exchange, QUARTER + 12_000);
  await widget.from('Binance');
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.data).toMatchObject({ source: 'binance', failures: [], asOf: QUARTER });
});

for (const [what, status, body] of [
  ['refuses the region', 451, {}],
  ['does not list the asset', 400, { code: -1121, msg: 'Invalid symbol.' }],
] as const) {
  test(`a source that ${what} is not asked again at the next close`, async ({ page, blog, site, exchange }) => {
    exchange.fail('binance', { kind: 'status', status, body });
    const widget = await openEmbed(page, blog, site, exchange);
    await widget.is('live');
    await widget.from('Kraken');
    const asked = exchange.own.length;
    await travel(page, exchange, QUARTER + 12_000);
    await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(QUARTER);
    const later = exchange.own.slice(asked);
    expect(later.map(({ venue, interval }) => [venue, interval])).toEqual([['kraken', '15m']]);
    expect(later[0].sent).toHaveLength(3);
    await widget.agrees((at) => score(exchange.served('kraken'), at));
  });
}

test('other sources chosen while it loads: the old requests are taken back', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange);
  await expect.poll(() => exchange.candleRequests('binance').length).toBe(4);
  await widget.set('sources', 'kraken');
  await widget.is('live');
  await widget.from('Kraken');
  await expect.poll(() => exchange.candleRequests('binance').map(({ state }) => state)).toEqual(Array(4).fill('broken'));
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});
