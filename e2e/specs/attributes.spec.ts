// Attributes are live, and wrong ones are explained.

import { score } from '../exchange/score.ts';
import { element, loader, openEmbed, openPost, scriptTag } from '../pages/blog.ts';
import { expect, openPage, test } from '../pages/journey.ts';
import type { PageEvent, Widget } from '../pages/widget.ts';

const colours = (widget: Widget): Promise<string[]> =>
  widget.element.evaluate((host) => {
    const style = (selector: string): CSSStyleDeclaration => getComputedStyle(host.shadowRoot!.querySelector(selector)!);
    return [style('.tao').backgroundColor, style('.tao').color, style('[part~=reason]').color];
  });

test('the theme changes while you look, without a reload and without a request', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { theme: 'light' });
  await widget.is('live');
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  const asked = [exchange.own.length, site.requests.length];
  const light = await colours(widget);
  await widget.set('theme', 'dark');
  await expect(widget.root).toHaveAttribute('data-theme', 'dark');
  const dark = await colours(widget);
  for (const index of light.keys()) expect(dark[index]).not.toBe(light[index]);
  await widget.set('theme', 'light');
  await expect.poll(() => colours(widget)).toEqual(light);
  expect([exchange.own.length, site.requests.length]).toEqual(asked);
  expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
  const told = await page.evaluate(() => (window as unknown as { taoEvents: PageEvent[] }).taoEvents.map(({ type }) => type));
  expect(told, 'a look is no news').toEqual(['tao-ready', 'tao-update', 'tao-update']);
});

test('theme auto follows the reader’s system', async ({ page, blog, site, exchange }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('data-theme', 'auto');
  const light = await colours(widget);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await colours(widget);
  for (const index of light.keys()) expect(dark[index]).not.toBe(light[index]);
  await widget.set('theme', 'light');
  await expect.poll(() => colours(widget)).toEqual(light);
});

test('the page’s switch changes the page and its widget', async ({ page, site, exchange }) => {
  const widget = await openPage(page, site, exchange, { theme: 'light' });
  await widget.is('live');
  const light = await colours(widget);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(widget.root).toHaveAttribute('data-theme', 'dark');
  expect(await colours(widget)).not.toEqual(light);
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
});

test('sources change while you look', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.from('Binance');
  await widget.set('sources', 'kraken');
  await widget.from('Kraken');
  await widget.agrees((at) => score(exchange.served('kraken'), at));
});

test('the asset changes while you look', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange);
  await widget.is('live');
  await widget.set('symbol', 'ETH');
  await expect.poll(async () => (await widget.assessment()).symbol).toBe('ETH');
  await widget.agrees((at) => score(exchange.served('binance', 'truth', 'ETH'), at, 'ETH'));
});

test('numbers are written as the locale has it', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { locale: 'de' });
  await widget.is('live');
  await expect(widget.part('price')).toHaveText(/^\d+,\d\d\s*\$$/);
  await widget.set('locale', 'en-US');
  await expect(widget.part('price')).toHaveText(/^\$\d+\.\d\d$/);
});

const WRONG: [string, string, RegExp][] = [
  ['theme', 'neon', /auto.*light.*dark/],
  ['sources', 'mtgox', /binance.*kraken.*sample/],
  ['sources', 'binance,sample', /binance.*kraken.*sample/],
  ['symbol', 'TAOO', /TAO.*BTC/],
  ['locale', 'not a locale', /BCP 47/],
];

for (const [attribute, value, accepted] of WRONG) {
  test(`${attribute}="${value}": the default is used, and one warning explains it`, async ({ page, blog, site, exchange, watch }) => {
    const widget = await openEmbed(page, blog, site, exchange, { [attribute]: value });
    await widget.is('live');
    await widget.from('Binance');
    await expect(widget.root).toHaveAttribute('data-theme', 'auto');
    expect((await widget.assessment()).symbol).toBe('TAO');
    expect(watch.warnings).toHaveLength(1);
    for (const part of [attribute, value, accepted]) expect(watch.warnings[0]).toMatch(part);
  });
}

test('a wrong value set later is explained too, and leaves a live card at the default', async ({ page, blog, site, exchange, watch }) => {
  const widget = await openEmbed(page, blog, site, exchange, { theme: 'dark' });
  await widget.is('live');
  await widget.set('theme', 'neon');
  await expect(widget.root).toHaveAttribute('data-theme', 'auto');
  await widget.is('live');
  expect(watch.warnings).toEqual([expect.stringMatching(/theme.*neon.*auto, light, dark/)]);
});

test('a proxy that is neither https nor loopback is refused', async ({ page, blog, site, watch }) => {
  await openPost(page, blog, loader(site) + element({ proxy: 'http://example.org', sources: 'sample' }));
  await expect(page.locator('tao-conviction .tao')).toHaveAttribute('data-state', 'simulated');
  expect(watch.warnings).toEqual([expect.stringMatching(/proxy.*http:\/\/example\.org.*https/)]);
});

test('the script tag’s data attributes are checked alike', async ({ page, blog, site, exchange, watch }) => {
  const widget = (await openPost(page, blog, scriptTag(site, { proxy: exchange.url, theme: 'sepia' })))();
  await widget.is('live');
  expect(watch.warnings).toEqual([expect.stringMatching(/theme.*sepia.*auto, light, dark/)]);
});

test('config reads and writes all attributes at once, and refuses what is none', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { theme: 'dark' });
  await widget.is('live');
  const config = (): Promise<unknown> => widget.element.evaluate((host) => (host as unknown as { config: unknown }).config);
  const assign = (values: object): Promise<unknown> =>
    widget.element.evaluate((host, given) => {
      try {
        (host as unknown as { config: unknown }).config = given;
        return null;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    }, values);
  expect(await config()).toEqual({ proxy: exchange.url, theme: 'dark' });
  expect(await assign({ proxy: exchange.url, symbol: 'ETH', theme: null })).toBeNull();
  expect(await config()).toEqual({ proxy: exchange.url, symbol: 'ETH' });
  await expect(widget.root).toHaveAttribute('data-theme', 'auto');
  await expect.poll(async () => (await widget.assessment()).symbol).toBe('ETH');
  expect(await assign({ proxy: exchange.url, colour: 'red' })).toBe('TypeError: config.colour is no attribute');
  expect(await config(), 'nothing was changed').toEqual({ proxy: exchange.url, symbol: 'ETH' });
});

test('the one-line tag hands on the attributes that there are, and nothing else', async ({ page, blog, site, exchange }) => {
  const tag = scriptTag(site, { proxy: exchange.url, theme: 'dark', onclick: 'window.hit = true', style: 'color: red', id: 'mine' });
  const widget = (await openPost(page, blog, tag))();
  await widget.is('live');
  expect(await widget.element.evaluate((element) => element.getAttributeNames().sort())).toEqual(['proxy', 'theme']);
});
