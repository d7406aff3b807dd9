//! What processor time each server has used: on a machine that all of them share it says more than the clock does.

use std::time::Duration;

use crate::running::Federation;

/// How long servers must have used nothing to count as idle: several of the hundredths that are counted in.
const IDLE: Duration = Duration::from_millis(60);

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

/// The same once no server works any more: what one still does after its answer left would weigh on a peer that is asked next.
pub(crate) fn settled(federation: &Federation) -> Vec<(String, u64)> {
    let mut before = used(federation);
    loop {
        std::thread::sleep(IDLE);
        let now = used(federation);
        if now == before {
            return now;
        }
        before = now;
    }
}
