// What a client may know, told from the log of what it was sent: the venues' true candles, and the candles as they came
// where a fault made them wrong. It never looks at the client.

import { type Asset, BASKET, type Candle, type Interval, LENGTH_MS, sumUp, valid } from './candles.ts';
import type { Surroundings } from './score.ts';
import type { Recorded } from './server.ts';
import type { Venue } from './venues.ts';

type ByTime = Map<number, Candle>;

/** One series of an asset as a client has it that asks piece by piece. */
interface Series {
  /** Everything that ever came. */
  all: ByTime;
  /** What has come since the whole was last asked for. */
  since: ByTime;
  /** When each candle was first asked for. */
  asked: Map<number, number>;
}

/** The answers of one request that takes several. */
interface Pages {
  /** How the next one begins. */
  next: string;
  rows: Candle[];
  /** How many there were to be had. */
  truth: number;
}

/** A whole history is asked for, and not what is missing. */
const WHOLE = 450;

export class Holdings {
  private done = 0;
  private readonly truth = new Map<string, ByTime>();
  private readonly came = new Map<string, Series>();
  /** The same before its last answer: one that came may not have been used. */
  private readonly before = new Map<string, Series>();
  private readonly pages = new Map<string, Pages[]>();
  private readonly books = new Map<Venue, { at: number; depth: number | undefined }[]>();
  /** Venues whose rows a client refused one by one. */
  readonly spoilt = new Set<Venue>();
  /** Closes that are as valid as right ones and wrong, by series. */
  private readonly wrong = new Map<string, Set<number>>();

  constructor(private readonly requests: readonly Recorded[]) {}

  /** Reads the log up to its `count`th request. */
  read(count: number): void {
    for (; this.done < count; this.done += 1) this.take(this.requests[this.done]);
  }

  /** The page was opened anew: of what surrounds an asset it finds what it stored of `venue`, which it starts from. */
  reopen(venue: Venue | undefined): void {
    for (const name of this.came.keys()) {
      const [from, asset] = name.split(' ');
      if (from !== venue && asset !== 'TAO') this.came.delete(name);
    }
    this.pages.clear();
  }

  /** The last `count` true candles of a series up to the one that closed at `closedAt`. */
  true(venue: Venue, asset: Asset, interval: Interval, closedAt: number | null, count: number): Candle[] {
    const all = inOrder(this.truth.get(key(venue, asset, interval)));
    return last(interval === '4h' && venue === 'coinbase' ? sumUp(all, '1h', '4h') : all, interval, closedAt, count);
  }

  /** The same as they may have come, where they came otherwise: whichever of the answers were used. */
  sent(venue: Venue, asset: Asset, interval: Interval, closedAt: number | null, count: number): Candle[][] {
    const name = key(venue, asset, interval);
    const known = [this.came.get(name), this.before.get(name)].flatMap((series) => (series ? [series.since, series.all] : []));
    return known.map((series) => last(inOrder(series), interval, closedAt, count));
  }

  /** Whether one of these candles was sent with a wrong price that nobody could see. */
  misled(venue: Venue, asset: Asset, interval: Interval, candles: readonly Candle[]): boolean {
    const wrong = this.wrong.get(key(venue, asset, interval));
    return candles.some(({ time }) => wrong?.has(time));
  }

  /**
   * What surrounds `asset` at `at`, from `venue`: of each series what came, unless it is over two lengths old. With
   * `before`, only what had been asked for before that time.
   */
  around(venue: Venue, asset: Asset, at: number, before = Infinity): Surroundings {
    const fresh = (of: Asset, intervals: readonly Interval[]): Partial<Record<Interval, Candle[]>> =>
      Object.fromEntries(
        intervals.flatMap((interval) => {
          const series = this.came.get(key(venue, of, interval));
          const known = (time: number): boolean => (series?.asked.get(time) ?? 0) < before;
          const candles = inOrder(series?.all).filter(({ time }) => time + LENGTH_MS[interval] <= at && known(time));
          const newest = candles.at(-1);
          return newest && at - newest.time - LENGTH_MS[interval] <= 2 * LENGTH_MS[interval] ? [[interval, candles]] : [];
        }),
      );
    const members = BASKET.map((member) => [member, fresh(member, ['4h', '1d'])] as const);
    const known = members.filter(([member, series]) => member !== asset && Object.keys(series).length > 0);
    return { btc: fresh('BTC', ['4h', '1d']), basket: Object.fromEntries(known), asGiven: true };
  }

  /** What `venue` said the hour that opened at `time` closed at, each time that it said so. */
  closes(venue: Venue, asset: Asset, time: number): number[] {
    const name = key(venue, asset, '1h');
    const known = [this.came.get(name), this.before.get(name)].flatMap((series) => series?.all.get(time)?.close ?? []);
    return [...new Set(known)];
  }

  /** The depths of the order books that `venue` has sent since `time`. */
  depths(venue: Venue, time: number): number[] {
    return (this.books.get(venue) ?? []).flatMap(({ at, depth }) => (at >= time && depth !== undefined ? [depth] : []));
  }

