//! Arbitrary bytes as the root network's metagraph: nothing panics, and the stake that comes out is one that can be.
#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::chain::{Concentration, halving, root_stake};
use tao_conviction_core::wire::Json;

fuzz_target!(|data: &[u8]| {
    let mut hex = "0x".to_owned();
    for byte in data {
        write!(hex, "{byte:02x}").expect("a String");
    }
    match root_stake(&Json::Text(hex)) {
        Ok(stake) => {
            assert!(!stake.is_empty() && stake.len() <= 1_024 && !stake.contains(&0));
            assert!(stake.iter().sum::<u64>() <= halving::MAX_ISSUANCE);
            let found = Concentration::of(&stake).expect("holders");
            assert!(found.nakamoto >= 1 && found.nakamoto <= found.holders / 2 + 1);
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
});
