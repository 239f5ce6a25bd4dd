//! SCALE, the chain's byte layout, by hand: little-endian integers, compact ones, lists, texts, fixed-point numbers.
//! Every read is checked against what is left; `None` is a value that isn't there or isn't one.

/// The bytes of `0x…`, as nodes send them.
pub(super) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.strip_prefix("0x")?.as_bytes();
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

/// The value of a hex digit.
pub(super) const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// What is left of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count)?;
        self.0 = left;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, left) = self.0.split_first()?;
        self.0 = left;
        Some(*first)
    }

    /// A little-endian integer of `width` bytes, at most 16.
    pub(super) fn integer(&mut self, width: usize) -> Option<u128> {
        if width > 16 {
            return None;
        }
        Some(self.take(width)?.iter().rev().fold(0, |value, byte| (value << 8) | u128::from(*byte)))
    }

    /// `true` or `false`, also the mark of an optional value: nothing else than 0 and 1.
    pub(super) fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// A compact integer of up to 16 bytes. One that is written longer than it has to be is no such integer: nodes
    /// never send it, so it is the sign of having lost the place.
    pub(super) fn compact(&mut self) -> Option<u128> {
        let (first, _) = self.0.split_first()?;
        let (width, least) = match first & 3 {
            0 => (1, 0),
            1 => (2, 1 << 6),
            2 => (4, 1 << 14),
            _ => {
                let width = usize::from(self.byte()? >> 2) + 4;
                let value = self.integer(width)?;
                let least = if width == 4 { 1 << 30 } else { 1_u128 << (8 * (width - 1)) };
                return (value >= least).then_some(value);
            }
        };
        let value = self.integer(width)? >> 2;
        (value >= least).then_some(value)
    }

    /// A compact integer that fits 64 bits.
    pub(super) fn compact_u64(&mut self) -> Option<u64> {
        self.compact()?.try_into().ok()
    }

    /// A subnet's number.
    pub(super) fn netuid(&mut self) -> Option<u16> {
        self.compact()?.try_into().ok()
    }

    /// How many items of at least `least` bytes follow; nothing when there is no room for them, so that no length can
    /// ask for more memory than was sent.
    pub(super) fn length(&mut self, least: usize) -> Option<usize> {
        let length: usize = self.compact()?.try_into().ok()?;
        (length.checked_mul(least)? <= self.0.len()).then_some(length)
    }

    /// A list of bytes.
    pub(super) fn list(&mut self) -> Option<&'a [u8]> {
        let length = self.length(1)?;
        self.take(length)
    }

    /// A list of bytes that are each written as a compact integer, as some texts of the chain are.
    pub(super) fn compact_list(&mut self) -> Option<Vec<u8>> {
        let length = self.length(1)?;
        (0..length).map(|_| self.compact()?.try_into().ok()).collect()
    }
}

/// A fixed-point number with `fraction` bits (below 96) behind the point, in billionths, cut off: `I96F32` has 32 and
/// `U64F64` 64. Nothing when it is beyond what 64 bits hold, which for a signed one are all negative numbers.
pub(super) fn billionths(bits: u128, fraction: u32) -> Option<u64> {
    let part = bits & 1_u128.checked_shl(fraction)?.checked_sub(1)?;
    let whole = bits.checked_shr(fraction)?.checked_mul(1_000_000_000)?;
    whole.checked_add(part.checked_mul(1_000_000_000)? >> fraction)?.try_into().ok()
}

/// A stranger's text as one plain line of at most `limit` characters: without control characters, without what turns
/// the direction of writing or can't be seen, without towers of accents. Bytes that are no text end it. Nothing when
/// nothing is left. Markup stays as it is: who shows the text shows it as text.
pub fn line(bytes: &[u8], limit: usize) -> Option<String> {
    let text = match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => core::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
    };
    let mut line = String::new();
    let (mut count, mut accents, mut gap) = (0, 0, false);
    for character in text.chars() {
        if is_space(character) {
            gap = count > 0;
            continue;
        }
        if is_hidden(character) {
            continue;
        }
        accents = if is_accent(character) { accents + 1 } else { 0 };
        if accents > 2 {
            continue;
        }
        if count + usize::from(gap) >= limit {
            line.push('…');
            break;
        }
        if gap {
            line.push(' ');
            count += 1;
            gap = false;
        }
        line.push(character);
        count += 1;
    }
    (count > 0).then_some(line)
}

const fn is_space(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}'
            | '\u{205f}' | '\u{3000}'
    )
}

/// Control and format characters, among them all that override the direction of writing; also the empty-looking
/// letters that names are hidden with, and what no font draws.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}

