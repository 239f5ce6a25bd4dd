// The method with this moment's numbers: brings the text in full (method.html) when the section nears the viewport, and
// writes into it what the panel `#live` says. `lines` rebuilds each figure from what stands beside it, so that readers
// can do the same; in Node, where there is no page, it is all that this file gives.

const LENGTHS = { "15m": 900_000, "1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000 };
const DAY = LENGTHS["1d"];
const CROSSOVERS = [[8, 24], [16, 48], [32, 96]];
const TERMS = { trend: 0.35, alignment: 0.3, rsi: 0.2, momentum: 0.15 };
const FAMILIES = ["mtf", "relativeStrength", "catalysts", "aiSentiment"];
const GATES = ["data", "trend", "proximity", "mtf", "rsi", "momentum", "relative", "regime", "liquidity", "catalysts"];
const BASKET = ["FET", "RENDER", "NEAR", "ICP", "GRT", "WLD", "VIRTUAL"];
const VERDICTS = [[40, "strong-bullish"], [15, "bullish"], [-15, "neutral"], [-40, "bearish"]];

/** The error function, by a series of terms of one sign: nothing cancels, and beyond 6 it is 1 to the last digit. */
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export const rank = (z) => erf(z * Math.SQRT1_2);
const clamp = (x, low = -1) => Math.max(low, Math.min(1, x));
/** A market that doesn't move makes its term 0. */
const over = (a, b) => (b === 0 ? 0 : a / b);
const sum = (values) => values.reduce((total, value) => total + value, 0);

// How a value is shown. Places are fixed, and so many that whoever computes with what is shown gets the result that is
// shown, but for two units of its last place.
const plain = (places, more = {}) => ({ places, ...more });
const signed = (places, more = {}) => ({ places, sign: true, ...more });
const TIME = { time: true };
const WORDS = { words: {} };
const worded = (words) => ({ words });
const WEIGHT = plain(2, { most: 4 });
const VERDICT = worded({ "strong-bullish": "strong bullish", "strong-bearish": "strong bearish", "insufficient-data": "insufficient data" });
const STACK = worded({ bull: "bull stack", bear: "bear stack" });
const SOURCE = worded({ binance: "Binance", kraken: "Kraken", coinbase: "Coinbase", hyperliquid: "Hyperliquid", bybit: "Bybit", okx: "OKX", sample: "generated candles" });
const STATE = worded({ pass: "✓ pass", fail: "✕ fail", unknown: "? unknown" });

const formats = new Map();
/** A value as it is written; a real minus, and no sign on a zero. */
export function written(value, form) {
  if (form.words) return form.words[value] ?? String(value);
  if (form.time) return `${new Date(value).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const { places, most = places, sign, percent } = form;
  const key = `${places} ${most} ${sign}`;
  if (!formats.has(key)) {
    const options = { minimumFractionDigits: places, maximumFractionDigits: most, signDisplay: sign ? "exceptZero" : "negative" };
    formats.set(key, new Intl.NumberFormat("en", options));
  }
  return formats.get(key).format(percent ? 100 * value : value).replace("-", "−") + (percent ? " %" : "");
}

/** A value that is shown and follows from nothing that is. */
const fact = (id, value, form) => ({ id, from: {}, form, work: null, computed: null, engine: undefined, value: value ?? null });

/**
 * A figure with what it is made of: `from` holds [value, form] by name, `work` is the formula. `engine` is what the
 * widget's own core says, undefined for a step on the way that it doesn't tell. `open` formulas know what to do with an
 * unknown (null); for all others one unknown makes the result unknown.
 */
function line(id, from, form, work, engine, open = false) {
  const values = Object.fromEntries(Object.entries(from).map(([name, [value]]) => [name, value ?? null]));
  const known = open || Object.values(values).every((value) => value !== null);
  const computed = known ? work(values) : null;
  return { id, from, form, work, computed, engine, value: engine === undefined ? computed : engine };
}

/** Whether a line's figure is what the widget says: true, false, or null where one of the two isn't known. */
export function agrees({ work, computed, engine }) {
  if (!work || engine === undefined || engine === null || computed === null) return null;
  return typeof engine === "number" ? Math.abs(computed - engine) <= 1e-9 * (1 + Math.abs(engine)) : computed === engine;
}

/** What of one timeframe is known: its indicators, the terms of its reading, and what it adds to the MTF score. */
function ofTimeframe(name, known, report, workings, at, share) {
  const r = report ?? {};
  // ATR is what prices are measured in.
  const price = plain(r.atr14 > 0 ? Math.max(2, Math.min(10, Math.ceil(Math.log10(1000 / r.atr14)))) : 2);
  const [close, ema20, ema50, ema200, atr] = ["close", "ema20", "ema50", "ema200", "atr14"].map((key) => [r[key], price]);
  const volatility = [r.volatility, plain(6)];
  const id = (rest) => `${name}.${rest}`;
  const term = (key) => [r[key], signed(3)];
  const crossovers = CROSSOVERS.flatMap(([short, long], index) => {
    const own = workings?.crossovers[index];
    const spans = { short: [short, plain(0)], long: [long, plain(0)] };
    const kappa = ({ short: s, long: l }) => {
      const [a, b] = [1 - 1 / s, 1 - 1 / l];
      return Math.sqrt(a ** 2 / (1 - a ** 2) - (2 * a * b) / (1 - a * b) + b ** 2 / (1 - b ** 2));
    };
    const width = line(id(`kappa.${index}`), spans, plain(4), kappa, own?.kappa);
    const from = { distance: [own?.distance, signed(6)], volatility, kappa: [width.value, plain(4)] };
    const z = line(id(`z.${index}`), from, signed(3), (v) => over(v.distance, v.volatility * v.kappa));
    return [width, z, line(id(`rank.${index}`), { z: [z.value, signed(3)] }, signed(3), (v) => rank(v.z), own?.rank ?? null)];
  });
  const ranks = [2, 5, 8].map((index) => [crossovers[index].value, signed(3)]);
  const distances = [
    line(id("distance.0"), { close, ema20, atr }, signed(3), (v) => clamp(over(v.close - v.ema20, v.atr))),
    line(id("distance.1"), { ema20, ema50, atr }, signed(3), (v) => clamp(over(v.ema20 - v.ema50, v.atr))),
    line(id("distance.2"), { ema50, ema200, atr }, signed(3), (v) => clamp(over(v.ema50 - v.ema200, 2 * v.atr))),
  ];
  const steps = [workings?.steps, plain(0)];
  const z = line(id("momentum.z"), { change: [workings?.change, signed(6)], volatility, steps }, signed(3), (v) => over(v.change, v.volatility * Math.sqrt(v.steps)));
  const stack = (v) => {
    const order = [v.close, v.ema20, v.ema50, v.ema200];
    const all = (test) => order.slice(1).every((value, index) => test(order[index], value));
    return all((a, b) => a > b) ? "bull" : all((a, b) => a < b) ? "bear" : "mixed";
  };
  const weight = [r.weight, WEIGHT];
  const points = { weight, reading: [r.reading, signed(4)], weights: [share, WEIGHT] };
  const mean = (v) => sum(Object.values(v)) / 3;
  return [
    fact(id("name"), name, WORDS),
    fact(id("why"), !known ? "nothing is known yet" : report ? r.reason : "not part of this formula", WORDS),
    fact(id("candles"), r.candles, plain(0)),
    fact(id("closedAt"), r.closedAt, TIME),
    line(id("age"), { at: [at, TIME], closedAt: [r.closedAt, TIME] }, plain(1), (v) => (v.at - v.closedAt) / LENGTHS[name]),
    ...Object.entries({ close, ema20, ema50, ema200, atr }).map(([key, [value, form]]) => fact(id(key), value, form)),
    fact(id("rsi14"), r.rsi14, plain(2)),
    fact(id("adx14"), r.adx14, plain(2)),
    fact(id("volatility"), r.volatility, plain(6)),
    ...crossovers,
    line(id("trend"), { a: ranks[0], b: ranks[1], c: ranks[2] }, signed(3), mean, r.trend ?? null),
    ...distances,
    // A timeframe that warms up has averages and no terms.
    line(id("alignment"), Object.fromEntries(distances.map(({ value }, index) => ["abc"[index], [value, signed(3)]])), signed(3), mean, r.alignment ?? null),
    line(id("stack"), { close, ema20, ema50, ema200 }, STACK, stack, r.stack ?? null),
    line(id("rsi"), { rsi14: [r.rsi14, plain(2)] }, signed(3), (v) => clamp((v.rsi14 - 50) / 25), r.rsi ?? null),
    z,
    line(id("momentum"), { z: [z.value, signed(3)] }, signed(3), (v) => rank(v.z), r.momentum ?? null),
    line(
      id("reading"),
      Object.fromEntries(Object.keys(TERMS).map((key) => [key, term(key)])),
      signed(3),
      (v) => sum(Object.entries(TERMS).map(([key, part]) => part * v[key])),
      r.reading ?? null,
    ),
    ...Object.entries(TERMS).map(([key, part]) => line(id(`part.${key}`), { value: term(key) }, signed(3), (v) => part * v.value)),
    line(id("strength"), { adx14: [r.adx14, plain(2)] }, plain(3), (v) => clamp((v.adx14 - 15) / 20, 0), r.strength ?? null),
    fact(id("weight"), r.weight, WEIGHT),
    line(id("points"), points, signed(2), (v) => (100 * v.weight * v.reading) / v.weights, workings?.points ?? (r.reading == null ? null : undefined)),
  ];
}

/** What the ready timeframes say together. */
function together(mtf) {
  const reports = mtf?.timeframes ?? [];
  const ready = reports.filter((report) => report.ready);
  const each = (part) => Object.fromEntries(ready.flatMap((report) => Object.entries(part(report)).map(([key, value]) => [`${key} ${report.timeframe}`, value])));
  const weighed = (key, form) => each((report) => ({ weight: [report.weight, WEIGHT], value: [report[key], form] }));
  const pairs = (v) => ready.map(({ timeframe }) => [v[`weight ${timeframe}`], v[`value ${timeframe}`]]);
  const all = (id, from, form, work) => (ready.length ? line(id, from, form, work) : fact(id, null, form));
  const weights = all("weights", each((report) => ({ weight: [report.weight, WEIGHT] })), WEIGHT, (v) => sum(Object.values(v)));
  const readings = all("readings", weighed("reading", signed(4)), signed(4), (v) => sum(pairs(v).map(([w, x]) => w * x)));
  const sizes = all("sizes", weighed("reading", signed(4)), plain(4), (v) => sum(pairs(v).map(([w, x]) => w * Math.abs(x))));
  const strengths = all("strengths", weighed("strength", plain(3)), plain(3), (v) => sum(pairs(v).map(([w, x]) => w * x)));
  const own = (key) => mtf?.[key] ?? null;
  return [
    weights,
    readings,
    sizes,
    strengths,
    line("mtf", { readings: [readings.value, signed(4)], weights: [weights.value, WEIGHT] }, signed(2), (v) => (100 * v.readings) / v.weights, own("score")),
    line("agreement", { readings: [readings.value, signed(4)], sizes: [sizes.value, plain(4)] }, plain(3), (v) => over(Math.abs(v.readings), v.sizes), own("agreement")),
    line("strength", { strengths: [strengths.value, plain(3)], weights: [weights.value, WEIGHT] }, plain(3), (v) => v.strengths / v.weights, own("strength")),
    line(
      "aligned",
      { ...weighed("reading", signed(4)), readings: [readings.value, signed(4)] },
      plain(0),
      ({ readings: total, ...v }) => pairs(v).filter(([, x]) => x * total > 0 && Math.abs(x) >= 0.1).length,
      own("score") === null ? null : mtf.aligned,
    ),
    fact("ready", mtf ? ready.length : null, plain(0)),
    fact("timeframes", mtf ? reports.length : null, plain(0)),
  ];
}

/** Relative strength, AI sentiment, Bitcoin's regime and the correlations. */
function surroundings(a, w, family) {
  const ratio = (name) => {
    const own = (key) => w?.relativeStrength?.[`${name}${key}`] ?? null;
    const z = line(`${name}.z`, { change: [own("Change"), signed(6)], volatility: [own("Volatility"), plain(6)] }, signed(4), (v) => over(v.change, v.volatility * Math.sqrt(42)));
    return [z, line(`${name}.rank`, { z: [z.value, signed(4)] }, signed(4), (v) => rank(v.z), own("Rank"))];
  };
  const [btc, basket] = [ratio("btc"), ratio("basket")];
  const either = (v) => (v.btc === null ? null : v.basket === null ? v.btc : (v.btc + v.basket) / 2);

  const reports = w?.basket ?? [];
  // The widget leaves out a member that its source doesn't list: only where all are there are their names sure.
  const names = BASKET.filter((name) => name !== a.symbol);
  const members = reports.flatMap((member, index) => {
    const id = (rest) => `member.${index}.${rest}`;
    const price = plain(member ? Math.max(2, 5 - Math.floor(Math.log10(member.ema50))) : 2);
    const from = { change: [member?.change, signed(6)], volatility: [member?.volatility, plain(6)] };
    const z = line(id("z"), from, signed(4), (v) => over(v.change, v.volatility * Math.sqrt(7)));
    return [
      fact(id("name"), reports.length === names.length ? names[index] : `token ${index + 1}`, WORDS),
      line(id("above"), { close: [member?.close, price], ema50: [member?.ema50, price] }, WORDS, (v) => (v.close > v.ema50 ? "yes" : "no")),
      z,
      line(id("rank"), { z: [z.value, signed(4)] }, signed(4), (v) => rank(v.z), member?.rank ?? null),
    ];
  });
  const counted = reports.filter(Boolean);
  const enough = counted.length >= 3;
  const above = counted.filter((member) => member.close > member.ema50).length;
  const count = [enough ? counted.length : null, plain(0)];
  const breadth = line("breadth", { above: [above, plain(0)], count }, plain(4), (v) => v.above / v.count);
  const drives = Object.fromEntries(counted.map((member, index) => [`rank ${index}`, [member.rank, signed(4)]]));
  const drive = enough ? line("drive", drives, signed(4), (v) => sum(Object.values(v)) / counted.length) : fact("drive", null, signed(4));
  const sentiment = { breadth: [breadth.value, plain(4)], drive: [drive.value, signed(4)] };

  const regime = a.regime ?? {};
  const [close, ema200, limit] = ["close", "ema200", "drawdownLimit"].map((key) => [regime[key], plain(2)]);
  const [moves, most] = ["volatility", "volatilityLimit"].map((key) => [regime[key], plain(4)]);
  const says = (id, from, test) => line(`regime.${id}`, from, WORDS, (v) => (test(...Object.values(v)) ? "yes" : "no"));
  const warns = [
    says("below", { close, ema200 }, (x, y) => x < y),
    says("volatile", { volatility: moves, limit: most }, (x, y) => x > y),
    says("fallen", { close, limit }, (x, y) => x < y),
  ];
  const correlations = ["btc", "basket", "btcDownDays"].flatMap((name) => {
    const own = a.correlation?.[name];
    return [fact(`${name}.correlation`, own?.correlation, signed(2)), fact(`${name}.beta`, own?.beta, signed(2)), fact(`${name}.days`, own?.days, plain(0))];
  });
  return [
    ...btc,
    ...basket,
    line("relativeStrength", { btc: [btc[1].value, signed(4)], basket: [basket[1].value, signed(4)] }, signed(4), either, family("relativeStrength").value ?? null, true),
    ...members,
    breadth,
    drive,
    line("aiSentiment", sentiment, signed(4), (v) => 0.5 * (2 * v.breadth - 1) + 0.5 * v.drive, family("aiSentiment").value ?? null),
    ...warns,
    line(
      "regime.warnings",
      Object.fromEntries(warns.map(({ id, value }) => [id, [value, WORDS]])),
      plain(0),
      (v) => Object.values(v).filter((word) => word === "yes").length,
      regime.warnings ?? null,
      regime.warnings != null,
    ),
    fact("regime.state", regime.state === "unknown" ? null : regime.state, WORDS),
    ...correlations,
  ];
}

/** Each catalyst with what it counts now, and their sum. */
function catalysts(a, family) {
  const list = a.catalysts ?? [];
  const age = ({ at }) => (a.at - at) / DAY;
  const decayed = (v) => (v.age < 0 || v.halfLife <= 0 ? 0 : Math.sign(v.direction) * clamp(v.magnitude, 0) * 2 ** (-v.age / v.halfLife));
  const values = (catalyst) => ({ direction: catalyst.direction, magnitude: catalyst.magnitude, age: age(catalyst), halfLife: catalyst.halfLifeDays });
  // Launches count 0.30 together at most; what is over is taken off all of them evenly.
  const launch = ({ kind, sourceUrl }) => kind === "subnet-launch" && sourceUrl === null;
  const launches = sum(list.filter(launch).map((one) => decayed(values(one))));
  const share = launches > 0.3 ? 0.3 / launches : 1;
  const size = plain(2, { most: 4 });
  const each = list.flatMap((one, index) => {
    const id = (rest) => `catalyst.${index}.${rest}`;
    const fades = one.halfLifeDays !== null;
    const from = { direction: [one.direction, plain(0)], magnitude: [one.magnitude, size] };
    if (fades) Object.assign(from, { age: [age(one), plain(2)], halfLife: [one.halfLifeDays, plain(0, { most: 2 })], share: [launch(one) ? share : 1, plain(4)] });
    return [
      fact(id("title"), one.title, WORDS),
      fact(id("size"), one.direction * one.magnitude, signed(2, { most: 4 })),
      fact(id("age"), one.at === null ? "a state" : age(one) < 0 ? "to come" : written(age(one), plain(2)), WORDS),
      fact(id("halfLife"), fades ? written(one.halfLifeDays, plain(0, { most: 2 })) : "–", WORDS),
      line(id("impact"), from, signed(4), fades ? (v) => v.share * decayed(v) : (v) => v.direction * v.magnitude, one.impact),
    ];
  });
  const value = family("catalysts").value ?? null;
  const impacts = Object.fromEntries(list.map(({ impact }, index) => [`impact ${index}`, [impact, signed(4)]]));
  return [...each, value === null ? fact("catalysts", null, signed(3)) : line("catalysts", impacts, signed(3), (v) => clamp(sum(Object.values(v))), value)];
}

/** From the families' values to the conviction and its word. */
function conviction(a, w, family, parts) {
  const families = a.families ?? [];
  const known = families.filter(({ value }) => value !== null);
  const scored = a.conviction ?? null;
  const weights = (list) => Object.fromEntries(list.map((one) => [one.family, [one.weight, WEIGHT]]));
  const total = (id, list) => (scored === null ? fact(id, null, WEIGHT) : line(id, weights(list), WEIGHT, (v) => sum(Object.values(v))));
  const weight = total("known", known);
  const points = FAMILIES.map((name) => {
    const { value, weight: own, points: engine } = family(name);
    const from = { weight: [own, WEIGHT], value: [value, signed(4)], known: [weight.value, WEIGHT] };
    return line(`${name}.points`, from, signed(2), (v) => (100 * v.weight * v.value) / v.known, engine ?? null);
  });
  const m = w?.multipliers;
  const shown = Object.fromEntries(points.filter(({ value }) => value !== null).map(({ id, value }) => [id, [value, signed(2)]]));
  const composite = scored === null ? fact("composite", null, signed(1)) : line("composite", shown, signed(1), (v) => sum(Object.values(v)), m?.composite);
  const byAgreement = line("byAgreement", { agreement: [parts.get("agreement").value, plain(3)] }, plain(3), (v) => 0.5 + 0.5 * v.agreement, m?.byAgreement);
  const byStrength = line("byStrength", { strength: [parts.get("strength").value, plain(3)] }, plain(3), (v) => 0.6 + 0.4 * v.strength, m?.byStrength);
  const off = a.regime?.state === "risk-off" ? "risk-off" : "not risk-off";
  const damp = line("damp", { composite: [composite.value, signed(1)], regime: [a.regime ? off : null, WORDS] }, plain(1), (v) => (v.composite > 0 && v.regime === "risk-off" ? 0.5 : 1), scored === null ? null : a.damp);
  const product = { composite: [composite.value, signed(1)], byAgreement: [byAgreement.value, plain(3)], byStrength: [byStrength.value, plain(3)], damp: [damp.value, plain(1)] };
  const verdict = (v) => {
    if (v.conviction === null || v.coverage < 0.5) return "insufficient-data";
    // At the lower two limits the score belongs to the words below, at the upper two to those above.
    const [, word] = VERDICTS.find(([limit]) => (limit > 0 ? v.conviction >= limit : v.conviction > limit)) ?? [, "strong-bearish"];
    return word;
  };
  const setup = ({ conviction: score, ...states }) => {
    if (score === null || score < 40 || Object.values(states).includes("fail")) return "none";
    return Object.values(states).includes("unknown") ? "unconfirmed" : "high-conviction";
  };
  const timeframes = a.mtf?.timeframes ?? [];
  const share = sum(timeframes.filter(({ ready }) => ready).map((one) => one.weight)) / sum(timeframes.map((one) => one.weight));
  const others = known.filter((one) => one.family !== "mtf");
  const cover = { mtf: [family("mtf").weight, WEIGHT], ready: [timeframes.length ? share : null, WEIGHT], others: [sum(others.map((one) => one.weight)), WEIGHT], all: [sum(families.map((one) => one.weight)), WEIGHT] };
  return [
    ...FAMILIES.flatMap((name) => [fact(`${name}.value`, family(name).value, signed(4)), fact(`${name}.weight`, family(name).weight, WEIGHT), fact(`${name}.why`, family(name).reason, WORDS)]),
    weight,
    ...points,
    composite,
    byAgreement,
    byStrength,
    damp,
    line("conviction", product, signed(1), (v) => v.composite * v.byAgreement * v.byStrength * v.damp, scored),
    line("coverage", cover, plain(2), (v) => (v.mtf * v.ready + v.others) / v.all, a.coverage ?? null),
    line("verdict", { conviction: [scored, signed(1)], coverage: [a.coverage, plain(2)] }, VERDICT, verdict, a.verdict ?? null, Boolean(a.verdict)),
    line(
      "setup",
      { conviction: [scored, signed(1)], ...Object.fromEntries((a.gates ?? []).map(({ gate, state }) => [gate, [state, STATE]])) },
      worded({ none: "no setup", unconfirmed: "unconfirmed setup", "high-conviction": "high-conviction setup" }),
      setup,
      a.setup ?? null,
      Boolean(a.setup),
    ),
  ];
}

/** The ten gates: what each measured, and what follows from it. */
function gates(a, family) {
  const reports = Object.fromEntries((a.gates ?? []).map((report) => [report.gate, report]));
  const on = (name) => (a.mtf?.timeframes ?? []).find((report) => report.timeframe === name && report.ready) ?? {};
  const [hour, fourHours, day] = [on("1h"), on("4h"), on("1d")];
  const known = (value, test) => (value == null ? null : test(value));
  const all = (conditions) => (conditions.includes(false) ? "fail" : conditions.includes(null) ? "unknown" : "pass");
  const readings = (a.mtf?.timeframes ?? []).map(({ reading }) => reading);
  const up = readings.filter((reading) => reading !== null && reading >= 0.1).length;
  const open = readings.filter((reading) => reading === null).length;
  const { stale = [], confirmedBy, contradictedBy } = a.data ?? {};
  const distance = (v) => over(v.close - v.ema200, v.atr);
  const flags = (a.riskFlags ?? []).length;
  const price = plain(hour.atr14 > 0 ? Math.max(2, Math.min(10, Math.ceil(Math.log10(1000 / hour.atr14)))) : 2);
  const [close, ema200, atr] = [hour.close, hour.ema200, hour.atr14].map((value) => [value, price]);
  const measured = (name) => reports[name]?.value ?? null;
  const asks = (name) => reports[name]?.threshold;
  const ruled = {
    data: [measured("data"), (v) => [v >= asks("data") - 1e-12, stale.length === 0, confirmedBy ? true : contradictedBy ? false : null]],
    trend: [measured("trend"), (v) => [known(v, (x) => x > 0)]],
    proximity: [measured("proximity"), (v) => [known(v, (x) => x > 0 && x <= asks("proximity"))]],
    mtf: [measured("mtf"), () => [known(day.reading, (x) => x >= 0.1), up >= 3 ? true : up + open < 3 ? false : null]],
    rsi: [measured("rsi"), () => [known(hour.rsi14, (x) => x >= 45 && x <= asks("rsi")), known(fourHours.rsi14, (x) => x < 75)]],
    momentum: [measured("momentum"), (v) => [known(v, (x) => x >= 0)]],
    relative: [measured("relative"), (v) => [known(v, (x) => x >= 0)]],
    regime: [a.regime?.state ?? "unknown", (state) => [state === "unknown" ? null : state === "risk-on"]],
    liquidity: [measured("liquidity"), (v) => [known(v, (x) => x >= asks("liquidity"))]],
    catalysts: [family("catalysts").value ?? null, (v) => [flags > 0 ? false : known(v, () => true)]],
  };
  const forms = { data: plain(2), trend: signed(2, { percent: true }), proximity: signed(2), mtf: plain(0), rsi: plain(2), momentum: signed(3), relative: signed(4), regime: plain(0), liquidity: plain(0), catalysts: plain(0) };
  const made = {
    data: [{ coverage: [a.coverage, plain(2)] }, (v) => v.coverage],
    trend: [{ close, ema200 }, (v) => v.close / v.ema200 - 1],
    proximity: [{ close, ema200, atr }, distance],
    mtf: [{ up: [a.gates ? up : null, plain(0)] }, (v) => v.up],
    rsi: [{ rsi14: [hour.rsi14, plain(2)] }, (v) => v.rsi14],
    momentum: [{ momentum: [fourHours.momentum, signed(3)] }, (v) => v.momentum],
    regime: [{ warnings: [a.regime?.warnings, plain(0)] }, (v) => v.warnings],
    catalysts: [{ flags: [flags > 0 || family("catalysts").value != null ? flags : null, plain(0)] }, (v) => v.flags],
  };
  return [
    ...GATES.flatMap((name) => {
      const report = reports[name];
      const [value, rule] = ruled[name];
      const [from, work] = made[name] ?? [];
      return [
        from ? line(`gate.${name}.value`, from, forms[name], work, measured(name)) : fact(`gate.${name}.value`, measured(name), forms[name]),
        line(`gate.${name}`, { value: [value, WORDS] }, STATE, (v) => all(rule(v.value)), report?.state ?? null, Boolean(report)),
      ];
    }),
    fact("gate.mtf.day", day.reading, signed(3)),
    fact("gate.rsi.fourHours", fourHours.rsi14, plain(2)),
    fact("passed", a.gates ? a.gates.filter(({ state }) => state === "pass").length : null, plain(0)),
  ];
}

/** Where the numbers come from, and what a second source says. */
function trust(a) {
  const data = a.data ?? {};
  const hour = (a.mtf?.timeframes ?? []).find(({ timeframe }) => timeframe === "1h");
  const { contradictedBy: other, confirmedBy } = data;
  const places = plain(2, { most: 6 });
  const states = worded({ partial: "partly loaded", delayed: "old", cached: "kept from before" });
  return [
    fact("symbol", a.symbol, WORDS),
    fact("at", a.at, TIME),
    fact("asOf", data.asOf, TIME),
    fact("source", data.source, SOURCE),
    fact("state", data.state, states),
    fact("formula", a.formula, worded({ published: "the published formula", custom: "a custom formula" })),
    fact("rejected", a.data ? data.rejectedCandles : null, plain(0)),
    fact("gaps", a.data ? data.gaps : null, plain(0)),
    fact("stale", a.data ? (data.stale.length ? data.stale.join(", ") : "none") : null, WORDS),
    fact("second", other?.source ?? confirmedBy, SOURCE),
    fact("second.says", other ? "over 1 % apart" : confirmedBy ? "within 1 %" : null, WORDS),
    line("apart", { second: [other?.close, places], own: [hour?.close, places] }, signed(2, { percent: true }), (v) => v.second / v.own - 1),
  ];
}

/**
 * Every line of the method for an Assessment and its workings, either of which may be null. Workings that belong to
 * another moment are as good as none.
 */
export function lines(assessment, workings) {
  const a = assessment ?? {};
  const w = workings && (workings.multipliers?.score ?? null) === (a.conviction ?? null) ? workings : null;
  const family = (name) => (a.families ?? []).find((one) => one.family === name) ?? {};
  const reports = a.mtf?.timeframes ?? [];
  const ready = reports.filter((report) => report.ready);
  const share = ready.length ? sum(ready.map(({ weight }) => weight)) : null;
  const timeframes = Object.keys(LENGTHS).flatMap((name) => {
    const of = (one) => one.timeframe === name;
    return ofTimeframe(name, Boolean(assessment), reports.find(of), w?.readings.find(of), a.at, share);
  });
  const mtf = together(a.mtf);
  const parts = new Map(mtf.map((one) => [one.id, one]));
  return [...timeframes, ...mtf, ...surroundings(a, w, family), ...catalysts(a, family), ...conviction(a, w, family, parts), ...gates(a, family), ...trust(a)];
}

/** Keeps the text up to date with the panel: only text changes, and only where it differs. */
function fill(article, live) {
  // Rows that are there once for each token and catalyst are made from the first one.
  const rows = [...article.querySelectorAll("[data-rows]")].map((body) => {
    const model = body.firstElementChild;
    model.remove();
    return { body, model, parts: model.querySelector("[data-line]").dataset.line.split("#"), count: null };
  });
  const put = (node, text) => {
    if (node.firstChild === null) node.append(text);
    else if (node.firstChild.data !== text) node.firstChild.data = text;
  };
  let slots = [];
  const find = () => {
    slots = [...article.querySelectorAll("[data-n]")].map((node) => ({ node, name: node.dataset.n, id: node.closest("[data-line]").dataset.line }));
  };
  find();

  return (assessment = live.assessment ?? null) => {
    const all = lines(assessment, live.workings ?? null);
    const byId = new Map(all.map((one) => [one.id, one]));
    const chosen = article.querySelector(".timeframes :checked").value;

    for (const row of rows) {
      const { body, model, parts } = row;
      const count = all.filter(({ id }) => id.startsWith(parts[0]) && id.endsWith(parts[1])).length;
      if (count !== row.count) {
        row.count = count;
        const copies = Array.from({ length: count }, (_, index) => {
          const copy = model.cloneNode(true);
          for (const cell of copy.querySelectorAll("[data-line]")) cell.dataset.line = cell.dataset.line.replace("#", index);
          return copy;
        });
        body.replaceChildren(...copies);
        if (count === 0) body.insertRow().insertCell().colSpan = model.children.length;
        find();
      }
      if (count === 0) put(body.rows[0].cells[0], byId.get(body.dataset.rows).value === null ? "not known" : body.dataset.none);
    }

    for (const { node, name, id } of slots) {
      const one = byId.get(id.replace("*", chosen));
      const [value, form] = name === "=" ? [one.value, one.form] : one.from[name] ?? [null, WORDS];
      const unknown = value === null || value === undefined;
      if (node.classList.contains("why")) node.hidden = unknown;
      put(node, unknown ? (name === "=" ? "not known" : "?") : written(value, form));
      node.toggleAttribute("data-unknown", unknown);
      if (form === STATE) node.dataset.says = value ?? "unknown";
    }

    const something = !["unavailable", null].includes(byId.get("state").value);
    const when = {
      nothing: !something,
      something,
      simulated: byId.get("state").value === "simulated",
      custom: byId.get("formula").value === "custom",
      apart: byId.get("apart").value !== null,
    };
    for (const node of article.querySelectorAll("[data-when]")) node.hidden = !when[node.dataset.when];
    const verdicts = all.filter(({ work, engine }) => work && engine !== undefined).map(agrees);
    const tally = { agree: true, differ: false, open: null };
    for (const node of article.querySelectorAll("[data-tally]")) put(node, String(verdicts.filter((one) => one === tally[node.dataset.tally]).length));
  };
}

/** Brings the article into the place of the link to it. */
async function bring(place) {
  const from = new URL("method.html", import.meta.url);
  const answer = await fetch(from);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const article = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
  for (const link of article.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (!href.startsWith("#")) link.href = new URL(href, from).href;
  }
  article.classList.add("filled");
  place.replaceWith(article);
  return article;
}

/** A box that is wider than its room is reached by the keyboard, so that it can be scrolled. */
function reach(article) {
  const boxes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of article.querySelectorAll(".formula, .rows")) boxes.observe(box);
}

function start(place) {
  const live = document.querySelector("#live");
  let under = false;
  const come = async () => {
    if (under) return;
    under = true;
    try {
      const article = await bring(place);
      watch.disconnect();
      const show = fill(article, live);
      show();
      reach(article);
      for (const type of ["tao-update", "tao-error"]) live.addEventListener(type, ({ detail }) => show(detail));
      article.querySelector(".timeframes").addEventListener("change", () => show());
      jump();
    } catch (error) {
      // The link stays, and the next time that it is near is another try.
      place.querySelector("[data-trouble]").textContent = `It could not be put here just now (${error.message}).`;
      under = false;
    }
  };
  /** To what the address names, which wasn't there when the browser looked. */
  const jump = () => {
    if (/^#(term|method)-/.test(location.hash)) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  const watch = new IntersectionObserver((entries) => entries.at(-1).isIntersecting && void come(), { rootMargin: "800px 0px" });
  watch.observe(place);
  const named = () => /^#(term|method)-/.test(location.hash) && place.isConnected && void come();
  addEventListener("hashchange", named);
  named();
}

const place = globalThis.document?.querySelector("#method-place");
if (place) start(place);
