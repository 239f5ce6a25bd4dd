// A card through a day of bad luck, and the judge of everything that it showed: each number against the native program's
// from what the venues really traded, each state against what could be known.

import type { BrowserContext, Page, Request } from '@playwright/test';
import { INTERVALS, type Interval, LENGTH_MS } from '../exchange/candles.ts';
import { Holdings } from '../exchange/holdings.ts';
import { type Assessment, FEED, type Surroundings, scoreAt } from '../exchange/score.ts';
import type { Exchange } from '../exchange/server.ts';
import type { Streaming } from '../exchange/socket.ts';
import { VENUES, type Venue } from '../exchange/venues.ts';
import { type Event, Weather } from '../exchange/weather.ts';
import { differences, scored, signed } from './widget.ts';

const MINUTE = 60_000;
const QUARTER = LENGTH_MS['15m'];
/** Timers fire at least so often: the widget takes 8 s for a timeout, and 30 s of silence for a lost stream. */
const STEP = 30_000;

/** As many as a browser opens to one host. */
const CONNECTIONS = 6;

/** What the card showed at a moment, and what was the case then. */
export interface Look {
  minute: number;
  /** The visitor's clock, and the venues'. */
  clock: number;
  now: number;
  /** How many requests the venues had got. */
  requests: number;
  /** For how many minutes nothing has been wrong, and what is. */
  calm: number;
  weather: string;
  /** The page was opened anew when the venues had got so many requests. */
  opened: number;
  shown: Shown;
}

/** What the page says. */
interface Shown {
  assessment: Assessment | null;
  state: string;
  score: string | null;
  readings: (string | null)[];
  source: string | null;
}

export class Day {
  readonly looks: Look[] = [];
  private readonly weather: Weather;
  private readonly pending = new Set<Request>();
  private skew = 0;
  private calm = 0;
  private minute = 0;
  private opened = 0;

