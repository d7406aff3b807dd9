//! Generates the wire types from `proto/`. protox compiles the files, so that nobody needs protoc.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new("../../proto");
    let files =
        ["question", "release", "node", "coordinator"].map(|name| format!("bluelamp/v1/{name}.proto"));
    println!("cargo:rerun-if-changed=../../proto");
    let descriptors = protox::compile(files, [root])?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
