//! What one node is asked, in which order, and what becomes of its answers. Pure: no socket and no clock.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::{
    self, Answer, BlockHash, Call, Fault, GENESIS, Known, Network, Sources, Storage, Subnet, What, Why,
};
use tao_conviction_core::wire::Json;

/// How many subnets are asked for at first; what the answer shows to be missing is asked next.
const SUBNETS: u16 = 128;
/// A block that is older (or younger) than this by the visitor's clock is not the present.
const FRESH_MS: i64 = 10 * 60_000;

/// What is asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Genesis,
    Head,
    Storage,
    /// What the first answer of the storage showed to be missing.
    Missing,
    Root,
    /// From here on for readers who see it.
    Version,
    Names,
    Done,
}

/// A conversation with one node. Its first three answers decide whether the node is used; each later one that goes
/// wrong makes its own values unknown.
#[derive(Debug)]
pub struct Session {
    full: bool,
    step: Step,
    id: u32,
    block: Option<BlockHash>,
    storage: Option<Storage>,
    stake: Known<Vec<u64>>,
    version: Known<u32>,
    names: Known<Vec<Subnet>>,
}

/// What a message was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing that was asked for: the answer is still to come.
    Other,
    /// The answer.
    Answer,
}

impl Session {
    /// Not begun yet. `full` asks for what only a panel shows too: the runtime's version and the names of subnets.
    pub const fn new(full: bool) -> Self {
        const fn not_asked<T>(what: What) -> Known<T> {
            Err(Fault::new(what, Why::NotAnswered))
        }
        Self {
            full,
            step: Step::Genesis,
            id: 0,
            block: None,
            storage: None,
            stake: not_asked(What::RootByColdkey),
            version: not_asked(What::RuntimeVersion),
            names: not_asked(What::Names),
        }
    }

    /// The next call as it is sent; nothing when everything has been asked.
    pub fn call(&mut self) -> Option<String> {
        if self.step == Step::Missing && self.missing().is_empty() {
            self.step = Step::Root;
        }
        if self.step == Step::Version && !self.full {
            self.step = Step::Done;
        }
        let keys = match self.step {
            Step::Storage => chain::card_keys(SUBNETS),
            Step::Missing => self.missing(),
            _ => Vec::new(),
        };
        let call = match (self.step, &self.block) {
            (Step::Genesis, _) => Call::BlockHash(0),
            (Step::Head, _) => Call::FinalizedHead,
            (Step::Storage | Step::Missing, Some(at)) => Call::Storage(&keys, at),
            (Step::Root, Some(at)) => Call::Root(at),
            (Step::Version, Some(at)) => Call::Version(at),
            (Step::Names, Some(at)) => Call::Subnets(at),
            (_, None) | (Step::Done, _) => return None,
        };
        self.id += 1;
        Some(call.text(self.id))
    }

    /// Takes in a message.
    ///
    /// # Errors
    /// Why this node can't be used.
    pub fn hear(&mut self, message: &Json, now: UnixMs) -> Result<Heard, String> {
        let Some(answer) = Answer::read(message).filter(|answer| answer.id == self.id) else { return Ok(Heard::Other) };
        let failed = |said: String| ["says “", &said, "”"].concat();
        match self.step {
            Step::Genesis => {
                if answer.result.map_err(failed)?.text() != Some(GENESIS) {
                    return Err("is a node of another chain".to_owned());
                }
                self.step = Step::Head;
            }
            Step::Head => {
                let block = chain::finalized_head(answer.result.map_err(failed)?).map_err(Fault::text)?;
                self.storage = Some(Storage::new(block.clone()));
                self.block = Some(block);
                self.step = Step::Storage;
            }
            Step::Storage => {
                let storage = self.storage.as_mut().ok_or("asks nothing")?;
                storage.add(answer.result.map_err(failed)?).map_err(Fault::text)?;
                if let Ok(at) = storage.time()
                    && now.since(at).abs() > FRESH_MS
                {
                    let minutes = (now.since(at) / 60_000).to_string();
                    return Err(["is ", &minutes, " minutes behind this computer’s clock"].concat());
                }
                self.step = Step::Missing;
            }
            Step::Missing => {
                if let (Some(storage), Ok(result)) = (&mut self.storage, answer.result) {
                    // What was refused stays unanswered, and so unknown.
                    let _ = storage.add(result);
                }
                self.step = Step::Root;
            }
            Step::Root => {
                self.stake = given(answer.result, What::RootByColdkey).and_then(chain::root_stake);
                self.step = Step::Version;
            }
            Step::Version => {
                self.version = given(answer.result, What::RuntimeVersion).and_then(chain::spec_version);
                self.step = Step::Names;
            }
            Step::Names => {
                self.names = given(answer.result, What::Names).and_then(chain::subnets);
                self.step = Step::Done;
            }
            Step::Done => {}
        }
        Ok(Heard::Answer)
    }

