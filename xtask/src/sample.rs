//! The simulated candles of `sample/`: one seeded random walk per asset, cut into every timeframe.
//! Only exactly specified arithmetic and `libm` are used, so the same seed writes the same bytes on any machine.

use std::fmt::Write as _;
use std::path::Path;

/// Chosen by its end: a plain rise on the higher timeframes that the lowest one does not join. Any other seed works too.
const SEED: u64 = 8;
/// 2026-01-01T00:00Z, in Unix milliseconds: the end of the last candle.
const END: i64 = 1_767_225_600_000;
const DAYS: usize = 560;
const MINUTE: i64 = 60_000;

/// Length in minutes and how many of the last candles are written.
const TIMEFRAMES: [(&str, i64, usize); 4] = [("15m", 15, 1000), ("1h", 60, 900), ("4h", 240, 800), ("1d", 1440, DAYS)];

const BARS_A_DAY: usize = 96;
/// Prices drawn inside each 15 minutes; they give the candle its wicks.
const TICKS_A_BAR: usize = 5;
const TICKS_A_YEAR: f64 = (365 * BARS_A_DAY * TICKS_A_BAR) as f64;

/// How an asset moves: with the market (BTC's own path) by `beta`, and by itself.
struct Asset {
    symbol: &'static str,
    start: f64,
    beta: f64,
    /// Yearly volatility of what the market does not explain.
    own_volatility: f64,
    /// Yearly drift of its own in its rising and falling phases.
    own_drift: f64,
    /// Units traded in an average 15 minutes.
    volume: f64,
}

const ASSETS: [Asset; 3] = [
    Asset { symbol: "TAO", start: 400.0, beta: 1.3, own_volatility: 0.63, own_drift: 1.4, volume: 900.0 },
    Asset { symbol: "BTC", start: 82_000.0, beta: 1.0, own_volatility: 0.0, own_drift: 0.0, volume: 180.0 },
    Asset { symbol: "ETH", start: 2_900.0, beta: 1.15, own_volatility: 0.40, own_drift: 0.6, volume: 3_200.0 },
];

const MARKET_VOLATILITY: f64 = 0.50;
/// Long-run variance of `Walk::stress`; taking it off makes the mean square volatility the one asked for.
const STRESS_VARIANCE: f64 = 0.156;
const MARKET_DRIFT: f64 = 0.9;
/// How fast, a year, the distance to the start price shrinks: keeps a long walk in a believable range.
const PULL_TO_START: f64 = 1.5;

/// One candle in exact integers: prices in cents, volume in hundredths of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candle {
    open: i64,
    high: i64,
    low: i64,
    close: i64,
    volume: i64,
}

/// SplitMix64 (Steele, Lea and Flood, 2014) with Box and Muller's normal deviates.
struct Random(u64);

impl Random {
    /// Independent streams for one seed: what one asset draws never shifts what another gets.
    fn stream(seed: u64, index: u64) -> Self {
        let mut random = Self(seed ^ index.wrapping_mul(0xD1B5_4A32_D192_ED03));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In (0, 1]: its logarithm is finite.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }
}

/// Log returns a tick, with a volatility that wanders and a drift that changes phase every few weeks.
struct Walk {
    random: Random,
    volatility: f64,
    drift: f64,
    /// Logarithm of today's volatility over its long-run mean.
    stress: f64,
    phase: f64,
}

impl Walk {
    fn new(seed: u64, index: u64, volatility: f64, drift: f64) -> Self {
        Self { random: Random::stream(seed, index), volatility, drift, stress: 0.0, phase: 0.0 }
    }

    /// Once a day a new phase (rising, falling, sideways) may begin; a phase lasts 25 days on average.
    fn start_day(&mut self) {
        let change = self.random.uniform();
        let direction = self.random.uniform();
        if change < 1.0 / 25.0 {
            self.phase = if direction < 0.38 {
                1.0
            } else if direction < 0.70 {
                -1.0
            } else {
                0.0
            };
        }
    }

    /// Once a bar the volatility moves: half of a shock is gone after about four days.
    fn start_bar(&mut self) {
        self.stress = 0.998 * self.stress + 0.025 * self.random.normal();
    }

    fn tick(&mut self) -> f64 {
        let scale = self.volatility * libm::exp(self.stress - STRESS_VARIANCE) / libm::sqrt(TICKS_A_YEAR);
        scale * self.random.normal() + self.phase * self.drift / TICKS_A_YEAR
    }
}

