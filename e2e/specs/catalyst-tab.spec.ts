// The Catalysts tab: its order, its words, the keyboard, narrow screens, and nothing that is unknown shown as 0.

import type { Page } from '@playwright/test';
import { HOSTILE_NAMES, NODE_FAULTS, named } from '../exchange/node-faults.ts';
import { openEmbed } from '../pages/blog.ts';
import { withChain } from '../pages/chain.ts';
import { objections } from '../pages/axe.ts';
import { expect, test } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

async function openTab(widget: Widget): Promise<void> {
  await widget.element.getByRole('tab', { name: 'Catalysts' }).click();
  await expect(widget.part('signal').filter({ hasText: '40 · fear' })).toHaveCount(1);
}

const headings = (widget: Widget): Promise<string[]> => widget.element.locator('.catalysts h3').allTextContents();

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in the tab, its notes opened, ${theme}`, async ({ page, blog, site, exchange, signals }) => {
    signals.fail('openrouter', { kind: 'html' });
    const widget = await openEmbed(page, blog, site, exchange, { theme, layout: 'panel' });
    await widget.is('live');
    await openTab(widget);
    await widget.part('notes').locator('summary').click();
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}

for (const width of [320, 1200]) {
  test(`the tab fits ${width} pixels`, async ({ page, blog, site, exchange, signals }) => {
    await page.setViewportSize({ width, height: 800 });
    signals.fail('github', { kind: 'spent', reset: exchange.now + 60_000 });
    const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
    await widget.is('live');
    await openTab(widget);
    await widget.part('notes').locator('summary').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    // Nothing is cut off inside either.
    const wide = await widget.element.locator('.shown').evaluate((shown) =>
      [...shown.querySelectorAll('*')].filter((node) => !node.closest('.only-heard') && node.getBoundingClientRect().right > shown.getBoundingClientRect().right + 1).map((node) => node.className),
    );
    expect(wide).toEqual([]);
  });
}

test('the family’s value comes first and is the Assessment’s', async ({ page, blog, site, exchange, signals }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await openTab(widget);
  const family = (await widget.assessment()).families.find(({ family }) => family === 'catalysts')!;
  const shown = widget.part('family-value');
  if (family.value === null) {
    await expect(shown.locator('.value')).toHaveText('unknown');
    await expect(shown.locator('.caption')).toHaveText(`${family.reason}; the score does without it`);
  } else {
    await expect(shown.locator('.caption')).toContainText('points to the composite');
  }
  expect(await widget.element.locator('.catalysts > *').first().getAttribute('part')).toBe('family-value');
  const all = await headings(widget);
  expect(all[0]).toBe('What counts now');
  expect(all.at(-1)).toBe('Signals: shown, not scored');
  expect(signals.requests).toHaveLength(4);
});

test('the notes are a click or a key away, and stay open when the figures are drawn anew', async ({ page, blog, site, exchange, signals }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  await openTab(widget);
  const notes = widget.part('notes');
  await expect(notes.getByText('proof of authority')).toBeHidden();
  await notes.locator('summary').focus();
  await page.keyboard.press('Enter');
  for (const said of ['proof of authority', 'Both are true', 'weight of locked stake']) await expect(notes.getByText(said)).toBeVisible();
  await page.clock.fastForward(31_000);
  signals.fail('mood', { kind: 'reset' });
  await expect(notes.getByText('Both are true')).toBeVisible();
});

test('without candles the tab still shows what needs none', async ({ page, blog, site, exchange, signals }) => {
  exchange.failAll({ kind: 'reset' });
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('unavailable');
  await openTab(widget);
  expect(signals.requests).toHaveLength(4);
});

/** A panel at the tab when the chain has been read, whose calls keep a pause between them. */
async function read(page: Page, widget: Widget): Promise<void> {
  await openTab(widget);
  await expect(async () => {
    await page.clock.fastForward(1_150);
    await expect(widget.part('figure')).not.toHaveCount(0, { timeout: 50 });
  }).toPass({ intervals: [100], timeout: 30_000 });
}

const figure = (widget: Widget, name: string) => widget.part('figure').filter({ has: widget.element.page().locator('.label', { hasText: new RegExp(`^${name}$`) }) });

withChain('the network’s figures, the halving and the subnets are those of the node’s block', async ({ page, blog, site, exchange, signals, node }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await read(page, widget);
  const state = node.chain.stateAt(Number((await widget.part('stamp').textContent())!.match(/Block ([\d,]+)/)![1]!.replaceAll(',', '')));
  const tao = (rao: bigint, places: number): string => (Number(rao) / 1e9).toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  await expect(figure(widget, 'Issued').locator('.value')).toHaveText(`${tao(state.issuance, 0)} TAO`);
  await expect(figure(widget, 'Emission').locator('.value')).toHaveText(`${tao(state.emission, 3)} TAO`);
  await expect(figure(widget, 'Staked').locator('.value')).toHaveText(`${((100 * Number(state.totalStake)) / Number(state.issuance)).toFixed(1)}\u00a0%`);
  await expect(figure(widget, 'Subnets').locator('.value')).toHaveText(String(state.subnets.length - 1));
  await expect(widget.part('figure').locator('xpath=self::*[@data-known="no"]')).toHaveCount(0);
  await expect(widget.part('halving')).toHaveCount(2);
  await expect(widget.part('halving').first().locator('time')).toHaveAttribute('datetime', /^20\d\d-/);
  const received = state.subnets.filter(({ netuid }) => netuid > 0);
  await expect(widget.part('subnet')).toHaveCount(10);
  const shown = Number(await widget.part('subnet').first().locator('.netuid').textContent());
  expect(received.map(({ netuid }) => netuid)).toContain(shown);
  expect(signals.requests).toHaveLength(4);
  expect(await objections(page, 'tao-conviction')).toEqual([]);
});

const MONTH = Math.floor((30 * 86_400_000) / 12_040);

withChain('what has changed in 30 days is said by a node that keeps old blocks, asked once a day and only here', async ({ page, blog, site, exchange, signals, node }) => {
  node.archive = true;
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('partial');
  await expect.poll(async () => (await page.clock.fastForward(1_150), node.connections.filter(({ closed }) => closed !== undefined).length)).toBe(1);
  // Not before the tab is opened.
  await page.clock.fastForward(30_000);
  expect(node.connections).toHaveLength(1);
  const blocks = (): unknown[] => node.asked.filter(({ method }) => method === 'chain_getBlockHash').map(({ params }) => params[0]);
  const points = async (): Promise<void> => {
    await read(page, widget);
    const caption = figure(widget, 'Staked').locator('.caption');
    await expect(async () => {
      await page.clock.fastForward(1_150);
      await expect(caption).toContainText('points in 30 days', { timeout: 50 });
    }).toPass({ intervals: [100], timeout: 30_000 });
    const [now, then] = [node.finalized, node.chain.stateAt(Number(blocks().at(-1)))];
    const share = ({ totalStake, issuance }: { totalStake: bigint; issuance: bigint }): number => Number(totalStake) / Number(issuance);
    const change = 100 * (share(now) - share(then));
    await expect(caption).toContainText(`${change < 0 ? '\u2212' : '+'}${Math.abs(change).toFixed(1)} points`);
    // As much time as the rest takes at the pace of these days.
    const rest = Number(15_750_000n * 10n ** 9n - now.issuance) / Number(now.issuance - then.issuance);
    const expected = now.time + rest * (now.time - then.time);
    const shown = await widget.part('halving').filter({ hasText: 'At this month' }).locator('time').getAttribute('datetime');
    expect(Math.abs(Date.parse(shown!) - expected)).toBeLessThan(2 * 86_400_000);
  };
  await points();
  expect(node.connections).toHaveLength(2);
  expect(Number(blocks().at(-1))).toBe(node.finalized.number - MONTH);
  await expect(widget.part('halving')).toHaveCount(3);
  const switched = node.finalized.subnets.filter(({ netuid, emissionEnabled }) => netuid > 0 && emissionEnabled).length;
  await expect(figure(widget, 'Subnets').locator('.caption')).toContainText(`switched on for ${switched}, and`);
  expect(await objections(page, 'tao-conviction')).toEqual([]);
  const asked = node.askedFor('chain_getBlockHash').length;
  await page.reload();
  await points();
  expect(node.askedFor('chain_getBlockHash').length).toBe(asked);
  expect(signals.requests).toHaveLength(4);
});

withChain('where no node keeps old blocks, the change in 30 days is unknown and the rest stands', async ({ page, blog, site, exchange, signals, node }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await read(page, widget);
  await expect(async () => {
    await page.clock.fastForward(1_150);
    await expect(figure(widget, 'Staked').locator('.caption')).toHaveText('Of all issued TAO. Its change in 30 days is unknown: no node that keeps old blocks answered.', { timeout: 50 });
  }).toPass({ intervals: [100], timeout: 30_000 });
  await expect(widget.part('halving')).toHaveCount(2);
  // The reader's node, and both that might keep them.
  expect(node.connections).toHaveLength(3);
  expect(signals.requests).toHaveLength(4);
});

withChain('with all of it the tab still fits 320 pixels, and names are text', async ({ page, blog, site, exchange, signals, node }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await node.fail(named(HOSTILE_NAMES.markup));
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await read(page, widget);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await expect(widget.part('subnet').first()).toContainText('<img src=x');
  await expect(widget.element.locator('table img, table script')).toHaveCount(0);
  expect(await page.title()).not.toBe('taken');
  expect(signals.requests).toHaveLength(4);
});

withChain('what a node does not answer is unknown with its reason, and the rest stands', async ({ page, blog, site, exchange, signals, node }) => {
  const { fault, scope } = NODE_FAULTS['no such root network'];
  await node.fail(fault, scope);
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await read(page, widget);
  for (const name of ['Nakamoto coefficient of root stake', 'Five largest of root stake', 'HHI of root stake', 'Gini of root stake']) {
    await expect(figure(widget, name).locator('.value')).toHaveText('unknown');
    await expect(figure(widget, name).locator('.caption')).toContainText(/Unknown: .+\.$/);
  }
  await expect(figure(widget, 'Issued').locator('.value')).toHaveText(/TAO$/);
  expect(signals.requests).toHaveLength(4);
});
