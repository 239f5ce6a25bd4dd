// The page's address says what the big panel shows: `#/asset/TAO/record`. Opening it shows that, choosing another tab
// or asset changes it, and the browser's Back and Forward lead through what was chosen. Options stay in the query.

import { assets, live } from "./live.js";

const TABS = ["why", "gates", "chart", "catalysts", "record", "data"];

/** As it is quoted: cut, so that an address can't fill the page. */
const quoted = (text) => `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * What the part of an address after `#` asks for: `null` where it is no address of the panel, but an anchor or nothing.
 * What is wrong is left to `usual`, and `problems` has a sentence for each.
 */
export function parse(hash, known, usual) {
  if (!hash.startsWith("#/")) return null;
  const [kind, symbol, tab, ...more] = hash.slice(2).replace(/\/$/, "").split("/").map(decoded);
  const problems = [];
  if (kind !== "asset" || !symbol || more.length) {
    return { asset: usual, tab: "why", problems: [`${quoted(decoded(hash))} is no address of this page, so ${usual} is shown. An address is #/asset/TAO/gates, say.`] };
  }
  const asset = known.has(symbol.toUpperCase()) ? symbol.toUpperCase() : usual;
  if (asset === usual && symbol.toUpperCase() !== usual) {
    problems.push(`${quoted(symbol)} is no asset that this page knows, so ${usual} is shown.`);
  }
  const id = tab?.toLowerCase() || "why";
  if (!TABS.includes(id)) problems.push(`${quoted(tab)} is no tab of the panel, so Why is shown. The tabs are ${TABS.join(", ")}.`);
  return { asset, tab: TABS.includes(id) ? id : "why", problems };
}

/** The address of an asset and a tab, after `#`; the first tab needs no name. */
export const hashOf = ({ asset, tab }) => `#/asset/${encodeURIComponent(asset)}${tab === "why" ? "" : `/${tab}`}`;

let usual;
let shown;

/** The address of what the panel shows, to be handed on. */
export const address = () => (shown ? `${location.origin}${location.pathname}${location.search}${hashOf(shown)}` : location.href);

async function start() {
  await customElements.whenDefined(live.localName);
  const { shadowRoot: root } = live;
  const notice = document.querySelector("#notice");
  const hero = live.closest("section");
  // What the query asks for, where it is something that there is.
  const asked = new URLSearchParams(location.search).get("symbol")?.toUpperCase();
  usual = assets().has(asked) ? asked : "TAO";

  // The tab that is to be opened as soon as it is there: the panel comes late, and is built anew at times.
  let wanted;
  let clicked;
  let list;
  const look = () => {
    const selected = root.querySelector('[role="tab"][aria-selected="true"]');
    if (!selected) return;
    // A panel that was built anew begins with its first tab, which nobody chose.
    if (selected.parentNode !== list) wanted = shown.tab;
    list = selected.parentNode;
    if (wanted === selected.id) wanted = undefined;
    if (wanted) {
      const tab = list.querySelector(`#${wanted}`);
      if (tab === clicked) return;
      clicked = tab;
      tab?.click();
    } else if (selected.id !== shown.tab) {
      enter({ ...shown, tab: selected.id });
    }
  };
  const open = (state) => {
    shown = { asset: state.asset, tab: state.tab };
    if ((live.getAttribute("symbol") ?? "TAO").toUpperCase() !== shown.asset) live.setAttribute("symbol", shown.asset);
    hero.setAttribute("aria-label", `${shown.asset} now`);
    wanted = shown.tab;
    clicked = undefined;
    look();
  };
  /** A step that Back takes back. */
  const enter = (state) => {
    notice.textContent = "";
    open(state);
    history.pushState({ shown: state }, "", hashOf(state));
  };
  /** Shows what the entry of the history that we are at shows; a new one that only leads to a place of the page keeps what is shown. */
  const arrive = () => {
    const known = history.state?.shown;
    const named = known ? null : parse(location.hash, assets(), usual);
    const state = known ?? named ?? (location.hash && shown ? shown : { asset: usual, tab: "why" });
    // Asked again when it is opened anew, since a reader may have mended the address.
    if (!named?.problems.length) history.replaceState({ ...history.state, shown: { asset: state.asset, tab: state.tab } }, "");
    const problem = named?.problems.join(" ") ?? "";
    if (notice.textContent !== problem) notice.textContent = problem;
    open(state);
    const place = location.hash.length > 1 && document.getElementById(decoded(location.hash.slice(1)));
    // What is folded away is opened for those who were sent to it.
    if (place instanceof HTMLDetailsElement) place.open = true;
  };
  new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });
  addEventListener("popstate", arrive);
  addEventListener("hashchange", arrive);
  arrive();

  // A row of the watchlist is shown here, unless another window or a download was asked for.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const path = event.composedPath();
    const link = path.find((node) => node instanceof HTMLAnchorElement && node.part.contains("symbol"));
    if (!link || !path.includes(document.querySelector("#list"))) return;
    const state = parse(link.hash, assets(), usual);
    if (!state || state.problems.length || link.origin !== location.origin) return;
    event.preventDefault();
    if (hashOf(state) !== hashOf(shown)) enter({ asset: state.asset, tab: state.tab });
    hero.focus({ preventScroll: true });
    hero.scrollIntoView();
  });
}

if (live) void start();
