//! Answers to `state_queryStorageAt`: the values of one block, each known, not stored, or unknown for a reason.

use super::key::{MAX_NETUID, PLACES, parse};
use super::scale::{Reader, bytes};
use super::{BlockHash, Fault, Item, Known, What, Why};
use crate::wire::Json;

/// A value as sent, or what is wrong with it; nothing for one that the chain doesn't store.
type Slot = Result<Option<u64>, Why>;

/// What one block holds of the keys that were asked.
#[derive(Debug, Clone)]
pub struct Storage {
    at: BlockHash,
    /// In order of item and subnet.
    slots: Vec<((Item, u16), Slot)>,
}

impl Storage {
    /// Nothing yet of the block `at`.
    pub const fn new(at: BlockHash) -> Self {
        Self { at, slots: Vec::new() }
    }

    /// Which block.
    pub const fn block(&self) -> &BlockHash {
        &self.at
    }

    /// Takes in the result of one more question about the same block. Keys that are not known are passed over.
    ///
    /// # Errors
    /// When it has another shape than documented or is of another block; then nothing of it is taken.
    pub fn add(&mut self, result: &Json) -> Known<()> {
        let fault = |why| Fault::new(What::Storage, why);
        let shape = fault(Why::Shape);
        let [set] = result.list().map_err(|_| shape)? else { return Err(shape) };
        if set.get("block").and_then(Json::text) != Some(self.at.text()) {
            return Err(fault(Why::OtherBlock));
        }
        let changes = set.get("changes").and_then(|changes| changes.list().ok()).ok_or(shape)?;
        if !changes.iter().all(|change| matches!(change.list(), Ok([Json::Text(_), _]))) {
            return Err(shape);
        }
        for change in changes {
            let Ok([key, value]) = change.list() else { continue };
            let Some((place, netuid)) = key.text().and_then(parse) else { continue };
            self.put((place.item, netuid), slot(value, place.width));
        }
        Ok(())
    }

    fn put(&mut self, key: (Item, u16), slot: Slot) {
        match self.slots.binary_search_by_key(&key, |(known, _)| *known) {
            Err(place) => self.slots.insert(place, (key, slot)),
            Ok(place) => {
                if let Some((_, known)) = self.slots.get_mut(place).filter(|(_, known)| *known != slot) {
                    *known = Err(Why::Contradiction);
                }
            }
        }
    }

    /// The value of `item`, for the subnet `netuid` where there is one for each (else 0).
    ///
    /// # Errors
    /// When it was not answered or can't be read, or is not stored and has no default.
    pub fn get(&self, item: Item, netuid: u16) -> Known<u64> {
        let place = PLACES.iter().find(|place| place.item == item);
        let (name, default) = place.map_or((What::Storage, None), |place| (place.name, place.default));
        let found = self.slots.binary_search_by_key(&(item, netuid), |(known, _)| *known).ok();
        let value = match found.and_then(|found| self.slots.get(found)) {
            None => Err(Why::NotAnswered),
            Some((_, slot)) => slot.and_then(|value| value.or(default).ok_or(Why::NotStored)),
        };
        value.map_err(|why| Fault::new(name, why))
    }

    /// Whether `item` of `netuid` was answered in any way.
    pub(super) fn has(&self, item: Item, netuid: u16) -> bool {
        self.slots.binary_search_by_key(&(item, netuid), |(known, _)| *known).is_ok()
    }

    /// The largest number that a subnet can have: the limit, or more if there are more already.
    ///
    /// # Errors
    /// When one of them is unknown or out of bounds.
    pub(super) fn largest_netuid(&self) -> Known<u16> {
        let limit = self.subnet_count(Item::SubnetLimit, 0)?;
        Ok(limit.max(self.subnet_count(Item::TotalNetworks, 1)?))
    }

    /// A count of subnets that is believable: 1 … 512. `without` is what counts and isn't one.
    pub(super) fn subnet_count(&self, item: Item, without: u64) -> Known<u16> {
        let count = self.get(item, 0)?.checked_sub(without).and_then(|count| u16::try_from(count).ok());
        let name = if item == Item::SubnetLimit { What::SubnetLimit } else { What::Subnets };
        count.filter(|count| (1..=MAX_NETUID).contains(count)).ok_or(Fault::new(name, Why::SubnetBounds))
    }
}

