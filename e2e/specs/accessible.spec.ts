// WCAG 2.2 AA as far as a machine can tell (axe-core), the keyboard, and a narrow screen.

import type { Exchange } from '../exchange/server.ts';
import { objections } from '../pages/axe.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, hanging, holdBack, openPage, test } from '../pages/journey.ts';
import type { State } from '../pages/widget.ts';

const outage = (exchange: Exchange): void => {
  exchange.failAll({ kind: 'status', status: 500 });
};

const SCENES: [State, (exchange: Exchange) => void, Record<string, string>][] = [
  ['live', () => undefined, {}],
  ['unavailable', outage, {}],
  ['simulated', () => undefined, { sources: 'sample' }],
];

for (const theme of ['light', 'dark']) {
  for (const [state, arrange, attributes] of SCENES) {
    test(`axe finds nothing in a card that is ${state}, ${theme}`, async ({ page, blog, site, exchange }) => {
      arrange(exchange);
      const widget = await openEmbed(page, blog, site, exchange, { theme, ...attributes });
      await widget.is(state);
      expect(await objections(page, 'tao-conviction')).toEqual([]);
    });
  }

  for (const tab of ['Why', 'Gates', 'Chart', 'Data']) {
    test(`axe finds nothing in a panel at ${tab}, ${theme}`, async ({ page, blog, site, exchange }) => {
      exchange.fail('binance', { kind: 'status', status: 451 });
      const widget = await openEmbed(page, blog, site, exchange, { theme, layout: 'panel' });
      await widget.is('live');
      await widget.element.getByRole('tab', { name: tab }).click();
      expect(await objections(page, 'tao-conviction')).toEqual([]);
    });
  }

  test(`axe finds nothing on the page, ${theme}`, async ({ page, site, exchange }) => {
    outage(exchange);
    await page.emulateMedia({ colorScheme: theme as 'light' | 'dark' });
    await openPage(page, site, exchange, { theme });
    await page.locator('#sample').scrollIntoViewIfNeeded();
    await expect(page.locator('#sample tao-conviction .tao')).toHaveAttribute('data-state', 'simulated');
    expect(await objections(page, 'html')).toEqual([]);
  });
}

test('retry works from the keyboard', async ({ page, blog, site, exchange }) => {
  outage(exchange);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('unavailable');
  exchange.heal('kraken');
  await page.keyboard.press('Tab');
  await expect(widget.part('retry')).toBeFocused();
  await page.keyboard.press('Enter');
  await widget.is('live');
});

test('what it is not stands on every face of the card', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'reset' });
  exchange.fail('binance', { kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange);
  const said = widget.part('disclaimer');
  await widget.is('loading');
  await expect(said).toHaveText(/Not financial advice.*conviction/);
  await hanging(exchange);
  await page.clock.fastForward(8_000);
  await widget.is('unavailable');
  await expect(said).toBeVisible();
  // All rest after their failures, so all are asked again, and the silent one first.
  exchange.heal('binance');
  await widget.part('retry').click();
  await widget.is('live');
  await expect(said).toBeVisible();
});

test('the card and the page fit 320 pixels', async ({ page, blog, site, exchange }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  expect(await wide()).toBe(320);
  const live = await openPage(page, site, exchange);
  await live.is('live');
  expect(await wide()).toBe(320);
});

test('nothing moves when the widget and then the candles arrive', async ({ page, blog, site, exchange }) => {
  const release = await holdBack(page, '**/*.wasm');
  exchange.fail('binance', { kind: 'silence' });
  const widget = await openEmbed(page, blog, site, exchange);
  const place = async (): Promise<number> => (await page.locator('#after').boundingBox())!.y;
  await expect.poll(() => site.requests.some((path) => path.endsWith('tao-conviction.js'))).toBe(true);
  const places = { reserved: await place(), loading: 0, live: 0 };
  release();
  await widget.is('loading');
  places.loading = await place();
  await hanging(exchange);
  await page.clock.fastForward(8_000);
  await widget.is('live');
  places.live = await place();
  expect(places).toEqual({ reserved: places.live, loading: places.live, live: places.live });
});

test('for readers who want less motion nothing glides, the needle neither', async ({ page, blog, site, exchange }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  const glides = (): Promise<string[]> =>
    widget.element.evaluate((host) =>
      [...host.shadowRoot!.querySelectorAll('.tao *')].filter((node) => getComputedStyle(node).transitionDuration !== '0s').map((node) => node.getAttribute('class') ?? node.tagName),
    );
  expect(await glides()).toEqual([]);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await glides()).toContain('knob');
});
