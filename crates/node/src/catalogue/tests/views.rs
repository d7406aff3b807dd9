//! Views that can't be planned, and sources that can't be found, say what was probably meant.

use super::Desk;

const CRIMES: &[u8] = b"Crime ID,Month,Crime type,Loss\nc1,2024-01,Burglary,12\nc2,2024-02,Robbery,x12\n";

fn config(sql: &str) -> String {
    format!(
        "[source.crimes]\nformat = 'csv'\npaths = ['*.csv']\n[[view]]\ndataset = 'event'\nsql = '''{sql}'''\n"
    )
}

#[tokio::test]
async fn views_that_cannot_work_are_explained() {
    let cases = [
        (
            "select \"Crime tpe\" as category from crimes",
            "view 1 (event): no column \"Crime tpe\" in its sources; did you mean \"Crime type\"?",
        ),
        (
            "select Month as occurred_on from crimes",
            "view 1 (event): no column \"month\" in its sources; did you mean \"Month\"?; names with capitals",
        ),
        (
            "select \"Month\" as occured_on from crimes",
            "view 1 (event): \"occured_on\" is not a column of event; did you mean \"occurred_on\"?",
        ),
        ("select \"Month\" from crimes", "view 1 (event): \"Month\" is not a column of event"),
        (
            "select \"Month\" as occurred_on from crime",
            "view 1 (event): no source is called \"crime\"; did you mean \"crimes\"?",
        ),
        ("selct 1", "view 1 (event): not valid SQL"),
        ("", "view 1 (event): the SQL is empty; write a SELECT"),
        ("drop table crimes", "view 1 (event): a view is a SELECT; it can't create, change or copy anything"),
        ("copy crimes to 'out.csv'", "view 1 (event): a view is a SELECT"),
        ("insert into crimes select * from crimes", "view 1 (event): a view is a SELECT"),
        ("explain select 1", "view 1 (event): a view is a SELECT"),
        ("create table x as select 1", "view 1 (event): a view is a SELECT"),
        ("select 1 as loss_gbp; select 2 as loss_gbp", "view 1 (event): a view is one SELECT"),
        ("select \"Loss\" as loss_gbp into loot from crimes", "view 1 (event): "),
        ("select substrr(\"Month\", 1, 4) as category from crimes", "view 1 (event): "),
        ("select struct(\"Month\") as category from crimes", "view 1 (event): column \"category\" is Struct"),
        (
            "select make_array(\"Month\") as category from crimes",
            "view 1 (event): column \"category\" is List",
        ),
        (
            "select cast(\"Loss\" as bigint) as loss_gbp from crimes",
            "view 1 (event): a function of the query met a value that it can't take; use try_cast",
        ),
    ];
    let desk = Desk::new(&[("crimes.csv", CRIMES)]);
    for (sql, expected) in cases {
        let said = desk.trouble(&config(sql)).await;
        assert!(said.starts_with(expected), "{sql}\nwanted {expected}\n   got {said}");
        assert!(!said.contains("x12"), "a value is repeated: {said}");
    }
}

#[tokio::test]
async fn sources_that_cannot_be_found_are_explained() {
    let desk = Desk::new(&[("crimes.csv", CRIMES)]);
    let view = "[[view]]\ndataset = 'event'\nsql = 'select 1 as loss_gbp'\n";
    for (source, expected) in [
        (
            "[source.crimes]\nformat = 'csv'\npaths = ['data/*.csv']\n",
            "source crimes: no file matches \"data/*.csv\" under DESK; mend the glob",
        ),
        (
            "[source.crimes]\nformat = 'csv'\npaths = ['*.csv', 'b.csv']\n",
            "source crimes: no file matches \"b.csv\"",
        ),
        ("[source.crimes]\nformat = 'csv'\npaths = ['a***']\n", "source crimes: \"a***\" is not a glob"),
        ("[source.crimes]\nformat = 'csv'\npaths = []\n", "source crimes: paths is empty"),
        (
            "[source.Crimes]\nformat = 'csv'\npaths = ['*.csv']\n",
            "source Crimes: the name must be a lower-case letter",
        ),
    ] {
        let said = desk.trouble(&format!("{source}{view}")).await;
        assert!(said.starts_with(expected), "wanted {expected}\n   got {said}");
    }
}

#[tokio::test]
async fn useful_functions_are_there() {
    let sql = "select substr(upper(\"Crime ID\"), 1, 1) || lpad('7', 3, '0') as event_id, \
               split_part(\"Month\", '-', 1) as category, \
               regexp_replace(\"Month\", '-', '/') as outcome, \
               coalesce(nullif(\"Loss\", 'x12'), '0') as loss_gbp, \
               to_date(\"Month\" || '-05') as occurred_on, trim(concat(' ', lower('A'))) as location_id \
               from crimes where \"Crime type\" = 'Burglary'";
    let desk = Desk::new(&[("crimes.csv", CRIMES)]);
    let (snapshot, _) = desk.prepare(&config(sql)).await.unwrap();
    let rows = super::stored(&snapshot, model::Dataset::Event);
    for (column, expected) in [
        ("event_id", "C007"),
        ("category", "2024"),
        ("outcome", "2024/01"),
        ("loss_gbp", "12"),
        ("occurred_on", "2024-01-05"),
        ("location_id", "a"),
    ] {
        assert_eq!(super::texts(&rows, column), [expected], "{column}");
    }
}
