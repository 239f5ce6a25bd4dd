//! The network in figures, as one reading of the chain has them (`docs/chain.md` has its shape): each known, or unknown
//! with the reason that the reading gives, never 0 for want of an answer.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::line;
use tao_conviction_core::wire::Json;

use super::super::format::{Locale, Numbers};
use super::super::node::{Node, html, svg};
use super::super::{path, text};
use super::catalysts::{aside, heading, when};
use super::row;

/// A value of the reading, or why there is none.
type Known<T> = Result<T, String>;

/// A figure with what it means.
struct Figure {
    name: &'static str,
    what: String,
    value: Known<String>,
}

/// Halving, figures and subnets with their headings.
pub(super) fn network(reading: Option<&Json>, at: UnixMs, locale: &Locale) -> Vec<Node> {
    let Some(reading) = reading else {
        return vec![heading("The network"), aside("Unknown: the chain has not been read.")];
    };
    let mut parts = vec![heading("Next halving"), halving(reading, at, locale), heading("The network")];
    parts.push(stamp(reading, at, locale));
    parts.extend(figures(reading, locale).into_iter().map(drawn));
    parts.extend([heading("Subnets by TAO of the last block"), top(reading, locale)]);
    parts
}

/// Which block, when, from whom: true of every figure below.
fn stamp(reading: &Json, at: UnixMs, locale: &Locale) -> Node {
    let mut said = Vec::new();
    if let Ok(block) = number(reading, &["block"]) {
        said.push(text("block", format!("Block {}", locale.plain(block, 0))));
    }
    said.extend(date(reading, &["at"]).ok().map(|date| when(date, at, locale)));
    let endpoint = find(reading, &["endpoint"]).ok().and_then(Json::text);
    let host = endpoint.and_then(|url| line(url.trim_start_matches("wss://").as_bytes(), 60));
    said.extend(host.map(|host| text("host", host)));
    html("p", &[("class", "caption dots"), ("part", "stamp")]).children(said)
}

fn drawn(figure: Figure) -> Node {
    let Figure { name, what, value } = figure;
    match value {
        Ok(value) => row(name, what, value).attr("part", "figure"),
        Err(why) => row(name, format!("{what} Unknown: {why}."), "unknown".to_owned())
            .attr("part", "figure")
            .attr("data-known", "no"),
    }
}

