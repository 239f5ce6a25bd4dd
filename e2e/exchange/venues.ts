// All fake venues by their names.

import { BINANCE } from './binance.ts';
import { BYBIT } from './bybit.ts';
import { COINBASE } from './coinbase.ts';
import { HYPERLIQUID } from './hyperliquid.ts';
import { KRAKEN } from './kraken.ts';
import { OKX } from './okx.ts';
import type { FakeVenue } from './venue.ts';

export type Venue = 'binance' | 'kraken' | 'coinbase' | 'hyperliquid' | 'bybit' | 'okx';

export const VENUES: Record<Venue, FakeVenue> = {
  binance: BINANCE,
  kraken: KRAKEN,
  coinbase: COINBASE,
  hyperliquid: HYPERLIQUID,
  bybit: BYBIT,
  okx: OKX,
};

/** The venue that answers at `path`: their paths don't clash. */
export function venueAt(path: string): Venue | undefined {
  return (Object.keys(VENUES) as Venue[]).find((name) => VENUES[name].owns(path));
}
