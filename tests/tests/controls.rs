//! The list of controls is true: each stands where it says, and its test exists. That each test fails without its control
//! is shown by `cargo run -p tests --bin mutants`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tests::controls::{read, root};

/// Every Rust file under `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn each_control_stands_where_it_says_and_its_test_exists() {
    let root = root();
    let controls = read(&root);
    assert!(controls.len() > 50, "{} controls", controls.len());
    let names: BTreeSet<&str> = controls.iter().map(|control| control.name.as_str()).collect();
    assert_eq!(names.len(), controls.len(), "no two controls have one name");
    for control in &controls {
        let text = std::fs::read_to_string(root.join(&control.file)).unwrap();
        let off = control.switched_off(&text).unwrap_or_else(|why| panic!("{why}"));
        assert_ne!(off, text, "{}: nothing changes", control.name);

        let folder = root.join(control.test_folder());
        let files: Vec<String> =
            sources(&folder).iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        // A name that ends with `::` means all tests of a module.
        let function = control.test.rsplit("::").next().unwrap();
        let is_there =
            function.is_empty() || files.iter().any(|text| text.contains(&format!("fn {function}")));
        assert!(is_there, "{}: there is no test {} in {}", control.name, control.test, folder.display());
    }
}