    /// Gives up the answer that is awaited.
    ///
    /// # Errors
    /// `why`, when the node can't be used without it.
    pub fn skip(&mut self, why: &str) -> Result<(), String> {
        self.step = match self.step {
            Step::Genesis | Step::Head | Step::Storage => return Err(why.to_owned()),
            Step::Missing => Step::Root,
            Step::Root => Step::Version,
            Step::Version => Step::Names,
            Step::Names | Step::Done => Step::Done,
        };
        Ok(())
    }

    /// What is known now; nothing before the storage was answered.
    pub fn network(&self) -> Option<Network> {
        let storage =
            self.storage.as_ref().filter(|_| !matches!(self.step, Step::Genesis | Step::Head | Step::Storage))?;
        let root_stake = self.stake.as_deref().map_err(|fault| *fault);
        Some(Network::of(&Sources { storage, past: None, root_stake, version: self.version }))
    }

    /// All subnets with their names.
    pub fn names(&self) -> &[Subnet] {
        self.names.as_deref().unwrap_or_default()
    }

    fn missing(&self) -> Vec<String> {
        self.storage.as_ref().map(Storage::missing_keys).unwrap_or_default()
    }
}

fn given(result: Result<&Json, String>, what: What) -> Known<&Json> {
    result.map_err(|_| Fault::new(what, Why::NotAnswered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const HEAD: &str = "0xabababababababababababababababababababababababababababababababab";
    const NOW: UnixMs = UnixMs(1_790_000_000_000);

    fn read(json: &Value) -> Json {
        serde_json::from_value(json.clone()).unwrap()
    }

    /// Hears an answer to what was asked last.
    fn answer(session: &mut Session, result: &Value) -> Result<Heard, String> {
        let id = session.id;
        session.hear(&read(&json!({"jsonrpc": "2.0", "id": id, "result": result})), NOW)
    }

    fn refuse(session: &mut Session) -> Result<Heard, String> {
        let id = session.id;
        session.hear(&read(&json!({"id": id, "error": {"code": -32601, "message": "Method not found"}})), NOW)
    }

    fn method(call: Option<String>) -> String {
        let call: Value = serde_json::from_str(&call.unwrap()).unwrap();
        call["method"].as_str().unwrap().to_owned()
    }

    /// An answer in which nothing is stored but the time of the block.
    fn storage(time: UnixMs) -> Value {
        let time: String = time.0.to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = chain::Item::BlockTime.key(0);
        json!([{"block": HEAD, "changes": [[key, format!("0x{time}")]]}])
    }

    fn until_storage() -> Session {
        let mut session = Session::new(false);
        session.call();
        answer(&mut session, &json!(GENESIS)).unwrap();
        session.call();
        answer(&mut session, &json!(HEAD)).unwrap();
        session.call();
        session
    }

    #[test]
    fn a_card_asks_for_no_more_than_it_scores_and_a_panel_for_what_it_shows() {
        for (full, expected) in [
            (false, vec!["chain_getBlockHash", "chain_getFinalizedHead", "state_queryStorageAt", "state_call"]),
            (
                true,
                vec![
                    "chain_getBlockHash",
                    "chain_getFinalizedHead",
                    "state_queryStorageAt",
                    "state_call",
                    "state_getRuntimeVersion",
                    "state_call",
                ],
            ),
        ] {
            let mut session = Session::new(full);
            let mut asked = Vec::new();
            for result in [json!(GENESIS), json!(HEAD), storage(NOW), json!("0x"), json!({}), json!("0x")] {
                let Some(call) = session.call() else { break };
                asked.push(method(Some(call)));
                assert_eq!(answer(&mut session, &result), Ok(Heard::Answer));
            }
            assert_eq!((asked, session.call()), (expected.into_iter().map(str::to_owned).collect(), None));
        }
    }

    #[test]
    fn every_call_has_a_number_of_its_own_and_only_its_answer_counts() {
        let mut session = Session::new(false);
        session.call();
        for other in [
            json!({"id": 7, "result": GENESIS}),
            json!({"id": "1", "result": GENESIS}),
            json!({"method": "x", "params": {}}),
            json!(null),
            json!([]),
        ] {
            assert_eq!(session.hear(&read(&other), NOW), Ok(Heard::Other), "{other}");
        }
        assert_eq!(answer(&mut session, &json!(GENESIS)), Ok(Heard::Answer));
        session.call();
        // The first answer once more.
        assert_eq!(session.hear(&read(&json!({"id": 1, "result": GENESIS})), NOW), Ok(Heard::Other));
        assert_eq!(answer(&mut session, &json!(HEAD)), Ok(Heard::Answer));
    }

    #[test]
    fn a_node_of_another_chain_or_time_is_not_used() {
        let mut session = Session::new(false);
        session.call();
        assert_eq!(answer(&mut session, &json!(HEAD)), Err("is a node of another chain".to_owned()));
        for (late, expected) in [
            (600_000, Ok(Heard::Answer)),
            (-600_000, Ok(Heard::Answer)),
            (660_000, Err("is 11 minutes behind this computer’s clock".to_owned())),
        ] {
            assert_eq!(answer(&mut until_storage(), &storage(NOW.plus(-late))), expected);
        }
        assert!(answer(&mut until_storage(), &storage(NOW.plus(3_600_000))).is_err());
    }

    #[test]
    fn a_node_that_fails_at_what_matters_is_given_up_and_later_failures_are_unknown_values() {
        for answered in 0..3 {
            let mut session = Session::new(true);
            for result in [json!(GENESIS), json!(HEAD)].iter().take(answered) {
                session.call();
                answer(&mut session, result).unwrap();
            }
            session.call();
            assert_eq!(session.network(), None);
            assert_eq!(session.skip("is silent"), Err("is silent".to_owned()));
            assert_eq!(refuse(&mut session), Err("says “Method not found”".to_owned()));
        }
        let mut session = Session::new(true);
        for result in [json!(GENESIS), json!(HEAD), storage(NOW)] {
            session.call();
            answer(&mut session, &result).unwrap();
        }
        // Root stake is refused, the version never comes, the names are no names.
        session.call();
        assert_eq!(refuse(&mut session), Ok(Heard::Answer));
        session.call();
        assert_eq!(session.skip("is silent"), Ok(()));
        session.call();
        assert_eq!(answer(&mut session, &json!("0x00ff")), Ok(Heard::Answer));
        assert_eq!(session.call(), None);
        let network = session.network().unwrap();
        assert_eq!(network.at, Ok(NOW));
        assert_eq!(network.root, Err(Fault::new(What::RootByColdkey, Why::NotAnswered)));
        assert_eq!(network.version, Err(Fault::new(What::RuntimeVersion, Why::NotAnswered)));
        assert!(session.names().is_empty());
        assert_eq!(network.facts(), None);
    }

    #[test]
    fn a_shape_or_a_block_that_was_not_asked_for_is_given_up() {
        for result in
            [json!(null), json!([]), json!([{"block": GENESIS, "changes": []}]), json!("0x"), json!([{"block": HEAD}])]
        {
            assert!(answer(&mut until_storage(), &result).is_err(), "{result}");
        }
        let mut session = Session::new(false);
        session.call();
        answer(&mut session, &json!(GENESIS)).unwrap();
        session.call();
        assert!(answer(&mut session, &json!("0x12")).is_err());
    }
}
