//! Measures how often two forces' records that share a feature are of one person: `same DIR`, where DIR is what
//! `bluelamp synth --out DIR` wrote.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("usage: same DIR")?);
    for (by, pairs) in evaluate::same_pairs(&dir, &dir.join("truth.csv"))? {
        let share = |of: u64| pairs.right as f64 / of.max(1) as f64;
        println!(
            "{by:?}: {} pairs, {} of one person ({:.4}), {:.4} of the {} that are",
            pairs.tied,
            pairs.right,
            share(pairs.tied),
            share(pairs.held),
            pairs.held
        );
    }
    Ok(())
}
