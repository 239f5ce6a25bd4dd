// A made-up chain of Bittensor's size and habits: what it holds at each of its blocks, from a seed. Names, keys and
// amounts are invented; counts, orders of magnitude and rules are those of ../shared/reference/chain.md.

import { blake2b } from '@noble/hashes/blake2.js';
import { type Text, hex, u32, unhex } from './scale.ts';

/** The hash of the real chain's first block, which every client checks. */
export const GENESIS = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03';
/** Rao of one TAO. */
export const TAO = 1_000_000_000n;
const MAX_ISSUANCE = 21_000_000n * TAO;
const SLOT_MS = 12_000;
/** One slot in so many passes without a block: 12.04 s a block, as measured on the real chain. */
const MISSED = 300;
export const BLOCKS_OF_30_DAYS = Math.round((30 * 86_400_000) / 12_040);
/** Seats of the root network. */
const SEATS = 64;
const COLDKEYS = 41;
/** Since September 2025 full; numbers of pruned subnets are given out again from then on. */
const FULL_SINCE = 6_464_000;

/** A subnet that was registered in the 30 days before the head, in the place of an older one. */
export interface Launch {
  netuid: number;
  daysAgo: number;
  /** Its part of the block's TAO, 0 … 1; new ones get nothing until their emission is switched on. */
  share: number;
}

/** What a test may turn; everything else follows from the seed. */
export interface Knobs {
  seed?: number;
  /** A block and its time, Unix ms; all other blocks are counted from there. */
  head?: { number: number; time: number };
  /** At the head, rao. */
  issuance?: bigint;
  /** By how much it grows a block, rao: less than the emission, since some is recycled. */
  netPerBlock?: bigint;
  /** TotalStake / issuance at the head and 30 days before, 0 … 1; in between it moves evenly. */
  stakedShare?: number;
  stakedShareBefore?: number;
  /** How many subnets are allowed, and which of those numbers nobody has. */
  limit?: number;
  free?: number[];
  launches?: Launch[];
  /** Subnets that get no TAO. */
  disabled?: number;
  /** Disabled subnets that still show what they got long ago, which the real chain doesn't clear. */
  stale?: number;
  /** The largest subnet's part of the block's TAO, 0 … 1. */
  topEmission?: number;
  /** The largest coldkeys' parts of the root stake, 0 … 1; the others share the rest, each at most what the last one has. */
  rootShares?: number[];
  /** What strangers called their subnets. */
  names?: Record<number, Text>;
  specVersion?: number;
}

/** Eight texts in the chain's order. */
export interface Identity {
  name: Text;
  github: Text;
  contact: Text;
  url: Text;
  discord: Text;
  description: Text;
  logo: Text;
  additional: Text;
}

export interface Subnet {
  netuid: number;
  name: Text;
  symbol: Text;
  ownerHotkey: Uint8Array;
  ownerColdkey: Uint8Array;
  tempo: number;
  lastStep: number;
  blocksSinceLastStep: number;
  /** Amounts of rao. */
  alphaIn: bigint;
  alphaOut: bigint;
  taoIn: bigint;
  alphaOutEmission: bigint;
  alphaInEmission: bigint;
  /** Put into the pool by this block. */
  taoInEmission: bigint;
  /** Spent on the subnet's alpha by this block: chain buys. */
  excessTao: bigint;
  pendingAlpha: bigint;
  volume: bigint;
  registeredAt: number;
  /** How many have had this number, this one included. */
  registrations: number;
  /** The block of its start; nothing before. */
  firstEmission?: number;
  emissionEnabled: boolean;
  /** An enabled one needn't be stored: that is the default. */
  enabledStored: boolean;
  /** TAO per alpha. */
  movingPrice: number;
  /** 0 … 1. */
  minerBurned: number;
  identity?: Identity;
}

/** A validator of the root network. */
export interface Seat {
  hotkey: Uint8Array;
  coldkey: Uint8Array;
  /** Rao. */
  stake: bigint;
  /** Its stake is missing from the metagraph's lists, which no right one does. */
  stakeLeftOut?: boolean;
  permit: boolean;
  name?: string;
}

