//! Questions that are written wrong never leave the desk, and no error repeats a value searched for.

use crate::world::{WHY, World};

#[test]
fn a_question_without_its_lawful_ground_is_not_asked() {
    let world = World::at_rest();
    let search = ["search", "vehicle", "AB12CDE"];
    world
        .run(&search)
        .failed(2, &["error: --purpose is missing", "help: give one of prevention", "safeguarding"]);
    world
        .run(&[&search[..], &["--purpose", "detection"]].concat())
        .failed(2, &["error: --operation is missing", "Op Lantern"]);
    world
        .run(&[&search[..], &["--purpose", "detecton"]].concat())
        .failed(2, &["did you mean \"detection\"?"]);
}

#[test]
fn a_probe_that_can_not_be_right_is_caught_before_anything_is_sent() {
    let world = World::new();
    for (probe, value, part) in [
        (&["person", "--family", "Byrne", "--dob", "1984-02-30"][..], "1984-02-30", "dob"),
        (&["person", "--family", "Byrne", "--dob", "29/02/1984"], "29/02/1984", "1984-02-29"),
        (&["person", "--pnc", "01/0171310A"], "0171310A", "check letter"),
        (&["person", "--nino", "DQ123456A"], "DQ123456A", "nino"),
        (&["phone", "--imei", "490154203237519"], "490154203237519", "imei"),
        (&["account", "GB82WEST12345698765433"], "GB82WEST12345698765433", "iban"),
        (&["vehicle", "A"], "\"A\"", "vrm"),
        (
            &["vehicle", "AB1*"],
            "AB1",
            "vrm: says 11 bits and 17 are the least, so that one in 130,000 fits by chance",
        ),
        (
            &["vehicle", "QZ1*", "--make", "ford"],
            "QZ1",
            "add a character of the mark, the make or the colour",
        ),
        (&["vehicle", "--make", "ford", "--colour", "blue"], "ford", "add what was seen of the mark"),
        (&["vehicle", "*"], "\"*\"", "vrm: says 0 bits"),
        (&["vehicle", "AB12 CDE", "--colour", "?!"], "?!", "probe.colour: holds no colour"),
        (&["phone", "--last", "4521"], "4521", "phone: says 13 bits and 19 are the least"),
        (&["phone", "--last", "many"], "many", "phone: must be"),
        (&["phone", "--imei", "*54321"], "54321", "imei: says"),
        (&["email", "jo*@example.com"], "example.com", "email: can't be looked for in part"),
        (&["account", "--account-number", "5577"], "5577", "uk_account: says 11 bits"),
        (&["address", "--text", "Mithril Lane"], "Mithril", "probe.text: says 10 bits"),
        (&["address", "--postcode", "E1", "--number", "12"], "E1", "add the street"),
        (&["address", "--postcode", "E1"], "E1", "postcode: needs its second part"),
    ] {
        let ran = world.ask(&[&["search"][..], probe].concat());
        ran.failed(2, &["error: ", part, "help: nothing was sent"]);
        assert!(!ran.err.contains(value), "{}", ran.err);
        assert!(ran.out.is_empty());
    }
}

#[test]
fn a_table_question_that_does_not_fit_the_schema_names_what_would() {
    let world = World::new();
    for (table, part) in [
        (&["event", "--by", "categry"][..], "did you mean \"category\"?"),
        (&["evnt"], "did you mean \"event\"?"),
        (&["person", "--by", "family_name"], "stays with its force"),
        (&["report", "--measure", "median:loss_gbp"], "known are count"),
        (&["event", "--where", "kind in (crime, stopp)"], "did you mean \"stop\"?"),
    ] {
        world.ask(&[&["table"][..], table].concat()).failed(2, &[part]);
    }
}

