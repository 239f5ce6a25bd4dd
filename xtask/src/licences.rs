//! What of others is in the wasm: the crates that it is linked from, their licences in full, and the same as an SBOM.
//! Procedural macros and what only builds or tests is not in it.

use crate::dist::read;
use crate::shell::{self, Shell};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The crates of this project that become wasm; `core` and `web` are in them.
const WASM: [&str; 8] = [
    "-p",
    "tao-conviction",
    "-p",
    "tao-conviction-scoring",
    "-p",
    "tao-conviction-catalysts",
    "--features",
    "tao-conviction/panel",
];

/// The file with the notices of Rust's standard library, as Rust writes it.
pub(crate) const NOTICES: &str = "licences-rust-std.html";

/// A crate of somebody else.
#[derive(Clone, Debug)]
pub(crate) struct Crate {
    name: String,
    version: String,
    /// An SPDX expression, where the crate has one.
    licence: Option<String>,
    /// Its files of licences and notices, by name.
    texts: Vec<(String, String)>,
    /// Of the archive in the registry, SHA-256.
    checksum: Option<String>,
}

/// The compiler, whose standard library is in the wasm too.
pub(crate) struct Compiler {
    pub(crate) version: String,
    /// Where this installation has them.
    pub(crate) notices: Option<Vec<u8>>,
}

impl Compiler {
    pub(crate) fn of(shell: &Shell) -> Result<Self, String> {
        let said = |arguments: &[&str]| output(shell.command("rustc").args(arguments));
        let version = said(&["--version"])?;
        let version = version.split(' ').nth(1).ok_or("rustc says no version")?.trim().to_owned();
        let sysroot = said(&["--print", "sysroot"])?;
        let notices = std::fs::read(Path::new(sysroot.trim()).join("share/doc/rust/COPYRIGHT-library.html")).ok();
        Ok(Self { version, notices })
    }
}

/// The crates of others that are linked into any wasm, by name and version.
pub(crate) fn linked(shell: &Shell) -> Result<Vec<Crate>, String> {
    let mut tree = shell.cargo();
    tree.args(["tree", "--locked", "--target", "wasm32-unknown-unknown", "--edges", "normal,no-proc-macro"]);
    let tree = output(tree.args(["--prefix", "none", "--format", "{p}"]).args(WASM))?;
    let wanted: BTreeSet<(&str, &str)> = tree.lines().filter_map(named).collect();

    let mut metadata = shell.cargo();
    metadata.args(["metadata", "--locked", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown"]);
    let metadata: Value = serde_json::from_str(&output(&mut metadata)?).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata has no packages")?;
    let lock = read(&shell.root.join("Cargo.lock"))?;
    let lock = String::from_utf8_lossy(&lock);
    let checksums = checksums(&lock);

    let mut crates = Vec::new();
    for package in packages {
        let text = |field: &str| package[field].as_str();
        let (Some(name), Some(version), Some(manifest)) = (text("name"), text("version"), text("manifest_path")) else {
            return Err(format!("cargo metadata has a package without name, version or place: {package}"));
        };
        // What has no source is this project's own.
        if text("source").is_none() || !wanted.contains(&(name, version)) {
            continue;
        }
        let folder = Path::new(manifest).parent().unwrap_or(Path::new("."));
        crates.push(Crate {
            name: name.to_owned(),
            version: version.to_owned(),
            // Crates from before Cargo asked for SPDX have a slash.
            licence: text("license").map(|licence| licence.replace('/', " OR ").replace("  ", " ")),
            texts: texts(folder, text("license_file"))?,
            checksum: checksums.get(&(name, version)).map(|&checksum| checksum.to_owned()),
        });
    }
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(crates)
}

/// Name and version in a line of `cargo tree`, such as `serde v1.0.0 (*)`.
fn named(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

/// The checksums of a Cargo.lock, by name and version.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter_map(|package| {
            let field = |name: &str| {
                let mut lines = package.lines();
                lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
            };
            Some(((field("name")?, field("version")?), field("checksum")?))
        })
        .collect()
}

