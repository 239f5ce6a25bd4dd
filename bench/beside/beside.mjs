// Our card and our panel beside a card on technicalindicators and a page with lightweight-charts that do the same job:
// node beside.mjs DIST [ROUNDS] [TICKS], after `cargo xtask build` and `npm ci`, with the packages of e2e/. All four
// are loaded in every round, from one host, on the same exchanges: on a processor 4 times slower, with the line as it
// is and with a slow 4G. Then, with nothing slowed, so many ticks of the price come. Prints the code that was sent, the
// time until the score is painted, the longest task, what a tick costs, the memory, and how far the results are apart.
// Fails when a page shows no score, another than it has computed, or not the last price; or when a peer's is not ours.
// CHROMIUM names another browser than `chromium`, THROTTLE another rate than 4. SIGUSR2 ends it after the round.

import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build, version as esbuild } from 'esbuild';
import { browser as open, counterpart, filesOf, host, loop, median, prepare } from '../page/counterpart.mjs';

const [dist, rounds = '5', ticks = '8'] = process.argv.slice(2);
if (!dist || !(Number(rounds) >= 1) || !(Number(ticks) >= 1)) {
  console.error('usage: node beside.mjs DIST [ROUNDS] [TICKS]');
  process.exit(2);
}
const { BASKET, Exchange, NOW, runningAt } = await counterpart();

const SLOWER = Number(process.env.THROTTLE ?? 4);
/** The widget shows a price at most once a second, Binance tells one every two. */
const TICK_MS = 1_200;
const IDLE_MS = Math.min(8_000, Number(ticks) * TICK_MS);
/** "Slow 4G" as Chromium's developer tools have it. */
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const LINES = { 'as it is': undefined, 'slow 4G': SLOW_4G };
/** Points of conviction that a peer's may be off: RSI in hundredths and an approximated error function. */
const NEAR = 0.05;

const TIMEFRAMES = ['15m', '1h', '4h', '1d'];
const own = (layout) => `<script type="module" src="/embed.js"></script>
<tao-conviction layout="${layout}" catalysts="off" proxy="PROXY"></tao-conviction>`;
const peer = (name) => `<link rel="stylesheet" href="/beside/card.css"><div id="tao" data-proxy="PROXY"></div>
<script type="module" src="/beside/${name}.js"></script>`;
const CONTENDERS = [
  { name: 'TAO Conviction, card', path: '/beside/own-card.html', body: own('card') },
  { name: 'technicalindicators 3.1.0, card', path: '/beside/their-card.html', body: peer('card'), everyTick: true },
  { name: 'TAO Conviction, panel with its chart', path: '/beside/own-panel.html', body: own('panel'), chart: true },
  { name: 'lightweight-charts 5.2.1, page', path: '/beside/their-chart.html', body: peer('chart') },
];

