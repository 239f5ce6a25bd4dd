// What the head of the page and the browser's tab say of the moment: how fresh the data is, from where and of when, and
// the score in the title. And through whom the figures come, where that is not the exchanges.

import { assessment, asset, follow, locale } from "./live.js";
import { asOf, custom, known, moment, scored, sourceName } from "./words.js";

const FRESH = ["live", "partial"];

/** The title: the score first, since a tab shows no more, and what it is of; data that is not fresh says so. */
export function titled(symbol, assessment, locale) {
  const score = known(assessment?.conviction) ? `${scored(assessment.conviction, locale)} ` : "";
  const state = assessment?.data?.state ?? "live";
  const aside = score ? `${custom(assessment).replace(" · ", ", ")}${FRESH.includes(state) ? "" : `, ${state}`}` : "";
  return score || symbol !== "TAO" ? `${score}${symbol}${aside} · TAO Conviction` : "TAO Conviction";
}

/** The time of day, with the date where that is another day's. */
function clock(time, now, locale) {
  const options = { hour: "2-digit", minute: "2-digit" };
  if (new Date(time).toDateString() !== new Date(now).toDateString()) Object.assign(options, { day: "numeric", month: "short" });
  try {
    return new Intl.DateTimeFormat(locale, options).format(time);
  } catch {
    // A tag that this browser refuses.
    return new Intl.DateTimeFormat(undefined, options).format(time);
  }
}

/** The state and its words: "live · Binance · 12:04". */
export function standing(assessment, now, locale) {
  const { state, source } = assessment?.data ?? {};
  if (!assessment) return ["loading", "loading"];
  if (state === "unavailable") return ["unavailable", "no data"];
  const time = asOf(assessment);
  return [String(state), [state, sourceName(source), known(time) ? clock(time, now, locale) : "?"].join(" · ")];
}

/** Who stands between the reader and the exchanges, if the address of the page says so; nobody else would tell. */
export function through(search) {
  let host;
  try {
    ({ host } = new URL(new URLSearchParams(search).get("proxy") ?? ""));
  } catch {
    return "";
  }
  if (/^(localhost|127\.0\.0\.1)(:|$)/.test(host)) return "";
  return `All figures come through ${host}, as the address of this page wants it, and not from the exchanges themselves. They are as true as that server is.`;
}

function start() {
  document.querySelector("#through").textContent = through(location.search);
  const place = document.querySelector("#state");
  const words = place.querySelector("span");
  follow(() => {
    const now = assessment();
    const [state, said] = standing(now, Date.now(), locale());
    const title = titled(asset(), now, locale());
    // The price moves every second; what stays the same is left alone.
    if (words.textContent !== said) words.textContent = said;
    place.dataset.state = state;
    const time = asOf(now);
    place.title = known(time) ? `Last closed candle: ${moment(time)}` : "";
    if (document.title !== title) document.title = title;
  });
}

if (globalThis.document) start();
