//! Tables of a real PostgreSQL as sources. Each test starts a server out of its installed programs, so they are run where
//! those are: `cargo test -p node --lib -- --ignored postgres`, as CI does.

mod server;

use std::sync::Mutex;

use model::Dataset;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof};
use proptest::test_runner::TestRunner;

use self::server::Postgres;
use super::super::check;
use super::super::databases::Databases;
use super::super::mount::Mount;
use super::super::sources::Sources;
use super::filters::{Beside, all, combined, comparison, number};
use super::{Configured, Desk, stored, texts};

/// How the server is described.
fn described(server: &Postgres, more: &str) -> String {
    let (folder, port) = (server.folder().display(), server.port);
    format!(
        "[database.records]\nhost = 'localhost'\nport = {port}\nname = 'records'\n{}",
        more.replace("HERE", &folder.to_string())
    )
}

const WITH_A_CERTIFICATE: &str =
    "user = 'bluelamp'\nca = 'HERE/ca.pem'\ncertificate = 'HERE/client.pem'\nkey = 'HERE/client.key'\n";
const WITH_A_PASSWORD: &str = "user = 'typist'\nca = 'HERE/ca.pem'\npassword_file = 'HERE/password'\n";

fn source(name: &str, table: &str) -> String {
    format!("[source.{name}]\nformat = 'postgres'\ndatabase = 'records'\ntable = '{table}'\n")
}

fn view(dataset: &str, sql: &str) -> String {
    format!("[[view]]\ndataset = '{dataset}'\nsql = '''{sql}'''\n")
}

fn sources(text: &str) -> Sources {
    let Configured { database, source, view } = model::config::read(text, "node.toml").unwrap();
    Sources { base: "".into(), database, source, view, controller: "mps".parse().unwrap() }
}

/// Two tables as a force may have them.
const TABLES: &str = "
    CREATE TABLE offence (id int PRIMARY KEY, kind varchar(20) NOT NULL, day date, loss numeric(10, 2), open boolean, seen timestamptz);
    CREATE TABLE suspect (id bigint, nominal text, names text[], born date, primary_offence int);
    INSERT INTO offence SELECT i, CASE i % 3 WHEN 0 THEN 'Burglary' WHEN 1 THEN 'Robbery' ELSE 'Bicycle theft' END,
        DATE '2024-01-01' + i % 90, i, i % 2 = 0, TIMESTAMPTZ '2024-01-01 10:00+00' + i * interval '1 hour' FROM generate_series(1, 20000) i;
    INSERT INTO suspect VALUES (1, 'N1', '{Ann,Annie}', '1990-02-03', 1), (2, 'N2', NULL, 'infinity', 2), (3, NULL, '{}', NULL, 3);
    GRANT SELECT ON offence, suspect TO bluelamp, typist";

