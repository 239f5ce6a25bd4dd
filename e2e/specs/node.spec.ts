// The fake node of Bittensor's chain: its bytes against what is published, the sums of its state, what goes over the wire,
// and that each fault does what its name says. A plain WebSocket client; no browser in this file.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test as base, expect } from '@playwright/test';
import { WebSocket } from 'ws';
import { KEYS, allDynamicInfo, dynamicInfo, item, selectiveMetagraph, storageOf } from '../exchange/chain-layout.ts';
import { BLOCKS_OF_30_DAYS, Chain, GENESIS, type Knobs, type State, TAO, emissionAt } from '../exchange/chain-state.ts';
import { DYNAMIC, HOSTILE_NAMES, METAGRAPH, NODE_FAULTS, type NodeFaultName, strike } from '../exchange/node-faults.ts';
import { Node } from '../exchange/node.ts';
import {
  accountId, bool, compact, compactText, hashed, hex, i64, i96f32, option, storageKey, text, twox128, u16, u32, u64, u64f64, u96f32, unhex, vec, xxh64,
} from '../exchange/scale.ts';

/** What a node says to a call. */
interface Answer {
  jsonrpc: string;
  id: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

interface Message {
  text: string;
  binary: boolean;
}

/** A socket that asks, and remembers all it hears. */
class Client {
  readonly heard: Message[] = [];
  /** The code and reason of its end. */
  readonly closed: Promise<[code: number, reason: string]>;
  private sent = 0;
  private waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data, binary) => {
      this.heard.push({ text: String(data), binary });
      for (const wake of this.waiting.splice(0)) wake();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
  }

  static async open(url: string): Promise<Client> {
    const socket = new WebSocket(url);
    const client = new Client(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Sends a call and returns its id, without waiting for anything. */
  say(method: string, params?: unknown): number {
    this.sent += 1;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.sent, method, ...(params === undefined ? {} : { params }) }));
    return this.sent;
  }

  /** The message in this place, counted from 0, as soon as it is there. */
  async message(place: number): Promise<Message> {
    while (this.heard.length <= place) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.heard[place]!;
  }

  /** Asks and returns the next message, which has to be the answer. */
  async ask(method: string, params?: unknown): Promise<Answer> {
    const place = this.heard.length;
    const id = this.say(method, params);
    const answer = JSON.parse((await this.message(place)).text) as Answer;
    expect([answer.jsonrpc, answer.id]).toEqual(['2.0', id]);
    return answer;
  }

  /** The result of a call that has one. */
  async read<Result>(method: string, params?: unknown): Promise<Result> {
    const answer = await this.ask(method, params);
    expect(answer.error, method).toBeUndefined();
    return answer.result as Result;
  }

  /** Values of the storage at a block, `null` where there is none. */
  async stored(keys: string[], at: string): Promise<(string | null)[]> {
    const [set, ...more] = await this.read<{ block: string; changes: [string, string | null][] }[]>('state_queryStorageAt', [keys, at]);
    expect([set?.block, more.length]).toEqual([at, 0]);
    expect(set!.changes.map(([key]) => key)).toEqual(keys);
    return set!.changes.map(([, value]) => value);
  }
}

const test = base.extend<{ node: Node; client: Client }>({
  node: async ({}, use) => {
    const node = await Node.open();
    await use(node);
    await node.close();
  },
  client: async ({ node }, use) => {
    const client = await Client.open(node.url);
    await use(client);
    client.socket.terminate();
  },
});

/** Reads what was encoded, forwards, and knows whether anything is left. */
class Reader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(encoded: string) {
    this.bytes = unhex(encoded)!;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number): Buffer {
    if (this.left < count) throw new Error(`${count} bytes are wanted and ${this.left} left`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  compact(): bigint {
    const first = this.byte();
    const more = [0, 1, 3, (first >> 2) + 4][first & 3]!;
    const rest = [...this.take(more)].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return (first & 3) === 3 ? rest : ((rest << 8n) | BigInt(first)) >> 2n;
  }

  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: Number(this.compact()) }, read);
  }

  option<Item>(read: () => Item): Item | undefined {
    const byte = this.byte();
    if (byte > 1) throw new Error(`an option begins with ${byte}`);
    return byte ? read() : undefined;
  }
}

/** What a browser shows of a DynamicInfo. */
interface Shown {
  netuid: number;
  name: string;
  taoIn: bigint;
  registeredAt: number;
  price: number;
  identity?: string[];
}

function oneSubnet(reader: Reader): Shown {
  const netuid = Number(reader.compact());
  reader.take(64);
  const name = Buffer.from(reader.list(() => Number(reader.compact()))).toString();
  reader.list(() => reader.compact());
  const numbers = Array.from({ length: 14 }, () => reader.compact());
  const identity = reader.option(() => Array.from({ length: 8 }, () => reader.take(Number(reader.compact())).toString()));
  const price = Number(reader.take(16).readBigUInt64LE()) / 2 ** 32;
  return { netuid, name, taoIn: numbers[6]!, registeredAt: Number(numbers[13]), price, identity };
}

function subnetsIn(encoded: string): (Shown | undefined)[] {
  const reader = new Reader(encoded);
  const subnets = reader.list(() => reader.option(() => oneSubnet(reader)));
  if (reader.left > 0) throw new Error(`${reader.left} bytes are left over`);
  return subnets;
}

/** The u64 in a value; the default where there is none. */
function amount(value: string | null | undefined, absent = 0n): bigint {
  if (value === null || value === undefined) return absent;
  const bytes = unhex(value)!;
  expect(bytes.length).toBe(8);
  return bytes.readBigUInt64LE();
}