const fn is_accent(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compact(hex: &str) -> Option<u128> {
        let bytes = bytes(hex).unwrap();
        let mut reader = Reader::new(&bytes);
        reader.compact().filter(|_| reader.is_empty())
    }

    #[test]
    fn the_reference_vectors_are_read() {
        let integer = |hex: &str| {
            let bytes = bytes(hex).unwrap();
            Reader::new(&bytes).integer(bytes.len()).unwrap()
        };
        assert_eq!(integer("0x3a5c34fc40b82700"), 11_180_113_340_423_226);
        assert_eq!(integer("0x00003426f56b1c00"), 8_000_000_000_000_000);
        assert_eq!((integer("0x8100"), integer("0x8000"), integer("0x0f348c00")), (129, 128, 9_188_367));
        assert_eq!(integer("0x8025c0f7a0010000"), 1_790_862_960_000);
        assert_eq!(billionths(integer("0x00000010000000000000000000000000"), 32), Some(62_500_000));
        assert_eq!(billionths(integer("0x00000080000000000000000000000000"), 32), Some(500_000_000));
        assert_eq!(billionths(integer("0x00000000000000c00000000000000000"), 64), Some(750_000_000));
        for (hex, value) in [
            ("0xfc", 63),
            ("0x0101", 64),
            ("0xa105", 360),
            ("0x3ed03002", 9_188_367),
            ("0x0b00d00361ed28", 45_000_000_000_000),
            ("0x0502", 129),
        ] {
            assert_eq!(compact(hex), Some(value), "{hex}");
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_no_value() {
        for hex in
            ["0x01", "0x0200", "0x03", "0x03ffffff", "0x0300000000", "0x0100", "0x02000000", "0x0700000040", "0xff"]
        {
            assert_eq!(compact(hex), None, "{hex}");
        }
        assert_eq!(compact("0x0300000040"), Some(1 << 30));
        assert_eq!(compact("0x33ffffffffffffffffffffffffffffffff"), Some(u128::MAX));
        for hex in ["", "0", "0x0", "0xg0", "00", "0x 0", "0xé", "0X00"] {
            assert_eq!(bytes(hex), None, "{hex}");
        }
        assert_eq!((bytes("0x"), bytes("0xAf")), (Some(Vec::new()), Some(vec![0xaf])));
        assert_eq!(Reader::new(&[0; 17]).integer(17), None);
        assert_eq!(Reader::new(&[2]).flag(), None);
        assert_eq!(Reader::new(&[12, 1, 2]).list(), None);
        assert_eq!(Reader::new(&[0x02, 0x00, 0xff, 0xff, 1]).length(32), None, "no memory for what was never sent");
        assert_eq!(Reader::new(&[4, 1, 4]).compact_list(), None, "256 is no byte");
        assert_eq!(billionths(u128::MAX, 32), None);
        assert_eq!(billionths(1 << 127, 64), None);
    }

    #[test]
    fn a_strangers_text_becomes_one_plain_line() {
        let read = |text: &str| line(text.as_bytes(), 12);
        assert_eq!(read("Chutes").as_deref(), Some("Chutes"));
        assert_eq!(read(" \n a\t\u{2028}b \0 ").as_deref(), Some("a b"));
        assert_eq!(read("\u{202e}evil\u{2066}\u{200f}").as_deref(), Some("evil"));
        assert_eq!(read("<b>x</b>").as_deref(), Some("<b>x</b>"), "text stays text");
        assert_eq!(read("a\u{300}\u{301}\u{302}\u{303}b").as_deref(), Some("a\u{300}\u{301}b"));
        assert_eq!(read("123456789012").as_deref(), Some("123456789012"));
        assert_eq!(read("12345678901 ").as_deref(), Some("12345678901"));
        assert_eq!(read("1234567890123").as_deref(), Some("123456789012…"));
        assert_eq!(read("12345678901 3").as_deref(), Some("12345678901…"));
        for nothing in ["", " ", "\u{200b}\u{feff}", "\u{3164}"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
        assert_eq!(line(b"ab\xff\xfecd", 12).as_deref(), Some("ab"));
        assert_eq!(line(b"\xff", 12), None);
    }

    /// The encoding by its definition, to read back what is written.
    fn encode(value: u128) -> Vec<u8> {
        let bytes = value.to_le_bytes();
        let used = 16 - value.leading_zeros() as usize / 8;
        match value {
            0..64 => vec![(value << 2) as u8],
            64..16_384 => ((value << 2) as u16 | 1).to_le_bytes().to_vec(),
            16_384..1_073_741_824 => ((value << 2) as u32 | 2).to_le_bytes().to_vec(),
            _ => [&[(((used.max(4) - 4) << 2) | 3) as u8][..], &bytes[..used.max(4)]].concat(),
        }
    }

    proptest! {
        #[test]
        fn compact_integers_survive_the_way(value: u128, shift in 0_u32..128) {
            let value = value >> shift;
            let bytes = encode(value);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.compact(), Some(value));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn fixed_point_is_what_a_division_says(bits: u128, shift in 40_u32..128) {
            let bits = bits >> shift;
            for fraction in [32, 64] {
                let exact = (bits as f64) / 2.0_f64.powi(fraction) * 1e9;
                let read = billionths(bits, fraction as u32);
                prop_assert_eq!(read.is_none(), (bits >> fraction) > u128::from(u64::MAX / 1_000_000_000), "{}", bits);
                if let Some(read) = read {
                    prop_assert!((read as f64 - exact).abs() <= 1.0 + exact * 1e-12);
                }
            }
        }

        #[test]
        fn a_line_has_no_more_than_it_may_and_reading_it_again_changes_nothing(bytes: Vec<u8>, text in "\\PC*|[\\s\u{300}-\u{310}a]*", limit in 1_usize..20) {
            for bytes in [&bytes[..], text.as_bytes()] {
                let Some(read) = line(bytes, limit) else { continue };
                prop_assert!(!read.is_empty() && read.chars().count() <= limit + 1);
                prop_assert!(!read.chars().any(char::is_control));
                prop_assert_eq!(line(read.as_bytes(), limit + 1), Some(read));
            }
        }
    }
}
