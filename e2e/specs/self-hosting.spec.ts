// The files in a real nginx, both set up by the very blocks of docs/self-hosting.md: what it sends, and a widget that comes
// from it.

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, get } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Nginx, freePorts } from '../exchange/nginx.ts';
import { score } from '../exchange/score.ts';
import { DIST } from '../exchange/static.ts';
import { block, read, spans } from '../pages/document.ts';
import { expect, test as base } from '../pages/journey.ts';
import { typed } from '../pages/terminal.ts';
import { Widget } from '../pages/widget.ts';

const COMMANDS = block('docs/self-hosting.md', 'Two addresses');
const SETTINGS = block('docs/self-hosting.md', 'nginx');

/** What the docs' command compresses. */
const COMPRESSED = new RegExp(`\\.(${/-regex '\.\*\\\.\\\((.*?)\\\)'/.exec(COMMANDS)![1]!.replaceAll('\\|', '|')})$`);
/** The nodes that a page's policy lets through, as the README names them. */
const NODES = /Bittensor's public nodes `([^`]*)`/.exec(read('README.md'))![1]!;
const RELEASE = /cp -r dist \S*\/(\S+)/.exec(COMMANDS)![1]!;

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/plain; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/plain; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const FILES = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(DIST, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter((name) => !/\.(br|gz)$/.test(name));

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The answer as it is on the wire; fetch would decompress it. */
function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray() as Buffer[]);
      resolve({ status: response.statusCode!, headers: response.headers, body });
    }).on('error', reject);
  });
}

/** Debian's `brotli` for machines without it. Its best is slow, and this is about who gets which file. */
const BROTLI = `
  const { readFileSync, writeFileSync } = require("fs");
  const { brotliCompressSync, constants } = require("zlib");
  const [keep, best, ...files] = process.argv.slice(2);
  if (keep !== "--keep" || best !== "--best") throw new Error("not the options of the docs: " + keep + " " + best);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  for (const file of files) writeFileSync(file + ".br", brotliCompressSync(readFileSync(file), { params }), { flag: "wx" });`;

/** The releases' folder as the docs' commands leave it: one release, and `v1` that points at it. */
class Releases {
  readonly folder = join(mkdtempSync(join(tmpdir(), 'tao-releases-')), 'srv/tao');

  constructor() {
    this.add(RELEASE);
  }

  /** Types the docs' commands for a release of this name; `change` is made to the loader before. */
  add(name: string, change = (loader: string): string => loader): void {
    const project = mkdtempSync(join(tmpdir(), 'tao-project-'));
    cpSync(DIST, join(project, 'dist'), { recursive: true, filter: (file) => !/\.(br|gz)$/.test(file) });
    writeFileSync(join(project, 'dist/embed.js'), change(this.read('embed.js', DIST)));
    typed(COMMANDS.replaceAll('/srv/tao', this.folder).replaceAll(RELEASE, name), project, { brotli: BROTLI });
    rmSync(project, { recursive: true });
  }

  read(file: string, folder = join(this.folder, RELEASE)): string {
    return readFileSync(join(folder, file), 'utf8');
  }
}

interface Hosted {
  releases: Releases;
  /** A host of its own, as the docs' block has it. */
  url: string;
  /** The same lines under a path of a site that exists. */
  beneath: string;
}

const test = base.extend<object, { hosted: Hosted }>({
  hosted: [
    async ({}, use) => {
      const releases = new Releases();
      const [port, other] = await freePorts(2);
      const own = SETTINGS
        .replace('listen 80;', `listen 127.0.0.1:${port};`)
        .replace('root /srv/tao;', `root ${releases.folder};`);
      const lines = /^ {4}types \{[^]*(?=^\})/m.exec(own)![0];
      const site = `server { listen 127.0.0.1:${other}; location /tao/ { alias ${releases.folder}/;\n${lines} } }`;
      const nginx = await Nginx.open(own + site, port!);
      await use({ releases, url: `http://127.0.0.1:${port}`, beneath: `http://127.0.0.1:${other}/tao` });
      await nginx.close();
      rmSync(join(releases.folder, '../..'), { recursive: true });
    },
    { scope: 'worker' },
  ],
});

