//! Makes up what the measurements are made on, without the rest of the product: `make DIR PERSONS SEED [held-out]`
//! writes so many persons for each of three forces, five thousand probes and the truth.

use std::error::Error;
use std::path::PathBuf;

use synth::Spec;

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: make DIR PERSONS SEED [held-out]";
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or(usage)?);
    let persons = arguments.next().ok_or(usage)?.parse()?;
    let seed = arguments.next().ok_or(usage)?.parse()?;
    let held_out = arguments.next().is_some_and(|word| word == "held-out");
    let spec = Spec { persons, seed, held_out, probes: 5_000, reports: 0, events: 0, ..Spec::default() };
    synth::write(&spec, &dir, &mut |_| {})?;
    Ok(())
}