/** The peers as somebody would publish them. */
async function bundles() {
  const made = await build({
    entryPoints: ['card.mjs', 'chart.mjs', 'card.css'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['production'],
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  return made.outputFiles.map(({ path, contents }) => [`/beside${path}`, Buffer.from(contents)]);
}

function html(body) {
  return Buffer.from(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head>
<body><h1>What I watch</h1>${body}<p>That is all.</p></body></html>`);
}

/** Runs in the page: marks when our score is there; the peers mark it themselves. */
function mark() {
  document.addEventListener('tao-update', () => performance.mark('score'), { once: true });
  document.addEventListener('tao-update', function heard({ detail }) {
    const known = detail.families.every(({ family, value }) => family === 'catalysts' || value !== null);
    if (!known || detail.data.state !== 'live') return;
    document.removeEventListener('tao-update', heard);
    performance.mark('whole');
  });
  new PerformanceObserver((list) => {
    if (list.getEntriesByName('whole').length > 0) console.debug('whole');
  }).observe({ type: 'mark' });
}

/** Runs in the page. */
const openChart = () => document.querySelector('tao-conviction').shadowRoot.querySelector('#chart').click();

/** Runs in the page: what was computed, and what a reader sees of it. */
function seen() {
  const widget = document.querySelector('tao-conviction');
  const root = widget?.shadowRoot ?? document;
  const text = (name) => (root.querySelector(`[part~=${name}]`) ?? root.querySelector(`#${name}`))?.textContent ?? '';
  const { assessment } = widget ?? {};
  const own = assessment && {
    conviction: assessment.conviction,
    mtf: assessment.mtf.score,
    readings: assessment.mtf.timeframes.map(({ reading }) => reading),
    verdict: assessment.verdict.replace('-', ' '),
  };
  return { result: own ?? globalThis.result, score: text('score'), price: text('price') };
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

const ms = (microseconds) => microseconds / 1000;
const pause = (time) => new Promise((later) => setTimeout(later, time));

/** What a trace says of a page that began `scored` ms before its mark. */
function judge(events, scored) {
  const marks = (name) => events.find((event) => event.cat.includes('blink.user_timing') && event.name === name);
  const [score, whole] = [marks('score'), marks('whole')];
  if (!score || !whole) throw new Error('the trace knows no score');
  const begin = score.ts - 1000 * scored;
  const thread = events
    .filter(({ pid, tid, ts }) => pid === score.pid && tid === score.tid && ts >= begin)
    .sort((one, next) => one.ts - next.ts);
  const sends = thread.filter(({ name }) => name === 'ResourceSendRequest');
  const urls = new Map(sends.map(({ args: { data } }) => [data.requestId, data.url]));
  const isCandles = (id) => /\/klines\?.*symbol=TAOUSDT/.test(urls.get(id) ?? '');
  const ends = thread
    .filter(({ name, ts, args }) => name === 'ResourceFinish' && isCandles(args.data.requestId) && ts < score.ts)
    .map(({ ts, args: { data } }) => Math.min(ts, data.finishTime ? data.finishTime * 1e6 : ts));
  if (ends.length !== TIMEFRAMES.length) throw new Error(`${ends.length} of TAO's 4 answers before the score`);
  const painted = (after) => {
    const paint = thread.find(({ name, ts }) => name === 'Paint' && ts > after.ts);
    if (!paint) throw new Error('the score was not painted');
    return paint.ts + (paint.dur ?? 0);
  };
  const tasks = thread.filter(({ name, ph, tdur }) => name === 'RunTask' && ph === 'X' && tdur);
  const shown = painted(score);
  const before = tasks.filter(({ ts }) => ts < shown);
  return {
    score: ms(shown - begin),
    // Less than the time where the machine has others to serve.
    busy: ms(before.reduce((sum, { tdur }) => sum + tdur, 0)),
    whole: ms(painted(whole) - begin),
    fromCandles: ms(shown - Math.max(...ends)),
    longest: Math.max(...tasks.map(({ tdur }) => ms(tdur))),
  };
}

const exchange = await Exchange.open();
/** Anew for each page, so that all score the same candles however long the run takes. */
let shift = NOW - Date.now();
Object.defineProperty(exchange, 'now', { get: () => Date.now() + shift });
// Reads the candles of all, so that the first page doesn't wait for that.
for (const asset of ['TAO', 'BTC', ...BASKET]) runningAt(asset, '1d', NOW);
const pages = CONTENDERS.map(({ path, body }) => [path, html(body.replace('PROXY', exchange.url))]);
pages.push(['/beside/blank.html', html('')]);
const site = await host(new Map([...filesOf(dist), ...(await bundles()), ...pages]));
const browser = await open();
const browserVersion = browser.version();
const machine = await browser.newBrowserCDPSession();
const problems = [];

async function view(contender, line) {
  shift = NOW - Date.now();
  const looks = { viewport: { width: 1200, height: 900 }, locale: 'en-US', timezoneId: 'UTC' };
  const context = await browser.newContext({ ...looks, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.addInitScript(prepare, shift);
    await page.addInitScript(mark);
    await page.goto(`${site.url}/beside/blank.html`);
    const cdp = await context.newCDPSession(page);
    const free = await page.evaluate(loop);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const held = await page.evaluate(loop);
    await cdp.send('Network.enable');
    if (LINES[line]) await cdp.send('Network.emulateNetworkConditions', LINES[line]);

    const [files, answers] = [site.asked.length, exchange.requests.length];
    await browser.startTracing(page, { categories: CATEGORIES });
    const isWhole = (message) => message.text() === 'whole';
    const whole = page.waitForEvent('console', { predicate: isWhole, timeout: 45_000 });
    await Promise.all([whole, page.goto(site.url + contender.path, { waitUntil: 'commit' })]);
    if (contender.chart) await page.evaluate(openChart);
    await pause(1_000);
    const trace = JSON.parse(String(await browser.stopTracing()));
    const scored = await page.evaluate(() => performance.getEntriesByName('score')[0].startTime);
    const load = { ...judge(trace.traceEvents, scored), throttle: held / free };
    const code = site.asked.slice(files).filter(({ path }) => !path.endsWith('.html'));
    const sent = exchange.requests.slice(answers);
    const bytes = (end) => code.filter(({ path }) => path.endsWith(end)).reduce((sum, { bytes }) => sum + bytes, 0);
    const data = sent.reduce((sum, answer) => sum + answer.bytes, 0);
    const kinds = { js: bytes('.js'), wasm: bytes('.wasm'), css: bytes('.css') };
    const wire = { ...kinds, files: code.length, answers: sent.length, data };

    const { result, score } = await page.evaluate(seen);
    const shown = Number(score.replace('−', '-').replace('+', '') || NaN);
    const problem = (text) => problems.push(`${contender.name}, ${line}: ${text}`);
    if (!(Math.abs(shown - result?.conviction) <= 0.51)) problem(`it shows "${score}" for ${result?.conviction}`);
    const ticked = LINES[line] ? {} : await tick(contender, page, cdp, problem);
    if (errors.length > 0) problem(errors.join('; '));
    return { load, wire, result, ...ticked };
  } catch (error) {
    // Else the next one can't be traced.
    await browser.stopTracing().catch(() => undefined);
    throw new Error(`${contender.name}, ${line}: ${[error.message, ...errors].join('; ')}`, { cause: error });
  } finally {
    await context.close();
  }
}

/** What a tick of the price costs, and what is kept in memory. */
async function tick(contender, page, cdp, problem) {
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const spent = async () => {
    const { processInfo } = await machine.send('SystemInfo.getProcessInfo');
    // Who paints too; the browser's own process also has this program to serve.
    const painters = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU');
    const painting = 1000 * painters.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    return { main: 1000 * (await metrics()).TaskDuration, painting, at: Date.now() };
  };
  const during = async (work) => {
    const before = await spent();
    await work();
    const after = await spent();
    const [main, painting] = [after.main - before.main, after.painting - before.painting];
    return { main, painting, time: after.at - before.at };
  };
  const base = runningAt('TAO', '15m', exchange.now);
  let count = 0;
  let close;
  const some = async () => {
    for (let left = Number(ticks); left > 0; left -= 1) {
      count += 1;
      close = Number((base.close * (1 + 0.001 * ((count % 7) - 3) + 0.00001 * count)).toFixed(2));
      const [high, low] = [Math.max(base.high, close), Math.min(base.low, close)];
      exchange.sockets.tick('binance', 'TAO', { ...base, close, high, low, volume: base.volume + count });
      await pause(TICK_MS);
    }
  };
  await pause(1_000);
  const sockets = exchange.sockets.opened('binance').length;
  if (sockets !== 1) problem(`${sockets} sockets are open where 1 is expected`);
  const idle = await during(() => pause(IDLE_MS));
  const each = async (name) => {
    const busy = await during(some);
    const { price } = await page.evaluate(seen);
    const number = price.replace(/[^\d.]/g, '');
    if (number !== close.toFixed(2)) problem(`${name}: it shows the price "${price}" after one of ${close}`);
    const above = (what) => (busy[what] - (idle[what] * busy.time) / idle.time) / Number(ticks);
    return { main: above('main'), painting: above('painting') };
  };
  const move = await each('ticks');
  await cdp.send('HeapProfiler.collectGarbage');
  const heap = (await metrics()).JSHeapUsedSize;
  const wasm = await page.evaluate(() => wasms.reduce((sum, { memory }) => sum + (memory?.buffer.byteLength ?? 0), 0));
  let scoring;
  if (contender.everyTick) {
    await page.evaluate(() => (globalThis.everyTick = true));
    scoring = await each('a score with each tick');
  }
  return { idle: (1000 * idle.main) / idle.time, move, scoring, heap, wasm };
}

/** Where the machine has so much else to do that answers come too late, a page is loaded again, up to three times. */
async function calm(work, tries = 3) {
  try {
    return await work();
  } catch (error) {
    if (tries === 1) throw error;
    again += 1;
    console.log(`again: ${error.message.split('\n')[0]}`);
    return calm(work, tries - 1);
  }
}

function range(all, digits = 0) {
  const [middle, least, most] = [median(all), Math.min(...all), Math.max(...all)].map((one) => one.toFixed(digits));
  return `${middle} (${least} … ${most})`;
}
const kib = (bytes) => (bytes / 1024).toFixed(1);
const views = new Map(CONTENDERS.map(({ name }) => [name, { 'as it is': [], 'slow 4G': [] }]));
const loads = [];
let done = 0;
let again = 0;
let enough = false;
process.once('SIGUSR2', () => (enough = true));
try {
  for (; done < Number(rounds) && !enough; done += 1) {
    // Each is first in turn.
    const order = CONTENDERS.map((_, place) => CONTENDERS[(place + done) % CONTENDERS.length]);
    for (const line of Object.keys(LINES)) {
      for (const contender of order) {
        const one = await calm(() => view(contender, line));
        loads.push(loadavg()[0]);
        views.get(contender.name)[line].push(one);
        const { load, move } = one;
        const said = [
          `throttled ${load.throttle.toFixed(1)} times, load ${loads.at(-1).toFixed(1)}`,
          `score after ${load.score.toFixed(0)} ms, ${load.fromCandles.toFixed(0)} from the candles`,
          `busy for ${load.busy.toFixed(0)}, longest task ${load.longest.toFixed(0)}`,
          `the whole score after ${load.whole.toFixed(0)}`,
          ...(move ? [`a tick ${move.main.toFixed(2)}, with painting ${move.painting.toFixed(1)}`] : []),
        ];
        console.log(`round ${done + 1}, ${line}, ${contender.name}: ${said.join('; ')}`);
      }
    }
  }
} finally {
  await browser.close();
  await site.close();
  await exchange.close();
}

const row = (cells) => `| ${cells.join(' | ')} |`;
function table(heads, of) {
  const rows = CONTENDERS.map(({ name }) => row([name, ...of(views.get(name))]));
  console.log(`\n${row(heads)}\n|---|${'---:|'.repeat(heads.length - 1)}\n${rows.join('\n')}`);
}

const held = [...views.values()].flatMap((lines) => Object.values(lines).flat()).map(({ load }) => load.throttle);
console.log(`
${done} rounds, ${ticks} ticks in each, ${again} pages loaded again; medians (shortest … longest)
Chromium ${browserVersion}, Node.js ${process.versions.node}, esbuild ${esbuild}
load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, throttled ${range(held, 1)} times`);
table(
  ['code, brotli 11', 'bytes', 'JavaScript', 'wasm', 'CSS', 'files', 'answers of exchanges', 'their KiB'],
  ({ 'as it is': [{ wire: { js, wasm, css, files, answers, data } }] }) =>
    [js + wasm + css, js, wasm, css, files, answers, kib(data)],
);
table(
  [`ms, ${SLOWER}× slower`, 'score', 'busy', 'from candles', 'whole score', 'longest task', 'slow 4G: score', 'whole'],
  ({ 'as it is': fast, 'slow 4G': slow }) => {
    const of = (all, ...whats) => whats.map((what) => range(all.map(({ load }) => load[what])));
    return [...of(fast, 'score', 'busy', 'fromCandles', 'whole', 'longest'), ...of(slow, 'score', 'whole')];
  },
);
table(
  ['a tick, nothing slowed', 'main thread, ms', 'with painting, ms', 'idle, ms of a second', 'heap, KiB', 'wasm, KiB'],
  ({ 'as it is': all }) => {
    const of = (what, digits) => range(all.map(what), digits);
    const [main, painting] = [of(({ move }) => move.main, 2), of(({ move }) => move.painting, 1)];
    const kept = ['heap', 'wasm'].map((what) => kib(median(all.map((one) => one[what]))));
    return [main, painting, of(({ idle }) => idle, 1), ...kept];
  },
);
for (const { name } of CONTENDERS.filter(({ everyTick }) => everyTick)) {
  const all = views.get(name)['as it is'].map(({ scoring }) => scoring);
  const [main, painting] = [range(all.map(({ main }) => main), 2), range(all.map(({ painting }) => painting), 1)];
  console.log(`\n${name}, a score with each tick: main thread ${main} ms, with painting ${painting} ms`);
}

const [{ result: ours }] = views.get(CONTENDERS[0].name)['as it is'];
table(
  ['the result', 'conviction', 'from ours', 'MTF score', 'from ours', 'largest difference of a reading', 'verdict'],
  ({ 'as it is': [{ result: { conviction, mtf, readings, verdict } }] }) => {
    const furthest = Math.max(...readings.map((one, place) => Math.abs(one - ours.readings[place])));
    const [by, mtfBy] = [conviction - ours.conviction, mtf - ours.mtf].map((off) => off.toExponential(1));
    return [conviction.toFixed(5), by, mtf.toFixed(5), mtfBy, furthest.toExponential(1), verdict];
  },
);
for (const [name, lines] of views) {
  for (const { result: { conviction, verdict } } of Object.values(lines).flat()) {
    const same = Math.abs(conviction - ours.conviction) <= NEAR && verdict === ours.verdict;
    if (!same) problems.push(`${name}: ${conviction}, ${verdict}, where ours is ${ours.conviction}, ${ours.verdict}`);
  }
}
for (const problem of new Set(problems)) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
