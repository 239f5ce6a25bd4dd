//! Reading what a stranger's script passes: every value knows its path, and what doesn't fit becomes a sentence that
//! names path, value and what is expected. The script's own code (getters, proxies) may run and throw while we read;
//! every import that can run it is caught.

use core::fmt;

use js_sys::{JSON, JsString, Reflect};
use serde::de::Deserialize;
use serde::de::value::StrDeserializer;
use tao_conviction_core::UnixMs;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// Throws for a revoked proxy.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn own_keys(object: &JsValue) -> Result<js_sys::Array, JsValue>;

    /// Safe for every value that is not an object.
    #[wasm_bindgen(js_name = String)]
    fn text_of(primitive: &JsValue) -> String;

    /// Anything with a length and elements.
    type List;

    #[wasm_bindgen(catch, method, structural, getter)]
    fn length(this: &List) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, indexing_getter)]
    fn at(this: &List, index: u32) -> Result<JsValue, JsValue>;

    /// A `Float64Array` of our own: its length can't be overridden by a subclass.
    #[wasm_bindgen(js_name = Float64Array, extends = js_sys::Float64Array)]
    type OwnNumbers;

    #[wasm_bindgen(catch, constructor, js_class = "Float64Array")]
    fn of(numbers: &JsValue) -> Result<OwnNumbers, JsValue>;
}

/// The longest piece of a text that is shown, in UTF-16 units.
const SHOWN: u32 = 60;

/// The last moment that JavaScript's `Date` knows.
pub(crate) const LAST_MOMENT: f64 = 8.64e15;

/// A wrong argument, in words; thrown as a `TypeError`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) String);

pub(crate) type Result<T, E = Wrong> = core::result::Result<T, E>;

/// Where a value stands, e.g. `candles["1h"][3][2]`; a chain of references, so that the good case allocates nothing.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root(&'a str),
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, u32),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => f.write_str(name),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
            Self::Field(parent, name) if is_identifier(name) => write!(f, "{parent}.{name}"),
            Self::Field(parent, name) => write!(f, "{parent}[\"{}\"]", shortened(name)),
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.len() <= SHOWN as usize
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A key of the script's own in a message: cut, and without what would end the quotes or the line.
fn shortened(name: &str) -> String {
    let mut letters = name.chars().map(|letter| if letter.is_control() || letter == '"' { '?' } else { letter });
    let mut text: String = letters.by_ref().take(SHOWN as usize).collect();
    if letters.next().is_some() {
        text.push('…');
    }
    text
}

/// A value with its path.
pub(crate) struct Argument<'a> {
    path: Path<'a>,
    pub(crate) value: JsValue,
}

impl<'a> Argument<'a> {
    /// An argument of the function that was called.
    pub(crate) const fn new(name: &'a str, value: JsValue) -> Self {
        Self { path: Path::Root(name), value }
    }

    /// A field; `undefined` when there is none.
    pub(crate) fn field<'s>(&'s self, name: &'s str) -> Result<Argument<'s>> {
        self.field_by(name, &JsValue::from_str(name))
    }

    /// The same where the name is at hand as a JavaScript string: it is not made anew for each of a thousand candles.
    pub(crate) fn field_by<'s>(&'s self, name: &'s str, key: &JsValue) -> Result<Argument<'s>> {
        let path = Path::Field(&self.path, name);
        let value = Reflect::get(&self.value, key).map_err(|_| unreadable(path))?;
        Ok(Argument { path, value })
    }

