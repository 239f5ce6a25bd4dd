// What a widget keeps the main thread busy with on a device four times slower: node tasks.mjs [RUNS] [LAYOUT…], after
// `cargo xtask build`, with the packages of e2e/. Each run traces a blog's page from before it loads until 30 s later, on
// the fake exchanges and the fake node of the chain, with a price that moves and a 15m candle that closes in between.
// Prints the longest tasks after the wasm was there, and how long the first score takes from the last of TAO's candles on.
// TAO_DIST names another folder of files, CHROMIUM another browser than `chromium`, THROTTLE another rate than 4;
// PROFILE=1 adds the functions that the longest task was in, and is slower itself.

import { loadavg } from 'node:os';
import { browser as open, counterpart, its, loop, median, prepare } from './counterpart.mjs';

const LAYOUTS = ['card', 'badge', 'panel'];
const { THROTTLE = '4', PROFILE } = process.env;
const [runs = '5', ...chosen] = process.argv.slice(2);
const layouts = chosen.length > 0 ? chosen : LAYOUTS;
if (!(Number(runs) >= 1) || layouts.some((layout) => !LAYOUTS.includes(layout))) {
  console.error(`usage: node tasks.mjs [RUNS] [${LAYOUTS.join('|')}…]`);
  process.exit(2);
}

const { WebSocket } = its('ws');
const { Exchange, NOW, Node, Site, DIST, nextClose, runningAt } = await counterpart();

const LOADED_MS = 30_000;
/** From the start of a view. Then up to 10 s by chance pass until the source is asked. */
const CLOSE_MS = 14_000;

/** Runs in the page: what the trace can't know is marked in it. */
const mark = () => document.addEventListener('tao-update', () => performance.mark('update'));

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', 'v8', ...(PROFILE ? ['disabled-by-default-v8.cpu_profiler'] : [])];

async function view(browser, layout) {
  const exchange = await Exchange.open();
  const [site, blog] = [await Site.open(DIST), await Site.open()];
  const begin = Date.now() + 3_000;
  const shift = nextClose('15m', NOW) - CLOSE_MS - begin;
  const tell = () => (exchange.now = Date.now() + shift);
  tell();
  const node = await Node.open({ head: { number: 9_188_367, time: exchange.now } });
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.routeWebSocket(/^wss:/, (socket) => {
    const line = new WebSocket(node.url);
    const waiting = [];
    line.on('open', () => waiting.splice(0).forEach((message) => line.send(message)));
    line.on('message', (said) => socket.send(String(said)));
    line.on('close', () => void socket.close());
    line.on('error', () => void socket.close());
    socket.onMessage((message) => (line.readyState === WebSocket.OPEN ? line.send(message) : void waiting.push(message)));
    socket.onClose(() => line.close());
  });
  await page.addInitScript(prepare, shift);
  await page.addInitScript(mark);
  await page.goto(blog.show('/', ''));
  const free = await page.evaluate(loop);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: Number(THROTTLE) });
  const held = await page.evaluate(loop);
  const post = blog.show('/post', `<h1>What I watch</h1><p>Every morning:</p><script type="module" src="${site.url}/embed.js"></script><tao-conviction layout="${layout}" proxy="${exchange.url}"></tao-conviction><p>That is all.</p>`);
  await browser.startTracing(page, { categories: CATEGORIES });
  await new Promise((later) => setTimeout(later, begin - Date.now()));
  const clock = setInterval(tell, 20);
  const ticks = setInterval(() => exchange.sockets.tick('binance', 'TAO', runningAt('TAO', '15m', exchange.now)), 500);
  await page.goto(post);
  await page.waitForTimeout(begin + LOADED_MS - Date.now());
  const trace = JSON.parse(String(await browser.stopTracing()));
  // Not before: what asks the page is a task of its own.
  const { state, asOf } = (await page.locator('tao-conviction').evaluate((element) => element.assessment)).data;
  clearInterval(clock);
  clearInterval(ticks);
  await context.close();
  for (const server of [exchange, site, blog, node]) await server.close();
  if (state !== 'live' || asOf !== nextClose('15m', NOW)) throw new Error(`${layout}: after 30 s it is ${state}, as of ${new Date(asOf).toISOString()}`);
  return { ...judge(trace.traceEvents), throttle: held / free };
}

const ms = (microseconds) => microseconds / 1000;

