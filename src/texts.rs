//! What is said to the reader, in the reader's language. The texts are known by their English, which is built in; those of
//! another language are files that the loader fetches and hands over.

use std::borrow::Cow;

/// The English texts, a line each, in the order of locales/en.json; written by build.rs.
const CATALOG: &str = include_str!(concat!(env!("OUT_DIR"), "/catalog.txt"));

/// The place of the text whose English this is; used by [`place!`] alone, where a text that is missing in locales/en.json
/// does not compile.
#[expect(clippy::panic, clippy::indexing_slicing, reason = "evaluated at compile time")]
pub(crate) const fn find(english: &str) -> usize {
    let (catalog, wanted) = (CATALOG.as_bytes(), english.as_bytes());
    let (mut line, mut start) = (0, 0);
    while start <= catalog.len() {
        let mut end = start;
        let mut same = true;
        while end < catalog.len() && catalog[end] != b'\n' {
            same = same && end - start < wanted.len() && catalog[end] == wanted[end - start];
            end += 1;
        }
        if same && end - start == wanted.len() {
            return line;
        }
        line += 1;
        start = end + 1;
    }
    panic!("this text is not in locales/en.json")
}

/// A text in the reader's language.
pub(crate) type Said = Cow<'static, str>;

/// Who says it.
pub(crate) trait Speaks {
    /// The texts in this language, where it isn't English.
    fn texts(&self) -> Option<&Texts>;

    /// The text at this place with what is given in its places.
    fn say(&self, place: usize, given: &[&str]) -> Said {
        said(self.texts(), place, given)
    }
}

/// Nothing but these texts; none are English, as programs and the console read it.
impl Speaks for Option<&Texts> {
    fn texts(&self) -> Option<&Texts> {
        *self
    }
}

/// As programs read it.
#[cfg(any(test, feature = "panel"))]
pub(crate) struct English;

#[cfg(any(test, feature = "panel"))]
impl Speaks for English {
    fn texts(&self) -> Option<&Texts> {
        None
    }
}

/// `say!(locale, "{0} of {1} gates", passed, all)`: the text in the language of `locale`, with strings in its places. A
/// text is given by its English.
macro_rules! say {
    ($speaker:expr, $english:literal $(, $given:expr)*) => {
        $crate::texts::Speaks::say($speaker, $crate::texts::place!($english), &[$(&*$given),*])
    };
}
pub(crate) use say;

/// The place of the text whose English this is, for those who choose between texts before they say one: a call for each
/// takes more of the wasm.
macro_rules! place {
    ($english:literal) => {
        const { $crate::texts::find($english) }
    };
}
pub(crate) use place;

#[inline(never)]
fn said(texts: Option<&Texts>, place: usize, given: &[&str]) -> Said {
    match texts {
        None if given.is_empty() => line(CATALOG, place).into(),
        None => filled(line(CATALOG, place), given).into(),
        Some(texts) => filled(line(&texts.0, place + 2), given).into(),
    }
}

fn line(lines: &str, place: usize) -> &str {
    lines.split('\n').nth(place).unwrap_or_default()
}

/// `template` with what is given in the places `{0}` to `{9}`.
fn filled(template: &str, given: &[&str]) -> String {
    let mut filled = String::new();
    let mut pieces = template.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (place, rest) = piece.split_once('}').unwrap_or_default();
        let place = place.bytes().next().map_or(usize::MAX, |digit| usize::from(digit.wrapping_sub(b'0')));
        filled.push_str(given.get(place).copied().unwrap_or_default());
        filled.push_str(rest);
    }
    filled
}

/// All texts of a language other than English: a line for its subtag, one for its direction, and one for each text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Texts(String);

impl Texts {
    /// What the loader hands over, unless there are not as many lines as texts: another version's file would say something
    /// else than is meant.
    pub(crate) fn read(file: String) -> Option<Self> {
        (file.split('\n').count() == CATALOG.split('\n').count() + 2).then_some(Self(file))
    }

    /// Its subtag.
    pub(crate) fn language(&self) -> &str {
        line(&self.0, 0)
    }

    /// `ltr` or `rtl`.
    pub(crate) fn direction(&self) -> &str {
        line(&self.0, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_what_is_given_in_its_places_in_any_order() {
        assert_eq!(filled("{1} of {0}, {1} again", &["ten", "nine"]), "nine of ten, nine again");
        assert_eq!(filled("nothing to fill", &["x"]), "nothing to fill");
        // What is given is not looked into.
        assert_eq!(filled("{0}{1}", &["{1}", "{0}"]), "{1}{0}");
        // A template that is broken loses a place, not the page.
        assert_eq!(filled("{7}, {, {x}", &["a"]), ", ");
    }

    #[test]
    fn what_another_language_says_stands_in_the_places_of_the_english_texts() {
        let own: Vec<String> = CATALOG.split('\n').map(|text| format!("«{text}»")).collect();
        let texts = Texts::read(format!("xx\nrtl\n{}", own.join("\n"))).unwrap();
        assert_eq!((texts.language(), texts.direction()), ("xx", "rtl"));
        let spoken = said(Some(&texts), find("{0} of {1} gates"), &["3", "10"]);
        assert_eq!(spoken, "«3 of 10 gates»");
        assert_eq!(said(None, find("No setup"), &[]), "No setup");
    }

    #[test]
    fn a_file_of_another_version_is_not_used() {
        let lines = vec!["x"; CATALOG.split('\n').count() + 2].join("\n");
        assert!(Texts::read(lines.clone()).is_some());
        for other in [format!("{lines}\nx"), "de\nltr".to_owned(), String::new()] {
            assert_eq!(Texts::read(other), None);
        }
    }
}
