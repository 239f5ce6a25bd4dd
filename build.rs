//! Packs the widget's styles: they travel inside the wasm, without comments and line breaks.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut styles = String::new();
    let panel = env::var_os("CARGO_FEATURE_PANEL").map(|_| ["style/panel.css", "style/chart.css"]);
    for path in ["style/tokens.css", "style/widget.css"].into_iter().chain(panel.into_iter().flatten()) {
        println!("cargo::rerun-if-changed={path}");
        styles.push_str(&fs::read_to_string(path)?);
    }
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    fs::write(folder.join("widget.css"), packed(&styles))
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
