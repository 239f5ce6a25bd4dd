// The signals of the Catalysts tab: asked for only where a reader looks, kept for hours, each failing on its own.

import type { Page } from '@playwright/test';
import { type Host, type Wrong, models, releases, weeks, z } from '../exchange/signals.ts';
import { NOW } from '../exchange/candles.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Signals } from '../exchange/signals.ts';
import type { Site } from '../exchange/static.ts';
import { element, loader, openEmbed, openPost } from '../pages/blog.ts';
import { expect, test, travel } from '../pages/journey.ts';
import type { Widget } from '../pages/widget.ts';

const HOUR = 3_600_000;

const line = (widget: Widget, name: string) => widget.part('signal').filter({ has: widget.element.page().locator('.label', { hasText: name }) });
const value = (widget: Widget, name: string) => line(widget, name).locator('.value');

async function openTab(widget: Widget): Promise<void> {
  await widget.element.getByRole('tab', { name: 'Catalysts' }).click();
}

/** A panel whose Catalysts tab is open. */
async function open(page: Page, blog: Site, site: Site, exchange: Exchange, attributes: Record<string, string> = {}): Promise<Widget> {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel', ...attributes });
  await widget.is('live');
  await openTab(widget);
  return widget;
}

/** Until nothing is asked any more. */
async function settled(widget: Widget): Promise<void> {
  await expect(widget.part('signal').filter({ hasText: 'asking…' })).toHaveCount(0);
  await expect(widget.part('signal').filter({ hasText: 'not asked' })).toHaveCount(0);
}

test('nothing is asked before the tab is opened, and then each host once', async ({ page, blog, site, exchange, signals }) => {
  const widget = await openEmbed(page, blog, site, exchange, { layout: 'panel' });
  await widget.is('live');
  for (const name of ['Gates', 'Data', 'Why']) await widget.element.getByRole('tab', { name }).click();
  expect(signals.requests).toEqual([]);
  const before = await widget.assessment();
  await openTab(widget);
  await settled(widget);
  expect([...signals.requests].sort()).toEqual([
    'api.alternative.me/fng/?limit=1',
    'api.github.com/repos/RaoFoundation/subtensor/releases?per_page=10',
    'api.github.com/repos/RaoFoundation/subtensor/stats/commit_activity',
    'openrouter.ai/api/v1/models',
  ]);
  // Shown, not scored.
  expect((await widget.assessment()).conviction).toBe(before.conviction);
  expect((await widget.assessment()).coverage).toBe(before.coverage);
});

test('what is shown is what the hosts said, computed as the text says', async ({ page, blog, site, exchange, signals }) => {
  const widget = await open(page, blog, site, exchange);
  const expected = z(weeks(signals.now));
  const shown = `${expected > 0 ? '+' : '−'}${Math.abs(expected).toFixed(1)}`;
  await expect(line(widget, 'Commits')).toContainText(`z = ${shown}`);
  await expect(value(widget, 'Commits')).toHaveText(String(weeks(signals.now).at(-2)!.total));
  const sent = releases('RaoFoundation/subtensor', signals.now);
  const links = line(widget, 'Releases').locator('a');
  await expect(links).toHaveCount(5);
  await expect(links.first()).toHaveText('Runtime 470');
  await expect(links.nth(1)).toHaveText('v3.469');
  await expect(links.first()).toHaveAttribute('href', String(sent[0]!.html_url));
  await expect(links.first()).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect(value(widget, 'Releases')).toHaveText('3 days ago');
  const days = (one: { created: number }): number => (signals.now / 1_000 - one.created) / 86_400;
  const { data } = models(signals.now);
  const recent = data.filter((one) => days(one) < 14).length;
  const trailing = data.filter((one) => days(one) < 90).length;
  await expect(value(widget, 'AI models')).toHaveText(String(recent));
  await expect(line(widget, 'AI models')).toContainText(`${((trailing * 14) / 90).toFixed(1)} would be the pace of 90 days (${trailing} models), so × ${(recent / ((trailing * 14) / 90)).toFixed(2)}`);
  await expect(line(widget, 'AI models')).toContainText('openai 3');
  await expect(value(widget, 'Fear & Greed')).toHaveText('40 · fear');
  // What the provider's terms ask for.
  await expect(line(widget, 'Fear & Greed').getByRole('link', { name: 'Fear & Greed Index by alternative.me' })).toBeVisible();
});

