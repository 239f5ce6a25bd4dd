// The widget's words and numbers, for what the page itself says of an Assessment: its title, its picture, its printout.
// As in src/ui/words.rs and src/ui/panel/gates.rs, in English; what is not a number is unknown and written as “?”.

const VERDICTS = {
  "strong-bullish": "Strong bullish",
  bullish: "Bullish",
  neutral: "Neutral",
  bearish: "Bearish",
  "strong-bearish": "Strong bearish",
  "insufficient-data": "Insufficient data",
};
const SOURCES = { binance: "Binance", kraken: "Kraken", coinbase: "Coinbase", hyperliquid: "Hyperliquid perpetual", bybit: "Bybit", okx: "OKX", sample: "sample candles" };
const GATES = { mtf: "timeframes", rsi: "RSI", relative: "relative strength" };
const FAMILIES = { mtf: "MTF score", relativeStrength: "Relative strength", catalysts: "Catalysts", aiSentiment: "AI sentiment" };

/** The entry of a table of ours: an Assessment may say `constructor`. */
const named = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);

export const known = (value) => typeof value === "number" && Number.isFinite(value);
export const list = (value) => (Array.isArray(value) ? value : []);
export const verdictWord = (verdict) => named(VERDICTS, verdict) ?? "?";
export const sourceName = (source) => named(SOURCES, source) ?? (source ? String(source) : "no source");
export const gateName = (gate) => named(GATES, gate) ?? String(gate ?? "?");
export const familyName = (family) => named(FAMILIES, family) ?? String(family ?? "?");

const made = new Map();
/** A format that is made once, since making one takes longer than to format. A tag that is refused is the browser's own. */
function format(locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  if (!made.has(key)) {
    let own;
    try {
      own = new Intl.NumberFormat(locale || undefined, options);
    } catch {
      own = new Intl.NumberFormat(undefined, options);
    }
    made.set(key, own);
  }
  return made.get(key);
}

export function plain(value, decimals, locale) {
  return known(value) ? format(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value) : "?";
}

/** With its sign and a real minus; what rounds to nothing has none. */
export function signed(value, decimals, locale) {
  if (!known(value)) return "?";
  const digits = plain(Math.abs(value), decimals, locale);
  if (digits === plain(0, decimals, locale)) return digits;
  return `${value > 0 ? "+" : "−"}${digits}`;
}

const percent = (value, decimals, locale) => `${signed(100 * value, decimals, locale)}\u00a0%`;

