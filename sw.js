// The service worker of the standalone page: with it the page opens without a network. `cargo xtask build` writes the next
// two lines; as they stand here the worker takes itself away, and so does the owner of a copy (docs/offline.md).
const VERSION = "";
const FILES = {};

// A version is a set of files, kept as a whole or not at all: the browser holds each against its hash.
//
// Never stale: the network is asked first, and HTTP's own validation decides (`no-cache`). Only where it fails a file is
// taken from a set.
//
// Never mixed: a document is given files of one version only. As long as all that the network gave it is what this set
// has too, the set may stand in for the network; once it has, it gives the rest as well, even when the network is back.
// So when the network dies while a newer version is being loaded, there are two cases. All that had come is the same in
// both versions: the document is completed from the set, and is the old version as a whole. Something that had come is
// new: nothing is added from the set, what is missing fails as it does without a service worker, and the next load,
// without a network, is the old version as a whole.

// Other copies of the page may be on this origin, in other folders: each has a scope and sets of its own.
const OWN = `tao-conviction ${registration.scope} `;
const SET = OWN + VERSION;
/** What is only kept once it is used: texts in other languages, simulated candles, and what a panel has in its own part. */
const LATER = /^(locale|sample)\/|^(tao-conviction|catalysts)(_bg\.wasm|\.js)$/;

const sets = async () => (await caches.keys()).filter((name) => name.startsWith(OWN));
const address = (path) => new URL(path, registration.scope).href;
/** Where a set has the list of its hashes, and a note for each document that is of it: a worker is stopped when it rests. */
const LIST = address("?files");
const NOTE = address("?document=");

async function hashed(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

async function install() {
  const used = new Set();
  for (const name of await sets()) {
    for (const { url } of await (await caches.open(name)).keys()) used.add(url);
  }
  const paths = Object.keys(FILES).filter((path) => !LATER.test(path) || used.has(address(path)));
  const set = await caches.open(SET);
  try {
    await set.put(LIST, new Response(JSON.stringify(FILES)));
    // All or none; a file that isn't what its hash says is none.
    await set.addAll(paths.map((path) => new Request(address(path), { integrity: FILES[path], cache: "no-cache", priority: "low" })));
  } catch (error) {
    await caches.delete(SET);
    throw error;
  }
}

/** Removes the notes of documents that are gone, and older sets once no document is of them. */
async function clean() {
  const there = (await clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id);
  for (const name of await sets()) {
    const set = await caches.open(name);
    const notes = (await set.keys()).filter(({ url }) => url.startsWith(NOTE));
    // A document that is being opened isn't there yet. It is known here before it is noted, so that is looked at last.
    const opened = [...documents.values()].filter((document) => document?.name === SET).map(({ id }) => id);
    const living = new Set([...there, ...opened].map((id) => NOTE + id));
    const gone = notes.filter(({ url }) => !living.has(url));
    if (name !== SET && gone.length === notes.length) await caches.delete(name);
    else await Promise.all(gone.map((note) => set.delete(note)));
  }
}

async function leave() {
  for (const name of await sets()) await caches.delete(name);
  await registration.unregister();
}

/** The documents that this worker has given something, by their ids. */
const documents = new Map();

/** A document of the set `name`: `kept` when it is given the set's files, `same` as long as it was given nothing else. */
const member = (id, name, set, files, kept) => ({ id, name, set, files, kept, same: Promise.resolve(true), noted: kept ? "kept" : "" });

async function find(id) {
  if (documents.has(id)) return documents.get(id);
  // Seen by this worker before it was stopped, or by an older one.
  for (const name of await sets()) {
    const set = await caches.open(name);
    const [note, list] = await Promise.all([set.match(NOTE + id), set.match(LIST)]);
    if (!note || !list) continue;
    const found = member(id, name, set, await list.json(), (await note.text()) === "kept");
    // Two requests may have looked at once.
    if (!documents.get(id)) documents.set(id, found);
  }
  if (!documents.has(id)) documents.set(id, undefined);
  return documents.get(id);
}

/** Writes down what a document is, for when this worker has been stopped. Where that can't be, it is not remembered then. */
async function note(document, state) {
  if (document.noted === state) return;
  document.noted = state;
  const written = state ? document.set.put(NOTE + document.id, new Response(state)) : document.set.delete(NOTE + document.id);
  await written.catch(() => {});
}

/** Looks at what the network gives while it is given. */
function look(event, document, path, response) {
  const copy = response.clone();
  const right = copy.arrayBuffer().then(
    async (bytes) => {
      const own = (await hashed(bytes)) === document.files[path];
      if (own && LATER.test(path)) await document.set.put(address(path), new Response(bytes, { headers: copy.headers })).catch(() => {});
      return own;
    },
    // Broken off: nobody knows what it would have been.
    () => false,
  );
  document.same = Promise.all([document.same, right]).then((all) => all.every(Boolean));
  event.waitUntil(document.same.then((same) => note(document, same ? "same" : "")));
}

/** Whether all that was given so far is of the set, what comes in while we look included. */
async function unmixed(document) {
  for (;;) {
    const { same } = document;
    const all = await same;
    if (same === document.same) return all;
  }
}

async function give(event, document, path) {
  let response;
  if (!document.kept) {
    response = await fetch(event.request, { cache: "no-cache" }).catch(() => undefined);
    // Meanwhile the document may have been given something of the set.
    if (response && !document.kept) {
      look(event, document, path, response);
      return response;
    }
    if (!document.kept && !(await unmixed(document))) return Response.error();
    document.kept = true;
    await note(document, "kept");
  }
  return (await document.set.match(address(path), { ignoreVary: true })) ?? response ?? Response.error();
}

async function open(event, path) {
  const document = member(event.resultingClientId, SET, await caches.open(SET), FILES, false);
  documents.set(document.id, document);
  return give(event, document, path);
}

addEventListener("install", (event) => event.waitUntil((VERSION ? install() : Promise.resolve()).then(() => skipWaiting())));

addEventListener("activate", (event) => event.waitUntil(VERSION ? clean() : leave()));

addEventListener("message", (event) => {
  if (event.data === "leave") event.waitUntil(leave());
  if (event.data !== "version") return;
  event.ports[0]?.postMessage(VERSION);
  event.waitUntil(clean());
});

addEventListener("fetch", (event) => {
  const { request, clientId, resultingClientId } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  const url = origin + pathname;
  // Exchanges, nodes and whatever else is on this origin are none of our business.
  if (!VERSION || request.method !== "GET" || !url.startsWith(registration.scope)) return;
  const name = url.slice(registration.scope.length);
  const path = name === "" || name === "index.html" ? "./" : name;
  if (!Object.hasOwn(FILES, path)) return;
  if (request.mode !== "navigate") {
    // A document that isn't ours, such as a blog's beside it, is given what the network gives.
    if (clientId) event.respondWith(find(clientId).then((document) => (document ? give(event, document, path) : fetch(request))));
  } else if ((path === "./" || path.endsWith(".html")) && !searchParams.has("embed") && resultingClientId) {
    event.respondWith(open(event, path));
    event.waitUntil(clean());
  }
});
