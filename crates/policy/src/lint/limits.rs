//! Limits that never bind, because another one does before them, and lists that no limit lets through.

use super::{Finding, Severity, line_of};
use crate::bundle::limits::Limits;
use crate::bundle::{Bundle, BundleFiles, DISCLOSURE_FILE, LIMITS_FILE};

const MINUTES_OF_A_DAY: u64 = 24 * 60;

/// What is odd about the limits of a bundle. A bundle that says nothing of limits has those that suit most forces.
pub(super) fn findings(bundle: &Bundle, files: &BundleFiles) -> Vec<Finding> {
    let Limits { asker, operation, lockout, break_glass } = bundle.limits;
    let list = u64::try_from(bundle.disclosure.subjects_max()).unwrap_or(u64::MAX);
    let mut found = Vec::new();
    let mut never = |section: &str, key: &'static str, limit: u64, other: &str, bound: u64| {
        // At as many repeats as questions, the next one still locks out.
        if limit < bound || (key == "repeats_per_day" && limit == bound) {
            return;
        }
        found.push(Finding {
            severity: Severity::Warning,
            lint: "limit_never_binds",
            file: LIMITS_FILE.to_owned(),
            line: line_of(files, LIMITS_FILE, section, key),
            policy: None,
            what: format!("[{section}] {key} = {limit} never binds: {other} = {bound} is reached before it"),
            mend: Some("lower it, or raise the other".to_owned()),
        });
    };
    never(
        "asker",
        "questions_per_hour",
        asker.questions_per_hour,
        "[asker] questions_per_day",
        asker.questions_per_day,
    );
    never(
        "asker",
        "subjects_per_hour",
        asker.subjects_per_hour,
        "[asker] subjects_per_day",
        asker.subjects_per_day,
    );
    // A question is about one list of subjects at most.
    let lists = |questions: u64| questions.saturating_mul(list);
    let by_lists = [
        (
            "asker",
            "subjects_per_hour",
            asker.subjects_per_hour,
            "[asker] questions_per_hour × subjects_max",
            asker.questions_per_hour,
        ),
        (
            "asker",
            "subjects_per_day",
            asker.subjects_per_day,
            "[asker] questions_per_day × subjects_max",
            asker.questions_per_day,
        ),
        (
            "operation",
            "subjects_per_day",
            operation.subjects_per_day,
            "[operation] questions_per_day × subjects_max",
            operation.questions_per_day,
        ),
    ];
    for (section, key, limit, other, questions) in by_lists {
        never(section, key, limit, other, lists(questions));
    }
    never(
        "lockout",
        "repeats_per_day",
        lockout.repeats_per_day,
        "[asker] questions_per_day",
        asker.questions_per_day,
    );
    never(
        "break_glass",
        "questions_per_day",
        break_glass.questions_per_day,
        "[operation] questions_per_day",
        operation.questions_per_day,
    );
    if break_glass.minutes >= MINUTES_OF_A_DAY {
        found.push(Finding {
            severity: Severity::Warning,
            lint: "limit_never_binds",
            file: LIMITS_FILE.to_owned(),
            line: line_of(files, LIMITS_FILE, "break_glass", "minutes"),
            policy: None,
            what: format!(
                "[break_glass] minutes = {} never binds: a day after it first broke the glass an operation begins anew",
                break_glass.minutes
            ),
            mend: Some(format!("lower it to less than {MINUTES_OF_A_DAY}")),
        });
    }
    let least = asker.subjects_per_hour.min(asker.subjects_per_day).min(operation.subjects_per_day);
    if list > least {
        found.push(Finding {
            severity: Severity::Warning,
            lint: "list_never_passes",
            file: DISCLOSURE_FILE.to_owned(),
            line: line_of(files, DISCLOSURE_FILE, "limits", "subjects_max"),
            policy: None,
            what: format!("[limits] subjects_max = {list} allows lists that {LIMITS_FILE} always refuses: it stops at {least} subjects"),
            mend: Some(format!("lower subjects_max to {least}, or raise the limit on subjects")),
        });
    }
    found
}
