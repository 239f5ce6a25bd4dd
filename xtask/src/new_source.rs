//! `cargo xtask new-source NAME [HOST]`: the guide “Add an exchange” as far as a program can follow it. It writes the
//! new files and the lines in every list, all or none of them, and says where the rest is to be done. What it writes
//! compiles, and its tests fail until somebody has filled in what the venue documents.

use crate::shell::Shell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A text put into a file that is there.
struct Edit {
    file: &'static str,
    /// The place begins after this, which is in the file once; nothing is the file's beginning.
    from: &'static str,
    /// And ends before the next of these; nothing is the file's end.
    to: &'static str,
    /// There before this, which is in the place once; nothing is the end of the list that the place is.
    before: &'static str,
    put: &'static str,
}

const MARKET: &str = "src/market/mod.rs";
const WIRE_TEST: &str = "core/tests/wire.rs";
const FUZZ_WIRE: &str = "core/fuzz/fuzz_targets/wire.rs";
const FUZZ_BOOKS: &str = "core/fuzz/fuzz_targets/books.rs";
const IMPORT: &str = "use tao_conviction_core::wire::{";
/// Where a method ends.
const END: &str = "\n    }\n";

const fn edit(file: &'static str, [from, to, before]: [&'static str; 3], put: &'static str) -> Edit {
    Edit { file, from, to, before, put }
}

