//! Who read what stays at home, on the disk before it is shown: the Data Protection Act 2018, section 62, asks for a
//! log of consultation that says who, when and what. Without an entry nothing is shown.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use ::node::config::NodeConfig;
use audit::{AuditError, Consultation, Entry, Event, Log};
use model::QuestionId;
use nix::unistd::{Uid, User, getuid, ttyname};

use crate::clock::now;
use crate::exit::Failure;

/// How often a log that somebody else is writing is tried, and how long between.
const TRIES: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(50);

/// Somebody is about to be shown so many of the force's records; none where nothing was found, which is logged too.
pub(crate) async fn log(
    config: &NodeConfig,
    what: Consultation,
    question: Option<QuestionId>,
    records: usize,
) -> Result<(), Failure> {
    let file = config.consultations();
    let event = Event::Consulted {
        user: name(getuid()),
        login: login().filter(|login| *login != getuid()).map(name),
        terminal: terminal(),
        what,
        records: records as u64,
    };
    let entry = Entry { at: now(), question, event };
    append(&file, entry).await.map_err(|error| {
        Failure::error(format!("nothing is shown without a log of it: {error}")).help(format!(
            "let this user write {}, and mend the disk or the log where they are at fault",
            file.display()
        ))
    })
}

async fn append(file: &Path, entry: Entry) -> Result<(), AuditError> {
    let mut tries = 1..TRIES;
    create(file)?;
    let log: Log = loop {
        match Log::open(file, entry.at, |_: Entry| {}) {
            // Whoever else is reading is done in a moment.
            Err(AuditError::InUse { .. }) if tries.next().is_some() => tokio::time::sleep(BETWEEN).await,
            other => break other?,
        }
    };
    log.append(vec![entry]).await.map(|_| ())
}

/// Creates the log, where there is none, for its owner and group alone: the home unit's members share it.
fn create(file: &Path) -> Result<(), AuditError> {
    file.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::OpenOptions::new().create(true).append(true).mode(0o660).open(file))
        .map(|_| ())
        .map_err(|cause| AuditError::Disk { path: file.display().to_string(), cause })
}

fn name(uid: Uid) -> String {
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid {uid}"),
    }
}

/// Who logged in to the session, whatever they have become since; Linux keeps it, and nobody can change it.
fn login() -> Option<Uid> {
    const NOBODY: u32 = u32::MAX;
    let uid: u32 = std::fs::read_to_string("/proc/self/loginuid").ok()?.trim().parse().ok()?;
    (uid != NOBODY).then(|| Uid::from_raw(uid))
}

fn terminal() -> Option<String> {
    let of = [ttyname(std::io::stdin()), ttyname(std::io::stderr()), ttyname(std::io::stdout())];
    of.into_iter().find_map(Result::ok).map(|path| path.display().to_string())
}
