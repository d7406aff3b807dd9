//! What a call says besides its statement, in headers: why and for which operation, under which delegation, whom to ask.
//! What is missing or does not fit is told by the header's name, before any force is asked.

use std::collections::BTreeSet;

use api::v1;
use identity::SignedDelegation;
use jiff::Timestamp;
use model::nearest::suggestion;
use model::question::Operation;
use model::vocabulary::LegalBasis;
use model::{Delegation, ForceId, Name, Purpose};
use tonic::Status;
use tonic::metadata::MetadataMap;

const DELEGATION: &str = "bluelamp-delegation";
const PURPOSE: &str = "bluelamp-purpose";
const OPERATION: &str = "bluelamp-operation";
const LEGAL_BASIS: &str = "bluelamp-legal-basis";
const FORCES: &str = "bluelamp-forces";
const COVERAGE: &str = "bluelamp-coverage";
const PREFIX: &str = "bluelamp-";
const ALL: [&str; 6] = [DELEGATION, PURPOSE, OPERATION, LEGAL_BASIS, FORCES, COVERAGE];

/// What a call says, and what its sender may ask.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// As its asker signed it; the signature is still to be checked.
    pub(crate) signed: SignedDelegation,
    /// The same, understood.
    pub(crate) delegation: Delegation,
    /// The forces to ask.
    pub(crate) forces: BTreeSet<ForceId>,
    /// Whether an answer is wanted for which some force is missing.
    pub(crate) partial: bool,
}

/// Reads the headers of a call by `caller` to `door`.
pub(crate) fn ground(
    headers: &MetadataMap,
    caller: &Name,
    door: &Name,
    now: Timestamp,
) -> Result<Ground, Status> {
    known(headers)?;
    let purpose: Purpose = word(headers, PURPOSE, "why you ask", Purpose::WORDS)?;
    let operation: Operation = {
        let text = required(headers, OPERATION, "the operation or case, such as Op Lantern")?;
        text.parse().map_err(|complaint: model::Complaint| wrong(OPERATION, &complaint.why))?
    };
    let legal_basis: Option<LegalBasis> = match text(headers, LEGAL_BASIS)? {
        None => None,
        Some(_) => Some(word(headers, LEGAL_BASIS, "the legal basis", LegalBasis::WORDS)?),
    };
    let line = required(
        headers,
        DELEGATION,
        "the line that `bluelamp delegate` wrote: a tool can't sign for you, so you sign beforehand",
    )?;
    let unreadable = |error: api::question::Misunderstood| wrong(DELEGATION, &error.to_string());
    let v1::SignedDelegation { delegation: bytes, signature, chain } =
        api::delegation::from_text(line).map_err(unreadable)?;
    let delegation = api::delegation::decode(&bytes).map_err(unreadable)?;
    let not_yours = |why: String| Status::permission_denied(format!("call header {DELEGATION}: {why}"));
    let anew = "; sign one with `bluelamp delegate`";
    if delegation.asker != *caller {
        return Err(not_yours(format!(
            "it was signed by {}, and your certificate is of {caller}{anew}",
            delegation.asker
        )));
    }
    if delegation.door != *door {
        return Err(not_yours(format!("it is for {}, and this is {door}{anew}", delegation.door)));
    }
    if let Err(why) = delegation.holds_at(now) {
        return Err(not_yours(format!(
            "{why} (it ends at {:.0}, here it is {now:.0}){anew}",
            delegation.expires_at
        )));
    }
    let differs = |header: &str, given: &dyn std::fmt::Display, signed: &dyn std::fmt::Display| {
        wrong(header, &format!("it says {given}, and the delegation was signed for {signed}"))
    };
    if purpose != delegation.purpose {
        return Err(differs(PURPOSE, &purpose, &delegation.purpose));
    }
    if operation != delegation.operation {
        return Err(differs(OPERATION, &operation, &delegation.operation));
    }
    if legal_basis != delegation.legal_basis {
        let told = |basis: Option<LegalBasis>| basis.map_or("none", LegalBasis::as_str);
        return Err(differs(LEGAL_BASIS, &told(legal_basis), &told(delegation.legal_basis)));
    }
    let forces = match text(headers, FORCES)? {
        None => delegation.audience.clone(),
        Some(list) => forces(list, &delegation.audience)?,
    };
    let partial = match text(headers, COVERAGE)? {
        None | Some("complete") => false,
        Some("partial") => true,
        Some(_) => return Err(wrong(COVERAGE, "must be complete or partial")),
    };
    Ok(Ground { signed: SignedDelegation { bytes, signature, chain }, delegation, forces, partial })
}

fn forces(list: &str, delegated: &BTreeSet<ForceId>) -> Result<BTreeSet<ForceId>, Status> {
    let mut forces = BTreeSet::new();
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let force: ForceId =
            word.parse().map_err(|complaint: model::Complaint| wrong(FORCES, &complaint.why))?;
        if !delegated.contains(&force) {
            let near = suggestion(word, delegated.iter().map(ForceId::as_str));
            return Err(wrong(FORCES, &format!("the delegation does not name {force}; {near}")));
        }
        forces.insert(force);
    }
    if forces.is_empty() {
        return Err(wrong(FORCES, "names no force; leave it out to ask all that the delegation names"));
    }
    Ok(forces)
}

/// A header of ours that is written wrong would be overlooked in silence.
fn known(headers: &MetadataMap) -> Result<(), Status> {
    for key in headers.keys() {
        let name = match key {
            tonic::metadata::KeyRef::Ascii(key) => key.as_str(),
            tonic::metadata::KeyRef::Binary(key) => key.as_str(),
        };
        if name.starts_with(PREFIX) && !ALL.contains(&name) {
            let near = suggestion(name, ALL);
            return Err(Status::invalid_argument(format!("call header {name} is not known; {near}")));
        }
    }
    Ok(())
}

