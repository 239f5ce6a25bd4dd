// Nothing around a widget moves while it loads: by the browser's own measure of layout shifts (CLS).

import type { Page } from '@playwright/test';
import { element, loader } from '../pages/blog.ts';
import { block } from '../pages/document.ts';
import { expect, holdBack, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

/** What the docs give to those whose loader may be late. */
const RESERVED = block('docs/embedding.md', 'An element', 1);

interface Shift {
  value: number;
  /** What moved; nothing for a piece inside a widget's shadow root. */
  moved: string[];
}

/** Keeps every layout shift from the first paint on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Element }[] })[]) {
        shifts.push({ value: entry.value, moved: entry.sources.flatMap(({ node }) => (node ? [node.id || node.nodeName] : [])) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/**
 * Nothing of the page moved, and what did inside the widget is nothing in CLS as it is reported, with three places. In a
 * narrow panel lines of a tab may wrap otherwise once they are known: a tenth of what counts as good is let through.
 */
async function nothingMoved(page: Page, inside = 0.0005): Promise<void> {
  // What was drawn last has been painted once there is a picture of it.
  await page.screenshot();
  const shifts = (await page.evaluate('shifts')) as Shift[];
  expect(shifts.flatMap(({ moved }) => moved)).toEqual([]);
  expect(shifts.reduce((sum, { value }) => sum + value, 0)).toBeLessThan(inside);
}

for (const layout of ['badge', 'card', 'panel']) {
  for (const width of [320, 1200]) {
    test(`${layout} at ${width} px: nothing around it moves when the wasm comes late`, async ({ page, blog, site, exchange }) => {
      await page.setViewportSize({ width, height: 1_200 });
      await watchShifts(page);
      const part = layout === 'panel' ? 'panel' : 'tao-conviction';
      const release = await holdBack(page, new RegExp(`${part}_bg\\.wasm`));
      const widget = element({ proxy: exchange.url, layout, catalysts: 'off' });
      const url = blog.show('/post', `<p id="before">Every morning: ${layout === 'badge' ? widget : ''}</p>${layout === 'badge' ? '' : widget}<p id="after">That is all.</p>${loader(site)}`);
      await page.goto(url);
      await expect.poll(() => site.requests.includes(`/${part}.js`)).toBe(true);
      // From the room that the loader reserves on.
      await page.screenshot();
      await page.evaluate('shifts.length = 0');
      release();
      await new Widget(page.locator('tao-conviction')).is('live');
      await nothingMoved(page, layout === 'panel' ? 0.01 : undefined);
    });
  }
}

test('with the docs’ line of CSS nothing moves when the loader itself comes late', async ({ page, blog, site, exchange }) => {
  await watchShifts(page);
  const release = await holdBack(page, /embed\.js/);
  const url = blog.show('/post', `<p id="before">Every morning:</p>${element({ proxy: exchange.url, catalysts: 'off' })}<p id="after">That is all.</p>${loader(site)}`, RESERVED);
  await page.goto(url, { waitUntil: 'commit' });
  await expect(page.locator('#after')).toBeVisible();
  await page.screenshot();
  release();
  await new Widget(page.locator('tao-conviction')).is('live');
  await nothingMoved(page);
});
