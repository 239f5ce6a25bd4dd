// Who pins the loader by its hash pins all that it loads: what was changed on the way is not run, and the page says so.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Exchange } from '../exchange/server.ts';
import { DIST, type Site } from '../exchange/static.ts';
import { openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const INTEGRITY = `sha384-${createHash('sha384').update(readFileSync(join(DIST, 'embed.js'))).digest('base64')}`;

type Attributes = Record<string, string>;

async function openPinned(page: Page, blog: Site, site: Site, exchange: Exchange, form: 'script' | 'element', given: Attributes = {}): Promise<Widget> {
  const attributes = { proxy: exchange.url, ...given };
  const written = (prefix: string): string => Object.entries(attributes).map(([name, value]) => ` ${prefix}${name}="${value}"`).join('');
  const pin = `src="${site.url}/embed.js" integrity="${INTEGRITY}" crossorigin="anonymous"`;
  const body =
    form === 'script'
      ? `<script async ${pin}${written('data-')}></script>`
      : `<script type="module" ${pin}></script><tao-conviction${written('')}><a href="#">TAO conviction</a></tao-conviction>`;
  return (await openPost(page, blog, body))();
}

/** The file as somebody between the host and the reader has it: one more space at its end, or one more empty section. */
async function change(page: Page, file: string): Promise<void> {
  await page.route((url) => url.pathname === file, async (route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    const more = file.endsWith('.wasm') ? Buffer.from([0, 2, 1, 120]) : Buffer.from(' ');
    await route.fulfill({ response, body: Buffer.concat([bytes, more]) });
  });
}

for (const form of ['script', 'element'] as const) {
  test(`a pinned ${form} runs, in another language and with its catalysts`, async ({ page, blog, site, exchange }) => {
    const widget = await openPinned(page, blog, site, exchange, form, { locale: 'de' });
    await widget.is('live');
    await expect(widget.root).toHaveAttribute('lang', 'de');
    await expect.poll(() => site.requests.includes('/catalysts_bg.wasm')).toBe(true);
    expect(site.requests).toContain('/hashes.js');
    // Each once, though the browser looks at it before it is imported.
    expect(site.requests.filter((path) => path === '/tao-conviction.js')).toHaveLength(1);
  });

  for (const file of ['/tao-conviction.js', '/tao-conviction_bg.wasm', '/hashes.js']) {
    test(`a pinned ${form} whose ${file} was changed shows its fallback`, async ({ page, blog, site, exchange, watch }) => {
      await change(page, file);
      const widget = await openPinned(page, blog, site, exchange, form);
      await expect.poll(() => watch.errors.join('\n')).toContain('could not start, its fallback content is shown');
      await expect(widget.root).toHaveCount(0);
      if (form === 'element') await expect(page.getByText('TAO conviction')).toBeVisible();
      expect(exchange.requests).toEqual([]);
      watch.trouble.length = 0; // what was refused on purpose
    });
  }
}

test('a pinned panel runs, and one whose code was changed doesn’t', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openPinned(page, blog, site, exchange, 'element', { layout: 'panel' });
  await widget.is('live');
  await change(page, '/panel_bg.wasm');
  const changed = await openPinned(page, blog, site, exchange, 'element', { layout: 'panel' });
  await expect.poll(() => watch.errors.join('\n')).toContain('could not start');
  await expect(changed.root).toHaveCount(0);
  watch.trouble.length = 0;
});

test('texts that were changed are not said', async ({ page, blog, site, exchange, watch }) => {
  await change(page, '/locale/fr.card.js');
  const widget = await openPinned(page, blog, site, exchange, 'element', { locale: 'fr' });
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('lang', 'en');
  expect(watch.warnings.join()).toContain('no texts in “fr”');
  watch.trouble.length = 0;
});

test('catalysts whose code was changed are unknown', async ({ page, blog, site, exchange, watch }) => {
  await change(page, '/catalysts_bg.wasm');
  const widget = await openPinned(page, blog, site, exchange, 'element');
  await widget.is('live');
  const family = (await widget.assessment()).families.find(({ family: name }) => name === 'catalysts');
  expect(family?.value).toBeNull();
  watch.trouble.length = 0;
});

test('without a pin a changed file is the host’s own business', async ({ page, blog, site, exchange }) => {
  await change(page, '/tao-conviction.js');
  const open = await openPost(page, blog, `<script async src="${site.url}/embed.js" data-proxy="${exchange.url}"></script>`);
  await open().is('live');
  expect(site.requests).not.toContain('/hashes.js');
});
