//! Everything that one reading of the chain says, each value known or unknown for a reason, and what of it is scored
//! (method §7).

use super::halving::{ANCHOR, BLOCK_MS, FIRST_HALVING, MAX_ISSUANCE, Reading, emission};
use super::{Concentration, Fault, Halving, Item, Known, Storage, What, Why};
use crate::UnixMs;
use crate::catalyst::{ChainFacts, Launch};

const DAY_MS: i64 = 86_400_000;
/// Every live state has at least the first halving behind it.
const LEAST_ISSUANCE: u64 = MAX_ISSUANCE / 2;
/// The year 2100.
const LAST_TIME: i64 = 4_102_444_800_000;
/// A launch counts for 30 days, when the subnet gets at least a hundredth of the block's TAO or is among the first 20.
const LAUNCH_DAYS: i64 = 30;
const LAUNCH_RANK: usize = 20;
const LAUNCH_PART: u64 = 100;

/// What was read.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The storage of the block.
    pub storage: &'a Storage,
    /// That of a block 28 to 32 days before, where a node still has it.
    pub past: Option<&'a Storage>,
    /// Root stake by coldkey, from [`root_stake`](super::root_stake).
    pub root_stake: Known<&'a [u64]>,
    /// From [`spec_version`](super::spec_version).
    pub version: Known<u32>,
}

/// The state of the network in one block.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The block's number.
    pub block: Known<u64>,
    /// Its time.
    pub at: Known<UnixMs>,
    /// The version of the runtime.
    pub version: Known<u32>,
    /// TAO issued, in rao: 10.5 to 21 million TAO.
    pub issuance: Known<u64>,
    /// The halving.
    pub halving: Known<Halving>,
    /// TotalStake / TotalIssuance, 0 … 1. The stake includes the liquidity that the protocol itself put into pools.
    pub staked_share: Known<f64>,
    /// Its change in 28 to 32 days, as a fraction.
    pub staked_share_change: Known<f64>,
    /// The share of the issuance that is staked on the root network, 0 … 1.
    pub root_share: Known<f64>,
    /// How many subnets there are, the root network not counted: 1 … 512.
    pub subnets: Known<u16>,
    /// How many there may be.
    pub subnet_limit: Known<u16>,
    /// Subnets with the TAO in rao that the last block gave them, largest first; those that got nothing are left out.
    pub block_tao: Known<Vec<(u16, u64)>>,
    /// How that is spread.
    pub emission: Known<Concentration>,
    /// Subnets of 30 days that matter, newest first, and of one age the one that gets most first.
    pub launches: Known<Vec<Launch>>,
    /// How the root stake is spread over coldkeys.
    pub root: Known<Concentration>,
}

impl Network {
    /// Takes together what `sources` say.
    pub fn of(sources: &Sources<'_>) -> Self {
        let Sources { storage, past, root_stake, version } = *sources;
        let (block, at, issuance) = (storage.get(Item::BlockNumber, 0), time(storage), issuance(storage));
        let halving = issuance.and_then(|issuance| {
            let now = at.map(|at| Reading { issuance, at, block: block.ok() });
            Halving::of(issuance, now, &past.and_then(|past| reading(past).ok()).unwrap_or(ANCHOR))
        });
        let staked_share = share(storage, Item::TotalStake);
        let block_tao = block_tao(storage);
        let emission = block_tao.as_deref().map_err(|fault| *fault).and_then(|received| {
            let amounts: Vec<u64> = received.iter().map(|(_, tao)| *tao).collect();
            Concentration::of(&amounts).ok_or(Fault::new(What::Spread, Why::NobodyHoldsAny))
        });
        let launches = block_tao
            .as_deref()
            .map_err(|fault| *fault)
            .and_then(|received| launches(storage, &major(received, emission_of(storage)?), block?, at?));
        Self {
            block,
            at,
            version,
            issuance,
            halving,
            staked_share,
            staked_share_change: change(at, staked_share, past),
            root_share: share(storage, Item::SubnetTao),
            subnets: storage.subnet_count(Item::TotalNetworks, 1),
            subnet_limit: storage.subnet_count(Item::SubnetLimit, 0),
            block_tao,
            emission,
            launches,
            root: root_stake
                .and_then(|stake| Concentration::of(stake).ok_or(Fault::new(What::RootByColdkey, Why::NobodyHoldsAny))),
        }
    }

