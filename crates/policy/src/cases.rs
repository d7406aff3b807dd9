//! Expected decisions that travel with a bundle: `cases/*.toml`, run by `bluelamp policy test`.
//! A case names an asker, a purpose and a label, and says what comes of it.

use std::fmt;

use model::granularity::Rungs;
use model::nearest::suggestion;
use model::probe::Known;
use model::question::Operation;
use model::vocabulary::{
    Assessment, Classification, DisclosureMark, HandlingCode, HandlingConditions, LegalBasis, Provenance,
    Rank, Retention, SourceEvaluation, SubjectCategory, ThreatCategory, Urgency, Vetting, Weekday,
};
use model::{Dataset, ForceId, Granularity, Label, LabelId, LabelTable, Purpose, Role, Standing, Unit};

use crate::bundle::profile::Disclosure;
use crate::bundle::{BundleError, BundleFiles, Fault};
use crate::situation::{self, Asked, Situation};
use crate::{Permit, Policy};

/// How one case came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The file, by its path inside the bundle.
    pub file: String,
    /// The case's name.
    pub name: String,
    /// What the case expects.
    pub expected: String,
    /// What the policies decided.
    pub found: String,
    /// The policies that decided, by their `@id`.
    pub policies: Vec<String>,
}

impl CaseResult {
    /// Whether the policies decided as expected.
    pub fn passed(&self) -> bool {
        self.expected == self.found
    }
}

/// A case that was read and understood.
pub(crate) struct Case {
    file: String,
    name: String,
    asked: Asked,
    label: Label,
    expected: Outcome,
}

/// What comes of a question for one label.
#[derive(PartialEq, Eq)]
enum Outcome {
    Denied,
    /// What the label adds to; with the question's own rung where the case names it.
    Rungs(Rungs, Option<Granularity>),
    /// With the profile where the case names it.
    Table(bool, Option<String>),
}

/// Reads every case of a bundle.
pub(crate) fn read(files: &BundleFiles, disclosure: &Disclosure) -> Result<Vec<Case>, BundleError> {
    let mut cases = Vec::new();
    let mut faults = Vec::new();
    for (path, text) in files.files.iter().filter(|(path, _)| path.starts_with("cases/")) {
        let written: Written = model::config::read(text, path)?;
        for case in written.case {
            let name = case.name.clone();
            match case.understand(path, disclosure) {
                Ok(case) => cases.push(case),
                Err(why) => faults.push(Fault::of(path, format!("case {name:?}: {why}"))),
            }
        }
    }
    if faults.is_empty() { Ok(cases) } else { Err(faults.into()) }
}

/// Decides one case.
pub(crate) fn run(policy: &Policy, case: &Case) -> CaseResult {
    let mut labels = LabelTable::default();
    let label = labels.intern(case.label.clone());
    let (found, policies) =
        match policy.authorise(&case.asked.asker, &case.asked.question, &labels, case.asked.at) {
            Err(denial) => (Outcome::Denied, denial.policies),
            Ok(permit) => {
                let found = outcome(policy.disclosure(), &permit, label, &case.expected);
                (found, permit.policies().to_vec())
            }
        };
    CaseResult {
        file: case.file.clone(),
        name: case.name.clone(),
        expected: case.expected.to_string(),
        found: found.to_string(),
        policies,
    }
}

/// Tells as much as the case asked about.
fn outcome(disclosure: &Disclosure, permit: &Permit, label: LabelId, expected: &Outcome) -> Outcome {
    match permit.rung() {
        Some(rung) => {
            let named = !matches!(expected, Outcome::Rungs(_, None));
            Outcome::Rungs(permit.rungs_of(label), named.then_some(rung))
        }
        None => {
            let counted = permit.allowed_labels().any(|allowed| allowed == label);
            let profile = match expected {
                Outcome::Table(_, Some(profile)) => Some(disclosure.name_of(*permit.profile(), profile)),
                _ => None,
            };
            Outcome::Table(counted, profile)
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied => f.write_str("denied"),
            Self::Rungs(rungs, rung) => {
                let told: Vec<&str> = Granularity::ALL
                    .iter()
                    .filter(|&&rung| rungs.contains(rung))
                    .map(|rung| rung.as_str())
                    .collect();
                f.write_str(if told.is_empty() { "nothing" } else { "" })?;
                f.write_str(&told.join(", "))?;
                rung.map_or(Ok(()), |rung| write!(f, " (answered on rung {rung})"))
            }
            Self::Table(counted, profile) => {
                f.write_str(if *counted { TABLE_ALLOWED } else { TABLE_EXCLUDED })?;
                profile.as_ref().map_or(Ok(()), |profile| write!(f, " (profile {profile})"))
            }
        }
    }
}

