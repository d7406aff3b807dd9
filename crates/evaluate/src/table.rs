//! The report as a table that a person reads.
//! Shares have three decimals; times are left out, so that the same files give the same text.

use std::fmt::{self, Display, Formatter};

use crate::report::{Alarms, Band, Fit, Kind, QuietPoint, Recall, Report, Threshold};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.asked(f)?;
        self.found(f)?;
        self.answered(f)?;
        misses(f, "kind of corruption", &self.kinds)?;
        misses(f, "corruptions in probe and record", &self.departures)?;
        self.stated(f)
    }
}

impl Report {
    fn asked(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let forces: Vec<String> =
            self.forces.iter().map(|force| format!("{} {}", force.force, force.records)).collect();
        let probes = &self.probes;
        writeln!(f, "records     {}", forces.join(", "))?;
        writeln!(
            f,
            "probes      {}: {} of people whom a force holds, {} of strangers, {} refused",
            probes.asked, probes.held, probes.strangers, probes.refused
        )?;
        let candidates = &self.candidates;
        writeln!(
            f,
            "candidates  {:.0} for a probe at a force; p99 {}, at most {}\n",
            candidates.mean, candidates.p99, candidates.max
        )
    }

    fn found(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<31} {:>8} {:>9} {:>8} {:>8} {:>8} {:>9}",
            "recall", "pairs", "blocking", "at 1", "at 10", "at 50", "answered"
        )?;
        for (of, recall) in [
            ("all pairs", &self.recall),
            ("  kinds known to tuning", &self.tuned),
            ("  with a kind held out of it", &self.held_out),
            ("apart: a false name", &self.false_name),
        ] {
            let Recall { pairs, blocking, at_1, at_10, at_50, at_threshold } = recall;
            writeln!(
                f,
                "{of:<31} {pairs:>8} {blocking:>9.3} {at_1:>8.3} {at_10:>8.3} {at_50:>8.3} {at_threshold:>9.3}"
            )?;
        }
        writeln!(f)
    }

    fn answered(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<31} {:>9} {:>8} {:>9} {:>13}",
            "answers of at least", "precision", "recall", "strangers", "at one force"
        )?;
        let mut row = |least: String, precision: Option<f64>, recall: f64, alarms: &Alarms| {
            let (any, one) = (alarms.at_any_force, alarms.at_one_force());
            writeln!(f, "{least:<31} {:>9} {recall:>8.3} {any:>9.3} {one:>13.3}", optional(precision))
        };
        for Threshold { threshold, precision, recall, stranger_alarms } in &self.thresholds {
            row(threshold.to_string(), *precision, *recall, stranger_alarms)?;
        }
        let QuietPoint { alarms_wanted, at, tuned_recall } = &self.quiet_point;
        let least = format!("{:.6}, for {alarms_wanted} at one", at.threshold);
        row(least, at.precision, at.recall, &at.stranger_alarms)?;
        row("  kinds known to tuning".to_owned(), None, *tuned_recall, &at.stranger_alarms)?;
        let point = &self.operating_point;
        let Some(threshold) = point.threshold else {
            return writeln!(f, "no threshold has a precision of {}\n", point.precision_wanted);
        };
        let least = format!("{threshold:.6}, for {}", point.precision_wanted);
        row(least, point.precision, point.recall, &point.stranger_alarms)?;
        let alarms = self.forces.iter().zip(&point.stranger_alarms.by_force);
        let alarms: Vec<String> =
            alarms.map(|(force, share)| format!("{} {share:.3}", force.force)).collect();
        writeln!(f, "strangers answered there        {}\n", alarms.join(", "))
    }

    fn stated(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<31} {:>10} {:>9} {:>9} {:>15}  fit",
            "stated", "candidates", "mean", "observed", "95 % interval"
        )?;
        for band in &self.reliability {
            let Band { phrase, published: (low, high), candidates, .. } = band;
            let name = format!("{phrase}, {:.0}–{:.0} %", low * 100.0, high * 100.0);
            let interval = band.interval.map_or_else(none, |(low, high)| format!("{low:.3}–{high:.3}"));
            writeln!(
                f,
                "{name:<31} {candidates:>10} {:>9} {:>9} {interval:>15}  {}",
                optional(band.stated),
                optional(band.observed),
                band.fit.map_or("–", Fit::word)
            )?;
        }
        Ok(())
    }
}

impl Fit {
    fn word(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Gap => "gap",
            Self::Chance => "chance",
            Self::Outside => "OUTSIDE",
        }
    }
}

fn misses(f: &mut Formatter<'_>, head: &str, kinds: &[Kind]) -> fmt::Result {
    writeln!(f, "{head:<31} {:>8} {:>9} {:>9} {:>10}", "pairs", "no key", "rank > 10", "unanswered")?;
    for kind in kinds {
        let name = if kind.held_out { format!("{} (held out)", kind.kind) } else { kind.kind.clone() };
        writeln!(
            f,
            "{name:<31} {:>8} {:>9} {:>9} {:>10}",
            kind.pairs, kind.missed_by_blocking, kind.missed_by_ranking, kind.below_threshold
        )?;
    }
    writeln!(f)
}

fn optional(share: Option<f64>) -> String {
    share.map_or_else(none, |share| format!("{share:.3}"))
}

fn none() -> String {
    "–".to_owned()
}
