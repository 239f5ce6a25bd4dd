//! The panel with all that the card has: loaded instead of the card's wasm where an element asks for the panel.

fn main() {
    tao_conviction::start_page();
}
