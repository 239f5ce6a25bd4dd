// Pictures for the eye, not checks: every layout in both themes and each state, some languages and widths, and the page.
// `cargo xtask gallery` runs it; the last step puts all pictures on sheets, screenshots/sheet-*.png.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rows } from './exchange/faults.ts';
import type { Exchange } from './exchange/server.ts';
import { element, loader, openPost } from './pages/blog.ts';
import { expect, openPage, test } from './pages/journey.ts';
import { type State, Widget } from './pages/widget.ts';

const folder = fileURLToPath(new URL('screenshots/', import.meta.url));
const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const GROUNDS = { light: '#fdf6e3', dark: '#14171a' };

// Pictures are taken with `animations: 'disabled'`: what moves has arrived, and the needle stands where it belongs.

/** States, and what brings them about. */
const SCENES: [string, State, (exchange: Exchange) => void, Record<string, string>][] = [
  ['loading', 'loading', (exchange) => exchange.fail('binance', { kind: 'silence' }), {}],
  ['live', 'live', () => undefined, {}],
  ['perpetual', 'live', () => undefined, { sources: 'hyperliquid' }],
  ['warming-up', 'live', (exchange) => exchange.fail('binance', { kind: 'rows', change: rows.newest(400) }), {}],
  ['custom-alert', 'live', () => undefined, { timeframes: '1h,4h,1d', alert: '40' }],
  ['unavailable', 'unavailable', (exchange) => exchange.failAll({ kind: 'status', status: 451 }), {}],
  ['simulated', 'simulated', () => undefined, { sources: 'sample' }],
];

/** Watchlists, and what brings their states about. */
const LISTS: [string, string, (exchange: Exchange) => void][] = [
  ['live', 'TAO,BTC,ETH,SOL,FET,RENDER,DOGE,NEAR', () => undefined],
  ['loading', 'TAO,ETH,SOL,XRP,LINK,UNI', (exchange) => exchange.fail('binance', { kind: 'silence' }, { assets: ['SOL', 'XRP', 'LINK'], intervals: ['15m'] })],
  ['unavailable', 'TAO,BTC', (exchange) => exchange.failAll({ kind: 'status', status: 451 })],
];

/** A piece of a blog in this colour, as wide as that, with a widget in it. */
const framed = (theme: 'light' | 'dark', width: number, widget: string): string =>
  `<div id="frame" style="box-sizing:border-box;width:${width}px;padding:8px;background:${GROUNDS[theme]};color:${theme === 'dark' ? '#ddd' : '#333'}">${widget}</div>`;

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    for (const [name, symbols, arrange] of LISTS) {
      for (const width of [320, 700, 1140]) {
        test(`watchlist ${name} ${width}`, async ({ page, blog, site, exchange }) => {
          await page.setViewportSize({ width: Math.max(width, 400) + 40, height: 900 });
          arrange(exchange);
          const list = element({ proxy: exchange.url, theme, layout: 'watchlist', watchlist: symbols, style: '--tao-height: none' });
          await openPost(page, blog, `<style>body{margin:0!important;max-width:none!important}</style>${loader(site)}${framed(theme, width, list)}`);
          const settled = page.locator('[part~=row]:is([data-state=live], [data-state=unavailable])');
          await expect(settled).toHaveCount(name === 'loading' ? 2 : symbols.split(',').length);
          await page.locator('#frame').screenshot({ path: `${folder}watchlist-${name}-${theme}-${width}.png`, animations: 'disabled' });
        });
      }
    }

    for (const [name, state, arrange, attributes] of SCENES) {
      for (const [layout, width] of [['badge', 400], ['card', 256], ['card', 376], ['panel', 376], ['panel', 1140]] as const) {
        test(`${layout} ${name} ${width}`, async ({ page, blog, site, exchange }) => {
          await page.setViewportSize({ width: Math.max(width, 400) + 40, height: 900 });
          arrange(exchange);
          const widget = element({ proxy: exchange.url, theme, layout, ...attributes });
          await openPost(page, blog, `<style>body{margin:0!important;max-width:none!important}</style>${loader(site)}${framed(theme, width, layout === 'badge' ? `<p style="margin:0">It says ${widget} today.</p>` : widget)}`);
          await new Widget(page.locator('tao-conviction')).is(state);
          await page.locator('#frame').screenshot({ path: `${folder}${layout}-${name}-${theme}-${width}.png`, animations: 'disabled' });
        });
      }
    }

    for (const locale of ['ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh']) {
      test(`card in ${locale}`, async ({ page, blog, site, exchange }) => {
        await openPost(page, blog, `${loader(site)}${framed(theme, 376, element({ proxy: exchange.url, theme, locale }))}`);
        await new Widget(page.locator('tao-conviction')).is('live');
        await page.locator('#frame').screenshot({ path: `${folder}language-${locale}-${theme}-376.png`, animations: 'disabled' });
      });
    }

    for (const tab of ['gates', 'chart', 'data']) {
      test(`panel at ${tab}`, async ({ page, blog, site, exchange }) => {
        await page.setViewportSize({ width: 1180, height: 900 });
        await openPost(page, blog, `<style>body{margin:0!important;max-width:none!important}</style>${loader(site)}${framed(theme, 1140, element({ proxy: exchange.url, theme, layout: 'panel' }))}`);
        const widget = new Widget(page.locator('tao-conviction'));
        await widget.is('live');
        await widget.element.locator(`#${tab}`).click();
        await expect(widget.element.locator(`[role=tabpanel][part~=${tab}]`)).toBeVisible();
        await page.locator('#frame').screenshot({ path: `${folder}tab-${tab}-${theme}-1140.png`, animations: 'disabled' });
      });
    }

    for (const width of [320, 1200]) {
      for (const [name, state, arrange] of [
        ['live', 'live', () => undefined],
        ['unavailable', 'unavailable', (exchange: Exchange) => exchange.failAll({ kind: 'status', status: 451 })],
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
          await page.screenshot({ path: `${folder}page-${name}-${theme}-${width}.png`, fullPage: true, animations: 'disabled' });
        });
      }
    }
  });
}

