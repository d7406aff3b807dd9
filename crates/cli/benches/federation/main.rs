//! `cargo bench -p cli --bench federation`: the whole path against bare baselines, interleaved in one run.
//!
//! Three forces run as `bluelamp demo` runs them: four processes, mutual TLS, policy, durable audit; of 100,000 persons and
//! 300,000 reports each, or of `--persons N` and three times as many reports. Searches are held against a bare three-way
//! fan-out on the same stack with one durable write at each end; a table against DataFusion running the same aggregate in
//! this process over the union of the same files. Connections are kept open, so no handshake is counted. Nothing here
//! passes or fails: it prints what it measured. With `--costs` it prints what a look-up costs each process, and no more.
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

mod asking;
mod bare;
mod centre;
mod costs;
mod desk;
mod measure;
mod running;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use measure::{Times, per_second};

const PERSONS: u32 = 100_000;
const SEARCHES: usize = 2_000;
const BATCHES: usize = 20;
/// What the sample sites set.
const BUCKETS: (u64, u64) = (500, 100);
const TABLES: usize = 40;

fn main() {
    identity::install_default();
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("bare-node") => runtime.block_on(bare::node(&arguments[2], &arguments[3])),
        Some("bare-coordinator") => runtime.block_on(bare::coordinator(&arguments[2], &arguments[3..])),
        _ => {
            runtime.block_on(run(persons(&arguments), arguments.iter().any(|argument| argument == "--costs")))
        }
    }
}

/// `--persons N`, wherever it stands among what cargo passes on.
fn persons(arguments: &[String]) -> u32 {
    let given = arguments.iter().position(|argument| argument == "--persons").map(|at| &arguments[at + 1]);
    given.map_or(PERSONS, |given| given.parse().expect("--persons takes a number"))
}

async fn run(persons: u32, costs_alone: bool) {
    let reports = persons * 3;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-federation-{persons}"));
    eprintln!(
        "preparing {persons} persons and {reports} reports for each of three forces; the first time takes longer"
    );
    if folder.join("mps/node.toml").exists() {
        running::set_buckets(&folder, BUCKETS.0, BUCKETS.1);
        running::forget_tables(&folder);
    }
    let federation = running::Federation::start(&folder, persons, reports);
    let bare = bare::Bare::start(&folder);

    println!("# Federation benchmark\n");
    println!("{}\n", measure::machine());
    println!(
        "3 forces × {persons} persons and {reports} reports, each force and the coordinator a process of its own.\n"
    );

    let desk = desk::Desk::open(&folder).await;
    let probes = asking::Probes::read(&folder);
    if costs_alone {
        costs::print(&desk, &bare, &federation, &probes).await;
        bare.stop();
        return federation.stop();
    }
    let searches = asking::searches(&desk, &bare, &probes, SEARCHES).await;
    searches.print(&format!("search, {SEARCHES} interleaved rounds"));
    asking::batches(&desk, &probes, BATCHES).await;

    let local = table::Local::open(&folder).await;
    for (name, by) in table::QUESTIONS {
        let mut ours = Times::default();
        let mut baseline = Times::default();
        for at in 0..TABLES + 5 {
            let started = Instant::now();
            let released = desk.table(by, at).await;
            let took = started.elapsed();
            let started = Instant::now();
            let counted = local.count(by, at).await;
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

    running::set_buckets(&folder, 0, 0);
    let federation = running::Federation::start(&folder, persons, reports);
    let desk = desk::Desk::open(&folder).await;
    let without = asking::searches(&desk, &bare, &probes, SEARCHES / 2).await;
    println!();
    without.print("the same without time buckets");
    searches.print_share(&without);
    federation.stop();
    bare.stop();
    running::set_buckets(&folder, BUCKETS.0, BUCKETS.1);

    let prepared = running::prepare(&folder).await;
    println!("\n| one force's records, Parquet to snapshot and index | |\n|---|---|");
    println!("| rows | {} |", prepared.rows);
    println!("| rows a second | {} |", per_second(prepared.rows, prepared.built));
    println!("| opened again, unchanged, ms | {} |", prepared.reopened.as_millis());
}
