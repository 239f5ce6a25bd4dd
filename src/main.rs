//! The standalone page of TAO Conviction.
fn main() {}
