// What both pages ask of Binance, here of its stand-in: the candles that the widget asks for too, all at once, and the
// stream of TAO's running candle. Prices arrive as text and leave as columns of numbers, closed candles only.

import { LENGTH } from './formula.mjs';

const BASKET = ['FET', 'RENDER', 'NEAR', 'ICP', 'GRT', 'WLD', 'VIRTUAL'];
const { proxy } = document.querySelector('#tao').dataset;

async function candles(symbol, interval, limit) {
  const answer = await fetch(`${proxy}/api/v3/klines?symbol=${symbol}USDT&interval=${interval}&limit=${limit}`);
  if (!answer.ok) throw new Error(`Binance answers ${answer.status}`);
  const rows = await answer.json();
  const closed = rows.filter(([time]) => time + LENGTH[interval] <= Date.now());
  const column = (place) => closed.map((row) => Number(row[place]));
  const last = rows.at(-1);
  const running = last?.[0] + LENGTH[interval] > Date.now() ? last.slice(0, 6).map(Number) : undefined;
  return { time: column(0), open: column(1), high: column(2), low: column(3), close: column(4), running };
}

async function several(symbol, wanted) {
  const all = await Promise.all(wanted.map(([interval, limit]) => candles(symbol, interval, limit)));
  return Object.fromEntries(wanted.map(([interval], place) => [interval, all[place]]));
}

/** TAO's candles, and the promise of what surrounds it. */
export function load() {
  const tao = several('TAO', Object.keys(LENGTH).map((interval) => [interval, 500]));
  const btc = several('BTC', [['1d', 500], ['4h', 300]]);
  const basket = Promise.all(BASKET.map((symbol) => several(symbol, [['1d', 120], ['4h', 100]])));
  return { tao, around: Promise.all([btc, basket]).then(([btc, basket]) => ({ btc, basket })) };
}

/** Calls back with each running 15m candle; opens the socket again when it is lost. */
export function follow(tick) {
  const socket = new WebSocket(`${proxy.replace('http', 'ws')}/stream?streams=taousdt@kline_15m`);
  socket.onmessage = ({ data }) => {
    const { k } = JSON.parse(data).data;
    tick({ time: k.t, high: Number(k.h), low: Number(k.l), close: Number(k.c) });
  };
  socket.onclose = () => setTimeout(follow, 2_000, tick);
}

/** Calls back a few seconds after the next 15m candle has closed. */
export function afterClose(work) {
  setTimeout(work, LENGTH['15m'] - (Date.now() % LENGTH['15m']) + 2_000 + 8_000 * Math.random());
}