/// In the order of the guide. `$name` is NAME, `$Name` the variant, `$NAME` a constant, `$host` an origin.
const EDITS: [Edit; 39] = [
    edit("core/src/wire/mod.rs", ["", "", "mod stream;"], "pub mod $name;\n"),
    edit("core/tests/support/venues.rs", [IMPORT, "};", ""], "$name"),
    edit(
        "core/tests/support/venues.rs",
        ["const VENUES: [Venue; ", "\n];", ""],
        r#"
    Venue {
        name: "$name",
        encode: |candles| {
            // As the venue writes them: this is a guess.
            map(candles, |c| {
                json!([c.open_time.0, text(c.open), text(c.high), text(c.low), text(c.close), text(c.volume)])
            })
        },
        decode: |value| said($name::candles(&read(value))),
        rows: "",
        cells: ["0", "1", "2", "3", "4", "5"],
    }"#,
    ),
    edit(WIRE_TEST, [IMPORT, "};", ""], "$name"),
    edit(WIRE_TEST, ["for refusal in", "]", ""], "$name::refusal"),
    edit(WIRE_TEST, ["fn books(answer: &Json)", "\n    ]", ""], "\n        $name::book(answer)"),
    edit(FUZZ_WIRE, [IMPORT, "};", ""], "$name"),
    edit(FUZZ_WIRE, ["fuzz_target!(", "", "for refusal in"], "check($name::candles(&answer));\n    "),
    edit(FUZZ_WIRE, ["for refusal in", "]", ""], "$name::refusal"),
    edit(FUZZ_BOOKS, [IMPORT, "};", ""], "$name"),
    edit(FUZZ_BOOKS, ["fuzz_target!(", "", "day(binance::day"], "book($name::book(&answer));\n    "),
    edit(MARKET, ["", "", "mod pace;"], "mod $name;\n"),
    edit(MARKET, ["pub(crate) enum Source {", "\n}", "/// Simulated candles"], "/// $Name spot.\n    $Name,\n    "),
    edit(MARKET, [" const ALL: [Self; ", "];", "Self::Sample"], "Self::$Name, "),
    edit(MARKET, [" const DEFAULT: [Self; ", "];", ""], "Self::$Name"),
    edit(
        MARKET,
        ["const fn facts(self)", END, "Self::Sample =>"],
        "Self::$Name => (\"$name\", \"$Name\", \"USDT\"),\n            ",
    ),
    edit(
        MARKET,
        ["async fn page(self", END, "Self::Sample =>"],
        "Self::$Name => ($name::url(request), None),\n            ",
    ),
    edit(
        MARKET,
        ["fn rows(self", END, "Self::Binance | Self::Sample"],
        "Self::$Name => wire::$name::candles(&json),\n            ",
    ),
    edit(
        MARKET,
        ["fn refusal(self)", END, "Self::Binance | Self::Sample"],
        "Self::$Name => wire::$name::refusal,\n            ",
    ),
    edit(
        MARKET,
        ["async fn book(self", END, "Self::Sample => return"],
        "Self::$Name => ($name::book_url(request), None),\n            ",
    ),
    edit(
        MARKET,
        ["async fn book(self", END, "Self::Binance | Self::Sample"],
        "Self::$Name => wire::$name::book(&json),\n            ",
    ),
    edit(
        "src/market/pace.rs",
        ["const fn pace(", "\n}", "// A file beside the widget."],
        "// Not looked up yet: one a second.\n        Source::$Name => (1_000, 30),\n        ",
    ),
    edit(
        "src/market/pace.rs",
        ["for (source, weight, most, within) in [", "\n        ]", ""],
        "\n            // Not looked up yet: how many requests are allowed, in so many milliseconds.\n            \
         (Source::$Name, 1, 0, 1_000)",
    ),
    edit("src/market/history.rs", ["use super::{", "};", ""], "$name"),
    edit(
        "src/market/history.rs",
        ["const fn most(", "\n}", "(Source::Binance |"],
        "// Not looked up yet.\n        (Source::$Name, _) => 500,\n        ",
    ),
    edit(
        "src/market/history.rs",
        ["async fn page(source", "\n}", "Source::Sample =>"],
        "Source::$Name => ($name::past_url(&asked), None),\n        ",
    ),
    edit("src/market/stream.rs", ["const fn stream(self)", END, "Self::Sample =>"], "Self::$Name | "),
    edit("src/config.rs", ["\"sources\" => \"a list of ", "\n", ", or sample alone"], ", $name"),
    edit("page/builder.js", ["const VENUES = {", "};", "sample:"], "$name: [\"$host\"],\n  "),
    edit("page/words.js", ["const SOURCES = {", "}", "sample:"], "$name: \"$Name\", "),
    edit("page/method.js", ["const SOURCE = worded({", "}", "sample:"], "$name: \"$Name\", "),
    edit(
        "index.html",
        ["<select name=\"sources\">", "</select>", "<option value=\"sample\">"],
        "<option>$name</option>",
    ),
    edit(
        "index.html",
        ["What your browser contacts", "</p>", ". The price moves with a stream"],
        ", <code>$domain</code>",
    ),
    edit("README.md", ["| `sources` |", "\n", "; or `sample`"], ", `$name`"),
    edit("README.md", ["needs `script-src HOST", "\n", " wss://data-stream"], " $host"),
    edit("e2e/exchange/venues.ts", ["", "", "import type { FakeVenue }"], "import { $NAME } from './$name.ts';\n"),
    edit("e2e/exchange/venues.ts", ["export type Venue =", "\n", ";"], " | '$name'"),
    edit(
        "e2e/exchange/venues.ts",
        ["export const VENUES: Record<Venue, FakeVenue> = {", "\n}", ""],
        "\n  $name: $NAME",
    ),
    edit("e2e/specs/tabs.spec.ts", ["`tao-conviction|1|TAO|", "`", "|${proxy}"], ",$name"),
];

/// Numbers after these are one more: lengths of arrays.
const COUNTS: [(&str, &str); 4] = [
    ("core/tests/support/venues.rs", "const VENUES: [Venue; "),
    (WIRE_TEST, "-> [Result<Book, Error>; "),
    (MARKET, " const ALL: [Self; "),
    (MARKET, " const DEFAULT: [Self; "),
];

/// New files: where, and what is in them.
const FILES: [(&str, &str); 6] = [
    ("core/src/wire/$name.rs", include_str!("../templates/source/decoder.rs")),
    // Empty: the decoder's tests ask for what the venue documents.
    ("core/fuzz/seeds/wire/$name.json", ""),
    ("core/fuzz/seeds/wire/$name-error.json", ""),
    ("core/fuzz/seeds/books/$name.json", ""),
    ("src/market/$name.rs", include_str!("../templates/source/adapter.rs")),
    ("e2e/exchange/$name.ts", include_str!("../templates/source/venue.ts")),
];