const DENIED: &str = "denied";
const TABLE_ALLOWED: &str = "table allowed";
const TABLE_EXCLUDED: &str = "table excluded";

/// A file of cases as its author wrote it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    case: Vec<WrittenCase>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    name: String,
    asker: WrittenAsker,
    purpose: Purpose,
    operation: Option<Operation>,
    legal_basis: Option<LegalBasis>,
    /// Routine where a case says nothing. A threat to life is one that a second person approved.
    urgency: Option<Urgency>,
    /// Whether a door asks in the asker's name.
    #[serde(default)]
    delegated: bool,
    /// The hour and the day where the force is; where a case says nothing, noon on a Monday.
    hour: Option<i8>,
    weekday: Option<Weekday>,
    mode: Mode,
    /// Of a tabulation: what is counted. Of a search: the label's dataset, when it is not the probe's.
    dataset: Option<Dataset>,
    /// `person`, `organisation` or a kind of identifier.
    probe: Option<String>,
    /// How well the probe is known: `whole`, which a case need not say, or `part`.
    known: Option<Known>,
    granularity: Option<Granularity>,
    #[serde(default)]
    label: WrittenLabel,
    expect: Expected,
    /// The rung that the question is answered on.
    rung: Option<Granularity>,
    /// The disclosure profile of the table.
    profile: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAsker {
    force: ForceId,
    #[serde(default = "analyst")]
    role: Role,
    unit: Option<Unit>,
    rank: Option<Rank>,
    vetting: Option<Vetting>,
}

fn analyst() -> Role {
    Role::Analyst
}

/// How records are asked for.
#[derive(Clone, Copy)]
enum Mode {
    Search,
    Tabulate,
}

impl<'de> serde::Deserialize<'de> for Mode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match word.as_str() {
            "search" => Ok(Self::Search),
            "tabulate" => Ok(Self::Tabulate),
            _ => Err(unknown(&word, "mode", &["search", "tabulate"])),
        }
    }
}

/// What a case expects: a word, or the list of rungs.
struct Expected(Result<&'static str, Rungs>);

impl<'de> serde::Deserialize<'de> for Expected {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Either {
            Word(String),
            List(Vec<String>),
        }
        const WORDS: [&str; 3] = [DENIED, TABLE_ALLOWED, TABLE_EXCLUDED];
        match Either::deserialize(deserializer)? {
            Either::Word(word) => match WORDS.into_iter().find(|known| *known == word) {
                Some(known) => Ok(Self(Ok(known))),
                None => Err(unknown(&word, "word for what is expected", &WORDS)),
            },
            Either::List(words) => {
                if words.iter().any(|word| word == Granularity::Acknowledged.as_str()) {
                    return Err(serde::de::Error::custom(
                        "acknowledged says nothing about records; expect [] where nothing else is told",
                    ));
                }
                let rungs: Result<Rungs, _> = words.iter().map(|word| word.parse::<Granularity>()).collect();
                rungs.map(|rungs| Self(Err(rungs))).map_err(serde::de::Error::custom)
            }
        }
    }
}

fn unknown<E: serde::de::Error>(word: &str, what: &str, known: &'static [&'static str]) -> E {
    E::custom(format!("{word:?} is not a {what}; {}", suggestion(word, known.iter().copied())))
}

