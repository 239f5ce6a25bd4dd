//! $Name, `GET …`: say here where candles are asked for, what stands in a row, in which unit of time and which order,
//! and how the venue says no.

use super::book::Book;
use super::candles::Refusal;
use super::json::Json;
use crate::{Candle, Error};

const UNWRITTEN: &str = "the decoder of $name is not written yet";

/// The candles in the order they were sent.
///
/// # Errors
/// [`Error::Exchange`] when the venue says no, [`Error::Wire`] for another shape or a time that isn't one.
pub fn candles(answer: &Json) -> Result<Vec<Candle>, Error> {
    // Rows of cells are read by `super::candles::rows`, an envelope with a code by `super::candles::result`.
    let _ = answer;
    Err(Error::Wire(UNWRITTEN))
}

/// The order book in an answer to `GET …`.
///
/// # Errors
/// [`Error::Exchange`] when the venue says no, [`Error::Wire`] when the book is missing or not of prices and sizes.
pub fn book(answer: &Json) -> Result<Book, Error> {
    // `Book::read(answer.get("bids"), answer.get("asks"))` reads levels that begin with price and size.
    let _ = answer;
    Err(Error::Wire(UNWRITTEN))
}

/// What the request was refused for, if it was and if that is known.
pub fn refusal(answer: &Json) -> Option<Refusal> {
    let _ = answer;
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    // As the venue's documentation has them, to the letter; the fuzzer begins with them too.
    const CANDLES: &str = include_str!("../../fuzz/seeds/wire/$name.json");
    const ERROR: &str = include_str!("../../fuzz/seeds/wire/$name-error.json");
    const BOOK: &str = include_str!("../../fuzz/seeds/books/$name.json");

    fn documented(example: &str, file: &str) -> Json {
        assert!(!example.trim().is_empty(), "fill in the documented example: core/fuzz/seeds/{file} is empty");
        serde_json::from_str(example).unwrap()
    }

    #[test]
    fn reads_the_documented_example() {
        // Write down what the documentation says that its example means.
        let expected: Vec<Candle> = Vec::new();
        assert_eq!(candles(&documented(CANDLES, "wire/$name.json")), Ok(expected));
    }

    #[test]
    fn an_error_is_the_exchange_speaking() {
        let error = documented(ERROR, "wire/$name-error.json");
        assert!(matches!(candles(&error), Err(Error::Exchange(_))), "{:?}", candles(&error));
        assert_eq!(refusal(&error), Some(Refusal::Unlisted));
        assert_eq!(refusal(&documented(CANDLES, "wire/$name.json")), None);
    }

    #[test]
    fn other_shapes_are_refused() {
        assert!(candles(&documented(CANDLES, "wire/$name.json")).is_ok());
        for json in ["{}", "null", "7", r#""""#, "[7]", "[[]]", "[{}]"] {
            assert!(candles(&serde_json::from_str(json).unwrap()).is_err(), "{json}");
        }
    }

    #[test]
    fn reads_the_documented_order_book() {
        let book = book(&documented(BOOK, "books/$name.json")).unwrap();
        // How many levels the example has on each side.
        assert_eq!((book.bids.len(), book.asks.len()), (0, 0));
    }
}
