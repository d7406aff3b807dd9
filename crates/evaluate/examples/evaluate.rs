//! Measures linkage from the command line, without the rest of the product: `evaluate DIR [WEIGHTS]`, where DIR is what
//! `bluelamp synth --out DIR` wrote and WEIGHTS a file of weights, the shipped ones unless given. Times go to stderr.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::thread;

use evaluate::{Options, Progress, Step};
use linkage::person::Weights;
use synth::Corruption;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("usage: evaluate DIR [WEIGHTS]")?);
    let weights = match arguments.next() {
        Some(file) => Weights::parse(&fs::read_to_string(file)?)?,
        None => Weights::default(),
    };
    let options = Options {
        records: dir.clone(),
        probes: dir.join("probes.csv"),
        truth: dir.join("truth.csv"),
        threads: thread::available_parallelism()?.get(),
        weights,
        held_out: Corruption::all().filter(|kind| kind.is_held_out()).map(|kind| kind.to_string()).collect(),
    };
    let report = evaluate::run(&options, &mut |Progress { force, step, done, total }| {
        if step == Step::Indexing || done == total {
            eprintln!("{force} {step:?} {done}/{total}");
        }
    })?;
    print!("{report}");
    eprintln!("{:?}", report.timing);
    Ok(())
}