  private take(request: Recorded): void {
    const { venue, asset, interval, state, at } = request;
    if (request.bookOf === 'TAO' && state === 'answered') {
      this.books.set(venue, [...(this.books.get(venue) ?? []), { at, depth: request.depth }]);
    }
    if (!asset || !interval) return;
    // Hours of Coinbase's may be meant for themselves or for 4h candles; only TAO's are meant for themselves.
    if (venue !== 'coinbase' || interval !== '1h') return this.add(request, asset, interval, interval);
    if (asset === 'TAO') this.add(request, asset, interval, interval);
    this.add(request, asset, interval, '4h');
  }

  /** Takes an answer with candles of `interval`, which a client makes candles of `made` of. */
  private add(request: Recorded, asset: Asset, interval: Interval, made: Interval): void {
    const { venue, state, at, fault } = request;
    const name = key(venue, asset, made);
    const length = LENGTH_MS[interval];
    const closed = (candles: readonly Candle[]): Candle[] => candles.filter(({ time }) => time + length <= at);
    const right = closed(request.truth ?? []);
    keep(this.truth, name, right);
    const all = this.pages.get(name) ?? [];
    const known = all.find(({ next }) => next === request.query.end || next === request.query.after);
    // Pages of a request that went wrong are of no use.
    const open = all.filter((pages) => pages !== known);
    this.pages.set(name, open);
    if (fault?.kind === 'rows' && request.sent) this.compare(venue, name, right, closed(request.sent));
    if (state !== 'answered' || !request.sent) return;
    const pages: Pages = { next: more(request) ? nextPage(request) : '', rows: [...(known?.rows ?? []), ...request.sent], truth: (known?.truth ?? 0) + right.length };
    if (more(request)) {
      open.push(pages);
      return;
    }
    const rows = used(pages.rows, interval);
    if (!rows) return;
    const built = made === interval ? rows : sumUp(inOrder(new Map(rows.map((row) => [row.time, row]))), interval, made);
    const series = this.came.get(name) ?? { all: new Map<number, Candle>(), since: new Map<number, Candle>(), asked: new Map<number, number>() };
    this.before.set(name, { all: new Map(series.all), since: new Map(series.since), asked: series.asked });
    if (pages.truth * length >= WHOLE * LENGTH_MS[made]) series.since = new Map();
    for (const candle of built) {
      series.all.set(candle.time, candle);
      series.since.set(candle.time, candle);
      if (!series.asked.has(candle.time)) series.asked.set(candle.time, at);
    }
    this.came.set(name, series);
  }

  /** Notes which candles came otherwise than they are. */
  private compare(venue: Venue, name: string, right: Candle[], sent: Candle[]): void {
    const known = new Map(right.map((candle) => [candle.time, candle]));
    const wrong = this.wrong.get(name) ?? new Set<number>();
    for (const candle of sent) {
      const one = known.get(candle.time);
      if (!one || !valid(candle, 1)) this.spoilt.add(venue);
      else if ((['open', 'high', 'low', 'close'] as const).some((price) => one[price] !== candle[price])) {
        wrong.add(candle.time);
        // A 4h candle is wrong with its hour.
        if (name.endsWith('4h')) wrong.add(candle.time - (candle.time % LENGTH_MS['4h']));
      }
    }
    this.wrong.set(name, wrong);
  }
}

const key = (venue: Venue, asset: Asset, interval: Interval): string => `${venue} ${asset} ${interval}`;

function keep(all: Map<string, ByTime>, name: string, candles: readonly Candle[]): void {
  const known = all.get(name) ?? new Map<number, Candle>();
  for (const candle of candles) known.set(candle.time, candle);
  all.set(name, known);
}

const inOrder = (candles: ByTime | undefined): Candle[] => [...(candles?.values() ?? [])].sort((a, b) => a.time - b.time);

function last(candles: Candle[], interval: Interval, closedAt: number | null, count: number): Candle[] {
  return count === 0 || closedAt === null ? [] : candles.filter(({ time }) => time + LENGTH_MS[interval] <= closedAt).slice(-count);
}

/**
 * The closed candles of an answer: all but the newest, as the method has it; nothing of an answer with none, or with
 * more than one invalid one in a hundred.
 */
function used(sent: readonly Candle[], interval: Interval): Candle[] | undefined {
  const length = LENGTH_MS[interval];
  const newest = Math.max(...sent.map(({ time }) => (Number.isFinite(time) ? time : 0)));
  const closed = sent.filter(({ time }) => time !== newest);
  const sound = closed.filter((candle) => valid(candle, length));
  return sound.length === 0 || (closed.length - sound.length) * 100 > closed.length ? undefined : sound;
}

/** Whether another page of the same request is to follow: this one is as long as pages may be. */
function more({ venue, asset, interval, query }: Recorded): boolean {
  if (venue === 'okx') return query.limit === '300' && !(interval === '4h' && asset === 'BTC');
  if (venue !== 'coinbase' || !interval) return false;
  // Four more than are due are asked for.
  return (Date.parse(query.end) - Date.parse(query.start)) / LENGTH_MS[interval] + 1 - 4 >= 296;
}

/** The end that the next page of this request names. */
function nextPage({ venue, interval, query }: Recorded): string {
  const length = LENGTH_MS[interval ?? '1h'];
  if (venue === 'okx') return String(Number(query.after) - 300 * length);
  return new Date(Date.parse(query.start) + 3 * length).toISOString().replace('.000Z', 'Z');
}
