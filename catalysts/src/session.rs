//! What one node is asked, in which order, and what becomes of its answers. Pure: no socket and no clock.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::halving::MONTH_BLOCKS;
use tao_conviction_core::chain::{
    self, Answer, BlockHash, Call, Fault, GENESIS, Item, Known, Network, Sources, Storage, Subnet, What, Why,
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
    /// From here on for the change since a month ago: which block that was, and what it stored.
    Month,
    Past,
    Done,
}

/// A conversation with one node. Its first three answers decide whether the node is used; each later one that goes
/// wrong makes its own values unknown.
///
/// A `FULL` one asks for what only a panel shows too: the runtime's version, the names of subnets; or, as one
/// [of the past](Session::of_the_past), for the same few values now and a month ago.
#[derive(Debug)]
pub struct Session<const FULL: bool> {
    of_the_past: bool,
    step: Step,
    id: u32,
    block: Option<BlockHash>,
    storage: Option<Storage>,
    stake: Known<Vec<u64>>,
    version: Known<u32>,
    names: Known<Vec<Subnet>>,
    past: Option<Storage>,
}

/// What a message was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing that was asked for: the answer is still to come.
    Other,
    /// The answer.
    Answer,
}

/// Why a node can't be used. It is worded only where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// In words that follow its name.
    Is(&'static str),
    /// It refused, and said so.
    Says(String),
    /// It ended the conversation, and said why.
    HungUp(String),
    /// Its answer isn't one.
    Answer(Fault),
    /// Its newest block is so many minutes old.
    Behind(i64),
}

impl Refusal {
    /// In words that follow the node's name.
    pub fn text(&self) -> String {
        match self {
            Self::Is(words) => (*words).to_owned(),
            Self::Says(words) => ["says “", &chain::words(words), "”"].concat(),
            Self::HungUp(words) => ["hung up: “", &chain::words(words), "”"].concat(),
            Self::Answer(fault) => fault.text(),
            Self::Behind(minutes) => ["is ", &minutes.to_string(), " minutes behind this computer’s clock"].concat(),
        }
    }
}

impl Refusal {
    fn says(words: &str) -> Self {
        Self::Says(words.to_owned())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Answer(fault)
    }
}

impl<const FULL: bool> Default for Session<FULL> {
    /// Not begun yet.
    fn default() -> Self {
        const fn not_asked<T>(what: What) -> Known<T> {
            Err(Fault::new(what, Why::NotAnswered))
        }
        Self {
            of_the_past: false,
            step: Step::Genesis,
            id: 0,
            block: None,
            storage: None,
            stake: not_asked(What::RootByColdkey),
            version: not_asked(What::RuntimeVersion),
            names: not_asked(What::Names),
            past: None,
        }
    }
}

impl Session<true> {
    /// One with a node that keeps all states: what has changed in 30 days.
    pub fn of_the_past() -> Self {
        Self { of_the_past: true, ..Self::default() }
    }
}

impl<const FULL: bool> Session<FULL> {
    /// The next call as it is sent; nothing when everything has been asked.
    pub fn call(&mut self) -> Option<String> {
        if self.step == Step::Missing && self.missing().is_empty() {
            self.step = Step::Root;
        }
        if self.step == Step::Version && !FULL {
            self.step = Step::Done;
        }
        let keys = match self.step {
            Step::Storage | Step::Past if FULL && self.of_the_past => chain::past_keys(),
            Step::Storage => chain::card_keys(SUBNETS),
            Step::Missing => self.missing(),
            _ => Vec::new(),
        };
        let call = match (self.step, &self.block) {
            (Step::Month, _) if FULL => Call::BlockHash(self.number().saturating_sub(MONTH_BLOCKS)),
            (Step::Past, _) if FULL => Call::Storage(&keys, self.past.as_ref()?.block()),
            (Step::Genesis, _) => Call::BlockHash(0),
            (Step::Head, _) => Call::FinalizedHead,
            (Step::Storage | Step::Missing, Some(at)) => Call::Storage(&keys, at),
            (Step::Root, Some(at)) => Call::Root(at),
            (Step::Version, Some(at)) if FULL => Call::Version(at),
            (Step::Names, Some(at)) if FULL => Call::Subnets(at),
            _ => return None,
        };
        self.id += 1;
        Some(call.text(self.id))
    }