/// The files of a crate that say how it may be used, and the one that its manifest names.
fn texts(folder: &Path, named: Option<&str>) -> Result<Vec<(String, String)>, String> {
    const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{} can not be read: {e}", folder.display()))?;
    let mut names: BTreeSet<String> = entries
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file())?.file_name().into_string().ok())
        .filter(|name| NAMES.iter().any(|start| name.to_ascii_uppercase().starts_with(start)))
        .collect();
    names.extend(named.filter(|name| folder.join(name).is_file()).map(str::to_owned));
    let read = |name: String| {
        let content = read(&folder.join(&name))?;
        Ok((name, String::from_utf8_lossy(&content).into_owned()))
    };
    names.into_iter().map(read).collect()
}

/// Who is in it, and each text once, with the crates that it is of.
pub(crate) fn text(crates: &[Crate], compiler: &Compiler) -> String {
    let mut text = String::from(
        "The WebAssembly of TAO Conviction is linked from the crates below, besides its own code. First each crate with its\n\
         licence as an SPDX expression, then every text that they come with, once, after the names of those that have it.\n\n",
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in crates {
        let title = format!("{} {}", one.name, one.version);
        let licence = one.licence.as_deref().unwrap_or("see its text");
        let note = if one.texts.is_empty() { " (the crate has no file of it)" } else { "" };
        text += &format!("{title}: {licence}{note}\n");
        for (name, content) in &one.texts {
            // Ends of lines say nothing about a licence.
            let content: Vec<&str> = content.lines().map(str::trim_end).collect();
            texts
                .entry(content.join("\n").trim_matches('\n').to_owned())
                .or_default()
                .push(format!("{title} ({name})"));
        }
    }
    let version = &compiler.version;
    let notices = match compiler.notices {
        Some(_) => format!("its notices are in {NOTICES}"),
        None => format!("its notices: https://github.com/rust-lang/rust/blob/{version}/COPYRIGHT"),
    };
    text += &format!("Rust's standard library {version}: MIT OR Apache-2.0; {notices}\n");
    // In the order of the first crate that has it.
    let mut texts: Vec<(Vec<String>, String)> = texts.into_iter().map(|(content, whose)| (whose, content)).collect();
    texts.sort();
    for (whose, content) in texts {
        text += &format!("\n{}\n{}\n\n{content}\n", "=".repeat(80), whose.join("\n"));
    }
    text
}

/// CycloneDX 1.5, without a time and a serial number: the same crates make the same bytes.
pub(crate) fn sbom(crates: &[Crate], compiler: &Compiler, version: &str) -> Value {
    let licences = |expression: Option<&str>| match expression {
        Some(expression) => json!([{ "expression": expression }]),
        None => json!([{ "license": { "name": "see licences.txt" } }]),
    };
    let own = format!("pkg:npm/tao-conviction@{version}");
    let components = crates.iter().map(|one| {
        let purl = format!("pkg:cargo/{}@{}", one.name, one.version.replace('+', "%2B"));
        let mut component = json!({
            "type": "library",
            "bom-ref": purl,
            "name": one.name,
            "version": one.version,
            "purl": purl,
            "licenses": licences(one.licence.as_deref()),
        });
        if let Some(checksum) = &one.checksum {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        component
    });
    let purl = format!("pkg:github/rust-lang/rust@{}", compiler.version);
    let library = json!({
        "type": "library",
        "bom-ref": purl,
        "name": "rust-std",
        "description": "Rust's standard library",
        "version": compiler.version,
        "purl": purl,
        "licenses": licences(Some("MIT OR Apache-2.0")),
    });
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "rustc", "version": compiler.version }] },
            "component": {
                "type": "library",
                "bom-ref": own,
                "name": "tao-conviction",
                "version": version,
                "purl": own,
                "licenses": licences(Some("MIT OR Apache-2.0")),
            },
        },
        "components": components.chain([library]).collect::<Vec<_>>(),
    })
}

