//! What GitHub says of the chain's own software: its latest releases, and how many commits the last week had against the
//! weeks before. Shown with direction 0, never scored.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::line;
use tao_conviction_core::wire::Json;

use super::{DAY_MS, time};

/// The chain's repository, under the names it has had: the next one is asked where one isn't found.
pub(super) const REPOSITORIES: [&str; 2] = ["RaoFoundation/subtensor", "opentensor/subtensor"];
/// Releases that are shown.
const RELEASES: usize = 5;
/// Weeks before the last whole one that it is measured against: 91 days.
const TRAILING: usize = 13;
/// Fewer of them say nothing of a usual number.
const LEAST: usize = 8;
const WEEK_MS: i64 = 7 * DAY_MS;

/// A release of the chain's software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// A stranger's text as one plain line.
    pub(crate) name: String,
    /// When it was published.
    pub(crate) at: UnixMs,
    /// Where it can be read: on GitHub, or nowhere.
    pub(crate) url: Option<String>,
}

/// Commits of the last whole week against the weeks before.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Activity {
    /// When the week ended.
    pub(crate) until: UnixMs,
    /// Its commits.
    pub(crate) commits: f64,
    /// The mean of the up to 13 weeks before, and how many they are.
    pub(crate) mean: f64,
    pub(crate) weeks: usize,
    /// `(commits − mean) / s`, with s the weeks' sample standard deviation; unknown where they are all alike.
    pub(crate) z: Option<f64>,
}

/// The newest releases, newest first, of rows `[tag, name, published, address]`.
pub(super) fn releases(rows: &[Json], at: UnixMs) -> Result<Vec<Release>, &'static str> {
    let release = |row: &Json| {
        let [tag, name, published, url] = row.list().ok()? else { return None };
        let named = [name, tag].into_iter().find_map(|text| line(text.text()?.as_bytes(), 48))?;
        let published = published.text().and_then(date).filter(|published| *published <= at.plus(DAY_MS))?;
        let url = url.text().filter(|url| is_github(url)).map(str::to_owned);
        Some(Release { name: named, at: published, url })
    };
    let mut all: Vec<Release> = Vec::new();
    for release in rows.iter().filter_map(release) {
        all.insert(all.partition_point(|known| known.at >= release.at), release);
    }
    all.truncate(RELEASES);
    if all.is_empty() { Err("sent no release with a name and a date") } else { Ok(all) }
}

/// The last whole week of rows `[start in seconds, commits]` against the weeks before it.
pub(super) fn activity(rows: &[Json], at: UnixMs) -> Result<Activity, &'static str> {
    let mut weeks: Vec<(UnixMs, f64)> = Vec::new();
    for row in rows {
        let Ok([start, commits]) = row.numbers() else { continue };
        let Some(start) = time(1_000.0 * start) else { continue };
        // The running week is not over, and what isn't a count is no week.
        if start.plus(WEEK_MS) <= at && (0.0..1e6).contains(&commits) {
            weeks.insert(weeks.partition_point(|(known, _)| *known > start), (start, commits));
        }
    }
    let [(start, commits), before @ ..] = weeks.as_slice() else { return Err("sent no whole week") };
    if at.since(*start) > 3 * WEEK_MS {
        return Err("has nothing newer than three weeks");
    }
    // A week that is missing or there twice would make the others wrong.
    let in_row = before.iter().zip(1_i64..).take_while(|((week, _), place)| start.since(*week) == place * WEEK_MS);
    let trailing: Vec<f64> = in_row.take(TRAILING).map(|((_, commits), _)| *commits).collect();
    if trailing.len() < LEAST {
        return Err("has fewer than 8 weeks to measure the last one against");
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 13")]
    let n = trailing.len() as f64;
    let mean = trailing.iter().sum::<f64>() / n;
    let squares: f64 = trailing.iter().map(|commits| (commits - mean) * (commits - mean)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    let z = (deviation > 0.0).then(|| (commits - mean) / deviation);
    Ok(Activity { until: start.plus(WEEK_MS), commits: *commits, mean, weeks: trailing.len(), z })
}

/// A page of GitHub's, and no other host that begins alike.
fn is_github(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'@');
    url.starts_with("https://github.com/") && url.len() <= 200 && url.bytes().all(plain)
}

