//! Questions between model and wire. `decode` is the one checklist that turns a peer's bytes into a question.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use model::probe::{AddressProbe, Born, IdentifierProbe, OrganisationProbe, PartialProbe, PersonProbe};
use model::vocabulary::{LegalBasis, Urgency};
use model::{
    Ask, Circumstances, Complaint, DelegationId, ForceId, Granularity, Pressing, Probe, Purpose, Question,
    QuestionId, Refusal, Search,
};
use prost::Message;
use uuid::Uuid;

use crate::words::Word;
use crate::{PROTOCOL_REVISION, batch, tabulation, v1};

/// Most forces that one question may address.
const AUDIENCE_MAX: usize = 256;
/// Longest text in a probe, in bytes.
const TEXT_BYTES_MAX: usize = 512;

/// Why bytes are not a question that this build understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misunderstood {
    /// The bytes break the protocol's rules.
    #[error("{0}")]
    Malformed(Complaint),
    /// The question uses a field, a word or a revision that is newer than this build.
    #[error("{0}")]
    Newer(Complaint),
}

impl Misunderstood {
    /// The code that a peer is told.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Malformed(_) => Refusal::Malformed,
            Self::Newer(_) => Refusal::Incompatible,
        }
    }
}

impl Misunderstood {
    /// The field that is wrong. Fit for a log: unlike the complaint's text it never repeats what the asker wrote.
    pub fn field(&self) -> &str {
        match self {
            Self::Malformed(complaint) | Self::Newer(complaint) => &complaint.field,
        }
    }

    /// The same, told of one subject of a batch: `probe.dob` becomes `subjects[17].dob`.
    pub(crate) fn of_subject(mut self, at: usize) -> Self {
        let (Self::Malformed(complaint) | Self::Newer(complaint)) = &mut self;
        let own = complaint.field.split_once('.').map_or(complaint.field.as_str(), |(_, own)| own);
        complaint.field = format!("subjects[{at}].{own}");
        self
    }
}

impl From<Complaint> for Misunderstood {
    fn from(complaint: Complaint) -> Self {
        Self::Malformed(complaint)
    }
}

pub(crate) fn malformed(field: &str, why: &str) -> Misunderstood {
    Misunderstood::Malformed(Complaint::new(field, why))
}

pub(crate) fn newer(field: &str, why: &str) -> Misunderstood {
    Misunderstood::Newer(Complaint::new(field, why))
}

/// Reads a word that must be given. An unknown number comes from a newer peer.
pub(crate) fn word<W: Word>(field: &str, number: i32) -> Result<W, Misunderstood> {
    match W::of(number) {
        Some(word) => Ok(word),
        None if number == 0 => Err(malformed(field, "must be given")),
        None => Err(newer(field, "holds a word that this node does not know")),
    }
}

/// A new id, of a question or a delegation that is signed at `now`. A clock before 1970 gives one whose time is 1970; what it
/// names is then refused as not in time.
pub fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds))
}

/// The bytes that an asker signs.
pub fn encode(question: &Question) -> Vec<u8> {
    let ask = match &question.ask {
        Ask::Search(search) => v1::question::Ask::Search(search_to_wire(search)),
        Ask::Batch(subjects) => v1::question::Ask::Batch(batch::to_wire(subjects)),
        Ask::Tabulate(table) => v1::question::Ask::Tabulation(tabulation::to_wire(table)),
    };
    v1::Question {
        revision: revision(&question.ask),
        id: question.id.0.as_bytes().to_vec(),
        asker: question.asker.to_string(),
        purpose: question.purpose.number(),
        operation: question.operation.to_string(),
        audience: question.audience.iter().map(ToString::to_string).collect(),
        issued_at_ms: question.issued_at.as_millisecond(),
        expires_at_ms: question.expires_at.as_millisecond(),
        ask: Some(ask),
        legal_basis: question.circumstances.legal_basis.map_or(0, Word::number),
        // Routine is what a question that says nothing is, also to a node that knows no urgency.
        urgency: match question.circumstances.urgency.urgency() {
            Urgency::Routine => 0,
            pressing => pressing.number(),
        },
        break_glass_reason: question
            .circumstances
            .urgency
            .reason()
            .map_or_else(String::new, |reason| reason.as_str().to_owned()),
        delegation: question.circumstances.delegation.map_or_else(Vec::new, |id| id.0.as_bytes().to_vec()),
    }
    .encode_to_vec()
}