/// What is left: the file, a line of it that is found by this text, and what to do there.
const LEFT: [(&str, &str, &str); 25] = [
    (
        "docs/sources.md",
        "| source | host of candles",
        "say how sure it is that a page may read its answers (CORS), and which host",
    ),
    ("core/fuzz/seeds/wire/$name.json", "", "the documented example of candles, to the letter"),
    ("core/fuzz/seeds/wire/$name-error.json", "", "the documented refusal of an asset that is not listed"),
    ("core/fuzz/seeds/books/$name.json", "", "the documented example of an order book"),
    (
        "core/src/wire/$name.rs",
        "pub fn candles",
        "write the decoder; `day` too, where the venue tells the change of a day",
    ),
    (
        "core/tests/support/venues.rs",
        "name: \"$name\"",
        "write candles as the venue does, and say where the cells stand",
    ),
    ("src/market/$name.rs", "const HOST", "the host, the paths of candles, past and order book"),
    (
        MARKET,
        "Self::$Name => (\"$name\"",
        "the name that is shown and the currency of its prices; then page/words.js and page/method.js alike",
    ),
    (MARKET, "let most = match self", "where an answer holds fewer than 500 candles: `MAX_ROWS` of the adapter"),
    ("src/market/pace.rs", "Source::$Name => (", "our pace, well under what it allows"),
    ("src/market/pace.rs", "(Source::$Name, 1, 0", "what it allows, as it publishes it"),
    ("src/market/history.rs", "(Source::$Name, _) =>", "how many candles of the past one answer holds"),
    (
        "src/market/stream.rs",
        "Self::$Name | ",
        "if it has a stream of candles: here, in core/src/wire/stream.rs and in e2e/exchange/socket.ts",
    ),
    ("page/builder.js", "$name: [\"$host\"", "the host, and that of its stream; in index.html and the README too"),
    ("e2e/exchange/$name.ts", "answer:", "the counterpart, as the venue documents itself"),
    ("e2e/exchange/holdings.ts", "function more(", "where answers come in pages: here and in `nextPage`"),
    (
        "e2e/exchange/matrix.ts",
        "const UNKNOWN:",
        "what it says of an asset that it does not list; and where it shows something else (`except`, `only`)",
    ),
    ("e2e/specs/server.spec.ts", "const CANDLES:", "rows for it in `CANDLES`, `words` and `errors`"),
    ("e2e/specs/exchange.spec.ts", "const paths:", "its paths, and a `describe` that holds it to its documentation"),
    ("e2e/specs/traffic.spec.ts", "const REQUESTS:", "its requests; the spec prints the row for docs/sources.md"),
    ("e2e/specs/record.spec.ts", "] as Venue[]", "its name in the list"),
    ("e2e/specs/sources.spec.ts", "'Hyperliquid perpetual'", "the name that is shown"),
    ("e2e/specs/panel.spec.ts", "'Hyperliquid perpetual', ", "the name that is shown, and one more in all"),
    ("docs/faults.md", "", "write it: cd e2e && TAO_WRITE=1 npx playwright test specs/matrix.spec.ts"),
    (
        "CHANGELOG.md",
        "Candles from ",
        "a line; then `cargo xtask size`, and the figures in docs/sources.md and the README",
    ),
];

/// Words that can't be a module, and those that mean something else in `sources`.
const RESERVED: &str = " abstract as async await become box break const continue core crate do dyn else enum export \
    extern false final fn for function if impl import in let loop macro match mod move mut new null override priv pub \
    ref return sample self static std struct super this trait true try type typeof undefined unsafe unsized use var \
    virtual void where while with yield ";

/// Everything that changes: new content by file, of files that are there and of new ones.
#[derive(Debug)]
pub(crate) struct Plan {
    changed: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
    /// Where to go on, in order.
    left: Vec<String>,
}

