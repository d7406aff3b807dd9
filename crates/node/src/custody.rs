//! Custody of the policy: which bundle this node serves under. Looks at the policy's folder, checks what custodians signed,
//! and keeps a copy of every bundle that was taken up, so that the last good one is at hand when a new one is bad.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use audit::{AuditError, Log, Record};
use identity::Trust;
use jiff::Timestamp;
use model::{ForceId, Name};
use policy::custody::{Adopted, Adoption, adopt};
use policy::{Bundle, BundleFiles, CaseResult, Policy};
use serde::{Deserialize, Serialize};

use crate::error::NodeError;
use crate::policy_folder;

/// What the policies' folder inside a node's data folder is called.
const STORE: &str = "policies";
/// The file in it that says which bundles were served, oldest first.
const SERVED: &str = "served.log";

/// One line about the bundles that were served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// A bundle was taken up.
    Served(Adopted),
    /// Bytes that were never acknowledged were cut after a crash.
    Recovered { at: Timestamp, bytes: u64 },
}

impl Record for Line {
    fn recovered(at: Timestamp, bytes: u64) -> Self {
        Self::Recovered { at, bytes }
    }
}

/// Which bundle a node serves under.
pub(crate) struct Custody {
    force: ForceId,
    folder: PathBuf,
    store: PathBuf,
    signatures: usize,
    trust: Trust,
    served: Vec<Adopted>,
    log: Log<Line>,
}

/// That a bundle was just taken up, and how.
pub(crate) struct News {
    pub(crate) adopted: Adopted,
    pub(crate) how: Adoption,
}

/// What a node begins to serve under.
pub(crate) struct Begun {
    pub(crate) bundle: Bundle,
    /// Where the bundle was not in use before.
    pub(crate) news: Option<News>,
    /// Why it is the last good one and not the one in the folder.
    pub(crate) refused: Option<NodeError>,
}

impl Custody {
    /// Recalls what was served before. `signatures` is how many custodians must have signed a bundle.
    pub(crate) fn open(
        (force, trust): (ForceId, Trust),
        folder: &Path,
        data: &Path,
        signatures: usize,
        now: Timestamp,
    ) -> Result<Self, NodeError> {
        let store = data.join(STORE);
        std::fs::create_dir_all(&store).map_err(|e| NodeError::folder(&store, e))?;
        let mut served = Vec::new();
        let log = Log::open(&store.join(SERVED), now, |line| {
            if let Line::Served(adopted) = line {
                served.push(adopted);
            }
        })?;
        Ok(Self { force, folder: folder.to_owned(), store, signatures, trust, served, log })
    }

    /// The bundle to begin with. Fails where the one in the folder can't be taken up and none was served before.
    pub(crate) async fn begin(&mut self, now: Timestamp) -> Result<Begun, NodeError> {
        let error = match self.look(now).await {
            Ok((bundle, news)) => return Ok(Begun { bundle, news, refused: None }),
            Err(error) => error,
        };
        let Some(last) = self.served.last() else { return Err(error) };
        let kept = policy_folder::read(&self.store.join(&last.bundle));
        match kept.and_then(|files| Ok(Bundle::compile(&files)?)) {
            Ok(bundle) if bundle.hash() == last.bundle => {
                Ok(Begun { bundle, news: None, refused: Some(error) })
            }
            // What went wrong with the copy would only hide what went wrong with the bundle.
            _ => Err(error),
        }
    }

    /// Takes up the bundle in the folder where it is another than the one in use and may be.
    pub(crate) async fn follow(&mut self, now: Timestamp) -> Result<Option<(Bundle, News)>, NodeError> {
        let (bundle, news) = self.look(now).await?;
        Ok(news.map(|news| (bundle, news)))
    }

    /// The bundle in the folder, and the news where it was just taken up.
    async fn look(&mut self, now: Timestamp) -> Result<(Bundle, Option<News>), NodeError> {
        let files = policy_folder::read(&self.folder)?;
        let bundle = Bundle::compile(&files)?;
        if self.served.last().is_some_and(|last| last.bundle == bundle.hash()) {
            return Ok((bundle, None));
        }
        let failed = Policy::run_cases(&files)?.into_iter().find(|case| !case.passed());
        if let Some(CaseResult { file, name, .. }) = failed {
            return Err(NodeError::PolicyCase { file, name });
        }
        let (signers, faults) = self.signers(&bundle, now);
        let candidate = Adopted {
            bundle: bundle.hash().to_owned(),
            version: bundle.edition().version,
            note: bundle.edition().note.clone(),
            signers,
            at: now,
        };
        let adopted = adopt(&candidate, &self.served, self.signatures)
            .map_err(|why| NodeError::NotAdopted { why, signatures: faults })?;
        let Some(how) = adopted else { return Ok((bundle, None)) };
        // The copy lies in place before the log says that the bundle was served.
        self.keep(&candidate.bundle, &files)?;
        self.log.append(vec![Line::Served(candidate.clone())]).await?;
        self.served.push(candidate.clone());
        Ok((bundle, Some(News { adopted: candidate, how })))
    }

    /// The custodians of this force whose signatures over the bundle are good, and what is wrong with the others.
    fn signers(&self, bundle: &Bundle, now: Timestamp) -> (BTreeSet<Name>, Vec<String>) {
        let (mut signers, mut faults) = (BTreeSet::new(), Vec::new());
        for (file, signature) in bundle.signatures() {
            let checked = if signature.bundle == bundle.hash() {
                let bytes = signature.bytes().unwrap_or_default();
                let trust = &self.trust;
                trust
                    .check_endorsement(&self.force, bundle.hash(), &bytes, &signature.certificate, now)
                    .map_err(|error| error.to_string())
            } else {
                Err("is over another bundle: this one was changed after it was signed".to_owned())
            };
            match checked {
                Ok(peer) => drop(signers.insert(peer.name().clone())),
                Err(why) => faults.push(format!("{file}: {why}")),
            }
        }
        (signers, faults)
    }

    /// Copies the bundle into the store, whole or not at all.
    fn keep(&self, hash: &str, files: &BundleFiles) -> Result<(), NodeError> {
        let place = self.store.join(hash);
        if place.exists() {
            return Ok(());
        }
        let beside = self.store.join(format!("{hash}.writing"));
        if beside.exists() {
            std::fs::remove_dir_all(&beside).map_err(|e| NodeError::folder(&beside, e))?;
        }
        policy_folder::write(&beside, files)?;
        std::fs::rename(&beside, &place).map_err(|e| NodeError::folder(&place, e))
    }
}

/// The bundles that a node with this data folder has served under, oldest first; none before it first ran.
pub fn served(data: &Path) -> Result<Vec<Adopted>, AuditError> {
    let mut served = Vec::new();
    let log = data.join(STORE).join(SERVED);
    if log.exists() {
        audit::read(&log, |line| {
            if let Line::Served(adopted) = line {
                served.push(adopted);
            }
        })?;
    }
    Ok(served)
}

/// The files of a bundle that was served, as they were.
pub fn kept(data: &Path, adopted: &Adopted) -> Result<BundleFiles, NodeError> {
    let place = data.join(STORE).join(&adopted.bundle);
    let files = policy_folder::read(&place)?;
    if Bundle::compile(&files)?.hash() == adopted.bundle {
        return Ok(files);
    }
    Err(NodeError::policy_folder(&place, "is not the bundle that was served: it was altered since"))
}