    /// An element of an array.
    pub(crate) fn item(&self, index: u32) -> Result<Argument<'_>> {
        let path = Path::Item(&self.path, index);
        let value = self.value.unchecked_ref::<List>().at(index).map_err(|_| unreadable(path))?;
        Ok(Argument { path, value })
    }

    /// A field that may be left out: `undefined` and `null` both say so.
    pub(crate) fn optional<T>(&self, name: &str, read: impl FnOnce(&Argument<'_>) -> Result<T>) -> Result<Option<T>> {
        let field = self.field(name)?;
        if field.is_missing() { Ok(None) } else { read(&field).map(Some) }
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.value.is_undefined() || self.value.is_null()
    }

    /// Says that this value is not what is expected.
    pub(crate) fn wrong(&self, expected: impl fmt::Display) -> Wrong {
        Wrong(format!("{} is {}: expected {expected}", self.path, shown(&self.value)))
    }

    /// An object that is no array.
    pub(crate) fn object(&self, expected: impl fmt::Display) -> Result<()> {
        if self.value.is_object() && self.length()?.is_none() { Ok(()) } else { Err(self.wrong(expected)) }
    }

    /// An object, or nothing at all, whose own fields are among `known`.
    pub(crate) fn object_of(&self, known: &[&str]) -> Result<()> {
        self.object("an object")?;
        for name in self.names()? {
            if !known.contains(&name.as_str()) {
                let path = Path::Field(&self.path, &name);
                return Err(Wrong(format!("{path} is unknown: expected one of {}", known.join(", "))));
            }
        }
        Ok(())
    }

    /// The names of an object's own fields.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let threw = || Wrong(format!("{} threw when its fields were listed: expected a plain object", self.path));
        let keys = own_keys(&self.value).map_err(|_| threw())?;
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// The length of an array or a typed array, nothing for anything else.
    pub(crate) fn length(&self) -> Result<Option<u32>> {
        // A text has a length too.
        if !self.value.is_object() {
            return Ok(None);
        }
        let is_list = is_array(&self.value).map_err(|_| unreadable(self.path))?
            || (js_sys::ArrayBuffer::is_view(&self.value) && !self.value.is_instance_of::<js_sys::DataView>());
        if !is_list {
            return Ok(None);
        }
        let path = Path::Field(&self.path, "length");
        let value = self.value.unchecked_ref::<List>().length().map_err(|_| unreadable(path))?;
        match (Argument { path, value }).whole(0.0, f64::from(u32::MAX), "the length of an array") {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 2^32 − 1, and whole")]
            Ok(length) => Ok(Some(length as u32)),
            Err(wrong) => Err(wrong),
        }
    }

    /// The length of what has to be an array.
    pub(crate) fn list(&self, expected: impl fmt::Display) -> Result<u32> {
        self.length()?.ok_or_else(|| self.wrong(expected))
    }

    /// The numbers of a `Float64Array`, copied at once; nothing for anything else, which is read number by number.
    pub(crate) fn float64(&self) -> Result<Option<Vec<f64>>> {
        if !self.value.is_instance_of::<js_sys::Float64Array>() {
            return Ok(None);
        }
        let own = OwnNumbers::of(&self.value).map_err(|_| self.wrong("one whose memory is still there"))?;
        Ok(Some(own.to_vec()))
    }

    /// Any number, NaN and infinities included.
    pub(crate) fn number(&self) -> Result<f64> {
        self.value.as_f64().ok_or_else(|| self.wrong("a number"))
    }

    /// A number for which `fits` holds.
    pub(crate) fn number_that(&self, fits: impl FnOnce(f64) -> bool, expected: &str) -> Result<f64> {
        self.value.as_f64().filter(|number| fits(*number)).ok_or_else(|| self.wrong(expected))
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&self, low: f64, high: f64, expected: &str) -> Result<f64> {
        self.number_that(|number| (low..=high).contains(&number), expected)
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn whole(&self, low: f64, high: f64, expected: &str) -> Result<f64> {
        self.number_that(|number| (low..=high).contains(&number) && number % 1.0 == 0.0, expected)
    }

    /// A whole number that fits 32 bits.
    pub(crate) fn count(&self) -> Result<u32> {
        let number = self.whole(0.0, f64::from(u32::MAX), "a whole number from 0")?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 … 2^32 − 1, and whole")]
        Ok(number as u32)
    }

    /// A moment in Unix milliseconds.
    pub(crate) fn moment(&self) -> Result<UnixMs> {
        let number = self.whole(0.0, LAST_MOMENT, "a time in whole Unix milliseconds, from 0")?;
        #[expect(clippy::cast_possible_truncation, reason = "far below 2^63, and whole")]
        Ok(UnixMs(number as i64))
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, expected: &str) -> Result<String> {
        self.value.as_string().filter(|text| !text.is_empty()).ok_or_else(|| self.wrong(expected))
    }

    /// Numbers, exactly as many.
    pub(crate) fn numbers<const N: usize>(&self, expected: &str) -> Result<[f64; N]> {
        if usize::try_from(self.list(expected)?) != Ok(N) {
            return Err(self.wrong(expected));
        }
        self.first_numbers()
    }

    /// The first numbers of an array whose length is known to be enough.
    pub(crate) fn first_numbers<const N: usize>(&self) -> Result<[f64; N]> {
        let mut numbers = [0.0; N];
        for (index, number) in (0..).zip(&mut numbers) {
            *number = self.item(index)?.number()?;
        }
        Ok(numbers)
    }

    /// One of the names that the core gives the values of `T`.
    pub(crate) fn one_of<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        let text = self.value.as_string();
        named(text.as_deref().unwrap_or_default()).map_err(|names| self.wrong(format!("one of {}", names.join(", "))))
    }
}

