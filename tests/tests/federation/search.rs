//! Hits in one, two, three forces and none; ceilings; identifiers; refused purposes.

use model::reply::LinkedLine;
use model::vocabulary::{EntityKind, ThreatCategory};
use model::{Granularity, IdentifierKind, Probe, Purpose};
use tests::Federation;
use tests::analyst::{identifier, person};

use crate::story::{three_forces, told};

#[tokio::test]
async fn each_force_answers_for_itself() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let check = async |probe: Probe, expected: [&str; 3]| {
        let answer = analyst.search(probe, Granularity::Picture).await.unwrap();
        assert_eq!(told(&answer), expected);
        assert_eq!(answer.coverage.sentence(), "3 of 3 forces answered");
    };
    check(person("Zelda", "Everywhere", "1985-03-07"), ["btp hit", "colp hit", "mps hit"]).await;
    check(person("Paul", "Pairman", "1979-11-22"), ["btp none", "colp hit", "mps hit"]).await;
    check(person("Alan", "Alone", "1960-12-01"), ["btp hit", "colp none", "mps none"]).await;
    check(person("Nora", "Nobody", "1955-05-05"), ["btp none", "colp none", "mps none"]).await;
    check(identifier(IdentifierKind::Vrm, "ab12cde"), ["btp none", "colp none", "mps hit"]).await;
    check(identifier(IdentifierKind::Vrm, "XY12CDE"), ["btp none", "colp none", "mps none"]).await;
}

#[tokio::test]
async fn the_picture_speaks_in_closed_words_and_stops_at_the_rung_that_was_asked() {
    let federation = Federation::start(three_forces()).await;
    let analyst = federation.analyst();
    let zelda = || person("Zelda Anne", "Everywhere", "1985-03-07");
    let of_mps = async |granularity| {
        let answer = analyst.search(zelda(), granularity).await.unwrap();
        answer.answers.into_iter().find(|(force, _)| force.as_str() == "mps").unwrap().1
    };
    let picture = of_mps(Granularity::Picture).await;
    let line = &picture.matches[0];
    assert_eq!((line.entity, line.count.as_str()), (EntityKind::Person, "1"));
    assert!(line.categories.contains(&ThreatCategory::Firearms), "{line:?}");
    assert_eq!(line.years, Some((2023, 2023)));
    // Linked to a firearms report of 2023 and to her car, but not to what a silent link or a silent report would tell.
    let linked = |line: &LinkedLine| {
        format!("{} {} {:?} {:?}", line.dataset, line.count, line.category.map(|c| c.as_str()), line.years)
    };
    assert_eq!(
        line.linked.iter().map(linked).collect::<Vec<_>>(),
        ["object 1 Some(\"other\") Some((2023, 2023))", "report 1 Some(\"firearms\") Some((2023, 2023))",]
    );
    assert!(picture.referral.is_none());

    let count = of_mps(Granularity::Count).await;
    assert_eq!((count.granularity, count.matches[0].categories.len()), (Granularity::Count, 0));
    let counted: Vec<String> = count.matches[0].linked.iter().map(linked).collect();
    assert_eq!(counted, ["object 1 None None", "report 1 None None"]);

    let hit = of_mps(Granularity::Hit).await;
    assert_eq!((hit.granularity, hit.hit, hit.matches.len()), (Granularity::Hit, Some(true), 0));

    let acknowledged = of_mps(Granularity::Acknowledged).await;
    assert_eq!((acknowledged.granularity, acknowledged.hit), (Granularity::Acknowledged, None));

    let referral = of_mps(Granularity::Referral).await.referral.unwrap();
    assert_eq!(referral.desk, "mps intelligence desk");
    assert_eq!(referral.reference.len(), 26);
}

#[tokio::test]
async fn the_force_sets_the_ceiling_and_says_which_rung_it_gave() {
    let federation = Federation::start(three_forces()).await;
    let mut analyst = federation.analyst();
    analyst.purpose = Purpose::Prevention;
    let answer =
        analyst.search(person("Zelda", "Everywhere", "1985-03-07"), Granularity::Referral).await.unwrap();
    let (_, mps) = answer.answers.iter().find(|(force, _)| force.as_str() == "mps").unwrap();
    assert_eq!(mps.granularity, Granularity::Count, "the MPS tells no more for prevention");
    assert!(mps.referral.is_none() && mps.hit == Some(true));
}

#[tokio::test]
async fn a_purpose_that_one_force_refuses_is_refused_there_alone() {
    let federation = Federation::start(three_forces()).await;
    let mut analyst = federation.analyst();
    analyst.purpose = Purpose::Penalties;
    let answer = analyst.search(person("Zelda", "Everywhere", "1985-03-07"), Granularity::Hit).await.unwrap();
    assert_eq!(told(&answer)[0], "btp refused not_permitted");
    assert_eq!(told(&answer)[2], "mps hit");
    assert!(!answer.coverage.is_complete());
}

#[tokio::test]
async fn a_record_marked_refer_leads_to_the_desk_without_detail() {
    let federation = Federation::start(three_forces()).await;
    let answer = federation
        .analyst()
        .search(person("Martha", "Markedly", "1970-01-31"), Granularity::Referral)
        .await
        .unwrap();
    let (_, mps) = answer.answers.iter().find(|(force, _)| force.as_str() == "mps").unwrap();
    assert_eq!((mps.hit, mps.matches.len()), (Some(true), 0));
    assert!(mps.referral.is_some());
}
