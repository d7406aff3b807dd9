//! Shows that every control is tested: switches each off in turn, on a copy of the tree, and runs the test that must fail.
//!
//! `cargo run -p tests --bin mutants [-- --only WORDS] [--package NAME] [--list] [--afresh]`. The copy lies in the system's
//! folder for temporary files. What is compiled of it goes into `mutants` inside the target folder: cargo names a workspace's
//! artifacts alike wherever it lies, and a build of the tree must never take up what was made of a mutant. What was shown
//! stands there too: a run takes up where an earlier one ended, unless it is to begin afresh. Ends with 1 when a control can
//! be switched off without a test failing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for developers: what it does not expect stops it, and it talks to a terminal"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use tests::controls::{Control, read, root};
use tests::shown::{Shown, files};

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    /// It ran, and these failed.
    Failed(Vec<String>),
    Passed,
    /// It did not compile, or no test of that name ran.
    Broken(String),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |option: &str| words.iter().position(|word| word == option).and_then(|at| words.get(at + 1));
    let (only, package) = (after("--only"), after("--package"));
    let root = root();
    let controls: Vec<Control> = read(&root)
        .into_iter()
        .filter(|control| {
            only.is_none_or(|only| control.name.contains(only.as_str()))
                && package.is_none_or(|package| control.package == *package)
        })
        .collect();
    if words.iter().any(|word| word == "--list") {
        controls.iter().for_each(|control| println!("{}", control.name));
        return ExitCode::SUCCESS;
    }
    let copy = std::env::temp_dir().join("bluelamp-mutants");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("mutants");
    let shown_file = target.join("shown.jsonl");
    if words.iter().any(|word| word == "--afresh") && shown_file.exists() {
        std::fs::remove_file(&shown_file).unwrap();
    }
    let shown = Shown::read(shown_file);
    follow(&root, &copy);
    let run = |control: &Control| run(control, &copy, &target);

    // A test that fails anyway shows nothing.
    let mut sound: BTreeMap<Vec<&str>, Ended> = BTreeMap::new();
    for control in controls.iter().filter(|control| shown.failed(&copy, control).is_none()) {
        sound.entry(control.arguments()).or_insert_with(|| {
            eprintln!("with all controls on: {} {}", control.package, control.test);
            run(control)
        });
    }
    let mut rows = Vec::new();
    let (mut survivors, mut known) = (0, 0);
    for control in &controls {
        let began = Instant::now();
        let told = match (shown.failed(&copy, control), sound.get(&control.arguments())) {
            (Some(tests), _) => {
                known += 1;
                tests.join(", ")
            }
            (None, Some(Ended::Passed)) => match mutated(control, &copy, run) {
                Ended::Failed(tests) => {
                    shown.add(&copy, control, &tests);
                    tests.join(", ")
                }
                Ended::Passed => "**none: it survives**".to_owned(),
                Ended::Broken(why) => format!("**{why}**"),
            },
            (None, other) => format!("**its test does not pass with all controls on: {other:?}**"),
        };
        survivors += usize::from(told.starts_with("**"));
        eprintln!("{} ({} s): {told}", control.name, began.elapsed().as_secs());
        rows.push(
            format!("| {} | {} `{told}` |", control.name, control.package)
                .replace("`**", "**")
                .replace("**`", "**"),
        );
    }
    println!("| control switched off | test that fails |\n|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    println!(
        "\n{} controls, {survivors} without a test that fails; {known} were shown by an earlier run",
        controls.len()
    );
    if survivors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the test of a control without it, and puts the file back.
fn mutated(control: &Control, copy: &Path, run: impl Fn(&Control) -> Ended) -> Ended {
    let file = copy.join(&control.file);
    let text = std::fs::read_to_string(&file).unwrap();
    match control.switched_off(&text) {
        Err(why) => Ended::Broken(why),
        Ok(off) => {
            std::fs::write(&file, off).unwrap();
            let ended = run(control);
            std::fs::write(&file, text).unwrap();
            ended
        }
    }
}

fn run(control: &Control, copy: &Path, target: &Path) -> Ended {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(control.arguments())
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", target)
        .env("INSTA_UPDATE", "no");
    // Warnings about a condition that is never true are what a mutant is made of.
    command.env("RUST_BACKTRACE", "0").env("RUSTFLAGS", std::env::var("RUSTFLAGS").unwrap_or_default());
    let output = command.output().expect("cargo can be started");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if said.contains("could not compile") {
        return Ended::Broken("it does not compile without the control".to_owned());
    }
    let ran =
        said.lines().filter_map(|line| line.strip_prefix("running ")).any(|line| !line.starts_with("0 "));
    if !ran {
        return Ended::Broken(format!("no test called {} ran", control.test));
    }
    if output.status.success() {
        return Ended::Passed;
    }
    let failed = said.lines().filter_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
    let mut failed: Vec<String> = failed.map(str::to_owned).collect();
    failed.sort_unstable();
    // A test that ends the whole process names nobody.
    if failed.is_empty() { Ended::Failed(vec![control.test.clone()]) } else { Ended::Failed(failed) }
}

/// Makes the copy the tree as it lies now, touching what differs only, so that little is compiled anew. The tree may change
/// while the copy is looked at.
fn follow(root: &Path, copy: &Path) {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the files of the tree");
    let listed = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    let names: BTreeSet<PathBuf> =
        listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    std::fs::create_dir_all(copy).unwrap();
    for left in files(copy).iter().filter(|file| !names.contains(file.strip_prefix(copy).unwrap())) {
        std::fs::remove_file(left).unwrap();
    }
    for name in &names {
        let (from, to) = (root.join(name), copy.join(name));
        let Ok(text) = std::fs::read(&from) else { continue };
        if std::fs::read(&to).is_ok_and(|known| known == text) {
            continue;
        }
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(&to, text).unwrap();
    }
}
