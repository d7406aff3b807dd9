//! What policies may know of a question: who asks, why, what about and when. Never a value that is searched for.
//! A fact that is not known is left out, so that a policy which needs it denies (invariant 3).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::probe::Known;
use model::question::Operation;
use model::vocabulary::{EntityKind, LegalBasis, Urgency, Weekday};
use model::{Dataset, Granularity, Name, Principal, Probe, Purpose, Question, Standing};

use crate::part::Part;

/// The granularity under which a tabulation is decided.
pub(crate) const TABLE: &str = "table";
/// The entity of a question that looks for none.
pub(crate) const NO_ENTITY: &str = "none";

/// A question as policies see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    asker: Name,
    standing: Standing,
    purpose: Purpose,
    legal_basis: Option<LegalBasis>,
    urgency: Urgency,
    break_glass: bool,
    delegated: bool,
    operation: Operation,
    mode: &'static str,
    /// The rung that a search asks for; none of a table.
    requested: Option<Granularity>,
    dataset: Dataset,
    entity: Option<EntityKind>,
    known: Known,
    clock: LocalTime,
}

/// The value of a fact, as Cedar holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// Facts by their names in the schema.
pub(crate) type Attributes = Vec<(&'static str, Fact)>;

impl Facts {
    pub(crate) fn new(principal: &Principal, question: &Question, part: Part<'_>, clock: LocalTime) -> Self {
        let circumstances = &question.circumstances;
        Self {
            asker: principal.name.clone(),
            standing: principal.standing.clone(),
            purpose: question.purpose,
            legal_basis: circumstances.legal_basis,
            urgency: circumstances.urgency.urgency(),
            // Authorisation has refused a threat to life that nobody approved.
            break_glass: circumstances.urgency.reason().is_some() && principal.approved_by.is_some(),
            // Authorisation has refused a question beyond what its asker delegated.
            delegated: principal.delegated.is_some(),
            operation: question.operation.clone(),
            mode: part.mode(),
            requested: match part {
                Part::Search(search) => Some(search.granularity),
                Part::Table(_) => None,
            },
            dataset: dataset(part),
            entity: entity(part),
            known: part.known(),
            clock,
        }
    }

    /// The same question as far as it is about another dataset on its path.
    pub(crate) fn about(&self, dataset: Dataset) -> Self {
        Self { dataset, ..self.clone() }
    }

    /// What the question is about.
    pub(crate) fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// The rung that a search asks for; none of a table.
    pub(crate) fn requested(&self) -> Option<Granularity> {
        self.requested
    }

    /// Whether a verified threat to life is what is asked under.
    pub(crate) fn break_glass(&self) -> bool {
        self.break_glass
    }

    /// The asker's whole name.
    pub(crate) fn asker_id(&self) -> String {
        self.asker.to_string()
    }

    /// The facts about the asker.
    pub(crate) fn about_asker(&self) -> Attributes {
        let Standing { unit, rank, vetting } = &self.standing;
        let mut facts = vec![
            ("force", text(self.asker.force())),
            ("role", text(self.asker.role())),
            ("id", text(&self.asker)),
        ];
        facts.extend(unit.as_ref().map(|unit| ("unit", text(unit))));
        facts.extend(rank.map(|rank| ("rank", text(rank))));
        facts.extend(vetting.map(|vetting| ("vetting", text(vetting))));
        facts
    }

    /// The facts about the question, but for the rung that is being decided.
    pub(crate) fn about_question(&self) -> Attributes {
        let mut facts = vec![
            ("purpose", text(self.purpose)),
            ("urgency", text(self.urgency)),
            ("break_glass", Fact::Flag(self.break_glass)),
            ("delegated", Fact::Flag(self.delegated)),
            ("operation", text(&self.operation)),
            ("mode", text(self.mode)),
            ("requested", text(self.requested.map_or(TABLE, Granularity::as_str))),
            ("dataset", text(self.dataset)),
            ("entity", text(self.entity.map_or(NO_ENTITY, EntityKind::as_str))),
            ("known", text(self.known)),
            ("hour", Fact::Number(self.clock.hour)),
            ("weekday", text(self.clock.weekday)),
        ];
        facts.extend(self.legal_basis.map(|basis| ("legal_basis", text(basis))));
        facts
    }
}

fn text(value: impl ToString) -> Fact {
    Fact::Text(value.to_string())
}

impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

/// The hour and the day where the force is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalTime {
    hour: i64,
    weekday: Weekday,
}

impl LocalTime {
    pub(crate) fn of(now: Timestamp, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(now);
        let day = local.weekday().to_monday_zero_offset();
        let place = usize::try_from(day).unwrap_or(0);
        let weekday = Weekday::ALL.get(place).copied().unwrap_or(Weekday::Monday);
        Self { hour: i64::from(local.hour()), weekday }
    }
}

/// What a question is about. A search by identifier, whole or in part, is about identifiers, whoever or whatever carries
/// them.
pub(crate) fn dataset(part: Part<'_>) -> Dataset {
    match part {
        Part::Search(search) => match &search.probe {
            Probe::Person(_) => Dataset::Person,
            Probe::Identifier(_) | Probe::Partial(_) => Dataset::Identifier,
            Probe::Organisation(_) => Dataset::Organisation,
            Probe::Address(_) => Dataset::Location,
        },
        Part::Table(tabulation) => tabulation.dataset(),
    }
}

fn entity(part: Part<'_>) -> Option<EntityKind> {
    match part {
        Part::Search(search) => Some(match &search.probe {
            Probe::Identifier(identifier) => identifier.kind.entity(),
            Probe::Partial(partial) => partial.kind.entity(),
            Probe::Address(_) => EntityKind::Location,
            Probe::Person(_) => EntityKind::Person,
            Probe::Organisation(_) => EntityKind::Organisation,
        }),
        Part::Table(_) => None,
    }
}