fn slot(value: &Json, width: usize) -> Slot {
    let text = match value {
        Json::Null => return Ok(None),
        Json::Text(text) => text,
        _ => return Err(Why::NeitherBytesNorNull),
    };
    let bytes = bytes(text).ok_or(Why::NotHex)?;
    if bytes.len() != width {
        return Err(Why::Length);
    }
    let value = Reader::new(&bytes).integer(width).and_then(|value| u64::try_from(value).ok()).ok_or(Why::TooLarge)?;
    if width == 1 && value > 1 {
        return Err(Why::NotAFlag);
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash() -> BlockHash {
        BlockHash::read(&format!("0x{}", "ab".repeat(32))).unwrap()
    }

    fn read(changes: &str) -> Known<Storage> {
        let mut storage = Storage::new(hash());
        let json = format!(r#"[{{"block":"{}","changes":[{changes}]}}]"#, hash().text());
        storage.add(&serde_json::from_str(&json).unwrap()).map(|()| storage)
    }

    fn change(item: Item, netuid: u16, value: &str) -> String {
        format!(r#"["{}",{value}]"#, item.key(netuid))
    }

    fn one(item: Item, value: &str) -> Result<u64, &'static str> {
        read(&change(item, 0, value)).unwrap().get(item, 0).map_err(|fault| fault.why.text())
    }

    #[test]
    fn the_reference_values_are_read() {
        for (item, hex, value) in [
            (Item::TotalIssuance, "0x3a5c34fc40b82700", 11_180_113_340_423_226),
            (Item::TotalStake, "0x00003426f56b1c00", 8_000_000_000_000_000),
            (Item::TotalNetworks, "0x8100", 129),
            (Item::SubnetLimit, "0x8000", 128),
            (Item::BlockNumber, "0x0f348c00", 9_188_367),
            (Item::BlockTime, "0x8025c0f7a0010000", 1_790_862_960_000),
        ] {
            assert_eq!(one(item, &format!("\"{hex}\"")), Ok(value));
        }
    }

    #[test]
    fn what_is_not_stored_is_the_default_and_not_always_zero() {
        assert_eq!(one(Item::EmissionEnabled, "null"), Ok(1));
        assert_eq!(one(Item::SubnetLimit, "null"), Ok(128));
        assert_eq!(one(Item::ExcessTao, "null"), Ok(0));
        assert_eq!(one(Item::TotalIssuance, "null"), Err("not stored by this chain"));
    }

    #[test]
    fn each_fault_is_its_own_values() {
        assert_eq!(one(Item::TotalStake, r#""0x00003426f56b1c""#), Err("of another length than documented"));
        assert_eq!(one(Item::TotalStake, r#""0x00003426f56b1c0000""#), Err("of another length than documented"));
        assert_eq!(one(Item::TotalStake, r#""0x""#), Err("of another length than documented"));
        assert_eq!(one(Item::TotalStake, r#""zz""#), Err("not bytes in hex"));
        assert_eq!(one(Item::TotalStake, "8"), Err("neither bytes nor null"));
        assert_eq!(one(Item::EmissionEnabled, r#""0x02""#), Err("neither true nor false"));

        let two = [change(Item::TotalStake, 0, "7"), change(Item::ExcessTao, 5, r#""0x0500000000000000""#)].join(",");
        let storage = read(&two).unwrap();
        assert_eq!(storage.get(Item::ExcessTao, 5), Ok(5));
        assert_eq!(storage.get(Item::ExcessTao, 6).unwrap_err().to_string(), "TAO of chain buys: not answered");
        assert_eq!(storage.get(Item::TotalStake, 0), Err(Fault::new(What::TotalStake, Why::NeitherBytesNorNull)));
    }

    #[test]
    fn a_value_that_is_answered_twice_must_stay_the_same() {
        let twice = |second: &str| {
            let first = change(Item::TotalNetworks, 0, r#""0x8100""#);
            read(&format!("{first},{}", change(Item::TotalNetworks, 0, second))).unwrap().get(Item::TotalNetworks, 0)
        };
        assert_eq!(twice(r#""0x8100""#), Ok(129));
        assert_eq!(twice(r#""0x8000""#).unwrap_err().why.text(), "answered twice and differently");
        assert_eq!(twice("null").unwrap_err().why.text(), "answered twice and differently");
    }

    #[test]
    fn answers_of_other_shapes_or_blocks_are_refused_whole() {
        let mut storage = Storage::new(hash());
        let good = change(Item::TotalNetworks, 0, r#""0x8100""#);
        for json in [
            "null".to_owned(),
            "[]".to_owned(),
            r#"[{"changes":[]}]"#.to_owned(),
            format!(r#"[{{"block":"0x{}","changes":[{good}]}}]"#, "cd".repeat(32)),
            format!(r#"[{{"block":"{}"}}]"#, hash().text()),
            format!(r#"[{{"block":"{0}","changes":[]}},{{"block":"{0}","changes":[]}}]"#, hash().text()),
            format!(r#"[{{"block":"{}","changes":[{good},["0x"]]}}]"#, hash().text()),
            format!(r#"[{{"block":"{}","changes":[{good},[7,null]]}}]"#, hash().text()),
        ] {
            assert!(storage.add(&serde_json::from_str(&json).unwrap()).is_err(), "{json}");
        }
        assert!(storage.slots.is_empty());
        assert!(read(r#"["0x1234","0x00"]"#).unwrap().slots.is_empty(), "keys of others are passed over");
    }

    #[test]
    fn subnets_are_counted_within_bounds() {
        let of = |networks: &str, limit: &str| {
            let changes = [change(Item::TotalNetworks, 0, networks), change(Item::SubnetLimit, 0, limit)].join(",");
            read(&changes).unwrap().largest_netuid()
        };
        assert_eq!(of(r#""0x8100""#, r#""0x8000""#), Ok(128));
        assert_eq!(of(r#""0x8200""#, r#""0x8000""#), Ok(129), "a limit that was lowered");
        assert_eq!(of(r#""0x4100""#, r#""0x0002""#), Ok(512));
        for (networks, limit) in [
            ("0x0100", "0x8000"),
            ("0x0000", "0x8000"),
            ("0x0202", "0x8000"),
            ("0x8100", "0x0102"),
            ("0x8100", "0x0000"),
        ] {
            let fault = of(&format!("\"{networks}\""), &format!("\"{limit}\"")).unwrap_err();
            assert_eq!(fault.why.text(), "not between 1 and 512", "{networks} {limit}");
        }
    }
}
