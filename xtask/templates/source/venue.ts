// $Name's public REST as documented (say where): candles, order book, errors. Pure.

import type { FakeVenue, Reply, Row } from './venue.ts';

const UNWRITTEN = 'the counterpart of $name is not written yet: e2e/exchange/$name.ts';

export const $NAME: FakeVenue = {
  // A beginning that no other venue has; `venueAt` in venues.ts asks all of them.
  owns: (path) => path.startsWith('/FILL-IN/'),
  method: 'GET',
  // As e2e/exchange/bybit.ts does it: the candles from market.ts, in the venue's own columns, order and limits, and
  // refused for what the venue refuses.
  answer: (): Reply => {
    throw new Error(UNWRITTEN);
  },
  unit: 1,
  volume: 5,
  unpack: (body) => [...(body as Row[])],
  pack: (_, rows) => rows,
  refusal: (text) => ({ status: 400, body: { message: text } }),
  limited: { status: 429, body: { message: 'Too many requests' } },
};
