//! `cargo xtask msrv`: the project with the oldest Rust that it promises, which is `rust-version` in Cargo.toml.
//! The lints of each test run see only what the standard library lacks (`clippy::incompatible_msrv`); this sees the crates
//! of others too.

use crate::dist::read;
use crate::shell::{self, Shell};
use crate::test::{PANEL_WASM, WASM};
use crate::tools;

/// All that is built, natively with its tests, and as it ships.
const CHECKS: [&[&str]; 4] = [
    &["--workspace", "--all-targets"],
    &["-p", "tao-conviction", "--lib", "--bins", "--features", "panel"],
    &WASM,
    &PANEL_WASM,
];

/// Returns whether all of it builds.
pub(crate) fn run(shell: &Shell) -> Result<bool, String> {
    let manifest = read(&shell.root.join("Cargo.toml"))?;
    let version = promised(&String::from_utf8_lossy(&manifest)).ok_or("Cargo.toml has no `rust-version`")?;
    tools::toolchain(shell, &version, "wasm32-unknown-unknown")?;
    // Apart, so that the usual Rust finds its own again.
    let target = tools::target_folder(shell)?.join("msrv");
    let mut failed = Vec::new();
    for arguments in CHECKS {
        let mut cargo = shell.command("rustup");
        cargo.args(["run", &version, "cargo", "check", "--locked"]).args(arguments).env("CARGO_TARGET_DIR", &target);
        println!("\n== {}", shell::line(&cargo));
        failed.extend(shell.run(&mut cargo).err());
    }
    match failed.as_slice() {
        [] => println!("\nAll of it builds with Rust {version}."),
        faults => println!("\nRust {version} is too old, or `rust-version` in Cargo.toml:\n  {}", faults.join("\n  ")),
    }
    Ok(failed.is_empty())
}

fn promised(manifest: &str) -> Option<String> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \""))?;
    line.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_all_crates_promise() {
        let shell = Shell::new().unwrap();
        let text = |file: &str| std::fs::read_to_string(shell.root.join(file)).unwrap();
        let version = promised(&text("Cargo.toml")).unwrap();
        assert_eq!(promised("[package]\nrust-version.workspace = true\n"), None);
        for member in ["catalysts", "core", "scoring", "web", "xtask"] {
            assert!(text(&format!("{member}/Cargo.toml")).contains("rust-version.workspace = true"), "{member}");
        }
        assert!(text("docs/contributing.md").contains(&format!("Rust from {version} ")), "docs/contributing.md");
    }
}