pub(crate) fn run(shell: &Shell, rest: &[String]) -> Result<(), String> {
    let (name, host) = match rest {
        [name] => (name, None),
        [name, host] => (name, Some(host.as_str())),
        _ => {
            return Err(
                "takes a name and, if it is known, the host: `new-source bitstamp https://www.bitstamp.net`".into()
            );
        }
    };
    let plan = scaffold(&shell.root, name, host)?;
    println!("New, and their tests fail until you have filled in what the venue documents:");
    plan.new.keys().for_each(|file| println!("  {file}"));
    println!("\nLines for it were added to:");
    plan.changed.keys().for_each(|file| println!("  {file}"));
    println!("\nLeft to do, in this order (docs/contributing.md, “Add an exchange”, says more):");
    plan.left.iter().enumerate().for_each(|(index, line)| println!("{:4}. {line}", index + 1));
    println!(
        "\n`git diff` shows what was done; `cargo test -p tao-conviction-core wire::{name}` what is asked for next."
    );
    Ok(())
}

/// Does it below `root`, or nothing.
pub(crate) fn scaffold(root: &Path, name: &str, host: Option<&str>) -> Result<Plan, String> {
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    let mut plan = plan(name, host, &read)?;
    write(root, &plan)?;
    // Lists grow into several lines and imports are put in order; all that was written is formatted already.
    let rust: Vec<&String> = plan.changed.keys().chain(plan.new.keys()).filter(|file| file.ends_with(".rs")).collect();
    let formatted =
        std::process::Command::new("rustfmt").current_dir(root).args(["--edition", "2024"]).args(rust).status();
    if !formatted.is_ok_and(|status| status.success()) {
        println!("rustfmt could not format what was written: run `cargo fmt --all`.");
    }
    plan.left = left(name, host, &read)?;
    Ok(plan)
}

fn plan(name: &str, host: Option<&str>, read: &dyn Fn(&str) -> Option<String>) -> Result<Plan, String> {
    check_name(name)?;
    check_host(host)?;
    if read(&format!("src/market/{name}.rs")).is_some_and(|text| text.contains("const HOST")) {
        return Err(format!("`{name}` is a source already: src/market/{name}.rs"));
    }
    let fill = |text: &str| filled(text, name, host);
    let new: BTreeMap<String, String> = FILES.iter().map(|(file, text)| (fill(file), fill(text))).collect();
    if let Some(file) = new.keys().find(|file| read(file).is_some()) {
        return Err(format!("{file} is there already, and nothing is overwritten: choose another name"));
    }
    let mut changed = BTreeMap::new();
    let mut missing = Vec::new();
    let mut change = |file: &str, work: &dyn Fn(&str) -> Result<String, String>| match changed
        .get(file)
        .cloned()
        .or_else(|| read(file))
        .ok_or("the file is missing".into())
        .and_then(|t| work(&t))
    {
        Ok(text) => drop(changed.insert(file.to_owned(), text)),
        Err(fault) => missing.push(format!("{file}: {fault}")),
    };
    for (file, anchor) in COUNTS {
        change(file, &|text| one_more(text, anchor));
    }
    for edit in &EDITS {
        change(edit.file, &|text| inserted(text, edit, &fill(edit.put)));
    }
    if !missing.is_empty() {
        return Err(format!(
            "nothing was changed, since not every place was found (EDITS in xtask/src/new_source.rs names them):\n  {}",
            missing.join("\n  ")
        ));
    }
    Ok(Plan { changed, new, left: Vec::new() })
}

fn check_name(name: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_identifier = name.bytes().all(plain) && name.starts_with(|first: char| first.is_ascii_lowercase());
    if !is_identifier || !(2..=20).contains(&name.len()) {
        return Err(format!(
            "`{name}` can't be a source's name: 2 to 20 lower-case letters and digits, a letter first, as in `bybit`"
        ));
    }
    if RESERVED.contains(&format!(" {name} ")) {
        return Err(format!("`{name}` has a meaning of its own in the code: choose another name"));
    }
    Ok(())
}

fn check_host(host: Option<&str>) -> Result<(), String> {
    let is_origin = |host: &str| {
        host.strip_prefix("https://").is_some_and(|domain| {
            domain.contains('.') && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        })
    };
    match host {
        Some(host) if !is_origin(host) => {
            Err(format!("`{host}` is no host: `https://` and a domain, without a path, as in `https://api.bybit.com`"))
        }
        _ => Ok(()),
    }
}

