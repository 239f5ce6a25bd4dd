// Serves the built widget on one origin and host pages, given as text, on another: as on a stranger's blog.

import { readFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder that `trunk build --release` wrote. */
export const DIST = process.env.TAO_DIST ?? join(root, 'dist');

export class Site {
  /** Paths that were asked for, in order of arrival. */
  readonly requests: string[] = [];
  /** Pages, or scripts where the path says so, on top of the files. */
  readonly pages = new Map<string, string>();
  /** How long browsers may keep what they get. A page that is not to be stored never gets into the back/forward cache. */
  lifetime = 'no-store';
  /** Paths at which the line breaks before anything is said. */
  broken: (path: string) => boolean = () => false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** A site with the files of `folder`, or with none. */
  static async open(folder?: string): Promise<Site> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const site = new Site(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', site.url).pathname);
      site.requests.push(path);
      if (site.broken(path)) {
        request.socket.destroy();
        return;
      }
      void site.find(path, folder).then((found) => {
        response.setHeader('access-control-allow-origin', '*');
        response.setHeader('cache-control', site.lifetime);
        response.setHeader('content-type', found?.type ?? 'text/plain; charset=utf-8');
        response.writeHead(found ? 200 : 404).end(found?.body ?? `there is no ${path} here`);
      });
    });
    return site;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Puts a page at `path` and returns its address. `body` is what stands between the body tags. */
  show(path: string, body: string, style = ''): string {
    // The empty icon keeps the browser from asking for one that isn't there.
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A blog</title><link rel="icon" href="data:,"><style>${style}</style></head><body>${body}</body></html>`;
    this.pages.set(path, html);
    return this.url + path;
  }

  private async find(path: string, folder: string | undefined): Promise<{ body: string | Buffer; type: string } | undefined> {
    const page = this.pages.get(path);
    if (page !== undefined) return { body: page, type: TYPES[extname(path)] ?? TYPES['.html'] };
    if (folder === undefined) return undefined;
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    if (!file.startsWith(normalize(folder) + sep)) return undefined;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    return readFile(file).then(
      (body) => ({ body, type }),
      () => undefined,
    );
  }
}
