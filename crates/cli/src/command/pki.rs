//! The commands `bluelamp pki …`: a force's authority, the certificates it issues, and the federation bundle.
//! A key that exists is never overwritten unless that is asked for.

mod bundle;
mod certificate;
mod show;
mod tag_key;

use std::path::PathBuf;

use identity::Serial;
use identity::files::Existing;
use model::vocabulary::{Rank, Vetting};
use model::{ForceId, Name, Role, Unit};

use crate::exit::{Exit, Failure};

const EXAMPLES: &str = "\
Examples, for a federation of two:
  bluelamp pki init --force mps --dir mps-authority
  bluelamp pki issue --authority mps-authority --role node --id 1 --out mps
  bluelamp pki bundle --out federation.toml --force mps --authority mps-authority \\
      --title \"Metropolitan Police Service\" --desk \"MPS Intelligence, 020 7946 0000\" --node https://node.mps.example:7443
  bluelamp pki bundle --out federation.toml --force rocta --authority rocta-authority.pem \\
      --title \"London ROCTA\" --desk \"ROCTA desk\" --coordinator https://ask.rocta.example:7443
  bluelamp pki show federation.toml
  bluelamp pki tag-key --out tags.key
  bluelamp pki revoke --bundle federation.toml --force mps --serial 4f2a…

Each force keeps its authority's key to itself; what forces exchange is the bundle.";

/// Options of `bluelamp pki`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
enum Action {
    /// Make a force's authority: authority.pem to exchange, authority.key to keep
    Init(InitArguments),
    /// Issue a certificate and a key: ROLE-ID.pem and ROLE-ID.key
    Issue(IssueArguments),
    /// Issue a certificate and a key for a host's name, which a coordinator's door shows to tools: door.pem and door.key
    Host(HostArguments),
    /// Add a member to a federation bundle, or make a new one
    Bundle(BundleArguments),
    /// Describe a certificate or a bundle
    Show {
        /// A certificate (PEM) or a federation bundle (TOML)
        file: PathBuf,
    },
    /// Mint the key by which member forces notice the same person; no coordinator may hold it
    TagKey {
        /// The key's file, which its owner alone can read
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Overwrite a key that exists; every member force must then be given the new one
        #[arg(long)]
        replace: bool,
    },
    /// Revoke a certificate in a bundle
    Revoke {
        /// The bundle
        #[arg(long, value_name = "FILE")]
        bundle: PathBuf,
        /// The force whose certificate it is
        #[arg(long, value_name = "FORCE")]
        force: ForceId,
        /// The certificate's serial, as `bluelamp pki show` prints it
        #[arg(long, value_name = "HEX")]
        serial: Serial,
    },
}

/// Options of `bluelamp pki init`.
#[derive(clap::Args)]
struct InitArguments {
    /// The force
    #[arg(long, value_name = "FORCE")]
    force: ForceId,
    /// Folder for the certificate and the key; made for you alone where it does not exist
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Days that the authority is valid
    #[arg(long, default_value_t = 3650, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Overwrite an authority that exists; everything it issued must then be issued anew
    #[arg(long)]
    replace: bool,
}

/// Options of `bluelamp pki issue`.
#[derive(clap::Args)]
struct IssueArguments {
    /// Folder of the authority
    #[arg(long, value_name = "DIR")]
    authority: PathBuf,
    /// The holder's name, such as spiffe://bluelamp/force/mps/node/1
    #[arg(long, value_name = "URI", conflicts_with_all = ["role", "id"], required_unless_present = "role")]
    name: Option<Name>,
    /// The holder's role in the authority's force: node, coordinator or analyst
    #[arg(long, value_name = "ROLE", requires = "id")]
    role: Option<Role>,
    /// What tells holders of one role apart, such as 1
    #[arg(long, value_name = "ID", requires = "role")]
    id: Option<String>,
    /// The analyst's unit, such as economic-crime; policies of other forces see what their certificate says of them
    #[arg(long, value_name = "UNIT")]
    unit: Option<Unit>,
    /// The analyst's rank, such as staff, constable or inspector
    #[arg(long, value_name = "RANK")]
    rank: Option<Rank>,
    /// The highest vetting that the analyst holds: rv, mv, ctc, sc or dv
    #[arg(long, value_name = "LEVEL")]
    vetting: Option<Vetting>,
    /// Folder for the certificate and the key
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Days that the certificate is valid
    #[arg(long, default_value_t = 90, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Overwrite a certificate and a key that exist
    #[arg(long)]
    replace: bool,
}

/// Options of `bluelamp pki host`.
#[derive(clap::Args)]
struct HostArguments {
    /// Folder of the authority
    #[arg(long, value_name = "DIR")]
    authority: PathBuf,
    /// The names and addresses that tools call it by, such as door.rocta.example,10.0.0.7
    #[arg(long = "host", value_delimiter = ',', required = true, value_name = "HOSTS")]
    hosts: Vec<String>,
    /// Folder for the certificate and the key
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Days that the certificate is valid
    #[arg(long, default_value_t = 90, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Overwrite a certificate and a key that exist
    #[arg(long)]
    replace: bool,
}

/// Options of `bluelamp pki bundle`.
#[derive(clap::Args)]
struct BundleArguments {
    /// The bundle; a member is added to one that exists
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The member's short name
    #[arg(long, value_name = "FORCE")]
    force: ForceId,
    /// The member's authority.pem, or the folder that holds it
    #[arg(long, value_name = "FILE")]
    authority: PathBuf,
    /// The name that people know
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// Whom to contact after a hit
    #[arg(long, value_name = "TEXT")]
    desk: String,
    /// Where its node answers, such as https://node.mps.example:7443
    #[arg(long, value_name = "URL")]
    node: Option<String>,
    /// Where its coordinator answers
    #[arg(long, value_name = "URL")]
    coordinator: Option<String>,
    /// Where its coordinator's door for tools is
    #[arg(long, value_name = "URL")]
    door: Option<String>,
    /// Replace the member's entry where it has one; its revoked certificates stay revoked
    #[arg(long)]
    replace: bool,
}

/// Makes, issues, adds, shows or revokes.
pub(crate) fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.action {
        Action::Init(arguments) => certificate::init(&arguments),
        Action::Issue(arguments) => certificate::issue(&arguments),
        Action::Host(arguments) => certificate::host(&arguments),
        Action::Bundle(arguments) => bundle::add(&arguments),
        Action::Show { file } => show::show(&file),
        Action::TagKey { out, replace } => tag_key::mint(&out, existing(replace)),
        Action::Revoke { bundle, force, serial } => bundle::revoke(&bundle, &force, serial),
    }
}

fn existing(replace: bool) -> Existing {
    if replace { Existing::Replace } else { Existing::Keep }
}
