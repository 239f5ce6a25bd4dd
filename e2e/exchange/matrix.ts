// The fault matrix: everything that may go wrong at a source, one row a case, with what a visitor must see of each venue.
// A table and no more; specs/matrix.spec.ts runs it, and docs/faults.md is written from it.

import { LENGTH_MS, NOW } from './candles.ts';
import { type Fault, rows, spoil } from './faults.ts';
import type { Row } from './venue.ts';
import { VENUES, type Venue } from './venues.ts';

export const ALL = Object.keys(VENUES) as Venue[];

/** What a visitor sees of a source that is the only one. */
export type Seen =
  /** The native program's score of the candles as they are (`truth`) or as they came (`sent`); `counted` is what the card says is missing of them. */
  | { state: 'live' | 'delayed'; of: 'truth' | 'sent'; counted?: 'rejectedCandles' | 'gaps'; verdict?: 'insufficient-data' }
  /** No number, and these words about the source; an ellipsis stands for anything. */
  | { state: 'unavailable'; why: string };

export interface Case {
  name: string;
  fault?: Fault | ((venue: Venue) => Fault);
  /** Nothing but what is said here; everywhere when nothing is said. */
  only?: Venue[];
  sees: Seen;
  /** Venues that show something else. */
  except?: Partial<Record<Venue, Seen>>;
  /** The answer is the same as a right one in all but how it is written. */
  same?: true;
  /** By how much the visitor's clock is wrong. */
  skew?: number;
  /** The moment, when it matters. */
  at?: number;
  /** The browser's time zone, when it matters. */
  zone?: string;
  /** Nothing comes until the widget's patience ends. */
  silent?: true;
}

const MINUTE = 60_000;
const HOUR = LENGTH_MS['1h'];
const DAY = LENGTH_MS['1d'];
const MIDNIGHT = NOW - (NOW % DAY) + DAY;

const truth: Seen = { state: 'live', of: 'truth' };
const sent: Seen = { state: 'live', of: 'sent' };
const rejected: Seen = { ...sent, counted: 'rejectedCandles' };
const gaps: Seen = { ...sent, counted: 'gaps' };
const delayed: Seen = { state: 'delayed', of: 'sent' };
const insufficient: Seen = { ...sent, verdict: 'insufficient-data' };
const none = (why: string): Seen => ({ state: 'unavailable', why });

const unreachable = none('could not be reached from this browser');
const timeout = none('did not answer within 8 seconds');
const unreadable = (what = '…'): Seen => none(`sent an answer that can't be read: ${what}`);
const says = (text: string): Seen => none(`says “${text}”`);
const invalid = none('sent … invalid candles of …');
const empty = none('sent no closed candles');
const unlisted = none('does not list TAO');
const clockBehind = none("has candles that closed after this computer's time: its clock seems to be … behind");
const NO_NUMBER = 'something else than a number, or a number in quotes';

const change = (how: (all: Row[]) => Row[]): Fault => ({ kind: 'rows', change: how });
const status = (code: number, more: { body?: unknown; cors?: boolean; retryAfter?: number; exposed?: boolean } = {}): Fault => ({ kind: 'status', status: code, ...more });
const instead = (body: unknown): Fault => ({ kind: 'body', body });
/** The same for every row. */
const each = (how: (row: Row) => Row): Fault => change((all) => all.map(how));
/** In the cell `index` of one closed row in the middle. */
const cell = (index: number, value: unknown): Fault => change(rows.spoilt(1, (row) => row.map((known, at) => (at === index ? value : known))));
const volumeOf = (value: (known: unknown) => unknown, few: boolean) => (venue: Venue): Fault => {
  const one = (row: Row): Row => row.map((known, at) => (at === VENUES[venue].volume ? value(known) : known));
  return few ? change(rows.spoilt(1, one)) : each(one);
};
/** Open time, prices and volume written otherwise. */
const written = (how: (value: unknown) => unknown) => (venue: Venue): Fault =>
  each((row) => row.map((known, at) => (at <= 4 || at === VENUES[venue].volume ? how(known) : known)));
