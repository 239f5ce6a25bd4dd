//! The card and the badge: what every embed loads.

fn main() {
    tao_conviction::start_page();
}
