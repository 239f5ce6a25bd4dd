// What a watchlist of 30 assets on four timeframes costs its reader: node desk.mjs [SECONDS], after `cargo xtask build`,
// with the packages of e2e/. The page of the build on the fake exchanges, in the browser as it is and four times slower,
// with a price that moves once a second for each asset: memory, the processor's time in so many seconds (60 where nothing
// is said), and how long a press on the head of a column takes to be seen.
// TAO_DIST names another folder of files, CHROMIUM another browser than `chromium`.

import { browser as open, counterpart, prepare } from './counterpart.mjs';

const seconds = Number(process.argv[2] ?? '60');
if (!(seconds > 0)) {
  console.error('usage: node desk.mjs [SECONDS]');
  process.exit(2);
}
const { Exchange, LISTED, NOW, Site, DIST, runningAt } = await counterpart();
const ASSETS = LISTED.slice(0, 30);
const PRESSES = 20;

/** Runs in the page: keeps how long each press took. */
function watch() {
  globalThis.presses = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') globalThis.presses.push(duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
}

async function measure(browser, throttle) {
  const exchange = await Exchange.open();
  const site = await Site.open(DIST);
  const shift = NOW - Date.now();
  const tell = () => (exchange.now = Date.now() + shift);
  tell();
  const clock = setInterval(tell, 50);
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.addInitScript(prepare, shift);
  await page.addInitScript(watch);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttle });
  const begin = Date.now();
  await page.goto(`${site.url}/?${new URLSearchParams({ proxy: exchange.url, catalysts: 'off', watchlist: ASSETS.join() })}#watchlist`);
  const list = page.locator('#list');
  await list.scrollIntoViewIfNeeded();
  await list.locator(`[part~=row][data-state=live]`).nth(ASSETS.length - 1).waitFor({ timeout: 120_000 });
  const loaded = Date.now() - begin;
  const ticks = setInterval(() => {
    for (const asset of ASSETS) {
      const candle = runningAt(asset, '15m', exchange.now);
      const close = candle.close * (1 + 0.0004 * (Math.random() - 0.5));
      exchange.sockets.tick('binance', asset, { ...candle, close, high: Math.max(candle.high, close), low: Math.min(candle.low, close), volume: candle.volume + 1 });
    }
  }, 1_000);
  const metrics = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  // What belongs to the loading is over.
  await page.waitForTimeout(5_000);
  const before = await metrics();
  await page.waitForTimeout(1_000 * seconds);
  const after = await metrics();
  const heads = list.locator('[data-column]');
  for (let press = 0; press < PRESSES; press += 1) {
    await heads.nth(1 + (press % 7)).click();
    await page.waitForTimeout(250);
  }
  await page.waitForTimeout(500);
  const { presses, wasm } = await page.evaluate(() => ({ presses, wasm: wasms.reduce((sum, { memory }) => sum + (memory?.buffer.byteLength ?? 0), 0) }));
  await cdp.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize: heap } = await metrics();
  const requests = exchange.requests.length;
  clearInterval(ticks);
  clearInterval(clock);
  await context.close();
  for (const server of [exchange, site]) await server.close();
  return { loaded, requests, heap, wasm, busy: after.TaskDuration - before.TaskDuration, script: after.ScriptDuration - before.ScriptDuration, presses };
}

const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
const browser = await open();
console.log(`${ASSETS.length} assets, ${seconds} s\n\n| processor | all rows live after | requests | wasm memory | JavaScript heap | busy in ${seconds} s | of it scripts | a press is seen after | the slowest of ${PRESSES} |\n|---|---|---|---|---|---|---|---|---|`);
try {
  for (const throttle of [1, 4]) {
    const { loaded, requests, heap, wasm, busy, script, presses } = await measure(browser, throttle);
    // Those under the observer's least of 16 ms are not in its list.
    const durations = [...presses, ...Array(Math.max(0, PRESSES - presses.length)).fill(16)].sort((one, next) => one - next);
    const median = durations[Math.floor((durations.length - 1) / 2)];
    console.log(`| ${throttle === 1 ? 'as it is' : `${throttle} times slower`} | ${(loaded / 1000).toFixed(1)} s | ${requests} | ${mib(wasm)} MiB | ${mib(heap)} MiB | ${busy.toFixed(1)} s | ${script.toFixed(1)} s | ${median.toFixed(0)} ms | ${durations.at(-1).toFixed(0)} ms |`);
  }
} finally {
  await browser.close();
}
