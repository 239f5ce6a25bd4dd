//! Where things stand in the chart: which candles are seen, what a place shows, and which lines the axes have. Pure.
//!
//! Across, a place is counted in candles (a candle takes the room from its index to the next one), in the drawing in
//! tenths of a pixel: whole numbers are fine enough, and need no float formatting in the wasm.

use core::fmt::Write;
use core::ops::Range;

/// No fewer candles are seen, unless there are no more.
const FEWEST: f64 = 12.0;
/// No more candles are seen: a longer history is looked at piece by piece.
const MOST: f64 = 2000.0;

/// A count as a number.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A number as a count, 0 for what is below it.
pub(super) fn count(number: f64) -> usize {
    number as usize
}

/// The candles that are seen: from which one on, and how many, both with parts. Within the candles there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    start: f64,
    span: f64,
}

impl Window {
    /// The newest `span` of `all` candles.
    pub(super) fn latest(span: f64, all: usize) -> Self {
        Self { start: f64::MAX, span }.within(all)
    }

    fn within(self, all: usize) -> Self {
        let all = number(all);
        let span = self.span.clamp(FEWEST, MOST).min(all);
        Self { start: self.start.clamp(0.0, all - span), span }
    }

    /// `factor` times as many candles, seen so that what stands at `part` of the width (0 … 1) stays there, unless the
    /// candles end before.
    pub(super) fn zoomed(self, factor: f64, part: f64, all: usize) -> Self {
        let span = Self { span: self.span * factor, ..self }.within(all).span;
        Self { start: self.start + part * (self.span - span), span }.within(all)
    }

    /// Moved by so many candles, to later ones when above 0.
    pub(super) fn moved(self, by: f64, all: usize) -> Self {
        Self { start: self.start + by, ..self }.within(all)
    }

    /// Moved as little as is needed to show the whole of candle `index`.
    pub(super) fn showing(self, index: usize, all: usize) -> Self {
        let index = number(index);
        let late = (index + 1.0 - self.span - self.start).max(0.0);
        let early = (self.start - index).max(0.0);
        self.moved(late - early, all)
    }

    /// Whether the newest of `all` candles is seen whole.
    pub(super) fn is_latest(self, all: usize) -> bool {
        self.start + self.span >= number(all) - 1e-6
    }

    /// How many candles are seen, with parts.
    pub(super) const fn span(self) -> f64 {
        self.span
    }

    /// From which candle on.
    pub(super) const fn start(self) -> f64 {
        self.start
    }

    /// The candles of which some part is seen.
    pub(super) fn visible(self, all: usize) -> Range<usize> {
        let end = count((self.start + self.span - 1e-9).ceil()).min(all);
        count(self.start + 1e-9).min(end)..end
    }

    /// The middle of candle `index` on a drawing of `width` pixels, in tenths, in the middle of a pixel.
    pub(super) fn x(self, index: usize, width: i32) -> i32 {
        let place = (number(index) + 0.5 - self.start) / self.span * f64::from(width);
        10 * (place.floor() as i32) + 5
    }

    /// The candle at `x` pixels of `width`, if there is any.
    pub(super) fn at(self, x: f64, width: i32, all: usize) -> Option<usize> {
        let visible = self.visible(all);
        let last = visible.end.checked_sub(1)?;
        Some(count(self.start + x / f64::from(width) * self.span).clamp(visible.start, last))
    }
}

/// A range of values over a height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    /// Tenths of a pixel.
    top: i32,
    bottom: i32,
}

impl Scale {
    /// `low` at `bottom` and `high` at `top`, in tenths of a pixel. A range without extent gets some.
    pub(super) fn new(low: f64, high: f64, top: i32, bottom: i32) -> Self {
        let spare = if high > low { 0.0 } else { 0.01 * low.abs().max(1e-8) };
        Self { low: low - spare, high: high + spare, top, bottom }
    }

    /// Where a value stands, in tenths of a pixel.
    pub(super) fn y(&self, value: f64) -> i32 {
        let part = (self.high - value) / (self.high - self.low);
        self.top + (part * f64::from(self.bottom - self.top)).round() as i32
    }

    /// The value at `y` tenths of a pixel.
    pub(super) fn value(&self, y: i32) -> f64 {
        let part = f64::from(y - self.top) / f64::from(self.bottom - self.top);
        self.high - part * (self.high - self.low)
    }