#[test]
fn a_picture_says_what_it_would_ask_and_which_periods_can_not_be() {
    let world = World::new();
    let explained = world.run(&["picture", "--period", "2024-Q1", "--explain"]).out();
    assert!(explained.contains("asks 8 questions of each force. Nothing was sent."), "{explained}");
    let typed: Vec<&str> = explained.lines().filter(|line| line.contains("bluelamp table ")).collect();
    assert_eq!(typed.len(), 8);
    assert!(typed[0].ends_with("--where \"identified_on between 2024-01 and 2024-03\""), "{}", typed[0]);
    for (period, part) in [
        (&["2024-Q5"][..], "write a quarter 2024-Q1"),
        (&["2024-01-01..2024-03-30"], "2024-01-01..2024-03-31"),
        (&["2024-Q1", "--previous", "2023"], "same length"),
        (&["2024-Q1", "--previous", "2024-03..2024-05"], "shares months"),
    ] {
        world.ask(&[&["picture", "--period"][..], period].concat()).failed(2, &[part]);
    }
    World::at_rest().run(&["picture", "--period", "2024-Q1"]).failed(2, &["--purpose is missing"]);
}

#[test]
fn an_unknown_force_is_named_with_the_nearest() {
    let world = World::at_rest();
    for (forces, part) in
        [("mpss", "did you mean \"mps\"?"), ("mps,rocta", "rocta runs no node"), ("MPS", "short name")]
    {
        world.ask(&["search", "vehicle", "AB12CDE", "--forces", forces]).failed(2, &[part]);
    }
}

#[test]
fn a_desk_that_is_not_set_up_says_what_is_missing() {
    let world = World::new();
    let search = ["search", "vehicle", "AB12CDE"];
    world
        .ask(&search)
        .failed(2, &["there is no analyst.toml here", "--config", "BLUELAMP_CONFIG", "bluelamp demo"]);
    world
        .ask(&[&search[..], &["--config", "elsewhere.toml"]].concat())
        .failed(2, &["elsewhere.toml: can't be read", "help: "]);

    let world = World::at_rest();
    world.alter("analyst.toml", "coordinator", "cordinator");
    world.ask(&search).failed(2, &["analyst.toml, line 2", "did you mean \"coordinator\"?"]);
    world.alter("analyst.toml", "cordinator = \"rocta\"", "coordinator = \"mps\"");
    world.ask(&search).failed(1, &["mps runs no coordinator"]);
    world.alter("analyst.toml", "rocta/analyst-1", "mps/node-1");
    world.ask(&search).failed(1, &["only analysts ask questions"]);
}

#[test]
fn the_configuration_of_the_environment_is_used() {
    let world = World::at_rest();
    std::fs::create_dir(world.path("elsewhere")).unwrap();
    let output = world
        .command()
        .current_dir(world.path("elsewhere"))
        .env("BLUELAMP_CONFIG", world.path("analyst.toml"))
        .args(["search", "vehicle", "AB12CDE", "--forces", "mpss"])
        .args(WHY)
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("did you mean \"mps\"?"));
}

#[test]
fn an_answer_without_a_place_to_go_is_not_asked_for() {
    let world = World::at_rest();
    world
        .ask(&["table", "event", "-o", "missing/answer.csv", "--format", "csv"])
        .failed(1, &["missing/answer.csv: can't be written", "help: "]);
    world.run(&["federation", "--format", "csv"]).failed(2, &["table or json"]);
}

#[test]
fn every_command_explains_itself() {
    let world = World::new();
    for command in [
        "search",
        "search person",
        "search batch",
        "table",
        "federation",
        "node",
        "node run",
        "coordinator",
        "pki",
        "pki issue",
        "policy",
        "audit",
        "doctor",
        "linkage evaluate",
        "linkage train",
        "linkage explain",
        "synth",
        "demo",
    ] {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        assert!(world.run(&words).out().contains("Usage: bluelamp"), "{command}");
    }
    for command in
        ["search", "table", "federation", "node", "coordinator", "pki", "policy", "audit", "doctor", "synth"]
    {
        assert!(world.run(&[command, "--help"]).out().contains("Examples"), "{command}");
    }
}
