//! Why a value of the chain is unknown. Two bytes: faults are copied with every value, and texts would be two words each.

use core::fmt;

/// What couldn't be read or believed, and why; together a short line for the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The value.
    pub what: What,
    /// What is wrong with it.
    pub why: Why,
}

/// A value, or why it is unknown.
pub type Known<T> = Result<T, Fault>;

impl Fault {
    /// `what` is unknown because of `why`.
    pub const fn new(what: What, why: Why) -> Self {
        Self { what, why }
    }

    /// In a line, without the standard library's formatting.
    pub fn text(self) -> String {
        [self.what.text(), ": ", self.why.text()].concat()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what.text())?;
        f.write_str(": ")?;
        f.write_str(self.why.text())
    }
}

impl core::error::Error for Fault {}

/// An enumeration whose members are short texts.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($member:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = $text] $member,)* }

        impl $name {
            /// In words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$member => $text,)* }
            }
        }
    };
}

words! {
    /// The value that is unknown.
    What {
        TotalIssuance = "total issuance",
        TotalStake = "total stake",
        Subnets = "number of subnets",
        SubnetLimit = "limit of subnets",
        BlockNumber = "block number",
        BlockTime = "time of the block",
        BalancesIssuance = "issuance of balances",
        RootStake = "root stake",
        TaoIntoPools = "TAO into pools",
        ChainBuys = "TAO of chain buys",
        EmissionSwitch = "emission switch",
        Registration = "registration of a subnet",
        RootByColdkey = "root stake by coldkey",
        Spread = "spread of the emission",
        SubnetTao = "TAO of a subnet",
        StakeChange = "change of the staked share",
        BlockTao = "TAO by subnet",
        Storage = "storage",
        Names = "names of subnets",
        Halving = "halving",
        LastHalving = "last halving",
        NextHalving = "next halving",
        Block = "block",
        RuntimeVersion = "runtime version",
    }
}

words! {
    /// What is wrong with it.
    Why {
        NotHex = "not bytes in hex",
        Layout = "another layout than documented",
        OverIssuance = "more than can be issued",
        NobodyHoldsAny = "nobody holds any",
        TimeBounds = "not between December 2025 and 2100",
        StillToCome = "in a block that is still to come",
        IssuanceBounds = "not between 10.5 and 21 million TAO",
        CountersDiffer = "two counters differ by over 1 %",
        NoPast = "no block of a month ago was read",
        NotAMonth = "the older block is not 28 to 32 days older",
        SumOffEmission = "its sum is over 2 % off what a block emits",
        Shape = "another shape than documented",
        OtherBlock = "of another block than asked",
        Contradiction = "answered twice and differently",
        NotAnswered = "not answered",
        NotStored = "not stored by this chain",
        NeitherBytesNorNull = "neither bytes nor null",
        Length = "of another length than documented",
        TooLarge = "too large",
        NotAFlag = "neither true nor false",
        Netuids = "not up to 513 different numbers",
        AllIssued = "all TAO is issued",
        NoneYet = "there was none",
        DateUnknown = "its date is not known to this version",
        NotOlder = "the older reading is not older",
        HalvingBetween = "a halving lies between the two readings",
        BlocksAndTimes = "the two readings' blocks and times don't fit",
        NotGrown = "the issuance has not grown",
        NoEmission = "blocks emit nothing",
        TooFar = "over a century away",
        NotAHash = "not the hash that is documented",
        NotANumber = "not the number that is documented",
        OtherRuntime = "not of Bittensor's runtime",
        ShareBounds = "not between 0 and the issuance",
        SubnetBounds = "not between 1 and 512",
        Refused = "refused by the node",
    }
}