/** What the trace says of the thread that the widget runs on. */
function judge(events) {
  const marks = (name) => events.filter((event) => event.cat.includes('blink.user_timing') && event.name === name).map(({ ts }) => ts).sort((one, next) => one - next);
  const mark = events.find((event) => event.cat.includes('blink.user_timing') && event.name === 'update');
  if (!mark) throw new Error('the trace knows no score');
  const own = events.filter(({ pid, tid }) => pid === mark.pid && tid === mark.tid).sort((one, next) => one.ts - next.ts);
  const [wasm] = marks('wasm');
  const [update] = marks('update');

  const sends = new Map(own.filter(({ name }) => name === 'ResourceSendRequest').map(({ args: { data } }) => [data.requestId, data.url]));
  const isCandles = (id) => /\/klines\?.*symbol=TAOUSDT/.test(sends.get(id) ?? '');
  const ends = own.filter(({ name, ts, args }) => name === 'ResourceFinish' && isCandles(args.data.requestId) && ts < update).map(({ ts, args: { data } }) => Math.min(ts, data.finishTime ? data.finishTime * 1e6 : ts));
  if (ends.length !== 4) throw new Error(`${ends.length} answers with TAO's candles before the first score, where 4 are expected`);
  const paint = own.find(({ name, ts }) => name === 'Paint' && ts > update);
  const arrived = Math.max(...ends);

  const tasks = own
    .filter(({ name, ph, ts, dur, tdur }) => name === 'RunTask' && ph === 'X' && tdur && ts + dur > wasm)
    // Of the task in which the wasm came to be only what it does afterwards.
    .map(({ ts, dur, tdur }) => {
      const begin = Math.max(ts, wasm);
      return { begin, end: ts + dur, wall: ms(ts + dur - begin), busy: ms((tdur * (ts + dur - begin)) / dur) };
    })
    .sort((one, next) => next.busy - one.busy);
  const profile = PROFILE ? events.filter(({ pid, name }) => pid === mark.pid && /^Profile(Chunk)?$/.test(name)).sort((one, next) => one.ts - next.ts) : [];
  return {
    tasks: tasks.slice(0, 6).map((task) => ({ ...task, at: ms(task.begin - wasm), what: parts(own, task) + sampled(profile, task) })),
    longest: Math.max(...tasks.map(({ wall }) => wall)),
    score: ms(update - arrived),
    shown: ms(paint.ts + paint.dur - arrived),
  };
}

/** What a task spent its time in itself, longest first. */
function parts(own, { begin, end }) {
  const inside = own.filter(({ name, ph, ts, dur }) => ph === 'X' && name !== 'RunTask' && ts >= begin && ts + dur <= end + 1 && dur > 0);
  const spent = new Map();
  const open = [];
  const add = (event) => spent.set(label(event), (spent.get(label(event)) ?? 0) + event.left);
  for (const event of inside) {
    while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= event.ts) add(open.pop());
    if (open.length > 0) open.at(-1).left -= event.dur;
    open.push(Object.assign(event, { left: event.dur }));
  }
  while (open.length > 0) add(open.pop());
  const rows = [...spent].sort(([, one], [, next]) => next - one).slice(0, 4);
  return rows.map(([what, time]) => `${what} ${ms(time).toFixed(1)}`).join(', ');
}

function label({ name, args }) {
  const { functionName, url, type } = args?.data ?? {};
  const file = (url ?? args?.fileName ?? '').split('/').at(-1);
  return [name, functionName || type, file && `(${file})`].filter(Boolean).join(' ');
}

/** The functions that the profiler saw on top during a task. */
function sampled(profile, { begin, end }) {
  const [nodes, seen] = [new Map(), new Map()];
  let time = 0;
  for (const { name, args: { data } } of profile) {
    if (name === 'Profile') time = data.startTime;
    for (const node of data.cpuProfile?.nodes ?? []) nodes.set(node.id, node.callFrame);
    (data.cpuProfile?.samples ?? []).forEach((id, index) => {
      time += data.timeDeltas[index];
      if (time < begin || time > end) return;
      const { functionName, url, lineNumber, columnNumber } = nodes.get(id) ?? {};
      const key = `${functionName || '(anonymous)'} ${(url ?? '').split('/').at(-1)}${lineNumber >= 0 ? `:${lineNumber + 1}:${columnNumber + 1}` : ''}`;
      seen.set(key, (seen.get(key) ?? 0) + data.timeDeltas[index]);
    });
  }
  return [...seen].sort(([, one], [, next]) => next - one).slice(0, 10).map(([key, spent]) => `\n      sampled ${ms(spent).toFixed(1)}: ${key}`).join('');
}

const range = (all) => `${median(all).toFixed(0)} (${Math.min(...all).toFixed(0)} … ${Math.max(...all).toFixed(0)})`;

const browser = await open();
const rows = [];
try {
  for (const layout of layouts) {
    const views = [];
    for (let run = 0; run < Number(runs); run += 1) {
      const one = await view(browser, layout);
      views.push(one);
      console.log(`${layout}, run ${run + 1}: throttled ${one.throttle.toFixed(1)} times, load ${loadavg()[0].toFixed(1)}; first score ${one.score.toFixed(1)} ms after the candles, painted after ${one.shown.toFixed(1)}`);
      for (const { busy, wall, at, what } of one.tasks) console.log(`  ${busy.toFixed(1)} ms (${wall.toFixed(1)} by the clock), ${at.toFixed(0)} ms after the wasm: ${what}`);
    }
    const longest = views.map(({ tasks }) => tasks[0].busy);
    const over = views.map(({ tasks }) => tasks.filter(({ busy }) => busy > 50).length);
    rows.push(`| ${layout} | ${range(longest)} | ${range(views.map(({ longest }) => longest))} | ${Math.max(...over)} | ${range(views.map(({ score }) => score))} | ${range(views.map(({ shown }) => shown))} |`);
  }
} finally {
  await browser.close();
}
console.log(`\nms, median of ${runs} runs (shortest … longest)\n\n| | longest task, of the processor | by the clock | tasks over 50 ms in a run, at most | candles to score | candles to paint |\n|---|---|---|---|---|---|\n${rows.join('\n')}`);
