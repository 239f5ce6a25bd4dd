// The page's whole script: candles from the text field, the Assessment below it.

import init, { score, version } from "../scoring.js";
import { LENGTHS, fromCsv, fromSample } from "./candles.js";

const element = (id) => document.getElementById(id);

function say(text, isError = false) {
  element("note").textContent = text;
  element("note").className = isError ? "error" : "";
}

/** JSON is handed over as it is; CSV is one timeframe, and the longer ones are built from it. */
function read(text) {
  return text.trimStart().startsWith("{") ? JSON.parse(text) : { [element("timeframe").value]: fromCsv(text) };
}

/** When the newest candle closed; nothing is said of forms that this page itself doesn't make, `score` takes them all. */
function newest(candles) {
  const ends = Object.entries(candles).map(([timeframe, series]) => {
    const open = series instanceof Float64Array ? series.at(-6) : (series?.at?.(-1)?.[0] ?? series?.at?.(-1)?.openTime);
    return open + LENGTHS[timeframe];
  });
  const latest = Math.max(...ends);
  return Number.isSafeInteger(latest) ? latest : undefined;
}

function show() {
  element("conviction").textContent = element("verdict").textContent = element("assessment").textContent = "";
  try {
    const candles = read(element("candles").value);
    const at = element("at").value.trim() === "" ? newest(candles) : Number(element("at").value);
    const assessment = score(candles, { at });
    element("conviction").textContent = assessment.conviction === null ? "unknown" : assessment.conviction.toFixed(1);
    element("verdict").textContent = assessment.verdict;
    element("assessment").textContent = JSON.stringify(assessment, null, 2);
    say(`Scored by version ${version()}.`);
  } catch (error) {
    // A TypeError of `score` names what is wrong and what is expected.
    say(String(error), true);
  }
}

async function loadSample() {
  const sample = await (await fetch("../sample/TAO.json")).json();
  element("candles").value = JSON.stringify(fromSample(sample));
  element("at").value = "";
  show();
  say("Simulated candles: they are not a market and say nothing about TAO.");
}

await init();
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
element("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  element("candles").value = await file.text();
  show();
});
element("sample").addEventListener("click", loadSample);
await loadSample();
