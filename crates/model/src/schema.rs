//! The shared schema, version 1: datasets, their columns, and what each column may be used for in tables.
//! A force's policy can narrow these uses, never widen them. Null means "not known here".

use crate::nearest::suggestion;
use crate::vocabulary::{
    Assessment, Classification, DisclosureMark, DobPrecision, EntityKind, EventKind, HandlingCode,
    HandlingConditions, HarmBand, Provenance, Retention, Sex, SourceEvaluation, SubjectCategory,
    ThreatCategory, ThreatKind, ThreatStatus, vocabulary,
};
use crate::{Complaint, IdentifierKind};

/// Version of the shared schema that this build speaks.
pub const SCHEMA_VERSION: u32 = 1;

vocabulary! {
    /// A dataset of the shared schema.
    Dataset is "dataset" {
        /// Persons.
        Person = "person",
        /// Identifiers held by persons, objects, organisations and locations.
        Identifier = "identifier",
        /// Vehicles, phones, accounts and other things.
        Object = "object",
        /// Organisations.
        Organisation = "organisation",
        /// Locations.
        Location = "location",
        /// Crimes, incidents, stops, arrests.
        Event = "event",
        /// Intelligence reports.
        Report = "report",
        /// Threats.
        Threat = "threat",
        /// Edges between records, one per role.
        Link = "link",
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Free text.
    Text,
    /// A list of free texts.
    TextList,
    /// A word of a closed list.
    Word(&'static [&'static str]),
    /// A calendar date. A month in a source is its first day.
    Date,
    /// A whole number.
    Integer,
}

/// What a column may be used for in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUse {
    /// Grouped by value; filtered by `in` and by null.
    Group,
    /// A date grouped and filtered by month, quarter or year.
    Calendar,
    /// A number grouped in bands of `band`, filtered on that grid, summed and averaged inside `low..=high`.
    Measure {
        /// Width of the narrowest band.
        band: i64,
        /// Values are clamped to at least this before they are summed.
        low: i64,
        /// Values are clamped to at most this before they are summed.
        high: i64,
    },
    /// Grouped by its leading characters, at most `longest` of them; filtered by `in` of such prefixes.
    Prefix {
        /// Most characters that may be told.
        longest: u8,
    },
    /// Names the entity that thresholds count. Never grouped, filtered or projected.
    EntityKey,
    /// Stays at home: no use in tables.
    Never,
}

/// One column of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: ColumnType,
    /// What tables may do with it.
    pub used: ColumnUse,
}

const fn column(name: &'static str, holds: ColumnType, used: ColumnUse) -> Column {
    Column { name, holds, used }
}

use ColumnType::{Date, Integer, Text, TextList, Word};
use ColumnUse::{Calendar, EntityKey, Group, Measure, Never, Prefix};

const OBJECT_KINDS: &[&str] =
    &["vehicle", "phone", "account", "email", "document", "firearm", "handle", "wallet"];
const POSTCODE: ColumnUse = Prefix { longest: 4 };

/// Columns that every dataset carries besides its own. The eight handling columns and the two of the grading form
/// the record's label.
pub const HANDLING: &[Column] = &[
    column("controller", Text, Group),
    column("recorded_on", Date, Calendar),
    column("updated_on", Date, Calendar),
    column("handling_code", Word(HandlingCode::WORDS), Group),
    column("handling_conditions", Word(HandlingConditions::WORDS), Group),
    column("classification", Word(Classification::WORDS), Group),
    column("provenance", Word(Provenance::WORDS), Group),
    column("disclosure_mark", Word(DisclosureMark::WORDS), Never),
    column("subject_category", Word(SubjectCategory::WORDS), Group),
    column("threat_category", Word(ThreatCategory::WORDS), Group),
    column("retention", Word(Retention::WORDS), Never),
];

const PERSON: &[Column] = &[
    column("person_id", Text, EntityKey),
    column("given_names", Text, Never),
    column("family_name", Text, Never),
    column("aliases", TextList, Never),
    column("dob", Date, Calendar),
    column("dob_precision", Word(DobPrecision::WORDS), Group),
    column("sex", Word(Sex::WORDS), Group),
    column("nationality", Text, Group),
    column("postcode", Text, POSTCODE),
];

const IDENTIFIER: &[Column] = &[
    column("holder_dataset", Word(Dataset::WORDS), Group),
    column("holder_id", Text, EntityKey),
    column("kind", Word(IdentifierKind::WORDS), Group),
    column("value", Text, Never),
];

const OBJECT: &[Column] = &[
    column("object_id", Text, EntityKey),
    column("kind", Word(OBJECT_KINDS), Group),
    column("make", Text, Group),
    column("colour", Text, Group),
];

const ORGANISATION: &[Column] = &[
    column("organisation_id", Text, EntityKey),
    column("name", Text, Never),
    column("aliases", TextList, Never),
    column("company_number", Text, Never),
    column("postcode", Text, POSTCODE),
];

const LOCATION: &[Column] = &[
    column("location_id", Text, EntityKey),
    column("uprn", Text, Never),
    column("address", Text, Never),
    column("postcode", Text, POSTCODE),
    column("town", Text, Group),
    column("easting", Integer, Never),
    column("northing", Integer, Never),
    column("station", Text, Group),
    column("lsoa", Text, Group),
];

const EVENT: &[Column] = &[
    column("event_id", Text, EntityKey),
    column("kind", Word(EventKind::WORDS), Group),
    column("category", Text, Group),
    column("occurred_on", Date, Calendar),
    column("location_id", Text, Never),
    column("outcome", Text, Group),
    column("loss_gbp", Integer, Measure { band: 1_000, low: 0, high: 1_000_000 }),
];

