// Texts, numbers and dates in the reader's language: fetched when needed, complete, and never two languages at once.

import { readFileSync, readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { objections } from '../pages/axe.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, holdBack, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

type Sections<T> = Record<'card' | 'panel' | 'catalysts' | 'record', T>;

const FOLDER = new URL('../../locales/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
const ENGLISH = read('en') as Sections<string[]>;
const texts = (language: string): Sections<Record<string, string>> => read(language) as Sections<Record<string, string>>;
const LANGUAGES = readdirSync(FOLDER).flatMap((file) => (file === 'en.json' ? [] : [file.replace('.json', '')]));

/** Requests for texts, by file name. */
const asked = (site: { requests: string[] }): string[] => site.requests.filter((path) => path.startsWith('/locale/')).map((path) => path.slice(8));

/** What stands there for eyes and ears: texts, titles and labels. */
const said = (widget: Widget): Promise<string> =>
  widget.element.evaluate((host) => {
    const root = host.shadowRoot!.querySelector('.tao')!;
    const spoken = [...root.querySelectorAll('[title],[aria-label],[aria-valuetext]')].flatMap((node) =>
      ['title', 'aria-label', 'aria-valuetext'].map((name) => node.getAttribute(name) ?? ''),
    );
    return [root.textContent, root.getAttribute('aria-label'), ...spoken].join('\n');
  });

/** English sentences of the catalog that a translation should have replaced: long enough to be no name or number. */
function leftovers(shown: string, language: string): string[] {
  const own = texts(language);
  return Object.entries(ENGLISH).flatMap(([section, all]) =>
    all.filter((text) => {
      const pieces = text.split(/\{\d\}/).map((piece) => piece.trim());
      const longest = pieces.reduce((one, other) => (other.length > one.length ? other : one));
      return longest.split(' ').length >= 2 && longest.length > 8 && !own[section as 'card'][text]!.includes(longest) && shown.includes(longest);
    }),
  );
}

/** Numbers with a percent sign as this language does not write it: with a space, without one, or with another sign. */
function percents(language: string): RegExp {
  const own = texts(language).card['{0} % ']!.slice(3).trimEnd();
  return /^\s/.test(own) ? /[\d٠-٩][%٪]/g : own === '٪' ? /[\d٠-٩]\s?%/g : /\d\s%/g;
}

test('there are eight languages', () => {
  expect(LANGUAGES.sort()).toEqual(['ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh']);
});

for (const language of LANGUAGES) {
  test(`${language}: a card on a page in that language speaks it, and fetches one file for it`, async ({ page, blog, site, exchange }) => {
    const url = blog.show('/post', `<main lang="${language}">${loader(site)}${element({ proxy: exchange.url, catalysts: 'off' })}</main>`);
    await page.goto(url);
    const card = new Widget(page.locator('tao-conviction'));
    await card.is('live');
    await expect(card.root).toHaveAttribute('lang', language);
    await expect(card.root).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr');
    await expect(card.part('disclaimer')).toHaveText(texts(language).card["Not financial advice. Not the chain's own “conviction” locks."]!);
    expect(leftovers(await said(card), language)).toEqual([]);
    // A sign stands before its number also where texts run from right to left.
    const { conviction } = await card.assessment();
    const sign = conviction! > 0 ? '\\+' : '−';
    if (Math.abs(conviction!) >= 1) await expect(card.part('score')).toHaveText(new RegExp(`^${language === 'ar' ? '\u200e' : ''}${sign}[\\d٠-٩]`));
    expect(asked(site)).toEqual([`${language}.card.js`]);
    // Nothing is cut off or runs out of the card.
    expect(await card.element.evaluate((host) => [...host.shadowRoot!.querySelectorAll('.tao, .tao *')].filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline' && !node.closest('.only-heard')).map((node) => node.className))).toEqual([]);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
  });

  test(`${language}: a badge and an outage too`, async ({ page, blog, site, exchange }) => {
    exchange.failAll({ kind: 'status', status: 451 });
    const widget = await openEmbed(page, blog, site, exchange, { locale: language });
    await widget.is('unavailable');
    expect(leftovers(await said(widget), language)).toEqual([]);
    expect(await objections(page, 'tao-conviction')).toEqual([]);
    await widget.set('layout', 'badge');
    await expect(widget.root).toHaveAttribute('data-layout', 'badge');
    expect(leftovers(await said(widget), language)).toEqual([]);
  });

  test(`${language}: every tab of a panel speaks it`, async ({ page, blog, site, exchange }) => {
    const widget = await openEmbed(page, blog, site, exchange, { locale: language, layout: 'panel', catalysts: 'off' });
    await widget.is('live');
    for (const tab of ['why', 'gates', 'chart', 'record', 'data']) {
      await widget.element.locator(`#${tab}`).click();
      await expect(widget.element.locator(`[role=tabpanel][part~=${tab}] > :not(.nothing)`)).toBeVisible();
      expect(leftovers(await said(widget), language), tab).toEqual([]);
      expect((await said(widget)).match(percents(language)) ?? [], tab).toEqual([]);
    }
    expect(asked(site).sort()).toEqual(['card', 'catalysts', 'panel', 'record'].map((part) => `${language}.${part}.js`));
  });
}

test('English is built in, and stands in for a language that has no texts', async ({ page, blog, site, exchange }) => {
  const widget = await openEmbed(page, blog, site, exchange, { locale: 'nl', catalysts: 'off' });
  await widget.is('live');
  await expect(widget.part('disclaimer')).toContainText('Not financial advice.');
  await expect(widget.root).toHaveAttribute('lang', 'en');
  await expect(widget.part('price')).toContainText(','); // numbers are Dutch
  expect(asked(site)).toEqual([]);
});

test('the attribute comes before the page’s language, and changing it changes everything without a reload', async ({ page, blog, site, exchange }) => {
  const url = blog.show('/post', `<div lang="fr">${loader(site)}${element({ proxy: exchange.url, locale: 'de-AT', catalysts: 'off' })}</div>`);
  await page.goto(url);
  const widget = new Widget(page.locator('tao-conviction'));
  await widget.is('live');
  const how = (language: string): string => texts(language).card['How?']!;
  await expect(widget.part('footer')).toContainText(how('de'));
  for (const [locale, language] of [['ja', 'ja'], ['ar-EG', 'ar'], ['de', 'de']]) {
    await widget.set('locale', locale!);
    await expect(widget.part('footer')).toContainText(how(language!));
    await widget.is('live');
  }
  await widget.element.evaluate((host) => host.removeAttribute('locale'));
  await expect(widget.part('footer')).toContainText(how('fr'));
  await widget.set('locale', 'en');
  await expect(widget.part('footer')).toContainText('How?');
  // Each once.
  expect(asked(site).sort()).toEqual(['ar.card.js', 'de.card.js', 'fr.card.js', 'ja.card.js']);
});

async function everSaid(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen: string[] = [];
    const host = document.querySelector('tao-conviction')!;
    new MutationObserver(() => seen.push(host.shadowRoot!.textContent!)).observe(host.shadowRoot!, { childList: true, subtree: true, characterData: true });
    Object.assign(window, { seen });
    return seen;
  });
}

test('while the texts are on their way nothing is drawn, and never two languages beside each other', async ({ page, blog, site, exchange }) => {
  const release = await holdBack(page, /locale\/es\.card\.js/);
  const widget = await openEmbed(page, blog, site, exchange, { locale: 'es', catalysts: 'off' });
  await expect.poll(() => site.requests.includes('/tao-conviction_bg.wasm')).toBe(true);
  await everSaid(page);
  await expect(widget.root).toHaveCount(0);
  release();
  await widget.is('live');
  const seen = (await page.evaluate('seen')) as string[];
  expect(seen.flatMap((shown) => leftovers(shown, 'es'))).toEqual([]);
});

test('a language that is changed while the texts are on their way is the one that is spoken', async ({ page, blog, site, exchange }) => {
  const release = await holdBack(page, /locale\/es\.card\.js/);
  const widget = await openEmbed(page, blog, site, exchange, { locale: 'es', catalysts: 'off' });
  await expect.poll(() => site.requests.includes('/tao-conviction_bg.wasm')).toBe(true);
  await widget.set('locale', 'de');
  release();
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('lang', 'de');
  await expect(widget.part('price')).toContainText(',');
});

test('texts that can’t be had leave an English card, and the console says so once', async ({ page, blog, site, exchange, watch }) => {
  await page.route(/locale\//, (route) => route.abort());
  const two = element({ proxy: exchange.url, locale: 'pt-BR', catalysts: 'off' });
  const open = await openPost(page, blog, loader(site) + two + two);
  for (const index of [0, 1]) {
    await open(index).is('live');
    await expect(open(index).part('disclaimer')).toContainText('Not financial advice.');
  }
  expect(watch.warnings).toEqual([expect.stringContaining('no texts in “pt”')]);
});

test('texts of another version are not used', async ({ page, blog, site, exchange }) => {
  await page.route(/locale\/de\.card\.js/, (route) =>
    route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body: 'export default()=>"eins\\nzwei"' }),
  );
  const widget = await openEmbed(page, blog, site, exchange, { locale: 'de', catalysts: 'off' });
  await widget.is('live');
  await expect(widget.part('disclaimer')).toContainText('Not financial advice.');
});