export interface State {
  number: number;
  time: number;
  specName: string;
  specVersion: number;
  /** Rao; both counters agree on the real chain since May 2026. */
  issuance: bigint;
  balancesIssuance: bigint;
  totalStake: bigint;
  /** Rao that this block makes. */
  emission: bigint;
  limit: number;
  /** The root (number 0) and all subnets, in the order in which the chain lists them, which is none. */
  subnets: Subnet[];
  /** By uid. */
  seats: Seat[];
  /** What a newer runtime writes behind the known fields. */
  dynamicTail: Uint8Array;
  metagraphTail: Uint8Array;
}

/** Rao a block makes at this issuance: halved each time half of what was left has been issued. */
export function emissionAt(issuance: bigint): bigint {
  if (issuance >= MAX_ISSUANCE) return 0n;
  let halvings = 0n;
  // After k halvings 21M · (1 − 2^−k) have been issued.
  while ((MAX_ISSUANCE - issuance) << (halvings + 1n) <= MAX_ISSUANCE) halvings += 1n;
  return TAO >> halvings;
}

/** 0 … 1 from a seed and whatever else is named: the same at every call. */
function draw(...from: (number | string)[]): number {
  return Buffer.from(blake2b(Buffer.from(from.join('/')), { dkLen: 8 })).readUIntLE(0, 6) / 2 ** 48;
}

function key(...from: (number | string)[]): Uint8Array {
  return blake2b(Buffer.from(from.join('/')), { dkLen: 32 });
}

/** `whole` in parts as large as `weights` are to each other, cut down to whole rao. */
function split(whole: bigint, weights: number[]): bigint[] {
  const parts = weights.map((weight) => BigInt(Math.round(weight * 2 ** 48)));
  const sum = parts.reduce((a, b) => a + b, 0n);
  return parts.map((part) => (sum === 0n ? 0n : (whole * part) / sum));
}

