// The panel: the card with tabs beside it, whose numbers are the Assessment's, and the connection check.

import type { Page } from '@playwright/test';
import { LENGTH_MS, NOW } from '../exchange/candles.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import { type Widget, scored, signed } from '../pages/widget.ts';

const NODES = ['entrypoint-finney.opentensor.ai', 'lite.chain.opentensor.ai', 'bittensor-finney.api.onfinality.io/public-ws', 'rpc.blockmachine.io'];
const GENESIS = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03';

const tab = (widget: Widget, name: string) => widget.element.getByRole('tab', { name });

/**
 * What the nodes answer from when they are woken on: a block hash, an error, or nothing at all. Before they refuse
 * everybody, so that the catalysts are unknown and the check alone is heard.
 */
async function nodes(page: Page, answer: (url: string, question: { id: number; method: string; params: unknown[] }) => unknown): Promise<{ asked: string[]; wake(): void }> {
  const asked: string[] = [];
  let awake = false;
  await page.routeWebSocket(/^wss:/, (socket) => {
    if (!awake) {
      void socket.close({ code: 1013 });
      return;
    }
    socket.onMessage((message) => {
      const question = JSON.parse(String(message));
      asked.push(`${question.method}(${question.params})`);
      const said = answer(socket.url(), question);
      if (said === undefined) return;
      if (said === 'close') void socket.close({ code: 1013 });
      else socket.send(typeof said === 'string' ? said : JSON.stringify({ jsonrpc: '2.0', id: question.id, ...(said as object) }));
    });
  });
  const wake = (): void => {
    awake = true;
  };
  return { asked, wake };
}

/** Name, state and words of each line of the check. */
async function probes(widget: Widget): Promise<Record<string, [string, string]>> {
  const lines = await widget.part('probe').evaluateAll((all) =>
    all.map((line) => [line.querySelector('.label')!.textContent, line.getAttribute('data-probe'), line.querySelector('.caption')!.textContent]),
  );
  return Object.fromEntries(lines.map(([name, state, words]) => [name, [state, words]]));
}

test('only a panel loads the panel’s part, and a page of both loads that one alone', async ({ page, blog, site, exchange }) => {
  const parts: string[] = [];
  page.on('request', (request) => {
    const file = new URL(request.url()).pathname.slice(1);
    // What reads the catalysts is the same for both, and comes when a reading is due.
    if (file.endsWith('.wasm') && !file.startsWith('catalysts')) parts.push(file);
  });
  const card = await openEmbed(page, blog, site, exchange);
  await card.is('live');
  expect(parts).toEqual(['tao-conviction_bg.wasm']);
  parts.length = 0;
  const attributes = { proxy: exchange.url };
  const both = await openPost(page, blog, loader(site) + element(attributes) + element({ ...attributes, layout: 'panel' }));
  await both(0).is('live');
  await both(1).is('live');
  expect(parts).toEqual(['panel_bg.wasm']);
  await expect(both(0).element.getByRole('tab')).toHaveCount(0);
});

test('a card becomes a panel and a card again, without a new load of candles', async ({ page, blog, site, exchange }) => {
  const widget = await openPost(page, blog, loader(site) + element({ proxy: exchange.url, layout: 'panel' }));
  await widget().is('live');
  const asked = exchange.requests.length;
  await widget().set('layout', 'card');
  await expect(widget().element.getByRole('tab')).toHaveCount(0);
  await widget().set('layout', 'panel');
  await expect(widget().element.getByRole('tab')).toHaveCount(6);
  await widget().is('live');
  expect(exchange.requests.length).toBe(asked);
});

test('a card that becomes a panel while it is shown loads the panel’s part', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.set('layout', 'panel');
  await expect(widget.element.getByRole('tab')).toHaveCount(6);
  await widget.is('live');
});

