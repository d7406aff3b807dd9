//! Disclosure control: what of the findings may be told, under the terms of the permit.
//! Searches are held by rungs and labels; tables by thresholds, secondary suppression and rounding, or by noise within a
//! budget.

mod search;

mod table;

mod alike;
mod apart;
mod bundled;
mod cells;
mod crowds;
mod defined;
mod differencing;
mod equations;
mod fresh;
mod left;
mod narrowed;
mod rows;
mod span;
mod weighing;

mod domain;
mod headings;
mod periods;
mod possible;

mod fill;
mod keys;
mod margins;
mod primary;

mod lacking;
mod layers;
mod lines;
mod mover;
mod optimum;
mod overlaps;
mod pattern;
mod suppress;

mod balanced;
mod blocks;
mod flow;
mod lattice;
mod loose;
mod parts;
mod rings;

mod controlled;
mod rounding;

pub(crate) mod noisy;

use jiff::Timestamp;
use model::{Ask, Refusal};

use crate::findings::{Findings, Found};
use crate::{Denial, History, Noise, Permit, Release, Tagging};

/// What a force's own site adds to its releases.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    /// Whom a referral tells the asker to contact.
    pub(crate) desk: &'a str,
    /// How persons are tagged, where they are.
    pub(crate) tagging: Option<&'a Tagging>,
}

/// Turns a permit and its findings into a release. `history` is what a table is weighed against.
pub(crate) fn release(
    permit: Permit,
    findings: Findings,
    history: &History,
    now: Timestamp,
    home: Home<'_>,
    noise: &mut dyn Noise,
) -> Result<Release, Denial> {
    if findings.question != permit.question {
        return Err(Denial::new(Refusal::Failed, "the findings belong to another question than the permit"));
    }
    if findings.subject != permit.subject {
        return Err(Denial::new(Refusal::Failed, "the findings belong to another subject than the permit"));
    }
    if now < permit.granted_at {
        return Err(Denial::new(Refusal::Failed, "the clock ran backwards since the question was permitted"));
    }
    if let Some((booking, noisy)) = permit.booking.as_ref().and_then(|b| Some((b, b.noisy.as_ref()?))) {
        return noisy::release(&permit, booking, noisy, findings.found, noise);
    }
    match (&permit.ask, permit.decided.rung, findings.found) {
        (Ask::Search(_), Some(rung), Found::Matches(matches)) => {
            Ok(search::release(&permit, rung, matches, now, home, noise))
        }
        (Ask::Tabulate(tabulation), None, Found::Groups(groups)) => {
            table::release(&permit, tabulation, groups, history)
        }
        _ => Err(Denial::new(Refusal::Failed, "the findings are not of the sort that was asked for")),
    }
}
