// The embed builder of the standalone page: what it writes runs where it is pasted, under the policy that it names.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { objections } from '../pages/axe.ts';
import { expect, openPage, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

class Builder {
  constructor(readonly page: Page) {}

  get root(): Locator {
    return this.page.locator('#builder');
  }

  get previews(): Locator {
    return this.root.locator('#preview tao-conviction');
  }

  async choose(choices: Record<string, string | boolean>): Promise<void> {
    for (const [name, value] of Object.entries(choices)) {
      const field = this.root.locator(`[name="${name}"]`);
      if (typeof value === 'boolean') await field.setChecked(value);
      else if (await field.evaluate((element) => element.localName === 'select')) await field.selectOption(value);
      else await field.fill(value);
    }
  }

  tag(): Promise<string> {
    return this.root.locator('#tag').innerText();
  }

  policy(): Promise<string> {
    return this.root.locator('#policy').innerText();
  }
}

async function openBuilder({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}): Promise<Builder> {
  await (await openPage(page, site, exchange, query)).is('live');
  const builder = new Builder(page);
  await builder.root.locator('summary').click();
  await expect(builder.root.locator('#tag')).not.toBeEmpty();
  return builder;
}

/** Pastes what the builder wrote into a page that lets through nothing but what the builder named. */
async function paste(builder: Builder, { page, blog }: Pick<Of, 'page' | 'blog'>, style = "'none'"): Promise<void> {
  const policy = `default-src 'none'; img-src data:; style-src ${style}; ${(await builder.policy()).replaceAll('\n', ' ')}`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,"><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>${await builder.tag()}</body></html>`;
  blog.pages.set('/pasted', html);
  await page.goto(`${blog.url}/pasted`);
}

for (const form of ['line', 'element']) {
  test(`what it writes as ${form} runs, pinned by its hash, under the policy that it names`, async ({ page, blog, site, exchange }) => {
    const builder = await openBuilder({ page, site, exchange });
    await builder.choose({ form, theme: 'dark', symbol: 'BTC', live: false, integrity: true });
    await expect.poll(() => builder.tag()).toContain('integrity="sha384-');
    await expect(builder.root.locator('#pinned')).toBeVisible();
    await paste(builder, { page, blog });
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await expect(widget.part('symbol')).toHaveText('BTC');
    await expect(widget.root).toHaveAttribute('data-theme', 'dark');
    await expect(widget.element).toHaveAttribute('live', 'off');
  });
}

test('a loader that was changed is refused, and what stands in the element is shown', async ({ page, blog, site, exchange, watch }) => {
  const builder = await openBuilder({ page, site, exchange });
  await builder.choose({ form: 'element', integrity: true });
  await expect.poll(() => builder.tag()).toContain('integrity="sha384-');
  site.pages.set('/embed.js', '(() => { document.title = "stolen"; })();');
  await page.goto(blog.show('/pasted', await builder.tag()));
  await expect(page.getByRole('link', { name: 'TAO conviction' })).toBeVisible();
  await expect(page).toHaveTitle('A blog');
  expect(await page.evaluate(() => customElements.get('tao-conviction'))).toBeUndefined();
  // The browser says so in the console, as it should, and nothing else is amiss.
  expect(watch.trouble.splice(0)).toEqual([expect.stringContaining("digest in the 'integrity' attribute")]);
});

test('the iframe that it writes runs under its policy', async ({ page, blog, site, exchange }) => {
  const builder = await openBuilder({ page, site, exchange });
  await builder.choose({ form: 'frame', theme: 'light' });
  expect(await builder.tag()).toContain('color-scheme: light"');
  await paste(builder, { page, blog }, "'unsafe-inline'");
  const widget = new Widget(page.frameLocator('iframe').locator('tao-conviction'));
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('data-theme', 'light');
});

for (const layout of ['badge', 'card']) {
  test(`a ${layout}’s iframe cuts nothing off at 320 pixels`, async ({ page, blog, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 800 });
    const builder = await openBuilder({ page, site, exchange });
    await builder.choose({ form: 'frame', layout });
    await page.goto(blog.show('/pasted', await builder.tag()));
    const frame = page.frameLocator('iframe');
    await new Widget(frame.locator('tao-conviction')).is('live');
    const [height, width, room, breadth] = await frame.locator('html').evaluate((root) => [root.scrollHeight, root.scrollWidth, innerHeight, innerWidth]);
    expect([height, width]).toEqual([room, breadth]);
  });
}

test('the page’s own settings are where it begins, and the preview follows each choice', async ({ page, site, exchange }) => {
  const builder = await openBuilder({ page, site, exchange }, { symbol: 'ETH', catalysts: 'off' });
  expect(await builder.tag()).toContain('data-symbol="ETH"');
  expect(await builder.tag()).toContain('data-catalysts="off"');
  // Light and dark, since `auto` may be either.
  await expect(builder.previews).toHaveCount(2);
  for (const [index, theme] of ['light', 'dark'].entries()) {
    const widget = new Widget(builder.previews.nth(index));
    await widget.element.scrollIntoViewIfNeeded();
    await widget.is('live');
    await expect(widget.root).toHaveAttribute('data-theme', theme);
    await expect(widget.part('symbol')).toHaveText('ETH');
  }
  await builder.choose({ layout: 'badge', theme: 'dark' });
  await expect(builder.previews).toHaveCount(1);
  await expect(new Widget(builder.previews).root).toHaveAttribute('data-layout', 'badge');
  // The page's own switch is for the page.
  await page.locator('#theme button[value=light]').click();
  await expect(new Widget(builder.previews).root).toHaveAttribute('data-theme', 'dark');
});