test('Why: the families’ points and the multipliers are those of the Assessment and make up its score', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  const { families, conviction, agreement, strength, damp } = await widget.assessment();
  const rows = widget.part('family');
  await expect(rows).toHaveCount(families.length);
  for (const [index, family] of families.entries()) {
    const cell = (name: string) => rows.nth(index).locator(`.${name}`);
    await expect(cell('reading')).toHaveText(family.value === null ? 'unknown' : signed(100 * family.value));
    await expect(cell('weight')).toHaveText(`× ${family.weight.toFixed(2)}`);
    if (family.value === null) await expect(cell('caption')).toHaveText(family.reason!);
  }
  const value = (name: string) => widget.element.locator('.row', { hasText: name }).locator('.value');
  const composite = families.reduce((sum, { points }) => sum + (points ?? 0), 0);
  await expect(value('Composite')).toHaveText(`${composite > 0 ? '+' : '−'}${Math.abs(composite).toFixed(1)}`);
  await expect(value('agreement')).toHaveText((0.5 + 0.5 * agreement!).toFixed(2));
  await expect(value('strength')).toHaveText((0.6 + 0.4 * strength!).toFixed(2));
  await expect(value('regime')).toHaveText(damp.toFixed(2));
  await expect(widget.element.locator('.row[data-tone] .value')).toHaveText(scored(conviction!));
  expect(composite * (0.5 + 0.5 * agreement!) * (0.6 + 0.4 * strength!) * damp).toBeCloseTo(conviction!, 9);
});

test('Gates: ten rows with what each measured and asks for', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await tab(widget, 'Gates').click();
  const { gates } = await widget.assessment();
  await expect(widget.part('gate')).toHaveCount(10);
  for (const [index, gate] of gates.entries()) {
    const row = widget.part('gate').nth(index);
    await expect(row).toHaveAttribute('data-gate', gate.state);
    await expect(row.locator('.limit')).not.toBeEmpty();
    if (gate.value === null) await expect(row.locator('.measured')).toHaveText('unknown');
  }
  const liquidity = gates.findIndex(({ gate }) => gate === 'liquidity');
  const depth = Math.round(gates[liquidity].value!).toLocaleString('en-US');
  await expect(widget.part('gate').nth(liquidity).locator('.measured')).toHaveText(`${depth} USDT`);
});

test('Data: source, age, counts, and who failed before', async ({ page, blog, site, exchange }) => {
  exchange.fail('binance', { kind: 'status', status: 451 });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await tab(widget, 'Data').click();
  const own = await widget.assessment();
  const row = (name: string) => widget.element.locator('.data > .row', { has: page.locator('.label', { hasText: new RegExp(`^${name}$`) }) });
  await expect(row('Source')).toContainText('Kraken');
  await expect(row('Closed candles')).toContainText(own.mtf.timeframes.reduce((sum, { candles }) => sum + candles, 0).toLocaleString('en-US'));
  await expect(row('Second source')).toContainText('Coinbase is within');
  await expect(row('Rejected candles').locator('.value')).toHaveText('0');
  await expect(row('Gaps').locator('.value')).toHaveText('0');
  await expect(row('Next refresh').locator('.value')).toHaveText('10:15 AM');
  const tomorrow = new Date(NOW + LENGTH_MS['1d']).toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const standing = (name: string) => widget.part('standing').filter({ hasText: name });
  await expect(widget.part('standing')).toHaveCount(6);
  await expect(standing('Binance')).toContainText(`does not serve this region (HTTP 451); asked again after ${tomorrow}`);
  await expect(standing('Binance')).toHaveAttribute('data-standing', 'resting');
  await expect(standing('Kraken')).toHaveAttribute('data-standing', 'in use');
  await expect(standing('OKX')).toHaveAttribute('data-standing', 'stands by');
});

test('the tabs follow the arrow keys, Home and End, and one of them is in the order of the Tab key', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await tab(widget, 'Why').focus();
  for (const [key, name] of [['ArrowRight', 'Gates'], ['End', 'Data'], ['ArrowRight', 'Why'], ['ArrowLeft', 'Data'], ['Home', 'Why']]) {
    await page.keyboard.press(key);
    await expect(tab(widget, name)).toBeFocused();
    await expect(tab(widget, name)).toHaveAttribute('aria-selected', 'true');
    await expect(widget.element.locator('[role=tab][tabindex="0"]')).toHaveText(name);
    await expect(widget.element.getByRole('tabpanel', { name })).toBeVisible();
  }
});