    /// Whether the value is on it.
    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The lowest and the highest of some values, if there are any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Extent {
    /// Of nothing yet.
    pub(super) const NOTHING: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    pub(super) fn take(&mut self, value: f64) {
        self.low = self.low.min(value);
        self.high = self.high.max(value);
    }
}

/// SVG path data.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Path {
    pub(super) data: String,
    drawing: bool,
}

impl Path {
    /// The next place of a line. Where nothing is known the line is broken.
    pub(super) fn to(&mut self, place: Option<(i32, i32)>) {
        if let Some((x, y)) = place {
            let command = if self.drawing { 'L' } else { 'M' };
            // Writing to a String does not fail.
            let _ = write!(self.data, "{command}{x} {y}");
        }
        self.drawing = place.is_some();
    }

    /// A stroke straight up or down.
    pub(super) fn upright(&mut self, x: i32, from: i32, to: i32) {
        let _ = write!(self.data, "M{x} {from}V{to}");
    }

    /// A stroke across.
    pub(super) fn across(&mut self, y: i32, from: i32, to: i32) {
        let _ = write!(self.data, "M{from} {y}H{to}");
    }

    /// A box.
    pub(super) fn boxed(&mut self, x: i32, y: i32, width: i32, height: i32) {
        let _ = write!(self.data, "M{x} {y}h{width}v{height}h{}z", -width);
    }

    /// A lozenge around a place.
    pub(super) fn lozenge(&mut self, x: i32, y: i32, radius: i32) {
        let _ = write!(self.data, "M{x} {}l{radius} {radius}l-{radius} {radius}l-{radius} -{radius}z", y - radius);
    }
}

/// The values that an axis is marked at, and with how many decimals they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ValueTicks {
    pub(super) values: Vec<f64>,
    pub(super) decimals: u8,
}

/// The multiples of 1, 2 or 5 times a power of ten from `low` to `high`: as many as there can be, and at most `most`.
pub(super) fn value_ticks(low: f64, high: f64, most: usize) -> ValueTicks {
    for rung in -36..=60_i32 {
        let exponent = rung.div_euclid(3);
        let digit = match rung.rem_euclid(3) {
            0 => 1.0,
            1 => 2.0,
            _ => 5.0,
        };
        let ten = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        // By a division, so that a multiple of a tenth is the number that is written so.
        let multiple = |times: f64| if exponent < 0 { times * digit / ten } else { times * digit * ten };
        let step = multiple(1.0);
        // A limit that is a multiple itself is one, whatever the division rounds it to.
        let first = (low / step - 1e-9).ceil();
        let ticks = (high / step + 1e-9).floor() - first + 1.0;
        if ticks <= number(most) {
            let values = (0..count(ticks)).map(|index| multiple(first + number(index)));
            let decimals = u8::try_from(-exponent).unwrap_or(0);
            return ValueTicks { values: values.filter(|value| (low..=high).contains(value)).collect(), decimals };
        }
    }
    ValueTicks::default()
}

/// What begins at a mark of the time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Hour,
    Day,
    Month,
    Year,
}

/// A mark of the time axis: the first candle after something began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeTick {
    pub(super) index: usize,
    pub(super) begin: Begin,
}

/// Distances of marks on a time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Minutes(i64),
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 16] = [
    Step::Minutes(30),
    Step::Minutes(60),
    Step::Minutes(120),
    Step::Minutes(180),
    Step::Minutes(360),
    Step::Minutes(720),
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(60),
    Step::Months(240),
];

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

impl Step {
    /// The number of the stretch of this length that `time` is in. Weeks begin on Monday.
    fn stretch(self, time: i64) -> i64 {
        match self {
            Self::Minutes(minutes) => time.div_euclid(minutes * MINUTE_MS),
            Self::Days(days) => (time.div_euclid(DAY_MS) + 3).div_euclid(days),
            Self::Months(months) => month(time).div_euclid(months),
        }
    }

    /// What begins with `time`, of what a mark at this distance says; the candle before opened at `before`.
    fn begin(self, before: i64, time: i64) -> Begin {
        match self {
            Self::Minutes(_) if Self::Days(1).stretch(before) == Self::Days(1).stretch(time) => Begin::Hour,
            Self::Minutes(_) | Self::Days(_) => Begin::Day,
            Self::Months(_) if month(before).div_euclid(12) == month(time).div_euclid(12) => Begin::Month,
            Self::Months(_) => Begin::Year,
        }
    }
}

