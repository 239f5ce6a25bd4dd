//! The network in figures, as one reading of the chain has them: each known, or unknown with the reason that the reading
//! gives, never 0 for want of an answer.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::line;
use tao_conviction_core::wire::Json;

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text};
use super::catalysts::{aside, heading, when};
use super::row;
use crate::texts::{Said, Speaks, say};

/// What a reading of the chain has to show.
pub(super) struct Reading {
    /// The values by name; `null` when no node could be used.
    pub(super) shown: Json,
    /// The nodes that failed before, and why.
    pub(super) failures: Vec<(String, String)>,
    /// What has changed in 30 days.
    pub(super) month: Month,
}

/// What a node that keeps old blocks said of the last 30 days.
pub(super) struct Month {
    /// Change of the staked share.
    change: Known<f64>,
    /// The next halving at the pace of these days.
    expected: Known<UnixMs>,
}

impl Month {
    /// `[change, expected, node]`, each a text where it is unknown; no list before any answer.
    pub(super) fn of(values: &Json, asking: bool, locale: &impl Speaks) -> Self {
        let why = if asking {
            say!(locale, "it is being asked for")
        } else {
            say!(locale, "no node that keeps old blocks answered")
        };
        let value = |place: usize| match values.list().ok().and_then(|values| values.get(place)) {
            Some(Json::Number(number)) => Ok(*number),
            Some(Json::Text(why)) => Err(line(why.as_bytes(), 160).unwrap_or_default()),
            _ => Err(why.clone().into_owned()),
        };
        Self { change: value(0), expected: value(1).and_then(moment) }
    }
}

/// A value of the reading, or why there is none.
type Known<T> = Result<T, String>;

/// A figure with what it means.
struct Figure {
    name: Said,
    what: Said,
    value: Known<Said>,
}

/// Halving, figures and subnets with their headings.
pub(super) fn network(reading: Option<&Reading>, at: UnixMs, locale: &Locale) -> Vec<Node> {
    let Some(reading) = reading else {
        return vec![
            heading(say!(locale, "The network")),
            aside(say!(locale, "Unknown: the chain has not been read yet.")),
        ];
    };
    let shown = &reading.shown;
    if *shown == Json::Null || *shown == Json::Other {
        let said = aside(say!(locale, "Unknown: no node of the chain could be used."));
        return vec![heading(say!(locale, "The network")), said, failures(&reading.failures)];
    }
    let mut parts = vec![
        heading(say!(locale, "Next halving")),
        halving(shown, &reading.month, at, locale),
        heading(say!(locale, "The network")),
    ];
    parts.push(stamp(reading, at, locale));
    parts.extend(figures(shown, &reading.month, locale).into_iter().map(|figure| drawn(figure, locale)));
    parts.extend([heading(say!(locale, "Subnets by TAO of the last block")), top(shown, locale)]);
    parts
}

/// Which block, when, from whom: true of every figure.
fn stamp(reading: &Reading, at: UnixMs, locale: &Locale) -> Node {
    let mut said = Vec::new();
    if let Ok(block) = number(&reading.shown, &["block"]) {
        said.push(text("block", say!(locale, "Block {0}", locale.plain(block, 0))));
    }
    said.extend(date(&reading.shown, &["at"]).ok().map(|date| when(date, at, locale)));
    said.extend(endpoint(&reading.shown).map(|host| text("host", host)));
    html("p", &[("class", "caption dots"), ("part", "stamp")]).children(said)
}

/// The node that was used.
pub(super) fn endpoint(shown: &Json) -> Option<String> {
    shown.get("endpoint").and_then(Json::text).and_then(host)
}

/// A node's address without its scheme.
pub(super) fn host(url: &str) -> Option<String> {
    line(url.trim_start_matches("wss://").trim_end_matches(":443").as_bytes(), 60)
}

fn failures(failures: &[(String, String)]) -> Node {
    let item = |(url, why): &(String, String)| {
        let said = line(why.as_bytes(), 160)?;
        Some(html("li", &[("class", "probe")]).child(text("label", host(url)?)).child(text("caption", said)))
    };
    html("ul", &[]).children(failures.iter().filter_map(item).collect())
}

fn drawn(figure: Figure, locale: &Locale) -> Node {
    let Figure { name, what, value } = figure;
    match value {
        Ok(value) => row(name, what, value).attr("part", "figure"),
        Err(why) => row(name, say!(locale, "{0} Unknown: {1}.", what, why), say!(locale, "unknown"))
            .attr("part", "figure")
            .attr("data-known", "no"),
    }
}

