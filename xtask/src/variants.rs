//! What each choice of the release build buys: the card's wasm built in other ways, and packed by other passes, in brotli
//! beside the one that ships. For `docs/benchmarks.md`, and for whoever wants to choose anew with other versions.

use crate::optimize::{self, FEATURES, OWN_STD, PASSES};
use crate::shell::Shell;
use crate::{size, tools};
use std::fs;
use std::path::{Path, PathBuf};

/// The card built with one thing changed.
struct Build {
    name: &'static str,
    /// As after Cargo's `--config`.
    profile: &'static [&'static str],
    /// In place of `OWN_STD`'s values of the same name; an empty one takes the setting away.
    settings: &'static [(&'static str, &'static str)],
}

const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
const STD: &str = "CARGO_UNSTABLE_BUILD_STD";
const STD_FEATURES: &str = "CARGO_UNSTABLE_BUILD_STD_FEATURES";

/// The first is what ships.
const BUILDS: [Build; 16] = [
    Build { name: "as it ships", profile: &[], settings: &[] },
    Build { name: "opt-level s", profile: &["profile.release.opt-level='s'"], settings: &[] },
    Build { name: "opt-level 2", profile: &["profile.release.opt-level=2"], settings: &[] },
    Build { name: "opt-level 3", profile: &["profile.release.opt-level=3"], settings: &[] },
    Build {
        name: "core at opt-level s, the rest at z",
        profile: &["profile.release.package.tao-conviction-core.opt-level='s'"],
        settings: &[],
    },
    Build {
        name: "core at opt-level 3, the rest at z",
        profile: &["profile.release.package.tao-conviction-core.opt-level=3"],
        settings: &[],
    },
    Build { name: "thin LTO", profile: &["profile.release.lto='thin'"], settings: &[] },
    Build { name: "no LTO over crates", profile: &["profile.release.lto=false"], settings: &[] },
    Build { name: "16 codegen units", profile: &["profile.release.codegen-units=16"], settings: &[] },
    Build { name: "std without optimize_for_size", profile: &[], settings: &[(STD_FEATURES, "")] },
    Build {
        name: "panics that say what happened (panic=abort)",
        profile: &["profile.release.panic='abort'"],
        settings: &[(FLAGS, "")],
    },
    Build {
        name: "std as it comes with Rust",
        profile: &["profile.release.panic='abort'"],
        settings: &[(FLAGS, ""), (STD, ""), (STD_FEATURES, "")],
    },
    Build {
        name: "no Debug texts (fmt-debug=none)",
        profile: &[],
        settings: &[(FLAGS, "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none")],
    },
    Build {
        name: "generics shared between crates (share-generics)",
        profile: &[],
        settings: &[(FLAGS, "-Zunstable-options -Cpanic=immediate-abort -Zshare-generics=y")],
    },
    Build {
        name: "no inlining by rustc itself (inline-mir=no)",
        profile: &[],
        settings: &[(FLAGS, "-Zunstable-options -Cpanic=immediate-abort -Zinline-mir=no")],
    },
    Build {
        name: "wasm of 2017 (target-cpu=mvp)",
        profile: &[],
        settings: &[(FLAGS, "-Zunstable-options -Cpanic=immediate-abort -Ctarget-cpu=mvp")],
    },
];

/// The first build packed by other passes.
struct Packing {
    name: &'static str,
    passes: fn() -> Vec<&'static str>,
}

fn without(gone: &[&str]) -> Vec<&'static str> {
    PASSES.into_iter().filter(|pass| !gone.contains(pass)).collect()
}

fn with(more: &'static [&'static str]) -> Vec<&'static str> {
    let mut passes = PASSES.to_vec();
    passes.extend(more);
    passes
}

const STRIP: [&str; 2] = ["--strip-producers", "--strip-target-features"];

