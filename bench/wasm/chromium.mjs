// Runs the benchmark in a page of headless Chromium: node chromium.mjs BENCH.wasm CANDLES.csv [ROUNDS]
// The browser is found as `chromium`, or given by CHROMIUM.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [wasm, csv, rounds = '41'] = process.argv.slice(2);
if (!csv) {
  console.error('usage: node chromium.mjs BENCH.wasm CANDLES.csv [ROUNDS]');
  process.exit(2);
}

const page = `
import { bench } from './bench.mjs';
const [wasm, csv] = await Promise.all([fetch('/bench.wasm'), fetch('/candles.csv')]);
const report = await bench(await wasm.arrayBuffer(), await csv.text(), ${Number(rounds)}).catch(String);
await fetch('/report', { method: 'POST', body: navigator.userAgent + '\\n' + report });
`;
const resolveDir = fileURLToPath(new URL('.', import.meta.url));
// The same files of the packages that Node takes.
const mainFields = ['main', 'module'];
const bundle = await build({ stdin: { contents: page, resolveDir }, bundle: true, format: 'esm', write: false, mainFields });
const files = {
  '/': ['text/html', '<!doctype html><title>Benchmark</title><script type="module" src="/page.js"></script>'],
  '/page.js': ['text/javascript', bundle.outputFiles[0].contents],
  '/bench.wasm': ['application/wasm', await readFile(wasm)],
  '/candles.csv': ['text/csv', await readFile(csv)],
};

let reported;
const report = new Promise((resolve) => (reported = resolve));
const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const chunks = await request.toArray();
    response.end();
    reported(Buffer.concat(chunks).toString());
    return;
  }
  const file = files[request.url];
  // Isolation gives the page the browser's finest clock.
  const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  response.writeHead(file ? 200 : 404, { 'Content-Type': file?.[0] ?? 'text/plain', ...isolation });
  response.end(file?.[1]);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const profile = await mkdtemp(join(tmpdir(), 'bench-chromium-'));
const browser = spawn(
  process.env.CHROMIUM ?? 'chromium',
  [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
    `http://127.0.0.1:${server.address().port}/`,
  ],
  { stdio: 'ignore' },
);
browser.on('error', (error) => reported(`chromium did not start: ${error.message}`));
console.log(await report);
const closed = new Promise((resolve) => browser.on('close', resolve));
browser.kill();
await closed;
server.close();
await rm(profile, { recursive: true, force: true });