test('a reload, another widget and another tab take what is kept, until it is old', async ({ page, blog, site, exchange, signals, context }) => {
  // Both in view, one below the other.
  await page.setViewportSize({ width: 1_200, height: 4_500 });
  const body = loader(site) + element({ proxy: exchange.url, layout: 'panel' }) + element({ proxy: exchange.url, layout: 'panel' });
  const pair = await openPost(page, blog, body);
  for (const index of [0, 1]) {
    await pair(index).is('live');
    await openTab(pair(index));
    await expect(value(pair(index), 'Fear & Greed')).toHaveText('40 · fear');
    await settled(pair(index));
  }
  expect(signals.requests).toHaveLength(4);
  await page.reload();
  await pair(0).is('live');
  await openTab(pair(0));
  await expect(value(pair(0), 'Commits')).toHaveText(/^\d+$/);
  await settled(pair(0));
  expect(signals.requests).toHaveLength(4);
  // An hour later Fear & Greed is asked anew, six hours later GitHub, twelve hours later the models.
  for (const [hours, counts] of [[1.1, [2, 1, 2]], [6.2, [4, 1, 3]], [12.4, [6, 2, 4]]] as const) {
    signals.now = NOW + hours * HOUR;
    await travel(page, exchange, signals.now);
    await expect.poll(() => (['github', 'openrouter', 'mood'] as Host[]).map((host) => signals.of(host).length)).toEqual(counts);
    await settled(pair(0));
  }
  expect(context.pages()).toHaveLength(1);
});

test('two tabs that are opened together ask once', async ({ page, blog, site, exchange, signals, context }) => {
  const body = loader(site) + element({ proxy: exchange.url, layout: 'panel' });
  const first = await openPost(page, blog, body);
  await first().is('live');
  const other = await context.newPage();
  await other.clock.install({ time: exchange.now });
  await other.clock.pauseAt(exchange.now + 1_000);
  const asked: string[] = [];
  await other.route(/github|openrouter|alternative\.me/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  const second = await openPost(other, blog, body);
  await second().is('live');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/alternative\.me/, async (route) => {
    await held;
    await route.fallback();
  });
  await page.bringToFront();
  await openTab(first());
  await expect.poll(() => signals.of('github').length).toBe(2);
  await other.bringToFront();
  await openTab(second());
  await expect(value(second(), 'Fear & Greed')).toHaveText('asking…');
  // Whoever asked at once would have been heard by now: the storage answers within this.
  await other.evaluate(async () => void (await indexedDB.databases()));
  expect(asked).toEqual([]);
  release();
  await expect(value(second(), 'Fear & Greed')).toHaveText('40 · fear');
  await settled(second());
  expect([signals.requests.length, asked.length]).toEqual([4, 0]);
});

