// What the browser does for the widget that takes less when it is said in JavaScript. `cargo xtask optimize` puts it into
// the modules that load the wasm.

const made = new Map();

/**
 * `value` as an `Intl` object of this type writes it, with options given as JSON and, of a relative time, its unit. The
 * object is made once: that takes longer than to write a page of numbers.
 */
export const write = (type, tag, options, value, unit) => {
  const key = [type, tag, options].join();
  let format = made.get(key);
  if (!format) {
    const make = (tag) => new Intl[type](tag, JSON.parse(options));
    try {
      format = make(tag);
    } catch {
      // A tag that this browser refuses falls back to its own language.
      format = make();
    }
    made.set(key, format);
  }
  try {
    return format.format(value, unit);
  } catch {
    // No date at all.
    return "";
  }
};

/**
 * Lets the browser do what is waiting. By a message: timers wait longer the more of them follow each other, and stand
 * still where the clock does.
 */
export const breathe = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

// While the wasm is on its way: the first of each kind takes the browser long, and then a score would wait for it.
const TAG = globalThis.document?.documentElement.lang || navigator.language;
const PLAIN = '"minimumFractionDigits":0,"maximumFractionDigits":0';
[
  ["NumberFormat", PLAIN],
  ["NumberFormat", PLAIN.replaceAll("0", "2") + ',"style":"currency","currency":"USD","currencyDisplay":"narrowSymbol"'],
  ["DateTimeFormat", '"dateStyle":"medium","timeStyle":"long"'],
  ["RelativeTimeFormat", '"style":"short","numeric":"auto"'],
].reduce((before, [type, options]) => before.then(breathe).then(() => write(type, TAG, `{${options}}`, 0, "minute")), Promise.resolve());
