//! What the door refuses: statements that are no question, calls that say too little, delegations that are not their sender's,
//! and more at once than a person may hold. No force is asked of any of it.

use audit::{Entry, Event};
use identity::Credentials;
use jiff::SignedDuration;
use model::{Refusal, Role};
use tests::stub::Conduct;
use tests::tool::{Client, ask, connect, connect_with, delegation, fetch, line, rows, status, tool};
use tests::{Federation, Plan};
use tonic::Code;

use crate::story::{mps, three_forces};

const COUNT: &str = "select count(*) n from event";

/// How many questions the coordinator put to forces.
fn asked(federation: &Federation) -> usize {
    let mut asked = 0;
    audit::read(&federation.folder.path().join("rocta/audit.log"), |entry: Entry| {
        asked += usize::from(matches!(entry.event, Event::Put { .. }));
    })
    .unwrap();
    asked
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_a_way_to_say_it_and_nobody_is_asked() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let mut client = tool(&federation).await;
    for (statement, parts) in [
        ("selct 1", &["this is not SQL"][..]),
        ("", &[]),
        ("select count(*) from evnt", &["there is no table", "did you mean \"event\""]),
        ("select count(*) from other.federation.event", &["there is no table"]),
        ("select categry, count(*) from event group by 1", &["there is no column \"categry\"", "category"]),
        ("select family_name from person", &["records stay with their force", "bluelamp search"]),
        ("select family_name, count(*) from person group by 1", &["family_name"]),
        ("select * from event", &["records stay with their force"]),
        ("select count(*) from event where occurred_on >= date '2024-01-15'", &["month"]),
        ("insert into event values (1)", &["nothing is changed"]),
        ("drop table event", &["nothing is changed"]),
        ("select count(*) from event; select 1", &[]),
        ("select count(*) from event where category = $1", &[]),
    ] {
        let refused = ask(&mut client, statement).await.expect_err(statement);
        assert_eq!(refused.code(), Code::InvalidArgument, "{statement}: {refused:?}");
        for part in parts {
            assert!(
                refused.message().contains(part),
                "{statement}: {:?} does not say {part:?}",
                refused.message()
            );
        }
        let prepared = client.prepare(statement.to_owned(), None).await.map(drop).map_err(status);
        assert_eq!(prepared.unwrap_err().code(), Code::InvalidArgument, "{statement}, prepared");
    }
    let long = format!("select count(*) from event where category in ('{}')", "x".repeat(20_000));
    assert!(ask(&mut client, &long).await.unwrap_err().message().contains("longer than"));
    let updated = client.execute_update("delete from event".to_owned(), None).await.map_err(status);
    assert!(updated.unwrap_err().message().contains("nothing is changed"));
    assert_eq!(asked(&federation), 0);
}

#[tokio::test]
async fn a_million_groups_are_refused_by_each_force_and_told_as_such() {
    let federation = Federation::start(Plan::new().stub("mps", Conduct::Refuse(Refusal::TooLarge))).await;
    let refused = ask(&mut tool(&federation).await, COUNT).await.unwrap_err();
    assert!(refused.message().contains("no force answered, which is no zero"), "{refused:?}");
    assert!(refused.message().contains("too_large"), "{refused:?}");
}

#[tokio::test]
async fn a_call_that_says_too_little_names_the_header_that_is_missing() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let analyst = federation.analyst();
    let given = line(&analyst, &delegation(&federation, &analyst));
    let all = [
        ("bluelamp-purpose", "investigation"),
        ("bluelamp-operation", "Op Lantern"),
        ("bluelamp-delegation", given.as_str()),
    ];
    for missing in 0..all.len() {
        let mut client = connect(&federation, "rocta", Role::Analyst, "7").await.unwrap();
        for (name, value) in all.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, header)| header)
        {
            client.set_header(*name, *value);
        }
        let refused = ask(&mut client, COUNT).await.unwrap_err();
        let expected = format!("call header {} is missing", all[missing].0);
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains(&expected), "{:?}", refused.message());
        let prepared = client.prepare(COUNT.to_owned(), None).await.map(drop).map_err(status).unwrap_err();
        assert!(prepared.message().contains(&expected), "{:?}", prepared.message());
        // What every member may know needs no ground.
        client.get_catalogs().await.unwrap();
    }
    assert_eq!(asked(&federation), 0);
}

