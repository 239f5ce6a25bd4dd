//! What makes a release small: how Trunk is called for one, and Trunk's hook after the build.
//! Both tools come from npm: Debian's wasm-opt is too old, and Trunk's own minifier can not read wasm-bindgen's modules.

use crate::locales;
use crate::offline;
use crate::shell::Shell;
use crate::tools;
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const WASM_OPT: &str = "e2e/node_modules/binaryen/bin/wasm-opt";
const TERSER: &str = "e2e/node_modules/terser/bin/terser";
const ESBUILD: &str = "e2e/node_modules/esbuild/lib/main.js";

/// Passes in this order, by measure of `cargo xtask variants` (docs/benchmarks.md): taking the nesting of expressions apart
/// between two rounds saves 0.7 % of the compressed size, limits on what is copied into callers 0.4 %.
/// The low kilobyte of memory is the far end of the stack, which Rust's linker puts first: nothing is kept there.
pub(crate) const PASSES: [&str; 12] = [
    "--one-caller-inline-max-function-size=30",
    "--always-inline-max-function-size=4",
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "--simplify-locals-nonesting",
    "-Oz",
    "-Oz",
    "--converge",
    "--strip-producers",
    "--strip-target-features",
];

/// The JS API is built for speed: `-O4` flattens and inlines more than `-O3`, and takes seconds on so small a module.
const FAST_PASSES: [&str; 5] =
    ["--low-memory-unused", "-O4", "--converge", "--strip-producers", "--strip-target-features"];

/// The features that rustc targets. `--all-features` would make wasm-opt write what browsers refuse.
pub(crate) const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
];

/// The standard library is compiled with the widget instead of taken ready-made: then a panic, of which there is none,
/// aborts without the code that would word it, and what nobody calls is left out (14 KB of 116, brotli). Stable Rust
/// does this when it is told that it may.
pub(crate) const OWN_STD: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort"),
];

/// The build of what ships. Where the source of the standard library can't be had it works too, and is larger.
pub(crate) fn release_build(shell: &Shell) -> Command {
    let mut trunk = shell.trunk("build");
    trunk.arg("--release");
    if tools::has_std_source(shell) {
        trunk.envs(OWN_STD);
    }
    trunk
}

pub(crate) fn run(shell: &Shell) -> Result<(), String> {
    let (Ok(profile), Some(staging)) = (std::env::var("TRUNK_PROFILE"), std::env::var_os("TRUNK_STAGING_DIR")) else {
        return Err("this is Trunk's hook and works on its build only; `cargo xtask build` calls it".into());
    };
    let staging = PathBuf::from(staging);
    locales::write(&shell.root, &staging)?;
    if profile != "release" {
        return Ok(());
    }
    make_small(shell, &staging)?;
    // Last: the hashes are those of what is served.
    offline::write(&staging)
}

fn make_small(shell: &Shell, staging: &Path) -> Result<(), String> {
    if shell.find("node").is_none() || [WASM_OPT, TERSER, ESBUILD].iter().any(|tool| !shell.root.join(tool).is_file()) {
        println!(
            "wasm-opt, terser and esbuild are not installed: the build works, but is larger. `cargo xtask setup` brings them."
        );
        return Ok(());
    }
    let tool = |path: &str| {
        let mut command = shell.command("node");
        command.arg(shell.root.join(path));
        command
    };
    let optimize = |wasm: &Path, passes: &[&str]| {
        shell.run(tool(WASM_OPT).args(passes).args(FEATURES).arg(wasm).arg("-o").arg(wasm))
    };
    for wasm in ["tao-conviction_bg.wasm", "panel_bg.wasm", "catalysts_bg.wasm"] {
        shrink(&staging.join(wasm), |wasm| optimize(wasm, &PASSES))?;
    }
    shrink(&staging.join("scoring_bg.wasm"), |wasm| optimize(wasm, &FAST_PASSES))?;
    // What wasm-bindgen took from src/browser.js lies beside the modules as files of their own: each would be a request,
    // and no hash would cover it.
    for module in ["tao-conviction.js", "panel.js"] {
        const BUNDLE: &str = "const [esbuild, file] = process.argv.slice(1);
            require(esbuild).buildSync({ entryPoints: [file], outfile: file, allowOverwrite: true, bundle: true, format: 'esm', target: 'es2022' });";
        let mut node = shell.command("node");
        shell.run(node.args(["-e", BUNDLE]).arg(shell.root.join(ESBUILD)).arg(staging.join(module)))?;
    }
    fs::remove_dir_all(staging.join("snippets")).map_err(|e| format!("the snippets can not be removed: {e}"))?;
    let minify = |script: &Path, options: &[&str]| {
        shell.run(tool(TERSER).arg(script).args(options).args(["--compress", "--mangle", "--output"]).arg(script))
    };
    for module in ["tao-conviction.js", "panel.js", "catalysts.js", "scoring.js", "alert.js"] {
        shrink(&staging.join(module), |script| minify(script, &["--module"]))?;
    }
    pin(staging)?;
    // Loaded as a classic script too, so it is not read as a module.
    shrink(&staging.join("embed.js"), |script| minify(script, &[]))
}

/// What the loader loads, besides the texts.
const LOADED: [&str; 7] = [
    "tao-conviction.js",
    "tao-conviction_bg.wasm",
    "panel.js",
    "panel_bg.wasm",
    "catalysts.js",
    "catalysts_bg.wasm",
    "alert.js",
];

/// Lists what the files must be, and writes into the loader what that list must be: whoever pins the loader by its hash
/// pins them all.
fn pin(staging: &Path) -> Result<(), String> {
    let folder = staging.join("locale");
    let texts = fs::read_dir(&folder).map_err(|e| format!("{} can not be read: {e}", folder.display()))?;
    let mut files: Vec<String> =
        texts.filter_map(|file| Some(format!("locale/{}", file.ok()?.file_name().to_str()?))).collect();
    files.extend(LOADED.map(str::to_owned));
    // The same files make the same list, whatever order the folder has.
    files.sort();
    let hashes: Result<serde_json::Map<_, _>, String> =
        files.into_iter().map(|file| Ok((file.clone(), hash(&staging.join(file))?.into()))).collect();
    let write = |file: &str, content: String| {
        fs::write(staging.join(file), content).map_err(|e| format!("{file} can not be written: {e}"))
    };
    write("hashes.js", format!("export default()=>({})", serde_json::Value::Object(hashes?)))?;
    let loader = fs::read_to_string(staging.join("embed.js")).map_err(|e| format!("embed.js can not be read: {e}"))?;
    let empty = "const HASH = \"\";";
    if loader.matches(empty).count() != 1 {
        return Err(format!("embed.js has to have `{empty}` once, for the hash"));
    }
    write("embed.js", loader.replace(empty, &format!("const HASH = {:?};", hash(&staging.join("hashes.js"))?)))
}

/// A file's SHA-256 as the `integrity` attribute has it.
pub(crate) fn hash(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|e| format!("{} can not be read: {e}", file.display()))?;
    Ok(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes))))
}

/// Lets a tool rewrite a file in place and prints what that gained.
fn shrink(file: &Path, rewrite: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), String> {
    let bytes = || std::fs::metadata(file).map(|file| file.len()).map_err(|e| format!("no {}: {e}", file.display()));
    let before = bytes()?;
    rewrite(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    println!("{name}: {before} bytes made {}", bytes()?);
    Ok(())
}