  constructor(
    private readonly page: Page,
    private readonly context: BrowserContext,
    private readonly exchange: Exchange,
    readonly seed: number,
  ) {
    this.weather = new Weather(seed);
    const ours = (request: Request): boolean => request.url().startsWith(exchange.url);
    page.on('request', (request) => void (ours(request) && this.pending.add(request)));
    for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end, (request) => void this.pending.delete(request));
  }

  /** So many minutes, of which hours of sleep are some. */
  async pass(minutes: number): Promise<void> {
    await this.settle();
    for (this.minute = 1; this.minute <= minutes; this.minute += 1) {
      const { changed, events } = this.weather.minute(this.minute);
      if (changed) this.apply();
      this.calm = this.weather.calm ? this.calm + 1 : 0;
      for (const event of events) await this.happen(event);
      for (let passed = 0; passed < MINUTE; passed += STEP) await this.wait(STEP);
    }
  }

  private apply(): void {
    this.exchange.healAll();
    // The newest fault that applies is the one that strikes.
    for (const { venue, fault, scope } of this.weather.blows.toReversed()) this.exchange.fail(venue, fault, scope);
  }

  private async happen(event: Event): Promise<void> {
    const { page, exchange } = this;
    this.calm = 0;
    switch (event.kind) {
      case 'reload':
        this.pending.clear();
        this.opened = exchange.requests.length;
        await page.reload();
        break;
      case 'sleep':
        this.minute += event.minutes;
        await this.wait(event.minutes * MINUTE);
        break;
      case 'clock':
        this.skew = event.minutes * MINUTE;
        await page.clock.setSystemTime(exchange.now + this.skew);
        // Nothing has run by the new time yet: there is nothing to look at before some of it has passed.
        return;
      case 'hidden':
        await page.evaluate((hidden) => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }, event.hidden);
        break;
      case 'offline':
        await this.context.setOffline(event.offline);
        break;
      case 'drop':
        exchange.sockets.drop(event.venue);
        break;
      case 'refuse':
        exchange.sockets.refuse = event.refuse ? 503 : undefined;
        break;
    }
    await this.settle();
  }

  private async wait(time: number): Promise<void> {
    this.exchange.now += time;
    await this.page.clock.fastForward(time);
    for (const venue of new Set(this.exchange.sockets.opened().map((line) => line.venue))) this.tick(venue);
    await this.settle();
  }

  /** A venue's stream says what is traded. */
  private tick(venue: Streaming): void {
    const [path, body] = RUNNING[venue];
    const { pathname, searchParams } = new URL(path, this.exchange.url);
    const question = { path: pathname, query: searchParams, now: this.exchange.now, body, contentType: 'application/json' };
    const candle = VENUES[venue].answer(question).candles?.rows.at(-1);
    if (!candle) throw new Error(`the fake ${venue} has no running candle`);
    this.exchange.sockets.tick(venue, 'TAO', candle);
  }

  /** Until nothing moves any more: what is never answered stays so until time goes on. */
  private async settle(): Promise<void> {
    const { requests } = this.exchange;
    const stuck = (): number => requests.filter(({ state, fault }) => state === 'open' && (fault?.kind === 'silence' || (fault?.kind === 'drip' && fault.pieces > 1000))).length;
    let before = '';
    for (;;) {
      const shown = await this.page.evaluate(look);
      const now = JSON.stringify([requests.length, this.pending.size, shown]);
      const loading = shown.state === '' || (shown.state === 'loading' && requests.length === 0);
      // Where all connections hang, the other requests wait in the browser.
      const hanging = stuck();
      if (now === before && (this.pending.size <= hanging || hanging >= CONNECTIONS) && !loading) {
        this.note(shown);
        return;
      }
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  private note(shown: Shown): void {
    const { exchange, minute, calm, skew, opened } = this;
    this.looks.push({ minute, clock: exchange.now + skew, now: exchange.now, requests: exchange.requests.length, calm, weather: this.weather.toString(), opened, shown });
  }
}

/** How the running candle is asked for where there is a stream. */
const RUNNING: Record<Streaming, [path: string, body?: string]> = {
  binance: ['/api/v3/klines?symbol=TAOUSDT&interval=15m&limit=1'],
  kraken: ['/0/public/OHLC?pair=TAOUSD&interval=15'],
  hyperliquid: ['/info', JSON.stringify({ type: 'candleSnapshot', req: { coin: 'TAO', interval: '15m', startTime: 0, endTime: 8e15 } })],
  bybit: ['/v5/market/kline?category=spot&symbol=TAOUSDT&interval=15&limit=1'],
};

/** Runs in the page, after everything that is due has run. */
async function look(): Promise<Shown> {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
  }
  const element = document.querySelector('tao-conviction') as (Element & { assessment?: Assessment }) | null;
  const root = element?.shadowRoot;
  const text = (part: string): string | null => root?.querySelector(`[part~=${part}]`)?.textContent ?? null;
  return {
    assessment: element?.assessment ?? null,
    state: root?.querySelector('.tao')?.getAttribute('data-state') ?? '',
    score: text('score'),
    readings: [...(root?.querySelectorAll('[part~=timeframe]') ?? [])].map((row) => row.querySelector('[part~=reading]')?.textContent ?? null),
    source: text('source'),
  };
}

/** What was wrong with what was shown. */
export interface Verdict {
  /** Assessments that were compared, and of them those whose candles the venue itself had sent wrong. */
  compared: number;
  misled: number;
  states: Record<string, number>;
  sources: Record<string, number>;
  /** In words, with the seed, the minute and the faults of the moment. */
  mismatches: string[];
}

/** In which order sources are asked, and looked for in the storage. */
const ORDER = Object.keys(VENUES) as Venue[];