/// The month of a time, counted from January of the year 0: in years that begin in March a leap day is the last one, and
/// the months before it have 153 days in five (the proleptic Gregorian calendar).
fn month(time: i64) -> i64 {
    // The days since 1 March of the year 0, by eras of 400 years.
    let days = time.div_euclid(DAY_MS) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    12 * (400 * era + year) + (5 * day_of_year + 2) / 153 + 2
}

/// The marks of a time axis: the first candles of hours, days, weeks, months or years, as many as there can be and at
/// most `most`. `times` are the open times of candles, `first` being the index of the first of them, in milliseconds of
/// the reader's clock since 1970; the first candle is no mark, since the one before it isn't known.
pub(super) fn time_ticks(times: &[i64], first: usize, most: usize) -> Vec<TimeTick> {
    let pairs = || times.iter().zip(times.iter().skip(1)).enumerate();
    for step in STEPS {
        let begins = |before: &i64, time: &i64| step.stretch(*before) != step.stretch(*time);
        if pairs().filter(|(_, (before, time))| begins(before, time)).count() <= most {
            let marks = pairs().filter(|(_, (before, time))| begins(before, time));
            return marks
                .map(|(place, (before, time))| TimeTick { index: first + place + 1, begin: step.begin(*before, *time) })
                .collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MINUTE_MS;

    #[test]
    fn a_window_is_the_newest_candles_and_never_more_than_there_are() {
        assert_eq!(Window::latest(120.0, 500), Window { start: 380.0, span: 120.0 });
        assert_eq!(Window::latest(120.0, 80), Window { start: 0.0, span: 80.0 });
        assert_eq!(Window::latest(120.0, 0).visible(0), 0..0);
        assert_eq!(Window::latest(120.0, 1).visible(1), 0..1);
        assert_eq!(Window::latest(9999.0, 5000).span(), MOST);
        assert!(Window::latest(120.0, 500).is_latest(500));
        assert!(!Window::latest(120.0, 500).moved(-1.0, 500).is_latest(500));
    }

    #[test]
    fn a_candle_that_is_to_be_shown_moves_the_window_no_further_than_needed() {
        let window = Window { start: 100.0, span: 50.0 };
        assert_eq!(window.showing(120, 500), window);
        assert_eq!(window.showing(99, 500).start(), 99.0);
        assert_eq!(window.showing(150, 500).start(), 101.0);
        assert_eq!(window.showing(499, 500).start(), 450.0);
    }

    #[test]
    fn a_place_is_a_candle_and_a_candle_is_a_place() {
        let window = Window { start: 10.0, span: 20.0 };
        assert_eq!((window.x(10, 400), window.x(29, 400)), (105, 3905));
        assert_eq!(window.at(10.0, 400, 100), Some(10));
        assert_eq!(window.at(399.9, 400, 100), Some(29));
        // Beside the drawing it is the nearest.
        assert_eq!((window.at(-5.0, 400, 100), window.at(410.0, 400, 100)), (Some(10), Some(29)));
        assert_eq!(Window::latest(20.0, 0).at(10.0, 400, 0), None);
    }

    #[test]
    fn a_scale_has_its_ends_at_its_ends_and_a_flat_market_in_the_middle() {
        let scale = Scale::new(100.0, 200.0, 50, 1050);
        assert_eq!((scale.y(200.0), scale.y(100.0), scale.y(150.0)), (50, 1050, 550));
        assert_eq!(scale.value(550), 150.0);
        assert!(scale.holds(200.0) && !scale.holds(200.1));
        assert_eq!(Scale::new(5.0, 5.0, 0, 1000).y(5.0), 500);
    }

    #[test]
    fn a_line_is_broken_where_nothing_is_known() {
        let mut path = Path::default();
        [None, Some((1, 2)), Some((3, 4)), None, Some((5, -6))].into_iter().for_each(|place| path.to(place));
        assert_eq!(path.data, "M1 2L3 4M5 -6");
        let mut shapes = Path::default();
        shapes.upright(5, 10, 20);
        shapes.across(7, 0, 90);
        shapes.boxed(10, 20, 50, 30);
        shapes.lozenge(100, 200, 40);
        assert_eq!(shapes.data, "M5 10V20M0 7H90M10 20h50v30h-50zM100 160l40 40l-40 40l-40 -40z");
    }

    #[test]
    fn values_are_marked_at_round_numbers() {
        let ticks = |low, high, most| value_ticks(low, high, most);
        assert_eq!(ticks(341.2, 388.0, 6), ValueTicks { values: vec![350.0, 360.0, 370.0, 380.0], decimals: 0 });
        assert_eq!(ticks(0.041, 0.0438, 4).values, [0.041, 0.042, 0.043]);
        assert_eq!(ticks(0.041, 0.0438, 4).decimals, 3);
        assert_eq!(ticks(1.0, 2.0, 3), ValueTicks { values: vec![1.0, 1.5, 2.0], decimals: 1 });
        assert_eq!(ticks(98_765.0, 123_456.0, 4).values, [100_000.0, 110_000.0, 120_000.0]);
        assert!(ticks(f64::NAN, 1.0, 5).values.is_empty());
    }

    /// 12 September 2025, a Friday.
    const FRIDAY: i64 = 1_757_635_200_000;

    fn every(length: i64, from: i64, count: i64) -> Vec<i64> {
        (0..count).map(|index| from + index * length).collect()
    }

    #[test]
    fn time_is_marked_where_hours_days_and_months_begin() {
        let marks = |times: &[i64], most| {
            time_ticks(times, 0, most).into_iter().map(|tick| (times[tick.index], tick.begin)).collect::<Vec<_>>()
        };
        // 15m from 22:30 to 1:30: by the hour, and midnight is a day.
        let night = every(15 * MINUTE_MS, FRIDAY - 90 * MINUTE_MS, 12);
        assert_eq!(
            marks(&night, 3),
            [(FRIDAY - HOUR, Begin::Hour), (FRIDAY, Begin::Day), (FRIDAY + HOUR, Begin::Hour)]
        );
        // 4h over a fortnight: by the week, which begins on Monday.
        let fortnight = every(4 * HOUR, FRIDAY, 84);
        let monday = FRIDAY + 3 * DAY_MS;
        assert_eq!(marks(&fortnight, 3), [(monday, Begin::Day), (monday + 7 * DAY_MS, Begin::Day)]);
        // Days over half a year: by the month, and January is a year.
        let half = every(DAY_MS, FRIDAY, 182);
        let said: Vec<Begin> = marks(&half, 6).into_iter().map(|(_, begin)| begin).collect();
        assert_eq!(said, [Begin::Month, Begin::Month, Begin::Month, Begin::Year, Begin::Month, Begin::Month]);
        assert_eq!(marks(&half, 6)[0].0, 1_759_276_800_000, "1 October");
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let cases = [(0, 1970, 1), (1_709_164_800_000, 2024, 2), (1_709_251_200_000, 2024, 3), (-1, 1969, 12)];
        for (time, year, name) in cases {
            assert_eq!(month(time), 12 * year + name - 1, "{time}");
        }
    }

    #[test]
    fn a_gap_is_no_mark_of_its_own_and_one_candle_is_none() {
        let mut times = every(HOUR, FRIDAY + HOUR, 4);
        times.push(FRIDAY + 9 * HOUR);
        // Six o'clock passed in the gap: the candle after it is the mark.
        assert_eq!(time_ticks(&times, 40, 1), [TimeTick { index: 44, begin: Begin::Hour }]);
        assert_eq!(time_ticks(&times[..1], 0, 5), []);
        assert_eq!(time_ticks(&[], 0, 5), []);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws {
    use super::*;
    use proptest::prelude::*;

    /// Candles, and a window on them after some use.
    fn used() -> impl Strategy<Value = (usize, Window)> {
        let steps = prop::collection::vec((0.1..10.0, 0.0..1.0, -500.0..500.0), 0..8);
        (1_usize..6000, 1.0..3000.0, steps).prop_map(|(all, span, steps)| {
            let begin = Window::latest(span, all);
            let end = steps
                .into_iter()
                .fold(begin, |window, (factor, part, by)| window.zoomed(factor, part, all).moved(by, all));
            (all, end)
        })
    }

    fn inside(window: Window, all: usize) -> bool {
        let end = window.start() + window.span();
        window.start() >= 0.0 && window.span() > 0.0 && end <= number(all) + 1e-6 && window.span() <= MOST
    }

    proptest! {
        #[test]
        fn a_window_never_leaves_the_candles((all, window) in used(), index in 0_usize..6000) {
            prop_assert!(inside(window, all), "{window:?} of {all}");
            let visible = window.visible(all);
            prop_assert!(!visible.is_empty() && visible.end <= all);
            let index = index.min(all - 1);
            let shown = window.showing(index, all);
            prop_assert!(inside(shown, all) && shown.visible(all).contains(&index));
        }

        #[test]
        fn a_zoom_about_a_place_keeps_it(
            (all, window) in used(), factor in 0.05..20.0, part in 0.0..=1.0,
        ) {
            let zoomed = window.zoomed(factor, part, all);
            let held = |window: Window| window.start() + part * window.span();
            let at_an_end = zoomed.start() == 0.0 || zoomed.is_latest(all);
            prop_assert!(at_an_end || (held(zoomed) - held(window)).abs() < 1e-6 * number(all).max(1.0));
            // As many candles as asked for, as far as there may be.
            let wanted = (factor * window.span()).clamp(FEWEST, MOST).min(number(all));
            prop_assert!((zoomed.span() - wanted).abs() < 1e-9 * wanted);
        }

        #[test]
        fn a_move_there_and_back_is_none((all, window) in used(), by in -3000.0..3000.0) {
            let there = window.moved(by, all);
            prop_assert_eq!(there.span(), window.span());
            let stopped = (there.start() - window.start() - by).abs() > 1e-9;
            prop_assert!(stopped || (there.moved(-by, all).start() - window.start()).abs() < 1e-6);
        }

        #[test]
        fn the_candle_at_the_place_of_a_candle_is_that_candle((all, window) in used(), step in 1.0..30.0_f64) {
            // Where candles are narrower than a pixel several share a place.
            let width = (step * window.span()).ceil() as i32;
            for index in window.visible(all) {
                let x = window.x(index, width);
                if (0..10 * width).contains(&x) {
                    let found = window.at(f64::from(x) / 10.0, width, all).unwrap();
                    prop_assert!(found.abs_diff(index) <= 1, "{found} at {index}");
                }
            }
        }

        #[test]
        fn values_are_marked_in_order_within_the_range_and_no_more_than_asked(
            low in -1e6..1e6, extent in 1e-6..1e6, most in 1_usize..12,
        ) {
            let high = low + extent;
            let ticks = value_ticks(low, high, most);
            prop_assert!(ticks.values.len() <= most);
            // A ladder of 1, 2, 5 has no rung more than 2.5 times the one before.
            prop_assert!(number(ticks.values.len()) >= (number(most) - 1.0) / 2.5 - 2.0);
            prop_assert!(ticks.values.iter().all(|value| (low..=high).contains(value)));
            prop_assert!(ticks.values.is_sorted_by(|one, next| one < next));
        }

        #[test]
        fn times_are_marked_in_order_and_no_more_than_asked(
            from in -2_000_000_000_000_i64..4_000_000_000_000,
            lengths in prop::collection::vec(prop::sample::select(vec![15_i64, 60, 240, 1440, 100_000]), 0..400),
            first in 0_usize..1000,
            most in 1_usize..12,
        ) {
            let mut times = vec![from];
            for length in lengths {
                times.push(times[times.len() - 1] + length * MINUTE_MS);
            }
            let ticks = time_ticks(&times, first, most);
            prop_assert!(ticks.len() <= most);
            prop_assert!(ticks.is_sorted_by(|one, next| one.index < next.index));
            prop_assert!(ticks.iter().all(|tick| (first + 1..first + times.len()).contains(&tick.index)));
        }

        #[test]
        fn a_scale_reads_what_it_drew(low in 1e-6..1e6, part in 0.0..1.0, extent in 1e-3..10.0) {
            let scale = Scale::new(low, low * (1.0 + extent), 0, 2400);
            let value = low * (1.0 + part * extent);
            prop_assert!((scale.value(scale.y(value)) - value).abs() <= low * extent / 2400.0);
        }
    }
}
