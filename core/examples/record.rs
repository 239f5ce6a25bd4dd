//! The track record of an asset from candles in CSV files: a plain-text report, or JSON.
//!
//! ```text
//! record --candles 15m=A.csv --candles 1h=B.csv [--candles 4h=… --candles 1d=…] [--btc 1h=C.csv …]
//!        [--basket FET=4h=D.csv …] [--symbol TAO] [--since MS] [--until MS] [--as-given] [--json]
//! ```
//!
//! Files are those of the `score` example. A timeframe that is not given is built from the longest-reaching shorter one
//! that is, unless `--as-given` leaves it out. `--until` ends the history at a time; without it, all candles count.
//! Candles from before `--since` only warm up. Members of the basket are read in the order in which they first come.
//!
//! Exit codes: 0 printed, 1 a file could not be read or holds too little, 2 the command line is wrong.

use std::fmt::Write;
use std::process::ExitCode;

use tao_conviction_core::candle::{complete, parse_csv};
use tao_conviction_core::record::{BandReport, COST, History, HorizonReport, Record, Recorder};
use tao_conviction_core::{CandleSeries, Parameters, Timeframe, UnixMs};

const USAGE: &str = "\
usage: record --candles TIMEFRAME=FILE.csv … [--btc TIMEFRAME=FILE.csv …] [--basket NAME=TIMEFRAME=FILE.csv …]
              [--symbol TAO] [--since UNIX_MS] [--until UNIX_MS] [--as-given] [--json]
TIMEFRAME is 15m, 1h, 4h or 1d; a CSV file holds ts_ms,open,high,low,close,volume";

struct Request {
    symbol: String,
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<(String, Vec<CandleSeries>)>,
    since: Option<UnixMs>,
    until: Option<UnixMs>,
    as_given: bool,
    json: bool,
}

fn main() -> ExitCode {
    let request = match read(std::env::args().skip(1)) {
        Ok(request) => request,
        Err((what, code)) => {
            eprintln!("record: {what}{}", if code == 2 { format!("\n{USAGE}") } else { String::new() });
            return ExitCode::from(code);
        }
    };
    let ends = request
        .candles
        .iter()
        .filter_map(|series| Some(series.candles().last()?.open_time.plus(series.timeframe().duration_ms())));
    let Some(until) = request.until.or(ends.max()) else {
        eprintln!("record: no candles were given\n{USAGE}");
        return ExitCode::from(2);
    };
    let whole = |given: &[CandleSeries]| if request.as_given { given.to_vec() } else { complete(given, until).0 };
    let (candles, btc) = (whole(&request.candles), whole(&request.btc));
    let basket: Vec<_> = request.basket.iter().map(|(_, member)| whole(member)).collect();
    let basket: Vec<&[CandleSeries]> = basket.iter().map(Vec::as_slice).collect();
    let history = History { asset: &candles, btc: &btc, basket: &basket };
    let recorder = Recorder::new(history, &Parameters::default(), until);
    let (_, Some(record)) = recorder.since(request.since.unwrap_or(UnixMs(i64::MIN))).finish() else {
        eprintln!("record: no hour could be scored: a timeframe needs 461 closed candles, and 1h has to be given");
        return ExitCode::FAILURE;
    };
    let text = if request.json {
        serde_json::to_string_pretty(&record).unwrap_or_default()
    } else {
        report(&request.symbol, &record)
    };
    println!("{text}");
    ExitCode::SUCCESS
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Request, (String, u8)> {
    let mut request = Request {
        symbol: "TAO".into(),
        candles: Vec::new(),
        btc: Vec::new(),
        basket: Vec::new(),
        since: None,
        until: None,
        as_given: false,
        json: false,
    };
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| (format!("`{flag}` lacks its value"), 2));
        match flag.as_str() {
            "--json" => request.json = true,
            "--symbol" => request.symbol = value()?,
            "--as-given" => request.as_given = true,
            "--since" => request.since = Some(time(&flag, &value()?)?),
            "--until" => request.until = Some(time(&flag, &value()?)?),
            "--basket" => {
                let text = value()?;
                let (name, file) = text.split_once('=').ok_or((format!("`{text}` is not NAME=TIMEFRAME=FILE"), 2))?;
                let read = series(file)?;
                match request.basket.iter_mut().find(|(known, _)| known == name) {
                    Some((_, member)) => member.push(read),
                    None => request.basket.push((name.to_owned(), vec![read])),
                }
            }
            "--candles" => request.candles.push(series(&value()?)?),
            "--btc" => request.btc.push(series(&value()?)?),
            other => return Err((format!("`{other}` is not known"), 2)),
        }
    }
    Ok(request)
}

fn time(flag: &str, text: &str) -> Result<UnixMs, (String, u8)> {
    text.parse().map(UnixMs).map_err(|_| (format!("`{flag} {text}` is not a time in milliseconds"), 2))
}

fn series(text: &str) -> Result<CandleSeries, (String, u8)> {
    let (timeframe, file) = text.split_once('=').ok_or((format!("`{text}` is not TIMEFRAME=FILE"), 2))?;
    let timeframe: Timeframe = timeframe.parse().map_err(|error| (format!("{error}"), 2))?;
    let content = std::fs::read_to_string(file).map_err(|error| (format!("{file}: {error}"), 1))?;
    let candles = parse_csv(&content).map_err(|error| (format!("{file}: {error}"), 1))?;
    Ok(CandleSeries::from_arrivals(timeframe, candles))
}

