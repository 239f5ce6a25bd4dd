//! The panel with all that the card has: loaded instead of the card's wasm where an element asks for the panel.

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    tao_conviction::start_page();
}
