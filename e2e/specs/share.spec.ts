// The link, the picture and the printout of what the panel shows: each says what the Assessment says, with its date, its
// source and its state, whatever is in it.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { picture } from '../../page/picture.js';
import { fileName } from '../../page/share.js';
import * as words from '../../page/words.js';
import { BASKET, INTERVALS, LENGTH_MS, NOW, candlesOf } from '../exchange/candles.ts';
import { type Assessment, FEED, scoreAt } from '../exchange/score.ts';
import { objections } from '../pages/axe.ts';
import { expect, openPage, test } from '../pages/journey.ts';
import { type Widget, scored, signed } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];
type Loose = Assessment & Record<string, any>;

/** The native program's own Assessment, of everything that is known. */
function native(): Loose {
  const closed = (symbol: Parameters<typeof candlesOf>[0]) =>
    Object.fromEntries(INTERVALS.map((interval) => [interval, candlesOf(symbol)[interval].filter(({ time }) => time + LENGTH_MS[interval] <= NOW).slice(-600)]));
  const basket = Object.fromEntries(BASKET.map((member) => [member, closed(member)]));
  const [own] = scoreAt([NOW], closed('TAO'), { btc: closed('BTC'), basket, depth: 123_456, feed: FEED });
  return { ...own!, data: { ...own!.data, source: 'kraken' } };
}

let NATIVE: Loose;
test.beforeAll(() => {
  NATIVE = native();
});
const PATH = 'example.org/v1/#/asset/TAO';
const HOSTILE = `"><script>alert(1)</script>&amp;]]>'\u0000\u0007\ud800\u202e${'𝕏'.repeat(2_000)}`;

/** The Assessment with every text in it replaced by one that means harm. */
const spoilt = (value: unknown): any => {
  if (typeof value === 'string') return HOSTILE;
  if (Array.isArray(value)) return value.map(spoilt);
  return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoilt(inner)])) : value;
};
/** The Assessment with every number unknown. */
const emptied = (value: unknown): any => {
  if (typeof value === 'number') return null;
  if (Array.isArray(value)) return value.map(emptied);
  return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, emptied(inner)])) : value;
};

