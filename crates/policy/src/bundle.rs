//! A force's policy as a folder of files: Cedar schema and policies, disclosure profiles, expected decisions.
//! Compiling checks all of it; a bundle that can't be read whole is not used in part (invariant 3).

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

pub mod profile;

pub(crate) mod rules;
mod words;

use crate::cases::Case;
use profile::Disclosure;
use rules::Rules;

/// The product's Cedar schema. Every bundle carries an equal copy as `schema.cedarschema`.
pub const SCHEMA: &str = include_str!("bluelamp.cedarschema");

const SCHEMA_FILE: &str = "schema.cedarschema";
const DISCLOSURE_FILE: &str = "disclosure.toml";

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
    pub(crate) cases: Vec<Case>,
    hash: String,
}

impl Bundle {
    /// Reads and checks the files: known layout, the product's schema, strictly valid policies, sound disclosure
    /// profiles, readable cases. Reports every fault of the first part that has any.
    pub fn compile(files: &BundleFiles) -> Result<Self, BundleError> {
        check_layout(files)?;
        check_schema(files)?;
        let disclosure = match files.files.get(DISCLOSURE_FILE) {
            Some(text) => Disclosure::read(text, DISCLOSURE_FILE)?,
            None => return Err(Fault::of(DISCLOSURE_FILE, "is missing from the bundle").into()),
        };
        let policies = files.files.iter().filter(|(path, _)| path.starts_with("policies/"));
        let rules = Rules::compile(SCHEMA, policies, &disclosure)?;
        let cases = crate::cases::read(files, &disclosure)?;
        Ok(Self { rules, disclosure, cases, hash: hash(files) })
    }

    /// SHA-256 over the sorted paths and contents, in hexadecimal. Names the bundle in permits and audit entries.
    pub fn hash(&self) -> &str {
        &self.hash
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
                f.write_char('\n')?;
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

fn check_layout(files: &BundleFiles) -> Result<(), BundleError> {
    let known = |path: &str| {
        let inside = |folder: &str, ending: &str| {
            path.strip_prefix(folder)
                .and_then(|rest| rest.strip_suffix(ending))
                .is_some_and(|name| !name.is_empty() && !name.contains(['/', '\\']))
        };
        path == SCHEMA_FILE
            || path == DISCLOSURE_FILE
            || inside("policies/", ".cedar")
            || inside("cases/", ".toml")
    };
    let strangers: Vec<Fault> = files
        .files
        .keys()
        .filter(|path| !known(path))
        .map(|path| {
            Fault::of(
                path,
                "does not belong in a bundle, which holds schema.cedarschema, disclosure.toml, policies/*.cedar and cases/*.toml",
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
    for part in files.files.iter().flat_map(|(path, text)| [path, text]) {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
