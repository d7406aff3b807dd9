//! A force's policy as a folder of files: its edition, Cedar schema and policies, disclosure profiles, expected
//! decisions, and what custodians signed of it.
//! Compiling checks all of it; a bundle that can't be read whole is not used in part (invariant 3).

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

pub mod edition;
pub mod limits;
pub mod profile;
pub mod signature;

mod annotations;
pub(crate) mod comparisons;
pub(crate) mod mentions;
pub(crate) mod noise;
pub(crate) mod releases;
pub(crate) mod rules;
pub(crate) mod words;

use crate::cases::Case;
use edition::Edition;
use limits::Limits;
use profile::Disclosure;
use rules::Rules;
use signature::Signature;

/// The product's Cedar schema. Every bundle carries an equal copy as `schema.cedarschema`.
pub const SCHEMA: &str = include_str!("bluelamp.cedarschema");

const SCHEMA_FILE: &str = "schema.cedarschema";
pub(crate) const DISCLOSURE_FILE: &str = "disclosure.toml";
const EDITION_FILE: &str = "bundle.toml";
pub(crate) const LIMITS_FILE: &str = "limits.toml";

/// The files of a bundle as their caller read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleFiles {
    /// Text of each file by its path inside the bundle, with `/` between folders.
    pub files: BTreeMap<String, String>,
}

impl FromIterator<(String, String)> for BundleFiles {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

/// A bundle that was read whole and checked.
pub struct Bundle {
    pub(crate) rules: Rules,
    pub(crate) disclosure: Disclosure,
    pub(crate) limits: Limits,
    pub(crate) cases: Vec<Case>,
    edition: Edition,
    signatures: Vec<(String, Signature)>,
    hash: String,
}

impl Bundle {
    /// Reads and checks the files: known layout, the product's schema, strictly valid policies, sound disclosure
    /// profiles, readable cases. Reports every fault of the first part that has any.
    pub fn compile(files: &BundleFiles) -> Result<Self, BundleError> {
        check_layout(files)?;
        check_schema(files)?;
        let edition = Edition::read(required(files, EDITION_FILE)?, EDITION_FILE)?;
        let disclosure = Disclosure::read(required(files, DISCLOSURE_FILE)?, DISCLOSURE_FILE)?;
        let limits = match files.files.get(LIMITS_FILE) {
            Some(text) => Limits::read(text, LIMITS_FILE)?,
            None => Limits::default(),
        };
        let policies = files.files.iter().filter(|(path, _)| path.starts_with("policies/"));
        let rules = Rules::compile(SCHEMA, policies, &disclosure)?;
        let cases = crate::cases::read(files, &disclosure)?;
        let signatures = signature::read(files)?;
        Ok(Self { rules, disclosure, limits, cases, edition, signatures, hash: hash(files) })
    }

    /// SHA-256 over the sorted paths and contents but for signatures, in hexadecimal. Names the bundle in permits and
    /// audit entries, and is what custodians sign.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its version and what changed with it.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// What custodians signed of it, each with its file; not checked.
    pub fn signatures(&self) -> &[(String, Signature)] {
        &self.signatures
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({})", self.hash)
    }
}

/// Why a bundle can't be used. Says everything that was found, one fault to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleError {
    /// The faults, at least one.
    pub faults: Vec<Fault>,
}

/// One thing that is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, by its path inside the bundle.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The policy, by its `@id`, where the fault lies in one.
    pub policy: Option<String>,
    /// What is wrong and how to mend it.
    pub why: String,
}

impl Fault {
    pub(crate) fn of(file: &str, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, policy: None, why: why.into() }
    }

    pub(crate) fn at(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }

    pub(crate) fn policy(mut self, id: &str) -> Self {
        self.policy = Some(id.to_owned());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(policy) = &self.policy {
            write!(f, ", policy {policy}")?;
        }
        write!(f, ": {}", self.why)
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for BundleError {}

impl From<Fault> for BundleError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

impl From<Vec<Fault>> for BundleError {
    fn from(faults: Vec<Fault>) -> Self {
        Self { faults }
    }
}

impl From<model::config::ConfigError> for BundleError {
    fn from(error: model::config::ConfigError) -> Self {
        Fault::of(&error.file, error.why).at(Some(error.line)).into()
    }
}

fn required<'a>(files: &'a BundleFiles, file: &str) -> Result<&'a str, BundleError> {
    let text = files.files.get(file).map(String::as_str);
    text.ok_or_else(|| Fault::of(file, "is missing from the bundle").into())
}

fn check_layout(files: &BundleFiles) -> Result<(), BundleError> {
    let known = |path: &str| {
        let inside = |folder: &str, ending: &str| {
            path.strip_prefix(folder)
                .and_then(|rest| rest.strip_suffix(ending))
                .is_some_and(|name| !name.is_empty() && !name.contains(['/', '\\']))
        };
        path == SCHEMA_FILE
            || path == DISCLOSURE_FILE
            || path == EDITION_FILE
            || path == LIMITS_FILE
            || inside("policies/", ".cedar")
            || inside("cases/", ".toml")
            || inside(signature::FOLDER, ".toml")
    };
    let strangers: Vec<Fault> = files
        .files
        .keys()
        .filter(|path| !known(path))
        .map(|path| {
            Fault::of(
                path,
                "does not belong in a bundle, which holds bundle.toml, schema.cedarschema, disclosure.toml, limits.toml, policies/*.cedar, cases/*.toml and signatures/*.toml",
            )
        })
        .collect();
    if strangers.is_empty() { Ok(()) } else { Err(strangers.into()) }
}

fn check_schema(files: &BundleFiles) -> Result<(), BundleError> {
    match files.files.get(SCHEMA_FILE) {
        None => Err(Fault::of(SCHEMA_FILE, "is missing from the bundle; copy the product's schema").into()),
        Some(text) if text == SCHEMA => Ok(()),
        Some(text) => {
            let same = text.lines().zip(SCHEMA.lines()).take_while(|(ours, product)| ours == product).count();
            let why = "is not equal to this product's schema; policies are decided against that one, so copy it over";
            Err(Fault::of(SCHEMA_FILE, why).at(Some(same + 1)).into())
        }
    }
}

/// Every path and content is preceded by its length, so that no two bundles run together into the same bytes.
fn hash(files: &BundleFiles) -> String {
    let mut digest = Sha256::new();
    let content = files.files.iter().filter(|(path, _)| !path.starts_with(signature::FOLDER));
    for part in content.flat_map(|(path, text)| [path, text]) {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}
