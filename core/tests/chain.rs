//! The chain's side of the core against a node of our own: constructed states of the size of the real one, asked for in
//! the calls that a card makes. The node finds its values by keys that are hashed here, not by those that ship.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashMap;

use tao_conviction_core::UnixMs;
use tao_conviction_core::catalyst::{RiskName, catalysts};
use tao_conviction_core::chain::{
    Answer, BlockHash, Call, Fault, GENESIS, Item, Known, Network, Sources, Storage, What, Why, block_number,
    card_keys, finalized_head, past_keys, root_stake, spec_version, subnets,
};
use tao_conviction_core::wire::Json;
use xxhash_rust::xxh64::xxh64;

const TAO: u64 = 1_000_000_000;
const BLOCK: u64 = 9_188_367;
const NOW: u64 = 1_790_862_960_000;
const DAY: u64 = 86_400_000;
const EMISSION: u64 = TAO / 2;

fn hash() -> BlockHash {
    BlockHash::read(&format!("0x{}", "5a".repeat(32))).unwrap()
}

fn key(pallet: &str, item: &str, netuid: Option<u16>) -> String {
    let twox = |name: &str| [0, 1].map(|seed| xxh64(name.as_bytes(), seed).to_le_bytes()).concat();
    let bytes = [twox(pallet), twox(item), netuid.map_or(Vec::new(), |netuid| netuid.to_le_bytes().to_vec())].concat();
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    std::iter::once("0x".to_owned()).chain(bytes.iter().map(|byte| format!("{byte:02x}"))).collect()
}

fn compact(value: u128) -> Vec<u8> {
    let bytes = value.to_le_bytes();
    let used = (16 - value.leading_zeros() as usize / 8).max(4);
    match value {
        0..64 => vec![(value as u8) << 2],
        64..16_384 => (((value as u16) << 2) | 1).to_le_bytes().to_vec(),
        16_384..1_073_741_824 => (((value as u32) << 2) | 2).to_le_bytes().to_vec(),
        _ => [&[(((used - 4) << 2) | 3) as u8][..], &bytes[..used]].concat(),
    }
}

#[derive(Clone, Copy, Default)]
struct Sub {
    tao_in: u64,
    excess: u64,
    disabled: bool,
    registered: u64,
}

impl Sub {
    fn tao(&self) -> u64 {
        if self.disabled { 0 } else { self.tao_in + self.excess }
    }
}

/// A node's state: 128 subnets of which 47 get no emission, and 64 root validators.
struct Node {
    values: HashMap<String, Vec<u8>>,
    subs: Vec<(u16, Sub)>,
    seats: Vec<(u8, u64)>,
}

impl Node {
    fn new() -> Self {
        let weight = |rank: u64| 1_000_000 / (rank + 6);
        let total: u64 = (0..81).map(weight).sum();
        let mut rank = 0;
        let mut subs: Vec<(u16, Sub)> = (1..=128)
            .map(|netuid: u16| {
                let disabled = netuid % 8 >= 5 && rank < 200 && (netuid as usize) < 126;
                let tao = if disabled {
                    3_000_000 // left over from earlier
                } else {
                    let tao = EMISSION * weight(rank) / total;
                    rank += 1;
                    tao
                };
                let registered = if netuid == 1 { 0 } else { 3_000_000 + u64::from(netuid) * 10_000 };
                (netuid, Sub { tao_in: tao / 3, excess: tao - tao / 3, disabled, registered })
            })
            .collect();
        // A number that is free: nothing is stored under it.
        subs.retain(|(netuid, _)| *netuid != 77);
        let seats = (0..64_u8).map(|seat| (seat / 2 + 1, (1_220_000 / (u64::from(seat) + 1) + 20_000) * TAO)).collect();
        let mut node = Self { values: HashMap::new(), subs, seats };
        node.set("TotalIssuance", &(11_400_000 * TAO).to_le_bytes());
        node.set("TotalStake", &(8_000_000 * TAO).to_le_bytes());
        node.set("TotalNetworks", &128_u16.to_le_bytes());
        node.put(key("SubtensorModule", "SubnetTAO", Some(0)), &(6_420_000 * TAO).to_le_bytes());
        node.put(key("System", "Number", None), &(BLOCK as u32).to_le_bytes());
        node.put(key("Timestamp", "Now", None), &NOW.to_le_bytes());
        node.put(key("Balances", "TotalIssuance", None), &(11_400_001 * TAO).to_le_bytes());
        node.store();
        node
    }

