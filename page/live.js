// The big panel of the page (#live): which asset it shows, the Assessment of that asset, and word of every change.

export const live = globalThis.document?.querySelector("#live");

/** The assets that the page can show, from its own lists of them. */
export function assets() {
  const listed = [...document.querySelectorAll("#assets option, #builder [name=symbol] option")].map(({ value }) => value);
  return listed.length ? new Set(listed) : new Set(["TAO"]);
}

/** What the panel shows: like the widget itself, TAO where the attribute names nothing that is known. */
export function asset() {
  const symbol = live.getAttribute("symbol")?.toUpperCase() ?? "TAO";
  return assets().has(symbol) ? symbol : "TAO";
}

/** The last Assessment of what is shown, or null: the one of the asset before is not it. */
export function assessment() {
  const last = live.assessment ?? null;
  return last?.symbol === asset() ? last : null;
}

/** The panel's language for numbers, if one was asked for. */
export const locale = () => live.getAttribute("locale") ?? document.documentElement.lang;

/** Calls at once and whenever another asset is chosen or something new is known of it. */
export function follow(changed) {
  // At the document, where an event arrives after the element itself has kept what it says.
  for (const type of ["tao-update", "tao-error"]) document.addEventListener(type, ({ target }) => target === live && changed());
  new MutationObserver(changed).observe(live, { attributes: true, attributeFilter: ["symbol", "locale"] });
  changed();
}
