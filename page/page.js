// What the standalone page adds to the element that any blog uses: settings from the query, a theme switch, simulated
// data for those who can reach no exchange, and, in somebody's iframe (`?embed`), the widget alone, without a ground of
// its own, and its height told to the page around it. It runs before embed.js looks which part to load.
(() => {
  const NAME = "tao-conviction";
  const query = new URLSearchParams(location.search);
  const root = document.documentElement;
  const embedded = query.has("embed");
  // What the page does beside the widget, a file each; somebody's iframe needs none of it.
  const PARTS = ["routes.js", "header.js", "share.js", "print.js", "alerts.js", "watchlist.js", "method.js", "builder.js", "offline.js"];
  // What holds for all of the page's widgets that are live, not for the big one alone.
  const SHARED = ["proxy", "sources", "locale", "theme", "live", "catalysts", "timeframes", "weights"];
  if (embedded) {
    root.dataset.embed = "";
    // A frame of another colour scheme than its element gets an opaque ground: the one that was asked for counts.
    root.dataset.theme = query.get("theme") ?? "auto";
  }

  /** The three buttons of `#theme` set the theme of the page and of the widgets on it. */
  const switchThemes = (live) => {
    const buttons = [...(document.querySelector("#theme")?.children ?? [])];
    const choose = (theme) => {
      for (const button of buttons) button.setAttribute("aria-pressed", button.value === theme);
      for (const widget of document.querySelectorAll(NAME)) widget.setAttribute("theme", theme);
      root.dataset.theme = theme;
      // The browser's own bars, where it has the page's colour there.
      for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
        const { scheme } = meta.dataset;
        meta.media = theme === "auto" ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? "all" : "not all";
      }
    };
    for (const button of buttons) button.addEventListener("click", () => choose(button.value));
    if (live.hasAttribute("theme")) choose(live.getAttribute("theme"));
  };

  /**
   * Shows simulated candles under their banner while no exchange can be reached. The live widget keeps saying what is
   * wrong, and an embed never shows them unless it is told to.
   */
  const offerSample = (live) => {
    const section = document.querySelector("#sample");
    if (!section) return;
    // A hidden element is never near the viewport, so its widget loads nothing before it is shown.
    live.addEventListener("tao-error", () => (section.hidden = false));
    live.addEventListener("tao-update", () => (section.hidden = true));
  };

  const alone = (live) => {
    for (const other of document.querySelectorAll("body > :not(main), main > :not(.hero)")) other.remove();
    live.setAttribute("layout", query.get("layout") ?? "card");
    if (parent === window) return;
    // A height is no secret, so any page around may hear it; that page checks from whom it comes.
    const tell = () => parent.postMessage({ type: "tao-conviction:height", height: Math.ceil(root.getBoundingClientRect().height) }, "*");
    new ResizeObserver(tell).observe(root);
  };

  /** Asks for what the loader will load while the page is still being read, else one is waited for to ask for the next; and keeps its room free. */
  const hasten = () => {
    if (!["panel", null].includes(query.get("layout"))) return;
    root.dataset.awaits = "panel";
    const hint = (rel, href, more) => document.head.append(Object.assign(document.createElement("link"), { rel, href, ...more }));
    hint("modulepreload", "./panel.js");
    hint("preload", "./panel_bg.wasm", { as: "fetch", type: "application/wasm", crossOrigin: "" });
    // Whom the widget asks first.
    const first = query.get("proxy") ?? (query.has("sources") ? null : "https://data-api.binance.vision");
    if (first) hint("preconnect", first, { crossOrigin: "" });
  };

  if (!embedded) hasten();
  document.addEventListener("readystatechange", async () => {
    if (document.readyState !== "interactive") return;
    const live = document.querySelector("#live");
    if (embedded) alone(live);
    else for (const part of PARTS) void import(`./${part}`);
    offerSample(live);
    // The asset of a deep link, before another one's candles are asked for; routes.js has the say on it.
    const linked = history.state?.shown?.asset ?? /^#\/asset\/([^/]+)/.exec(location.hash)?.[1];
    if (linked && !embedded) query.set("symbol", linked);
    // The element itself says which attributes there are, and judges their values.
    const { observedAttributes } = await customElements.whenDefined(NAME);
    const list = document.querySelector("#list");
    for (const [name, value] of query) {
      // On the page the watchlist is the reader's to change: watchlist.js takes it.
      if (!observedAttributes.includes(name) || (list && name === "watchlist")) continue;
      live.setAttribute(name, value);
      if (SHARED.includes(name)) list?.setAttribute(name, value);
    }
    switchThemes(live);
  });
})();
