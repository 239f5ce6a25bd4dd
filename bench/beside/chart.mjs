// A page with lightweight-charts: TAO's hours as candles with EMA 20, 50 and 200, the RSI and the score at each close
// below, and the score of now above. What it computes is computed on technicalindicators; a tick goes into the chart by
// `update`: the running hour, its averages and its RSI. The score moves at closes only.

import { CandlestickSeries, HistogramSeries, LineSeries, createChart } from 'lightweight-charts';
import { LENGTH, conviction, indicators, reading, rsi, surroundings } from './formula.mjs';
import { afterClose, follow, load } from './market.mjs';

const TIMEFRAMES = ['15m', '1h', '4h', '1d'];
const HOUR = LENGTH['1h'];
const PERIODS = [20, 50, 200];
const page = document.querySelector('#tao');
page.className = 'chart';
page.innerHTML = `<header><b>TAO</b> <span id="price"></span> <strong id="score">–</strong> <span id="verdict"></span>
</header><div></div>`;
const piece = (selector) => page.querySelector(selector);
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const signed = new Intl.NumberFormat('en-US', { signDisplay: 'exceptZero', maximumFractionDigits: 0 });

const chart = createChart(piece('div'), { autoSize: true, timeScale: { timeVisible: true } });
const candles = chart.addSeries(CandlestickSeries);
const thin = (color) => chart.addSeries(LineSeries, { color, lineWidth: 1, priceLineVisible: false });
const lines = ['#c77700', '#0070c0', '#8040c0'].map(thin);
const columns = chart.addSeries(HistogramSeries, {}, 1);
const index = chart.addSeries(LineSeries, { lineWidth: 1 }, 2);

let [hours, own, hour] = [];

const seconds = (time) => time / 1000;

/** The points of a column that ends with the last hour. */
function points(column) {
  const warmUp = hours.time.length - column.length;
  return column.map((value, place) => ({ time: seconds(hours.time[place + warmUp]), value }));
}

/** The score at the close of each hour, from TAO's candles alone. */
function past(all) {
  const lengths = TIMEFRAMES.map((timeframe) => LENGTH[timeframe]);
  const next = TIMEFRAMES.map(() => 0);
  const values = hours.time.map((time) => {
    const readings = TIMEFRAMES.map((timeframe, place) => {
      const of = all[timeframe];
      while (next[place] < of.time.length && of.time[next[place]] + lengths[place] <= time + HOUR) next[place] += 1;
      return [timeframe, reading(of, next[place] - 1)];
    });
    return { time: seconds(time), value: conviction(Object.fromEntries(readings)).conviction };
  });
  return values.map((one) => ({ ...one, color: one.value < 0 ? '#c0392b' : '#1e8449' }));
}

function score(readings, around) {
  const result = conviction(readings, around);
  piece('#score').textContent = signed.format(result.conviction);
  piece('#verdict').textContent = result.verdict;
  globalThis.result = { ...result, readings: TIMEFRAMES.map((timeframe) => readings[timeframe]?.reading) };
}

/** The running hour stands at `close`. */
function tick({ close, high, low }) {
  piece('#price').textContent = money.format(close);
  hour = { ...hour, close, high: Math.max(hour.high, high), low: Math.min(hour.low, low) };
  candles.update(hour);
  lines.forEach((line, place) => {
    const last = own.emas[place].at(-1);
    line.update({ time: hour.time, value: last + (2 / (PERIODS[place] + 1)) * (close - last) });
  });
  index.update({ time: hour.time, value: rsi([...own.close, close]).at(-1) });
}

async function refresh() {
  const loading = load();
  const tao = await loading.tao;
  hours = tao['1h'];
  const all = Object.fromEntries(TIMEFRAMES.map((timeframe) => [timeframe, indicators(tao[timeframe])]));
  own = all['1h'];
  const last = (timeframe) => reading(all[timeframe], all[timeframe].close.length - 1);
  const readings = Object.fromEntries(TIMEFRAMES.map((timeframe) => [timeframe, last(timeframe)]));
  score(readings);
  const { open, high, low, close } = hours;
  const prices = (place) => ({ open: open[place], high: high[place], low: low[place], close: close[place] });
  candles.setData(hours.time.map((time, place) => ({ time: seconds(time), ...prices(place) })));
  lines.forEach((line, place) => line.setData(points(own.emas[place])));
  index.setData(points(own.rsi));
  columns.setData(past(all));
  if (hours.running) {
    const [time, open, high, low, close] = hours.running;
    hour = { time: seconds(time), open, high, low, close };
    tick(hour);
  }
  performance.mark('score');
  score(readings, surroundings(tao['4h'], await loading.around));
  performance.mark('whole');
  afterClose(refresh);
}

await refresh();
follow(tick);
