// What the benchmarks of pages run against: the journeys' own exchanges, node and files, with the packages of e2e/, a host
// that serves files as a good one does, and the browser.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const { CHROMIUM = 'chromium' } = process.env;
const e2e = fileURLToPath(new URL('../../e2e/', import.meta.url));

/** A package of e2e/. */
export const its = createRequire(`${e2e}package.json`);

/** The modules of e2e/exchange as one: Node.js 20 takes no TypeScript. Two folders below the project's, as its sources are. */
export async function counterpart() {
  mkdirSync(`${e2e}test-results`, { recursive: true });
  const outfile = `${e2e}test-results/counterpart.mjs`;
  const modules = ['candles', 'crowd', 'market', 'nginx', 'node', 'server', 'shared-cache', 'static'].map((name) => `export * from './exchange/${name}.ts';`);
  await its('esbuild').build({
    stdin: { contents: modules.join('\n'), resolveDir: e2e, loader: 'ts' },
    bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error',
  });
  const loaded = await import(pathToFileURL(outfile));
  rmSync(outfile);
  return loaded;
}

const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json' };

/** The files of a folder by their paths. */
export function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = join(entry.parentPath ?? entry.path, entry.name);
      return [`/${relative(folder, file).replaceAll('\\', '/')}`, readFileSync(file)];
    }),
  );
}

/** A certificate that nobody else trusts. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}

/**
 * Serves files as a good host does: HTTP/2, brotli, an hour of caching. They are compressed as small as it gets before
 * anything is measured: that takes seconds. `asked` has each path that was found, with the bytes of its body.
 */
export async function host(files) {
  const answers = new Map();
  for (const [path, body] of files) {
    const type = TYPES[extname(path)] ?? 'text/plain';
    const packed = type !== 'image/png';
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    answers.set(path, {
      body: packed ? brotliCompressSync(body, { params }) : body,
      headers: { 'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type, 'cache-control': 'max-age=3600', ...(packed && { 'content-encoding': 'br' }) },
    });
  }
  const asked = [];
  const server = createSecureServer({ ...certificate(), allowHTTP1: true }, (request, response) => {
    const path = new URL(request.url, 'https://127.0.0.1').pathname.replace(/\/$/, '/index.html');
    const found = answers.get(path);
    if (found) asked.push({ path, bytes: found.body.length });
    if (found) response.writeHead(200, found.headers).end(found.body);
    else response.writeHead(404).end();
  });
  const sessions = new Set();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const session of sessions) session.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `https://127.0.0.1:${server.address().port}`, asked, close };
}

/** Runs in the page: the shortest time of a tight loop, to see that the throttle holds. */
export function loop() {
  const times = Array.from({ length: 12 }, () => {
    const since = performance.now();
    let sum = 0;
    for (let index = 0; index < 5e6; index += 1) sum += index % 7;
    return sum > 0 ? performance.now() - since : 0;
  });
  return Math.min(...times);
}

export const median = (all) => [...all].sort((one, next) => one - next)[Math.floor((all.length - 1) / 2)];

/** The browser, which reaches this machine alone. */
export const browser = () =>
  its('playwright-core').chromium.launch({
    executablePath: CHROMIUM.includes('/') ? CHROMIUM : process.env.PATH.split(delimiter).map((folder) => join(folder, CHROMIUM)).find((path) => existsSync(path)),
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** Runs in the page: its clock is the exchange's, and what a wasm exports is kept in `wasms`, marked in a trace. */
export function prepare(shift) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length > 0 ? given : [Real.now() + shift]));
    }
    static now() {
      return Real.now() + shift;
    }
  };
  globalThis.wasms = [];
  for (const name of ['instantiateStreaming', 'instantiate']) {
    const own = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await own.apply(WebAssembly, given);
      performance.mark('wasm');
      globalThis.wasms.push((made.instance ?? made).exports);
      return made;
    };
  }
}
