// The venues' sockets, as documented (../shared/reference/market-data.md §3): Binance's combined streams, Kraken's v2,
// Hyperliquid's and Bybit's. They say nothing by themselves but what answers a question: a test has them speak.

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Asset, Candle } from './candles.ts';

export type Streaming = 'binance' | 'kraken' | 'hyperliquid' | 'bybit';

/** A socket that a page has opened. */
export interface Line {
  venue: Streaming;
  path: string;
  /** What the page said. */
  said: string[];
  socket: WebSocket;
}

const PATHS: Record<string, Streaming> = { '/stream': 'binance', '/v2': 'kraken', '/ws': 'hyperliquid', '/v5/public/spot': 'bybit' };

export class Sockets {
  /** All that were ever opened. */
  readonly lines: Line[] = [];
  /** Attempts that were refused. */
  refused = 0;
  /** Opening is refused with this status. */
  refuse: number | undefined;
  private readonly upgrade = new WebSocketServer({ noServer: true });

  constructor(server: Server) {
    server.on('upgrade', (request, stream, head) => this.open(request, stream, head));
  }

  private open(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const path = request.url ?? '/';
    const venue = PATHS[path.split('?')[0]];
    if (!venue || this.refuse) {
      this.refused += 1;
      stream.end(`HTTP/1.1 ${this.refuse ?? 404} No\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.upgrade.handleUpgrade(request, stream, head, (socket) => {
      const line: Line = { venue, path, said: [], socket };
      this.lines.push(line);
      socket.on('error', () => undefined);
      if (venue === 'kraken') socket.send('{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2","connection_id":1,"version":"2.0.10"}]}');
      socket.on('message', (data) => {
        const text = String(data);
        line.said.push(text);
        const answer = answerTo(venue, text);
        if (answer) socket.send(answer);
      });
    });
  }

  /** Those that are open now. */
  opened(venue?: Streaming): Line[] {
    return this.lines.filter((line) => line.socket.readyState === line.socket.OPEN && (!venue || line.venue === venue));
  }

  /** Every open socket of `venue` says this. */
  say(venue: Streaming, text: string | Buffer): void {
    for (const { socket } of this.opened(venue)) socket.send(text);
  }

  /** Every open socket of `venue` tells of the running candle. */
  tick(venue: Streaming, asset: Asset, candle: Candle): void {
    this.say(venue, JSON.stringify(message(venue, asset, candle)));
  }

  /** The connections are lost, without a word or with a code. */
  drop(venue: Streaming, code?: number): void {
    for (const { socket } of this.opened(venue)) {
      if (code) socket.close(code);
      else socket.terminate();
    }
  }

  close(): void {
    for (const { socket } of this.lines) socket.terminate();
  }
}

/** What a venue says to a subscription or a ping. */
function answerTo(venue: Streaming, text: string): string | undefined {
  const asked = JSON.parse(text) as { method?: string; op?: string; params?: { symbol: string[] }; subscription?: unknown };
  if (venue === 'kraken') {
    if (asked.method === 'ping') return '{"method":"pong","time_in":"2026-09-11T10:07:00.000000Z","time_out":"2026-09-11T10:07:00.000000Z"}';
    return JSON.stringify({ method: 'subscribe', result: { channel: 'ohlc', interval: 15, snapshot: false, symbol: asked.params?.symbol[0] }, success: true });
  }
  if (venue === 'hyperliquid') {
    if (asked.method === 'ping') return '{"channel":"pong"}';
    return JSON.stringify({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: asked.subscription } });
  }
  if (venue === 'bybit') {
    if (asked.op === 'ping') return '{"success":true,"ret_msg":"pong","conn_id":"1","op":"ping"}';
    return '{"success":true,"ret_msg":"subscribe","conn_id":"1","op":"subscribe"}';
  }
  return undefined;
}

/** A running 15m candle in a venue's own words. */
export function message(venue: Streaming, asset: Asset, { time, open, high, low, close, volume }: Candle): unknown {
  const end = time + 900_000 - 1;
  const text = (value: number): string => String(value);
  switch (venue) {
    case 'binance':
      return {
        stream: `${asset.toLowerCase()}usdt@kline_15m`,
        data: { e: 'kline', E: time + 1, s: `${asset}USDT`, k: { t: time, T: end, s: `${asset}USDT`, i: '15m', f: 1, L: 2, o: text(open), c: text(close), h: text(high), l: text(low), v: text(volume), n: 2, x: false, q: '1', V: '1', Q: '1', B: '0' } },
      };
    case 'kraken':
      return { channel: 'ohlc', type: 'update', timestamp: new Date(time + 1).toISOString(), data: [{ symbol: `${asset}/USD`, open, high, low, close, trades: 2, volume, vwap: close, interval_begin: new Date(time).toISOString().replace('.000Z', '.000000000Z'), interval: 15, timestamp: new Date(end + 1).toISOString() }] };
    case 'hyperliquid':
      return { channel: 'candle', data: { t: time, T: end, s: asset, i: '15m', o: text(open), c: text(close), h: text(high), l: text(low), v: text(volume), n: 2 } };
    case 'bybit':
      return { topic: `kline.15.${asset}USDT`, data: [{ start: time, end, interval: '15', open: text(open), close: text(close), high: text(high), low: text(low), volume: text(volume), turnover: '1', confirm: false, timestamp: time + 1 }], ts: time + 1, type: 'snapshot' };
  }
}