    /// Takes in a message.
    ///
    /// # Errors
    /// Why this node can't be used.
    pub fn hear(&mut self, message: &Json, now: UnixMs) -> Result<Heard, Refusal> {
        let Some(answer) = Answer::read(message).filter(|answer| answer.id == self.id) else { return Ok(Heard::Other) };
        match self.step {
            Step::Genesis => {
                if answer.result.map_err(Refusal::says)?.text() != Some(GENESIS) {
                    return Err(Refusal::Is("is a node of another chain"));
                }
                self.step = Step::Head;
            }
            Step::Head => {
                let block = chain::finalized_head(answer.result.map_err(Refusal::says)?)?;
                self.storage = Some(Storage::new(block.clone()));
                self.block = Some(block);
                self.step = Step::Storage;
            }
            Step::Storage => {
                let storage = self.storage.as_mut().ok_or(Refusal::Is("asks nothing"))?;
                storage.add(answer.result.map_err(Refusal::says)?)?;
                if let Ok(at) = storage.time()
                    && now.since(at).abs() > FRESH_MS
                {
                    return Err(Refusal::Behind(now.since(at) / 60_000));
                }
                self.step = if FULL && self.of_the_past { Step::Month } else { Step::Missing };
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
            Step::Version if FULL => {
                self.version = given(answer.result, What::RuntimeVersion).and_then(chain::spec_version);
                self.step = Step::Names;
            }
            Step::Names if FULL => {
                self.names = given(answer.result, What::Names).and_then(chain::subnets);
                self.step = Step::Done;
            }
            Step::Month if FULL => {
                self.past = Some(Storage::new(chain::finalized_head(answer.result.map_err(Refusal::says)?)?));
                self.step = Step::Past;
            }
            Step::Past if FULL => {
                let past = self.past.as_mut().ok_or(Refusal::Is("asks nothing"))?;
                past.add(answer.result.map_err(Refusal::says)?)?;
                self.step = Step::Done;
            }
            _ => {}
        }
        Ok(Heard::Answer)
    }

    /// Gives up the answer that is awaited.
    ///
    /// # Errors
    /// `why`, when the node can't be used without it.
    pub fn skip(&mut self, why: Refusal) -> Result<(), Refusal> {
        self.step = match self.step {
            Step::Genesis | Step::Head | Step::Storage | Step::Month | Step::Past => return Err(why),
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
        let past = self.past.as_ref().filter(|_| FULL);
        Some(Network::of(&Sources { storage, past, root_stake, version: self.version }))
    }

    /// All subnets with their names.
    pub fn names(&self) -> &[Subnet] {
        self.names.as_deref().unwrap_or_default()
    }

    /// How many subnets have their emission switched on.
    ///
    /// # Errors
    /// When it isn't known which subnets there are, or a switch.
    pub fn enabled(&self) -> Known<u16> {
        let mut count = 0;
        for subnet in self.names.as_ref().map_err(|fault| *fault)?.iter().filter(|subnet| subnet.netuid > 0) {
            let switch = |storage: &Storage| storage.get(Item::EmissionEnabled, subnet.netuid);
            count += u16::from(self.storage.as_ref().map_or(Ok(0), switch)? == 1);
        }
        Ok(count)
    }

    /// The block's number; 0 where it is unknown, of which there is no past.
    fn number(&self) -> u64 {
        self.storage.as_ref().and_then(|storage| storage.get(Item::BlockNumber, 0).ok()).unwrap_or(0)
    }

    fn missing(&self) -> Vec<String> {
        self.storage.as_ref().map(Storage::missing_keys).unwrap_or_default()
    }
}

fn given<'a>(result: Result<&'a Json, &str>, what: What) -> Known<&'a Json> {
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
    fn answer<const FULL: bool>(session: &mut Session<FULL>, result: &Value) -> Result<Heard, Refusal> {
        let id = session.id;
        session.hear(&read(&json!({"jsonrpc": "2.0", "id": id, "result": result})), NOW)
    }