/// What a case says about a label. What it leaves out is an ordinary police record's: code P, OFFICIAL, the force's
/// own work, may be disclosed, of a suspect, of no particular threat.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLabel {
    controller: Option<ForceId>,
    handling_code: Option<HandlingCode>,
    handling_conditions: Option<HandlingConditions>,
    classification: Option<Classification>,
    provenance: Option<Provenance>,
    disclosure_mark: Option<DisclosureMark>,
    subject_category: Option<SubjectCategory>,
    threat_category: Option<ThreatCategory>,
    retention: Option<Retention>,
    source_evaluation: Option<SourceEvaluation>,
    assessment: Option<Assessment>,
}

impl WrittenLabel {
    fn of(self, dataset: Dataset, home: ForceId) -> Label {
        Label {
            dataset,
            controller: self.controller.unwrap_or(home),
            handling_code: self.handling_code.unwrap_or(HandlingCode::P),
            handling_conditions: self.handling_conditions.unwrap_or(HandlingConditions::None),
            classification: self.classification.unwrap_or(Classification::Official),
            provenance: self.provenance.unwrap_or(Provenance::Police),
            disclosure_mark: self.disclosure_mark.unwrap_or(DisclosureMark::Disclose),
            subject_category: self.subject_category.unwrap_or(SubjectCategory::Suspect),
            threat_category: self.threat_category.unwrap_or(ThreatCategory::Other),
            retention: self.retention.unwrap_or(Retention::Live),
            source_evaluation: self.source_evaluation,
            assessment: self.assessment,
        }
    }
}

impl WrittenCase {
    fn understand(self, file: &str, disclosure: &Disclosure) -> Result<Case, String> {
        let say = |complaint: model::Complaint| complaint.to_string();
        let home: ForceId = "home".parse().map_err(say)?;
        if let Some(profile) = &self.profile
            && !disclosure.names().any(|known| known == profile)
        {
            return Err(format!("{profile:?} is not a profile; {}", suggestion(profile, disclosure.names())));
        }
        let (ask, dataset) = match self.mode {
            Mode::Search => {
                let word =
                    self.probe.ok_or("a search names its probe: person, organisation or vrm, phone, …")?;
                let granularity =
                    self.granularity.ok_or("a search names the granularity that it asks for")?;
                let (ask, own) = situation::search(&word, self.known.unwrap_or(Known::Whole), granularity)?;
                (ask, self.dataset.unwrap_or(own))
            }
            Mode::Tabulate if self.probe.is_some() || self.known.is_some() || self.granularity.is_some() => {
                return Err("a tabulation has no probe and no granularity".to_owned());
            }
            Mode::Tabulate => {
                let dataset = self.dataset.ok_or("a tabulation names its dataset")?;
                (situation::table(dataset)?, dataset)
            }
        };
        let expected = match (self.mode, self.expect.0, self.rung, self.profile) {
            (_, Ok(DENIED), None, None) => Outcome::Denied,
            (Mode::Search, Err(rungs), rung, None) => Outcome::Rungs(rungs, rung),
            (Mode::Tabulate, Ok(word), None, profile) if word != DENIED => {
                Outcome::Table(word == TABLE_ALLOWED, profile)
            }
            _ => {
                return Err(format!(
                    "a search expects {DENIED:?} or a list of rungs, with the answer's rung if it matters; a tabulation {DENIED:?}, {TABLE_ALLOWED:?} or {TABLE_EXCLUDED:?}, with the profile if it matters"
                ));
            }
        };
        let label = self.label.of(dataset, home);
        let WrittenAsker { force, role, unit, rank, vetting } = self.asker;
        let situation = Situation {
            force,
            role,
            standing: Standing { unit, rank, vetting },
            purpose: self.purpose,
            operation: self.operation,
            legal_basis: self.legal_basis,
            urgency: self.urgency,
            delegated: self.delegated,
            hour: self.hour,
            weekday: self.weekday,
            ask,
        };
        let asked = situation.asked(label.controller.clone())?;
        Ok(Case { file: file.to_owned(), name: self.name, asked, label, expected })
    }
}
