//! `cargo xtask watch`: looks for files that changed and runs the cheapest checks that could see what is wrong with
//! them. It looks a few times a second at the times of some 500 files: that takes no crate and is the same everywhere.

use crate::shell::Shell;
use crate::tools;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Editors and `git` write several files: what follows within this is one change.
const CALM: Duration = Duration::from_millis(400);

/// What is not the project's own text, by its path.
const NOT_WATCHED: [&str; 9] = [
    ".git",
    "target",
    "dist",
    "release",
    "release.unfinished",
    "e2e/test-results",
    "e2e/screenshots",
    "core/fuzz/corpus",
    "core/fuzz/artifacts",
];

/// A program with its arguments, and the folder that it runs in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Check {
    folder: &'static str,
    words: Vec<String>,
}

impl Check {
    fn new(folder: &'static str, line: &str) -> Self {
        Self { folder, words: line.split(' ').map(str::to_owned).collect() }
    }

    fn cargo(line: &str) -> Self {
        Self::new("", &format!("cargo {line}"))
    }
}

/// What the checks depend on beside the paths.
trait Project {
    /// Whether there is a build for the journeys.
    fn has_dist(&self) -> bool;
    /// The specs of `e2e/specs` in which a text stands.
    fn specs_with(&self, text: &str) -> Vec<String>;
}

/// What to run for these files, each once, the quickest first; and what is not run, with the reason.
fn checks(paths: &BTreeSet<String>, project: &dyn Project) -> (Vec<Check>, Vec<String>) {
    let mut found: BTreeSet<(u8, Check)> = BTreeSet::new();
    let mut notes = Vec::new();
    let mut specs = BTreeSet::new();
    let wasm = "check --target wasm32-unknown-unknown";
    for path in paths {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (first, _) = path.split_once('/').unwrap_or(("", path));
        let mut add = |rank: u8, check: Check| {
            found.insert((rank, check));
        };
        match (first, name) {
            ("core", _) if path.starts_with("core/fuzz/") => {
                notes.push(format!("{path}: fuzzing is run by hand (core/fuzz/README.md)"));
            }
            ("core", _) => add(1, Check::cargo("test -p tao-conviction-core")),
            ("src" | "web" | "style", _) | ("", "build.rs") => {
                add(1, Check::cargo("test -p tao-conviction --lib --features panel"));
                add(2, Check::cargo(&format!("{wasm} -p tao-conviction")));
                add(2, Check::cargo(&format!("{wasm} -p tao-conviction --features panel")));
            }
            ("catalysts" | "scoring", _) => {
                add(1, Check::cargo(&format!("test -p tao-conviction-{first}")));
                add(2, Check::cargo(&format!("{wasm} -p tao-conviction-{first}")));
            }
            // The English texts are in the wasm.
            ("locales", "en.json") => {
                add(0, Check::cargo("test -p xtask locales"));
                add(2, Check::cargo(&format!("{wasm} -p tao-conviction --features panel")));
            }
            ("locales", _) => add(0, Check::cargo("test -p xtask locales")),
            ("xtask", _) => add(1, Check::cargo("test -p xtask")),
            ("", "Cargo.toml" | "Cargo.lock" | "clippy.toml" | "rustfmt.toml") => {
                add(1, Check::cargo("check --workspace --all-targets"));
            }
            ("", "deny.toml") => add(0, Check::cargo("test -p xtask audit")),
            (".github" | ".ci", _) => add(0, Check::cargo("test -p xtask workflow")),
            // `node --check` takes a module for well written, unless a package.json says that it is one.
            ("", "alert.js") => add(0, Check::new("", "node --eval import(\"./alert.js\")")),
            ("page", _) | ("", "embed.js" | "sw.js") if name.ends_with(".js") => {
                add(0, Check::new("", &format!("node --check {path}")));
                // Those that take functions out of it, not journeys on a build that doesn't have the change.
                specs.extend(project.specs_with(&format!("'../../{path}'")));
            }
            ("e2e", _) if folder == "e2e/specs" && name.ends_with(".spec.ts") => {
                specs.insert(name.to_owned());
            }
            ("e2e", _) if folder == "e2e/exchange" => {
                specs.extend(project.specs_with(&format!("'../exchange/{name}'")))
            }
            ("e2e", _) if folder == "e2e/pages" => specs.extend(project.specs_with(&format!("'../pages/{name}'"))),
            ("docs", _) => specs.extend(project.specs_with(path)),
            _ => notes.push(format!("{path}: nothing is cheaper than `cargo xtask test`")),
        }
    }
    if !specs.is_empty() && project.has_dist() {
        let line = format!("node node_modules/@playwright/test/cli.js test --reporter=line {}", in_folder(&specs));
        found.insert((3, Check::new("e2e", &line)));
    } else if !specs.is_empty() {
        notes.push(format!("{}: needs a build, by `cargo xtask build`", in_folder(&specs)));
    }
    (found.into_iter().map(|(_, check)| check).collect(), notes)
}

