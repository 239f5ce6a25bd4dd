// The reader's own watchlist on the standalone page: changed, kept, carried away and brought back. How its rows are
// drawn is the widget's matter; here it counts which assets the page asks it for.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { DIST } from '../exchange/static.ts';
import { objections } from '../pages/axe.ts';
import { expect, openPage, test } from '../pages/journey.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

// As it is served.
const { MOST, added, linked, moved, parsed, symbolOf, validated, written } = await import(pathToFileURL(join(DIST, 'page/watchlist.js')).href);

const USUAL = 'TAO,BTC,ETH,SOL,FET,RENDER,NEAR,ICP,GRT,WLD,VIRTUAL';
const ASSETS = new Map([['TAO', 'Bittensor'], ['BTC', 'Bitcoin'], ['ETH', 'Ethereum'], ['NEAR', 'NEAR Protocol']]);

test.describe('a list', () => {
  const refusal = (call: () => unknown): string => {
    try {
      return `taken: ${JSON.stringify(call())}`;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('an asset is found by its symbol or name, however it is written', () => {
    for (const text of ['NEAR', ' near ', 'near  protocol', 'NEAR NEAR Protocol']) expect(symbolOf(text, ASSETS), text).toBe('NEAR');
    for (const text of ['', 'N', 'NEARX', 'constructor']) expect(symbolOf(text, ASSETS), text).toBeUndefined();
  });

  test('an asset is added at the end, or it is said why not', () => {
    expect(added(['TAO'], 'bitcoin', ASSETS)).toEqual(['TAO', 'BTC']);
    expect(refusal(() => added(['TAO'], 'FOO', ASSETS))).toBe('“FOO” isn’t an asset that is known here. The field offers those that are.');
    expect(refusal(() => added(['TAO'], 'bittensor', ASSETS))).toBe('TAO is in the list already.');
    expect(refusal(() => added(['TAO'], '  ', ASSETS))).toMatch(/^Name an asset/);
    const full = Array.from({ length: MOST }, (_, index) => `A${index}`);
    expect(refusal(() => added(full, 'TAO', ASSETS))).toBe('40 assets are the most: remove one first.');
  });

  test('a move is a move, and nowhere is where it was', () => {
    const list = ['A', 'B', 'C'];
    expect(moved(list, 0, 2)).toEqual(['B', 'C', 'A']);
    expect(moved(list, 2, 1)).toEqual(['A', 'C', 'B']);
    for (const [from, to] of [[0, -1], [2, 3], [3, 0], [0.5, 1]]) expect(moved(list, from, to)).toEqual(list);
    expect(list).toEqual(['A', 'B', 'C']);
  });

  test('what is written is read back, and every fault of a file is named', () => {
    for (const list of [[], ['TAO', 'BTC']]) expect(parsed(written(list), ASSETS)).toEqual(list);
    expect(JSON.parse(written(['TAO']))).toEqual({ schema: 1, watchlist: ['TAO'] });
    expect(parsed('{"schema":1,"watchlist":["tao"]}', ASSETS)).toEqual(['TAO']);
    const file = (watchlist: unknown, schema: unknown = 1): string => JSON.stringify({ schema, watchlist });
    const faults: [string, string | RegExp][] = [
      ['TAO,BTC', 'it is not JSON'],
      ['null', 'it has no list of symbols under “watchlist”'],
      ['["TAO"]', 'it has no list of symbols under “watchlist”'],
      [file('TAO'), 'it has no list of symbols under “watchlist”'],
      [file(['TAO'], 2), 'its “schema” is “2”, and 1 is what can be read'],
      ['{"watchlist":["TAO"]}', 'its “schema” is “missing”, and 1 is what can be read'],
      [file(['TAO', 7]), 'entry 2 of the list is not a symbol in quotes'],
      [file(['TAO', 'FOO', 'bar', 'FOO']), 'not known here: “FOO”, “BAR”'],
      [file(['A', 'B', 'C', 'D', 'E', 'F']), 'not known here: “A”, “B”, “C”, “D”, “E” and others'],
      [file(['BTC', 'TAO', 'btc']), 'BTC is listed twice'],
      [file(Array.from({ length: 41 }, () => 'TAO')), 'it lists 41 assets, and 40 are the most'],
      [file(['<img src=x onerror=alert(1)>']), 'not known here: “<IMG SRC=X ONERROR=A…”'],
    ];
    for (const [text, words] of faults) expect(refusal(() => parsed(text, ASSETS)), text).toBe(words);
    expect(refusal(() => validated(undefined, ASSETS))).toBe('it has no list of symbols under “watchlist”');
  });

  test('a link brings what is known of it, each once, and names the rest', () => {
    expect(linked('tao, BTC,TAO,,', ASSETS)).toEqual({ list: ['TAO', 'BTC'], problem: '' });
    expect(linked('FOO,TAO', ASSETS)).toEqual({ list: ['TAO'], problem: 'The link names what isn’t known here: “FOO”.' });
    expect(linked('', ASSETS)).toEqual({ list: [], problem: '' });
  });
});

class Watchlist {
  constructor(readonly page: Page) {}

  get root(): Locator {
    return this.page.locator('#watchlist');
  }

  get element(): Locator {
    return this.page.locator('#list');
  }

  get problem(): Locator {
    return this.page.locator('#list-problem');
  }

  get field(): Locator {
    return this.root.getByLabel('Asset', { exact: true });
  }

  get keep(): Locator {
    return this.root.getByLabel('Keep this list on this device');
  }

  button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true });
  }

  async open(): Promise<void> {
    await this.root.locator('summary').click();
  }

  async is(list: string): Promise<void> {
    await expect(this.element).toHaveAttribute('watchlist', list);
  }

  async add(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  async take(name: string, text: string): Promise<void> {
    const choosing = this.page.waitForEvent('filechooser');
    await this.button('Import').click();
    await (await choosing).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  }

  stored(): Promise<string | null> {
    return this.page.evaluate(() => localStorage.getItem('tao-conviction:watchlist'));
  }
}

