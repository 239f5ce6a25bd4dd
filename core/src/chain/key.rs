//! The storage keys of what is read. A key is the hash of the pallet's name, that of the item's, and for a value by
//! subnet the subnet's number; the hashes never change, so they stand here instead of the code that makes them.

use super::What;
use super::scale::digit;

const SUBTENSOR: &str = "658faa385070e074c85bf6b568cf0555";

/// The largest number of a subnet that is asked for or believed.
pub const MAX_NETUID: u16 = 512;

/// A value in the chain's storage. All that are read are unsigned integers of up to 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// `SubtensorModule.TotalIssuance` in rao: what the halving goes by.
    TotalIssuance,
    /// `SubtensorModule.TotalStake` in rao.
    TotalStake,
    /// `SubtensorModule.TotalNetworks`, the root network included.
    TotalNetworks,
    /// `SubtensorModule.SubnetLimit`, the root network not included.
    SubnetLimit,
    /// `System.Number`, the block's.
    BlockNumber,
    /// `Timestamp.Now`, the block's in milliseconds.
    BlockTime,
    /// `Balances.TotalIssuance` in rao: a second counter of the same.
    BalancesIssuance,
    /// `SubtensorModule.SubnetTAO` in rao; of netuid 0 the stake on the root network.
    SubnetTao,
    /// `SubtensorModule.SubnetTaoInEmission` in rao: what the last block put into the subnet's pool.
    TaoInEmission,
    /// `SubtensorModule.SubnetExcessTao` in rao: what the last block bought of the subnet's token.
    ExcessTao,
    /// `SubtensorModule.SubnetEmissionEnabled`, 0 or 1.
    EmissionEnabled,
    /// `SubtensorModule.NetworkRegisteredAt`, a block's number.
    RegisteredAt,
}

/// What is known of an item before it is read.
pub(super) struct Place {
    pub(super) item: Item,
    pub(super) name: What,
    pallet: &'static str,
    hash: &'static str,
    /// Its length in bytes.
    pub(super) width: usize,
    by_subnet: bool,
    /// What the runtime takes for a value that isn't stored; nothing where one that isn't stored is no answer at all,
    /// since every live chain has it.
    pub(super) default: Option<u64>,
}

/// Each item, in the order of the enumeration.
#[rustfmt::skip]
pub(super) static PLACES: [Place; 12] = [
    Place { item: Item::TotalIssuance, name: What::TotalIssuance, pallet: SUBTENSOR, hash: "57c875e4cff74148e4628f264b974c80", width: 8, by_subnet: false, default: None },
    Place { item: Item::TotalStake, name: What::TotalStake, pallet: SUBTENSOR, hash: "4f85a3603259384a5fa5494b7d7fdb8c", width: 8, by_subnet: false, default: None },
    Place { item: Item::TotalNetworks, name: What::Subnets, pallet: SUBTENSOR, hash: "5f3bb7bcd0a076a48abf8c256d221721", width: 2, by_subnet: false, default: None },
    Place { item: Item::SubnetLimit, name: What::SubnetLimit, pallet: SUBTENSOR, hash: "a336e39c4086c4d5f43b7e6dff8a04f6", width: 2, by_subnet: false, default: Some(128) },
    Place { item: Item::BlockNumber, name: What::BlockNumber, pallet: "26aa394eea5630e07c48ae0c9558cef7", hash: "02a5c1b19ab7a04f536c519aca4983ac", width: 4, by_subnet: false, default: None },
    Place { item: Item::BlockTime, name: What::BlockTime, pallet: "f0c365c3cf59d671eb72da0e7a4113c4", hash: "9f1f0515f462cdcf84e0f1d6045dfcbb", width: 8, by_subnet: false, default: None },
    Place { item: Item::BalancesIssuance, name: What::BalancesIssuance, pallet: "c2261276cc9d1f8598ea4b6a74b15c2f", hash: "57c875e4cff74148e4628f264b974c80", width: 8, by_subnet: false, default: None },
    Place { item: Item::SubnetTao, name: What::RootStake, pallet: SUBTENSOR, hash: "7a57dce016211512d1700561066b85a3", width: 8, by_subnet: true, default: None },
    Place { item: Item::TaoInEmission, name: What::TaoIntoPools, pallet: SUBTENSOR, hash: "dd62ae7237581e8f6a684f1ecae06215", width: 8, by_subnet: true, default: Some(0) },
    Place { item: Item::ExcessTao, name: What::ChainBuys, pallet: SUBTENSOR, hash: "857b0a5b920bc5e41cb0695a4b7d38e7", width: 8, by_subnet: true, default: Some(0) },
    Place { item: Item::EmissionEnabled, name: What::EmissionSwitch, pallet: SUBTENSOR, hash: "c97bb5c5631e5f593b5bd2da84a5fa16", width: 1, by_subnet: true, default: Some(1) },
    Place { item: Item::RegisteredAt, name: What::Registration, pallet: SUBTENSOR, hash: "271d29b9b717ce3d8c571f1cbc180fa2", width: 8, by_subnet: true, default: Some(0) },
];

impl Item {
    /// Its storage key; `netuid` counts where there is one value for each subnet.
    pub fn key(self, netuid: u16) -> String {
        let mut key = String::from("0x");
        if let Some(place) = PLACES.iter().find(|place| place.item == self) {
            key.push_str(place.pallet);
            key.push_str(place.hash);
            if place.by_subnet {
                for byte in netuid.to_le_bytes() {
                    key.extend(
                        [byte >> 4, byte & 15]
                            .map(|digit| char::from(if digit < 10 { b'0' } else { b'a' - 10 } + digit)),
                    );
                }
            }
        }
        key
    }
}

