//! PostgreSQL as the peer that forces would reach for: a server for each force and one in front of them with `postgres_fdw`, as an
//! expert sets it up. What each server can add up by itself stands there as a view; the one in front asks all three at once and adds
//! up what comes back. Where the programs of PostgreSQL are not installed, the peer is left out.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use datafusion::arrow::csv::WriterBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use futures::StreamExt;
use nix::unistd::geteuid;
use tempfile::TempDir;

use crate::peer::Row;
use crate::questions::{QUESTIONS, Question};

/// The user "nobody": the server refuses to run as root.
const NOBODY: u32 = 65534;
const FORCES: [&str; 3] = ["btp", "colp", "mps"];
/// Settings of each server, which share this machine: room for sorts and hashes, no waiting for the disk.
const SETTINGS: &str = "listen_addresses = ''\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = '8GB'\n\
    shared_buffers = '1GB'\nwork_mem = '256MB'\nmaintenance_work_mem = '512MB'\neffective_cache_size = '8GB'\n\
    random_page_cost = 1.1\nmax_parallel_workers_per_gather = 2\njit = off\n";
/// The columns that the questions read, and the keys by which records are found.
const TABLES: [(&str, &str, &str); 5] = [
    ("person", "person_id text, sex text, dob date", "person_id"),
    (
        "report",
        "report_id text, threat_category text, subcategory text, reported_on date, classification text, loss_gbp bigint, area text, \
         source_evaluation text, assessment text, risk_score bigint, location_id text",
        "report_id",
    ),
    ("link", "from_dataset text, from_id text, role text, to_id text", "to_id"),
    ("location", "location_id text, town text", "location_id"),
    ("identifier", "kind text, holder_id text", "kind"),
];

/// Four servers, and a client of the one in front.
pub(crate) struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    client: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Postgres {
    /// Starts the servers and loads the forces' files into them; none where PostgreSQL is not installed.
    pub(crate) async fn start(records: &Path) -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        own(folder.path());
        for server in FORCES.iter().chain(&["front"]) {
            serve(&programs, folder.path(), server);
        }
        for force in FORCES {
            load(&programs, folder.path(), records, force).await;
        }
        psql(&programs, folder.path(), "front", &front(folder.path()));
        let mut client = client(
            &programs,
            folder.path(),
            "front",
            &["-qAt", "-F", "\u{1f}", "-P", &format!("null={NULL}")],
        );
        let (asks, answers) = (client.stdin.take().unwrap(), client.stdout.take().unwrap());
        Some(Self { folder, programs, client, asks, answers: BufReader::new(answers) })
    }

    /// The answer to a question, read whole.
    pub(crate) fn ask(&mut self, question: &Question) -> Vec<Row> {
        let [_, whole] = question.postgres;
        writeln!(self.asks, "{whole};\n\\echo {END}").unwrap();
        let mut rows = Vec::new();
        loop {
            let mut line = String::new();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "PostgreSQL answers");
            match line.trim_end_matches('\n') {
                END => return rows,
                line => rows.push(row(line, question.keys)),
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _already_ended = self.client.kill();
        let _already_ended = self.client.wait();
        for server in FORCES.iter().chain(&["front"]) {
            let data = self.folder.path().join(server).join("data");
            run(&self.programs, "pg_ctl", &["-w", "-s", "-D", &shown(&data), "-m", "immediate", "stop"]);
        }
    }
}

/// What ends an answer, and what stands for nothing in it.
const END: &str = "-- end --";
const NULL: &str = "-- null --";

fn row(line: &str, keys: usize) -> Row {
    let mut fields = line.split('\u{1f}').map(|field| (field != NULL).then(|| field.to_owned()));
    let keys = fields.by_ref().take(keys).collect();
    (keys, fields.map(|field| field.map(|text| text.parse().expect("a number"))).collect())
}

