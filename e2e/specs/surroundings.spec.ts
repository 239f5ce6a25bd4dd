// What surrounds TAO: Bitcoin and the AI tokens. They come after the score, change it once, and never hold it up.

import { type Asset, BASKET, LENGTH_MS, NOW } from '../exchange/candles.ts';
import { score } from '../exchange/score.ts';
import { type Exchange, nextClose } from '../exchange/server.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { type Page, expect, holdBack, test, travel } from '../pages/journey.ts';
import type { PageEvent } from '../pages/widget.ts';

const AROUND: Asset[] = ['BTC', ...BASKET];
const MIDDAY = nextClose('4h', NOW);

/** What was asked of the surroundings from `venue`, as `BTC 1d 500`, sorted. */
function asked(exchange: Exchange, from = 0): string[] {
  const others = exchange.requests.slice(from).filter(({ asset }) => asset !== undefined && asset !== 'TAO');
  return others.map(({ asset, interval, query }) => `${asset} ${interval} ${query.limit}`).sort();
}

async function scores(page: Page): Promise<unknown[]> {
  const seen = await page.evaluate(() => (window as unknown as { taoEvents: PageEvent[] }).taoEvents);
  return seen.filter(({ type }) => type === 'tao-update').map(({ detail }) => detail.conviction);
}

test('Bitcoin and the basket complete the score, each series asked for once', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.coverage).toBeCloseTo(1, 12);
  expect(own.families.filter(({ value }) => value === null).map(({ family }) => family)).toEqual([]);
  expect(own.regime.state).not.toBe('unknown');
  expect(own.correlation).toMatchObject({ btc: { days: 30 }, basket: { days: 30 } });
  const members = BASKET.flatMap((member) => [`${member} 1d 120`, `${member} 4h 100`]);
  expect(asked(exchange)).toEqual(['BTC 1d 500', 'BTC 4h 300', ...members].sort());
});

test('the score is there before its surroundings, and changes once when they come', async ({ page, blog, site, exchange }) => {
  const release = await holdBack(page, /symbol=BTCUSDT/);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('partial');
  await expect(widget.part('status')).toHaveText('partial');
  const alone = await widget.agrees((at) => score({ ...exchange.served('binance'), surroundings: undefined }, at));
  release();
  await widget.is('live');
  const whole = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(await scores(page)).toEqual([alone.conviction, whole.conviction]);
});

test('surroundings that stay silent are unknown after five seconds, and hold nothing up', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' }, { assets: AROUND });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('partial');
  await expect.poll(() => asked(exchange).length).toBeGreaterThan(3); // a browser opens six connections to one host
  await page.clock.fastForward(5_000);
  await widget.is('live');
  // By then the catalysts are known, or when the others are given up.
  await page.clock.fastForward(3_100);
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.coverage).toBeCloseTo(0.75, 12);
  expect(own.families.map(({ reason }) => reason)).toEqual([null, 'no BTC candles', null, 'no AI basket']);
});

test('surroundings that fail are asked again at a later close, and then count', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 503 }, { assets: AROUND });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  expect((await widget.assessment()).coverage).toBeCloseTo(0.75, 12);
  exchange.heal('binance');
  await travel(page, exchange, nextClose('15m', NOW) + 12_000);
  await expect.poll(async () => (await widget.assessment()).coverage).toBeCloseTo(1, 12);
  await widget.agrees((at) => score(exchange.served('binance'), at));
});

test('one broken member is left out of the basket', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'html' }, { assets: ['NEAR'] });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.coverage).toBeCloseTo(1, 12);
});

test('at a 4h close only the 4h candles are asked for, a few of each', async ({ page, blog, site, exchange }) => {
  exchange.now = MIDDAY - LENGTH_MS['15m'] / 2;
  await page.clock.setSystemTime(exchange.now);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const before = exchange.requests.length;
  await travel(page, exchange, MIDDAY + 12_000);
  await expect.poll(async () => (await widget.assessment()).at).toBeGreaterThan(MIDDAY);
  await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(asked(exchange, before)).toEqual(AROUND.map((asset) => `${asset} 4h 3`).sort());
  // One visible change for the close, not two.
  expect(await scores(page)).toHaveLength(3);
});

test('what a venue does not list is left out, and not asked for again', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { sources: 'kraken' });
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('kraken'), at));
  expect(own.coverage).toBeCloseTo(1, 12);
  const pairs = (): string[] => exchange.requests.map(({ query }) => query.pair);
  expect(pairs().filter((pair) => pair === 'WLDUSD' || pair === 'VIRTUALUSD')).toHaveLength(4);
  const before = pairs().length;
  await travel(page, exchange, MIDDAY + 12_000);
  await expect.poll(() => pairs().slice(before).filter((pair) => pair !== 'TAOUSD').sort()).toEqual(
    ['FETUSD', 'GRTUSD', 'ICPUSD', 'NEARUSD', 'RENDERUSD', 'XBTUSD'],
  );
});

test('widgets of several assets share their surroundings', async ({ page, blog, site, exchange }) => {
  const body = loader(site) + ['TAO', 'ETH'].map((symbol) => element({ proxy: exchange.url, symbol })).join('');
  const widget = await openPost(page, blog, body);
  for (const [index, symbol] of (['TAO', 'ETH'] as const).entries()) {
    await widget(index).is('live');
    await widget(index).agrees((at) => score(exchange.served('binance', 'truth', symbol), at, symbol));
  }
  const bitcoin = exchange.candleRequests('binance', 'BTC').map(({ interval }) => interval);
  expect(bitcoin.sort()).toEqual(['1d', '4h']);
});