/** The texts of a picture, in order; read by a browser's XML parser, which takes nothing that isn't well-formed. */
async function texts(page: Page, svg: string): Promise<string[]> {
  const [wrong, elements, read] = await page.evaluate((source) => {
    const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
    const all = [...parsed.querySelectorAll('*')];
    return [parsed.querySelector('parsererror')?.textContent ?? '', [...new Set(all.map(({ localName }) => localName))], all.filter(({ localName }) => localName === 'text').map(({ textContent }) => textContent!)] as const;
  }, svg);
  expect(wrong).toBe('');
  // Nothing else can be in it: nothing that runs, and nothing that is fetched.
  expect(elements.filter((name) => !['svg', 'title', 'rect', 'circle', 'path', 'g', 'text'].includes(name))).toEqual([]);
  expect(() => encodeURIComponent(svg), 'whole characters').not.toThrow();
  expect(svg).not.toMatch(/\b(href|src|url|on\w+)\s*[=(]|NaN|undefined|Infinity/);
  return read;
}

test.describe('words', () => {
  test('numbers are written as the widget writes them', () => {
    const shown = [48.4, 39.4, 39.6, 39.97, 40, -14.6, -15, 0.2, -0.2, -40, -39.5].map((score) => words.scored(score, 'en'));
    expect(shown).toEqual(['+48', '+39', '+39.6', '+39.9', '+40', '−14.6', '−15', '0', '0', '−40', '−39.5']);
    expect([null, undefined, NaN, Infinity, '48', {}].map((score) => words.scored(score, 'en'))).toEqual(Array(6).fill('?'));
    expect([289.4, 119_420, 0.0426, 0.0000123].map((price) => words.price(price, 'en-US'))).toEqual(['$289.40', '$119,420.00', '$0.0426', '$0.00001230']);
    expect(words.signed(-1234.5, 1, 'de')).toBe('−1.234,5');
    // A tag that is none is the browser's own.
    expect(words.plain(1.5, 1, 'no such tag')).toMatch(/^1[.,]5$/);
    expect([words.moment(0), words.moment(null), words.moment(1e300)]).toEqual(['1970-01-01 00:00 UTC', '?', '?']);
  });

  test('what is not a word of ours is not looked up in what every object has', () => {
    expect([words.verdictWord('constructor'), words.sourceName('toString'), words.gateName('__proto__')]).toEqual(['?', 'toString', '__proto__']);
  });

  test('a setup, an unconfirmed one and what blocks one are said', () => {
    const gate = (name: string, state: string, value = 1, threshold = 0) => ({ gate: name, state, value, threshold });
    const of = (values: object) => words.setup({ setup: 'none', conviction: 55, gates: [gate('data', 'pass'), gate('trend', 'fail', -0.031)], data: {}, ...values } as any, 'en');
    expect(of({})).toEqual({ headline: 'No setup', passed: '1 of 2 gates', detail: 'Blocked by trend: −3.1 % from the 1h EMA200' });
    expect(of({ conviction: 12 }).detail).toBe('Conviction is below +40. The first gate that fails is trend: −3.1 % from the 1h EMA200');
    expect(of({ conviction: 12, gates: [gate('data', 'pass')] }).detail).toBe('Conviction is below +40');
    expect(of({ conviction: null }).detail).toBe('No score yet');
    expect(of({ setup: 'unconfirmed', gates: [gate('data', 'pass'), gate('rsi', 'unknown'), gate('mtf', 'unknown')] })).toMatchObject({ headline: 'Unconfirmed setup', detail: 'Unknown: RSI, timeframes' });
    expect(of({ setup: 'high-conviction' })).toMatchObject({ headline: 'High-conviction setup', detail: '' });
    const blocked = (...given: Parameters<typeof gate>) => of({ gates: [gate(...given)] }).detail.replace('Blocked by ', '');
    expect(blocked('data', 'fail', 0.6, 0.8)).toBe('data: 60 % of the evidence is known, 80 % needed');
    expect(blocked('proximity', 'fail', 7.82, 6)).toBe('proximity: 7.8 ATR above the 1h EMA200, limit 6');
    expect(blocked('proximity', 'fail', -1, 6)).toBe('proximity: below the 1h EMA200');
    expect(blocked('regime', 'fail', 2, 2)).toBe('regime');
    expect(of({ gates: [gate('data', 'fail', 1, 0.8)], data: { stale: ['15m', '1h'] } }).detail).toBe('Blocked by data: over two lengths old: 15m, 1h');
    expect(of({ gates: [gate('data', 'fail', 1, 0.8)], data: { stale: [], contradictedBy: { source: 'okx', close: 1 } } }).detail).toBe('Blocked by data: OKX is over 1 % apart');
  });
});

test('the picture says what the Assessment says', async ({ page }) => {
  const read = await texts(page, picture(NATIVE, { theme: 'light', locale: 'en-US', path: `https://${PATH}` }));
  const passed = NATIVE.gates.filter(({ state }) => state === 'pass').length;
  const reports = NATIVE.mtf.timeframes;
  for (const text of ['TAO', words.price(NATIVE.price, 'en-US'), scored(NATIVE.conviction!), `${passed} of 10 gates`, '−100', '+100', PATH, 'Not financial advice', 'TAO Conviction']) expect(read).toContain(text);
  expect(read).toContain('live · Kraken · last closed candle ' + new Date(NATIVE.data.asOf as number).toISOString().slice(0, 16).replace('T', ' ') + ' UTC');
  expect(read.find((text) => text.startsWith('MTF '))).toContain(`MTF ${signed(NATIVE.mtf.score!)} · `);
  for (const { timeframe, reading, rsi14 } of reports) {
    const at = read.indexOf(timeframe);
    expect(read.slice(at, at + 3)).toEqual([timeframe, signed(100 * reading!), `RSI ${Math.round(rsi14 as number)}`]);
  }
});

test('in the picture a fill goes from the middle to the score, on its side', () => {
  const fill = (conviction: number) => /<path d="M140 20A112 112 0 0 ([01]) ([\d.]+) ([\d.]+)"/.exec(picture({ ...NATIVE, conviction }))!.slice(1).map(Number);
  expect(fill(50)).toEqual([1, Number((140 + 112 * Math.SQRT1_2).toFixed(2)), Number((132 - 112 * Math.SQRT1_2).toFixed(2))]);
  expect(fill(-100)).toEqual([0, 28, 132]);
  expect(fill(1_000), 'no further than the scale').toEqual(fill(100));
});

for (const [state, said] of [['simulated', 'Simulated data, not a market'], ['cached', 'Cached data, kept from 20'], ['delayed', 'Delayed data: the last candle closed 20'], ['unavailable', 'No data: no source answers'], ['beautiful', 'The state of the data is not known']]) {
  test(`a picture of data that is ${state} says so in large letters`, async ({ page }) => {
    const svg = picture({ ...NATIVE, data: { ...NATIVE.data, state } });
    const [first] = await texts(page, svg);
    expect(first).toContain(said);
    expect(/font-size="(\d+)"/.exec(svg)![1]).toBe('28');
    expect(picture(NATIVE)).not.toContain(said);
    expect(/<title>(.*)<\/title>/.exec(svg)![1]).toContain(said);
  });
}

test('what is unknown is a question mark, and a picture of nothing is still a picture', async ({ page }) => {
  const read = await texts(page, picture(emptied(NATIVE)));
  expect(read.filter((text) => text === '?').length).toBeGreaterThanOrEqual(6);
  expect(read).toContain('MTF unknown · no timeframe is ready');
  expect(read).toContain('No score yet');
  for (const nothing of [null, {}, { mtf: null, gates: null, data: null, families: 3 }]) {
    const some = await texts(page, picture(nothing as any));
    expect(some).toContain('?');
    expect(some.filter((text) => /\d of \d/.test(text))).toEqual([]);
  }
  const odd = await texts(page, picture({ ...NATIVE, formula: 'custom', damp: 0.5 }));
  expect(odd).toContain(words.mtf({ ...NATIVE, damp: 1 }, 'en'));
  expect(odd).toContain('BTC risk-off: halved · custom formula');
});

test('hostile texts are only text, and none is longer than its place', async ({ page }) => {
  for (const theme of ['light', 'dark', HOSTILE]) {
    const read = await texts(page, picture(spoilt(NATIVE), { theme, locale: HOSTILE, path: HOSTILE }));
    expect(read.join('')).toContain('<script>');
    for (const text of read) expect(text.length).toBeLessThanOrEqual(76);
    expect(read.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  }
});

test('both themes have their own colours, and no text is fainter than 4.5 : 1', () => {
  const luminance = (hex: string) => {
    const full = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join('') : hex.slice(1);
    const [r, g, b] = [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const ground = (svg: string) => /<rect width="1200" height="630" fill="([^"]+)"/.exec(svg)![1]!;
  for (const theme of ['light', 'dark']) {
    const svg = picture({ ...NATIVE, conviction: 50 }, { theme });
    const fills = [...svg.matchAll(/<text x="(\d+)"[^>]* fill="([^"]+)"/g)].filter(([, x]) => x !== '96').map(([, , fill]) => fill!);
    expect(fills.length).toBeGreaterThan(15);
    for (const fill of fills) {
      const [dark, light] = [luminance(fill), luminance(ground(svg))].sort((a, b) => a - b);
      expect((light! + 0.05) / (dark! + 0.05), `${fill} on ${ground(svg)}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(ground(picture(NATIVE, { theme: 'dark' }))).not.toBe(ground(picture(NATIVE, { theme: 'light' })));
});

test('a file is named after its asset and the close that it shows', () => {
  const at = (asOf: number | null, symbol = 'TAO') => fileName({ symbol, at: null, data: { asOf } } as any, 'png');
  expect(at(Date.parse('2026-11-25T12:00:00Z'))).toBe('tao-conviction-TAO-2026-11-25T1200Z.png');
  expect(at(null)).toBe('tao-conviction-TAO.png');
  expect(at(0, '../../x"')).toBe('tao-conviction-x-1970-01-01T0000Z.png');
});

const button = (page: Page, name: string) => page.locator('#share').getByRole('button', { name });

async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).press('Enter')]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const stamp = (own: Assessment) => new Date(own.data.asOf as number).toISOString().slice(0, 16).replace(':', '');

test('the buttons wait for a score, and again for the next asset’s', async ({ page, site, exchange }) => {
  exchange.fail('binance', { kind: 'silence' });
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, sources: 'binance' })}`);
  await expect(button(page, 'Copy link')).toBeEnabled();
  for (const name of ['Picture (PNG)', 'Picture (SVG)', 'Print']) await expect(button(page, name)).toBeDisabled();
  exchange.heal('binance');
  await (await openPage(page, site, exchange)).is('live');
  await expect(button(page, 'Print')).toBeEnabled();
  exchange.fail('binance', { kind: 'silence' });
  await page.evaluate(() => (location.hash = '#/asset/BTC'));
  await expect(button(page, 'Print')).toBeDisabled();
});

test('the link is copied with asset, tab and options, and opens what was shown', async ({ page, context, site, exchange }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const query = new URLSearchParams({ proxy: exchange.url, theme: 'dark' });
  await page.goto(`${site.url}/?${query}#/asset/BTC/gates`);
  await expect(page.locator('#live [role=tab]#gates')).toHaveAttribute('aria-selected', 'true');
  // The address is an anchor's now; what is shown is the same.
  await page.getByRole('link', { name: 'Method', exact: true }).click();
  await button(page, 'Copy link').press('Enter');
  await expect(page.locator('#share [role=status]')).toHaveText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${site.url}/?${query}#/asset/BTC/gates`);
});

test('where the clipboard is refused the link is shown', async ({ page, site, exchange }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } }));
  await (await openPage(page, site, exchange)).is('live');
  await button(page, 'Copy link').click();
  await expect(page.locator('#share [role=status]')).toHaveText(new RegExp(`The link is ${site.url}/.*#/asset/TAO$`));
});

