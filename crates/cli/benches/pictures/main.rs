//! `cargo bench -p cli --bench pictures`: eight questions of a threat picture, over three forces and over one engine.
//!
//! Three forces run as `bluelamp demo` runs them: each node and the coordinator a process of its own, mutual TLS, policy,
//! disclosure control and durable records on; of 100,000 persons, or of `--persons N`, with three times as many reports and
//! about four times as many links. The peers are DataFusion in this process over the union of the same files, DuckDB over a
//! file of its own where Python knows it, and PostgreSQL where it is installed: a server for each force behind `postgres_fdw`.
//! Rounds are interleaved, ours, then each peer once what nodes still do for later questions is done; every round begins with an
//! empty memory of tables. An answer counts only where each figure told is the one that a plain reckoning over the records that
//! may be counted comes to. Nothing here passes or fails by its time: it prints what it measured. `--without
//! DuckDB,PostgreSQL,DataFusion` leaves peers out; without DataFusion no answer is compared.
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

#[allow(dead_code, reason = "shared with the benchmark of the federation, which uses the rest")]
#[path = "../federation/desk.rs"]
mod desk;
mod duck;
#[allow(dead_code, reason = "shared with the benchmark of the federation, which uses the rest")]
#[path = "../federation/measure.rs"]
mod measure;
mod peer;
mod postgres;
mod processor;
mod questions;
mod rules;
#[allow(dead_code, reason = "shared with the benchmark of the federation, which uses the rest")]
#[path = "../federation/running.rs"]
mod running;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use async_trait::async_trait;
use measure::Times;
use model::TableAnswer;
use questions::{QUESTIONS, Question};
use sql::{Answer, TypedQuestion};

const PERSONS: u32 = 100_000;
const ROUNDS: u32 = 5;
/// How long one question may take, in milliseconds.
const DEADLINE_MS: u32 = 60_000;

struct Desk(desk::Desk);

#[async_trait]
impl sql::Ask for Desk {
    type Error = std::convert::Infallible;

    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, Self::Error> {
        Ok(self.0.tabulate(&question.table, DEADLINE_MS).await)
    }
}

fn main() {
    identity::install_default();
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: u32| {
        let given = arguments.iter().position(|argument| argument == name).map(|at| &arguments[at + 1]);
        given.map_or(otherwise, |given| given.parse().expect("a number"))
    };
    let without = arguments.iter().position(|argument| argument == "--without").map(|at| &arguments[at + 1]);
    let without = without.map(|names| names.to_lowercase()).unwrap_or_default();
    let asked =
        ["datafusion", "duckdb", "postgresql"].map(|peer| !without.split(',').any(|name| name == peer));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(number("--persons", PERSONS), number("--rounds", ROUNDS), asked));
}

async fn run(persons: u32, rounds: u32, [ask_peer, ask_duck, ask_postgres]: [bool; 3]) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-pictures-{persons}"));
    eprintln!(
        "preparing {persons} persons and {} reports for each of three forces; the first time takes longer",
        persons * 3
    );
    if folder.join("mps/node.toml").exists() {
        running::forget_tables(&folder);
    }
    let federation = running::Federation::start(&folder, persons, persons * 3);
    let desk = Desk(desk::Desk::open(&folder).await);
    let (plain, counted) = (peer::Peer::open(&folder, false).await, peer::Peer::open(&folder, true).await);
    let mut duck = if ask_duck { duck::Duck::start(&folder) } else { None };
    if ask_duck && duck.is_none() {
        eprintln!("DuckDB is skipped: no Python here imports it");
    }
    let mut postgres = if ask_postgres { postgres::Postgres::start(&folder).await } else { None };
    if ask_postgres && postgres.is_none() {
        eprintln!("PostgreSQL is skipped: its programs are not installed");
    }
    let mut ours: Vec<Times> = QUESTIONS.iter().map(|_| Times::default()).collect();
    let mut again: Vec<Times> = QUESTIONS.iter().map(|_| Times::default()).collect();
    let mut theirs: Vec<Times> = QUESTIONS.iter().map(|_| Times::default()).collect();
    let mut ducks: Vec<Times> = QUESTIONS.iter().map(|_| Times::default()).collect();
    let mut elephants: Vec<Times> = QUESTIONS.iter().map(|_| Times::default()).collect();
    let mut told = Vec::new();
    // The first round fills caches and is not counted.
    for round in 0..=rounds {
        rules::serve(&federation, &folder, round);
        for (at, question) in QUESTIONS.iter().enumerate() {
            let before = processor::used(&federation);
            let started = Instant::now();
            let answer = ask(&desk, question).await;
            let took = started.elapsed();
            let by_then = processor::used(&federation);
            let in_the_end = processor::settled(&federation);
            let used: Vec<String> = before
                .iter()
                .zip(by_then)
                .zip(in_the_end)
                .map(|(((site, before), (_, then)), (_, end))| {
                    format!("{site} {} + {}", then - before, end - then)
                })
                .collect();
            let (took_ms, used) = (took.as_millis(), used.join(", "));
            eprintln!(
                "round {round}, {}: {took_ms} ms; processor ms until then + after: {used}",
                question.name
            );
            let started = Instant::now();
            let batches = if ask_peer { plain.ask(question.peer).await } else { Vec::new() };
            let peer_took = started.elapsed();
            if let Some(postgres) = &mut postgres {
                let started = Instant::now();
                let rows = postgres.ask(question);
                let took = started.elapsed();
                if round > 0 {
                    elephants[at].add(took);
                }
                if ask_peer {
                    same_rows(question, peer::rows(&batches, question.keys), rows);
                }
            }
            drop(batches);
            let started = Instant::now();
            let same = ask(&desk, question).await;
            let again_took = started.elapsed();
            assert_eq!(same.rows, answer.rows, "{}: the same question has the same answer", question.name);
            if round == 0 {
                told.push(match ask_peer {
                    true => compare(question, &answer, &counted).await,
                    false => answer.rows.to_string(),
                });
                if let Some(duck) = &mut duck {
                    duck.ask(question.peer);
                }
                continue;
            }
            ours[at].add(took);
            if ask_peer {
                theirs[at].add(peer_took);
            }
            again[at].add(again_took);
            if let Some(duck) = &mut duck {
                ducks[at].add(duck.ask(question.peer));
            }
        }
    }
    println!("# Eight questions of a threat picture\n\n{}\n", measure::machine());
    println!(
        "3 forces × {persons} persons and {} reports, {rounds} interleaved rounds, medians in ms.\n",
        persons * 3
    );
    println!(
        "| question | rows, told | federation | DataFusion | ratio | DuckDB | ratio | PostgreSQL | ratio | asked again |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let line = |name: &str, rows: &str, [own, datafusion, duck, postgres, again]: [f64; 5]| {
        let beside = |peer: f64| match peer > 0.0 {
            true => format!("{peer:.0} | {:.2}", own / peer),
            false => "– | –".to_owned(),
        };
        let peers = [datafusion, duck, postgres].map(beside).join(" | ");
        println!("| {name} | {rows} | {own:.0} | {peers} | {again:.0} |");
    };
    let mut total = [0.0; 5];
    for (at, question) in QUESTIONS.iter().enumerate() {
        let datafusion = if ask_peer { theirs[at].at(0.5) } else { 0.0 };
        let duck = if duck.is_some() { ducks[at].at(0.5) } else { 0.0 };
        let elephant = if postgres.is_some() { elephants[at].at(0.5) } else { 0.0 };
        let medians = [ours[at].at(0.5), datafusion, duck, elephant, again[at].at(0.5)];
        total.iter_mut().zip(medians).for_each(|(sum, median)| *sum += median);
        line(question.name, &told[at], medians);
    }
    line("all eight", "", total);
    println!("\n| memory | resident MiB | at most since start MiB |\n|---|---|---|");
    for (name, now, most) in federation.memory() {
        println!("| {name} | {now} | {most} |");
    }
    for force in ["btp", "colp", "mps"] {
        let [records, data] = ["records", "data"].map(|part| mib(&folder.join(force).join(part)));
        println!("\n{force}: {records} MiB of Parquet, {data} MiB of snapshots, index and memory");
    }
    federation.stop();
}

