// Everything that may go wrong at an exchange: applied to an answer that would have been right. Pure apart from the
// socket it is sent through.

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Asset, Candle, Interval } from './candles.ts';
import type { Reply, Row } from './venue.ts';
import { VENUES, type Venue } from './venues.ts';

export type Fault =
  /** Another status; without CORS headers the page can't even read it, and `Retry-After` only when it is exposed. */
  | { kind: 'status'; status: number; body?: unknown; cors?: boolean; retryAfter?: number; exposed?: boolean }
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
  /** The right answer with something else changed than its rows. */
  | { kind: 'rewritten'; change: (body: unknown) => unknown }
  /** The venue's own error in its own form, which may be one with HTTP 200. */
  | { kind: 'error'; text: string }
  /** What the venue says to those who ask too often. */
  | { kind: 'limited'; cors?: boolean; retryAfter?: number }
  /** The right answer behind so many bytes of white space. */
  | { kind: 'huge'; bytes: number }
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
  /** `count` rows are missing from place `from` on. */
  gap: (from: number, count: number) => (all: Row[]): Row[] => [...all.slice(0, from), ...all.slice(from + count)],
  /** The newest closed row is not what it was: its close comes a little lower. */
  revised: (all: Row[]): Row[] => {
    const lower = (row: Row): Row => replaced(row, 4, String(Number(((Number(row[4]) + Number(row[3])) / 2).toFixed(6))));
    return all.map((row, index) => (index === all.length - 2 ? lower(row) : row));
  },
  /** Nothing has moved, ever. */
  flat: (all: Row[]): Row[] => all.map((row) => [row[0], ...Array<unknown>(4).fill(all[0][4]), ...row.slice(5)]),
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
  zero: (row: Row): Row => replaced(row, 3, '0'),
  highBelowLow: (row: Row): Row => replaced(replaced(row, 2, row[3]), 3, row[2]),
  unaligned: (row: Row): Row => replaced(row, 0, Number(row[0]) + 1),
  object: (row: Row): Row => [{ open: row[1] }],
};

function replaced(row: Row, index: number, value: unknown): Row {
  return row.map((cell, at) => (at === index ? value : cell));
}

/** The candles that rows stand for, exactly as sent: nothing is checked or put in order. */
export function candlesIn(venue: Venue, sent: Row[]): Candle[] {
  const { unit, volume } = VENUES[venue];
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

/** Faults of the transport, whose bytes go out as they are. */
const RAW: Fault['kind'][] = ['huge', 'drip', 'cut-off'];

/**
 * Sends `reply` as `venue` would, compressed where the browser takes that, or as `fault` wants it. Returns the rows that
 * were sent, if the answer had some.
 */
export function send(response: ServerResponse, venue: Venue, reply: Reply, fault?: Fault): Row[] | undefined {
  const { unpack, pack, refusal, limited } = VENUES[venue];
  let { status, body, plain } = reply;
  const instead = (other: Reply): void => {
    ({ status, body, plain } = other);
  };
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
      if (fault.exposed) response.setHeader('access-control-expose-headers', 'Retry-After');
      instead({ status, body: fault.body ?? {} });
      break;
    case 'html':
      text = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>';
      type = 'text/html; charset=UTF-8';
      break;
    case 'blank':
      text = '';
      break;
    case 'body':
      instead({ status: 200, body: fault.body });
      break;
    case 'rewritten':
      body = fault.change(body);
      break;
    case 'error':
      instead(refusal(fault.text));
      break;
    case 'limited':
      ({ cors = true, retryAfter } = fault);
      instead(limited);
      break;
    case 'rows':
      if (reply.candles) body = pack(body, fault.change(unpack(body)));
      break;
    default:
  }
  if (plain) type = 'text/plain; charset=utf-8';
  text ??= plain ? String(body) : JSON.stringify(body);
  if (fault?.kind === 'huge') text = ' '.repeat(fault.bytes) + text;
  if (fault?.kind === 'truncated') text = text.slice(0, Math.floor(text.length / 2));
  const packed = /\bgzip\b/.test(String(response.req.headers['accept-encoding'])) && !(fault && RAW.includes(fault.kind));
  const bytes = packed ? gzipSync(text) : Buffer.from(text);
  if (packed) response.setHeader('content-encoding', 'gzip');
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
  return reply.candles && whole ? unpack(body) : undefined;
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