test('Bitcoin is not measured against itself', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { symbol: 'BTC' });
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'truth', 'BTC'), at, 'BTC'));
  expect(own.families[1]).toMatchObject({ value: null, reason: expect.stringContaining('in common with BTC') });
  expect(own.regime.state).not.toBe('unknown');
});

test('a widget that goes takes the requests for its surroundings back', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' }, { assets: AROUND });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('partial');
  const open = (): string[] => exchange.requests.filter(({ asset }) => asset !== undefined && asset !== 'TAO').map(({ state }) => state);
  await expect.poll(() => open().length).toBeGreaterThan(3);
  await widget.element.evaluate((node) => node.remove());
  // Those that waited for a connection may have got one before they were taken back too.
  await expect.poll(() => open().every((state) => state === 'broken')).toBe(true);
});

test('a second source confirms the last closed hour, once an hour', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.data.confirmedBy).toBe('kraken');
  expect(own.gates[0]).toMatchObject({ gate: 'data', state: 'pass' });
  expect(exchange.confirmations()).toHaveLength(1);
  await travel(page, exchange, nextClose('15m', NOW) + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(nextClose('15m', NOW));
  expect(exchange.confirmations()).toHaveLength(1);
  await travel(page, exchange, nextClose('1h', NOW) + 12_000);
  await expect.poll(async () => (await widget.assessment()).data.asOf).toBe(nextClose('1h', NOW));
  await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(exchange.confirmations()).toHaveLength(2);
});

test('where two sources are over 1 % apart, both prices are shown and the data gate fails', async ({ page, blog, site, exchange }) => {
  const dearer = (row: unknown[]): unknown[] => row.map((cell, column) => (column >= 1 && column <= 4 ? (Number(cell) * 1.02).toFixed(2) : cell));
  exchange.fail('kraken', { kind: 'rows', change: (all) => all.map(dearer) });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance', 'sent'), at));
  const { source, close } = own.data.contradictedBy as { source: string; close: number };
  expect([source, own.gates[0].state]).toEqual(['kraken', 'fail']);
  expect(own.riskFlags).toMatchObject([{ name: 'DATA', reason: expect.stringContaining('kraken is over 1 % apart') }]);
  const hour = own.mtf.timeframes[1].close as number;
  await expect(widget.part('reason')).toContainText(`closed at ${hour.toFixed(2)} on binance and at ${close.toFixed(2)} on kraken`);
});

test('a second source that fails leaves the data gate unknown', async ({ page, blog, site, exchange }) => {
  exchange.fail('kraken', { kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const own = await widget.agrees((at) => score(exchange.served('binance'), at));
  expect(own.gates[0]).toMatchObject({ gate: 'data', state: 'unknown', detail: expect.stringContaining('no second source') });
  expect(own.data.failures).toEqual([]);
});

for (const [venue, path] of [['binance', '/api/v3/depth'], ['kraken', '/0/public/Depth']] as const) {
  test(`the order book of ${venue} answers the liquidity gate, at most once a minute`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { sources: venue });
    await widget.is('live');
    const own = await widget.agrees((at) => score(exchange.served(venue), at));
    const gate = own.gates.find((one) => one.gate === 'liquidity')!;
    expect(gate.state).toBe((gate.value as number) >= 50_000 ? 'pass' : 'fail');
    const books = (): number => exchange.requests.filter((request) => request.path === path).length;
    await widget.refresh();
    await expect.poll(() => exchange.own.length).toBe(5);
    expect(books()).toBe(1);
    await travel(page, exchange, nextClose('15m', NOW) + 12_000);
    await expect.poll(books).toBe(2);
  });
}

test('a thin order book fails the gate, and raises its flag', async ({ page, blog, site, exchange }) => {
  const side = (prices: number[]): string[][] => prices.map((price) => [price.toFixed(2), '1.0']);
  const body = { lastUpdateId: 1, bids: side([350, 349, 340]), asks: side([351, 352, 360]) };
  await page.route('**/api/v3/depth*', (route) => route.fulfill({ json: body, headers: { 'access-control-allow-origin': '*' } }));
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const { gates, riskFlags } = await widget.assessment();
  // Mid 350.5, band 1.7525: four levels of the six.
  expect(gates.find(({ gate }) => gate === 'liquidity')).toMatchObject({ state: 'fail', value: 350 + 349 + 351 + 352 });
  expect(riskFlags).toMatchObject([{ name: 'LIQUIDITY' }]);
});

test('an order book that is cut off, broken or missing leaves the gate unknown', async ({ page, blog, site, exchange }) => {
  const answers = [
    { bids: [['350', '1']], asks: [['351', '1']] },
    { bids: [], asks: [] },
    { code: -1003, msg: 'Too many requests.' },
    { bids: [['n/a', '1']], asks: [['351', '1']] },
  ];
  let asked = 0;
  await page.route('**/api/v3/depth*', (route) => route.fulfill({ json: answers[asked++], headers: { 'access-control-allow-origin': '*' } }));
  const widget = await openEmbed(page, blog, site, exchange);
  for (const index of answers.keys()) {
    await expect.poll(() => asked).toBe(index + 1);
    await widget.is('live');
    const { gates } = await widget.assessment();
    expect(gates.find(({ gate }) => gate === 'liquidity'), JSON.stringify(answers[index])).toMatchObject({ state: 'unknown', value: null });
    await travel(page, exchange, nextClose('15m', exchange.now) + 12_000);
  }
});