test('on a touch screen the system’s own sheet is asked, and nothing is said when it is closed', async ({ browser, site, exchange }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const [asked, copied]: [unknown[], string[]] = [[], []];
    Object.assign(window, { asked, copied });
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text: string) => copied.push(text) } });
    Object.defineProperty(navigator, 'share', { value: (data: unknown) => (asked.push(data), asked.length > 1 ? Promise.reject(new DOMException('closed', 'AbortError')) : Promise.resolve()) });
  });
  await page.clock.install({ time: exchange.now });
  await (await openPage(page, site, exchange)).is('live');
  await button(page, 'Copy link').tap();
  const status = page.locator('#share [role=status]');
  await expect(status).toHaveText('Shared');
  const asked = () => page.evaluate(() => (window as unknown as { asked: { url: string; title: string }[] }).asked);
  expect((await asked())[0]).toEqual({ title: await page.title(), url: `${page.url()}#/asset/TAO` });
  await button(page, 'Copy link').tap();
  await expect.poll(async () => (await asked()).length).toBe(2);
  await expect(status).toBeEmpty();
  expect(await page.evaluate(() => (window as unknown as { copied: string[] }).copied)).toEqual([]);
  await context.close();
});

test('the picture is saved as SVG and, twice the size, as PNG, under the policy of a strict host', async ({ page, site, exchange }) => {
  // Only what the page needs: no inline style, no image but its own and `data:`.
  const strict = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; worker-src 'self'; connect-src 'self' ${exchange.url} ${exchange.url.replace('http', 'ws')}`;
  const html = await (await fetch(`${site.url}/index.html`)).text();
  site.pages.set('/', html.replace('<head>', `<head><meta http-equiv="Content-Security-Policy" content="${strict}">`));
  const widget = await openPage(page, site, exchange, { theme: 'dark', catalysts: 'off' });
  await widget.is('live');
  const own = await widget.assessment();
  const svg = await saved(page, 'Picture (SVG)');
  expect(svg.name).toBe(`tao-conviction-TAO-${stamp(own)}Z.svg`);
  expect(svg.bytes.toString()).toBe(picture(own, { theme: 'dark', locale: 'en', path: `${new URL(site.url).host}/#/asset/TAO` }));
  const png = await saved(page, 'Picture (PNG)');
  expect(png.name).toBe(`tao-conviction-TAO-${stamp(own)}Z.png`);
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([2400, 1260]);
  // It is drawn: the ground in the corner, and ink somewhere.
  const [corner, inks] = await page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at]! > 200 && data[at + 1]! > 200 && data[at + 2]! > 200) count += 1;
    return [[...data.slice(0, 3)], count] as const;
  }, [...png.bytes]);
  expect(corner).toEqual([0x16, 0x1a, 0x20]);
  expect(inks).toBeGreaterThan(10_000);
});

