// The published method (docs/method.md) as somebody would write it on the npm package technicalindicators: EMA, RSI,
// ATR and ADX are the package's, the rest is written here because the package has none of it. Candles are columns.
// Left out: gates and correlations, which no score needs, catalysts, and the checks of what a venue sends.

import { ADX, ATR, EMA, RSI } from 'technicalindicators';

export const LENGTH = { '15m': 900_000, '1h': 3_600_000, '4h': 14_400_000, '1d': 86_400_000 };
const WEIGHT = { '15m': 0.1, '1h': 0.2, '4h': 0.3, '1d': 0.4 };
const CROSSOVERS = [[8, 24], [16, 48], [32, 96]];
const WARM_UP = 461;

const clamp = (x) => Math.max(-1, Math.min(1, x));
const over = (a, b) => (b === 0 ? 0 : a / b);
const mean = (all) => all.reduce((sum, x) => sum + x, 0) / all.length;

/** erf(z/√2) by Abramowitz and Stegun 7.1.26, at most 1.5e-7 off. */
function rank(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(z) * (1 - sum * Math.exp(-x * x));
}

/** Standard deviation of the difference of two averages of a random walk of unit steps. */
function kappa(short, long) {
  const [a, b] = [1 - 1 / short, 1 - 1 / long];
  return Math.sqrt((a * a) / (1 - a * a) - (2 * a * b) / (1 - a * b) + (b * b) / (1 - b * b));
}

function averages(values, length) {
  let average = values[0];
  return values.map((value) => (average += (value - average) / length));
}

/** σ at each log price but the first. */
function volatilities(logs) {
  let variance;
  return logs.slice(1).map((log, index) => {
    const square = (log - logs[index]) ** 2;
    variance = variance === undefined ? square : variance + (square - variance) / 64;
    return Math.sqrt(variance);
  });
}

/** The last change over so many candles in its own volatility. */
function changeRank(logs, length) {
  if (logs.length <= length) return undefined;
  return rank(over(logs.at(-1) - logs.at(-1 - length), volatilities(logs).at(-1) * Math.sqrt(length)));
}

export const ema = (period, values) => EMA.calculate({ period, values });
export const rsi = (values) => RSI.calculate({ period: 14, values });

/** The indicators of a timeframe at all its candles; the package's columns leave their warm-up out. */
export function indicators({ time, high, low, close }) {
  const logs = close.map(Math.log);
  return {
    time,
    close,
    logs,
    emas: [20, 50, 200].map((period) => ema(period, close)),
    rsi: rsi(close),
    atr: ATR.calculate({ period: 14, high, low, close }),
    adx: ADX.calculate({ period: 14, high, low, close }),
    sigma: volatilities(logs),
    crossovers: CROSSOVERS.map(([short, long]) => [averages(logs, short), averages(logs, long), kappa(short, long)]),
  };
}

/** The reading at one candle, and nothing while it is warming up. */
export function reading(of, place) {
  if (place < WARM_UP - 1) return undefined;
  const at = (column) => column[place - (of.close.length - column.length)];
  const [close, atr, sigma] = [at(of.close), at(of.atr), at(of.sigma)];
  const [e20, e50, e200] = of.emas.map(at);
  const trend = mean(of.crossovers.map(([short, long, own]) => rank(over(at(short) - at(long), sigma * own))));
  const distances = [over(close - e20, atr), over(e20 - e50, atr), over(e50 - e200, 2 * atr)];
  const alignment = mean(distances.map(clamp));
  const momentum = rank(over(of.logs[place] - of.logs[place - 14], sigma * Math.sqrt(14)));
  return {
    reading: 0.35 * trend + 0.3 * alignment + 0.2 * clamp((at(of.rsi) - 50) / 25) + 0.15 * momentum,
    strength: Math.max(0, clamp((at(of.adx).adx - 15) / 20)),
    rsi: at(of.rsi),
  };
}

/** The score over those timeframes that are ready, of `{timeframe: reading}`. */
export function mtf(readings) {
  const ready = Object.entries(readings).filter(([, one]) => one);
  const sum = (of) => ready.reduce((all, [timeframe, one]) => all + WEIGHT[timeframe] * of(one), 0);
  const [weight, net] = [sum(() => 1), sum(({ reading }) => reading)];
  return {
    value: over(net, weight),
    agreement: over(Math.abs(net), sum(({ reading }) => Math.abs(reading))),
    strength: over(sum(({ strength }) => strength), weight),
    aligned: ready.filter(([, { reading }]) => Math.abs(reading) >= 0.1 && reading * net > 0).length,
    weight,
  };
}

