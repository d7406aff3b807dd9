//! The known answers: `truth.csv`, who each person record really is, and `probes.csv`, searches with their answers.
//! A probe whose true person is not in `truth.csv` is held by nobody, and should find nobody.

use std::fs::File;
use std::path::{Path, PathBuf};

use model::ForceId;
use model::vocabulary::DobPrecision;

use crate::corrupt::{Kinds, Written, joined};
use crate::dice::{Dice, Purpose};
use crate::identity::TruePerson;
use crate::names::Names;
use crate::planted::PlantedPerson;
use crate::{Spec, SynthError, planted};

/// A CSV file that is being written.
pub(crate) struct Truth {
    path: PathBuf,
    writer: csv::Writer<File>,
    rows: u64,
}

/// What truth calls a drawn person.
pub(crate) fn name_of(index: u64) -> String {
    format!("T-{index:08}")
}

impl Truth {
    /// Starts `<dir>/truth.csv`.
    pub(crate) fn create(dir: &Path) -> Result<Self, SynthError> {
        Self::start(dir.join("truth.csv"), &["force", "person_id", "true_person", "corruptions"])
    }

    /// Adds one person record.
    pub(crate) fn record(
        &mut self,
        force: &ForceId,
        person_id: &str,
        true_person: &str,
        written: &Written,
    ) -> Result<(), SynthError> {
        self.row(&[force.as_str(), person_id, true_person, &joined(&written.corruptions)])
    }

    /// Writes the rest; tells how many rows there are.
    pub(crate) fn finish(mut self) -> Result<u64, SynthError> {
        self.writer.flush().map_err(|source| SynthError::Disk { path: self.path, source })?;
        Ok(self.rows)
    }

    fn start(path: PathBuf, header: &[&str]) -> Result<Self, SynthError> {
        let file = File::create(&path).map_err(|source| SynthError::Disk { path: path.clone(), source })?;
        let mut truth = Self { path, writer: csv::Writer::from_writer(file), rows: 0 };
        truth.row(header)?;
        truth.rows = 0;
        Ok(truth)
    }

    fn row(&mut self, cells: &[&str]) -> Result<(), SynthError> {
        self.rows += 1;
        self.writer.write_record(cells).map_err(|source| SynthError::Csv { path: self.path.clone(), source })
    }
}

/// Of a thousand askers, how many say a nationality.
const NATIONALITY_KNOWN: u64 = 400;

/// Writes `<dir>/probes.csv`: planted people first, then drawn ones, a fifth of them held by nobody. `people` is how
/// many true persons the records stand for.
pub(crate) fn write_probes(dir: &Path, spec: &Spec, people: u64, names: &Names) -> Result<u64, SynthError> {
    let columns = [
        "given_names",
        "family_name",
        "dob",
        "dob_precision",
        "postcode",
        "nationality",
        "true_person",
        "corruptions",
    ];
    let mut file = Truth::start(dir.join("probes.csv"), &columns)?;
    for person in planted().persons {
        let PlantedPerson { given_names, family_name, dob, postcode, key, .. } = person;
        file.row(&[given_names, family_name, &dob.to_string(), "day", postcode, "British", key, ""])?;
    }
    let kinds = Kinds::of_probes(spec.held_out);
    let drawn = people.min(spec.probes);
    for at in 0..drawn {
        // Strangers have even indexes beyond the last person, so that none of them is anybody's kin.
        let stranger = at % 5 == 4;
        let index = if stranger { (people | 1) + 1 + 2 * at } else { at * people / drawn };
        let person = TruePerson::new(index, spec.seed, names);
        let mut dice = Dice::new(spec.seed, Purpose::Probe, index, 0);
        let written = Written::corrupted(&person, names, &kinds, &mut dice);
        let dob = written.dob.map(|dob| dob.to_string()).unwrap_or_default();
        let precision = written.precision.map(DobPrecision::as_str).unwrap_or_default();
        let postcode = written.postcode.as_deref().unwrap_or_default();
        let corruptions = joined(&written.corruptions);
        let mut asked = Dice::new(spec.seed, Purpose::Nationality, index, 0);
        let known = asked.chance(NATIONALITY_KNOWN);
        let told = person.nationality_as_told(names, asked);
        file.row(&[
            &written.given,
            &written.family,
            &dob,
            precision,
            postcode,
            if known { told } else { "" },
            &name_of(index),
            &corruptions,
        ])?;
    }
    file.finish()
}
