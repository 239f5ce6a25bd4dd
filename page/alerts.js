// Alerts of the standalone page: what a reader asked to be told of the scores on it, as messages on the page, by the
// browser's notifications and by a sound. What is worth telling follows from the widgets' events and from what was known
// before, in one pure function; the rest shows it. Nothing is on, asked for or stored before the reader chooses it.

const KEY = "tao-conviction:alerts";
/** What the form has, and what it begins with. */
const USUAL = { level: false, at: 40, setup: false, catalysts: false, stale: false, sound: false, notify: false };
const DAY_MS = 86_400_000;
/** Below it a setup is on its way out (the method's §6). */
const ENDS_BELOW = 35;

/** Whether a conviction is at the level or past it: from 0 up that is above, below 0 below. */
export const reaches = (conviction, level) => (level >= 0 ? conviction >= level : conviction <= level);

/**
 * What an Assessment brings that is worth telling: the new memory, and the alerts that `settings` ask for. `memory` has
 * what is known of each asset, whichever widget it came from, and goes on with kinds that are off, so that what was
 * already so when a kind is switched on is not told as news.
 */
export function changes(memory, assessment, settings) {
  const { symbol, at, conviction, data } = assessment;
  const old = ["cached", "delayed", "unavailable"].includes(data.state);
  // Simulated candles are no market.
  if (!old && !["live", "partial"].includes(data.state)) return [memory, []];
  const known = memory[symbol] ?? {};
  // Of an asset in two widgets, what the slower one says is no news.
  if (data.asOf !== null && data.asOf < known.asOf) return [memory, []];
  const now = { ...known, asOf: data.asOf ?? known.asOf, fresh: !old };
  const alerts = [];
  const tell = (setting, kind, more) => settings[setting] && alerts.push({ kind, symbols: [symbol], at, conviction, ...more });
  const result = () => [{ ...memory, [symbol]: now }, alerts];
  if (old && known.fresh) tell("stale", "stale", { asOf: now.asOf ?? null });
  // Half of the evidence is another score, which would come and go with each visit.
  if (data.state !== "live") return result();
  now.since ??= at;

  if (conviction !== null) {
    const before = known.conviction;
    if (before !== undefined && reaches(conviction, settings.at) && !reaches(before, settings.at)) tell("level", "level", { level: settings.at });
    now.conviction = conviction;
    const failed = assessment.gates.filter(({ state }) => state === "fail").map(({ gate }) => gate);
    const weak = conviction < ENDS_BELOW || failed.length > 0;
    if (!known.setup) {
      now.setup = assessment.setup === "high-conviction";
      [now.weak, now.weakBefore] = [false, false];
      if (now.setup && known.since !== undefined) tell("setup", "setup");
    } else {
      // A close is judged by the last that was heard of it.
      if (data.asOf !== known.close) now.weakBefore = known.weak;
      now.weak = weak;
      if (now.weakBefore && weak) {
        now.setup = false;
        tell("setup", "broken", { failed });
      }
    }
    now.close = data.asOf;
  }

  now.catalysts = { ...known.catalysts };
  now.origins = { ...known.origins };
  for (const catalyst of assessment.catalysts) {
    const origin = catalyst.sourceUrl ? "feed" : "chain";
    // The chain's dates are reckoned anew each time; a feed's are what it says.
    const id = JSON.stringify([catalyst.kind, catalyst.title, catalyst.sourceUrl, origin === "feed" ? catalyst.at : null]);
    const before = now.catalysts[id];
    const dated = catalyst.at !== null;
    const upcoming = dated && catalyst.at > at;
    const begins = catalyst.impact !== 0 && !before?.counted;
    const happened = before?.upcoming && !upcoming;
    const again = dated && !upcoming && before !== undefined && catalyst.at - before.at > DAY_MS;
    // A chain or feed that is read for the first time tells mostly of what had been before anybody looked.
    const news = known.origins?.[origin] || catalyst.at > known.since;
    if (news && (begins || happened || again)) {
      tell("catalysts", "catalyst", { title: catalyst.title, direction: catalyst.direction });
    }
    now.catalysts[id] = { at: catalyst.at, upcoming, counted: before?.counted || catalyst.impact !== 0 };
    now.origins[origin] = true;
  }
  return result();
}