fn halving(shown: &Json, month: &Month, at: UnixMs, locale: &Locale) -> Node {
    let of = |name: &'static str| date(shown, &["halving", name]);
    let line =
        |name: Said, what: Said, date: Known<UnixMs>| {
            let label = html("div", &[]).child(text("label", name));
            match date {
                Ok(date) => html("div", &[("class", "row"), ("part", "halving")])
                    .child(label.child(text(
                        "caption",
                        say!(locale, "{0} days from now. {1}", days(date.since(at), locale), what),
                    )))
                    .child(html("span", &[("class", "value")]).child(when(date, at, locale))),
                Err(why) => html("div", &[("class", "row"), ("part", "halving"), ("data-known", "no")])
                    .child(label.child(text("caption", say!(locale, "{0} Unknown: {1}.", what, why))))
                    .child(text("value", say!(locale, "unknown"))),
            }
        };
    let threshold = number(shown, &["halving", "threshold"]);
    let remains = number(shown, &["halving", "remaining"]);
    let mut parts = vec![line(
        say!(locale, "Expected"),
        say!(locale, "At the pace at which TAO were really issued: what is recycled is issued again later."),
        of("expected"),
    )];
    if let Ok(expected) = month.expected {
        parts.push(line(
            say!(locale, "At this month’s pace"),
            say!(locale, "If TAO go on being issued as in the last 30 days."),
            Ok(expected),
        ));
    }
    parts.extend([line(say!(locale, "Earliest"), say!(locale, "If nothing more were recycled."), of("earliest"))]);
    let what = match &threshold {
        Ok(threshold) => {
            say!(locale, "Until {0} TAO are issued; then a block emits half as much.", locale.plain(*threshold, 0))
        }
        Err(_) => say!(locale, "Then a block emits half as much."),
    };
    let value =
        remains.as_ref().map(|remains| say!(locale, "{0} TAO", locale.plain(*remains, 0))).map_err(String::clone);
    parts.push(drawn(Figure { name: say!(locale, "Still to be issued"), what, value }, locale));
    if let (Ok(remains), Ok(threshold)) = (remains, threshold) {
        // As much lay between the last threshold and this one as lies between this one and all TAO.
        let part = (1.0 - remains / (MAX_SUPPLY - threshold)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, reason = "0 … 1000")]
        let width = (1_000.0 * part) as i32;
        parts.push(
            svg(
                "svg",
                &[
                    ("viewBox", "0 0 1000 60"),
                    ("preserveAspectRatio", "none"),
                    ("class", "bar way"),
                    ("aria-hidden", "true"),
                ],
            )
            .attr("data-tone", "flat")
            .child(path("track", "M0 30H1000"))
            .child(path("fill", format!("M0 30H{width}"))),
        );
    }
    html("div", &[("class", "halving")]).children(parts)
}

/// Whole days in so many milliseconds; a date that is past has none left.
fn days(milliseconds: i64, locale: &impl Numbers) -> String {
    const DAY_MS: i64 = 86_400_000;
    locale.plain(f64::from(u32::try_from(milliseconds / DAY_MS).unwrap_or(0)), 0)
}

/// All TAO that there will be.
const MAX_SUPPLY: f64 = 21_000_000.0;

