// An Assessment as a picture, 1200 × 630, for where no widget can stand: SVG text in the widget's look. Whoever sees it
// is told from when and where the data is, and loudly where it is not live. Pure: it asks for nothing and loads nothing.

import { arrow, asOf, caution, known, list, moment, mtf, plain, price, scored, setup, signed, sourceName, tone, verdictWord } from "./words.js";

export const [WIDTH, HEIGHT] = [1200, 630];

/** As in style/tokens.css. */
const COLOURS = {
  light: {
    ink: "#14181d", soft: "#525c67", faint: "#606a75", line: "#e4e8ec", track: "#e9edf0", surface: "#fff",
    bull: "#0b756b", bullSoft: "#e3f3f0", bear: "#ad450e", bearSoft: "#fbeee6",
  },
  dark: {
    ink: "#eef1f4", soft: "#a9b3be", faint: "#98a2ae", line: "#262c34", track: "#272e36", surface: "#161a20",
    bull: "#3fd0bd", bullSoft: "#12332f", bear: "#f7955a", bearSoft: "#3a2315",
  },
};

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Anybody's text, so that it is only text: without what XML forbids, and without what turns the direction of a line. */
const escaped = (value) =>
  String(value)
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, " ")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]);

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

/** Broken between words into lines of so many characters; what is too much for them ends in an ellipsis. */
function wrapped(text, most, count) {
  const lines = [""];
  for (const word of text.split(/ +/)) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push("");
    lines.push([lines.pop(), word].filter(Boolean).join(" "));
  }
  const shown = lines.slice(0, count).map((line) => cut(line, most));
  if (lines.length > count) shown[count - 1] = cut(`${shown[count - 1]} …`, most).replace(/ …$/, "…");
  return shown;
}

