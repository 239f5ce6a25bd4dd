// Pictures for the eye: the card in both themes, at three widths, in each state, and the page. Not part of a normal run:
// TAO_GALLERY=1 npx playwright test --project=gallery, then look into screenshots/.

import { fileURLToPath } from 'node:url';
import { rows } from './exchange/faults.ts';
import type { Exchange } from './exchange/server.ts';
import { element, loader, openPost } from './pages/blog.ts';
import { expect, openPage, test } from './pages/journey.ts';
import type { State } from './pages/widget.ts';

const folder = fileURLToPath(new URL('screenshots/', import.meta.url));

/** States, and what brings them about. */
const SCENES: [string, State, (exchange: Exchange) => void, Record<string, string>][] = [
  ['loading', 'loading', (exchange) => exchange.fail('binance', { kind: 'silence' }), {}],
  ['live', 'live', () => undefined, {}],
  ['kraken', 'live', (exchange) => exchange.fail('binance', { kind: 'status', status: 503 }), {}],
  ['warming-up', 'live', (exchange) => exchange.fail('binance', { kind: 'rows', change: rows.newest(400) }), {}],
  [
    'unavailable',
    'unavailable',
    (exchange) => {
      exchange.fail('binance', { kind: 'status', status: 451 });
      exchange.fail('kraken', { kind: 'error', text: 'EService:Unavailable' });
    },
    {},
  ],
  ['simulated', 'simulated', () => undefined, { sources: 'sample' }],
];

const OUTAGE = SCENES.find(([name]) => name === 'unavailable')![2];

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    for (const width of [240, 320, 360]) {
      for (const [name, state, arrange, attributes] of SCENES) {
        test(`card ${name} ${width}`, async ({ page, blog, site, exchange }) => {
          arrange(exchange);
          const ground = theme === 'dark' ? '#14171a' : '#fdf6e3';
          const frame = `<div id="frame" style="width:${width}px;padding:8px;background:${ground}">${element({ proxy: exchange.url, theme, ...attributes })}</div>`;
          const widget = await openPost(page, blog, loader(site) + frame);
          await widget().is(state);
          await page.locator('#frame').screenshot({ path: `${folder}card-${name}-${theme}-${width}.png` });
        });
      }
    }

    for (const width of [320, 1200]) {
      for (const [name, state, arrange] of [
        ['live', 'live', () => undefined],
        ['unavailable', 'unavailable', OUTAGE],
      ] as [string, State, (exchange: Exchange) => void][]) {
        test(`page ${name} ${width}`, async ({ page, site, exchange }) => {
          await page.setViewportSize({ width, height: 900 });
          arrange(exchange);
          const widget = await openPage(page, site, exchange, { theme });
          await widget.is(state);
          if (state === 'unavailable') {
            // Further down on a narrow page, where it is not loaded before it is near.
            await page.locator('#sample').scrollIntoViewIfNeeded();
            await expect(page.locator('#sample tao-conviction .tao')).toHaveAttribute('data-state', 'simulated');
          }
          await page.screenshot({ path: `${folder}page-${name}-${theme}-${width}.png`, fullPage: true });
        });
      }
    }
  });
}