/** Open times moved by so much. */
const moved = (by: number) => (venue: Venue): Fault => each(([time, ...rest]) => [Number(time) + by / VENUES[venue].unit, ...rest]);
/** Listed so long ago. */
const listed = (ago: number) => (venue: Venue): Fault => change((all) => all.filter(([time]) => Number(time) * VENUES[venue].unit >= NOW - ago));
/** The newest rows up to so many of their own lengths ago are missing. */
const ends = (count: number): Fault => change((all) => (all.length > 300 || count === 1 ? all.slice(0, -count) : all));
/** A row of the year 2030 at the end, and so many after it. */
const future = (count: number) => (venue: Venue): Fault =>
  change((all) => {
    const extra = Array.from({ length: count }, (_, index) => [(Date.parse('2030-01-01') + index * DAY) / VENUES[venue].unit, ...(all.at(-2) ?? []).slice(1)]);
    return all.length < 2 ? all : [...all, ...extra];
  });
/** In no order, but the same in every run. */
const shuffled = (all: Row[]): Row[] => all.map((_, index) => all[(index * 7919) % all.length]);
const whole = (change: (body: never) => unknown): Fault => ({ kind: 'rewritten', change: change as (body: unknown) => unknown });
/** The first venues whose answers hold all 500 candles; the others send theirs in pages. */
const IN_ONE: Venue[] = ['binance', 'kraken', 'hyperliquid', 'bybit'];
const without = (...out: Venue[]): Venue[] => ALL.filter((venue) => !out.includes(venue));

const STATUSES: Case[] = [
  { name: 'HTTP 429', fault: status(429), sees: none('asks for fewer requests (HTTP 429)') },
  { name: 'HTTP 429 with a Retry-After that may be read', fault: status(429, { retryAfter: 120, exposed: true }), sees: none('asks for fewer requests (HTTP 429)') },
  { name: 'HTTP 429 with a Retry-After that may not be read', fault: status(429, { retryAfter: 120 }), sees: none('asks for fewer requests (HTTP 429)') },
  { name: 'HTTP 429 with a Retry-After that is no time', fault: status(429, { retryAfter: Number.NaN, exposed: true }), sees: none('asks for fewer requests (HTTP 429)') },
  { name: 'HTTP 429 without CORS', fault: status(429, { cors: false }), sees: unreachable },
  { name: 'HTTP 418', fault: status(418), sees: none('asks for fewer requests (HTTP 418)') },
  { name: 'HTTP 418 with a Retry-After that may be read', fault: status(418, { retryAfter: 1800, exposed: true }), sees: none('asks for fewer requests (HTTP 418)') },
  { name: 'HTTP 418 without CORS', fault: status(418, { cors: false }), sees: unreachable },
  { name: 'HTTP 451', fault: status(451), sees: none('does not serve this region (HTTP 451)') },
  { name: 'HTTP 451 without CORS', fault: status(451, { cors: false }), sees: unreachable },
  { name: 'HTTP 403', fault: status(403, { body: '<html>blocked</html>' }), sees: none('does not serve this region (HTTP 403)') },
  { name: 'HTTP 403 without CORS', fault: status(403, { cors: false }), sees: unreachable },
  { name: 'HTTP 500', fault: status(500), sees: none('answered with HTTP 500') },
  { name: 'HTTP 500 without CORS', fault: status(500, { cors: false }), sees: unreachable },
  { name: 'HTTP 502 with a web page', fault: status(502, { body: '<html>Bad gateway</html>' }), sees: none('answered with HTTP 502') },
  { name: 'HTTP 503', fault: status(503), sees: none('answered with HTTP 503') },
  { name: 'HTTP 503 with a Retry-After that may be read', fault: status(503, { retryAfter: 300, exposed: true }), sees: none('asks for fewer requests (HTTP 503)') },
  { name: 'HTTP 503 without CORS', fault: status(503, { cors: false }), sees: unreachable },
  { name: 'HTTP 404', fault: status(404), sees: none('answered with HTTP 404') },
  { name: 'HTTP 422, as Hyperliquid sends for what it can not read', fault: status(422, { body: 'Failed to deserialize the JSON body into the target type' }), sees: none('answered with HTTP 422') },
];