const FAULTS: [name: string, host: Host, wrong: Wrong, signal: string, said: RegExp | string][] = [
  ['GitHub’s hour is used up', 'github', { kind: 'spent', reset: NOW + 20 * 60_000 }, 'Commits', 'GitHub asks for fewer requests (HTTP 403)'],
  ['429', 'openrouter', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 'AI models', 'OpenRouter asks for fewer requests (HTTP 429)'],
  ['the statistics are being computed', 'github', { kind: 'computing' }, 'Commits', 'GitHub is still computing it'],
  ['a web page', 'openrouter', { kind: 'html' }, 'AI models', 'OpenRouter sent an answer that can\'t be read: it is a web page, not JSON'],
  ['an answer that breaks off', 'openrouter', { kind: 'truncated' }, 'AI models', /OpenRouter .*breaks off or is not JSON/],
  ['20 MB', 'openrouter', { kind: 'huge', bytes: 20 << 20 }, 'AI models', /OpenRouter .*larger than 4 MB/],
  ['another form', 'github', { kind: 'body', body: { message: 'Moved' } }, 'Commits', /GitHub .*not the list that is documented/],
  ['values of other types', 'github', { kind: 'body', body: [[], 7, null, { week: 'soon', total: {} }, { tag_name: 7, published_at: [] }] }, 'Commits', 'GitHub sent no whole week'],
  ['a mood that is none', 'mood', { kind: 'body', body: { data: [{ value: '140', timestamp: '1' }] } }, 'Fear & Greed', /alternative.me sent no number from 0 to 100/],
  ['a few models', 'openrouter', { kind: 'body', body: { data: [{ id: 'a/b', created: NOW / 1_000 - 60 }] } }, 'AI models', 'OpenRouter lists fewer than 10 models of the last 90 days'],
  ['a torn connection', 'mood', { kind: 'reset' }, 'Fear & Greed', 'alternative.me could not be reached from this browser'],
  ['an error', 'mood', { kind: 'status', status: 500 }, 'Fear & Greed', 'alternative.me answered with HTTP 500'],
  ['no such repository', 'github', { kind: 'status', status: 404 }, 'Commits', 'GitHub answered with HTTP 404'],
];

for (const [name, host, wrong, signal, said] of FAULTS) {
  test(`${name}: that signal is unknown and says why, the others stand`, async ({ page, blog, site, exchange, signals }) => {
    signals.fail(host, wrong);
    const widget = await open(page, blog, site, exchange);
    await expect(line(widget, signal).locator('.why')).toHaveText(said);
    await expect(value(widget, signal)).toHaveText('unknown');
    await settled(widget);
    await expect(widget.element.locator('[data-signal=known]')).toHaveCount(host === 'github' ? 2 : 3);
    await widget.is('live');
  });
}

test('who is asked for fewer requests is left alone until the hour is over, over a reload too', async ({ page, blog, site, exchange, signals }) => {
  signals.fail('github', { kind: 'spent', reset: NOW + 20 * 60_000 });
  const widget = await open(page, blog, site, exchange);
  await settled(widget);
  expect(signals.of('github')).toHaveLength(2);
  await travel(page, exchange, NOW + 10 * 60_000);
  await page.reload();
  await widget.is('live');
  await openTab(widget);
  await expect(line(widget, 'Commits')).toContainText('asks for fewer requests');
  await settled(widget);
  expect(signals.of('github')).toHaveLength(2);
  signals.heal();
  await travel(page, exchange, NOW + 21 * 60_000);
  await expect(value(widget, 'Commits')).toHaveText(/^\d+$/);
  expect(signals.of('github')).toHaveLength(4);
});

test('a failure later leaves what was found, with its time and the reason', async ({ page, blog, site, exchange, signals }) => {
  const widget = await open(page, blog, site, exchange);
  await settled(widget);
  signals.fail('mood', { kind: 'status', status: 503 });
  await travel(page, exchange, NOW + 1.1 * HOUR);
  await expect(line(widget, 'Fear & Greed').locator('.why')).toHaveText('alternative.me answered with HTTP 503');
  await expect(value(widget, 'Fear & Greed')).toHaveText('40 · fear');
  await expect(line(widget, 'Fear & Greed').locator('.asked')).toHaveText(/^from alternative\.me, 10:\d\d/);
});

test('who stays silent is given up after 8 seconds, and holds nobody up', async ({ page, blog, site, exchange, signals }) => {
  signals.fail('openrouter', { kind: 'silence' });
  const widget = await open(page, blog, site, exchange);
  await expect(value(widget, 'Fear & Greed')).toHaveText('40 · fear');
  await expect(value(widget, 'AI models')).toHaveText('asking…');
  await expect.poll(() => signals.of('openrouter').length).toBe(1);
  await page.clock.fastForward(8_000);
  await expect(line(widget, 'AI models').locator('.why')).toHaveText('OpenRouter did not answer within 8 seconds');
});

