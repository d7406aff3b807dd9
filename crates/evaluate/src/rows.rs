//! The two CSV files: probes with their true person, and the truth about records.
//! Columns are met by name, so a file may have more of them, in any order.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use linkage::person::PersonSubject;
use model::probe::{Born, PersonProbe};
use model::vocabulary::DobPrecision;
use serde::Deserialize;

use crate::EvaluateError;

/// A probe, with what is known about it.
pub(crate) struct Probe {
    /// What is asked; nothing when the matcher refuses the probe.
    pub(crate) subject: Option<PersonSubject>,
    /// Who is asked for.
    pub(crate) true_person: String,
    /// How the probe departs from the truth.
    pub(crate) corruptions: Vec<String>,
}

/// A record of somebody who is asked for.
pub(crate) struct Known {
    /// Who it is of.
    pub(crate) true_person: String,
    /// How it departs from the truth.
    pub(crate) corruptions: Vec<String>,
    /// Its line in the file of truths.
    pub(crate) line: u64,
}

/// The records of people who are asked for: by force, by person id.
pub(crate) type Truth = BTreeMap<String, HashMap<String, Known>>;

#[derive(Deserialize)]
struct ProbeRow {
    given_names: String,
    family_name: String,
    #[serde(default)]
    dob: String,
    #[serde(default)]
    dob_precision: String,
    #[serde(default)]
    postcode: String,
    #[serde(default)]
    sex: String,
    #[serde(default)]
    nationality: String,
    true_person: String,
    #[serde(default)]
    corruptions: String,
}

#[derive(Deserialize)]
struct TruthRow {
    force: String,
    person_id: String,
    true_person: String,
    #[serde(default)]
    corruptions: String,
}

/// Reads the probes.
pub(crate) fn read_probes(path: &Path) -> Result<Vec<Probe>, EvaluateError> {
    let mut probes = Vec::new();
    each_row(path, |line, row: ProbeRow| {
        let odd = |column: &str, form: &str| EvaluateError::Line {
            path: path.to_owned(),
            line,
            why: format!("{column} must be empty or {form}"),
        };
        let dob = match row.dob.as_str() {
            "" => None,
            day => Some(day.parse().map_err(|_| odd("dob", "a date such as 1984-02-29"))?),
        };
        let precision = match row.dob_precision.as_str() {
            "" => DobPrecision::Day,
            word => {
                let form = "a word of the shared schema, such as month";
                word.parse().map_err(|_| odd("dob_precision", form))?
            }
        };
        let born = dob.and_then(|day| known_days(day, precision));
        let sex = match row.sex.as_str() {
            "" => None,
            word => {
                Some(word.parse().map_err(|_| odd("sex", "a word of the shared schema, such as female"))?)
            }
        };
        let postcode = Some(row.postcode).filter(|postcode| !postcode.is_empty());
        let probe = PersonProbe {
            given_names: row.given_names,
            family_name: row.family_name,
            dob: dob.filter(|_| born.is_none()),
            born,
            postcode,
            sex,
            nationality: Some(row.nationality).filter(|nationality| !nationality.is_empty()),
        };
        probes.push(Probe {
            subject: PersonSubject::try_from(&probe).ok(),
            true_person: row.true_person,
            corruptions: words(&row.corruptions),
        });
        Ok(())
    })?;
    if probes.is_empty() {
        return Err(EvaluateError::NoProbes { path: path.to_owned() });
    }
    Ok(probes)
}

/// Reads the truth about records of people whom one of `probes` asks for; of the others nothing need be known.
pub(crate) fn read_truth(path: &Path, probes: &[Probe]) -> Result<Truth, EvaluateError> {
    let asked: std::collections::HashSet<&str> =
        probes.iter().map(|probe| probe.true_person.as_str()).filter(|key| !key.is_empty()).collect();
    let mut truth = Truth::new();
    each_row(path, |line, row: TruthRow| {
        if asked.contains(row.true_person.as_str()) {
            let known = Known { true_person: row.true_person, corruptions: words(&row.corruptions), line };
            truth.entry(row.force).or_default().insert(row.person_id, known);
        }
        Ok(())
    })?;
    Ok(truth)
}

/// Years by which an age guessed from looks is asked for, either way.
const GUESSED_YEARS: i8 = 2;

/// The days that a birth date stands for where it is not known to the day: as an asker would write it.
fn known_days(day: Date, precision: DobPrecision) -> Option<Born> {
    let off = |years: i8| day.checked_add(i64::from(years).years()).ok();
    let (from, to) = match precision {
        DobPrecision::Day => return None,
        DobPrecision::Month => (day.first_of_month(), day.last_of_month()),
        DobPrecision::Year => (day.first_of_year(), day.last_of_year()),
        DobPrecision::Estimated => (off(-GUESSED_YEARS)?.first_of_year(), off(GUESSED_YEARS)?.last_of_year()),
    };
    Some(Born { from, to })
}

fn words(joined: &str) -> Vec<String> {
    joined.split(';').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Calls `take` with each row and its line. Only text is read here, so no message can hold a value.
pub(crate) fn each_row<R: for<'de> Deserialize<'de>>(
    path: &Path,
    mut take: impl FnMut(u64, R) -> Result<(), EvaluateError>,
) -> Result<(), EvaluateError> {
    let unreadable =
        |error: csv::Error| EvaluateError::File { path: path.to_owned(), cause: error.to_string() };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
    let headers = reader.headers().map_err(unreadable)?.clone();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(unreadable)? {
        let line = row.position().map_or(0, csv::Position::line);
        let read = row.deserialize(Some(&headers)).map_err(|error| EvaluateError::Line {
            path: path.to_owned(),
            line,
            why: match error.kind() {
                csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
                _ => error.to_string(),
            },
        })?;
        take(line, read)?;
    }
    Ok(())
}