    /// What is scored. Nothing when nothing of it is known, since facts without a single value would count as 0.
    ///
    /// The next halving is the one at the measured pace, or else the earliest. Launches that are unknown are an empty
    /// list: that they are unknown is said by [`Network::launches`] alone.
    pub fn facts(&self) -> Option<ChainFacts> {
        let halving = self.halving.as_ref().ok();
        let facts = ChainFacts {
            last_halving: halving.and_then(|halving| halving.last.ok()),
            next_halving: halving.and_then(|halving| halving.expected.or(halving.earliest).ok()),
            staked_share: self.staked_share.ok(),
            staked_share_change: self.staked_share_change.ok(),
            nakamoto: self.root.ok().map(|root| root.nakamoto),
            emission_hhi: self.emission.ok().map(|emission| emission.hhi),
            launches: self.launches.clone().unwrap_or_default(),
        };
        (self.launches.is_ok() || facts != ChainFacts::default()).then_some(facts)
    }

    /// When a block of the past was, counted back from this one at 12.04 s a block.
    ///
    /// # Errors
    /// When this block's number or time is unknown, or the other is not before it.
    pub fn time_of(&self, block: u64) -> Known<UnixMs> {
        back(self.block?, self.at?, block)
    }
}

impl Storage {
    /// The time of the block, between December 2025 and 2100.
    ///
    /// # Errors
    /// When it is unknown or out of these bounds.
    pub fn time(&self) -> Known<UnixMs> {
        time(self)
    }

    /// What the first answer shows to be missing, for a second question about the same block: when the subnets that
    /// get much of the emission were registered, and everything of subnets beyond those that were asked for. Nothing
    /// when nothing is.
    pub fn missing_keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut missing = |item: Item, netuid| {
            if !self.has(item, netuid) {
                keys.push(item.key(netuid));
            }
        };
        let mut received = Vec::new();
        for netuid in 1..=self.largest_netuid().unwrap_or(0) {
            let unasked = [Item::TaoInEmission, Item::ExcessTao, Item::EmissionEnabled];
            if unasked.iter().any(|item| !self.has(*item, netuid)) {
                for item in unasked.into_iter().chain([Item::RegisteredAt]) {
                    missing(item, netuid);
                }
            } else if let Ok(tao) = received_by(self, netuid) {
                rank(&mut received, netuid, tao);
            }
        }
        // Ranks can only get worse by what is still missing, so none that will matter is left out.
        if let Ok(emission) = emission_of(self) {
            for netuid in major(&received, emission) {
                missing(Item::RegisteredAt, netuid);
            }
        }
        keys
    }
}

/// The issuance within what is possible, and as both counters have it: the runtime keeps them equal.
fn issuance(storage: &Storage) -> Known<u64> {
    let fault = |why| Fault::new(What::TotalIssuance, why);
    let issuance = storage.get(Item::TotalIssuance, 0)?;
    if !(LEAST_ISSUANCE..=MAX_ISSUANCE).contains(&issuance) {
        return Err(fault(Why::IssuanceBounds));
    }
    match storage.get(Item::BalancesIssuance, 0) {
        Ok(other) if issuance.abs_diff(other) > issuance / 100 => Err(fault(Why::CountersDiffer)),
        _ => Ok(issuance),
    }
}

fn emission_of(storage: &Storage) -> Known<u64> {
    issuance(storage).map(emission)
}

fn time(storage: &Storage) -> Known<UnixMs> {
    let time = storage.get(Item::BlockTime, 0)?;
    let time = i64::try_from(time).ok().filter(|time| (FIRST_HALVING.0..LAST_TIME).contains(time));
    time.map(UnixMs).ok_or(Fault::new(What::BlockTime, Why::TimeBounds))
}

fn reading(storage: &Storage) -> Known<Reading> {
    Ok(Reading { issuance: issuance(storage)?, at: time(storage)?, block: storage.get(Item::BlockNumber, 0).ok() })
}

