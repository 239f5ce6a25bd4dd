// The page without a network: what is kept of it, that it is never old and never a mixture of two versions, and that it
// can be taken away again. Service workers need a page of their own origin, so these journeys are all on the page.

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Response } from '@playwright/test';
import { DIST, Site } from '../exchange/static.ts';
import { openEmbed } from '../pages/blog.ts';
import { expect, openPage, test } from '../pages/journey.ts';
import { Widget } from '../pages/widget.ts';

type Of = Parameters<Parameters<typeof test>[2]>[0];

const read = (file: string): string => readFileSync(join(DIST, file), 'utf8');
const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const constant = (script: string, name: string): string => new RegExp(`^const ${name} = (.*);$`, 'm').exec(script)![1]!;
const stamped = (script: string, name: string, value: unknown): string =>
  script.replace(new RegExp(`^const ${name} = .*;$`, 'm'), () => `const ${name} = ${JSON.stringify(value)};`);

const FILES = JSON.parse(constant(read('sw.js'), 'FILES')) as Record<string, string>;
/** What a page of English texts with a panel on it does without. */
const SPARE = ['tao-conviction.js', 'tao-conviction_bg.wasm', 'catalysts.js', 'catalysts_bg.wasm'];
const FIRST = Object.keys(FILES).filter((path) => !path.startsWith('locale/') && !path.startsWith('sample/') && !SPARE.includes(path)).map((path) => path.replace('./', '')).sort();

/** The next version as a build writes it: the changed files, their hashes in the list, and its name. */
function publish(site: Site, version: string, changes: Record<string, string>): void {
  const files: Record<string, string> = { ...FILES };
  const all = { ...changes, 'page/offline.js': stamped(changes['page/offline.js'] ?? read('page/offline.js'), 'VERSION', version) };
  for (const [name, text] of Object.entries(all)) {
    const path = name === 'index.html' ? '' : name;
    site.pages.set(`/${path}`, text);
    files[path || './'] = hash(text);
  }
  site.pages.set('/sw.js', stamped(stamped(read('sw.js'), 'VERSION', version), 'FILES', files));
}

/** Waits until the page's worker, or the one of `version`, is at work and has cleared up. The worker is asked for when the page is idle, which its clock decides. */
async function kept(page: Page, version?: string): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(20);
    const [state, sets] = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return [registration?.active?.state, (await caches.keys()).map((name) => name.split(' ').at(-1))] as const;
    });
    expect(state).toBe('activated');
    if (version) expect(sets).toContain(version);
  }).toPass({ timeout: 20_000 });
}

/** Time for what must not happen: for the page's clock, and for the browser to answer the page and its worker. */
async function calm(page: Page): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await page.clock.runFor(50);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.update().catch(() => undefined);
      await caches.keys();
    });
  }
}

/** What is in the sets of the page, by version; without the list and the notes. */
function sets(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const all: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      const [, scope = '', version = ''] = name.replace('tao-conviction ', 'x ').split(' ');
      all[version] = requests.map(({ url }) => url.slice(scope.length)).filter((path) => !path.startsWith('?')).sort();
    }
    return all;
  });
}

/** No network: neither the page's own files nor the exchanges, and the browser knows. */
async function unplug({ context, site, exchange }: Pick<Of, 'context' | 'site' | 'exchange'>): Promise<void> {
  exchange.failAll({ kind: 'reset' });
  site.broken = () => true;
  await context.setOffline(true);
}

async function plug({ context, site, exchange }: Pick<Of, 'context' | 'site' | 'exchange'>): Promise<void> {
  exchange.healAll();
  site.broken = () => false;
  await context.setOffline(false);
}

/** Opens the page once and waits until all of it is kept. */
async function visited({ page, site, exchange }: Pick<Of, 'page' | 'site' | 'exchange'>, query: Record<string, string> = {}): Promise<Widget> {
  const widget = await openPage(page, site, exchange, query);
  await widget.is('live');
  await kept(page);
  return widget;
}

