//! The panel with all that the card has: loaded instead of the card's wasm where an element asks for the panel.

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

// Everything is begun by the loader, which calls what the library exports.
use tao_conviction as _;

fn main() {}
