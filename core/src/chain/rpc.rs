//! The calls to a node as JSON-RPC texts, and the small answers: block hashes, a header, the runtime's version.

use super::scale::line;
use super::{Fault, Known, What, Why};
use crate::wire::Json;

/// The hash of Bittensor's first block: what a node has to name before it is believed to speak of this chain.
pub const GENESIS: &str = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";

/// Public nodes, in the order in which they are asked.
pub const NODES: [&str; 4] = [
    "wss://entrypoint-finney.opentensor.ai:443",
    "wss://lite.chain.opentensor.ai:443",
    "wss://bittensor-finney.api.onfinality.io/public-ws",
    "wss://rpc.blockmachine.io",
];

/// Public nodes that keep the states of all blocks, asked only for one a month ago.
pub const ARCHIVES: [&str; 2] =
    ["wss://archive.chain.opentensor.ai:443", "wss://bittensor-finney.api.onfinality.io/public-ws"];

/// Root stake by coldkey: `get_selective_metagraph(0, [53 coldkeys, 68 tao_stake])`.
const ROOT: &str = "0x00000835004400";

/// The hash of a block: `0x` and 64 hex digits, so that it can stand in a call as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockHash(String);

impl BlockHash {
    /// The hash in `text`, if it is one.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x")?;
        let hex = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| Self(text.to_ascii_lowercase()))
    }

    /// `0x…`, in lower case.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A question to a node.
