// A fault in the wasm itself: never seen in what ships, so the built wasm gets one here, in its own code.

import { element, loader, openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import { trapping } from '../pages/trapping.ts';

test('a panic takes all widgets of the page out of service, shows their fallbacks and says so once', async ({ page, blog, site, exchange, watch }) => {
  const body = await trapping('handle_seen');
  await page.route('**/tao-conviction_bg.wasm', (route) => route.fulfill({ body, contentType: 'application/wasm', headers: { 'access-control-allow-origin': '*' } }));
  const one = (text: string) => element({ proxy: exchange.url, catalysts: 'off' }, `<a href="#">${text}</a>`);
  const widget = await openPost(page, blog, `${loader(site)}<div style="height: 150vh"></div>${one('first')}${one('second')}`);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  for (const index of [0, 1]) await widget(index).is('live');
  // Told that they are out of view: that is where it traps.
  await page.evaluate(() => scrollTo(0, 0));
  for (const text of ['first', 'second']) await expect(page.getByRole('link', { name: text })).toBeVisible();
  for (const index of [0, 1]) {
    await expect(widget(index).root).toHaveCount(0);
    await expect(widget(index).element).toHaveJSProperty('assessment', null);
  }
  // One that comes later has nothing to start.
  await page.evaluate(() => document.body.insertAdjacentHTML('afterbegin', '<tao-conviction><a href="#">third</a></tao-conviction>'));
  await expect(page.getByRole('link', { name: 'third' })).toBeVisible();
  await page.clock.fastForward(120_000);
  expect(watch.trouble.splice(0)).toEqual([expect.stringMatching(/^console\.error: <tao-conviction> stopped, its fallback content is shown: RuntimeError/)]);
});

test('another program’s fault on the page is none of ours', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openPost(page, blog, `${loader(site)}${element({ proxy: exchange.url, catalysts: 'off' })}`);
  await widget().is('live');
  await page.evaluate(() => {
    const channel = new MessageChannel();
    // The smallest module that traps when it starts.
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11];
    channel.port1.onmessage = () => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
    channel.port2.postMessage(0);
  });
  await expect.poll(() => watch.trouble.splice(0).join()).toContain('uncaught: RuntimeError');
  await widget().is('live');
});
