//! `cargo xtask dist`: everything that is published of one version, in one folder, the same bytes whenever it is made of
//! the same files: no time, no chance and no place of this machine gets into it, and every list is in order.

use crate::licences::{self, Crate};
use crate::npm;
use crate::optimize::hash;
use crate::shell::Shell;
use crate::size;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// By which a folder of an earlier run is known; also what tells that a run came to its end.
const SUMS: &str = "SHA256SUMS";

/// Files that hosts hand out compressed. Pictures are compressed already.
const COMPRESSED: [&str; 12] =
    ["css", "csv", "html", "js", "json", "md", "mjs", "svg", "ts", "txt", "wasm", "webmanifest"];

/// What no release is without, and a build for the developer's own eyes has not.
const NEEDED: [&str; 4] = ["embed.js", "hashes.js", "index.html", "scoring.d.ts"];

/// Where the build lies and where the release goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// A build that is there; without it one is made.
    pub(crate) from: Option<PathBuf>,
    pub(crate) to: PathBuf,
}

impl Places {
    pub(crate) fn parse(rest: &[String], root: &Path) -> Result<Self, String> {
        let mut places = Self { from: None, to: root.join("release") };
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let mut folder = || words.next().map(PathBuf::from).ok_or_else(|| format!("{word} needs a folder"));
            match word.as_str() {
                "--from" => places.from = Some(folder()?),
                "--to" => places.to = folder()?,
                _ => return Err(format!("`{word}` is unknown: expected --from FOLDER, --to FOLDER or nothing")),
            }
        }
        Ok(places)
    }
}

/// Packs a build into a new folder, which takes the place of an earlier release only when it is complete.
pub(crate) fn run(shell: &Shell, from: &Path, to: &Path) -> Result<(), String> {
    let earlier = fs::read_dir(to).is_ok_and(|mut files| files.next().is_some());
    if earlier && !to.join(SUMS).is_file() {
        return Err(format!("{} is there, but is no release: it was left as it is", to.display()));
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    remove(&unfinished)?;
    let crates = licences::linked(shell)?;
    pack(&shell.root, from, &unfinished, &crates, &licences::Compiler::of(shell)?)?;
    remove(to)?;
    fs::rename(&unfinished, to).map_err(|e| format!("{} can not be put in place: {e}", to.display()))?;
    println!("The release is in {}; its sums are in {SUMS}.", to.display());
    Ok(())
}

fn pack(root: &Path, from: &Path, to: &Path, crates: &[Crate], compiler: &licences::Compiler) -> Result<(), String> {
    if let Some(missing) = NEEDED.iter().find(|name| !from.join(name).is_file()) {
        return Err(format!(
            "{} has no {missing}: it is not what `cargo xtask build` writes where npm is at hand",
            from.display()
        ));
    }
    let version = env!("CARGO_PKG_VERSION");
    let files = files(from)?;
    let mut hashes = Map::new();
    for name in &files {
        hashes.insert(name.clone(), hash(&from.join(name))?.into());
        let content = read(&from.join(name))?;
        let file = to.join("v1").join(name);
        if name.rsplit_once('.').is_some_and(|(_, ending)| COMPRESSED.contains(&ending)) {
            write(&with_ending(&file, ".br"), &size::brotli(&content)?)?;
            write(&with_ending(&file, ".gz"), &size::gzip(&content)?)?;
        }
        write(&file, &content)?;
    }
    let pretty = |json: &Value| format!("{json:#}\n").into_bytes();
    write(&to.join("integrity.json"), &pretty(&Value::Object(hashes)))?;
    for (name, content) in npm::package(root, from, &files, version)? {
        write(&to.join("npm").join(name), &content)?;
    }
    // Whoever passes the wasm on has to pass these on too.
    for folder in [to.to_path_buf(), to.join("npm")] {
        write(&folder.join("licences.txt"), licences::text(crates, compiler).as_bytes())?;
        if let Some(notices) = &compiler.notices {
            write(&folder.join(licences::NOTICES), notices)?;
        }
    }
    write(&to.join("sbom.cdx.json"), &pretty(&licences::sbom(crates, compiler, version)))?;
    write(&to.join(SUMS), sums(to)?.as_bytes())
}

/// As `sha256sum` prints and checks them.
fn sums(folder: &Path) -> Result<String, String> {
    let line = |name: String| {
        let sum: String = Sha256::digest(read(&folder.join(&name))?).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{sum}  {name}\n"))
    };
    files(folder)?.into_iter().map(line).collect()
}

/// The names of all files below a folder, with slashes on every system, in the order of their bytes, whatever order the
/// folder has.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>, String> {
    fn gather(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), String> {
        let failed = |e| format!("{} can not be read: {e}", folder.display());
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| format!("{} has a name that is no Unicode", path.display()))?;
            if path.is_dir() {
                gather(&path, &format!("{prefix}{name}/"), names)?;
            } else {
                names.push(format!("{prefix}{name}"));
            }
        }
        Ok(())
    }
    let mut names = Vec::new();
    gather(folder, "", &mut names)?;
    names.sort();
    Ok(names)
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub(crate) fn remove(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} can not be removed: {e}", folder.display()))
        }
        _ => Ok(()),
    }
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|e| format!("{} can not be read: {e}", file.display()))
}