test('without a network the page is there, with the last score and its age', async ({ page, context, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  const before = await widget.assessment();
  await unplug({ context, site, exchange });
  site.requests.length = 0;
  await page.reload();
  await widget.is('cached');
  await expect(widget.part('time')).toHaveText(/as of/);
  expect((await widget.assessment()).mtf).toEqual(before.mtf);
  await expect(page.getByRole('heading', { name: 'TAO Conviction' })).toBeVisible();
  // The page's own parts too.
  await page.locator('#builder summary').click();
  await expect(page.locator('#tag')).toContainText('<script async src=');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(widget.root).toHaveAttribute('data-theme', 'dark');
  await plug({ context, site, exchange });
  await page.reload();
  await widget.is('live');
});

test('it works below any path, each copy for itself', async ({ page, context, exchange, watch }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tao-offline-'));
  mkdirSync(join(folder, 'some/sub'), { recursive: true });
  for (const path of ['some/sub/path', 'other']) symlinkSync(DIST, join(folder, path));
  const site = await Site.open(folder);
  try {
    const open = async (path: string): Promise<Widget> => {
      await page.goto(`${site.url}/${path}/?proxy=${exchange.url}`);
      return new Widget(page.locator('tao-conviction').first());
    };
    watch.allowed.push(`${site.url}/`);
    for (const path of ['other', 'some/sub/path']) {
      await (await open(path)).is('live');
      await kept(page);
    }
    const scopes = await page.evaluate(async () => (await caches.keys()).map((name) => new URL(name.split(' ')[1]!).pathname).sort());
    expect(scopes).toEqual(['/other/', '/some/sub/path/']);
    await unplug({ context, site, exchange });
    for (const path of ['other', 'some/sub/path', 'some/sub/path/index.html']) {
      await page.goto(`${site.url}/${path}${path.endsWith('.html') ? '' : '/'}?proxy=${exchange.url}&theme=dark`);
      await new Widget(page.locator('tao-conviction').first()).is('cached');
    }
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});

test('what the page is made of is kept, the rest when it is used, and nothing else', async ({ page, context, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  expect(Object.values(await sets(page))).toEqual([FIRST]);
  const german = { proxy: exchange.url, locale: 'de' };
  await page.goto(`${site.url}/?${new URLSearchParams(german)}`);
  await widget.is('live');
  await expect(widget.root).toHaveAttribute('lang', 'de');
  const texts = ['card', 'catalysts', 'panel', 'record'].map((part) => `locale/de.${part}.js`);
  await expect.poll(async () => Object.values(await sets(page))).toEqual([[...FIRST, ...texts].sort()]);
  // A newer version brings them along.
  publish(site, 'two', { 'page.css': `${read('page.css')}/* two */` });
  await page.reload();
  await kept(page, 'two');
  await expect.poll(async () => (await sets(page)).two).toEqual([...FIRST, ...texts].sort());
  await unplug({ context, site, exchange });
  await page.reload();
  await widget.is('cached');
  await expect(widget.root).toHaveAttribute('lang', 'de');
});

test('the worker touches the page’s own files only, and asks the network for each', async ({ page, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  const through: Response[] = [];
  const all: Response[] = [];
  page.on('response', (response) => (response.fromServiceWorker() ? through : all).push(response));
  site.requests.length = 0;
  await page.reload();
  await widget.is('live');
  await page.evaluate(() => Promise.all([fetch('scoring.js'), fetch('catalysts.json', { method: 'POST', body: '{}' })]));
  const names = through.map((response) => new URL(response.url()).pathname);
  expect(names).toEqual(expect.arrayContaining(['/', '/page.css', '/page/page.js', '/embed.js', '/panel.js', '/panel_bg.wasm']));
  for (const name of names) expect(Object.keys(FILES)).toContain(name.slice(1) || './');
  // Never without having asked: HTTP decides what is new.
  for (const name of names) expect(site.requests).toContain(name);
  expect(all.filter((response) => response.url().startsWith(exchange.url)).length).toBeGreaterThan(0);
  expect(all.map((response) => new URL(response.url()).pathname)).toEqual(expect.arrayContaining(['/scoring.js', '/catalysts.json']));
});

test('the worker is asked for after the first score, and not in an iframe of the page or on a blog', async ({ page, blog, site, exchange }) => {
  exchange.failAll({ kind: 'silence' });
  const widget = await openPage(page, site, exchange);
  await widget.is('loading');
  await calm(page);
  expect(site.requests).toContain('/page/offline.js');
  expect(site.requests).not.toContain('/sw.js');
  exchange.healAll();
  await page.goto(`${site.url}/?embed&proxy=${exchange.url}`);
  await widget.is('live');
  await calm(page);
  const embed = await openEmbed(page, blog, site, exchange);
  await embed.is('live');
  await calm(page);
  expect(site.requests).not.toContain('/sw.js');
  expect(site.requests.filter((path) => path === '/page/offline.js')).toHaveLength(1);
  // Where the page is kept, its frame is still the network's.
  await visited({ page, site, exchange });
  const frame = await page.goto(`${site.url}/?embed&proxy=${exchange.url}`);
  expect(frame!.fromServiceWorker()).toBe(false);
});

test('nothing is kept for a reader who saves data', async ({ page, site, exchange }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: Object.assign(new EventTarget(), { saveData: true }) }));
  await (await openPage(page, site, exchange)).is('live');
  await calm(page);
  expect(site.requests).not.toContain('/sw.js');
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
});

test('with a network a new version is there at once, and then it is the one that is kept', async ({ page, context, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  const [old] = Object.keys(await sets(page));
  publish(site, 'two', { 'page.css': `${read('page.css')}\nh1::after { content: " two" }`, 'index.html': read('index.html').replace('<h1>', '<h1 id="two">') });
  const mark = (): Promise<string> => page.locator('h1#two').evaluate((title) => getComputedStyle(title, '::after').content);
  // The page is there before the worker is, and listens when that takes over.
  site.broken = (path) => path === '/sw.js';
  await page.reload();
  expect(await mark()).toBe('" two"');
  await widget.is('live');
  await expect(page.locator('#update')).toBeAttached();
  site.broken = () => false;
  await calm(page);
  await kept(page, 'two');
  // It is the new page already.
  await calm(page);
  await expect(page.locator('#update')).toBeEmpty();
  await page.reload();
  await widget.is('live');
  await expect.poll(async () => Object.keys(await sets(page))).toEqual(['two']);
  expect(old).not.toBe('two');
  await unplug({ context, site, exchange });
  await page.reload();
  await widget.is('cached');
  expect(await mark()).toBe('" two"');
});

test('a page that stays open says that a new version is ready, and loads it when it is told to', async ({ page, site, exchange }) => {
  await page.addInitScript(() => {
    const { update } = ServiceWorkerRegistration.prototype;
    Object.assign(window, { looks: 0 });
    ServiceWorkerRegistration.prototype.update = function () {
      (window as unknown as { looks: number }).looks += 1;
      return update.call(this);
    };
  });
  const looks = (): Promise<number> => page.evaluate(() => (window as unknown as { looks: number }).looks);
  const widget = await visited({ page, site, exchange });
  await page.reload();
  await widget.is('live');
  await kept(page);
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  const line = page.locator('#update');
  publish(site, 'two', { 'page.css': `${read('page.css')}\nh1::after { content: " two" }` });
  // Not before it is an hour old.
  await page.clock.fastForward(3_590_000);
  await page.clock.runFor(1_000);
  expect(await looks()).toBe(0);
  await page.clock.fastForward(11_000);
  await expect(line).toHaveText('A new version is readyReloadLater');
  await line.getByRole('button', { name: 'Later' }).click();
  await expect(line).toBeEmpty();
  publish(site, 'three', { 'page.css': `${read('page.css')}\nh1::after { content: " three" }` });
  await page.clock.fastForward(3_601_000);
  await line.getByRole('button', { name: 'Reload' }).focus();
  expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
  await page.keyboard.press('Enter');
  await expect(async () => expect(await page.evaluate(() => 'stillHere' in window)).toBe(false)).toPass();
  await expect.poll(() => page.locator('h1').evaluate((title) => getComputedStyle(title, '::after').content)).toBe('" three"');
  await expect(line).toBeEmpty();
});

test('the network dies after something new has come: nothing old is added to it, and the next load is the old version', async ({ page, context, site, exchange, watch }) => {
  const widget = await visited({ page, site, exchange });
  publish(site, 'two', { 'index.html': read('index.html').replace('<h1>', '<h1 id="two">') });
  site.broken = (path) => path !== '/';
  const failed: string[] = [];
  page.on('requestfailed', (request) => failed.push(new URL(request.url()).pathname));
  await page.reload();
  await expect(page.locator('h1#two')).toBeVisible();
  await expect.poll(() => failed).toEqual(expect.arrayContaining(['/page.css', '/page/page.js', '/embed.js']));
  expect(await page.evaluate(() => Boolean(customElements.get('tao-conviction')))).toBe(false);
  // Even what is asked for late, and of a worker that has rested meanwhile.
  await rest(page);
  expect(await page.evaluate(() => fetch('alert.js').then(() => 'given', () => 'failed'))).toBe('failed');
  await unplug({ context, site, exchange });
  await page.reload();
  await widget.is('cached');
  await expect(page.locator('h1#two')).toHaveCount(0);
  watch.trouble.length = 0; // what could not be loaded
});

test('the network dies while all that has come is the same in both versions: it is the old version as a whole, and stays so', async ({ page, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  publish(site, 'two', { 'page/builder.js': `${read('page/builder.js')}\ndocument.documentElement.id = "two";` });
  site.broken = (path) => !['/', '/page.css', '/page/page.js'].includes(path);
  await page.reload();
  await widget.is('live');
  await expect(page.locator('#builder')).toBeVisible();
  expect(await page.locator('html').getAttribute('id')).toBeNull();
  // The network is back with the new version.
  site.broken = () => false;
  for (const rested of [false, true]) {
    if (rested) await rest(page);
    const text = await page.evaluate(() => fetch('page/builder.js').then((answer) => answer.text()));
    expect(text).toBe(read('page/builder.js'));
  }
  await page.reload();
  await expect(page.locator('html#two')).toBeAttached();
});

test('a page of the old version is given the old one’s files after the new one has taken over', async ({ page, context, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  await unplug({ context, site, exchange });
  await page.reload();
  await widget.is('cached');
  await plug({ context, site, exchange });
  publish(site, 'two', { 'alert.js': `${read('alert.js')}/* two */`, 'page.css': `${read('page.css')}/* two */` });
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await kept(page, 'two');
  await expect(page.locator('#update')).toContainText('A new version is ready');
  const text = (): Promise<string> => page.evaluate(() => fetch('alert.js').then((answer) => answer.text()));
  expect(await text()).toBe(read('alert.js'));
  expect(Object.keys(await sets(page))).toHaveLength(2);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(text).toBe(`${read('alert.js')}/* two */`);
  await widget.is('live');
  await page.reload();
  await expect.poll(async () => Object.keys(await sets(page))).toEqual(['two']);
});

/** Stops the worker as the browser does when it has nothing to do. */
async function rest(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.detach();
}

test('a worker that has rested still knows whose page it is', async ({ page, site, exchange }) => {
  const widget = await visited({ page, site, exchange });
  const asked = (): Promise<string> => page.evaluate(() => fetch('alert.js').then((answer) => answer.text(), () => 'failed'));
  await page.reload();
  await widget.is('live');
  await rest(page);
  // The line only: under `setOffline` this browser doesn't start a worker again that was stopped.
  site.broken = () => true;
  expect(await asked()).toBe(read('alert.js'));
  await rest(page);
  expect(await asked()).toBe(read('alert.js'));
});

test('a file that is not what its hash says is not kept, and neither is the rest', async ({ page, context, site, exchange }) => {
  const widget = await openPage(page, site, exchange);
  await widget.is('live');
  site.pages.set('/alert.js', `${read('alert.js')}/* changed on the way */`);
  await page.clock.runFor(500);
  await expect.poll(() => site.requests).toContain('/sw.js');
  await expect.poll(() => site.requests).toContain('/alert.js');
  const registered = (): Promise<boolean> => page.evaluate(async () => Boolean(await navigator.serviceWorker.getRegistration()));
  await expect.poll(registered).toBe(false);
  expect(await sets(page)).toEqual({});

  // And of a newer version likewise: the one that is whole stays.
  site.pages.clear();
  await visited({ page, site, exchange });
  const before = await sets(page);
  publish(site, 'two', { 'index.html': read('index.html').replace('<h1>', '<h1 id="two">') });
  site.pages.set('/alert.js', '/* changed on the way */');
  site.requests.length = 0;
  await page.reload();
  await expect(page.locator('h1#two')).toBeVisible();
  await widget.is('live');
  await page.clock.runFor(500);
  await expect.poll(() => site.requests).toContain('/alert.js');
  await expect.poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.installing))).toBe(false);
  await expect.poll(() => sets(page)).toEqual(before);
  await unplug({ context, site, exchange });
  await page.reload();
  await widget.is('cached');
  await expect(page.locator('h1#two')).toHaveCount(0);
});

for (const file of ['sw.js', 'page/offline.js']) {
  test(`the ${file} of the repository, put in place of the built one, takes everything away`, async ({ page, site, exchange }) => {
    const widget = await visited({ page, site, exchange });
    const unbuilt = stamped(stamped(read(file), 'VERSION', ''), 'FILES', {});
    // With the worker alone the page would register it again and again.
    if (file === 'sw.js') site.pages.set('/page/offline.js', stamped(read('page/offline.js'), 'VERSION', ''));
    site.pages.set(`/${file}`, unbuilt);
    await page.reload();
    await widget.is('live');
    const left = (): Promise<[number, number]> =>
      page.evaluate(async () => [(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length]);
    await expect.poll(left).toEqual([0, 0]);
    await page.reload();
    await widget.is('live');
    await calm(page);
    expect(await left()).toEqual([0, 0]);
  });
}

test('a service worker that the owner of the folder has already is left alone', async ({ page, site, exchange }) => {
  site.pages.set('/own.js', '// The owner’s.');
  const widget = await openPage(page, site, exchange, { layout: 'badge' });
  await widget.is('live');
  // Before the page is idle.
  await page.evaluate(async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    await navigator.serviceWorker.register('own.js');
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await widget.is('live');
  await calm(page);
  const scripts = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.scriptURL));
  expect(scripts).toEqual([`${site.url}/own.js`]);
  expect(site.requests).not.toContain('/sw.js');
});

test('the manifest names nothing but what is beside it, and each icon has the size it says', async ({}) => {
  const manifest = JSON.parse(read('manifest.webmanifest')) as Record<string, unknown> & { icons: { src: string; sizes: string; purpose?: string }[] };
  expect([manifest.start_url, manifest.scope, manifest.id]).toEqual(['./', './', undefined]);
  const sizes = manifest.icons.map(({ src, sizes, purpose = 'any' }) => {
    expect(src).toMatch(/^\.\/icons\//);
    if (src.endsWith('.svg')) return [sizes, purpose];
    const png = readFileSync(join(DIST, src));
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
    return [sizes, purpose];
  });
  expect(sizes).toEqual([['any', 'any'], ['192x192', 'any'], ['512x512', 'any'], ['512x512', 'maskable']]);
  const touch = readFileSync(join(DIST, 'icons/apple-touch-180.png'));
  expect([touch.readUInt32BE(16), touch.readUInt32BE(20)]).toEqual([180, 180]);
  for (const [, address] of read('index.html').matchAll(/(?:href|src)="([^"]*)"/g)) expect(address).toMatch(/^(\.\/|#|data:|https:\/\/HOST\/)/);
});

test('the browser would install it', async ({ page, site, exchange }) => {
  await visited({ page, site, exchange });
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // The tests' browser has no profile, as a private window; nothing else is wrong.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});

test('the browser’s bars have the colour of the page in each theme', async ({ page, site, exchange }) => {
  for (const system of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: system });
    await (await openPage(page, site, exchange)).is('live');
    const shown = (): Promise<[string | undefined, string]> =>
      page.evaluate(() => {
        const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')];
        const colour = getComputedStyle(document.body).backgroundColor;
        const hex = `#${colour.match(/\d+/g)!.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
        return [metas.find(({ media }) => matchMedia(media).matches)?.content, hex];
      });
    for (const theme of ['Auto', 'Light', 'Dark', 'Auto']) {
      await page.getByRole('button', { name: theme, exact: true }).click();
      const [bars, ground] = await shown();
      expect(bars).toBe(ground);
    }
  }
});
