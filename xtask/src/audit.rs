//! `cargo xtask audit`: what is known of the crates and npm packages of others: advisories, licences, duplicates and
//! sources. What could not be looked up is said in capitals and is no success: silence would read as “nothing found”.

use crate::dist::read;
use crate::shell::Shell;
use crate::tools::{self, Part};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Folders with npm packages; the first is of the build and the tests, the others of benchmarks.
const NPM: [&str; 5] = ["e2e", "bench/beside", "bench/chart", "bench/page", "bench/wasm"];
/// Names a clone of the advisories that is on this machine.
const CLONE: &str = "TAO_ADVISORIES";

/// What cargo-deny calls the database of the address in deny.toml.
const DATABASE: &str = "advisory-db-3157b0e258782691";

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// In its own words, where the program itself has not said so already.
    Failed(String),
    NotChecked(String),
}

/// Returns whether all was checked and nothing found.
pub(crate) fn run(shell: &Shell) -> Result<bool, String> {
    tools::bring(shell, &[Part::Deny])?;
    let deny = |arguments: &[&str]| {
        let mut deny = shell.command("cargo-deny");
        // What it finds is for the eye, in the project's own folder.
        deny.args(["--locked", "--workspace"]).args(arguments);
        shell.run(&mut deny)
    };
    let mut lines = Vec::new();
    println!("\n== licences, duplicates and sources of crates");
    let checked = deny(&["--offline", "check", "licenses", "bans", "sources"]);
    lines.push(("licences, duplicates, sources", of_program(checked)));

    println!("\n== advisories of crates");
    let own = shell.root.join("deny.toml");
    let config = config(shell, &own)?;
    let (is_own, config) = (config == own, config.to_string_lossy());
    // What was brought by hand is not fetched.
    let fetched = if is_own { deny(&["fetch", "db"]) } else { Ok(()) };
    let outcome = match fetched {
        Ok(()) if is_own => of_program(deny(&["check", "advisories"])),
        Ok(()) => of_program(deny(&["--config", &config, "--offline", "check", "advisories"])),
        Err(_) => Outcome::NotChecked(format!(
            "the database of RustSec could not be fetched; {CLONE}=FOLDER names a clone of \
             https://github.com/rustsec/advisory-db that was brought here otherwise"
        )),
    };
    lines.push(("advisories of crates", outcome));

    for folder in NPM {
        lines.push((folder, npm(shell, folder)));
    }
    println!("\n== what came of it");
    for (name, outcome) in &lines {
        match outcome {
            Outcome::Passed => println!("{name}: nothing was found"),
            Outcome::Failed(what) => println!("{name}: FAILED {what}"),
            Outcome::NotChecked(why) => println!("{name}: NOT CHECKED, {why}"),
        }
    }
    Ok(lines.iter().all(|(_, outcome)| *outcome == Outcome::Passed))
}

fn of_program(result: Result<(), String>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}

/// The project's settings, or a copy of them that names a folder with the clone in it.
fn config(shell: &Shell, own: &Path) -> Result<PathBuf, String> {
    let Some(clone) = std::env::var_os(CLONE).filter(|folder| !folder.is_empty()).map(PathBuf::from) else {
        return Ok(own.to_owned());
    };
    if !clone.join("crates").is_dir() {
        return Err(format!("{CLONE} names {}, which has no folder `crates`: it should be a clone", clone.display()));
    }
    let target = tools::target_folder(shell)?;
    let (folder, copy) = (target.join("advisories"), target.join("deny.toml"));
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    std::fs::create_dir_all(&folder).map_err(failed)?;
    shell.run(shell.command("git").args(["clone", "--quiet"]).args([&clone, &folder.join(DATABASE)]))?;
    let mut newest = shell.command("git");
    let newest = shell.answer(newest.current_dir(&clone).args(["show", "-s", "--format=%cs", "HEAD"]));
    println!("{CLONE}: a clone of {}; what was found out later is not in it.", newest.unwrap_or_default());
    let text = String::from_utf8_lossy(&read(own)?).into_owned();
    std::fs::write(&copy, with_folder(&text, &folder)?).map_err(|e| format!("{}: {e}", copy.display()))?;
    Ok(copy)
}

fn with_folder(text: &str, folder: &Path) -> Result<String, String> {
    let line = text.lines().find(|line| line.starts_with("db-urls = ")).ok_or("deny.toml has no line `db-urls = `")?;
    Ok(text.replace(line, &format!("{line}\ndb-path = {:?}", folder.display().to_string())))
}

fn npm(shell: &Shell, folder: &str) -> Outcome {
    println!("\n== npm packages of {folder}");
    let Some(npm) = shell.find("npm") else { return Outcome::NotChecked("there is no npm".into()) };
    let mut npm = shell.command(npm);
    npm.current_dir(shell.root.join(folder)).args(["audit", "--json", "--package-lock-only"]);
    // It ends badly both when something was found and when nothing could be asked: what it prints tells them apart.
    match npm.output() {
        Ok(output) => judge(&String::from_utf8_lossy(&output.stdout)),
        Err(error) => Outcome::NotChecked(format!("npm could not be started: {error}")),
    }
}

