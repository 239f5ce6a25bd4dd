// The fault matrix: every case with every venue it applies to, each venue the only source of its own widget, all widgets
// on one page. The table, with what must be seen, is exchange/matrix.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { BASKET, LENGTH_MS, NOW, simulated } from '../exchange/candles.ts';
import { type Case, MATRIX, type Seen, asMarkdown, seenOf, venuesOf } from '../exchange/matrix.ts';
import { type Assessment, type Served, score } from '../exchange/score.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Venue } from '../exchange/venues.ts';
import { element, loader, openPost } from '../pages/blog.ts';
import { expect, test } from '../pages/journey.ts';
import { differences, scored } from '../pages/widget.ts';

const DOCUMENT = new URL('../../docs/faults.md', import.meta.url);

test('docs/faults.md says what is tested here (TAO_WRITE=1 writes it)', () => {
  if (process.env.TAO_WRITE) writeFileSync(DOCUMENT, asMarkdown());
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(asMarkdown());
  expect(Object.values(MATRIX).flat().length).toBeGreaterThanOrEqual(60);
});

interface Card {
  state: string;
  source: string | null;
  score: string | null;
  notice: string;
  assessment: Assessment;
}

/** All that is checked of every widget, in one look. */
function look(page: Page): Promise<Card[]> {
  return page.locator('tao-conviction').evaluateAll((elements) =>
    elements.map((element) => {
      const text = (part: string): string | null => element.shadowRoot?.querySelector(`[part~=${part}]`)?.textContent ?? null;
      const state = element.shadowRoot?.querySelector('.tao')?.getAttribute('data-state') ?? '';
      const { assessment } = element as unknown as { assessment: Assessment };
      return { state, source: text('source'), score: text('score'), notice: text('notice') ?? '', assessment };
    }),
  );
}

/** What a widget may score of what `venue` sent: the newest candle of an answer counts as running, whatever the clock says. */
function scoredFrom(exchange: Exchange, venue: Venue, of: 'truth' | 'sent'): Served {
  const answers = exchange.candleRequests(venue);
  for (const answer of answers) {
    const alike = answers.filter(({ interval, madeInto }) => interval === answer.interval && madeInto === answer.madeInto);
    // A single candle of a far future is a broken row.
    const times = alike.flatMap((other) => other[of] ?? []).map(({ time }) => time).filter((time) => time <= answer.at + LENGTH_MS[answer.interval!]);
    answer[of] = answer[of]?.filter(({ time }) => time !== Math.max(...times));
  }
  return exchange.served(venue, of);
}

function check(exchange: Exchange, venue: Venue, seen: Seen, card: Card): void {
  const { assessment: own } = card;
  if (seen.state === 'unavailable') {
    const words = seen.why.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const why = new RegExp(words.join('.*'));
    expect(card, venue).toMatchObject({ score: null, notice: expect.stringMatching(why) });
    expect(own, venue).toMatchObject({ conviction: null, verdict: 'insufficient-data', mtf: { score: null } });
    expect(own.data, venue).toMatchObject({ source: null, failures: [{ source: venue, reason: expect.stringMatching(why) }] });
    return;
  }
  const expected = score(scoredFrom(exchange, venue, seen.of), own.at);
  expect(differences(own, expected), venue).toEqual([]);
  expect(own.data.source).toBe(venue);
  if (own.conviction !== null) expect(card.score, venue).toBe(scored(own.conviction));
  else expect(card.score ?? '', venue).not.toMatch(/\d/);
  if (seen.verdict) expect(own, venue).toMatchObject({ conviction: null, verdict: seen.verdict });
  else if (seen.of === 'truth') expect(own.conviction, venue).not.toBeNull();
  if (seen.counted) expect(own.data[seen.counted], `${venue}: ${seen.counted}`).toBeGreaterThan(0);
  if (seen.of === 'truth') expect(own.data.rejectedCandles, venue).toBe(0);
}

for (const [title, cases] of Object.entries(MATRIX)) {
  for (const one of cases) {
    // The simulated candles, which stand in where no recorded ones are, do not reach that far.
    if (simulated && Math.abs((one.at ?? NOW) - NOW) > 2 * LENGTH_MS['1d']) continue;
    const venues = venuesOf(one);
    test.describe(title, () => {
      if (one.zone) test.use({ timezoneId: one.zone });
      test(`${one.name} (${venues.length === 6 ? 'all venues' : venues.join(', ')})`, async ({ page, blog, site, exchange }) => {
        const now = one.at ?? NOW;
        exchange.now = now;
        await page.clock.setSystemTime(now + (one.skew ?? 0));
        // What nobody sees is not loaded.
        await page.setViewportSize({ width: 1280, height: 6000 });
        strike(exchange, venues, one);
        const widgets = venues.map((venue) => element({ proxy: exchange.url, sources: venue }));
        await openPost(page, blog, loader(site) + widgets.join(''));
        const states = async (): Promise<string[]> => (await look(page)).map(({ state }) => state);
        await expect.poll(states).not.toContain('');
        const patience = async (): Promise<string[]> => {
          if (one.silent) await page.clock.fastForward(8_000);
          return states();
        };
        await expect.poll(patience).not.toContain('loading');
        // What surrounds an asset may take its time, and not longer.
        await page.clock.fastForward(5_000);
        await expect.poll(states).toEqual(venues.map((venue) => seenOf(one, venue).state));
        if (!one.same) for (const venue of venues) expect(struck(exchange, venue, one), `${venue} did not go wrong`).toBe(true);
        // On a slow machine what surrounds the score comes after the clock has jumped, and is taken in then.
        await expect(async () => {
          const cards = await look(page);
          venues.forEach((venue, index) => check(exchange, venue, seenOf(one, venue), cards[index]));
        }).toPass({ timeout: 15_000 });
      });
    });
  }
}

/** Makes the case's fault happen. */
function strike(exchange: Exchange, venues: Venue[], one: Case): void {
  // The surroundings have journeys of their own.
  exchange.failAll({ kind: 'status', status: 404 }, { assets: ['BTC', ...BASKET] });
  if (one.fault === undefined) return;
  for (const venue of venues) {
    const fault = typeof one.fault === 'function' ? one.fault(venue) : one.fault;
    const ofCandles = ['rows', 'rewritten', 'drip'].includes(fault.kind);
    exchange.fail(venue, fault, ofCandles ? { assets: ['TAO'] } : {});
  }
}

/** Whether what `venue` sent was other than right: a case whose fault never happens proves nothing. */
function struck(exchange: Exchange, venue: Venue, { fault }: Case): boolean {
  const ofRows = typeof fault === 'function' || fault?.kind === 'rows';
  const answers = exchange.candleRequests(venue);
  if (!ofRows) return fault === undefined || answers.every(({ sent }) => sent === undefined);
  return answers.some(({ truth, sent }) => sent === undefined || JSON.stringify(sent) !== JSON.stringify(truth));
}