/// The text with the names in place. Without a host a domain stands in that exists nowhere.
fn filled(text: &str, name: &str, host: Option<&str>) -> String {
    let unknown = format!("https://{name}.invalid");
    let host = host.unwrap_or(&unknown);
    let mut variant = name.to_owned();
    variant[..1].make_ascii_uppercase();
    text.replace("$name", name)
        .replace("$Name", &variant)
        .replace("$NAME", &name.to_ascii_uppercase())
        .replace("$host", host)
        .replace("$domain", host.trim_start_matches("https://"))
}

/// Where the only `anchor` ends.
fn after(text: &str, anchor: &str) -> Result<usize, String> {
    match text.matches(anchor).count() {
        1 => Ok(text.find(anchor).map_or(0, |at| at + anchor.len())),
        count => Err(format!("`{}` is there {count} times and not once", anchor.trim())),
    }
}

fn inserted(text: &str, edit: &Edit, put: &str) -> Result<String, String> {
    let begin = if edit.from.is_empty() { 0 } else { after(text, edit.from)? };
    let rest = text.get(begin..).unwrap_or_default();
    let length = if edit.to.is_empty() { Some(rest.len()) } else { rest.find(edit.to) };
    let length = length.ok_or_else(|| format!("no `{}` follows `{}`", edit.to.trim(), edit.from.trim()))?;
    let place = &rest[..length];
    if !edit.before.is_empty() {
        let at = begin + after(place, edit.before).map_err(|e| format!("after `{}` {e}", edit.from.trim()))?;
        let (head, tail) = text.split_at(at - edit.before.len());
        return Ok(format!("{head}{put}{tail}"));
    }
    // A list has one item at least; where each has a line of its own, a comma follows the last.
    let items = place.trim_end();
    let (head, tail) = text.split_at(begin + items.len());
    let space = if put.starts_with('\n') { "" } else { " " };
    Ok(if items.ends_with(',') { format!("{head}{space}{put},{tail}") } else { format!("{head},{space}{put}{tail}") })
}

fn one_more(text: &str, anchor: &str) -> Result<String, String> {
    let at = after(text, anchor)?;
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let number: u32 = text[at..at + digits].parse().map_err(|_| format!("no number follows `{}`", anchor.trim()))?;
    Ok(format!("{}{}{}", &text[..at], number + 1, &text[at + digits..]))
}

/// The lines of [`LEFT`] with their places.
fn left(name: &str, host: Option<&str>, read: &dyn Fn(&str) -> Option<String>) -> Result<Vec<String>, String> {
    let fill = |text: &str| filled(text, name, host);
    LEFT.iter()
        .map(|(file, find, what)| {
            let (file, find) = (fill(file), fill(find));
            let text = read(&file).ok_or_else(|| format!("{file} can not be read"))?;
            let line = text.lines().position(|line| line.contains(&find)).or(find.is_empty().then_some(0));
            let line = line.ok_or_else(|| format!("{file} has no line with `{find}`"))? + 1;
            Ok(format!("{file}:{line}  {}", fill(what)))
        })
        .collect()
}

