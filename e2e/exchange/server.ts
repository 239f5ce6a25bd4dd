// One HTTP server on loopback that stands in for all exchanges: their paths don't clash, so the widget's `proxy`
// attribute points at it. A test sets the moment and what is wrong, and reads what was asked.

import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Asset, BASKET, type Candle, INTERVALS, type Interval, LENGTH_MS, NOW, sumUp, valid } from './candles.ts';
import { type Fault, type Scope, candlesIn, send } from './faults.ts';
import { FEED, type Served } from './score.ts';
import { Sockets } from './socket.ts';
import type { BookOf, Reply } from './venue.ts';
import { VENUES, type Venue, venueAt } from './venues.ts';

/** A request as it arrived, and what became of it. */
export interface Recorded {
  venue: Venue;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  /** Of a POST. */
  body?: string;
  /** The exchange's clock. */
  at: number;
  /** For candles: of what. */
  asset?: Asset;
  interval?: Interval;
  madeInto?: Interval;
  /** The candles of a right answer, and those that were really sent. */
  truth?: Candle[];
  sent?: Candle[];
  /** For order books: of what, and what stands near its middle when the right one was sent. */
  bookOf?: Asset;
  depth?: number;
  /** What was wrong with it. */
  fault?: Fault;
  /** Bytes of the answer's body as they were sent, which is compressed where the browser takes that. */
  bytes: number;
  /** Whether the whole answer went out, or the other side hung up before. */
  state: 'open' | 'answered' | 'broken';
}

interface Trouble extends Scope {
  venue: Venue;
  fault: Fault;
  left: number;
}

export class Exchange {
  /** The exchange's clock, Unix ms. It stands still unless a test moves it. */
  now = NOW;
  readonly requests: Recorded[] = [];
  private troubles: Trouble[] = [];