const total = (amounts: bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** So much of `whole`, to a billionth. */
function partOf(whole: bigint, share: number): bigint {
  return (whole * BigInt(Math.round(share * 1e9))) / 1_000_000_000n;
}

const STANDARD = {
  seed: 1,
  head: { number: 9_188_367, time: Date.UTC(2026, 9, 1, 13, 56) },
  issuance: 11_368_861_207_913_354n,
  netPerBlock: 416_111_111n,
  stakedShare: 0.72,
  limit: 128,
  free: [] as number[],
  launches: [
    { netuid: 17, daysAgo: 26, share: 0 },
    { netuid: 92, daysAgo: 13, share: 0 },
    { netuid: 117, daysAgo: 3, share: 0 },
  ] as Launch[],
  stale: 0,
  rootShares: [0.19, 0.11, 0.09, 0.08, 0.06, 0.05],
  names: {} as Record<number, Text>,
  specVersion: 470,
};

export class Chain {
  readonly knobs: Knobs & typeof STANDARD;
  private readonly states = new Map<number, State>();

  constructor(knobs: Knobs = {}) {
    const given = Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined));
    this.knobs = { ...STANDARD, ...given };
    const { limit, free, launches } = this.knobs;
    for (const { netuid } of launches) {
      if (netuid < 1 || netuid > limit || free.includes(netuid)) throw new Error(`subnet ${netuid} is launched and there is none of that number`);
    }
    const told = launches.reduce((sum, { share }) => sum + share, this.knobs.topEmission ?? 0);
    if (told > 1) throw new Error(`${told} of the block's TAO is given away`);
  }

  /** 28 bytes of nothing in particular and the number, masked with the first four: readable back without a list. */
  hashAt(number: number): string {
    if (number === 0) return GENESIS;
    const noise = blake2b(Buffer.from(`block/${this.knobs.seed}/${number}`), { dkLen: 28 });
    return hex(Buffer.concat([noise, u32(number).map((byte, index) => byte ^ noise[index]!)]));
  }

  /** The number of the block with this hash; nothing when this chain has none. */
  numberOf(hash: string): number | undefined {
    const bytes = unhex(hash);
    if (bytes?.length !== 32) return undefined;
    if (hash.toLowerCase() === GENESIS) return 0;
    const number = Buffer.from(bytes.subarray(28).map((byte, index) => byte ^ bytes[index]!)).readUInt32LE();
    return this.hashAt(number) === hash.toLowerCase() ? number : undefined;
  }

  /** Unix ms; of block 0 nobody has written one down. */
  timeAt(number: number): number {
    const { head } = this.knobs;
    const blocks = number - head.number;
    return (Math.floor(head.time / SLOT_MS) + blocks + Math.floor(blocks / MISSED)) * SLOT_MS;
  }

  /** The newest block at that moment. */
  headAt(now: number): number {
    const { head } = this.knobs;
    const slots = Math.floor(now / SLOT_MS) - Math.floor(head.time / SLOT_MS);
    let number = head.number + Math.floor((slots * MISSED) / (MISSED + 1)) + 1;
    while (this.timeAt(number) > now) number -= 1;
    return number;
  }

  /** The block that a launch so many days ago happened in. */
  blockOf(daysAgo: number): number {
    const { head } = this.knobs;
    return this.headAt(head.time - daysAgo * 86_400_000);
  }

  stateAt(number: number): State {
    const known = this.states.get(number);
    if (known) return known;
    const state = this.made(number);
    // A test looks at a handful of blocks; one that watches for days needn't keep them all.
    if (this.states.size >= 16) this.states.clear();
    this.states.set(number, state);
    return state;
  }

  private made(number: number): State {
    const { head, seed, issuance: atHead, netPerBlock, stakedShare, specVersion, limit } = this.knobs;
    const before = this.knobs.stakedShareBefore ?? stakedShare - 0.004;
    const grown = atHead + netPerBlock * BigInt(number - head.number);
    const issuance = grown < 0n ? 0n : grown;
    const ago = Math.min(1, Math.max(0, (head.number - number) / BLOCKS_OF_30_DAYS));
    const totalStake = partOf(issuance, stakedShare + (before - stakedShare) * ago);
    const emission = emissionAt(issuance);
    const subnets = this.subnetsAt(number, emission, totalStake / 5n);
    const rootStake = totalStake - total(subnets.map(({ taoIn }) => taoIn));
    subnets.push(root(rootStake, number));
    subnets.sort((a, b) => draw(seed, 'order', a.netuid) - draw(seed, 'order', b.netuid));
    return {
      number,
      time: this.timeAt(number),
      specName: 'node-subtensor',
      specVersion,
      issuance,
      balancesIssuance: issuance,
      totalStake,
      emission,
      limit,
      subnets,
      // Some of the root stake is with hotkeys that have no seat.
      seats: this.seats((rootStake * 99n) / 100n),
      dynamicTail: new Uint8Array(),
      // Runtimes of summer 2026 have more fields than were documented, all of them left out unless asked for.
      metagraphTail: Uint8Array.of(0, 0, 0),
    };
  }

  /** All subnets but the root. */
  private subnetsAt(number: number, emission: bigint, pools: bigint): Subnet[] {
    const { seed, limit, free, launches, topEmission, stale } = this.knobs;
    const netuids = Array.from({ length: limit }, (_, index) => index + 1).filter((netuid) => !free.includes(netuid));
    const launchOf = (netuid: number): Launch | undefined =>
      launches.find((launch) => launch.netuid === netuid && this.blockOf(launch.daysAgo) <= number);
    const paid = netuids.filter((netuid) => (launchOf(netuid)?.share ?? 0) > 0);
    const silent = netuids.filter((netuid) => launchOf(netuid)?.share === 0);
    const others = netuids.filter((netuid) => !launchOf(netuid)).sort((a, b) => draw(seed, 'rank', a) - draw(seed, 'rank', b));
    const disabled = Math.max(0, (this.knobs.disabled ?? Math.round((netuids.length * 47) / 128)) - silent.length);
    const ranked = others.slice(0, Math.max(0, others.length - disabled));

    // Exact where a test has set it; the rest is spread like the real one's, a little differently in every block.
    const amounts = new Map<number, bigint>(paid.map((netuid) => [netuid, partOf(emission, launchOf(netuid)!.share)]));
    const top = topEmission === undefined ? undefined : ranked[0];
    if (top !== undefined) amounts.set(top, partOf(emission, topEmission!));
    const spread = ranked.filter((netuid) => netuid !== top);
    const left = emission - total([...amounts.values()]);
    const shares = split(left, spread.map((netuid, rank) => (1 + 0.002 * draw(seed, 'block', number, netuid)) / (rank + 5) ** 1.35));
    spread.forEach((netuid, index) => amounts.set(netuid, shares[index]!));

    const reserves = split(pools, netuids.map((netuid) => 0.2 + draw(seed, 'pool', netuid) / (1 + Math.max(0, ranked.indexOf(netuid)) / 8)));
    const forgotten = others.filter((netuid) => !amounts.has(netuid)).slice(0, stale);
    return netuids.map((netuid, index) => {
      const launch = launchOf(netuid);
      const amount = amounts.get(netuid) ?? (forgotten.includes(netuid) ? emission / 40n : 0n);
      return this.subnet(netuid, number, launch && this.blockOf(launch.daysAgo), amounts.has(netuid), amount, reserves[index]!);
    });
  }

  private subnet(netuid: number, number: number, launched: number | undefined, enabled: boolean, amount: bigint, taoIn: bigint): Subnet {
    const { seed, head, names } = this.knobs;
    const again = draw(seed, 'again', netuid) < 0.25;
    const first = Math.floor(1_000_000 + 5_300_000 * (netuid / 128) ** 0.8);
    const second = Math.floor(FULL_SINCE + draw(seed, 'second', netuid) * (head.number - FULL_SINCE - 2 * BLOCKS_OF_30_DAYS));
    const earlier = [first, ...(again ? [second] : [])].filter((block) => block <= number);
    const history = launched === undefined ? earlier : [...earlier, launched];
    const registeredAt = history.at(-1) ?? 0;
    const who = [seed, netuid, history.length] as const;
    const named = names[netuid] ?? madeUpName(...who);
    const tempo = draw(...who, 'tempo') < 0.9 ? 360 : 99;
    const price = 0.002 + 0.09 * draw(...who, 'price') ** 4;
    const alphaIn = BigInt(Math.round(Number(taoIn) / price));
    const pooled = amount / 3n;
    const blocksSinceLastStep = (number + netuid) % (tempo + 1);
    return {
      netuid,
      name: named,
      symbol: SYMBOLS[netuid % SYMBOLS.length]!,
      ownerHotkey: key(...who, 'owner hotkey'),
      ownerColdkey: key(...who, 'owner coldkey'),
      tempo,
      lastStep: Math.max(0, number - blocksSinceLastStep),
      blocksSinceLastStep,
      alphaIn,
      alphaOut: BigInt(Math.floor(1e15 * (0.2 + 3 * draw(...who, 'out')))),
      taoIn,
      alphaOutEmission: TAO,
      alphaInEmission: BigInt(Math.round(Number(pooled) / price)) < TAO ? BigInt(Math.round(Number(pooled) / price)) : TAO,
      taoInEmission: pooled,
      excessTao: amount - pooled,
      pendingAlpha: BigInt(blocksSinceLastStep) * 820_000_000n,
      volume: BigInt(Math.floor(1e15 * (0.1 + 8 * draw(...who, 'volume')))),
      registeredAt,
      registrations: history.length,
      firstEmission: registeredAt + 50_400 <= number ? registeredAt + 50_400 : undefined,
      emissionEnabled: enabled,
      enabledStored: netuid % 2 === 0,
      movingPrice: price,
      minerBurned: draw(seed, 'burned', netuid) < 68 / 128 ? draw(...who, 'burn') : 0,
      identity: draw(...who, 'identity') < 0.85 || names[netuid] !== undefined ? identity(named, ...who) : undefined,
    };
  }

  /** Who sits in the root network: the larger coldkeys with two or three hotkeys each. */
  private seats(stake: bigint): Seat[] {
    const { seed, rootShares } = this.knobs;
    const last = rootShares.at(-1) ?? 1;
    const rest = Array.from({ length: COLDKEYS - rootShares.length }, (_, index) => 0.6 + 0.8 * draw(seed, 'coldkey', index)).sort((a, b) => b - a);
    const scale = (1 - rootShares.reduce((a, b) => a + b, 0)) / rest.reduce((a, b) => a + b, 0);
    if (scale < 0 || (rest[0] ?? 0) * scale > last) throw new Error(`root shares ${rootShares.join(', ')} leave ${scale} of the mean to the others`);
    const held = split(stake, [...rootShares, ...rest.map((weight) => weight * scale)]);
    const owners = Array.from({ length: SEATS }, (_, seat) => (seat < COLDKEYS ? seat : (seat - COLDKEYS) % 12));
    const seats = held.flatMap((amount, owner) => {
      const own = owners.filter((of) => of === owner).length;
      const parts = split(amount, Array.from({ length: own }, (_, index) => 1 / (1.3 + index)));
      return parts.map((part, index): Seat => ({
        hotkey: key(seed, 'hotkey', owner, index),
        coldkey: key(seed, 'coldkey', owner),
        stake: part,
        permit: owner < COLDKEYS - 3,
        name: draw(seed, 'validator', owner) < 0.5 ? `${madeUpName(seed, 'validator', owner)} Validators` : undefined,
      }));
    });
    const order = seats.map((seat, index) => [draw(seed, 'uid', index), seat] as const).sort(([a], [b]) => a - b);
    return order.map(([, seat]) => seat);
  }
}

