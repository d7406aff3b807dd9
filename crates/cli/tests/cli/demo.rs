//! The demo as a person uses it, and real signals: two starts, a question in flight during a stop, a force that is gone,
//! and everything ended with the demo.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

const BLUELAMP: &str = env!("CARGO_BIN_EXE_bluelamp");

pub(crate) fn demo(folder: &Path) -> Command {
    let mut command = Command::new(BLUELAMP);
    command.args(["demo", "--persons", "200", "--reports", "400", "--dir"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A demo that is up, with its servers' process ids by site.
pub(crate) struct Up {
    pub(crate) child: Child,
    servers: Vec<(String, Pid)>,
}

impl Up {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = demo(folder).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let up = lines.map(Result::unwrap).any(|line| line.contains("Ctrl-C stops everything"));
        assert!(up, "the demo ended before it was up");
        let parent = child.id();
        let children = fs::read_dir(format!("/proc/{parent}/task")).unwrap().flat_map(|thread| {
            let path = thread.unwrap().path().join("children");
            let text = fs::read_to_string(path).unwrap_or_default();
            text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        });
        let servers = children.map(|pid| {
            let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
            let config = PathBuf::from(command.split('\0').rfind(|part| part.ends_with(".toml")).unwrap());
            let site = config.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
            (site, Pid::from_raw(pid.parse().unwrap()))
        });
        let servers = servers.collect();
        Self { child, servers }
    }

    fn pid(&self, site: &str) -> Pid {
        self.servers.iter().find(|(name, _)| name == site).unwrap().1
    }
}

fn running(pid: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A process that has ended and waits to be reaped counts as ended.
    status.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Waits for something that another process brings about, for a minute at most.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed().as_secs() < 60, "waited a minute: {what}");
        std::thread::yield_now();
    }
}

fn search(folder: &Path) -> Command {
    let mut command = Command::new(BLUELAMP);
    command
        .args(["search", "person", "--given", "Zebedee", "--family", "Thistlewick", "--dob", "1985-03-07"])
        .args(["--purpose", "investigation", "--operation", "Op Lantern", "--format", "json", "--config"])
        .arg(folder.join("rocta/analyst.toml"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn picture(folder: &Path, format: &str) -> Command {
    let mut command = Command::new(BLUELAMP);
    command
        .args(["picture", "--period", "2024-Q1", "--purpose", "prevention", "--operation", "Op Lantern"])
        .args(["--format", format, "--config"])
        .arg(folder.join("rocta/analyst.toml"));
    command
}

#[test]
fn the_demo_answers_reuses_what_is_there_and_ends_with_everything() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sites");

    let first = demo(&folder).arg("--exit").output().unwrap();
    let told = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(first.status.success(), "{told}{}", String::from_utf8_lossy(&first.stderr));
    assert_eq!(told.matches("3 of 3 forces answered").count(), 2, "a search and a table: {told}");
    let key = fs::read(folder.join("mps/node.key")).unwrap();

    // A search takes MPS a second and a half, so that one can be caught in flight.
    let config = folder.join("mps/node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let slow = text.replace("search_time_bucket_us = 500\n", "search_time_bucket_us = 1500000\n");
    assert_ne!(slow, text);
    fs::write(&config, slow).unwrap();

    let mut up = Up::start(&folder);
    assert_eq!(fs::read(folder.join("mps/node.key")).unwrap(), key, "the second start reuses what is there");

    let page = home.path().join("picture.html");
    let whole = picture(&folder, "html").arg("--out").arg(&page).output().unwrap();
    let told = String::from_utf8_lossy(&whole.stderr).into_owned();
    assert_eq!(whole.status.code(), Some(0), "{told}");
    assert_eq!(told.matches(": 3 of 3 forces answered\n").count(), 8, "a line for each question: {told}");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("Threat picture") && page.trim_end().ends_with("</html>"));

    // The question goes to all forces at once, and the others are done long before MPS.
    let audit = folder.join("colp/audit/audit.log");
    let released = || fs::read_to_string(&audit).unwrap().matches("\"released\"").count();
    let before = released();
    let asking = search(&folder).spawn().unwrap();
    until("the release of CoLP is in its audit log", || released() > before);
    kill(up.pid("mps"), Signal::SIGTERM).unwrap();
    let answer = asking.wait_with_output().unwrap();
    let told = json(&answer);
    assert_eq!(told["coverage"]["answered"], 3, "the question in flight was finished: {told}");
    assert_eq!(answer.status.code(), Some(0));
    until("the node ends within its grace time", || !running(up.pid("mps")));

    let partial = search(&folder).output().unwrap();
    let told = json(&partial);
    assert_eq!(partial.status.code(), Some(3), "{told}");
    assert_eq!(told["coverage"]["answered"], 2);
    let mps = told["coverage"]["forces"].as_array().unwrap().iter().find(|f| f["force"] == "mps").unwrap();
    assert_eq!(mps["outcome"], "unreachable");

    let partial = picture(&folder, "json").output().unwrap();
    let told = json(&partial);
    assert_eq!(partial.status.code(), Some(3), "{told}");
    assert_eq!(told["coverage"]["complete"], false);
    let gap = told["sections"][0]["gaps"][0].as_str().unwrap();
    assert!(gap.ends_with("2 of 3 forces answered; mps did not (unreachable)."), "{gap}");

    kill(Pid::from_raw(up.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert!(up.child.wait().unwrap().success());
    for (site, pid) in &up.servers {
        assert!(!running(*pid), "{site} outlived the demo");
    }
}

#[test]
fn servers_end_even_when_the_demo_is_killed() {
    let home = tempfile::tempdir().unwrap();
    let mut up = Up::start(&home.path().join("sites"));
    up.child.kill().unwrap();
    up.child.wait().unwrap();
    for (site, pid) in &up.servers {
        until(&format!("{site} ends"), || !running(*pid));
    }
}

#[test]
fn published_files_are_mounted_as_they_are() {
    let home = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/demo/policeuk");
    let output =
        demo(&home.path().join("sites")).args(["--exit", "--policeuk"]).arg(&shipped).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Burglary") && told.contains("3 of 3 forces answered"), "{told}");
    assert!(!home.path().join("sites/mps/policeuk").exists(), "nothing is copied");
}