/** A score as the widgets write it: where rounding would carry it over a verdict's limit it keeps a decimal. */
export function scored(value) {
  const over = [15, 40].some((limit) => Math.abs(value) < limit !== Math.round(Math.abs(value)) < limit);
  const digits = over ? (Math.trunc(10 * Math.abs(value)) / 10).toFixed(1) : String(Math.round(Math.abs(value)));
  if (digits === "0") return digits;
  return `${value > 0 ? "+" : "−"}${digits}`;
}

/** A level as it was typed, with a sign. */
const signed = (level) => (level > 0 ? `+${level}` : String(level).replace("-", "−"));

/** "TAO", "TAO and BTC", "TAO, BTC, ETH and 4 more". */
export function listed(names) {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

const clock = (time) => new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" }).format(time);

const GATES = { data: "Data", trend: "Trend", proximity: "Proximity", mtf: "Timeframes", rsi: "RSI", momentum: "Momentum", relative: "Relative", regime: "Regime", liquidity: "Liquidity", catalysts: "Catalysts" };

/** An alert in words: a title and a sentence. */
export function worded({ kind, symbols, conviction, level, failed, title, direction, asOf }) {
  const [symbol] = symbols;
  if (kind === "level") return [`${symbol} ${scored(conviction)}`, `Conviction has reached ${signed(level)}.`];
  if (kind === "setup") return [`${symbol} ${scored(conviction)}`, "A high-conviction setup has appeared."];
  if (kind === "broken") {
    const gates = failed.map((gate) => GATES[gate] ?? gate);
    const why = gates.length ? `${listed(gates)} failed` : `conviction is below +${ENDS_BELOW}`;
    return [`${symbol} ${scored(conviction)}`, `The high-conviction setup has ended: ${why}, at two closes running.`];
  }
  if (kind === "catalyst") {
    const plain = title.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, 160);
    return [`${symbol}: a catalyst`, `${plain}: ${direction > 0 ? "for" : direction < 0 ? "against" : "neither for nor against"} ${symbol}.`];
  }
  if (symbols.length > 1) return [`${listed(symbols)}: data is stale`, "Other alerts of them wait for newer data."];
  return [`${symbol}: data is stale`, `${asOf === null ? "Its sources can’t be used." : `Its last candle closed at ${clock(asOf)}.`} Other alerts of it wait for newer data.`];
}

/** Settings from their stored text, or nothing when it isn't what this page wrote. */
export function restored(text) {
  try {
    const { schema, ...kept } = JSON.parse(text);
    const whole = Object.keys(USUAL).every((name) => typeof kept[name] === typeof USUAL[name]);
    return schema === 1 && whole && Math.abs(kept.at) <= 100 ? Object.fromEntries(Object.keys(USUAL).map((name) => [name, kept[name]])) : undefined;
  } catch {
    return undefined;
  }
}

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
};