fn report(symbol: &str, record: &Record) -> String {
    let mut text = String::new();
    let days = (record.to.since(record.from) + 3_600_000) / 86_400_000;
    let families: Vec<String> = record.left_out.iter().map(|family| format!("{family:?}")).collect();
    let _ = writeln!(
        text,
        "{symbol}: {} hourly decisions in {days} days, {} to {} (UTC)\nleft out, since the history can't know them: {}",
        record.decisions,
        date(record.from),
        date(record.to),
        families.join(", ")
    );
    if let Some(percentile) = record.percentile {
        let _ = writeln!(
            text,
            "last score {:+.1}, higher than {:.0} % of the year before it",
            record.conviction,
            100.0 * percentile
        );
    }
    for horizon in &record.horizons {
        horizon_text(&mut text, horizon);
    }
    let _ = writeln!(text, "\nsetups, as far as candles tell: {} stretches", record.setups.len());
    for setup in &record.setups {
        let changes: Vec<String> = setup.changes.iter().map(|change| percent(*change)).collect();
        let _ = writeln!(
            text,
            "  {}  {:>3} h  {:+5.1}  after 24 h, 72 h, 7 d: {}  lowest {}",
            date(setup.from),
            setup.hours,
            setup.conviction,
            changes.join(" "),
            percent(setup.drawdown)
        );
    }
    if let Some(strategy) = &record.strategy {
        let _ = writeln!(
            text,
            "\nholding {symbol} while the verdict is bullish, {:.2} % a change: {} after {} changes in {} days, held {:.0} % of the hours; {symbol} itself {}\n  Sharpe {:+.3} a day ({:+.2} a year), probability that the true one is above 0: {:.2}, deflated for {} variant tried: {:.2}",
            100.0 * COST,
            percent(Some(strategy.change)).trim(),
            strategy.trades,
            strategy.days,
            100.0 * strategy.held,
            percent(Some(strategy.asset_change)).trim(),
            strategy.sharpe,
            strategy.sharpe * 365_f64.sqrt(),
            strategy.probabilistic_sharpe.unwrap_or(f64::NAN),
            strategy.variants,
            strategy.deflated_sharpe.unwrap_or(f64::NAN),
        );
    }
    let _ = write!(text, "\nA record of the past on one asset. Not a forecast, and not advice.");
    text
}

fn horizon_text(text: &mut String, horizon: &HorizonReport) {
    let _ = writeln!(text, "\nafter {} h: {}", horizon.hours, horizon.words);
    let _ =
        writeln!(text, "  score            n    n/h     mean   median    up [95 %]            fell by (median, worst)");
    for band in horizon.bands.iter().rev().chain([&horizon.base]) {
        let _ = writeln!(text, "  {}", band_text(band));
    }
    match &horizon.rank_correlation {
        Some(rank) => {
            let _ = writeln!(
                text,
                "  rank correlation {:+.3} [{:+.3}, {:+.3}]",
                rank.value, rank.interval.low, rank.interval.high
            );
        }
        None => text.push_str("  rank correlation unknown: fewer than four blocks\n"),
    }
    if let Some(calibration) = &horizon.calibration {
        let interval = calibration
            .interval
            .map_or_else(|| "unknown".to_owned(), |interval| format!("{:+.4}, {:+.4}", interval.low, interval.high));
        let _ = writeln!(
            text,
            "  Brier {:.4}, of the base rate {:.4}: skill {:+.4} [{interval}]; reliability {:.4}, resolution {:.4}, uncertainty {:.4}",
            calibration.brier,
            calibration.base_brier,
            calibration.skill,
            calibration.reliability,
            calibration.resolution,
            calibration.uncertainty
        );
    }
}

fn band_text(band: &BandReport) -> String {
    let name = match (band.low, band.high) {
        (None, None) => "all hours".to_owned(),
        (None, Some(high)) => format!("below {high:+.0}"),
        (Some(low), None) => format!("{low:+.0} and more"),
        (Some(low), Some(high)) => format!("{low:+.0} to {high:+.0}"),
    };
    let share = band.up.zip(band.interval).map_or_else(
        || "–".to_owned(),
        |(up, interval)| format!("{:.0} % [{:.0}, {:.0}]", 100.0 * up, 100.0 * interval.low, 100.0 * interval.high),
    );
    format!(
        "{name:<12} {:>6} {:>6.1} {} {}  {share:<20} {} {}",
        band.count,
        band.effective,
        percent(band.mean),
        percent(band.median),
        percent(band.drawdown),
        percent(band.worst)
    )
}

/// A log return as a percentage.
fn percent(change: Option<f64>) -> String {
    change.map_or_else(|| "       –".to_owned(), |change| format!("{:+7.2}%", 100.0 * (change.exp() - 1.0)))
}

/// A date of the Gregorian calendar, by days since 1970 (Howard Hinnant's algorithm).
fn date(time: UnixMs) -> String {
    let days = time.0.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:00", time.0.rem_euclid(86_400_000) / 3_600_000)
}
