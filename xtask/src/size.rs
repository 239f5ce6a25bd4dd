//! What a reader downloads: raw, gzip and brotli sizes of the files an embed or the JS API loads, each with its brotli budget.
//! The budgets are promises of the embed contract, so a file over budget fails the test run.

use crate::shell::Shell;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// One line of the table: files that are counted together, and how many bytes they may have in brotli.
struct Budget {
    name: &'static str,
    files: fn(&Path) -> Vec<PathBuf>,
    brotli: usize,
}

const BUDGETS: [Budget; 11] = [
    Budget { name: "embed.js", files: |root| vec![root.join("dist/embed.js")], brotli: 2048 },
    // In the card's wasm; the panel's own travel with the panel.
    Budget {
        name: "styles of a card",
        files: |root| ["tokens", "widget"].map(|name| root.join(format!("style/{name}.css"))).into(),
        brotli: 4096,
    },
    Budget { name: "tao-conviction.js", files: |root| vec![root.join("dist/tao-conviction.js")], brotli: 6144 },
    Budget {
        name: "tao-conviction_bg.wasm",
        files: |root| vec![root.join("dist/tao-conviction_bg.wasm")],
        brotli: 102_400,
    },
    // The panel's part holds all of the card's and is loaded instead of it.
    Budget { name: "panel.js", files: |root| vec![root.join("dist/panel.js")], brotli: 7168 },
    Budget { name: "panel_bg.wasm", files: |root| vec![root.join("dist/panel_bg.wasm")], brotli: 204_800 },
    // Of those a reader of another language fetches: one with the card, and one for each tab that is looked at.
    Budget { name: "largest file of texts", files: |root| largest(&root.join("dist/locale")), brotli: 2048 },
    // Fetched when a score of TAO is shown, and never waited for.
    Budget { name: "catalysts.js", files: |root| vec![root.join("dist/catalysts.js")], brotli: 4096 },
    Budget { name: "catalysts_bg.wasm", files: |root| vec![root.join("dist/catalysts_bg.wasm")], brotli: 20_480 },
    // The JS API: fetched only by those who import it, and by no embed.
    Budget { name: "scoring.js", files: |root| vec![root.join("dist/scoring.js")], brotli: 6144 },
    Budget { name: "scoring_bg.wasm", files: |root| vec![root.join("dist/scoring_bg.wasm")], brotli: 61_440 },
];

/// The sizes of one budget's files in bytes, or why there are none.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) sizes: Result<Sizes, String>,
    pub(crate) budget: usize,
}

pub(crate) struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Measured {
    pub(crate) fn within_budget(&self) -> bool {
        self.sizes.as_ref().is_ok_and(|sizes| sizes.brotli <= self.budget)
    }
}

/// Prints the table and returns its lines.
pub(crate) fn report(shell: &Shell) -> Vec<Measured> {
    let lines: Vec<Measured> = BUDGETS.iter().map(|budget| measure(&shell.root, budget)).collect();
    println!("{:24}{:>10}{:>10}{:>11}{:>10}  verdict", "file (bytes)", "raw", "gzip -9", "brotli 11", "budget");
    for line in &lines {
        match &line.sizes {
            Ok(sizes) => {
                let verdict = match sizes.brotli.checked_sub(line.budget) {
                    None | Some(0) => "within".to_string(),
                    Some(excess) => format!("{excess} over"),
                };
                println!(
                    "{:24}{:>10}{:>10}{:>11}{:>10}  {verdict}",
                    line.name, sizes.raw, sizes.gzip, sizes.brotli, line.budget
                );
            }
            Err(reason) => println!("{:24}{reason}", line.name),
        }
    }
    lines
}

fn measure(root: &Path, budget: &Budget) -> Measured {
    let files = (budget.files)(root);
    let sizes = if files.is_empty() { Err("there is no such file".into()) } else { sizes_of(&files) };
    Measured { name: budget.name, sizes, budget: budget.brotli }
}

/// The file of a folder that is largest as it travels, if there is any.
fn largest(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let size = |file: &PathBuf| sizes_of(std::slice::from_ref(file)).map_or(0, |sizes| sizes.brotli);
    files.max_by_key(size).into_iter().collect()
}

fn sizes_of(files: &[PathBuf]) -> Result<Sizes, String> {
    let mut content = Vec::new();
    for file in files {
        content.extend(std::fs::read(file).map_err(|e| format!("{} can not be read: {e}", file.display()))?);
    }
    Ok(Sizes { raw: content.len(), gzip: gzip(&content)?.len(), brotli: brotli(&content)?.len() })
}

pub(crate) fn gzip(content: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|e| format!("gzip failed: {e}"))
}

pub(crate) fn brotli(content: &[u8]) -> Result<Vec<u8>, String> {
    let settings =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &settings).map_err(|e| format!("brotli failed: {e}"))?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    const TEXT: &[u8] = b"conviction conviction conviction conviction conviction conviction";

    #[test]
    fn compressed_content_is_smaller_and_unpacks_to_itself() {
        let packed = gzip(TEXT).unwrap();
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, TEXT);
        assert!(packed.len() < TEXT.len());

        let packed = brotli(TEXT).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, TEXT);
        assert!(packed.len() < TEXT.len());
    }

    #[test]
    fn a_file_of_exactly_its_budget_is_within_it_and_one_byte_more_is_not() {
        let line = |brotli| Measured { name: "x", sizes: Ok(Sizes { raw: 9, gzip: 9, brotli }), budget: 5 };
        assert!(line(5).within_budget());
        assert!(!line(6).within_budget());
    }

    #[test]
    fn a_missing_file_is_never_within_budget() {
        let missing = Budget { name: "x", files: |root| vec![root.join("no-such-file")], brotli: 100 };
        let measured = measure(Path::new("nowhere"), &missing);
        assert!(measured.sizes.as_ref().is_err_and(|reason| reason.contains("no-such-file")));
        assert!(!measured.within_budget());
        let none = Budget { name: "x", files: |_| Vec::new(), brotli: 100 };
        assert!(!measure(Path::new("nowhere"), &none).within_budget());
    }
}
