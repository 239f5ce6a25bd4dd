//! The selective metagraph of the root network: who holds how much of its stake, by coldkey.
//!
//! Layout: optional, then the compact netuid, then one optional value for each index from 1 on, in order. Newer runtimes
//! append fields, so what follows the last wanted one is not looked at.

use super::halving::MAX_ISSUANCE;
use super::scale::{Reader, bytes};
use super::{Fault, Known, What, Why};
use crate::wire::Json;

const HOTKEYS: u8 = 52;
const COLDKEYS: u8 = 53;
const PERMITS: u8 = 57;
const TAO_STAKE: u8 = 68;

/// More seats than this are not believed; the root network has 64.
const SEATS: usize = 1_024;

/// Stake in rao for each coldkey that has any, in no order, in the answer to [`Call::Root`](super::Call::Root). One
/// firm may own several coldkeys, so the stake may be in fewer hands than it seems.
///
/// # Errors
/// When it isn't bytes, of another subnet, of another layout, or says more than there can be.
pub fn root_stake(result: &Json) -> Known<Vec<u64>> {
    let fault = |why| Fault::new(What::RootByColdkey, why);
    let bytes = result.text().and_then(bytes).ok_or(fault(Why::NotHex))?;
    let (coldkeys, stakes) = decode(&bytes).ok_or(fault(Why::Layout))?;
    let mut sums: Vec<(&[u8], u64)> = Vec::new();
    let mut total = 0_u64;
    for (coldkey, stake) in coldkeys.into_iter().zip(stakes) {
        // Each sum is at most the total, which is kept below the issuance.
        total = total.checked_add(stake).filter(|total| *total <= MAX_ISSUANCE).ok_or(fault(Why::OverIssuance))?;
        match sums.iter_mut().find(|(known, _)| *known == coldkey) {
            Some((_, sum)) => *sum = sum.saturating_add(stake),
            None => sums.push((coldkey, stake)),
        }
    }
    let sums: Vec<u64> = sums.into_iter().map(|(_, sum)| sum).filter(|sum| *sum > 0).collect();
    if sums.is_empty() { Err(fault(Why::NobodyHoldsAny)) } else { Ok(sums) }
}

