//! Stands in for `wasm_split_helpers`, which loads parts of a Leptos program when they are needed. The widget has no such
//! parts. The real crate exports a mark from every wasm that is linked with it, named by a hash of the folder in which
//! its own source lies: the same project built in another home folder would be another wasm, and visitors would download
//! the mark.