    fn put(&mut self, key: String, value: &[u8]) {
        self.values.insert(key, value.to_vec());
    }

    fn set(&mut self, item: &str, value: &[u8]) {
        self.put(key("SubtensorModule", item, None), value);
    }

    /// Writes the subnets; as on the chain, a default is not stored.
    fn store(&mut self) {
        for (netuid, sub) in self.subs.clone() {
            let mut put = |item: &str, value: u64, stored: bool| {
                let key = key("SubtensorModule", item, Some(netuid));
                if stored {
                    self.values.insert(key, value.to_le_bytes().to_vec());
                } else {
                    self.values.remove(&key);
                }
            };
            put("SubnetTaoInEmission", sub.tao_in, sub.tao_in > 0);
            put("SubnetExcessTao", sub.excess, sub.excess > 0);
            put("NetworkRegisteredAt", sub.registered, sub.registered > 0);
            let key = key("SubtensorModule", "SubnetEmissionEnabled", Some(netuid));
            if sub.disabled {
                self.values.insert(key, vec![0]);
            } else if netuid % 3 == 0 {
                self.values.insert(key, vec![1]);
            } else {
                self.values.remove(&key);
            }
        }
    }

    fn sub(&mut self, netuid: u16, change: impl FnOnce(&mut Sub)) {
        let found = self.subs.iter_mut().find(|(known, _)| *known == netuid);
        change(&mut found.unwrap().1);
        self.store();
    }

    fn metagraph(&self) -> Vec<u8> {
        let count = compact(self.seats.len() as u128);
        let coldkeys = self.seats.iter().flat_map(|(coldkey, _)| [*coldkey; 32]).collect();
        let stakes = self.seats.iter().flat_map(|(_, stake)| compact((*stake).into())).collect();
        [vec![1, 0], vec![0; 52], vec![1], count.clone(), coldkeys, vec![0; 14], vec![1], count, stakes, vec![0; 5]]
            .concat()
    }

    fn dynamic_info(&self) -> Vec<u8> {
        let text = |text: &str| [compact(text.len() as u128), text.as_bytes().to_vec()].concat();
        let letters = |text: &str| {
            [compact(text.len() as u128), text.bytes().flat_map(|byte| compact(byte.into())).collect()].concat()
        };
        let entry = |(netuid, sub): &(u16, Sub)| {
            let mut bytes = [vec![1], compact((*netuid).into()), vec![3; 64]].concat();
            bytes.extend([letters(&format!("Subnet no. {netuid}")), letters("α")].concat());
            let numbers = [360, 9_188_000, 367, 0, 1 << 50, 1 << 51, 10_000_000_000_000, 1, 2, 3, 4, 0, 1 << 80];
            bytes.extend(numbers.into_iter().flat_map(compact));
            bytes.extend(compact(sub.registered.into()));
            let words = ["Subnet", "https://github.com/a/b", "", "https://example.org", "", &"x".repeat(150), "", ""];
            bytes.extend([vec![1], words.into_iter().flat_map(text).collect()].concat());
            bytes.extend((1_u128 << 28).to_le_bytes());
            bytes
        };
        // Not by number, as on the chain.
        let entries: Vec<u8> = self.subs.iter().rev().flat_map(entry).collect();
        [compact(self.subs.len() as u128), entries].concat()
    }

