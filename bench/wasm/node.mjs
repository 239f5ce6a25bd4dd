// Runs the benchmark in Node: node node.mjs BENCH.wasm CANDLES.csv [ROUNDS]

import { readFile } from 'node:fs/promises';
import { bench } from './bench.mjs';

const [wasm, csv, rounds = '41'] = process.argv.slice(2);
if (!csv) {
  console.error('usage: node node.mjs BENCH.wasm CANDLES.csv [ROUNDS]');
  process.exit(2);
}
console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}`);
console.log(await bench(await readFile(wasm), await readFile(csv, 'utf8'), Number(rounds)));
