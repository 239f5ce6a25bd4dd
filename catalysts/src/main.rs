//! Nothing happens when the module is loaded: it only offers the functions of the library.

use tao_conviction_catalysts as _;

fn main() {}
