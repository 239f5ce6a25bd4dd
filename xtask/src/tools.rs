//! Brings what a verb needs and the machine lacks, and only that.
//! Each part is looked at first; one line says what is missing, why it is needed and how long bringing it takes.

use crate::shell::Shell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// 0.22 needs a newer Rust than the one this project asks for.
const TRUNK: &str = "0.21.14";
/// Needs the Rust that this project asks for.
const DENY: &str = "0.20.2";
/// The oldest Node.js that Playwright runs on.
const NODE: u32 = 20;

/// Something a verb may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Lints,
    WasmTarget,
    StdSource,
    WasmBindgen,
    Trunk,
    NpmPackages,
    Browser,
    Nginx,
    /// Not one of [`Part::ALL`]: minutes of building for what a run of the tests doesn't need.
    Deny,
}

impl Part {
    pub(crate) const ALL: &[Self] = &[
        Self::Lints,
        Self::WasmTarget,
        Self::StdSource,
        Self::WasmBindgen,
        Self::Trunk,
        Self::NpmPackages,
        Self::Browser,
        Self::Nginx,
    ];

    /// What is wrong with the part, or nothing.
    fn fault(self, shell: &Shell) -> Result<Option<String>, String> {
        Ok(match self {
            Self::Lints => ["fmt", "clippy"]
                .into_iter()
                .find(|name| shell.answer(shell.cargo().args([name, "--version"])).is_none())
                .map(|name| format!("`cargo {name}` is missing")),
            Self::WasmTarget => {
                (!has_wasm_target(shell)).then(|| "Rust's target wasm32-unknown-unknown is missing".into())
            }
            Self::StdSource => {
                (!has_std_source(shell)).then(|| "the source of Rust's standard library (rust-src) is missing".into())
            }
            Self::WasmBindgen => {
                let wanted = wasm_bindgen_version(shell)?;
                // The tests' runner comes in the same package; a stray older one would refuse the tests.
                ["wasm-bindgen", "wasm-bindgen-test-runner"].iter().find_map(|name| fault_of(shell, name, &wanted))
            }
            Self::Trunk => fault_of(shell, "trunk", TRUNK),
            Self::Deny => fault_of(shell, "cargo-deny", DENY),
            Self::NpmPackages => {
                let lock = read(&shell.root.join("e2e/package-lock.json"))?;
                let installed = read(&shell.root.join("e2e/node_modules/.package-lock.json")).unwrap_or_default();
                (!npm_is_current(&lock, &installed))
                    .then(|| "the npm packages of e2e/ are missing or not those of package-lock.json".into())
            }
            Self::Browser => Browser::find(shell)?.err(),
            Self::Nginx => find_nginx(shell)?
                .is_none()
                .then(|| "nginx with its module for files compressed by brotli is missing".into()),
        })
    }

    /// Why the part is needed and roughly how long bringing it takes.
    fn reason(self) -> (&'static str, &'static str) {
        match self {
            Self::Lints => ("it checks the format and the lints", "seconds"),
            Self::WasmTarget => ("the widget is built for it", "seconds"),
            Self::StdSource => ("without it each visitor would download 11 KB more", "seconds"),
            Self::WasmBindgen => ("it joins the wasm to JavaScript and runs the browser tests", "about 3 minutes"),
            Self::Trunk => ("it builds and serves the page", "about 6 minutes"),
            Self::Deny => ("it audits the crates of others", "minutes"),
            Self::NpmPackages => ("they shrink the wasm and drive the end-to-end tests", "about half a minute"),
            Self::Browser => ("the browser tests and the end-to-end tests need them", "about 2 minutes"),
            Self::Nginx => ("the end-to-end tests try the recipe for hosting with it", "seconds"),
        }
    }

    fn bring(self, shell: &Shell) -> Result<(), String> {
        match self {
            Self::Lints => rustup(shell, &["component", "add", "rustfmt", "clippy"]),
            Self::WasmTarget => rustup(shell, &["target", "add", "wasm32-unknown-unknown"]),
            Self::StdSource => rustup(shell, &["component", "add", "rust-src"]),
            Self::WasmBindgen => cargo_install(shell, "wasm-bindgen-cli", &wasm_bindgen_version(shell)?),
            Self::Trunk => cargo_install(shell, "trunk", TRUNK),
            Self::Deny => cargo_install(shell, "cargo-deny", DENY),
            Self::NpmPackages => npm_ci(shell),
            Self::Browser => apt_install(shell, &["chromium", "chromium-driver"]),
            Self::Nginx => apt_unpack(shell, &["nginx", "libnginx-mod-http-brotli-static"], &nginx_folder(shell)?),
        }
    }
}

