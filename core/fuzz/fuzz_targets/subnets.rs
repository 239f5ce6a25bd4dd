//! Arbitrary bytes as the list of all subnets: nothing panics, and names are short lines without control characters.
#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use tao_conviction_core::chain::{MAX_NETUID, subnets};
use tao_conviction_core::wire::Json;

fn line(text: &Option<String>, limit: usize) {
    let Some(text) = text else { return };
    assert!(!text.is_empty() && text.chars().count() <= limit + 1);
    assert!(!text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)));
}

fuzz_target!(|data: &[u8]| {
    let mut hex = "0x".to_owned();
    for byte in data {
        write!(hex, "{byte:02x}").expect("a String");
    }
    match subnets(&Json::Text(hex)) {
        Ok(subnets) => {
            assert!(!subnets.is_empty() && subnets.is_sorted_by(|a, b| a.netuid < b.netuid));
            for subnet in &subnets {
                assert!(subnet.netuid <= MAX_NETUID);
                line(&subnet.name, 32);
                line(&subnet.symbol, 8);
            }
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
});
