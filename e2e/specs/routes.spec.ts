// The page's address names what the big panel shows, Back and Forward lead through what was chosen, and the head of the
// page and the title say how it stands.

import type { Page } from '@playwright/test';
import { standing, through, titled } from '../../page/header.js';
import { hashOf, parse } from '../../page/routes.js';
import type { Assessment } from '../exchange/score.ts';
import { objections } from '../pages/axe.ts';
import { expect, holdBack, openPage, test } from '../pages/journey.ts';
import { Widget, scored } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

const KNOWN = new Set(['TAO', 'BTC', 'ETH']);

async function openAt({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, hash: string, query: Record<string, string> = {}): Promise<Widget> {
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, ...query })}${hash}`);
  const widget = new Widget(page.locator('#live'));
  await widget.is('live');
  return widget;
}

const tab = (widget: Widget, id: string) => widget.element.locator(`[role=tab]#${id}`);
const selected = (widget: Widget) => widget.element.locator('[role=tab][aria-selected=true]');
const hash = (page: Page) => page.evaluate(() => location.hash);
const entries = (page: Page) => page.evaluate(() => history.length);

test('an address is read as it is written, whatever its case', () => {
  for (const state of [{ asset: 'ETH', tab: 'record' }, { asset: 'TAO', tab: 'why' }]) {
    expect(parse(hashOf(state), KNOWN, 'TAO')).toEqual({ ...state, problems: [] });
  }
  expect(hashOf({ asset: 'TAO', tab: 'why' })).toBe('#/asset/TAO');
  expect(parse('#/asset/eth/Gates/', KNOWN, 'TAO')).toEqual({ asset: 'ETH', tab: 'gates', problems: [] });
  for (const anchor of ['', '#', '#method', '#asset/TAO']) expect(parse(anchor, KNOWN, 'TAO'), anchor).toBeNull();
});

test('what is wrong in an address is named, and the usual stands in for it', () => {
  const read = (hash: string) => parse(hash, KNOWN, 'BTC')!;
  expect(read('#/asset/XYZ/gates')).toEqual({ asset: 'BTC', tab: 'gates', problems: ['“XYZ” is no asset that this page knows, so BTC is shown.'] });
  expect(read('#/asset/ETH/moon')).toEqual({ asset: 'ETH', tab: 'why', problems: [expect.stringMatching(/^“moon” is no tab of the panel, so Why is shown\. .*record/)] });
  expect(read('#/asset/%3Cb%3E/moon').problems).toHaveLength(2);
  for (const odd of ['#/', '#/asset', '#/asset/', '#/coin/TAO', '#/asset/TAO/why/more', '#/%E0%A4%A']) {
    expect(read(odd), odd).toMatchObject({ asset: 'BTC', tab: 'why', problems: [expect.stringContaining('is no address of this page, so BTC is shown')] });
  }
  expect(read(`#/asset/${'x'.repeat(5_000)}`).problems[0].length).toBeLessThan(150);
});

const told = (values: object): Assessment => ({ symbol: 'TAO', conviction: 48.4, formula: 'published', ...values, data: { state: 'live', source: 'binance', asOf: 0, ...(values as Assessment).data } }) as Assessment;

test('the title has the score first, with a real minus, and says what is not usual about it', () => {
  expect(titled('TAO', null, 'en')).toBe('TAO Conviction');
  expect(titled('ETH', null, 'en')).toBe('ETH · TAO Conviction');
  expect(titled('TAO', told({}), 'en')).toBe('+48 TAO · TAO Conviction');
  expect(titled('ETH', told({ conviction: -12 }), 'en')).toBe('−12 ETH · TAO Conviction');
  expect(titled('TAO', told({ conviction: 39.6 }), 'en')).toBe('+39.6 TAO · TAO Conviction');
  expect(titled('TAO', told({ conviction: null }), 'en')).toBe('TAO Conviction');
  expect(titled('TAO', told({ data: { state: 'simulated' } }), 'en')).toBe('+48 TAO, simulated · TAO Conviction');
  expect(titled('TAO', told({ formula: 'custom', data: { state: 'cached' } }), 'en')).toBe('+48 TAO, custom formula, cached · TAO Conviction');
});

test('the state in the head is a word, a source and a time; another day’s has its date', () => {
  const noon = Date.parse('2026-09-11T12:04:00Z');
  const at = (asOf: number | null, state = 'live') => standing(told({ data: { state, asOf } }), noon, 'en-GB');
  const time = (value: number) => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(value);
  expect(standing(null, noon, 'en')).toEqual(['loading', 'loading']);
  expect(at(noon)).toEqual(['live', `live · Binance · ${time(noon)}`]);
  expect(at(noon - 86_400_000, 'cached')[1]).toMatch(/^cached · Binance · 10 Sept?,? /);
  expect(at(null, 'unavailable')).toEqual(['unavailable', 'no data']);
  expect(standing(told({ data: { state: 'live', source: null, asOf: null } }), noon, 'no such tag')[1]).toBe('live · no source · ?');
});

