//! The project's own commands.
mod sample;
fn main() {
    if let Err(e) = sample::run(std::path::Path::new(".")) {
        println!("{e}");
    }
}