/** The root network as it stands among the subnets. */
function root(stake: bigint, number: number): Subnet {
  return {
    netuid: 0,
    name: 'root',
    symbol: 'Τ',
    ownerHotkey: new Uint8Array(32),
    ownerColdkey: new Uint8Array(32),
    tempo: 100,
    lastStep: 0,
    blocksSinceLastStep: number % 101,
    alphaIn: 0n,
    alphaOut: stake,
    taoIn: stake,
    alphaOutEmission: 0n,
    alphaInEmission: 0n,
    taoInEmission: 0n,
    excessTao: 0n,
    pendingAlpha: 0n,
    volume: 0n,
    registeredAt: 0,
    registrations: 1,
    emissionEnabled: true,
    enabledStored: false,
    movingPrice: 0,
    minerBurned: 0,
  };
}

const SYMBOLS = ['α', 'β', 'γ', 'δ', 'ε', 'ζ', 'η', 'θ', 'ι', 'κ', 'λ', 'μ', 'ν', 'ξ', 'א', 'ב', 'ג', 'ע', 'س', 'ج', 'ᚠ', 'ᚢ', '🜁', 'ⴰ'];
const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'tas', 'vo', 'qui', 'sel', 'dra', 'nu', 'pha', 'bel', 'or', 'zen', 'ty', 'gra'];

function madeUpName(...who: (number | string)[]): string {
  const count = 2 + Math.floor(3 * draw(...who, 'length'));
  const word = Array.from({ length: count }, (_, index) => SYLLABLES[Math.floor(SYLLABLES.length * draw(...who, 'syllable', index))]!).join('');
  return word[0]!.toUpperCase() + word.slice(1);
}

/** About as much text as real subnets leave. */
function identity(name: Text, ...who: (number | string)[]): Identity {
  const slug = madeUpName(...who, 'slug').toLowerCase();
  const words = Array.from({ length: 6 + Math.floor(40 * draw(...who, 'words')) }, (_, index) => madeUpName(...who, 'word', index).toLowerCase());
  return {
    name,
    github: `https://github.com/${slug}-example/${slug}-subnet`,
    contact: draw(...who, 'contact') < 0.5 ? `hello@${slug}.example` : '',
    url: `https://${slug}.example`,
    discord: draw(...who, 'discord') < 0.4 ? slug : '',
    description: words.join(' '),
    logo: draw(...who, 'logo') < 0.7 ? `https://${slug}.example/logo.png` : '',
    additional: '',
  };
}