/// The item of a key and the subnet's number (0 where there is none), if the item is one that is read.
pub(super) fn parse(key: &str) -> Option<(&'static Place, u16)> {
    let hex = key.strip_prefix("0x")?;
    let (pallet, hash, netuid) = (hex.get(..32)?, hex.get(32..64)?, hex.get(64..)?);
    let place = PLACES.iter().find(|place| place.hash == hash && place.pallet == pallet)?;
    if !place.by_subnet {
        return netuid.is_empty().then_some((place, 0));
    }
    let [a, b, c, d] = netuid.as_bytes() else { return None };
    let byte = |high: u8, low: u8| Some((digit(high)? << 4) | digit(low)?);
    let number = u16::from_le_bytes([byte(*a, *b)?, byte(*c, *d)?]);
    (number <= MAX_NETUID).then_some((place, number))
}

/// What a card asks first, for subnets 1 … `limit`: the `SubnetLimit` of the last reading, or 128. What the answer then
/// shows to be missing is asked by [`Storage::missing_keys`](super::Storage::missing_keys).
///
/// `NetworkRegisteredAt` is not among them: it matters only for subnets that get much of the emission, and those are
/// known after the first answer.
pub fn card_keys(limit: u16) -> Vec<String> {
    let mut keys: Vec<String> =
        PLACES.iter().filter(|place| place.item <= Item::SubnetTao).map(|place| place.item.key(0)).collect();
    for item in [Item::TaoInEmission, Item::ExcessTao, Item::EmissionEnabled] {
        keys.extend((1..=limit.min(MAX_NETUID)).map(|netuid| item.key(netuid)));
    }
    keys
}

/// What is asked of a block weeks ago, where a node still has it.
pub fn past_keys() -> Vec<String> {
    [Item::TotalIssuance, Item::TotalStake, Item::BlockNumber, Item::BlockTime, Item::BalancesIssuance]
        .map(|item| item.key(0))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh64::xxh64;

    fn twox128(name: &str) -> String {
        let halves = [0, 1].map(|seed| xxh64(name.as_bytes(), seed).to_le_bytes());
        halves.concat().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn prefixes_are_the_hashes_of_their_names() {
        let names = [
            (Item::TotalIssuance, "SubtensorModule", "TotalIssuance"),
            (Item::TotalStake, "SubtensorModule", "TotalStake"),
            (Item::TotalNetworks, "SubtensorModule", "TotalNetworks"),
            (Item::SubnetLimit, "SubtensorModule", "SubnetLimit"),
            (Item::BlockNumber, "System", "Number"),
            (Item::BlockTime, "Timestamp", "Now"),
            (Item::BalancesIssuance, "Balances", "TotalIssuance"),
            (Item::SubnetTao, "SubtensorModule", "SubnetTAO"),
            (Item::TaoInEmission, "SubtensorModule", "SubnetTaoInEmission"),
            (Item::ExcessTao, "SubtensorModule", "SubnetExcessTao"),
            (Item::EmissionEnabled, "SubtensorModule", "SubnetEmissionEnabled"),
            (Item::RegisteredAt, "SubtensorModule", "NetworkRegisteredAt"),
        ];
        for (place, (item, pallet, name)) in PLACES.iter().zip(names) {
            assert_eq!(place.item, item);
            assert_eq!((place.pallet, place.hash), (&*twox128(pallet), &*twox128(name)), "{pallet}.{name}");
        }
        assert!(PLACES.is_sorted_by_key(|place| place.item));
    }

    #[test]
    fn keys_are_the_references() {
        let subtensor = "0x658faa385070e074c85bf6b568cf0555";
        assert_eq!(Item::TotalIssuance.key(7), format!("{subtensor}57c875e4cff74148e4628f264b974c80"));
        assert_eq!(Item::SubnetTao.key(64), format!("{subtensor}7a57dce016211512d1700561066b85a34000"));
        assert_eq!(Item::RegisteredAt.key(64), format!("{subtensor}271d29b9b717ce3d8c571f1cbc180fa24000"));
        assert!(Item::ExcessTao.key(0x1fa).ends_with("fa01"));
    }

    #[test]
    fn a_key_is_read_back_and_others_are_not() {
        for place in &PLACES {
            for netuid in if place.by_subnet { vec![0, 1, 255, 256, MAX_NETUID] } else { vec![0] } {
                let (read, number) = parse(&place.item.key(netuid)).unwrap();
                assert_eq!((read.item, number), (place.item, netuid));
            }
        }
        let key = Item::ExcessTao.key(1);
        for other in [
            "",
            "0x",
            "0x00",
            &key[2..],
            &key[..68],
            &format!("{key}00"),
            &key.replace("857b", "857c"),
            &Item::ExcessTao.key(513),
        ] {
            assert!(parse(other).is_none(), "{other}");
        }
        assert!(parse(&format!("{}0100", Item::TotalStake.key(0))).is_none());
        assert!(parse(&format!("{}+100", &key[..66])).is_none());
        assert!(parse(&format!("0x{}é{}", "0".repeat(31), "0".repeat(40))).is_none());
    }

    #[test]
    fn a_card_asks_for_each_key_once() {
        for (limit, expected) in [(128, 8 + 3 * 128), (0, 8), (u16::MAX, 8 + 3 * 512)] {
            let mut keys = card_keys(limit);
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), expected);
        }
        assert!(past_keys().iter().all(|key| parse(key).is_some()));
    }
}