test('the connection check names who is reachable, blocked or wrong, and what was got', async ({ page, blog, site, exchange, watch, signals }) => {
  const { asked, wake } = await nodes(page, (url) => {
    if (url.includes('entrypoint')) return { result: GENESIS };
    if (url.includes('lite.chain')) return { result: `0x${'0'.repeat(64)}` };
    if (url.includes('onfinality')) return { error: { code: -32005, message: 'Too Many Requests' } };
    return 'close';
  });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await tab(widget, 'Data').click();
  const before = exchange.requests.length;
  expect(asked).toEqual([]);
  exchange.fail('kraken', { kind: 'error', text: 'EService:Unavailable' });
  exchange.fail('coinbase', { kind: 'status', status: 503, cors: false });
  exchange.fail('bybit', { kind: 'status', status: 403 });
  signals.fail('github', { kind: 'spent', reset: NOW + 60_000 });
  signals.fail('mood', { kind: 'reset' });
  expect(signals.requests).toEqual([]);
  wake();
  await widget.part('check').click();
  await expect(widget.element.locator('.connections [role=status]')).toHaveText('5 of 13 are reachable from here.');
  const said = await probes(widget);
  expect(Object.keys(said)).toEqual(['Binance', 'Kraken', 'Coinbase', 'Hyperliquid perpetual', 'Bybit', 'OKX', ...NODES, 'api.github.com', 'openrouter.ai', 'api.alternative.me']);
  expect(said.Binance).toEqual(['reachable', 'the last hour’s candle, closed 7 min ago']);
  expect(said['Hyperliquid perpetual']).toEqual(said.Binance);
  expect(said.OKX).toEqual(said.Binance);
  expect(said.Kraken).toEqual(['error', 'says “EService:Unavailable”']);
  expect(said.Coinbase[0]).toBe('blocked');
  expect(said.Bybit).toEqual(['error', 'does not serve this region (HTTP 403)']);
  expect(said[NODES[0]]).toEqual(['reachable', 'the first block of Bittensor’s main chain']);
  expect(said[NODES[1]]).toEqual(['error', 'serves another chain']);
  expect(said[NODES[2]]).toEqual(['error', 'says “Too Many Requests”']);
  expect(said[NODES[3]][0]).toBe('blocked');
  expect(said['api.github.com']).toEqual(['error', 'asks for fewer requests (HTTP 403)']);
  expect(said['openrouter.ai']).toEqual(['reachable', 'its answer']);
  expect(said['api.alternative.me'][0]).toBe('blocked');
  // One small question each.
  expect(signals.requests).toEqual(['api.github.com/rate_limit', 'openrouter.ai/api/v1/models/count', 'api.alternative.me/fng/?limit=1']);
  expect(exchange.requests.slice(before).filter(({ method }) => method !== 'OPTIONS')).toHaveLength(6);
  expect(asked).toEqual(Array(4).fill('chain_getBlockHash(0)'));
  watch.trouble.length = 0; // the sockets that were refused on purpose
});

test('who never answers is given up after 8 seconds, and the result can be copied', async ({ page, blog, site, exchange, context, signals }) => {
  signals.fail('mood', { kind: 'silence' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { wake } = await nodes(page, (url) => (url.includes('entrypoint') ? { result: GENESIS } : undefined));
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await tab(widget, 'Data').click();
  wake();
  await widget.part('check').click();
  await expect(widget.element.locator('[data-probe=reachable]')).toHaveCount(9);
  await expect(widget.part('copy')).toBeHidden();
  await page.clock.fastForward(8_000);
  await expect(widget.element.locator('[data-probe=error]')).toHaveCount(4);
  await widget.part('copy').click();
  const copied = await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()));
  await copied.toMatch(/^TAO Conviction \S+ connection check\nBinance: reachable · \d+ ms · the last hour/);
  await copied.toContain('rpc.blockmachine.io: error · 8000 ms · did not answer within 8 seconds');
});

test('without candles the tabs say so, and the check still works', async ({ page, blog, site, exchange }) => {
  const { wake } = await nodes(page, () => ({ result: GENESIS }));
  exchange.failAll({ kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: 'off' });
  await widget.is('unavailable');
  await expect(widget.element.getByRole('tabpanel')).toContainText('no candles');
  await tab(widget, 'Data').click();
  await expect(widget.element.locator('[part~=standing]:is([data-standing=resting], [data-standing=failed])')).toHaveCount(6);
  exchange.healAll();
  wake();
  await widget.part('check').click();
  await expect(widget.element.locator('.connections [role=status]')).toHaveText('10 of 10 are reachable from here.');
});
