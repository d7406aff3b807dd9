//! Measures linkage from the command line, without the rest of the product: `evaluate DIR [json]`, where DIR is what
//! `bluelamp synth --out DIR` wrote. Times go to stderr.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::error::Error;
use std::path::PathBuf;
use std::thread;

use evaluate::{Options, Progress, Step};
use linkage::person::Weights;
use synth::Corruption;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("usage: evaluate DIR [json]")?);
    let options = Options {
        records: dir.clone(),
        probes: dir.join("probes.csv"),
        truth: dir.join("truth.csv"),
        threads: thread::available_parallelism()?.get(),
        weights: Weights::default(),
        held_out: Corruption::all().filter(|kind| kind.is_held_out()).map(|kind| kind.to_string()).collect(),
    };
    let report = evaluate::run(&options, &mut |Progress { force, step, done, total }| {
        if step == Step::Indexing || done == total {
            eprintln!("{force} {step:?} {done}/{total}");
        }
    })?;
    match arguments.next().as_deref() {
        Some("json") => println!("{}", serde_json::to_string_pretty(&report)?),
        _ => print!("{report}"),
    }
    eprintln!("{:?}", report.timing);
    Ok(())
}
