//! How fast AI models are released, by what OpenRouter lists: the last 14 days against the pace of 90. Shown with
//! direction 0, never scored.

use tao_conviction_core::UnixMs;
use tao_conviction_core::chain::line;
use tao_conviction_core::wire::Json;

use super::{DAY_MS, time};

/// Days that are looked at, and those that they are measured against, themselves among them.
const RECENT_DAYS: i64 = 14;
const TRAILING_DAYS: i64 = 90;
/// Fewer models in 90 days make no pace.
const LEAST: u32 = 10;
/// Labs that are named.
const LABS: usize = 5;

/// The pace of releases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Models {
    /// Of the last 14 days.
    pub(crate) recent: u32,
    /// Of the last 90 days.
    pub(crate) trailing: u32,
    /// What 14 days have at the pace of the 90: `trailing · 14 / 90`.
    pub(crate) usual: f64,
    /// The labs with most releases in 14 days, and how many each.
    pub(crate) labs: Vec<(String, u32)>,
}

/// Of rows `[id, created in seconds]`, newest first where `cut` says that there are more.
pub(super) fn models(rows: &[Json], cut: bool, at: UnixMs) -> Result<Models, &'static str> {
    let (mut recent, mut trailing) = (0, 0);
    let mut oldest = at;
    let mut labs: Vec<(String, u32)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for row in rows {
        let [id, created] = row.list().unwrap_or_default() else { continue };
        let created = created.number().ok().and_then(|seconds| time(1_000.0 * seconds));
        let (Some(id), Some(created)) = (id.text(), created) else { continue };
        oldest = oldest.min(created);
        let age = at.since(created);
        // "lab/model:free" is the same model for another price.
        let model = id.split(':').next().unwrap_or_default();
        if !(0..TRAILING_DAYS * DAY_MS).contains(&age) || seen.contains(&model) {
            continue;
        }
        seen.push(model);
        trailing += 1;
        if age >= RECENT_DAYS * DAY_MS {
            continue;
        }
        recent += 1;
        let lab = model.split('/').next().and_then(|lab| line(lab.trim_start_matches('~').as_bytes(), 24));
        let Some(lab) = lab else { continue };
        match labs.iter_mut().find(|(known, _)| *known == lab) {
            Some((_, count)) => *count += 1,
            None => labs.push((lab, 1)),
        }
    }
    if cut && at.since(oldest) < TRAILING_DAYS * DAY_MS {
        return Err("sent only a part of its list");
    }
    if trailing < LEAST {
        return Err("lists fewer than 10 models of the last 90 days");
    }
    let mut most: Vec<(String, u32)> = Vec::new();
    for (lab, count) in labs {
        most.insert(most.partition_point(|(name, known)| (*known, &lab) > (count, name)), (lab, count));
    }
    most.truncate(LABS);
    Ok(Models { recent, trailing, usual: f64::from(trailing) * 14.0 / 90.0, labs: most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixMs = UnixMs(1_790_862_960_000);

    fn row(id: &str, days_ago: f64) -> Json {
        Json::List(vec![Json::Text(id.into()), Json::Number(NOW.0 as f64 / 1_000.0 - days_ago * 86_400.0)])
    }

    #[test]
    fn fourteen_days_are_counted_by_lab_against_the_pace_of_ninety() {
        let mut rows: Vec<Json> = (0..18).map(|i| row(&format!("acme/old-{i}"), 15.0 + f64::from(i))).collect();
        rows.extend([
            row("acme/a", 1.0),
            row("acme/a:free", 1.0),
            row("zeta/z", 13.9),
            row("~beta/b", 3.0),
            row("acme/c", 0.0),
        ]);
        rows.extend([row("acme/ancient", 90.0), row("acme/tomorrow", -1.0), Json::Null, row("<i>\u{202e}x</i>", 2.0)]);
        let found = models(&rows, false, NOW).unwrap();
        assert_eq!((found.recent, found.trailing), (5, 23));
        assert!((found.usual - 23.0 * 14.0 / 90.0).abs() < 1e-12);
        let labs: Vec<(&str, u32)> = found.labs.iter().map(|(lab, count)| (lab.as_str(), *count)).collect();
        assert_eq!(labs, [("acme", 2), ("<i>x<", 1), ("beta", 1), ("zeta", 1)]);
    }

    #[test]
    fn too_few_or_a_part_of_the_list_say_nothing() {
        let rows: Vec<Json> = (0..9).map(|i| row(&format!("acme/{i}"), f64::from(i))).collect();
        assert_eq!(models(&rows, false, NOW), Err("lists fewer than 10 models of the last 90 days"));
        let rows: Vec<Json> = (0..40).map(|i| row(&format!("acme/{i}"), f64::from(i))).collect();
        assert_eq!(models(&rows, true, NOW), Err("sent only a part of its list"));
        let whole = [&rows[..], &[row("acme/ancient", 91.0)]].concat();
        assert_eq!(models(&whole, true, NOW), models(&rows, false, NOW));
        assert!(models(&[], false, NOW).is_err());
    }

    proptest! {
        #[test]
        fn the_order_of_rows_changes_nothing_and_labs_add_up_to_no_more(
            days in proptest::collection::vec((0_u8..8, -5.0..120.0_f64), 10..80), turn: usize,
        ) {
            let rows: Vec<Json> = days.iter().enumerate().map(|(i, (lab, days))| row(&format!("lab{lab}/{i}"), *days)).collect();
            let mut turned = rows.clone();
            turned.rotate_left(turn % rows.len());
            let found = models(&rows, false, NOW);
            prop_assert_eq!(&models(&turned, false, NOW), &found);
            if let Ok(found) = found {
                prop_assert!(found.recent <= found.trailing && found.labs.len() <= LABS);
                prop_assert!(found.labs.iter().map(|(_, count)| count).sum::<u32>() <= found.recent);
                prop_assert!(found.labs.is_sorted_by(|a, b| a.1 >= b.1));
            }
        }
    }
}
