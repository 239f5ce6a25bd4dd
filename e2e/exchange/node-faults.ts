// Everything that may go wrong at a node of the chain, as data: what is done to an answer that would have been right, and
// a list of all that has a name, for tests that try each.

import type { State, Subnet } from './chain-state.ts';
import { TAO } from './chain-state.ts';
import { KEYS, item } from './chain-layout.ts';
import type { Text } from './scale.ts';

/** A call as it came. */
export interface Question {
  method: string;
  params: unknown[];
}

export type NodeFault =
  /** Nobody listens: the connection is refused, and those that were open are lost. */
  | { kind: 'refused' }
  /** The handshake is answered with this status. */
  | { kind: 'status'; status: number }
  /** The connection is closed with this code instead of an answer. */
  | { kind: 'close'; code: number; reason: string }
  /** The connection is lost instead of an answer, without a word. */
  | { kind: 'cut' }
  /** The connection is lost in the middle of the answer's frame. */
  | { kind: 'torn' }
  /** The call is taken and never answered. */
  | { kind: 'silence' }
  /** Half of the answer's text, as a whole message. */
  | { kind: 'half' }
  /** The answer comes after that to the next call. */
  | { kind: 'late' }
  /** The answer to the call before comes once more, then the right one. */
  | { kind: 'repeated' }
  /** The right answer under another id. */
  | { kind: 'id'; change: (id: unknown) => unknown }
  /** These messages come before the right answer. */
  | { kind: 'chatter'; messages: unknown[] }
  /** Any text in place of the answer. */
  | { kind: 'text'; text: string }
  /** The right answer as a binary message. */
  | { kind: 'binary' }
  /** The right answer in so many frames, which is no fault: one message all the same. */
  | { kind: 'frames'; count: number }
  | { kind: 'error'; code: number; message: string; data?: unknown }
  /** The states of all blocks are gone. */
  | { kind: 'pruned' }
  /** Another result. */
  | { kind: 'result'; change: (result: unknown, question: Question) => unknown }
  /** Other values in the storage, `null` for none; whatever it is goes out as it is. */
  | { kind: 'stored'; change: (value: string | null, key: string) => unknown }
  /** Another state of the chain. */
  | { kind: 'state'; change: (state: State) => State };

/** Which calls a fault strikes and how many; all and always when nothing is said. */
export interface NodeScope {
  /** Methods, or functions of the runtime that `state_call` names. */
  calls?: string[];
  /** Only so many, counted from now. */
  first?: number;
}

export interface Strike {
  fault: NodeFault;
  scope?: NodeScope;
}

export const DYNAMIC = 'SubnetInfoRuntimeApi_get_all_dynamic_info';
export const METAGRAPH = 'SubnetInfoRuntimeApi_get_selective_metagraph';

/** What strangers may call a subnet, by what is wrong with it. */
export const HOSTILE_NAMES = {
  markup: '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>',
  'attribute breaker': '"\' onmouseover="document.title=\'taken\'" x="',
  'bidi override': 'Safe\u202Egnp.exe\u2066\u2067',
  'control characters': 'A\u0000B\u0007C\u001B[31mD\u0085E\r\nF\u2028G',
  invisible: '\u200B\u200D\u2060\uFEFF\u00AD',
  'tower of accents': `Z${'\u0310\u0352\u035B'.repeat(200)}`,
  'not UTF-8': Uint8Array.of(0x41, 0xff, 0xfe, 0xc3, 0x28, 0x80, 0xed, 0xa0, 0x80, 0x42),
  '1 MB': 'x'.repeat(1 << 20),
  empty: '',
  lookalike: 'Binаnce',
} satisfies Record<string, Text>;

/** Every subnet but the root is called so. */
export function named(name: Text): NodeFault {
  const rename = (subnet: Subnet): Subnet =>
    subnet.netuid === 0 ? subnet : { ...subnet, name, symbol: name, identity: subnet.identity && { ...subnet.identity, name, description: name } };
  // A name of 1 MB is enough once.
  const long = Buffer.from(name as Uint8Array).length > 10_000;
  const first = (state: State): number => Math.max(...state.subnets.map(({ netuid }) => netuid));
  return {
    kind: 'state',
    change: (state) => ({ ...state, subnets: state.subnets.map((subnet) => (!long || subnet.netuid === first(state) ? rename(subnet) : subnet)) }),
  };
}