    /// The answer to one call as text, and nothing when the call isn't one that a node knows.
    fn answer(&self, call: &str) -> String {
        let call: serde_json::Value = serde_json::from_str(call).unwrap();
        let params = call["params"].as_array().unwrap();
        if call["method"] != "chain_getBlockHash" && call["method"] != "chain_getFinalizedHead" {
            assert_eq!(params.last().unwrap(), hash().text(), "every reading is pinned to the block");
        }
        let result = match call["method"].as_str().unwrap() {
            "chain_getBlockHash" => serde_json::json!(GENESIS),
            "chain_getFinalizedHead" => serde_json::json!(hash().text()),
            "chain_getHeader" => serde_json::json!({"number": format!("0x{BLOCK:x}"), "parentHash": GENESIS}),
            "state_getRuntimeVersion" => serde_json::json!({"specName": "node-subtensor", "specVersion": 470}),
            "state_queryStorageAt" => {
                let value = |key: &str| self.values.get(key).map(|value| hex(value));
                let keys = params[0].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
                let changes: Vec<_> = keys.map(|key| serde_json::json!([key, value(key)])).collect();
                serde_json::json!([{"block": hash().text(), "changes": changes}])
            }
            "state_call" => match (params[0].as_str().unwrap(), params[1].as_str().unwrap()) {
                ("SubnetInfoRuntimeApi_get_selective_metagraph", "0x00000835004400") => {
                    serde_json::json!(hex(&self.metagraph()))
                }
                ("SubnetInfoRuntimeApi_get_all_dynamic_info", "0x") => serde_json::json!(hex(&self.dynamic_info())),
                other => panic!("no such runtime call: {other:?}"),
            },
            other => panic!("no such method: {other}"),
        };
        serde_json::json!({"jsonrpc": "2.0", "id": call["id"], "result": result}).to_string()
    }

    /// Reads as a card does.
    fn reading(&self) -> Reading {
        let at = hash();
        let mut reading =
            Reading { storage: Storage::new(at.clone()), root: Ok(Vec::new()), up: Vec::new(), down: Vec::new() };
        let ask = |reading: &mut Reading, call: Call<'_>| {
            let text = call.text(9);
            let answer = self.answer(&text);
            reading.up.push(text.len());
            reading.down.push(answer.len());
            let json: Json = serde_json::from_str(&answer).unwrap();
            let answer = Answer::read(&json).unwrap();
            assert_eq!(answer.id, 9);
            answer.result.unwrap().clone()
        };
        assert_eq!(finalized_head(&ask(&mut reading, Call::BlockHash(0))).unwrap().text(), GENESIS);
        assert_eq!(finalized_head(&ask(&mut reading, Call::FinalizedHead)), Ok(at.clone()));
        let first = ask(&mut reading, Call::Storage(&card_keys(128), &at));
        reading.storage.add(&first).unwrap();
        let missing = reading.storage.missing_keys();
        if !missing.is_empty() {
            let second = ask(&mut reading, Call::Storage(&missing, &at));
            reading.storage.add(&second).unwrap();
        }
        reading.root = root_stake(&ask(&mut reading, Call::Root(&at)));
        assert_eq!(spec_version(&ask(&mut reading, Call::Version(&at))), Ok(470));
        reading
    }

    fn network(&self) -> Network {
        self.reading().network(None)
    }
}

struct Reading {
    storage: Storage,
    root: Known<Vec<u64>>,
    up: Vec<usize>,
    down: Vec<usize>,
}

impl Reading {
    fn network(&self, past: Option<&Storage>) -> Network {
        let root_stake = self.root.as_deref().map_err(|fault| *fault);
        Network::of(&Sources { storage: &self.storage, past, root_stake, version: Ok(470) })
    }
}

fn past(issuance: u64, stake: u64, days: u64) -> Storage {
    let mut node = Node::new();
    node.set("TotalIssuance", &issuance.to_le_bytes());
    node.set("TotalStake", &stake.to_le_bytes());
    node.put(key("Balances", "TotalIssuance", None), &issuance.to_le_bytes());
    node.put(key("Timestamp", "Now", None), &(NOW - days * DAY).to_le_bytes());
    node.put(key("System", "Number", None), &((BLOCK - days * DAY / 12_040) as u32).to_le_bytes());
    let mut storage = Storage::new(hash());
    let json: Json = serde_json::from_str(&node.answer(&Call::Storage(&past_keys(), &hash()).text(1))).unwrap();
    storage.add(Answer::read(&json).unwrap().result.unwrap()).unwrap();
    storage
}

