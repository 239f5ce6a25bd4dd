// A node of the made-up chain: JSON-RPC 2.0 over a WebSocket on loopback, with the methods that a light reader of
// Bittensor needs, in the words of the real ones. A test sets the moment and what is wrong, and reads what was asked.

import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { blake2b } from '@noble/hashes/blake2.js';
import { type WebSocket, WebSocketServer } from 'ws';
import { allDynamicInfo, dynamicInfo, selectiveMetagraph, storageOf } from './chain-layout.ts';
import { Chain, type Knobs, type State } from './chain-state.ts';
import type { NodeFault, NodeScope, Question } from './node-faults.ts';
import { compact, hex, option, twox128, u64, u8, unhex } from './scale.ts';

/** A call as it arrived, and what became of it. */
export interface Asked extends Question {
  /** Which connection, counted from 0. */
  connection: number;
  id: unknown;
  /** Bytes of the message that brought it, and of all that was sent because of it. */
  up: number;
  down: number;
  /** The node's clock. */
  at: number;
  /** The kind of the fault that struck it. */
  fault?: NodeFault['kind'];
  /** An answer of whatever kind went out, nothing did, or the connection went instead. */
  state: 'open' | 'answered' | 'dropped';
}

/** A connection that was made. */
export interface Connection {
  /** The address that the page calls itself by. */
  origin?: string;
  path: string;
  /** The node's clock. */
  at: number;
  /** How it ended; nothing while it is open. */
  closed?: number;
}

/** The front of the public nodes: no more than one call in so many milliseconds and connection. */
export interface Limit {
  everyMs: number;
  /** By which clock, ms; the machine's when nothing is said. */
  clock?: () => number;
  /** Whether it closes the connection (1008) or answers with an error. */
  by?: 'close' | 'error';
}

interface Trouble extends NodeScope {
  fault: NodeFault;
  left: number;
}

interface Line {
  number: number;
  socket: WebSocket;
  stream: Duplex;
  /** By the limit's clock. */
  lastCall?: number;
  lastAnswer?: string;
  /** Answers that wait for the next one to go first. */
  held: (() => void)[];
}

/** How many blocks a node keeps the state of, unless it keeps all. */
const KEPT = 256;
/** How far the last finalized block is behind the newest. */
const UNFINALIZED = 3;
const MOST_KEYS = 1_000;

class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** What the node says when the parameters are of the wrong kind. */
function invalid(why: string): RpcError {
  return new RpcError(-32602, 'Invalid params', why);
}