/** The messages on the page: some at a time, each for as long as it takes to read, all of them kept in `log`. */
function board(log, more) {
  const stack = document.querySelector("#toasts");
  // A phone has room for one.
  const narrow = matchMedia("(max-width: 559px)");
  const LOGGED = 50;
  const SHOWN_S = 10;
  const shown = [];
  let ticking;
  let missed = 0;

  const away = (toast) => {
    const at = shown.indexOf(toast);
    if (at < 0) return;
    const focused = toast.item.contains(document.activeElement);
    shown.splice(at, 1);
    toast.item.remove();
    if (!shown.length) {
      missed = 0;
      clearInterval(ticking);
      ticking = undefined;
    }
    rest.hidden = missed === 0;
    // Whoever dismisses several by the keyboard goes on with the next.
    if (focused) (shown[at] ?? shown.at(-1))?.item.querySelector("button").focus();
  };
  // Seconds in which somebody could read: not while the page is hidden, nor while one is pointed at or has the focus.
  const tick = () => {
    if (document.hidden || stack.matches(":hover") || stack.contains(document.activeElement)) return;
    for (const toast of [...shown]) if ((toast.left -= 1) <= 0) away(toast);
  };

  const rest = element("li", "", { class: "rest" });
  const open = element("button", "", { type: "button" });
  open.addEventListener("click", more);
  rest.append(open);
  rest.hidden = true;
  stack.append(rest);

  const write = (toast) => {
    const [title, text] = worded(toast.alert);
    for (const item of [toast.item, toast.line]) {
      item.querySelector("strong").textContent = title;
      item.querySelector("p").textContent = text;
    }
    toast.item.querySelector("button").setAttribute("aria-label", `Dismiss ${title}`);
  };
  const lines = (time) => {
    const item = element("li", "");
    item.append(element("strong", ""), element("time", clock(time), { datetime: new Date(time).toISOString() }), element("p", ""));
    return item;
  };
  return (alert) => {
    // Many assets lose their source at once: one message for all of them.
    const same = alert.kind === "stale" && shown.find(({ alert: { kind } }) => kind === "stale");
    if (same) {
      same.alert = { ...same.alert, symbols: [...new Set([...same.alert.symbols, ...alert.symbols])] };
      same.left = SHOWN_S;
      write(same);
      return same.alert;
    }
    const time = Date.now();
    const toast = { alert, left: SHOWN_S, item: lines(time), line: lines(time) };
    const dismiss = element("button", "", { type: "button", class: "dismiss" });
    dismiss.append(element("span", "✕", { "aria-hidden": "true" }));
    dismiss.addEventListener("click", () => away(toast));
    toast.item.append(dismiss);
    write(toast);
    log.prepend(toast.line);
    log.hidden = log.previousElementSibling.hidden = false;
    while (log.children.length > LOGGED) log.lastElementChild.remove();
    shown.push(toast);
    rest.before(toast.item);
    ticking ??= setInterval(tick, 1_000);
    while (shown.length > (narrow.matches ? 1 : 3)) {
      // One that is being read stays.
      const oldest = shown.find(({ item }) => !item.matches(":hover, :focus-within")) ?? shown[0];
      missed += 1;
      away(oldest);
      open.textContent = `${missed} more under Alerts`;
    }
    return alert;
  };
}

let audio;
/** Two short tones. Browsers allow none before the reader has done something on the page. */
function beep() {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  void audio.resume();
  for (const [index, pitch] of [660, 880].entries()) {
    const [tone, loudness, from] = [audio.createOscillator(), audio.createGain(), audio.currentTime + 0.16 * index];
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.15, from + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.15);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.16);
  }
}

async function notify(title, body, tag) {
  try {
    new Notification(title, { body, tag });
  } catch (error) {
    // Phones' browsers take it from a service worker only.
    const worker = await navigator.serviceWorker?.getRegistration();
    if (!worker) throw error;
    await worker.showNotification(title, { body, tag });
  }
}

