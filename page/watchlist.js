// The reader's own watchlist on the standalone page: which assets `<tao-conviction id="list">` ranks. It is changed here,
// kept on the device if the reader says so, taken along as a file or a link; what can't be used is named and changes nothing.

const KEY = "tao-conviction:watchlist";
const SCHEMA = 1;
export const MOST = 40;

/** What a stranger's file or link calls something, short enough to be repeated. */
const named = (text) => `“${text.length > 20 ? `${text.slice(0, 20)}…` : text}”`;

/** The symbol of an asset by its symbol or name, however it is written. `assets` has the names by symbol. */
export function symbolOf(text, assets) {
  const wanted = text.trim().replace(/\s+/g, " ").toLowerCase();
  for (const [symbol, name] of assets) {
    if ([symbol, name, `${symbol} ${name}`].some((known) => known.toLowerCase() === wanted)) return symbol;
  }
  return undefined;
}

/** A list of symbols as it may be shown; throws an error in words that names what is wrong with it. */
export function validated(list, assets) {
  if (!Array.isArray(list)) throw new Error("it has no list of symbols under “watchlist”");
  if (list.length > MOST) throw new Error(`it lists ${list.length} assets, and ${MOST} are the most`);
  const other = list.findIndex((entry) => typeof entry !== "string");
  if (other >= 0) throw new Error(`entry ${other + 1} of the list is not a symbol in quotes`);
  const symbols = list.map((entry) => entry.trim().toUpperCase());
  const unknown = symbols.filter((symbol) => !assets.has(symbol));
  if (unknown.length) throw new Error(`not known here: ${[...new Set(unknown)].slice(0, 5).map(named).join(", ")}${unknown.length > 5 ? " and others" : ""}`);
  const doubled = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (doubled) throw new Error(`${doubled} is listed twice`);
  return symbols;
}

/** The list in a file's text. */
export function parsed(text, assets) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  if (file === null || typeof file !== "object" || Array.isArray(file)) throw new Error("it has no list of symbols under “watchlist”");
  if (file.schema !== SCHEMA) throw new Error(`its “schema” is ${named(JSON.stringify(file.schema) ?? "missing")}, and ${SCHEMA} is what can be read`);
  return validated(file.watchlist, assets);
}

/** A list as a file has it, and the storage. */
export const written = (list) => `${JSON.stringify({ schema: SCHEMA, watchlist: list })}\n`;

/** What a link names: the assets that are known, each once, and what is wrong with the others. */
export function linked(value, assets) {
  const entries = value.split(",").map((entry) => entry.trim()).filter(Boolean);
  const unknown = [...new Set(entries.filter((entry) => !assets.has(entry.toUpperCase())))];
  const list = [...new Set(entries.map((entry) => entry.toUpperCase()).filter((symbol) => assets.has(symbol)))].slice(0, MOST);
  const problem = unknown.length ? `The link names what isn’t known here: ${unknown.slice(0, 5).map(named).join(", ")}${unknown.length > 5 ? " and others" : ""}.` : "";
  return { list, problem };
}

/** The list with one more asset at its end; throws an error in words. */
export function added(list, text, assets) {
  if (!text.trim()) throw new Error("Name an asset, such as BTC or Ethereum.");
  const symbol = symbolOf(text, assets);
  if (!symbol) throw new Error(`${named(text.trim())} isn’t an asset that is known here. The field offers those that are.`);
  if (list.includes(symbol)) throw new Error(`${symbol} is in the list already.`);
  if (list.length >= MOST) throw new Error(`${MOST} assets are the most: remove one first.`);
  return [...list, symbol];
}

/** The list with what is at `from` at `to`; the same where there is no such place. */
export function moved(list, from, to) {
  if (![from, to].every((at) => Number.isInteger(at) && at >= 0 && at < list.length)) return list;
  const others = list.toSpliced(from, 1);
  return others.toSpliced(to, 0, list[from]);
}

const same = (one, other) => other !== undefined && one.join() === other.join();

