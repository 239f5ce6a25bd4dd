//! What Bittensor's chain says, read from a public node: which questions are asked, how the answers are decoded, and
//! what follows from them. Pure: how bytes travel is the caller's business.
//!
//! The chain's runtime changes almost weekly and no layout here could be tried on a live node, so each value is known
//! or unknown on its own, with a reason, and nothing is read through `f64` before it is a share. Which values are read,
//! and where their layouts are from: `docs/chain.md`.

pub mod concentration;
pub mod facts;
mod fault;
pub mod halving;
mod key;
mod metagraph;
mod rpc;
mod scale;
mod storage;
mod subnets;

pub use concentration::Concentration;
pub use facts::{Network, Sources};
pub use fault::{Fault, Known, What, Why};
pub use halving::Halving;
pub use key::{Item, MAX_NETUID, card_keys, past_keys};
pub use metagraph::root_stake;
pub use rpc::{ARCHIVES, Answer, BlockHash, Call, GENESIS, NODES, block_number, finalized_head, spec_version, words};
pub use scale::line;
pub use storage::Storage;
pub use subnets::{Subnet, subnets};