#[derive(Debug, Clone, Copy)]
pub enum Call<'a> {
    /// The hash of the block with this number; of number 0 it has to be [`GENESIS`].
    BlockHash(u64),
    /// The hash of the last finalized block, which all further questions are pinned to.
    FinalizedHead,
    /// The header of a block, for its number.
    Header(&'a BlockHash),
    /// Values of the storage: [`card_keys`](super::card_keys) and their like.
    Storage(&'a [String], &'a BlockHash),
    /// The root network's coldkeys and their stake, for [`root_stake`](super::root_stake).
    Root(&'a BlockHash),
    /// All subnets with their names, for [`subnets`](super::subnets()): over 100 KB, so not for a card.
    Subnets(&'a BlockHash),
    /// The version of the runtime, for [`spec_version`].
    Version(&'a BlockHash),
}

impl Call<'_> {
    /// The call as it is sent, under the number `id`.
    pub fn text(&self, id: u32) -> String {
        let mut text = String::from(r#"{"jsonrpc":"2.0","id":"#);
        push_number(&mut text, u64::from(id));
        text.push_str(",\"method\":\"");
        let (method, at) = match self {
            Self::BlockHash(_) => ("chain_getBlockHash", None),
            Self::FinalizedHead => ("chain_getFinalizedHead", None),
            Self::Header(at) => ("chain_getHeader", Some(at)),
            Self::Storage(_, at) => ("state_queryStorageAt", Some(at)),
            Self::Root(at) | Self::Subnets(at) => ("state_call", Some(at)),
            Self::Version(at) => ("state_getRuntimeVersion", Some(at)),
        };
        text.push_str(method);
        text.push_str("\",\"params\":[");
        match self {
            Self::BlockHash(number) => push_number(&mut text, *number),
            Self::Storage(keys, _) => {
                text.push_str("[\"");
                text.push_str(&keys.join("\",\""));
                text.push_str("\"],");
            }
            Self::Root(_) => {
                text.push_str("\"SubnetInfoRuntimeApi_get_selective_metagraph\",\"");
                text.push_str(ROOT);
                text.push_str("\",");
            }
            Self::Subnets(_) => text.push_str("\"SubnetInfoRuntimeApi_get_all_dynamic_info\",\"0x\","),
            Self::FinalizedHead | Self::Header(_) | Self::Version(_) => {}
        }
        if let Some(at) = at {
            text.push('"');
            text.push_str(at.text());
            text.push('"');
        }
        text.push_str("]}");
        text
    }
}

/// In digits; the standard library's formatting would bring 2 KB to every visitor.
fn push_number(text: &mut String, number: u64) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// A node's answer to one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'a> {
    /// The number that the call had.
    pub id: u32,
    /// What was asked for, or why not in the node's words, as they came: see [`words`].
    pub result: Result<&'a Json, &'a str>,
}

impl<'a> Answer<'a> {
    /// The answer in a message; nothing when it is none, which subscriptions' messages are not.
    pub fn read(message: &'a Json) -> Option<Self> {
        let Some(Json::Number(id)) = message.get("id") else { return None };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked at once")]
        let number = *id as u32;
        if f64::from(number).to_bits() != id.to_bits() {
            return None;
        }
        let result = match (message.get("error"), message.get("result")) {
            (None | Some(Json::Null), Some(result)) => Ok(result),
            (Some(error), _) => Err(error.get("message").and_then(Json::text).unwrap_or_default()),
            (None, None) => return None,
        };
        Some(Self { id: number, result })
    }
}

/// A node's words as one plain line of at most 120 characters.
pub fn words(said: &str) -> String {
    line(said.as_bytes(), 120).unwrap_or_else(|| "an error without words".to_owned())
}

/// The block in the answer to [`Call::FinalizedHead`] or [`Call::BlockHash`].
///
/// # Errors
/// When it is no hash.
pub fn finalized_head(result: &Json) -> Known<BlockHash> {
    result.text().and_then(BlockHash::read).ok_or(Fault::new(What::Block, Why::NotAHash))
}

/// The block's number in the answer to [`Call::Header`].
///
/// # Errors
/// When there is none that fits 32 bits.
pub fn block_number(result: &Json) -> Known<u64> {
    let digits = result.get("number").and_then(Json::text).and_then(|number| number.strip_prefix("0x"));
    // `from_str_radix` takes a sign, which no header has.
    let digits = digits.filter(|digits| !digits.starts_with('+'));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.map(u64::from).ok_or(Fault::new(What::BlockNumber, Why::NotANumber))
}

/// The runtime's version in the answer to [`Call::Version`].
///
/// # Errors
/// When it is of another chain's runtime, or no whole number from 1 to a million.
pub fn spec_version(result: &Json) -> Known<u32> {
    let fault = |why| Fault::new(What::RuntimeVersion, why);
    let name = result.get("specName").and_then(Json::text);
    if name != Some("node-subtensor") {
        return Err(fault(Why::OtherRuntime));
    }
    let Some(Json::Number(version)) = result.get("specVersion") else {
        return Err(fault(Why::NotANumber));
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked at once")]
    let number = *version as u32;
    let whole = f64::from(number).to_bits() == version.to_bits() && (1..=1_000_000).contains(&number);
    whole.then_some(number).ok_or(fault(Why::NotANumber))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn calls_are_json_rpc() {
        let at = BlockHash::read(GENESIS).unwrap();
        let keys = ["0x01".to_owned(), "0x02".to_owned()];
        for (call, method, params) in [
            (Call::BlockHash(0), "chain_getBlockHash", "[0]".to_owned()),
            (Call::FinalizedHead, "chain_getFinalizedHead", "[]".to_owned()),
            (Call::Header(&at), "chain_getHeader", format!("[\"{GENESIS}\"]")),
            (Call::Storage(&keys, &at), "state_queryStorageAt", format!(r#"[["0x01","0x02"],"{GENESIS}"]"#)),
            (
                Call::Root(&at),
                "state_call",
                format!(r#"["SubnetInfoRuntimeApi_get_selective_metagraph","0x00000835004400","{GENESIS}"]"#),
            ),
            (
                Call::Subnets(&at),
                "state_call",
                format!(r#"["SubnetInfoRuntimeApi_get_all_dynamic_info","0x","{GENESIS}"]"#),
            ),
            (Call::Version(&at), "state_getRuntimeVersion", format!("[\"{GENESIS}\"]")),
        ] {
            let sent: serde_json::Value = serde_json::from_str(&call.text(7)).unwrap();
            let params: serde_json::Value = serde_json::from_str(&params).unwrap();
            assert_eq!(sent, serde_json::json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}));
        }
    }

    #[test]
    fn an_answer_is_a_result_or_the_nodes_own_words() {
        let json = read(r#"{"jsonrpc":"2.0","id":3,"result":null}"#);
        assert_eq!(Answer::read(&json), Some(Answer { id: 3, result: Ok(&Json::Null) }));
        let said = |json: &str| Answer::read(&read(json)).map(|answer| words(answer.result.unwrap_err()));
        let json = r#"{"id":3,"error":{"code":4003,"message":"Client error: \nState already discarded\u202e"}}"#;
        assert_eq!(said(json).as_deref(), Some("Client error: State already discarded"));
        assert_eq!(said(r#"{"id":3,"error":7}"#).as_deref(), Some("an error without words"));
        for other in [
            r#"{"id":null,"error":{}}"#,
            r#"{"id":-1,"result":1}"#,
            r#"{"id":1.5,"result":1}"#,
            r#"{"id":1}"#,
            "[]",
            r#"{"method":"x","params":{}}"#,
        ] {
            assert_eq!(Answer::read(&read(other)), None, "{other}");
        }
    }

    #[test]
    fn hashes_headers_and_versions_are_read() {
        let hash = finalized_head(&Json::Text(GENESIS.to_uppercase().replacen("0X", "0x", 1))).unwrap();
        assert_eq!(hash.text(), GENESIS);
        for other in ["", "0x", &GENESIS[..65], &format!("{GENESIS}0"), &GENESIS.replace('f', "\""), &GENESIS[2..]] {
            assert!(finalized_head(&Json::Text(other.to_owned())).is_err(), "{other}");
        }
        assert!(finalized_head(&Json::Null).is_err());

        assert_eq!(block_number(&read(r#"{"number":"0x8c340f"}"#)), Ok(9_188_367));
        for other in [
            r#"{"number":9188367}"#,
            r#"{"number":"8c340f"}"#,
            r#"{"number":"0x+1"}"#,
            r#"{"number":"0x"}"#,
            r#"{"number":"0x100000000"}"#,
            "{}",
            "null",
        ] {
            assert!(block_number(&read(other)).is_err(), "{other}");
        }

        assert_eq!(spec_version(&read(r#"{"specName":"node-subtensor","specVersion":470}"#)), Ok(470));
        let other = spec_version(&read(r#"{"specName":"polkadot","specVersion":470}"#)).unwrap_err();
        assert_eq!(other.to_string(), "runtime version: not of Bittensor's runtime");
        for version in ["0", "1.5", "-1", "1000001", "1e300", "\"470\"", "null"] {
            let json = format!(r#"{{"specName":"node-subtensor","specVersion":{version}}}"#);
            assert!(spec_version(&read(&json)).is_err(), "{version}");
        }
    }
}