function issued(issuance: bigint): NodeFault {
  return { kind: 'state', change: (state) => ({ ...state, issuance, balancesIssuance: issuance }) };
}

/** Takes the last byte of a value away. */
const short = (value: string | null): string | null => value && value.slice(0, -2);

const NAMED = Object.fromEntries(
  Object.entries(HOSTILE_NAMES).map(([what, name]) => [`names: ${what}`, { fault: named(name) }]),
) as Record<`names: ${keyof typeof HOSTILE_NAMES}`, Strike>;

/** All faults that have a name. */
export const NODE_FAULTS = {
  'connection refused': { fault: { kind: 'refused' } },
  '429 at the door': { fault: { kind: 'status', status: 429 } },
  '503 at the door': { fault: { kind: 'status', status: 503 } },
  '429 close': { fault: { kind: 'close', code: 1008, reason: '429 Too Many Requests' } },
  'going away': { fault: { kind: 'close', code: 1001, reason: '' } },
  'closes mid-call': { fault: { kind: 'cut' } },
  'torn frame': { fault: { kind: 'torn' } },
  'never answers': { fault: { kind: 'silence' } },
  'half answer': { fault: { kind: 'half' } },
  'out of order': { fault: { kind: 'late' }, scope: { first: 1 } },
  'answered twice': { fault: { kind: 'repeated' } },
  'wrong id': { fault: { kind: 'id', change: () => 999_999 } },
  'id as text': { fault: { kind: 'id', change: String } },
  'no id': { fault: { kind: 'id', change: () => null } },
  'notification in between': {
    fault: {
      kind: 'chatter',
      messages: [
        { jsonrpc: '2.0', method: 'chain_newHead', params: { result: { number: '0x1' }, subscription: 'x1' } },
        { jsonrpc: '2.0', method: 'rpc_notice', params: ['maintenance soon'] },
      ],
    },
  },
  'binary frame': { fault: { kind: 'binary' } },
  'many frames': { fault: { kind: 'frames', count: 7 } },
  HTML: { fault: { kind: 'text', text: '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>' } },
  blank: { fault: { kind: 'text', text: '' } },
  'too many requests, as an answer': { fault: { kind: 'error', code: -32005, message: 'Too Many Requests' } },
  'internal error': { fault: { kind: 'error', code: -32603, message: 'Internal error' } },
  'method missing': { fault: { kind: 'error', code: -32601, message: 'Method not found' }, scope: { calls: ['state_queryStorageAt'] } },
  'state_call missing': { fault: { kind: 'error', code: -32601, message: 'Method not found' }, scope: { calls: ['state_call'] } },
  'wrong genesis': {
    fault: {
      kind: 'result',
      change: (result, { params }) => (params[0] === 0 ? '0x91b171bb158e2d3848fa23a9f1c25182fb8e20313b2c1eb49219da7a70ce90c3' : result),
    },
    scope: { calls: ['chain_getBlockHash'] },
  },
  'no genesis': {
    fault: { kind: 'result', change: (result, { params }) => (params[0] === 0 ? null : result) },
    scope: { calls: ['chain_getBlockHash'] },
  },
  'pruned state': { fault: { kind: 'pruned' } },
  'result null': { fault: { kind: 'result', change: () => null } },
  'runtime with appended fields in DynamicInfo': { fault: { kind: 'state', change: (state) => ({ ...state, dynamicTail: Uint8Array.of(0x01, 0x2a, 0x00, 0x00) }) } },
  'runtime with appended fields in the metagraph': {
    fault: { kind: 'state', change: (state) => ({ ...state, metagraphTail: new Uint8Array(64).fill(1) }) },
  },
  'no such root network': { fault: { kind: 'result', change: () => '0x00' }, scope: { calls: [METAGRAPH] } },
  'more coldkeys than stakes': {
    fault: { kind: 'state', change: (state) => ({ ...state, seats: state.seats.map((seat, uid) => ({ ...seat, stakeLeftOut: uid === 9 })) }) },
  },
  'half a runtime answer': {
    fault: { kind: 'result', change: (result) => String(result).slice(0, 2 + 2 * Math.floor((String(result).length - 2) / 4)) },
    scope: { calls: ['state_call'] },
  },
  'unknown spec version': { fault: { kind: 'state', change: (state) => ({ ...state, specVersion: 99_999 }) } },
  'runtime of another chain': { fault: { kind: 'state', change: (state) => ({ ...state, specName: 'polkadot' }) } },
  'values too short': { fault: { kind: 'stored', change: short } },
  'values too long': { fault: { kind: 'stored', change: (value) => value && `${value}00` } },
  'values of odd length': { fault: { kind: 'stored', change: (value) => value && value.slice(0, -1) } },
  'values empty': { fault: { kind: 'stored', change: (value) => value && '0x' } },
  'values without 0x': { fault: { kind: 'stored', change: (value) => value && value.slice(2) } },
  'values not hex': { fault: { kind: 'stored', change: (value) => value && `0x${'zz'.repeat((value.length - 2) / 2)}` } },
  'values of 1 MB': { fault: { kind: 'stored', change: (value, key) => (key === KEYS.issuance ? `0x${'00'.repeat(1 << 20)}` : value) } },
  'values as numbers': { fault: { kind: 'stored', change: (value) => value && Number.parseInt(value.slice(2, 10), 16) } },
  'nothing stored': { fault: { kind: 'stored', change: () => null } },
  'one value missing': { fault: { kind: 'stored', change: (value, key) => (key === KEYS.totalStake ? null : value) } },
  'numbers as strings': {
    fault: {
      kind: 'result',
      change: (result, { method }) => {
        const { number, specVersion } = result as { number: string; specVersion: number };
        return method === 'chain_getHeader' ? { ...(result as object), number: String(Number(number)) } : { ...(result as object), specVersion: String(specVersion) };
      },
    },
    scope: { calls: ['chain_getHeader', 'state_getRuntimeVersion'] },
  },
  'strings as numbers': { fault: { kind: 'result', change: () => 42 }, scope: { calls: ['chain_getBlockHash', 'chain_getFinalizedHead'] } },
  'changes left out': {
    fault: { kind: 'result', change: (result) => (result as { block: string; changes: unknown[] }[]).map((set) => ({ ...set, changes: set.changes.slice(1) })) },
    scope: { calls: ['state_queryStorageAt'] },
  },
  'changes nobody asked for': {
    fault: {
      kind: 'result',
      change: (result) => (result as { changes: unknown[] }[]).map((set) => ({ ...set, changes: [[item('BlockEmission'), '0x00ca9a3b00000000'], ...set.changes] })),
    },
    scope: { calls: ['state_queryStorageAt'] },
  },
  'changes of another block': {
    fault: { kind: 'result', change: (result) => (result as object[]).map((set) => ({ ...set, block: `0x${'ab'.repeat(32)}` })) },
    scope: { calls: ['state_queryStorageAt'] },
  },
  'issuance too low': { fault: issued(9_000_000n * TAO) },
  'issuance too high': { fault: issued(21_000_001n * TAO) },
  'issuance of two minds': { fault: { kind: 'state', change: (state) => ({ ...state, balancesIssuance: (state.issuance * 8n) / 10n }) } },
  'stake above the issuance': { fault: { kind: 'state', change: (state) => ({ ...state, totalStake: state.issuance + 1n }) } },
  'emission that does not add up': {
    fault: { kind: 'state', change: (state) => ({ ...state, subnets: state.subnets.map((one) => ({ ...one, excessTao: (one.excessTao * 9n) / 10n })) }) },
  },
  'a number twice': {
    fault: { kind: 'state', change: (state) => ({ ...state, subnets: state.subnets.map((one, place) => (place === 5 ? { ...one, netuid: state.subnets[6]!.netuid } : one)) }) },
  },
  'registered in the future': {
    fault: { kind: 'state', change: (state) => ({ ...state, subnets: state.subnets.map((one) => ({ ...one, registeredAt: one.netuid ? state.number + 1_000 : 0 })) }) },
  },
  'no subnets': { fault: { kind: 'state', change: (state) => ({ ...state, subnets: [] }) } },
  ...NAMED,
} satisfies Record<string, Strike>;

export type NodeFaultName = keyof typeof NODE_FAULTS;

/** What a fault by name strikes; all calls when nothing is said. */
export function strike(name: NodeFaultName): Strike {
  return NODE_FAULTS[name];
}
