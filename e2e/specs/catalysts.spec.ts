// The curated feed of catalysts: it keeps to its schema, the schema refuses what docs/catalysts.md says, and the core takes
// every entry for what it is. No browser in this file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DIST } from '../exchange/static.ts';
import { block, read } from '../pages/document.ts';

interface Event {
  kind: string;
  title: string;
  at: number;
  direction: number;
  magnitude: number;
  halfLifeDays: number;
  sourceUrl: string;
  riskFlag?: string;
  until?: number;
}

const DAY = 86_400_000;
const FEED = JSON.parse(read('catalysts.json')) as { schema: number; events: Event[] };
const DOCS = read('docs/catalysts.md');
const EXAMPLE = JSON.parse(block('docs/catalysts.md', 'Fields')) as { $schema: string; events: Event[] };
const follows = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(read('docs/catalysts.schema.json')) as object);

/** Where a feed breaks the schema, and by which rule; nothing when it doesn't. */
function breaks(feed: unknown): string[] {
  follows(feed);
  return (follows.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

const GOOD: Event = {
  kind: 'announcement', title: 'Something happened', at: Date.UTC(2026, 6, 1), direction: 1, magnitude: 0.2, halfLifeDays: 30, sourceUrl: 'https://example.org/news?id=1#top',
};
const withEvent = (event: unknown): unknown => ({ schema: 1, events: [event] });

test('our feed follows its schema, is in order of time, and names a source for each entry', () => {
  expect(breaks(FEED)).toEqual([]);
  expect(FEED.events.length).toBeGreaterThan(0);
  for (const { at, title, until = Number.POSITIVE_INFINITY, sourceUrl } of FEED.events) {
    expect(at % DAY, `${title}: days, since no source names an hour`).toBe(0);
    expect(until, title).toBeGreaterThan(at);
    expect(new URL(sourceUrl).protocol, title).toBe('https:');
  }
  const times = FEED.events.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(FEED.events.map(({ title }) => title)).size).toBe(FEED.events.length);
  // The chain counts the halving.
  expect(JSON.stringify(FEED)).not.toMatch(/halving/i);
});

test('the schema takes what is right', () => {
  const flagged = { ...GOOD, riskFlag: 'INCIDENT', until: GOOD.at + DAY };
  const good: unknown[] = [
    { schema: 1, events: [] },
    { $schema: './x.json', schema: 1, events: [GOOD, flagged] },
    withEvent({ ...GOOD, riskFlag: 'REGULATORY' }),
    withEvent({ ...GOOD, kind: 'release', direction: 0, magnitude: 0 }),
    withEvent({ ...GOOD, title: 'Über 100 % — „ja“ 🜁' }),
    withEvent({ ...GOOD, title: 'x'.repeat(160), magnitude: 1, halfLifeDays: 0.5, sourceUrl: 'https://example.org' }),
  ];
  for (const feed of good) expect(breaks(feed), JSON.stringify(feed)).toEqual([]);
});

test('the schema refuses what is wrong, and says where', () => {
  const without = (name: keyof Event): unknown => Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));
  const wrong: [unknown, string][] = [
    [[GOOD], ' type'],
    [{ events: [] }, ' required'],
    [{ schema: 2, events: [] }, '/schema const'],
    [{ schema: 1, events: Array<Event>(201).fill(GOOD) }, '/events maxItems'],
    ...(['kind', 'title', 'at', 'direction', 'magnitude', 'halfLifeDays', 'sourceUrl'] as const).map((name): [unknown, string] => [withEvent(without(name)), '/events/0 required']),
    [withEvent({ ...GOOD, impact: 1 }), '/events/0 additionalProperties'],
    ...['halving', 'subnet-launch', 'staked-share', 'stake-concentration', 'emission-spread', 'Listing', ''].map((kind): [unknown, string] => [withEvent({ ...GOOD, kind }), '/events/0/kind enum']),
    ...['network-upgrade', 'release', 'development-activity'].map((kind): [unknown, string] => [withEvent({ ...GOOD, kind }), '/events/0/direction const']),
    [withEvent({ ...GOOD, title: '' }), '/events/0/title minLength'],
    [withEvent({ ...GOOD, title: '   ' }), '/events/0/title pattern'],
    [withEvent({ ...GOOD, title: 'x'.repeat(161) }), '/events/0/title maxLength'],
    ...['two\nlines', 'a\u0007bell', 'turned \u202Earound', 'hid\u200Bden', '\u2066x', 'e\uFEFFnd'].map((title): [unknown, string] => [withEvent({ ...GOOD, title }), '/events/0/title pattern']),
    [withEvent({ ...GOOD, at: GOOD.at / 1_000 }), '/events/0/at minimum'],
    [withEvent({ ...GOOD, at: GOOD.at + 0.5 }), '/events/0/at type'],
    [withEvent({ ...GOOD, at: '2026-07-01' }), '/events/0/at type'],
    [withEvent({ ...GOOD, at: GOOD.at * 1_000 }), '/events/0/at maximum'],
    [withEvent({ ...GOOD, direction: 0.5 }), '/events/0/direction enum'],
    [withEvent({ ...GOOD, direction: '1' }), '/events/0/direction enum'],
    [withEvent({ ...GOOD, magnitude: 1.01 }), '/events/0/magnitude maximum'],
    [withEvent({ ...GOOD, magnitude: -0.1 }), '/events/0/magnitude minimum'],
    [withEvent({ ...GOOD, halfLifeDays: 0 }), '/events/0/halfLifeDays exclusiveMinimum'],
    [withEvent({ ...GOOD, halfLifeDays: 4_000 }), '/events/0/halfLifeDays maximum'],
    ...['http://example.org/', 'javascript:alert(1)', 'https://', 'https://a b.example/', 'https://example.org/<b>\n', '//example.org', 'https://user:pass@example.org/'].map(
      (sourceUrl): [unknown, string] => [withEvent({ ...GOOD, sourceUrl }), '/events/0/sourceUrl pattern'],
    ),
    [withEvent({ ...GOOD, sourceUrl: `https://example.org/${'x'.repeat(2_048)}` }), '/events/0/sourceUrl maxLength'],
    ...['LIQUIDITY', 'CONCENTRATION', 'DATA', 'incident'].map((riskFlag): [unknown, string] => [withEvent({ ...GOOD, riskFlag }), '/events/0/riskFlag enum']),
    [withEvent({ ...GOOD, until: GOOD.at + DAY }), '/events/0 dependentRequired'],
    [withEvent({ ...GOOD, riskFlag: 'INCIDENT', until: 'soon' }), '/events/0/until type'],
  ];
  for (const [feed, rule] of wrong) expect(breaks(feed), JSON.stringify(feed).slice(0, 300)).toContain(rule);
});

