//! `cargo xtask <verb>`: everything a developer does with this project, from a bare machine on.
//! Each verb brings the tools it lacks, says what and why, and does nothing twice.

mod audit;
mod dist;
mod licences;
mod locales;
mod msrv;
mod new_source;
mod npm;
mod offline;
mod optimize;
mod reproduce;
mod sample;
mod shell;
mod size;
mod test;
mod tools;
mod variants;
mod watch;
#[cfg(test)]
mod workflow;

use shell::Shell;
use std::path::PathBuf;
use std::process::ExitCode;
use tools::Part;

const HELP: &str = "\
The commands of TAO Conviction. Each brings what it lacks (Rust's wasm target, wasm-bindgen, Trunk, npm packages,
a browser and nginx for the tests), says so before it does, and does it only once.

    cargo xtask serve     builds the page and serves it at http://127.0.0.1:8080, rebuilding when a file changes
                          (Trunk's options go after two dashes: cargo xtask serve -- --port 9000 --open)
    cargo xtask test      formatting, lints, native tests, browser tests, release build, size budgets, end-to-end tests;
                          its last line is `N passed, N failed`
    cargo xtask watch     runs the cheapest checks of whatever file changes, until Ctrl-C: a test of the core, of the widget,
                          of the texts, a journey (docs/contributing.md says which)
    cargo xtask build     the release build in dist/: the page, the embed (embed.js, tao-conviction.js and its wasm),
                          and the JS API (scoring.js, scoring_bg.wasm, scoring.d.ts)
    cargo xtask dist      builds like `build`, then packs what is published into release/: the files with their compressed
                          forms, the npm package, hashes and sums, licences and SBOM (docs/release.md);
                          --from FOLDER packs a build that is there, --to FOLDER puts the release elsewhere
    cargo xtask reproduce builds, and again in another folder, and compares the two byte for byte (`test` does it too)
    cargo xtask size      builds like `build`, then prints what a reader downloads and the budget of each file
    cargo xtask variants  builds and packs the card's wasm in other ways and prints what each choice buys; takes an hour
                          (words may follow: only those with one of them in their name)
    cargo xtask gallery   builds, then takes pictures of every layout, theme and state and puts them on contact sheets,
                          e2e/screenshots/sheet-*.png; those of the README go to docs/pictures
    cargo xtask offline   lists the files of dist again for its service worker (sw.js), after one was changed by hand
                          (another folder may follow: cargo xtask offline FOLDER)
    cargo xtask sample    draws the simulated candles of sample/ again (see sample/README.md; another folder may follow)
    cargo xtask new-source NAME [HOST]
                          begins an exchange: new files, a line in every list, and what is left to do by hand
    cargo xtask audit     advisories, licences, duplicates and sources of what others wrote (docs/security.md); says what
                          could not be looked up, and fails then
    cargo xtask msrv      checks the project with the oldest Rust that Cargo.toml promises
    cargo xtask setup     only brings the tools, all of them but cargo-deny and the oldest Rust, which two verbs need
    cargo xtask help      prints this

The first `serve` takes about 15 minutes on 2 cores, most of it for building Trunk and wasm-bindgen; later ones seconds.
Settings, none of them needed: CHROME and CHROMEDRIVER name the browser and its driver, NGINX the server
of the tests, TAO_ADVISORIES a clone of RustSec's advisories; CI=true keeps the output plain.

Trunk itself calls `cargo xtask optimize` after each build; it packs the texts of other languages, and in a release build
runs wasm-opt on the wasm and lists the files for the service worker.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next().unwrap_or_else(|| "help".into());
    let mut rest: Vec<String> = arguments.collect();
    if rest.first().is_some_and(|first| first == "--") {
        rest.remove(0);
    }
    match run(&verb, &rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("cargo xtask {verb}: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all was well; `Err` when the verb could not do its work.
fn run(verb: &str, rest: &[String]) -> Result<bool, String> {
    if !matches!(verb, "serve" | "build" | "dist" | "offline" | "new-source" | "sample" | "variants")
        && !rest.is_empty()
    {
        return Err(format!("takes no arguments, but got `{}`", rest.join(" ")));
    }
    let shell = Shell::new()?;
    match verb {
        "help" | "--help" | "-h" => println!("{HELP}"),
        "setup" => {
            tools::bring(&shell, Part::ALL)?;
            println!("Everything is in place.");
        }
        "serve" => {
            tools::bring(&shell, &[Part::WasmTarget, Part::WasmBindgen, Part::Trunk])?;
            shell.become_program(shell.trunk("serve").args(rest))?;
        }
        "build" => build(&shell, rest)?,
        "dist" => {
            let places = dist::Places::parse(rest, &shell.root)?;
            if places.from.is_none() {
                build(&shell, &[])?;
            }
            dist::run(&shell, &places.from.unwrap_or_else(|| shell.root.join("dist")), &places.to)?;
        }
        "reproduce" => {
            build(&shell, &[])?;
            let second = reproduce::SecondBuild::start(&shell, &tools::target_folder(&shell)?)?;
            println!("The second build is on its way; this takes as long as the first one in a new clone.");
            println!("{} files, all the same.", second.compare(&shell)?);
        }
        "size" => {
            build(&shell, &[])?;
            return Ok(size::report(&shell).iter().all(size::Measured::within_budget));
        }
        "variants" => {
            tools::bring(&shell, &[Part::WasmTarget, Part::WasmBindgen, Part::NpmPackages, Part::StdSource])?;
            variants::run(&shell, rest)?;
        }
        "test" => return test::run(&shell),
        "gallery" => gallery(&shell)?,
        "watch" => watch::run(&shell)?,
        "audit" => return audit::run(&shell),
        "msrv" => return msrv::run(&shell),
        "new-source" => new_source::run(&shell, rest)?,
        "sample" => sample::run(&folder_of(rest, shell.root.join("sample"))?)?,
        "offline" => offline::write(&folder_of(rest, shell.root.join("dist"))?)?,
        "optimize" => optimize::run(&shell)?,
        other => {
            return Err(format!("there is no such verb. These exist:\n\n{HELP}\n\nNothing was done for `{other}`."));
        }
    }
    Ok(true)
}

/// The one folder that may follow a verb, or the usual one.
fn folder_of(rest: &[String], usual: PathBuf) -> Result<PathBuf, String> {
    match rest {
        [] => Ok(usual),
        [folder] => Ok(folder.into()),
        more => Err(format!("takes one folder, but got `{}`", more.join(" "))),
    }
}

/// Pictures for the eye. Old ones must not stand in for those that could not be taken.
fn gallery(shell: &Shell) -> Result<(), String> {
    build(shell, &[])?;
    tools::bring(shell, &[Part::NpmPackages, Part::Browser])?;
    let browser = tools::Browser::find(shell)??;
    let folder = shell.root.join("e2e/screenshots");
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{} can not be emptied: {e}", folder.display()))?;
    }
    let mut playwright = shell.command("node");
    playwright
        .current_dir(shell.root.join("e2e"))
        .args(["node_modules/@playwright/test/cli.js", "test", "--project=sheets", "--reporter=line"])
        .env("TAO_GALLERY", "1")
        .env("TAO_DIST", shell.root.join("dist"))
        .env("TAO_CHROMIUM", &browser.chromium);
    shell.run(&mut playwright)?;
    println!("The pictures are in {}, all of a kind on its sheet-*.png.", folder.display());
    Ok(())
}

fn build(shell: &Shell, rest: &[String]) -> Result<(), String> {
    tools::bring(shell, &[Part::WasmTarget, Part::WasmBindgen, Part::Trunk])?;
    // A build without npm is only somewhat larger; Trunk's hook says so.
    if shell.find("npm").is_some() {
        tools::bring(shell, &[Part::NpmPackages])?;
    }
    if let Err(note) = tools::bring(shell, &[Part::StdSource]) {
        println!("setup: {note}. The wasm will be about 14 KB larger.");
    }
    shell.run(optimize::release_build(shell).args(rest))
}