const PACKINGS: [Packing; 18] = [
    Packing { name: "as it ships", passes: || PASSES.to_vec() },
    Packing { name: "no wasm-opt at all", passes: || STRIP.to_vec() },
    Packing { name: "-Os", passes: || [&["-Os"], &STRIP[..]].concat() },
    Packing { name: "-Oz", passes: || [&["-Oz"], &STRIP[..]].concat() },
    Packing { name: "-Oz until nothing changes", passes: || [&["-Oz", "--converge"], &STRIP[..]].concat() },
    Packing { name: "-O3", passes: || [&["-O3"], &STRIP[..]].concat() },
    Packing { name: "-O4", passes: || [&["-O4"], &STRIP[..]].concat() },
    Packing {
        name: "a second round of flattening",
        passes: || {
            let (before, after) = PASSES.split_at(8);
            [before, &["--flatten", "--rereloop", "-Oz"], after].concat()
        },
    },
    Packing { name: "no round before flattening", passes: || [&PASSES[..3], &PASSES[4..]].concat() },
    Packing { name: "without flattening", passes: || without(&["--flatten", "--rereloop"]) },
    Packing { name: "without rereloop", passes: || without(&["--rereloop"]) },
    Packing { name: "without simplify-locals-nonesting", passes: || without(&["--simplify-locals-nonesting"]) },
    Packing { name: "without low-memory-unused", passes: || without(&["--low-memory-unused"]) },
    Packing {
        name: "without limits on inlining",
        passes: || without(&["--one-caller-inline-max-function-size=30", "--always-inline-max-function-size=4"]),
    },
    Packing { name: "with gufa (what values can be)", passes: || with(&["--gufa-optimizing", "-Oz"]) },
    Packing { name: "with merge-similar-functions", passes: || with(&["--merge-similar-functions", "-Oz"]) },
    Packing { name: "with monomorphize", passes: || with(&["--monomorphize", "-Oz"]) },
    Packing { name: "with functions in the order of their use", passes: || with(&["--reorder-functions"]) },
];

/// Measures those whose name contains one of `wanted`, all without any; prints a table of Markdown.
pub(crate) fn run(shell: &Shell, wanted: &[String]) -> Result<(), String> {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    let folder = tools::target_folder(shell)?.join("variants");
    let first = build(shell, &folder, &BUILDS[0])?;
    let shipped = packed(shell, &first, &PASSES)?;
    println!("\n| | bytes, brotli 11 | more than what ships |\n|---|---:|---:|");
    let line = |name: &str, bytes: usize| {
        println!(
            "| {name} | {bytes} | {:+} |",
            i64::try_from(bytes).unwrap_or_default() - i64::try_from(shipped).unwrap_or_default()
        );
    };
    for packing in PACKINGS.iter().filter(|packing| is_wanted(packing.name)) {
        line(packing.name, packed(shell, &first, &(packing.passes)())?);
    }
    for other in BUILDS.iter().skip(1).filter(|build| is_wanted(build.name)) {
        match build(shell, &folder, other).and_then(|wasm| packed(shell, &wasm, &PASSES)) {
            Ok(bytes) => line(other.name, bytes),
            // Another version of Rust may not have it any more.
            Err(reason) => println!("| {} | {reason} | |", other.name),
        }
    }
    Ok(())
}

/// Builds the card and lets wasm-bindgen take what it needs, as Trunk does for a release.
fn build(shell: &Shell, folder: &Path, variant: &Build) -> Result<PathBuf, String> {
    let mut cargo = shell.cargo();
    cargo.args(["build", "--quiet", "--release", "--target", "wasm32-unknown-unknown", "-p", "tao-conviction"]);
    cargo.args(["--bin", "tao-conviction"]).arg("--target-dir").arg(folder);
    for setting in variant.profile {
        cargo.args(["--config", setting]);
    }
    for (name, value) in OWN_STD {
        let value = variant.settings.iter().find(|(other, _)| *other == name).map_or(value, |(_, value)| value);
        if !value.is_empty() {
            cargo.env(name, value);
        }
    }
    shell.run(&mut cargo)?;
    let out = folder.join("bindgen");
    let wasm = folder.join("wasm32-unknown-unknown/release/tao-conviction.wasm");
    let mut bindgen = shell.command("wasm-bindgen");
    shell.run(bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&out).arg(wasm))?;
    Ok(out.join("tao-conviction_bg.wasm"))
}

/// Bytes in brotli after wasm-opt's passes.
fn packed(shell: &Shell, wasm: &Path, passes: &[&str]) -> Result<usize, String> {
    let out = wasm.with_extension("packed");
    let mut wasm_opt = shell.command("node");
    wasm_opt.arg(shell.root.join(optimize::WASM_OPT)).args(passes).args(FEATURES).arg(wasm).arg("-o").arg(&out);
    shell.run(&mut wasm_opt)?;
    Ok(size::brotli(&fs::read(&out).map_err(|e| format!("{} can not be read: {e}", out.display()))?)?.len())
}