/// The coldkeys and their stake, seat by seat.
fn decode(bytes: &[u8]) -> Option<(Vec<&[u8]>, Vec<u64>)> {
    let mut reader = Reader::new(bytes);
    if !reader.flag()? || reader.netuid()? != 0 {
        return None;
    }
    let (mut coldkeys, mut seats) = (None, None);
    for index in 1..=TAO_STAKE {
        if !reader.flag()? {
            continue;
        }
        // Only what may be asked for can be passed: the length of anything else is unknown.
        let length = match index {
            HOTKEYS | COLDKEYS => {
                let length = reader.length(32)?;
                let mut keys = Vec::with_capacity(length);
                for _ in 0..length {
                    keys.push(reader.take(32)?);
                }
                if index == COLDKEYS {
                    coldkeys = Some(keys);
                }
                length
            }
            PERMITS => reader.list()?.len(),
            TAO_STAKE => {
                let length = reader.length(1)?;
                let stakes: Vec<u64> = (0..length).map(|_| reader.compact_u64()).collect::<Option<_>>()?;
                return Some((coldkeys.filter(|keys| keys.len() == stakes.len())?, stakes));
            }
            _ => return None,
        };
        // One entry a seat in each list, or the place was lost.
        if length > SEATS || *seats.get_or_insert(length) != length {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAO: u128 = 1_000_000_000;

    fn compact(value: u128) -> Vec<u8> {
        match value {
            0..64 => vec![(value as u8) << 2],
            64..16_384 => ((value as u16) << 2 | 1).to_le_bytes().to_vec(),
            _ => [&[19][..], &(value as u64).to_le_bytes()].concat(), // 8 bytes: above 2^56 only
        }
    }

    /// A metagraph of seats; `all` with hotkeys and permits, as in the reference's longer request.
    fn metagraph(seats: &[(u8, u128)], all: bool) -> Vec<u8> {
        let keys = |of: &dyn Fn(&(u8, u128)) -> u8| {
            [vec![1], compact(seats.len() as u128), seats.iter().flat_map(|seat| [of(seat); 32]).collect()].concat()
        };
        let hotkeys = if all { keys(&|_| 9) } else { vec![0] };
        let permits =
            if all { [vec![1], compact(seats.len() as u128), vec![1; seats.len()]].concat() } else { vec![0] };
        let stakes = seats.iter().flat_map(|(_, stake)| {
            let bytes = stake.to_le_bytes();
            let used = (16 - stake.leading_zeros() as usize / 8).max(4);
            if *stake < 1 << 30 {
                ((*stake as u32) << 2 | 2).to_le_bytes().to_vec()
            } else {
                [&[((used - 4) << 2 | 3) as u8][..], &bytes[..used]].concat()
            }
        });
        let stakes = [vec![1], compact(seats.len() as u128), stakes.collect()].concat();
        [vec![1, 0], vec![0; 51], hotkeys, keys(&|seat| seat.0), vec![0; 3], permits, vec![0; 10], stakes, vec![0; 5]]
            .concat()
    }

    fn hex(bytes: &[u8]) -> Json {
        Json::Text(std::iter::once("0x".to_owned()).chain(bytes.iter().map(|byte| format!("{byte:02x}"))).collect())
    }

    #[test]
    fn stake_is_summed_by_coldkey() {
        let seats = [(1, 100 * TAO), (2, 250 * TAO), (1, 200 * TAO), (3, 1_220_000 * TAO)];
        for all in [false, true] {
            let sums = root_stake(&hex(&metagraph(&seats, all)));
            assert_eq!(sums, Ok(vec![300_000_000_000, 250_000_000_000, 1_220_000_000_000_000]));
        }
    }

    #[test]
    fn fields_that_newer_runtimes_append_are_tolerated_and_nothing_else() {
        let good = metagraph(&[(1, 100 * TAO), (2, 50 * TAO)], true);
        assert!(root_stake(&hex(&[&good[..], &[1, 2, 3]].concat())).is_ok());
        for length in 0..good.len() - 5 {
            assert!(root_stake(&hex(&good[..length])).is_err(), "{length}");
        }
        // A netuid, an index that was not asked for, no metagraph at all.
        for (place, byte) in [(0, 0), (0, 2), (1, 4), (2, 1), (52, 1), (53, 2)] {
            let mut bad = good.clone();
            bad[place] = byte;
            assert_eq!(root_stake(&hex(&bad)).unwrap_err().why.text(), "another layout than documented", "{place}");
        }
        for other in [Json::Null, Json::Text("0xz".into()), Json::Text(String::new())] {
            assert_eq!(root_stake(&other).unwrap_err().why.text(), "not bytes in hex");
        }
        assert!(root_stake(&hex(&[])).is_err());
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let why = |seats: &[(u8, u128)]| root_stake(&hex(&metagraph(seats, false))).unwrap_err().why.text();
        assert_eq!(why(&[(1, 20_000_000 * TAO), (2, 2_000_000 * TAO)]), "more than can be issued");
        assert_eq!(why(&[(1, u64::MAX.into()), (1, u64::MAX.into())]), "more than can be issued");
        assert_eq!(why(&[(1, 1 << 64)]), "another layout than documented");
        assert_eq!(why(&[(1, 0)]), "another layout than documented", "0 in four bytes is no compact integer");
        assert_eq!(why(&[]), "nobody holds any");
        assert_eq!(why(&[(1, 1 << 30); 1_025]), "another layout than documented");
        assert!(root_stake(&hex(&metagraph(&[(1, 1 << 30); 1_024], true))).is_ok());
    }
}