fn in_folder(specs: &BTreeSet<String>) -> String {
    specs.iter().map(|spec| format!("specs/{spec}")).collect::<Vec<_>>().join(" ")
}

struct Here<'a>(&'a Path);

impl Project for Here<'_> {
    fn has_dist(&self) -> bool {
        let dist = std::env::var_os("TAO_DIST").map_or_else(|| self.0.join("dist"), PathBuf::from);
        dist.join("embed.js").is_file() && self.0.join("e2e/node_modules").is_dir()
    }

    fn specs_with(&self, text: &str) -> Vec<String> {
        let files = fs::read_dir(self.0.join("e2e/specs")).into_iter().flatten().flatten().map(|file| file.path());
        let names = files.filter(|file| fs::read_to_string(file).is_ok_and(|content| content.contains(text)));
        names.filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect()
    }
}

/// When each file was changed last, by its path with slashes.
type Times = BTreeMap<String, SystemTime>;

fn look(root: &Path) -> Times {
    fn gather(folder: &Path, prefix: &str, times: &mut Times) {
        // What goes while it is looked at is gone at the next look.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if NOT_WATCHED.contains(&name.as_str()) || name.ends_with("node_modules") || name.ends_with("/target") {
                continue;
            }
            match entry.metadata() {
                Ok(data) if data.is_dir() => gather(&entry.path(), &format!("{name}/"), times),
                Ok(data) => times.extend(data.modified().ok().map(|time| (name, time))),
                Err(_) => {}
            }
        }
    }
    let mut times = Times::new();
    gather(root, "", &mut times);
    times
}

/// Those that are new, gone or of another time.
fn changed(before: &Times, after: &Times) -> BTreeSet<String> {
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    before.keys().chain(after.keys()).filter(differs).cloned().collect()
}

/// A running check.
struct Running {
    child: Child,
    /// Closed, also by our own end however it comes, this ends the check with all that it has started.
    life: Option<ChildStdin>,
    line: String,
    begin: Instant,
}

impl Running {
    /// What it prints goes to a file, to be shown if it fails.
    fn start(shell: &Shell, check: &Check, output: &Path) -> Result<Self, String> {
        let mut command = supervised(shell, &check.words);
        let file = fs::File::create(output).map_err(|e| format!("{} can not be written: {e}", output.display()))?;
        let other = file.try_clone().map_err(|e| format!("{} can not be written: {e}", output.display()))?;
        command.current_dir(shell.root.join(check.folder)).stdin(Stdio::piped()).stdout(file).stderr(other);
        let line = check.words.join(" ");
        let mut child = command.spawn().map_err(|e| format!("`{line}` could not be started: {e}"))?;
        let life = child.stdin.take();
        Ok(Self { child, life, line, begin: Instant::now() })
    }

    /// Whether it ended well, once it has ended.
    fn ended(&mut self) -> Option<bool> {
        self.child.try_wait().ok().flatten().map(|status| status.success())
    }

