//! Things known in part or in other words: marks half seen, last digits, accounts, mailboxes, trading names, addresses.
//! What says too little is refused by every force, whatever the desk let through; silent things stay silent.

use model::probe::{AddressProbe, OrganisationProbe, PartialProbe};
use model::vocabulary::EntityKind;
use model::{Granularity, IdentifierKind, Probe, Refusal, Yardstick};
use serde_json::json;
use tests::analyst::identifier;
use tests::{Federation, Plan, Records};

use crate::story::{all_refuse, told};

/// MPS holds a blue Ford, a phone, an account, a mailbox, a company and a house; CoLP holds a red Ford with a mark
/// one character off and the account inside an IBAN; BTP holds a silver car that is silent, and a house in Thirsk.
fn things() -> Plan {
    let object = |id: &str, kind: &str, make: &str, colour: &str| json!({ "object_id": id, "kind": kind, "make": make, "colour": colour });
    let mps = Records::new()
        .with("object", object("C1", "vehicle", "FORD FOCUS", "Dark Blue"))
        .identifier(("object", "C1"), "vrm", "AB12 CDE", json!({}))
        .with("object", object("T1", "phone", "", ""))
        .identifier(("object", "T1"), "phone", "07700 900123", json!({}))
        .identifier(("object", "T1"), "imei", "490154203237518", json!({}))
        .with("object", object("A1", "account", "", ""))
        .identifier(("object", "A1"), "uk_account", "12-34-56 98765432", json!({}))
        .with("object", object("E1", "email", "", ""))
        .identifier(("object", "E1"), "email", "jo.bloggs+shop@example.com", json!({}))
        .with(
            "organisation",
            json!({ "organisation_id": "G1", "name": "Brightway 12 Ltd t/a Golden Nails", "postcode": "M1 1AE" }),
        )
        .with(
            "location",
            json!({ "location_id": "P1", "uprn": "100023336956", "address": "Flat 2, 12 Mill Lane", "town": "Ripon",
                    "postcode": "HG4 1AB" }),
        );
    let colp = Records::new()
        .with("object", object("C2", "vehicle", "Ford", "Red"))
        .identifier(("object", "C2"), "vrm", "A812 CDE", json!({}))
        .with("object", object("A2", "account", "", ""))
        .identifier(("object", "A2"), "iban", "GB82 WEST 1234 5698 7654 32", json!({}));
    let silent = json!({ "disclosure_mark": "silent" });
    let btp = Records::new()
        .with("object", object("C3", "vehicle", "Ford", "Silver"))
        .identifier(("object", "C3"), "vrm", "AB13 CFE", silent)
        .with("location", json!({ "location_id": "P2", "address": "12 Mill Lane", "town": "Thirsk" }));
    Plan::new().node("mps", mps).node("colp", colp).node("btp", btp)
}

fn seen(pattern: &str, make: Option<&str>, colour: Option<&str>) -> Probe {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let (kind, pattern) = (IdentifierKind::Vrm, pattern.to_owned());
    Probe::Partial(PartialProbe { kind, pattern, make: own(make), colour: own(colour) })
}

fn part(kind: IdentifierKind, pattern: &str) -> Probe {
    Probe::Partial(PartialProbe { kind, pattern: pattern.to_owned(), make: None, colour: None })
}

fn address(postcode: Option<&str>, number: Option<&str>, text: Option<&str>) -> Probe {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Probe::Address(AddressProbe { postcode: own(postcode), number: own(number), text: own(text) })
}

fn organisation(name: &str) -> Probe {
    Probe::Organisation(OrganisationProbe { name: name.to_owned(), postcode: None })
}