/** log(first) − mean of log(others) where all have a candle. */
function ratio(first, others) {
  const logs = others.map(({ time, close }) => new Map(time.map((at, place) => [at, Math.log(close[place])])));
  const all = first.time.map((at, place) => Math.log(first.close[place]) - mean(logs.map((own) => own.get(at) ?? NaN)));
  return all.filter((value) => !Number.isNaN(value));
}

function relative(asset, { btc, basket }) {
  const byBtc = changeRank(ratio(asset, [btc['4h']]), 42);
  const members = basket.map((member) => member['4h']).filter(({ close }) => close.length >= 43);
  const byBasket = members.length >= 3 ? changeRank(ratio(asset, members), 42) : undefined;
  return byBtc !== undefined && byBasket !== undefined ? (byBtc + byBasket) / 2 : byBtc;
}

function sentiment({ basket }) {
  const members = basket.map((member) => member['1d'].close).filter((close) => close.length >= 50);
  if (members.length < 3) return undefined;
  const breadth = mean(members.map((close) => (close.at(-1) > ema(50, close).at(-1) ? 1 : 0)));
  return 0.5 * (2 * breadth - 1) + 0.5 * mean(members.map((close) => changeRank(close.map(Math.log), 7)));
}

/** Whether Bitcoin is risk-off: on after two closes that say so, off after two that don't. */
function riskOff({ high, close }) {
  const returns = close.slice(1).map((price, place) => Math.log(price / close[place]));
  const spread = (place) => {
    const own = returns.slice(place - 20, place);
    const middle = mean(own);
    return Math.sqrt(mean(own.map((x) => (x - middle) ** 2)) * 365);
  };
  const spreads = close.map((_, place) => (place >= 20 ? spread(place) : NaN));
  const long = ema(200, close);
  const warns = (place) => {
    const year = spreads.slice(Math.max(20, place - 364), place + 1).sort((one, next) => one - next);
    const at = 0.75 * (year.length - 1);
    const limit = year[Math.floor(at)] + (year[Math.ceil(at)] - year[Math.floor(at)]) * (at % 1);
    const top = Math.max(...high.slice(Math.max(0, place - 89), place + 1));
    const says = [close[place] < long[place - 199], spreads[place] > limit, close[place] < 0.8 * top];
    return says.filter(Boolean).length >= 2;
  };
  for (let place = close.length - 1; place >= 200; place -= 1) {
    const says = warns(place);
    if (says === warns(place - 1)) return says;
  }
  return false;
}

/** What enters the score besides TAO's own timeframes: its 4h candles against Bitcoin's and the basket's. */
export const surroundings = (asset, around) => ({
  relative: relative(asset, around),
  sentiment: sentiment(around),
  riskOff: riskOff(around.btc['1d']),
});

/** Conviction and verdict; what surrounds TAO may be unknown yet. */
export function conviction(readings, around = {}) {
  const score = mtf(readings);
  const families = [[0.6, score.value], [0.15, around.relative], [0.1, around.sentiment]];
  const known = families.filter(([, value]) => value !== undefined);
  const sum = (of) => known.reduce((all, one) => all + of(one), 0);
  const evidence = sum(([weight, value]) => weight * value) / sum(([weight]) => weight);
  const damp = evidence > 0 && around.riskOff ? 0.5 : 1;
  const value = 100 * evidence * (0.5 + 0.5 * score.agreement) * (0.6 + 0.4 * score.strength) * damp;
  const coverage = sum(([weight]) => weight) - 0.6 * (1 - score.weight);
  const { aligned } = score;
  return { conviction: value, mtf: 100 * score.value, aligned, coverage, verdict: verdict(value, coverage) };
}

function verdict(value, coverage) {
  if (coverage < 0.5) return 'insufficient data';
  if (value >= 40) return 'strong bullish';
  if (value >= 15) return 'bullish';
  if (value > -15) return 'neutral';
  return value > -40 ? 'bearish' : 'strong bearish';
}
