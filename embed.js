// The loader of TAO Conviction: defines <tao-conviction> and fetches the widget when an element nears the viewport.
// Works as a classic script (the one-line tag, which puts a card where it stands) and as a module.
(() => {
  const NAME = "tao-conviction";
  const ATTRIBUTES = "symbol layout theme locale sources timeframes weights live catalysts proxy alert watchlist".split(" ");
  // What this file must be, written in by `cargo xtask build`; it says what all others must be.
  const LIST = "hashes.js";
  const HASH = "";
  const script = document.currentScript; // null in a module
  const tag = script ?? document.querySelector("script[type=module][src$='embed.js']");
  // A classic script from another origin has no base for a relative import; a module does, but can't be asked here.
  const url = (file) => (tag?.src ? new URL(file, tag.src).href : `./${file}`);
  /** A module as it must be: what the browser has looked at is what `import` takes. */
  const check = (href, integrity) =>
    new Promise((resolve, reject) => {
      const link = document.createElement("link");
      const onerror = () => reject(Error(`${href} is not what its hash says`));
      Object.assign(link, { href, integrity, onerror, onload: resolve, rel: "modulepreload", crossOrigin: "" });
      if (!link.relList.supports(link.rel)) onerror();
      document.head.append(link);
    });

  // A panel's part has all that a card needs, so one of the two serves a page.
  const CARD = "tao-conviction.js";
  const PANEL = "panel.js";
  const parts = {};
  // Panel and watchlist, of all layouts, have an l.
  const WIDE = "[layout*=l]";
  const part = () => (parts[PANEL] || document.querySelector(NAME + WIDE) ? PANEL : CARD);
  const bring = async (file) => {
    // Whoever pins the loader by a hash pins all that it loads.
    const pin = HASH && tag?.integrity;
    const hashes = !pin ? {} : file === LIST ? { [LIST]: HASH } : (await load(LIST)).default();
    if (hashes[file]) await check(url(file), hashes[file]);
    const module = await import(url(file));
    const wasm = file.replace(".js", "_bg.wasm");
    await module.default(hashes[wasm] && { module_or_path: fetch(url(wasm), { integrity: hashes[wasm] }) });
    return module;
  };
  const load = (file) =>
    (parts[file] ??= bring(file).catch((error) => {
        // Asked for again by whoever needs it next.
        delete parts[file];
        throw error;
      }));

  // Those that there are texts in, besides English.
  const LANGUAGES = /^(ar|de|es|fr|ja|pt|zh)\b/;
  let silent;
  /** The texts of a part in this language; nothing for English, which also stands in for what can't be had. */
  const texts = async (tag, file) => {
    const [language] = LANGUAGES.exec(tag.toLowerCase()) ?? [];
    if (!language) return;
    try {
      const names = (file === PANEL ? "card panel catalysts record" : "card").split(" ");
      const modules = await Promise.all(names.map((name) => load(`locale/${language}.${name}.js`)));
      return modules.map((module) => module.default()).join("\n");
    } catch (error) {
      silent ??= console.warn(`<${NAME}> has no texts in “${language}” now:`, error) ?? true;
    }
  };

  let styles;
  const sheet = () => {
    if (!styles) {
      styles = new CSSStyleSheet();
      // The space is reserved before the wasm arrives, so that nothing jumps.
      styles.replaceSync(
        ":host{display:block;--card:var(--tao-height,692px)}:host([hidden]),slot{display:none}" +
          "div:empty{max-width:var(--tao-width,400px);height:var(--card)}" +
          // Beside the card or, where there is no room, below it: so says style/panel.css.
          `:host([layout=panel]){container-type:inline-size}:host(${WIDE}) div:empty{max-width:none}` +
          "@container(max-width:719px){:host([layout=panel]) div:empty{height:calc(var(--card) + 696px)}}" +
          // As wide as its longest line, so that a sentence around it stays as it is.
          ":host([layout=badge]){display:inline-block;width:min(100%,var(--tao-width,27em));font-size:.8em;vertical-align:bottom}" +
          ":host([layout=badge]) div:empty{height:1.5em}" +
          "div.failed{display:none}.failed+slot{display:contents}",
      );
    }
    return styles;
  };

  let explained;

  // What takes each element of the page out of service, and why the wasm that they share has come to an end.
  const shown = new Set();
  let broken;
  /** A panic stops the wasm for all: rather the fallback than figures that nobody keeps true. */
  const stop = (event) => {
    const error = event.error ?? event.reason;
    if (!(error instanceof WebAssembly.RuntimeError) || !/(tao-conviction|panel)(_bg\.wasm|\.js)/.test(error.stack)) return;
    // Said once, by us: timers and sockets of what has stopped may go on failing.
    event.preventDefault();
    if (broken) return;
    broken = error;
    shown.forEach((fail) => fail(error));
  };
  addEventListener("error", stop);
  addEventListener("unhandledrejection", stop);

  class TaoConviction extends HTMLElement {
    static observedAttributes = ATTRIBUTES;
    #place = document.createElement("div");
    #handle;
    #part;
    #starting = false;
    #watch;
    #assessment = null;

    constructor() {
      super();
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet()];
      // Mounting into the shadow root itself would leave dynamic parts unrendered: they need an element around them.
      shadow.append(this.#place, document.createElement("slot"));
      for (const name of ["tao-update", "tao-error"]) {
        // Those of widgets inside its fallback pass by too.
        this.addEventListener(name, ({ target, detail }) => target === this && (this.#assessment = detail));
      }
    }

    /** The last Assessment as plain JSON, or null before the first. */
    get assessment() {
      return this.#assessment;
    }

    /** The attributes that are set, by name. */
    get config() {
      const set = {};
      for (const name of ATTRIBUTES) if (this.hasAttribute(name)) set[name] = this.getAttribute(name);
      return set;
    }

    /** Sets these and no others: what isn't named goes back to its default. */
    set config(values) {
      for (const name in values) if (!ATTRIBUTES.includes(name)) throw new TypeError(`config.${name} is no attribute`);
      for (const name of ATTRIBUTES) {
        if (values[name] == null) this.removeAttribute(name);
        else this.setAttribute(name, values[name]);
      }
    }

    /** Asks the sources now. */
    refresh() {
      this.#handle?.refresh();
    }

    connectedCallback() {
      shown.add(this.#fail);
      if (this.#handle || this.#watch) return;
      this.#watch = new IntersectionObserver(
        (entries) => {
          const near = entries.at(-1).isIntersecting;
          if (near) this.#start();
          // What nobody sees asks for nothing.
          this.#handle?.seen(near);
        },
        { rootMargin: "200px" },
      );
      this.#watch.observe(this);
    }

    disconnectedCallback() {
      // A move in the document is a removal and an insertion: only what is still gone afterwards is taken down.
      queueMicrotask(() => {
        if (this.isConnected) return;
        shown.delete(this.#fail);
        this.#watch?.disconnect();
        this.#watch = undefined;
        this.#handle?.free();
        this.#handle = undefined;
      });
    }

    attributeChangedCallback(name, _, value) {
      if (this.#handle && name === "layout" && this.matches(WIDE) && this.#part === CARD) {
        this.#handle.free();
        this.#handle = undefined;
        this.#start();
      }
      if (name === "locale") void this.#speak(value);
      else this.#handle?.set(name, value ?? undefined);
      if (name === "alert") this.#ring();
    }

    /** Has a bell hung in the widget, by which readers ask to be notified. Where there can be none, the event is told. */
    #ring() {
      if (this.#handle && this.hasAttribute("alert")) load("alert.js").then((part) => part.bell(this), () => {});
    }

    /** Numbers and texts at once: never two languages beside each other. */
    async #speak(locale) {
      const handle = this.#handle;
      const speech = handle && (await this.#speech());
      // Overtaken by another change, or by another part of the widget, which has texts of its own.
      if (!handle || handle !== this.#handle || locale !== this.getAttribute("locale")) return;
      handle.set("locale", locale ?? undefined);
      handle.speak(...speech);
    }

    /** The language around it, and the texts in its own. */
    async #speech() {
      const lang = this.closest("[lang]")?.lang || navigator.language;
      return [lang, await texts(this.getAttribute("locale") ?? lang, this.#part)];
    }

    /** The children are shown instead: a link, a sentence, whatever the author put there. */
    #fail = (error) => {
      // Not freed, if it ever ran: that would run what has stopped.
      this.#handle = undefined;
      this.#assessment = null;
      this.#place.replaceChildren();
      this.#place.className = "failed";
      explained ??= console.error(`<${NAME}> ${broken ? "stopped" : "could not start"}, its fallback content is shown:`, error) ?? true;
      this.#watch?.disconnect();
    };

    async #start() {
      if (this.#handle || this.#starting) return;
      this.#starting = true;
      const file = (this.#part = part());
      const locale = this.getAttribute("locale");
      try {
        const [module, [lang, texts]] = await Promise.all([load(file), this.#speech()]);
        if (broken) throw broken;
        if (!this.isConnected) return void (this.#starting = false);
        this.#handle = module.mount(this.#place, { ...this.config, fetch: load, lang, texts });
        // Changed while the texts were on their way.
        if (this.getAttribute("locale") !== locale) void this.#speak(this.getAttribute("locale"));
        this.#ring();
        this.#place.className = "";
      } catch (error) {
        this.#fail(error);
      }
      this.#starting = false;
    }
  }

  if (!customElements.get(NAME)) customElements.define(NAME, TaoConviction);

  if (script) {
    const element = document.createElement(NAME);
    // The attributes alone: a data-onclick, or whatever else a site's tools add, is none.
    for (const name of ATTRIBUTES) if (name in script.dataset) element.setAttribute(name, script.dataset[name]);
    if (document.head?.contains(script)) {
      console.warn(`<${NAME}>: the script tag stands in <head>; put it where the card should appear`);
    } else {
      script.after(element);
    }
  }
})();
