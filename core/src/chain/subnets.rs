//! All subnets with their names: `get_all_dynamic_info`. Over 100 KB, so for the panel only.

use super::halving::MAX_ISSUANCE;
use super::key::MAX_NETUID;
use super::scale::{Reader, billionths, bytes, line};
use super::{Fault, Known, What, Why};
use crate::wire::Json;

/// The longest name that is shown, in characters.
const NAME: usize = 32;
/// The longest symbol.
const SYMBOL: usize = 8;

/// A subnet as the chain describes it. The root network, with number 0, is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its number. Numbers are used again after a subnet is gone.
    pub netuid: u16,
    /// Its name, a stranger's text as one plain line of up to 32 characters: to be shown as text, never as markup.
    pub name: Option<String>,
    /// The symbol of its token, likewise, up to 8 characters.
    pub symbol: Option<String>,
    /// The block in which it was registered.
    pub registered_at: u64,
    /// TAO in its pool, in rao; of the root network its stake.
    pub tao_in: u64,
    /// The moving average of its token's price, in rao.
    pub moving_price: u64,
}

/// The subnets in the answer to [`Call::Subnets`](super::Call::Subnets), by number.
///
/// # Errors
/// When it isn't bytes, of another layout (every byte has to be used up), or holds what can't be.
pub fn subnets(result: &Json) -> Known<Vec<Subnet>> {
    let fault = |why| Fault::new(What::Names, why);
    let bytes = result.text().and_then(bytes).ok_or(fault(Why::NotHex))?;
    let subnets = decode(&bytes).ok_or(fault(Why::Layout))?;
    let distinct = subnets.is_sorted_by(|a, b| a.netuid < b.netuid);
    if !distinct || subnets.last().is_none_or(|last| last.netuid > MAX_NETUID) {
        return Err(fault(Why::Netuids));
    }
    let tao: u128 = subnets.iter().map(|subnet| u128::from(subnet.tao_in)).sum();
    if tao > u128::from(MAX_ISSUANCE) {
        return Err(fault(Why::OverIssuance));
    }
    Ok(subnets)
}

fn decode(bytes: &[u8]) -> Option<Vec<Subnet>> {
    let mut reader = Reader::new(bytes);
    let mut subnets = Vec::new();
    for _ in 0..reader.length(1)? {
        if reader.flag()? {
            let subnet = subnet(&mut reader)?;
            // The chain sends them in no order.
            let place = subnets.partition_point(|known: &Subnet| known.netuid < subnet.netuid);
            subnets.insert(place, subnet);
        }
    }
    reader.is_empty().then_some(subnets)
}

