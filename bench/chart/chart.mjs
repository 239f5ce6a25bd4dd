// How long a frame of the panel's chart takes while 2,000 candles are moved and zoomed, beside lightweight-charts doing
// the same in the same page: node chart.mjs DIST [FRAMES], after `cargo xtask build`. The browser is found as `chromium`,
// or given by CHROMIUM. The widget gets its candles from this program, which serves 2,000 whatever number is asked for.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const CANDLES = 2000;
const [dist, frames = '400'] = process.argv.slice(2);
if (!dist) {
  console.error('usage: node chart.mjs DIST [FRAMES]');
  process.exit(2);
}

const LENGTH = { '15m': 900_000, '1h': 3_600_000, '4h': 14_400_000, '1d': 86_400_000 };

/** Candles that wander by a fixed rule, the last one running. */
function candles(interval) {
  const length = LENGTH[interval];
  const last = Math.floor(Date.now() / length);
  const price = (slot) => {
    const days = (slot * length) / 86_400_000;
    return 300 * Math.exp(0.25 * Math.sin(days / 9) + 0.1 * Math.sin(days / 1.7) + 0.01 * Math.sin(slot * 12.9898));
  };
  return Array.from({ length: CANDLES + 1 }, (_, index) => {
    const slot = last - CANDLES + index;
    const [open, close] = [price(slot), price(slot + 1)];
    return { time: slot * length, open, high: 1.002 * Math.max(open, close), low: 0.998 * Math.min(open, close), close };
  });
}

const kline = (interval) => ({ time, open, high, low, close }) =>
  [time, ...[open, high, low, close, 1].map((value) => value.toFixed(8)), time + LENGTH[interval] - 1, '1', 1, '1', '1', '0'];

// Runs in the page. A frame's cost is the time in the event's listener, in all that was asked of the next frame, and in
// the layout that follows; what the browser paints later is not in it, and shows in the distance of frames.
const PAGE = `
import { createChart, CandlestickSeries, LineSeries, HistogramSeries } from '/lightweight-charts.mjs';
const FRAMES = ${Number(frames)};
let spent = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => ask((time) => {
  const since = performance.now();
  callback(time);
  spent += performance.now() - since;
});
const task = () => new Promise((resolve) => setTimeout(resolve));
const frame = () => new Promise((resolve) => ask(resolve));
const rank = (all, part) => [...all].sort((one, next) => one - next)[Math.floor(part * (all.length - 1))];

async function measure(act) {
  const [costs, distances] = [[], []];
  let before = await frame();
  for (let index = 0; index < FRAMES; index += 1) {
    await task();
    spent = 0;
    const since = performance.now();
    act(index);
    const own = performance.now() - since;
    const now = await frame();
    const layout = performance.now();
    document.body.getBoundingClientRect();
    costs.push(spent + own + performance.now() - layout);
    distances.push(now - before);
    before = now;
  }
  return { median: rank(costs, 0.5), p95: rank(costs, 0.95), frame: rank(distances, 0.5), frame95: rank(distances, 0.95) };
}

const widget = document.querySelector('tao-conviction');
const until = async (find) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the chart did not come: ' + find);
};
const results = {};
try {
  (await until(() => widget.shadowRoot?.querySelector('#chart'))).click();
  const handle = await until(() => widget.shadowRoot.querySelector('.handle'));
  const all = Number(handle.getAttribute('aria-valuemax'));
  const box = handle.getBoundingClientRect();
  const at = (x, more) => ({ bubbles: true, cancelable: true, pointerId: 1, clientX: box.x + x, clientY: box.y + 60, ...more });
  handle.setPointerCapture = () => {};
  const wheel = (deltaX, deltaY) => handle.dispatchEvent(new WheelEvent('wheel', at(box.width / 2, { deltaX, deltaY, ctrlKey: deltaY !== 0 })));
  const seen = () => Number(/candles, (\\d+) of/.exec(widget.shadowRoot.querySelector('.scene').getAttribute('aria-label'))[1]);
  for (let count = 0; count < 20; count += 1) wheel(0, 300);
  await frame(); await frame();
  results.candles = all; results.seen = seen(); results.width = Math.round(box.width);
  // All of them in sight, a little in and out again.
  results['own, zoom'] = await measure((index) => wheel(0, index % 40 < 20 ? -20 : 20));
  for (let count = 0; count < 4; count += 1) wheel(0, -300);
  await frame(); await frame();
  results['own, pan'] = await measure((index) => wheel(index % 60 < 30 ? -12 : 12, 0));
  results.panned = seen();
  results['own, crosshair'] = await measure((index) => handle.dispatchEvent(new PointerEvent('pointermove', at(20 + (index * 7) % (box.width - 40)))));

  const rows = await (await fetch('/rows')).json();
  const host = document.querySelector('#theirs');
  host.style.cssText = 'width:' + Math.round(box.width + 60) + 'px;height:' + Math.round(box.height) + 'px';
  const chart = createChart(host, { autoSize: false, width: Math.round(box.width + 60), height: Math.round(box.height) });
  const line = (values, kind, pane) => {
    const series = chart.addSeries(kind, {}, pane);
    series.setData(rows.map(({ time }, index) => ({ time: time / 1000, value: values[index] })));
  };
  const ema = (length) => {
    let value = rows[0].close;
    return rows.map(({ close }) => (value += (2 / (length + 1)) * (close - value)));
  };
  chart.addSeries(CandlestickSeries).setData(rows.map((row) => ({ ...row, time: row.time / 1000 })));
  [20, 50, 200].forEach((length) => line(ema(length), LineSeries, 0));
  line(rows.map((_, index) => 60 * Math.sin(index / 30)), HistogramSeries, 1);
  line(rows.map((_, index) => 50 + 30 * Math.sin(index / 20)), LineSeries, 2);
  const scale = chart.timeScale();
  let [from, to] = [0, rows.length - 1];
  const show = () => scale.setVisibleLogicalRange({ from, to });
  results['lightweight-charts, zoom'] = await measure((index) => {
    const part = (index % 40 < 20 ? 1 : -1) * 0.02 * (to - from);
    [from, to] = [from + part, to - part];
    show();
  });
  [from, to] = [rows.length - 1 - results.panned, rows.length - 1];
  results['lightweight-charts, pan'] = await measure((index) => {
    const by = ((index % 60 < 30 ? -12 : 12) / box.width) * results.panned;
    [from, to] = [from + by, to + by];
    show();
  });
} catch (error) {
  results.error = String(error.stack ?? error);
}
await fetch('/report', { method: 'POST', body: JSON.stringify(results) });
`;

