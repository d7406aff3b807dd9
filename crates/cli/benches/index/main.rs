//! `cargo bench -p cli --bench index [-- --persons N]`: the search index of one node by itself, without wire, signature or
//! audit.
//!
//! Made-up records of one force (1,000,000 persons unless said otherwise) are read into a snapshot once and kept. Measured are
//! building the index, taking up records of which one in a hundred changed, opening it again, searches for persons and look-ups of
//! identifiers under a real permit of the sample policy, and memory. The baseline in the same run compares the probe with every record, as a tool without an index must.
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

mod change;
#[path = "../federation/measure.rs"]
mod measure;
mod probes;
mod site;

use std::path::{Path, PathBuf};
use std::time::Instant;

use linkage::Subject;
use linkage::person::Weights;
use measure::{Times, per_second};
use node::held::Held;
use node::index::{BuildLimits, Index};
use policy::Findings;
use tokio::runtime::Runtime;

const PERSONS: u32 = 1_000_000;
const SEARCHES: usize = 20_000;
const COMPARED_WITH_ALL: usize = 10;
/// What a node may hold unless its configuration says otherwise.
const HELD_MIB: usize = 2048;
const MIB: usize = 1 << 20;
/// Searches between two looks at the memory.
const LOOKED_EACH: usize = 50;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--persons").skip(1);
    let persons =
        arguments.next().map_or(PERSONS, |number| number.parse().expect("--persons takes a number"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let site = runtime.block_on(site::Site::prepare(persons));
    println!("# Index benchmark\n\n{}\n", measure::machine());

    let index = build(&runtime, &site, persons);
    let people = probes::people(site.folder());
    let identifiers = probes::identifiers(site.folder());
    println!("| one thread | p50 ms | p99 ms | most ms |\n|---|---|---|---|");
    let person = ask(&site, &index, &people, SEARCHES);
    row("person search", &person);
    row("identifier look-up", &ask(&site, &index, &identifiers, SEARCHES));
    println!(
        "\n| one thread, no more than {HELD_MIB} MiB held | p50 ms | p99 ms | most ms |\n|---|---|---|---|"
    );
    let (within, most, released) = ask_within(&site, &index, &people);
    row("person search", &within);
    println!("\nheld {most} MiB at most; gave some mapped pages back {released} times");
    println!("memory: {}", memory());
    // Comparing with all takes far more memory than a node holds of its own: from here on memory says little of it.
    println!("\n| one thread | p50 ms | p99 ms | most ms |\n|---|---|---|---|");
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

/// Searches while no more than [`HELD_MIB`] are held, mapped files included: as a node does, which looks as often as two threads
/// do so many. Also the most that was held, in MiB, and how often some of it was given back.
fn ask_within(site: &site::Site, index: &Index, subjects: &[Subject]) -> (Times, usize, usize) {
    let (mut times, mut most, mut released) = (Times::default(), 0, 0);
    // What the searches before left is no part of this.
    index.release();
    for some in 0..3 * SEARCHES / LOOKED_EACH {
        let subject = |at: usize| &subjects[(some * LOOKED_EACH + at) % subjects.len()];
        for at in 0..LOOKED_EACH {
            let permit = site.permit();
            let mut findings = Findings::for_search(&permit);
            let started = Instant::now();
            index.search(subject(at), &permit, &mut findings);
            times.add(started.elapsed());
            std::hint::black_box(&findings);
        }
        most = most.max(held().all() / MIB);
        released += node::held::hold(index, HELD_MIB * MIB);
    }
    (times, most, released)
}

/// Builds the index anew and from one of which one record in a hundred changed, prints what that took, and opens it again.
fn build(runtime: &Runtime, site: &site::Site, persons: u32) -> Index {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let limits = BuildLimits { memory_bytes: 128 << 20, threads };
    let folder = site.snapshot.index_dir();
    site.forget_indexes();
    let mut step = None;
    let (started, spent) = (Instant::now(), processor());
    let weights = Weights::default();
    let built = Index::open(&site.snapshot, None, limits, &weights, &mut |built| {
        if step != Some(built.dataset) {
            eprintln!("{:>8.1?}  reading {}", started.elapsed(), built.dataset);
            step = Some(built.dataset);
        }
    });
    let built = built.unwrap();
    let (took, spent) = (started.elapsed(), processor() - spent);
    let bytes = bytes_in(&folder);
    let changed = runtime.block_on(site.changed());
    let (updating, spending) = (Instant::now(), processor());
    // As at a node, beside the index in use.
    let after = Index::open(&changed, Some(&built), limits, &weights, &mut |_| {}).unwrap();
    let (updated, spending) = (updating.elapsed(), processor() - spending);
    drop((built, after));
    let reopened = Instant::now();
    let index = Index::open(&site.snapshot, None, limits, &weights, &mut |_| panic!("built again")).unwrap();
    let reopened = reopened.elapsed();
    let (people, organisations, identifiers) = index.len();
    println!("| {people} persons, {organisations} organisations, {identifiers} identifiers | |\n|---|---|");
    println!("| built, with all that is linked to them | {took:.1?} |");
    println!("| persons a second | {} |", per_second(u64::from(persons), took));
    let share = |part: f64, whole: f64| 100.0 * part / whole;
    let (by_clock, by_processor) = (share(updated.as_secs_f64(), took.as_secs_f64()), share(spending, spent));
    println!("| update of 1 % | {updated:.2?}, {by_clock:.1} % of a full build |");
    println!("| processor time of the two | {spending:.2} s of {spent:.2} s, {by_processor:.1} % |");
    println!("| on the disk, MiB | {} |", bytes >> 20);
    println!("| most memory while building | {} MiB |", most_memory());
    println!("| opened again and verified | {reopened:.1?} |\n");
    index
}

/// Bytes of all files in a folder.
fn bytes_in(folder: &Path) -> u64 {
    let size = |path: PathBuf| {
        if path.is_dir() { bytes_in(&path) } else { path.metadata().unwrap().len() }
    };
    std::fs::read_dir(folder).unwrap().map(|file| size(file.unwrap().path())).sum()
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

/// Seconds of processor time that this process has spent: what else the machine does hardly shows in it.
fn processor() -> f64 {
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = behind_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}

/// What this process holds, of its own and of mapped files.
fn memory() -> String {
    let Held { own, mapped } = held();
    format!("{} MiB of its own, {} MiB of mapped files", own / MIB, mapped / MIB)
}

fn held() -> Held {
    Held::now().expect("the system tells what a process holds")
}

/// The most that it has held, mapped files included.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) / 1024
}
