//! `cargo bench -p cli --bench index [-- PERSONS]`: the search index of one node by itself, without wire, signature or audit.
//!
//! Made-up records of one force (1,000,000 persons unless said otherwise) are read into a snapshot once and kept. Measured are
//! building the index, opening it again, searches for persons and look-ups of identifiers under a real permit of the sample
//! policy, and memory. The baseline in the same run compares the probe with every record, as a tool without an index must.
//! Nothing here passes or fails: it prints what it measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark: a failure ends it"
)]

#[path = "../federation/measure.rs"]
mod measure;
mod probes;
mod site;

use std::time::Instant;

use linkage::Subject;
use linkage::person::Weights;
use measure::{Times, per_second};
use node::index::{BuildLimits, Index};
use policy::Findings;

const PERSONS: u32 = 1_000_000;
const SEARCHES: usize = 20_000;
const COMPARED_WITH_ALL: usize = 10;

fn main() {
    let persons = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(PERSONS);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let site = runtime.block_on(site::Site::prepare(persons));
    println!("# Index benchmark\n\n{}\n", measure::machine());

    let index = build(&site, persons);
    let people = probes::people(site.folder());
    let identifiers = probes::identifiers(site.folder());
    println!("| one thread | p50 ms | p99 ms | most ms |\n|---|---|---|---|");
    let person = ask(&site, &index, &people, SEARCHES);
    row("person search", &person);
    row("identifier look-up", &ask(&site, &index, &identifiers, SEARCHES));
    let all = probes::compare_with_all(site.folder(), &people[..COMPARED_WITH_ALL.min(people.len())]);
    row("baseline: the probe compared with every record", &all);
    println!("\nratio of medians, baseline to search: {:.0}", all.at(0.5) / person.at(0.5));

    let started = Instant::now();
    let both = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..2).map(|_| scope.spawn(|| ask(&site, &index, &people, SEARCHES))).collect();
        asking.into_iter().map(|asked| asked.join().unwrap().at(0.99)).fold(0.0, f64::max)
    });
    // Each thread warms up with a tenth more.
    let asked = (2 * (SEARCHES + SEARCHES / 10)) as u64;
    println!(
        "\ntwo threads: {} person searches a second, p99 {both:.2} ms",
        per_second(asked, started.elapsed())
    );
    println!("memory: {}", memory());
    index.release();
    println!("after giving mapped pages back: {}", memory());
}

/// Builds the index anew, prints what that took, and opens it again.
fn build(site: &site::Site, persons: u32) -> Index {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let limits = BuildLimits { memory_bytes: 128 << 20, threads };
    let folder = site.snapshot.dir().join("index");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let mut step = (None, Instant::now());
    let started = Instant::now();
    let weights = Weights::default();
    drop(Index::open(&site.snapshot, limits, &weights, &mut |built| {
        if step.0 != Some(built.dataset) {
            eprintln!("{:>8.1?}  reading {}", started.elapsed(), built.dataset);
            step = (Some(built.dataset), Instant::now());
        }
    }));
    let took = started.elapsed();
    let bytes: u64 =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    let reopened = Instant::now();
    let index = Index::open(&site.snapshot, limits, &weights, &mut |_| panic!("built again")).unwrap();
    let reopened = reopened.elapsed();
    let (people, organisations, identifiers) = index.len();
    println!("| {people} persons, {organisations} organisations, {identifiers} identifiers | |\n|---|---|");
    println!("| built, with all that is linked to them | {took:.1?} |");
    println!("| persons a second | {} |", per_second(u64::from(persons), took));
    println!("| on the disk, MiB | {} |", bytes >> 20);
    println!("| opened again and verified | {reopened:.1?} |\n");
    index
}

fn ask(site: &site::Site, index: &Index, subjects: &[Subject], rounds: usize) -> Times {
    let mut times = Times::default();
    for at in 0..rounds + rounds / 10 {
        let subject = &subjects[at % subjects.len()];
        let permit = site.permit();
        let mut findings = Findings::for_search(&permit);
        let started = Instant::now();
        index.search(subject, &permit, &mut findings);
        let took = started.elapsed();
        std::hint::black_box(&findings);
        if at >= rounds / 10 {
            times.add(took);
        }
    }
    times
}

fn row(name: &str, times: &Times) {
    println!("| {name} | {:.3} | {:.3} | {:.3} |", times.at(0.5), times.at(0.99), times.at(1.0));
}

/// What this process holds, of its own and of mapped files.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mib = |key: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) / 1024
    };
    format!("{} MiB of its own, {} MiB of mapped files", mib("RssAnon:"), mib("RssFile:"))
}
