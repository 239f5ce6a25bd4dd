//! The assets that the adapters know.

/// An asset, by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Asset(usize);

/// Symbol and name. Which venue lists what is said by the venues themselves.
const TABLE: [(&str, &str); 11] = [
    ("TAO", "Bittensor"),
    ("BTC", "Bitcoin"),
    ("ETH", "Ethereum"),
    ("SOL", "Solana"),
    ("FET", "Artificial Superintelligence Alliance"),
    ("RENDER", "Render"),
    ("NEAR", "NEAR Protocol"),
    ("ICP", "Internet Computer"),
    ("GRT", "The Graph"),
    ("WLD", "Worldcoin"),
    ("VIRTUAL", "Virtuals Protocol"),
];

impl Asset {
    /// What every asset is measured against.
    pub(crate) const BITCOIN: Self = Self(1);

    /// The AI tokens that make the basket (method §5).
    pub(crate) fn basket() -> impl Iterator<Item = Self> {
        (4..TABLE.len()).map(Self)
    }

    /// All of them, TAO first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).map(Self)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::all().find(|asset| asset.symbol().eq_ignore_ascii_case(text))
    }

    /// The ticker, e.g. `TAO`.
    pub(crate) fn symbol(self) -> &'static str {
        TABLE.get(self.0).map_or("", |(symbol, _)| symbol)
    }

    /// The name, e.g. `Bittensor`.
    pub(crate) fn name(self) -> &'static str {
        TABLE.get(self.0).map_or("", |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitcoin_and_the_basket_are_where_they_are_looked_for() {
        assert_eq!(Asset::BITCOIN.symbol(), "BTC");
        let basket: Vec<&str> = Asset::basket().map(Asset::symbol).collect();
        assert_eq!(basket, ["FET", "RENDER", "NEAR", "ICP", "GRT", "WLD", "VIRTUAL"]);
    }
}
