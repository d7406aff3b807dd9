//! The policy of the benchmark: everything that may be counted at all is, exactly, with the smallest cell that there is and
//! secondary suppression; and a memory that begins afresh with each round, so that nothing is answered from the last one.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::running::Federation;

const RULES: &str = "@id(\"all\") @purpose(\"any\") permit (principal, action, resource);\n";

/// Writes the policy of a round into every node's folder, and waits until it is served.
pub(crate) fn serve(federation: &Federation, folder: &Path, round: u32) {
    for (site, pid) in federation.servers() {
        if site == "rocta" {
            continue;
        }
        let hash = write(&folder.join(&site).join("policy"), round);
        kill(Pid::from_raw(pid.parse().unwrap()), Signal::SIGHUP).unwrap();
        let log = folder.join(&site).join("audit/audit.log");
        let started = Instant::now();
        while !std::fs::read_to_string(&log).unwrap().contains(&hash) {
            assert!(started.elapsed() < Duration::from_secs(60), "{site} does not take up its policy");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Writes the policy of a round and returns its hash.
fn write(folder: &Path, round: u32) -> String {
    let _cases_of_another_policy = std::fs::remove_dir_all(folder.join("cases"));
    for entry in std::fs::read_dir(folder.join("policies")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let disclosure = format!(
        "[profiles.standard]\nminimum_cell = 5\nrounding_base = 1\nsum_base = 1\n\
         [limits]\ncells_max = 10000\nsubjects_max = 200\n\
         [releases]\nperiod = \"round-{round}\"\nmemberships_max = 1000000000\n"
    );
    // A version rises with each run as well, since a node takes up a higher one only.
    let version = jiff::Timestamp::now().as_second();
    std::fs::write(folder.join("policies/all.cedar"), RULES).unwrap();
    std::fs::write(folder.join("disclosure.toml"), disclosure).unwrap();
    std::fs::write(folder.join("bundle.toml"), format!("version = {version}\nnote = \"benchmark\"\n"))
        .unwrap();
    let files = node::policy_folder::read(folder).unwrap();
    policy::Bundle::compile(&files).unwrap().hash().to_owned()
}
