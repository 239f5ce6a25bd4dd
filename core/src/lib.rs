//! The scoring core of TAO Conviction.
