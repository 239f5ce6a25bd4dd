//! ATR and ADX against the spreadsheets that StockCharts published: a second source beside TA-Lib. Both define the
//! same Wilder averages and seed them differently, so each is compared twice: from the first value on with the
//! spreadsheet's seed reproduced, and as it is once the seed has worn off.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use tao_conviction_core::indicator::{Adx, Atr, IndicatorSet, Periods};
use tao_conviction_core::{Candle, UnixMs};

/// One line of a spreadsheet.
struct Row {
    candle: Candle,
    /// The indicator, where the spreadsheet has it.
    value: Option<f64>,
}

/// High, low and close are columns 1 to 3 of both files; `column` holds the indicator, empty or 0 while unknown.
fn rows(file: &str, column: usize) -> Option<Vec<Row>> {
    let text = std::fs::read_to_string(support::shared_data()?.join("vectors/stockcharts").join(file)).unwrap();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |index: usize| cells[index].parse::<f64>().ok();
        let (high, low, close) = (number(1).unwrap(), number(2).unwrap(), number(3).unwrap());
        let candle = Candle { open_time: UnixMs(0), open: close, high, low, close, volume: 0.0 };
        Row { candle, value: number(column).filter(|value| *value != 0.0) }
    });
    Some(rows.collect())
}

/// Holds `ours` against the spreadsheet from row `from` on, and tells how many values were compared.
fn compare(rows: &[Row], ours: &[Option<f64>], from: usize, tolerance: f64) -> usize {
    let mut compared = 0;
    for (index, (row, ours)) in rows.iter().zip(ours).enumerate().skip(from) {
        match (row.value, ours) {
            (Some(theirs), Some(ours)) => {
                assert!((theirs - ours).abs() <= tolerance, "row {index}: {ours}, the spreadsheet has {theirs}");
                compared += 1;
            }
            (theirs, ours) => assert_eq!((theirs, *ours), (None, None), "row {index}: known from another row on"),
        }
    }
    compared
}

fn by_the_set(rows: &[Row], value: impl Fn(&IndicatorSet) -> Option<f64>) -> Vec<Option<f64>> {
    let mut set = IndicatorSet::new(&Periods::default());
    rows.iter()
        .map(|row| {
            set.push(&row.candle);
            value(&set)
        })
        .collect()
}

/// The true range of each row; the first row, which has no row before it, spans high to low, as in the spreadsheet.
fn true_ranges(rows: &[Row]) -> Vec<f64> {
    let before = std::iter::once(None).chain(rows.iter().map(|row| Some(row.candle.close)));
    rows.iter()
        .zip(before)
        .map(|(row, before)| {
            let Candle { high, low, .. } = row.candle;
            before.map_or(high - low, |before: f64| high.max(before) - low.min(before))
        })
        .collect()
}

#[test]
fn average_true_range() {
    let Some(rows) = rows("cs-atr.csv", 5) else { return };
    // The spreadsheet's first mean takes the first row's own range in and stands one row earlier than TA-Lib's.
    let mut atr = Atr::new(14);
    let ours: Vec<Option<f64>> = true_ranges(&rows)
        .into_iter()
        .map(|range| {
            atr.push(range);
            atr.value()
        })
        .collect();
    assert_eq!(compare(&rows, &ours, 0, 1e-9), 17);
}

#[test]
fn average_true_range_of_the_set_forgets_its_seed() {
    let Some(rows) = rows("cs-atr.csv", 5) else { return };
    // Thirty rows are too few for a seed to wear off, but not to see that it does: by 13/14 a row.
    let ours = by_the_set(&rows, IndicatorSet::atr);
    let apart: Vec<f64> = rows.iter().zip(&ours).filter_map(|(row, ours)| Some(row.value? - (*ours)?)).collect();
    assert_eq!(apart.len(), 16);
    for two in apart.windows(2) {
        assert!((two[1] - two[0] * 13.0 / 14.0).abs() < 1e-9, "{apart:?}");
    }
}

#[test]
fn average_directional_index() {
    let Some(rows) = rows("cs-adx.csv", 15) else { return };
    // The spreadsheet starts with the plain sum of 14 movements. TA-Lib's first sum is of 13, and the 14th enters by
    // Wilder's rule, which keeps 13/14 of what was there: 14/13 of the first 13 make it the plain sum again.
    let mut adx = Adx::new(14);
    let mut ours = vec![None];
    for (index, two) in rows.windows(2).enumerate() {
        let more = if index < 13 { 14.0 / 13.0 } else { 1.0 };
        let (before, now) = (two[0].candle, two[1].candle);
        adx.push(more * (now.high - before.high), more * (before.low - now.low));
        ours.push(adx.value());
    }
    // Seven decimals are given, of prices that are themselves rounded.
    assert_eq!(compare(&rows, &ours, 0, 1e-6), 477);
}

#[test]
fn average_directional_index_of_the_set() {
    let Some(rows) = rows("cs-adx.csv", 15) else { return };
    let ours = by_the_set(&rows, IndicatorSet::adx);
    assert_eq!(compare(&rows, &ours, 280, 1e-6), 224);
}
