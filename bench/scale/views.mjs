// What a view of the widget costs the host: node views.mjs RELEASE/v1, a folder that `cargo xtask dist` has packed, after
// `cargo xtask setup`, with the packages of e2e/. nginx serves it as docs/self-hosting.md says, Chromium shows a card and a
// panel from both addresses, for the first time and again, on the fake exchanges without catalysts. Prints requests and
// bytes on the wire with headers, as the browser counts them. TAO_NGINX and CHROMIUM name other programs.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser as open, counterpart, prepare } from '../page/counterpart.mjs';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node views.mjs RELEASE/v1');
  process.exit(2);
}
const { Exchange, NOW, Site, Nginx, freePorts } = await counterpart();
const block = /^```nginx\n([^]*?)^```/m.exec(readFileSync(new URL('../../docs/self-hosting.md', import.meta.url), 'utf8'))[1];

const root = mkdtempSync(join(tmpdir(), 'tao-views-'));
cpSync(folder, join(root, '0.1.0'), { recursive: true });
symlinkSync('0.1.0', join(root, 'v1'));
const [port] = await freePorts(1);
const nginx = await Nginx.open(block.replace('listen 80;', `listen 127.0.0.1:${port};`).replace('root /srv/tao;', `root ${root};`), port);
const home = `http://127.0.0.1:${port}`;
const [exchange, blog] = [await Exchange.open(), await Site.open()];
exchange.now = NOW;

async function view(page, url) {
  const seen = { requests: 0, bytes: 0, empty: 0 };
  const ours = new Set();
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.enable');
  tools.on('Network.requestWillBeSent', ({ requestId, request }) => request.url.startsWith(home) && ours.add(requestId));
  tools.on('Network.responseReceived', ({ requestId, response }) => ours.has(requestId) && response.status === 304 && (seen.empty += 1));
  tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!ours.has(requestId) || encodedDataLength === 0) return;
    seen.requests += 1;
    seen.bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('tao-conviction .tao[data-state=live]').waitFor({ timeout: 0 });
  await page.waitForTimeout(3_000);
  await tools.detach();
  return `${seen.requests} requests${seen.empty ? ` (${seen.empty} empty)` : ''}, ${seen.bytes.toLocaleString('en')} bytes`;
}

try {
  console.log('| | first view | repeat view |\n|---|---:|---:|');
  for (const place of ['v1', '0.1.0']) {
    for (const layout of ['card', 'panel']) {
      const browser = await open();
      const page = await browser.newPage();
      await page.addInitScript(prepare, NOW - Date.now());
      // A page that may be kept, or what it loads would not be either.
      blog.lifetime = 'no-cache';
      const url = blog.show('/post', `<script async src="${home}/${place}/embed.js" data-layout="${layout}" data-proxy="${exchange.url}" data-catalysts="off" data-live="off"></script>`);
      const first = await view(page, url);
      await page.goto('about:blank');
      console.log(`| ${layout} from \`/${place}/\` | ${first} | ${await view(page, url)} |`);
      await browser.close();
    }
  }
} finally {
  await nginx.close();
  await Promise.all([exchange, blog].map((one) => one.close()));
  rmSync(root, { recursive: true });
}
