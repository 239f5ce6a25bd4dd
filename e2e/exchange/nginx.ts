// A real nginx on loopback with a configuration that is given as text: in the foreground, with a folder of its own for
// all that it writes, and ended by its process.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program: named by TAO_NGINX, else on PATH, where Debian puts it, or where `cargo xtask setup` does. */
function program(): string {
  const named = process.env.TAO_NGINX;
  const own = fileURLToPath(new URL('../../target/nginx/usr/sbin', import.meta.url));
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', own];
  const found = (named ? [named] : folders.map((folder) => join(folder, 'nginx'))).find((path) => existsSync(path));
  if (!found) throw new Error(`${named ?? 'nginx'} is missing: \`cargo xtask setup\` brings it, or TAO_NGINX names one`);
  return found;
}

/** The modules that are no part of the program itself. */
function modules(nginx: string): string {
  const folder = resolve(dirname(nginx), '../lib/nginx/modules');
  const files = ['ngx_http_brotli_static_module.so'].map((name) => join(folder, name));
  return files.filter((file) => existsSync(file)).map((file) => `load_module "${file}";`).join('\n');
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = servers.map(async (server) => {
    if (!server.listening) await new Promise((listening) => server.once('listening', listening));
    return (server.address() as AddressInfo).port;
  });
  const free = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return free;
}

export class Nginx {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Runs until it is closed; `http` is what stands in the `http` block and listens on `port`. */
  static async open(http: string, port: number): Promise<Nginx> {
    const nginx = program();
    const folder = await mkdtemp(join(tmpdir(), 'tao-nginx-'));
    await mkdir(join(folder, 'temp'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path temp/${what};`).join(' ');
    const settings = `${modules(nginx)}\ndaemon off; master_process off; pid nginx.pid; error_log stderr;\nevents { worker_connections 4096; }\nhttp {\naccess_log off; ${temporary}\n${http}\n}\n`;
    await writeFile(join(folder, 'nginx.conf'), settings);
    const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    let failed: string | undefined;
    child.on('error', (error) => (failed = error.message));
    child.on('exit', (code) => (failed = `it ended with ${code}`));
    const server = new Nginx(child, folder);
    for (;;) {
      const answers = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
      if (failed !== undefined) {
        await server.close();
        throw new Error(`nginx does not run: ${failed}\n${said}`);
      }
      if (answers) return server;
      await new Promise((later) => setTimeout(later, 50));
    }
  }

  /** Its process, whose time somebody may want to know. */
  get pid(): number {
    return this.child.pid!;
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.pid !== undefined) {
      const ended = new Promise((end) => this.child.once('exit', end));
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