fn halving(reading: &Json, at: UnixMs, locale: &Locale) -> Node {
    let of = |name: &'static str| date(reading, &["network", "halving", name]);
    let line = |name: &'static str, what: &str, date: Known<UnixMs>| {
        let label = html("div", &[]).child(text("label", name));
        match date {
            Ok(date) => html("div", &[("class", "row"), ("part", "halving")])
                .child(label.child(text("caption", what.to_owned())))
                .child(html("span", &[("class", "value")]).child(when(date, at, locale))),
            Err(why) => html("div", &[("class", "row"), ("part", "halving"), ("data-known", "no")])
                .child(label.child(text("caption", format!("{what} Unknown: {why}."))))
                .child(text("value", "unknown")),
        }
    };
    let threshold = number(reading, &["network", "halving", "threshold"]);
    let issued = number(reading, &["network", "issuance"]);
    let remains = match (&issued, &threshold) {
        (Ok(issued), Ok(threshold)) => Ok((threshold - issued).max(0.0)),
        (Err(why), _) | (_, Err(why)) => Err(why.clone()),
    };
    let mut parts = vec![
        line(
            "Expected",
            "At the pace at which TAO were really issued: what is recycled is issued again later.",
            of("expected"),
        ),
        line("Earliest", "If nothing more were recycled.", of("earliest")),
    ];
    let what = match &threshold {
        Ok(threshold) => {
            format!("Until {} TAO are issued; then a block emits half as much.", locale.plain(*threshold, 0))
        }
        Err(_) => "Then a block emits half as much.".to_owned(),
    };
    let value = remains.as_ref().map(|remains| format!("{} TAO", locale.plain(*remains, 0))).map_err(String::clone);
    parts.push(drawn(Figure { name: "Still to be issued", what, value }));
    if let (Ok(issued), Ok(threshold)) = (issued, threshold) {
        // From the last threshold, half of what was then left before this one.
        let from = threshold - (MAX_SUPPLY - threshold);
        let part = ((issued - from) / (threshold - from)).clamp(0.0, 1.0);
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

/// All TAO that there will be.
const MAX_SUPPLY: f64 = 21_000_000.0;

fn figures(reading: &Json, numbers: &impl Numbers) -> Vec<Figure> {
    let of = |name: &'static str| number(reading, &["network", name]);
    let inside = |name: &'static str, measure: &'static str| number(reading, &["network", name, measure]);
    let plain = |value: Known<f64>, decimals: u8| value.map(|value| numbers.plain(value, decimals));
    let percent = |value: Known<f64>| value.map(|value| format!("{}\u{a0}%", numbers.plain(100.0 * value, 1)));
    let tao = |value: Known<f64>, decimals: u8| value.map(|value| format!("{} TAO", numbers.plain(value, decimals)));
    let figure = |name, what: &str, value| Figure { name, what: what.to_owned(), value };
    let change = match of("stakedShareChange") {
        Ok(change) => format!("Of all issued TAO, {} points in 30 days.", numbers.signed(100.0 * change, 1)),
        Err(why) => format!("Of all issued TAO. Its change in 30 days is unknown: {why}."),
    };
    let count = |name| of(name).map_or_else(|_| "an unknown number".to_owned(), |count| numbers.plain(count, 0));
    let subnets = format!(
        "Of {} that there may be; the emission is switched on for {}, and {} got TAO in this block.",
        count("subnetLimit"),
        count("enabled"),
        count("receiving"),
    );
    vec![
        figure("Issued", "TAO in existence, of 21 million that there will be.", tao(of("issuance"), 0)),
        figure("Emission", "New TAO a block, one every 12 seconds.", tao(of("emission"), 3)),
        Figure { name: "Staked", what: change, value: percent(of("stakedShare")) },
        figure("Staked on the root network", "Of all issued TAO.", percent(of("rootShare"))),
        Figure { name: "Subnets", what: subnets, value: plain(of("subnets"), 0) },
        figure(
            "Spread of the emission",
            "Herfindahl–Hirschman index over subnets: near 0 is even, 1 is all to one; over 0.20 counts against TAO.",
            plain(inside("emissionConcentration", "hhi"), 3),
        ),
        figure(
            "Nakamoto coefficient of root stake",
            "The fewest coldkeys that hold over half; 3 or fewer raise a risk flag.",
            plain(inside("root", "nakamoto"), 0),
        ),
        figure("Five largest of root stake", "What they hold together.", percent(inside("root", "top5"))),
        figure("HHI of root stake", "0 is even, 1 is all in one hand.", plain(inside("root", "hhi"), 3)),
        figure("Gini of root stake", "0 is even, 1 is as uneven as can be.", plain(inside("root", "gini"), 2)),
        figure("Runtime version", "Of the chain’s own program.", of("version").map(plain_digits)),
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

fn top(reading: &Json, locale: &Locale) -> Node {
    let subnets = find(reading, &["top"]).and_then(|top| top.list().map_err(|_| UNREAD.to_owned()));
    let subnets = match subnets {
        Ok([]) => return aside("Unknown: the reading names none."),
        Err(why) => return aside(format!("Unknown: {why}.")),
        Ok(subnets) => subnets,
    };
    let head = ["Subnet", "TAO", "Share"].map(|name| html("th", &[("scope", "col")]).text(name));
    let line = |subnet: &Json| {
        let netuid = number(subnet, &["netuid"]).map_or_else(|_| "?".to_owned(), |netuid| locale.plain(netuid, 0));
        let name = find(subnet, &["name"]).ok().and_then(Json::text).and_then(|name| line(name.as_bytes(), 32));
        let cell = |value: Known<f64>, decimals: u8, unit: &str| {
            let said =
                value.map_or_else(|_| "unknown".to_owned(), |value| format!("{}{unit}", locale.plain(value, decimals)));
            html("td", &[]).text(said)
        };
        // A name may be written from right to left: its number stays where it is.
        let subnet_name = html("bdi", &[]).text(name.unwrap_or_else(|| "no name".to_owned()));
        html("tr", &[("part", "subnet")])
            .child(html("th", &[("scope", "row")]).child(text("netuid", netuid)).child(subnet_name))
            .child(cell(number(subnet, &["tao"]), 4, ""))
            .child(cell(number(subnet, &["share"]).map(|share| 100.0 * share), 1, "\u{a0}%"))
    };
    let rows = subnets.iter().take(10).map(line).collect();
    html("table", &[("class", "subnets")])
        .child(html("thead", &[]).child(html("tr", &[]).children(head.into())))
        .child(html("tbody", &[]).children(rows))
}

const UNREAD: &str = "the reading has another form than documented";

/// The value that `names` lead to; each on the way may be `{value}` or `{why}`, or missing.
fn find<'a>(json: &'a Json, names: &[&'static str]) -> Known<&'a Json> {
    let mut found = opened(json)?;
    for name in names {
        found = opened(found.get(name).unwrap_or(&Json::Null))?;
    }
    Ok(found)
}

fn opened(json: &Json) -> Known<&Json> {
    if let Some(why) = json.get("why") {
        return Err(why
            .text()
            .and_then(|why| line(why.as_bytes(), 160))
            .unwrap_or_else(|| "no reason is given".to_owned()));
    }
    match json.get("value").unwrap_or(json) {
        Json::Null => Err("it was not read".to_owned()),
        value => Ok(value),
    }
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
    let milliseconds = number(json, names)?;
    #[expect(clippy::cast_possible_truncation, reason = "a date")]
    let time = UnixMs(milliseconds as i64);
    // What a browser can write as a date, of years with four digits.
    (946_684_800_000.0..2.5e14).contains(&milliseconds).then_some(time).ok_or(UNREAD.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::tests::English;

    const READING: &str = include_str!("reading.json");

    fn read(json: &str) -> Json {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_figure_is_said_with_its_unit() {
        let all = figures(&read(READING), &English);
        let said = |name: &str| all.iter().find(|figure| figure.name == name).unwrap().value.clone();
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(said("Emission"), ok("0.500 TAO"));
        assert_eq!(said("Staked"), ok("74.2\u{a0}%"));
        assert_eq!(said("Subnets"), ok("128"));
        assert_eq!(said("Nakamoto coefficient of root stake"), ok("7"));
        assert_eq!(said("Gini of root stake"), ok("0.81"));
        assert_eq!(said("Runtime version"), ok("470"));
        let subnets = all.iter().find(|figure| figure.name == "Subnets").unwrap();
        assert!(subnets.what.contains("switched on for 97, and 41 got TAO"), "{}", subnets.what);
        let staked = all.iter().find(|figure| figure.name == "Staked").unwrap();
        assert!(staked.what.ends_with("unknown: the node keeps no block of 30 days ago."), "{}", staked.what);
    }

    #[test]
    fn what_is_unknown_has_its_reason_and_is_never_0() {
        for json in ["{}", "null", "7", "[]", r#"{"network":7}"#, r#"{"network":{"issuance":{"value":"1"},"root":[]}}"#]
        {
            let json = read(json);
            assert!(figures(&json, &English).iter().all(|figure| figure.value.is_err()), "{json:?}");
        }
        let json = read(
            r#"{"network":{"issuance":{"why":"not \u202eanswered\n"},"root":{"why":"over 1,024 seats"},"emission":{}}}"#,
        );
        let all = figures(&json, &English);
        assert_eq!(all[0].value, Err("not answered".to_owned()));
        assert_eq!(all[1].value, Err(UNREAD.to_owned()));
        let root: Vec<_> = all.iter().filter(|figure| figure.name.contains("root stake")).collect();
        assert_eq!(root.len(), 4);
        assert!(root.iter().all(|figure| figure.value == Err("over 1,024 seats".to_owned())));
        let whole = read(r#"{"network":{"why":"no node answered"}}"#);
        assert!(figures(&whole, &English).iter().all(|figure| figure.value == Err("no node answered".to_owned())));
    }

    #[test]
    fn dates_are_of_our_time_or_none() {
        let of = |text: &str| date(&read(text), &["at"]);
        assert_eq!(of(r#"{"at":1790862960000}"#), Ok(UnixMs(1_790_862_960_000)));
        for other in [r#"{"at":1e300}"#, r#"{"at":-1}"#, r#"{"at":"1790862960000"}"#, r#"{"at":null}"#] {
            assert!(of(other).is_err(), "{other}");
        }
    }
}