fn write(file: &Path, content: &[u8]) -> Result<(), String> {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(file, content)).map_err(|e| format!("{} can not be written: {e}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A folder of this test's own, gone afterwards.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("tao-dist-{name}-{}", std::process::id()));
            remove(&folder).unwrap();
            Self(folder)
        }

        /// With the files of a build, small and made up.
        fn build(name: &str) -> Self {
            let folder = Self::new(name);
            for file in NEEDED {
                folder.put(file, "made up\n");
            }
            for file in npm::needed() {
                folder.put(file, "made up\n");
            }
            folder.put("locale/de.card.js", "export default()=>\"de\"");
            folder.put("sample/TAO.json", &"[1,2,3,4],".repeat(50));
            folder.put("picture.png", "not compressed twice");
            folder
        }

        fn put(&self, name: &str, content: &str) {
            write(&self.0.join(name), content.as_bytes()).unwrap();
        }

        /// Everything in it.
        fn content(&self) -> BTreeMap<String, Vec<u8>> {
            files(&self.0).unwrap().into_iter().map(|name| (name.clone(), read(&self.0.join(name)).unwrap())).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            remove(&self.0).unwrap();
        }
    }

    fn root() -> PathBuf {
        Shell::new().unwrap().root
    }

    fn packed(build: &Folder, name: &str) -> Folder {
        let release = Folder::new(name);
        let compiler = licences::Compiler { version: "1.2.3".into(), notices: Some(b"<html>".to_vec()) };
        pack(&root(), &build.0, &release.0, &[licences::made_up("a", "1.0.0")], &compiler).unwrap();
        release
    }

    fn text(content: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
        String::from_utf8(content[name].clone()).unwrap()
    }

    #[test]
    fn the_same_files_make_the_same_bytes_and_another_file_makes_other_sums() {
        let build = Folder::build("build-same");
        let first = packed(&build, "same-1").content();
        // Written again, in another order and at another time.
        let copy = Folder::new("build-copy");
        for (name, bytes) in build.content().into_iter().rev() {
            write(&copy.0.join(name), &bytes).unwrap();
        }
        let past = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        fs::File::options().write(true).open(copy.0.join("embed.js")).unwrap().set_modified(past).unwrap();
        assert_eq!(packed(&copy, "same-2").content(), first);

        build.put("locale/de.card.js", "export default()=>\"DE\"");
        let changed = packed(&build, "same-3").content();
        let differ: Vec<&String> = first.keys().filter(|name| first[*name] != changed[*name]).collect();
        let file = "locale/de.card.js";
        let expected = ["SHA256SUMS", "integrity.json"].map(str::to_owned).into_iter();
        let own = ["npm/", "v1/"].map(|folder| format!("{folder}{file}"));
        let mut expected: Vec<String> =
            expected.chain(own).chain([".br", ".gz"].map(|ending| format!("v1/{file}{ending}"))).collect();
        expected.sort();
        assert_eq!(differ, expected.iter().collect::<Vec<_>>());
        let changed_lines = |name: &str| {
            let (a, b) = (text(&first, name), text(&changed, name));
            a.lines().zip(b.lines()).filter(|(a, b)| a != b).count()
        };
        assert_eq!(changed_lines("integrity.json"), 1);
        assert_eq!(changed_lines("SHA256SUMS"), 5);
    }

    #[test]
    fn sums_and_hashes_cover_every_file_in_order() {
        let content = packed(&Folder::build("build-sums"), "sums").content();
        let sums = text(&content, SUMS);
        let named: Vec<&str> = sums.lines().map(|line| &line[66..]).collect();
        assert_eq!(named, content.keys().filter(|name| *name != SUMS).collect::<Vec<_>>());
        assert!(named.is_sorted());
        // Of `printf 'made up\n' | sha256sum`.
        let sum = "b0e76ff73bda4879cbe86fd7040b54dda54b7dfd96a4f2c0724c07814da7fefd";
        assert!(sums.contains(&format!("{sum}  v1/embed.js\n")), "{sums}");
        let hashes: Map<String, Value> = serde_json::from_slice(&content["integrity.json"]).unwrap();
        let plain = |name: &&String| name.starts_with("v1/") && !name.ends_with(".br") && !name.ends_with(".gz");
        assert_eq!(
            hashes.keys().map(|name| format!("v1/{name}")).collect::<Vec<_>>(),
            content.keys().filter(plain).cloned().collect::<Vec<_>>()
        );
    }

    #[test]
    fn texts_are_there_in_both_encodings_and_say_nothing_of_when_and_where() {
        use std::io::Read as _;
        let content = packed(&Folder::build("build-packed"), "packed").content();
        let plain = &content["v1/sample/TAO.json"];
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &content["v1/sample/TAO.json.br"][..], &mut unpacked).unwrap();
        assert_eq!(&unpacked, plain);
        let mut decoder = flate2::read::GzDecoder::new(&content["v1/sample/TAO.json.gz"][..]);
        unpacked.clear();
        decoder.read_to_end(&mut unpacked).unwrap();
        assert_eq!(&unpacked, plain);
        let header = decoder.header().unwrap();
        assert_eq!((header.mtime(), header.filename(), header.operating_system()), (0, None, 255));
        assert!(content.contains_key("v1/picture.png") && !content.contains_key("v1/picture.png.br"));
    }

    #[test]
    fn what_is_no_release_build_is_refused_by_name() {
        let build = Folder::build("build-part");
        fs::remove_file(build.0.join("hashes.js")).unwrap();
        let compiler = licences::Compiler { version: "1".into(), notices: None };
        let error = pack(&root(), &build.0, &Folder::new("part").0, &[], &compiler).unwrap_err();
        assert!(error.contains("has no hashes.js"), "{error}");
    }

    #[test]
    fn a_folder_that_is_no_release_is_left_alone() {
        let [build, other] = ["build-other", "other"].map(Folder::build);
        let error = run(&Shell::new().unwrap(), &build.0, &other.0).unwrap_err();
        assert!(error.contains("is no release"), "{error}");
        assert_eq!(other.content(), build.content());
    }

    #[test]
    fn the_places_are_read_from_the_command_line() {
        let parse = |words: &[&str]| {
            Places::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>(), Path::new("/project"))
        };
        let places = |from: Option<&str>, to: &str| Places { from: from.map(PathBuf::from), to: to.into() };
        assert_eq!(parse(&[]), Ok(places(None, "/project/release")));
        assert_eq!(parse(&["--to", "b", "--from", "a"]), Ok(places(Some("a"), "b")));
        assert!(parse(&["--from"]).is_err_and(|error| error == "--from needs a folder"));
        assert!(parse(&["--form", "a"]).is_err_and(|error| error.starts_with("`--form` is unknown")));
    }
}