/// The lowest revision that a node must speak to answer.
fn revision(ask: &Ask) -> u32 {
    match ask {
        Ask::Tabulate(table) if !table.path().is_alone() => 2,
        _ => 1,
    }
}

/// The bytes that stand for one search wherever it is asked, alone or in a batch: equal searches have equal bytes.
pub fn encode_search(search: &Search) -> Vec<u8> {
    search_to_wire(search).encode_to_vec()
}

/// Understands the bytes of a question, or says what is wrong with which field.
///
/// The checklist: decodes; speaks a revision that this build knows; holds nothing that this build would overlook
/// (an unknown field would be dropped on decoding, so the bytes must equal their own re-encoding); every field
/// present and of its shape; the ask inside the closed grammar.
pub fn decode(bytes: &[u8]) -> Result<Question, Misunderstood> {
    let wire =
        v1::Question::decode(bytes).map_err(|_| malformed("question", "is not a protobuf question"))?;
    if wire.revision > PROTOCOL_REVISION {
        return Err(newer("revision", "is newer than this node speaks"));
    }
    if wire.encode_to_vec() != bytes {
        return Err(newer(
            "question",
            "holds fields that this node does not know, or is not canonically encoded",
        ));
    }
    let id = uuid("id", &wire.id)?;
    let audience = audience(&wire.audience)?;
    let delegation = match wire.delegation.as_slice() {
        [] => None,
        id => Some(DelegationId(uuid("delegation", id)?)),
    };
    Ok(Question {
        id: QuestionId(id),
        asker: wire.asker.parse()?,
        purpose: word::<Purpose>("purpose", wire.purpose)?,
        operation: wire.operation.parse()?,
        circumstances: Circumstances {
            legal_basis: legal_basis(wire.legal_basis)?,
            urgency: urgency(wire.urgency, &wire.break_glass_reason)?,
            delegation,
        },
        audience,
        issued_at: moment("issued_at_ms", wire.issued_at_ms)?,
        expires_at: moment("expires_at_ms", wire.expires_at_ms)?,
        ask: match wire.ask {
            Some(v1::question::Ask::Search(search)) => Ask::Search(search_from_wire(search)?),
            Some(v1::question::Ask::Batch(batch)) => Ask::Batch(batch::from_wire(batch)?),
            Some(v1::question::Ask::Tabulation(table)) => Ask::Tabulate(tabulation::from_wire(table)?),
            None => return Err(malformed("ask", "must be a search, a batch or a tabulation")),
        },
    })
}

/// A version 7 UUID.
pub(crate) fn uuid(field: &str, bytes: &[u8]) -> Result<Uuid, Misunderstood> {
    let id = Uuid::from_slice(bytes).map_err(|_| malformed(field, "must be a UUID of 16 bytes"))?;
    if id.get_version_num() != 7 {
        return Err(malformed(field, "must be a version 7 UUID"));
    }
    Ok(id)
}

/// The forces that may answer.
pub(crate) fn audience(names: &[String]) -> Result<BTreeSet<ForceId>, Misunderstood> {
    if names.is_empty() || names.len() > AUDIENCE_MAX {
        return Err(malformed("audience", "must name between 1 and 256 forces"));
    }
    Ok(names.iter().map(|force| force.parse()).collect::<Result<_, _>>()?)
}

/// The legal basis, where one is named.
pub(crate) fn legal_basis(number: i32) -> Result<Option<LegalBasis>, Misunderstood> {
    (number != 0).then(|| word("legal_basis", number)).transpose()
}

/// A threat to life has a reason, and nothing else has one.
fn urgency(number: i32, reason: &str) -> Result<Pressing, Misunderstood> {
    let urgency = match number {
        0 => Urgency::Routine,
        number => word("urgency", number)?,
    };
    match (urgency, reason) {
        (Urgency::ThreatToLife, reason) => Ok(Pressing::ThreatToLife(reason.parse()?)),
        (_, given) if !given.is_empty() => {
            Err(malformed("break_glass_reason", "is for a threat to life alone"))
        }
        (Urgency::Routine, _) => Ok(Pressing::Routine),
        (Urgency::Priority, _) => Ok(Pressing::Priority),
    }
}

