// Keeps the page for when there is no network: registers the service worker (sw.js) once the first score is there, and says
// when a newer version has been made ready. Somebody's iframe (`?embed`) and embeds never load this file.

// The version that this file belongs to, written in by `cargo xtask build`. Without one nothing is kept, and what was kept goes.
const VERSION = "";
const WORKER = new URL("../sw.js", import.meta.url).href;
const HOUR = 3_600_000;

/** The version of a worker; "" of one that takes itself away. */
const versionOf = (worker) =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage("version", [port2]);
  });

/** The first score, or the news that there is none: until then the network is the widget's. */
const settled = () =>
  new Promise((resolve) => {
    if (document.querySelector("#live")?.assessment) resolve();
    for (const type of ["tao-update", "tao-error"]) document.addEventListener(type, resolve, { once: true });
  });

const idle = () => new Promise((resolve) => (self.requestIdleCallback ?? setTimeout)(resolve));

/** A line at the edge of the page. Nothing is loaded anew before the reader says so. */
function offer(line) {
  if (line.firstChild) return;
  const button = (text, act) => {
    const element = document.createElement("button");
    Object.assign(element, { type: "button", textContent: text });
    element.addEventListener("click", act);
    return element;
  };
  const words = document.createElement("span");
  words.textContent = "A new version is ready";
  line.append(words, button("Reload", () => location.reload()), button("Later", () => line.replaceChildren()));
}

/** Says so when a worker of another version than this page's has taken over. */
function follow(registration, line) {
  const watch = (worker) =>
    worker?.addEventListener("statechange", async () => {
      if (worker.state !== "activated") return;
      const version = await versionOf(worker);
      if (version && version !== VERSION) offer(line);
    });
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  // The browser looks for a newer worker at each load. A page that stays open looks itself, once an hour while somebody sees it.
  let looked = Date.now();
  const look = () => {
    if (document.hidden || !navigator.onLine || Date.now() - looked < HOUR) return;
    looked = Date.now();
    registration.update().catch(() => {});
  };
  setInterval(look, HOUR);
  for (const [target, type] of [[document, "visibilitychange"], [window, "online"]]) target.addEventListener(type, look);
}

async function start({ serviceWorker }) {
  const scope = new URL("./", WORKER).href;
  const there = await serviceWorker.getRegistration(scope);
  const known = there?.scope === scope ? there : undefined;
  const script = (known?.active ?? known?.waiting ?? known?.installing)?.scriptURL;
  if (!VERSION) {
    if (script === WORKER) known.active?.postMessage("leave");
    return;
  }
  // The owner of this folder has a service worker of his own: his page, his choice. Who saves data is asked for none.
  if ((script && script !== WORKER) || (!known && navigator.connection?.saveData)) return;
  const line = document.createElement("div");
  line.id = "update";
  line.setAttribute("role", "status");
  document.body.append(line);
  if (known) follow(known, line);
  await settled();
  await idle();
  try {
    const registration = await serviceWorker.register(WORKER);
    if (!known) follow(registration, line);
  } catch (error) {
    console.warn("This page can’t be kept for reading offline:", error);
  }
}

// Only where the page came safely (https, or this very machine).
if (navigator.serviceWorker) void start(navigator);