async function openList({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}): Promise<Watchlist> {
  await openPage(page, site, exchange, { live: 'off', catalysts: 'off', ...query });
  const list = new Watchlist(page);
  await expect(list.root.locator('#list-items li, #list-empty:visible').first()).toBeAttached();
  await list.open();
  return list;
}

test('assets are added by symbol or name, and what can’t be added is named and changes nothing', async ({ page, site, exchange }) => {
  const list = await openList({ page, site, exchange });
  await list.is(USUAL);
  await list.add('xrp');
  await list.is(`${USUAL},XRP`);
  await expect(list.field).toHaveValue('');
  await list.add('Dogecoin');
  await list.is(`${USUAL},XRP,DOGE`);
  await list.add('FOO');
  await expect(list.problem).toHaveText(/^“FOO” isn’t an asset that is known here\./);
  await expect(list.field).toHaveAttribute('aria-invalid', 'true');
  await list.add('Ripple');
  await list.add('btc');
  await expect(list.problem).toHaveText('BTC is in the list already.');
  await list.is(`${USUAL},XRP,DOGE`);
  await list.add('ADA');
  await expect(list.problem).toBeHidden();
  await expect(list.field).not.toHaveAttribute('aria-invalid');
});

test('by the keyboard alone a list is put in order, and the focus stays where the work is', async ({ page, site, exchange }) => {
  const list = await openList({ page, site, exchange }, { watchlist: 'TAO,BTC,ETH' });
  await list.button('Move ETH up').focus();
  await page.keyboard.press('Enter');
  await list.is('TAO,ETH,BTC');
  await expect(list.button('Move ETH up')).toBeFocused();
  await page.keyboard.press('Enter');
  await list.is('ETH,TAO,BTC');
  // At the top there is only down.
  await expect(list.button('Move ETH up')).toBeDisabled();
  await expect(list.button('Move ETH down')).toBeFocused();
  await expect(page.locator('#list-said')).toHaveText('ETH is number 1 of 3.');
  await list.button('Remove TAO').focus();
  await page.keyboard.press('Enter');
  await list.is('ETH,BTC');
  await expect(list.button('Remove BTC')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(list.button('Remove ETH')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(list.field).toBeFocused();
  await expect(page.locator('#list-empty')).toHaveText('The list is empty. Add an asset under “Change the list”.');
  await expect(list.element).toBeHidden();
  await expect(list.button('Copy link')).toBeDisabled();
  await page.keyboard.type('sol');
  await page.keyboard.press('Enter');
  await list.is('SOL');
  await expect(list.element).toBeVisible();
});

test('the last change can be undone, and the usual list is one press away', async ({ page, site, exchange }) => {
  const list = await openList({ page, site, exchange }, { watchlist: 'AAVE,UNI' });
  await expect(list.button('Undo')).toBeHidden();
  await list.button('Back to the usual list').click();
  await list.is(USUAL);
  await list.button('Undo').click();
  await list.is('AAVE,UNI');
  await expect(list.button('Undo')).toBeFocused();
});

test('nothing is kept before the reader says so; then each change is, until the reader says no', async ({ page, site, exchange }) => {
  const list = await openList({ page, site, exchange });
  await list.button('Remove VIRTUAL').click();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await list.keep.check();
  await list.button('Remove WLD').click();
  await page.reload();
  await list.is('TAO,BTC,ETH,SOL,FET,RENDER,NEAR,ICP,GRT');
  await list.open();
  await expect(list.keep).toBeChecked();
  await list.keep.uncheck();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.reload();
  await list.is(USUAL);
});

test('a browser that keeps nothing is said to, and what it kept wrongly is named', async ({ page, site, exchange }) => {
  await page.addInitScript(() => localStorage.setItem('tao-conviction:watchlist', '{"schema":1,"watchlist":["TAO","LUNA"]}'));
  const list = await openList({ page, site, exchange });
  await list.is(USUAL);
  await expect(page.locator('#list-words')).toHaveText('The list that was kept on this device can’t be used: not known here: “LUNA”.');
  await list.keep.check();
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await list.add('XRP');
  await list.is(`${USUAL},XRP`);
  await expect(list.problem).toHaveText('This browser doesn’t let the page keep anything. The link and the file do.');
  await expect(list.keep).not.toBeChecked();
  // What was kept before is still there.
  await list.button('Show the kept list').click();
  await list.is(USUAL);
});

test('where storage is refused altogether the list works', async ({ page, site, exchange }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('refused', 'SecurityError');
      },
    });
  });
  const list = await openList({ page, site, exchange });
  await expect(page.locator('#list-words')).toBeHidden();
  await list.add('XRP');
  await list.is(`${USUAL},XRP`);
});

