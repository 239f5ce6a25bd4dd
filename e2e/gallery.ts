// Pictures of the card for the eye: both themes, narrow and wide, each state. Not a check and not part of a normal run:
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

for (const theme of ['light', 'dark'] as const) {
  for (const width of [320, 1200]) {
    test.describe(`${theme} ${width}`, () => {
      test.use({ viewport: { width, height: 900 }, colorScheme: theme });

      for (const [name, state, arrange, attributes] of SCENES) {
        test(name, async ({ page, blog, site, exchange }) => {
          arrange(exchange);
          const widget = await openPost(page, blog, loader(site) + element({ proxy: exchange.url, theme, ...attributes }));
          await widget().is(state);
          if (theme === 'dark') await page.addStyleTag({ content: 'body{background:#14171a!important;color:#ddd!important}' });
          const path = `${folder}card-${name}-${theme}-${width}.png`;
          await page.screenshot({ path, fullPage: true });
          await expect(widget().element).toBeVisible();
        });
      }

      test('page', async ({ page, site, exchange }) => {
        const widget = await openPage(page, site, exchange, { theme });
        await widget.is('live');
        await page.screenshot({ path: `${folder}page-live-${theme}-${width}.png`, fullPage: true });
      });
    });
  }
}