#[tokio::test]
async fn a_delegation_is_of_use_to_its_signer_at_its_door_in_its_time_alone() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let (seven, eight) = (federation.analyst(), federation.analyst_of("rocta", "8"));
    let sound = delegation(&federation, &seven);
    let with = async |id: &str, value: String| {
        let mut client = connect(&federation, "rocta", Role::Analyst, id).await.unwrap();
        client.set_header("bluelamp-purpose", "investigation");
        client.set_header("bluelamp-operation", "Op Lantern");
        client.set_header("bluelamp-delegation", value);
        ask(&mut client, COUNT).await
    };
    let changed = |change: &dyn Fn(&mut model::Delegation)| {
        let mut changed = sound.clone();
        change(&mut changed);
        line(&seven, &changed)
    };
    let two: model::Name = "spiffe://bluelamp/force/rocta/coordinator/2".parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    let tampered = {
        let mut signed = api::delegation::from_text(&line(&seven, &sound)).unwrap();
        let changed = model::Delegation { questions_max: 1_000, ..sound.clone() };
        signed.delegation = api::delegation::encode(&changed);
        api::delegation::to_text(&signed)
    };
    for (what, id, value, expected) in [
        (
            "another's",
            "8",
            line(&seven, &sound),
            "your certificate is of spiffe://bluelamp/force/rocta/analyst/8",
        ),
        ("signed by another", "7", line(&eight, &sound), "somebody else signed it"),
        (
            "for another door",
            "7",
            changed(&|d| d.door = two.clone()),
            "and this is spiffe://bluelamp/force/rocta/coordinator/1",
        ),
        (
            "expired",
            "7",
            changed(&|d| (d.issued_at, d.expires_at) = (d.issued_at - hour, d.issued_at)),
            "has expired",
        ),
        ("tampered", "7", tampered, "the signature does not belong"),
    ] {
        let refused = with(id, value).await.expect_err(what);
        assert_eq!(refused.code(), Code::PermissionDenied, "{what}: {refused:?}");
        assert!(
            refused.message().contains(expected),
            "{what}: {:?} does not say {expected:?}",
            refused.message()
        );
    }
    assert_eq!(asked(&federation), 0);
    assert_eq!(rows(&with("7", line(&seven, &sound)).await.unwrap()).len(), 1);
    let once = changed(&|d| {
        d.id = model::DelegationId(uuid::Uuid::now_v7());
        d.questions_max = 1;
    });
    assert_eq!(rows(&with("7", once.clone()).await.unwrap()).len(), 1);
    let refused = with("7", once).await.unwrap_err();
    assert!(refused.message().contains("mps did not (refused: limited)"), "{refused:?}");
}

#[tokio::test]
async fn only_members_analysts_of_good_standing_come_in() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    for (force, role) in [("mps", Role::Node), ("rocta", Role::Coordinator), ("rocta", Role::Custodian)] {
        assert!(comes_in(connect(&federation, force, role, "1").await).await.is_err(), "{role}");
    }
    let strangers = tests::Authorities::mint(&["rocta"]);
    let stranger = strangers.issue("rocta", Role::Analyst, "7");
    assert!(comes_in(connect_with(&federation, stranger).await).await.is_err(), "of another authority");
    let (certificate, key) = federation.authorities.issue("rocta", Role::Analyst, "9");
    let serial = Credentials::from_pem(&certificate, &key).unwrap().serial().clone();
    let mut leaver = connect_with(&federation, (certificate, key)).await.unwrap();
    leaver.get_catalogs().await.unwrap();
    let bundle = identity::Bundle::clone(&federation.trust.bundle());
    federation.trust.replace(bundle.with_revoked(&"rocta".parse().unwrap(), serial).unwrap());
    let refused = leaver.get_catalogs().await.map_err(status).unwrap_err();
    assert_eq!(
        refused.code(),
        Code::Unauthenticated,
        "the connection outlives the certificate, and is of no use"
    );
}

/// In TLS 1.3 a client learns only with its first call that it was not accepted.
async fn comes_in(connected: Result<Client, tonic::transport::Error>) -> Result<(), String> {
    let mut client = connected.map_err(|error| error.to_string())?;
    client.get_catalogs().await.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_person_holds_so_many_statements_and_no_more() {
    let plan = Plan::new().node("mps", mps()).door("statements_per_person = 2\n");
    let federation = Federation::start(plan).await;
    let mut client = tool(&federation).await;
    let first = client.execute(COUNT.to_owned(), None).await.unwrap();
    client.execute(COUNT.to_owned(), None).await.unwrap();
    let refused = client.execute(COUNT.to_owned(), None).await.map_err(status).unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    fetch(&mut client, &first).await.unwrap();
    assert!(client.execute(COUNT.to_owned(), None).await.is_ok(), "what was fetched makes room");
    let one = client.prepare(COUNT.to_owned(), None).await.unwrap();
    let _two = client.prepare(COUNT.to_owned(), None).await.unwrap();
    let refused = client.prepare(COUNT.to_owned(), None).await.map(drop).map_err(status).unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    one.close().await.unwrap();
    assert!(client.prepare(COUNT.to_owned(), None).await.is_ok());
}

#[tokio::test]
async fn a_force_that_answers_no_door_about_persons_stands_in_the_coverage() {
    let federation = Federation::start(three_forces()).await;
    let refused =
        ask(&mut tool(&federation).await, "select sex, count(*) from person group by sex").await.unwrap_err();
    assert!(refused.message().contains("colp did not (refused: not_permitted)"), "{refused:?}");
}