const sum = (amounts: bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** TAO by subnet as the method wants it: put in and spent, of those whose emission isn't off. */
function taoOf(state: State): bigint[] {
  const stored = storageOf(state);
  const netuids = Array.from({ length: state.limit }, (_, index) => index + 1);
  return netuids
    .filter((netuid) => stored.get(item('SubnetEmissionEnabled', netuid)) !== '0x00')
    .map((netuid) => amount(stored.get(item('SubnetTaoInEmission', netuid))) + amount(stored.get(item('SubnetExcessTao', netuid))));
}

function hhi(amounts: bigint[]): number {
  const all = Number(sum(amounts));
  return amounts.reduce((squares, one) => squares + (Number(one) / all) ** 2, 0);
}

/** How few of these hold over half of all. */
function nakamoto(amounts: bigint[]): number {
  const half = sum(amounts) / 2n;
  let held = 0n;
  return 1 + [...amounts].sort((a, b) => (a < b ? 1 : -1)).findIndex((one) => (held += one) > half);
}

function byColdkey({ seats }: State): bigint[] {
  const held = new Map<string, bigint>();
  for (const { coldkey, stake } of seats) held.set(hex(coldkey), (held.get(hex(coldkey)) ?? 0n) + stake);
  return [...held.values()];
}

const stateOf = (knobs: Knobs = {}): State => {
  const chain = new Chain(knobs);
  return chain.stateAt(chain.knobs.head.number);
};

test.describe('bytes', () => {
  // ../shared/reference/chain.md §2, all items of its table.
  const ITEMS: Record<string, string> = {
    TotalIssuance: '57c875e4cff74148e4628f264b974c80',
    TotalStake: '4f85a3603259384a5fa5494b7d7fdb8c',
    TotalNetworks: '5f3bb7bcd0a076a48abf8c256d221721',
    SubnetLimit: 'a336e39c4086c4d5f43b7e6dff8a04f6',
    BlockEmission: '34ebdb22bbd04c61ef98f1974907c68d',
    TaoWeight: '6b2684762c3b1e22ffb4a92939298741',
    StakeThreshold: '782d99ebaa64a1ba18b3e8cda1047327',
    NetworkImmunityPeriod: 'be4bea261cfe8a2b911e689c943bbd43',
    NetworkLastLockCost: 'de7b71faea4b83188e1aa22b1f79237c',
    NetworksAdded: '0e30450fc4d507a846032a7fa65d9a43',
    NetworkRegisteredAt: '271d29b9b717ce3d8c571f1cbc180fa2',
    RegisteredSubnetCounter: '29b0b4bcda192c1cf596d879a4e873a6',
    FirstEmissionBlockNumber: 'e4cfee4e36f2419d8863a3fda65c428f',
    SubtokenEnabled: 'e9348e9224ea06c9c2da12ce69e619c5',
    NetworkRegistrationAllowed: 'd5fe74da02c7b4bbb340fb368eee3e77',
    SubnetEmissionEnabled: 'c97bb5c5631e5f593b5bd2da84a5fa16',
    SubnetTAO: '7a57dce016211512d1700561066b85a3',
    SubnetAlphaIn: '2ce12f7007574647d692ac7edf8b7a53',
    SubnetAlphaOut: '7837978cc6746112a2c9e680a18cfcb9',
    SubnetMovingPrice: '1abf1b0f4fd14f7b72ee50f9d91d5915',
    SubnetTaoInEmission: 'dd62ae7237581e8f6a684f1ecae06215',
    SubnetExcessTao: '857b0a5b920bc5e41cb0695a4b7d38e7',
    SubnetAlphaInEmission: '1905df3b2516a166b6f9fba54fef1cd8',
    SubnetAlphaOutEmission: '25257fbc5458419b7bc7e8c44c521521',
    MinerBurned: '1eac6222ebba7feba4ca36a94736815e',
    SubnetTaoFlow: '22c7158f6b2746f4085b892057036258',
    SubnetEmaTaoFlow: '9f25bd6b257310b72a9310520b27a626',
    SubnetVolume: '3c3226e141696000b4b239c65bc2b2b4',
    RootProp: '010cf3b550f933211beccf08e00433e4',
    SubnetLocked: '0b239b14aabff725a67226cfb60116c4',
    SubnetOwner: '36e3e82152c8758267395fe524fbbd16',
    SubnetOwnerHotkey: '68b7553499633fe05caf4d8a51aefe5c',
    TokenSymbol: '1d2b1576e38a35d8562cbcdfc8db1277',
    SubnetIdentitiesV3: 'c7cb9786b286b680ca204a6c0920ee52',
    IdentitiesV2: 'c1e90942f06ae00a136f1058b909efc9',
    SubnetworkN: 'a1048e9d244171852dfe8db314dc68ca',
    Keys: '9f99a2ce711f3a31b2fc05604c93f179',
    TotalHotkeyAlpha: 'ee25c3b5b1886863480497907f1829e6',
    Owner: 'eca6b7a1fdc9f689184ecb4f359c0518',
    Delegates: '60d1f0ff648e4c86ea413fc0173d4038',
    ValidatorPermit: '56af5b07ace59da2c9d7f0d48bc93143',
    EmissionGateBar: '7c9b0d2964cc73e7519676c3cc4d5df9',
    EmissionBarQuantile: 'a772007dde2ed63e0f21b5f9d7f16650',
    EmissionGateExponent: '88c70e8dd0cf4af3aeb977ba2eee1df4',
  };
  const PALLET = '0x658faa385070e074c85bf6b568cf0555';

  test('computed keys are those of the reference', () => {
    expect(hex(twox128('SubtensorModule'))).toBe(PALLET);
    for (const [name, hash] of Object.entries(ITEMS)) expect(item(name), name).toBe(PALLET + hash);
    expect(KEYS).toEqual({
      number: '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac',
      time: '0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb',
      balancesIssuance: '0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80',
      sudo: '0x5c0d1176a568c1f92944340dbfed9e9c530ebca703c85910e7164cb7d1c9e47b',
      issuance: '0x658faa385070e074c85bf6b568cf055557c875e4cff74148e4628f264b974c80',
      totalStake: '0x658faa385070e074c85bf6b568cf05554f85a3603259384a5fa5494b7d7fdb8c',
    });
    expect(storageKey('System', 'LastRuntimeUpgrade')).toBe('0x26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8');
    expect(storageKey('System', 'Events').slice(-32)).toBe('80d41e5e16056765bc8461851072c9d7');
    expect(storageKey('Aura', 'Authorities')).toBe('0x57f8dc2f5ab09467896f47300f0424385e0621c4869aa60c02be9adcc98a0d1d');
    expect(item('SubnetTAO', 64)).toBe(`${PALLET}7a57dce016211512d1700561066b85a34000`);
    expect(item('SubnetTAO', 0)).toBe(`${PALLET}7a57dce016211512d1700561066b85a30000`);
    expect(item('NetworkRegisteredAt', 64)).toBe(`${PALLET}271d29b9b717ce3d8c571f1cbc180fa24000`);
    const concat = storageKey('SubtensorModule', 'SubnetIdentitiesV3', hashed.blake2Concat(u16(64)));
    expect(concat).toBe(`${PALLET}c7cb9786b286b680ca204a6c0920ee52ad6300796f63e6b211c2bce5494a3d734000`);
    expect(storageKey('SubtensorModule', 'Keys', u16(0), u16(5))).toBe(`${PALLET}9f99a2ce711f3a31b2fc05604c93f17900000500`);
    const hotkey = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    const alpha = storageKey('SubtensorModule', 'TotalHotkeyAlpha', hashed.blake2Concat(hotkey), u16(0));
    expect(alpha).toBe(`${PALLET}ee25c3b5b1886863480497907f1829e6f39a2cad58411cd49f577e5086b8031f${hotkey.toString('hex')}0000`);
  });

  test('the hash behind the keys is right for short and long inputs', () => {
    // python-xxhash's README has the first; the others were computed with that package.
    expect(xxh64(Buffer.from('Nobody inspects the spammish repetition'), 0n)).toBe(0xfbcea83c8a378bf1n);
    expect(xxh64(Buffer.from(''), 0n)).toBe(0xef46db3751d8e999n);
    expect(xxh64(Buffer.from('a'.repeat(100)), 1n)).toBe(0x65af8ded6639a61an);
    expect(hex(hashed.twox64Concat(u16(64)))).toBe(`${hex(u64(xxh64(u16(64), 0n)))}4000`);
  });

  test('numbers, texts and options are written as documented', () => {
    const compacts: [bigint | number, string][] = [
      [0, '0x00'], [63, '0xfc'], [64, '0x0101'], [360, '0xa105'], [(1 << 14) - 1, '0xfdff'], [1 << 14, '0x02000100'],
      [9_188_367, '0x3ed03002'], [(1 << 30) - 1, '0xfeffffff'], [1 << 30, '0x0300000040'], [45_000n * TAO, '0x0b00d00361ed28'], [2n ** 64n - 1n, `0x13${'ff'.repeat(8)}`],
    ];
    for (const [value, encoded] of compacts) {
      expect(hex(compact(value)), String(value)).toBe(encoded);
      expect(new Reader(encoded).compact(), String(value)).toBe(BigInt(value));
    }
    expect(hex(u64(11_180_113_340_423_226n))).toBe('0x3a5c34fc40b82700');
    expect(hex(u64(8_000_000n * TAO))).toBe('0x00003426f56b1c00');
    expect(hex(u16(129))).toBe('0x8100');
    expect(hex(u64(TAO / 2n))).toBe('0x0065cd1d00000000');
    expect(hex(u32(9_188_367))).toBe('0x0f348c00');
    expect(hex(u64(Date.UTC(2026, 9, 1, 13, 56)))).toBe('0x8025c0f7a0010000');
    expect(hex(i96f32(0.0625))).toBe('0x00000010000000000000000000000000');
    expect(hex(i96f32(-0.5))).toBe(`0x00000080${'ff'.repeat(12)}`);
    expect(hex(u96f32(0.5))).toBe('0x00000080000000000000000000000000');
    expect(hex(u64f64(0.75))).toBe('0x00000000000000c00000000000000000');
    expect(hex(i64(-2))).toBe(`0xfe${'ff'.repeat(7)}`);
    expect(hex(compactText('Apex'))).toBe('0x100501c1019501e101');
    expect(hex(text('Apex'))).toBe('0x1041706578');
    expect([hex(option(undefined)), hex(option(bool(true))), hex(vec([u16(52), u16(53)]))]).toEqual(['0x00', '0x0101', '0x0834003500']);
    expect(() => u16(65_536)).toThrow('65536 does not fit 2 bytes');
    expect(() => u64(-1)).toThrow('-1 does not fit 8 bytes');
    expect(() => accountId(new Uint8Array(31))).toThrow('an account has 32 bytes, not 31');
    expect(unhex('0x0')).toBeUndefined();
  });

  test('the published DynamicInfo is reproduced byte by byte', () => {
    const identity = {
      name: 'Chutes', github: 'https://github.com/rayonlabs/chutes-miner', contact: '', url: 'https://chutes.ai', discord: '',
      description: 'x'.repeat(150), logo: 'https://example.com/logo.png', additional: '',
    };
    const one = dynamicInfo({
      netuid: 64, name: 'Chutes', symbol: 'ח', ownerHotkey: new Uint8Array(32).fill(0x11), ownerColdkey: new Uint8Array(32).fill(0x22),
      tempo: 360, lastStep: 9_188_000, blocksSinceLastStep: 367, alphaIn: 2_500_000n * TAO, alphaOut: 3_100_000n * TAO, taoIn: 150_000n * TAO,
      alphaOutEmission: TAO, alphaInEmission: 90_000_000n, taoInEmission: 5_000_000n, excessTao: 0n, pendingAlpha: 300n * TAO, volume: 4_000_000n * TAO,
      registeredAt: 3_000_000, registrations: 1, emissionEnabled: true, enabledStored: true, movingPrice: 0.06, minerBurned: 0, identity,
    });
    const vector = Buffer.concat([compact(129), option(one)]);
    expect([vector.length, createHash('sha256').update(vector).digest('hex')]).toEqual([418, '2d4b32a43a0dc6eee3e7c6d849473b6dc7be03d7c6ede68fca0f3a7bdf965b05']);
    const published = new URL('../../../shared/data/chain/dynamic_info_one.hex', import.meta.url);
    if (existsSync(published)) expect(hex(vector)).toBe(`0x${readFileSync(published, 'utf8').trim()}`);
    else console.log('../shared/data is absent: the vector was compared by its hash alone');
  });

  test('the call for the root’s metagraph is answered field by field, and those of newer runtimes come behind', () => {
    const state = stateOf();
    const reader = new Reader(hex(selectiveMetagraph(state, 0, [52, 53, 57, 68])));
    expect([reader.byte(), reader.compact()]).toEqual([1, 0n]);
    expect(hex(reader.take(51))).toBe(`0x${'00'.repeat(51)}`);
    const hotkeys = reader.option(() => reader.list(() => hex(reader.take(32))));
    const coldkeys = reader.option(() => reader.list(() => hex(reader.take(32))));
    expect(hex(reader.take(3))).toBe('0x000000');
    const permits = reader.option(() => reader.list(() => reader.byte()));
    expect(hex(reader.take(10))).toBe(`0x${'00'.repeat(10)}`);
    const stakes = reader.option(() => reader.list(() => reader.compact()));
    expect(hex(reader.take(reader.left))).toBe(`0x${'00'.repeat(5 + 3)}`);
    expect(hotkeys).toEqual(state.seats.map(({ hotkey }) => hex(hotkey)));
    expect(coldkeys).toEqual(state.seats.map(({ coldkey }) => hex(coldkey)));
    expect(stakes).toEqual(state.seats.map(({ stake }) => stake));
    expect(permits).toHaveLength(64);
    expect(hex(selectiveMetagraph(state, 129, [52]))).toBe('0x00');
    // About 4.8 KB are reported of the real one.
    expect(selectiveMetagraph(state, 0, [52, 53, 57, 68]).length).toBeGreaterThan(4_300);
    expect(selectiveMetagraph(state, 0, [52, 53, 57, 68]).length).toBeLessThan(5_300);
    expect(() => selectiveMetagraph(state, 5, [53])).toThrow('field 53 of subnet 5 is not made up');
  });
});

test.describe('the made-up chain', () => {
  test('emission follows the issuance at the published vectors', () => {
    const vectors: [bigint, bigint][] = [
      [0n, 1_000_000_000n], [10_499_999_999_999_999n, 1_000_000_000n], [10_500_000_000_000_000n, 500_000_000n], [11_180_113_340_423_226n, 500_000_000n],
      [15_749_999_999_999_999n, 500_000_000n], [15_750_000_000_000_000n, 250_000_000n], [18_375_000_000_000_000n, 125_000_000n],
      [19_687_500n * TAO, 62_500_000n], [20_343_750n * TAO, 31_250_000n], [21_000_000n * TAO - 1n, 0n], [21_000_000n * TAO, 0n],
    ];
    for (const [issuance, emission] of vectors) expect(emissionAt(issuance), String(issuance)).toBe(emission);
  });

  test('it has the real one’s size: 128 subnets and a root, 47 without emission, 64 validators of 41 coldkeys', () => {
    const state = stateOf();
    expect(state.subnets.map(({ netuid }) => netuid).sort((a, b) => a - b)).toEqual(Array.from({ length: 129 }, (_, netuid) => netuid));
    expect(state.subnets.map(({ netuid }) => netuid)).not.toEqual(Array.from({ length: 129 }, (_, netuid) => netuid));
    expect(state.subnets.filter(({ emissionEnabled }) => !emissionEnabled)).toHaveLength(47);
    const enabled = storageOf(state);
    const switches = Array.from({ length: 128 }, (_, index) => enabled.get(item('SubnetEmissionEnabled', index + 1)));
    expect(switches.filter((value) => value === '0x00')).toHaveLength(47);
    expect(switches, 'on by default as well as by word').toEqual(expect.arrayContaining([undefined, '0x01']));
    expect(state.subnets.filter(({ registrations }) => registrations > 1).length).toBeGreaterThan(20);
    expect(state.subnets.filter(({ registrations }) => registrations === 1).length).toBeGreaterThan(60);
    expect(state.subnets.filter(({ minerBurned }) => minerBurned > 0).length).toBeGreaterThan(50);
    expect([state.seats.length, byColdkey(state).length]).toEqual([64, 41]);
    expect(new Set(state.seats.map(({ hotkey }) => hex(hotkey))).size).toBe(64);
    // 50 to 90 KB are estimated of the real answer.
    const size = allDynamicInfo(state).length;
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(90_000);
    const shown = subnetsIn(hex(allDynamicInfo(state)));
    expect(shown.map((one) => [one!.netuid, one!.name, one!.taoIn, one!.registeredAt])).toEqual(
      state.subnets.map(({ netuid, name, taoIn, registeredAt }) => [netuid, name, taoIn, registeredAt]),
    );
    expect(shown.filter((one) => one!.identity).length).toBeGreaterThan(90);
    expect(stateOf()).toEqual(state);
    expect(stateOf({ seed: 2 }).subnets).not.toEqual(state.subnets);
  });

  test('its sums hold: the block’s TAO is its emission, the pools and the root are all that is staked', () => {
    for (const knobs of [{}, { seed: 2 }, { seed: 3, topEmission: 0.45 }, { issuance: 15_750_000n * TAO }, { launches: [{ netuid: 9, daysAgo: 2, share: 0.05 }] }]) {
      const state = stateOf(knobs);
      const dust = state.emission - sum(taoOf(state));
      expect(dust >= 0n && dust < 128n, `${dust} rao are missing`).toBe(true);
      expect(sum(state.subnets.map(({ taoIn }) => taoIn))).toBe(state.totalStake);
      expect(state.balancesIssuance).toBe(state.issuance);
      const injected = Number(sum(state.subnets.map(({ taoInEmission }) => taoInEmission))) / Number(state.emission);
      expect(injected, 'what DynamicInfo alone would show').toBeCloseTo(1 / 3, 3);
      const root = state.subnets.find(({ netuid }) => netuid === 0)!;
      expect(sum(state.seats.map(({ stake }) => stake)) < root.taoIn).toBe(true);
      const stored = storageOf(state);
      expect(amount(stored.get(item('SubnetTAO', 0)))).toBe(root.taoIn);
      // A trap of the real chain.
      expect(amount(stored.get(item('BlockEmission')))).toBe(TAO);
    }
    // Half of it or so is taken by ten subnets, as reported.
    const amounts = taoOf(stateOf()).sort((a, b) => (a < b ? 1 : -1));
    const ten = Number(sum(amounts.slice(0, 10))) / Number(sum(amounts));
    expect(ten).toBeGreaterThan(0.45);
    expect(ten).toBeLessThan(0.65);
  });

  test('the validators’ single values say what the metagraph says', () => {
    const state = stateOf();
    const stored = storageOf(state);
    state.seats.forEach(({ hotkey, coldkey, stake }, uid) => {
      const account = hashed.blake2Concat(hotkey);
      expect(stored.get(storageKey('SubtensorModule', 'Keys', u16(0), u16(uid)))).toBe(hex(hotkey));
      expect(amount(stored.get(storageKey('SubtensorModule', 'TotalHotkeyAlpha', account, u16(0))))).toBe(stake);
      expect(stored.get(storageKey('SubtensorModule', 'Owner', account))).toBe(hex(coldkey));
    });
    expect(stored.get(item('SubnetworkN', 0))).toBe('0x4000');
  });

  test('numbers that nobody has and a raised limit', () => {
    const free = Array.from({ length: 200 }, (_, index) => index + 1).filter((netuid) => netuid % 3 === 0).slice(0, 62).concat(199, 200, 197, 196, 194, 193, 191, 190, 188, 187);
    const state = stateOf({ limit: 200, free, launches: [] });
    const stored = storageOf(state);
    expect(state.subnets).toHaveLength(129);
    expect([stored.get(item('TotalNetworks')), stored.get(item('SubnetLimit'))]).toEqual(['0x8100', '0xc800']);
    expect(Math.max(...state.subnets.map(({ netuid }) => netuid))).toBeGreaterThan(128);
    for (const netuid of free) expect(stored.get(item('NetworksAdded', netuid))).toBeUndefined();
    const dust = state.emission - sum(taoOf(state));
    expect(dust >= 0n && dust < 200n).toBe(true);
    expect(() => new Chain({ free: [17] })).toThrow('subnet 17 is launched and there is none of that number');
  });

  test('knobs turn what they say', () => {
    const usual = stateOf();
    expect(hhi(taoOf(usual))).toBeLessThan(0.1);
    expect(hhi(taoOf(stateOf({ topEmission: 0.45 })))).toBeGreaterThan(0.2);
    expect(hhi(taoOf(stateOf({ topEmission: 0.4 })))).toBeLessThan(0.2);

    expect(nakamoto(byColdkey(usual))).toBe(5);
    const few = stateOf({ rootShares: [0.22, 0.17, 0.13] });
    expect(nakamoto(byColdkey(few))).toBe(3);
    expect(nakamoto(few.seats.map(({ stake }) => stake)), 'hotkeys hide who owns them').toBeGreaterThan(3);
    expect(() => stateOf({ rootShares: [0.01] })).toThrow('root shares 0.01');

    const share = ({ totalStake, issuance }: State): number => Number(totalStake) / Number(issuance);
    expect(share(usual)).toBeCloseTo(0.72, 9);
    const falling = new Chain({ stakedShare: 0.58, stakedShareBefore: 0.61 });
    const { number } = falling.knobs.head;
    expect(share(falling.stateAt(number))).toBeCloseTo(0.58, 9);
    expect(share(falling.stateAt(number - BLOCKS_OF_30_DAYS))).toBeCloseTo(0.61, 9);
    expect(share(falling.stateAt(number - BLOCKS_OF_30_DAYS / 2))).toBeCloseTo(0.595, 9);

    const forgotten = stateOf({ stale: 12 });
    const naive = sum(forgotten.subnets.map(({ taoInEmission, excessTao }) => taoInEmission + excessTao));
    expect(Number(naive) / Number(forgotten.emission), 'for those who look at disabled ones too').toBeCloseTo(1.3, 3);
    expect(Number(sum(taoOf(forgotten))) / Number(forgotten.emission)).toBeCloseTo(1, 6);
  });

  test('a launch takes a number that another one had, with the part of the TAO that it was given', () => {
    const chain = new Chain({ launches: [{ netuid: 30, daysAgo: 10, share: 0.012 }, { netuid: 31, daysAgo: 29, share: 0 }] });
    const { number } = chain.knobs.head;
    const now = chain.stateAt(number).subnets.find(({ netuid }) => netuid === 30)!;
    const before = chain.stateAt(number - BLOCKS_OF_30_DAYS).subnets.find(({ netuid }) => netuid === 30)!;
    expect(now.registrations).toBe(before.registrations + 1);
    expect(now.name).not.toEqual(before.name);
    expect(now.registeredAt).toBe(chain.blockOf(10));
    expect(chain.knobs.head.time - chain.timeAt(now.registeredAt)).toBeGreaterThanOrEqual(10 * 86_400_000 - 24_000);
    expect(chain.knobs.head.time - chain.timeAt(now.registeredAt)).toBeLessThan(10 * 86_400_000 + 24_000);
    expect(now.taoInEmission + now.excessTao).toBe(6_000_000n);
    expect(before.registeredAt).toBeLessThan(number - BLOCKS_OF_30_DAYS);
    const silent = chain.stateAt(number).subnets.find(({ netuid }) => netuid === 31)!;
    expect([silent.emissionEnabled, silent.excessTao]).toEqual([false, 0n]);
    // The day before it, nobody had heard of it.
    expect(chain.stateAt(now.registeredAt - 1).subnets.find(({ netuid }) => netuid === 30)!.registeredAt).toBe(before.registeredAt);
  });

  test('blocks come every 12 seconds but for missed ones, and hashes name them', () => {
    const chain = new Chain();
    const { number, time } = chain.knobs.head;
    expect(chain.timeAt(number)).toBe(time);
    const far = 100_000;
    expect((time - chain.timeAt(number - far)) / far).toBeCloseTo(12_040, -1);
    for (const block of [number - 301, number - 1, number, number + 1, number + 299, number + 300, number + 5_000]) {
      expect(chain.headAt(chain.timeAt(block)), String(block)).toBe(block);
      expect(chain.headAt(chain.timeAt(block) - 1), String(block)).toBe(block - 1);
      expect(chain.numberOf(chain.hashAt(block))).toBe(block);
    }
    expect(chain.hashAt(0)).toBe(GENESIS);
    expect(chain.numberOf(GENESIS)).toBe(0);
    expect(chain.numberOf(`0x${'12'.repeat(32)}`)).toBeUndefined();
    expect(new Chain({ seed: 2 }).numberOf(chain.hashAt(number))).toBeUndefined();
  });
});

test.describe('over the wire', () => {
  test('the calls of a card are answered in the real ones’ form', async ({ node, client }) => {
    const state = node.finalized;
    expect(await client.read('chain_getBlockHash', [0])).toBe(GENESIS);
    const head = await client.read<string>('chain_getFinalizedHead');
    expect(head).toBe(node.chain.hashAt(node.chain.knobs.head.number - 3));
    const header = await client.read<{ number: string; parentHash: string }>('chain_getHeader', [head]);
    expect(header).toEqual({
      number: `0x${state.number.toString(16)}`, parentHash: node.chain.hashAt(state.number - 1), stateRoot: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      extrinsicsRoot: expect.stringMatching(/^0x[0-9a-f]{64}$/), digest: { logs: [expect.stringMatching(/^0x066175726120[0-9a-f]{16}$/)] },
    });
    const netuids = Array.from({ length: 128 }, (_, index) => index + 1);
    const keys = [
      ...Object.values(KEYS), item('TotalNetworks'), item('SubnetLimit'), item('SubnetTAO', 0), item('TaoWeight'),
      ...['SubnetTaoInEmission', 'SubnetExcessTao', 'SubnetEmissionEnabled'].flatMap((name) => netuids.map((netuid) => item(name, netuid))),
    ];
    const values = await client.stored(keys, head);
    const at = (key: string): string | null => values[keys.indexOf(key)]!;
    expect(amount(at(KEYS.issuance))).toBe(state.issuance);
    expect(amount(at(KEYS.balancesIssuance))).toBe(state.issuance);
    expect(amount(at(KEYS.totalStake))).toBe(state.totalStake);
    expect(amount(at(KEYS.time))).toBe(BigInt(state.time));
    expect(at(KEYS.number)).toBe(hex(u32(state.number)));
    expect([at(item('TotalNetworks')), at(item('SubnetLimit'))]).toEqual(['0x8100', '0x8000']);
    const paid = netuids.filter((netuid) => at(item('SubnetEmissionEnabled', netuid)) !== '0x00');
    const block = sum(paid.map((netuid) => amount(at(item('SubnetTaoInEmission', netuid))) + amount(at(item('SubnetExcessTao', netuid)))));
    expect(paid).toHaveLength(81);
    expect(state.emission - block < 128n && block <= state.emission).toBe(true);
    expect(values).toContain(null);

    const subnets = subnetsIn(await client.read<string>('state_call', [DYNAMIC, '0x', head]));
    expect(subnets).toHaveLength(129);
    const metagraph = await client.read<string>('state_call', [METAGRAPH, '0x0000103400350039004400', head]);
    expect(metagraph).toBe(hex(selectiveMetagraph(state, 0, [52, 53, 57, 68])));
    expect(await client.read('state_call', ['SubnetInfoRuntimeApi_get_block_emission', '0x', head])).toBe('0x0065cd1d00000000');
    const one = new Reader(await client.read('state_call', ['SubnetInfoRuntimeApi_get_dynamic_info', '0x4000', head]));
    expect([one.byte(), oneSubnet(one).netuid, one.left]).toEqual([1, 64, 0]);
    expect(await client.read('state_call', ['SubnetInfoRuntimeApi_get_dynamic_info', '0x4001', head])).toBe('0x00');
    expect(await client.read('state_getRuntimeVersion', [head])).toMatchObject({ specName: 'node-subtensor', specVersion: 470, transactionVersion: 1 });
    expect(await client.read('state_getStorage', [KEYS.totalStake, head])).toBe(hex(u64(state.totalStake)));
    expect(await client.read('state_getStorage', [item('SubnetTAO', 4_000), head])).toBeNull();
    expect(await client.read('state_getStorage', [KEYS.number]), 'without a block: the newest').toBe(hex(u32(state.number + 3)));
  });

  test('every call is recorded with its bytes, its moment and its connection', async ({ node, client }) => {
    const second = await Client.open(`${node.url}/public-ws`);
    await client.ask('chain_getBlockHash', [0]);
    node.now += 24_000;
    await second.ask('chain_getFinalizedHead', []);
    const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_getBlockHash', params: [0] });
    expect(node.asked[0]).toEqual({
      connection: 0, id: 1, method: 'chain_getBlockHash', params: [0], up: request.length, down: Buffer.byteLength(client.heard[0]!.text),
      at: node.chain.knobs.head.time, fault: undefined, state: 'answered',
    });
    expect(node.asked[1]).toMatchObject({ connection: 1, method: 'chain_getFinalizedHead', at: node.now, down: Buffer.byteLength(second.heard[0]!.text) });
    expect(node.connections.map(({ path, closed }) => [path, closed])).toEqual([['/', undefined], ['/public-ws', undefined]]);
    second.socket.close(1000);
    expect(await second.closed).toEqual([1000, '']);
    await expect.poll(() => node.connections[1]!.closed).toBe(1000);
    expect(node.askedFor('chain_getBlockHash')).toHaveLength(1);
    await client.ask('state_call', [DYNAMIC, '0x']);
    expect(node.askedFor(DYNAMIC)).toHaveLength(1);
    // 110 to 180 KB are estimated of the real answer.
    expect(node.askedFor(DYNAMIC)[0]!.down).toBeGreaterThan(110_000);
    expect(node.askedFor(DYNAMIC)[0]!.down).toBeLessThan(180_000);
  });

  test('reads that are pinned to a block stay there while the head moves on', async ({ node, client }) => {
    const head = await client.read<string>('chain_getFinalizedHead');
    const keys = [KEYS.number, KEYS.issuance, item('SubnetExcessTao', 2), item('SubnetExcessTao', 5), item('SubnetExcessTao', 6)];
    const before = await client.stored(keys, head);
    const names = await client.read('state_call', [DYNAMIC, '0x', head]);
    node.now += 60_000;
    expect(await client.stored(keys, head)).toEqual(before);
    expect(await client.read('state_call', [DYNAMIC, '0x', head])).toBe(names);
    const next = await client.read<string>('chain_getFinalizedHead');
    expect(next).not.toBe(head);
    const after = await client.stored(keys, next);
    expect(after[0]).toBe(hex(u32(node.finalized.number)));
    expect(amount(after[1]) - amount(before[1])).toBe(5n * 416_111_111n);
    expect(after.slice(2), 'every block splits its TAO a little differently').not.toEqual(before.slice(2));
    expect(await client.read('chain_getBlockHash', [node.finalized.number + 3])).not.toBeNull();
    expect(await client.read('chain_getBlockHash', [node.finalized.number + 4])).toBeNull();
    expect(await client.read('chain_getBlockHash', [[0, `0x${(1).toString(16)}`]])).toEqual([GENESIS, node.chain.hashAt(1)]);
    // Another node of the same chain speaks of the same blocks.
    const other = await Node.open(new Chain());
    const elsewhere = await Client.open(other.url);
    expect(await elsewhere.stored(keys, head)).toEqual(before);
    elsewhere.socket.terminate();
    await other.close();
  });

  test('the emission halves in the block that crosses the threshold', async () => {
    const node = await Node.open({ issuance: 15_750_000n * TAO - 416_111_111n });
    const client = await Client.open(node.url);
    const emission = async (): Promise<unknown> => client.read('state_call', ['SubnetInfoRuntimeApi_get_block_emission', '0x']);
    expect(await emission()).toBe(hex(u64(500_000_000)));
    node.now += 12_000;
    expect(await emission()).toBe(hex(u64(250_000_000)));
    client.socket.terminate();
    await node.close();
  });

  test('states older than 256 blocks are discarded, except by an archive', async ({ node, client }) => {
    const { number } = node.chain.knobs.head;
    const hash = (ago: number): string => node.chain.hashAt(number - ago);
    expect((await client.stored([KEYS.number], hash(256)))[0]).toBe(hex(u32(number - 256)));
    const old = hash(257);
    const discarded = { code: 4003, message: `Client error: UnknownBlock: State already discarded for ${old}` };
    expect((await client.ask('state_queryStorageAt', [[KEYS.number], old])).error).toEqual(discarded);
    expect((await client.ask('state_getStorage', [KEYS.number, old])).error).toEqual(discarded);
    expect((await client.ask('state_getRuntimeVersion', [old])).error).toEqual(discarded);
    expect((await client.ask('state_call', [DYNAMIC, '0x', old])).error).toEqual({ code: 4003, message: `Client error: Api called for an unknown Block: State already discarded for ${old}` });
    expect(await client.read('chain_getHeader', [old]), 'headers are kept').toMatchObject({ number: `0x${(number - 257).toString(16)}` });
    node.archive = true;
    const month = await client.read<string>('chain_getBlockHash', [number - BLOCKS_OF_30_DAYS]);
    const [then, issuance] = await client.stored([KEYS.time, KEYS.issuance], month);
    expect((node.now - Number(amount(then))) / 86_400_000).toBeCloseTo(30, 1);
    expect(node.chain.knobs.issuance - amount(issuance)).toBe(416_111_111n * BigInt(BLOCKS_OF_30_DAYS));
  });

  test('what isn’t understood is refused with the real codes', async ({ node, client }) => {
    const stranger = `0x${'cd'.repeat(32)}`;
    const code = async (method: string, params?: unknown): Promise<[number?, string?]> => {
      const { error } = await client.ask(method, params);
      return [error?.code, error?.message];
    };
    expect(await code('state_getPairs', ['0x'])).toEqual([-32601, 'Method not found']);
    for (const [method, params] of [
      ['chain_getBlockHash', ['zero']], ['chain_getBlockHash', [-1]], ['chain_getHeader', ['0x12']], ['state_getStorage', []], ['state_getStorage', ['0xabc']],
      ['state_queryStorageAt', [KEYS.number]], ['state_queryStorageAt', [[1]]], ['state_queryStorageAt', [[KEYS.number], 5]], ['state_call', [DYNAMIC]],
      ['state_getKeysPaged', [KEYS.number]], ['state_getKeysPaged', [KEYS.number, 10, null]],
    ] as const) {
      expect(await code(method, params), `${method} ${JSON.stringify(params)}`).toEqual([-32602, 'Invalid params']);
    }
    expect(await code('state_getStorage', [KEYS.number, stranger])).toEqual([4003, `Client error: UnknownBlock: Header was not found in the database: ${stranger}`]);
    expect(await client.read('chain_getHeader', [stranger])).toBeNull();
    expect(await code('state_call', ['Nothing_at_all', '0x'])).toEqual([4003, 'Client error: Execution failed: Other: Exported method Nothing_at_all is not found']);
    expect((await code('state_call', [METAGRAPH, '0x00']))[0]).toBe(4003);
    expect((await code('state_call', [METAGRAPH, '0x000010340035003900']))[0], 'a list that ends early').toBe(4003);
    expect(await code('state_getKeysPaged', ['0x', 1_001])).toEqual([4002, 'count exceeds maximum value. value: 1001, max: 1000']);
    const place = client.heard.length;
    client.socket.send('{"jsonrpc":"2.0",');
    expect(JSON.parse((await client.message(place)).text)).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } });
    client.socket.send('{"id":"a"}');
    expect(JSON.parse((await client.message(place + 1)).text)).toEqual({ jsonrpc: '2.0', id: 'a', error: { code: -32600, message: 'Invalid request' } });
    // A notification gets no answer: the next message is that of the call after.
    client.socket.send('{"jsonrpc":"2.0","method":"chain_getFinalizedHead"}');
    expect(await client.read('chain_getBlockHash', [0])).toBe(GENESIS);
    expect(node.asked.some(({ id }) => id === undefined)).toBe(false);
  });

  test('keys come in pages, in order and pinned', async ({ node, client }) => {
    const head = await client.read<string>('chain_getFinalizedHead');
    const prefix = item('NetworksAdded');
    const first = await client.read<string[]>('state_getKeysPaged', [prefix, 100]);
    const second = await client.read<string[]>('state_getKeysPaged', [prefix, 100, first.at(-1), head]);
    const all = [...first, ...second];
    expect([first.length, second.length, new Set(all).size]).toEqual([100, 29, 129]);
    expect(all).toEqual([...all].sort());
    expect(all.every((key) => key.startsWith(prefix))).toBe(true);
    expect(await client.read('state_getKeysPaged', [prefix, 10, all.at(-1)])).toEqual([]);
    expect(node.askedFor('state_getKeysPaged')).toHaveLength(3);
  });

  test('who asks more than once a second is cut off, each connection by itself', async ({ node, client }) => {
    node.limit = { everyMs: 1_000, clock: () => node.now };
    await client.read('chain_getBlockHash', [0]);
    const other = await Client.open(node.url);
    await other.read('chain_getBlockHash', [0]);
    node.now += 1_000;
    await client.read('chain_getFinalizedHead');
    node.now += 999;
    await other.read('chain_getFinalizedHead');
    client.say('chain_getFinalizedHead');
    expect(await client.closed).toEqual([1008, '429 Too Many Requests']);
    await expect.poll(() => node.asked.at(-1)!.state).toBe('dropped');
    node.limit = { ...node.limit, by: 'error' };
    expect((await other.ask('chain_getBlockHash', [0])).error).toEqual({ code: -32005, message: 'Too Many Requests' });
    node.limit = undefined;
    await other.read('chain_getBlockHash', [0]);
    other.socket.terminate();
  });

  test('connections can be lost between calls, with a code and without', async ({ node, client }) => {
    node.drop(1012);
    expect(await client.closed).toEqual([1012, '']);
    const other = await Client.open(node.url);
    node.drop();
    expect(await other.closed).toEqual([1006, '']);
  });

  test('a fault strikes the calls it names, so often, and the newest goes first', async ({ node, client }) => {
    await node.fail({ kind: 'error', code: 1, message: 'one' }, { calls: ['state_call'] });
    await node.fail({ kind: 'error', code: 2, message: 'two' }, { calls: [METAGRAPH], first: 1 });
    const call = async (name: string): Promise<unknown> => (await client.ask('state_call', [name, '0x0000103400350039004400'])).error?.code;
    expect([await call(METAGRAPH), await call(METAGRAPH), await call(DYNAMIC)]).toEqual([2, 1, 1]);
    expect((await client.ask('chain_getBlockHash', [0])).error).toBeUndefined();
    expect(node.asked.map(({ fault }) => fault)).toEqual(['error', 'error', 'error', undefined]);
    await node.heal();
    expect(await call(METAGRAPH)).toBeUndefined();
  });
});

