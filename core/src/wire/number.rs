//! Numbers in quotes.

/// A decimal number in text, as JSON or a person writes it, or nothing when it is none. Exact (the nearest `f64`) up to 15 digits, which is more than venues send of a price; else
/// the last bit may differ. The standard library's parser would bring 10 KB of tables to every visitor.
pub fn decimal(text: &str) -> Option<f64> {
    if text == "NaN" {
        return Some(f64::NAN);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i16>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut scale = i32::from(exponent);
    let mut mantissa: u64 = 0;
    for (text, step) in [(whole, 0), (fraction, -1)] {
        for byte in text.bytes() {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            // Digits beyond the 18th change nothing that is left of the number but its size.
            if mantissa < 100_000_000_000_000_000 {
                mantissa = mantissa * 10 + u64::from(digit);
                scale = scale.saturating_add(step);
            } else {
                scale = scale.saturating_add(1 + step);
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and said above")]
    let mut value = mantissa as f64;
    // Powers of ten up to 22 are exact, so one step rounds once.
    let mut left = scale.unsigned_abs().min(700);
    while left > 0 {
        let step = left.min(22);
        let power = (0..step).fold(1.0, |power, _| power * 10.0);
        value = if scale < 0 { value / power } else { value * power };
        left -= step;
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "-", ".", "1,5", "0x10", "1e", "1e99999", "inf", "Infinity", "+1", " 1", "1 ", "1.2.3", "--1", "١"]
        {
            assert_eq!(decimal(text), None, "{text:?}");
        }
        assert!(decimal("NaN").is_some_and(f64::is_nan));
    }

    proptest! {
        #[test]
        fn up_to_fifteen_digits_are_read_exactly(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, places in 0_usize..=15) {
            let digits = format!("{:0>16}", mantissa.unsigned_abs());
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let text = format!("{}{whole}.{fraction}", if mantissa < 0 { "-" } else { "" });
            prop_assert_eq!(decimal(&text), text.parse().ok());
        }

        #[test]
        fn any_number_is_read_to_the_last_bits(value in proptest::num::f64::NORMAL, exponential: bool) {
            let text = if exponential { format!("{value:e}") } else { format!("{value}") };
            let read = decimal(&text).unwrap();
            prop_assert!((read / value - 1.0).abs() < 1e-14, "{} {} {}", text, read, value);
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC*") {
            let _ = decimal(&text);
        }
    }
}
