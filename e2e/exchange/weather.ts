// A day's bad luck, drawn from a seed: which venues go wrong how and for how long, and what the visitor does meanwhile.
// Pure: the same seed is the same day.

import { ASSETS, type Asset, INTERVALS, type Interval } from './candles.ts';
import { type Fault, type Scope, rows, spoil } from './faults.ts';
import { VENUES, type Venue } from './venues.ts';

/** A fault at a venue, until a minute of the day. */
export interface Blow {
  venue: Venue;
  name: string;
  fault: Fault;
  scope: Scope;
  until: number;
  /** The candles that come of it are wrong, and nobody could know: they are as valid as right ones. */
  unseen: boolean;
}

/** What happens to the visitor. */
export type Event =
  | { kind: 'reload' }
  /** The lid is closed for so many minutes. */
  | { kind: 'sleep'; minutes: number }
  /** The computer's clock is wrong by so many minutes; 0 sets it right. */
  | { kind: 'clock'; minutes: number }
  | { kind: 'hidden'; hidden: boolean }
  | { kind: 'offline'; offline: boolean }
  /** The streams of a venue are lost, or can't be opened. */
  | { kind: 'drop'; venue: Streaming }
  | { kind: 'refuse'; refuse: boolean };

type Streaming = 'binance' | 'kraken' | 'hyperliquid' | 'bybit';

const ALL = Object.keys(VENUES) as Venue[];
const STREAMING: Streaming[] = ['binance', 'kraken', 'hyperliquid', 'bybit'];