#[test]
fn a_card_reads_no_more_than_80_kilobytes() {
    let reading = Node::new().reading();
    let (up, down): (usize, usize) = (reading.up.iter().sum(), reading.down.iter().sum());
    println!(
        "calls {}, up {:?} = {up}, down {:?} = {down}, together {}",
        reading.up.len(),
        reading.up,
        reading.down,
        up + down
    );
    assert_eq!(reading.up.len(), 6, "genesis, head, storage twice, root, version");
    assert!(up + down <= 80_000);
    // With the registrations of all subnets it would be too much, which is why there are two questions.
    let every = (1..=128).map(|netuid| Item::RegisteredAt.key(netuid)).collect::<Vec<_>>();
    let node = Node::new();
    let text = Call::Storage(&every, &hash()).text(1);
    println!("all registrations: up {}, down {}", text.len(), node.answer(&text).len());
    let panel = node.answer(&Call::Subnets(&hash()).text(1)).len();
    println!("names: down {panel}");
}

#[test]
fn a_state_like_the_real_one_is_read_whole() {
    let node = Node::new();
    let network = node.network();
    assert_eq!((network.block, network.at), (Ok(BLOCK), Ok(UnixMs(NOW as i64))));
    assert_eq!((network.issuance, network.version), (Ok(11_400_000 * TAO), Ok(470)));
    assert_eq!((network.subnets, network.subnet_limit), (Ok(127), Ok(128)));
    assert!((network.staked_share.unwrap() - 8.0 / 11.4).abs() < 1e-12);
    assert!((network.root_share.unwrap() - 6.42 / 11.4).abs() < 1e-12);
    assert_eq!(network.staked_share_change.unwrap_err().why.text(), "no block of a month ago was read");

    let halving = network.halving.as_ref().unwrap();
    assert_eq!((halving.done, halving.emission, halving.threshold), (1, EMISSION, 15_750_000 * TAO));
    assert_eq!(halving.remaining, 4_350_000 * TAO);
    assert_eq!(halving.earliest, Ok(UnixMs(NOW as i64 + 8_700_000 * 12_040)));
    let days = (NOW - 1_785_412_800_000) as f64 / DAY as f64;
    let pace = (11_400_000.0 - 11_180_113.340_423_226) / days;
    let wait = (halving.expected.unwrap().0 - NOW as i64) as f64 / DAY as f64;
    assert!((wait - 4_350_000.0 / pace).abs() < 1e-5, "{wait}");

    let mut expected: Vec<(u16, u64)> =
        node.subs.iter().map(|(netuid, sub)| (*netuid, sub.tao())).filter(|(_, tao)| *tao > 0).collect();
    expected.sort_by_key(|(netuid, tao)| (u64::MAX - tao, *netuid));
    assert_eq!(network.block_tao.as_ref(), Ok(&expected));
    let sum = expected.iter().map(|(_, tao)| *tao as f64).sum::<f64>();
    let hhi: f64 = expected.iter().map(|(_, tao)| (*tao as f64 / sum).powi(2)).sum();
    assert!((network.emission.unwrap().hhi - hhi).abs() < 1e-12);

    // Two seats a coldkey: 32 holders.
    let mut held: HashMap<u8, u64> = HashMap::new();
    node.seats.iter().for_each(|(coldkey, stake)| *held.entry(*coldkey).or_default() += stake);
    let mut held: Vec<u64> = held.into_values().collect();
    held.sort_unstable();
    let total: u64 = held.iter().sum();
    let nakamoto = (1..).find(|count| held.iter().rev().take(*count).sum::<u64>() * 2 > total).unwrap();
    let root = network.root.unwrap();
    assert_eq!((root.holders, root.nakamoto as usize), (32, nakamoto));

    assert_eq!(network.launches, Ok(Vec::new()));
    let facts = network.facts().unwrap();
    assert_eq!(facts.last_halving, Some(UnixMs(1_765_756_800_000)));
    assert_eq!(facts.next_halving, halving.expected.ok());
    assert_eq!((facts.nakamoto, facts.emission_hhi), (Some(root.nakamoto), Some(network.emission.unwrap().hhi)));
    assert_eq!((facts.staked_share, facts.staked_share_change), (network.staked_share.ok(), None));
    let header: Json = serde_json::from_str(&node.answer(&Call::Header(&hash()).text(1))).unwrap();
    assert_eq!(block_number(header.get("result").unwrap()), network.block);
}