/** How each fault looks from the other side. */
const LOOKS: Record<NodeFaultName, (node: Node, client: Client) => Promise<void>> = {
  'connection refused': async (node, client) => {
    expect(await client.closed).toEqual([1006, '']);
    await expect(Client.open(node.url)).rejects.toThrow('ECONNREFUSED');
    await node.heal();
    const other = await Client.open(node.url);
    expect(await other.read('chain_getBlockHash', [0])).toBe(GENESIS);
    other.socket.terminate();
  },
  '429 at the door': atTheDoor(429),
  '503 at the door': atTheDoor(503),
  '429 close': closes(1008, '429 Too Many Requests'),
  'going away': closes(1001, ''),
  'closes mid-call': closes(1006, ''),
  'torn frame': async (node, client) => {
    client.say('state_call', [DYNAMIC, '0x']);
    expect(await client.closed).toEqual([1006, '']);
    expect(client.heard).toEqual([]);
    expect(node.asked[0]!.down).toBeGreaterThan(50_000);
    await expect.poll(() => node.asked[0]!.state).toBe('dropped');
  },
  'never answers': async (node, client) => {
    client.say('chain_getBlockHash', [0]);
    await expect.poll(() => node.asked.length).toBe(1);
    await node.heal();
    // What is asked after it is answered first, and the first never.
    const id = client.say('chain_getFinalizedHead');
    expect(JSON.parse((await client.message(0)).text)).toMatchObject({ id });
    expect(node.asked.map(({ state, down }) => [state, down > 0])).toEqual([['open', false], ['answered', true]]);
  },
  'half answer': async (node, client) => {
    client.say('chain_getBlockHash', [0]);
    const { text: said } = await client.message(0);
    const whole = JSON.stringify({ jsonrpc: '2.0', id: 1, result: GENESIS });
    expect(said).toBe(whole.slice(0, Math.floor(whole.length / 2)));
    expect(node.asked[0]!.down).toBe(said.length);
  },
  'out of order': async (_, client) => {
    const [first, second] = [client.say('chain_getBlockHash', [0]), client.say('chain_getFinalizedHead')];
    const ids = [await client.message(0), await client.message(1)].map(({ text: said }) => (JSON.parse(said) as Answer).id);
    expect(ids).toEqual([second, first]);
  },
  'answered twice': async (_, client) => {
    client.say('chain_getBlockHash', [0]);
    await client.message(0);
    client.say('chain_getFinalizedHead');
    await client.message(2);
    expect(client.heard.map(({ text: said }) => (JSON.parse(said) as Answer).id)).toEqual([1, 1, 2]);
  },
  'wrong id': underId(999_999),
  'id as text': underId('1'),
  'no id': underId(null),
  'notification in between': async (_, client) => {
    client.say('chain_getBlockHash', [0]);
    await client.message(2);
    const said = client.heard.map(({ text: one }) => JSON.parse(one) as { id?: number; method?: string });
    expect(said.map(({ id, method }) => [id, method])).toEqual([[undefined, 'chain_newHead'], [undefined, 'rpc_notice'], [1, undefined]]);
  },
  'binary frame': async (_, client) => {
    expect(await client.read('chain_getBlockHash', [0])).toBe(GENESIS);
    expect(client.heard[0]!.binary).toBe(true);
  },
  'many frames': async (node, client) => {
    expect(subnetsIn(await client.read('state_call', [DYNAMIC, '0x']))).toHaveLength(129);
    expect([client.heard.length, client.heard[0]!.binary]).toEqual([1, false]);
    expect(node.asked[0]!.down).toBe(client.heard[0]!.text.length);
  },
  HTML: async (_, client) => {
    client.say('chain_getBlockHash', [0]);
    expect((await client.message(0)).text).toMatch(/^<!DOCTYPE html>/);
  },
  blank: async (_, client) => {
    client.say('chain_getBlockHash', [0]);
    expect(await client.message(0)).toEqual({ text: '', binary: false });
  },
  'too many requests, as an answer': refuses('chain_getBlockHash', [0], -32005),
  'internal error': refuses('chain_getBlockHash', [0], -32603),
  'method missing': async (node, client) => {
    await refuses('state_queryStorageAt', [[KEYS.number]], -32601)(node, client);
    expect(await client.read('state_getStorage', [KEYS.number])).not.toBeNull();
  },
  'state_call missing': async (node, client) => {
    await refuses('state_call', [DYNAMIC, '0x'], -32601)(node, client);
    expect(await client.stored([KEYS.number], node.chain.hashAt(node.finalized.number))).toHaveLength(1);
  },
  'wrong genesis': async (node, client) => {
    expect(await client.read('chain_getBlockHash', [0])).toMatch(/^0x91b171bb[0-9a-f]{56}$/);
    expect(await client.read('chain_getBlockHash', [1])).toBe(node.chain.hashAt(1));
  },
  'no genesis': async (_, client) => expect(await client.read('chain_getBlockHash', [0])).toBeNull(),
  'pruned state': async (node, client) => {
    const head = await client.read<string>('chain_getFinalizedHead');
    for (const [method, params] of [['state_queryStorageAt', [[KEYS.number], head]], ['state_call', [DYNAMIC, '0x', head]], ['state_getRuntimeVersion', [head]]] as const) {
      const { error } = await client.ask(method, params);
      expect([error?.code, error?.message], method).toEqual([4003, expect.stringContaining(`State already discarded for ${head}`)]);
    }
    expect(await client.read('chain_getHeader', [head])).toMatchObject({ number: `0x${node.finalized.number.toString(16)}` });
  },
  'result null': async (_, client) => {
    for (const method of ['chain_getFinalizedHead', 'state_getRuntimeVersion', 'chain_getHeader']) expect(await client.read(method), method).toBeNull();
  },
  'runtime with appended fields in DynamicInfo': async (node, client) => {
    const encoded = await client.read<string>('state_call', [DYNAMIC, '0x', node.chain.hashAt(node.finalized.number)]);
    expect(encoded.length).toBe(hex(allDynamicInfo(node.finalized)).length + 129 * 2 * 4);
    expect(() => subnetsIn(encoded)).toThrow();
  },
  'runtime with appended fields in the metagraph': async (node, client) => {
    const at = node.chain.hashAt(node.finalized.number);
    const encoded = await client.read<string>('state_call', [METAGRAPH, '0x00000835004400', at]);
    const known = hex(selectiveMetagraph({ ...node.finalized, metagraphTail: new Uint8Array() }, 0, [53, 68]));
    expect(encoded).toBe(known + '01'.repeat(64));
  },
  'no such root network': async (_, client) => expect(await client.read('state_call', [METAGRAPH, '0x0000043500'])).toBe('0x00'),
  'more coldkeys than stakes': async (_, client) => expect(await lists(client)).toEqual([64, 63]),
  'half a runtime answer': async (node, client) => {
    const encoded = await client.read<string>('state_call', [DYNAMIC, '0x', node.chain.hashAt(node.finalized.number)]);
    const whole = hex(allDynamicInfo(node.finalized));
    expect(unhex(encoded)!.length).toBe(Math.floor(unhex(whole)!.length / 2));
    expect(() => subnetsIn(encoded)).toThrow('left');
  },
  'unknown spec version': async (_, client) => expect(await client.read('state_getRuntimeVersion')).toMatchObject({ specName: 'node-subtensor', specVersion: 99_999 }),
  'runtime of another chain': async (_, client) => expect(await client.read('state_getRuntimeVersion')).toMatchObject({ specName: 'polkadot' }),
  'values too short': values((value) => unhex(value)?.length === 7),
  'values too long': values((value) => unhex(value)?.length === 9),
  'values of odd length': values((value) => value.length === 17 && value.startsWith('0x')),
  'values empty': values((value) => value === '0x'),
  'values without 0x': values((value) => /^[0-9a-f]{16}$/.test(value)),
  'values not hex': values((value) => /^0xz{16}$/.test(value)),
  'values of 1 MB': values((value) => unhex(value)?.length === 1 << 20, KEYS.issuance),
  'values as numbers': values((value) => typeof value === 'number'),
  'nothing stored': async (node, client) => {
    expect(await client.stored(Object.values(KEYS), node.chain.hashAt(node.finalized.number))).toEqual(Object.values(KEYS).map(() => null));
    expect(await client.read('state_getStorage', [KEYS.issuance])).toBeNull();
    expect(await client.read('state_getKeysPaged', ['0x', 10])).toEqual([]);
  },
  'one value missing': async (node, client) => {
    const found = await client.stored(Object.values(KEYS), node.chain.hashAt(node.finalized.number));
    expect(Object.keys(KEYS).filter((_, index) => found[index] === null)).toEqual(['totalStake']);
  },
  'numbers as strings': async (node, client) => {
    expect(await client.read('state_getRuntimeVersion')).toMatchObject({ specVersion: '470' });
    const header = await client.read('chain_getHeader', [node.chain.hashAt(node.finalized.number)]);
    expect(header).toMatchObject({ number: String(node.finalized.number) });
  },
  'strings as numbers': async (_, client) => expect([await client.read('chain_getFinalizedHead'), await client.read('chain_getBlockHash', [0])]).toEqual([42, 42]),
  'changes left out': async (_, client) => expect(await changed(client)).toEqual([KEYS.totalStake]),
  'changes nobody asked for': async (_, client) => expect(await changed(client)).toEqual([item('BlockEmission'), KEYS.issuance, KEYS.totalStake]),
  'changes of another block': async (node, client) => {
    const [set] = await client.read<{ block: string }[]>('state_queryStorageAt', [[KEYS.issuance], node.chain.hashAt(node.finalized.number)]);
    expect(set!.block).toBe(`0x${'ab'.repeat(32)}`);
  },
  'issuance too low': async (node, client) => expect(await issuances(node, client)).toEqual([9_000_000n * TAO, 9_000_000n * TAO]),
  'issuance too high': async (node, client) => expect(await issuances(node, client)).toEqual([21_000_001n * TAO, 21_000_001n * TAO]),
  'issuance of two minds': async (node, client) => {
    const [own, balances] = await issuances(node, client);
    expect(own).toBe(node.finalized.issuance);
    expect(Number(balances) / Number(own)).toBeCloseTo(0.8, 9);
  },
  'stake above the issuance': async (node, client) => {
    const [stake, issuance] = await client.stored([KEYS.totalStake, KEYS.issuance], node.chain.hashAt(node.finalized.number));
    expect(amount(stake) > amount(issuance)).toBe(true);
  },
  'emission that does not add up': async (node, client) => {
    const names = node.finalized.subnets.flatMap(({ netuid }) => [item('SubnetTaoInEmission', netuid), item('SubnetExcessTao', netuid)]);
    const found = await client.stored(names, node.chain.hashAt(node.finalized.number));
    const block = sum(found.map((value) => amount(value)));
    expect(Number(block) / Number(node.finalized.emission)).toBeCloseTo(1 / 3 + 0.6, 3);
  },
  'a number twice': async (node, client) => {
    const shown = subnetsIn(await client.read('state_call', [DYNAMIC, '0x', node.chain.hashAt(node.finalized.number)]));
    expect([shown.length, new Set(shown.map((one) => one!.netuid)).size]).toEqual([129, 128]);
  },
  'registered in the future': async (node, client) => {
    const shown = subnetsIn(await client.read('state_call', [DYNAMIC, '0x']));
    expect(shown.filter((one) => one!.netuid > 0).every((one) => one!.registeredAt > node.finalized.number)).toBe(true);
  },
  'no subnets': async (node, client) => {
    expect(subnetsIn(await client.read('state_call', [DYNAMIC, '0x']))).toEqual([]);
    expect(await client.stored([item('TotalNetworks'), item('SubnetTAO', 0)], node.chain.hashAt(node.finalized.number))).toEqual(['0x0000', null]);
  },
  ...(Object.fromEntries(
    Object.entries(HOSTILE_NAMES).map(([what, name]) => [
      `names: ${what}`,
      async (node: Node, client: Client): Promise<void> => {
        const shown = subnetsIn(await client.read('state_call', [DYNAMIC, '0x', node.chain.hashAt(node.finalized.number)]));
        const bytes = Buffer.from(name as Uint8Array);
        const called = shown.filter((one) => one!.name === bytes.toString() && one!.netuid > 0);
        expect(called).toHaveLength(what === '1 MB' ? 1 : 128);
        expect(called.filter((one) => one!.identity).every((one) => one!.identity![0] === bytes.toString())).toBe(true);
        // The numbers beside it are as they were.
        expect(shown.map((one) => one!.taoIn)).toEqual(node.finalized.subnets.map(({ taoIn }) => taoIn));
      },
    ]),
  ) as Record<`names: ${keyof typeof HOSTILE_NAMES}`, (node: Node, client: Client) => Promise<void>>),
};

