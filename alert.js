// The bell of a widget with an `alert`: readers who press it are notified by their browser, while the page is open. What
// is said is what the widget shows, in its language.

const rung = new WeakSet();

// Beside the widget's own: cards without a bell don't pay for it.
const LOOK = `
.bell { grid-area: 1 / 3 / 3; }
.tao button.alert { min-width: 32px; min-height: 32px; padding: 6px; border-color: var(--line); line-height: 0; }
.alert svg { width: 18px; height: 18px; fill: none; stroke: currentcolor; stroke-width: 1.4; stroke-linejoin: round; }
.alert[aria-pressed="true"] svg { fill: currentcolor; }`;
let sheet;

/** Nothing to start: the loader calls it of every part. */
export default () => {};

/** Keeps a bell in the widget of this element, wherever it is drawn anew; once is enough. */
export const bell = (host) => {
  if (rung.has(host)) return;
  rung.add(host);
  const root = host.shadowRoot;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
  }
  root.adoptedStyleSheets.push(sheet);
  const shown = (part) => root.querySelector(`[part=${part}]`)?.textContent ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "alert";
  button.setAttribute("part", "alert");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", "M3 12h10l-1-2V7a4 4 0 0 0-8 0v3ZM7 14h2");
  svg.append(path);
  button.append(svg);
  let on = false;
  let blocked = false;

  /** In its place, with the words of the widget's language. */
  const place = () => {
    const ground = root.querySelector(".bell");
    if (!ground) return;
    const { ask, refused } = ground.dataset;
    const words = blocked ? refused : ask;
    if (button.title !== words) {
      button.title = words;
      button.setAttribute("aria-label", words);
    }
    if (button.getAttribute("aria-pressed") !== `${on}`) button.setAttribute("aria-pressed", on);
    if (button.parentNode !== ground) ground.append(button);
  };

  const tell = async (title, body) => {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("notifications are blocked");
    // Phones' browsers refuse this: they want a service worker, which a widget of another site can't have.
    new Notification(title, { body, tag: "tao-conviction" });
  };

  button.addEventListener("click", async () => {
    if (on) on = false;
    else {
      try {
        // The first one says that it works, and shows whether it does.
        await tell("TAO Conviction", root.querySelector(".bell").dataset.ask);
        on = true;
      } catch {
        blocked = true;
      }
    }
    place();
  });
  host.addEventListener("tao-setup", () => {
    if (!on) return;
    // Once what was reached is drawn: a message is heard after that. Whoever took the permission back since knows why
    // nothing comes.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      tell(`${shown("symbol")} ${shown("score")}`, `${shown("headline")}. ${shown("detail")}.`).catch(() => {});
    };
    port2.postMessage(0);
  });
  new MutationObserver(place).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-ask"] });
  place();
};
