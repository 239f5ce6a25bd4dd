//! Prints the Assessment of an asset at one or more decision times, one JSON line each, from candles in CSV files.
//!
//! ```text
//! score --candles 15m=A.csv --candles 1h=B.csv [--candles 4h=… --candles 1d=…] [--btc 1h=C.csv] --at MS [--at MS …]
//! ```
//!
//! A file holds `ts_ms,open,high,low,close,volume`, `ts_ms` being the open time in Unix milliseconds. A timeframe that
//! is not given is built from the longest-reaching shorter one that is. Exit codes: 0 all printed, 1 a file could not
//! be read, 2 the command line is wrong.

use std::process::ExitCode;

use tao_conviction_core::candle::{complete, parse_csv};
use tao_conviction_core::{CandleSeries, Inputs, Parameters, Provenance, Timeframe, UnixMs, assess};

const USAGE: &str = "usage: score --candles TIMEFRAME=FILE.csv … [--btc TIMEFRAME=FILE.csv …] [--symbol TAO] \
                     [--quote USD] --at UNIX_MS [--at …]\n\
                     TIMEFRAME is 15m, 1h, 4h or 1d; FILE holds ts_ms,open,high,low,close,volume";

/// What the command line asks for.
struct Request {
    symbol: String,
    quote: String,
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    at: Vec<UnixMs>,
}

/// Why nothing was printed.
enum Failure {
    CommandLine(String),
    File(String),
}

fn main() -> ExitCode {
    match read_arguments(std::env::args().skip(1)).and_then(|request| print_all(&request)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::CommandLine(what)) => {
            eprintln!("score: {what}\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Failure::File(what)) => {
            eprintln!("score: {what}");
            ExitCode::FAILURE
        }
    }
}

fn print_all(request: &Request) -> Result<(), Failure> {
    let parameters = Parameters::default();
    for at in &request.at {
        let (candles, dropped) = complete(&request.candles, *at);
        let (btc, _) = complete(&request.btc, *at);
        let mut inputs = Inputs::new(&request.symbol, *at, &candles);
        inputs.quote = &request.quote;
        inputs.btc = &btc;
        inputs.provenance = Provenance { source: Some("file"), dropped, ..Provenance::default() };
        let assessment = assess(&inputs, &parameters);
        let line = serde_json::to_string(&assessment).map_err(|error| Failure::File(error.to_string()))?;
        println!("{line}");
    }
    Ok(())
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Request, Failure> {
    let mut request =
        Request { symbol: "TAO".into(), quote: "USD".into(), candles: Vec::new(), btc: Vec::new(), at: Vec::new() };
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| Failure::CommandLine(format!("`{flag}` lacks its value")));
        match flag.as_str() {
            "--candles" => read_series(&value()?, &mut request.candles)?,
            "--btc" => read_series(&value()?, &mut request.btc)?,
            "--symbol" => request.symbol = value()?,
            "--quote" => request.quote = value()?,
            "--at" => {
                let text = value()?;
                let at = text.parse().map_err(|_| {
                    Failure::CommandLine(format!("`--at {text}`: expected whole milliseconds since the Unix epoch"))
                })?;
                request.at.push(UnixMs(at));
            }
            other => return Err(Failure::CommandLine(format!("`{other}` is not an option"))),
        }
    }
    if request.candles.is_empty() {
        return Err(Failure::CommandLine("no candles: at least one `--candles` is needed".into()));
    }
    if request.at.is_empty() {
        return Err(Failure::CommandLine("no decision time: at least one `--at` is needed".into()));
    }
    Ok(request)
}

/// Reads `TIMEFRAME=FILE`; a second file of the same timeframe adds to the first.
fn read_series(argument: &str, all: &mut Vec<CandleSeries>) -> Result<(), Failure> {
    let (name, path) = argument
        .split_once('=')
        .ok_or_else(|| Failure::CommandLine(format!("`{argument}`: expected TIMEFRAME=FILE.csv")))?;
    let timeframe: Timeframe = name.parse().map_err(|error| Failure::CommandLine(format!("`{argument}`: {error}")))?;
    let text = std::fs::read_to_string(path).map_err(|error| Failure::File(format!("{path}: {error}")))?;
    let candles = parse_csv(&text).map_err(|error| Failure::File(format!("{path}: {error}")))?;
    match all.iter_mut().find(|series| series.timeframe() == timeframe) {
        Some(series) => series.extend(candles),
        None => all.push(CandleSeries::from_arrivals(timeframe, candles)),
    }
    Ok(())
}