/** Tells what the watchlist's element tells, a `tao-update` a row, without one. */
async function tellList(page: Page, rows: object[]): Promise<void> {
  await page.evaluate((all) => {
    let list = document.querySelector('#list')!;
    // Assets that there are none of, told by an element that has no list of its own.
    if (list.localName !== 'div') {
      const stand = Object.assign(document.createElement('div'), { id: 'list' });
      list.replaceWith(stand);
      list = stand;
    }
    for (const detail of all) list.dispatchEvent(new CustomEvent('tao-update', { bubbles: true, composed: true, detail }));
  }, rows);
}

const pages = (pdf: Buffer): number => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b/g)].length;

async function openLive({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}): Promise<{ widget: Widget; own: Loose }> {
  const widget = await openPage(page, site, exchange, query);
  await widget.is('live');
  await expect(button(page, 'Print')).toBeEnabled();
  return { widget, own: (await widget.assessment()) as Loose };
}

test('on paper there is a summary of the moment, black on white, and nothing else of the page', async ({ page, site, exchange }) => {
  const { own } = await openLive({ page, site, exchange }, { theme: 'dark' });
  await expect(page.locator('#printed')).toHaveCount(0);
  await page.emulateMedia({ media: 'print' });
  const printed = page.locator('#printed');
  await expect(printed).toBeVisible();
  await expect(printed.locator('.score strong')).toHaveText(scored(own.conviction!));
  await expect(printed.getByRole('heading', { level: 1 })).toHaveText('TAO conviction');
  await expect(printed.locator('.price')).toHaveText(words.price(own.price, 'en'));
  const [why, gates, frames] = await printed.locator('table').all();
  expect(await why!.locator('tbody tr').count()).toBe(4 + 5);
  for (const [index, family] of own.families.entries()) {
    await expect(why!.locator('tbody tr').nth(index).locator('td').last()).toHaveText(words.signed(family.points, 1, 'en'));
  }
  const sum = own.families.reduce((all: number, { points }: any) => all + points, 0);
  const last = (name: string) => why!.locator('tr', { has: page.locator('th', { hasText: name }) }).locator('td').last();
  await expect(last('Composite')).toHaveText(words.signed(sum, 1, 'en'));
  await expect(last('agreement')).toHaveText((0.5 + 0.5 * (own.agreement as number)).toFixed(2));
  await expect(last('strength')).toHaveText((0.6 + 0.4 * (own.strength as number)).toFixed(2));
  await expect(last('Conviction')).toHaveText(scored(own.conviction!));
  await expect(gates!.locator('tbody tr')).toHaveCount(10);
  expect(await gates!.locator('tbody td:last-child').allInnerTexts()).toEqual(own.gates.map(({ state }) => ({ pass: '✓ passes', fail: '✕ fails', unknown: '? unknown' })[state]));
  await expect(frames!.locator('tbody tr')).toHaveCount(4);
  await expect(frames!.locator('tbody tr').nth(1).locator('td').first()).toHaveText(signed(100 * own.mtf.timeframes[1]!.reading!));
  await expect(printed).toContainText('Data: live, Binance (TAO/USDT), last closed candle 20');
  await expect(printed.locator('footer')).toContainText(`${site.url}/`);
  await expect(printed.locator('footer')).toContainText('#/asset/TAO');
  await expect(printed.locator('footer')).toContainText('Not financial advice');
  // Everything that is seen is in it.
  const others = await page.locator('body > :not(#printed), #live').evaluateAll((all) => all.filter((element) => element.getClientRects().length > 0).map(({ outerHTML }) => outerHTML.slice(0, 60)));
  expect(others).toEqual([]);
  const colours = await printed.locator('*').evaluateAll((all) => [...new Set(all.map((element) => getComputedStyle(element).color))]);
  expect(colours).toEqual(['rgb(0, 0, 0)']);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  expect(await objections(page, 'html')).toEqual([]);
  await page.emulateMedia({ media: 'screen' });
  await expect(printed).toHaveCount(0);
});