function start(details) {
  const form = details.querySelector("form");
  const find = (id) => details.querySelector(`#${id}`);
  const { level, at, setup, catalysts, stale, sound, remember } = form.elements;
  const button = find("alerts-notify");
  const said = find("alerts-said");
  let settings = USUAL;
  let memory = {};
  const say = (words, wrong = false) => {
    said.textContent = words;
    said.toggleAttribute("data-wrong", wrong);
  };

  const store = () => {
    if (!remember.checked) return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ schema: 1, ...settings }));
    } catch {
      remember.checked = false;
      say("This browser doesn’t let the page keep anything. The alerts work until the page is closed.", true);
    }
  };

  /** What the form says; a level that is none is named, and the last good one stays in use. */
  const read = () => {
    const value = at.valueAsNumber;
    const good = Number.isFinite(value) && Math.abs(value) <= 100;
    at.setAttribute("aria-invalid", String(!good));
    settings = { ...settings, level: level.checked, setup: setup.checked, catalysts: catalysts.checked, stale: stale.checked, sound: sound.checked };
    if (good) settings.at = value;
    const on = ["level", "setup", "catalysts", "stale"].filter((name) => settings[name]).length;
    find("alerts-state").textContent = on ? `${on} on` : "off";
    return good;
  };

  const change = ({ target }) => {
    say("");
    if (target === remember && !remember.checked) {
      try {
        localStorage.removeItem(KEY);
        say("Nothing of it is kept on this device any more.");
      } catch {
        // Where nothing may be kept nothing was.
      }
    }
    const good = read();
    store();
    if (remember.checked && target === remember) say("Kept on this device.");
    if (!good) return say(`The level has to be a number from −100 to 100; ${signed(settings.at)} is still used.`, true);
    if ([level, at].includes(target) && settings.level) {
      const there = Object.entries(memory).filter(([, { conviction }]) => conviction !== undefined && reaches(conviction, settings.at));
      if (there.length) say(`Already there: ${listed(there.map(([symbol, { conviction }]) => `${symbol} ${scored(conviction)}`))}. You are told when it is reached anew.`);
    }
    if (target === sound && sound.checked) {
      try {
        beep();
      } catch {
        sound.checked = false;
        read();
        store();
        say("This browser plays no sound here.", true);
      }
    }
  };
  form.addEventListener("change", change);
  form.addEventListener("submit", (event) => event.preventDefault());

  // Whoever wants to be notified isn't looking: then the widgets go on asking though the page is hidden.
  let part;
  const stayAwake = () => part?.then((module) => module.awake(settings.notify), () => {});
  const notifying = (on) => {
    settings = { ...settings, notify: on };
    button.setAttribute("aria-pressed", String(on));
    stayAwake();
  };
  button.addEventListener("click", async () => {
    say("");
    if (settings.notify) notifying(false);
    else if (!("Notification" in window)) say("This browser has no notifications.", true);
    else if ((await Notification.requestPermission()) !== "granted") say("Notifications are blocked. Your browser’s settings for this site can allow them.", true);
    else {
      try {
        // The first one says that it works, and shows whether it does.
        await notify("TAO Conviction", "So you are told, while this page is open.", KEY);
        notifying(true);
      } catch {
        say("This browser shows no notifications from a page.", true);
      }
    }
    store();
  });

  const show = board(find("told"), () => {
    details.open = true;
    details.scrollIntoView();
    details.querySelector("summary").focus();
  });

  // A page that nobody looks at asks nothing; that its data grows old then is no news.
  const inView = new Map();
  const watch = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => inView.set(target, isIntersecting)), { rootMargin: "200px" });
  for (const widget of document.querySelectorAll("#live, #list")) watch.observe(widget);
  const resting = () => !settings.notify && (document.hidden || (inView.size > 0 && ![...inView.values()].includes(true)));

  const hear = ({ target, detail }) => {
    if (!target.matches?.("#live, #list")) return;
    if (!part) {
      // The very module that speaks here, which is at work by now.
      part = import("../panel.js");
      stayAwake();
    }
    if (resting() && !["live", "partial"].includes(detail.data.state)) return;
    const [next, alerts] = changes(memory, detail, settings);
    memory = next;
    for (const alert of alerts) {
      const said = show(alert);
      if (settings.notify) notify(...worded(said), `tao-conviction:${said.kind === "stale" ? "stale" : `${said.kind}:${said.symbols[0]}`}`).catch(() => {});
    }
    if (alerts.length && settings.sound) {
      try {
        beep();
      } catch {
        // The message is there.
      }
    }
  };
  for (const type of ["tao-update", "tao-error"]) document.addEventListener(type, hear);
  // What the widgets said before this file had come.
  for (const target of document.querySelectorAll("#live, #list")) {
    if (target.assessment) hear({ target, detail: target.assessment });
  }

  let text = null;
  try {
    text = localStorage.getItem(KEY);
  } catch {
    // Refused: the alerts begin as usual.
  }
  const kept = text === null ? undefined : restored(text);
  if (kept) {
    for (const name of ["level", "setup", "catalysts", "stale", "sound"]) form.elements[name].checked = kept[name];
    at.value = kept.at;
    remember.checked = true;
    const granted = "Notification" in window && Notification.permission === "granted";
    notifying(kept.notify && granted);
    if (kept.notify && !granted) say("Notifications are not allowed any more; the button asks again.", true);
  } else if (text !== null) say("What was kept of the alerts on this device can’t be read, so they are off.", true);
  read();
}

const details = globalThis.document?.querySelector("#alerts");
if (details) start(details);
