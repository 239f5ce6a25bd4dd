// One HTTP server on loopback that stands in for all exchanges: their paths don't clash, so the widget's `proxy`
// attribute points at it. A test sets the moment and what is wrong, and reads what was asked.

import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Reply, binance } from './binance.ts';
import { type Asset, BASKET, type Candle, INTERVALS, type Interval, LENGTH_MS, NOW } from './candles.ts';
import { type Fault, type Scope, type Venue, candlesIn, send } from './faults.ts';
import { kraken } from './kraken.ts';
import type { Served } from './score.ts';

/** A request as it arrived, and what became of it. */
export interface Recorded {
  venue: Venue;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  /** The exchange's clock. */
  at: number;
  /** For candles: of what. */
  asset?: Asset;
  interval?: Interval;
  /** The candles of a right answer, and those that were really sent. */
  truth?: Candle[];
  sent?: Candle[];
  /** For order books: what stands near the middle of it. */
  depth?: number;
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

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<Exchange> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const exchange = new Exchange(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => exchange.answer(request, response));
    return exchange;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** From now on `venue` goes wrong; of several faults the newest one that applies is taken. */
  fail(venue: Venue, fault: Fault, scope: Scope = {}): void {
    this.troubles.unshift({ venue, fault, ...scope, left: scope.first ?? Number.POSITIVE_INFINITY });
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
    const names = ({ path, query }: Recorded): boolean => [path, ...Object.values(query)].some((text) => text.includes('TAO'));
    return this.requests.filter((request) => names(request) && !second.includes(request) && !BOOK.test(request.path));
  }

  /** Requests that compare the last hour of `asset` with another source's: at that moment nothing shorter is asked of it. */
  confirmations(asset: Asset = 'TAO'): Recorded[] {
    const asked = this.requests.filter((request) => request.asset === asset);
    const scored = (one: Recorded): boolean => asked.some(({ venue, interval, at }) => interval === '15m' && venue === one.venue && at === one.at);
    return asked.filter((request) => request.interval === '1h' && !scored(request));
  }

  /**
   * The closed candles a client now has from `venue`, of each timeframe in order of arrival, with Bitcoin's and the AI
   * basket's. What counts is whether they had closed when they were sent: a candle that was sent unfinished stays
   * unfinished, however late it gets.
   */
  served(venue: Venue, which: 'truth' | 'sent' = 'truth', asset: Asset = 'TAO'): Served {
    const closed = (of: Asset, interval: Interval): Candle[] => {
      const answers = this.candleRequests(venue, of).filter((request) => request.interval === interval);
      return answers.flatMap((answer) => (answer[which] ?? []).filter(({ time }) => time + LENGTH_MS[interval] <= answer.at));
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
    const spelled = venue === 'kraken' && asset === 'BTC' ? 'XBT' : asset;
    const names = ({ query }: Recorded): boolean => Object.values(query).some((text) => text.startsWith(spelled));
    const book = this.requests.findLast((request) => request.venue === venue && BOOK.test(request.path) && names(request));
    return { ...candles, surroundings: { btc, basket: Object.fromEntries(known), confirmation, depth: book?.depth } };
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', this.url);
    const venue = path.startsWith('/api/v3/') ? 'binance' : path.startsWith('/0/public/') ? 'kraken' : undefined;
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
      state: 'open',
    };
    this.requests.push(recorded);
    response.on('close', () => {
      recorded.state = response.writableFinished ? 'answered' : 'broken';
    });
    if (request.method !== 'GET') {
      // Neither venue answers a preflight for what the widget could want to send.
      response.writeHead(405).end();
      return;
    }
    let reply: Reply;
    try {
      reply = (venue === 'binance' ? binance : kraken)(path, searchParams, this.now);
    } catch (error) {
      console.error(`the fake ${venue} can not answer ${request.url}: ${String(error)}`);
      response.writeHead(501).end();
      return;
    }
    recorded.asset = reply.candles?.asset;
    recorded.interval = reply.candles?.interval;
    const fault = this.trouble(venue, recorded.interval, recorded.asset);
    const sent = send(response, venue, reply, fault);
    // Faults of rows are about candles.
    const whole = !fault || fault.kind === 'rows' || fault.kind === 'drip';
    if (whole && BOOK.test(path)) recorded.depth = depthOf(reply.body);
    recorded.truth = sent && reply.candles?.rows;
    recorded.sent = sent && candlesIn(venue, sent);
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

/** The path of an order book, at either venue. */
const BOOK = /\/depth$/i;

/** What stands within ±0.5 % of the middle of the order book in `body`, on both sides together. */
function depthOf(body: unknown): number | undefined {
  const { result, ...plain } = body as { result?: Record<string, unknown> };
  const sides = (result ? Object.values(result)[0] : plain) as { bids?: string[][]; asks?: string[][] };
  if (!sides.bids?.length || !sides.asks?.length) return undefined;
  const levels = [...sides.bids, ...sides.asks].map(([price, amount]) => [Number(price), Number(amount)]);
  const mid = (Math.max(...sides.bids.map(([price]) => Number(price))) + Math.min(...sides.asks.map(([price]) => Number(price)))) / 2;
  return levels.filter(([price]) => Math.abs(price - mid) <= 0.005 * mid).reduce((sum, [price, amount]) => sum + price * amount, 0);
}

/** The close that follows `now` on `interval`. */
export function nextClose(interval: Interval, now: number): number {
  return now - (now % LENGTH_MS[interval]) + LENGTH_MS[interval];
}
