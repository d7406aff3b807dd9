//! Who may connect: wrong, expired and revoked certificates, and peers that lose their standing on an open connection.

use api::v1;
use identity::{CredentialStore, Credentials, Dialler, Trust};
use jiff::SignedDuration;
use model::{Granularity, Role};
use tests::analyst::person;
use tests::{Authorities, Federation};
use tonic::transport::Endpoint;

use crate::story::{three_forces, told};

/// Whether a peer with these credentials can call MPS' node at all.
async fn can_call(federation: &Federation, trust: &Trust, credentials: Credentials) -> bool {
    let store = CredentialStore::new(credentials);
    let dialler = Dialler::new(trust.clone(), store, "mps".parse().unwrap(), Role::Node);
    let endpoint = Endpoint::from_shared(federation.addresses["mps"].clone()).unwrap();
    let channel = endpoint.connect_with_connector_lazy(identity::Connector::new(dialler));
    v1::node_client::NodeClient::new(channel).describe(v1::DescribeRequest {}).await.is_ok()
}

#[tokio::test]
async fn only_coordinators_of_members_reach_a_node() {
    let federation = Federation::start(three_forces()).await;
    let own = |role, id| federation.authorities.credentials("rocta", role, id);
    let trust = &federation.trust;
    assert!(can_call(&federation, trust, own(Role::Coordinator, "2")).await, "a coordinator may");
    assert!(!can_call(&federation, trust, own(Role::Analyst, "7")).await, "an analyst goes through one");
    let impostors = Authorities::mint(&["rocta"]);
    let impostor = impostors.credentials("rocta", Role::Coordinator, "1");
    assert!(!can_call(&federation, trust, impostor).await, "a stranger's authority");
    let two_days_ago = jiff::Timestamp::now() - SignedDuration::from_hours(48);
    let (pem, key) = federation.authorities.issue_at("rocta", Role::Coordinator, "3", two_days_ago);
    let expired = Credentials::from_pem(&pem, &key).unwrap();
    assert!(!can_call(&federation, trust, expired).await, "expired");
}

#[tokio::test]
async fn a_revoked_coordinator_is_refused_on_its_open_connection() {
    let federation = Federation::start(three_forces()).await;
    let credentials = federation.authorities.credentials("rocta", Role::Coordinator, "9");
    let serial = credentials.serial().clone();
    let store = CredentialStore::new(credentials);
    let dialler = Dialler::new(federation.trust.clone(), store, "mps".parse().unwrap(), Role::Node);
    let endpoint = Endpoint::from_shared(federation.addresses["mps"].clone()).unwrap();
    let channel = endpoint.connect_with_connector_lazy(identity::Connector::new(dialler));
    let mut client = v1::node_client::NodeClient::new(channel);
    client.describe(v1::DescribeRequest {}).await.unwrap();

    let bundle = (*federation.trust.bundle()).clone();
    federation.trust.replace(bundle.with_revoked(&"rocta".parse().unwrap(), serial).unwrap());
    let status = client.describe(v1::DescribeRequest {}).await.unwrap_err();
    assert_eq!(api::status::refusal(&status), Some(model::Refusal::NotAuthentic));
}

#[tokio::test]
async fn a_revoked_analyst_is_refused_on_their_open_connection() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let probe = || person("Paul", "Pairman", "1979-11-22");
    let before = analyst.search(probe(), Granularity::Hit).await.unwrap();
    assert_eq!(told(&before), ["btp none", "colp hit", "mps hit"]);
    let bundle = (*federation.trust.bundle()).clone();
    let serial = analyst.credentials.serial().clone();
    federation.trust.replace(bundle.with_revoked(&"rocta".parse().unwrap(), serial).unwrap());
    assert!(analyst.search(probe(), Granularity::Hit).await.is_err());
}