test.describe('faults', () => {
  test('a healthy root has as many coldkeys as stakes', async ({ client }) => expect(await lists(client)).toEqual([64, 64]));

  for (const name of Object.keys(NODE_FAULTS) as NodeFaultName[]) {
    test(name, async ({ node, client }) => {
      const { fault, scope } = strike(name);
      await node.fail(fault, scope);
      await LOOKS[name](node, client);
    });
  }

  test('each is told apart from a healthy node', async ({ node, client }) => {
    expect(Object.keys(LOOKS).sort()).toEqual(Object.keys(NODE_FAULTS).sort());
    // These look the same on a healthy node, since their fault is in how the bytes travel.
    const alike: NodeFaultName[] = ['many frames'];
    const harmless: NodeFaultName[] = [];
    for (const name of Object.keys(NODE_FAULTS) as NodeFaultName[]) {
      // Those that wait for something that a healthy node never does would wait for ever.
      const { kind } = strike(name).fault;
      if (['refused', 'status', 'close', 'cut', 'torn', 'silence', 'repeated', 'chatter', 'text', 'half', 'late', 'id', 'binary'].includes(kind)) continue;
      const seen = await LOOKS[name](node, client).then(() => true, () => false);
      if (seen) harmless.push(name);
    }
    expect(harmless).toEqual(alike);
  });

  test('names can be set one by one', () => {
    const state = stateOf({ names: { 3: HOSTILE_NAMES.markup, 7: HOSTILE_NAMES['not UTF-8'] } });
    const shown = subnetsIn(hex(allDynamicInfo(state)));
    const called = (netuid: number): string | undefined => shown.find((one) => one!.netuid === netuid)?.name;
    expect(called(3)).toBe(HOSTILE_NAMES.markup);
    expect(called(7)).toContain('\uFFFD');
    expect(called(8)).toMatch(/^[A-Z][a-z]+$/);
  });
});