/// A moment that travels as milliseconds since 1970.
pub(crate) fn moment(field: &str, ms: i64) -> Result<Timestamp, Misunderstood> {
    Timestamp::from_millisecond(ms).map_err(|_| malformed(field, "is outside the calendar"))
}

pub(crate) fn search_to_wire(search: &Search) -> v1::Search {
    let probe = match &search.probe {
        Probe::Person(person) => v1::search::Probe::Person(v1::PersonProbe {
            given_names: person.given_names.clone(),
            family_name: person.family_name.clone(),
            dob: person.dob.map(|dob| dob.to_string()),
            postcode: person.postcode.clone(),
            sex: person.sex.map(Word::number),
            born: person
                .born
                .map(|born| v1::DayRange { first: born.from.to_string(), last: born.to.to_string() }),
            nationality: person.nationality.clone(),
        }),
        Probe::Identifier(identifier) => v1::search::Probe::Identifier(v1::IdentifierProbe {
            kind: identifier.kind.number(),
            value: identifier.value.clone(),
        }),
        Probe::Organisation(organisation) => v1::search::Probe::Organisation(v1::OrganisationProbe {
            name: organisation.name.clone(),
            postcode: organisation.postcode.clone(),
        }),
        Probe::Partial(partial) => v1::search::Probe::Partial(v1::PartialProbe {
            kind: partial.kind.number(),
            pattern: partial.pattern.clone(),
            make: partial.make.clone(),
            colour: partial.colour.clone(),
        }),
        Probe::Address(address) => v1::search::Probe::Address(v1::AddressProbe {
            postcode: address.postcode.clone(),
            number: address.number.clone(),
            text: address.text.clone(),
        }),
    };
    v1::Search { granularity: search.granularity.number(), probe: Some(probe) }
}

pub(crate) fn search_from_wire(search: v1::Search) -> Result<Search, Misunderstood> {
    let granularity = word::<Granularity>("search.granularity", search.granularity)?;
    let probe = match search.probe {
        Some(v1::search::Probe::Person(person)) => Probe::Person(PersonProbe {
            given_names: short("probe.given_names", person.given_names)?,
            family_name: short("probe.family_name", person.family_name)?,
            dob: person.dob.map(|dob| day("probe.dob", &dob)).transpose()?,
            born: person.born.map(born_from_wire).transpose()?,
            postcode: perhaps("probe.postcode", person.postcode)?,
            sex: person.sex.map(|sex| word("probe.sex", sex)).transpose()?,
            nationality: perhaps("probe.nationality", person.nationality)?,
        }),
        Some(v1::search::Probe::Identifier(identifier)) => Probe::Identifier(IdentifierProbe {
            kind: word("probe.kind", identifier.kind)?,
            value: short("probe.value", identifier.value)?,
        }),
        Some(v1::search::Probe::Organisation(organisation)) => Probe::Organisation(OrganisationProbe {
            name: short("probe.name", organisation.name)?,
            postcode: perhaps("probe.postcode", organisation.postcode)?,
        }),
        Some(v1::search::Probe::Partial(partial)) => Probe::Partial(PartialProbe {
            kind: word("probe.kind", partial.kind)?,
            pattern: short("probe.pattern", partial.pattern)?,
            make: perhaps("probe.make", partial.make)?,
            colour: perhaps("probe.colour", partial.colour)?,
        }),
        Some(v1::search::Probe::Address(address)) => Probe::Address(AddressProbe {
            postcode: perhaps("probe.postcode", address.postcode)?,
            number: perhaps("probe.number", address.number)?,
            text: perhaps("probe.text", address.text)?,
        }),
        None => {
            return Err(malformed(
                "search.probe",
                "must be a person, an identifier or a part of one, an organisation or an address",
            ));
        }
    };
    Ok(Search { probe, granularity })
}

fn perhaps(field: &str, text: Option<String>) -> Result<Option<String>, Misunderstood> {
    text.map(|text| short(field, text)).transpose()
}

fn short(field: &str, text: String) -> Result<String, Misunderstood> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(malformed(field, "is longer than 512 bytes"));
    }
    Ok(text)
}

fn born_from_wire(born: v1::DayRange) -> Result<Born, Misunderstood> {
    Ok(Born { from: day("probe.born", &born.first)?, to: day("probe.born", &born.last)? })
}

fn day(field: &'static str, text: &str) -> Result<Date, Misunderstood> {
    text.parse().map_err(|_| malformed(field, "must be a date such as 1984-02-29"))
}