/// The script's own code threw, so there is no value to show.
fn unreadable(path: Path<'_>) -> Wrong {
    Wrong(format!("{path} threw when it was read: expected a plain value"))
}

/// The value of an enum by its name in the JSON, or all the names that there are.
fn named<T: for<'de> Deserialize<'de>>(name: &str) -> Result<T, &'static [&'static str]> {
    T::deserialize(StrDeserializer::<NoSuchName>::new(name)).map_err(|NoSuchName(names)| names)
}

/// What serde says of a name that it doesn't know, without its words: only the names that it does.
#[derive(Debug)]
struct NoSuchName(&'static [&'static str]);

impl serde::de::Error for NoSuchName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

impl fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown name")
    }
}

impl core::error::Error for NoSuchName {}

/// A value for a message: short, and without running the script's code for it unless that is caught.
pub(crate) fn shown(value: &JsValue) -> String {
    if let Some(text) = value.dyn_ref::<JsString>() {
        let cut = JSON::stringify(&text.substring(0, SHOWN)).map_or_else(|_| "a text".to_owned(), String::from);
        return if text.length() > SHOWN { format!("{cut}…") } else { cut };
    }
    if value.is_function() {
        return "a function".to_owned();
    }
    if !value.is_object() {
        // JavaScript's own words: a number reads as it was written.
        return if value.is_bigint() { format!("{}n", text_of(value)) } else { text_of(value) };
    }
    let field = |name: &JsValue| Reflect::get(value, name).unwrap_or_default();
    let length = || text_of(&JsValue::from(field(&"length".into()).as_f64()));
    if is_array(value) == Ok(true) {
        format!("an array of {}", length())
    } else if js_sys::ArrayBuffer::is_view(value) {
        let name = field(&js_sys::Symbol::to_string_tag().into()).as_string();
        format!("a {} of {}", name.as_deref().map_or_else(|| "typed array".to_owned(), shortened), length())
    } else {
        "an object".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tao_conviction_core::DataState;
    use tao_conviction_core::catalyst::{Kind, RiskName};

    #[test]
    fn a_path_reads_as_it_would_be_typed() {
        let root = Path::Root("inputs");
        let basket = Path::Field(&root, "basket");
        let member = Path::Field(&basket, "FET");
        let hour = Path::Field(&member, "1h");
        let row = Path::Item(&hour, 3);
        assert_eq!(Path::Item(&row, 2).to_string(), r#"inputs.basket.FET["1h"][3][2]"#);
        assert_eq!(Path::Field(&root, "").to_string(), r#"inputs[""]"#);
    }

    #[test]
    fn a_strangers_key_can_neither_fill_the_screen_nor_end_the_quotes() {
        assert_eq!(Path::Field(&Path::Root("x"), "a\"]\n\u{7}b").to_string(), r#"x["a?]??b"]"#);
        let long = "é".repeat(61);
        assert_eq!(shortened(&long), format!("{}…", "é".repeat(60)));
        assert_eq!(shortened(&"é".repeat(60)), "é".repeat(60));
        assert!(!is_identifier(&"a".repeat(61)) && !is_identifier("2h") && is_identifier("halfLifeDays"));
    }

    #[test]
    fn names_are_those_of_the_json_and_a_wrong_one_gives_the_list() {
        assert!(matches!(named("subnet-launch"), Ok(Kind::SubnetLaunch)));
        assert!(matches!(named("CENTRALIZED_AI"), Ok(RiskName::CentralizedAi)));
        let names = named::<DataState>("LIVE").err();
        assert_eq!(names, Some(&["live", "delayed", "cached", "partial", "unavailable", "simulated"][..]));
    }

    /// The types are written by hand; the names that the core reads must all be in them.
    #[test]
    fn the_typescript_types_know_every_name() {
        let types = include_str!("../types.ts");
        for names in [named::<Kind>("").err(), named::<RiskName>("").err(), named::<DataState>("").err()] {
            for name in names.unwrap_or_default() {
                assert!(types.contains(&format!("\"{name}\"")), "{name}");
            }
        }
    }
}
