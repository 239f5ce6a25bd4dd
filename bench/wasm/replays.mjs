// The replay as somebody would build it on an npm package: at each hour the same set of indicators on four timeframes,
// from what had closed by then, and one number made of them. Less than this project's own replay does: no squashing, no
// agreement, strength, gates or context, so that what is compared is the work that the packages are for.

import { ADX, ATR, EMA, RSI } from 'trading-signals';
import { technicalindicatorsSet } from './contenders.mjs';

const LENGTHS = [900_000, 3_600_000, 14_400_000, 86_400_000];
const WEIGHTS = [0.1, 0.2, 0.3, 0.4];

/** The year in four timeframes, from rows of 15 minutes; not timed. */
export function prepare(rows) {
  return LENGTHS.map((length) => {
    const candles = [];
    for (const [time, open, high, low, close] of rows) {
      const bucket = time - (time % length);
      const last = candles.at(-1);
      if (last?.time !== bucket) candles.push({ time: bucket, open, high, low, close });
      else Object.assign(last, { high: Math.max(last.high, high), low: Math.min(last.low, low), close });
    }
    const column = (name) => candles.map((candle) => candle[name]);
    return { length, candles, high: column('high'), low: column('low'), close: column('close') };
  });
}

/** One number of one timeframe's indicators. */
const reading = (close, rsi, e20, e50, e200, atr, adx) =>
  (Math.sign(e20 - e50) + Math.sign(e50 - e200) + (close - e20) / atr + (rsi - 50) / 25) * Math.min(adx / 25, 1);

/** Goes through the hours; `closed(timeframe, place)` takes a candle that has closed, `read(timeframe)` its reading. */
function hours(year, closed, read) {
  const next = year.map(() => 0);
  let sum = 0;
  for (const { time } of year[1].candles) {
    const at = time + LENGTHS[1];
    year.forEach(({ length, candles }, timeframe) => {
      while (next[timeframe] < candles.length && candles[next[timeframe]].time + length <= at) {
        closed(timeframe, next[timeframe]);
        next[timeframe] += 1;
      }
    });
    let score = 0;
    for (let timeframe = 0; timeframe < 4; timeframe++) score += WEIGHTS[timeframe] * (read(timeframe) || 0);
    sum += score;
  }
  return sum;
}

export const replays = [
  {
    name: 'technicalindicators 3.1.0, batch',
    run(year) {
      const sets = year.map(technicalindicatorsSet);
      const newest = [0, 0, 0, 0];
      const read = (timeframe) => {
        const place = newest[timeframe];
        const { close } = year[timeframe];
        // Columns leave their warm-up out.
        return reading(close[place], ...sets[timeframe].map((column) => column[place - (close.length - column.length)]));
      };
      return hours(year, (timeframe, place) => (newest[timeframe] = place), read);
    },
  },
  {
    name: 'trading-signals 8.3.0, streaming',
    run(year) {
      const sets = year.map(() => ({ rsi: new RSI(14), e20: new EMA(20), e50: new EMA(50), e200: new EMA(200), atr: new ATR(14), adx: new ADX(14) }));
      const closes = [0, 0, 0, 0];
      const closed = (timeframe, place) => {
        const candle = year[timeframe].candles[place];
        const { rsi, e20, e50, e200, atr, adx } = sets[timeframe];
        for (const line of [rsi, e20, e50, e200]) line.update(candle.close, false);
        for (const band of [atr, adx]) band.update(candle, false);
        closes[timeframe] = candle.close;
      };
      const value = (line) => (line.isStable ? line.getResult() : NaN);
      const read = (timeframe) => {
        const { rsi, e20, e50, e200, atr, adx } = sets[timeframe];
        return reading(closes[timeframe], ...[rsi, e20, e50, e200, atr, adx].map(value));
      };
      return hours(year, closed, read);
    },
  },
];
