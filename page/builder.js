// The embed builder of the standalone page: from a reader's choices the tag, the policy that it needs, a check of the
// colours' contrast, and the widget as it will look. Nothing happens before the reader opens it.

const builder = document.querySelector("#builder");
const FILES = new URL("../", import.meta.url);

const VENUES = {
  binance: ["https://data-api.binance.vision", "wss://data-stream.binance.vision"],
  kraken: ["https://api.kraken.com", "wss://ws.kraken.com"],
  coinbase: ["https://api.exchange.coinbase.com"],
  hyperliquid: ["https://api.hyperliquid.xyz", "wss://api.hyperliquid.xyz"],
  bybit: ["https://api.bybit.com", "wss://stream.bybit.com"],
  okx: ["https://www.okx.com"],
  sample: [],
};
const NODES = ["wss://entrypoint-finney.opentensor.ai", "wss://lite.chain.opentensor.ai", "wss://bittensor-finney.api.onfinality.io", "wss://rpc.blockmachine.io"];
const SIGNALS = ["wss://archive.chain.opentensor.ai", "https://api.github.com", "https://openrouter.ai", "https://api.alternative.me"];

/** The attributes that differ from what a widget does without them. */
function attributes(chosen) {
  const set = {};
  for (const [name, usual] of [["symbol", "TAO"], ["layout", "card"], ["theme", "auto"], ["sources", ""], ["locale", ""], ["proxy", ""]]) {
    const value = chosen.get(name).trim();
    set[name] = value === usual ? "" : value;
  }
  for (const name of ["live", "catalysts"]) set[name] = chosen.has(name) ? "" : "off";
  return Object.entries(set).filter(([, value]) => value);
}

const quoted = (text) => `"${text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`;
const written = (pairs, prefix = "") => pairs.map(([name, value]) => ` ${prefix}${name}=${quoted(value)}`).join("");

const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** So much of the second colour in the first. */
const mixed = (one, other, share) => `#${parts(one).map((part, index) => Math.round(part + share * (parts(other)[index] - part)).toString(16).padStart(2, "0")).join("")}`;

/** The custom properties that were chosen, and those of boxes and rules, which follow from them: left to the theme they would be dark on a light card. */
function colours(chosen) {
  if (!chosen.has("colours") || chosen.get("form") === "frame") return [];
  const own = [...chosen].filter(([name]) => name.startsWith("--tao-"));
  const { "--tao-surface": card, "--tao-ink": ink, "--tao-bull": bull, "--tao-bear": bear } = Object.fromEntries(own);
  const following = { "--tao-track": mixed(card, ink, 0.08), "--tao-line": mixed(card, ink, 0.12), "--tao-bull-soft": mixed(card, bull, 0.1), "--tao-bear-soft": mixed(card, bear, 0.1) };
  return [...own, ...Object.entries(following)];
}

function tag(chosen, hash) {
  const pairs = attributes(chosen);
  const at = new URL("embed.js", FILES).href;
  const pinned = hash ? ` integrity="${hash}" crossorigin="anonymous"` : "";
  const properties = colours(chosen).map(([name, value]) => `  ${name}: ${value};\n`);
  const style = properties.length ? `<style>\ntao-conviction {\n${properties.join("")}}\n</style>\n` : "";
  if (chosen.get("form") === "line") return `${style}<script async src=${quoted(at)}${pinned}${written(pairs, "data-")}></script>`;
  if (chosen.get("form") === "element") {
    return `${style}<script type="module" src=${quoted(at)}${pinned}></script>\n<tao-conviction${written(pairs)}><a href=${quoted(FILES.href)}>TAO conviction</a></tao-conviction>`;
  }
  const { layout = "card", theme = "auto", symbol = "TAO" } = Object.fromEntries(pairs);
  // A badge takes two lines where there is less room than 27em.
  const [width, height] = { badge: ["27em", "40px"], card: ["400px", "692px"], panel: ["none", "1300px"] }[layout];
  const query = pairs.map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join("");
  const scheme = theme === "auto" ? "light dark" : theme;
  return `<iframe title="${symbol} conviction" src=${quoted(`${FILES.href}?embed${query}`)}
  loading="lazy" referrerpolicy="no-referrer"
  sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"
  style="width: 100%; max-width: ${width}; height: ${height}; border: 0; color-scheme: ${scheme}"></iframe>`;
}

/** The hosts that a widget of these choices contacts, and what lets it run. */
function policy(chosen) {
  if (chosen.get("form") === "frame") return `frame-src ${FILES.origin}`;
  const set = Object.fromEntries(attributes(chosen));
  const venues = set.sources ? VENUES[set.sources] : Object.values(VENUES).flat();
  let hosts = venues;
  if (set.proxy && set.sources !== "sample") {
    const { origin } = new URL(set.proxy);
    hosts = [origin, origin.replace("http", "ws")];
  }
  hosts = hosts.filter((host) => set.live !== "off" || !host.startsWith("ws"));
  const simulated = set.sources === "sample";
  if (set.catalysts !== "off" && !set.symbol && !simulated) hosts = [...hosts, ...NODES, ...(set.layout === "panel" ? SIGNALS : [])];
  return `script-src ${FILES.origin} 'wasm-unsafe-eval';\nconnect-src ${[FILES.origin, ...hosts].join(" ")}`;
}

