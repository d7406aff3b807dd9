//! What custodians do with a policy before anybody is asked under it.

use crate::world::{World, copy_policy};

/// Two rules that look at hardly anything.
const SHORT: &str = r#"@id("ask") permit (principal, action == Action::"ask", resource) when { context.purpose == "prevention" };
@id("records") permit (principal, action in [Action::"search", Action::"tabulate"], resource);
"#;

/// A world with a sample policy in it.
fn world() -> World {
    let world = World::new();
    copy_policy(&world.path("policy"));
    world
}

#[test]
fn a_question_is_walked_through_before_anybody_asks_it() {
    let world = world();
    let explain = |rest: &[&str]| {
        let ask = ["policy", "explain", "policy", "--force", "rocta", "--purpose", "prevention"];
        world.run(&[&ask[..], rest].concat())
    };
    let said = explain(&["--search", "vrm", "--part", "--vetting", "sc", "--granularity", "count"]).out();
    for part in [
        "principal.vetting     sc",
        "context.known         part",
        "mps-ask-prevention-count (policies/ask.cedar)",
        "an answer on rung count\n",
    ] {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    assert!(explain(&["--table", "event"]).out().contains("counted, alone under profile open"));
    explain(&["--search", "persn"]).failed(2, &["did you mean \"person\"?"]);
    explain(&["--search", "person", "--hour", "24"]).failed(2, &["must be 0 to 23"]);
    explain(&[]).failed(2, &["--search"]);
    explain(&["--search", "person", "--table", "event"]).failed(2, &["cannot be used with"]);
}

#[test]
fn a_bundle_is_checked_for_what_is_odd_about_it() {
    let world = world();
    let plain = world.run(&["policy", "check", "policy", "--deny-warnings"]).out();
    assert!(plain.contains("can be used") && !plain.contains("warning"), "{plain}");
    world.alter("policy/limits.toml", "questions_per_hour = 300", "questions_per_hour = 3000");
    let warned = world.run(&["policy", "check", "policy"]).out();
    assert!(
        warned.contains("warning: limits.toml, line 6: [asker] questions_per_hour = 3000 never binds"),
        "{warned}"
    );
    assert!(warned.contains("0 errors, 1 warnings"), "{warned}");
    world.run(&["policy", "check", "policy", "--deny-warnings"]).failed(1, &["warnings are denied"]);
    let json: serde_json::Value =
        serde_json::from_str(&world.run(&["policy", "check", "policy", "--format", "json"]).out()).unwrap();
    assert_eq!(json["findings"][0]["lint"], "limit_never_binds");
    assert_eq!(json["findings"][0]["line"], 6);
    assert_eq!(json["usable"], true);

    let file = "policy/policies/search.cedar";
    let broken =
        "@id(\"x\") forbid (principal, action, resource) when { context.hour + 9223372036854775807 > 0 };";
    world.write(file, &format!("{}{broken}\n", world.read(file)));
    let ran = world.run(&["policy", "check", "policy"]);
    ran.failed(1, &["can fail"]);
    assert!(ran.out.contains("policy x: arithmetic can overflow"), "{}", ran.out);
    let sign = ["policy", "sign", "policy", "--certificate", "mps/node-1.pem", "--key", "mps/node-1.key"];
    world.run(&sign).failed(1, &["can fail"]);
}

#[test]
fn columns_that_a_node_maps_without_a_use_are_found() {
    let world = World::at_rest();
    copy_policy(&world.path("policy"));
    world.write("places.csv", "place,town,east\np1,Camden,529000\n");
    let source = r#"
[source.places]
format = "csv"
paths = ["places.csv"]
[[view]]
dataset = "location"
sql = "select place as location_id, town, east as easting from places"
"#;
    world.write("node.toml", &(world.read("node.toml") + source));
    let check = ["policy", "check", "policy", "--config", "node.toml"];
    let idle = "warning: node.toml: location has columns without a use: easting: no search looks into them";
    let said = world.run(&check).out();
    assert!(said.contains(idle) && said.contains("0 errors, 1 warnings"), "{said}");
    world
        .run(&[&check[..], &["--deny-warnings"]].concat())
        .failed(1, &["warnings are denied", "leave them out"]);
    let said = world.run(&["node", "check", "--config", "node.toml"]).out();
    assert!(said.contains(idle), "{said}");

    // A dataset that nobody may ask about has no use at all.
    world.alter("policy/policies/tabulate.cedar", "when {", "when { resource.dataset != \"location\" &&");
    world.alter("policy/policies/search.cedar", "when {", "when { resource.dataset != \"location\" &&");
    let said = world.run(&check).out();
    assert!(said.contains("location has no use: no permit lets its records into an answer"), "{said}");

    world.alter("node.toml", "town, east as", "town, eats as");
    world.run(&check).failed(1, &["no column \"eats\"", "did you mean"]);
    world.run(&["policy", "check", "policy", "--config", "nod.toml"]).failed(2, &["nod.toml"]);
}

#[test]
fn what_a_draft_changes_is_told_before_it_is_served() {
    let world = World::at_rest();
    for folder in ["policy", "draft"] {
        copy_policy(&world.path(folder));
        // Few facts, so that few situations have to be tried.
        for gone in ["search", "tabulate"] {
            std::fs::remove_file(world.path(&format!("{folder}/policies/{gone}.cedar"))).unwrap();
            std::fs::remove_file(world.path(&format!("{folder}/cases/{gone}.toml"))).unwrap();
        }
        world.write(&format!("{folder}/policies/ask.cedar"), SHORT);
    }
    let same = world.run(&["policy", "diff", "policy", "draft", "--exit-code"]).out();
    assert!(same.contains("Nothing is decided otherwise."), "{same}");
    world.alter("draft/policies/ask.cedar", "prevention", "penalties");
    world.alter("draft/disclosure.toml", "minimum_cell = 10", "minimum_cell = 12");
    let ran = world.run(&["policy", "diff", "policy", "draft", "--exit-code"]);
    assert_eq!(ran.code, 6, "{}", ran.err);
    for part in ["narrower", "prevention", "refused: not_permitted", "profiles.standard.minimum_cell"] {
        assert!(ran.out.contains(part), "{part:?} is not in:\n{}", ran.out);
    }
    let json = world.run(&["policy", "diff", "policy", "draft", "--format", "json"]).out();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["changes"].as_array().unwrap().iter().any(|change| change["direction"] == "wider"));
    world.run(&["policy", "diff", "7", "draft"]).failed(2, &["no such folder", "--config"]);
    world
        .run(&["policy", "diff", "7", "draft", "--config", "node.toml"])
        .failed(2, &["has served no version 7"]);
}