/** What each venue says of an asset that it does not list. */
const UNKNOWN: Record<Venue, Fault> = {
  binance: status(400, { body: { code: -1121, msg: 'Invalid symbol.' } }),
  kraken: instead({ error: ['EQuery:Unknown asset pair'] }),
  coinbase: status(404, { body: { message: 'NotFound' } }),
  hyperliquid: status(500, { body: null }),
  bybit: instead({ retCode: 10001, retMsg: 'Not supported symbols', result: {}, retExtInfo: {}, time: NOW }),
  okx: instead({ code: '51001', msg: "Instrument ID, Instrument ID code, or Spread ID doesn't exist.", data: [] }),
};

const OWN: Case[] = [
  { name: 'the venue says that it does not list the asset', fault: (venue) => UNKNOWN[venue], sees: unlisted, except: { hyperliquid: none('answered with HTTP 500') } },
  { name: 'null, as is reported of Hyperliquid for an unknown coin', fault: instead(null), only: ['hyperliquid'], sees: unreadable('not the list that is documented') },
  {
    name: 'the venue says that it is asked too often',
    fault: { kind: 'limited' },
    sees: none('asks for fewer requests (HTTP 429)'),
    except: { kraken: none('asks for fewer requests'), bybit: none('asks for fewer requests (code 10006)'), okx: none('asks for fewer requests (code 50011)') },
  },
  { name: 'the same without CORS', fault: { kind: 'limited', cors: false }, sees: unreachable },
  {
    name: 'the venue speaks of an error of its own',
    fault: { kind: 'error', text: 'Internal error' },
    sees: says('Internal error'),
    except: { binance: none('answered with HTTP 400'), coinbase: none('answered with HTTP 400'), hyperliquid: none('answered with HTTP 500') },
  },
  { name: 'an error object with HTTP 200', fault: instead({ code: -1000, msg: 'An unknown error occurred.' }), only: ['binance'], sees: says('An unknown error occurred.') },
  { name: 'an error object with HTTP 200', fault: instead({ message: 'Internal server error' }), only: ['coinbase'], sees: says('Internal server error') },
  { name: 'under maintenance', fault: instead({ error: ['EService:Unavailable'] }), only: ['kraken'], sees: says('EService:Unavailable') },
  { name: 'the region is not served, by the venue’s own code', fault: instead({ retCode: 10009, retMsg: 'The IP has been blocked', result: {} }), only: ['bybit'], sees: none('does not serve this region (code 10009)') },
  { name: 'an error beside the candles', fault: whole((body: object) => ({ ...body, error: ['EService:Busy'] })), only: ['kraken'], sees: says('EService:Busy') },
  { name: 'an error beside the candles', fault: whole((body: object) => ({ ...body, retCode: 10016, retMsg: 'Server error' })), only: ['bybit'], sees: says('Server error') },
  { name: 'an error beside the candles', fault: whole((body: object) => ({ ...body, code: '50026', msg: 'System error' })), only: ['okx'], sees: says('System error') },
  {
    name: 'candles of another asset',
    fault: whole((body: { result: Record<string, unknown> }) => ({ ...body, result: { XXBTZUSD: body.result.TAOUSD, last: 1 } })),
    only: ['kraken'],
    sees: unreadable('of another asset'),
  },
  { name: 'candles of another asset', fault: whole((body: object[]) => body.map((bar) => ({ ...bar, s: 'BTC' }))), only: ['hyperliquid'], sees: unreadable('candles of another asset or length') },
  {
    name: 'candles of another asset',
    fault: whole((body: { result: object }) => ({ ...body, result: { ...body.result, symbol: 'BTCUSDT' } })),
    only: ['bybit'],
    sees: unreadable('of another asset'),
  },
  { name: 'candles of another length', fault: whole((body: object[]) => body.map((bar) => ({ ...bar, i: '5m' }))), only: ['hyperliquid'], sees: unreadable('candles of another asset or length') },
];

