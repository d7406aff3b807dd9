//! What a custodian is told of a bundle before anybody serves under it.

use policy::lint::{Severity, findings};

use crate::support::{DISCLOSURE, PERMIT_ALL, files, sample};

/// A permit that nothing is to be said of, and `rest` beside it.
fn beside(rest: &str) -> String {
    format!("@id(\"all\") @purpose(\"any\")\npermit (principal, action, resource);\n{rest}")
}

/// What is found of a bundle with these files, each as `severity lint file:line policy`.
fn found(policies: &str, rest: &[(&str, &str)]) -> Vec<String> {
    let outline = |f: policy::lint::Finding| {
        let line = f.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{} {} {}{line} {}", f.severity, f.lint, f.file, f.policy.unwrap_or_default())
            .trim_end()
            .to_owned()
    };
    findings(&files(policies, rest)).into_iter().map(outline).collect()
}

fn check(policies: &str, rest: &[(&str, &str)], expected: &[&str]) {
    // Of the two profiles of the tests' bundle nothing chooses the second.
    let found: Vec<String> =
        found(policies, rest).into_iter().filter(|f| f != "warning never_chosen disclosure.toml:5").collect();
    assert_eq!(found, expected, "{policies}");
}

#[test]
fn the_samples_are_free_of_findings() {
    for force in ["mps", "colp", "btp"] {
        assert_eq!(findings(&sample(force)), [], "{force}");
    }
}

#[test]
fn a_policy_that_can_fail_is_an_error() {
    for condition in [
        "context.hour + 9223372036854775807 > 0",
        "Asker::\"spiffe://bluelamp/force/mps/analyst/1\".force == \"mps\"",
    ] {
        let policies =
            beside(&format!("\n@id(\"x\") forbid (principal, action, resource) when {{ {condition} }};"));
        let found = found(&policies, &[]);
        assert!(
            found.contains(&"error can_fail policies/all.cedar:4 x".to_owned()),
            "{condition}: {found:?}"
        );
    }
    // A case of the validator's.
    check(
        &beside("@id(\"x\") forbid (principal, action, resource) when { principal.rank == \"staff\" };"),
        &[],
        &["error unusable policies/all.cedar:3 x"],
    );
}

#[test]
fn a_policy_that_never_applies_is_found_and_one_that_does_is_not() {
    let never = "warning never_applies policies/all.cedar:3 x";
    for (action, condition, expected) in [
        ("ask", "context.purpose == \"prevention\" && context.purpose == \"detection\"", Some(never)),
        ("ask", "context.purpose != \"prevention\" && context.purpose != \"detection\"", None),
        ("ask", "context.mode == \"tabulate\" && context.granularity == \"hit\"", Some(never)),
        ("ask", "context.mode == \"search\" && context.entity == \"none\"", Some(never)),
        ("ask", "context.known == \"part\" && context.dataset == \"person\"", Some(never)),
        ("ask", "context.known == \"part\" && context.entity == \"person\"", None),
        ("ask", "context.granularity == \"picture\" && context.requested == \"count\"", Some(never)),
        ("ask", "context.granularity == \"count\" && context.requested == \"picture\"", None),
        ("ask", "context.break_glass && context.urgency == \"routine\"", Some(never)),
        ("ask", "context.delegated && context.break_glass", Some(never)),
        ("ask", "context.delegated && context.mode == \"search\"", Some(never)),
        ("ask", "context.delegated && context.urgency == \"priority\"", Some(never)),
        ("ask", "context.delegated && context.mode == \"tabulate\"", None),
        ("ask", "!context.delegated && context.mode == \"search\"", None),
        ("search", "context.delegated", Some(never)),
        ("tabulate", "context.delegated", None),
        ("ask", "context.hour < 6 && context.hour > 20", Some(never)),
        ("ask", "context.hour < 6 || context.hour > 20", None),
        ("ask", "principal has rank && principal.rank == \"inspector\"", None),
        (
            "ask",
            "principal has rank && principal.rank == \"staff\" && principal.rank == \"sergeant\"",
            Some(never),
        ),
        ("ask", "principal.role == \"node\"", Some(never)),
        (
            "ask",
            "principal == Asker::\"spiffe://bluelamp/force/mps/analyst/1\" && principal.force == \"btp\"",
            Some(never),
        ),
        ("ask", "principal == Asker::\"spiffe://bluelamp/force/mps/analyst/1\"", None),
        ("ask", "principal.force like \"m*\" && !(principal.force like \"*s\")", None),
        ("search", "context.mode == \"tabulate\"", Some(never)),
        ("search", "context.granularity == \"acknowledged\"", Some(never)),
        ("search", "resource.disclosure_mark == \"silent\"", Some(never)),
        ("search", "resource.provenance like \"s*\"", None),
        ("search", "resource.dataset == context.dataset", None),
        ("tabulate", "resource.dataset != context.dataset", Some(never)),
        ("tabulate", "resource.retention == \"disposed\"", Some(never)),
        ("tabulate", "resource has assessment && resource.assessment == \"A\"", None),
    ] {
        let policies = beside(&format!(
            "@id(\"x\") forbid (principal, action == Action::\"{action}\", resource)\nwhen {{ {condition} }};"
        ));
        check(&policies, &[], expected.as_slice());
    }
    // What the schema's actions exclude, Cedar's validator says itself.
    let excluded = beside("@id(\"x\") forbid (principal, action == Action::\"ask\", resource is Label);");
    let found = found(&excluded, &[]);
    assert!(found.contains(&"error unusable policies/all.cedar:3 x".to_owned()), "{found:?}");
}