// What the README shows, from the simulated candles: each in the reader's theme, sharp on screens of two pixels a point.
for (const theme of ['light', 'dark'] as const) {
  test.describe(`README in ${theme}`, () => {
    test.use({ colorScheme: theme, deviceScaleFactor: 2 });

    for (const [layout, width, attributes] of [
      ['badge', 830, {}],
      ['card', 376, {}],
      ['panel', 830, {}],
      ['watchlist', 830, { watchlist: 'TAO,BTC,ETH', style: '--tao-height: none' }],
    ] as [string, number, Record<string, string>][]) {
      test(`${layout} of the README`, async ({ page, blog, site }) => {
        await page.setViewportSize({ width: width + 40, height: 900 });
        const widget = element({ sources: 'sample', theme, layout, ...attributes });
        const written = layout === 'badge' ? `<p style="margin:0">The halving made headlines, but the candles say ${widget} this morning.</p>` : widget;
        // One ground all over, so that no edge of a pixel shows another; and the plain font of most sites.
        const style = `body{margin:0!important;max-width:none!important;background:${GROUNDS[theme]}!important;font-family:sans-serif!important}`;
        await openPost(page, blog, `<style>${style}</style>${loader(site)}${framed(theme, width, written)}`);
        if (layout === 'watchlist') {
          await expect(page.locator('[part~=row][data-state=simulated]')).toHaveCount(3);
        } else {
          await new Widget(page.locator('tao-conviction')).is('simulated');
        }
        await page.locator('#frame').screenshot({ path: `${pictures}${layout}-${theme}.png`, animations: 'disabled' });
      });
    }
  });
}

// Runs alone, after all others: see the project `sheets`.
test.describe('sheets', () => {
  for (const kind of ['badge', 'card', 'panel', 'watchlist', 'language', 'tab', 'page']) {
    test(`sheet of ${kind}`, async ({ page }) => {
      const pictures = readdirSync(folder).filter((file) => file.startsWith(`${kind}-`)).sort();
      expect(pictures.length).toBeGreaterThan(3);
      const figures = pictures.map((file) => {
        const data = readFileSync(`${folder}${file}`).toString('base64');
        return `<figure style="margin:0"><img src="data:image/png;base64,${data}" style="display:block;max-width:1140px"><figcaption>${file.replace('.png', '')}</figcaption></figure>`;
      });
      await page.setViewportSize({ width: 2400, height: 1000 });
      await page.setContent(`<body style="display:flex;flex-wrap:wrap;gap:24px;margin:24px;font:14px sans-serif;background:#999">${figures.join('')}</body>`);
      await page.screenshot({ path: `${folder}sheet-${kind}.png`, fullPage: true, animations: 'disabled' });
    });
  }
});
