//! SQL at the command line: what is refused before anything is sent, what `--explain` shows, and a whole statement over the
//! demo's forces in every format.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::demo::Up;
use crate::world::{WHY, World};

#[test]
fn a_statement_that_can_not_be_asked_says_how_to_say_it_and_sends_nothing() {
    let world = World::new();
    for (statement, parts) in [
        (
            "select * from person",
            &[
                "error: records of person can't be listed",
                "help: records stay with their force: aggregate, or use `bluelamp search`",
            ][..],
        ),
        ("select count(*) from persn", &["did you mean \"person\"?"]),
        ("select count(*) from report where risk_score > 15", &["told in steps of 10"]),
        ("drop table person", &["drop is not answered"]),
    ] {
        let ran = world.ask(&["sql", statement]);
        ran.failed(2, parts);
        assert!(ran.out.is_empty());
    }
    world.run(&["sql", "select count(*) from person"]).failed(2, &["--purpose is missing"]);
    world.ask(&["sql", "select count(*) from person"]).failed(2, &["there is no analyst.toml here"]);
}

#[test]
fn explain_needs_no_ground_and_no_coordinator() {
    let world = World::at_rest();
    let told = world
        .run(&["sql", "--explain", "select sex, count(*) n from person group by sex order by n desc"])
        .out();
    assert_eq!(
        told,
        "question 1 to mps:\n  table person --by sex --measure count\n\
         finished here, over what the forces release:\n  order by n desc\n"
    );
}

fn ask(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bluelamp"));
    command.arg("sql").args(arguments).args(WHY).arg("--config").arg(folder.join("rocta/analyst.toml"));
    let mut asking =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    asking.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    asking.wait_with_output().unwrap()
}

fn out(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_statement_is_answered_in_every_format_and_several_come_from_stdin() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sites");
    let mut up = Up::start(&folder);
    let statement = "select category, count(*) n from event group by category order by n desc limit 3";
    let read = out(ask(&folder, &[statement], ""));
    assert!(read.starts_with("category") && read.ends_with("3 of 3 forces answered\n"), "{read}");
    let json: Value = serde_json::from_str(&out(ask(&folder, &[statement, "--format", "json"], ""))).unwrap();
    assert_eq!((json["rows"].as_array().unwrap().len(), &json["status"][0][1]), (3, &Value::from("exact")));
    assert_eq!(json["coverage"]["answered"], 3);
    let csv = out(ask(&folder, &[statement, "--format", "csv"], ""));
    assert!(csv.starts_with("# coverage: 3 of 3 forces answered\ncategory,n,n_status\n"), "{csv}");
    let file = home.path().join("answer.parquet");
    out(ask(&folder, &[statement, "--format", "parquet", "-o", file.to_str().unwrap()], ""));
    assert!(std::fs::read(file).unwrap().starts_with(b"PAR1"));

    let two = "select count(*) from event; -- and\nselect kind, count(*) from event where kind = 'crime' group by kind;";
    assert_eq!(out(ask(&folder, &[], two)).matches("3 of 3 forces answered").count(), 2);
    let none = ask(&folder, &[], " -- nothing\n");
    assert_eq!(none.status.code(), Some(2), "{}", String::from_utf8_lossy(&none.stderr));
    let third = ask(&folder, &["--forces", "mps", "select count(*) from event where force = 'btp'"], "");
    assert_eq!(third.status.code(), Some(2));
    up.child.kill().unwrap();
    up.child.wait().unwrap();
}