test('a deep link opens its asset and its tab, and no candle of another asset is asked for', async ({ page, site, exchange }) => {
  // However late the part of the page is that reads addresses.
  const release = await holdBack(page, '**/page/routes.js');
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, theme: 'dark' })}#/asset/ETH/gates`, { waitUntil: 'commit' });
  const widget = new Widget(page.locator('#live'));
  await widget.is('live');
  release();
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  await expect(widget.part('gate')).toHaveCount(10);
  await expect(widget.part('symbol')).toHaveText('ETH');
  expect((await widget.assessment()).symbol).toBe('ETH');
  expect(exchange.candleRequests('binance').map(({ interval }) => interval)).toEqual([]);
  await expect(page.locator('#notice')).toBeHidden();
  await expect(page.getByRole('region', { name: 'ETH now' })).toBeVisible();
  await expect(widget.root).toHaveAttribute('data-theme', 'dark');
  expect(await hash(page)).toBe('#/asset/ETH/gates');
});

test('choosing tabs changes the address, Back and Forward lead through them, and the first view adds no entry', async ({ page, site, exchange }) => {
  // A file, where no widget asks anybody.
  await page.goto(`${site.url}/catalysts.json`);
  const before = await entries(page);
  const widget = await openAt({ page, site, exchange }, '');
  expect(await entries(page)).toBe(before + 1);
  await expect(selected(widget)).toHaveAttribute('id', 'why');
  await tab(widget, 'gates').click();
  await expect.poll(() => hash(page)).toBe('#/asset/TAO/gates');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => hash(page)).toBe('#/asset/TAO/chart');
  await page.keyboard.press('Home');
  await expect.poll(() => hash(page)).toBe('#/asset/TAO');
  expect(await entries(page)).toBe(before + 4);
  for (const [go, address, id] of [['back', '#/asset/TAO/chart', 'chart'], ['back', '#/asset/TAO/gates', 'gates'], ['back', '', 'why'], ['forward', '#/asset/TAO/gates', 'gates']]) {
    await (go === 'back' ? page.goBack() : page.goForward());
    await expect(selected(widget)).toHaveAttribute('id', id);
    expect(await hash(page)).toBe(address);
  }
  expect(await entries(page), 'Back adds nothing').toBe(before + 4);
  await page.reload();
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
});

test('a wrong asset or tab is named on the page and the usual is shown; the next choice takes the words away', async ({ page, site, exchange, watch }) => {
  const widget = await openAt({ page, site, exchange }, '#/asset/XYZ/moon');
  const notice = page.locator('#notice');
  await expect(notice).toHaveText(/^“XYZ” is no asset that this page knows, so TAO is shown\. “moon” is no tab of the panel, so Why is shown\./);
  await expect(widget.part('symbol')).toHaveText('TAO');
  await expect(selected(widget)).toHaveAttribute('id', 'why');
  expect(await objections(page, '#notice')).toEqual([]);
  await tab(widget, 'data').click();
  await expect(notice).toBeHidden();
  expect(await hash(page)).toBe('#/asset/TAO/data');
  await page.goBack();
  await expect(notice).toBeVisible();
  await page.evaluate(() => (location.hash = '#/asset/<img src=x onerror=alert(1)>'));
  await expect(notice).toHaveText(/^“<img src=x onerror=alert\(1\)>” is no asset/);
  await expect(notice.locator('*')).toHaveCount(0);
  // The widget may name it as well.
  expect(watch.warnings.filter((text) => !text.includes('symbol'))).toEqual([]);
});