/// The whole 15-minute path of every asset, in the order of `ASSETS`.
fn paths(seed: u64) -> [Vec<Candle>; 3] {
    let mut market = Walk::new(seed, 0, MARKET_VOLATILITY, MARKET_DRIFT);
    let mut own: Vec<Walk> =
        ASSETS.iter().zip(1..).map(|(a, index)| Walk::new(seed, index, a.own_volatility, a.own_drift)).collect();
    let mut volumes: Vec<Random> = (0..ASSETS.len() as u64).map(|index| Random::stream(seed, 100 + index)).collect();
    let mut logs = ASSETS.map(|a| libm::log(a.start));
    let mut closes = ASSETS.map(|a| cents(libm::log(a.start)));
    let mut paths = ASSETS.map(|_| Vec::with_capacity(DAYS * BARS_A_DAY));

    for bar in 0..DAYS * BARS_A_DAY {
        if bar % BARS_A_DAY == 0 {
            market.start_day();
            own.iter_mut().for_each(Walk::start_day);
        }
        market.start_bar();
        own.iter_mut().for_each(Walk::start_bar);
        let mut candles = closes.map(|open| Candle { open, high: open, low: open, close: open, volume: 0 });
        for _ in 0..TICKS_A_BAR {
            let common = market.tick();
            for (i, asset) in ASSETS.iter().enumerate() {
                let pull = PULL_TO_START * (libm::log(asset.start) - logs[i]) / TICKS_A_YEAR;
                logs[i] += asset.beta * common + own[i].tick() + pull;
                let price = cents(logs[i]);
                candles[i].high = candles[i].high.max(price);
                candles[i].low = candles[i].low.min(price);
                candles[i].close = price;
            }
        }
        // Busy in the European and American afternoon, and whenever the price runs.
        let hour = (bar % BARS_A_DAY) as f64 / 4.0;
        let daytime = 1.0 + 0.35 * libm::sin(std::f64::consts::TAU * (hour - 9.0) / 24.0);
        for (i, asset) in ASSETS.iter().enumerate() {
            let candle = &mut candles[i];
            let range = (candle.high - candle.low) as f64 / candle.open as f64;
            let noise = libm::exp(0.45 * volumes[i].normal() - 0.1);
            candle.volume = libm::round(asset.volume * daytime * noise * (0.4 + 120.0 * range) * 100.0) as i64;
            closes[i] = candle.close;
            paths[i].push(*candle);
        }
    }
    paths
}

fn cents(log_price: f64) -> i64 {
    libm::round(libm::exp(log_price) * 100.0) as i64
}

/// First open, highest high, lowest low, last close, summed volume.
fn aggregate(candles: &[Candle], size: usize) -> Vec<Candle> {
    candles
        .chunks_exact(size)
        .map(|chunk| {
            chunk.iter().skip(1).fold(chunk[0], |sum, c| Candle {
                open: sum.open,
                high: sum.high.max(c.high),
                low: sum.low.min(c.low),
                close: c.close,
                volume: sum.volume + c.volume,
            })
        })
        .collect()
}

fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

