//! Custody of a bundle at the command line: sign it, say what was served, go back to what was.

use std::path::{Path, PathBuf};

use ::node::config::NodeConfig;
use ::node::{custody, policy_folder};
use ::policy::bundle::signature::Signature;
use ::policy::custody::Adopted;
use ::policy::lint::{self, Severity};
use identity::files::{self, CredentialsFiles, Existing};

use super::compile;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

/// Options of `bluelamp policy sign`.
#[derive(clap::Args)]
pub(super) struct SignArguments {
    /// The bundle's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The custodian's certificate
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// The custodian's private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Options of `bluelamp policy rollback`.
#[derive(clap::Args)]
pub(super) struct RollbackArguments {
    /// The node's configuration
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
    /// The version to go back to; the one before the present one where none is named
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
}

/// Signs a bundle as it lies. A bundle that a node could not take up is not signed.
pub(super) fn sign(arguments: &SignArguments) -> Result<Exit, Failure> {
    let SignArguments { folder, certificate, key } = arguments;
    let read = policy_folder::read(folder)?;
    let bundle = compile(&read)?;
    if let Some(error) = lint::findings(&read).into_iter().find(|found| found.severity == Severity::Error) {
        return Err(Failure::error(format!("a policy can fail, so the bundle is not signed:\n{error}")));
    }
    let trial = super::Trial::of(&read)?;
    if !trial.passed() {
        return Err(Failure::error("the policy does not decide as its cases expect, so it is not signed")
            .help("bluelamp policy test shows each case"));
    }
    let pair = CredentialsFiles { certificate: certificate.clone(), key: key.clone() };
    let credentials = pair.read()?;
    let signature = identity::endorse(bundle.hash(), &credentials)?;
    let signature = Signature {
        signer: credentials.name().clone(),
        bundle: bundle.hash().to_owned(),
        signature: hex::encode(signature),
        certificate: files::read_public(certificate)?,
    };
    let file = folder.join(Signature::file(&signature.signer));
    let text =
        toml::to_string(&signature).map_err(|e| Failure::from(e).while_doing("writing a signature"))?;
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|e| Failure::from(e).while_doing(&parent.display().to_string()))?;
    }
    files::write_public(&file, &text, Existing::Replace)?;
    let edition = bundle.edition();
    let said = format!(
        "{} signed policy version {} ({})\nbundle     {}\nsignature  {}\n",
        signature.signer,
        edition.version,
        edition.note,
        bundle.hash(),
        file.display()
    );
    stdout(said.as_bytes())?;
    Ok(Exit::Ok)
}

/// Prints the bundles that a node has served under.
pub(super) fn history(config: &NodeConfig) -> Result<Exit, Failure> {
    let served = custody::served(&config.data)?;
    let text = match served.as_slice() {
        [] => "this node has not served yet\n".to_owned(),
        served => served.iter().rev().map(line).collect(),
    };
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn line(adopted: &Adopted) -> String {
    let Adopted { bundle, version, note, signers, at } = adopted;
    let bundle: String = bundle.chars().take(12).collect();
    format!("{at:.0}  version {version}  bundle {bundle}  {} signed  {note}\n", signers.len())
}

/// Puts a bundle that was served before back into the policy's folder; what lay there is moved aside.
pub(super) fn rollback(arguments: &RollbackArguments, config: &NodeConfig) -> Result<Exit, Failure> {
    let served = custody::served(&config.data)?;
    let target = target(&served, arguments.to)?;
    let files = custody::kept(&config.data, target)?;
    let aside = put_back(&config.policy, &files)
        .map_err(|failure| failure.help("the node serves on under the policy that it has"))?;
    let said = format!(
        "{} holds policy version {} again ({})\nwhat lay there is in {}\nreload the node to have it taken up: SIGHUP, or systemctl reload bluelamp-node\n",
        config.policy.display(),
        target.version,
        target.note,
        aside.display()
    );
    stdout(said.as_bytes())?;
    Ok(Exit::Ok)
}

fn target(served: &[Adopted], wanted: Option<u64>) -> Result<&Adopted, Failure> {
    let known = || {
        let mut versions: Vec<u64> = served.iter().map(|adopted| adopted.version).collect();
        versions.sort_unstable();
        versions.dedup();
        let versions: Vec<String> = versions.iter().map(u64::to_string).collect();
        format!("this node has served versions {}", versions.join(", "))
    };
    let Some(current) = served.last() else {
        return Err(Failure::error("this node has not served yet, so there is nothing to go back to"));
    };
    match wanted {
        Some(version) => served
            .iter()
            .rev()
            .find(|adopted| adopted.version == version)
            .ok_or_else(|| Failure::usage(format!("--to {version}: never served here")).help(known())),
        None => served
            .iter()
            .rev()
            .find(|adopted| adopted.bundle != current.bundle)
            .ok_or_else(|| Failure::error("there is no earlier policy to go back to").help(known())),
    }
}

/// Replaces the folder's content in two renames, so that a reader sees one bundle, the other, or none at all: never a mix.
fn put_back(folder: &Path, files: &::policy::BundleFiles) -> Result<PathBuf, Failure> {
    let beside = |ending: &str| {
        let mut path = folder.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    let (new, aside) =
        (beside(".new"), (1..).map(|n| beside(&format!(".{n}.old"))).find(|path| !path.exists()));
    let Some(aside) = aside else { return Err(Failure::error("no name is free beside the policy's folder")) };
    if new.exists() {
        std::fs::remove_dir_all(&new)
            .map_err(|e| Failure::from(e).while_doing(&new.display().to_string()))?;
    }
    policy_folder::write(&new, files)?;
    let moved = |e: std::io::Error| Failure::from(e).while_doing(&folder.display().to_string());
    if folder.exists() {
        std::fs::rename(folder, &aside).map_err(moved)?;
    }
    std::fs::rename(&new, folder).map_err(moved)?;
    Ok(aside)
}
