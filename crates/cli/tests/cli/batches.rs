//! Lists of subjects from a file to an answer: broken rows, an interruption, a force that comes too late, and what is
//! written wrong before anything is sent.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::demo::{Up, demo, until};
use crate::world::{WHY, World};

const LIST: &str = "ref,kind,given_names,family_name,dob,value\n\
    one,,Zebedee,Thistlewick,1985-03-07,\n\
    two,person,Leopold,Snapdragon,1974-09-05,\n\
    broken,person,Ottoline,Marrowgate,1979-11-31,\n\
    three,vrm,,,,BL49 AMP\n\
    four,person,Ottoline,Marrowgate,1979-11-22,\n\
    five,person,Peregrine,Quillfeather,1991-06-30,\n\
    six,phone,,,,020 7946 0461\n";

/// `bluelamp search batch …` at the demo's desk, two subjects to a question.
fn batch(home: &Path, list: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bluelamp"));
    command.current_dir(home).args(["search", "batch", list]).args(WHY).args(more);
    if !more.contains(&"--resume") {
        command.args(["--chunk", "2"]);
    }
    command.args(["--config", "sites/rocta/analyst.toml"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(output: &Output, code: i32, parts: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for part in parts {
        assert!(told.contains(part), "{part:?} is missing from {told}");
    }
}

/// The answer as JSON, without the names of the questions that brought it, and how many those were.
fn told(output: &Output) -> (Value, usize) {
    let mut answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let questions = answer.as_object_mut().unwrap().remove("query_ids").unwrap();
    (answer, questions.as_array().unwrap().len())
}

fn hits(subject: &Value) -> Vec<&str> {
    let answers = subject["answers"].as_array().unwrap().iter();
    answers.filter(|answer| answer["hit"] == true).map(|answer| answer["force"].as_str().unwrap()).collect()
}

fn kept(state: &Path) -> usize {
    fs::read_to_string(state).map_or(0, |text| text.lines().count().saturating_sub(1))
}

fn interrupt(mut asking: Child, state: &Path) {
    until("the first answers are kept", || kept(state) > 0);
    asking.kill().unwrap();
    asking.wait().unwrap();
}

#[test]
fn a_list_is_answered_row_by_row_and_an_interrupted_run_goes_on_to_the_same_answer() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let sites = home.join("sites");
    let prepared = demo(&sites).arg("--exit").output().unwrap();
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    // MPS takes a second for each subject, so that a run can be caught between two questions.
    let config = sites.join("mps/node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let slow = text
        .replace("search_time_bucket_us = 500\n", "search_time_bucket_us = 1000000\n")
        .replace("lookup_time_bucket_us = 100\n", "lookup_time_bucket_us = 1000000\n");
    fs::write(&config, slow).unwrap();
    fs::write(home.join("list.csv"), LIST).unwrap();
    let mut up = Up::start(&sites);
    let (list, state) = ("list.csv", home.join("list.csv.state"));

    let whole = batch(home, list, &["--format", "json"]).output().unwrap();
    let broken = "note: list.csv, line 4: dob: is not a date that the calendar has";
    ended(&whole, 3, &[broken, "2 of 6 subjects asked about", "6 of 6 subjects", "3 of 3 forces answered"]);
    assert!(!state.exists(), "a run that has ended leaves nothing");
    let (answer, questions) = told(&whole);
    assert_eq!(questions, 3);
    let subjects = answer["subjects"].as_array().unwrap();
    let lines: Vec<_> = subjects.iter().map(|s| (s["subject"].clone(), s["ref"].clone())).collect();
    let expected =
        [(2, "one"), (3, "two"), (4, "broken"), (5, "three"), (6, "four"), (7, "five"), (8, "six")];
    assert_eq!(lines, expected.map(|(line, reference)| (json!(line), json!(reference))));
    assert_eq!(hits(&subjects[0]), ["btp", "colp", "mps"]);
    assert_eq!(hits(&subjects[1]), Vec::<&str>::new());
    assert!(subjects[2]["error"].as_str().unwrap().starts_with("dob: "), "{}", subjects[2]);
    assert_eq!(hits(&subjects[3]), ["btp", "mps"]);
    assert_eq!(hits(&subjects[5]), Vec::<&str>::new(), "a silent record is nobody");

    let asking = batch(home, list, &["--format", "json"]).spawn().unwrap();
    interrupt(asking, &state);
    assert_eq!(state.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let again = batch(home, list, &[]).output().unwrap();
    ended(&again, 2, &["list.csv.state: holds the answers of a run", "--resume"]);
    let resumed = batch(home, list, &["--format", "json", "--resume"]).output().unwrap();
    ended(&resumed, 3, &[broken, "6 of 6 subjects asked about"]);
    assert_eq!(told(&resumed), (answer.clone(), 3), "as if it had not been interrupted");
    assert!(!state.exists());

    // A list with other line numbers and no broken row, of which MPS answers too late at first.
    let sound = "{\"family_name\": \"Thistlewick\", \"given_names\": \"Zebedee\", \"dob\": \"1985-03-07\"}\n\
        {\"kind\": \"vrm\", \"value\": \"BL49 AMP\"}\n";
    fs::write(home.join("list.jsonl"), sound).unwrap();
    let state = home.join("run.state");
    let more = ["--format", "json", "--state", "run.state", "--deadline"];
    let partial = batch(home, "list.jsonl", &[&more[..], &["1s"]].concat()).output().unwrap();
    ended(
        &partial,
        3,
        &["2 of 3 forces answered; mps did not (late)", "run.state; --resume asks the forces"],
    );
    assert_eq!(kept(&state), 1);
    let resumed = batch(home, "list.jsonl", &[&more[..], &["10s", "--resume"]].concat()).output().unwrap();
    ended(&resumed, 0, &["3 of 3 forces answered"]);
    let (completed, questions) = told(&resumed);
    assert_eq!(questions, 2);
    for (found, same) in completed["subjects"].as_array().unwrap().iter().zip([&subjects[0], &subjects[3]]) {
        assert_eq!(found["answers"], same["answers"]);
    }
    assert!(!state.exists());

    let denied = ["--forces", "btp", "--purpose", "penalties"];
    let denied = Command::new(env!("CARGO_BIN_EXE_bluelamp"))
        .current_dir(home)
        .args(["search", "batch", list, "--operation", "Op Lantern", "--config", "sites/rocta/analyst.toml"])
        .args(denied)
        .output()
        .unwrap();
    ended(&denied, 4, &["no force answered", "not_permitted"]);
    assert!(!home.join("list.csv.state").exists(), "a run without an answer leaves nothing");

    let table = batch(home, "list.jsonl", &["--forces", "btp,colp", "--format", "csv"]).output().unwrap();
    ended(&table, 0, &["2 of 2 forces answered"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.starts_with("# coverage: 2 of 2 forces answered\nsubject,ref,force,outcome,"), "{table}");
    assert!(table.contains("\n1,,btp,answered,") && table.contains("\n2,,colp,answered,"), "{table}");

    up.child.kill().unwrap();
    up.child.wait().unwrap();
}

#[test]
fn a_list_that_can_not_be_asked_about_sends_nothing() {
    let world = World::at_rest();
    world.write("people.csv", "given_names,famly_name\nCelandine,Hawthorne\n");
    world.write("headless.csv", "Celandine,Hawthorne\nRufus,Hawthorne\n");
    world.write("broken.csv", "family_name,dob\nHawthorne,1984-02-30\n,\n");
    world.write("empty.csv", "family_name\n");
    world.write("people.txt", "Hawthorne\n");
    world.write("sound.csv", "family_name,given_names\nHawthorne,Celandine\n");
    for (arguments, parts) in [
        (&["people.csv"][..], &["people.csv, line 1", "\"famly_name\"; did you mean \"family_name\"?"][..]),
        (&["headless.csv"], &["headless.csv, line 1", "unknown column in place 1; known are kind"]),
        (&["broken.csv"], &["broken.csv, line 2: dob", "broken.csv, line 3: ", "no row of the list"]),
        (&["empty.csv"], &["empty.csv: holds no subjects"]),
        (&["people.txt"], &["neither in .csv nor in .jsonl"]),
        (&["nowhere.csv"], &["nowhere.csv: can't be read", "help: "]),
        (&["sound.csv", "--resume"], &["sound.csv.state: there is nothing to resume"]),
        (&["sound.csv", "--chunk", "1001"], &["from 1 to 1000"]),
        (&["sound.csv", "--forces", "mpss"], &["did you mean \"mps\"?"]),
    ] {
        let ran = world.ask(&[&["search", "batch"], arguments].concat());
        ran.failed(2, parts);
        assert!(ran.out.is_empty() && !ran.err.contains("awthorne"), "{}", ran.err);
    }
    world.ask(&["search", "batch", "sound.csv"]).failed(1, &["can't be reached"]);
    assert!(!world.path("sound.csv.state").exists(), "nothing was asked, nothing is left to resume");
}
