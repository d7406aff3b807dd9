//! `cargo bench -p tests --bench fan_out`: how a coordinator's fan-out grows with the number of forces, against a bare one of the
//! same width in the same run, interleaved.
//!
//! Forces are simulated: each has an authority, a certificate and a listener of its own and answers a search with "nothing is
//! held", so that what is measured is the coordinator. Everything shares one process and goes over mutual TLS; connections
//! are kept open. The bare coordinator asks the same forces over as many connections, and writes one line durably, as ours
//! does; it looks at no signature, no audience and no answer. Then one force hangs: how long after its deadline the answer comes
//! with its gap. Nothing here passes or fails: it prints what it measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a benchmark: a failure ends it"
)]

#[path = "../../../crates/cli/benches/federation/centre.rs"]
mod centre;
mod forces;
#[path = "../../../crates/cli/benches/federation/measure.rs"]
#[allow(dead_code, reason = "other benchmarks use more of it")]
mod measure;

use std::time::{Duration, Instant};

use forces::Forces;
use measure::Times;
use model::Outcome;

/// How many forces are asked, and how many rounds are measured.
const WIDTHS: [(usize, usize); 4] = [(3, 2_000), (10, 1_000), (43, 500), (200, 200)];
const WARM: usize = 20;
/// Of the forces, one of which hangs.
const WITH_ONE_HUNG: usize = 43;
const DEADLINE: Duration = Duration::from_millis(200);
const HUNG_ROUNDS: usize = 50;

fn main() {
    // What `cargo bench` passes on means nothing here.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    println!("# Fan-out benchmark\n\n{}\n", measure::machine());
    println!("| forces | bare p50, p99 ms | Bluelamp p50, p99 ms | ratio p50, p99 |\n|---|---|---|---|");
    for (width, rounds) in WIDTHS {
        let forces = Forces::start(width, None).await;
        let (mut ours, mut bare) = (Times::default(), Times::default());
        for round in 0..WARM + rounds {
            let [asked, again] = [forces.ask(), forces.ask()];
            let started = Instant::now();
            let answered = forces.ours(asked, Duration::ZERO).await;
            let took = started.elapsed();
            let started = Instant::now();
            let released = forces.bare(again).await;
            let bare_took = started.elapsed();
            assert!(answered.coverage.is_complete() && released == width, "{:?}", answered.coverage);
            if round >= WARM {
                ours.add(took);
                bare.add(bare_took);
            }
        }
        let [p50, p99] = [0.5, 0.99].map(|share| (bare.at(share), ours.at(share)));
        println!(
            "| {width} | {:.2}, {:.2} | {:.2}, {:.2} | {:.2}, {:.2} |",
            p50.0,
            p99.0,
            p50.1,
            p99.1,
            p50.1 / p50.0,
            p99.1 / p99.0
        );
    }

    let forces = Forces::start(WITH_ONE_HUNG, Some(7)).await;
    let mut beyond = Times::default();
    for round in 0..5 + HUNG_ROUNDS {
        let asked = forces.ask();
        let started = Instant::now();
        let answered = forces.ours(asked, DEADLINE).await;
        let took = started.elapsed();
        let late: Vec<&str> = answered
            .coverage
            .forces
            .iter()
            .filter(|force| matches!(force.outcome, Outcome::Late))
            .map(|force| force.force.as_str())
            .collect();
        assert_eq!(late, [forces::name(7)], "the gap is named");
        if round >= 5 {
            beyond.add(took.saturating_sub(DEADLINE));
        }
    }
    println!(
        "\nOne of {WITH_ONE_HUNG} hangs, deadline {} ms: the answer with its named gap comes {:.2} ms after it (p50), at most {:.2} ms.",
        DEADLINE.as_millis(),
        beyond.at(0.5),
        beyond.at(1.0)
    );
}
