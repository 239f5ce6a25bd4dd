//! What a site owner may set, as text attributes, and what is said when a value can't be used.

use std::sync::Arc;

use tao_conviction_core::wire::decimal;
use tao_conviction_core::{Parameters, Timeframe};

use crate::market::{Asset, SYMBOLS, Source};
use crate::texts::Texts;

/// The look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the reader's system prefers.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == text)
    }
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Layout {
    /// One line.
    Badge,
    /// The card.
    #[default]
    Card,
    /// The card, and beside it everything behind it.
    Panel,
    /// Many assets, a row each.
    #[cfg(feature = "panel")]
    Watchlist,
}

impl Layout {
    const ALL: &[Self] = &[
        Self::Badge,
        Self::Card,
        Self::Panel,
        #[cfg(feature = "panel")]
        Self::Watchlist,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Card => "card",
            Self::Panel => "panel",
            #[cfg(feature = "panel")]
            Self::Watchlist => "watchlist",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|layout| layout.name() == text)
    }
}

/// One widget's settings; every one has a default.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The asset.
    pub(crate) symbol: Asset,
    /// How much is shown.
    pub(crate) layout: Layout,
    /// The look.
    pub(crate) theme: Theme,
    /// BCP 47 tag for numbers, dates and texts; the page's when nothing is said, else the browser's.
    pub(crate) locale: Option<String>,
    /// The texts, where they are not to be English.
    pub(crate) texts: Option<Arc<Texts>>,
    /// The timeframes that are weighed, and their weights where they are not the published ones.
    timeframes: Vec<Timeframe>,
    weights: Vec<f64>,
    /// The conviction at which the reader is told, from 0 up or below 0 down.
    pub(crate) alert: Option<f64>,
    /// The assets of a watchlist, as they were named; nothing where none were.
    #[cfg(feature = "panel")]
    pub(crate) watchlist: Vec<Asset>,
    /// Where candles come from, and how they are weighed.
    pub(crate) data: DataConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            symbol: Asset::default(),
            layout: Layout::default(),
            theme: Theme::default(),
            locale: None,
            texts: None,
            timeframes: Timeframe::ALL.to_vec(),
            weights: Vec::new(),
            alert: None,
            #[cfg(feature = "panel")]
            watchlist: Vec::new(),
            data: DataConfig::default(),
        }
    }
}

/// The part of the settings that decides what is fetched and computed: widgets that agree on it share both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DataConfig {
    /// Sources in the order in which they are asked.
    pub(crate) sources: Vec<Source>,
    /// A base URL that stands in for the exchanges, without a slash at its end.
    pub(crate) proxy: Option<String>,
    /// Whether a stream moves the price between the closes.
    pub(crate) live: bool,
    /// The URL of the feed of catalysts beside what the chain says, empty for the one that ships with the widget;
    /// nothing when there are to be none of either.
    pub(crate) catalysts: Option<String>,
    /// The weights of 15m, 1h, 4h and 1d.
    pub(crate) weights: [f64; 4],
}

impl DataConfig {
    /// The constants of the method, with these weights.
    pub(crate) fn parameters(&self) -> Parameters {
        Parameters::default().weighing(self.weights)
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            sources: Source::DEFAULT.to_vec(),
            proxy: None,
            live: true,
            catalysts: ours(),
            weights: Parameters::default().timeframes,
        }
    }
}

impl Config {
    /// The attributes that are read.
    pub(crate) const ATTRIBUTES: &[&str] = &[
        "symbol",
        "layout",
        "theme",
        "locale",
        "sources",
        "timeframes",
        "weights",
        "live",
        "catalysts",
        "proxy",
        "alert",
        #[cfg(feature = "panel")]
        "watchlist",
    ];