/// From npm's JSON.
fn judge(printed: &str) -> Outcome {
    let report: Value = serde_json::from_str(printed).unwrap_or_default();
    let Some(total) = report["metadata"]["vulnerabilities"]["total"].as_u64() else {
        let why = report["message"].as_str().or(report["error"]["summary"].as_str()).unwrap_or("npm says no reason");
        return Outcome::NotChecked(format!("npm's registry did not answer: {why}"));
    };
    if total == 0 {
        return Outcome::Passed;
    }
    let found = report["vulnerabilities"].as_object().into_iter().flatten();
    let named = found.map(|(name, one)| format!("{name} ({})", one["severity"].as_str().unwrap_or("?")));
    Outcome::Failed(named.collect::<Vec<_>>().join(", "))
}

/// Whether one may choose the licences of an SPDX expression so that all are allowed.
#[cfg(test)]
fn permits(expression: &str, allowed: &[&str]) -> bool {
    // Crates from before Cargo asked for SPDX have a slash.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) && rest.is_empty()
}

/// AND binds closer than OR.
#[cfg(test)]
fn either(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut permitted = false;
    loop {
        let mut all = true;
        loop {
            all &= match rest.split_first() {
                Some((&"(", tail)) => {
                    *rest = tail;
                    let inner = either(rest, allowed);
                    let closed = rest.first() == Some(&")");
                    *rest = rest.get(1..).unwrap_or_default();
                    inner && closed
                }
                Some((licence, tail)) => {
                    *rest = tail;
                    allowed.contains(licence)
                }
                None => false,
            };
            match rest.split_first() {
                Some((&"AND", tail)) => *rest = tail,
                _ => break,
            }
        }
        permitted |= all;
        match rest.split_first() {
            Some((&"OR", tail)) => *rest = tail,
            _ => return permitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn text(file: &str) -> String {
        std::fs::read_to_string(Shell::new().unwrap().root.join(file)).unwrap()
    }

    /// The list under `allow`.
    fn allowed(deny: &str) -> Vec<&str> {
        let list = deny.split_once("\nallow = [").and_then(|(_, rest)| rest.split_once(']')).unwrap().0;
        list.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_folder_with_npm_packages_is_looked_at() {
        let files = crate::reproduce::project_files(&Shell::new().unwrap()).unwrap();
        let mut folders: Vec<&str> = files.iter().filter_map(|file| file.strip_suffix("/package-lock.json")).collect();
        folders.sort_unstable();
        let mut known = NPM;
        known.sort_unstable();
        assert_eq!(folders, known);
    }

    #[test]
    fn every_crate_has_a_licence_that_is_allowed() {
        let shell = Shell::new().unwrap();
        let deny = text("deny.toml");
        let allowed = allowed(&deny);
        assert!(allowed.contains(&"MIT") && allowed.len() < 10, "{allowed:?}");
        let mut metadata: Command = shell.cargo();
        let said = shell.answer(metadata.args(["metadata", "--locked", "--format-version", "1"])).unwrap();
        let metadata: Value = serde_json::from_str(&said).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        assert!(packages.len() > 100);
        for package in packages.iter().filter(|package| !package["source"].is_null()) {
            let licence = package["license"].as_str().unwrap_or("none");
            assert!(permits(licence, &allowed), "{} has {licence}, which deny.toml does not allow", package["name"]);
        }
    }

    #[test]
    fn every_crate_comes_from_crates_io() {
        for file in ["Cargo.lock", "bench/Cargo.lock", "core/fuzz/Cargo.lock"] {
            let lock = text(file);
            let sources: Vec<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
            assert!(!sources.is_empty(), "{file}");
            for source in sources {
                assert_eq!(source, "\"registry+https://github.com/rust-lang/crates.io-index\"", "{file}");
            }
        }
    }

    #[test]
    fn a_licence_is_permitted_where_one_may_choose_it() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for good in ["MIT", "GPL-3.0 OR MIT", "Unlicense/MIT", "(MIT OR GPL-3.0) AND Unicode-3.0", "X AND Y OR MIT"] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0) AND X", "", "(MIT", "MIT MIT", "none"] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn what_npm_could_not_ask_is_not_taken_for_nothing_found() {
        assert_eq!(judge(r#"{"auditReportVersion":2,"metadata":{"vulnerabilities":{"total":0}}}"#), Outcome::Passed);
        let found = r#"{"vulnerabilities":{"ws":{"severity":"high"}},"metadata":{"vulnerabilities":{"total":1}}}"#;
        assert_eq!(judge(found), Outcome::Failed("ws (high)".into()));
        let refused = r#"{"message":"405 Method Not Allowed","error":{"summary":""}}"#;
        assert_eq!(judge(refused), Outcome::NotChecked("npm's registry did not answer: 405 Method Not Allowed".into()));
        for silent in ["", "{}", "npm error"] {
            assert!(matches!(judge(silent), Outcome::NotChecked(_)), "{silent}");
        }
    }

    #[test]
    fn a_clone_stands_in_for_the_database() {
        let text = with_folder(&text("deny.toml"), Path::new("/a/folder")).unwrap();
        // The name of DATABASE is that of this address.
        let wanted = "db-urls = [\"https://github.com/rustsec/advisory-db\"]\ndb-path = \"/a/folder\"\n";
        assert!(text.contains(wanted), "{text}");
        assert!(with_folder("[advisories]\n", Path::new("/a")).is_err());
    }
}
