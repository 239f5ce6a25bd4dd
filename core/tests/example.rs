//! The example program as a user runs it: what it prints, what it refuses, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::synthetic::Market;
use tao_conviction_core::{Timeframe, UnixMs};

const END: UnixMs = UnixMs(1_748_736_000_000);

/// A folder of its own for one test, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tao-conviction-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn candles(&self, name: &str, timeframe: Timeframe, seed: u64, count: i64) -> String {
        let mut text = "ts_ms,open,high,low,close,volume\n".to_owned();
        for candle in Market::WALK.candles(timeframe, seed, END, count) {
            let [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close];
            writeln!(text, "{},{open},{high},{low},{close},{}", candle.open_time.0, candle.volume).unwrap();
        }
        self.file(name, &text)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Exit code, output and complaints.
fn run(arguments: &[&str]) -> (i32, String, String) {
    // target/debug/deps/example-… is this test; Cargo builds examples beside it, in target/debug/examples.
    let here = std::env::current_exe().unwrap();
    let program = here.parent().and_then(Path::parent).unwrap().join("examples/score");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is missing: `cargo test` without `--test` builds it", program.display());
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_family_is_known_when_everything_is_given() {
    let folder = Folder::new("full");
    let own = folder.candles("TAO.csv", Timeframe::H1, 1, 15_000);
    let btc = folder.candles("BTC.csv", Timeframe::H4, 2, 2_000);
    // Named by hand in both spellings, and found out from the candles.
    let members = [
        format!("FET=4h:{}", folder.candles("FET.csv", Timeframe::H4, 3, 600)),
        format!("NEAR=4h={}", folder.candles("NEAR.csv", Timeframe::H4, 4, 600)),
        format!("ICP={}", folder.candles("ICP.csv", Timeframe::H1, 5, 2_400)),
    ];
    let facts = r#"{
        "chain": {"lastHalving": 1733184000000, "stakedShare": 0.7, "launches": [{"netuid": 5, "at": 1748000000000}]},
        "feed": [{"kind": "listing", "title": "A listing", "at": 1748000000000, "direction": 1, "magnitude": 0.5,
                  "halfLifeDays": 20, "sourceUrl": "https://example.org/"}],
        "depth": 90000, "confirmation": {"source": "other", "close": 400}, "parameters": {"maxDistance": 4}
    }"#;
    let facts = folder.file("facts.json", facts);
    let (at, earlier) = (END.0.to_string(), (END.0 - 3_600_000).to_string());
    let (own, btc) = (format!("1h={own}"), format!("4h={btc}"));
    let mut arguments = vec!["--candles", &own, "--btc", &btc, "--facts", &facts, "--at", &earlier, "--at", &at];
    members.iter().for_each(|member| arguments.extend(["--basket", member]));
    let (code, output, complaints) = run(&arguments);
    assert_eq!((code, complaints.as_str()), (0, ""));
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["at"].as_i64().unwrap()).collect::<Vec<_>>(), [END.0 - 3_600_000, END.0]);
    for assessment in &lines {
        let families = assessment["families"].as_array().unwrap();
        assert!(families.iter().all(|family| family["value"].is_number()), "{families:?}");
        // 15m can't be built from hours: a tenth of MTF's 0.6 is unknown.
        assert!((assessment["coverage"].as_f64().unwrap() - 0.94).abs() < 1e-9);
        assert_eq!((&assessment["formula"], assessment["catalysts"].as_array().unwrap().len()), (&"custom".into(), 4));
        assert!(assessment["correlation"]["basket"].is_object());
        let gates = assessment["gates"].as_array().unwrap();
        let unknown = gates.iter().filter(|gate| gate["state"] == "unknown").map(|gate| &gate["gate"]);
        // Without 15m it may be open whether three timeframes point up.
        assert!(unknown.clone().all(|gate| gate == "mtf"), "{gates:?}");
    }

    arguments.push("--explain");
    let (code, output, _) = run(&arguments);
    let explained: Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!((code, &explained["assessment"]), (0, &lines[1]));
    assert_eq!(explained["basket"].as_array().unwrap().len(), 3);
}

#[test]
fn a_timeframe_that_is_not_given_is_built_unless_only_what_is_given_counts() {
    let folder = Folder::new("as-given");
    let hours = folder.candles("hours.csv", Timeframe::H1, 7, 2_400);
    let candles = |more: &[&str]| {
        let given = format!("1h={hours}");
        let at = END.0.to_string();
        let (code, output, complaints) = run(&[&["--candles", &given, "--at", &at], more].concat());
        assert_eq!((code, complaints.as_str()), (0, ""));
        let assessment: Value = serde_json::from_str(&output).unwrap();
        let count = |report: &Value| report["candles"].as_u64().unwrap();
        assessment["mtf"]["timeframes"].as_array().unwrap().iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(candles(&[]), [0, 2_400, 600, 100]);
    assert_eq!(candles(&["--as-given"]), [0, 2_400, 0, 0]);
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let folder = Folder::new("errors");
    let good = format!("1h={}", folder.candles("good.csv", Timeframe::H1, 1, 10));
    let broken = folder.file("broken.csv", "ts_ms,open,high,low,close,volume\n0,1,2,x,1,1\n");
    let single = folder.file("single.csv", "ts_ms,open,high,low,close,volume\n0,1,2,1,1,1\n");
    let typo = folder.file("typo.json", "{\n  \"depht\": 3\n}");
    let shape = folder.file("shape.json", r#"{"feed": [{"kind": "listing"}]}"#);
    let range = folder.file("range.json", r#"{"parameters": {"minCoverage": 2}}"#);
    let in_broken = format!("1h={broken}");
    let basket = format!("FET={single}");
    let cases: [(&[&str], i32, &str); 12] = [
        (&["--candles", &in_broken], 1, "broken.csv: line 2, column 4: `x` is not a number"),
        (&["--candles", "1h=/nowhere.csv"], 1, "/nowhere.csv: No such file"),
        (&["--candles", "2h=x.csv"], 2, "`2h=x.csv`: unknown timeframe `2h`: expected 15m, 1h, 4h or 1d"),
        (&["--candles", "x.csv"], 2, "`x.csv`: expected TIMEFRAME=FILE.csv"),
        (&["--candles", &good, "--basket", "x.csv"], 2, "`x.csv`: expected NAME=[TIMEFRAME:]FILE.csv"),
        (
            &["--candles", &good, "--basket", &basket],
            1,
            "single.csv: its candles don't say their timeframe; write FET=1h:",
        ),
        (&["--candles", &good, "--facts", &typo], 1, "typo.json: unknown field `depht`, expected one of `chain`"),
        (&["--candles", &good, "--facts", &shape], 1, "shape.json: missing field `title`"),
        (&["--candles", &good, "--facts", &range], 1, "parameter `minCoverage` is 2: expected 0 to 1"),
        (&["--candles", &good, "--at", "noon"], 2, "`--at noon`: expected whole milliseconds"),
        (&["--candles", &good, "--what"], 2, "`--what` is not an option"),
        (&["--candles", &good], 2, "no decision time: at least one `--at` is needed"),
    ];
    for (arguments, expected_code, expected) in cases {
        let (code, output, complaints) = run(arguments);
        assert_eq!((code, output.as_str()), (expected_code, ""), "{arguments:?}: {complaints}");
        assert!(complaints.contains(expected), "{arguments:?}: {complaints}");
        assert_eq!(complaints.contains("usage:"), expected_code == 2, "{complaints}");
    }
}