#[test]
fn names_come_with_the_same_registrations() {
    let node = Node::new();
    let json: Json = serde_json::from_str(&node.answer(&Call::Subnets(&hash()).text(1))).unwrap();
    let found = subnets(json.get("result").unwrap()).unwrap();
    assert_eq!(found.len(), node.subs.len());
    for (subnet, (netuid, sub)) in found.iter().zip(&node.subs) {
        assert_eq!((subnet.netuid, subnet.registered_at), (*netuid, sub.registered));
        assert_eq!(subnet.name, Some(format!("Subnet no. {netuid}")));
        assert_eq!((subnet.symbol.as_deref(), subnet.moving_price), (Some("α"), 62_500_000));
    }
}

#[test]
fn a_launch_is_young_and_gets_enough() {
    let mut node = Node::new();
    let amounts = node.network().block_tao.unwrap();
    // Rank 20 has more than 1 % here or less, whichever: rank 21 … decide by their share alone.
    let by_share = amounts.iter().filter(|(_, tao)| tao * 100 >= EMISSION).count();
    let major = by_share.max(20);
    let young = BLOCK - 100_000;
    for (netuid, _) in &amounts {
        node.sub(*netuid, |sub| sub.registered = young);
    }
    node.sub(8 - 2, |sub| sub.registered = young); // switched off
    let launches = node.network().launches.unwrap();
    assert_eq!(launches.len(), major);
    let netuids: Vec<u16> = amounts.iter().take(major).map(|(netuid, _)| *netuid).collect();
    assert_eq!(launches.iter().map(|launch| launch.netuid).collect::<Vec<_>>(), netuids);
    assert!(launches.iter().all(|launch| launch.at == UnixMs(NOW as i64 - 100_000 * 12_040)));

    // 30 days are 215,282.4 blocks of 12.04 s.
    let first = amounts[0].0;
    for (blocks, count) in [(215_282, major), (215_283, major - 1), (0, major)] {
        node.sub(first, |sub| sub.registered = BLOCK - blocks);
        assert_eq!(node.network().launches.unwrap().len(), count, "{blocks}");
    }
    node.sub(first, |sub| sub.registered = BLOCK + 1);
    let network = node.network();
    assert_eq!(network.launches.unwrap_err().to_string(), "registration of a subnet: in a block that is still to come");
    assert!(network.emission.is_ok());
}

#[test]
fn rank_twenty_counts_below_one_percent_and_one_percent_below_rank_twenty() {
    let launched = |amounts: &[u64]| {
        let mut node = Node::new();
        for (netuid, sub) in &mut node.subs {
            let tao = amounts.get(usize::from(*netuid) - 1).copied().unwrap_or(0);
            *sub = Sub { tao_in: tao, excess: 0, disabled: false, registered: BLOCK - 1 };
        }
        node.store();
        node.network().launches.unwrap().len()
    };
    // One takes nearly all: 20 of the small ones' ranks are taken, ties share a rank.
    let mut amounts = vec![EMISSION - 24 * 1_000];
    amounts.extend((1..=24).map(|n| 1_000 + n - 12));
    assert_eq!(launched(&amounts), 20);
    assert_eq!(launched(&[EMISSION / 50; 50]), 50);
    let mut amounts = vec![EMISSION - 24 * 1_000];
    amounts.extend([1_000; 24]);
    assert_eq!(launched(&amounts), 25, "24 share the second rank");
    let mut amounts = vec![EMISSION / 50; 24];
    amounts.extend([EMISSION / 100; 25]);
    amounts.extend([EMISSION / 100 - 1; 27]);
    assert_eq!(launched(&amounts), 49);
}