/// Brings those of the parts that are missing.
pub(crate) fn bring(shell: &Shell, parts: &[Part]) -> Result<(), String> {
    for part in parts {
        let Some(fault) = part.fault(shell)? else { continue };
        let (why, duration) = part.reason();
        println!("setup: {fault}; {why}. Bringing it takes {duration}.");
        part.bring(shell).map_err(|e| format!("{fault}, and it could not be brought: {e}"))?;
        if let Some(fault) = part.fault(shell)? {
            return Err(format!("{fault}, although its installation went well: is another one first on PATH?"));
        }
    }
    Ok(())
}

/// Of exactly the version in Cargo.lock: the generated JavaScript and the wasm must agree.
fn wasm_bindgen_version(shell: &Shell) -> Result<String, String> {
    let lock = read(&shell.root.join("Cargo.lock"))?;
    locked_version(&lock, "wasm-bindgen").map(str::to_string).ok_or("Cargo.lock names no wasm-bindgen".into())
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn fault_of(shell: &Shell, program: &str, wanted: &str) -> Option<String> {
    version_fault(program, shell.answer(shell.command(program).arg("--version")).as_deref(), wanted)
}

/// Judges what a program answers to `--version`; `None` is a program that can't be started.
fn version_fault(program: &str, answer: Option<&str>, wanted: &str) -> Option<String> {
    match answer.map(version_in) {
        None => Some(format!("{program} {wanted} is missing")),
        Some(Some(found)) if found == wanted => None,
        Some(found) => {
            let found = found.unwrap_or("of an unknown version");
            Some(format!("{program} {found} is installed, but {wanted} is needed"))
        }
    }
}

/// The version in an answer like `trunk 0.21.14` or `v20.20.2`.
fn version_in(answer: &str) -> Option<&str> {
    answer
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether npm's own record of what it installed holds what the lock file asks for. Packages for other systems may be absent.
fn npm_is_current(lock: &str, installed: &str) -> bool {
    let packages = |text: &str| -> Option<serde_json::Map<String, serde_json::Value>> {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        json.get("packages")?.as_object().cloned()
    };
    let (Some(locked), Some(installed)) = (packages(lock), packages(installed)) else { return false };
    let same = |name: &str, field: &str| {
        locked.get(name).and_then(|package| package.get(field))
            == installed.get(name).and_then(|package| package.get(field))
    };
    locked.iter().filter(|(name, _)| !name.is_empty()).all(|(name, package)| {
        let optional = package.get("optional").is_some_and(|optional| optional == true);
        match installed.contains_key(name) {
            true => same(name, "version") && same(name, "integrity"),
            false => optional,
        }
    }) && installed.keys().all(|name| locked.contains_key(name))
}

fn has_wasm_target(shell: &Shell) -> bool {
    let mut rustc = shell.command("rustc");
    let folder = shell.answer(rustc.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]));
    let files = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    files.into_iter().flatten().flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

/// Brings another Rust beside the one in use, with a target.
pub(crate) fn toolchain(shell: &Shell, version: &str, target: &str) -> Result<(), String> {
    let mut rustc = shell.command("rustup");
    let folder = rustc.args(["run", version, "rustc", "--print", "target-libdir", "--target", target]);
    if shell.answer(folder).is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    println!(
        "setup: Rust {version} with {target} is missing; the project is checked with it. Bringing it takes seconds."
    );
    rustup(shell, &["toolchain", "install", version, "--profile", "minimal", "--target", target, "--no-self-update"])
}

/// Whether the standard library can be built anew.
pub(crate) fn has_std_source(shell: &Shell) -> bool {
    let folder = shell.answer(shell.command("rustc").args(["--print", "sysroot"]));
    folder.is_some_and(|folder| Path::new(&folder).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

fn rustup(shell: &Shell, arguments: &[&str]) -> Result<(), String> {
    if shell.find("rustup").is_none() {
        return Err(format!(
            "there is no rustup. Install Rust from https://rustup.rs, or bring by your system's packages what \
             `rustup {}` would",
            arguments.join(" ")
        ));
    }
    shell.run(shell.command("rustup").args(arguments))
}

fn cargo_install(shell: &Shell, package: &str, version: &str) -> Result<(), String> {
    let mut cargo = shell.cargo();
    if shell.ci {
        cargo.arg("--quiet");
    }
    // Not into the project's target folder: these builds would only fill it.
    cargo.env_remove("CARGO_TARGET_DIR");
    shell.run(cargo.args(["install", "--locked", &format!("{package}@{version}")]))
}

fn npm_ci(shell: &Shell) -> Result<(), String> {
    if shell.find("node").is_none() || shell.find("npm").is_none() {
        println!("setup: Node.js is missing; it runs the end-to-end tests. Bringing it takes about 2 minutes.");
        apt_install(shell, &["nodejs", "npm"])?;
    }
    let answer = shell.answer(shell.command("node").arg("--version")).unwrap_or_default();
    if !node_is_recent(&answer) {
        return Err(format!(
            "Node.js is `{answer}`, and Playwright needs {NODE} or later. Install it from https://nodejs.org and run this again"
        ));
    }
    let npm = shell.find("npm").ok_or("npm is missing. Install it with Node.js from https://nodejs.org")?;
    let mut npm = shell.command(npm);
    if shell.ci {
        npm.env("npm_config_progress", "false");
    }
    shell.run(npm.arg("ci").current_dir(shell.root.join("e2e")))
}

fn node_is_recent(answer: &str) -> bool {
    let major = version_in(answer).and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE)
}

/// By Debian's packages, when that is possible without asking for a password.
fn apt_install(shell: &Shell, packages: &[&str]) -> Result<(), String> {
    let is_root = shell.answer(shell.command("id").arg("-u")).is_some_and(|id| id == "0");
    if !is_root || shell.find("apt-get").is_none() {
        return Err(by_hand(packages));
    }
    let apt = |arguments: &[&str]| {
        let mut command = shell.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-y"]).args(arguments);
        shell.run(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install"], packages].concat())
}

/// Into a folder of ours instead of the system: an installed server would be started, now and at each boot.
fn apt_unpack(shell: &Shell, packages: &[&str], folder: &Path) -> Result<(), String> {
    if shell.find("apt-get").is_none() || shell.find("dpkg-deb").is_none() {
        return Err(by_hand(packages));
    }
    if folder.is_dir() {
        std::fs::remove_dir_all(folder).map_err(|e| format!("{} can not be emptied: {e}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).map_err(|e| format!("{} can not be made: {e}", folder.display()))?;
    let download = || {
        let mut apt = shell.command("apt-get");
        shell.run(apt.current_dir(folder).args(["-q", "download"]).args(packages))
    };
    // The lists of packages may be missing or old, and only root may bring them.
    if download().is_err() {
        let updated = shell.run(shell.command("apt-get").args(["-q", "update"]));
        updated.and_then(|()| download()).map_err(|e| format!("{e}. {}", by_hand(packages)))?;
    }
    let files = std::fs::read_dir(folder).map_err(|e| format!("{} can not be read: {e}", folder.display()))?;
    for package in files.flatten().map(|file| file.path()).filter(|file| file.extension().is_some_and(|e| e == "deb")) {
        shell.run(shell.command("dpkg-deb").arg("--extract").args([&*package, folder]))?;
    }
    Ok(())
}

fn by_hand(packages: &[&str]) -> String {
    let names = packages.join(" ");
    let without_apt = match packages {
        ["chromium", ..] => {
            "elsewhere Chrome or Chromium and the chromedriver of the same version, on PATH or named by CHROME and CHROMEDRIVER"
        }
        ["nginx", ..] => "elsewhere nginx with ngx_brotli, on PATH or named by NGINX",
        _ => "elsewhere Node.js 20 or later from https://nodejs.org",
    };
    format!(
        "packages can be installed only as root and by apt-get. On Debian: `sudo apt-get install {names}`; {without_apt}. Then run this again"
    )
}

/// The browser of the tests and the driver that wasm-bindgen's test runner speaks to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const CHROMIUM_PLACES: [&str; 7] = [
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
];
const DRIVER_NAMES: [&str; 2] = ["chromedriver", "chromium.chromedriver"];
const DRIVER_PLACES: [&str; 5] = [
    "/usr/bin/chromedriver",
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
    "/snap/bin/chromium.chromedriver",
    "/opt/homebrew/bin/chromedriver",
];

impl Browser {
    /// The inner error says what is missing; the outer one, that a setting is wrong, which installing would not mend.
    pub(crate) fn find(shell: &Shell) -> Result<Result<Self, String>, String> {
        let find = |variable, names: &[&str], places: &[&str]| {
            locate(
                variable,
                std::env::var_os(variable).filter(|name| !name.is_empty()).map(PathBuf::from),
                names,
                places,
                |name| shell.find(name),
                Path::is_file,
            )
        };
        let chromium = find("CHROME", &CHROMIUM_NAMES, &CHROMIUM_PLACES)?;
        let driver = find("CHROMEDRIVER", &DRIVER_NAMES, &DRIVER_PLACES)?;
        Ok(match (chromium, driver) {
            (Some(chromium), Some(driver)) => Ok(Self { chromium, driver }),
            (None, Some(_)) => Err("Chromium is missing".into()),
            (Some(_), None) => Err("chromedriver is missing".into()),
            (None, None) => Err("Chromium and chromedriver are missing".into()),
        })
    }
}

/// Where [`apt_unpack`] puts it.
fn nginx_folder(shell: &Shell) -> Result<PathBuf, String> {
    Ok(target_folder(shell)?.join("nginx"))
}

/// The server of the tests: the one that NGINX names, else one that has the module and can be started.
pub(crate) fn find_nginx(shell: &Shell) -> Result<Option<PathBuf>, String> {
    let named = std::env::var_os("NGINX").filter(|name| !name.is_empty()).map(PathBuf::from);
    if named.is_some() {
        return locate("NGINX", named, &[], &[], |_| None, Path::is_file);
    }
    let unpacked = nginx_folder(shell)?.join("usr/sbin/nginx");
    let serves =
        |nginx: &Path| brotli_module(nginx).is_file() && shell.answer(shell.command(nginx).arg("-v")).is_some();
    let places = ["/usr/sbin/nginx", &unpacked.to_string_lossy()];
    let on_path = |name: &str| shell.find(name).filter(|nginx| serves(nginx));
    locate("NGINX", None, &["nginx"], &places, on_path, serves)
}

/// Where Debian's packages put it, seen from the program.
fn brotli_module(nginx: &Path) -> PathBuf {
    let folder = nginx.parent().and_then(Path::parent).unwrap_or(nginx);
    folder.join("lib/nginx/modules/ngx_http_brotli_static_module.so")
}

/// A program named by a variable, else on PATH, else in a usual place. A variable that names nothing is an error.
fn locate(
    variable: &str,
    named: Option<PathBuf>,
    names: &[&str],
    places: &[&str],
    on_path: impl Fn(&str) -> Option<PathBuf>,
    is_file: impl Fn(&Path) -> bool,
) -> Result<Option<PathBuf>, String> {
    match named {
        Some(file) if is_file(&file) => Ok(Some(file)),
        Some(file) => Err(format!(
            "{variable} names {}, which is not a file: correct it, or unset it to have one found",
            file.display()
        )),
        None => Ok(names
            .iter()
            .find_map(|name| on_path(name))
            .or_else(|| places.iter().map(PathBuf::from).find(|place| is_file(place)))),
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{} can not be read: {e}", file.display()))
}

/// Cargo's target folder, wherever the machine's settings put it.
pub(crate) fn target_folder(shell: &Shell) -> Result<PathBuf, String> {
    let mut metadata: Command = shell.cargo();
    let answer = shell.answer(metadata.args(["metadata", "--format-version", "1", "--no-deps"]));
    let json: Option<serde_json::Value> = answer.and_then(|answer| serde_json::from_str(&answer).ok());
    let folder = json.as_ref().and_then(|json| json.get("target_directory")?.as_str());
    folder.map(PathBuf::from).ok_or("`cargo metadata` names no target folder: is Cargo.toml in order?".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_answer() {
        for (answer, version) in [
            ("trunk 0.21.14", Some("0.21.14")),
            ("wasm-bindgen 0.2.129 (a1b2c3)", Some("0.2.129")),
            ("v20.20.2", Some("20.20.2")),
            ("ChromeDriver 156.0.1 (refs)", Some("156.0.1")),
            ("no version here", None),
            ("", None),
        ] {
            assert_eq!(version_in(answer), version, "{answer}");
        }
    }

    #[test]
    fn only_the_very_version_is_right() {
        assert_eq!(version_fault("trunk", Some("trunk 0.21.14"), "0.21.14"), None);
        let older = version_fault("trunk", Some("trunk 0.21.1"), "0.21.14").unwrap();
        assert!(older.contains("0.21.1 is installed") && older.contains("0.21.14 is needed"), "{older}");
        assert_eq!(version_fault("trunk", None, "0.21.14").unwrap(), "trunk 0.21.14 is missing");
        assert!(version_fault("trunk", Some("?"), "0.21.14").unwrap().contains("unknown version"));
    }

    #[test]
    fn the_lock_file_gives_the_version_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn node_counts_by_its_major_version() {
        assert!(node_is_recent("v20.0.0") && node_is_recent("v24.1.2"));
        assert!(!node_is_recent("v18.20.4") && !node_is_recent(""));
    }

    #[test]
    fn npm_packages_are_current_only_when_all_are_those_of_the_lock_file() {
        let lock = r#"{"packages":{"":{"name":"x"},"node_modules/a":{"version":"1.0.0","integrity":"s"},
            "node_modules/mac":{"version":"2.0.0","optional":true}}}"#;
        let installed = |packages: &str| format!(r#"{{"packages":{{{packages}}}}}"#);
        let a = r#""node_modules/a":{"version":"1.0.0","integrity":"s"}"#;
        assert!(npm_is_current(lock, &installed(a)), "an optional package may be absent");
        assert!(npm_is_current(lock, &installed(&format!(r#"{a},"node_modules/mac":{{"version":"2.0.0"}}"#))));
        assert!(!npm_is_current(lock, &installed(r#""node_modules/a":{"version":"0.9.0","integrity":"s"}"#)));
        assert!(!npm_is_current(lock, &installed(r#""node_modules/a":{"version":"1.0.0","integrity":"t"}"#)));
        assert!(!npm_is_current(lock, &installed(&format!(r#"{a},"node_modules/b":{{"version":"1.0.0"}}"#))));
        assert!(!npm_is_current(lock, &installed("")));
        assert!(!npm_is_current(lock, ""));
    }

    #[test]
    fn a_program_is_taken_from_its_variable_then_path_then_a_usual_place() {
        let file = |path: &str| Some(PathBuf::from(path));
        let locate = |named: Option<&str>, on_path: Option<&str>, present: &str| {
            let named = named.map(PathBuf::from);
            let on_path = on_path.map(PathBuf::from);
            let find = |name: &str| on_path.clone().filter(|_| name == "b");
            super::locate("CHROME", named, &["a", "b"], &["/place/one", "/place/two"], find, |f| {
                f == Path::new(present)
            })
        };
        assert_eq!(locate(Some("/own/chrome"), Some("/bin/b"), "/own/chrome"), Ok(file("/own/chrome")));
        assert_eq!(locate(None, Some("/bin/b"), "/place/two"), Ok(file("/bin/b")));
        assert_eq!(locate(None, None, "/place/two"), Ok(file("/place/two")));
        assert_eq!(locate(None, None, "/elsewhere"), Ok(None));
        let error = locate(Some("/gone"), Some("/bin/b"), "/place/two").unwrap_err();
        assert!(error.contains("CHROME") && error.contains("/gone"), "{error}");
    }

    #[test]
    fn what_can_not_be_installed_is_named_with_its_command() {
        let browser = by_hand(&["chromium", "chromium-driver"]);
        assert!(browser.contains("apt-get install chromium chromium-driver") && browser.contains("CHROMEDRIVER"));
        let node = by_hand(&["nodejs", "npm"]);
        assert!(node.contains("apt-get install nodejs npm") && node.contains("nodejs.org"));
        let nginx = by_hand(&["nginx", "its-module"]);
        assert!(nginx.contains("apt-get install nginx its-module") && nginx.contains("named by NGINX"));
    }

    #[test]
    fn the_module_is_looked_for_beside_the_very_program() {
        for folder in ["/usr", "/project/target/nginx/usr"] {
            let module = brotli_module(&Path::new(folder).join("sbin/nginx"));
            assert_eq!(module, Path::new(folder).join("lib/nginx/modules/ngx_http_brotli_static_module.so"));
        }
    }
}
