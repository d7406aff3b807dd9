//! What processor time each server has used: on a machine that all of them share it says more than the clock does.

use crate::running::Federation;

/// Name and processor time so far of each server, in milliseconds.
pub(crate) fn used(federation: &Federation) -> Vec<(String, u64)> {
    let of = |(site, pid): (String, String)| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        // Behind the name, which may hold anything: user and system time in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let hundredths: u64 = fields[11..13].iter().map(|time| time.parse::<u64>().unwrap()).sum();
        (site, hundredths * 10)
    };
    let mut all: Vec<_> = federation.servers().into_iter().map(of).collect();
    all.sort();
    all
}