test('the gates on paper are worded as the panel words them', async ({ page, site, exchange }) => {
  const { widget } = await openLive({ page, site, exchange });
  await widget.element.locator('[role=tab]#gates').click();
  const cells = (name: string) => widget.part('gate').locator(`.${name}`).allTextContents();
  await expect(widget.part('gate')).toHaveCount(10);
  const panel = [await cells('label'), await cells('measured'), await cells('limit')];
  await page.emulateMedia({ media: 'print' });
  const rows = page.locator('#printed table').nth(1).locator('tbody tr');
  await expect(rows).toHaveCount(10);
  const paper = await Promise.all(['th', 'td:nth-child(2)', 'td:nth-child(3)'].map((cell) => rows.locator(cell).allTextContents()));
  expect(paper).toEqual(panel);
});

test('it fits one page, with a watchlist of forty two, and no row is split', async ({ page, site, exchange }) => {
  const { own } = await openLive({ page, site, exchange });
  const pdf = () => page.pdf({ preferCSSPageSize: true, printBackground: true });
  const alone = await pdf();
  expect(pages(alone)).toBe(1);
  const rows = Array.from({ length: 40 }, (_, index) => ({ ...own, symbol: `A${index}`, conviction: index ? index - 20 : null }));
  await tellList(page, [...rows, { ...rows[3]!, conviction: 99 }]);
  const both = await pdf();
  expect(pages(both)).toBe(2);
  expect(both.toString('latin1'), 'A4 upright').toMatch(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  await page.emulateMedia({ media: 'print' });
  const listed = page.locator('#printed table').last().locator('tbody');
  await expect(listed.locator('tr')).toHaveCount(40);
  // The strongest first, what was told last of it counts, and the unknown come last.
  await expect(listed.locator('th').first()).toHaveText('A3');
  await expect(listed.locator('th').last()).toHaveText('A0');
  await expect(listed.locator('tr').first()).toContainText('+99');
  await expect(listed.locator('td:nth-child(6)').first()).toHaveText(`no, ${own.gates.filter(({ state }) => state === 'pass').length}/10`);
  expect(await page.locator('#printed tr').evaluateAll((all) => all.filter((row) => getComputedStyle(row).breakInside !== 'avoid').length)).toBe(0);
  // What was taken off the list isn't printed.
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => document.querySelector('#list')!.setAttribute('watchlist', 'a1, A2'));
  await page.emulateMedia({ media: 'print' });
  await expect(listed.locator('tr')).toHaveCount(2);
});