fn figures(shown: &Json, month: &Month, locale: &impl Numbers) -> Vec<Figure> {
    let of = |name: &'static str| number(shown, &[name]);
    let inside = |name: &'static str, measure: &'static str| number(shown, &[name, measure]);
    let plain = |value: Known<f64>, decimals: u8| value.map(|value| Said::from(locale.plain(value, decimals)));
    let percent = |value: Known<f64>| value.map(|value| Said::from(locale.percent(locale.plain(100.0 * value, 1))));
    let tao =
        |value: Known<f64>, decimals: u8| value.map(|value| say!(locale, "{0} TAO", locale.plain(value, decimals)));
    let figure = |name, what, value| Figure { name, what, value };
    let staked = match &month.change {
        Ok(change) => say!(locale, "Of all issued TAO; {0} points in 30 days.", locale.signed(100.0 * change, 1)),
        Err(why) => say!(locale, "Of all issued TAO. Its change in 30 days is unknown: {0}.", why),
    };
    let count =
        |name| of(name).map_or_else(|_| say!(locale, "an unknown number"), |count| locale.plain(count, 0).into());
    let subnets = say!(
        locale,
        "Of {0} that there may be; emission is switched on for {1}, and {2} got TAO in this block.",
        count("subnetLimit"),
        count("enabled"),
        count("receiving")
    );
    vec![
        figure(
            say!(locale, "Issued"),
            say!(locale, "TAO in existence, of 21 million that there will be."),
            tao(of("issuance"), 0),
        ),
        figure(
            say!(locale, "Emission"),
            say!(locale, "New TAO a block, one every 12 seconds."),
            tao(inside("halving", "emission"), 3),
        ),
        Figure { name: say!(locale, "Staked"), what: staked, value: percent(of("stakedShare")) },
        figure(
            say!(locale, "Staked on the root network"),
            say!(locale, "Of all issued TAO."),
            percent(of("rootShare")),
        ),
        Figure { name: say!(locale, "Subnets"), what: subnets, value: plain(of("subnets"), 0) },
        figure(
            say!(locale, "Launches that matter"),
            say!(locale, "Subnets of the last 30 days that get at least 1 % of the TAO or are among the first 20."),
            plain(of("launches"), 0),
        ),
        figure(
            say!(locale, "Spread of the emission"),
            say!(
                locale,
                "Herfindahl–Hirschman index over subnets: near 0 is even, 1 is all to one; over 0.20 counts against TAO."
            ),
            plain(inside("emissionConcentration", "hhi"), 3),
        ),
        figure(
            say!(locale, "Nakamoto coefficient of root stake"),
            say!(locale, "The fewest coldkeys that hold over half; 3 or fewer raise a risk flag."),
            plain(inside("root", "nakamoto"), 0),
        ),
        figure(
            say!(locale, "Five largest of root stake"),
            say!(locale, "What they hold together."),
            percent(inside("root", "top5")),
        ),
        figure(
            say!(locale, "HHI of root stake"),
            say!(locale, "Near 0 is even, 1 is all in one hand."),
            plain(inside("root", "hhi"), 3),
        ),
        figure(
            say!(locale, "Gini of root stake"),
            say!(locale, "0 is even, 1 is as uneven as can be."),
            plain(inside("root", "gini"), 2),
        ),
        figure(
            say!(locale, "Runtime version"),
            say!(locale, "Of the chain’s own program."),
            of("version").map(|version| plain_digits(version).into()),
        ),
    ]
}

/// A number that is a name: without marks between its digits.
fn plain_digits(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a version: what is no such number is 0"
    )]
    let whole = value as u32;
    whole.to_string()
}

fn top(shown: &Json, locale: &Locale) -> Node {
    let subnets = find(shown, &["top"]).and_then(|top| top.list().map_err(|_| UNREAD.to_owned()));
    let subnets = match subnets {
        Ok([]) => return aside(say!(locale, "Unknown: the reading names none.")),
        Err(why) => return aside(say!(locale, "Unknown: {0}.", why)),
        Ok(subnets) => subnets,
    };
    let head = [say!(locale, "Subnet"), "TAO".into(), say!(locale, "Share")]
        .map(|name| html("th", &[("scope", "col")]).text(name));
    let line = |subnet: &Json| {
        let netuid = number(subnet, &["netuid"]).map_or_else(|_| "?".to_owned(), |netuid| locale.plain(netuid, 0));
        let name = subnet.get("name").and_then(|name| line(name.text()?.as_bytes(), 32));
        let cell =
            |value: Known<String>| html("td", &[]).text(value.map_or_else(|_| say!(locale, "unknown"), Said::from));
        // A name may be written from right to left: its number stays where it is.
        let subnet_name = html("bdi", &[]).text(name.map_or_else(|| say!(locale, "no name"), Said::from));
        html("tr", &[("part", "subnet")])
            .child(html("th", &[("scope", "row")]).child(text("netuid", netuid)).child(subnet_name))
            .child(cell(number(subnet, &["tao"]).map(|tao| locale.plain(tao, 4))))
            .child(cell(number(subnet, &["share"]).map(|share| locale.percent(locale.plain(100.0 * share, 1)))))
    };
    let rows = subnets.iter().take(10).map(line).collect();
    html("table", &[("class", "subnets")])
        .child(html("thead", &[]).child(html("tr", &[]).children(head.into())))
        .child(html("tbody", &[]).children(rows))
}

const UNREAD: &str = "the reading has another form than documented";