fn text<'h>(headers: &'h MetadataMap, name: &str) -> Result<Option<&'h str>, Status> {
    let mut given = headers.get_all(name).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(wrong(name, "it is given twice"));
    }
    let text = first.to_str().map_err(|_| wrong(name, "it holds characters that no header may hold"))?.trim();
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn required<'h>(headers: &'h MetadataMap, name: &str, what: &str) -> Result<&'h str, Status> {
    text(headers, name)?
        .ok_or_else(|| Status::invalid_argument(format!("call header {name} is missing: {what}")))
}

fn word<W: std::str::FromStr>(
    headers: &MetadataMap,
    name: &str,
    what: &str,
    words: &[&'static str],
) -> Result<W, Status> {
    let text = required(headers, name, &format!("{what}: {}", words.join(", ")))?;
    text.parse().map_err(|_| wrong(name, &suggestion(text, words.iter().copied())))
}

fn wrong(name: &str, why: &str) -> Status {
    Status::invalid_argument(format!("call header {name}: {why}"))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use model::DelegationId;
    use uuid::Uuid;

    use super::*;

    const ASKER: &str = "spiffe://bluelamp/force/rocta/analyst/7";
    const DOOR: &str = "spiffe://bluelamp/force/rocta/coordinator/1";

    fn delegation() -> Delegation {
        Delegation {
            id: DelegationId(Uuid::now_v7()),
            asker: ASKER.parse().unwrap(),
            door: DOOR.parse().unwrap(),
            purpose: Purpose::Prevention,
            operation: "Op Lantern".parse().unwrap(),
            legal_basis: None,
            audience: ["mps".parse().unwrap(), "colp".parse().unwrap()].into(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(8),
            questions_max: 20,
        }
    }

    fn sound(delegation: &Delegation) -> Vec<(&'static str, String)> {
        let signed = v1::SignedDelegation {
            delegation: api::delegation::encode(delegation),
            signature: vec![7; 71],
            chain: vec![vec![8; 600]],
        };
        vec![
            (PURPOSE, "prevention".to_owned()),
            (OPERATION, "Op Lantern".to_owned()),
            (DELEGATION, api::delegation::to_text(&signed)),
        ]
    }

    fn read(headers: &[(&'static str, String)]) -> Result<Ground, Status> {
        let mut map = MetadataMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        ground(&map, &ASKER.parse().unwrap(), &DOOR.parse().unwrap(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_is_missing_or_wrong_is_told_by_its_header() {
        let all = sound(&delegation());
        let without =
            |name: &str| all.iter().filter(|(known, _)| *known != name).cloned().collect::<Vec<_>>();
        let with = |name: &'static str, value: &str| [without(name), vec![(name, value.to_owned())]].concat();
        for (headers, expected) in [
            (vec![], "call header bluelamp-purpose is missing"),
            (
                without(PURPOSE),
                "call header bluelamp-purpose is missing: why you ask: prevention, investigation",
            ),
            (with(PURPOSE, " "), "call header bluelamp-purpose is missing"),
            (with(PURPOSE, "preventing"), "did you mean \"prevention\"?"),
            (with(PURPOSE, "detection"), "it says detection, and the delegation was signed for prevention"),
            (without(OPERATION), "call header bluelamp-operation is missing"),
            (with(OPERATION, "x"), "call header bluelamp-operation: must be 3 to 64"),
            (with(OPERATION, "Op Other"), "it says Op Other, and the delegation was signed for Op Lantern"),
            (with(LEGAL_BASIS, "hunch"), "call header bluelamp-legal-basis"),
            (with(LEGAL_BASIS, "cpia"), "it says cpia, and the delegation was signed for none"),
            (without(DELEGATION), "call header bluelamp-delegation is missing"),
            (with(DELEGATION, "AAAA"), "call header bluelamp-delegation: "),
            (with(FORCES, "mps,btp"), "the delegation does not name btp"),
            (with(FORCES, ","), "names no force"),
            (with(COVERAGE, "some"), "must be complete or partial"),
            (with("bluelamp-opration", "Op Lantern"), "did you mean \"bluelamp-operation\"?"),
            ([all.clone(), all.clone()].concat(), "it is given twice"),
        ] {
            let error = read(&headers).expect_err(expected);
            assert!(error.message().contains(expected), "{:?} does not say {expected:?}", error.message());
        }
        let read = read(&[with(FORCES, "mps"), vec![(COVERAGE, "partial".to_owned())]].concat()).unwrap();
        assert_eq!((read.forces.len(), read.partial), (1, true));
    }

    #[test]
    fn nobody_elses_and_no_ended_delegation_is_taken() {
        let check = |change: &dyn Fn(&mut Delegation), expected: &str| {
            let mut changed = delegation();
            change(&mut changed);
            let error = read(&sound(&changed)).expect_err(expected);
            assert_eq!(error.code(), tonic::Code::PermissionDenied);
            assert!(error.message().contains(expected), "{:?} does not say {expected:?}", error.message());
        };
        let eight: Name = "spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap();
        check(
            &|d| d.asker = eight.clone(),
            "signed by spiffe://bluelamp/force/rocta/analyst/8, and your certificate",
        );
        let two: Name = "spiffe://bluelamp/force/rocta/coordinator/2".parse().unwrap();
        check(
            &|d| d.door = two.clone(),
            "it is for spiffe://bluelamp/force/rocta/coordinator/2, and this is",
        );
        check(
            &|d| (d.issued_at, d.expires_at) = (d.issued_at - SignedDuration::from_hours(1), d.issued_at),
            "has expired",
        );
        assert!(read(&sound(&delegation())).is_ok());
    }
}