/// What a program prints; its own words where it fails.
fn output(command: &mut Command) -> Result<String, String> {
    let line = shell::line(command);
    let output = command.output().map_err(|e| format!("`{line}` could not be started: {e}"))?;
    if !output.status.success() {
        return Err(format!("`{line}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// For releases that tests make up.
#[cfg(test)]
pub(crate) fn made_up(name: &str, version: &str) -> Crate {
    Crate {
        name: name.into(),
        version: version.into(),
        licence: Some("MIT".into()),
        texts: vec![("LICENSE".into(), "Do as you like. \r\n".into())],
        checksum: Some("ab".repeat(32)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiler() -> Compiler {
        Compiler { version: "1.2.3".into(), notices: None }
    }

    #[test]
    fn all_that_is_linked_is_found_with_its_licence_and_checksum_and_nothing_else() {
        let crates = linked(&Shell::new().unwrap()).unwrap();
        let has = |name: &str| crates.iter().any(|one| one.name == name);
        // Of the widget, of the JS API alone, of the panel; and of none: tests, macros, this program, the project itself.
        for name in ["leptos", "wasm-bindgen", "serde-wasm-bindgen", "libm", "rlsf", "thiserror"] {
            assert!(has(name), "{name} is missing");
        }
        for name in ["proptest", "serde_derive", "wasm-bindgen-macro", "brotli", "tao-conviction-core", "send_wrapper"]
        {
            assert!(!has(name), "{name} is not linked");
        }
        for one in &crates {
            assert!(one.checksum.as_ref().is_some_and(|sum| sum.len() == 64), "{one:?}");
            assert!(
                one.licence.as_ref().is_some_and(|licence| !licence.contains('/')) || !one.texts.is_empty(),
                "{one:?}"
            );
        }
        let texts = |name: &str| crates.iter().find(|one| one.name == name).map(|one| &one.texts).unwrap();
        assert!(texts("libm").iter().any(|(_, text)| text.contains("Permission is hereby granted")));
    }

    #[test]
    fn a_text_that_several_have_is_there_once_and_a_missing_one_is_said() {
        let mut silent = made_up("c", "3.0.0");
        silent.texts.clear();
        let unix = Crate { texts: vec![("LICENSE-MIT".into(), "\nDo as you like.".into())], ..made_up("b", "2.0.0") };
        let text = text(&[made_up("a", "1.0.0"), unix, silent], &compiler());
        assert_eq!(text.matches("Do as you like.").count(), 1);
        assert!(text.contains("\na 1.0.0 (LICENSE)\nb 2.0.0 (LICENSE-MIT)\n\nDo as you like.\n"), "{text}");
        assert!(text.contains("\nc 3.0.0: MIT (the crate has no file of it)\n"), "{text}");
        assert!(text.contains("\nRust's standard library 1.2.3: MIT OR Apache-2.0; its notices: https://"), "{text}");
    }

    #[test]
    fn the_sbom_names_each_crate_by_its_package_url() {
        let odd = Crate { licence: None, checksum: None, ..made_up("odd", "1.0.0+git") };
        let sbom = sbom(&[made_up("a", "1.0.0"), odd], &compiler(), "9.9.9");
        let [a, odd, library] = &sbom["components"].as_array().unwrap()[..] else { panic!("{sbom}") };
        assert_eq!(a["purl"], "pkg:cargo/a@1.0.0");
        assert_eq!(a["hashes"][0]["content"], "ab".repeat(32));
        assert_eq!(a["licenses"][0]["expression"], "MIT");
        assert_eq!(odd["purl"], "pkg:cargo/odd@1.0.0%2Bgit");
        assert!(odd["licenses"][0].get("expression").is_none() && odd.get("hashes").is_none());
        assert_eq!(library["version"], "1.2.3");
        assert_eq!(sbom["metadata"]["component"]["version"], "9.9.9");
    }

    #[test]
    fn checksums_are_those_of_name_and_version() {
        let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"x\"\n\
                    [[package]]\nname = \"a\"\nversion = \"2.0.0\"\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nchecksum = \"y\"\n";
        assert_eq!(checksums(lock), BTreeMap::from([(("a", "1.0.0"), "x"), (("b", "1.0.0"), "y")]));
        assert_eq!(named("serde v1.0.0 (*)"), Some(("serde", "1.0.0")));
        assert_eq!(named(""), None);
    }
}
