//! `cargo xtask test`: every check of the project in one run, and one closing line.
//! A failed step hides no other; only what needs its result is left out, and counts as failed.

use crate::optimize;
use crate::reproduce::SecondBuild;
use crate::shell::{self, Shell};
use crate::size;
use crate::tools::{self, Browser, Part};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What ships as wasm but for the panel, as Cargo is told.
pub(crate) const WASM: [&str; 10] = [
    "--target",
    "wasm32-unknown-unknown",
    "-p",
    "tao-conviction",
    "-p",
    "tao-conviction-scoring",
    "-p",
    "tao-conviction-catalysts",
    "--lib",
    "--bins",
];

/// The panel's part.
pub(crate) const PANEL_WASM: [&str; 8] =
    ["--target", "wasm32-unknown-unknown", "-p", "tao-conviction", "--features", "panel", "--lib", "--bins"];

/// Checks that passed and failed; a build or a lint is one check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    const ONE_PASSED: Self = Self { passed: 1, failed: 0 };
    const ONE_FAILED: Self = Self { passed: 0, failed: 1 };

    fn of(passed: bool) -> Self {
        if passed { Self::ONE_PASSED } else { Self::ONE_FAILED }
    }

    fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// One line of the closing table.
struct Step {
    name: &'static str,
    count: Count,
    /// Why it failed, when its own output does not say.
    note: String,
    seconds: f64,
}

struct Run<'a> {
    shell: &'a Shell,
    missing: Vec<Part>,
    steps: Vec<Step>,
}