/// What part of the issuance `item` is.
#[expect(clippy::cast_precision_loss, reason = "a share: the last of 53 bits doesn't matter")]
fn share(storage: &Storage, item: Item) -> Known<f64> {
    let (part, issuance) = (storage.get(item, 0)?, issuance(storage)?);
    if part == 0 || part > issuance {
        let what = if item == Item::TotalStake { What::TotalStake } else { What::RootStake };
        return Err(Fault::new(what, Why::ShareBounds));
    }
    Ok(part as f64 / issuance as f64)
}

fn change(at: Known<UnixMs>, now: Known<f64>, past: Option<&Storage>) -> Known<f64> {
    let fault = |why| Fault::new(What::StakeChange, why);
    let past = past.ok_or(fault(Why::NoPast))?;
    let days = at?.since(time(past)?) / DAY_MS;
    if !(28..=32).contains(&days) {
        return Err(fault(Why::NotAMonth));
    }
    Ok(now? - share(past, Item::TotalStake)?)
}

/// What the last block gave to one subnet. One whose emission is switched off gets nothing: its values are left over
/// from earlier.
fn received_by(storage: &Storage, netuid: u16) -> Known<u64> {
    let parts = [storage.get(Item::TaoInEmission, netuid)?, storage.get(Item::ExcessTao, netuid)?];
    let enabled = storage.get(Item::EmissionEnabled, netuid)? == 1;
    let sum = parts[0].checked_add(parts[1]).ok_or(Fault::new(What::SubnetTao, Why::TooLarge))?;
    Ok(if enabled { sum } else { 0 })
}

/// Which subnets get how much, largest first, when together it is what a block emits.
///
/// Which numbers are taken needs no asking: those that get nothing don't matter here, be they free or not. Were values
/// left over from a subnet that is gone, the sum would tell.
fn block_tao(storage: &Storage) -> Known<Vec<(u16, u64)>> {
    let fault = |why| Fault::new(What::BlockTao, why);
    let mut received = Vec::new();
    let mut sum = 0_u64;
    for netuid in 1..=storage.largest_netuid()? {
        let tao = received_by(storage, netuid)?;
        sum = sum.saturating_add(tao);
        rank(&mut received, netuid, tao);
    }
    let emission = emission_of(storage)?;
    if u128::from(sum.abs_diff(emission)) * 50 > u128::from(emission) {
        return Err(fault(Why::SumOffEmission));
    }
    Ok(received)
}

/// Puts a subnet in its place, largest first; one that gets nothing has none.
fn rank(received: &mut Vec<(u16, u64)>, netuid: u16, tao: u64) {
    if tao > 0 {
        received.insert(received.partition_point(|(_, known)| *known >= tao), (netuid, tao));
    }
}

/// Those that get enough for their launch to count, of subnets in falling order. Equal amounts have equal ranks.
fn major(received: &[(u16, u64)], emission: u64) -> Vec<u16> {
    let last = received.get(LAUNCH_RANK - 1).map_or(0, |(_, tao)| *tao);
    let counts = |tao: u64| tao > 0 && (tao >= last || tao >= emission.div_ceil(LAUNCH_PART));
    received.iter().filter(|(_, tao)| counts(*tao)).map(|(netuid, _)| *netuid).collect()
}

fn launches(storage: &Storage, major: &[u16], block: u64, at: UnixMs) -> Known<Vec<Launch>> {
    let mut launches = Vec::new();
    for netuid in major {
        let launched = back(block, at, storage.get(Item::RegisteredAt, *netuid)?)?;
        if at.since(launched) <= LAUNCH_DAYS * DAY_MS {
            let place = launches.partition_point(|known: &Launch| known.at >= launched);
            launches.insert(place, Launch { netuid: *netuid, at: launched });
        }
    }
    Ok(launches)
}

fn back(block: u64, at: UnixMs, earlier: u64) -> Known<UnixMs> {
    let fault = Fault::new(What::Registration, Why::StillToCome);
    let blocks = block.checked_sub(earlier).ok_or(fault)?;
    let elapsed = blocks.checked_mul(BLOCK_MS).and_then(|elapsed| i64::try_from(elapsed).ok()).ok_or(fault)?;
    Ok(at.plus(-elapsed))
}
