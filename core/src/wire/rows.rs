//! A list, or the object that a venue sends in its place when something is wrong.

use core::fmt;
use core::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::row::Row;

/// An answer of rows; `F` is the venue's error object.
#[derive(Debug, Clone, PartialEq)]
pub enum RowsOr<F> {
    /// The candles.
    Rows(Vec<Row>),
    /// What went wrong.
    Failure(F),
}

// By hand: an untagged enum would first copy every cell of the answer into a buffer.
impl<'de, F: Deserialize<'de>> Deserialize<'de> for RowsOr<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowsVisitor<F>(PhantomData<F>);

        impl<'de, F: Deserialize<'de>> Visitor<'de> for RowsVisitor<F> {
            type Value = RowsOr<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of candles or an error object")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(rows)).map(RowsOr::Rows)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                F::deserialize(MapAccessDeserializer::new(map)).map(RowsOr::Failure)
            }
        }

        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}