    /// Sets an attribute; `None` and a value that can't be used set its default, the latter with an explanation.
    pub(crate) fn set(&mut self, attribute: &str, value: Option<&str>) -> Result<(), String> {
        let text = value.map(str::trim).filter(|text| !text.is_empty());
        let understood = match attribute {
            "symbol" => assign(&mut self.symbol, text, Asset::parse, Asset::default()),
            "layout" => assign(&mut self.layout, text, Layout::parse, Layout::default()),
            "theme" => assign(&mut self.theme, text, Theme::parse, Theme::default()),
            "locale" => assign(&mut self.locale, text, |text| is_locale(text).then(|| Some(text.to_owned())), None),
            "sources" => assign(&mut self.data.sources, text, parse_sources, Source::DEFAULT.to_vec()),
            "timeframes" => {
                assign(&mut self.timeframes, text, parse_timeframes, Timeframe::ALL.to_vec()) && self.weigh()
            }
            "weights" => assign(&mut self.weights, text, parse_weights, Vec::new()) && self.weigh(),
            "alert" => assign(&mut self.alert, text, |text| parse_level(text).map(Some), None),
            #[cfg(feature = "panel")]
            "watchlist" => assign(&mut self.watchlist, text, parse_assets, Vec::new()),
            "live" => assign(&mut self.data.live, text, parse_switch, true),
            "catalysts" => assign(&mut self.data.catalysts, text, parse_catalysts, ours()),
            "proxy" => assign(&mut self.data.proxy, text, |text| parse_proxy(text).map(Some), None),
            // The loader hands over the attributes above and no others.
            _ => true,
        };
        if understood {
            return Ok(());
        }
        let accepted = match attribute {
            "symbol" | "watchlist" => SYMBOLS,
            "layout" => "badge, card, panel, watchlist",
            "theme" => "auto, light, dark",
            "locale" => "a BCP 47 tag such as de or pt-BR",
            "sources" => "a list of binance, kraken, coinbase, hyperliquid, bybit, okx, or sample alone",
            "timeframes" => "a list of 15m, 1h, 4h, 1d",
            "weights" => "numbers above 0, one for each of the timeframes",
            "alert" => "a conviction from -100 to 100",
            "live" => "on, off",
            "catalysts" => "on, off, or an https URL",
            _ => "an https URL without a query, or http on loopback",
        };
        // One number for each timeframe is wanted of both: what is left is the published weights.
        self.weigh();
        let value = text.unwrap_or_default();
        let understood = "\"> is not understood, the default is used; accepted: ";
        Err(["<tao-conviction ", attribute, "=\"", value, understood, accepted].concat())
    }

    /// Weighs the chosen timeframes: as is wanted, or as published. Whether there are as many weights as timeframes.
    fn weigh(&mut self) -> bool {
        let fits = self.weights.is_empty() || self.weights.len() == self.timeframes.len();
        let published = Parameters::default().timeframes;
        let mut weights = [0.0; 4];
        for (index, timeframe) in self.timeframes.iter().enumerate() {
            let place = *timeframe as usize;
            if let (Some(weight), Some(usual)) = (weights.get_mut(place), published.get(place)) {
                *weight = self.weights.get(index).filter(|_| fits).copied().unwrap_or(*usual);
            }
        }
        self.data.weights = weights;
        fits
    }
}

/// Puts what `text` says into `slot`, or the default; tells whether the text was understood.
fn assign<T>(slot: &mut T, text: Option<&str>, parse: impl FnOnce(&str) -> Option<T>, default: T) -> bool {
    let parsed = text.map(parse);
    let understood = !matches!(parsed, Some(None));
    *slot = parsed.flatten().unwrap_or(default);
    understood
}

/// The shape of a BCP 47 tag; whether the browser knows the language is its own business.
fn is_locale(text: &str) -> bool {
    let mut subtags = text.split('-');
    let language = subtags.next().unwrap_or_default();
    let plain =
        |subtag: &str| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic()) && subtags.all(plain)
}

/// Sources in order, each once. Simulated candles are never mixed into a list of real ones.
fn parse_sources(text: &str) -> Option<Vec<Source>> {
    let mut sources = Vec::new();
    each(text, &mut |name| {
        let source = Source::parse(name)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
        Some(())
    })?;
    let mixed = sources.len() > 1 && sources.contains(&Source::Sample);
    (!mixed).then_some(sources)
}

/// Timeframes, each once.
fn parse_timeframes(text: &str) -> Option<Vec<Timeframe>> {
    let mut timeframes = Vec::new();
    each(text, &mut |name| {
        let timeframe = Timeframe::ALL.into_iter().find(|timeframe| timeframe.name() == name)?;
        if !timeframes.contains(&timeframe) {
            timeframes.push(timeframe);
        }
        Some(())
    })?;
    Some(timeframes)
}

