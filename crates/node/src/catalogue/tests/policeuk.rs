//! The shipped mapping for data.police.uk, over files in the same layout.

use model::Dataset;
use model::vocabulary::{Provenance, ThreatCategory};

use super::{Desk, stored, texts};

const MAPPING: &str = concat!(
    include_str!("../../../../../deploy/sources/policeuk-street.toml"),
    include_str!("../../../../../deploy/sources/policeuk-stops.toml")
);

const STREET: &str = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context";
const STOPS: &str = "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,Removal of more than just outer clothing";

fn desk() -> Desk {
    let met = format!(
        "{STREET}\n\
         m1,2024-01,Metropolitan Police Service,Metropolitan Police Service,0.129102,51.584689,On or near Nash Road,E01000028,Barking and Dagenham 001B,Burglary,Investigation complete; no suspect identified,\n\
         m2,2024-01,Metropolitan Police Service,Metropolitan Police Service,,,No Location,,,Burglary,\"Offender sent to prison, or fined\",\n"
    );
    let btp = format!(
        "{STREET}\n\
         ,2024-02,British Transport Police,British Transport Police,-0.327642,50.834380,On or near Fishersgate (Station),E01031355,Adur 003D,Other theft,,\n\
         ,2024-02,British Transport Police,British Transport Police,-0.327642,50.834380,On or near Fishersgate (Station),E01031355,Adur 003D,Drugs,,\n"
    );
    let stops = format!(
        "{STOPS}\n\
         Person search,2024-01-31T23:30:00+00:00,False,,51.509807,-0.131055,Male,18-24,Other ethnic group - Not stated,Other,Misuse of Drugs Act 1971 (section 23),Controlled drugs,Community resolution,,\n\
         Vehicle search,2024-01-01T00:01:00+00:00,False,,,,,,,,Firearms Act 1968 (section 47),Firearms,A no further action disposal,,\n"
    );
    Desk::new(&[
        ("policeuk/2024-01/2024-01-metropolitan-street.csv", met.as_bytes()),
        ("policeuk/2024-02/2024-02-btp-street.csv", btp.as_bytes()),
        ("policeuk/2024-01/2024-01-metropolitan-stop-and-search.csv", stops.as_bytes()),
    ])
}

#[tokio::test]
async fn the_shipped_mapping_reads_published_files() {
    let desk = desk();
    let (snapshot, report) = desk.prepare(MAPPING).await.unwrap();
    let report = report.unwrap();
    assert!(report.is_clean(), "{report}");
    let events = stored(&snapshot, Dataset::Event);
    for (column, expected) in [
        ("event_id", ["m1", "m2", "-", "-", "-", "-"]),
        ("kind", ["crime", "crime", "crime", "crime", "stop", "stop"]),
        ("category", ["Burglary", "Burglary", "Other theft", "Drugs", "Controlled drugs", "Firearms"]),
        ("occurred_on", ["2024-01-01", "2024-01-01", "2024-02-01", "2024-02-01", "2024-01-31", "2024-01-01"]),
        ("controller", ["mps", "mps", "btp", "btp", "mps", "mps"]),
        (
            "threat_category",
            ["acquisitive_crime", "acquisitive_crime", "other", "drugs", "drugs", "firearms"],
        ),
        (
            "location_id",
            [
                "0.129102,51.584689/E01000028",
                "-",
                "-0.327642,50.834380/E01031355",
                "-0.327642,50.834380/E01031355",
                "-0.131055,51.509807",
                "-",
            ],
        ),
        ("_entity", ["0", "1", "2", "3", "4", "5"]),
    ] {
        assert_eq!(texts(&events, column), expected, "{column}");
    }
    assert_eq!(texts(&events, "outcome")[1], "Offender sent to prison, or fined");

    let places = stored(&snapshot, Dataset::Location);
    let mut found: Vec<[String; 3]> = (0..places.num_rows())
        .map(|row| ["town", "station", "lsoa"].map(|column| texts(&places, column)[row].clone()))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [["-", "-", "-"], ["Adur", "Fishersgate", "E01031355"], ["Barking and Dagenham", "-", "E01000028"]]
    );
    assert!(snapshot.labels().iter().all(|(_, label)| label.provenance == Provenance::Open));
    assert!(snapshot.labels().iter().any(|(_, label)| label.threat_category == ThreatCategory::Firearms));
}

#[tokio::test]
async fn sensitive_columns_of_published_files_are_not_mapped() {
    let report = desk().check(MAPPING).await.unwrap();
    let unmapped = &report.sources["stops"].unmapped_columns;
    for column in ["Self-defined ethnicity", "Officer-defined ethnicity", "Gender", "Age range"] {
        assert!(unmapped.iter().any(|name| name == column), "{column}");
    }
}