test('the button prints, a page without a score is printed as it is, and simulated data is said to be', async ({ page, site, exchange }) => {
  await page.addInitScript(() => {
    const calls: string[] = [];
    Object.assign(window, { calls, print: () => calls.push('print') });
  });
  await openLive({ page, site, exchange });
  await button(page, 'Print').press('Enter');
  expect(await page.evaluate(() => (window as unknown as { calls: string[] }).calls)).toEqual(['print']);
  const widget = await openPage(page, site, exchange, { sources: 'sample' });
  await widget.is('simulated');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#printed .warning')).toHaveText('Simulated data, not a market');
  await page.emulateMedia({ media: 'screen' });
  exchange.fail('binance', { kind: 'silence' });
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, sources: 'binance', symbol: 'XRP' })}`); // of which nothing is kept: the watchlist may have loaded Bitcoin
  await page.emulateMedia({ media: 'print' });
  // Once that part of the page is there.
  await page.evaluate(async (part) => void (await import(part), dispatchEvent(new Event('beforeprint'))), `${site.url}/page/print.js`);
  await expect(page.locator('#method')).toBeVisible();
  await expect(page.locator('#printed')).toHaveCount(0);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in the row of buttons, and it fits 320 pixels, ${theme}`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await openLive({ page, site, exchange }, { theme });
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await button(page, 'Copy link').click();
    await expect(page.locator('#share [role=status]')).toContainText('The link is');
    expect(await objections(page, '#share')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
}