test('a list leaves as a file and comes back from it; a wrong file is named and changes nothing', async ({ page, site, exchange }) => {
  const list = await openList({ page, site, exchange }, { watchlist: 'LTC,TAO' });
  const leaving = page.waitForEvent('download');
  await list.button('Export').click();
  const file = await leaving;
  expect(file.suggestedFilename()).toBe('watchlist.json');
  const text = await readFile(await file.path(), 'utf8');
  expect(JSON.parse(text)).toEqual({ schema: 1, watchlist: ['LTC', 'TAO'] });
  await list.button('Back to the usual list').click();
  for (const [name, wrong, words] of [
    ['prices.csv', 'time,open', 'it is not JSON'],
    ['list.json', '{"schema":1,"watchlist":["TAO","FOO"]}', 'not known here: “FOO”'],
    ['large.json', `"${'x'.repeat(100_001)}"`, 'it is too large for a list of assets'],
  ] as const) {
    await list.take(name, wrong);
    await expect(list.problem).toHaveText(`${name} was not taken: ${words}.`);
    await list.is(USUAL);
  }
  await list.take('mine.json', text);
  await list.is('LTC,TAO');
  await expect(list.problem).toBeHidden();
  await expect(page.locator('#list-said')).toHaveText('The list is that of mine.json now.');
});

