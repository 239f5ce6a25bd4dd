// The npm packages that are asked for the same set: RSI14, EMA20, EMA50, EMA200, ATR14 and ADX14 of each candle, as
// each package's documentation shows. A column comes back shorter when the package leaves its warm-up out.

import * as indicatorts from 'indicatorts';
import technicalindicators from 'technicalindicators';
import { ADX, ATR, EMA, RSI } from 'trading-signals';

/** Calls `work(candle)` for each candle and keeps what it returns; NaN for nothing yet. */
function column(rows, work) {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = work(rows[i]) ?? NaN;
  return out;
}

/** The set by technicalindicators. */
export function technicalindicatorsSet({ high, low, close }) {
  const ema = (period) => technicalindicators.EMA.calculate({ period, values: close });
  return [
    technicalindicators.RSI.calculate({ period: 14, values: close }),
    ema(20),
    ema(50),
    ema(200),
    technicalindicators.ATR.calculate({ period: 14, high, low, close }),
    technicalindicators.ADX.calculate({ period: 14, high, low, close }).map((row) => row.adx),
  ];
}

export const contenders = [
  {
    name: 'technicalindicators 3.1.0, batch',
    run: technicalindicatorsSet,
  },
  {
    name: 'trading-signals 8.3.0, streaming',
    run({ candles }) {
      const [rsi, fast, middle, slow] = [new RSI(14), new EMA(20), new EMA(50), new EMA(200)];
      const [atr, adx] = [new ATR(14), new ADX(14)];
      return [
        column(candles, (candle) => rsi.update(candle.close, false)),
        column(candles, (candle) => fast.update(candle.close, false)),
        column(candles, (candle) => middle.update(candle.close, false)),
        column(candles, (candle) => slow.update(candle.close, false)),
        column(candles, (candle) => atr.update(candle, false)),
        column(candles, (candle) => adx.update(candle, false)),
      ];
    },
  },
  {
    name: 'indicatorts 2.2.2, batch (no ADX)',
    run({ high, low, close }) {
      return [
        indicatorts.rsi(close, { period: 14 }),
        indicatorts.ema(close, { period: 20 }),
        indicatorts.ema(close, { period: 50 }),
        indicatorts.ema(close, { period: 200 }),
        indicatorts.atr(high, low, close, { period: 14 }).atrLine,
        [],
      ];
    },
  },
];
