// SCALE as a Substrate chain writes it, and the keys of its storage: encoders only, written from the format's own
// description (../shared/reference/chain.md §6) and apart from the widget's decoders, so that the two check each other.

import { blake2b } from '@noble/hashes/blake2.js';

/** So many bytes of a whole number, lowest first; in two's complement where it is negative. */
function littleEndian(value: bigint | number, bytes: number, lowest: bigint, highest: bigint): Buffer {
  const whole = BigInt(value);
  if (whole < lowest || whole > highest) throw new Error(`${whole} does not fit ${bytes} bytes`);
  const buffer = Buffer.alloc(bytes);
  let rest = BigInt.asUintN(8 * bytes, whole);
  for (let index = 0; index < bytes; index += 1) {
    buffer[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return buffer;
}

const unsigned = (bytes: number) => (value: bigint | number): Buffer => littleEndian(value, bytes, 0n, (1n << BigInt(8 * bytes)) - 1n);
const signed = (bytes: number) => (value: bigint | number): Buffer =>
  littleEndian(value, bytes, -(1n << BigInt(8 * bytes - 1)), (1n << BigInt(8 * bytes - 1)) - 1n);

export const u8 = unsigned(1);
export const u16 = unsigned(2);
export const u32 = unsigned(4);
export const u64 = unsigned(8);
export const u128 = unsigned(16);
export const i64 = signed(8);
export const i128 = signed(16);

export function bool(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0]);
}

/** Compact<u…>: one, two or four bytes whose lowest two bits say which, above that a length and as few bytes as will do. */
export function compact(value: bigint | number): Buffer {
  const whole = BigInt(value);
  if (whole < 0n || whole >> 536n) throw new Error(`${whole} has no compact form`);
  if (whole < 1n << 6n) return u8(whole << 2n);
  if (whole < 1n << 14n) return u16((whole << 2n) | 1n);
  if (whole < 1n << 30n) return u32((whole << 2n) | 2n);
  const bytes = Math.ceil(whole.toString(16).length / 2);
  return Buffer.concat([u8(((bytes - 4) << 2) | 3), unsigned(bytes)(whole)]);
}

/** None is one byte of 0; Some is a 1 before the value. */
export function option(value: Uint8Array | undefined): Buffer {
  return value ? Buffer.concat([Buffer.from([1]), value]) : Buffer.from([0]);
}

/** Vec<T>, of items that are encoded already. */
export function vec(items: Uint8Array[]): Buffer {
  return Buffer.concat([compact(items.length), ...items]);
}

/** What strangers write into the chain: mostly UTF-8, but any bytes may stand there. */
export type Text = string | Uint8Array;

/** Vec<u8>. */
export function text(value: Text): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([compact(bytes.length), bytes]);
}

const compactOf = Array.from({ length: 256 }, (_, byte) => compact(byte));

/** Vec<Compact<u8>>, as names stand in DynamicInfo: bytes from 64 on take two. */
export function compactText(value: Text): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const written = Buffer.alloc(2 * bytes.length);
  let end = 0;
  for (const byte of bytes) end += compactOf[byte]!.copy(written, end);
  return Buffer.concat([compact(bytes.length), written.subarray(0, end)]);
}

/** A binary fraction of 128 bits, so many of them behind the point; what is finer is cut off, towards −∞. */
function fixed(fraction: 32 | 64, encode: (value: bigint) => Buffer) {
  return (value: number): Buffer => encode(BigInt(Math.floor(value * 2 ** fraction)));
}

export const i96f32 = fixed(32, i128);
export const u96f32 = fixed(32, u128);
export const i64f64 = fixed(64, i128);
export const u64f64 = fixed(64, u128);

export function accountId(bytes: Uint8Array): Buffer {
  if (bytes.length !== 32) throw new Error(`an account has 32 bytes, not ${bytes.length}`);
  return Buffer.from(bytes);
}

export function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

/** The bytes that `0x…` stands for; nothing when it isn't that. */
export function unhex(value: unknown): Buffer | undefined {
  return typeof value === 'string' && value.length % 2 === 0 && /^0x[0-9a-f]*$/i.test(value) ? Buffer.from(value.slice(2), 'hex') : undefined;
}

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];

const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
const round = (lane: bigint, word: bigint): bigint => (rotate((lane + word * P2) & MASK, 31n) * P1) & MASK;

/** xxHash of 64 bits (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const input = Buffer.from(bytes);
  let at = 0;
  let hash = (seed + P5) & MASK;
  if (input.length >= 32) {
    let lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane & MASK);
    for (; at + 32 <= input.length; at += 32) lanes = lanes.map((lane, index) => round(lane, input.readBigUInt64LE(at + 8 * index)));
    hash = [1n, 7n, 12n, 18n].reduce((sum, by, index) => sum + rotate(lanes[index]!, by), 0n) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  hash = (hash + BigInt(input.length)) & MASK;
  for (; at + 8 <= input.length; at += 8) hash = (rotate(hash ^ round(0n, input.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
  for (; at + 4 <= input.length; at += 4) hash = (rotate(hash ^ ((BigInt(input.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
  for (; at < input.length; at += 1) hash = (rotate(hash ^ ((BigInt(input[at]!) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

/** How the chain names a pallet or an item: two 64-bit hashes, of seeds 0 and 1. */
export function twox128(name: string): Buffer {
  return Buffer.concat([0n, 1n].map((seed) => u64(xxh64(Buffer.from(name), seed))));
}

/** What the key of a map is made of, by the hasher that the map was declared with. */
export const hashed = {
  identity: (key: Uint8Array): Uint8Array => key,
  blake2Concat: (key: Uint8Array): Uint8Array => Buffer.concat([blake2b(key, { dkLen: 16 }), key]),
  twox64Concat: (key: Uint8Array): Uint8Array => Buffer.concat([u64(xxh64(key, 0n)), key]),
};

/** Where a value stands in the storage, as `0x…`. */
export function storageKey(pallet: string, item: string, ...keys: Uint8Array[]): string {
  return hex(Buffer.concat([prefix(pallet), prefix(item), ...keys]));
}

const prefixes = new Map<string, Buffer>();

function prefix(name: string): Buffer {
  const known = prefixes.get(name) ?? twox128(name);
  prefixes.set(name, known);
  return known;
}
