//! What it says that one of two records ends after the first given name where the other goes on, or that both do: people
//! write fewer names than they bear, and a force's own records show how many fewer.

use crate::score::Level;

/// Share of people who have further given names, at least. Judged: most Britons have, many of other traditions have not.
const BEARERS_MIN: f64 = 0.4;

/// Share of those people whose records have them, at most. Judged.
const KEPT_MAX: f64 = 0.85;

/// Share of them who are asked for without. Judged: askers write less than custody suites.
const LEFT_OUT: f64 = 0.22;

/// Weights in bits of further given names that are not there. Nothing where it is not known how many records have any.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Silence {
    of_record: f64,
    of_probe: f64,
    of_both: f64,
}

impl Silence {
    /// Where this share of records have further given names.
    ///
    /// With q the share of people who have them, c of those whose records keep them and o of those who are asked for
    /// without, records have them at s = q·c. One that lacks them is of the person asked for with them at 1 − c, and of
    /// another at 1 − s: a force that never writes them says nothing by it. Asked for without, somebody has them at
    /// q·o / (1 − q + q·o).
    pub(super) fn among(share: f64) -> Self {
        let share = share.clamp(0.0, 0.95);
        let bearers = (share / KEPT_MAX).clamp(BEARERS_MIN, 0.99);
        let kept = share / bearers;
        let asked_without = 1.0 - bearers + bearers * LEFT_OUT;
        let none_held = 1.0 - bearers + bearers * LEFT_OUT * (1.0 - kept);
        Self {
            of_record: ((1.0 - kept) / (1.0 - share)).log2(),
            of_probe: (LEFT_OUT / asked_without).log2(),
            of_both: (none_held / (asked_without * (1.0 - share))).log2(),
        }
    }

    /// The weight at `level`, where the probe has further names or not.
    pub(super) fn bits(self, level: Level, probe_has: bool) -> f64 {
        match (level, probe_has) {
            (Level::OneSided, true) => self.of_record,
            (Level::OneSided, false) => self.of_probe,
            (Level::Neither, _) => self.of_both,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Silence;

    #[test]
    fn a_force_that_never_writes_further_names_says_nothing_by_it() {
        for (share, record, probe, both) in [
            (0.0, 0.0..=0.0, -1.7..=-1.6, 0.0..=0.0),
            (0.2, -0.8..=-0.6, -1.7..=-1.6, 0.1..=0.3),
            (0.4, -2.1..=-1.9, -1.6..=-1.4, 0.4..=0.6),
            (0.6, -1.5..=-1.3, -1.1..=-0.9, 0.7..=0.9),
            (1.0, -1.0..=1.0, -2.0..=0.0, -1.0..=3.0),
        ] {
            let found = Silence::among(share);
            let fits = record.contains(&found.of_record)
                && probe.contains(&found.of_probe)
                && both.contains(&found.of_both);
            assert!(fits, "{share}: {found:?}");
        }
    }
}
