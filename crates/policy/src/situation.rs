//! A question that nobody asked, for cases, explanations and comparisons: who would ask what, why and when.
//! What is not said is ordinary: a routine question at noon on a Monday, of an asker of whom their force says nothing more.

use jiff::{SignedDuration, Timestamp};
use model::nearest::suggestion;
use model::probe::{AddressProbe, IdentifierProbe, Known, OrganisationProbe, PartialProbe, PersonProbe};
use model::question::Operation;
use model::vocabulary::{LegalBasis, Urgency, Weekday};
use model::{
    Ask, Circumstances, Dataset, Delegated, Delegation, DelegationId, ForceId, Granularity, IdentifierKind,
    Measure, Name, Pressing, Principal, Probe, Purpose, Question, QuestionId, Role, Search, Standing,
    Tabulation,
};

use crate::facts;
use crate::part::Part;

/// Who would ask what, why and when.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The asker's force.
    pub force: ForceId,
    /// Their role; all but analysts are refused.
    pub role: Role,
    /// What else their force says of them.
    pub standing: Standing,
    /// Why they ask.
    pub purpose: Purpose,
    /// The operation that they name; one that is made up where nothing is said.
    pub operation: Option<Operation>,
    /// The legal basis that they name.
    pub legal_basis: Option<LegalBasis>,
    /// Routine where nothing is said. A threat to life is one that a second person approved.
    pub urgency: Option<Urgency>,
    /// Whether a door asks in the asker's name.
    pub delegated: bool,
    /// The hour where the force is, 0 to 23; noon where nothing is said.
    pub hour: Option<i8>,
    /// The day where the force is; Monday where nothing is said.
    pub weekday: Option<Weekday>,
    /// What is asked.
    pub ask: Ask,
}

/// A situation as a question with its asker and its moment, in UTC.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) asker: Principal,
    pub(crate) question: Question,
    pub(crate) at: Timestamp,
}

impl Situation {
    /// The question that would be put to `home`. Says why where a word is out of its range.
    pub(crate) fn asked(&self, home: ForceId) -> Result<Asked, String> {
        let urgency = match self.urgency.unwrap_or(Urgency::Routine) {
            Urgency::Routine => Pressing::Routine,
            Urgency::Priority => Pressing::Priority,
            Urgency::ThreatToLife => {
                Pressing::ThreatToLife("somebody's life is in danger".parse().map_err(say)?)
            }
        };
        let second = || Name::new(self.force.clone(), Role::Analyst, "second").map_err(say);
        let mut asker = Principal {
            approved_by: urgency.reason().map(|_| second()).transpose()?,
            name: Name::new(self.force.clone(), self.role, "case").map_err(say)?,
            standing: self.standing.clone(),
            delegated: None,
        };
        let at = moment(self.weekday.unwrap_or(Weekday::Monday), self.hour.unwrap_or(12))?;
        let mut question = Question {
            id: QuestionId(uuid::Uuid::nil()),
            asker: asker.name.clone(),
            purpose: self.purpose,
            operation: self.operation.clone().map_or_else(|| "Op Case".parse().map_err(say), Ok)?,
            circumstances: Circumstances { legal_basis: self.legal_basis, urgency, delegation: None },
            audience: std::iter::once(home).collect(),
            issued_at: at,
            expires_at: at.saturating_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX),
            ask: self.ask.clone(),
        };
        if self.delegated {
            let door = Name::new(self.force.clone(), Role::Coordinator, "case").map_err(say)?;
            delegate(&mut asker, &mut question, door);
        }
        Ok(Asked { asker, question, at })
    }
}

/// Has `door` ask the question, under a delegation that was signed for it.
pub(crate) fn delegate(asker: &mut Principal, question: &mut Question, door: Name) {
    let delegation = Delegation {
        id: DelegationId(uuid::Uuid::nil()),
        asker: question.asker.clone(),
        door: door.clone(),
        purpose: question.purpose,
        operation: question.operation.clone(),
        legal_basis: question.circumstances.legal_basis,
        audience: question.audience.clone(),
        issued_at: question.issued_at,
        expires_at: question.expires_at,
        questions_max: 1,
    };
    question.circumstances.delegation = Some(delegation.id);
    asker.delegated = Some(Delegated { door, delegation });
}

impl Asked {
    /// What the question is about; what a batch is about is its subjects' matter, and no situation asks one.
    pub(crate) fn dataset(&self) -> Dataset {
        let only = Part::only(&self.question.ask);
        only.map_or(Dataset::Person, facts::dataset)
    }
}

/// A search by a probe of this kind (`person`, `organisation`, `address` or a kind of identifier), and the dataset that
/// it finds first. Says which kinds there are where `word` is none.
pub fn search(word: &str, known: Known, granularity: Granularity) -> Result<(Ask, Dataset), String> {
    let (probe, dataset) = probe(word, known)?;
    Ok((Ask::Search(Search { probe, granularity }), dataset))
}

/// A count of a dataset.
pub fn table(dataset: Dataset) -> Result<Ask, String> {
    Tabulation::new(dataset, Vec::new(), vec![Measure::Count], None).map(Ask::Tabulate).map_err(say)
}

fn say(complaint: model::Complaint) -> String {
    complaint.to_string()
}

/// This hour of such a day. Situations are decided where it is UTC.
fn moment(weekday: Weekday, hour: i8) -> Result<Timestamp, String> {
    let day = Weekday::ALL.iter().position(|&day| day == weekday).and_then(|at| i8::try_from(at).ok());
    let wrong = |_| format!("hour = {hour} must be 0 to 23");
    // The fifth of January 1970 was a Monday.
    let date = jiff::civil::Date::new(1970, 1, 5 + day.unwrap_or(0)).map_err(wrong)?;
    let time = jiff::civil::Time::new(hour, 0, 0, 0).map_err(wrong)?;
    date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(wrong)
}

/// A probe of this kind, and the dataset that it finds first.
fn probe(word: &str, known: Known) -> Result<(Probe, Dataset), String> {
    let some = || "case".to_owned();
    match word {
        "person" | "organisation" | "address" if known == Known::Part => {
            Err(format!("known = \"part\" is for identifiers; of a {word} it says nothing"))
        }
        "person" => {
            let person = PersonProbe { family_name: some(), ..PersonProbe::default() };
            Ok((Probe::Person(person), Dataset::Person))
        }
        "organisation" => {
            let organisation = OrganisationProbe { name: some(), postcode: None };
            Ok((Probe::Organisation(organisation), Dataset::Organisation))
        }
        "address" => {
            let address = AddressProbe { text: Some(some()), ..AddressProbe::default() };
            Ok((Probe::Address(address), Dataset::Location))
        }
        _ => {
            let kinds = IdentifierKind::WORDS.iter().copied().chain(["person", "organisation", "address"]);
            let kind: IdentifierKind =
                word.parse().map_err(|_| format!("{word:?} is not a probe; {}", suggestion(word, kinds)))?;
            let probe = match known {
                Known::Whole => Probe::Identifier(IdentifierProbe { kind, value: some() }),
                Known::Part => {
                    Probe::Partial(PartialProbe { kind, pattern: some(), make: None, colour: None })
                }
            };
            Ok((probe, Dataset::Identifier))
        }
    }
}