test('the hosts that it names are the README’s', async ({ page, site, exchange, watch }) => {
  watch.allowed.push('https://', 'wss://');
  await page.route('https://**', (route) => route.abort());
  const builder = await openBuilder({ page, site, exchange });
  await builder.choose({ layout: 'panel', proxy: '' });
  const named = (await builder.policy()).match(/(https|wss):\/\/[^\s;]+/g)!;
  const documented = README.split('\n').find((line) => line.includes('connect-src HOST'))!.match(/(https|wss):\/\/[a-z.-]+[a-z]/g)!;
  expect([...new Set(named)].sort()).toEqual([...new Set(documented)].sort());
  await builder.choose({ sources: 'kraken', catalysts: false });
  expect((await builder.policy()).match(/(https|wss):\/\/[^\s;]+/g)).toEqual(['https://api.kraken.com', 'wss://ws.kraken.com']);
  await builder.choose({ live: false });
  expect((await builder.policy()).match(/(https|wss):\/\/[^\s;]+/g)).toEqual(['https://api.kraken.com']);
  const assets = /\| `symbol` \| ([^|]*) \|/.exec(README)![1]!.split(',').map((name) => name.trim());
  expect(await builder.root.locator('[name=symbol] option').allInnerTexts()).toEqual(assets);
});

test('own colours are written, worn by the preview, and judged', async ({ page, blog, site, exchange }) => {
  const builder = await openBuilder({ page, site, exchange });
  const contrast = builder.root.locator('#contrast');
  await expect(contrast).toBeHidden();
  await builder.choose({ colours: true });
  await expect(contrast).toHaveAttribute('data-fits', 'yes');
  // W3C's own pair: #767676 on white has 4.54 and is enough, #777 has 4.48 and isn't.
  await builder.choose({ '--tao-surface': '#ffffff', '--tao-warn': '#767676' });
  await expect(contrast).toHaveText(/^Enough .* old data 4\.5\.$/);
  await builder.choose({ '--tao-warn': '#777777' });
  await expect(contrast).toHaveText('Too little contrast against the card and its boxes, 4.5 is needed to read it: old data 4.4.');
  await builder.choose({ '--tao-warn': '#8a5a00', '--tao-ink': '#102030' });
  await expect(contrast).toHaveAttribute('data-fits', 'yes');
  const color = () => new Widget(builder.previews.first()).root.evaluate((root) => getComputedStyle(root).color);
  await builder.previews.first().scrollIntoViewIfNeeded();
  await new Widget(builder.previews.first()).is('live');
  expect(await color()).toBe('rgb(16, 32, 48)');
  expect(await objections(page, '#preview')).toEqual([]);
  await paste(builder, { page, blog }, "'unsafe-inline'");
  const widget = new Widget(page.locator('tao-conviction'));
  await widget.is('live');
  expect(await widget.root.evaluate((root) => getComputedStyle(root).color)).toBe('rgb(16, 32, 48)');
});

test('what can’t be used is named and left out, and nothing breaks out of the tag', async ({ page, site, exchange }) => {
  const builder = await openBuilder({ page, site, exchange }, { locale: '"><script>alert(1)</script>' });
  await expect(builder.root.locator('#problem')).toHaveText('locale is left out: a BCP 47 tag such as de or pt-BR is needed.');
  expect(await builder.tag()).not.toContain('alert');
  // So that no preview asks an exchange.
  await builder.choose({ sources: 'sample' });
  await builder.choose({ locale: 'pt-BR', proxy: 'http://example.org' });
  await expect(builder.root.locator('#problem')).toHaveText(/^proxy is left out: /);
  expect(await builder.tag()).toContain('data-locale="pt-BR"');
  expect(await builder.tag()).not.toContain('example.org');
  await builder.choose({ proxy: `${exchange.url}/"><b>` });
  const tag = await builder.tag();
  expect(await page.evaluate((html) => new DOMParser().parseFromString(html, 'text/html').body.innerHTML + new DOMParser().parseFromString(html, 'text/html').querySelectorAll('b').length, tag)).toMatch(/^0$/);
});

test('copying takes exactly what is shown', async ({ page, context, site, exchange }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const builder = await openBuilder({ page, site, exchange });
  await builder.root.locator('[data-copies=tag]').click();
  await expect(builder.root.locator('[data-copies=tag]')).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await builder.tag());
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in it, and it fits 320 pixels, ${theme}`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    const builder = await openBuilder({ page, site, exchange }, { theme });
    await builder.choose({ form: 'frame', colours: true });
    expect(await objections(page, '#builder')).toEqual([]);
    await builder.choose({ form: 'element', integrity: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
}
