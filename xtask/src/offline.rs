//! What the page's service worker keeps: the list of files with their hashes, and a version made of them, written into
//! `sw.js`. Until then that file takes itself away, so a debug build never serves what is old.

use crate::dist;
use crate::optimize::hash;
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const WORKER: &str = "sw.js";
/// Says which version the page is of.
const PAGE: &str = "page/offline.js";
/// The folder itself: what a reader opens.
const DOCUMENT: &str = "index.html";

/// Whether the page is made of this file. The JS API, what pins a blog's loader, and what the system asks for when the
/// page is installed are not needed without a network.
fn is_kept(path: &str) -> bool {
    let apart = [
        "example/",
        "icons/",
        "scoring",
        "hashes.js",
        "package.json",
        "page/package.json",
        "manifest.webmanifest",
        "robots.txt",
        WORKER,
    ];
    let endings = [".d.ts", ".md", ".br", ".gz"];
    !apart.iter().any(|start| path.starts_with(start)) && !endings.iter().any(|end| path.ends_with(end))
}

/// Lists the files of a release in its service worker. Works on what it has written before too.
pub(crate) fn write(dist: &Path) -> Result<(), String> {
    let mut paths = dist::files(dist)?;
    paths.retain(|path| is_kept(path));
    for needed in [DOCUMENT, PAGE] {
        if !paths.iter().any(|path| path == needed) {
            return Err(format!("{} has no {needed}: is it a build?", dist.display()));
        }
    }

    // The two files that name the version count without it.
    let worker = stamped(dist, WORKER, &[("VERSION", "\"\""), ("FILES", "{}")])?;
    let page = stamped(dist, PAGE, &[("VERSION", "\"\"")])?;
    save(dist, PAGE, &page)?;
    let mut all = Sha256::new_with_prefix(worker);
    for path in &paths {
        all.update(format!("{path} {}\n", hash(&dist.join(path))?));
    }
    let version: String =
        BASE64_STANDARD.encode(all.finalize()).chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let named = format!("{version:?}");

    save(dist, PAGE, &stamped(dist, PAGE, &[("VERSION", &named)])?)?;
    let files: Result<Map<String, Value>, String> = paths
        .iter()
        .map(|path| {
            let name = if path == DOCUMENT { "./" } else { path };
            Ok((name.to_owned(), hash(&dist.join(path))?.into()))
        })
        .collect();
    let files = Value::Object(files?).to_string();
    save(dist, WORKER, &stamped(dist, WORKER, &[("VERSION", &named), ("FILES", &files)])?)?;
    println!("sw.js: version {version}, {} files", paths.len());
    Ok(())
}

/// The script with other values for some of its constants, each of which has a line of its own.
fn stamped(dist: &Path, file: &str, values: &[(&str, &str)]) -> Result<String, String> {
    let script = fs::read_to_string(dist.join(file)).map_err(|e| format!("{file} can not be read: {e}"))?;
    let mut lines: Vec<String> = script.lines().map(str::to_owned).collect();
    for (name, value) in values {
        let start = format!("const {name} = ");
        let mut places = lines.iter_mut().filter(|line| line.starts_with(&start));
        let (Some(line), None) = (places.next(), places.next()) else {
            return Err(format!("{file} has to have one line that begins with `{start}`"));
        };
        *line = format!("{start}{value};");
    }
    Ok(lines.join("\n") + "\n")
}

fn save(dist: &Path, file: &str, content: &str) -> Result<(), String> {
    fs::write(dist.join(file), content).map_err(|e| format!("{file} can not be written: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A folder as a build leaves it, taken away at the end.
    struct Dist(PathBuf);

    impl Dist {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("tao-conviction-{name}-{}", std::process::id()));
            let dist = Self(folder);
            dist.put("index.html", "abc");
            dist.put("page/offline.js", "const VERSION = \"\";\nimport();\n");
            dist.put("sw.js", "const VERSION = \"\";\nconst FILES = {};\nwork();\n");
            dist
        }

        fn put(&self, file: &str, content: &str) {
            let path = self.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }

        fn read(&self, file: &str) -> String {
            fs::read_to_string(self.0.join(file)).unwrap()
        }

        /// The version and the list that were written.
        fn written(&self) -> (String, Map<String, Value>) {
            let worker = self.read("sw.js");
            let value = |name: &str| {
                let line = worker.lines().find_map(|line| line.strip_prefix(&format!("const {name} = "))).unwrap();
                serde_json::from_str::<Value>(line.strip_suffix(';').unwrap()).unwrap()
            };
            (value("VERSION").as_str().unwrap().to_owned(), value("FILES").as_object().unwrap().clone())
        }
    }

    impl Drop for Dist {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn the_page_is_listed_with_the_hashes_of_what_is_served_and_nothing_else() {
        let dist = Dist::new("listed");
        for apart in [
            "scoring.js",
            "scoring.d.ts",
            "example/index.html",
            "hashes.js",
            "icons/icon.svg",
            "page/package.json",
            "sample/README.md",
        ] {
            dist.put(apart, "apart");
        }
        for part in ["page.css", "locale/de.card.js", "panel_bg.wasm"] {
            dist.put(part, part);
        }
        write(&dist.0).unwrap();
        let (version, files) = dist.written();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["./", "locale/de.card.js", "page.css", "page/offline.js", "panel_bg.wasm"]);
        // The SHA-256 of "abc" (FIPS 180-2).
        assert_eq!(files["./"], "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_eq!(files["page/offline.js"], hash(&dist.0.join("page/offline.js")).unwrap());
        assert!(dist.read("page/offline.js").starts_with(&format!("const VERSION = {version:?};\n")));
        assert!(dist.read("sw.js").ends_with("work();\n"));
    }

    #[test]
    fn the_version_is_another_whenever_anything_is_and_the_same_otherwise() {
        let dist = Dist::new("version");
        let version = || {
            write(&dist.0).unwrap();
            dist.written().0
        };
        let mut seen = vec![version()];
        assert_eq!(seen[0].len(), 12);
        assert_eq!(version(), seen[0]);
        dist.put("index.html", "abd");
        seen.push(version());
        dist.put("page.css", "");
        seen.push(version());
        for file in ["sw.js", "page/offline.js"] {
            dist.put(file, &(dist.read(file) + "more();\n"));
            seen.push(version());
        }
        let different: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!(different.len(), 5, "{seen:?}");
        assert_eq!(version(), seen[4]);
    }

    #[test]
    fn what_is_no_build_is_refused_and_named() {
        let dist = Dist::new("refused");
        dist.put("sw.js", "const VERSION = \"\";\n");
        let refused = |part: &str| {
            let error = write(&dist.0).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        refused("sw.js has to have one line that begins with `const FILES = `");
        fs::remove_file(dist.0.join("sw.js")).unwrap();
        refused("sw.js can not be read");
        fs::remove_file(dist.0.join("index.html")).unwrap();
        refused("no index.html");
        fs::remove_dir_all(&dist.0).unwrap();
        refused("can not be read");
    }

    /// The real files have the lines, and do nothing as they stand.
    #[test]
    fn the_files_of_the_repository_keep_nothing_until_they_are_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (file, values) in [(WORKER, &[("VERSION", "\"\""), ("FILES", "{}")][..]), (PAGE, &[("VERSION", "\"\"")])] {
            assert_eq!(stamped(root, file, values).unwrap(), fs::read_to_string(root.join(file)).unwrap());
        }
    }
}
