//! What a question costs each process: processor time and context switches. They say what to save where the clock, beside
//! other work, says little.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use crate::asking::Probes;
use crate::bare::Bare;
use crate::desk::Desk;
use crate::measure::Times;
use crate::running::Federation;

/// Questions that warm connections and caches.
const WARMING: usize = 300;
/// Blocks of either kind of question, in turn, so that other work weighs on both.
const BLOCKS: usize = 10;
const BLOCK: usize = 300;

/// Asks in turn and prints a table for either.
pub(crate) async fn print(desk: &Desk, bare: &Bare, federation: &Federation, probes: &Probes) {
    let mut lookups = probes.identifiers.iter().cycle();
    let ours = processes(federation.servers());
    let theirs = processes(bare.servers());
    for _ in 0..WARMING {
        bare.search().await;
        desk.search(lookups.next().unwrap()).await;
    }
    let (mut bare_cost, mut lookup_cost) = (Cost::default(), Cost::default());
    for _ in 0..BLOCKS {
        let before = Spent::of(&theirs);
        for _ in 0..BLOCK {
            let started = Instant::now();
            bare.search().await;
            bare_cost.times.add(started.elapsed());
        }
        bare_cost.add(&before, &Spent::of(&theirs));
        let before = Spent::of(&ours);
        for _ in 0..BLOCK {
            let started = Instant::now();
            desk.search(lookups.next().unwrap()).await;
            lookup_cost.times.add(started.elapsed());
        }
        lookup_cost.add(&before, &Spent::of(&ours));
    }
    bare_cost.print("bare fan-out to three");
    lookup_cost.print("identifier look-up");
}

/// Processes by name: servers and the asker.
fn processes(servers: Vec<(String, String)>) -> BTreeMap<String, String> {
    servers.into_iter().chain([("desk".to_owned(), "self".to_owned())]).collect()
}

/// What processes have spent so far, by name: nanoseconds on a processor, and context switches.
struct Spent(BTreeMap<String, (u64, u64)>);

impl Spent {
    fn of(processes: &BTreeMap<String, String>) -> Self {
        Self(processes.iter().map(|(name, pid)| (name.clone(), threads(pid))).collect())
    }
}

/// Of all threads of a process.
fn threads(pid: &str) -> (u64, u64) {
    let folder = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    folder.fold((0, 0), |(nanos, switches), thread| {
        let path = thread.unwrap().path();
        let read = |file| fs::read_to_string(path.join(file)).unwrap_or_default();
        let spent = read("schedstat").split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let status = read("status");
        let lines = status.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
        let switched = lines.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok());
        (nanos + spent, switches + switched.sum::<u64>())
    })
}

#[derive(Default)]
struct Cost {
    spent: BTreeMap<String, (u64, u64)>,
    times: Times,
}

impl Cost {
    fn add(&mut self, before: &Spent, after: &Spent) {
        for (name, (nanos, switches)) in &after.0 {
            let (nanos_before, switches_before) = before.0[name];
            let (all_nanos, all_switches) = self.spent.entry(name.clone()).or_default();
            *all_nanos += nanos.saturating_sub(nanos_before);
            *all_switches += switches.saturating_sub(switches_before);
        }
    }

    fn print(&self, what: &str) {
        let asked = (BLOCKS * BLOCK) as f64;
        println!("| {what}, each of {asked} | processor µs | context switches |\n|---|---|---|");
        let (mut nanos, mut switches) = (0, 0);
        for (name, (own_nanos, own_switches)) in &self.spent {
            row(name, *own_nanos, *own_switches, asked);
            nanos += own_nanos;
            switches += own_switches;
        }
        row("all", nanos, switches, asked);
        println!("\np50 {:.2} ms, p99 {:.2} ms by the clock\n", self.times.at(0.5), self.times.at(0.99));
    }
}

fn row(name: &str, nanos: u64, switches: u64, asked: f64) {
    println!("| {name} | {:.0} | {:.1} |", nanos as f64 / 1_000.0 / asked, switches as f64 / asked);
}