test('anchors go on working: they keep what is shown, and Back leads to it', async ({ page, site, exchange }) => {
  const widget = await openAt({ page, site, exchange }, '');
  await page.getByRole('link', { name: 'Method', exact: true }).click();
  await expect(page.locator('#method')).toBeInViewport();
  await page.evaluate(() => scrollTo(0, 0));
  await tab(widget, 'gates').click();
  await expect.poll(() => hash(page)).toBe('#/asset/TAO/gates');
  await page.getByRole('link', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#builder')).toHaveAttribute('open', '');
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  await page.goBack();
  await page.goBack();
  await expect(selected(widget)).toHaveAttribute('id', 'why');
  expect(await hash(page)).toBe('#method');
});

test('a panel that is built anew shows the tab of the address, and nothing is added to the history', async ({ page, site, exchange }) => {
  const widget = await openAt({ page, site, exchange }, '#/asset/TAO/gates');
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  const before = await entries(page);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  // Taken out and put back a moment later, which starts the widget from the beginning.
  await page.evaluate(async () => {
    const [live, hero] = [document.querySelector('#live')!, document.querySelector('.hero')!];
    live.remove();
    await new Promise((resolve) => queueMicrotask(() => resolve(0)));
    hero.append(live);
  });
  await expect(widget.part('gate')).toHaveCount(10);
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  expect([await entries(page), await hash(page)]).toEqual([before, '#/asset/TAO/gates']);
});

test('a row of the watchlist is shown in the panel without leaving the page; with a modifier key it is left to the browser', async ({ page, site, exchange }) => {
  const widget = await openAt({ page, site, exchange }, '#/asset/TAO/gates');
  await page.locator('#list').scrollIntoViewIfNeeded();
  const link = page.locator('#list [part~=row][data-symbol=ETH] [part~=symbol]');
  await page.evaluate(() => ((window as unknown as { stayed: boolean }).stayed = true));
  await link.focus();
  await page.keyboard.press('Enter');
  await expect(widget.part('symbol')).toHaveText('ETH');
  await widget.is('live');
  await expect(selected(widget)).toHaveAttribute('id', 'why');
  const hero = page.getByRole('region', { name: 'ETH now' });
  await expect(hero).toBeFocused();
  await expect(hero).toBeInViewport();
  expect(await hash(page)).toBe('#/asset/ETH');
  // The next stop of the Tab key is inside the panel.
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('live');
  await page.goBack();
  await expect(widget.part('symbol')).toHaveText('TAO');
  await expect(selected(widget)).toHaveAttribute('id', 'gates');
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  const prevented = (modifier: string) =>
    page.evaluate((key) => {
      const event = new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, [key]: true });
      // Heard after the page's own listener, and not followed.
      let taken = false;
      addEventListener('click', (heard) => {
        if (heard !== event) return;
        taken = heard.defaultPrevented;
        heard.preventDefault();
      });
      document.querySelector('#list')!.shadowRoot!.querySelector('[data-symbol=ETH] a')!.dispatchEvent(event);
      return taken;
    }, modifier);
  for (const key of ['metaKey', 'ctrlKey', 'shiftKey', 'altKey']) expect(await prevented(key), key).toBe(false);
  expect(await prevented('none')).toBe(true);
});

test('the head and the title follow what is known: loading, live, another asset, no data', async ({ page, site, exchange }) => {
  const state = page.locator('#state');
  exchange.fail('binance', { kind: 'silence' });
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, sources: 'binance' })}`);
  await expect(state).toHaveText('loading');
  await expect(page).toHaveTitle('TAO Conviction');
  exchange.heal('binance');
  const widget = await openAt({ page, site, exchange }, '');
  await expect(state).toHaveText(/^live · Binance · 10:00\sAM$/);
  await expect(state).toHaveAttribute('data-state', 'live');
  await expect(state).toHaveAttribute('aria-live', 'off');
  const own = await widget.assessment();
  await expect(page).toHaveTitle(`${scored(own.conviction!)} TAO · TAO Conviction`);
  exchange.failAll({ kind: 'status', status: 500 });
  await page.evaluate(() => (location.hash = '#/asset/BTC'));
  await expect(state).toHaveText('no data');
  await expect(page).toHaveTitle('BTC · TAO Conviction');
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing in the head, and it fits 320 pixels, ${theme}`, async ({ page, site, exchange }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await (await openPage(page, site, exchange, { theme })).is('live');
    expect(await objections(page, '.top')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    for (const target of await page.locator('.top :is(a, button), #share button').all()) {
      expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(24);
    }
  });
}

test('a page whose address sends its figures through somebody says through whom', async ({ page, site, watch }) => {
  watch.allowed.push('https://cache.example/');
  await page.goto(`${site.url}/?proxy=${encodeURIComponent('https://cache.example/tao')}`);
  await expect(page.locator('#through')).toHaveText(/^All figures come through cache\.example, /);
  expect(through('?proxy=https%3A%2F%2Fuser%40evil.example%3A8443')).toContain('evil.example:8443');
  for (const search of ['', '?theme=dark', '?proxy=nonsense', '?proxy=http%3A%2F%2F127.0.0.1%3A9', '?proxy=http://localhost:80/x']) expect(through(search), search).toBe('');
  expect(through('?proxy=http://127.0.0.1.evil.example')).toContain('127.0.0.1.evil.example');
});