/// The assets of a watchlist, each once.
#[cfg(feature = "panel")]
fn parse_assets(text: &str) -> Option<Vec<Asset>> {
    let mut assets = Vec::new();
    each(text, &mut |name| {
        let asset = Asset::parse(name)?;
        if !assets.contains(&asset) {
            assets.push(asset);
        }
        Some(())
    })?;
    Some(assets)
}

fn parse_weights(text: &str) -> Option<Vec<f64>> {
    let mut weights = Vec::new();
    each(text, &mut |name| {
        weights.push(number(name).filter(|weight| *weight > 0.0)?);
        Some(())
    })?;
    Some(weights)
}

/// Takes what stands between the commas, until something is refused; nothing too when nothing stands there.
#[inline(never)]
fn each(text: &str, take: &mut dyn FnMut(&str) -> Option<()>) -> Option<()> {
    let mut some = None;
    for name in text.split(',') {
        let name = name.trim();
        if !name.is_empty() {
            take(name)?;
            some = Some(());
        }
    }
    some
}

fn parse_level(text: &str) -> Option<f64> {
    number(text).filter(|level| level.abs() <= 100.0)
}

fn number(text: &str) -> Option<f64> {
    decimal(text).filter(|number| number.abs() <= 1e6)
}

fn parse_switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// The feed that ships with the widget.
#[expect(clippy::unnecessary_wraps, reason = "as the setting has it")]
const fn ours() -> Option<String> {
    Some(String::new())
}

#[expect(clippy::option_option, reason = "off is a value")]
fn parse_catalysts(text: &str) -> Option<Option<String>> {
    match text {
        "on" => Some(ours()),
        "off" => Some(None),
        url => is_url(url).then(|| Some(url.to_owned())),
    }
}

/// An https base URL without a query, or an http one on a loopback address, which is for tests and development.
fn parse_proxy(text: &str) -> Option<String> {
    (is_url(text) && !text.contains(['?', '#'])).then(|| text.trim_end_matches('/').to_owned())
}

