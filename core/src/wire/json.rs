//! An answer as it was sent, whatever its shape. One type for all venues: each type that serde derives code for would be
//! compiled into every visitor's download, and six venues with their order books took 11 KB of it.

use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::number::decimal;
use crate::Error;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// A number.
    Number(f64),
    /// Text, which may be a number in quotes.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Names and their values in order.
    Object(Vec<(String, Json)>),
    /// What no answer has a use for: `true`, `false`, and whatever is nested too deep.
    Other,
}

impl Json {
    /// How deep lists and objects may lie in each other, two more than any answer has: reading them calls itself.
    pub const MAX_DEPTH: u8 = 8;

    /// The value under `name`, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items.
    ///
    /// # Errors
    /// [`Error::Wire`] when it is no list.
    pub fn list(&self) -> Result<&[Self], Error> {
        if let Self::List(items) = self { Ok(items) } else { Err(Error::Wire("not the list that is documented")) }
    }

    /// The number, sent as such or in quotes. `null` and `"NaN"` become NaN, which no valid candle has.
    ///
    /// # Errors
    /// [`Error::Wire`] when it is none.
    pub fn number(&self) -> Result<f64, Error> {
        let number = match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => decimal(text),
            Self::Null => Some(f64::NAN),
            _ => None,
        };
        number.ok_or(Error::Wire("something else than a number, or a number in quotes"))
    }

    /// The first `N` numbers of a list.
    ///
    /// # Errors
    /// [`Error::Wire`] when it has fewer, or they are none.
    pub fn numbers<const N: usize>(&self) -> Result<[f64; N], Error> {
        let mut numbers = [0.0; N];
        for (index, number) in numbers.iter_mut().enumerate() {
            *number = self.number_at(index)?;
        }
        Ok(numbers)
    }

    /// The number under `name`.
    ///
    /// # Errors
    /// [`Error::Wire`] when there is none.
    pub(super) fn number_of(&self, name: &str) -> Result<f64, Error> {
        self.get(name).ok_or(Error::Wire("a number is missing"))?.number()
    }

    /// The number in the place `index` of a list.
    ///
    /// # Errors
    /// [`Error::Wire`] when there is none.
    pub(super) fn number_at(&self, index: usize) -> Result<f64, Error> {
        self.list()?.get(index).ok_or(Error::Wire("a row ends too early"))?.number()
    }

    /// The text under `name`; nothing where there is none.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.get(name).and_then(Self::text).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { left: Self::MAX_DEPTH }.deserialize(deserializer)
    }
}

#[derive(Clone, Copy)]
struct Reader {
    /// How many levels may follow.
    left: u8,
}

impl Reader {
    const fn deeper(self) -> Self {
        Self { left: self.left.saturating_sub(1) }
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        if self.left == 0 {
            return IgnoredAny::deserialize(deserializer).map(|_| Json::Other);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "times and prices are far below 2^53")]
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "times and prices are far below 2^53")]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sent: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sent.next_element_seed(self.deeper())? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut sent: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = sent.next_key()? {
            fields.push((name, sent.next_value_seed(self.deeper())?));
        }
        Ok(Json::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let json = read(r#"{"a":[1,-2,2.5,"3","x",null,true],"b":{}}"#);
        let cells = json.get("a").unwrap().list().unwrap();
        assert_eq!(cells.len(), 7);
        assert_eq!(cells[..4].iter().map(|cell| cell.number().unwrap()).collect::<Vec<_>>(), [1.0, -2.0, 2.5, 3.0]);
        assert_eq!((cells[3].text(), cells[4].text(), cells[0].text()), (Some("3"), Some("x"), None));
        assert!(cells[5].number().unwrap().is_nan());
        assert_eq!(cells[6], Json::Other);
        for other in [&cells[4], &cells[6], &json] {
            assert_eq!(other.number(), Err(Error::Wire("something else than a number, or a number in quotes")));
        }
        assert_eq!(json.get("b"), Some(&Json::Object(Vec::new())));
        assert_eq!((json.get("c"), cells[0].get("a")), (None, None));
        assert!(json.list().is_err());
    }

    #[test]
    fn what_is_nested_too_deep_is_left_unread() {
        let nested = |depth: usize| read(&format!("{}7{}", "[".repeat(depth), "]".repeat(depth)));
        let innermost = |json: &Json| {
            let mut json = json.clone();
            while let Json::List(mut items) = json {
                json = items.remove(0);
            }
            json
        };
        assert_eq!(innermost(&nested(7)), Json::Number(7.0));
        assert_eq!(innermost(&nested(8)), Json::Other);
        assert_eq!(innermost(&nested(100)), Json::Other);
    }
}
