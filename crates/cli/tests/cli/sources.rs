//! Source files that nobody would write on purpose: a gigabyte without a line end, read in memory that is bounded.

use std::fs::File;
use std::process::Command;

use crate::world::{World, copy_policy};

/// What the process may take: less than the file.
const MEMORY_KIB: u32 = 1_000_000;

#[test]
fn a_gigabyte_in_one_line_is_an_error_in_bounded_memory() {
    for (format, ending) in [("csv", "csv"), ("json", "jsonl")] {
        let world = World::at_rest();
        copy_policy(&world.path("policy"));
        // Takes no room on the disk: a file of which nothing was written reads as zeros.
        File::create(world.path(&format!("big.{ending}"))).unwrap().set_len(1 << 30).unwrap();
        let source = format!(
            "[source.big]\nformat = \"{format}\"\npaths = [\"big.{ending}\"]\n\
             [[view]]\ndataset = \"person\"\nsql = \"select person_id from big\"\n"
        );
        let configuration = world.read("node.toml") + &source;
        world.write("node.toml", &configuration);
        let script = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" node check --config node.toml");
        let bluelamp = env!("CARGO_BIN_EXE_bluelamp");
        let ran =
            Command::new("sh").args(["-c", &script, bluelamp]).current_dir(world.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
        assert!(
            said.contains(&format!("big.{ending}")) && said.contains("a record of more than 16 MiB"),
            "{said}"
        );
        assert_eq!(ran.status.code(), Some(1), "{said}");
    }
}