fn to_json(symbol: &str, seed: u64, path: &[Candle]) -> String {
    let mut json =
        format!(r#"{{"simulated":true,"symbol":"{symbol}","quote":"USD","seed":{seed},"end":{END},"timeframes":{{"#);
    for (i, (name, minutes, count)) in TIMEFRAMES.into_iter().enumerate() {
        let candles = aggregate(path, minutes as usize / 15);
        let start = END - count as i64 * minutes * MINUTE;
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(json, r#"{comma}"{name}":{{"start":{start},"rows":["#);
        for (j, c) in candles[candles.len() - count..].iter().enumerate() {
            let comma = if j == 0 { "" } else { "," };
            let [open, high, low, close] = [c.open, c.high, c.low, c.close].map(hundredths);
            let _ = write!(json, "{comma}[{open},{high},{low},{close},{}]", hundredths(c.volume));
        }
        json.push_str("]}");
    }
    json.push_str("}}\n");
    json
}

/// File name and content of each asset's sample.
fn files(seed: u64) -> impl Iterator<Item = (String, String)> {
    ASSETS
        .iter()
        .zip(paths(seed))
        .map(move |(asset, path)| (format!("{}.json", asset.symbol), to_json(asset.symbol, seed, &path)))
}

/// Writes `sample/*.json`.
pub(crate) fn run(folder: &Path) -> Result<(), String> {
    for (name, json) in files(SEED) {
        let path = folder.join(&name);
        std::fs::write(&path, &json).map_err(|e| format!("{} could not be written: {e}", path.display()))?;
        println!("{}: {} bytes, simulated with seed {SEED}", path.display(), json.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn committed(symbol: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample").join(format!("{symbol}.json"));
        std::fs::read_to_string(&path).unwrap()
    }

    fn whole(value: &Value) -> i64 {
        (value.as_f64().unwrap() * 100.0).round() as i64
    }

    /// Open time of the first candle and all candles, as a reader of the file gets them.
    fn read(json: &Value, timeframe: &str) -> (i64, Vec<Candle>) {
        let series = &json["timeframes"][timeframe];
        let rows = series["rows"].as_array().unwrap().iter().map(|row| Candle {
            open: whole(&row[0]),
            high: whole(&row[1]),
            low: whole(&row[2]),
            close: whole(&row[3]),
            volume: whole(&row[4]),
        });
        (series["start"].as_i64().unwrap(), rows.collect())
    }

    #[test]
    fn splitmix64_gives_its_published_numbers() {
        let mut random = Random(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| random.next()).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(drawn, published);
    }

    #[test]
    fn the_committed_files_are_what_the_seed_gives() {
        for (name, json) in files(SEED) {
            let symbol = name.trim_end_matches(".json");
            // assert_eq! would print both files.
            assert!(committed(symbol) == json, "sample/{name} differs: run `cargo xtask sample` and commit the result");
            assert!(json.len() < 200_000, "sample/{name} has {} bytes", json.len());
        }
    }

    #[test]
    fn another_seed_gives_other_candles() {
        let ends = |seed| paths(seed).map(|path| path.last().unwrap().close);
        assert_ne!(ends(SEED), ends(SEED + 1));
    }

    #[test]
    fn every_candle_is_valid_and_the_series_ends_at_the_end() {
        for asset in &ASSETS {
            let json: Value = serde_json::from_str(&committed(asset.symbol)).unwrap();
            assert_eq!(json["simulated"], true);
            assert_eq!(json["symbol"], asset.symbol);
            assert_eq!(json["end"], END);
            for (timeframe, minutes, count) in TIMEFRAMES {
                let (start, candles) = read(&json, timeframe);
                assert_eq!(candles.len(), count);
                assert_eq!(start + count as i64 * minutes * MINUTE, END);
                assert_eq!(start % (minutes * MINUTE), 0, "{timeframe} starts at a multiple of its length");
                for pair in candles.windows(2) {
                    assert_eq!(pair[1].open, pair[0].close);
                }
                for c in candles {
                    assert!(0 < c.low && c.low <= c.open.min(c.close), "{} {timeframe} {c:?}", asset.symbol);
                    assert!(c.high >= c.open.max(c.close) && c.volume > 0, "{} {timeframe} {c:?}", asset.symbol);
                }
            }
        }
    }

    #[test]
    fn a_higher_timeframe_sums_up_the_lower_one() {
        for asset in &ASSETS {
            let json: Value = serde_json::from_str(&committed(asset.symbol)).unwrap();
            for pair in TIMEFRAMES.windows(2) {
                let [(lower, lower_minutes, _), (higher, minutes, _)] = [pair[0], pair[1]];
                let (start, candles) = read(&json, lower);
                let (higher_start, expected) = read(&json, higher);
                // The lower series may begin inside a higher candle: leave that one out.
                let (step, length) = (lower_minutes * MINUTE, minutes * MINUTE);
                let skip = (length - start % length) % length / step;
                let built = aggregate(&candles[skip as usize..], (length / step) as usize);
                let offset = (start + skip * step - higher_start) / length;
                let expected = &expected[offset as usize..];
                assert!(built.len() > 100, "{lower} and {higher} overlap");
                assert_eq!(built, expected, "{} {lower} to {higher}", asset.symbol);
            }
        }
    }

    #[test]
    fn tao_stays_in_a_believable_range() {
        let closes: Vec<i64> = paths(SEED)[0].iter().map(|c| c.close).collect();
        assert!(closes.iter().all(|close| (10_000..150_000).contains(close)));
    }
}
