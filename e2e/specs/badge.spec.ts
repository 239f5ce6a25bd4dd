// The badge: one line in the middle of a sentence, with the card's own answer, that moves nothing around it.

import type { Page } from '@playwright/test';
import { objections } from '../pages/axe.ts';
import { element, loader, openPost } from '../pages/blog.ts';
import { expect, holdBack, test } from '../pages/journey.ts';
import { scored } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

/** A post whose sentence has a badge in it. */
async function openSentence({ page, blog, site, exchange }: Pick<Of, 'page' | 'blog' | 'site' | 'exchange'>, attributes: Record<string, string> = {}) {
  const badge = element({ proxy: exchange.url, layout: 'badge', catalysts: 'off', ...attributes });
  const post = await openPost(page, blog, `${loader(site)}<p id="sentence">It says ${badge} <span id="rest">today, and I believe it.</span></p>`);
  return post();
}

const place = (page: Page, id: string) => page.locator(id).evaluate((node) => (({ left, top, width, height }) => ({ left, top, width, height }))(node.getBoundingClientRect()));

test('it says what the card says, in a line', async ({ page, blog, site, exchange }) => {
  const widget = await openSentence({ page, blog, site, exchange });
  await widget.is('live');
  const own = await widget.assessment();
  const passed = (own.gates as { state: string }[]).filter(({ state }) => state === 'pass').length;
  await expect(widget.part('score')).toHaveText(scored(own.conviction!));
  await expect(widget.part('setup')).toContainText(new RegExp(`setup ${passed}/10|unconfirmed ${passed}/10`));
  await expect(widget.part('status')).toHaveText('live');
  const said = (await widget.root.innerText()).replaceAll(/\s+/g, ' ');
  const verdict = (await widget.part('verdict').innerText()).replace(/^[▲▼] ?/, '').trim();
  expect(['Strong bullish', 'Bullish', 'Neutral', 'Bearish', 'Strong bearish']).toContain(verdict);
  // The card has the same words.
  await widget.set('layout', 'card');
  await expect(widget.part('score')).toHaveText(scored(own.conviction!));
  await expect(widget.part('verdict')).toHaveText(verdict);
  await widget.set('layout', 'badge');
  await expect.poll(async () => (await widget.root.innerText()).replaceAll(/\s+/g, ' ')).toBe(said);
  // A line, not a box.
  expect((await place(page, 'tao-conviction')).height).toBeLessThan(30);
});

test('the sentence stays where it is while the badge loads, lives and fails', async ({ page, blog, site, exchange }) => {
  await page.setViewportSize({ width: 1200, height: 600 });
  const release = await holdBack(page, /tao-conviction_bg\.wasm/);
  const widget = await openSentence({ page, blog, site, exchange });
  await expect(page.locator('tao-conviction')).toHaveJSProperty('assessment', null);
  const before = [await place(page, '#rest'), await place(page, '#after')];
  release();
  await widget.is('live');
  expect([await place(page, '#rest'), await place(page, '#after')]).toEqual(before);
  exchange.failAll({ kind: 'reset' });
  await widget.set('sources', 'kraken');
  await expect(widget.part('status')).toHaveText('no data right now');
  expect([await place(page, '#rest'), await place(page, '#after')]).toEqual(before);
});

test('without candles there is no number, and the reason is said on hover', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'status', status: 500 });
  const widget = await openSentence({ page, blog, site, exchange }, { sources: 'kraken,binance' });
  await widget.is('unavailable');
  await expect(widget.root).toHaveText(/TAO\s*no data right now/);
  await expect(widget.root).not.toHaveText(/\d/);
  const title = await widget.root.locator('[title]').getAttribute('title');
  expect(title).toMatch(/Kraken .*500.*\.\nBinance .*500.*\.\nNot financial advice\.$/);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in a badge, and it fits 240 pixels, ${theme}`, async ({ page, blog, site, exchange }) => {
    await page.setViewportSize({ width: 240, height: 600 });
    const widget = await openSentence({ page, blog, site, exchange }, { theme });
    await widget.is('live');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(240);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });
}
