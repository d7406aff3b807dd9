//! The memory that this process holds, of its own and of mapped files, and how an index gives back what goes beyond a bound.

use crate::index::Index;

/// Memory of this process, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Its own.
    pub own: usize,
    /// Of mapped files.
    pub mapped: usize,
}

impl Held {
    /// What it is now, where the system tells.
    pub fn now() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let bytes = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            let kib: usize = line.trim().trim_end_matches("kB").trim().parse().ok()?;
            Some(kib.saturating_mul(1024))
        };
        Some(Self { own: bytes("RssAnon:")?, mapped: bytes("RssFile:")? })
    }

    /// Both together.
    pub fn all(self) -> usize {
        self.own.saturating_add(self.mapped)
    }

    /// Whether mapped files are to be given back: from three quarters of the bound on, since each search of ten million persons may
    /// take seven mebibytes more, which on two threads are three hundred between two looks. A quarter is left to mapped files
    /// whatever the process holds of its own, or it would read the same pages again and again.
    pub fn is_too_much(self, bound: usize) -> bool {
        let quarter = bound / 4;
        self.mapped > (bound - quarter).saturating_sub(self.own).max(quarter)
    }
}

/// Gives back part after part of an index's memory, as long as this process holds too much, and says how many were.
pub fn hold(index: &Index, bound: usize) -> usize {
    let is_too_much = || Held::now().is_some_and(|held| held.is_too_much(bound));
    let mut given = 0;
    while given < Index::PARTS && is_too_much() {
        index.release_some();
        given += 1;
    }
    given
}

#[cfg(test)]
mod tests {
    use super::Held;

    #[test]
    fn own_memory_counts_and_a_quarter_is_left_to_mapped_files() {
        for (own, mapped, too_much) in [
            (0, 75, false),
            (0, 76, true),
            (40, 35, false),
            (40, 36, true),
            (60, 25, false),
            (60, 26, true),
            (500, 25, false),
            (500, 26, true),
        ] {
            assert_eq!(Held { own, mapped }.is_too_much(100), too_much, "{own} {mapped}");
        }
    }
}