/** Uniform in 0 … 1, the same for a seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Weather {
  /** What is wrong now, the newest first. */
  blows: Blow[] = [];
  private readonly roll: () => number;
  private hidden = 0;
  private offline = 0;
  private wrongClock = 0;
  private refused = 0;

  constructor(seed: number) {
    this.roll = dice(seed);
  }

  /** The next minute of the day: whether the faults are others now, and what the visitor does. */
  minute(minute: number): { changed: boolean; events: Event[] } {
    const before = this.blows;
    this.blows = before.filter(({ until }) => minute < until);
    if (this.chance(0.006)) this.blows = [];
    const events = this.ends(minute);
    if (this.chance(0.06)) this.blows = [...this.strike(minute), ...this.blows];
    // A blog isn’t there without a network.
    if (this.chance(1 / 240) && this.offline === 0) events.push({ kind: 'reload' });
    if (this.chance(1 / 500)) events.push({ kind: 'sleep', minutes: 20 + this.below(280) });
    if (this.chance(1 / 360) && this.wrongClock === 0) {
      this.wrongClock = minute + 5 + this.below(90);
      events.push({ kind: 'clock', minutes: (1 + this.below(25)) * (this.chance(0.5) ? 1 : -1) });
    }
    if (this.chance(1 / 150) && this.hidden === 0) {
      this.hidden = minute + 1 + this.below(60);
      events.push({ kind: 'hidden', hidden: true });
    }
    if (this.chance(1 / 300) && this.offline === 0) {
      this.offline = minute + 1 + this.below(40);
      events.push({ kind: 'offline', offline: true });
    }
    if (this.chance(1 / 120)) events.push({ kind: 'drop', venue: this.one(STREAMING) });
    if (this.chance(1 / 300) && this.refused === 0) {
      this.refused = minute + 1 + this.below(30);
      events.push({ kind: 'refuse', refuse: true });
    }
    return { changed: this.blows.length !== before.length || this.blows.some((blow, index) => blow !== before[index]), events };
  }

  /** Whether nothing at all is wrong. */
  get calm(): boolean {
    return this.blows.length === 0 && this.hidden + this.offline + this.wrongClock + this.refused === 0;
  }

  /** What is wrong, in words. */
  toString(): string {
    const scope = ({ intervals, assets }: Scope): string => [intervals?.join('+'), assets?.join('+')].filter(Boolean).join(' of ');
    const all = this.blows.map((blow) => `${blow.venue} ${blow.name} ${scope(blow.scope)}`.trim());
    if (this.hidden) all.push('hidden');
    if (this.offline) all.push('offline');
    if (this.wrongClock) all.push('the clock is wrong');
    if (this.refused) all.push('no streams');
    return all.join(', ') || 'nothing is wrong';
  }

  private ends(minute: number): Event[] {
    const events: Event[] = [];
    if (this.hidden && minute >= this.hidden) {
      this.hidden = 0;
      events.push({ kind: 'hidden', hidden: false });
    }
    if (this.offline && minute >= this.offline) {
      this.offline = 0;
      events.push({ kind: 'offline', offline: false });
    }
    if (this.wrongClock && minute >= this.wrongClock) {
      this.wrongClock = 0;
      events.push({ kind: 'clock', minutes: 0 });
    }
    if (this.refused && minute >= this.refused) {
      this.refused = 0;
      events.push({ kind: 'refuse', refuse: false });
    }
    return events;
  }

  /** One kind of fault at one venue, at several or at all. */
  private strike(minute: number): Blow[] {
    const { name, fault, unseen = false } = this.fault();
    const scope: Scope = {};
    // Answers of megabytes are dear to send: of one series alone.
    if (fault.kind === 'huge' || this.chance(0.4)) scope.intervals = this.some<Interval>(INTERVALS, 1 + this.below(2));
    if (fault.kind === 'huge') scope.assets = ['TAO'];
    else if (this.chance(0.4)) scope.assets = this.chance(0.5) ? ['TAO'] : this.some<Asset>(ASSETS, 1 + this.below(4));
    const until = minute + 1 + Math.floor(-Math.log(1 - this.roll()) * 20);
    return this.venues().map((venue) => ({ venue, name, fault, scope, until, unseen }));
  }

  private venues(): Venue[] {
    const which = this.roll();
    if (which < 0.3) return ['binance'];
    if (which < 0.55) return [this.one(ALL)];
    return which < 0.85 ? this.some(ALL, 2 + this.below(4)) : ALL;
  }

  private fault(): { name: string; fault: Fault; unseen?: boolean } {
    const status = (code: number, more: { cors?: boolean; retryAfter?: number; exposed?: boolean } = {}): Fault => ({ kind: 'status', status: code, ...more });
    const refusals = [500, 502, 503, 404, 429, 429, 418].map((code) => status(code));
    const others = [status(500, { cors: false }), status(429, { retryAfter: 90, exposed: true }), status(451, { cors: false }), status(this.chance(0.3) ? 451 : 503), status(this.chance(0.3) ? 403 : 500)];
    const bodies: unknown[] = [null, 7, 'ok', {}, [], [null, {}, 'x', [[]]]];
    const change = (how: (all: unknown[][]) => unknown[][]): Fault => ({ kind: 'rows', change: how });
    const few = 1 + this.below(3);
    // A cell that is no number at all makes the whole answer unreadable, as other faults here do.
    const spoilt = this.one(['notANumber', 'nothing', 'negative', 'zero', 'highBelowLow', 'unaligned'] as const);
    const kinds: (() => { name: string; fault: Fault; unseen?: boolean })[] = [
      () => ({ name: 'refuses', fault: this.one([...refusals, ...others]) }),
      () => ({ name: 'resets', fault: { kind: 'reset' } }),
      () => ({ name: 'is cut off', fault: { kind: 'cut-off' } }),
      () => ({ name: 'is silent', fault: { kind: 'silence' } }),
      () => ({ name: 'sends a web page', fault: { kind: 'html' } }),
      () => ({ name: 'sends half', fault: { kind: 'truncated' } }),
      () => ({ name: 'sends nothing', fault: { kind: 'blank' } }),
      () => ({ name: 'sends another body', fault: { kind: 'body', body: this.one(bodies) } }),
      () => ({ name: 'wraps its body', fault: { kind: 'rewritten', change: (body) => [body] } }),
      () => ({ name: 'speaks of an error', fault: { kind: 'error', text: 'Internal error' } }),
      () => ({ name: 'asks for fewer requests', fault: { kind: 'limited', cors: this.chance(0.5) } }),
      () => ({ name: 'sends 5 MB', fault: { kind: 'huge', bytes: 5 << 20 } }),
      () => ({ name: 'drips and ends', fault: { kind: 'drip', pieces: 4, everyMs: 2 } }),
      () => ({ name: 'drips for ever', fault: { kind: 'drip', pieces: 100_000, everyMs: 50 } }),
      () => ({ name: 'sends no rows', fault: change(rows.none) }),
      () => ({ name: 'sends rows reversed', fault: change(rows.reversed) }),
      () => ({ name: 'sends rows twice', fault: change(rows.duplicated) }),
      () => ({ name: 'leaves rows out', fault: change(rows.gap(this.one([1, 2, 100, 470]), few)) }),
      () => ({ name: 'sends few rows', fault: change(rows.newest(this.one([1, 2, 5, 60, 300]))) }),
      () => ({ name: 'sends a wrong close', fault: change(rows.revised), unseen: true }),
      () => ({ name: 'sends a flat market', fault: change(rows.flat), unseen: true }),
      () => ({ name: `spoils ${few} rows (${spoilt})`, fault: change(rows.spoilt(few, spoil[spoilt])) }),
      () => ({ name: `spoils 60 rows (${spoilt})`, fault: change(rows.spoilt(60, spoil[spoilt])) }),
    ];
    return this.one(kinds)();
  }

  private chance(of: number): boolean {
    return this.roll() < of;
  }

  private below(limit: number): number {
    return Math.floor(this.roll() * limit);
  }

  private one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  private some<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1)[0]);
  }
}
