//! The widget of TAO Conviction.
