//! The assets that the adapters know.

/// An asset, by its place among them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Asset(usize);

/// The symbols. Which venue lists what is said by the venues themselves. One text takes less of the wasm than a list.
pub(crate) const SYMBOLS: &str = "TAO,BTC,ETH,SOL,FET,RENDER,NEAR,ICP,GRT,WLD,VIRTUAL,XRP,BNB,DOGE,ADA,TRX,AVAX,LINK,SUI,\
    DOT,LTC,BCH,HBAR,XLM,UNI,AAVE,ATOM,APT,ARB,OP,INJ,FIL,AR,LPT,THETA,ARKM,AKT,KAITO,AIXBT,IO";

/// The names of the first of them: all that a card knows, since every reader would pay for the others.
const NAMES: &str = "Bittensor,Bitcoin,Ethereum,Solana,Artificial Superintelligence Alliance,Render,NEAR Protocol,\
    Internet Computer,The Graph,Worldcoin,Virtuals Protocol";

/// The names of the others.
#[cfg(feature = "panel")]
const FURTHER_NAMES: &str = "XRP,BNB,Dogecoin,Cardano,TRON,Avalanche,Chainlink,Sui,Polkadot,Litecoin,Bitcoin Cash,Hedera,\
    Stellar,Uniswap,Aave,Cosmos,Aptos,Arbitrum,Optimism,Injective,Filecoin,Arweave,Livepeer,Theta Network,Arkham,\
    Akash Network,Kaito,aixbt,io.net";

/// The places of the AI tokens that make the basket (method §5).
const BASKET: core::ops::Range<usize> = 4..11;

impl Asset {
    /// What every asset is measured against.
    pub(crate) const BITCOIN: Self = Self(1);

    /// The AI tokens that make the basket (method §5).
    pub(crate) fn basket() -> impl Iterator<Item = Self> {
        BASKET.map(Self)
    }

    /// What a watchlist shows when nothing else is said: TAO, the three largest, and the basket.
    #[cfg(feature = "panel")]
    pub(crate) fn usual() -> Vec<Self> {
        (0..BASKET.end).map(Self).collect()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        SYMBOLS.split(',').position(|symbol| symbol.eq_ignore_ascii_case(text)).map(Self)
    }

    /// The ticker, e.g. `TAO`.
    pub(crate) fn symbol(self) -> &'static str {
        SYMBOLS.split(',').nth(self.0).unwrap_or_default()
    }

    /// The name, e.g. `Bittensor`; nothing where it isn't known.
    pub(crate) fn name(self) -> &'static str {
        let names = NAMES.split(',');
        #[cfg(feature = "panel")]
        let names = names.chain(FURTHER_NAMES.split(','));
        names.into_iter().nth(self.0).unwrap_or_default()
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

    #[test]
    fn every_asset_has_a_symbol_of_its_own_and_a_name() {
        let mut symbols: Vec<&str> = SYMBOLS.split(',').collect();
        assert!(symbols.iter().all(|symbol| Asset::parse(symbol).is_some_and(|asset| asset.symbol() == *symbol)));
        assert!(symbols.iter().all(|symbol| symbol.bytes().all(|byte| byte.is_ascii_uppercase())));
        let named = if cfg!(feature = "panel") { symbols.len() } else { BASKET.end };
        assert!(symbols.iter().take(named).all(|symbol| !Asset::parse(symbol).unwrap().name().is_empty()));
        assert_eq!(Asset(named).name(), "");
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), 40);
    }
}
