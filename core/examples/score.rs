//! Prints the Assessment of an asset at one or more decision times, one JSON line each, from candles in CSV files.
//!
//! ```text
//! score --candles 15m=A.csv --candles 1h=B.csv [--candles 4h=… --candles 1d=…] [--btc 1h=C.csv]
//!       [--basket FET=1h:D.csv …] [--facts FACTS.json] [--as-given] --at MS [--at MS …]
//! ```
//!
//! A file holds `ts_ms,open,high,low,close,volume`, `ts_ms` being the open time in Unix milliseconds. A timeframe that
//! is not given is built from the longest-reaching shorter one that is.
//!
//! With `--as-given` nothing is built: a timeframe that is not given is unknown, as for a widget that wasn't sent it.
//!
//! `--basket NAME=TIMEFRAME:FILE` names a member of the AI basket; several files of one name belong together, and the
//! timeframe may be left out where the file's candles say it themselves by their distance. `--facts` is a JSON object
//! of what no candle tells: `chain` and `feed` (method §7), `depth`, `confirmation` (`{"source": …, "close": …}`) and
//! `parameters`, all of them optional. With `--explain` each line is the Explanation instead.
//!
//! Exit codes: 0 all printed, 1 a file could not be read or says something impossible, 2 the command line is wrong.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Deserialize;
use tao_conviction_core::candle::{complete, parse_csv};
use tao_conviction_core::catalyst::{ChainFacts, Event};
use tao_conviction_core::{
    Candle, CandleSeries, Inputs, ParameterValues, Parameters, Provenance, Timeframe, UnixMs, assess, explain,
};

const USAGE: &str = "\
usage: score --candles TIMEFRAME=FILE.csv … [--btc TIMEFRAME=FILE.csv …] [--basket NAME=[TIMEFRAME:]FILE.csv …]
             [--facts FILE.json] [--symbol TAO] [--quote USD] [--as-given] [--explain] --at UNIX_MS [--at …]
TIMEFRAME is 15m, 1h, 4h or 1d; a CSV file holds ts_ms,open,high,low,close,volume";

/// What the command line asks for.
#[derive(Default)]
struct Request {
    symbol: Option<String>,
    quote: Option<String>,
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: BTreeMap<String, Vec<CandleSeries>>,
    facts: Facts,
    parameters: Parameters,
    as_given: bool,
    explain: bool,
    at: Vec<UnixMs>,
}

/// The file of `--facts`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Facts {
    chain: Option<ChainFacts>,
    feed: Option<Vec<Event>>,
    depth: Option<f64>,
    confirmation: Option<SecondSource>,
    parameters: Option<ParameterValues>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecondSource {
    source: String,
    close: f64,
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
    for at in &request.at {
        let whole = |given: &[CandleSeries]| {
            if request.as_given { (given.to_vec(), 0) } else { complete(given, *at) }
        };
        let (candles, dropped) = whole(&request.candles);
        let (btc, _) = whole(&request.btc);
        let basket: Vec<Vec<CandleSeries>> = request.basket.values().map(|given| whole(given).0).collect();
        let members: Vec<&[CandleSeries]> = basket.iter().map(Vec::as_slice).collect();
        let inputs = Inputs {
            quote: request.quote.as_deref().unwrap_or("USD"),
            btc: &btc,
            basket: &members,
            chain: request.facts.chain.as_ref(),
            feed: request.facts.feed.as_deref(),
            depth: request.facts.depth,
            provenance: Provenance {
                source: Some("file"),
                dropped,
                confirmation: request.facts.confirmation.as_ref().map(|second| (second.source.as_str(), second.close)),
                ..Provenance::default()
            },
            ..Inputs::new(request.symbol.as_deref().unwrap_or("TAO"), *at, &candles)
        };
        let line = if request.explain {
            serde_json::to_string(&explain(&inputs, &request.parameters))
        } else {
            serde_json::to_string(&assess(&inputs, &request.parameters))
        };
        println!("{}", line.map_err(|error| Failure::File(error.to_string()))?);
    }
    Ok(())
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Request, Failure> {
    let mut request = Request::default();
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| Failure::CommandLine(format!("`{flag}` lacks its value")));
        match flag.as_str() {
            "--candles" => read_series(&value()?, &mut request.candles)?,
            "--btc" => read_series(&value()?, &mut request.btc)?,
            "--basket" => read_member(&value()?, &mut request.basket)?,
            "--facts" => {
                request.facts = read_facts(&value()?)?;
                let values = request.facts.parameters.unwrap_or_default();
                request.parameters = Parameters::new(values).map_err(|error| Failure::File(error.to_string()))?;
            }
            "--symbol" => request.symbol = Some(value()?),
            "--quote" => request.quote = Some(value()?),
            "--as-given" => request.as_given = true,
            "--explain" => request.explain = true,
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
    let timeframe = name.parse().map_err(|error| Failure::CommandLine(format!("`{argument}`: {error}")))?;
    add(timeframe, read_csv(path)?, all);
    Ok(())
}

/// Reads `NAME=[TIMEFRAME:]FILE`.
fn read_member(argument: &str, all: &mut BTreeMap<String, Vec<CandleSeries>>) -> Result<(), Failure> {
    let (name, file) = argument
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Failure::CommandLine(format!("`{argument}`: expected NAME=[TIMEFRAME:]FILE.csv")))?;
    let given = file.split_once([':', '=']).and_then(|(prefix, path)| Some((prefix.parse().ok()?, path)));
    let (timeframe, candles) = match given {
        Some((timeframe, path)) => (timeframe, read_csv(path)?),
        None => {
            let candles = read_csv(file)?;
            let timeframe = timeframe_of(&candles).ok_or_else(|| {
                Failure::File(format!("{file}: its candles don't say their timeframe; write {name}=1h:{file}"))
            })?;
            (timeframe, candles)
        }
    };
    add(timeframe, candles, all.entry(name.to_owned()).or_default());
    Ok(())
}

/// The timeframe whose length is the shortest distance of two neighbouring candles.
fn timeframe_of(candles: &[Candle]) -> Option<Timeframe> {
    let distances = candles.iter().zip(candles.iter().skip(1)).map(|(a, b)| b.open_time.since(a.open_time).abs());
    let shortest = distances.filter(|distance| *distance > 0).min()?;
    Timeframe::ALL.into_iter().find(|timeframe| timeframe.duration_ms() == shortest)
}

fn add(timeframe: Timeframe, candles: Vec<Candle>, all: &mut Vec<CandleSeries>) {
    match all.iter_mut().find(|series| series.timeframe() == timeframe) {
        Some(series) => series.extend(candles),
        None => all.push(CandleSeries::from_arrivals(timeframe, candles)),
    }
}

fn read_csv(path: &str) -> Result<Vec<Candle>, Failure> {
    parse_csv(&read(path)?).map_err(|error| Failure::File(format!("{path}: {error}")))
}

fn read_facts(path: &str) -> Result<Facts, Failure> {
    serde_json::from_str(&read(path)?).map_err(|error| Failure::File(format!("{path}: {error}")))
}

fn read(path: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::File(format!("{path}: {error}")))
}
