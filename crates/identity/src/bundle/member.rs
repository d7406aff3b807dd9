//! One member of the federation: first exactly what the operator wrote, then, in one fallible step, what the
//! program needs.

use std::collections::BTreeSet;

use http::Uri;
use model::ForceId;

use super::BundleError;
use crate::anchor::Anchor;
use crate::{Serial, pem};

/// A force or partner, its authority, its desk and its endpoints.
#[derive(Debug, Clone)]
pub struct Member {
    force: ForceId,
    title: String,
    desk: String,
    authority_pem: String,
    anchors: Vec<Anchor>,
    node: Option<Uri>,
    coordinator: Option<Uri>,
    door: Option<Uri>,
    revoked: BTreeSet<Serial>,
}

/// Authority certificates of one force: the present one, and the next or the last while one follows the other.
const AUTHORITIES_MAX: usize = 3;

/// Longest title or desk, in characters: both are shown on one line.
const LINE_MAX: usize = 200;

impl Member {
    /// A member without endpoints and without revoked certificates. `authority_pem` holds the force's authority
    /// certificate, or two while one follows the other.
    pub fn new(force: ForceId, title: &str, desk: &str, authority_pem: &str) -> Result<Self, BundleError> {
        let wrong = |why: String| BundleError::Member { force: force.clone(), why };
        for (field, line) in [("title", title), ("desk", desk)] {
            if line.trim().is_empty() || line.chars().count() > LINE_MAX || line.chars().any(char::is_control)
            {
                return Err(wrong(format!("{field}: must be one line of 1 to {LINE_MAX} characters")));
            }
        }
        let ders = pem::certificates(authority_pem).map_err(|error| wrong(format!("authority: {error}")))?;
        if ders.len() > AUTHORITIES_MAX {
            return Err(wrong(format!(
                "authority: holds {} certificates; at most {AUTHORITIES_MAX} are accepted",
                ders.len()
            )));
        }
        let anchors = ders
            .iter()
            .map(|der| Anchor::read(der, &force))
            .collect::<Result<_, _>>()
            .map_err(|why| wrong(format!("its authority {why}")))?;
        Ok(Self {
            title: title.to_owned(),
            desk: desk.to_owned(),
            authority_pem: authority_pem.to_owned(),
            anchors,
            node: None,
            coordinator: None,
            door: None,
            revoked: BTreeSet::new(),
            force,
        })
    }

    /// This member with its node at `address`, such as `https://node.mps.example:7443`.
    pub fn with_node(mut self, address: &str) -> Result<Self, BundleError> {
        self.node = Some(self.endpoint("node", address)?);
        Ok(self)
    }

    /// This member with its coordinator at `address`, such as `https://ask.rocta.example:7443`.
    pub fn with_coordinator(mut self, address: &str) -> Result<Self, BundleError> {
        self.coordinator = Some(self.endpoint("coordinator", address)?);
        Ok(self)
    }

    /// This member with its coordinator's door for tools at `address`, such as `https://door.rocta.example:7444`.
    pub fn with_door(mut self, address: &str) -> Result<Self, BundleError> {
        self.door = Some(self.endpoint("door", address)?);
        Ok(self)
    }

    /// The short name.
    pub fn force(&self) -> &ForceId {
        &self.force
    }

    /// The name that people know, such as `Metropolitan Police Service`.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whom to contact after a hit.
    pub fn desk(&self) -> &str {
        &self.desk
    }

    /// The authority's certificate or certificates.
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// Where its node answers, if it has one.
    pub fn node(&self) -> Option<&Uri> {
        self.node.as_ref()
    }

    /// Where its coordinator answers, if it has one.
    pub fn coordinator(&self) -> Option<&Uri> {
        self.coordinator.as_ref()
    }

    /// Where its coordinator's door for tools is, if it has one.
    pub fn door(&self) -> Option<&Uri> {
        self.door.as_ref()
    }

    /// Serials of its certificates that count no longer.
    pub fn revoked(&self) -> &BTreeSet<Serial> {
        &self.revoked
    }

    pub(super) fn revoke(&mut self, serial: Serial) {
        self.revoked.insert(serial);
    }

    pub(crate) fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    fn endpoint(&self, field: &str, address: &str) -> Result<Uri, BundleError> {
        let wrong = || BundleError::Member {
            force: self.force.clone(),
            why: format!("{field}: must be an address such as https://node.mps.example:7443"),
        };
        let uri: Uri = address.parse().map_err(|_| wrong())?;
        let bare = matches!(uri.path_and_query().map(|rest| rest.as_str()), None | Some("/"));
        let named = uri.host().is_some_and(|host| !host.is_empty()) && !address.contains('@');
        if uri.scheme_str() == Some("https") && named && uri.port().is_some() && bare {
            Ok(uri)
        } else {
            Err(wrong())
        }
    }
}

/// A `[[member]]` as it stands in the file.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMember {
    force: ForceId,
    title: String,
    desk: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coordinator: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    door: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    revoked: BTreeSet<Serial>,
    authority: String,
}

impl TryFrom<WrittenMember> for Member {
    type Error = BundleError;

    fn try_from(written: WrittenMember) -> Result<Self, BundleError> {
        let mut member = Self::new(written.force, &written.title, &written.desk, &written.authority)?;
        if let Some(address) = &written.node {
            member = member.with_node(address)?;
        }
        if let Some(address) = &written.coordinator {
            member = member.with_coordinator(address)?;
        }
        if let Some(address) = &written.door {
            member = member.with_door(address)?;
        }
        member.revoked = written.revoked;
        Ok(member)
    }
}

impl From<&Member> for WrittenMember {
    fn from(member: &Member) -> Self {
        let written = |uri: &Uri| uri.to_string().trim_end_matches('/').to_owned();
        Self {
            force: member.force.clone(),
            title: member.title.clone(),
            desk: member.desk.clone(),
            node: member.node.as_ref().map(written),
            coordinator: member.coordinator.as_ref().map(written),
            door: member.door.as_ref().map(written),
            revoked: member.revoked.clone(),
            authority: member.authority_pem.clone(),
        }
    }
}