const REPORT: &[Column] = &[
    column("report_id", Text, EntityKey),
    column("subcategory", Text, Group),
    column("reported_on", Date, Calendar),
    column("source_evaluation", Word(SourceEvaluation::WORDS), Group),
    column("assessment", Word(Assessment::WORDS), Group),
    column("reporting_unit", Text, Group),
    column("area", Text, Group),
    column("location_id", Text, Never),
    column("risk_score", Integer, Measure { band: 10, low: 0, high: 100 }),
    column("loss_gbp", Integer, Measure { band: 1_000, low: 0, high: 1_000_000 }),
    column("review_on", Date, Calendar),
];

const THREAT: &[Column] = &[
    column("threat_id", Text, EntityKey),
    column("kind", Word(ThreatKind::WORDS), Group),
    column("harm_band", Word(HarmBand::WORDS), Group),
    column("status", Word(ThreatStatus::WORDS), Group),
    column("identified_on", Date, Calendar),
    column("assessed_on", Date, Calendar),
];

const LINK: &[Column] = &[
    column("from_dataset", Word(Dataset::WORDS), Group),
    column("from_id", Text, EntityKey),
    column("role", Text, Group),
    column("to_dataset", Word(Dataset::WORDS), Group),
    column("to_id", Text, Never),
];

impl Dataset {
    /// The dataset's own columns, without those of [`HANDLING`].
    pub fn own_columns(self) -> &'static [Column] {
        match self {
            Self::Person => PERSON,
            Self::Identifier => IDENTIFIER,
            Self::Object => OBJECT,
            Self::Organisation => ORGANISATION,
            Self::Location => LOCATION,
            Self::Event => EVENT,
            Self::Report => REPORT,
            Self::Threat => THREAT,
            Self::Link => LINK,
        }
    }

    /// Every column, the dataset's own first.
    pub fn columns(self) -> impl Iterator<Item = &'static Column> + Clone {
        self.own_columns().iter().chain(HANDLING)
    }

    /// The column called `name`, or a complaint that names the nearest.
    pub fn column(self, name: &str) -> Result<&'static Column, Complaint> {
        self.columns().find(|c| c.name == name).ok_or_else(|| {
            let suggestion = suggestion(name, self.columns().map(|c| c.name));
            Complaint::new("column", format!("{name:?} is not a column of {self}; {suggestion}"))
        })
    }

    /// How far apart two values of a column that is summed can lie; nothing of other columns.
    pub fn width(self, column: &str) -> u64 {
        match self.column(column).map(|column| column.used) {
            Ok(ColumnUse::Measure { low, high, .. }) => high.abs_diff(low),
            _ => 0,
        }
    }

    /// The column whose distinct values thresholds count.
    pub fn entity_key(self) -> &'static str {
        self.own_columns().iter().find(|c| c.used == EntityKey).map_or("", |c| c.name)
    }

    /// The column that names the unit which a record comes from, where records come from several: a table that few
    /// units stand behind tells about these units.
    pub fn unit_key(self) -> Option<&'static str> {
        match self {
            Self::Report => Some("reporting_unit"),
            _ => None,
        }
    }

    /// The date that `month`, `quarter` and `year` mean when no column is named.
    pub fn principal_date(self) -> &'static str {
        match self {
            Self::Event => "occurred_on",
            Self::Report => "reported_on",
            Self::Threat => "identified_on",
            _ => "recorded_on",
        }
    }

    /// The kind of thing that a record of this dataset is, given its own `kind` column where it has one.
    pub fn entity(self, kind: Option<&str>) -> Option<EntityKind> {
        match self {
            Self::Person => Some(EntityKind::Person),
            Self::Organisation => Some(EntityKind::Organisation),
            Self::Location => Some(EntityKind::Location),
            Self::Object => kind.and_then(|k| k.parse().ok()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColumnUse, Dataset, OBJECT_KINDS};
    use crate::vocabulary::EntityKind;

    #[test]
    fn every_dataset_has_one_entity_key_and_a_calendar_date() {
        for &dataset in Dataset::ALL {
            let keys = dataset.columns().filter(|c| c.used == ColumnUse::EntityKey).count();
            assert_eq!(keys, 1, "{dataset}");
            let date = dataset.column(dataset.principal_date()).unwrap();
            assert_eq!(date.used, ColumnUse::Calendar, "{dataset}");
            assert!(dataset.unit_key().is_none_or(|unit| dataset.column(unit).is_ok()), "{dataset}");
        }
    }

    /// Disclosure control takes contributions and sums for amounts: the least that a sum can be is nothing.
    #[test]
    fn no_measure_is_below_zero() {
        for column in Dataset::ALL.iter().flat_map(|dataset| dataset.columns()) {
            assert!(!matches!(column.used, ColumnUse::Measure { low: ..0, .. }), "{}", column.name);
        }
    }

    #[test]
    fn object_kinds_are_entity_kinds() {
        assert!(OBJECT_KINDS.iter().all(|kind| EntityKind::WORDS.contains(kind)));
    }

    #[test]
    fn an_unknown_column_names_the_nearest() {
        let complaint = Dataset::Event.column("catgory").unwrap_err();
        assert_eq!(
            complaint.to_string(),
            "column: \"catgory\" is not a column of event; did you mean \"category\"?"
        );
    }
}
