//! Packs what travels inside the wasm: the widget's styles, without comments and line breaks, and its English texts, a
//! line each, in the order of locales/en.json, which is the order of the files in other languages too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    styles(&folder)?;
    catalog(&folder)
}

fn styles(folder: &Path) -> io::Result<()> {
    let mut styles = String::new();
    let panel =
        env::var_os("CARGO_FEATURE_PANEL").map(|_| ["style/panel.css", "style/chart.css", "style/watchlist.css"]);
    for path in ["style/tokens.css", "style/widget.css"].into_iter().chain(panel.into_iter().flatten()) {
        println!("cargo::rerun-if-changed={path}");
        styles.push_str(&fs::read_to_string(path)?);
    }
    fs::write(folder.join("widget.css"), packed(&styles))
}

/// The texts of a part of the widget stand together: a card needs the first alone. The watchlist's are few, and stand with
/// the record's: another file is another request.
const SECTIONS: [&str; 4] = ["card", "panel", "catalysts", "record"];

fn catalog(folder: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed=locales/en.json");
    let english: BTreeMap<String, Vec<String>> = serde_json::from_str(&fs::read_to_string("locales/en.json")?)?;
    let needed = if env::var_os("CARGO_FEATURE_PANEL").is_some() { SECTIONS.len() } else { 1 };
    let texts: Vec<&String> = SECTIONS.iter().take(needed).filter_map(|name| english.get(*name)).flatten().collect();
    let lines: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
    fs::write(folder.join("catalog.txt"), lines.join("\n"))
}

/// Without comments, and with a single space for white space, where it can't be left out. No text in the styles holds
/// any of these characters.
fn packed(css: &str) -> String {
    let without_comments: String = css
        .split("/*")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("*/").map_or("", |(_, rest)| rest) })
        .collect();
    let mut css = without_comments.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ";"] {
        css = css.split(mark).map(str::trim).collect::<Vec<_>>().join(mark);
    }
    css.replace(";}", "}").replace(": ", ":")
}