test('the example of the documentation follows the schema, and its table names every field', () => {
  expect(breaks(EXAMPLE)).toEqual([]);
  expect(JSON.parse(read(join('docs', EXAMPLE.$schema)))).toHaveProperty('title', 'Catalysts of TAO');
  const fields = [...Object.keys(GOOD), 'riskFlag', 'until', 'schema', 'events'];
  const rows = [...DOCS.matchAll(/^\| `([a-zA-Z]+)` \|/gm)].map(([, name]) => name!);
  expect(rows.sort()).toEqual(fields.sort());
  expect(DOCS, 'the number of entries').toContain(['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'][FEED.events.length]! + ' entries');
});

test('the core takes the feed and counts it as documented', async () => {
  const api = (await import(pathToFileURL(join(DIST, 'scoring.js')).href)) as {
    default(source: { module_or_path: Uint8Array }): Promise<unknown>;
    assess(inputs: unknown): { catalysts: { title: string; impact: number; sourceUrl: string }[] };
  };
  await api.default({ module_or_path: readFileSync(join(DIST, 'scoring_bg.wasm')) });
  const assess = (events: unknown[], at: number) => api.assess({ candles: { '1h': new Float64Array() }, at, feed: events });
  const last = FEED.events.at(-1)!.at;
  for (const at of [FEED.events[0]!.at - DAY, Date.UTC(2026, 0, 30), last + 45 * DAY]) {
    const { catalysts } = assess(FEED.events, at);
    expect(catalysts.map(({ title, sourceUrl }) => [title, sourceUrl])).toEqual(FEED.events.map(({ title, sourceUrl }) => [title, sourceUrl]));
    for (const [index, event] of FEED.events.entries()) {
      const age = (at - event.at) / DAY;
      const impact = age < 0 ? 0 : event.direction * event.magnitude * 2 ** (-age / event.halfLifeDays);
      expect(catalysts[index]!.impact, event.title).toBeCloseTo(impact, 12);
    }
  }
  const shown = assess(EXAMPLE.events, EXAMPLE.events[0]!.at);
  expect(shown.catalysts.map(({ title }) => title)).toEqual(EXAMPLE.events.map(({ title }) => title));
  expect(shown.catalysts.map(({ impact }) => impact)).toEqual([0.15, 0]);
  expect(() => assess([GOOD, { ...GOOD, magnitude: 2 }], last)).toThrow('inputs.feed[1].magnitude is 2: expected 0 to 1');
});
