//! What surrounds the asset: Bitcoin, and the AI tokens (method §5).

mod correlation;
mod merge;
mod regime;
mod relative;
mod sentiment;
mod window;

pub use correlation::{Correlation, CorrelationReport, correlate, correlate_all};
pub(crate) use correlation::{CorrelationState, basket as correlation_basket};
pub(crate) use merge::Basket;
pub use merge::{Row, merge};
pub use regime::{Regime, RegimeReport, RegimeState};
pub(crate) use relative::{RelativeState, basket as relative_basket};
pub use relative::{RelativeStrength, relative_strength};
pub(crate) use sentiment::MemberState;
pub use sentiment::{MIN_MEMBERS, MemberReport, Sentiment, ai_sentiment};