/** Holds all looks against the log of what the venues sent. */
export function judge(looks: readonly Look[], exchange: Pick<Exchange, 'requests'>, seed: number): Verdict {
  const holdings = new Holdings(exchange.requests);
  const verdict: Verdict = { compared: 0, misled: 0, states: {}, sources: {}, mismatches: [] };
  const seen = new Map<string, string[]>();
  let loadingSince: number | undefined;
  let opened = 0;
  let ahead = 0;
  let before = new Set<string>();
  for (const one of looks) {
    const { shown, minute, weather } = one;
    if (one.opened > opened) {
      opened = one.opened;
      holdings.read(opened);
      holdings.reopen(ORDER.find((venue) => venue in verdict.sources));
    }
    holdings.read(one.requests);
    const found = [...drawn(shown), ...inTime(one)];
    ahead = shown.assessment && shown.assessment.at > one.clock ? ahead + 1 : 0;
    // A clock that was set back is noticed when it is read again.
    if (ahead > 3 && !/hidden|offline/.test(weather)) found.push(`of a time to come: ${shown.assessment?.at} at ${one.clock}`);
    loadingSince = shown.state === 'loading' ? (loadingSince ?? minute) : undefined;
    if (loadingSince !== undefined && minute - loadingSince > 5) found.push(`loading since minute ${loadingSince}`);
    count(verdict.states, shown.state);
    const own = shown.assessment;
    if (own && own.data.source) {
      count(verdict.sources, own.data.source);
      // What stays on the screen is compared once; the price moves without it.
      const name = JSON.stringify({ ...own, price: 0 });
      let about = seen.get(name);
      if (!about) {
        const { found, misled } = compare(own, holdings, one);
        about = found;
        seen.set(name, about);
        verdict.compared += 1;
        verdict.misled += Number(misled);
      }
      found.push(...about);
    }
    for (const what of found) {
      // The same for minutes on end is said once.
      if (!before.has(what)) verdict.mismatches.push(`seed ${seed}, minute ${minute} (${new Date(one.now).toISOString()}), ${shown.state} from ${shown.source ?? 'nowhere'}; ${weather}: ${what}`);
    }
    before = new Set(found);
  }
  return verdict;
}

function count(all: Record<string, number>, name: string): void {
  all[name] = (all[name] ?? 0) + 1;
}

/** Where the card draws something else than the Assessment says. */
function drawn({ assessment: own, state, score, readings }: Shown): string[] {
  const found: string[] = [];
  const same = (what: string, shown: string | null, expected: string | null): void => {
    if (shown !== expected) found.push(`the card shows ${what} ${shown} instead of ${expected}`);
  };
  if (state === 'loading') {
    same('the score', score?.match(/\d/) ? score : null, null);
  } else if (!own) {
    found.push(`${state} without an Assessment`);
  } else {
    same('the state', state, own.data.state);
    if (state === 'unavailable') {
      same('the score', score, null);
      if (own.conviction !== null) found.push('unavailable with a score');
    } else {
      if (own.conviction !== null) same('the score', score, scored(own.conviction));
      own.mtf.timeframes.forEach(({ timeframe, reading }, index) => {
        if (reading !== null) same(`the reading of ${timeframe}`, readings[index] ?? null, signed(100 * reading));
      });
    }
  }
  return found;
}

/** Where the card calls something fresh that isn't, or says nothing though it could. */
function inTime({ shown: { assessment: own, state }, clock, now, calm }: Look): string[] {
  const found: string[] = [];
  const asOf = (own?.data.asOf ?? null) as number | null;
  if (state === 'live' || state === 'partial') {
    if (asOf === null) found.push(`${state} without a time`);
    // Two lengths, the longest nap, and the step of this test.
    else if (clock - asOf > 2 * QUARTER + 30_000 + STEP) found.push(`called ${state} ${(clock - asOf) / MINUTE} minutes after the last candle`);
  }
  // After the longest pause between tries, and a close.
  const due = now - (now % QUARTER);
  if (calm > 21 && now - due >= MINUTE + STEP && own?.families.find(({ family }) => family === 'catalysts')?.value == null) {
    found.push(`nothing has been wrong for ${calm} minutes, and the catalysts are unknown`);
  }
  if (calm > 21 && now - due >= MINUTE + STEP && (state !== 'live' || asOf !== due)) {
    found.push(`nothing has been wrong for ${calm} minutes, and it is ${state} as of ${asOf === null ? asOf : new Date(asOf).toISOString()}`);
  }
  return found;
}

