// What Lighthouse says of the page on a telephone: node lighthouse.mjs DIST [RUNS] [QUERY], after `cargo xtask build`. The
// files are served as a good host does it (HTTP/2, brotli, an hour of caching), the candles come from the exchanges of the
// end-to-end tests, and the browser's clock is set to theirs. Chain and signals can't be reached from here: catalysts are
// off. The browser is found as `chromium`, or given by CHROME_PATH.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [dist, runs = '3', query = ''] = process.argv.slice(2);
if (!dist || !(Number(runs) >= 1)) {
  console.error('usage: node lighthouse.mjs DIST [RUNS] [QUERY]');
  process.exit(2);
}

/** The exchanges are TypeScript, which not every Node.js reads: the tests' own esbuild makes a script of them. */
async function exchanges(folder) {
  const E2E = new URL('../../e2e/', import.meta.url);
  const require = createRequire(E2E);
  const script = join(folder, 'exchange.cjs');
  await require('esbuild').build({
    stdin: { contents: "export { Exchange } from './server.ts'; export { NOW } from './candles.ts';", resolveDir: new URL('exchange', E2E).pathname },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': JSON.stringify(new URL('exchange/server.ts', E2E).href) },
  });
  const { Exchange, NOW } = require(script);
  return [await Exchange.open(), NOW];
}

const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json' };
const PACKED = /^(text\/|application\/|image\/svg)/;

/** A certificate that nobody else trusts. */
async function certificate(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { key: await readFile(key), cert: await readFile(cert) };
}

/** The page's files, compressed as small as it gets before anything is measured: that takes seconds. */
async function host(folder) {
  const files = new Map();
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const body = await readFile(file);
    const type = TYPES[extname(file)] ?? 'text/plain';
    const packed = type !== 'image/png';
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    files.set(`/${relative(dist, file).replaceAll('\\', '/')}`, {
      body: packed ? brotliCompressSync(body, { params }) : body,
      headers: { 'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type, 'cache-control': 'max-age=3600', ...(packed && { 'content-encoding': 'br' }) },
    });
  }
  const server = createSecureServer({ ...(await certificate(folder)), allowHTTP1: true }, (request, response) => {
    const found = files.get(new URL(request.url, 'https://127.0.0.1').pathname.replace(/\/$/, '/index.html'));
    if (found) response.writeHead(200, found.headers).end(found.body);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const median = (values) => [...values].sort((one, next) => one - next)[Math.floor((values.length - 1) / 2)];
const folder = await mkdtemp(join(tmpdir(), 'bench-page-'));
const [exchange, moment] = await exchanges(folder);
const begun = Date.now();
Object.defineProperty(exchange, 'now', { get: () => moment + Date.now() - begun });
const server = await host(folder);
const address = `https://127.0.0.1:${server.address().port}/?proxy=${encodeURIComponent(exchange.url)}&catalysts=off${query && `&${query}`}`;

const results = [];
for (let run = 0; run < Number(runs); run += 1) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--ignore-certificate-errors', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument((shift) => {
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...parts) {
          super(...(parts.length ? parts : [Real.now() + shift]));
        }
        static now() {
          return Real.now() + shift;
        }
      };
    }, moment - begun);
    const { lhr } = await lighthouse(address, { logLevel: 'error', output: 'json' }, undefined, page);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const state = await page.evaluate(() => document.querySelector('#live').assessment?.data.state);
    if (state !== 'live') throw new Error(`the widget was ${state} and not live: these figures would be another page's`);
    results.push(lhr);
  } finally {
    await browser.close();
  }
}
server.close();
await exchange.close();
await rm(folder, { recursive: true });

const [first] = results;
console.log(`Lighthouse ${first.lighthouseVersion}, ${first.environment.hostUserAgent.match(/Chrome\/[\d.]+/)}, ${first.configSettings.formFactor}, throttled (${first.configSettings.throttlingMethod}); benchmark index ${results.map(({ environment }) => Math.round(environment.benchmarkIndex)).join(', ')}; medians of ${results.length}\n`);
const columns = [
  ...Object.values(first.categories).map(({ id, title }) => [title, (lhr) => 100 * lhr.categories[id].score, (value) => value.toFixed(0)]),
  ...[['FCP', 'first-contentful-paint'], ['LCP', 'largest-contentful-paint'], ['TBT', 'total-blocking-time']].map(([name, id]) => [name, (lhr) => lhr.audits[id].numericValue, (value) => `${value.toFixed(0)} ms`]),
  ['CLS', (lhr) => lhr.audits['cumulative-layout-shift'].numericValue, (value) => value.toFixed(3)],
];
console.log(`| ${columns.map(([name]) => name).join(' | ')} |\n|${'---:|'.repeat(columns.length)}`);
console.log(`| ${columns.map(([, of, written]) => written(median(results.map(of)))).join(' | ')} |`);
console.log(`\nEach run: ${columns.map(([name, of, written]) => `${name} ${results.map((lhr) => written(of(lhr))).join(', ')}`).join('; ')}`);

// All that isn't full marks, also what no score counts.
const failed = new Map();
for (const { audits } of results) {
  for (const audit of Object.values(audits)) if (audit.score !== null && audit.score < 1 && audit.scoreDisplayMode !== 'manual') failed.set(audit.id, audit);
}
console.log(`\nNot full marks${failed.size ? ':' : ': nothing'}`);
for (const { id, title, score, displayValue, details } of failed.values()) {
  console.log(`  ${id} (${score.toFixed(2)}): ${title}${displayValue ? `, ${displayValue}` : ''}`);
  for (const item of details?.items?.slice(0, 6) ?? []) console.log(`      ${JSON.stringify(item).slice(0, 300)}`);
}
