//! Where things lie in the demo's folder, and who takes part.

use std::path::{Path, PathBuf};

/// A force of the demo.
pub(crate) struct Site {
    /// Short name.
    pub(crate) force: &'static str,
    /// Full name.
    pub(crate) title: &'static str,
    /// Whom a referral names.
    pub(crate) desk: &'static str,
    /// The force's name in data.police.uk files.
    pub(crate) policeuk: &'static str,
    /// Whether its data.police.uk files hold stop and search.
    pub(crate) stops: bool,
}

/// The forces that run a node.
pub(crate) const FORCES: [Site; 3] = [
    Site {
        force: "btp",
        title: "British Transport Police",
        desk: "BTP intelligence desk",
        policeuk: "btp",
        stops: false,
    },
    Site {
        force: "colp",
        title: "City of London Police",
        desk: "CoLP intelligence desk",
        policeuk: "city-of-london",
        stops: false,
    },
    Site {
        force: "mps",
        title: "Metropolitan Police Service",
        desk: "MPS intelligence desk",
        policeuk: "metropolitan",
        stops: true,
    },
];

/// The unit that runs the coordinator and employs the analyst.
pub(crate) const ROCTA: &str = "rocta";
/// Its full name.
pub(crate) const ROCTA_TITLE: &str = "Regional organised crime threat assessment";

/// Paths inside the demo's folder.
#[derive(Debug, Clone)]
pub(crate) struct Layout(PathBuf);

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// What the folder was prepared with.
    pub(crate) fn made_with(&self) -> PathBuf {
        self.0.join("demo.toml")
    }

    pub(crate) fn authority(&self, force: &str) -> (PathBuf, PathBuf) {
        let folder = self.0.join("authorities").join(force);
        (folder.join("authority.pem"), folder.join("authority.key"))
    }

    pub(crate) fn site(&self, force: &str) -> PathBuf {
        self.0.join(force)
    }

    /// The configuration of the site's server.
    pub(crate) fn config(&self, force: &str) -> PathBuf {
        self.site(force).join(if force == ROCTA { "coordinator.toml" } else { "node.toml" })
    }

    pub(crate) fn bundle(&self, force: &str) -> PathBuf {
        self.site(force).join("federation.toml")
    }

    pub(crate) fn log(&self, force: &str) -> PathBuf {
        self.site(force).join("server.log")
    }

    pub(crate) fn analyst(&self) -> PathBuf {
        self.site(ROCTA).join("analyst.toml")
    }

    /// Certificate and key of a holder at a site: `node`, `coordinator` or `analyst`.
    pub(crate) fn credentials(&self, force: &str, holder: &str) -> (PathBuf, PathBuf) {
        let site = self.site(force);
        (site.join(format!("{holder}.pem")), site.join(format!("{holder}.key")))
    }

    /// The key of tags of a force that runs a node.
    pub(crate) fn tag_key(&self, force: &str) -> PathBuf {
        self.site(force).join("tags.key")
    }

    /// Every site that runs a server, nodes first.
    pub(crate) fn servers() -> impl Iterator<Item = &'static str> {
        FORCES.iter().map(|site| site.force).chain([ROCTA])
    }
}