/// An https URL, or an http one on a loopback address.
fn is_url(text: &str) -> bool {
    let host_of = |rest: &str| rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_owned();
    let allowed = if let Some(rest) = text.strip_prefix("https://") {
        !host_of(rest).is_empty()
    } else if let Some(rest) = text.strip_prefix("http://") {
        matches!(host_of(rest).as_str(), "localhost" | "127.0.0.1")
    } else {
        false
    };
    allowed && !text.contains(['"', '<', '>', ' ', '@', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(attribute: &str, value: &str) -> (Config, Option<String>) {
        let mut config = Config::default();
        let rejected = config.set(attribute, Some(value)).err();
        (config, rejected)
    }

    #[test]
    fn every_attribute_has_its_values() {
        assert_eq!(set("symbol", "btc").0.symbol.symbol(), "BTC");
        for layout in Layout::ALL {
            assert_eq!(set("layout", layout.name()).0.layout, *layout);
        }
        assert_eq!(set("theme", "dark").0.theme, Theme::Dark);
        assert_eq!(set("locale", "pt-BR").0.locale.as_deref(), Some("pt-BR"));
        assert_eq!(set("sources", " kraken , binance,kraken").0.data.sources, [Source::Kraken, Source::Binance]);
        assert!(!set("live", "off").0.data.live && set("live", "on").0.data.live);
        assert_eq!(set("sources", "sample").0.data.sources, [Source::Sample]);
        assert_eq!(set("catalysts", "off").0.data.catalysts, None);
        let feed = "https://blog.example/tao.json?v=2";
        assert_eq!(set("catalysts", feed).0.data.catalysts, Some(feed.to_owned()));
        assert_eq!(
            set("proxy", "https://cache.example/tao/").0.data.proxy.as_deref(),
            Some("https://cache.example/tao")
        );
        assert_eq!(set("proxy", "http://127.0.0.1:9000").0.data.proxy.as_deref(), Some("http://127.0.0.1:9000"));
    }

    #[test]
    fn what_is_accepted_is_said_completely() {
        let said = |attribute| set(attribute, "?").1.unwrap();
        assert!(said("symbol").ends_with(SYMBOLS));
        // The loader brings the part that knows them all.
        assert!(said("layout").ends_with("badge, card, panel, watchlist"));
        assert!(
            "badge, card, panel, watchlist"
                .starts_with(&Layout::ALL.iter().map(|layout| layout.name()).collect::<Vec<_>>().join(", "))
        );
        assert!(said("theme").ends_with(&Theme::ALL.map(Theme::name).join(", ")));
        assert!(said("sources").contains(&Source::DEFAULT.map(Source::id).join(", ")));
        assert!(said("timeframes").ends_with(&Timeframe::ALL.map(Timeframe::name).join(", ")));
    }

    #[cfg(feature = "panel")]
    #[test]
    fn a_watchlist_has_each_asset_once_in_its_own_order_and_no_stranger() {
        let symbols = |config: &Config| config.watchlist.iter().map(|asset| asset.symbol()).collect::<Vec<_>>();
        assert_eq!(symbols(&set("watchlist", "eth, TAO,,doge,ETH").0), ["ETH", "TAO", "DOGE"]);
        let (config, said) = set("watchlist", "TAO,TOA");
        assert_eq!(symbols(&config), [""; 0]);
        assert!(said.is_some_and(|said| said.contains("TAO,TOA") && said.contains("accepted: TAO,BTC")));
    }

    #[test]
    fn timeframes_and_weights_are_taken_together() {
        let weighed = |timeframes: Option<&str>, weights: Option<&str>| {
            let mut config = Config::default();
            let said = [config.set("timeframes", timeframes), config.set("weights", weights)].map(|said| said.is_err());
            (config.data.parameters().timeframes, said)
        };
        assert_eq!(weighed(None, Some("4,3,2,1")), ([4.0, 3.0, 2.0, 1.0], [false, false]));
        assert_eq!(weighed(Some("1d,15m"), Some("1, 2.5")), ([2.5, 0.0, 0.0, 1.0], [false, false]));
        assert_eq!(weighed(Some("4h,4h"), None), ([0.0, 0.0, 0.3, 0.0], [false, false]));
        // As many weights as timeframes, or the published ones.
        assert_eq!(weighed(Some("4h,1d"), Some("1,2,3")), ([0.0, 0.0, 0.3, 0.4], [false, true]));
        assert_eq!(weighed(None, Some("1,2,3,0")), ([0.1, 0.2, 0.3, 0.4], [false, true]));
    }

    #[test]
    fn a_wrong_value_falls_back_to_the_default_and_says_what_is_accepted() {
        let (config, said) = set("theme", "neon");
        assert_eq!(config, Config::default());
        let expected =
            "<tao-conviction theme=\"neon\"> is not understood, the default is used; accepted: auto, light, dark";
        assert_eq!(said.as_deref(), Some(expected));
        for (attribute, value) in [
            ("symbol", "TAOO"),
            ("layout", "cinema"),
            ("live", "always"),
            ("catalysts", "yes"),
            ("catalysts", "http://blog.example/tao.json"),
            ("catalysts", "javascript:alert(1)"),
            ("locale", "x"),
            ("locale", "en<script>"),
            ("sources", "mtgox"),
            ("sources", "binance,sample"),
            ("sources", ","),
            ("timeframes", "1h,2h"),
            ("weights", "1,x,3,4"),
            ("alert", "101"),
            ("alert", "much"),
            ("proxy", "http://example.org"),
            ("proxy", "http://127.0.0.1.example.org"),
            ("proxy", "http://user@127.0.0.1"),
            ("proxy", "javascript:alert(1)"),
            ("proxy", "https://"),
            ("proxy", "https://a.example/?key=1"),
        ] {
            let (config, said) = set(attribute, value);
            assert_eq!(config, Config::default(), "{attribute}={value}");
            assert!(said.is_some_and(|said| said.contains(value)), "{attribute}={value}");
        }
    }

    #[test]
    fn an_attribute_that_is_taken_away_is_back_at_its_default() {
        let mut config = set("sources", "kraken").0;
        assert_eq!(config.set("sources", None), Ok(()));
        assert_eq!(config, Config::default());
        assert_eq!(config.set("sources", Some("  ")), Ok(()));
    }
}
