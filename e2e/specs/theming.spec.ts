// What docs/theming.md promises: the properties and their defaults, the names of pieces, and themes that can be read.

import { readFileSync } from 'node:fs';
import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const DOCS = read('docs/theming.md');
const ROWS = [...DOCS.matchAll(/^\| `(--tao-[a-z-]+)` \| [^|]* \|\s*([^|]*?)\s*\|\s*([^|]*?)\s*\|$/gm)].map(([, name, light, dark]) => ({ name: name!, light: light!.replaceAll('`', ''), dark: dark!.replaceAll('`', '') }));

/** The names in the list of pieces, of the lines that begin so. */
const pieces = (line: string): string[] => [...new RegExp(`^- ${line}: (.*)$`, 'm').exec(DOCS)![1]!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!);

const examples = (heading: string): string => new RegExp(`^${heading}[^\\n]*\\n\\n\`\`\`css\\n([^\`]*)\`\`\``, 'm').exec(DOCS)![1]!;

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

for (const [heading, scheme] of [['Newsprint', 'light'], ['Newsprint', 'dark'], ['Glass', 'light'], ['Blue and orange', 'light'], ['Blue and orange', 'dark']] as const) {
  test(`${heading}, ${scheme}: it is worn, and can be read`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { catalysts: 'off', theme: scheme });
    await widget.is('live');
    const look = () => widget.root.evaluate((root) => [getComputedStyle(root).backgroundColor, getComputedStyle(root).getPropertyValue('--bull')].join());
    const before = await look();
    await page.addStyleTag({ content: examples(heading) });
    expect(await look()).not.toBe(before);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}