/// Writes all files, or puts back what was there.
fn write(root: &Path, plan: &Plan) -> Result<(), String> {
    let mut done: Vec<(std::path::PathBuf, Option<Vec<u8>>)> = Vec::new();
    for (file, text) in plan.new.iter().chain(&plan.changed) {
        let path = root.join(file);
        let before = fs::read(&path).ok();
        done.push((path.clone(), before));
        if let Err(error) = fs::write(&path, text) {
            for (path, before) in done {
                // Whatever else fails now, the first error is the one to tell of.
                let _ = before.map_or_else(|| fs::remove_file(&path), |bytes| fs::write(&path, bytes));
            }
            return Err(format!("{} can not be written, and what was written was taken back: {error}", path.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist;
    use crate::tools;

    fn shell() -> Shell {
        Shell::new().unwrap()
    }

    fn project(file: &str) -> Option<String> {
        fs::read_to_string(shell().root.join(file)).ok()
    }

    #[test]
    fn every_place_that_has_to_know_a_source_is_found() {
        let plan = plan("example", Some("https://api.example.com"), &project).unwrap();
        let read =
            |file: &str| plan.changed.get(file).or_else(|| plan.new.get(file)).cloned().or_else(|| project(file));
        let left = left("example", Some("https://api.example.com"), &read).unwrap();
        assert_eq!(left.len(), LEFT.len());
        // What the guide's grep finds is either done, named as left, or one of those that say nothing of a list.
        let readme = &plan.changed["README.md"];
        assert!(
            readme.contains("`okx`, `example`; or `sample`")
                && readme.contains("https://www.okx.com https://api.example.com wss://")
        );
        assert!(plan.changed["src/config.rs"].contains("okx, example, or sample alone"));
        assert!(
            plan.changed["index.html"].contains("<code>www.okx.com</code>, <code>api.example.com</code>. The price")
        );
        assert!(plan.changed["e2e/exchange/venues.ts"].contains("| 'okx' | 'example';"));
        assert!(plan.changed["e2e/exchange/venues.ts"].contains("\n  okx: OKX,\n  example: EXAMPLE,\n};"));
        assert!(
            plan.changed[MARKET].contains("const DEFAULT: [Self; 7]")
                && plan.changed[MARKET].contains("ALL: [Self; 8]")
        );
    }

    #[test]
    fn nothing_is_changed_where_a_place_is_missing_and_it_is_named() {
        let moved = |file: &str| project(file).map(|text| text.replace("const fn pace(", "const fn tempo("));
        let error = plan("example", None, &moved).unwrap_err();
        assert!(
            error.contains("nothing was changed") && error.contains("src/market/pace.rs: `const fn pace(`"),
            "{error}"
        );
        let gone = |file: &str| project(file).filter(|_| file != "page/words.js");
        let error = plan("example", None, &gone).unwrap_err();
        assert!(error.contains("page/words.js: the file is missing"), "{error}");
    }

    #[test]
    fn a_name_that_can_not_be_one_is_refused_with_the_reason() {
        for name in ["", "x", "Bitstamp", "bit-stamp", "9ex", "bit_stamp", "../x", "abcdefghijklmnopqrstu"] {
            assert!(plan(name, None, &project).unwrap_err().contains("can't be a source's name"), "{name}");
        }
        for name in ["sample", "match", "core", "import"] {
            assert!(plan(name, None, &project).unwrap_err().contains("a meaning of its own"), "{name}");
        }
        assert!(plan("okx", None, &project).unwrap_err().contains("is a source already"));
        // A file of another kind: core's decoders have one of that name.
        assert!(plan("book", None, &project).unwrap_err().contains("core/src/wire/book.rs is there already"));
        for host in
            ["http://api.example.com", "api.example.com", "https://api.example.com/v1", "https://a.b\"", "https://x"]
        {
            assert!(plan("example", Some(host), &project).unwrap_err().contains("is no host"), "{host}");
        }
    }

    #[test]
    fn a_list_gets_its_item_whether_it_is_one_line_or_many() {
        let edit = edit("", ["[", "]", ""], "");
        assert_eq!(inserted("x = [a, b];", &edit, "c").unwrap(), "x = [a, b, c];");
        assert_eq!(inserted("x = [\n  a,\n  b,\n];", &edit, "\n  c").unwrap(), "x = [\n  a,\n  b,\n  c,\n];");
        assert!(inserted("x = [a]; y = [b];", &edit, "c").unwrap_err().contains("2 times"));
        assert!(inserted("x = [a", &edit, "c").unwrap_err().contains("no `]` follows"));
        assert_eq!(one_more("[Self; 9]", "[Self; ").unwrap(), "[Self; 10]");
    }

    #[test]
    fn a_write_that_fails_takes_back_the_others() {
        let root = std::env::temp_dir().join(format!("tao-conviction-write-{}", std::process::id()));
        fs::create_dir_all(root.join("b")).unwrap();
        fs::write(root.join("a"), "before").unwrap();
        // `b` is a folder, so it can't be written.
        let changed = ["a", "b"].map(|file| (file.to_owned(), "after".to_owned())).into();
        let new = [("0".to_owned(), "new".to_owned())].into();
        let error = write(&root, &Plan { changed, new, left: Vec::new() }).unwrap_err();
        assert!(error.contains("taken back"), "{error}");
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "before");
        assert!(!root.join("0").exists());
        fs::remove_dir_all(root).unwrap();
    }

    /// The parts of the project that a scaffold touches or Cargo needs, below the target folder: always the same place,
    /// so that only what has changed is built again.
    fn copy(shell: &Shell) -> std::path::PathBuf {
        let copy = tools::target_folder(shell).unwrap().join("new-source");
        let _ = fs::remove_dir_all(copy.join("core"));
        let _ = fs::remove_dir_all(copy.join("src"));
        let _ = fs::remove_dir_all(copy.join("e2e"));
        let mut files: Vec<String> = [
            "Cargo.toml",
            "Cargo.lock",
            "build.rs",
            "rustfmt.toml",
            "clippy.toml",
            "index.html",
            "README.md",
            "CHANGELOG.md",
            "catalysts.json",
        ]
        .map(str::to_owned)
        .into();
        for folder in [
            "core",
            "src",
            "catalysts",
            "scoring",
            "web",
            "xtask",
            "patches",
            "locales",
            "style",
            "page",
            "sample",
            "docs",
            "e2e/exchange",
            "e2e/specs",
        ] {
            let names = dist::files(&shell.root.join(folder)).unwrap();
            files.extend(names.into_iter().map(|name| format!("{folder}/{name}")));
        }
        for file in files.iter().filter(|file| !file.contains("/target/")) {
            let content = fs::read(shell.root.join(file)).unwrap();
            let to = copy.join(file);
            // What is as it was stays untouched, and Cargo builds it no second time.
            if fs::read(&to).ok().as_ref() != Some(&content) {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(to, content).unwrap();
            }
        }
        copy
    }

    /// Of a whole copy of the project: what is written compiles, is formatted, and asks for what it lacks.
    #[test]
    fn what_is_written_compiles_and_its_tests_ask_for_the_documented_example() {
        let shell = shell();
        let copy = copy(&shell);
        scaffold(&copy, "example", Some("https://api.example.com")).unwrap();
        let target = tools::target_folder(&shell).unwrap();
        let cargo = |arguments: &[&str]| {
            let mut cargo = shell.cargo();
            cargo.current_dir(&copy).env("CARGO_TARGET_DIR", &target).args(arguments);
            let output = cargo.output().unwrap();
            let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
            (output.status.success(), said)
        };
        let (formatted, said) = cargo(&["fmt", "-p", "tao-conviction", "-p", "tao-conviction-core", "--check"]);
        assert!(formatted, "{said}");
        // Not optimized, as the workspace has it for the long tests of the core: it is built for a moment only.
        let plain = "profile.dev.package.tao-conviction-core.opt-level=0";
        let core = ["test", "--config", plain, "-p", "tao-conviction-core", "--offline", "--no-fail-fast"];
        let (passed, said) =
            cargo(&[&core[..], &["--lib", "--test", "wire", "--", "wire::example", "what_a_venue"]].concat());
        assert!(said.contains("Running unittests") && said.contains("Running tests/wire.rs"), "it compiles: {said}");
        assert!(!passed && said.contains("0 passed; 4 failed"), "{said}");
        for file in ["wire/example.json", "wire/example-error.json", "books/example.json"] {
            let wanted = format!("fill in the documented example: core/fuzz/seeds/{file} is empty");
            assert!(said.contains(&wanted), "{wanted}: {said}");
        }
        assert!(said.contains("the decoder of example is not written yet"), "{said}");
        // A second one finds all places too, although the lists have grown.
        scaffold(&copy, "another", None).unwrap();
        let again = scaffold(&copy, "example", None).unwrap_err();
        assert!(again.contains("is a source already"), "{again}");
    }
}