/** WCAG 2.2: the ratio of the relative luminances of two colours, 1 … 21. */
function contrast(one, other) {
  const luminance = (hex) => {
    const [red, green, blue] = parts(hex).map((part) => (part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What is said of the chosen colours. */
function judged(chosen) {
  if (!chosen.has("colours")) return ["", "yes"];
  if (chosen.get("form") === "frame") return ["Colours can’t be set through an iframe: the tag below has none.", "no"];
  const set = Object.fromEntries(colours(chosen));
  // What each is read on.
  const grounds = { ink: ["track", "bull-soft"], soft: ["track", "bull-soft"], faint: [], bull: ["bull-soft"], bear: ["bear-soft"], warn: [] };
  const words = { ink: "text", soft: "labels", faint: "captions", bull: "up", bear: "down", warn: "old data" };
  const pairs = Object.entries(grounds).map(([name, on]) => [words[name], Math.min(...["surface", ...on].map((ground) => contrast(set[`--tao-${name}`], set[`--tao-${ground}`])))]);
  const said = (list) => list.map(([word, ratio]) => `${word} ${(Math.floor(10 * ratio) / 10).toFixed(1)}`).join(", ");
  const weak = pairs.filter(([, ratio]) => ratio < 4.5);
  if (weak.length) return [`Too little contrast against the card and its boxes, 4.5 is needed to read it: ${said(weak)}.`, "no"];
  return [`Enough contrast against the card and its boxes (4.5 is needed): ${said(pairs)}.`, "yes"];
}

let hash;
/** The loader's SHA-384, as `integrity` has it. */
async function hashed() {
  const answer = await fetch(new URL("embed.js", FILES));
  if (!answer.ok) throw new Error(`embed.js: status ${answer.status}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-384", await answer.arrayBuffer()));
  return `sha384-${btoa(String.fromCharCode(...digest))}`;
}

/** The widget as it was chosen; for `auto` once light and once dark. In a shadow root, so that the page's own theme switch leaves it alone. */
function preview(root, chosen) {
  const pairs = Object.fromEntries(attributes(chosen));
  const themes = pairs.theme ? [pairs.theme] : ["light", "dark"];
  while (root.children.length > themes.length) root.lastElementChild.remove();
  themes.forEach((theme, index) => {
    const element = root.children[index] ?? document.createElement("tao-conviction");
    const wanted = { ...pairs, theme };
    for (const name of element.getAttributeNames()) if (!(name in wanted)) element.removeAttribute(name);
    for (const [name, value] of Object.entries(wanted)) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    for (const [name, value] of colours(chosen)) element.style.setProperty(name, value);
    if (!element.parentNode) root.append(element);
  });
}

function start() {
  const form = builder.querySelector("form");
  const find = (id) => builder.querySelector(`#${id}`);
  // One list of assets for the whole page.
  form.elements.namedItem("symbol").append(...[...document.querySelectorAll("#assets option")].map(({ value }) => new Option(value)));
  const root = find("preview").attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host{display:flex;flex-wrap:wrap;gap:24px}tao-conviction{flex:1 1 280px;min-width:0}tao-conviction[layout=panel]{flex-basis:100%}");
  root.adoptedStyleSheets = [sheet];
  // What the page was asked to show is what the builder begins with.
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field?.type === "checkbox") field.checked = value !== "off";
    else if (field && (!field.options || [...field.options].some((option) => option.value === value))) field.value = value;
  }
  const show = async () => {
    const chosen = new FormData(form);
    // What can't be used is named and left out.
    const wrong = [...form.elements].filter((field) => field.name && !field.validity.valid);
    for (const { name } of wrong) chosen.set(name, "");
    find("problem").textContent = wrong.map(({ name, title }) => `${name} is left out: ${title[0].toLowerCase()}${title.slice(1)} is needed.`).join(" ");
    form.querySelector("fieldset").hidden = !chosen.has("colours");
    const pin = chosen.has("integrity") && chosen.get("form") !== "frame";
    if (pin && !hash) {
      try {
        hash = await hashed();
      } catch (error) {
        form.elements.namedItem("integrity").checked = false;
        find("pinned").hidden = false;
        find("pinned").textContent = `The hash could not be made (${error.message}), so the tag has none.`;
        return void show();
      }
      return void show();
    }
    if (pin) find("pinned").hidden = false;
    else if (hash) find("pinned").hidden = true;
    find("tag").textContent = tag(chosen, pin ? hash : "");
    find("policy").textContent = policy(chosen);
    const [words, fits] = judged(chosen);
    find("contrast").textContent = words;
    find("contrast").dataset.fits = fits;
    preview(root, chosen);
  };
  form.addEventListener("input", () => void show());
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of builder.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", async () => {
      const code = find(button.dataset.copies);
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        // Not allowed here: marked, so that the keyboard's own copy takes it.
        getSelection().selectAllChildren(code);
        button.textContent = "Marked";
      }
      setTimeout(() => (button.textContent = "Copy"), 2_000);
    });
  }
  void show();
}

builder?.addEventListener("toggle", start, { once: true });
