//! What a bundle must hold, and what its author is told when it doesn't.

use policy::{Bundle, BundleFiles, bundle};

use crate::support::{DISCLOSURE, PERMIT_ALL, files};

/// Compiles the bundle and looks for each of `parts` in what it complains about.
fn check(files: &BundleFiles, parts: &[&str]) {
    let complaint = Bundle::compile(files).expect_err("the bundle has a fault").to_string();
    for part in parts {
        assert!(complaint.contains(part), "{part:?} is not in:\n{complaint}");
    }
}

#[test]
fn faulty_policies_are_refused_by_file_line_and_name() {
    for (policies, parts) in [
        ("permit (principal, action, resource);", &["policies/all.cedar, line 1: ", "@id"][..]),
        ("\npermit (principal action);", &["policies/all.cedar, line 2: ", "unexpected token"]),
        (
            "@id(\"a\") permit (principal, action, resource);\n@id(\"b\") permit (principal, action, resource)\nwhen { resource.colour == \"red\" };",
            &["policies/all.cedar, line 3, policy b: ", "colour"],
        ),
        (
            "@id(\"a\") permit (principal, action == Action::\"serch\", resource);",
            &["policies/all.cedar, line 1, policy a: ", "did you mean `Action::\"search\"`?"],
        ),
        (
            "@id(\"a\") permit (principal, action == Action::\"search\", resource)\nwhen { resource.assessment == \"A\" };",
            &["line 2, policy a: ", "assessment"],
        ),
        (
            "@id(\"a\") permit (principal, action, resource);\n@id(\"a\") forbid (principal, action, resource);",
            &["line 2, policy a: the @id is taken by another policy in policies/all.cedar"],
        ),
        (
            "@id(\"a\") forbid (principal, action, resource)\nwhen { context.purpose == \"investigaton\" };",
            &[
                "line 1, policy a: \"investigaton\" is not a word for purpose; did you mean \"investigation\"?",
            ],
        ),
        (
            "@id(\"a\") forbid (principal, action, resource)\nwhen { context.known == \"partly\" };",
            &["\"partly\" is not a word for known; did you mean \"part\"?"],
        ),
        (
            "@id(\"a\") forbid (principal, action, resource)\nunless { [\"hit\", \"cuont\"].contains(context.granularity) };",
            &["\"cuont\" is not a word for granularity; did you mean \"count\"?"],
        ),
        (
            "@id(\"a\") permit (principal, action == Action::\"ask\", resource == Dataset::\"evnt\");",
            &["\"evnt\" is not a word for Dataset; did you mean \"event\"?"],
        ),
        (
            "@id(\"a\") @profle(\"open\") permit (principal, action, resource);",
            &["@profle is not an annotation; did you mean \"profile\"?"],
        ),
        (
            "@id(\"a\") @profile(\"opne\") permit (principal, action, resource);",
            &["\"opne\" is not a profile of disclosure.toml; did you mean \"open\"?"],
        ),
        ("@profile(\"open\") forbid (principal, action, resource);", &["takes no @profile"]),
        ("@id(\"a\") permit (principal == ?principal, action, resource);", &["template"]),
        ("@id(\"a\") permit (principal, action, resource) when { false };", &["policy a: "]),
        ("// nothing", &["holds no policy"]),
    ] {
        check(&files(policies, &[]), parts);
    }
}

#[test]
fn faulty_files_are_refused_by_name() {
    let disclosure = |from: &str, to: &str| DISCLOSURE.replacen(from, to, 1);
    for (path, text, part) in [
        ("README.md", "".to_owned(), "README.md: does not belong in a bundle"),
        ("policies/more/a.cedar", PERMIT_ALL.to_owned(), "does not belong"),
        ("policies/a.cedar.bak", PERMIT_ALL.to_owned(), "does not belong"),
        (
            "schema.cedarschema",
            bundle::SCHEMA.replace("purpose: String", "porpoise: String"),
            "schema.cedarschema, line 61: is not equal to this product's schema",
        ),
        (
            "disclosure.toml",
            disclosure("minimum_cell", "minimum_cel"),
            "disclosure.toml, line 2: unknown key \"minimum_cel\"; did you mean \"minimum_cell\"?",
        ),
        ("disclosure.toml", disclosure("minimum_cell = 10", "minimum_cell = 4"), "fewer than 5"),
        (
            "disclosure.toml",
            disclosure("rounding_base = 5", "rounding_base = 0"),
            "rounding_base = 0 must be 1",
        ),
        ("disclosure.toml", disclosure("standard", "standing"), "[profiles.standard] is missing"),
        ("disclosure.toml", disclosure("10000", "10001"), "cells_max = 10001 must be 1 to 10000"),
        ("bundle.toml", "version = 0\nnote = \"x\"\n".to_owned(), "bundle.toml: version must be 1 or more"),
        ("bundle.toml", "version = 3\nnote = \" \"\n".to_owned(), "note must say what changed"),
        (
            "bundle.toml",
            "verison = 3\nnote = \"x\"\n".to_owned(),
            "bundle.toml, line 1: unknown key \"verison\"; did you mean \"version\"?",
        ),
        ("signatures/custodian-2.toml", signed_by_one(), "so it belongs in signatures/custodian-1.toml"),
        ("signatures/README.md", String::new(), "does not belong"),
        ("cases/a.toml", "[[case]]\nnaem = \"x\"\n".to_owned(), "cases/a.toml, line 2: unknown key \"naem\""),
    ] {
        check(&files(PERMIT_ALL, &[(path, &text)]), &[part]);
    }
    for path in ["bundle.toml", "schema.cedarschema", "disclosure.toml"] {
        let mut without = files(PERMIT_ALL, &[]);
        without.files.remove(path);
        check(&without, &[&format!("{path}: is missing")]);
    }
}