function atTheDoor(status: number) {
  return async (node: Node, client: Client): Promise<void> => {
    await expect(Client.open(node.url)).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(node.refused).toBe(1);
    // Who is in already stays in.
    expect(await client.read('chain_getBlockHash', [0])).toBe(GENESIS);
  };
}

function closes(code: number, reason: string) {
  return async (node: Node, client: Client): Promise<void> => {
    client.say('chain_getBlockHash', [0]);
    expect(await client.closed).toEqual([code, reason]);
    expect(client.heard).toEqual([]);
    await expect.poll(() => node.asked.map(({ state, down }) => [state, down])).toEqual([['dropped', 0]]);
  };
}

function underId(id: unknown) {
  return async (_: Node, client: Client): Promise<void> => {
    client.say('chain_getBlockHash', [0]);
    expect(JSON.parse((await client.message(0)).text)).toEqual({ jsonrpc: '2.0', id, result: GENESIS });
  };
}

function refuses(method: string, params: unknown[], code: number) {
  return async (_: Node, client: Client): Promise<void> => {
    const { result, error } = await client.ask(method, params);
    expect([result, error?.code]).toEqual([undefined, code]);
  };
}

/** A value of 8 bytes, read both ways, is what `wrong` says. */
function values(wrong: (value: string) => boolean, key = KEYS.totalStake) {
  return async (node: Node, client: Client): Promise<void> => {
    const [value] = await client.stored([key], node.chain.hashAt(node.finalized.number));
    expect(wrong(value!)).toBe(true);
    expect(wrong(await client.read<string>('state_getStorage', [key]))).toBe(true);
  };
}

/** The keys that come back when two are asked. */
async function changed(client: Client): Promise<string[]> {
  const [set] = await client.read<{ changes: [string, string][] }[]>('state_queryStorageAt', [[KEYS.issuance, KEYS.totalStake]]);
  return set!.changes.map(([key]) => key);
}

/** How many coldkeys and stakes the root's metagraph has. */
async function lists(client: Client): Promise<unknown[]> {
  const reader = new Reader(await client.read('state_call', [METAGRAPH, '0x00000835004400']));
  reader.take(2 + 52);
  const coldkeys = reader.option(() => reader.list(() => reader.take(32)));
  reader.take(14);
  return [coldkeys?.length, reader.option(() => reader.list(() => reader.compact()))?.length];
}

async function issuances(node: Node, client: Client): Promise<bigint[]> {
  const found = await client.stored([KEYS.issuance, KEYS.balancesIssuance], node.chain.hashAt(node.finalized.number));
  return found.map((value) => amount(value));
}
