//! A door asks in an analyst's name: each node verifies what they signed beforehand and what the door signs, by its own clock
//! and its own policy, and counts it as the analyst's.

use api::v1;
use audit::{Entry, Event};
use identity::{Credentials, SignedDelegation, sign_delegated_question, sign_delegation};
use jiff::SignedDuration;
use model::{
    Ask, Dataset, Delegation, DelegationId, Granularity, Question, QuestionId, Refusal, Role, Search,
};
use policy::BundleFiles;
use tests::analyst::{person, signed, tabulation};
use tests::{Analyst, Federation, Plan};
use uuid::Uuid;

use crate::story::mps;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What the analyst signs for the door that the scenarios speak through.
fn delegation(federation: &Federation, analyst: &Analyst) -> Delegation {
    let now = federation.clock.now();
    Delegation {
        id: DelegationId(Uuid::now_v7()),
        asker: analyst.credentials.name().clone(),
        door: "spiffe://bluelamp/force/rocta/coordinator/probe".parse().unwrap(),
        purpose: analyst.purpose,
        operation: "Op Lantern".parse().unwrap(),
        legal_basis: None,
        audience: analyst.audience.clone(),
        issued_at: now,
        expires_at: now + HOUR,
        questions_max: 3,
    }
}

fn table() -> Ask {
    Ask::Tabulate(tabulation(Dataset::Event, &["category"], &["count"], None))
}

/// A question that the door puts under a delegation.
fn asked(analyst: &Analyst, ask: Ask, under: &Delegation) -> Question {
    let mut question = analyst.question(ask);
    question.circumstances.delegation = Some(under.id);
    question
}

fn given(analyst: &Analyst, delegation: &Delegation) -> SignedDelegation {
    sign_delegation(&api::delegation::encode(delegation), &analyst.credentials).unwrap()
}

fn door(federation: &Federation, id: &str) -> Credentials {
    federation.authorities.credentials("rocta", Role::Coordinator, id)
}

fn put(federation: &Federation, question: &Question, under: &SignedDelegation) -> v1::SignedQuestion {
    let bytes = api::question::encode(question);
    signed(sign_delegated_question(&bytes, under, &door(federation, "probe")).unwrap())
}

/// Sends it to the Metropolitan Police as this coordinator.
async fn send(federation: &Federation, through: &str, signed: v1::SignedQuestion) -> Result<(), Refusal> {
    let channel = federation.channel_of(through, "mps", &federation.addresses["mps"]);
    let mut node = v1::node_client::NodeClient::new(channel);
    node.tabulate(signed).await.map(drop).map_err(|status| api::status::refusal(&status).unwrap())
}

#[tokio::test]
async fn a_door_asks_in_an_analysts_name_and_every_log_says_so() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let analyst = federation.analyst();
    let under = delegation(&federation, &analyst);
    let question = asked(&analyst, table(), &under);
    let put = put(&federation, &question, &given(&analyst, &under));
    assert_eq!(send(&federation, "probe", put.clone()).await, Ok(()));
    assert_eq!(
        send(&federation, "probe", put).await,
        Err(Refusal::Replayed),
        "a door's question is answered once"
    );
    let mut told = Vec::new();
    audit::read(&federation.site("mps").join("audit/audit.log"), |entry: Entry| {
        if let Event::Decided { asker, particulars, .. } = entry.event {
            told.push((asker.unwrap(), particulars.delegated.unwrap()));
        }
    })
    .unwrap();
    let (asker, delegated) = &told[0];
    assert_eq!(asker, analyst.credentials.name());
    assert_eq!((&delegated.door, delegated.delegation), (&under.door, under.id));
}

