//! Trunk's hook after a build: wasm-opt on the wasm of a release build.
//! It comes from npm because Debian's is too old, and is called here because Trunk would download another one.

use crate::shell::Shell;
use std::path::{Path, PathBuf};

/// The features that rustc targets. `--all-features` would make wasm-opt write what browsers refuse.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
];

pub(crate) fn run(shell: &Shell) -> Result<(), String> {
    let (Ok(profile), Some(staging)) = (std::env::var("TRUNK_PROFILE"), std::env::var_os("TRUNK_STAGING_DIR")) else {
        return Err("this is Trunk's hook and works on its build only; `cargo xtask build` calls it".into());
    };
    if profile != "release" {
        return Ok(());
    }
    let wasm_opt = shell.root.join("e2e/node_modules/binaryen/bin/wasm-opt");
    if shell.find("node").is_none() || !wasm_opt.is_file() {
        println!(
            "wasm-opt is not installed (`cargo xtask setup` brings it): the wasm works, but stays larger than it could be."
        );
        return Ok(());
    }
    shrink(shell, &wasm_opt, &PathBuf::from(staging).join("tao-conviction_bg.wasm"))
}

fn shrink(shell: &Shell, wasm_opt: &Path, wasm: &Path) -> Result<(), String> {
    let bytes = || std::fs::metadata(wasm).map(|file| file.len());
    let before = bytes().map_err(|e| format!("Trunk left no {}: {e}", wasm.display()))?;
    let mut command = shell.command("node");
    shell.run(command.arg(wasm_opt).arg("-Oz").args(FEATURES).arg(wasm).arg("-o").arg(wasm))?;
    let after = bytes().map_err(|e| format!("wasm-opt left no {}: {e}", wasm.display()))?;
    println!("wasm-opt: {before} bytes to {after}");
    Ok(())
}
