//! The report as a person reads it, on figures made for the purpose.

use evaluate::{
    Alarms, Band, Candidates, Fit, Force, Kind, OperatingPoint, Probes, QuietPoint, Recall, Report,
    Threshold, Timing,
};

fn recall(pairs: u64, blocking: f64) -> Recall {
    Recall { pairs, blocking, at_1: 0.9, at_10: 0.95, at_50: 0.96, at_threshold: 0.88 }
}

fn kind(kind: &str, held_out: bool) -> Kind {
    let (missed_by_blocking, missed_by_ranking) = (9, 2);
    Kind {
        kind: kind.to_owned(),
        held_out,
        pairs: 120,
        missed_by_blocking,
        missed_by_ranking,
        below_threshold: 31,
    }
}

fn report() -> Report {
    let force = |force: &str, records| Force { force: force.to_owned(), records };
    let band = |phrase: &str, published, candidates, observed: Option<(f64, f64, Fit)>| Band {
        phrase: phrase.to_owned(),
        published,
        candidates,
        stated: observed.map(|o| o.0),
        observed: observed.map(|o| o.1),
        interval: observed.map(|o| (o.1 - 0.02, o.1 + 0.02)),
        fit: observed.map(|o| o.2),
    };
    Report {
        forces: vec![force("btp", 50_000), force("mps", 1_000_000)],
        probes: Probes { asked: 5_000, held: 4_000, strangers: 1_000, refused: 3 },
        recall: recall(4_300, 0.985),
        tuned: recall(3_200, 0.99),
        held_out: recall(1_100, 0.961),
        false_name: recall(50, 0.1),
        operating_point: OperatingPoint {
            precision_wanted: 0.95,
            threshold: Some(0.612_345_6),
            precision: Some(0.951),
            recall: 0.88,
            stranger_alarms: Alarms { by_force: vec![0.004, 0.006], at_any_force: 0.009 },
        },
        quiet_point: QuietPoint {
            alarms_wanted: 0.01,
            at: Threshold {
                threshold: 0.534_567_8,
                precision: Some(0.97),
                recall: 0.86,
                stranger_alarms: Alarms { by_force: vec![0.009, 0.011], at_any_force: 0.018 },
            },
            tuned_recall: 0.9,
        },
        thresholds: vec![
            Threshold {
                threshold: 0.5,
                precision: Some(0.94),
                recall: 0.89,
                stranger_alarms: Alarms { by_force: vec![0.012, 0.016], at_any_force: 0.02 },
            },
            Threshold {
                threshold: 0.9999,
                precision: None,
                recall: 0.0,
                stranger_alarms: Alarms { by_force: vec![0.0, 0.0], at_any_force: 0.0 },
            },
        ],
        candidates: Candidates { mean: 295.4, p99: 1_418, max: 2_622 },
        kinds: vec![kind("dob_digit", false), kind("by_ear", true)],
        departures: vec![kind("0", false)],
        reliability: vec![
            band("highly likely", (0.8, 0.9), 212, Some((0.862, 0.853, Fit::Inside))),
            band("likely", (0.55, 0.75), 100, Some((0.6, 0.77, Fit::Gap))),
            band("realistic possibility", (0.4, 0.5), 100, Some((0.45, 0.385, Fit::Chance))),
            band("unlikely", (0.25, 0.35), 100, Some((0.3, 0.1, Fit::Outside))),
            band("remote chance", (0.0, 0.05), 0, None),
        ],
        timing: Timing {
            threads: 2,
            index_seconds: 1.5,
            probe_micros_mean: 300.0,
            probe_micros_p50: 200.0,
            probe_micros_p99: 1_500.0,
            told_micros_mean: 100.0,
            told_micros_p50: 80.0,
            told_micros_p99: 500.0,
        },
    }
}

#[test]
fn a_person_reads_a_table() {
    insta::assert_snapshot!(report());
}

#[test]
fn no_threshold_is_said_to_be_none() {
    let mut report = report();
    report.operating_point.threshold = None;
    assert!(report.to_string().contains("no threshold has a precision of 0.95"));
}

#[test]
fn a_machine_reads_json() {
    let json = serde_json::to_value(report()).unwrap();
    for (path, wanted) in [
        ("/recall/blocking", serde_json::json!(0.985)),
        ("/operating_point/stranger_alarms/at_any_force", serde_json::json!(0.009)),
        ("/reliability/0/fit", serde_json::json!("inside")),
        ("/thresholds/1/precision", serde_json::Value::Null),
    ] {
        assert_eq!(json.pointer(path), Some(&wanted), "{path}");
    }
}