#[test]
fn a_raised_limit_is_asked_for_in_the_second_question() {
    let mut node = Node::new();
    let half: Vec<(u16, Sub)> = node
        .subs
        .iter()
        .map(|(netuid, sub)| (*netuid, Sub { tao_in: sub.tao_in / 2, excess: sub.excess / 2, ..*sub }))
        .collect();
    node.subs = half.iter().flat_map(|(netuid, sub)| [(*netuid, *sub), (netuid + 128, *sub)]).collect();
    node.store();
    node.set("SubnetLimit", &256_u16.to_le_bytes());
    node.set("TotalNetworks", &255_u16.to_le_bytes());
    node.sub(129, |sub| sub.registered = BLOCK - 10);
    let reading = node.reading();
    assert!(reading.storage.missing_keys().is_empty(), "two questions are enough");
    let network = reading.network(None);
    assert_eq!(network.block_tao.as_ref().unwrap().len(), node.subs.iter().filter(|(_, sub)| sub.tao() > 0).count());
    assert_eq!(network.launches.unwrap().iter().map(|launch| launch.netuid).collect::<Vec<_>>(), [129]);

    let mut first = Storage::new(hash());
    let json: Json = serde_json::from_str(&node.answer(&Call::Storage(&card_keys(128), &hash()).text(1))).unwrap();
    first.add(json.get("result").unwrap()).unwrap();
    let sources = Sources {
        storage: &first,
        past: None,
        root_stake: Err(Fault::new(What::RootByColdkey, Why::NotAnswered)),
        version: Ok(1),
    };
    let half = Network::of(&sources);
    assert_eq!(half.block_tao.unwrap_err().why.text(), "not answered", "half of the subnets are not the emission");
    assert!(half.halving.is_ok() && half.staked_share.is_ok());
}

#[test]
fn a_month_tells_the_change_of_the_stake_and_the_pace() {
    let reading = Node::new().reading();
    let then = past(11_310_000 * TAO, 8_200_000 * TAO, 30);
    let network = reading.network(Some(&then));
    let change = network.staked_share_change.unwrap();
    assert!((change - (8.0 / 11.4 - 8.2 / 11.31)).abs() < 1e-12);
    let wait = network.halving.as_ref().unwrap().expected.unwrap().0 - NOW as i64;
    assert!((wait as f64 / DAY as f64 - 4_350_000.0 / 3_000.0).abs() < 1e-6);
    for (days, known) in [(27, false), (28, true), (32, true), (33, false)] {
        let network = reading.network(Some(&past(11_310_000 * TAO, 8_200_000 * TAO, days)));
        assert_eq!(network.staked_share_change.is_ok(), known, "{days}");
        assert!(network.halving.unwrap().expected.is_ok());
    }
    // A reading that can't be is not measured against: the anchor is.
    let network = reading.network(Some(&past(9_000_000 * TAO, 8_200_000 * TAO, 30)));
    assert!(network.staked_share_change.is_err());
    assert_eq!(network.halving, reading.network(None).halving);
    let facts = reading.network(Some(&then)).facts().unwrap();
    assert_eq!(facts.staked_share_change, Some(change));
}

/// Which values are known: block, time, issuance, halving, stake, root share, subnets, limit, TAO by subnet, launches, root.
fn known(network: &Network) -> [bool; 11] {
    [
        network.block.is_ok(),
        network.at.is_ok(),
        network.issuance.is_ok(),
        network.halving.as_ref().is_ok_and(|halving| halving.earliest.is_ok()),
        network.staked_share.is_ok(),
        network.root_share.is_ok(),
        network.subnets.is_ok(),
        network.subnet_limit.is_ok(),
        network.block_tao.is_ok() && network.emission.is_ok(),
        network.launches.is_ok(),
        network.root.is_ok(),
    ]
}