/// Returns whether everything passed.
pub(crate) fn run(shell: &Shell) -> Result<bool, String> {
    let begin = Instant::now();
    let mut run = Run { shell, missing: Vec::new(), steps: Vec::new() };
    run.bring_tools();
    run.all_steps()?;
    let total = run.report(begin.elapsed().as_secs_f64());
    println!("\n{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

impl Run<'_> {
    fn bring_tools(&mut self) {
        for &part in Part::ALL {
            let begin = Instant::now();
            if let Err(note) = tools::bring(self.shell, &[part]) {
                println!("setup: {note}");
                self.missing.push(part);
                let seconds = begin.elapsed().as_secs_f64();
                self.steps.push(Step { name: "setup", count: Count::ONE_FAILED, note, seconds });
            }
        }
    }

    fn all_steps(&mut self) -> Result<(), String> {
        let shell = self.shell;
        let target = tools::target_folder(shell)?;

        let mut format = shell.cargo();
        format.args(["fmt", "--all", "--check"]);
        if shell.ci {
            // Rustfmt does not ask Cargo's setting.
            format.args(["--", "--color", "never"]);
        }
        self.check("format", &[Part::Lints], &mut format);
        let mut clippy = shell.cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        self.check("lints", &[Part::Lints], &mut clippy);
        let mut clippy = shell.cargo();
        clippy.arg("clippy").args(WASM);
        clippy.args(["--", "-D", "warnings"]);
        self.check("lints of the wasm", &[Part::Lints, Part::WasmTarget], &mut clippy);
        let mut clippy = shell.cargo();
        clippy.arg("clippy").args(PANEL_WASM).args(["--", "-D", "warnings"]);
        self.check("lints of the panel", &[Part::Lints, Part::WasmTarget], &mut clippy);

        let mut docs = shell.cargo();
        docs.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--features", "panel"]);
        self.check("documentation", &[], docs.env("RUSTDOCFLAGS", "-Dwarnings"));

        // The panel's own rooms are not in what a card is built of.
        let panel = shell.cargo_test(&["-p", "tao-conviction", "--lib", "--features", "panel"]);
        self.tests("native tests", &[], vec![shell.cargo_test(&["--workspace"]), panel]);
        let needs = [Part::WasmTarget, Part::WasmBindgen, Part::Browser];
        let commands = self.browser_tests(&target)?;
        self.tests("browser tests", &needs, commands);

        // Here, since most of what a debug build needs has been built for the tests above, and nothing else runs now.
        let needs = [Part::WasmTarget, Part::WasmBindgen, Part::Trunk, Part::NpmPackages, Part::Browser];
        self.step("the page as served", self.obstacle(&needs), || journeys(shell, &target, "serve"));

        let mut example = shell.cargo();
        example.args(["build", "--release", "-p", "tao-conviction-core", "--example", "score", "--example", "record"]);
        let has_oracles = self.check("native oracles", &[], &mut example);
        let needs = [Part::WasmTarget, Part::StdSource, Part::WasmBindgen, Part::Trunk];
        let has_dist = self.check("release build", &needs, &mut optimize::release_build(shell));

        self.step("size budgets", if has_dist { None } else { Some("the release build failed") }, || {
            let lines = size::report(shell);
            let over: Vec<&str> = lines.iter().filter(|line| !line.within_budget()).map(|line| line.name).collect();
            let count = lines.iter().map(|line| Count::of(line.within_budget())).fold(Count::default(), Count::plus);
            (count, if over.is_empty() { String::new() } else { format!("over budget: {}", over.join(", ")) })
        });

        let obstacle = if !has_dist {
            Some("the release build failed")
        } else if !has_oracles {
            Some("the native oracles were not built")
        } else {
            self.obstacle(&[Part::NpmPackages, Part::Browser])
        };
        // Beside the journeys, which often wait: it takes what they leave of the processor.
        let second = has_dist.then(|| SecondBuild::start(shell, &target));
        self.step("end-to-end tests", obstacle, || journeys(shell, &target, "journeys"));
        let obstacle = if has_dist { None } else { Some("the release build failed") };
        self.step("second build", obstacle, || {
            let Some(second) = second else { return (Count::ONE_FAILED, String::new()) };
            match second.and_then(|second| second.compare(shell)) {
                Ok(files) => (Count::ONE_PASSED, format!("{files} files, all the same as those of the first")),
                Err(note) => (Count::ONE_FAILED, note),
            }
        });
        Ok(())
    }

    /// The tests that run as wasm: those of the library, and every `tests/wasm_*.rs`.
    fn browser_tests(&self, target: &Path) -> Result<Vec<Command>, String> {
        let Some(browser) = Browser::find(self.shell).ok().and_then(Result::ok) else { return Ok(Vec::new()) };
        let settings = target.join("webdriver.json");
        std::fs::write(&settings, webdriver_settings(&browser.chromium))
            .map_err(|e| format!("{} could not be written: {e}", settings.display()))?;
        let mut commands = vec![self.shell.cargo_test(&["-p", "tao-conviction", "--lib"])];
        for (package, folder) in [("tao-conviction", "tests"), ("tao-conviction-core", "core/tests")] {
            if has_wasm_tests(&self.shell.root.join(folder)) {
                commands.push(self.shell.cargo_test(&["-p", package, "--test", "wasm_*"]));
            }
        }
        for command in &mut commands {
            command
                .args(["--target", "wasm32-unknown-unknown"])
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
                .env("CHROMEDRIVER", &browser.driver)
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings)
                // Else tests without `run_in_browser` would run in Node.js, where there is no DOM.
                .env("WASM_BINDGEN_USE_BROWSER", "1")
                // Its 20 seconds are too short for a busy machine.
                .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        }
        Ok(commands)
    }

    fn obstacle(&self, needs: &[Part]) -> Option<&'static str> {
        needs.iter().any(|part| self.missing.contains(part)).then_some("a tool it needs could not be brought")
    }

    /// A step that is one check: it passes when the program ends well.
    fn check(&mut self, name: &'static str, needs: &[Part], command: &mut Command) -> bool {
        let (shell, obstacle) = (self.shell, self.obstacle(needs));
        self.step(name, obstacle, || match shell.run(command) {
            Ok(()) => (Count::ONE_PASSED, String::new()),
            Err(note) => (Count::ONE_FAILED, note),
        })
    }

    /// A step of many checks, counted from what Rust's test runners print.
    fn tests(&mut self, name: &'static str, needs: &[Part], commands: Vec<Command>) -> bool {
        let (shell, obstacle) = (self.shell, self.obstacle(needs));
        self.step(name, obstacle, || {
            let mut total = Count::default();
            let mut notes = Vec::new();
            for mut command in commands {
                let (count, note) = match shell.stream(&mut command) {
                    Ok((ended_well, output)) => judge(ended_well, count_rust_tests(&output), &shell::line(&command)),
                    Err(note) => (Count::ONE_FAILED, note),
                };
                total = total.plus(count);
                notes.extend(Some(note).filter(|note| !note.is_empty()));
            }
            if total == Count::default() { judge(true, total, name) } else { (total, notes.join("; ")) }
        })
    }

    fn step(&mut self, name: &'static str, obstacle: Option<&str>, work: impl FnOnce() -> (Count, String)) -> bool {
        println!("\n== {name}");
        let begin = Instant::now();
        let (count, note) = match obstacle {
            Some(obstacle) => (Count::ONE_FAILED, format!("left out: {obstacle}")),
            None => work(),
        };
        let seconds = begin.elapsed().as_secs_f64();
        println!("== {name}: {} passed, {} failed in {seconds:.1} s {note}", count.passed, count.failed);
        self.steps.push(Step { name, count, note, seconds });
        count.failed == 0
    }

    fn report(&self, seconds: f64) -> Count {
        println!("\n{:20}{:>8}{:>8}{:>10}", "", "passed", "failed", "seconds");
        for Step { name, count, note, seconds } in &self.steps {
            println!("{name:20}{:>8}{:>8}{seconds:>10.1}  {note}", count.passed, count.failed);
        }
        println!("{:20}{:>26.1}", "in all", seconds);
        self.steps.iter().map(|step| step.count).fold(Count::default(), Count::plus)
    }
}