#[test]
fn a_permit_for_any_purpose_says_so() {
    let ask = |annotation: &str, condition: &str| {
        format!(
            "@id(\"x\") {annotation} permit (principal, action == Action::\"ask\", resource) when {{ {condition} }};"
        )
    };
    let purpose = "context.purpose == \"prevention\"";
    check(&ask("", "true"), &[], &["warning no_purpose policies/all.cedar:1 x"]);
    check(&ask("", purpose), &[], &[]);
    check(&ask("@purpose(\"any\")", "true"), &[], &[]);
    check(&ask("@purpose(\"any\")", purpose), &[], &["error unusable policies/all.cedar:1 x"]);
    check(&ask("@purpose(\"all\")", "true"), &[], &["error unusable policies/all.cedar:1 x"]);
    // Which records count is narrowed by what may be asked at all.
    check("@id(\"x\") permit (principal, action == Action::\"search\", resource);", &[], &[]);
}

#[test]
fn what_does_nothing_for_tables_is_found() {
    let disclosure = |profile: &str| format!("{DISCLOSURE}[profiles.own]\nminimum_cell = 10\n{profile}\n");
    let on = |datasets: &str| {
        beside(&format!(
            "@id(\"x\") @profile(\"own\") permit (principal, action == Action::\"tabulate\", resource)\nwhen {{ [{datasets}].contains(resource.dataset) }};"
        ))
    };
    let plain = "rounding_base = 5\nsum_base = 1";
    for (profile, datasets, expected) in [
        (plain.to_owned(), "\"person\"", None),
        (
            "rounding_base = 5\nsum_base = 100".to_owned(),
            "\"person\", \"link\"",
            Some("no_effect disclosure.toml:14"),
        ),
        ("rounding_base = 5\nsum_base = 100".to_owned(), "\"person\", \"event\"", None),
        (format!("{plain}\ndominance_percent = 10"), "\"threat\"", Some("no_effect disclosure.toml:15")),
        (format!("{plain}\nminimum_units = 2"), "\"event\"", Some("no_effect disclosure.toml:15")),
        (format!("{plain}\nminimum_units = 2"), "\"event\", \"report\"", None),
        (
            "rounding_base = 1\nsum_base = 1\nrounding = \"controlled\"".to_owned(),
            "\"event\"",
            Some("no_effect disclosure.toml:15"),
        ),
        ("rounding_base = 25\nsum_base = 1".to_owned(), "\"person\"", Some("no_effect disclosure.toml:13")),
    ] {
        let expected: Vec<String> = expected.iter().map(|rest| format!("warning {rest}")).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&on(datasets), &[("disclosure.toml", &disclosure(profile.as_str()))], &expected);
    }
    let unchosen = found(PERMIT_ALL, &[("disclosure.toml", &disclosure(plain))]);
    assert!(unchosen.contains(&"warning never_chosen disclosure.toml:11".to_owned()), "{unchosen:?}");
    let ask = beside(
        "@id(\"x\") @purpose(\"any\") @profile(\"open\") permit (principal, action == Action::\"ask\", resource);",
    );
    check(&ask, &[], &["warning no_effect policies/all.cedar:3 x"]);
    check(
        &beside("@id(\"x\") @profile(\"opne\") permit (principal, action, resource);"),
        &[],
        &["error unusable policies/all.cedar:3 x"],
    );
}

#[test]
fn limits_that_never_bind_are_found() {
    for (limits, expected) in [
        ("[asker]\nquestions_per_hour = 300\n", &[][..]),
        ("[asker]\nquestions_per_hour = 2000\n", &["warning limit_never_binds limits.toml:2"]),
        (
            "[asker]\nsubjects_per_hour = 600\nsubjects_per_day = 500\n",
            &["warning limit_never_binds limits.toml:2"],
        ),
        (
            "[asker]\nquestions_per_day = 20\nquestions_per_hour = 10\n[lockout]\nrepeats_per_day = 21\n",
            &["warning limit_never_binds limits.toml:1", "warning limit_never_binds limits.toml:5"],
        ),
        ("[asker]\nquestions_per_day = 30\nquestions_per_hour = 10\n[lockout]\nrepeats_per_day = 30\n", &[]),
        ("[break_glass]\nminutes = 1440\n", &["warning limit_never_binds limits.toml:2"]),
        ("[break_glass]\nquestions_per_day = 5000\n", &["warning limit_never_binds limits.toml:2"]),
        ("[asker]\nsubjects_per_hour = 100\n", &["warning list_never_passes disclosure.toml:9"]),
    ] {
        check(&beside(""), &[("limits.toml", limits)], expected);
    }
}

#[test]
fn a_finding_says_what_where_and_how_to_mend_it() {
    let policies = beside(
        "@id(\"x\") forbid (principal, action, resource) when { context.hour + 9223372036854775807 > 0 && context.hour > 30 };",
    );
    let found = findings(&files(&policies, &[("limits.toml", "[break_glass]\nminutes = 2000\n")]));
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("findings", said.join("\n"));
    assert_eq!(found[0].severity, Severity::Error, "the worst come first");
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(json["severity"], "error");
    assert_eq!(
        (&json["file"], &json["line"], &json["policy"]),
        (&"policies/all.cedar".into(), &3.into(), &"x".into())
    );
}