export class Node {
  /** The node's clock, Unix ms; the chain's head follows it. It stands still unless a test moves it. */
  now: number;
  /** Whether all states are kept, or those of the last 256 blocks. */
  archive = false;
  limit: Limit | undefined;
  readonly asked: Asked[] = [];
  readonly connections: Connection[] = [];
  /** Handshakes that were answered with a status. */
  refused = 0;
  private troubles: Trouble[] = [];
  private readonly lines = new Set<Line>();
  private readonly upgrade = new WebSocketServer({ noServer: true });
  private readonly stored = new WeakMap<State, Map<string, string>>();
  private readonly changed = new WeakMap<NodeFault, WeakMap<State, State>>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    readonly chain: Chain,
  ) {
    this.now = chain.knobs.head.time;
    server.on('upgrade', (request, stream: Duplex, head) => {
      const status = this.atTheDoor('status');
      if (status) {
        this.refused += 1;
        stream.on('error', () => undefined);
        stream.end(`HTTP/1.1 ${status.status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.upgrade.handleUpgrade(request, stream, head, (socket) => {
        const connection: Connection = { origin: request.headers.origin, path: request.url ?? '/', at: this.now };
        this.connections.push(connection);
        const line: Line = { number: this.connections.length - 1, socket, stream, held: [] };
        this.lines.add(line);
        socket.on('error', () => undefined);
        socket.on('close', (code) => {
          connection.closed = code;
          this.lines.delete(line);
          for (const asked of this.asked) if (asked.connection === line.number && asked.state === 'open') asked.state = 'dropped';
        });
        socket.on('message', (data) => this.hear(line, String(data)));
      });
    });
  }

  static async open(chain: Chain | Knobs = {}): Promise<Node> {
    const server = createServer((_, response) => response.writeHead(405).end());
    await listening(server, 0);
    const { port } = server.address() as AddressInfo;
    return new Node(server, port, chain instanceof Chain ? chain : new Chain(chain));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    await this.deaf();
  }

  /** From now on this goes wrong; of several faults the newest one that applies is taken. */
  async fail(fault: NodeFault, scope: NodeScope = {}): Promise<void> {
    this.troubles.unshift({ fault, ...scope, left: scope.first ?? Number.POSITIVE_INFINITY });
    if (fault.kind === 'refused') await this.deaf();
  }

  /** All is well again. */
  async heal(): Promise<void> {
    this.troubles = [];
    if (!this.server.listening) await listening(this.server, this.port);
  }

  /** The connections are lost, without a word or with a code. */
  drop(code?: number): void {
    for (const { socket } of this.lines) {
      if (code) socket.close(code);
      else socket.terminate();
    }
  }

  /** What was asked with this method, or of this function of the runtime. */
  askedFor(name: string): Asked[] {
    return this.asked.filter((asked) => names(asked).includes(name));
  }

  /** The last finalized block: what a reader that pins its reads sees. */
  get finalized(): State {
    return this.chain.stateAt(this.head - UNFINALIZED);
  }

  private get head(): number {
    return this.chain.headAt(this.now);
  }

  private async deaf(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.drop();
    this.server.closeAllConnections();
    await closed;
  }

  private atTheDoor<Kind extends NodeFault['kind']>(kind: Kind): Extract<NodeFault, { kind: Kind }> | undefined {
    const trouble = this.troubles.find(({ fault, left }) => fault.kind === kind && left > 0);
    if (!trouble) return undefined;
    trouble.left -= 1;
    return trouble.fault as Extract<NodeFault, { kind: Kind }>;
  }

  private hear(line: Line, message: string): void {
    let call: unknown;
    try {
      call = JSON.parse(message);
    } catch {
      line.socket.send(JSON.stringify(failure(null, new RpcError(-32700, 'Parse error'))));
      return;
    }
    if (!isCall(call)) {
      const { id = null } = (call ?? {}) as { id?: unknown };
      line.socket.send(JSON.stringify(failure(id, new RpcError(-32600, 'Invalid request'))));
      return;
    }
    // What has no id is a notification, and isn't answered.
    if (call.id === undefined) return;
    const { id, method, params = [] } = call;
    const asked: Asked = { connection: line.number, id, method, params: Array.isArray(params) ? params : [params], up: Buffer.byteLength(message), down: 0, at: this.now, state: 'open' };
    this.asked.push(asked);
    if (this.tooSoon(line)) {
      if (this.limit?.by === 'error') this.send(line, asked, JSON.stringify(failure(id, new RpcError(-32005, 'Too Many Requests'))));
      else line.socket.close(1008, '429 Too Many Requests');
      return;
    }
    const fault = this.trouble(asked);
    asked.fault = fault?.kind;
    this.answer(line, asked, fault);
  }

  private tooSoon(line: Line): boolean {
    if (!this.limit) return false;
    const { everyMs, clock = Date.now } = this.limit;
    const now = clock();
    const soon = line.lastCall !== undefined && now - line.lastCall < everyMs;
    line.lastCall = now;
    return soon;
  }

  private answer(line: Line, asked: Asked, fault: NodeFault | undefined): void {
    const { socket } = line;
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'close') {
      socket.close(fault.code, fault.reason);
      return;
    }
    if (fault?.kind === 'cut') {
      socket.terminate();
      return;
    }
    const id = fault?.kind === 'id' ? fault.change(asked.id) : asked.id;
    let body: object;
    try {
      if (fault?.kind === 'error') throw new RpcError(fault.code, fault.message, fault.data);
      const right = this.result(asked, fault);
      body = { jsonrpc: '2.0', id, result: fault?.kind === 'result' ? fault.change(right, asked) : right };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      body = failure(id, error);
    }
    const text = fault?.kind === 'text' ? fault.text : JSON.stringify(body);
    switch (fault?.kind) {
      case 'torn':
        asked.down += tear(line.stream, text);
        return;
      case 'half':
        this.send(line, asked, text.slice(0, Math.floor(text.length / 2)));
        break;
      case 'late':
        line.held.push(() => this.send(line, asked, text));
        return;
      case 'repeated':
        if (line.lastAnswer !== undefined) this.send(line, asked, line.lastAnswer);
        this.send(line, asked, text);
        break;
      case 'chatter':
        for (const message of fault.messages) this.send(line, asked, JSON.stringify(message));
        this.send(line, asked, text);
        break;
      case 'binary':
        this.send(line, asked, Buffer.from(text));
        break;
      case 'frames':
        this.send(line, asked, text, fault.count);
        break;
      default:
        this.send(line, asked, text);
    }
    line.lastAnswer = text;
    for (const held of line.held.splice(0)) held();
  }

  private send({ socket }: Line, asked: Asked, message: string | Buffer, frames = 1): void {
    const bytes = Buffer.from(message as Buffer);
    const size = Math.max(1, Math.ceil(bytes.length / frames));
    const binary = typeof message !== 'string';
    for (let from = 0; from === 0 || from < bytes.length; from += size) {
      socket.send(bytes.subarray(from, from + size), { binary, fin: from + size >= bytes.length });
    }
    asked.down += bytes.length;
    asked.state = 'answered';
  }

  private trouble(asked: Asked): NodeFault | undefined {
    const applies = ({ fault, calls, left }: Trouble): boolean =>
      left > 0 && fault.kind !== 'status' && fault.kind !== 'refused' && (!calls || calls.some((name) => names(asked).includes(name)));
    const trouble = this.troubles.find(applies);
    if (trouble) trouble.left -= 1;
    return trouble?.fault;
  }

  private result({ method, params }: Question, fault: NodeFault | undefined): unknown {
    switch (method) {
      case 'chain_getBlockHash':
        return this.blockHash(params);
      case 'chain_getFinalizedHead':
        return this.chain.hashAt(this.head - UNFINALIZED);
      case 'chain_getHeader':
        return this.header(params);
      case 'state_getStorage': {
        const key = keyIn(params[0]);
        return this.valueAt(this.stateAt(params[1], fault), key, fault) ?? null;
      }
      case 'state_queryStorageAt': {
        const [keys, at] = params;
        if (!Array.isArray(keys)) throw invalid('a sequence of storage keys is expected');
        const asked = keys.map(keyIn);
        const state = this.stateAt(at, fault);
        return [{ block: this.chain.hashAt(state.number), changes: asked.map((key) => [key, this.valueAt(state, key, fault) ?? null]) }];
      }
      case 'state_getKeysPaged':
        return this.keys(params, fault);
      case 'state_call':
        return this.call(params, fault);
      case 'state_getRuntimeVersion': {
        const { specName, specVersion } = this.stateAt(params[0], fault);
        const apis = ['Core', 'Metadata', 'SubnetInfoRuntimeApi'].map((name) => [hex(twox128(name).subarray(0, 8)), 1]);
        return { specName, implName: specName, authoringVersion: 1, specVersion, implVersion: 1, apis, transactionVersion: 1, systemVersion: 1, stateVersion: 1 };
      }
      default:
        throw new RpcError(-32601, 'Method not found');
    }
  }

  /** A number, a list of them, or nothing for the newest block; null for what isn't there yet. */
  private blockHash([which]: unknown[]): unknown {
    const hash = (value: unknown): string | null => {
      const number = typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? Number.parseInt(value, 16) : value;
      if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) throw invalid(`${JSON.stringify(value)} is no block number`);
      return number <= this.head ? this.chain.hashAt(number) : null;
    };
    if (which === undefined || which === null) return this.chain.hashAt(this.head);
    return Array.isArray(which) ? which.map(hash) : hash(which);
  }

  /** Headers are kept by all nodes; null for a hash that isn't one of a block. */
  private header([at]: unknown[]): unknown {
    const number = at === undefined || at === null ? this.head : this.numberOf(hashIn(at));
    if (number === undefined) return null;
    const of = (what: string): string => hex(blake2b(Buffer.from(`${what}/${this.chain.hashAt(number)}`), { dkLen: 32 }));
    // Who made the block: the slot, in the form of Aura.
    const slot = u64(Math.floor(this.chain.timeAt(number) / 12_000));
    return {
      parentHash: number === 0 ? `0x${'00'.repeat(32)}` : this.chain.hashAt(number - 1),
      number: `0x${number.toString(16)}`,
      stateRoot: of('state'),
      extrinsicsRoot: of('extrinsics'),
      digest: { logs: [hex(Buffer.concat([u8(6), Buffer.from('aura'), compact(slot.length), slot]))] },
    };
  }

  private keys([prefix, count, start, at]: unknown[], fault: NodeFault | undefined): string[] {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) throw invalid('a count of keys is expected');
    if (count > MOST_KEYS) throw new RpcError(4002, `count exceeds maximum value. value: ${count}, max: ${MOST_KEYS}`);
    const from = prefix === null ? '0x' : keyIn(prefix);
    // A null in place of the first key is refused by some fronts, so it is here: leave it out.
    if (start === null) throw invalid('a storage key is expected');
    const after = start === undefined ? '' : keyIn(start);
    const state = this.stateAt(at, fault);
    const all = [...this.storage(state).keys()].filter((key) => key.startsWith(from) && key > after && this.valueAt(state, key, fault) !== null);
    return all.sort().slice(0, count);
  }

  private call([name, given, at]: unknown[], fault: NodeFault | undefined): string {
    const data = unhex(given);
    if (typeof name !== 'string' || !data) throw invalid('a name and bytes in hex are expected');
    const state = this.stateAt(at, fault, true);
    switch (name) {
      case 'SubnetInfoRuntimeApi_get_all_dynamic_info':
        return hex(allDynamicInfo(state));
      case 'SubnetInfoRuntimeApi_get_dynamic_info': {
        if (data.length !== 2) throw aborted(name);
        const subnet = state.subnets.find(({ netuid }) => netuid === data.readUInt16LE());
        return hex(option(subnet && dynamicInfo(subnet, state.dynamicTail)));
      }
      case 'SubnetInfoRuntimeApi_get_selective_metagraph': {
        const [netuid, fields] = wanted(data) ?? [];
        if (netuid === undefined || !fields) throw aborted(name);
        return hex(selectiveMetagraph(state, netuid, fields));
      }
      case 'SubnetInfoRuntimeApi_get_block_emission':
        return hex(u64(state.emission));
      default:
        throw new RpcError(4003, `Client error: Execution failed: Other: Exported method ${name} is not found`);
    }
  }

  /** The value that stands there, or null; with a fault, whatever it makes of that. */
  private valueAt(state: State, key: string, fault: NodeFault | undefined): unknown {
    const value = this.storage(state).get(key) ?? null;
    return fault?.kind === 'stored' ? fault.change(value, key) : value;
  }

  private storage(state: State): Map<string, string> {
    const known = this.stored.get(state) ?? storageOf(state);
    this.stored.set(state, known);
    return known;
  }

  /** The state of the block with this hash, of the newest without one. `runtime`: the words differ where code is run. */
  private stateAt(at: unknown, fault: NodeFault | undefined, runtime = false): State {
    const unknown = runtime ? 'Api called for an unknown Block' : 'UnknownBlock';
    const hash = at === undefined || at === null ? this.chain.hashAt(this.head) : hashIn(at);
    const number = this.numberOf(hash);
    if (number === undefined) throw new RpcError(4003, `Client error: ${unknown}: Header was not found in the database: ${hash}`);
    const discarded = !this.archive && number < this.head - KEPT;
    if (discarded || fault?.kind === 'pruned') throw new RpcError(4003, `Client error: ${unknown}: State already discarded for ${hash}`);
    const state = this.chain.stateAt(number);
    if (fault?.kind !== 'state') return state;
    const done = this.changed.get(fault) ?? new WeakMap<State, State>();
    this.changed.set(fault, done);
    const other = done.get(state) ?? fault.change(state);
    done.set(state, other);
    return other;
  }

  /** The number of the block with this hash, if it has been made. */
  private numberOf(hash: string): number | undefined {
    const number = this.chain.numberOf(hash);
    return number !== undefined && number <= this.head ? number : undefined;
  }
}

/** What a call can be named by. */
function names({ method, params }: Question): unknown[] {
  return method === 'state_call' ? [method, params[0]] : [method];
}

function isCall(value: unknown): value is { id?: unknown; method: string; params?: unknown } {
  const { jsonrpc, method } = (value ?? {}) as { jsonrpc?: unknown; method?: unknown };
  return jsonrpc === '2.0' && typeof method === 'string';
}

function failure(id: unknown, { code, message, data }: RpcError): object {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

function aborted(name: string): RpcError {
  return new RpcError(4003, `Client error: Execution failed: Execution aborted due to trap: wasm \`unreachable\` instruction executed: Bad input data provided to ${name}`);
}

function keyIn(value: unknown): string {
  const bytes = unhex(value);
  if (!bytes) throw invalid(`${JSON.stringify(value)} is no storage key in hex`);
  return hex(bytes);
}

function hashIn(value: unknown): string {
  const bytes = unhex(value);
  if (bytes?.length !== 32) throw invalid(`${JSON.stringify(value)} is no block hash`);
  return hex(bytes);
}

/** A subnet's number and a list of fields: u16 and Vec<u16>, of a list as short as all that ask for it. */
function wanted(data: Buffer): [netuid: number, fields: number[]] | undefined {
  const count = (data[2] ?? 1) >> 2;
  if (data.length !== 3 + 2 * count || (data[2]! & 3) !== 0) return undefined;
  return [data.readUInt16LE(), Array.from({ length: count }, (_, index) => data.readUInt16LE(3 + 2 * index))];
}

/** The head of a frame that promises all of `text`, half of it, and then the connection is gone. Returns the bytes of the half. */
function tear(stream: Duplex, text: string): number {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0x817f);
  head.writeBigUInt64BE(BigInt(bytes.length), 2);
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  stream.write(Buffer.concat([head, half]), () => stream.destroy());
  return half.length;
}

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