#[tokio::test]
async fn things_are_found_by_what_is_known_of_them() {
    let federation = Federation::start(things()).await;
    let analyst = federation.analyst();
    for (probe, holders) in [
        (seen("AB1* C?E", None, None), &["mps"][..]),
        (seen("AB1* C?E", Some("ford"), Some("blue")), &["mps"]),
        (seen("AB12 CDE", None, None), &["colp", "mps"]),
        (seen("*CDE", Some("Ford"), Some("blue")), &["mps"]),
        (seen("ZZ1* Z?Z", None, None), &[]),
        (part(IdentifierKind::Phone, "*900123"), &["mps"]),
        (part(IdentifierKind::Phone, "*900124"), &[]),
        (identifier(IdentifierKind::Imei, "49015420323751"), &["mps"]),
        (part(IdentifierKind::UkAccount, "*98765432"), &["colp", "mps"]),
        (identifier(IdentifierKind::UkAccount, "123456 98765432"), &["colp", "mps"]),
        (identifier(IdentifierKind::Iban, "GB82WEST12345698765432"), &["colp", "mps"]),
        (identifier(IdentifierKind::Email, "jo.bloggs@example.com"), &["mps"]),
        (identifier(IdentifierKind::Uprn, "100023336956"), &["mps"]),
        (organisation("Golden Nails Limited"), &["mps"]),
        (organisation("BRIGHTWAY 12 LTD."), &["mps"]),
        (address(Some("hg41ab"), Some("12"), None), &["mps"]),
        (address(None, None, Some("12 Mill Ln, Ripon")), &["mps"]),
        (address(None, Some("12"), Some("Mill Lane, Thirsk")), &["btp"]),
        (address(None, None, Some("14 Mill Lane, Ripon")), &[]),
    ] {
        let shown = format!("{probe:?}");
        let answer = analyst.search(probe, Granularity::Picture).await.unwrap();
        let hits: Vec<String> = told(&answer)
            .into_iter()
            .filter_map(|line| line.strip_suffix(" hit").map(str::to_owned))
            .collect();
        assert_eq!(hits, holders, "{shown}: {:?}", told(&answer));
        assert!(answer.coverage.is_complete(), "{shown}");
    }
}

#[tokio::test]
async fn a_match_says_what_it_is_and_how_sure() {
    let federation = Federation::start(things()).await;
    let analyst = federation.analyst();
    for (probe, force, entity, confidence) in [
        (seen("AB12 C?E", Some("ford"), Some("blue")), "mps", EntityKind::Vehicle, Yardstick::AlmostCertain),
        (identifier(IdentifierKind::Vrm, "AB12 CDE"), "mps", EntityKind::Vehicle, Yardstick::AlmostCertain),
        (part(IdentifierKind::Phone, "*900123"), "mps", EntityKind::Phone, Yardstick::AlmostCertain),
        (
            identifier(IdentifierKind::Email, "jo.bloggs@example.com"),
            "mps",
            EntityKind::Email,
            Yardstick::HighlyLikely,
        ),
        (
            identifier(IdentifierKind::UkAccount, "12345698765432"),
            "colp",
            EntityKind::Account,
            Yardstick::AlmostCertain,
        ),
        (address(Some("HG4 1AB"), Some("12"), None), "mps", EntityKind::Location, Yardstick::AlmostCertain),
    ] {
        let shown = format!("{probe:?}");
        let answer = analyst.search(probe, Granularity::Picture).await.unwrap();
        let (_, reply) = answer.answers.iter().find(|(name, _)| name.as_str() == force).unwrap();
        let lines: Vec<_> = reply.matches.iter().map(|line| (line.entity, line.confidence)).collect();
        assert_eq!(lines, [(entity, confidence)], "{shown}");
    }
}

#[tokio::test]
async fn what_says_too_little_is_refused_by_every_force() {
    let federation = Federation::start(things()).await;
    let analyst = federation.analyst();
    for probe in [
        seen("*", None, None),
        seen("AB*", Some("ford"), None),
        seen("", None, None),
        part(IdentifierKind::Phone, "*0123"),
        part(IdentifierKind::Email, "jo*"),
        address(None, None, Some("Mill Lane")),
        address(None, None, None),
    ] {
        let shown = format!("{probe:?}");
        let answer = analyst.search(probe, Granularity::Hit).await.unwrap();
        assert_eq!(told(&answer), all_refuse(Refusal::Malformed), "{shown}");
    }
}

#[tokio::test]
async fn a_silent_thing_is_as_good_as_none_to_a_pattern() {
    let federation = Federation::start(things()).await;
    let analyst = federation.analyst();
    let of_btp = async |probe| {
        let answer = analyst.search(probe, Granularity::Referral).await.unwrap();
        answer.answers.into_iter().find(|(force, _)| force.as_str() == "btp").unwrap().1
    };
    let silent = of_btp(seen("AB13 C?E", Some("ford"), Some("silver"))).await;
    let none = of_btp(seen("XY13 C?E", Some("ford"), Some("silver"))).await;
    assert_eq!(silent, none);
    assert_eq!(silent.hit, Some(false));
}
