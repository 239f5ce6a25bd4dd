// What a crowd of readers costs the venues and the cache of docs/scale.md: node crowd.mjs [READERS] [AT_ONCE], after
// `cargo xtask build` and `cargo xtask setup`, with the packages of e2e/. One real widget is watched in Chromium; then
// READERS clients, each with an address and connections of its own, ask what it asked: once through the block of
// docs/scale.md in nginx, and once the fake venues themselves. Prints what arrived at the venues, and what it took.
// TAO_DIST names another folder of files, TAO_NGINX another nginx, CHROMIUM another browser than `chromium`.

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { browser as open, counterpart, prepare } from '../page/counterpart.mjs';

const [readers = '1000', atOnce = '50'] = process.argv.slice(2);
if (![readers, atOnce].every((text) => Number(text) >= 1)) {
  console.error('usage: node crowd.mjs [READERS] [AT_ONCE]');
  process.exit(2);
}
const { Exchange, NOW, Site, DIST, SharedCache, gather } = await counterpart();

const exchange = await Exchange.open();
exchange.now = NOW;
// The widget that is watched asks in an earlier candle, as nginx sees it: the crowd finds nothing kept.
const cache = await SharedCache.open(exchange.url, ['2026-09-11T09:59:58+00:00', '2026-09-11T10:07:00+00:00']);
const [site, blog] = [await Site.open(DIST), await Site.open()];

/** What a widget asks of `proxy` at a first view. */
async function watched(proxy) {
  const browser = await open();
  const page = await browser.newPage();
  await page.addInitScript(prepare, NOW - Date.now());
  const asks = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${proxy}/`) || request.method() === 'OPTIONS') return;
    asks.push({ method: request.method(), path: request.url().slice(proxy.length), body: request.postData() ?? undefined });
  });
  await page.goto(blog.show('/post', `<script async src="${site.url}/embed.js" data-proxy="${proxy}" data-catalysts="off" data-live="off"></script>`), { waitUntil: 'commit' });
  await page.locator('tao-conviction .tao[data-state=live]').waitFor({ timeout: 0 });
  for (let before = 0; asks.length !== before; await page.waitForTimeout(2_000)) before = asks.length;
  await browser.close();
  return asks;
}

/** Seconds of processor that a process has used. */
function processor(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measured(name, asks, origin) {
  const [from, before] = [exchange.requests.length, processor(cache.pid)];
  const { answers, statuses, bytes, milliseconds } = await gather(origin, asks, { readers: Number(readers), atOnce: Number(atOnce) });
  const asked = exchange.requests.slice(from);
  const good = statuses[200] === answers;
  return [
    name,
    `${answers}${good ? '' : ` (${JSON.stringify(statuses)})`}`,
    asked.length,
    `${(asked.reduce((sum, request) => sum + request.bytes, 0) / 1024 / 1024).toFixed(2)} MB`,
    `${(bytes / 1024 / 1024).toFixed(1)} MB`,
    `${(milliseconds / 1_000).toFixed(1)} s`,
    Math.round((1_000 * answers) / milliseconds),
    `${(processor(cache.pid) - before).toFixed(2)} s`,
  ];
}

try {
  const asks = await watched(cache.url);
  cache.later();
  exchange.requests.length = 0;
  console.log(`${readers} readers, ${atOnce} at once, ${asks.length} questions each; load ${loadavg()[0].toFixed(1)}\n`);
  console.log('| | answers | requests at the venues | bytes from there | bytes to readers | took | answers a second | nginx, processor |');
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
  for (const [name, origin] of [['through the cache', cache.url], ['straight to the venues', exchange.url]]) {
    console.log(`| ${(await measured(name, asks, origin)).join(' | ')} |`);
  }
} finally {
  await cache.close();
  await Promise.all([exchange, site, blog].map((one) => one.close()));
}