impl Shell {
    fn cargo_test(&self, arguments: &[&str]) -> Command {
        let mut command = self.cargo();
        command.args(["test", "--no-fail-fast"]).args(arguments);
        command
    }
}

fn has_wasm_tests(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| is_wasm_test(&name.to_string_lossy()))
}

fn is_wasm_test(file: &str) -> bool {
    file.starts_with("wasm_") && file.ends_with(".rs")
}

/// One of the projects of `e2e/playwright.config.ts`.
fn journeys(shell: &Shell, target: &Path, project: &str) -> (Count, String) {
    let Some(browser) = Browser::find(shell).ok().and_then(Result::ok) else {
        return (Count::ONE_FAILED, "no browser was found".into());
    };
    let report = target.join(format!("playwright-{project}.json"));
    // An old report must not stand in for a run that died before it wrote one.
    std::fs::remove_file(&report).ok();
    let program = |name: &str| target.join("release/examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut playwright = shell.command("node");
    playwright
        .current_dir(shell.root.join("e2e"))
        // A journey that passes only when it is repeated is named in the report: a machine that was too slow for a
        // moment must not hide what all others say.
        .args(["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", "--retries=1"])
        .arg(format!("--project={project}"))
        .env("TAO_SERVE", "1")
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("TAO_DIST", shell.root.join("dist"))
        .env("TAO_SCORE", program("score"))
        .env("TAO_RECORD", program("record"))
        // By its place: the program that runs now may have been built anew since it began.
        .env("TAO_XTASK", target.join("debug").join(format!("xtask{}", std::env::consts::EXE_SUFFIX)))
        .env("TAO_CHROMIUM", &browser.chromium);
    // Where there is none its journeys fail and say so; setup has said why.
    if let Ok(Some(nginx)) = tools::find_nginx(shell) {
        playwright.env("TAO_NGINX", nginx);
    }
    let ended_well = shell.run(&mut playwright).is_ok();
    let report = std::fs::read_to_string(&report).ok().and_then(|text| serde_json::from_str(&text).ok());
    let count = report.as_ref().and_then(count_playwright_tests).unwrap_or_default();
    let (count, note) = judge(ended_well, count, "playwright");
    let repeated = report.as_ref().map(flaky_titles).unwrap_or_default();
    if repeated.is_empty() {
        return (count, note);
    }
    (count, format!("{note} passed only when repeated: {}", repeated.join("; ")))
}

/// A runner that failed without naming a failed test, or that found no test at all, has failed once.
fn judge(ended_well: bool, count: Count, runner: &str) -> (Count, String) {
    match count {
        Count { passed: 0, failed: 0 } => (Count::ONE_FAILED, format!("`{runner}` ran no test")),
        Count { failed: 0, .. } if !ended_well => {
            (count.plus(Count::ONE_FAILED), format!("`{runner}` failed outside of its tests"))
        }
        _ => (count, String::new()),
    }
}

/// Sums up every `test result: ok. 3 passed; 1 failed; …` of Cargo's and wasm-bindgen's runners.
/// A test that is only skipped proves nothing, so it counts as failed.
fn count_rust_tests(output: &str) -> Count {
    let results = output.lines().filter_map(|line| line.trim_start().strip_prefix("test result: "));
    results.flat_map(|result| result.split([';', '.'])).fold(Count::default(), |count, part| {
        let mut words = part.split_whitespace();
        let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else { return count };
        match what {
            "passed" => Count { passed: count.passed + number, ..count },
            "failed" | "ignored" => Count { failed: count.failed + number, ..count },
            _ => count,
        }
    })
}

/// From Playwright's JSON report. Errors outside of tests and skipped tests count as failed; a test that passed when it
/// was repeated has passed.
fn count_playwright_tests(report: &Value) -> Option<Count> {
    let stats = report.get("stats")?;
    let number = |name: &str| stats.get(name).and_then(Value::as_u64);
    let errors = report.get("errors").and_then(Value::as_array).map_or(0, Vec::len) as u64;
    Some(Count {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")? + number("skipped")? + errors,
    })
}

/// The tests of a report, or of a part of one, that passed only when they were repeated.
fn flaky_titles(part: &Value) -> Vec<String> {
    let children = |name: &str| part.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_flaky = |spec: &&Value| {
        let tests = spec.get("tests").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        tests.iter().any(|test| test.get("status").and_then(Value::as_str) == Some("flaky"))
    };
    let own =
        children("specs").iter().filter(is_flaky).filter_map(|spec| spec.get("title")?.as_str().map(str::to_owned));
    own.chain(children("suites").iter().flat_map(flaky_titles)).collect()
}

/// What the browser is started with: it also runs as root, without a network, a graphics card or a first-run page.
fn webdriver_settings(chromium: &Path) -> String {
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    json!({ "goog:chromeOptions": { "binary": chromium, "args": flags } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn count(passed: u64, failed: u64) -> Count {
        Count { passed, failed }
    }

    #[test]
    fn results_of_several_test_programs_are_summed_up() {
        let output = "running 2 tests\ntest a ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 41 passed; 3 failed; 0 ignored; 0 measured; 7 filtered out; finished in 12.34s\n";
        assert_eq!(count_rust_tests(output), count(43, 3));
    }

    #[test]
    fn the_browser_runners_results_are_read_too() {
        let output = "Running headless tests in Chrome on `http://127.0.0.1:1/`\n\
            test result: ok. 5 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s\n";
        assert_eq!(count_rust_tests(output), count(5, 0));
        assert_eq!(count_rust_tests("no tests to run!\n"), count(0, 0));
    }

    #[test]
    fn an_ignored_test_counts_as_failed() {
        let output = "test result: ok. 4 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(count_rust_tests(output), count(4, 2));
    }

    #[test]
    fn what_a_test_prints_is_no_result() {
        assert_eq!(count_rust_tests("the test result: 3 passed\n9 passed; 9 failed"), count(0, 0));
    }

    #[test]
    fn playwrights_report_is_counted() {
        let report = json!({"errors": [], "stats": {"expected": 7, "unexpected": 1, "flaky": 2, "skipped": 3}});
        assert_eq!(count_playwright_tests(&report), Some(count(9, 4)));
        let broken = json!({"errors": [{"message": "no config"}], "stats": {"expected": 0, "unexpected": 0, "flaky": 0, "skipped": 0}});
        assert_eq!(count_playwright_tests(&broken), Some(count(0, 1)));
        assert_eq!(count_playwright_tests(&json!({})), None);
    }

    #[test]
    fn what_passed_only_when_repeated_is_named() {
        let spec = |title: &str, status: &str| json!({"title": title, "tests": [{"status": status}]});
        let report = json!({"suites": [
            {"specs": [spec("a", "expected"), spec("b", "flaky")], "suites": [{"specs": [spec("c", "flaky"), spec("d", "unexpected")]}]},
            {"specs": []},
        ]});
        assert_eq!(flaky_titles(&report), ["b", "c"]);
    }

    #[test]
    fn a_runner_without_tests_has_failed() {
        let (counted, note) = judge(true, count(0, 0), "cargo test");
        assert_eq!(counted, count(0, 1));
        assert!(note.contains("no test"), "{note}");
    }

    #[test]
    fn a_runner_that_dies_has_failed_although_no_test_did() {
        assert_eq!(judge(false, count(4, 0), "cargo test").0, count(4, 1));
        assert_eq!(judge(false, count(4, 2), "cargo test").0, count(4, 2));
        assert_eq!(judge(true, count(4, 0), "cargo test"), (count(4, 0), String::new()));
    }

    #[test]
    fn the_driver_is_told_the_browsers_place() {
        let settings: Value = serde_json::from_str(&webdriver_settings(Path::new("/a \"b\"/chromium"))).unwrap();
        let options = &settings["goog:chromeOptions"];
        assert_eq!(options["binary"], "/a \"b\"/chromium");
        assert!(options["args"].as_array().unwrap().contains(&json!("--headless")));
    }

    #[test]
    fn wasm_tests_are_found_by_their_name() {
        assert!(is_wasm_test("wasm_agrees.rs"));
        assert!(!is_wasm_test("agrees_with_wasm.rs") && !is_wasm_test("wasm_fixture.json"));
        assert!(!has_wasm_tests(Path::new("no-such-folder")));
    }
}
