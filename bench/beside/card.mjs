// A card of TAO on technicalindicators, as a competent developer would write it without a framework: price, score,
// verdict and the four readings. The stream moves the price and no score, as the published method says; `everyTick` has
// it score the running candles too, anew with each message, as cards of this kind often do.

import { conviction, indicators, reading, surroundings } from './formula.mjs';
import { afterClose, follow, load } from './market.mjs';

const TIMEFRAMES = ['15m', '1h', '4h', '1d'];
const card = document.querySelector('#tao');
card.className = 'card';
const row = (name) => `<li id="of-${name}"><span>${name}</span><meter min="-100" max="100"></meter><b></b><i></i></li>`;
card.innerHTML = `<header><b>TAO</b> <span id="price"></span> <span id="change"></span></header>
<p><strong id="score">–</strong> <span id="verdict"></span></p><p id="mtf"></p>
<ul>${TIMEFRAMES.map(row).join('')}</ul>
<footer>Closed candles of Binance. Not financial advice.</footer>`;
const piece = (selector) => card.querySelector(selector);
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const signed = new Intl.NumberFormat('en-US', { signDisplay: 'exceptZero', maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', { style: 'percent', signDisplay: 'always', minimumFractionDigits: 2 });

let [tao, around, dayAgo] = [];

function price(close) {
  piece('#price').textContent = money.format(close);
  piece('#change').textContent = percent.format(close / dayAgo - 1);
}

/** The last of all with a running candle that stands at `close`, where one is given. */
function read(timeframe, close) {
  const own = tao[timeframe];
  const running = close === undefined ? undefined : own.running;
  const columns = running
    ? {
        time: [...own.time, running[0]],
        high: [...own.high, Math.max(running[2], close)],
        low: [...own.low, Math.min(running[3], close)],
        close: [...own.close, close],
      }
    : own;
  return reading(indicators(columns), columns.close.length - 1);
}

function score(close) {
  const readings = Object.fromEntries(TIMEFRAMES.map((timeframe) => [timeframe, read(timeframe, close)]));
  const result = conviction(readings, around);
  piece('#score').textContent = signed.format(result.conviction);
  piece('#verdict').textContent = result.verdict;
  piece('#mtf').textContent = `MTF ${signed.format(result.mtf)}, ${result.aligned} of 4 agree`;
  for (const timeframe of TIMEFRAMES) {
    const [row, own] = [piece(`#of-${timeframe}`), readings[timeframe]];
    row.querySelector('meter').value = 100 * (own?.reading ?? 0);
    row.querySelector('b').textContent = own ? signed.format(100 * own.reading) : '–';
    row.querySelector('i').textContent = own ? `RSI ${own.rsi.toFixed(0)}` : 'warming up';
  }
  globalThis.result = { ...result, readings: TIMEFRAMES.map((timeframe) => readings[timeframe]?.reading) };
}

async function refresh() {
  const loading = load();
  tao = await loading.tao;
  const quarters = tao['15m'];
  dayAgo = quarters.close[quarters.time.indexOf(quarters.time.at(-1) - 86_400_000)];
  score();
  price(quarters.running?.[4] ?? quarters.close.at(-1));
  performance.mark('score');
  around = surroundings(tao['4h'], await loading.around);
  score();
  performance.mark('whole');
  afterClose(refresh);
}

await refresh();
follow(({ close }) => {
  price(close);
  if (globalThis.everyTick) score(close);
});
