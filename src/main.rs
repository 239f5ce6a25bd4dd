//! The card and the badge: what every embed loads.

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

// Everything is begun by the loader, which calls what the library exports.
use tao_conviction as _;

fn main() {}
