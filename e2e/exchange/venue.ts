// What every fake venue is: where it answers, what it answers, and how candles stand in its answers. The server and the
// faults know venues by this alone.

import type { Asset, Candle, Interval } from './candles.ts';

export interface Reply {
  status: number;
  body: unknown;
  /** The body is text and not JSON. */
  plain?: boolean;
  /**
   * The candles in the body, when it has some, and of which asset and timeframe; and the timeframe that they are summed
   * up to, where the venue lacks it.
   */
  candles?: { asset: Asset; interval: Interval; rows: Candle[]; madeInto?: Interval };
  /** The order book in the body, when it is one. */
  book?: BookOf;
}

/** An order book as it was sent: price and amount of each level, read back from the text. */
export interface BookOf {
  asset: Asset;
  bids: [number, number][];
  asks: [number, number][];
}

/** Reads levels that begin with price and amount. */
export function bookOf(asset: Asset, bids: unknown[][], asks: unknown[][]): BookOf {
  const side = (levels: unknown[][]): [number, number][] => levels.map(([price, amount]) => [Number(price), Number(amount)]);
  return { asset, bids: side(bids), asks: side(asks) };
}

/** What is asked. */
export interface Question {
  path: string;
  query: URLSearchParams;
  /** The venue's clock. */
  now: number;
  /** Of a POST. */
  body?: string;
  contentType?: string;
}

/** A candle of an answer, laid out alike for all venues: open time, open, high, low, close, and the rest as it comes. */
export type Row = unknown[];

export interface FakeVenue {
  owns(path: string): boolean;
  /** Most are asked by GET, without a preflight. */
  method: 'GET' | 'POST';
  answer(question: Question): Reply;
  /** Milliseconds of its unit of time. */
  unit: 1 | 1000;
  /** Where the volume stands in a row. */
  volume: number;
  /** The rows of a body of candles, oldest first; or nothing for a body without. */
  unpack(body: unknown): Row[];
  /** The body with other rows in place of its own. */
  pack(body: unknown, rows: Row[]): unknown;
  /** An error of its own with this text. */
  refusal(text: string): Reply;
  /** What it says to those who ask too often. */
  limited: Reply;
}
