//! DuckDB over a file of its own, through Python where it knows it: one process that is asked line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Loads the files once, then times each statement that it reads.
const PROGRAM: &str = r#"
import os, sys, time, duckdb
folder, file = sys.argv[1:3]
fresh = not os.path.exists(file)
con = duckdb.connect(file)
con.execute("set threads to %d" % os.cpu_count())
con.execute("set enable_progress_bar = false")
if fresh:
    for name in ["person", "report", "link", "location", "identifier"]:
        files = [f"{folder}/{force}/records/{name}.parquet" for force in ["btp", "colp", "mps"]]
        con.execute(f"create table {name} as select * from read_parquet({files})")
con.execute("create or replace temp macro to_char(d, f) as strftime(d, f)")
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    con.execute(line).fetchall()
    print(time.perf_counter() - started, flush=True)
"#;

pub(crate) struct Duck {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Duck {
    /// Starts it; none where Python is missing or does not know DuckDB.
    pub(crate) fn start(folder: &Path) -> Option<Self> {
        let mut child = Command::new("python3")
            .args(["-c", PROGRAM])
            .arg(folder)
            .arg(folder.join("duck.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let (asks, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut duck = Self { child, asks, answers: BufReader::new(answers) };
        // It is ended where it does not come up.
        (duck.line() == "ready").then_some(duck)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// How long a statement takes, its result read whole.
    pub(crate) fn ask(&mut self, sql: &str) -> Duration {
        writeln!(self.asks, "{sql}").unwrap();
        Duration::from_secs_f64(self.line().parse().expect("DuckDB answers"))
    }
}

impl Drop for Duck {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_ended = self.child.wait();
    }
}
