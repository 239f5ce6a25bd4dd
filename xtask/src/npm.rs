//! The npm package: the files that embeds and the JS API load, the types of npm/, and an entry for bundlers, which is the
//! loader with its parts named one by one.

use crate::dist::read;
use std::path::Path;

/// Of the build; the rest of it is the page.
const FILES: [&str; 14] = [
    "alert.js",
    "catalysts.js",
    "catalysts.json",
    "catalysts_bg.wasm",
    "embed.js",
    "hashes.js",
    "method.md",
    "panel.js",
    "panel_bg.wasm",
    "scoring.d.ts",
    "scoring.js",
    "scoring_bg.wasm",
    "tao-conviction.js",
    "tao-conviction_bg.wasm",
];

const FOLDERS: [&str; 2] = ["locale/", "sample/"];

/// What the loader of a bundle can be asked for: it never has a hash to check, so it needs no list of them.
const PARTS: [&str; 4] = ["alert.js", "catalysts.js", "panel.js", "tao-conviction.js"];

/// Kept in npm/, but for the version.
const OWN: [&str; 5] = ["README.md", "index.d.ts", "package.json", "react.d.ts", "scoring.node.js"];

const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// The names and contents of the package, made of the build in `from` and of what the project keeps in npm/.
pub(crate) fn package(
    root: &Path,
    from: &Path,
    files: &[String],
    version: &str,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    if let Some(missing) = FILES.iter().find(|name| !from.join(name).is_file()) {
        return Err(format!("{} has no {missing}, which the npm package needs", from.display()));
    }
    let of_build = files.iter().map(String::as_str).filter(|name| {
        FILES.contains(name) || FOLDERS.iter().any(|folder| name.starts_with(folder) && !name.ends_with(".md"))
    });
    let mut package = Vec::new();
    for name in of_build {
        package.push((name.to_owned(), read(&from.join(name))?));
    }
    for name in OWN {
        let mut content = read(&root.join("npm").join(name))?;
        if name == "package.json" {
            content =
                replaced(&text(content)?, "\"version\": \"0.0.0\"", &format!("\"version\": \"{version}\""))?.into();
        }
        package.push((name.to_owned(), content));
    }
    for name in LICENCES {
        package.push((name.to_owned(), read(&root.join(name))?));
    }
    let parts = PARTS.into_iter().chain(files.iter().map(String::as_str).filter(|name| name.starts_with("locale/")));
    package.push(("index.js".into(), entry(&text(read(&root.join("embed.js"))?)?, parts)?.into()));
    Ok(package)
}

/// Bundlers follow imports that they can read, and give files names of their own. Where there is no page, on a server that
/// renders one, nothing is defined.
fn entry<'a>(loader: &str, parts: impl Iterator<Item = &'a str>) -> Result<String, String> {
    let parts: String = parts.map(|name| format!("  {name:?}: () => import(\"./{name}\"),\n")).collect();
    let loader = replaced(loader, "await import(url(file))", "await PARTS[file]()")?;
    let loader = replaced(&loader, r"(_bg\.wasm|\.js)/", r"(_bg)?[-.\w]*\.(wasm|js)/")?;
    Ok(format!(
        "// embed.js for bundlers, written by `cargo xtask dist`.\nconst PARTS = {{\n{parts}}};\nif (globalThis.customElements)\n{loader}"
    ))
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String, String> {
    match text.matches(old).count() {
        1 => Ok(text.replace(old, new)),
        count => Err(format!("`{old}` was expected once and is there {count} times")),
    }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|e| format!("no text: {e}"))
}

/// For builds that tests make up.
#[cfg(test)]
pub(crate) const fn needed() -> [&'static str; 14] {
    FILES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_names_every_part_and_stays_in_step_with_the_loader() {
        let loader = include_str!("../../embed.js");
        let entry = entry(loader, PARTS.into_iter().chain(["locale/de.card.js"])).unwrap();
        for part in PARTS.into_iter().chain(["locale/de.card.js"]) {
            assert!(entry.contains(&format!("\"{part}\": () => import(\"./{part}\"),\n")), "{entry}");
        }
        assert!(!entry.contains("import(url("));
        let error = super::entry("await import(url(file)); await import(url(file))", PARTS.into_iter()).unwrap_err();
        assert!(error.contains("there 2 times"), "{error}");
    }
}
