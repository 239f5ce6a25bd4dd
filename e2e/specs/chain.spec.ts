// Bittensor's chain in the score: what a node says counts, what goes wrong there changes nothing else, and it is asked
// with manners.

import type { Page } from '@playwright/test';
import { score } from '../exchange/score.ts';
import { DYNAMIC, METAGRAPH, NODE_FAULTS, type NodeFaultName } from '../exchange/node-faults.ts';
import { Node } from '../exchange/node.ts';
import { openEmbed } from '../pages/blog.ts';
import { joinNode, withChain as test } from '../pages/chain.ts';
import { block } from '../pages/document.ts';
import { expect, stopClock, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

/** Until the chain has been read or given up: its calls keep a pause between them. */
async function settled(page: Page, node: Node, connections = 1): Promise<void> {
  let before = -1;
  await expect(async () => {
    const open = node.connections.filter(({ closed }) => closed === undefined).length;
    const quiet = open === 0 && node.connections.length + node.refused >= connections && node.asked.length === before;
    before = node.asked.length;
    if (!quiet) await page.clock.fastForward(1_150);
    expect(quiet).toBe(true);
  }).toPass({ intervals: [60], timeout: 30_000 });
}

const kinds = async (widget: Widget): Promise<string[]> => (await widget.assessment()).catalysts.map(({ kind }) => kind as string);
const catalysts = async (widget: Widget) => (await widget.assessment()).families.find(({ family }) => family === 'catalysts')!;

/** What the node's block says, computed beside the client; dates are taken from what is shown, core's tests hold them. */
async function facts(widget: Widget, node: Node): Promise<object> {
  const state = node.finalized;
  const dated = (await widget.assessment()).catalysts.filter(({ at }) => at !== null) as { kind: string; title: string; at: number }[];
  const stakes = new Map<string, bigint>();
  for (const seat of state.seats) stakes.set(String(seat.coldkey), (stakes.get(String(seat.coldkey)) ?? 0n) + seat.stake);
  const falling = [...stakes.values()].sort((a, b) => (a < b ? 1 : -1));
  const half = falling.reduce((sum, stake) => sum + stake, 0n);
  let nakamoto = 0;
  for (let sum = 0n; 2n * sum <= half; nakamoto += 1) sum += falling[nakamoto]!;
  const received = state.subnets.filter(({ netuid, emissionEnabled }) => netuid > 0 && emissionEnabled).map((subnet) => Number(subnet.taoInEmission + subnet.excessTao));
  const sum = received.reduce((all, tao) => all + tao, 0);
  return {
    lastHalving: Date.UTC(2025, 11, 15),
    nextHalving: dated.find(({ title }) => title === 'Next halving')!.at,
    stakedShare: Number(state.totalStake) / Number(state.issuance),
    nakamoto,
    emissionHhi: received.reduce((all, tao) => all + (tao / sum) ** 2, 0),
    launches: dated.filter(({ kind }) => kind === 'subnet-launch').map(({ title, at }) => ({ netuid: Number(/\d+/.exec(title)![0]), at })),
  };
}

test('the chain’s facts reach the score, which is the native program’s, in few bytes and calls', async ({ page, blog, site, exchange, node }) => {
  let time = 0;
  node.limit = { everyMs: 1_000, clock: () => time, by: 'close' };
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('partial');
  await expect(async () => {
    time += 1_150;
    await page.clock.fastForward(1_150);
    expect(await kinds(widget)).toContain('halving');
  }).toPass({ intervals: [60], timeout: 20_000 });
  await widget.is('live');
  expect((await widget.assessment()).coverage).toBe(1);
  const chain = await facts(widget, node);
  await widget.agrees((at) => {
    const served = exchange.served('binance');
    return score({ ...served, surroundings: { ...served.surroundings!, chain } }, at);
  });
  expect(node.connections).toHaveLength(1);
  await expect.poll(() => node.connections[0]!.closed).toBeDefined();
  expect(node.asked.map(({ method }) => method)).toEqual(['chain_getBlockHash', 'chain_getFinalizedHead', 'state_queryStorageAt', 'state_queryStorageAt', 'state_call']);
  expect(node.askedFor(DYNAMIC)).toHaveLength(0);
  expect(node.asked.reduce((sum, { up, down }) => sum + up + down, 0)).toBeLessThanOrEqual(80 * 1024);
  // All of one block.
  const blocks = new Set(node.asked.slice(2).map(({ params }) => params.at(-1)));
  expect(blocks.size).toBe(1);
});

test('where three coldkeys hold half of the root stake, the gate fails and the flag is up', async ({ page, blog, site, exchange, node: _ }) => {
  const node = await Node.open({ head: { number: 9_188_367, time: exchange.now }, rootShares: [0.3, 0.2, 0.1] });
  await joinNode(page, node);
  const widget = await openEmbed(page, blog, site, exchange);
  await settled(page, node);
  await expect.poll(() => kinds(widget)).toContain('stake-concentration');
  const own = await widget.assessment();
  expect(own.gates.find(({ gate }) => gate === 'catalysts')?.state).toBe('fail');
  expect(own.riskFlags).toContainEqual(expect.objectContaining({ name: 'CONCENTRATION' }));
  await node.close();
});

test('a chain that is down delays nothing, and without a feed the family is unknown and says so', async ({ page, blog, site, exchange, node }) => {
  await node.fail({ kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: `${blog.url}/no-feed.json` });
  await widget.is('partial');
  await expect(widget.part('score')).toHaveText(/\d/);
  // The patience with the node is counted from when that with the surroundings has ended.
  await expect(async () => {
    await page.clock.fastForward(3_100);
    await expect(widget.root).toHaveAttribute('data-state', 'live', { timeout: 300 });
  }).toPass({ intervals: [50], timeout: 15_000 });
  expect(await catalysts(widget)).toMatchObject({ value: null, reason: 'neither the chain nor a feed could be read' });
  expect((await widget.assessment()).coverage).toBeCloseTo(0.85, 12);
  await widget.agrees((at) => {
    const served = exchange.served('binance');
    return score({ ...served, surroundings: { ...served.surroundings!, feed: undefined } }, at);
  });
});

/** Whether the node is used all the same, and what is then missing. */
const FATES: [NodeFaultName, 'passed over' | 'used' | 'used without its stake'][] = [
  ['connection refused', 'passed over'],
  ['429 at the door', 'passed over'],
  ['429 close', 'passed over'],
  ['torn frame', 'passed over'],
  ['half answer', 'passed over'],
  ['HTML', 'passed over'],
  ['wrong genesis', 'passed over'],
  ['method missing', 'passed over'],
  ['pruned state', 'passed over'],
  ['changes of another block', 'passed over'],
  ['wrong id', 'passed over'],
  ['notification in between', 'used'],
  ['many frames', 'used'],
  ['answered twice', 'used'],
  ['unknown spec version', 'used'],
  ['runtime with appended fields in DynamicInfo', 'used'],
  ['names: markup', 'used'],
  ['state_call missing', 'used without its stake'],
  ['no such root network', 'used without its stake'],
  ['half a runtime answer', 'used without its stake'],
];

for (const [name, fate] of FATES) {
  test(`a node with “${name}” is ${fate}`, async ({ page, blog, site, exchange, node: _ }) => {
    const node = await Node.open({ head: { number: 9_188_367, time: exchange.now }, rootShares: [0.3, 0.2, 0.1] });
    await joinNode(page, node);
    const { fault, scope } = NODE_FAULTS[name] as { fault: Parameters<Node['fail']>[0]; scope?: Parameters<Node['fail']>[1] };
    await node.fail(fault, scope);
    const widget = await openEmbed(page, blog, site, exchange);
    // Four nodes of ten seconds' patience each, at worst.
    for (let seconds = 0; seconds < 60; seconds += 1.15) {
      await page.clock.fastForward(1_150);
      await page.waitForTimeout(15);
    }
    await widget.is('live');
    const seen = await kinds(widget);
    expect(seen.includes('halving'), 'the halving').toBe(fate !== 'passed over');
    expect(seen.includes('stake-concentration'), 'the stake').toBe(fate === 'used');
    // The feed is known whatever the chain does.
    expect((await catalysts(widget)).value).not.toBeNull();
    await node.close();
  });
}

test('two widgets and two tabs read the chain once, a reload within ten minutes not at all, and an hour later once more', async ({ page, blog, site, exchange, node, context }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await page.evaluate(() => document.body.append(document.querySelector('tao-conviction')!.cloneNode(true)));
  // The storage is open by then: it would be done without if the clock went on before.
  await widget.is('partial');
  await settled(page, node);
  await widget.is('live');
  await expect.poll(() => kinds(widget)).toContain('halving');
  const before = await widget.assessment();
  const other = await context.newPage();
  await joinNode(other, node);
  await stopClock(other, exchange.now);
  const second = await openEmbed(other, blog, site, exchange);
  await second.is('live');
  await expect.poll(() => kinds(second)).toContain('halving');
  // Some seconds have gone by, and with them a bit of each catalyst.
  expect((await second.assessment()).conviction).toBeCloseTo(before.conviction!, 4);
  await other.close();
  await page.reload();
  await widget.is('live');
  await expect.poll(() => kinds(widget)).toContain('halving');
  expect(node.connections).toHaveLength(1);

  const hour = exchange.now + 61 * 60_000;
  node.now = hour;
  await travel(page, exchange, hour);
  await expect.poll(() => node.connections.length).toBe(2);
});

test('catalysts="off" asks no node and no feed, and fetches no part for it', async ({ page, blog, site, exchange, node }) => {
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  await page.clock.fastForward(10_000);
  expect((await catalysts(widget)).value).toBeNull();
  expect(node.connections).toHaveLength(0);
  expect(site.requests.filter((path) => path.includes('catalysts'))).toEqual([]);
});

test('an owner’s feed counts, and its wrong entry is left out and named', async ({ page, blog, site, exchange, node }) => {
  const good = { kind: 'listing', title: 'An exchange lists <b>TAO</b>', at: exchange.now - 86_400_000, direction: 1, magnitude: 0.15, halfLifeDays: 14, sourceUrl: 'https://example.org/tao' };
  blog.pages.set('/feed.json', JSON.stringify({ schema: 1, events: [good, { ...good, magnitude: 2 }] }));
  await node.fail({ kind: 'refused' });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', catalysts: `${blog.url}/feed.json` });
  await widget.is('live');
  const own = await widget.agrees((at) => {
    const served = exchange.served('binance');
    return score({ ...served, surroundings: { ...served.surroundings!, feed: [good] } }, at);
  });
  expect(own.catalysts).toHaveLength(1);
  await widget.element.getByRole('tab', { name: 'Data' }).click();
  await expect(widget.element.locator('.shown')).toContainText('entry 2: magnitude: 0 to 1');
});

test('the feed that the documentation shows counts in a widget too', async ({ page, blog, site, exchange, node }) => {
  const written = block('docs/catalysts.md', 'Fields');
  blog.pages.set('/feed.json', written);
  await node.fail({ kind: 'refused' });
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: `${blog.url}/feed.json` });
  await widget.is('live');
  const own = await widget.agrees((at) => {
    const served = exchange.served('binance');
    return score({ ...served, surroundings: { ...served.surroundings!, feed: (JSON.parse(written) as { events: unknown[] }).events } }, at);
  });
  expect((own.catalysts as { kind: string }[]).map(({ kind }) => kind)).toEqual(['listing', 'incident']);
});

test('a panel agrees with the card on the score', async ({ page, blog, site, exchange, node }) => {
  const card = await openEmbed(page, blog, site, exchange);
  await settled(page, node);
  await expect.poll(() => kinds(card)).toContain('halving');
  const { conviction } = await card.assessment();
  await page.evaluate(() => indexedDB.deleteDatabase('tao-conviction'));
  const panel = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await settled(page, node, 2);
  await expect.poll(() => kinds(panel)).toContain('halving');
  expect((await panel.assessment()).conviction).toBeCloseTo(conviction!, 4);
  expect(node.askedFor(METAGRAPH)).toHaveLength(2);
  // What only a panel shows.
  expect(node.askedFor(DYNAMIC)).toHaveLength(1);
});
