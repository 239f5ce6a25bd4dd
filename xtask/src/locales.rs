//! The texts of other languages: checked against the English ones, and packed as the files that the widget fetches.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Texts by part of the widget; in English a list, in order, in other languages by their English.
type Sections<T> = BTreeMap<String, T>;

/// Every language with its packed files' names and contents, or what is wrong with one of them.
pub(crate) fn packed(root: &Path) -> Result<Vec<(String, String)>, String> {
    let folder = root.join("locales");
    let english: Sections<Vec<String>> = read(&folder.join("en.json"))?;
    let mut files = Vec::new();
    for language in languages(&folder)? {
        let texts: Sections<BTreeMap<String, String>> = read(&folder.join(format!("{language}.json")))?;
        let problems = problems(&language, &english, &texts);
        if !problems.is_empty() {
            return Err(format!("locales/{language}.json can't be used:\n  {}", problems.join("\n  ")));
        }
        for (section, wanted) in &english {
            let lines: Vec<&str> =
                wanted.iter().filter_map(|text| Some(texts.get(section)?.get(text)?.as_str())).collect();
            // The first part begins with the language and its direction.
            let head =
                if section == "card" { format!("{language}\n{}\n", direction(&language)) } else { String::new() };
            let module = format!("export default()=>{}", Value::String(head + &lines.join("\n")));
            files.push((format!("{language}.{section}.js"), module));
        }
    }
    Ok(files)
}

/// Writes the files into the build that Trunk is making.
pub(crate) fn write(root: &Path, staging: &Path) -> Result<(), String> {
    let folder = staging.join("locale");
    let failed = |e| format!("{} can not be written: {e}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for (name, content) in packed(root)? {
        fs::write(folder.join(name), content).map_err(failed)?;
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{} can not be read: {e}", file.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{} is not what it should be: {e}", file.display()))
}

/// The languages beside English, in alphabetical order.
fn languages(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{} can not be read: {e}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut languages: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).filter(|name| name != "en").collect();
    languages.sort();
    Ok(languages)
}

/// What is missing, left over or broken; each names the text.
fn problems(
    language: &str,
    english: &Sections<Vec<String>>,
    texts: &Sections<BTreeMap<String, String>>,
) -> Vec<String> {
    // No spaces are written between sentences there.
    let spaced = !matches!(language, "ja" | "zh");
    let mut problems = Vec::new();
    for (section, wanted) in english {
        let nothing = BTreeMap::new();
        let had = texts.get(section).unwrap_or(&nothing);
        for text in wanted {
            match had.get(text) {
                None => problems.push(format!("{section}: “{text}” is missing")),
                Some(own) if own.trim().is_empty() && !text.trim().is_empty() => {
                    problems.push(format!("{section}: “{text}” is empty"));
                }
                Some(own) if places(own) != places(text) => {
                    problems.push(format!("{section}: “{own}” has other places than “{text}”"));
                }
                Some(own) if own.contains('\n') => problems.push(format!("{section}: “{own}” has a line break")),
                Some(own) if spaced && ends(own) != ends(text) => {
                    problems.push(format!("{section}: “{own}” begins or ends with other spaces than “{text}”"));
                }
                Some(_) => {}
            }
        }
        for text in had.keys().filter(|text| !wanted.contains(text)) {
            problems.push(format!("{section}: “{text}” is no text of the widget"));
        }
    }
    problems.extend(
        texts
            .keys()
            .filter(|section| !english.contains_key(*section))
            .map(|section| format!("“{section}” is no part of the widget")),
    );
    problems
}

/// Which way it is written.
fn direction(language: &str) -> &'static str {
    if matches!(language, "ar" | "fa" | "he" | "ur") { "rtl" } else { "ltr" }
}

/// Whether there is a space at the beginning and at the end.
fn ends(text: &str) -> (bool, bool) {
    (text.starts_with(' '), text.ends_with(' '))
}

/// The places of a text, sorted; a brace that belongs to none is one too.
fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> =
        text.split('{').skip(1).map(|piece| piece.split('}').next().unwrap_or_default()).collect();
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
    }

    #[test]
    fn every_language_has_every_text_and_no_other() {
        let files = packed(root()).unwrap();
        for language in ["ar", "de", "es", "fr", "ja", "pt", "zh"] {
            let own = files.iter().filter(|(name, _)| name.starts_with(&format!("{language}.")));
            assert_eq!(own.count(), 4, "{language}");
        }
    }

    #[test]
    fn every_text_of_the_catalog_is_said_somewhere() {
        let english: Sections<Vec<String>> = read(&root().join("locales/en.json")).unwrap();
        let mut sources = String::new();
        let mut folders = vec![root().join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push_str(&fs::read_to_string(path).unwrap());
                }
            }
        }
        let sources = sources.replace("\\u{a0}", "\u{a0}").replace("\\u{2212}", "\u{2212}");
        let all: Vec<&String> = english.values().flatten().collect();
        for (place, text) in all.iter().enumerate() {
            assert!(sources.contains(&format!("\"{text}\"")), "nobody says “{text}”");
            assert!(!all[..place].contains(text), "“{text}” stands twice");
        }
        assert!(all.len() > 400);
    }

    #[test]
    fn what_is_wrong_with_a_language_is_named() {
        let english =
            Sections::from([("card".to_owned(), vec!["{0} of {1}".to_owned(), " · x".to_owned(), "a".to_owned()])]);
        let of = |texts: &[(&str, &str)]| {
            let texts = texts.iter().map(|(text, own)| ((*text).to_owned(), (*own).to_owned())).collect();
            problems("de", &english, &Sections::from([("card".to_owned(), texts)]))
        };
        assert_eq!(of(&[("{0} of {1}", "{1}: {0}"), (" · x", " · y"), ("a", "b")]), [""; 0]);
        let wrong = of(&[("{0} of {1}", "{0} von {0}"), (" · x", "· y"), ("b", "c")]);
        let expected = [
            "card: “{0} von {0}” has other places than “{0} of {1}”",
            "card: “· y” begins or ends with other spaces than “ · x”",
            "card: “a” is missing",
            "card: “b” is no text of the widget",
        ];
        assert_eq!(wrong, expected);
    }

    #[test]
    fn a_packed_file_returns_its_texts_in_the_order_of_the_english_ones() {
        let files = packed(root()).unwrap();
        let english: Sections<Vec<String>> = read(&root().join("locales/en.json")).unwrap();
        let own: Sections<BTreeMap<String, String>> = read(&root().join("locales/de.json")).unwrap();
        let (_, module) = files.iter().find(|(name, _)| name == "de.card.js").unwrap();
        let text: String = serde_json::from_str(module.strip_prefix("export default()=>").unwrap()).unwrap();
        let lines: Vec<&str> = text.split('\n').collect();
        assert_eq!(lines.len(), english["card"].len() + 2);
        assert_eq!(lines[..2], ["de", "ltr"]);
        assert_eq!(lines[9], own["card"][&english["card"][7]]);
    }

    #[test]
    fn the_loader_knows_every_language() {
        let loader = fs::read_to_string(root().join("embed.js")).unwrap();
        let languages = languages(&root().join("locales")).unwrap();
        assert!(loader.contains(&format!("const LANGUAGES = /^({})\\b/;", languages.join("|"))));
    }
}