function text(x, y, size, fill, content, more = {}) {
  const attributes = Object.entries(more).map(([name, value]) => ` ${name}="${value}"`).join("");
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${attributes}>${escaped(content)}</text>`;
}
const BOLD = { "font-weight": 650 };
const END = { "text-anchor": "end" };
const MIDDLE = { "text-anchor": "middle" };

/** Half a circle of radius 112 around (140, 132), as src/ui/gauge.rs draws it. */
function gauge(score, colours) {
  const point = (value) => {
    const angle = (Math.max(-100, Math.min(100, value)) * Math.PI) / 200;
    return [140 + 112 * Math.sin(angle), 132 - 112 * Math.cos(angle)].map((place) => Number(place.toFixed(2)));
  };
  const colour = { bull: colours.bull, bear: colours.bear }[tone(score, 15)] ?? colours.faint;
  const ticks = [-36, -13.5, 13.5, 36].map((angle) => `<path d="M140 30V36" transform="rotate(${angle} 140 132)" stroke="${colours.faint}"/>`).join("");
  const [x, y] = point(known(score) ? score : 0);
  const fill = `<path d="M140 20A112 112 0 0 ${score > 0 ? 1 : 0} ${x} ${y}" stroke="${colour}" stroke-width="14"/>`;
  const knob = `<circle cx="${x}" cy="${y}" r="7" fill="${colours.surface}" stroke="${colour}" stroke-width="4"/>`;
  return `<path d="M28 132A112 112 0 0 1 252 132" stroke="${colours.track}" stroke-width="14" stroke-linecap="round"/>${known(score) ? fill : ""}<g stroke-width="1.5"><path d="M140 17V36" stroke="${colours.ink}"/>${ticks}</g>${known(score) ? knob : ""}`;
}

/** A bar that grows from its middle, with its name, its number and its RSI. */
function timeframe(report, x, y, width, colours, locale) {
  const { timeframe: name, reading, rsi14, ready } = report ?? {};
  const colour = { bull: colours.bull, bear: colours.bear }[tone(reading, 0.1)] ?? colours.faint;
  const middle = x + width / 2;
  const length = known(reading) ? (Math.max(-1, Math.min(1, reading)) * width) / 2 : 0;
  return [
    text(x, y, 22, colours.soft, cut(String(name ?? "?"), 8)),
    `<rect x="${x}" y="${y + 16}" width="${width}" height="10" rx="5" fill="${colours.track}"/>`,
    `<rect x="${Math.min(middle, middle + length).toFixed(1)}" y="${y + 16}" width="${Math.abs(length).toFixed(1)}" height="10" fill="${colour}"/>`,
    `<path d="M${middle} ${y + 13}v16" stroke="${colours.faint}" stroke-width="1.5"/>`,
    text(x, y + 62, 28, colour, known(reading) ? signed(100 * reading, 0, locale) : "?", BOLD),
    text(x, y + 92, 20, colours.faint, ready === true ? `RSI ${plain(rsi14, 0, locale)}` : "warming up"),
  ].join("");
}

/**
 * The picture of an Assessment as the text of an SVG. `theme` is `light` or `dark`, `locale` a BCP 47 tag for the
 * numbers, and `path` the page's address, which is written at the foot.
 */
export function picture(assessment, { theme = "light", locale, path = "" } = {}) {
  const colours = COLOURS[theme === "dark" ? "dark" : "light"];
  const { conviction, symbol, quote, data, verdict, price: last } = assessment ?? {};
  const warning = caution(assessment);
  // Room for the banner, or some air.
  const top = warning ? 64 : 24;
  const name = cut(String(symbol || "?"), 12);
  const from = sourceName(data?.source);
  const score = scored(conviction, locale);
  const pointed = { bull: colours.bull, bear: colours.bear }[tone(conviction, 15)] ?? colours.faint;
  const { headline, passed, detail } = setup(assessment, locale);
  const full = assessment?.setup === "high-conviction";
  const details = detail ? wrapped(detail, 46, 2) : [];
  const said = mtf(assessment, locale).split(" · ");
  const reports = list(assessment?.mtf?.timeframes).slice(0, 4);
  const step = 556 / Math.max(1, reports.length);
  const at = moment(asOf(assessment));
  const state = typeof data?.state === "string" ? data.state : "state not known";
  const heard = `${name} conviction ${score} of 100, ${verdictWord(verdict)}. ${headline}, ${passed}. ${warning || `${state}, ${from}`}, ${at}.`;
  const banner = `<rect width="${WIDTH}" height="64" fill="${colours.bearSoft}"/>${text(600, 42, 28, colours.bear, warning, { ...BOLD, ...MIDDLE })}`;
  const coin = `<circle cx="96" cy="${top + 92}" r="32" fill="${colours.ink}"/>${text(96, top + 104, 36, colours.surface, symbol === "TAO" ? "τ" : [...name][0], { ...MIDDLE, "font-family": "Georgia, serif", "font-weight": 600 })}`;
  const height = details.length ? 76 + 28 * details.length : 72;
  const upper = top + 160 + (132 - height) / 2;
  const box = [
    `<rect x="580" y="${upper}" width="556" height="${height}" rx="12" fill="${full ? colours.bullSoft : colours.track}"/>`,
    text(604, upper + 44, 26, full ? colours.bull : colours.ink, `${full ? "◆" : "◇"} ${headline}`, BOLD),
    text(1112, upper + 44, 20, colours.soft, passed, END),
    ...details.map((line, index) => text(604, upper + 80 + 28 * index, 20, colours.soft, line)),
  ].join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="Inter, 'Segoe UI', system-ui, 'DejaVu Sans', sans-serif">`,
    `<title>${escaped(heard)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${colours.surface}"/>`,
    warning ? banner : "",
    coin,
    text(148, top + 90, 34, colours.ink, name, BOLD),
    text(148, top + 120, 20, colours.faint, cut(`${name}/${quote ?? "?"} · ${from}`, 36)),
    text(1136, top + 90, 34, colours.ink, price(last, locale), { ...BOLD, ...END }),
    text(1136, top + 120, 20, colours.faint, "last price", END),
    `<g transform="translate(62 ${top + 150}) scale(1.7)" fill="none">${gauge(conviction, colours)}</g>`,
    text(300, top + 330, 72, colours.ink, score, { ...BOLD, ...MIDDLE }),
    text(300, top + 372, 26, pointed, `${arrow(conviction)} ${verdictWord(verdict)}`.trim(), { ...BOLD, ...MIDDLE }),
    text(110, top + 410, 18, colours.faint, signed(-100, 0, locale), MIDDLE),
    text(490, top + 410, 18, colours.faint, signed(100, 0, locale), MIDDLE),
    text(300, top + 444, 18, colours.faint, said.slice(0, 2).join(" · "), MIDDLE),
    text(300, top + 468, 18, colours.faint, said.slice(2).join(" · "), MIDDLE),
    box,
    ...reports.map((report, index) => timeframe(report, 580 + step * index, top + 354, step - 24, colours, locale)),
    `<path d="M64 542H1136" stroke="${colours.line}" stroke-width="1.5"/>`,
    `<circle cx="70" cy="568" r="6" fill="${state === "live" ? colours.bull : warning ? colours.bear : colours.faint}"/>`,
    text(88, 575, 20, colours.soft, cut(`${state} · ${from} · last closed candle ${at}`, 72)),
    text(64, 605, 20, colours.faint, cut(String(path).replace(/^https?:\/\//, ""), 64)),
    text(1136, 575, 20, colours.soft, "TAO Conviction", END),
    text(1136, 605, 20, colours.faint, "Not financial advice", END),
    "</svg>",
  ].join("");
}