test('the repository’s older name is asked where the newer one is not found', async ({ page, blog, site, exchange, signals }) => {
  signals.repository = 'opentensor/subtensor';
  const widget = await open(page, blog, site, exchange);
  await expect(value(widget, 'Commits')).toHaveText(/^\d+$/);
  expect(signals.of('github').filter((url) => url.includes('commit_activity'))).toEqual([
    'api.github.com/repos/RaoFoundation/subtensor/stats/commit_activity',
    'api.github.com/repos/opentensor/subtensor/stats/commit_activity',
  ]);
});

test('a repository that has moved is followed', async ({ page, blog, site, exchange, signals }) => {
  blog.pages.set('/repositories/801/commit_activity.json', JSON.stringify(weeks(signals.now)));
  signals.fail('github', { kind: 'moved', to: `${blog.url}/repositories/801/commit_activity.json` }, /commit_activity/);
  const widget = await open(page, blog, site, exchange);
  await expect(value(widget, 'Commits')).toHaveText(String(weeks(signals.now).at(-2)!.total));
});

test('markup and tricks in names are text, and addresses of others are no links', async ({ page, blog, site, exchange, signals }) => {
  const [one, two] = releases('RaoFoundation/subtensor', signals.now);
  const body = [
    { ...one, name: '<img src=x onerror="window.owned=1">\u202eevil\n', html_url: 'javascript:alert(1)' },
    { ...two, name: 'x'.repeat(5_000), html_url: 'https://github.com.evil.example/' },
  ];
  signals.fail('github', { kind: 'body', body }, /releases/);
  const { data } = models(signals.now);
  signals.fail('openrouter', { kind: 'body', body: { data: data.map((model, index) => ({ ...model, id: `<b>lab</b>\u202e/${index}` })) } });
  const widget = await open(page, blog, site, exchange);
  await expect(line(widget, 'Releases')).toContainText('<img src=x onerror="window.owned=1">evil');
  await expect(line(widget, 'Releases').locator('a, img')).toHaveCount(0);
  await expect(line(widget, 'Releases')).not.toContainText('x'.repeat(49));
  await expect(line(widget, 'AI models')).toContainText('<b>lab<');
  await expect(line(widget, 'AI models').locator('b')).toHaveCount(0);
  expect(await page.evaluate(() => 'owned' in window)).toBe(false);
});

test('switched off, for another asset and beside simulated candles nothing is asked', async ({ page, blog, site, exchange, signals }) => {
  // All in view, one below the other.
  await page.setViewportSize({ width: 1_200, height: 6_000 });
  const panels = ([['catalysts', 'off'], ['symbol', 'ETH'], ['sources', 'sample']] as const).map(([name, text]) => element({ proxy: exchange.url, layout: 'panel', [name]: text }));
  const widget = await openPost(page, blog, loader(site) + panels.join(''));
  for (const [index, said] of [/switched off/, /Bittensor’s own/, /simulated candles/].entries()) {
    await widget(index).is(index === 2 ? 'simulated' : 'live');
    await openTab(widget(index));
    await expect(widget(index).element.getByRole('tabpanel')).toHaveText(said);
  }
  expect(signals.requests).toEqual([]);
  await widget(0).set('catalysts', 'on');
  await expect(value(widget(0), 'Fear & Greed')).toHaveText('40 · fear');
});

test('where nothing can be stored, all is shown and asked for once a page', async ({ page, blog, site, exchange, signals }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
    Object.defineProperty(navigator, 'locks', { value: undefined });
  });
  const widget = await open(page, blog, site, exchange);
  await expect(value(widget, 'Commits')).toHaveText(/^\d+$/);
  await settled(widget);
  await page.clock.fastForward(60_000);
  await settled(widget);
  expect(signals.requests).toHaveLength(4);
});

/** The list of requests is not empty for want of a listener. */
test('the fake answers as the hosts would', async ({ page, blog, signals }: { page: Page; blog: Site; signals: Signals }) => {
  await page.goto(blog.show('/', ''));
  const got = await page.evaluate(async () => {
    const answer = await fetch('https://openrouter.ai/api/v1/models');
    return (await answer.text()).length;
  });
  expect(got).toBeGreaterThan(400_000);
  expect(signals.requests).toEqual(['openrouter.ai/api/v1/models']);
});