fn subnet(reader: &mut Reader<'_>) -> Option<Subnet> {
    let netuid = reader.netuid()?;
    reader.take(64)?; // the owner's hotkey and coldkey
    let (name, symbol) = (reader.compact_list()?, reader.compact_list()?);
    // tempo, last step, blocks since, emission (always 0), alpha in, alpha out
    for _ in 0..6 {
        reader.compact_u64()?;
    }
    let tao_in = reader.compact_u64()?;
    // alpha out and in and TAO in of a block, pending alpha, pending root
    for _ in 0..5 {
        reader.compact_u64()?;
    }
    reader.compact()?; // the volume
    let registered_at = reader.compact_u64()?;
    let mut identity: &[u8] = &[];
    if reader.flag()? {
        identity = reader.list()?;
        // repository, contact, address, Discord, description, logo, anything else
        for _ in 0..7 {
            reader.list()?;
        }
    }
    let moving_price = billionths(reader.integer(16)?, 32)?;
    let name = line(&name, NAME).or_else(|| line(identity, NAME));
    Some(Subnet { netuid, name, symbol: line(&symbol, SYMBOL), registered_at, tao_in, moving_price })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A constructed entry: netuid 64, "Chutes", ▒ for its symbol, 150,000 TAO, registered in block 3,000,000, at 0.06.
    fn entry(netuid: u8, name: &[u8], identity: Option<&[u8]>) -> Vec<u8> {
        let compact = |value: u128| match value {
            0..64 => vec![(value as u8) << 2],
            64..16_384 => ((value as u16) << 2 | 1).to_le_bytes().to_vec(),
            16_384..1_073_741_824 => ((value as u32) << 2 | 2).to_le_bytes().to_vec(),
            _ => [&[19][..], &(value as u64).to_le_bytes()].concat(),
        };
        let letters = |text: &[u8]| {
            [compact(text.len() as u128), text.iter().flat_map(|byte| compact((*byte).into())).collect()].concat()
        };
        let plain = |text: &[u8]| [compact(text.len() as u128), text.to_vec()].concat();
        let mut bytes = [compact(netuid.into()), vec![7; 64], letters(name), letters("▒".as_bytes())].concat();
        for number in [360, 9_188_000, 367, 0, 1_000, 2_000] {
            bytes.extend(compact(number));
        }
        bytes.extend([&[0x0b][..], &150_000_000_000_000_u64.to_le_bytes()[..6]].concat());
        for number in [1, 2, 3, 4, 0, 5, 3_000_000] {
            bytes.extend(compact(number));
        }
        match identity {
            None => bytes.push(0),
            Some(name) => {
                bytes.push(1);
                bytes.extend(plain(name));
                for text in ["https://example.org/", "", "https://example.org/", "", "what it does", "", ""] {
                    bytes.extend(plain(text.as_bytes()));
                }
            }
        }
        bytes.extend((257_698_037_u128).to_le_bytes());
        bytes
    }

    fn list(entries: &[Option<Vec<u8>>]) -> Vec<u8> {
        let mut bytes = vec![(entries.len() as u8) << 2];
        for entry in entries {
            bytes.push(entry.is_some().into());
            bytes.extend(entry.iter().flatten());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Known<Vec<Subnet>> {
        subnets(&Json::Text(
            std::iter::once("0x".to_owned()).chain(bytes.iter().map(|byte| format!("{byte:02x}"))).collect(),
        ))
    }

    fn chutes() -> Subnet {
        Subnet {
            netuid: 64,
            name: Some("Chutes".into()),
            symbol: Some("▒".into()),
            registered_at: 3_000_000,
            tao_in: 150_000_000_000_000,
            moving_price: 59_999_999,
        }
    }

    #[test]
    fn subnets_come_by_number_and_gaps_are_no_fault() {
        let found =
            read(&list(&[Some(entry(64, b"Chutes", None)), None, Some(entry(3, b"", Some(b"Named\nthere")))])).unwrap();
        let third = Subnet { netuid: 3, name: Some("Named there".into()), ..chutes() };
        assert_eq!(found, [third, chutes()]);
        let nameless = read(&list(&[Some(entry(1, b"\x00\xff", None))])).unwrap();
        assert_eq!(nameless[0].name, None);
    }

    #[test]
    fn every_byte_has_to_be_used_up() {
        let good = list(&[Some(entry(64, b"Chutes", Some(b"x")))]);
        for length in 0..good.len() {
            assert!(read(&good[..length]).is_err(), "{length}");
        }
        let longer = [&good[..], &[0]].concat();
        assert_eq!(read(&longer).unwrap_err().to_string(), "names of subnets: another layout than documented");
        assert_eq!(subnets(&Json::Null).unwrap_err().why.text(), "not bytes in hex");
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let twice = list(&[Some(entry(4, b"a", None)), Some(entry(4, b"b", None))]);
        assert_eq!(read(&twice).unwrap_err().why.text(), "not up to 513 different numbers");
        assert_eq!(read(&list(&[])).unwrap_err().why.text(), "not up to 513 different numbers");
        let mut far = list(&[Some(entry(64, b"a", None))]);
        far[2..4].copy_from_slice(&[5, 8]); // 513
        assert_eq!(read(&far).unwrap_err().why.text(), "not up to 513 different numbers");
        far[2] = 1; // 512
        assert_eq!(read(&far).unwrap()[0].netuid, 512);
        assert_eq!(read(&list(&[None])).unwrap_err().why.text(), "not up to 513 different numbers");
    }

    /// The vector that was written by another encoder, where it is at hand. It says 129 entries and has one.
    #[test]
    fn the_shared_vector_is_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/chain/dynamic_info_one.hex");
        let Ok(hex) = std::fs::read_to_string(path) else {
            println!("skipped: {path} is not here");
            return;
        };
        let hex = hex.trim().trim_start_matches("0x");
        let one = format!("0x04{}", &hex[4..]);
        let found = subnets(&Json::Text(one)).unwrap();
        assert_eq!(found.len(), 1);
        let Subnet { symbol, moving_price, .. } = found[0].clone();
        assert!((59_999_999..=60_000_000).contains(&moving_price), "{moving_price}");
        assert_eq!(found[0], Subnet { symbol, moving_price, ..chutes() });
        assert!(subnets(&Json::Text(format!("0x{hex}"))).is_err());
    }
}
