//! How the closed words of the schema, figures and trends are said to a reader, in every form the same.

use jiff::Timestamp;
use model::reply::Protection;
use model::tabulation::WITHHELD;
use model::{Distribution, Mechanism};

use crate::{Amount, Status, Trend};

/// `child_sexual_abuse` as `Child sexual abuse`; a record that says nothing as `Not stated`.
pub(crate) fn word(key: Option<&str>) -> String {
    let Some(key) = key else { return "Not stated".to_owned() };
    if key == WITHHELD {
        return "Withheld".to_owned();
    }
    let mut letters = plain(&key.replace('_', " ")).chars().collect::<Vec<_>>().into_iter();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + &letters.collect::<String>()
}

/// A source evaluation of the 3x5x2 scheme.
pub(crate) fn source(key: Option<&str>) -> String {
    match key {
        Some("1") => "1 Reliable".to_owned(),
        Some("2") => "2 Untested".to_owned(),
        Some("3") => "3 Not reliable".to_owned(),
        other => word(other),
    }
}

/// An intelligence assessment of the 3x5x2 scheme.
pub(crate) fn assessment(key: Option<&str>) -> String {
    match key {
        Some("A") => "A Known directly".to_owned(),
        Some("B") => "B Known indirectly, corroborated".to_owned(),
        Some("C") => "C Known indirectly".to_owned(),
        Some("D") => "D Not known".to_owned(),
        Some("E") => "E Suspected false".to_owned(),
        other => word(other),
    }
}

/// Text from a peer with its control characters replaced: they could move a cursor or break a page.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `285 ±6`, `≥ 33`, `suppressed`, `too few`, `none`.
pub(crate) fn amount(amount: &Amount) -> String {
    match (amount.status(), amount.figure()) {
        (Status::Rounded | Status::Noisy, Some(figure)) => {
            format!("{figure} ±{}", amount.margin().unwrap_or_default())
        }
        (Status::AtLeast, Some(figure)) => format!("≥ {figure}"),
        (Status::ProbablyAtLeast, Some(figure)) => format!("≥ {figure} (95 %)"),
        (Status::Exact, Some(figure)) => figure.to_string(),
        (status, _) => status.word().to_owned(),
    }
}

/// The same for the middle of a sentence: `at least 33`.
pub(crate) fn spoken(of: &Amount) -> String {
    match (of.status(), of.figure()) {
        (Status::AtLeast | Status::ProbablyAtLeast, Some(figure)) => {
            format!("{} {figure}", of.status().word())
        }
        (Status::TooFew, _) => "too few to tell".to_owned(),
        _ => amount(of),
    }
}

/// `▲ rose by 84 ±12 (+41 %)`, `▼ fell by at least 30`, `– no clear change`, `? can't be told (suppressed)`.
pub(crate) fn trend(trend: &Trend) -> String {
    format!("{} {}{}", sign(trend), trend.word(), by(trend))
}

/// ` by 84 ±12 (+41 %)` behind a word; nothing where there is no change.
pub(crate) fn by(trend: &Trend) -> String {
    let Some(change) = trend.change() else { return String::new() };
    let told = match change.told {
        Some((difference, 0)) => format!(" by {difference}"),
        Some((difference, margin)) => format!(" by {difference} ±{margin}"),
        None => format!(" by at least {}", change.least),
    };
    let direction = if matches!(trend, Trend::Rose(_)) { '+' } else { '−' };
    change.percent.map_or(told.clone(), |percent| format!("{told} ({direction}{percent} %)"))
}

/// A sign that reads without colour.
pub(crate) fn sign(trend: &Trend) -> &'static str {
    match trend {
        Trend::Rose(_) => "▲",
        Trend::Fell(_) => "▼",
        Trend::NoClearChange => "–",
        Trend::Suppressed | Trend::NotCompared => "?",
    }
}

/// `mps`, `mps and colp`, `mps, colp and btp`.
pub(crate) fn list<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// A moment to the minute.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// `counts rounded to 5, cells of fewer than 10 suppressed`.
pub(crate) fn protection(protection: &Protection) -> String {
    let counts = match protection.counts {
        Mechanism::Exact => "counts not rounded".to_owned(),
        Mechanism::Rounded { base } => format!("counts rounded to {base}"),
        Mechanism::Controlled { base } => format!("counts rounded to {base} so that they add up"),
        Mechanism::Noisy { distribution, .. } => {
            let name = match distribution {
                Distribution::Laplace => "Laplace",
                Distribution::Gaussian => "Gaussian",
            };
            format!("counts with {name} noise, within ±{} in 95 of 100", protection.counts.margin().noise)
        }
    };
    match protection.counts {
        Mechanism::Noisy { .. } if protection.leaves_out() => {
            format!("{counts}, groups left out below a noisy {}", protection.minimum_cell)
        }
        Mechanism::Noisy { .. } => counts,
        _ => format!("{counts}, cells of fewer than {} suppressed", protection.minimum_cell),
    }
}

#[cfg(test)]
mod tests {
    use super::{list, plain, word};

    #[test]
    fn words_are_said_as_people_write_them() {
        for (key, said) in [
            (Some("child_sexual_abuse"), "Child sexual abuse"),
            (Some("very_high"), "Very high"),
            (Some("(withheld)"), "Withheld"),
            (Some(""), ""),
            (None, "Not stated"),
        ] {
            assert_eq!(word(key), said);
        }
        assert_eq!(plain("a\u{1b}[2J\r"), "a\u{fffd}[2J\u{fffd}");
        assert_eq!(list(["a", "b", "c"]), "a, b and c");
    }
}
