//! Rebuilds the crate when a programme folder gains or loses a file: the embedding macro sees changes
//! of the files it knows, and cannot see new ones.

fn main() {
    #[allow(clippy::print_stdout)] // A build script speaks to cargo on standard output.
    {
        println!("cargo:rerun-if-changed=../../programmes");
    }
}
