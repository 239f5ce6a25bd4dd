//! What the widget does with the indicators: one timeframe's state, and whole assessments of four timeframes.

use tao_conviction_core::context::Row;
use tao_conviction_core::{
    AssessmentState, Candle, CandleSeries, Circumstances, Inputs, Parameters, Timeframe, TimeframeState, UnixMs, assess,
};

/// An asset with 4 × 500 candles, Bitcoin (500 days, 300 × 4h) and a basket of seven (120 days, 100 × 4h).
pub struct Surroundings {
    candles: Vec<CandleSeries>,
    btc: Vec<CandleSeries>,
    basket: Vec<Vec<CandleSeries>>,
    state: AssessmentState,
    running: [Option<Candle>; 4],
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
        let btc = vec![series(Timeframe::H4, 300, 3000), series(Timeframe::D1, 500, 4000)];
        let basket: Vec<Vec<CandleSeries>> = (0..7)
            .map(|i| vec![series(Timeframe::H4, 100, 5000 + 300 * i), series(Timeframe::D1, 120, 5100 + 300 * i)])
            .collect();
        let members: Vec<&[CandleSeries]> = basket.iter().map(Vec::as_slice).collect();
        let inputs = Inputs { btc: &btc, basket: &members, ..Inputs::new("TAO", at, &own) };
        Self {
            state: AssessmentState::over(&inputs, &Parameters::default()),
            running: core::array::from_fn(|i| Some(Candle { open_time: at, ..candles[5000 + i] })),
            candles: own,
            btc,
            basket,
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

    /// A tick: everything that is scored, with the four running candles on top of what the closed ones left.
    pub fn tick(&self) -> f64 {
        let score = self.state.preview(&self.running, self.at, &Circumstances::default());
        score.conviction.map_or(f64::NAN, |conviction| conviction.score)
    }

    /// A tick in words: the whole Assessment from the state, texts and lists included.
    pub fn report(&self) -> f64 {
        self.state.assess(&Inputs::new("TAO", self.at, &[])).conviction.unwrap_or(f64::NAN)
    }

    /// A closed 4h candle of the asset, Bitcoin and the basket, taken by a copy of the state.
    pub fn close(&self) -> f64 {
        let mut state = self.state.clone();
        let [_, _, candle, _] = self.running;
        state.push(Timeframe::H4, &Row { asset: candle, btc: candle, basket: &[candle; 7] });
        state.score(self.at, &Circumstances::default()).coverage
    }
}

/// A whole series pushed into one timeframe's state, the reading taken at the end.
pub fn push(candles: &[Candle]) -> f64 {
    let state = TimeframeState::over(candles, &Parameters::default());
    state.reading().map_or(f64::NAN, |reading| reading.reading)
}