/** A price in dollars, with as many places as it needs. */
export function price(value, locale) {
  if (!known(value)) return "?";
  const decimals = value >= 1 ? 2 : value >= 0.01 ? 4 : 8;
  return format(locale, { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}

/** Between which of the limits ±15 and ±40 a score lies. */
const step = (score) => Math.sign(score) * [15, 40].filter((limit) => Math.abs(score) >= limit).length;

/** A whole number, unless rounding would carry it over a limit that it hasn't reached: 39.6 is not +40. */
export function scored(score, locale) {
  if (!known(score)) return "?";
  const whole = Math.sign(score) * Math.round(Math.abs(score));
  return step(whole) === step(score) ? signed(whole, 0, locale) : signed(Math.trunc(10 * score) / 10, 1, locale);
}

/** Where a number points: the only thing that colour says. */
export function tone(value, limit) {
  if (!known(value)) return "unknown";
  return value >= limit ? "bull" : value <= -limit ? "bear" : "flat";
}

export const arrow = (score) => ({ bull: "▲", bear: "▼" })[tone(score, 15)] ?? "";

/** Date and time by UTC, to the minute: `2026-11-25 12:00 UTC`, which is read alike everywhere. */
export function moment(time) {
  return known(time) && Math.abs(time) <= 8.64e15 ? `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC` : "?";
}

/** When the newest candle that counts has closed. */
export const asOf = (assessment) => assessment?.data?.asOf ?? assessment?.at ?? null;

/** What must be said where data is not as it should be; nothing where it is. */
export function caution(assessment) {
  switch (assessment?.data?.state) {
    case "live":
    case "partial":
      return "";
    case "delayed":
      return `Delayed data: the last candle closed ${moment(asOf(assessment))}`;
    case "cached":
      return `Cached data, kept from ${moment(asOf(assessment))}`;
    case "simulated":
      return "Simulated data, not a market";
    case "unavailable":
      return "No data: no source answers";
    default:
      return "The state of the data is not known";
  }
}

export function mtf(assessment, locale) {
  const { score, aligned, timeframes } = assessment?.mtf ?? {};
  const ready = list(timeframes).filter((report) => report?.ready === true).length;
  if (!known(score)) return "MTF unknown · no timeframe is ready";
  const damped = assessment.damp < 1 ? " · BTC risk-off: halved" : "";
  return `MTF ${signed(score, 0, locale)} · ${plain(aligned, 0, locale)} of ${ready} timeframes agree${damped}${custom(assessment)}`;
}

/** Other timeframes or weights than the published ones are said wherever their score is. */
export const custom = (assessment) => (assessment?.formula === "custom" ? " · custom formula" : "");

/** Why a gate fails, with its numbers. */
function blockedBy(gate, data, locale) {
  const { gate: name, value, threshold } = gate;
  const said = (words) => `${gateName(name)}: ${words}`;
  if (name === "data" && value < threshold) return said(`${plain(100 * value, 0, locale)} % of the evidence is known, ${plain(100 * threshold, 0, locale)} % needed`);
  if (name === "data" && list(data?.stale).length) return said(`over two lengths old: ${data.stale.join(", ")}`);
  if (name === "data" && data?.contradictedBy) return said(`${sourceName(data.contradictedBy.source)} is over 1 % apart`);
  if (name === "trend") return said(`${signed(100 * value, 1, locale)} % from the 1h EMA200`);
  if (name === "proximity") return said(value > 0 ? `${plain(value, 1, locale)} ATR above the 1h EMA200, limit ${plain(threshold, 0, locale)}` : "below the 1h EMA200");
  if (name === "mtf") return said(`${plain(value, 0, locale)} point up, 3 with the day needed`);
  if (name === "rsi") return said(`${plain(value, 0, locale)} on 1h`);
  return gateName(name);
}

/** The setup's headline, how many gates pass, and what stands in the way. */
export function setup(assessment, locale) {
  const gates = list(assessment?.gates).filter(Boolean);
  const passed = `${gates.filter(({ state }) => state === "pass").length} of ${gates.length || "?"} gates`;
  const failed = gates.find(({ state }) => state === "fail");
  if (assessment?.setup === "high-conviction") return { headline: "High-conviction setup", passed, detail: "" };
  if (assessment?.setup === "unconfirmed") {
    const unknown = gates.filter(({ state }) => state === "unknown").map(({ gate }) => gateName(gate));
    return { headline: "Unconfirmed setup", passed, detail: `Unknown: ${unknown.join(", ")}` };
  }
  let detail = "No score yet";
  if (known(assessment?.conviction)) {
    const blocked = failed && blockedBy(failed, assessment.data, locale);
    if (assessment.conviction < 40) detail = `Conviction is below +40${blocked ? `. The first gate that fails is ${blocked}` : ""}`;
    else detail = blocked ? `Blocked by ${blocked}` : "?";
  }
  return { headline: "No setup", passed, detail };
}

/** What a gate found, and what it asks for. */
export function gateWords(gate, assessment, locale) {
  const { gate: name, value, threshold } = gate;
  const limits = {
    data: `≥ ${plain(100 * threshold, 0, locale)}\u00a0%, fresh, confirmed`,
    trend: "> 0",
    proximity: `0 … ${plain(threshold, 0, locale)}`,
    mtf: "≥ 3, 1d among them",
    rsi: `45 … ${plain(threshold, 0, locale)}; 4h < 75`,
    momentum: "≥ 0",
    relative: "≥ 0",
    regime: "< 2",
    liquidity: `≥ ${plain(threshold, 0, locale)} at ±0.5\u00a0%`,
    catalysts: "none",
  };
  const limit = named(limits, name) ?? plain(threshold, 2, locale);
  if (!known(value)) return { measured: "unknown", limit };
  const { confirmedBy, contradictedBy } = assessment?.data ?? {};
  const second = confirmedBy ? `${sourceName(confirmedBy)} agrees` : contradictedBy ? `${sourceName(contradictedBy.source)} disagrees` : "no second source";
  const found = {
    data: () => `${plain(100 * value, 0, locale)}\u00a0% known, ${second}`,
    trend: () => `${percent(value, 1, locale)} from EMA200 on 1h`,
    proximity: () => `${signed(value, 1, locale)} ATR from EMA200 on 1h`,
    mtf: () => `${plain(value, 0, locale)} point up`,
    rsi: () => `${plain(value, 1, locale)} on 1h`,
    momentum: () => `${signed(value, 2, locale)} on 4h`,
    // The gate measures a log change.
    relative: () => `${percent(Math.expm1(value), 1, locale)} on BTC in 7 days`,
    regime: () => `${plain(value, 0, locale)} warnings about BTC`,
    liquidity: () => `${plain(value, 0, locale)} ${assessment?.quote ?? "?"}`,
    catalysts: () => `${plain(value, 0, locale)} risk flags`,
  };
  return { measured: named(found, name)?.() ?? plain(value, 2, locale), limit };
}
