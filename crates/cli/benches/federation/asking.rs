//! Searches against the bare fan-out, interleaved: a look-up, a person and the baseline in every round.

use std::path::Path;
use std::time::Instant;

use model::Probe;

use crate::bare::Bare;
use crate::desk::{self, Desk};
use crate::measure::Times;

/// Rounds that warm connections and caches, and are not counted.
const WARMING: usize = 200;
/// Subjects of a batch.
const SUBJECTS: usize = 200;

/// What is asked for.
pub(crate) struct Probes {
    people: Vec<Probe>,
    pub(crate) identifiers: Vec<Probe>,
}

impl Probes {
    pub(crate) fn read(folder: &Path) -> Self {
        Self { people: desk::people(folder, 500), identifiers: desk::identifiers(folder, 2_000) }
    }
}

/// Times of the same rounds.
#[derive(Default)]
pub(crate) struct Searches {
    bare: Times,
    lookup: Times,
    person: Times,
}

/// Asks round by round over connections that are kept open.
pub(crate) async fn searches(desk: &Desk, bare: &Bare, probes: &Probes, rounds: usize) -> Searches {
    let mut times = Searches::default();
    for at in 0..rounds + WARMING {
        let started = Instant::now();
        bare.search().await;
        let bare_took = started.elapsed();
        let started = Instant::now();
        desk.search(&probes.identifiers[at % probes.identifiers.len()]).await;
        let lookup_took = started.elapsed();
        let started = Instant::now();
        desk.search(&probes.people[at % probes.people.len()]).await;
        let person_took = started.elapsed();
        if at >= WARMING {
            times.bare.add(bare_took);
            times.lookup.add(lookup_took);
            times.person.add(person_took);
        }
    }
    times
}

impl Searches {
    pub(crate) fn print(&self, what: &str) {
        println!("| {what} | p50 ms | p99 ms | p50 ratio | p99 ratio |\n|---|---|---|---|---|");
        let baseline = (self.bare.at(0.5), self.bare.at(0.99));
        for (name, times) in [
            ("bare fan-out to three, one durable write at each node and one at the coordinator", &self.bare),
            ("identifier look-up", &self.lookup),
            ("person search", &self.person),
        ] {
            let (p50, p99) = (times.at(0.5), times.at(0.99));
            println!("| {name} | {p50:.2} | {p99:.2} | {:.2} | {:.2} |", p50 / baseline.0, p99 / baseline.1);
        }
        println!();
    }

    /// What the time buckets take: the difference to the same rounds without them, measured against their own baseline.
    pub(crate) fn print_share(&self, without: &Self) {
        println!("| share of the time buckets, p50 | ms | of the whole |\n|---|---|---|");
        for (name, with, without_buckets) in [
            ("identifier look-up", &self.lookup, &without.lookup),
            ("person search", &self.person, &without.person),
        ] {
            let grown = self.bare.at(0.5) / without.bare.at(0.5);
            let share = with.at(0.5) - without_buckets.at(0.5) * grown;
            println!("| {name} | {share:.2} | {:.0} % |", 100.0 * share / with.at(0.5));
        }
        println!();
    }
}

/// Asks about batches of 200 persons and prints what a subject takes.
pub(crate) async fn batches(desk: &Desk, probes: &Probes, rounds: usize) {
    let mut times = Times::default();
    for at in 0..rounds + 2 {
        let subjects: Vec<Probe> =
            probes.people.iter().cycle().skip(at * 37).take(SUBJECTS).cloned().collect();
        let started = Instant::now();
        desk.batch(&subjects).await;
        if at >= 2 {
            times.add(started.elapsed() / SUBJECTS as u32);
        }
    }
    println!("| batch of {SUBJECTS} persons, {rounds} rounds | p50 ms | p99 ms |\n|---|---|---|");
    println!("| each subject | {:.2} | {:.2} |\n", times.at(0.5), times.at(0.99));
}
