// Everything that may go wrong at an exchange: applied to an answer that would have been right. Pure apart from the
// socket it is sent through.

import type { ServerResponse } from 'node:http';
import type { Reply } from './binance.ts';
import type { Asset, Candle, Interval } from './candles.ts';

export type Venue = 'binance' | 'kraken';

/** A row as it stands in a body: open time first, then open, high, low, close. Both venues agree that far. */
export type Row = unknown[];

export type Fault =
  /** Another status; without CORS headers the page can't even read it. */
  | { kind: 'status'; status: number; body?: unknown; cors?: boolean; retryAfter?: number }
  /** The connection is torn down instead of an answer. */
  | { kind: 'reset' }
  /** The connection is torn down in the middle of the body. */
  | { kind: 'cut-off' }
  /** The request is taken and never answered. */
  | { kind: 'silence' }
  /** A web page, with status 200. */
  | { kind: 'html' }
  /** The body ends early, in a well-formed HTTP answer. */
  | { kind: 'truncated' }
  /** Nothing at all, with status 200. */
  | { kind: 'blank' }
  /** Any JSON in place of the answer, with status 200. */
  | { kind: 'body'; body: unknown }
  /** The venue's own error: Kraken's with HTTP 200, Binance's with HTTP 400. */
  | { kind: 'error'; text: string }
  /** The right answer, a few bytes at a time. */
  | { kind: 'drip'; pieces: number; everyMs: number }
  /** The rows of candles are changed; everything else is right. */
  | { kind: 'rows'; change: (rows: Row[]) => Row[] };

/** Where and how often a fault strikes; everywhere and always when nothing is said. */
export interface Scope {
  intervals?: Interval[];
  assets?: Asset[];
  /** Only this many requests, counted from now. */
  first?: number;
}

/** What is done to rows, by name. */
export const rows = {
  none: (): Row[] => [],
  reversed: (all: Row[]): Row[] => [...all].reverse(),
  duplicated: (all: Row[]): Row[] => all.flatMap((row) => [row, row]),
  newest: (count: number) => (all: Row[]): Row[] => all.slice(-count),
  /** Lets `spoil` rewrite `count` closed rows in the middle of the history, evenly spread. */
  spoilt: (count: number, spoil: (row: Row) => Row) => (all: Row[]): Row[] => {
    const step = Math.floor((all.length - 1) / (count + 1));
    const chosen = new Set(Array.from({ length: count }, (_, index) => (index + 1) * step));
    return all.map((row, index) => (chosen.has(index) ? spoil(row) : row));
  },
};

/** What is done to one row, by name. */
export const spoil = {
  notANumber: (row: Row): Row => replaced(row, 4, 'NaN'),
  noNumber: (row: Row): Row => replaced(row, 4, 'n/a'),
  nothing: (row: Row): Row => replaced(row, 4, null),
  negative: (row: Row): Row => replaced(row, 3, `-${String(row[3])}`),
  highBelowLow: (row: Row): Row => replaced(replaced(row, 2, row[3]), 3, row[2]),
  unaligned: (row: Row): Row => replaced(row, 0, Number(row[0]) + 1),
  object: (row: Row): Row => [{ open: row[1] }],
};

function replaced(row: Row, index: number, value: unknown): Row {
  return row.map((cell, at) => (at === index ? value : cell));
}

/** The rows in a body, wherever its venue keeps them. */
function changeRows(venue: Venue, body: unknown, change: (rows: Row[]) => Row[]): unknown {
  if (venue === 'binance') return change(body as Row[]);
  const { result, ...rest } = body as { result: Record<string, unknown> };
  const entries = Object.entries(result).map(([key, value]) => [key, key === 'last' ? value : change(value as Row[])]);
  return { ...rest, result: Object.fromEntries(entries) };
}

/** The candles that rows stand for, exactly as sent: nothing is checked or put in order. */
export function candlesIn(venue: Venue, sent: Row[]): Candle[] {
  const [unit, volume] = venue === 'binance' ? [1, 5] : [1000, 6];
  const number = (cell: unknown): number => (cell === null ? Number.NaN : Number(cell));
  return sent.map((row) => ({
    time: number(row[0]) * unit,
    open: number(row[1]),
    high: number(row[2]),
    low: number(row[3]),
    close: number(row[4]),
    volume: number(row[volume]),
  }));
}

/** Sends `reply` as `venue` would, or as `fault` wants it. Returns the rows that were sent, if the answer had some. */
export function send(response: ServerResponse, venue: Venue, reply: Reply, fault?: Fault): Row[] | undefined {
  let { status, body } = reply;
  let cors = true;
  let retryAfter: number | undefined;
  let text: string | undefined;
  let type = 'application/json;charset=UTF-8';
  switch (fault?.kind) {
    case 'silence':
      return undefined;
    case 'reset':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'status':
      ({ status, cors = true, retryAfter } = fault);
      body = fault.body ?? {};
      break;
    case 'html':
      text = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>';
      type = 'text/html; charset=UTF-8';
      break;
    case 'blank':
      text = '';
      break;
    case 'body':
      body = fault.body;
      break;
    case 'error':
      if (venue === 'kraken') body = { error: [fault.text] };
      else [status, body] = [400, { code: -1000, msg: fault.text }];
      break;
    case 'rows':
      if (reply.candles) body = changeRows(venue, body, fault.change);
      break;
    default:
  }
  text ??= JSON.stringify(body);
  if (fault?.kind === 'truncated') text = text.slice(0, Math.floor(text.length / 2));
  const bytes = Buffer.from(text);
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-length', bytes.length);
  if (cors) response.setHeader('access-control-allow-origin', '*');
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  if (fault?.kind === 'drip') {
    drip(response, bytes, fault);
  } else if (fault?.kind === 'cut-off') {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
  } else {
    response.end(bytes);
  }
  const whole = fault === undefined || fault.kind === 'rows' || fault.kind === 'drip';
  return reply.candles && whole ? rowsOf(venue, body) : undefined;
}

function rowsOf(venue: Venue, body: unknown): Row[] {
  let found: Row[] = [];
  changeRows(venue, body, (sent) => {
    found = sent;
    return sent;
  });
  return found;
}

function drip(response: ServerResponse, bytes: Buffer, { pieces, everyMs }: { pieces: number; everyMs: number }): void {
  const size = Math.ceil(bytes.length / pieces);
  let from = 0;
  const next = (): void => {
    if (response.destroyed) return;
    response.write(bytes.subarray(from, from + size));
    from += size;
    if (from >= bytes.length) response.end();
    else setTimeout(next, everyMs);
  };
  next();
}
