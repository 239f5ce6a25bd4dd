// The Catalysts tab: its order, its words, the keyboard, narrow screens, and nothing that is unknown shown as 0.

import { openEmbed } from '../pages/blog.ts';
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