/// `2026-09-21T10:11:12Z`, as GitHub writes times.
fn date(text: &str) -> Option<UnixMs> {
    let part = |range: core::ops::Range<usize>| {
        let digits = text.get(range)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<i64>().ok() } else { None }
    };
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")];
    if text.len() != 20 || !marks.iter().all(|(place, mark)| text.get(*place..=*place) == Some(mark)) {
        return None;
    }
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let (hour, minute, second) = (part(11..13)?, part(14..16)?, part(17..19)?);
    let fits = (2000..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years that begin in March have their odd day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(UnixMs(days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixMs = UnixMs(1_790_862_960_000); // 2026-10-01T13:56:00Z

    fn rows(json: &str) -> Vec<Json> {
        serde_json::from_str::<Json>(json).unwrap().list().unwrap().to_vec()
    }

    /// Weeks of so many commits, the newest first, of which the first one is still running.
    fn weeks(commits: &[f64]) -> Vec<Json> {
        let running = NOW.0 / WEEK_MS * WEEK_MS;
        let week = |(place, commits): (i64, &f64)| {
            Json::List(vec![Json::Number(((running - place * WEEK_MS) / 1_000) as f64), Json::Number(*commits)])
        };
        (0..).zip(commits).map(week).collect()
    }

    #[test]
    fn dates_are_githubs_and_no_others() {
        assert_eq!(date("1970-01-01T00:00:00Z"), None);
        assert_eq!(date("2000-03-01T00:00:00Z"), Some(UnixMs(951_868_800_000)));
        assert_eq!(date("2024-02-29T23:59:59Z"), Some(UnixMs(1_709_251_199_000)));
        assert_eq!(date("2026-10-01T13:56:00Z"), Some(NOW));
        for other in ["", "2026-10-01", "2026-13-01T00:00:00Z", "2026-10-01T24:00:00Z", "+026-10-01T13:16:00Z"] {
            assert_eq!(date(other), None, "{other}");
        }
        assert_eq!(date("2026-10-01T13:16:00é"), None);
    }

    #[test]
    fn releases_are_the_newest_with_a_name_a_date_and_an_address_of_github() {
        let sent = rows(
            r#"[["v468", "", "2026-09-21T10:00:00Z", "https://github.com/RaoFoundation/subtensor/releases/tag/v468"],
                ["v470", "v470 \u202eevil\n<b>x</b>", "2026-09-29T10:00:00Z", "https://github.com.evil.example/x"],
                ["v469", null, "2026-09-22T10:00:00Z", "javascript:alert(1)"],
                ["v999", "of the future", "2027-01-01T00:00:00Z", ""], [7, 8, 9, 10], "v1", ["v1"]]"#,
        );
        let found = releases(&sent, NOW).unwrap();
        let names: Vec<&str> = found.iter().map(|release| release.name.as_str()).collect();
        assert_eq!(names, ["v470 evil <b>x</b>", "v469", "v468"]);
        let urls: Vec<bool> = found.iter().map(|release| release.url.is_some()).collect();
        assert_eq!(urls, [false, false, true]);
        assert!(releases(&rows("[]"), NOW).is_err());
    }

    #[test]
    fn the_last_whole_week_is_measured_against_thirteen_before_it() {
        // 13 weeks of 10 and 20 by turns, 7 and 6 of them: mean 190/13, squares 10² · 7 · 6 / 13.
        let by_turns: Vec<f64> = (0..30).map(|i| if i % 2 == 0 { 10.0 } else { 20.0 }).collect();
        let found = activity(&weeks(&[&[999.0, 25.0], &by_turns[..]].concat()), NOW).unwrap();
        assert_eq!((found.commits, found.weeks), (25.0, 13));
        assert!((found.mean - 190.0 / 13.0).abs() < 1e-12);
        assert!((found.z.unwrap() - (25.0 - 190.0 / 13.0) / (4_200.0_f64 / 13.0 / 12.0).sqrt()).abs() < 1e-12);
        assert_eq!(activity(&weeks(&[[0.0; 2].as_slice(), &[3.0; 13]].concat()), NOW).unwrap().z, None);
    }

    #[test]
    fn too_few_weeks_a_gap_and_old_weeks_say_nothing() {
        assert!(activity(&weeks(&[1.0; 9]), NOW).is_err());
        assert_eq!(activity(&weeks(&[1.0; 10]), NOW).unwrap().weeks, 8);
        let mut gap = weeks(&[1.0; 20]);
        gap.remove(5);
        assert_eq!(activity(&gap, NOW), Err("has fewer than 8 weeks to measure the last one against"));
        assert!(activity(&weeks(&[1.0; 20]), NOW.plus(4 * WEEK_MS)).is_err());
        assert!(activity(&[], NOW).is_err() && activity(&rows(r#"[[1e300, 1], ["x", 2], [0, -1]]"#), NOW).is_err());
    }

    proptest! {
        #[test]
        fn z_is_the_same_in_any_order_and_for_weeks_twice_as_busy(
            commits in proptest::collection::vec(0_u16..500, 15..52), shuffle: u64,
        ) {
            let commits: Vec<f64> = commits.into_iter().map(f64::from).collect();
            let straight = weeks(&commits);
            let mut turned = straight.clone();
            turned.rotate_left(shuffle as usize % straight.len());
            let found = activity(&straight, NOW).unwrap();
            prop_assert_eq!(&activity(&turned, NOW).unwrap(), &found);
            let twice: Vec<f64> = commits.iter().map(|commits| 2.0 * commits).collect();
            let doubled = activity(&weeks(&twice), NOW).unwrap();
            prop_assert_eq!(found.z.is_some(), doubled.z.is_some());
            if let (Some(a), Some(b)) = (found.z, doubled.z) {
                prop_assert!((a - b).abs() < 1e-9);
                prop_assert_eq!(a > 0.0, found.commits > found.mean);
            }
        }

        #[test]
        fn whatever_is_sent_nothing_breaks(text in "\\PC{0,40}", number: f64) {
            let rows = vec![Json::List(vec![Json::Text(text.clone()), Json::Text(text.clone()), Json::Text(text), Json::Number(number)])];
            let _ = releases(&rows, NOW);
            let _ = activity(&[Json::List(vec![Json::Number(number), Json::Number(number)])], NOW);
        }
    }
}