function start(section) {
  const find = (id) => section.querySelector(`#${id}`);
  const assets = new Map([...find("assets").options].map(({ value, text }) => [value, text]));
  const element = find("list");
  const usual = element.getAttribute("watchlist").split(",");
  const items = find("list-items");
  const form = section.querySelector("form");
  const { asset: field } = form.elements;
  const keep = find("list-keep");
  const undo = find("list-undo");
  const said = find("list-said");
  const problem = find("list-problem");

  let list = usual;
  let before;
  // What is kept on this device, which need not be what is shown.
  let kept;
  let fromLink = false;
  // What was wrong with the link or the kept list, said where the list is seen.
  let fault = "";
  // An edit is kept as well, if the list that was edited is.
  let keeping = false;

  const say = (words) => (said.textContent = words);
  const object = (words) => {
    problem.textContent = words;
    field.removeAttribute("aria-invalid");
  };

  const store = () => {
    try {
      localStorage.setItem(KEY, written(list));
      [kept, keeping] = [list, true];
    } catch {
      keeping = false;
      object("This browser doesn’t let the page keep anything. The link and the file do.");
    }
  };

  const button = (text, label, pressed) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: text });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", pressed);
    return made;
  };

  const draw = () => {
    if (element.getAttribute("watchlist") !== list.join()) element.setAttribute("watchlist", list.join());
    // The room that it keeps free until its rows are there.
    element.style.setProperty("--rows", list.length);
    element.hidden = !list.length;
    find("list-empty").hidden = list.length > 0;
    items.replaceChildren(
      ...list.map((symbol, at) => {
        const item = document.createElement("li");
        item.append(Object.assign(document.createElement("strong"), { textContent: symbol }), Object.assign(document.createElement("span"), { textContent: assets.get(symbol) }));
        const up = button("↑", `Move ${symbol} up`, () => step(at, at - 1));
        const down = button("↓", `Move ${symbol} down`, () => step(at, at + 1));
        [up.disabled, down.disabled] = [at === 0, at === list.length - 1];
        item.append(up, down, button("Remove", `Remove ${symbol}`, () => remove(at)));
        return item;
      }),
    );
    keep.checked = keeping;
    undo.hidden = before === undefined;
    find("list-copy").disabled = !list.length;
    const own = kept !== undefined && !same(list, kept);
    const words = [fromLink ? "This list came with the link." : own && "Another list is kept on this device.", fault].filter(Boolean).join(" ");
    find("list-note").hidden = !words;
    find("list-words").textContent = words;
    find("list-take").hidden = !fromLink || keeping;
    find("list-own").hidden = !own;
  };

  /** Shows another list; the one before can be had back. */
  const change = (next, words) => {
    before = list;
    list = next;
    // The address no longer says what is shown.
    const url = new URL(location.href);
    if (url.searchParams.has("watchlist")) {
      url.searchParams.delete("watchlist");
      history.replaceState(history.state, "", url);
    }
    fromLink = false;
    fault = "";
    object("");
    if (keeping) store();
    draw();
    say(words);
  };

  const step = (from, to) => {
    const [symbol, down] = [list[from], to > from];
    change(moved(list, from, to), `${symbol} is number ${to + 1} of ${list.length}.`);
    const [up, lower] = items.children[to].querySelectorAll("button");
    // At an end there is one way left.
    const [wanted, other] = down ? [lower, up] : [up, lower];
    (wanted.disabled ? other : wanted).focus();
  };

  const remove = (at) => {
    change(list.toSpliced(at, 1), `${list[at]} is removed.`);
    const next = items.children[at] ?? items.lastElementChild;
    (next?.querySelector("button:last-child") ?? field).focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      const next = added(list, field.value, assets);
      change(next, `${next.at(-1)} is added.`);
      field.value = "";
    } catch (error) {
      say("");
      object(error.message);
      field.setAttribute("aria-invalid", "true");
    }
    field.focus();
  });
  find("list-usual").addEventListener("click", () => {
    if (same(list, usual)) say("This is the usual list.");
    else change(usual, "The usual list is back.");
  });
  undo.addEventListener("click", () => change(before, "The list before the last change is back."));
  keep.addEventListener("change", () => {
    object("");
    fault = "";
    if (keep.checked) {
      store();
      if (keeping) say("The list is kept on this device, and so is each change of it.");
    } else {
      keeping = false;
      try {
        localStorage.removeItem(KEY);
        kept = undefined;
        say("No list is kept on this device any more.");
      } catch {
        // Where nothing may be kept nothing was.
      }
    }
    draw();
  });
  find("list-take").addEventListener("click", () => {
    object("");
    store();
    draw();
    if (keeping) say("The list is kept on this device, and so is each change of it.");
    section.querySelector("summary").focus();
  });
  find("list-own").addEventListener("click", () => {
    change(kept, "The list that is kept on this device is shown.");
    keeping = true;
    draw();
    section.querySelector("summary").focus();
  });

  find("list-export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([written(list)], { type: "application/json" }));
    link.download = "watchlist.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say("The list is in the file watchlist.json.");
  });
  const file = find("list-file");
  find("list-import").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    try {
      // A list of all assets has half a kilobyte.
      if (chosen.size > 100_000) throw new Error("it is too large for a list of assets");
      const next = parsed(await chosen.text(), assets);
      if (same(list, next)) say("The file has the list that is shown.");
      else change(next, `The list is that of ${chosen.name} now.`);
    } catch (error) {
      say("");
      object(`${chosen.name} was not taken: ${error.message}.`);
    }
    file.value = "";
  });
  find("list-copy").addEventListener("click", async () => {
    object("");
    const link = find("list-link");
    link.value = `${location.origin}${location.pathname}?watchlist=${list.join()}`;
    try {
      await navigator.clipboard.writeText(link.value);
      link.hidden = true;
      say("The link is copied.");
    } catch {
      // Not allowed here: marked, so that the keyboard's own copy takes it.
      link.hidden = false;
      link.select();
      say("The link is marked, to be copied.");
    }
  });
  // The page in another tab changes what is kept.
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY) return;
    try {
      kept = newValue === null ? undefined : parsed(newValue, assets);
    } catch {
      return;
    }
    if (keeping && kept) list = kept;
    else keeping = false;
    draw();
  });

  try {
    const text = localStorage.getItem(KEY);
    if (text !== null) kept = parsed(text, assets);
  } catch (error) {
    // Storage that is refused has nothing to be named.
    if (error.name === "Error") fault = `The list that was kept on this device can’t be used: ${error.message}.`;
  }
  if (kept) [list, keeping] = [kept, true];
  const value = new URLSearchParams(location.search).get("watchlist");
  if (value !== null) {
    const link = linked(value, assets);
    if (link.problem) fault = link.problem;
    if (link.list.length) [list, fromLink, keeping] = [link.list, true, same(link.list, kept)];
  }
  draw();
}

const section = globalThis.document?.querySelector("#watchlist");
if (section) start(section);
