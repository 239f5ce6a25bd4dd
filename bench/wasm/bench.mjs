// Times the crates, compiled to WebAssembly, and the npm packages in one run: every round runs each of them, so that
// whatever else the machine does falls on all alike. Node and the page both call `bench`.

import { contenders } from './contenders.mjs';
import { prepare, replays } from './replays.mjs';

const COLUMNS = ['RSI14', 'EMA20', 'EMA50', 'EMA200', 'ATR14', 'ADX14'];
// What a timed piece of work should last at least, well above a browser's clock of 5 to 100 microseconds.
const PIECE_MS = 8;

/** Rows of `ts_ms,open,high,low,close,volume`. */
function parse(csv) {
  return csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
}

/** Median and shortest: the one is what to expect, the other what is left of it when nothing else runs. */
function medianAndLeast(values) {
  values.sort((a, b) => a - b);
  return [values[values.length >> 1], values[0]];
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The largest difference of two columns from row `from` on; a shorter one lacks its first rows. */
function difference(own, theirs, from) {
  if (theirs.length === 0) return NaN;
  const late = own.length - theirs.length;
  let most = 0;
  for (let i = from; i < own.length; i++) most = Math.max(most, Math.abs(own[i] - theirs[i - late]));
  return most;
}

/** Runs everything over the candles of `csv`; returns a table in Markdown. */
export async function bench(wasmBytes, csv, rounds) {
  const { instance } = await WebAssembly.instantiate(wasmBytes, {});
  const wasm = instance.exports;
  const rows = parse(csv);
  for (const [time, open, high, low, close] of rows) wasm.candle(time, open, high, low, close);
  const count = wasm.begin();
  const text = new TextDecoder();
  const name = (i) => text.decode(new Uint8Array(wasm.memory.buffer, wasm.name_start(i), wasm.name_length(i)));
  const candles = rows.map(([, open, high, low, close]) => ({ open, high, low, close }));
  const market = { candles, high: candles.map((c) => c.high), low: candles.map((c) => c.low), close: candles.map((c) => c.close) };

  const entries = Array.from({ length: count }, (_, i) => ({ name: `${name(i)}, wasm`, run: (times) => wasm.run(i, times) }));
  for (const contender of contenders) {
    const entry = { name: `${contender.name}, JavaScript`, result: null };
    entry.run = (times) => {
      for (let i = 0; i < times; i++) entry.result = contender.run(market);
    };
    entries.push(entry);
  }
  const own = [
    { name: '`TimeframeState::push`, per candle', run: (times) => wasm.push_all(times), scale: 1e6 / rows.length, unit: 'ns' },
    { name: 'four readings from 4 × 500 candles', run: (times) => wasm.readings(times), scale: 1e3, unit: 'µs' },
    { name: '`assess`, 4 × 500 candles, BTC and a basket of seven', run: (times) => wasm.assessments(times), scale: 1e3, unit: 'µs' },
    { name: 'tick: the whole score from four running candles', run: (times) => wasm.ticks(times), scale: 1e3, unit: 'µs' },
    { name: 'the whole Assessment from the state, texts included', run: (times) => wasm.reports(times), scale: 1e3, unit: 'µs' },
    { name: 'a 4h close of nine assets on a copy of the state, scored', run: (times) => wasm.closes(times), scale: 1e3, unit: 'µs' },
  ];

  const year = prepare(rows);
  const past = [
    { name: 'tao-conviction-core, wasm', run: (times) => wasm.replays(times) },
    { name: 'tao-conviction-core with all statistics, wasm', run: (times) => wasm.records(times) },
    ...replays.map(({ name, run }) => ({
      name: `${name}, JavaScript`,
      run: (times) => {
        for (let i = 0; i < times; i++) run(year);
      },
    })),
  ];

  for (const entry of [...entries, ...own, ...past]) {
    // Warm up, so that the optimising compiler is done, and find how often a timed piece repeats the work.
    for (let spent = 0, runs = 0; spent < 200 || runs < 3; runs++) spent += timed(() => entry.run(1));
    let repeat = 1;
    while (timed(() => entry.run(repeat)) < PIECE_MS) repeat *= 2;
    Object.assign(entry, { repeat, times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of [...entries, ...own, ...past]) entry.times.push(timed(() => entry.run(entry.repeat)) / entry.repeat);
  }

  const ns = entries.map((entry) => medianAndLeast(entry.times).map((ms) => (ms * 1e6) / rows.length));
  const ours = COLUMNS.map((_, column) => Float64Array.from(rows, (_, row) => wasm.value(0, column, row)));
  const lines = [`${rows.length} candles, medians of ${rounds} interleaved rounds`, ''];
  lines.push('| contender | ns/candle | ratio | shortest | largest difference after 2,000 candles |');
  lines.push('|---|---:|---:|---:|---|');
  entries.forEach((entry, i) => {
    const apart = COLUMNS.map((column, c) => {
      const most = entry.result ? difference(ours[c], entry.result[c], 2000) : wasm.difference(i, c);
      return `${column} ${Number.isNaN(most) ? 'none' : most.toExponential(0)}`;
    });
    const [median, least] = ns[i];
    const ratio = median / ns[0][0];
    lines.push(`| ${entry.name} | ${median.toFixed(1)} | ${ratio.toFixed(2)} | ${least.toFixed(1)} | ${apart.join(', ')} |`);
  });
  lines.push('', '| what | time | shortest |', '|---|---:|---:|');
  for (const entry of own) {
    const [median, least] = medianAndLeast(entry.times).map((ms) => `${(ms * entry.scale).toFixed(2)} ${entry.unit}`);
    lines.push(`| ${entry.name} | ${median} | ${least} |`);
  }
  lines.push('', '| replay, a decision an hour | ms | ratio | shortest |', '|---|---:|---:|---:|');
  const pasts = past.map((entry) => medianAndLeast(entry.times));
  past.forEach((entry, i) => {
    const [median, least] = pasts[i];
    lines.push(`| ${entry.name} | ${median.toFixed(2)} | ${(median / pasts[0][0]).toFixed(2)} | ${least.toFixed(2)} |`);
  });
  return lines.join('\n');
}