/** Where the numbers differ from the native program's. */
function compare(own: Assessment, holdings: Holdings, { now, clock }: Look): { found: string[]; misled: boolean } {
  const venue = own.data.source as Venue;
  const reports = new Map(own.mtf.timeframes.map((report) => [report.timeframe, report]));
  const closedAt = (interval: Interval): number | null => (reports.get(interval)?.closedAt ?? null) as number | null;
  const length = (interval: Interval): number => reports.get(interval)?.candles ?? 0;
  const found: string[] = [];
  for (const interval of INTERVALS) {
    // The venue's clock decides what has closed, and so does the visitor's.
    const time = closedAt(interval);
    if (time !== null && time > Math.min(now, own.at)) found.push(`${interval} counts a candle that closes at ${time}`);
  }
  const { surroundings, why } = beside(own, holdings, now - clock);
  found.push(...why);
  const of = (interval: Interval) => holdings.true(venue, 'TAO', interval, closedAt(interval), length(interval));
  const candles = Object.fromEntries(INTERVALS.map((interval) => [interval, of(interval)]));
  const check = (): string[] => against(own, scoreAt([own.at], candles, surroundings)[0], holdings.spoilt.has(venue));
  let differs = check();
  if (differs.length > 0 && own.data.state === 'delayed') {
    // It aged while the page slept, and was drawn so on waking, before what it then asked for had come.
    Object.assign(surroundings, holdings.around(venue, 'TAO', own.at, own.at));
    differs = check();
  }
  let misled = false;
  if (differs.length > 0) {
    // Not the truth: then it has to be what was sent, and either wrong in a way that nobody could see or marked.
    for (const interval of INTERVALS) {
      const native = (series: typeof candles[Interval]) => scoreAt([own.at], { [interval]: series }).flatMap(({ mtf }) => mtf.timeframes).find(({ timeframe }) => timeframe === interval);
      const right = (series: typeof candles[Interval]): boolean => series.length > 0 && JSON.stringify(native(series)) === JSON.stringify(reports.get(interval));
      if (right(candles[interval])) continue;
      const as = holdings.sent(venue, 'TAO', interval, closedAt(interval), length(interval)).find(right);
      if (!as) continue;
      if (holdings.misled(venue, 'TAO', interval, as)) misled = true;
      else if (own.data.gaps === 0 && own.data.rejectedCandles === 0) found.push(`${interval} lacks candles and doesn’t say so`);
      candles[interval] = as;
    }
    differs = check();
  }
  return { found: [...found, ...differs.slice(0, 6)], misled };
}

function against(own: Assessment, expected: Assessment, spoilt: boolean): string[] {
  // How many candles were refused since the page was opened is not in the candles that are left.
  return differences(own, expected).filter((what) => !(spoilt && what.startsWith('data.rejectedCandles')));
}

/** What surrounds the asset. What the card says of a second source and of the order book must have been said by them. */
function beside(own: Assessment, holdings: Holdings, skew: number): { surroundings: Surroundings; why: string[] } {
  const venue = own.data.source as Venue;
  const why: string[] = [];
  const surroundings = holdings.around(venue, 'TAO', own.at);
  // The feed is a file of the widget's own site, which is reached or not; what it says is the same all day.
  if (own.families.find(({ family }) => family === 'catalysts')?.value != null) surroundings.feed = FEED;
  // A first number changes once: what has come already waits for what is still under way.
  if (own.data.state === 'partial' && own.families.find(({ family }) => family === 'relativeStrength')?.value === null) {
    surroundings.btc = {};
    surroundings.basket = {};
  }
  const hour = (own.mtf.timeframes.find(({ timeframe }) => timeframe === '1h')?.closedAt ?? 0) as number;
  const against = own.data.contradictedBy as { source: Venue; close: number } | null;
  const second = (against?.source ?? own.data.confirmedBy ?? null) as Venue | null;
  if (second) {
    const closes = holdings.closes(second, 'TAO', hour - LENGTH_MS['1h']);
    const close = against ? closes.find((close) => close === against.close) : closes[0];
    if (close === undefined) why.push(`${second} never said that`);
    else surroundings.confirmation = { source: second, close };
  }
  const depth = own.gates.find(({ gate }) => gate === 'liquidity')?.value as number | null;
  if (depth !== null) {
    if (holdings.depths(venue, own.at + skew - 21 * MINUTE).includes(depth)) surroundings.depth = depth;
    else why.push(`the order book was never ${depth} deep`);
  }
  return { surroundings, why };
}
