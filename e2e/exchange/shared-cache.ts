// The very block of docs/scale.md in a real nginx, between readers and the fake venues by TLS. In the block the venues'
// addresses, files and ports are replaced, and nginx's clock by moments that a test chooses, as everywhere; nothing else is.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block } from '../pages/document.ts';
import { Nginx, freePorts } from './nginx.ts';
import { HOSTS, VenueHosts } from './venue-hosts.ts';

export const BLOCK = block('docs/scale.md', 'The cache');

/** What is replaced, and how often it stands there. */
const OWN = { 'listen 80;': 1, '127.0.0.1:8061;': 1, '127.0.0.1:8061; ': 1, '/var/cache/nginx/tao': 1, '/var/log/nginx/': 2, '/etc/ssl/certs/ca-certificates.crt': 1, 'server_name PROXY;': 1, 'map $time_iso8601 ': 2 };

export class SharedCache {
  private moment = 0;

  private constructor(
    private readonly folder: string,
    private readonly moments: string[],
    private readonly nginx: Nginx,
    readonly hosts: VenueHosts,
    readonly url: string,
  ) {}

  /**
   * In front of the exchange at `url`. nginx's clock stands at the first of `moments` (ISO 8601) until it is moved to the
   * next; without any it runs. `names` are those that the venues' certificate is for.
   */
  static async open(url: string, moments: string[] = [], names = HOSTS): Promise<SharedCache> {
    const folder = mkdtempSync(join(tmpdir(), 'tao-cache-'));
    const hosts = await VenueHosts.open(url, names);
    writeFileSync(join(folder, 'ca.pem'), hosts.certificate);
    mkdirSync(join(folder, 'log'));
    const [port, inner] = await freePorts(2);
    for (const [text, count] of Object.entries(OWN)) {
      const found = BLOCK.split(text).length - 1;
      if (found < count) throw new Error(`the block of docs/scale.md has ${text} ${found} times, not ${count}`);
    }
    const clock = moments.map((moment, place) => (place === 0 ? `set $now ${moment};` : `if (-f ${folder}/moment-${place}) { set $now ${moment}; }`));
    let block = BLOCK.replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replaceAll('127.0.0.1:8061;', `127.0.0.1:${inner};`)
      .replace('/var/cache/nginx/tao', `${folder}/cache`)
      .replaceAll('/var/log/nginx/', `${folder}/log/`)
      .replace('/etc/ssl/certs/ca-certificates.crt', `${folder}/ca.pem`)
      .replace('server_name PROXY;', `server_name PROXY; ${clock.join(' ')}`);
    if (moments.length > 0) block = block.replaceAll('map $time_iso8601 ', 'map $now ');
    for (const host of HOSTS) block = block.replaceAll(`server ${host}:443;`, `server 127.0.0.1:${hosts.port};`);
    const nginx = await Nginx.open(block, port!);
    return new SharedCache(folder, moments, nginx, hosts, `http://127.0.0.1:${port}`);
  }

  /** nginx's clock jumps to the next moment, which is returned as Unix milliseconds. */
  later(): number {
    this.moment += 1;
    writeFileSync(join(this.folder, `moment-${this.moment}`), '');
    return Date.parse(this.moments[this.moment]!);
  }

  /** What nginx has written about what it was asked, and about errors. */
  get log(): string {
    return ['tao.log', 'tao-error.log'].map((name) => readFileSync(join(this.folder, 'log', name), 'utf8')).join('');
  }

  get pid(): number {
    return this.nginx.pid;
  }

  async close(): Promise<void> {
    await this.nginx.close();
    await this.hosts.close();
    rmSync(this.folder, { recursive: true });
  }
}