#[test]
fn each_fault_takes_only_what_hangs_on_it() {
    let subtensor = |item: &str, netuid| key("SubtensorModule", item, netuid);
    let rao = |tao: u64| (tao * TAO).to_le_bytes().to_vec();
    // The values that are lost, by their place in `known`.
    let cases: [(String, Vec<u8>, &[usize]); 19] = [
        (key("System", "Number", None), vec![1], &[0, 9]),
        (key("Timestamp", "Now", None), vec![], &[1, 3, 9]),
        (key("Timestamp", "Now", None), 1_u64.to_le_bytes().to_vec(), &[1, 3, 9]),
        (subtensor("TotalIssuance", None), rao(10_499_999), &[2, 3, 4, 5, 8, 9]),
        (subtensor("TotalIssuance", None), rao(21_000_001), &[2, 3, 4, 5, 8, 9]),
        (subtensor("TotalIssuance", None), vec![0; 16], &[2, 3, 4, 5, 8, 9]),
        (key("Balances", "TotalIssuance", None), rao(5_000_000), &[2, 3, 4, 5, 8, 9]),
        (key("Balances", "TotalIssuance", None), vec![0; 16], &[]),
        (subtensor("TotalStake", None), rao(0), &[4]),
        (subtensor("TotalStake", None), rao(11_400_001), &[4]),
        (subtensor("SubnetTAO", Some(0)), vec![0; 7], &[5]),
        (subtensor("TotalNetworks", None), vec![1, 0], &[6, 8, 9]),
        (subtensor("TotalNetworks", None), vec![255, 255], &[6, 8, 9]),
        (subtensor("SubnetLimit", None), vec![0, 0], &[7, 8, 9]),
        (subtensor("SubnetLimit", None), vec![0, 3], &[7, 8, 9]),
        (subtensor("SubnetTaoInEmission", Some(100)), vec![1], &[8, 9]),
        (subtensor("SubnetExcessTao", Some(100)), vec![255; 8], &[8, 9]),
        (subtensor("SubnetEmissionEnabled", Some(100)), vec![2], &[8, 9]),
        (subtensor("NetworkRegisteredAt", Some(2)), vec![0; 4], &[9]),
    ];
    assert_eq!(known(&Node::new().network()), [true; 11]);
    for (key, value, lost) in cases {
        let mut node = Node::new();
        node.put(key.clone(), &value);
        let network = node.network();
        let expected: Vec<bool> = (0..11).map(|place| !lost.contains(&place)).collect();
        assert_eq!(known(&network).to_vec(), expected, "{key} = {value:?}");
        assert!(network.facts().is_some());
    }
}

#[test]
fn tao_that_is_not_the_emission_is_not_believed() {
    let others: u64 = Node::new().subs.iter().filter(|(netuid, _)| *netuid != 1).map(|(_, sub)| sub.tao()).sum();
    // 2 % of 0.5 TAO are 10,000,000 rao.
    for (sum, known) in
        [(EMISSION, true), (510_000_000, true), (510_000_001, false), (490_000_000, true), (489_999_999, false)]
    {
        let mut node = Node::new();
        node.sub(1, |sub| (sub.tao_in, sub.excess) = (1, sum - others - 1));
        let network = node.network();
        assert_eq!(network.block_tao.is_ok(), known, "{sum}");
        if !known {
            let fault = network.emission.unwrap_err();
            assert_eq!(fault.to_string(), "TAO by subnet: its sum is over 2 % off what a block emits");
            assert_eq!((network.launches.clone(), network.facts().unwrap().emission_hhi), (Err(fault), None));
        }
    }
    // One that is switched off counts nothing, whatever is left of it.
    let mut node = Node::new();
    node.sub(6, |sub| sub.excess = 400_000_000);
    assert_eq!(node.network().block_tao, Node::new().network().block_tao);
}

#[test]
fn nothing_known_is_no_facts_rather_than_zero() {
    let storage = Storage::new(hash());
    assert!(storage.missing_keys().is_empty());
    let nothing = Err(Fault::new(What::RootByColdkey, Why::NotAnswered));
    let network = Network::of(&Sources {
        storage: &storage,
        past: None,
        root_stake: nothing,
        version: Err(Fault::new(What::RuntimeVersion, Why::NotAnswered)),
    });
    assert_eq!(network.facts(), None);
    assert_eq!(network.issuance.unwrap_err().to_string(), "total issuance: not answered");
    let stake = [60, 40, 50];
    let network = Network::of(&Sources { storage: &storage, past: None, root_stake: Ok(&stake), version: Ok(1) });
    let facts = network.facts().unwrap();
    assert_eq!((facts.nakamoto, facts.staked_share, facts.next_halving), (Some(2), None, None));
    let scored = catalysts(Some(&facts), None, UnixMs(NOW as i64));
    assert_eq!(scored.value, Some(-0.15));
    assert_eq!(scored.risk_flags[0].name, RiskName::Concentration);
}