test('the docs’ block and command name what they are about', () => {
  // The rest of this file replaces these lines; were they worded anew it would test something else.
  for (const line of ['listen 80;', 'root /srv/tao;', 'server_name HOST;']) expect(SETTINGS).toContain(line);
  for (const file of ['embed.js', 'a_bg.wasm', 'index.html', 'page.css', 'a.json']) expect(file).toMatch(COMPRESSED);
  expect('a.png').not.toMatch(COMPRESSED);
  // The packages are those that the tests' own nginx is made of, and the program that the commands call.
  const packages = spans('docs/self-hosting.md').find((span) => span.startsWith('apt-get install '))!.split(' ').slice(2);
  const brought = /Self::Nginx => apt_unpack\(shell, &\[(.*?)\]/.exec(read('xtask/src/tools.rs'))![1]!;
  expect(packages.map((name) => `"${name}"`).join(', ')).toBe(`${brought}, "brotli"`);
});

test('every file says what it is, to pages of every origin, and how long it may be kept', async ({ hosted }) => {
  expect(FILES.length).toBeGreaterThan(20);
  const lifetimes = { v1: 'no-cache, no-transform', [RELEASE]: 'public, max-age=31536000, immutable, no-transform' };
  for (const place of [hosted.url, hosted.beneath]) {
    for (const [release, lifetime] of Object.entries(lifetimes)) {
      for (const file of FILES) {
        const { status, headers } = await ask(`${place}/${release}/${file}`, { Origin: 'https://blog.example', 'Accept-Encoding': 'gzip, br' });
        expect.soft({ status, ...headers }, `${place}/${release}/${file}`).toMatchObject({
          status: 200,
          'content-type': TYPES[extname(file)] ?? `a type for ${extname(file)}`,
          'access-control-allow-origin': '*',
          'cross-origin-resource-policy': 'cross-origin',
          'x-content-type-options': 'nosniff',
          'cache-control': lifetime,
        });
        expect.soft(headers).not.toHaveProperty('set-cookie');
        expect.soft(headers).not.toHaveProperty('x-frame-options');
      }
    }
  }
});

test('whoever takes brotli or gzip gets the file that was compressed before, others the plain one', async ({ hosted }) => {
  for (const file of FILES) {
    const plain = readFileSync(join(DIST, file));
    const answer = (accepted: string): Promise<Answer> => ask(`${hosted.url}/v1/${file}`, { 'Accept-Encoding': accepted });
    const bare = await answer('identity');
    expect.soft(bare.headers, file).not.toHaveProperty('content-encoding');
    expect.soft(bare.body.equals(plain), file).toBe(true);
    if (!COMPRESSED.test(file)) continue;
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accepted, encoding] of [['gzip, deflate, br', 'br'], ['br', 'br'], ['gzip', 'gzip'], ['gzip, br;q=0', 'gzip']] as const) {
      const { headers, body } = await answer(accepted);
      expect.soft(headers['content-encoding'], `${file}, ${accepted}`).toBe(encoding);
      expect.soft(headers.vary, `${file}, ${accepted}`).toBe('Accept-Encoding');
      expect.soft(body.equals(readFileSync(join(hosted.releases.folder, RELEASE, `${file}.${encoding === 'br' ? 'br' : 'gz'}`))), file).toBe(true);
      expect.soft(unpack[encoding](body).equals(plain), file).toBe(true);
    }
  }
});

test('what a browser has already is confirmed by an empty answer, readable for every origin', async ({ hosted }) => {
  for (const encoding of ['br', 'gzip', 'identity']) {
    const url = `${hosted.url}/v1/tao-conviction_bg.wasm`;
    const { headers } = await ask(url, { 'Accept-Encoding': encoding });
    for (const condition of [{ 'If-None-Match': headers.etag! }, { 'If-Modified-Since': headers['last-modified']! }]) {
      const again = await ask(url, { 'Accept-Encoding': encoding, ...condition });
      expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 });
      expect(again.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-cache, no-transform' });
    }
    expect((await ask(url, { 'Accept-Encoding': encoding, 'If-None-Match': '"another"' })).status).toBe(200);
  }
});

