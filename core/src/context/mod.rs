//! What surrounds the asset: Bitcoin, and the AI tokens (method §5).

mod correlation;
mod join;
mod regime;
mod relative;
mod sentiment;

pub use correlation::{Correlation, CorrelationReport, correlate, correlate_all};
pub use join::{basket_log_price, join};
pub use regime::{Regime, RegimeReport, RegimeState};
pub use relative::{RelativeStrength, relative_strength};
pub use sentiment::{MIN_MEMBERS, Sentiment, ai_sentiment};
