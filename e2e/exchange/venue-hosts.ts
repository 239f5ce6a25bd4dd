// The venues under their own names, by TLS, as a server that stands between readers and venues finds them: one listener on
// loopback with a certificate for all their hosts, in front of the fake exchange. Like the networks in front of real venues
// it adds headers of its own, which no reader should get.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type IncomingHttpHeaders, request as ask } from 'node:http';
import { type Server, createServer } from 'node:https';
import { type AddressInfo, type Socket, connect } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Hosts of candles and order books, and of streams. */
export const HOSTS = [
  'data-api.binance.vision',
  'data-stream.binance.vision',
  'api.kraken.com',
  'ws.kraken.com',
  'api.exchange.coinbase.com',
  'api.hyperliquid.xyz',
  'api.bybit.com',
  'stream.bybit.com',
  'www.okx.com',
];

/** What came: under which name the connection was opened, and every header. */
export interface Arrival {
  name: string;
  url: string;
  headers: IncomingHttpHeaders;
}

export class VenueHosts {
  readonly arrivals: Arrival[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    /** What whoever connects has to trust. */
    readonly certificate: string,
  ) {}

  /** In front of the exchange at `url`; `names` are those that the certificate is for. */
  static async open(url: string, names = HOSTS): Promise<VenueHosts> {
    const { key, certificate } = certify(names);
    const server = createServer({ key, cert: certificate });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const hosts = new VenueHosts(server, (server.address() as AddressInfo).port, certificate);
    const note = (request: { socket: unknown; url?: string; headers: IncomingHttpHeaders }): void => {
      hosts.arrivals.push({ name: String((request.socket as TLSSocket & { servername?: string }).servername), url: request.url ?? '', headers: request.headers });
    };
    server.on('request', (request, response) => {
      note(request);
      const onward = ask(url + request.url, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, {
          ...answer.headers,
          'set-cookie': ['__cf_bm=reader; Path=/; Secure'],
          nel: '{"report_to":"network"}',
          'report-to': '{"group":"network"}',
          'alt-svc': 'h3=":443"',
          vary: 'Origin, Accept-Encoding',
          expires: 'Thu, 01 Jan 1970 00:00:01 GMT',
        });
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    });
    server.on('upgrade', (request, stream, head) => {
      note(request);
      const { hostname, port } = new URL(url);
      const onward = connect(Number(port), hostname, () => {
        const lines = request.rawHeaders.flatMap((text, place) => (place % 2 === 0 ? [`${text}: ${request.rawHeaders[place + 1]}`] : []));
        onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        onward.write(head);
        stream.pipe(onward).pipe(stream);
      });
      for (const one of [onward, stream]) one.on('error', () => [onward, stream].forEach((end) => end.destroy()));
      stream.on('close', () => onward.destroy());
    });
    server.on('connection', (socket: Socket) => {
      hosts.sockets.add(socket);
      socket.on('close', () => hosts.sockets.delete(socket));
    });
    return hosts;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

const element = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Buffer[]): Buffer => element(0x30, ...parts);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const ALTERNATIVE_NAMES = '551d11';

/** A certificate (X.509) for these names that vouches for itself, and its key. */
export function certify(names: string[]): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(identifier(ECDSA_WITH_SHA256));
  const issuer = sequence(element(0x31, sequence(identifier(COMMON_NAME), element(0x0c, Buffer.from('fake venues')))));
  const valid = sequence(...['200101000000Z', '491231000000Z'].map((date) => element(0x17, Buffer.from(date))));
  const others = sequence(...names.map((name) => element(0x82, Buffer.from(name))));
  const extensions = element(0xa3, sequence(sequence(identifier(ALTERNATIVE_NAMES), element(0x04, others))));
  const version = element(0xa0, element(0x02, Buffer.from([2])));
  const serial = element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const body = sequence(version, serial, algorithm, issuer, valid, issuer, publicKey.export({ type: 'spki', format: 'der' }), extensions);
  const signature = element(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const lines = sequence(body, algorithm, signature).toString('base64').match(/.{1,64}/g)!;
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}
