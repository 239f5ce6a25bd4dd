// What is printed of the page: a summary of the moment on white paper, built when the browser asks for it and gone
// afterwards. A page that has no score yet is printed as it is.

import { assessment, locale } from "./live.js";
import { address } from "./routes.js";
import * as words from "./words.js";

const SETUPS = { "high-conviction": "yes", unconfirmed: "unconfirmed", none: "no" };
const MARKS = { pass: "✓ passes", fail: "✕ fails", unknown: "? unknown" };

/** Of each asset of the watchlist what was last told of it. */
const told = new Map();

function element(tag, content, name) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...[content ?? []].flat());
  return made;
}

/** A table with a caption; `columns` are heads, a `#` before one sets its numbers to the end. */
function table(caption, columns, rows) {
  const numeric = columns.map((column) => (column.startsWith("#") ? "number" : ""));
  const heads = columns.map((column, index) => Object.assign(element("th", column.replace(/^#/, ""), numeric[index]), { scope: "col" }));
  const line = (row) => element("tr", row.map((cell, index) => (index ? element("td", cell, numeric[index]) : Object.assign(element("th", cell), { scope: "row" }))));
  return element("table", [element("caption", caption), element("thead", element("tr", heads)), element("tbody", rows.map(line))]);
}

function families(now, tag) {
  const { plain, signed } = words;
  const known = words.list(now.families).filter(({ points }) => words.known(points));
  const composite = known.length ? known.reduce((sum, { points }) => sum + points, 0) : null;
  const factor = (value, base) => (words.known(value) ? plain(base + (1 - base) * value, 2, tag) : "?");
  const rows = words.list(now.families).map(({ family, value, weight, points, reason }) => [
    words.familyName(family),
    words.known(value) ? signed(100 * value, 0, tag) : `unknown: ${reason ?? "?"}`,
    plain(weight, 2, tag),
    words.known(points) ? signed(points, 1, tag) : "–",
  ]);
  return table("Why", ["Evidence", "#Value", "#Weight", "#Points"], [
    ...rows,
    ["Composite", `of the ${plain(100 * now.coverage, 0, tag)} % that is known`, "", signed(composite, 1, tag)],
    ["× agreement", "", "", factor(now.agreement, 0.5)],
    ["× strength", "", "", factor(now.strength, 0.6)],
    ["× regime", now.regime?.state ? `Bitcoin: ${now.regime.state}` : "", "", plain(now.damp, 2, tag)],
    ["Conviction", words.verdictWord(now.verdict), "", words.scored(now.conviction, tag)],
  ]);
}

function gates(now, tag) {
  const rows = words.list(now.gates).map((gate) => {
    const { measured, limit } = words.gateWords(gate, now, tag);
    return [words.gateName(gate.gate), measured, limit, MARKS[gate.state] ?? "?"];
  });
  return table("Gates", ["Gate", "Measured", "Asked for", "State"], rows);
}

function timeframes(now, tag) {
  const { plain, signed } = words;
  const rows = words.list(now.mtf?.timeframes).map((report) => [
    String(report.timeframe),
    words.known(report.reading) ? signed(100 * report.reading, 0, tag) : (report.reason ?? "unknown"),
    plain(report.weight, 2, tag),
    plain(report.rsi14, 1, tag),
    plain(report.adx14, 1, tag),
    ...[report.close, report.ema20, report.ema50, report.ema200].map((value) => words.price(value, tag)),
  ]);
  return table(words.mtf(now, tag), ["Timeframe", "#Reading", "#Weight", "#RSI 14", "#ADX 14", "#Close", "#EMA 20", "#EMA 50", "#EMA 200"], rows);
}

/** The watchlist's assets, the strongest first, the unknown last. */
function watchlist(tag) {
  const listed = document.querySelector("#list")?.getAttribute("watchlist")?.toUpperCase().split(/[\s,]+/);
  const rank = ({ conviction }) => (words.known(conviction) ? conviction : -Infinity);
  const all = [...told.values()].filter(({ symbol }) => !listed || listed.includes(symbol)).sort((one, other) => rank(other) - rank(one) || 0);
  if (!all.length) return [];
  const readings = words.list(all[0].mtf?.timeframes).map(({ timeframe }) => timeframe).join(" / ");
  const rows = all.map((one) => [
    String(one.symbol),
    words.price(one.price, tag),
    words.scored(one.conviction, tag),
    words.verdictWord(one.verdict),
    words.list(one.mtf?.timeframes).map(({ reading }) => (words.known(reading) ? words.signed(100 * reading, 0, tag) : "?")).join(" / "),
    `${SETUPS[one.setup] ?? "?"}, ${words.setup(one, tag).passed.replace(" of ", "/").replace(" gates", "")}`,
    `${one.data?.state ?? "?"}, ${words.moment(words.asOf(one))}`,
  ]);
  return [table("Watchlist", ["Asset", "#Price", "#Conviction", "Verdict", readings || "Readings", "Setup, gates", "Data"], rows)];
}

/** The summary of an Assessment. */
function summary(now, tag) {
  const { headline, passed, detail } = words.setup(now, tag);
  const warning = words.caution(now);
  const score = element("p", [element("strong", words.scored(now.conviction, tag)), ` ${[words.arrow(now.conviction), words.verdictWord(now.verdict)].join(" ").trim()}`], "score");
  const { state, source, confirmedBy } = now.data ?? {};
  const second = confirmedBy ? ` Confirmed by ${words.sourceName(confirmedBy)}.` : "";
  return element("article", [
    element("header", [element("h1", `${now.symbol} conviction`), element("p", words.price(now.price, tag), "price")]),
    element("p", `Data: ${state ?? "?"}, ${words.sourceName(source)} (${now.symbol}/${now.quote ?? "?"}), last closed candle ${words.moment(words.asOf(now))}.${second}`),
    warning ? element("p", warning, "warning") : "",
    score,
    element("p", `${headline} · ${passed}${detail ? `. ${detail}` : ""}.`),
    families(now, tag),
    gates(now, tag),
    timeframes(now, tag),
    ...watchlist(tag),
    element("footer", [
      element("p", `TAO Conviction${words.custom(now)} · ${address()}`),
      element("p", "Not financial advice, and not a forecast. It has nothing to do with Bittensor’s own on-chain “conviction” locks."),
    ]),
  ]);
}

function start() {
  let built;
  const build = () => {
    const now = assessment();
    built?.remove();
    built = now ? summary(now, locale()) : undefined;
    if (!built) return;
    built.id = "printed";
    document.body.append(built);
  };
  const clear = () => {
    built?.remove();
    built = undefined;
  };
  addEventListener("beforeprint", build);
  addEventListener("afterprint", clear);
  // Previews that tell of the medium alone.
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? build() : clear()));
  for (const type of ["tao-update", "tao-error"]) {
    document.addEventListener(type, ({ target, detail }) => target.id === "list" && detail?.symbol && told.set(detail.symbol, detail));
  }
}

if (globalThis.document) start();
