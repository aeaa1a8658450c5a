//! Nothing to build: without a script Cargo would not look at the features of build dependencies.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
