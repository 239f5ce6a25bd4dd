//! Arbitrary bytes as a node's answer to the questions of a card: nothing panics, and what is known of the network is
//! within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::chain::{
    Answer, BlockHash, Fault, GENESIS, Network, Sources, Storage, What, Why, block_number, finalized_head, spec_version,
};
use tao_conviction_core::wire::Json;

fn share(share: &Result<f64, Fault>) {
    assert!(share.as_ref().map_or(true, |share| *share > 0.0 && *share <= 1.0));
}

fn check(result: &Json) {
    let _ = (block_number(result), finalized_head(result));
    assert!(spec_version(result).map_or(true, |version| (1..=1_000_000).contains(&version)));
    let Some(at) = BlockHash::read(GENESIS) else { return };
    let mut storage = Storage::new(at);
    if let Err(fault) = storage.add(result) {
        assert!(!fault.to_string().is_empty());
    }
    assert!(storage.missing_keys().len() <= 4 * 512);
    let fault = Fault::new(What::RootStake, Why::NotAnswered);
    let network =
        Network::of(&Sources { storage: &storage, past: Some(&storage), root_stake: Err(fault), version: Err(fault) });
    share(&network.staked_share);
    share(&network.root_share);
    assert!(network.subnets.map_or(true, |count| (1..=512).contains(&count)));
    assert!(network.emission.map_or(true, |emission| emission.hhi > 0.0 && emission.hhi <= 1.0));
    if let (Ok(halving), Ok(at)) = (&network.halving, network.at) {
        assert!(halving.remaining > 0 && halving.emission <= 500_000_000);
        assert!(halving.earliest.map_or(true, |earliest| earliest > at));
    }
    if let (Ok(launches), Ok(at)) = (&network.launches, network.at) {
        assert!(launches.iter().all(|launch| launch.at <= at && at.since(launch.at) <= 30 * 86_400_000));
    }
    let _ = network.facts();
}

fuzz_target!(|data: &[u8]| {
    let Ok(message) = serde_json::from_slice::<Json>(data) else { return };
    check(&message);
    if let Some(Answer { result, .. }) = Answer::read(&message) {
        match result {
            Ok(result) => check(result),
            Err(said) => assert!(!said.is_empty() && said.chars().count() <= 121),
        }
    }
});
