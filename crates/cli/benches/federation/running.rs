//! The federation under test, started by the demo, and what its processes use.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const UNLIMITED: &str = "[asker]\nquestions_per_hour = 1000000\nquestions_per_day = 1000000\n\
     subjects_per_hour = 1000000\nsubjects_per_day = 1000000\n\
     [operation]\nquestions_per_day = 1000000\nsubjects_per_day = 1000000\n\
     [lockout]\nrepeats_per_day = 1000000\nrefusals_per_hour = 1000000\n";

pub(crate) struct Federation {
    child: Child,
}

impl Federation {
    pub(crate) fn start(folder: &Path, persons: u32, reports: u32) -> Self {
        // The benchmark asks more in a minute than an analyst in a year.
        std::fs::create_dir_all(folder).unwrap();
        let limits = folder.join("limits.toml");
        std::fs::write(&limits, UNLIMITED).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_bluelamp"))
            .args(["demo", "--dir"])
            .arg(folder)
            .arg("--limits")
            .arg(&limits)
            .args(["--persons", &persons.to_string(), "--reports", &reports.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines {
            if line.unwrap().contains("Ctrl-C stops everything") {
                return Self { child };
            }
        }
        panic!("the demo ended before it was up: {:?}", child.wait());
    }

    /// Each server's process by the name of its site.
    pub(crate) fn servers(&self) -> Vec<(String, String)> {
        let parent = self.child.id();
        let threads = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
        let of_thread = |thread: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(thread.unwrap().path().join("children")).unwrap_or_default()
        };
        let children: String = threads.map(of_thread).collect();
        let site = |pid: &str| {
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
            let config = PathBuf::from(command.split('\0').rfind(|part| part.ends_with(".toml")).unwrap());
            config.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
        };
        children.split_whitespace().map(|pid| (site(pid), pid.to_owned())).collect()
    }

    /// Name, resident memory now and at most, of each server, in MiB.
    pub(crate) fn memory(&self) -> Vec<(String, u64, u64)> {
        let mut all: Vec<_> = self
            .servers()
            .into_iter()
            .map(|(site, pid)| {
                let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
                let mib = |key: &str| {
                    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
                    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
                };
                (site, mib("VmRSS:"), mib("VmHWM:"))
            })
            .collect();
        all.sort();
        all
    }

    pub(crate) fn stop(self) {
        drop(self);
    }
}

/// A benchmark that stops at the unexpected leaves no federation behind.
impl Drop for Federation {
    fn drop(&mut self) {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        self.child.wait().unwrap();
    }
}

/// Forgets what tables an earlier run was told: each new one is weighed against all of them, and none told twice is counted.
pub(crate) fn forget_tables(folder: &Path) {
    for force in ["btp", "colp", "mps"] {
        for file in std::fs::read_dir(folder.join(force).join("data")).unwrap() {
            let file = file.unwrap();
            if file.file_name().to_string_lossy().starts_with("releases.") {
                std::fs::remove_file(file.path()).unwrap();
            }
        }
    }
}

/// Sets the time buckets of every node, in microseconds. Takes effect at the next start.
pub(crate) fn set_buckets(folder: &Path, search: u64, lookup: u64) {
    for force in ["btp", "colp", "mps"] {
        let file = folder.join(force).join("node.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let others = text.lines().filter(|line| !line.contains("_time_bucket_us ="));
        let mut set = String::new();
        for line in others {
            set += &format!("{line}\n");
            if line == "[limits]" {
                set += &format!("search_time_bucket_us = {search}\nlookup_time_bucket_us = {lookup}\n");
            }
        }
        std::fs::write(&file, set).unwrap();
    }
}

/// What preparing one force's records takes.
pub(crate) struct Prepared {
    pub(crate) rows: u64,
    /// Reading the sources into a new snapshot and building the search index.
    pub(crate) built: Duration,
    /// Opening both again, unchanged.
    pub(crate) reopened: Duration,
}

/// Prepares one force's records in a folder of its own, then opens them again.
pub(crate) async fn prepare(folder: &Path) -> Prepared {
    let file = folder.join("mps/node.toml");
    let config = node::config::NodeConfig::read(&std::fs::read_to_string(&file).unwrap(), &file).unwrap();
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let open = async || {
        let started = Instant::now();
        let (sources, now) = (config.sources(&file), jiff::Timestamp::now());
        let (snapshot, report) =
            node::catalogue::prepare(&sources, scratch.path(), now, &mut |_| {}).await.unwrap();
        node::epoch::Epoch::open(
            snapshot,
            None,
            config.limits.engine(),
            config.limits.building(),
            config.linkage.read().unwrap(),
            |_| {},
        )
        .await
        .unwrap();
        (started.elapsed(), report)
    };
    let (built, report) = open().await;
    let rows = report.unwrap().datasets.values().map(|dataset| dataset.rows).sum();
    let (reopened, report) = open().await;
    assert!(report.is_none(), "unchanged sources are not read again");
    Prepared { rows, built, reopened }
}
