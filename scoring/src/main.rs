//! Nothing happens when the module is loaded: it only offers the functions of the library.

use tao_conviction_scoring as _;

fn main() {}
