//! What the widget does with the indicators: one timeframe's state, and whole assessments of four timeframes.

use tao_conviction_core::{Candle, CandleSeries, Inputs, Parameters, Timeframe, TimeframeState, UnixMs, assess};

/// An asset with 4 × 500 candles, Bitcoin (500 days, 300 × 4h) and a basket of seven (120 days, 100 × 4h).
pub struct Surroundings {
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<Vec<CandleSeries>>,
    states: Vec<TimeframeState>,
    running: Vec<Candle>,
    at: UnixMs,
}

impl Surroundings {
    /// Takes pieces of one long series as candles of every timeframe: only their number matters here.
    pub fn new(candles: &[Candle]) -> Self {
        let at = UnixMs(20_000 * Timeframe::D1.duration_ms());
        let series = |timeframe: Timeframe, count: usize, from: usize| {
            let first = at.0 / timeframe.duration_ms() - count as i64;
            let slot = |index: usize| UnixMs((first + index as i64) * timeframe.duration_ms());
            let piece = candles[from..from + count].iter().enumerate();
            CandleSeries::from_arrivals(timeframe, piece.map(|(i, c)| Candle { open_time: slot(i), ..*c }))
        };
        let own: Vec<CandleSeries> =
            Timeframe::ALL.into_iter().enumerate().map(|(i, timeframe)| series(timeframe, 500, 600 * i)).collect();
        let parameters = Parameters::default();
        Self {
            states: own.iter().map(|series| TimeframeState::over(series.candles(), &parameters)).collect(),
            running: (0..4).map(|i| Candle { open_time: at, ..candles[5000 + i] }).collect(),
            btc: vec![series(Timeframe::H4, 300, 3000), series(Timeframe::D1, 500, 4000)],
            basket: (0..7)
                .map(|i| vec![series(Timeframe::H4, 100, 5000 + 300 * i), series(Timeframe::D1, 120, 5100 + 300 * i)])
                .collect(),
            candles: own,
            at,
        }
    }

    /// Everything from the candles.
    pub fn assess(&self) -> f64 {
        let members: Vec<&[CandleSeries]> = self.basket.iter().map(Vec::as_slice).collect();
        let mut inputs = Inputs::new("TAO", self.at, &self.candles);
        (inputs.btc, inputs.basket) = (&self.btc, &members);
        assess(&inputs, &Parameters::default()).conviction.unwrap_or(f64::NAN)
    }

    /// The four timeframes alone, from the candles.
    pub fn readings(&self) -> f64 {
        let parameters = Parameters::default();
        let over = |series: &CandleSeries| TimeframeState::over(series.closed(self.at), &parameters).reading();
        self.candles.iter().filter_map(over).map(|reading| reading.reading).sum()
    }

    /// A tick: the four running candles previewed on the states that the closed candles left.
    pub fn tick(&self) -> f64 {
        let preview = |(state, running): (&TimeframeState, &Candle)| state.preview(running);
        self.states.iter().zip(&self.running).filter_map(preview).map(|reading| reading.reading).sum()
    }
}

/// A whole series pushed into one timeframe's state, the reading taken at the end.
pub fn push(candles: &[Candle]) -> f64 {
    let state = TimeframeState::over(candles, &Parameters::default());
    state.reading().map_or(f64::NAN, |reading| reading.reading)
}
