// What docs/theming.md promises: the properties and their defaults, the names of pieces, and themes that can be read.

import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { block, read } from '../pages/document.ts';
import { expect, test } from '../pages/journey.ts';

const DOCS = read('docs/theming.md');
const ROWS = [...DOCS.matchAll(/^\| `(--tao-[a-z-]+)` \| [^|]* \|\s*([^|]*?)\s*\|\s*([^|]*?)\s*\|$/gm)].map(([, name, light, dark]) => ({ name: name!, light: light!.replaceAll('`', ''), dark: dark!.replaceAll('`', '') }));

/** The names in the list of pieces, of the lines that begin so. */
const pieces = (line: string): string[] => [...new RegExp(`^- ${line}: (.*)$`, 'm').exec(DOCS)![1]!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!);

const NEWSPRINT = block('docs/theming.md', 'Three themes', 0);
const GLASS = block('docs/theming.md', 'Three themes', 1);
const BLUE_AND_ORANGE = block('docs/theming.md', 'Three themes', 2);

test('every property is in the table, with its default', () => {
  const styles = ['style/tokens.css', 'style/widget.css', 'style/panel.css', 'style/chart.css', 'style/watchlist.css', 'embed.js'].map(read).join('\n');
  const used = new Set([...styles.matchAll(/var\((--tao-[a-z-]+)/g)].map(([, name]) => name!));
  expect(ROWS.map(({ name }) => name).sort()).toEqual([...used].sort());
  for (const { name, light, dark } of ROWS.filter(({ light }) => light.startsWith('#'))) {
    expect(styles, name).toContain(`var(${name}, light-dark(${light}, ${dark}))`);
  }
  for (const { name, light } of ROWS.filter(({ light }) => /^\d+px$/.test(light))) expect(styles, name).toMatch(new RegExp(`var\\(${name}, ?${light}\\)`));
});

test('every piece of the card, the badge and of a card without data has its name', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  for (const name of pieces('The card')) await expect(widget.part(name), name).not.toHaveCount(0);
  await widget.set('layout', 'badge');
  for (const name of pieces('The badge')) await expect(widget.part(name), name).not.toHaveCount(0);
  await widget.set('layout', 'watchlist');
  await expect(widget.part('gates').first()).toBeVisible();
  for (const name of pieces('A watchlist')) await expect(widget.part(name), name).not.toHaveCount(0);
  await widget.set('layout', 'card');
  exchange.failAll({ kind: 'reset' });
  await widget.set('sources', 'kraken');
  await widget.is('unavailable');
  for (const name of pieces('Without data')) await expect(widget.part(name), name).not.toHaveCount(0);
});

for (const [name, theme, scheme] of [
  ['Newsprint', NEWSPRINT, 'light'],
  ['Newsprint', NEWSPRINT, 'dark'],
  ['Glass', GLASS, 'light'],
  ['Blue and orange', BLUE_AND_ORANGE, 'light'],
  ['Blue and orange', BLUE_AND_ORANGE, 'dark'],
] as const) {
  test(`${name}, ${scheme}: it is worn, and can be read`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', theme: scheme });
    await widget.is('live');
    const look = () => widget.root.evaluate((root) => [getComputedStyle(root).backgroundColor, getComputedStyle(root).getPropertyValue('--bull')].join());
    const before = await look();
    await page.addStyleTag({ content: theme });
    expect(await look()).not.toBe(before);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}

test('a property that is set on the element is worn, whatever the theme', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', theme: 'light' });
  await widget.is('live');
  const card = () => widget.part('card').first().evaluate((card) => [getComputedStyle(card).backgroundColor, getComputedStyle(card).borderTopLeftRadius]);
  expect(await card()).toEqual(['rgb(255, 255, 255)', '12px']);
  await page.addStyleTag({ content: block('docs/theming.md', 'Theming', 0) });
  for (const theme of ['light', 'dark']) {
    await widget.set('theme', theme);
    await expect.poll(card).toEqual(['rgb(255, 250, 240)', '4px']);
  }
});

test('light-dark() on the root gives each theme its own', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', theme: 'light' });
  await widget.is('live');
  // What the widget paints with, as the browser resolves it there.
  const colours = () => widget.root.evaluate((root) => ['--bull', '--bear'].map((name) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    root.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }));
  await page.addStyleTag({ content: block('docs/theming.md', 'Theming', 1) });
  await expect.poll(colours).toEqual(['rgb(26, 95, 180)', 'rgb(156, 61, 0)']);
  await widget.set('theme', 'dark');
  await expect.poll(colours).toEqual(['rgb(138, 180, 248)', 'rgb(255, 171, 112)']);
});

test('pieces take the style that a page gives them by their names', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off' });
  await widget.is('live');
  const styles = async () => [
    await widget.part('score').evaluate((score) => getComputedStyle(score).fontVariantNumeric),
    await widget.part('disclaimer').evaluate((disclaimer) => getComputedStyle(disclaimer).fontStyle),
  ];
  expect(await styles()).not.toEqual(['oldstyle-nums', 'italic']);
  await page.addStyleTag({ content: block('docs/theming.md', 'Pieces') });
  expect(await styles()).toEqual(['oldstyle-nums', 'italic']);
});