/// A force's server as it is seen from the one in front, a foreign table for each question, and the tables of all forces
/// together.
fn front(folder: &Path) -> String {
    let mut sql = "CREATE EXTENSION postgres_fdw;".to_owned();
    for force in FORCES {
        let host = shown(&folder.join(force));
        sql += &format!(
            "CREATE SERVER {force} FOREIGN DATA WRAPPER postgres_fdw
               OPTIONS (host '{host}', dbname 'postgres', fetch_size '50000', async_capable 'true', use_remote_estimate 'false');
             CREATE USER MAPPING FOR postgres SERVER {force} OPTIONS (user 'postgres');
             CREATE SCHEMA {force}; IMPORT FOREIGN SCHEMA parts FROM SERVER {force} INTO {force};"
        );
    }
    for at in 0..QUESTIONS.len() {
        let parts = FORCES.map(|force| format!("SELECT * FROM {force}.q{at}")).join(" UNION ALL ");
        sql += &format!("CREATE VIEW q{at} AS {parts};");
    }
    sql
}

/// Loads one force's records and prepares what it can add up by itself.
async fn load(programs: &Path, folder: &Path, records: &Path, force: &str) {
    for (table, columns, _) in TABLES {
        psql(programs, folder, force, &format!("CREATE UNLOGGED TABLE {table} ({columns})"));
        let context = SessionContext::new();
        let file = shown(&records.join(force).join(format!("records/{table}.parquet")));
        context.register_parquet("records", &file, ParquetReadOptions::default()).await.unwrap();
        let names: Vec<&str> =
            columns.split(", ").filter_map(|column| column.trim().split(' ').next()).collect();
        let sql = format!("select {} from records", names.join(", "));
        let mut rows = context.sql(&sql).await.unwrap().execute_stream().await.unwrap();
        let copy = format!("\\copy {table} from pstdin with (format csv)");
        let mut client = client(programs, folder, force, &["-q", "-c", &copy]);
        let mut into = WriterBuilder::new().with_header(false).build(client.stdin.take().unwrap());
        while let Some(batch) = rows.next().await {
            into.write(&batch.unwrap()).unwrap();
        }
        drop(into);
        assert!(client.wait().unwrap().success(), "{force}: loading {table}");
    }
    let mut sql = "CREATE SCHEMA parts;".to_owned();
    for (table, _, key) in TABLES {
        sql += &format!("CREATE INDEX ON {table} ({key}); ");
    }
    for (at, question) in QUESTIONS.iter().enumerate() {
        let [part, _] = question.postgres;
        sql += &format!("CREATE VIEW parts.q{at} AS {part};");
    }
    psql(programs, folder, force, &sql);
    psql(programs, folder, force, "VACUUM ANALYZE");
}

fn serve(programs: &Path, folder: &Path, server: &str) {
    let home = folder.join(server);
    fs::create_dir(&home).unwrap();
    own(&home);
    let data = home.join("data");
    run(
        programs,
        "initdb",
        &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", &shown(&data)],
    );
    let settings = format!("{SETTINGS}unix_socket_directories = '{}'\n", shown(&home));
    fs::write(data.join("postgresql.auto.conf"), settings).unwrap();
    let log = shown(&home.join("log"));
    run(programs, "pg_ctl", &["-w", "-s", "-D", &shown(&data), "-l", &log, "start"]);
}

/// Runs statements at a server as its administrator.
fn psql(programs: &Path, folder: &Path, server: &str, sql: &str) {
    let mut client = client(programs, folder, server, &["-q", "-c", sql]);
    assert!(client.wait().unwrap().success(), "{server}: {sql}");
}

fn client(programs: &Path, folder: &Path, server: &str, more: &[&str]) -> Child {
    let host = shown(&folder.join(server));
    let mut command = Command::new(programs.join("psql"));
    command.args(["-X", "-h", &host, "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1"]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn run(programs: &Path, program: &str, arguments: &[&str]) {
    let mut command = Command::new(programs.join(program));
    command.args(arguments).current_dir("/");
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Hands a folder to the user as whom the servers run.
fn own(folder: &Path) {
    if geteuid().is_root() {
        std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The folder of the newest server's programs that Debian's packages install.
fn programs() -> Option<PathBuf> {
    let found = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|version| version.path().join("bin"));
    found.filter(|folder| folder.join("initdb").exists()).max()
}