/// The file of a signature by custodian 1.
fn signed_by_one() -> String {
    let signer = "spiffe://bluelamp/force/mps/custodian/1";
    format!("signer = \"{signer}\"\nbundle = \"00\"\nsignature = \"3a0F\"\ncertificate = \"none\"\n")
}

#[test]
fn a_misspelt_word_in_a_case_names_the_nearest() {
    let case = "[[case]]\nname = \"n\"\nasker = { force = \"rocta\" }\npurpose = \"detection\"\nmode = \"search\"\n\
        probe = \"person\"\ngranularity = \"hit\"\nlabel = { provenance = \"open\" }\nexpect = [\"hit\"]\n";
    assert!(Bundle::compile(&files(PERMIT_ALL, &[("cases/a.toml", case)])).is_ok());
    for (from, to, parts) in [
        ("detection", "detecton", &["line 4: ", "did you mean \"detection\"?"][..]),
        ("\"search\"", "\"saerch\"", &["line 5: ", "did you mean \"search\"?"]),
        ("\"person\"", "\"persn\"", &["case \"n\": \"persn\" is not a probe; did you mean \"person\"?"]),
        ("\"hit\"\n", "\"hitt\"\n", &["line 7: ", "did you mean \"hit\"?"]),
        ("\"open\"", "\"opne\"", &["line 8: ", "did you mean \"open\"?"]),
        ("provenance", "provenence", &["line 8: ", "did you mean \"provenance\"?"]),
        ("[\"hit\"]", "[\"hitt\"]", &["line 9: ", "did you mean \"hit\"?"]),
        ("[\"hit\"]", "\"dennied\"", &["line 9: ", "did you mean \"denied\"?"]),
        ("[\"hit\"]", "\"table allowed\"", &["case \"n\": a search expects"]),
        ("[\"hit\"]", "[\"acknowledged\"]", &["says nothing about records"]),
        (
            "probe = \"person\"\n",
            "probe = \"vrm\"\nknown = \"prat\"\n",
            &["line 7: ", "did you mean \"part\"?"],
        ),
        ("granularity", "known = \"part\"\ngranularity", &["known = \"part\" is for identifiers"]),
        ("probe = \"person\"\n", "", &["names its probe"]),
        ("[\"hit\"]\n", "[\"hit\"]\nprofile = \"opne\"\n", &["did you mean \"open\"?"]),
    ] {
        check(&files(PERMIT_ALL, &[("cases/a.toml", &case.replacen(from, to, 1))]), parts);
    }
}

#[test]
fn the_hash_names_the_content() {
    let hash = |files: &BundleFiles| Bundle::compile(files).unwrap().hash().to_owned();
    let one = hash(&files(PERMIT_ALL, &[]));
    assert_eq!(one, hash(&files(PERMIT_ALL, &[])));
    assert!(one.len() == 64 && one.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_ne!(one, hash(&files(&format!("{PERMIT_ALL} "), &[])));
    assert_ne!(one, hash(&files(PERMIT_ALL, &[("policies/b.cedar", "")])));
    assert_ne!(one, hash(&files(PERMIT_ALL, &[("bundle.toml", "version = 2\nnote = \"x\"\n")])));
    let signed = files(PERMIT_ALL, &[("signatures/custodian-1.toml", &signed_by_one())]);
    assert_eq!(one, hash(&signed), "what is signed does not change by being signed");
    let bundle = Bundle::compile(&signed).unwrap();
    assert_eq!(bundle.signatures()[0].1.bytes(), Some(vec![0x3a, 0x0f]));
}