  /** The streams. */
  readonly sockets: Sockets;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    this.sockets = new Sockets(server);
  }

  static async open(): Promise<Exchange> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const exchange = new Exchange(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => void exchange.answer(request, response));
    return exchange;
  }

  async close(): Promise<void> {
    this.sockets.close();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** From now on `venue` goes wrong; of several faults the newest one that applies is taken. */
  fail(venue: Venue, fault: Fault, scope: Scope = {}): void {
    this.troubles.unshift({ venue, fault, ...scope, left: scope.first ?? Number.POSITIVE_INFINITY });
  }

  /** Every venue goes wrong. */
  failAll(fault: Fault, scope: Scope = {}): void {
    for (const venue of NAMES) this.fail(venue, fault, scope);
  }

  /** All venues are well again. */
  healAll(): void {
    this.troubles = [];
  }

  /** `venue` is well again. */
  heal(venue: Venue): void {
    this.troubles = this.troubles.filter((trouble) => trouble.venue !== venue);
  }

  /** What `venue` was asked for candles, in order of arrival. */
  candleRequests(venue: Venue, asset: Asset = 'TAO'): Recorded[] {
    return this.requests.filter((request) => request.venue === venue && request.asset === asset);
  }

  /** What was asked about TAO, as nearly all journeys show it; the rest is its surroundings. */
  get own(): Recorded[] {
    const second = this.confirmations();
    const names = ({ path, query, body = '' }: Recorded): boolean => [path, ...Object.values(query), body].some((text) => text.includes('TAO'));
    return this.requests.filter((request) => names(request) && !second.includes(request) && !request.bookOf);
  }

  /** Requests that compare the last hour of `asset` with another source's: at that moment nothing shorter is asked of it. */
  confirmations(asset: Asset = 'TAO'): Recorded[] {
    const asked = this.requests.filter((request) => request.asset === asset);
    const scored = (one: Recorded): boolean => asked.some(({ venue, interval, at }) => interval === '15m' && venue === one.venue && at === one.at);
    return asked.filter((request) => request.interval === '1h' && !request.madeInto && !scored(request));
  }

  /**
   * The closed candles a client now has from `venue`, of each timeframe in order of arrival, with Bitcoin's and the AI
   * basket's. What counts is whether they had closed when they were sent: a candle that was sent unfinished stays
   * unfinished, however late it gets.
   */
  served(venue: Venue, which: 'truth' | 'sent' = 'truth', asset: Asset = 'TAO'): Served {
    const closed = (of: Asset, interval: Interval): Candle[] => {
      const requests = this.candleRequests(venue, of);
      const had = (answers: Recorded[], length: number): Candle[] =>
        answers.flatMap((answer) => (answer[which] ?? []).filter(({ time }) => time + length <= answer.at));
      const parts = requests.filter(({ madeInto }) => madeInto === interval);
      if (parts.length > 0) return builtFrom(had(parts, LENGTH_MS['1h']), interval);
      return had(requests.filter((request) => request.interval === interval && !request.madeInto), LENGTH_MS[interval]);
    };
    const all = (of: Asset): Record<Interval, Candle[]> =>
      Object.fromEntries(INTERVALS.map((interval) => [interval, closed(of, interval)])) as Record<Interval, Candle[]>;
    const members = BASKET.filter((member) => member !== asset).map((member) => [member, all(member)] as const);
    // Beside itself Bitcoin is neither strong nor weak; only the day's regime is read of it.
    const btc = asset === 'BTC' ? { ...all('BTC'), '15m': [], '1h': [], '4h': [] } : all('BTC');
    const known = members.filter(([, candles]) => INTERVALS.some((interval) => candles[interval].length > 0));
    const candles = all(asset);
    const hour = candles['1h'].at(-1)?.time;
    const others = this.confirmations(asset).filter((request) => request.venue !== venue);
    const answers = others.map((request) => [request.venue, (request[which] ?? []).find(({ time }) => time === hour)?.close] as const);
    const [source, close] = answers.findLast(([, close]) => close !== undefined) ?? [];
    const confirmation = source && close !== undefined ? { source, close } : undefined;
    const book = this.requests.findLast((request) => request.venue === venue && request.bookOf === asset);
    // The feed is a file beside the widget, and it is about TAO.
    const feed = asset === 'TAO' ? FEED : undefined;
    return { ...candles, surroundings: { btc, basket: Object.fromEntries(known), confirmation, depth: book?.depth, feed, asGiven: true } };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', this.url);
    const venue = venueAt(path);
    if (!venue) {
      response.writeHead(404).end();
      return;
    }
    const recorded: Recorded = {
      venue,
      method: request.method ?? '',
      path,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      at: this.now,
      bytes: 0,
      state: 'open',
    };
    this.requests.push(recorded);
    response.on('close', () => {
      recorded.state = response.writableFinished ? 'answered' : 'broken';
      recorded.bytes = Number(response.getHeader('content-length') ?? 0);
    });
    const { method, answer } = VENUES[venue];
    if (request.method === 'OPTIONS' && method === 'POST') {
      this.preflight(venue, response);
      return;
    }
    if (request.method !== method) {
      // No venue that is asked by GET answers a preflight for what the widget could want to send.
      response.writeHead(405).end();
      return;
    }
    let reply: Reply;
    try {
      if (method === 'POST') recorded.body = await bodyOf(request);
      reply = answer({ path, query: searchParams, now: recorded.at, body: recorded.body, contentType: request.headers['content-type'] });
    } catch (error) {
      console.error(`the fake ${venue} can not answer ${request.url}: ${String(error)}`);
      response.writeHead(501).end();
      return;
    }
    recorded.asset = reply.candles?.asset;
    recorded.interval = reply.candles?.interval;
    recorded.madeInto = reply.candles?.madeInto;
    recorded.bookOf = reply.book?.asset;
    const fault = this.trouble(venue, recorded.interval, recorded.asset);
    recorded.fault = fault;
    const sent = send(response, venue, reply, fault);
    // Faults of rows are about candles.
    const whole = !fault || fault.kind === 'rows' || fault.kind === 'drip';
    if (whole && reply.book) recorded.depth = depthOf(reply.book);
    recorded.truth = sent && reply.candles?.rows;
    recorded.sent = sent && candlesIn(venue, sent);
  }

  /** A JSON body is asked for first: whoever is not readable from a page refuses here already. */
  private preflight(venue: Venue, response: ServerResponse): void {
    const fault = this.troubles.find((trouble) => trouble.venue === venue && trouble.left > 0 && !trouble.intervals)?.fault;
    if (fault?.kind === 'status' && fault.cors === false) {
      response.writeHead(fault.status).end();
      return;
    }
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-methods', 'POST');
    response.setHeader('access-control-allow-headers', 'content-type');
    response.writeHead(204).end();
  }

  private trouble(venue: Venue, interval: Interval | undefined, asset: Asset | undefined): Fault | undefined {
    const applies = ({ venue: where, intervals, assets, left }: Trouble): boolean =>
      where === venue &&
      left > 0 &&
      (!intervals || (interval !== undefined && intervals.includes(interval))) &&
      (!assets || (asset !== undefined && assets.includes(asset)));
    const trouble = this.troubles.find(applies);
    if (trouble) trouble.left -= 1;
    return trouble?.fault;
  }
}

const NAMES = Object.keys(VENUES) as Venue[];

/** Longer candles from hours in whatever order and however often they came, where all four are valid. */
function builtFrom(hours: Candle[], interval: Interval): Candle[] {
  const latest = new Map(hours.filter((hour) => valid(hour, LENGTH_MS['1h'])).map((hour) => [hour.time, hour]));
  const inOrder = [...latest.values()].sort((a, b) => a.time - b.time);
  return sumUp(inOrder, '1h', interval);
}

/** What stands within ±0.5 % of the middle of an order book, on both sides together. */
function depthOf({ bids, asks }: BookOf): number {
  const mid = (Math.max(...bids.map(([price]) => price)) + Math.min(...asks.map(([price]) => price))) / 2;
  const near = [...bids, ...asks].filter(([price]) => Math.abs(price - mid) <= 0.005 * mid);
  return near.reduce((sum, [price, amount]) => sum + price * amount, 0);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The close that follows `now` on `interval`. */
export function nextClose(interval: Interval, now: number): number {
  return now - (now % LENGTH_MS[interval]) + LENGTH_MS[interval];
}
