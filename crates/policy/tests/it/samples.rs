//! The bundles that are shipped: they compile, and their cases come out as written.

use policy::Policy;

use crate::support::sample;

#[test]
fn every_case_of_the_sample_bundles_passes() {
    for force in ["mps", "colp", "btp"] {
        let results = Policy::run_cases(&sample(force)).unwrap();
        assert!(results.len() >= 12, "{force} has {} cases", results.len());
        for result in results {
            assert!(
                result.passed(),
                "{force}, {}, {:?}: expected {}, found {} by {:?}",
                result.file,
                result.name,
                result.expected,
                result.found,
                result.policies
            );
        }
    }
}

#[test]
fn a_case_that_comes_out_otherwise_says_what_was_found() {
    let mut files = sample("btp");
    let case = "[[case]]\nname = \"n\"\nasker = { force = \"rocta\" }\npurpose = \"penalties\"\nmode = \"search\"\n\
        probe = \"vrm\"\ngranularity = \"hit\"\nexpect = [\"hit\"]\n";
    files.files.insert("cases/search.toml".to_owned(), case.to_owned());
    let results = Policy::run_cases(&files).unwrap();
    assert!(!results[0].passed());
    assert_eq!((results[0].expected.as_str(), results[0].found.as_str()), ("hit", "denied"));
    assert_eq!(results[0].policies, ["btp-no-penalties"]);
}
