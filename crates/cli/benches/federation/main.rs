//! `cargo bench -p cli --bench federation`: the whole path against bare baselines, interleaved in one run.
//!
//! Three forces of 100,000 persons and 300,000 reports each run as `bluelamp demo` runs them: four processes, mutual TLS,
//! policy, durable audit. Search is held against a bare three-way fan-out on the same stack (same certificates, same
//! messages, no signature, policy, index or audit); a table against DataFusion running the same aggregate in this process
//! over the union of the same files. Nothing here passes or fails: it prints what it measured.
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

mod bare;
mod desk;
mod measure;
mod running;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use measure::{Times, per_second};

const PERSONS: u32 = 100_000;
const REPORTS: u32 = 300_000;
const SEARCHES: usize = 2_000;
const TABLES: usize = 40;

fn main() {
    identity::install_default();
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("bare-node") => runtime.block_on(bare::node(&arguments[2], &arguments[3])),
        Some("bare-coordinator") => runtime.block_on(bare::coordinator(&arguments[2], &arguments[3..])),
        _ => runtime.block_on(run()),
    }
}

async fn run() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-federation");
    eprintln!(
        "preparing {PERSONS} persons and {REPORTS} reports for each of three forces; the first time takes longer"
    );
    let federation = running::Federation::start(&folder, PERSONS, REPORTS);
    let bare = bare::Bare::start(&folder);

    println!("# Federation benchmark\n");
    println!("{}\n", measure::machine());
    println!(
        "3 forces × {PERSONS} persons and {REPORTS} reports, each force and the coordinator a process of its own.\n"
    );

    let desk = desk::Desk::open(&folder).await;
    let mut ours = Times::default();
    let mut baseline = Times::default();
    let people = desk::people(&folder, 500);
    for at in 0..SEARCHES + 200 {
        let person = &people[at % people.len()];
        let started = Instant::now();
        desk.search(person).await;
        let took = started.elapsed();
        let started = Instant::now();
        bare.search(person).await;
        let bare_took = started.elapsed();
        // The first rounds warm connections and caches on both sides.
        if at >= 200 {
            ours.add(took);
            baseline.add(bare_took);
        }
    }
    println!("| search, {SEARCHES} interleaved rounds | p50 ms | p99 ms |\n|---|---|---|");
    println!("| bluelamp: signed, decided, searched, audited | {:.2} | {:.2} |", ours.at(0.5), ours.at(0.99));
    println!("| bare three-way fan-out | {:.2} | {:.2} |", baseline.at(0.5), baseline.at(0.99));
    println!(
        "| difference | {:.2} | {:.2} |",
        ours.at(0.5) - baseline.at(0.5),
        ours.at(0.99) - baseline.at(0.99)
    );
    println!(
        "| ratio | {:.2} | {:.2} |\n",
        ours.at(0.5) / baseline.at(0.5),
        ours.at(0.99) / baseline.at(0.99)
    );

    let local = table::Local::open(&folder).await;
    for (name, by) in table::QUESTIONS {
        let mut ours = Times::default();
        let mut baseline = Times::default();
        for at in 0..TABLES + 5 {
            let started = Instant::now();
            let released = desk.table(by).await;
            let took = started.elapsed();
            let started = Instant::now();
            let counted = local.count(by).await;
            let bare_took = started.elapsed();
            assert!(released <= counted + counted / 20, "{released} released of {counted}");
            if at >= 5 {
                ours.add(took);
                baseline.add(bare_took);
            }
        }
        println!("| table: {name}, {TABLES} interleaved rounds | p50 ms |\n|---|---|");
        println!("| bluelamp over three forces | {:.1} |", ours.at(0.5));
        println!("| DataFusion in one process over the union | {:.1} |", baseline.at(0.5));
        println!("| ratio | {:.2} |\n", ours.at(0.5) / baseline.at(0.5));
    }

    println!("| memory | resident MiB | at most since start MiB |\n|---|---|---|");
    for (name, now, most) in federation.memory() {
        println!("| {name} | {now} | {most} |");
    }
    federation.stop();
    bare.stop();

    let prepared = running::prepare(&folder).await;
    println!("\n| one force's records, Parquet to snapshot and index | |\n|---|---|");
    println!("| rows | {} |", prepared.rows);
    println!("| rows a second | {} |", per_second(prepared.rows, prepared.built));
    println!("| opened again, unchanged, ms | {} |", prepared.reopened.as_millis());
}