    /// Ends it and all that it has started, and waits until it is gone.
    fn stop(mut self) {
        drop(self.life.take());
        #[cfg(not(unix))]
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program in a group of its own, whose end is that of the pipe at its input: then the whole group is told to end.
#[cfg(unix)]
fn supervised(shell: &Shell, words: &[String]) -> Command {
    use std::os::unix::process::CommandExt;
    const SCRIPT: &str = "exec 3<&0
        (cat <&3 >/dev/null; kill -TERM 0) &
        \"$@\" </dev/null 3<&-
        code=$?
        kill $! 2>/dev/null
        exit $code";
    let mut command = shell.command("sh");
    command.args(["-c", SCRIPT, "watch"]).args(words).process_group(0);
    command
}

#[cfg(not(unix))]
fn supervised(shell: &Shell, words: &[String]) -> Command {
    let mut command = shell.command(&words[0]);
    command.args(&words[1..]);
    command
}

/// Changes on their way to a check, and the check that runs.
struct Watch<'a> {
    shell: &'a Shell,
    project: &'a dyn Project,
    output: PathBuf,
    seen: Times,
    /// Files that changed and whose checks have not come to an end.
    pending: BTreeSet<String>,
    /// Since nothing more has changed.
    calm: Instant,
    queue: Vec<Check>,
    running: Option<Running>,
    /// A check failed: with the next change all that is pending is run again.
    failed: bool,
}

impl Watch<'_> {
    /// One look; a line for the reader is handed to `say`.
    fn step(&mut self, say: &mut dyn FnMut(&str)) -> Result<(), String> {
        let now = look(&self.shell.root);
        let changed = changed(&self.seen, &now);
        self.seen = now;
        if !changed.is_empty() {
            self.pending.extend(changed);
            self.calm = Instant::now();
            self.queue.clear();
            self.failed = false;
            if let Some(running) = self.running.take() {
                say(&format!("stopped: {}, since files changed again", running.line));
                running.stop();
            }
        }
        if let Some(mut running) = self.running.take() {
            match running.ended() {
                None => self.running = Some(running),
                Some(passed) => self.report(&running, passed, say),
            }
        }
        if self.running.is_some() || self.pending.is_empty() || self.failed || self.calm.elapsed() < CALM {
            return Ok(());
        }
        if self.queue.is_empty() {
            let (checks, notes) = checks(&self.pending, self.project);
            notes.iter().for_each(|note| say(note));
            self.queue = checks;
            self.queue.reverse();
        }
        match self.queue.pop() {
            Some(check) => {
                say(&format!("runs: {}", check.words.join(" ")));
                self.running = Some(Running::start(self.shell, &check, &self.output)?);
            }
            None => self.pending.clear(),
        }
        Ok(())
    }

    fn report(&mut self, running: &Running, passed: bool, say: &mut dyn FnMut(&str)) {
        let seconds = running.begin.elapsed().as_secs_f64();
        if !passed {
            say(fs::read_to_string(&self.output).unwrap_or_default().trim_end());
            // The others would mostly say the same.
            self.queue.clear();
            self.failed = true;
        }
        say(&format!("{}: {} ({seconds:.0} s)", if passed { "ok" } else { "FAILED" }, running.line));
        if passed && self.queue.is_empty() {
            self.pending.clear();
        }
    }
}