const BODIES: Case[] = [
  { name: 'a web page with HTTP 200', fault: { kind: 'html' }, sees: unreadable('it is a web page, not JSON') },
  { name: 'nothing with HTTP 200', fault: { kind: 'blank' }, sees: unreadable('it is empty') },
  { name: 'half an answer', fault: { kind: 'truncated' }, sees: unreadable('it breaks off or is not JSON') },
  { name: 'the connection breaks in the middle of an answer', fault: { kind: 'cut-off' }, sees: unreachable },
  { name: 'the connection is reset', fault: { kind: 'reset' }, sees: unreachable },
  { name: 'no answer, ever', fault: { kind: 'silence' }, silent: true, sees: timeout },
  { name: 'an answer that drips in for minutes', fault: { kind: 'drip', pieces: 10_000, everyMs: 50 }, silent: true, same: true, sees: timeout },
  { name: 'an answer that drips in and ends', fault: { kind: 'drip', pieces: 5, everyMs: 20 }, same: true, sees: truth },
  { name: '20 MB', fault: { kind: 'huge', bytes: 20 << 20 }, sees: unreadable('it is larger than 4 MB') },
  { name: 'the word null', fault: instead(null), only: without('hyperliquid'), sees: unreadable() },
  { name: 'a number', fault: instead(7), sees: unreadable() },
  { name: 'a text', fault: instead('ok'), sees: unreadable() },
  { name: 'an empty object', fault: instead({}), sees: unreadable() },
  { name: 'an empty list', fault: instead([]), sees: empty, except: { kraken: unreadable(), bybit: unreadable(), okx: unreadable() } },
  { name: 'a list of strange things', fault: instead([null, {}, 'x', [[]]]), sees: unreadable() },
  { name: 'lists in lists, a hundred deep', fault: instead(JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`)), sees: unreadable() },
];

const HARMLESS: Case[] = [
  { name: 'reversed', fault: change(rows.reversed), sees: truth },
  { name: 'in no order', fault: change(shuffled), sees: truth },
  { name: 'each row twice', fault: change(rows.duplicated), sees: truth },
  { name: 'reversed, and each row twice', fault: change((all) => rows.duplicated(rows.reversed(all))), sees: truth },
  { name: 'everything as text', fault: written(String), same: true, sees: truth },
  { name: 'everything as numbers', fault: written(Number), same: true, sees: truth },
  { name: 'columns that are not documented', fault: each((row) => [...row, 'more', null, 1]), only: without('hyperliquid'), same: true, sees: truth },
  // OKX's running candle counts as left over when something comes after it, and the score is of one candle before.
  { name: 'one row of the year 2030', fault: future(1), only: without('okx'), sees: truth },
];

const PRICES: Case[] = [
  ...Object.entries({
    '“NaN” for a close': spoil.notANumber,
    'null for a close': spoil.nothing,
    'a negative low': spoil.negative,
    'a low of 0': spoil.zero,
    'a high below the low': spoil.highBelowLow,
    'an open time between two candles': spoil.unaligned,
    'an open above the high': (row: Row): Row => [row[0], Number(row[2]) * 2, ...row.slice(2)],
    'a close beyond all numbers': (row: Row): Row => [...row.slice(0, 4), '1e999', ...row.slice(5)],
  }).flatMap(([name, how]): Case[] => [
    { name: `${name}, in one row of an answer`, fault: change(rows.spoilt(1, how)), sees: rejected },
    { name: `${name}, in many rows`, fault: change(rows.spoilt(60, how)), sees: invalid },
  ]),
  { name: 'negative prices only', fault: each((row) => row.map((known, at) => (at >= 1 && at <= 4 ? `-${String(known)}` : known))), sees: invalid },
  { name: 'prices of 0 only', fault: each((row) => row.map((known, at) => (at >= 1 && at <= 4 ? '0' : known))), sees: invalid },
  { name: 'a negative volume in one row of an answer', fault: volumeOf((known) => `-${String(Number(known) + 1)}`, true), sees: rejected },
  { name: 'no volume at all', fault: volumeOf(() => '0', false), sees: sent },
  { name: 'a high of 1,000,000,000,000', fault: cell(2, '1000000000000'), sees: sent },
  { name: 'a word for a price', fault: cell(4, 'n/a'), sees: unreadable(NO_NUMBER) },
  { name: 'an empty text for a price', fault: cell(2, ''), sees: unreadable(NO_NUMBER) },
  { name: 'true for a price', fault: cell(1, true), sees: unreadable(NO_NUMBER) },
  { name: '“Infinity” for a price', fault: cell(3, 'Infinity'), sees: unreadable(NO_NUMBER) },
  { name: 'a list for a price', fault: cell(4, [1]), sees: unreadable(NO_NUMBER) },
  { name: 'a word for a volume', fault: volumeOf(() => 'much', true), sees: unreadable(NO_NUMBER) },
  { name: 'rows that end before the close', fault: each((row) => row.slice(0, 4)), sees: unreadable() },
  { name: 'an object in place of a row', fault: change(rows.spoilt(1, spoil.object)), only: without('hyperliquid'), sees: unreadable() },
  { name: 'flat candles', fault: change(rows.flat), sees: sent },
  { name: 'the last closed candle revised', fault: change(rows.revised), sees: sent },
];

const TIMES: Case[] = [
  { name: 'no rows', fault: change(rows.none), sees: empty },
  { name: 'the running candle alone', fault: change(rows.newest(1)), only: IN_ONE, sees: empty },
  { name: 'a hole at the beginning', fault: change(rows.gap(1, 3)), sees: gaps },
  { name: 'a hole in the middle', fault: change(rows.gap(100, 3)), sees: gaps },
  { name: 'the running candle is missing', fault: ends(1), only: IN_ONE, sees: sent },
  { name: 'the last four candles are missing', fault: ends(4), only: IN_ONE, sees: delayed },
  { name: 'listed 400 days ago', fault: listed(400 * DAY), sees: sent },
  { name: 'listed 30 days ago', fault: listed(30 * DAY), sees: sent },
  { name: 'listed three days ago', fault: listed(3 * DAY), sees: insufficient },
  { name: 'listed an hour ago', fault: listed(HOUR), sees: empty },
  { name: 'one row of 1970', fault: cell(0, 0), sees: gaps },
  { name: 'a word for an open time', fault: cell(0, 'today'), sees: unreadable(NO_NUMBER) },
  { name: 'null for an open time', fault: cell(0, null), sees: unreadable('an open time that is not a date') },
  { name: 'an open time beyond all dates', fault: cell(0, 1e300), sees: unreadable('an open time that is not a date') },
  { name: 'an open time with a fraction', fault: cell(0, 1_757_671_620_000.0625), sees: unreadable('an open time that is not a date') },
  { name: 'times in seconds where milliseconds are due', fault: each(([time, ...rest]) => [Number(time) / 1000, ...rest]), only: without('kraken', 'coinbase'), sees: none('sent …') },
  { name: 'times in milliseconds where seconds are due', fault: each(([time, ...rest]) => [Number(time) * 1000, ...rest]), only: ['kraken', 'coinbase'], sees: unreadable('its candles are of another age') },
  { name: 'times in microseconds where milliseconds are due', fault: each(([time, ...rest]) => [Number(time) * 1000, ...rest]), only: without('kraken', 'coinbase'), sees: unreadable('its candles are of another age') },
  { name: 'candles of the day before', fault: moved(-DAY), sees: delayed },
  { name: 'candles of the next day', fault: moved(DAY), sees: clockBehind },
  { name: 'candles that begin seven minutes late', fault: moved(7 * MINUTE), sees: invalid },
];

/** In the last hour of a 4h candle the fake Coinbase can't tell hours from those that 4h candles are built from. */
const venuesAt = (time: number): Venue[] => (Math.floor(time / HOUR) % 4 === 3 ? without('coinbase') : ALL);

const CLOCKS: Case[] = [
  ...([['a day', DAY], ['an hour', HOUR], ['45 minutes', 45 * MINUTE]] as const).map(
    ([words, skew]): Case => ({ name: `the visitor’s clock is ${words} behind`, skew: -skew, sees: clockBehind }),
  ),
  ...([['a day', DAY], ['an hour', HOUR], ['45 minutes', 45 * MINUTE]] as const).map(
    ([words, skew]): Case => ({ name: `the visitor’s clock is ${words} ahead`, skew, only: venuesAt(NOW + skew), sees: { state: 'delayed', of: 'truth' } }),
  ),
  ...([-5, 5] as const).map((minutes): Case => ({ name: `the visitor’s clock is 5 minutes ${minutes < 0 ? 'behind' : 'ahead'}`, skew: minutes * MINUTE, sees: truth })),
  { name: 'ten seconds before midnight (UTC)', at: MIDNIGHT - 10_000, only: venuesAt(MIDNIGHT - 10_000), sees: truth },
  { name: 'two seconds after midnight (UTC), in Samoa', at: MIDNIGHT + 2_000, zone: 'Pacific/Apia', sees: truth },
  { name: 'in New York, an hour after summer time began (2026-03-08 08:00 UTC)', at: Date.parse('2026-03-08T08:00:02Z'), zone: 'America/New_York', sees: truth },
  { name: 'in Auckland, as summer time begins (2026-09-26 14:00 UTC)', at: Date.parse('2026-09-26T14:00:02Z'), zone: 'Pacific/Auckland', sees: truth },
];

/** All of them, under what they are about. */
export const MATRIX: Record<string, Case[]> = {
  'HTTP statuses': STATUSES,
  'What venues say themselves': OWN,
  'Answers and connections': BODIES,
  'Candles written otherwise': HARMLESS,
  'Prices and volumes': PRICES,
  'Times, holes and young listings': TIMES,
  'Clocks and calendars': CLOCKS,
};

export const venuesOf = ({ only = ALL }: Case): Venue[] => only;
export const seenOf = ({ sees, except = {} }: Case, venue: Venue): Seen => except[venue] ?? sees;

/** What is seen, in a sentence. */
export function inWords(seen: Seen): string {
  if (seen.state === 'unavailable') return `no score: *${seen.why}*`;
  const score = seen.verdict ? 'insufficient data, no number' : `the score of the candles ${seen.of === 'truth' ? 'as they are' : 'that came'}`;
  const counted = { rejectedCandles: ', and how many were rejected', gaps: ', and how many are missing', nothing: '' }[seen.counted ?? 'nothing'];
  return `${seen.state === 'delayed' ? 'marked *delayed*: ' : ''}${score}${counted}`;
}

/** docs/faults.md. */
export function asMarkdown(): string {
  const name = (venue: Venue): string => ({ okx: 'OKX' })[venue as string] ?? venue[0].toUpperCase() + venue.slice(1);
  const line = (one: Case): string => {
    const venues = venuesOf(one);
    const others = venues.filter((venue) => inWords(seenOf(one, venue)) !== inWords(one.sees));
    const apart = others.map((venue) => `; ${name(venue)}: ${inWords(seenOf(one, venue))}`).join('');
    return `| ${one.name} | ${venues.length === ALL.length ? 'all' : venues.map(name).join(', ')} | ${inWords(one.sees)}${apart} |`;
  };
  const groups = Object.entries(MATRIX).map(([title, cases]) => `## ${title}\n\n| What goes wrong | at | What the visitor sees |\n|---|---|---|\n${cases.map(line).join('\n')}\n`);
  const all = Object.values(MATRIX).flat();
  const runs = all.reduce((sum, one) => sum + venuesOf(one).length, 0);
  return `# What may go wrong, and what a visitor sees

Written from \`e2e/exchange/matrix.ts\` by its test, which plays every line in Chromium with each venue as the only source: ${all.length} cases, ${runs} with the venues they apply to. With more than one source the next one takes over, and the failure is named in the panel. “The score” is to the last bit that of the native program for the same candles. \`core/tests/matrix.rs\` does the same to every cell of a row natively.

${groups.join('\n')}`;
}
