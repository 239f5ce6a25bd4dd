// Reads the two kinds of files that both examples take: CSV, and the simulated candles of sample/.

export const LENGTHS = { "15m": 900_000, "1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000 };

/** `ts_ms,open,high,low,close,volume`, a candle a line: into one Float64Array, which `score` takes fastest. */
export function fromCsv(text) {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  if (header !== "ts_ms,open,high,low,close,volume") throw new Error("the first line has to be ts_ms,open,high,low,close,volume");
  return Float64Array.from(lines.flatMap((line) => line.split(",").map(Number)));
}

/** A file of sample/: rows without their time, one after the other from `start` on. */
export function fromSample(sample) {
  return Object.fromEntries(
    Object.entries(sample.timeframes).map(([timeframe, { start, rows }]) => [
      timeframe,
      rows.map((row, index) => [start + index * LENGTHS[timeframe], ...row]),
    ]),
  );
}