/// The value that `names` lead to; `{why}` on the way says why it is unknown.
fn find<'a>(json: &'a Json, names: &[&'static str]) -> Known<&'a Json> {
    let mut found = json;
    for name in names {
        found = found.get(name).ok_or(UNREAD)?;
        if let Some(why) = found.get("why") {
            return Err(why.text().and_then(|why| line(why.as_bytes(), 160)).unwrap_or_else(|| UNREAD.to_owned()));
        }
    }
    Ok(found)
}

fn number(json: &Json, names: &[&'static str]) -> Known<f64> {
    let found = find(json, names)?;
    if let Json::Number(number) = found
        && number.is_finite()
    {
        Ok(*number)
    } else {
        Err(UNREAD.to_owned())
    }
}

fn date(json: &Json, names: &[&'static str]) -> Known<UnixMs> {
    number(json, names).and_then(moment)
}

fn moment(milliseconds: f64) -> Known<UnixMs> {
    #[expect(clippy::cast_possible_truncation, reason = "a date")]
    let time = UnixMs(milliseconds as i64);
    // What a browser can write as a date, of years with four digits.
    (946_684_800_000.0..2.5e14).contains(&milliseconds).then_some(time).ok_or(UNREAD.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::tests::English;

    const SHOWN: &str = r#"{"block": 9188367, "at": 1790862960000, "version": 470, "issuance": 11180113.34, "halving":
        {"done": 1, "emission": 0.5, "threshold": 15750000, "remaining": 4569886.66, "last": 1765756800000,
        "earliest": 1889500000000, "expected": 1898900000000}, "stakedShare": 0.742, "rootShare": 0.391, "subnets": 128,
        "subnetLimit": 128, "receiving": 41, "enabled": 81, "emissionConcentration": {"hhi": 0.047}, "launches": 3,
        "root": {"holders": 64, "nakamoto": 7, "hhi": 0.081, "gini": 0.81, "top5": 0.462}}"#;

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_figure_is_said_with_its_unit() {
        let month = Month::of(&read("[-0.0213, 1898900000000, \"wss://node\"]"), false, &English);
        assert_eq!(month.expected, Ok(UnixMs(1_898_900_000_000)));
        let all = figures(&read(SHOWN), &month, &English);
        let of = |name: &str| all.iter().find(|figure| figure.name == name).unwrap();
        let said: Vec<_> = all.iter().map(|figure| figure.value.clone().unwrap()).collect();
        let expected = [
            "11180113 TAO",
            "0.500 TAO",
            "74.2\u{a0}%",
            "39.1\u{a0}%",
            "128",
            "3",
            "0.047",
            "7",
            "46.2\u{a0}%",
            "0.081",
            "0.81",
            "470",
        ];
        assert_eq!(said, expected);
        assert!(
            of("Subnets")
                .what
                .ends_with("128 that there may be; emission is switched on for 81, and 41 got TAO in this block.")
        );
        assert!(of("Staked").what.ends_with("; \u{2212}2.1 points in 30 days."), "{}", of("Staked").what);
    }

    #[test]
    fn what_is_unknown_has_its_reason_and_is_never_0() {
        let month = Month::of(&Json::Null, false, &English);
        for json in ["{}", "null", "7", "[]", r#"{"issuance": null, "halving": 7, "root": [], "version": "470"}"#] {
            let all = figures(&read(json), &month, &English);
            assert!(all.iter().all(|figure| figure.value == Err(UNREAD.to_owned())), "{json}");
        }
        let json = read(
            r#"{"issuance": {"why": "not \u202eanswered\n"}, "halving": {"why": "issuance: unknown"}, "subnets": {"why": ""},
                "root": {"why": "over 1,024 seats"}}"#,
        );
        let all = figures(&json, &month, &English);
        assert_eq!(all[0].value, Err("not answered".to_owned()));
        assert_eq!(all[1].value, Err("issuance: unknown".to_owned()));
        assert_eq!(all[4].value, Err(UNREAD.to_owned()));
        let root = all.iter().filter(|figure| figure.name.contains("root stake"));
        assert!(
            root.clone().count() == 4 && root.clone().all(|figure| figure.value == Err("over 1,024 seats".to_owned()))
        );
        assert!(all[2].what.ends_with("is unknown: no node that keeps old blocks answered."), "{}", all[2].what);
    }

    #[test]
    fn a_month_that_is_unknown_has_its_reason() {
        let of = |json: &str, asking| {
            let month = Month::of(&read(json), asking, &English);
            (month.change, month.expected)
        };
        let both = |why: &str| (Err(why.to_owned()), Err(why.to_owned()));
        assert_eq!(of("null", true), both("it is being asked for"));
        assert_eq!(of("[null, null, null]", false), both("no node that keeps old blocks answered"));
        assert_eq!(
            of(r#"["no \u202eblock", 7, "wss://node"]"#, false),
            (Err("no block".to_owned()), Err(UNREAD.to_owned()))
        );
    }

    #[test]
    fn days_are_whole_and_none_are_left_of_a_date_that_is_past() {
        assert_eq!([86_400_000 * 1_255 + 1, 86_399_999, -86_400_000].map(|ms| days(ms, &English)), ["1255", "0", "0"]);
    }

    #[test]
    fn dates_are_of_our_time_or_none() {
        let of = |text: &str| date(&read(text), &["at"]);
        assert_eq!(of(r#"{"at":1790862960000}"#), Ok(UnixMs(1_790_862_960_000)));
        for other in [r#"{"at":1e300}"#, r#"{"at":-1}"#, r#"{"at":"1790862960000"}"#, r#"{"at":null}"#, "{}"] {
            assert!(of(other).is_err(), "{other}");
        }
    }
}
