// What Lighthouse says of the page on a telephone: node lighthouse.mjs DIST [RUNS] [QUERY], after `cargo xtask build`. The
// files are served as a good host does it (HTTP/2, brotli, an hour of caching), the candles come from the exchanges of the
// end-to-end tests, and the browser's clock is set to theirs. Chain and signals can't be reached from here: catalysts are
// off. The browser is found as `chromium`, or given by CHROME_PATH.

import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { counterpart, filesOf, host, median, prepare } from './counterpart.mjs';

const [dist, runs = '3', query = ''] = process.argv.slice(2);
if (!dist || !(Number(runs) >= 1)) {
  console.error('usage: node lighthouse.mjs DIST [RUNS] [QUERY]');
  process.exit(2);
}

const { Exchange, NOW } = await counterpart();
const exchange = await Exchange.open();
const shift = NOW - Date.now();
Object.defineProperty(exchange, 'now', { get: () => Date.now() + shift });
const site = await host(filesOf(dist));
const address = `${site.url}/?proxy=${encodeURIComponent(exchange.url)}&catalysts=off${query && `&${query}`}`;

const results = [];
for (let run = 0; run < Number(runs); run += 1) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--ignore-certificate-errors', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(prepare, shift);
    const { lhr } = await lighthouse(address, { logLevel: 'error', output: 'json' }, undefined, page);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const state = await page.evaluate(() => document.querySelector('#live').assessment?.data.state);
    if (state !== 'live') throw new Error(`the widget was ${state} and not live: these figures would be another page's`);
    results.push(lhr);
  } finally {
    await browser.close();
  }
}
await site.close();
await exchange.close();

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