#[tokio::test]
async fn what_the_analyst_did_not_sign_for_is_refused() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let (analyst, other) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    let under = delegation(&federation, &analyst);
    let good = given(&analyst, &under);
    let question = || asked(&analyst, table(), &under);
    let check = async |what: &str, signed: v1::SignedQuestion| {
        assert_eq!(send(&federation, "probe", signed).await, Err(Refusal::NotDelegated), "{what}");
    };
    let changed = |change: &dyn Fn(&mut Delegation)| {
        let mut changed = delegation(&federation, &analyst);
        change(&mut changed);
        put(&federation, &asked(&analyst, table(), &changed), &given(&analyst, &changed))
    };
    check("expired", changed(&|d| (d.issued_at, d.expires_at) = (d.issued_at - HOUR, d.issued_at))).await;
    check("for days", changed(&|d| d.expires_at = d.issued_at + HOUR * 48)).await;
    check(
        "for another door",
        changed(&|d| d.door = "spiffe://bluelamp/force/rocta/coordinator/2".parse().unwrap()),
    )
    .await;
    check("for another operation", changed(&|d| d.operation = "Op Other".parse().unwrap())).await;
    check("for other forces", changed(&|d| d.audience = ["colp".parse().unwrap()].into())).await;
    check("in another's name", changed(&|d| d.asker = other.credentials.name().clone())).await;

    let mut tampered = good.clone();
    tampered.bytes = api::delegation::encode(&Delegation { questions_max: 1000, ..under.clone() });
    check("tampered", put(&federation, &question(), &tampered)).await;
    let others = put(&federation, &question(), &given(&other, &under));
    assert_eq!(send(&federation, "probe", others).await, Err(Refusal::NotAuthentic), "signed by another");
    let garbage = sign_delegation(b"garbage", &analyst.credentials).unwrap();
    check("not a delegation", put(&federation, &question(), &garbage)).await;
    let search = Search { probe: person("Paul", "Pairman", "1979-11-22"), granularity: Granularity::Hit };
    let search = put(&federation, &asked(&analyst, Ask::Search(search), &under), &good);
    let channel = federation.channel("mps", &federation.addresses["mps"]);
    let refused = v1::node_client::NodeClient::new(channel).search(search).await.unwrap_err();
    assert_eq!(api::status::refusal(&refused), Some(Refusal::NotDelegated), "a search");
    let handed_on = put(&federation, &question(), &good);
    assert_eq!(
        send(&federation, "another", handed_on).await,
        Err(Refusal::NotDelegated),
        "handed on by another"
    );
    let unmarked = put(&federation, &analyst.question(table()), &good);
    check("a question that does not say that it is delegated", unmarked).await;
    let own = analyst.sign(&question());
    check("a question that says so and is signed by its asker", own).await;
    let as_analyst = v1::SignedQuestion { delegation: None, ..put(&federation, &question(), &good) };
    assert_eq!(
        send(&federation, "probe", as_analyst).await,
        Err(Refusal::NotAuthentic),
        "without a delegation"
    );
    assert_eq!(send(&federation, "probe", put(&federation, &question(), &good)).await, Ok(()));
}

#[tokio::test]
async fn it_ends_with_its_time_its_number_and_the_analysts_certificate() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let analyst = federation.analyst();
    let ask = async |under: &Delegation, analyst: &Analyst| {
        let question = Question { id: QuestionId(Uuid::now_v7()), ..asked(analyst, table(), under) };
        send(&federation, "probe", put(&federation, &question, &given(analyst, under))).await
    };
    let under = delegation(&federation, &analyst);
    for _ in 0..3 {
        assert_eq!(ask(&under, &analyst).await, Ok(()));
    }
    assert_eq!(ask(&under, &analyst).await, Err(Refusal::Limited), "three were allowed");
    let under = delegation(&federation, &analyst);
    assert_eq!(ask(&under, &analyst).await, Ok(()));
    federation.clock.advance(HOUR);
    assert_eq!(ask(&under, &analyst).await, Err(Refusal::NotDelegated), "by the node's own clock");

    let (certificate, key) = federation.authorities.issue("rocta", Role::Analyst, "9");
    let revoked = Credentials::from_pem(&certificate, &key).unwrap();
    let serial = identity::describe(&certificate).unwrap().serial;
    let mut leaver = federation.analyst_of("rocta", "9");
    leaver.credentials = std::sync::Arc::new(revoked);
    let under = delegation(&federation, &leaver);
    assert_eq!(ask(&under, &leaver).await, Ok(()));
    let bundle = identity::Bundle::clone(&federation.trust.bundle());
    federation.trust.replace(bundle.with_revoked(&"rocta".parse().unwrap(), serial).unwrap());
    assert_eq!(ask(&under, &leaver).await, Err(Refusal::NotDelegated), "the certificate is revoked");
}

#[tokio::test]
async fn a_force_may_refuse_what_doors_ask() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies/mps");
    let mut files: BundleFiles = node::policy_folder::read(&folder).unwrap();
    let forbid = "@id(\"own-hand\") forbid (principal, action == Action::\"ask\", resource) when { context.delegated };";
    files.files.insert("policies/door.cedar".to_owned(), forbid.to_owned());
    let federation = Federation::start(Plan::new().node("mps", mps()).policy("mps", files)).await;
    let analyst = federation.analyst();
    let under = delegation(&federation, &analyst);
    let put = put(&federation, &asked(&analyst, table(), &under), &given(&analyst, &under));
    assert_eq!(send(&federation, "probe", put).await, Err(Refusal::NotPermitted));
    let own = analyst.sign(&analyst.question(table()));
    assert_eq!(send(&federation, "probe", own).await, Ok(()), "what the analyst signs");
}
