//! What the columns of a list mean: which are known, and how the values of a row become something to look for. The
//! same check as for a search of its own, at this desk, before anything is sent.

use std::collections::BTreeMap;

use linkage::subject::Subject;
use model::nearest::{nearest, suggestion};
use model::probe::{AddressProbe, OrganisationProbe, PartialProbe, PersonProbe};
use model::vocabulary::Sex;
use model::{Complaint, IdentifierKind, Probe};

use crate::command::search::{held_by, identified};

/// The column of the asker's own references, which are given back and never sent.
pub(super) const REFERENCE: &str = "ref";

/// The kinds that are no identifier.
const PERSON: &str = "person";
const ORGANISATION: &str = "organisation";
const ADDRESS: &str = "address";

/// Every column that a list may have.
const COLUMNS: [&str; 11] = [
    "kind",
    "given_names",
    "family_name",
    "dob",
    "postcode",
    "sex",
    "nationality",
    "value",
    "make",
    "colour",
    REFERENCE,
];

/// The columns of a CSV list, in their order.
pub(super) struct Columns(Vec<&'static str>);

impl Columns {
    /// The columns that a heading names, each once.
    pub(super) fn of(heading: &[String]) -> Result<Self, Complaint> {
        let mut columns = Vec::with_capacity(heading.len());
        for (at, name) in (1..).zip(heading) {
            let column =
                Self::known(name).ok_or_else(|| Complaint::new("heading", unknown_column(name, Some(at))))?;
            if columns.contains(&column) {
                return Err(Complaint::new("heading", format!("names the column {column} twice")));
            }
            columns.push(column);
        }
        Ok(Self(columns))
    }

    /// The column of this name.
    pub(super) fn known(name: &str) -> Option<&'static str> {
        COLUMNS.into_iter().find(|column| *column == name)
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The values of a row that has as many.
    pub(super) fn fields(&self, values: Vec<String>) -> Fields {
        let mut fields = Fields::default();
        for (column, value) in self.0.iter().zip(values) {
            fields.put(column, &value);
        }
        fields
    }
}

/// Says that a column is not known. Its name is repeated only where it is nearly a column's: a list without a heading
/// has values in its place.
pub(super) fn unknown_column(name: &str, place: Option<usize>) -> String {
    match (nearest(name, COLUMNS), place) {
        (Some(near), _) => format!("holds the unknown column {name:?}; did you mean {near:?}?"),
        (None, Some(place)) => {
            format!("holds an unknown column in place {place}; known are {}", COLUMNS.join(", "))
        }
        (None, None) => format!("holds an unknown column; known are {}", COLUMNS.join(", ")),
    }
}

/// The values of one row by their columns; empty ones are left out.
#[derive(Default)]
pub(super) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    /// Puts a value in; false where the column has one.
    pub(super) fn put(&mut self, column: &'static str, value: &str) -> bool {
        value.is_empty() || self.0.insert(column, value.to_owned()).is_none()
    }

    /// Takes a value out.
    pub(super) fn take(&mut self, column: &str) -> Option<String> {
        self.0.remove(column)
    }
}

/// What a row looks for, once it can be looked for. A row without a kind is about a person; an identifier, whole or in
/// part, an organisation's name and an address stand in `value`.
pub(super) fn probe(mut fields: Fields) -> Result<Probe, Complaint> {
    let kind = fields.take("kind").unwrap_or_else(|| PERSON.to_owned());
    let probe = match kind.as_str() {
        PERSON => {
            let person = PersonProbe {
                given_names: fields.take("given_names").unwrap_or_default(),
                family_name: fields.take("family_name").unwrap_or_default(),
                postcode: fields.take("postcode"),
                sex: fields.take("sex").map(|word| sex(&word)).transpose()?,
                nationality: fields.take("nationality"),
                ..PersonProbe::default()
            };
            Probe::Person(match fields.take("dob") {
                Some(dob) => {
                    person.born_on(&dob).map_err(|complaint| Complaint::new("dob", complaint.why))?
                }
                None => person,
            })
        }
        ORGANISATION => Probe::Organisation(OrganisationProbe {
            name: fields.take("value").unwrap_or_default(),
            postcode: fields.take("postcode"),
        }),
        ADDRESS => Probe::Address(AddressProbe {
            postcode: fields.take("postcode"),
            number: None,
            text: fields.take("value"),
        }),
        word => {
            let (kind, value) = (identifier(word)?, value(&mut fields)?);
            let holder = (kind == IdentifierKind::DrivingLicence).then(|| holder(&mut fields)).transpose()?;
            let probe = match (fields.take("make"), fields.take("colour")) {
                (None, None) => identified(kind, value),
                (make, colour) => Probe::Partial(PartialProbe { kind, pattern: value, make, colour }),
            };
            if let Some(holder) = holder {
                held_by(&probe, &holder)?;
            }
            probe
        }
    };
    if let Some(column) = fields.0.keys().next() {
        let why = format!("says nothing about this kind ({}); leave it empty", probe.kind());
        return Err(Complaint::new(*column, why));
    }
    match Subject::try_from(&probe) {
        Ok(_) => Ok(probe),
        Err(complaint) => {
            let column = complaint.field.strip_prefix("probe.").unwrap_or(&complaint.field);
            Err(Complaint::new(column, complaint.why))
        }
    }
}

/// What a row says of a driving licence's holder: compared with the number, and not sent.
fn holder(fields: &mut Fields) -> Result<PersonProbe, Complaint> {
    let holder = PersonProbe {
        family_name: fields.take("family_name").unwrap_or_default(),
        sex: fields.take("sex").map(|word| sex(&word)).transpose()?,
        ..PersonProbe::default()
    };
    match fields.take("dob") {
        Some(dob) => holder.born_on(&dob).map_err(|complaint| Complaint::new("dob", complaint.why)),
        None => Ok(holder),
    }
}

fn identifier(kind: &str) -> Result<IdentifierKind, Complaint> {
    kind.parse().map_err(|_| {
        let kinds = [PERSON, ORGANISATION, ADDRESS].into_iter().chain(IdentifierKind::WORDS.iter().copied());
        Complaint::new("kind", format!("can't be looked for; {}", suggestion(kind, kinds)))
    })
}

fn value(fields: &mut Fields) -> Result<String, Complaint> {
    fields.take("value").ok_or_else(|| Complaint::new("value", "is missing: the identifier stands here"))
}

fn sex(word: &str) -> Result<Sex, Complaint> {
    word.to_lowercase().parse().map_err(|_| Complaint::new("sex", "must be female or male, or empty"))
}
