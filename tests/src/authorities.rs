//! Each force's own authority, minted for one test run, and the credentials that it issues.

use std::collections::BTreeMap;

use identity::{Authority, Bundle, Credentials, Member, SecretPem};
use jiff::{SignedDuration, Timestamp};
use model::{ForceId, Name, Role};

pub struct Authorities {
    held: BTreeMap<ForceId, Authority>,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Authorities {
    pub fn mint(forces: &[&str]) -> Self {
        identity::install_default();
        let mint = |force: &&str| {
            let force: ForceId = force.parse().unwrap();
            let authority = Authority::mint(&force, Timestamp::now(), DAY * 30).unwrap();
            (force, authority)
        };
        Self { held: forces.iter().map(mint).collect() }
    }

    pub fn of(&self, force: &str) -> &Authority {
        &self.held[&force.parse::<ForceId>().unwrap()]
    }

    /// Certificate and key of `id` in `role` at `force`.
    pub fn issue(&self, force: &str, role: Role, id: &str) -> (String, SecretPem) {
        self.issue_at(force, role, id, Timestamp::now())
    }

    /// The same, issued at another time, for a day.
    pub fn issue_at(&self, force: &str, role: Role, id: &str, at: Timestamp) -> (String, SecretPem) {
        let name = Name::new(force.parse().unwrap(), role, id).unwrap();
        let issued = self.of(force).issue(&name, at, DAY).unwrap();
        (issued.certificate_pem, issued.key_pem)
    }

    pub fn credentials(&self, force: &str, role: Role, id: &str) -> Credentials {
        let (certificate, key) = self.issue(force, role, id);
        Credentials::from_pem(&certificate, &key).unwrap()
    }

    /// A bundle of every force, with a node where `nodes` names its address.
    pub fn bundle(&self, nodes: &BTreeMap<String, String>, coordinator: Option<&str>) -> Bundle {
        let members = self.held.values().map(|authority| {
            let force = authority.force().clone();
            let title = format!("Force {force}");
            let desk = format!("{force} intelligence desk");
            let mut member = Member::new(force.clone(), &title, &desk, authority.certificate_pem()).unwrap();
            if let Some(address) = nodes.get(force.as_str()) {
                member = member.with_node(address).unwrap();
            }
            if let Some(address) = coordinator.filter(|_| force.as_str() == "rocta") {
                member = member.with_coordinator(address).unwrap();
            }
            member
        });
        Bundle::new(members.collect()).unwrap()
    }
}