fn views() -> String {
    view(
        "event",
        "select cast(id as varchar) as event_id, kind as category, day as occurred_on, loss as loss_gbp from offence where open and day >= '2024-02-01'",
    ) + &view(
        "person",
        "select cast(id as varchar) as person_id, nominal as family_name, names as aliases, born as dob from suspect",
    )
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn a_table_is_read_like_the_file_with_its_rows() {
    let server = Postgres::start();
    server.records(TABLES);
    let desk = Desk::new(&[]);
    for access in [WITH_A_CERTIFICATE, WITH_A_PASSWORD] {
        let text = described(&server, access)
            + &source("offence", "public.offence")
            + &source("suspect", "public.suspect")
            + &views();
        let (snapshot, report) = desk.prepare(&text).await.unwrap();
        assert!(report.is_none_or(|report| report.is_clean()));
        let events = stored(&snapshot, Dataset::Event);
        // Half are open, and 59 of each 90 days are of February and March.
        let expected = (1..=20_000).filter(|i| i % 2 == 0 && i % 90 >= 31).count();
        assert_eq!(events.num_rows(), expected);
        let first = texts(&events.slice(0, 1), "event_id").concat();
        assert_eq!(
            (first.as_str(), texts(&events.slice(0, 1), "occurred_on").concat().as_str()),
            ("32", "2024-02-02")
        );
        let persons = stored(&snapshot, Dataset::Person);
        assert_eq!(texts(&persons, "family_name"), ["N1", "N2", "-"]);
        assert_eq!(texts(&persons, "dob"), ["1990-02-03", "-", "-"], "what is infinite is not known");
        assert_eq!(texts(&persons, "aliases"), ["[Ann, Annie]", "-", "-"]);
    }
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn a_change_is_noticed_and_nothing_else() {
    let server = Postgres::start();
    server.records(TABLES);
    server.records(
        "CREATE VIEW seen AS SELECT * FROM suspect; GRANT SELECT ON seen TO bluelamp;
         CREATE TABLE report (id int, day date) PARTITION BY RANGE (day);
         CREATE TABLE early PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
         CREATE TABLE late PARTITION OF report FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
         INSERT INTO report VALUES (1, '2024-01-01'), (2, '2024-08-01'); GRANT SELECT ON report TO bluelamp;
         CREATE TABLE stamp (at int); INSERT INTO stamp VALUES (1); GRANT SELECT ON stamp TO bluelamp",
    );
    let text = described(&server, WITH_A_CERTIFICATE);
    let state = async |source: &str| {
        let text = text.clone() + source;
        Databases::look(&sources(&text)).await.unwrap().states
    };
    let (table, seen, parts) =
        (source("a", "public.suspect"), source("a", "public.seen"), source("a", "public.report"));
    let stamped = source("a", "public.suspect") + "changed = 'select max(at) from stamp'\n";
    for (what, of, statement, noticed) in [
        ("nothing", &table, "SELECT 1", false),
        ("a row more", &table, "INSERT INTO suspect VALUES (9)", true),
        ("a row less", &table, "DELETE FROM suspect WHERE id = 9", true),
        ("a row that is another", &table, "UPDATE suspect SET nominal = 'N9' WHERE id = 1", true),
        ("another table", &table, "INSERT INTO offence VALUES (0, 'Arson')", false),
        ("a column more", &table, "ALTER TABLE suspect ADD COLUMN note text", true),
        ("a column that is called otherwise", &table, "ALTER TABLE suspect RENAME note TO remark", true),
        ("a column less", &table, "ALTER TABLE suspect DROP COLUMN remark", true),
        ("all rows less", &table, "TRUNCATE suspect", true),
        ("anything, behind a view", &seen, "INSERT INTO offence VALUES (-1, 'Arson')", true),
        ("a row of a partition", &parts, "INSERT INTO report VALUES (3, '2024-08-02')", true),
        ("a partition less", &parts, "ALTER TABLE report DETACH PARTITION late", true),
        ("a row, where the operator looks elsewhere", &stamped, "INSERT INTO suspect VALUES (10)", false),
        ("what the operator looks at", &stamped, "UPDATE stamp SET at = 2", true),
    ] {
        let before = state(of).await;
        server.records(statement);
        assert_eq!(state(of).await != before, noticed, "{what}");
    }
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn all_tables_are_read_as_of_one_moment() {
    let server = Postgres::start();
    server.records(TABLES);
    let text = described(&server, WITH_A_CERTIFICATE)
        + &source("offence", "public.offence")
        + &source("suspect", "public.suspect");
    let sources = sources(&(text + &views()));
    let tables = Databases::look(&sources).await.unwrap().tables(&sources).await.unwrap();
    server.records("DELETE FROM suspect; INSERT INTO offence VALUES (0, 'Arson')");
    for (name, rows) in [("offence", 20_000), ("suspect", 3)] {
        assert_eq!(number(&all(&Mount::of_table(tables[name].clone())).await), rows);
    }
}

/// What libraries wrote into the log.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Logged;

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOGGED.lock().unwrap().push_str(&format!("{}: {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn what_the_server_has_to_say_of_a_record_reaches_no_log() {
    log::set_logger(&Logged).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Postgres::start();
    server.records(TABLES);
    server.records(
        "CREATE FUNCTION loud(name text) RETURNS text LANGUAGE plpgsql VOLATILE AS
             $$ BEGIN RAISE NOTICE 'Marlow is %', name; RAISE WARNING 'Marlow is %', name; RETURN 'read ' || name; END $$;
         CREATE VIEW noted AS SELECT id, loud(nominal) AS nominal FROM suspect; GRANT SELECT ON noted TO bluelamp",
    );
    let text = described(&server, WITH_A_CERTIFICATE)
        + &source("noted", "public.noted")
        + &view("person", "select cast(id as varchar) as person_id, nominal as family_name from noted");
    let desk = Desk::new(&[]);
    let (snapshot, _) = desk.prepare(&text).await.unwrap();
    assert_eq!(texts(&stored(&snapshot, Dataset::Person), "family_name"), ["read N1", "read N2", "-"]);
    let logged = LOGGED.lock().unwrap();
    assert!(logged.contains("tokio_postgres"), "the client writes into this log: {logged}");
    assert!(!logged.contains("Marlow"), "{logged}");
}

/// What a filter of a view may be, over the columns of the table below.
fn filter() -> impl Strategy<Value = String> {
    let quoted = || word().prop_map(|word| format!("'{}'", word.replace('\'', "''")));
    combined(prop_oneof![
        (prop_oneof![Just("i"), Just("b")], comparison(), -3..6_i64)
            .prop_map(|(c, op, n)| format!("{c} {op} {n}")),
        (comparison(), 1..5_u8).prop_map(|(op, n)| format!("d {op} date '2024-01-0{n}'")),
        (prop_oneof![Just("t"), Just("v"), Just("f"), Just("ci"), Just("n")], comparison(), quoted())
            .prop_map(|(c, op, word)| format!("{c} {op} {word}")),
        prop_oneof![Just("i"), Just("t"), Just("d"), Just("m"), Just("l")]
            .prop_map(|c| format!("{c} is null")),
        Just("o".to_owned()),
        (quoted(), quoted()).prop_map(|(one, other)| format!("t in ({one}, {other})")),
        (-1..4_i64).prop_map(|n| format!("i not in ({n}, 2)")),
        Just("length(t) > 1".to_owned()),
        Just("t like 'a%'".to_owned()),
    ])
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(""),
        Just("a"),
        Just("A"),
        Just("a "),
        Just("ab"),
        Just("é"),
        Just("O'N"),
        Just("\\"),
        Just("1"),
        Just("1.0")
    ]
    .prop_map(str::to_owned)
}

#[test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
fn what_the_server_leaves_out_is_what_the_filter_leaves_out() {
    let server = Postgres::start();
    server.records(
        r"CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE plenty (i int, b bigint, d date, t text, v varchar(9), f char(3), ci text COLLATE any_case, n numeric, o boolean, m timestamp, l text[]);
        INSERT INTO plenty SELECT nullif(k % 7 - 2, 4), 9223372036854775807 - k, CASE k % 5 WHEN 4 THEN NULL WHEN 3 THEN 'infinity' WHEN 2 THEN '-infinity' ELSE DATE '2024-01-01' + k % 4 END,
            w, w, w, w, CASE k % 3 WHEN 0 THEN 1 WHEN 1 THEN 1.0 END, CASE k % 3 WHEN 0 THEN true WHEN 1 THEN false END,
            CASE k % 4 WHEN 0 THEN 'infinity' WHEN 1 THEN TIMESTAMP '2024-01-01 12:00' END, CASE k % 2 WHEN 0 THEN ARRAY[w] END
        FROM generate_series(1, 400) k, LATERAL (SELECT (ARRAY['', 'a', 'A', 'a ', 'ab', 'é', 'O''N', '\', NULL, '1'])[1 + k % 10]) AS x (w);
        GRANT SELECT ON plenty TO bluelamp",
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let text = described(&server, WITH_A_CERTIFICATE)
        + &source("plenty", "public.plenty")
        + &view("event", "select 1 as event_id");
    let sources = sources(&text);
    let mount = runtime.block_on(async {
        let tables = Databases::look(&sources).await.unwrap().tables(&sources).await.unwrap();
        Mount::of_table(tables["plenty"].clone())
    });
    let beside = runtime.block_on(Beside::of(mount));
    assert_eq!(beside.all, 400);
    let told = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(200));
    let ended = runner.run(&(filter(), 0..3_usize), |(filter, which)| {
        let what = ["count(*), count(d), max(t)", "t, i", "i, b, d, t, v, f, ci, n, o, m, l"][which];
        let statement = format!("select {what} from rows where {filter}");
        let [ours, theirs] = runtime.block_on(beside.both(&statement));
        told.set(told.get() + u32::from(ours.is_ok()));
        proptest::prop_assert_eq!(ours, theirs, "{}", statement);
        Ok(())
    });
    ended.unwrap_or_else(|why| panic!("{why}"));
    assert!(told.get() > 150, "{} of 200 had an answer", told.get());
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn the_server_leaves_out_what_it_can() {
    let server = Postgres::start();
    server.records(TABLES);
    let sources =
        sources(&(described(&server, WITH_A_CERTIFICATE) + &source("offence", "public.offence") + &views()));
    let tables = Databases::look(&sources).await.unwrap().tables(&sources).await.unwrap();
    let beside = Beside::of(Mount::of_table(tables["offence"].clone())).await;
    for (filter, read) in [
        ("id <= 10", 10),
        ("kind = 'Robbery' and not open", 3_334),
        ("kind in ('Robbery', 'Burglary')", 13_333),
        ("day is null", 0),
        ("day < '2024-01-03' or id = 7", 446),
        // The server's order of texts is not ours, so all rows are read.
        ("kind < 'C'", 20_000),
        ("length(kind) = 8", 20_000),
    ] {
        assert_eq!(beside.read(filter).await, read, "{filter}");
    }
}

#[tokio::test]
#[ignore = "starts PostgreSQL's own programs, which must be installed"]
async fn what_is_wrong_is_told() {
    let server = Postgres::start();
    server.records(TABLES);
    server.records(
        "CREATE TABLE hidden (id int); CREATE TABLE guarded (id int); INSERT INTO guarded VALUES (1);
         GRANT SELECT ON guarded TO bluelamp; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
         CREATE POLICY none ON guarded USING (false); CREATE TABLE placed (_line int); GRANT SELECT ON placed TO bluelamp",
    );
    let offence = source("rows", "public.offence");
    let event = view("event", "select cast(id as varchar) as event_id from rows");
    let usual = described(&server, WITH_A_CERTIFICATE);
    let with = |more: &str| described(&server, more);
    for (text, expected) in [
        (
            with("user = 'bluelamp'\n") + &offence,
            "source rows: records of localhost would cross the network in clear; name the file of its authority's certificate as `ca`",
        ),
        (
            with("user = 'bluelamp'\nca = 'HERE/stranger.pem'\n") + &offence,
            "source rows: no connection to localhost:",
        ),
        (
            with("user = 'bluelamp'\nca = 'HERE/ca.pem'\n") + &offence,
            "refuses: connection requires a valid client certificate; check user, password and certificate here",
        ),
        (
            with("user = 'typist'\nca = 'HERE/ca.pem'\npassword_file = 'HERE/wrong'\n") + &offence,
            "refuses: password authentication failed for user \"typist\"; check user, password and certificate",
        ),
        (with("user = 'typist'\nca = 'HERE/none.pem'\n") + &offence, "none.pem: can't be read: No such file"),
        (with("user = 'typist'\nca = 'HERE/password'\n") + &offence, "password: holds no certificate in PEM"),
        (
            with("user = 'bluelamp'\nca = 'HERE/ca.pem'\ncertificate = 'HERE/client.pem'\n") + &offence,
            "source rows: `certificate` and `key` belong together; name both, or neither",
        ),
        (
            with(
                "user = 'bluelamp'\nca = 'HERE/ca.pem'\ncertificate = 'HERE/client.pem'\nkey = 'HERE/server.key'\n",
            ) + &offence,
            "client.pem: does not belong to the key beside it",
        ),
        (
            usual.replace("'records'\n", "'recrods'\n").replace("database.recrods", "database.records")
                + &offence,
            "source rows: localhost:",
        ),
        (
            usual.clone() + &source("rows", "public.offense"),
            "source rows: there is no table public.offense, or its user may not see it",
        ),
        (
            usual.clone() + &source("rows", "offence"),
            "source rows: \"offence\" does not say which schema the table lies in; write schema.table",
        ),
        (
            usual.clone() + &source("rows", "public.hidden"),
            "source rows: the server stopped reading rows (SQLSTATE 42501): its user may not read this; grant SELECT",
        ),
        (
            usual.clone() + &source("rows", "public.guarded"),
            "source rows: the server stopped reading rows (SQLSTATE 42501)",
        ),
        (
            usual.clone() + &source("rows", "public.placed"),
            "records.public.placed: a column is called \"_line\", a name that is kept",
        ),
        (
            usual.clone() + &offence.replace("'records'", "'recods'"),
            "source rows: no [database.recods] is described; did you mean \"records\"?",
        ),
        (
            usual.clone() + &offence + "paths = ['*.csv']\n",
            "source rows: a table is named by `database` and `table`, and takes no `paths`",
        ),
        (
            usual.clone() + &offence.replace("'postgres'", "'csv'"),
            "source rows: `database`, `table` and `changed` are for format",
        ),
        (
            usual.clone() + &offence + "changed = 'select nothing'\n",
            "source rows: the server stopped looking for changes (SQLSTATE 42703): there is no such column",
        ),
        (
            usual.clone() + &offence + &view("event", "select kindd as category from rows"),
            "no column \"kindd\" in its sources; did you mean \"kind\"?",
        ),
    ] {
        let text = if text.contains("[[view]]") { text } else { text + &event };
        let error = check(&sources(&text)).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\nshould say\n{expected}");
        assert!(!error.contains("typed") && !error.contains("Burglary"), "{error}");
    }
    let text = usual + &offence + &event;
    let port = server.port;
    drop(server);
    let error = check(&sources(&text)).await.unwrap_err().to_string();
    // Its folder is gone with it, and its certificates too.
    assert!(
        error.contains("can't be read") || error.contains(&format!("no connection to localhost:{port}")),
        "{error}"
    );
}