test('a file that is missing is missing for every origin, and not for a year', async ({ hosted }) => {
  const { status, headers } = await ask(`${hosted.url}/${RELEASE}/gone.js`);
  expect(status).toBe(404);
  expect(headers).toMatchObject({ 'access-control-allow-origin': '*' });
  expect(headers).not.toHaveProperty('cache-control');
});

for (const place of ['a host of its own', 'a path of another site'] as const) {
  test(`from ${place} a pinned widget lives on a page that lets nothing else through`, async ({ page, blog, exchange, watch, hosted }) => {
    const url = place === 'a host of its own' ? hosted.url : hosted.beneath;
    const home = new URL(url).origin;
    watch.allowed.push(home);
    const received = new Map<string, string | undefined>();
    page.on('response', async (response) => {
      if (response.url().startsWith(home)) received.set(new URL(response.url()).pathname.split('/').at(-1)!, (await response.allHeaders())['content-encoding']);
    });
    const integrity = `sha384-${createHash('sha384').update(readFileSync(join(DIST, 'embed.js'))).digest('base64')}`;
    const policy = `default-src 'none'; script-src ${home} 'wasm-unsafe-eval'; connect-src ${home} ${exchange.url} ${exchange.url.replace('http', 'ws')} ${NODES}`;
    blog.pages.set('/strict', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,"><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>
      <script async src="${url}/${RELEASE}/embed.js" integrity="${integrity}" crossorigin="anonymous" data-proxy="${exchange.url}"></script></body></html>`);
    await page.goto(`${blog.url}/strict`);
    const widget = new Widget(page.locator('tao-conviction'));
    await widget.is('live');
    await widget.agrees((at) => score(exchange.served('binance'), at));
    for (const file of ['embed.js', 'hashes.js', 'tao-conviction.js', 'tao-conviction_bg.wasm']) expect([file, received.get(file)]).toEqual([file, 'br']);
    expect(await page.context().cookies()).toEqual([]);
  });
}

test('the page in an iframe lives, and tells its height', async ({ page, blog, exchange, watch, hosted }) => {
  watch.allowed.push(hosted.url);
  await page.goto(blog.show('/framed', `<iframe src="${hosted.url}/v1/?embed&proxy=${encodeURIComponent(exchange.url)}" width="400" height="692"></iframe>
    <script>addEventListener("message", ({ origin, data }) => { if (origin === "${hosted.url}") document.title = data.type; });</script>`));
  await new Widget(page.frameLocator('iframe').locator('tao-conviction')).is('live');
  await expect(page).toHaveTitle('tao-conviction:height');
});

test('a release is there for /v1/ at the next view, and changes nothing for a page that pins the last one', async ({ page, blog, exchange, watch, hosted }) => {
  watch.allowed.push(hosted.url);
  const open = async (path: string): Promise<string | null> => {
    await page.goto(blog.show(`/${path}`, `<script src="${hosted.url}/${path}/embed.js" data-proxy="${exchange.url}"></script>`));
    await new Widget(page.locator('tao-conviction')).is('live');
    return page.evaluate(() => document.documentElement.dataset.release ?? null);
  };
  expect([await open('v1'), await open(RELEASE)]).toEqual([null, null]);
  hosted.releases.add('999.0.0', (loader) => `${loader}\ndocument.documentElement.dataset.release = "next";\n`);
  expect([await open('v1'), await open(RELEASE)]).toEqual(['next', null]);
  // As it was, for the other journeys.
  symlinkSync(RELEASE, join(hosted.releases.folder, 'next'));
  renameSync(join(hosted.releases.folder, 'next'), join(hosted.releases.folder, 'v1'));
});
