// Scores TAO in Node.js 20 or later, from the folder that `cargo xtask build` writes:
//
//   node dist/example/node.mjs                                        the simulated candles
//   node dist/example/node.mjs --at 1759276800000 1h=A.csv 1d=B.csv   your own: ts_ms,open,high,low,close,volume
//   node dist/example/node.mjs --json …                               the whole Assessment

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import init, { score } from "../scoring.js";
import { fromCsv, fromSample } from "./candles.js";

// Node's fetch can't read files, so the module is handed over.
await init({ module_or_path: await readFile(new URL("../scoring_bg.wasm", import.meta.url)) });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { at: { type: "string" }, json: { type: "boolean" } },
});

let candles = {};
let options = { source: "file" };
if (positionals.length === 0) {
  const sample = JSON.parse(await readFile(new URL("../sample/TAO.json", import.meta.url), "utf8"));
  candles = fromSample(sample);
  options = { at: sample.end, source: "simulated" };
}
for (const argument of positionals) {
  const [timeframe, file] = argument.split("=");
  candles[timeframe] = fromCsv(await readFile(file, "utf8"));
}
if (values.at !== undefined) options.at = Number(values.at);

const assessment = score(candles, options);
if (values.json) console.log(JSON.stringify(assessment));
else console.log(`${assessment.symbol} ${assessment.conviction?.toFixed(2) ?? "unknown"} ${assessment.verdict}`);