/// Until it is ended, by Ctrl-C.
pub(crate) fn run(shell: &Shell) -> Result<(), String> {
    let output = tools::target_folder(shell)?.join("watch.txt");
    let project = Here(&shell.root);
    let seen = look(&shell.root);
    println!("Watching {} files. Ctrl-C ends it, with what it runs.", seen.len());
    let (pending, queue) = (BTreeSet::new(), Vec::new());
    let calm = Instant::now();
    let mut watch =
        Watch { shell, project: &project, output, seen, pending, calm, queue, running: None, failed: false };
    loop {
        watch.step(&mut |line| println!("{line}"))?;
        std::thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made {
        dist: bool,
    }

    impl Project for Made {
        fn has_dist(&self) -> bool {
            self.dist
        }

        fn specs_with(&self, text: &str) -> Vec<String> {
            let specs = match text {
                "'../../page/routes.js'" => vec!["routes.spec.ts"],
                "docs/embedding.md" => vec!["frame.spec.ts", "framework.spec.ts"],
                "'../exchange/okx.ts'" => vec!["exchange.spec.ts"],
                _ => Vec::new(),
            };
            specs.into_iter().map(str::to_owned).collect()
        }
    }

    fn planned(paths: &[&str], dist: bool) -> (Vec<String>, Vec<String>) {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        let (checks, notes) = checks(&paths, &Made { dist });
        let line = |check: Check| {
            if check.folder.is_empty() {
                check.words.join(" ")
            } else {
                format!("{}: {}", check.folder, check.words.join(" "))
            }
        };
        (checks.into_iter().map(line).collect(), notes)
    }

    #[test]
    fn each_place_has_its_cheapest_checks() {
        let wasm = "cargo check --target wasm32-unknown-unknown -p tao-conviction";
        let native = "cargo test -p tao-conviction --lib --features panel";
        let journeys = "e2e: node node_modules/@playwright/test/cli.js test --reporter=line";
        for (path, wanted) in [
            ("core/src/gate.rs", vec!["cargo test -p tao-conviction-core".to_owned()]),
            ("src/ui/card.rs", vec![native.into(), wasm.into(), format!("{wasm} --features panel")]),
            ("style/widget.css", vec![native.into(), wasm.into(), format!("{wasm} --features panel")]),
            ("scoring/src/lib.rs", vec!["cargo test -p tao-conviction-scoring".into(), format!("{wasm}-scoring")]),
            ("locales/de.json", vec!["cargo test -p xtask locales".into()]),
            ("xtask/src/main.rs", vec!["cargo test -p xtask".into()]),
            ("Cargo.lock", vec!["cargo check --workspace --all-targets".into()]),
            ("embed.js", vec!["node --check embed.js".into()]),
            ("alert.js", vec!["node --eval import(\"./alert.js\")".into()]),
            ("page/routes.js", vec!["node --check page/routes.js".into(), format!("{journeys} specs/routes.spec.ts")]),
            ("page/live.js", vec!["node --check page/live.js".into()]),
            ("e2e/specs/tabs.spec.ts", vec![format!("{journeys} specs/tabs.spec.ts")]),
            ("e2e/exchange/okx.ts", vec![format!("{journeys} specs/exchange.spec.ts")]),
            ("docs/embedding.md", vec![format!("{journeys} specs/frame.spec.ts specs/framework.spec.ts")]),
            (".github/workflows/ci.yml", vec!["cargo test -p xtask workflow".into()]),
        ] {
            assert_eq!(planned(&[path], true), (wanted, Vec::new()), "{path}");
        }
    }

    #[test]
    fn several_files_share_their_checks_and_the_quickest_is_first() {
        let (checks, notes) =
            planned(&["core/src/gate.rs", "core/tests/wire.rs", "page/live.js", "locales/de.json"], true);
        assert_eq!(
            checks,
            ["cargo test -p xtask locales", "node --check page/live.js", "cargo test -p tao-conviction-core"]
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn what_is_not_run_is_said() {
        let (checks, notes) = planned(&["e2e/specs/tabs.spec.ts", "LICENSE", "core/fuzz/json.dict"], false);
        assert!(checks.is_empty(), "{checks:?}");
        assert!(notes[0].starts_with("LICENSE: nothing is cheaper") && notes[1].starts_with("core/fuzz/json.dict: "));
        assert_eq!(notes[2], "specs/tabs.spec.ts: needs a build, by `cargo xtask build`");
    }

    /// A folder that is gone with its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("tao-conviction-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("page")).unwrap();
            Self(folder)
        }

        fn write(&self, file: &str, text: &str) {
            fs::write(self.0.join(file), text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn shell_in(folder: &Folder) -> Shell {
        let mut shell = Shell::new().unwrap();
        shell.root.clone_from(&folder.0);
        shell
    }

    fn watching<'a>(shell: &'a Shell, project: &'a Made, output: &Folder) -> Watch<'a> {
        Watch {
            shell,
            project,
            output: output.0.join("watch.txt"),
            seen: look(&shell.root),
            pending: BTreeSet::new(),
            calm: Instant::now(),
            queue: Vec::new(),
            running: None,
            failed: false,
        }
    }

    /// Looks until a line begins with `end`; patience is long, since a machine may be busy.
    fn until(watch: &mut Watch, end: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..2_000 {
            watch.step(&mut |line| lines.push(line.to_owned())).unwrap();
            if lines.iter().any(|line: &String| line.starts_with(end)) {
                return lines;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        panic!("no line begins with {end}: {lines:?}");
    }

    #[test]
    fn a_file_that_changes_is_checked_and_what_failed_is_checked_again() {
        let (folder, output, project) = (Folder::new("watched"), Folder::new("output"), Made { dist: false });
        let shell = shell_in(&folder);
        folder.write("page/package.json", r#"{ "type": "module" }"#);
        folder.write("page/a.js", "export const a = 1;");
        let mut watch = watching(&shell, &project, &output);
        folder.write("page/a.js", "export const = 22;");
        let lines = until(&mut watch, "FAILED");
        assert!(lines.iter().any(|line| line.contains("SyntaxError")), "{lines:?}");
        // Another file is changed, and the first one with it: both are checked.
        folder.write("page/b.js", "export const b = 1;");
        let lines = until(&mut watch, "FAILED: node --check page/a.js");
        assert!(lines.iter().all(|line| !line.starts_with("ok")), "{lines:?}");
        folder.write("page/a.js", "export const a = 333;");
        until(&mut watch, "ok: node --check page/a.js");
        until(&mut watch, "ok: node --check page/b.js");
        assert!(watch.pending.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_check_that_runs_is_stopped_with_all_it_started_when_files_change_again() {
        let (folder, output, project) = (Folder::new("changed"), Folder::new("stopped"), Made { dist: false });
        let shell = shell_in(&folder);
        let mut watch = watching(&shell, &project, &output);
        let script = format!("sleep 1000 & echo $! > {}; wait", output.0.join("pid").display());
        let words = ["sh", "-c", &script].map(str::to_owned).into();
        watch.running = Some(Running::start(&shell, &Check { folder: "", words }, &watch.output).unwrap());
        let read = || fs::read_to_string(output.0.join("pid")).unwrap_or_default();
        let process = loop {
            match read().trim() {
                "" => std::thread::sleep(Duration::from_millis(10)),
                process => break process.to_owned(),
            }
        };
        let lives = || Command::new("kill").args(["-0", &process]).stderr(Stdio::null()).status().unwrap().success();
        assert!(lives());
        folder.write("page/a.js", "export const a = 1;");
        until(&mut watch, "stopped: sh -c");
        // Whoever inherits it may take a moment to notice its end.
        assert!((0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            !lives()
        }));
        until(&mut watch, "ok: node --check page/a.js");
    }

    #[test]
    fn the_project_is_looked_at_without_what_is_built_of_it() {
        let shell = Shell::new().unwrap();
        let times = look(&shell.root);
        for file in ["Cargo.toml", "core/src/lib.rs", "e2e/specs/tabs.spec.ts", ".github/workflows/ci.yml"] {
            assert!(times.contains_key(file), "{file}");
        }
        assert!(times.keys().all(|file| !file.contains("node_modules") && !file.starts_with("target/")));
        let later = times.iter().skip(1).map(|(name, time)| (name.clone(), *time)).collect();
        assert_eq!(changed(&times, &later).len(), 1);
        let project = Here(&shell.root);
        assert!(project.specs_with("docs/self-hosting.md").contains(&"self-hosting.spec.ts".to_owned()));
    }
}