const page = (origin) => `<!doctype html><title>Benchmark</title><body style="margin:16px;width:1168px">
<script type="module" src="/dist/embed.js"></script>
<tao-conviction layout="panel" live="off" catalysts="off" sources="binance" proxy="${origin}"></tao-conviction>
<div id="theirs"></div><script type="module" src="/page.js"></script>`;

const library = new URL('node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.mjs', import.meta.url);
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.json': 'application/json' };

let reported;
const report = new Promise((resolve) => (reported = resolve));
const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const send = (type, body) => response.writeHead(200, { 'Content-Type': type, 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }).end(body);
  const interval = url.searchParams.get('interval');
  if (request.method === 'POST') {
    const chunks = await request.toArray();
    response.end();
    reported(JSON.parse(Buffer.concat(chunks).toString()));
  } else if (url.pathname === '/') send('text/html', page(`http://127.0.0.1:${server.address().port}`));
  else if (url.pathname === '/page.js') send('text/javascript', PAGE);
  else if (url.pathname === '/lightweight-charts.mjs') send('text/javascript', await readFile(library));
  else if (url.pathname === '/rows') send('application/json', JSON.stringify(candles('1h').slice(0, -1)));
  else if (url.pathname === '/api/v3/klines' && url.searchParams.get('symbol') === 'TAOUSDT') send('application/json', JSON.stringify(candles(interval).map(kline(interval))));
  else {
    const name = url.pathname.replace(/^\/dist\//, '');
    const body = name.includes('..') ? undefined : await readFile(join(dist, name)).catch(() => undefined);
    if (body) send(TYPES[extname(name)] ?? 'text/plain', body);
    else response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const profile = await mkdtemp(join(tmpdir(), 'bench-chart-'));
const browser = spawn(
  process.env.CHROMIUM ?? 'chromium',
  [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--window-size=1200,1600', `--user-data-dir=${profile}`,
    `http://127.0.0.1:${server.address().port}/`,
  ],
  { stdio: 'ignore' },
);
browser.on('error', (error) => reported({ error: `chromium did not start: ${error.message}` }));
const { error, candles: held, seen, panned, width, ...all } = await report;
if (error) console.error(error);
console.log(`${held} candles, ${seen} of them in sight while zoomed, ${panned} while moved, ${width} px; ${frames} frames each, ms a frame\n`);
console.log('| | script and layout, median | 95th percentile | distance of frames, median | 95th percentile |\n|---|---|---|---|---|');
for (const [name, times] of Object.entries(all)) {
  console.log(`| ${name} | ${['median', 'p95', 'frame', 'frame95'].map((key) => times[key].toFixed(2)).join(' | ')} |`);
}
for (const act of ['zoom', 'pan']) {
  const [own, theirs] = [all[`own, ${act}`], all[`lightweight-charts, ${act}`]];
  if (own && theirs) console.log(`\n${act}: ${(own.median / theirs.median).toFixed(2)} times theirs (median)`);
}
const closed = new Promise((resolve) => browser.on('close', resolve));
browser.kill();
await closed;
server.close();
await rm(profile, { recursive: true, force: true });
if (error) process.exitCode = 1;