    fn refuse<const FULL: bool>(session: &mut Session<FULL>) -> Result<Heard, Refusal> {
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

    fn until_storage() -> Session<false> {
        let mut session = Session::<false>::default();
        session.call();
        answer(&mut session, &json!(GENESIS)).unwrap();
        session.call();
        answer(&mut session, &json!(HEAD)).unwrap();
        session.call();
        session
    }

    #[test]
    fn a_card_asks_for_no_more_than_it_scores_and_a_panel_for_what_it_shows() {
        fn asked<const FULL: bool>() -> Vec<String> {
            let mut session = Session::<FULL>::default();
            let mut asked = Vec::new();
            for result in [json!(GENESIS), json!(HEAD), storage(NOW), json!("0x"), json!({}), json!("0x")] {
                let Some(call) = session.call() else { break };
                asked.push(method(Some(call)));
                assert_eq!(answer(&mut session, &result), Ok(Heard::Answer));
            }
            assert_eq!(session.call(), None);
            asked
        }
        let card = ["chain_getBlockHash", "chain_getFinalizedHead", "state_queryStorageAt", "state_call"];
        assert_eq!(asked::<false>(), card);
        assert_eq!(asked::<true>(), [&card[..], &["state_getRuntimeVersion", "state_call"]].concat());
    }

    #[test]
    fn a_refusal_is_worded_after_the_name() {
        for (refusal, words) in [
            (Refusal::Is("is silent"), "is silent"),
            (Refusal::Says("no".to_owned()), "says “no”"),
            (Refusal::HungUp("429".to_owned()), "hung up: “429”"),
            (Refusal::Answer(Fault::new(What::Storage, Why::Shape)), "storage: another shape than documented"),
            (Refusal::Behind(11), "is 11 minutes behind this computer’s clock"),
        ] {
            assert_eq!(refusal.text(), words);
        }
    }

    #[test]
    fn every_call_has_a_number_of_its_own_and_only_its_answer_counts() {
        let mut session = Session::<false>::default();
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
        let mut session = Session::<false>::default();
        session.call();
        assert_eq!(answer(&mut session, &json!(HEAD)), Err(Refusal::Is("is a node of another chain")));
        for (late, expected) in
            [(600_000, Ok(Heard::Answer)), (-600_000, Ok(Heard::Answer)), (660_000, Err(Refusal::Behind(11)))]
        {
            assert_eq!(answer(&mut until_storage(), &storage(NOW.plus(-late))), expected);
        }
        assert!(answer(&mut until_storage(), &storage(NOW.plus(3_600_000))).is_err());
    }

    #[test]
    fn a_node_that_fails_at_what_matters_is_given_up_and_later_failures_are_unknown_values() {
        for answered in 0..3 {
            let mut session = Session::<true>::default();
            for result in [json!(GENESIS), json!(HEAD)].iter().take(answered) {
                session.call();
                answer(&mut session, result).unwrap();
            }
            session.call();
            assert_eq!(session.network(), None);
            assert_eq!(session.skip(Refusal::Is("is silent")), Err(Refusal::Is("is silent")));
            assert_eq!(refuse(&mut session), Err(Refusal::Says("Method not found".to_owned())));
        }
        let mut session = Session::<true>::default();
        for result in [json!(GENESIS), json!(HEAD), storage(NOW)] {
            session.call();
            answer(&mut session, &result).unwrap();
        }
        // Root stake is refused, the version never comes, the names are no names.
        session.call();
        assert_eq!(refuse(&mut session), Ok(Heard::Answer));
        session.call();
        assert_eq!(session.skip(Refusal::Is("is silent")), Ok(()));
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
        let mut session = Session::<false>::default();
        session.call();
        answer(&mut session, &json!(GENESIS)).unwrap();
        session.call();
        assert!(answer(&mut session, &json!("0x12")).is_err());
    }

    /// Issuance, stake, number and time of a block.
    fn totals(block: &str, tao: [u64; 2], number: u32, at: UnixMs) -> Value {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let rao = |tao: u64| hex(&(tao * 1_000_000_000).to_le_bytes());
        let values = [rao(tao[0]), rao(tao[1]), hex(&number.to_le_bytes()), hex(&at.0.to_le_bytes()), rao(tao[0])];
        let changes: Vec<Value> =
            chain::past_keys().into_iter().zip(values).map(|(key, value)| json!([key, format!("0x{value}")])).collect();
        json!([{"block": block, "changes": changes}])
    }

    #[test]
    fn the_past_is_a_block_of_a_month_ago_and_what_has_changed_since() {
        const THEN: &str = "0xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";
        let number = 9_188_367;
        let month = UnixMs(NOW.0 - 30 * 86_400_000);
        let before = u32::try_from(u64::from(number) - MONTH_BLOCKS).unwrap();
        let mut session = Session::of_the_past();
        let mut asked = Vec::new();
        for result in [
            json!(GENESIS),
            json!(HEAD),
            totals(HEAD, [11_180_000, 8_000_000], number, NOW),
            json!(THEN),
            totals(THEN, [11_080_000, 8_200_000], before, month),
        ] {
            asked.push(session.call().unwrap());
            assert_eq!(answer(&mut session, &result), Ok(Heard::Answer));
        }
        assert_eq!(session.call(), None);
        assert!(asked[3].contains(&format!(r#""chain_getBlockHash","params":[{before}]"#)), "{}", asked[3]);
        assert!(asked[4].ends_with(&format!("\"{THEN}\"]}}")), "{}", asked[4]);
        let network = session.network().unwrap();
        let change = network.staked_share_change.unwrap();
        assert!((change - (8_000.0 / 11_180.0 - 8_200.0 / 11_080.0)).abs() < 1e-12, "{change}");
        // 100,000 TAO in 30 days, and 4,570,000 are left.
        let days = (network.halving.unwrap().expected.unwrap().since(NOW)) / 86_400_000;
        assert_eq!(days, 30 * 4_570_000 / 100_000);
    }

    #[test]
    fn a_node_that_has_no_past_is_not_used_for_it() {
        let mut session = Session::of_the_past();
        for result in [json!(GENESIS), json!(HEAD), totals(HEAD, [11_180_000, 8_000_000], 9_188_367, NOW), json!(HEAD)]
        {
            session.call();
            answer(&mut session, &result).unwrap();
        }
        session.call();
        assert_eq!(session.skip(Refusal::Is("is silent")), Err(Refusal::Is("is silent")));
        assert_eq!(refuse(&mut session), Err(Refusal::Says("Method not found".to_owned())));
    }

    #[test]
    fn emission_is_counted_where_it_is_switched_on_of_the_subnets_that_there_are() {
        let mut session = Session::<true>::default();
        assert_eq!(session.enabled(), Err(Fault::new(What::Names, Why::NotAnswered)));
        let subnet = |netuid| Subnet { netuid, name: None, symbol: None, registered_at: 0, tao_in: 0, moving_price: 0 };
        session.names = Ok([0, 1, 2, 3].map(subnet).into());
        let key = |netuid| chain::Item::EmissionEnabled.key(netuid);
        let mut storage = Storage::new(BlockHash::read(HEAD).unwrap());
        // What isn't stored is switched on; subnet 0 is none, and there is no subnet 4.
        let changes =
            json!([{"block": HEAD, "changes": [[key(1), "0x01"], [key(2), "0x00"], [key(3), null], [key(4), "0x01"]]}]);
        storage.add(&read(&changes)).unwrap();
        session.storage = Some(storage);
        assert_eq!(session.enabled(), Ok(2));
        session.names = Ok([1, 9].map(subnet).into());
        assert!(session.enabled().is_err());
    }
}