test('a link carries the list, wins over the kept one without touching it, and is kept only when asked', async ({ page, context, site, exchange }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const list = await openList({ page, site, exchange }, { watchlist: 'TAO,BTC,FOO' });
  await list.is('TAO,BTC');
  await expect(page.locator('#list-words')).toHaveText('This list came with the link. The link names what isn’t known here: “FOO”.');
  await list.button('Copy link').click();
  await expect(page.locator('#list-said')).toHaveText('The link is copied.');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${site.url}/?watchlist=TAO,BTC`);
  // Kept, and another link opened.
  await list.button('Keep it on this device').click();
  await expect(list.keep).toBeChecked();
  await openPage(page, site, exchange, { watchlist: 'UNI,AAVE', catalysts: 'off' });
  await list.is('UNI,AAVE');
  await list.open();
  await expect(list.keep).not.toBeChecked();
  expect(JSON.parse((await list.stored())!).watchlist).toEqual(['TAO', 'BTC']);
  await list.button('Remove UNI').click();
  expect(JSON.parse((await list.stored())!).watchlist).toEqual(['TAO', 'BTC']);
  expect(new URL(page.url()).searchParams.has('watchlist')).toBe(false);
  await expect(page.locator('#list-words')).toHaveText('Another list is kept on this device.');
  await list.button('Show the kept list').click();
  await list.is('TAO,BTC');
  await expect(list.keep).toBeChecked();
  // The one that is kept needs no keeping.
  await openPage(page, site, exchange, { watchlist: 'TAO,BTC', catalysts: 'off' });
  await expect(page.locator('#list-words')).toHaveText('This list came with the link.');
  await expect(list.button('Keep it on this device')).toBeHidden();
  await expect(list.button('Show the kept list')).toBeHidden();
});

/** As in an insecure or framed page. */
const forbidCopying = (page: Page): Promise<void> =>
  page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('refused')) } });
  });

test('where copying is not allowed the link is shown and marked', async ({ page, site, exchange }) => {
  await forbidCopying(page);
  const list = await openList({ page, site, exchange }, { watchlist: 'TAO' });
  await list.button('Copy link').click();
  await expect(page.locator('#list-link')).toHaveValue(`${site.url}/?watchlist=TAO`);
  expect(await page.evaluate(() => getSelection()!.toString())).toBe(`${site.url}/?watchlist=TAO`);
});

test('another tab’s change of the kept list is followed', async ({ page, context, site, exchange }) => {
  const list = await openList({ page, site, exchange });
  await list.keep.check();
  const other = await context.newPage();
  await other.route('**/*.wasm', (route) => route.abort());
  await other.goto(page.url());
  await new Watchlist(other).open();
  await new Watchlist(other).button('Remove TAO').click();
  await list.is(USUAL.slice('TAO,'.length));
  await new Watchlist(other).keep.uncheck();
  await expect(list.keep).not.toBeChecked();
});

test('the page’s settings reach both widgets, the asset the upper one, the list the lower one', async ({ page, site, exchange }) => {
  await openList({ page, site, exchange }, { symbol: 'BTC', watchlist: 'ETH', locale: 'de', sources: 'kraken', theme: 'dark', weights: '1,1', timeframes: '1h,4h' });
  const attributes = (id: string): Promise<Record<string, string>> => page.locator(id).evaluate((element) => Object.fromEntries(element.getAttributeNames().map((name) => [name, element.getAttribute(name)!])));
  const shared = { proxy: exchange.url, locale: 'de', sources: 'kraken', theme: 'dark', live: 'off', catalysts: 'off', weights: '1,1', timeframes: '1h,4h' };
  expect(await attributes('#live')).toEqual({ id: 'live', layout: 'panel', symbol: 'BTC', ...shared });
  expect(await attributes('#list')).toEqual({ id: 'list', layout: 'watchlist', watchlist: 'ETH', style: '--rows: 1;', ...shared });
});

test('the builder offers the same assets', async ({ page, site, exchange }) => {
  await openList({ page, site, exchange });
  await page.locator('#builder summary').click();
  const known = await page.locator('#assets option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  expect(known).toHaveLength(40);
  expect(new Set(known).size).toBe(40);
  expect(known.slice(0, 11).join()).toBe(USUAL);
  expect(await page.locator('#builder [name=symbol] option').allInnerTexts()).toEqual(known);
  await expect(page.locator('#builder [name=symbol]')).toHaveValue('TAO');
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in it, and it fits 320 pixels, ${theme}`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await forbidCopying(page);
    const list = await openList({ page, site, exchange }, { theme, watchlist: 'TAO,FET,FOO' });
    await list.add('FOO');
    await list.button('Copy link').click();
    await expect(page.locator('#list-link')).toBeVisible();
    expect(await objections(page, '#watchlist .note')).toEqual([]);
    expect(await objections(page, '#watchlist details')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
}