async fn ask(desk: &Desk, question: &Question) -> Answer {
    let prepared =
        sql::prepare(question.ours).unwrap_or_else(|refused| panic!("{}: {refused}", question.name));
    prepared.run(desk).await.unwrap()
}

/// Holds a peer's answer against another's.
fn same_rows(question: &Question, mut one: Vec<peer::Row>, mut other: Vec<peer::Row>) {
    for rows in [&mut one, &mut other] {
        rows.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let near = |a: &Option<f64>, b: &Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    };
    let same = one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| {
            a.0 == b.0 && a.1.len() == b.1.len() && a.1.iter().zip(&b.1).all(|(a, b)| near(a, b))
        });
    assert!(same, "{}: the peers differ: {:?} and {:?}", question.name, one.first(), other.first());
}

/// Holds an answer against the reckoning over what may be counted: every figure that is told exactly is the reckoned one. Where
/// keys are free text it may be less: a force that few records, or few places, of a town stand at does not name the town.
/// Says how many rows were told in full.
async fn compare(question: &Question, answer: &Answer, counted: &peer::Peer) -> String {
    let limit = question.peer.split(" order by ").next().unwrap();
    let reckoned: HashMap<Vec<Option<String>>, Vec<Option<f64>>> =
        peer::rows(&counted.ask(limit).await, question.keys).into_iter().collect();
    let names: Vec<String> = (0..answer.columns.len()).map(|at| format!("c{at}")).collect();
    let columns =
        names.iter().map(String::as_str).zip(answer.columns.iter().map(|column| column.values.clone()));
    let batch = arrow::array::RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, values)| (name, values, true)),
    )
    .unwrap();
    let rows = peer::rows(&[batch], question.keys);
    let mut whole = 0;
    for (at, (keys, figures)) in rows.iter().enumerate() {
        let status = |column: usize| {
            answer.columns[question.keys + column].status.as_ref().and_then(|status| status[at])
        };
        let exact = |column: &usize| status(*column) == Some("exact");
        whole += usize::from((0..figures.len()).all(|column| exact(&column)));
        for column in (0..figures.len()).filter(exact) {
            let known = reckoned.get(keys).and_then(|figures| figures[column]).unwrap_or(0.0);
            let told = figures[column].unwrap_or(0.0);
            let margin = 1e-6 * known.abs().max(1.0);
            let same = if question.free { told <= known + margin } else { (known - told).abs() <= margin };
            assert!(same, "{}: {keys:?}: {told} was told of {known}", question.name);
        }
    }
    format!("{}, {whole}", rows.len())
}

/// Size of all files under a folder, in MiB.
fn mib(folder: &std::path::Path) -> u64 {
    fn bytes(folder: &std::path::Path) -> u64 {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        entries
            .map(
                |entry| {
                    if entry.path().is_dir() { bytes(&entry.path()) } else { entry.metadata().unwrap().len() }
                },
            )
            .sum()
    }
    bytes(folder) >> 20
}
