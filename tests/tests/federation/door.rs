//! Tools at the door: the figures that `bluelamp sql` tells, what they see of tables, prepared statements, and what stops when
//! they stop.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::DataType;
use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionClosePreparedStatementRequest, CommandGetDbSchemas,
    CommandGetExportedKeys, CommandGetPrimaryKeys, CommandGetTables, CommandGetXdbcTypeInfo, ProstMessageExt,
    SqlInfo,
};
use arrow_flight::{Action, FlightInfo};
use futures::StreamExt;
use prost::Message;
use tests::stub::Conduct;
use tests::tool::{Client, ask, fetch, rows, status, tool};
use tests::{Federation, Plan};
use tokio::sync::Notify;
use tonic::Code;

use crate::sql;
use crate::story::{colp, mps, three_forces};

/// A column of the answer, whole.
fn column(batches: &[RecordBatch], name: &str) -> Vec<String> {
    let cells = |batch: &RecordBatch| {
        let column = batch.column_by_name(name).unwrap();
        (0..batch.num_rows())
            .map(|at| arrow::util::display::array_value_to_string(column, at).unwrap())
            .collect::<Vec<_>>()
    };
    batches.iter().flat_map(cells).collect()
}

#[tokio::test]
async fn a_tool_is_told_what_the_desk_is_told() {
    let federation = Federation::start(three_forces()).await;
    let mut client = tool(&federation).await;
    for statement in [
        "select category, count(*) n from event group by category order by category",
        "select force, month(occurred_on) m, category, count(*) n from event group by 1, 2, 3 order by 1, 2, 3",
        "with t as (select category c, count(*) n from event group by 1) select c, n * 100 / (select sum(n) from t) share from t order by c",
        "select c, n + 1 more, n > 40 many from (select category c, count(*) n from event group by 1) t order by c",
        "select category, count(*) n from bluelamp.federation.event group by category order by category",
        "select 1 one",
    ] {
        let told = ask(&mut client, statement).await.unwrap();
        let desk = sql::ask(&federation, statement).await;
        assert_eq!(told.iter().map(RecordBatch::num_rows).sum::<usize>(), desk.rows, "{statement}");
        for answered in &desk.columns {
            let values: Vec<String> = (0..desk.rows)
                .map(|at| arrow::util::display::array_value_to_string(&answered.values, at).unwrap())
                .collect();
            assert_eq!(column(&told, &answered.name), values, "{statement}: {}", answered.name);
            if let Some(status) = &answered.status {
                let status: Vec<&str> = status.iter().map(|status| status.unwrap_or_default()).collect();
                assert_eq!(column(&told, &format!("{}_status", answered.name)), status, "{statement}");
            }
        }
    }
    let told = ask(
        &mut client,
        "select force, month(occurred_on) m, category, count(*) n from event group by 1, 2, 3",
    )
    .await
    .unwrap();
    let suppressed = column(&told, "n_status").iter().filter(|status| *status == "suppressed").count();
    assert!(suppressed >= 4, "small cells are null beside a status");
    assert_eq!(column(&told, "n").iter().filter(|n| n.is_empty()).count(), suppressed);
}

#[tokio::test]
async fn the_coverage_comes_along_and_a_gap_is_an_error_unless_it_is_asked_for() {
    let federation = Federation::start(Plan::new().node("mps", mps()).node("colp", colp()).down("btp")).await;
    let mut client = tool(&federation).await;
    let statement = "select count(*) n from event where category = 'Robbery'";
    let refused = ask(&mut client, statement).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.message().contains("2 of 3 forces answered; btp did not (unreachable)"), "{refused:?}");
    assert!(refused.message().contains("bluelamp-coverage"), "{refused:?}");
    client.set_header("bluelamp-coverage", "partial");
    let told = ask(&mut client, statement).await.unwrap();
    let coverage: serde_json::Value =
        serde_json::from_str(&told[0].schema().metadata()["bluelamp.coverage"]).unwrap();
    assert_eq!((coverage["asked"].as_u64(), coverage["answered"].as_u64()), (Some(3), Some(2)));
    let whom = "2 of 3 forces answered; btp did not (unreachable)";
    assert_eq!(column(&told, "coverage"), [whom], "a tool that shows no metadata shows rows");
    client.set_header("bluelamp-coverage", "complete");
    client.set_header("bluelamp-forces", "mps, colp");
    assert_eq!(
        rows(&ask(&mut client, statement).await.unwrap()).len(),
        1,
        "whom one asks is all there is to cover"
    );
    let named = "select count(*) n from event where category = 'Robbery' and force = 'mps'";
    assert_eq!(rows(&ask(&mut client, named).await.unwrap()).len(), 1);
}

async fn told(client: &mut Client, info: FlightInfo) -> Vec<String> {
    let batches = fetch(client, &info).await.unwrap();
    let schema = info.try_decode_schema().unwrap();
    assert!(
        batches.iter().all(|batch| *batch.schema() == schema),
        "the schema is the one that was announced"
    );
    rows(&batches)
}

#[tokio::test]
async fn a_tool_sees_the_tables_of_the_shared_schema() {
    let federation = Federation::start(Plan::new().down("mps")).await;
    let mut client = tool(&federation).await;
    let info = client.get_catalogs().await.unwrap();
    assert_eq!(told(&mut client, info).await, ["bluelamp"]);
    let info = client.get_db_schemas(CommandGetDbSchemas::default()).await.unwrap();
    assert_eq!(told(&mut client, info).await, ["bluelamp federation"]);
    let info = client.get_table_types().await.unwrap();
    assert_eq!(told(&mut client, info).await, ["TABLE"]);
    let wanted = CommandGetTables {
        table_name_filter_pattern: Some("%e%t%".to_owned()),
        include_schema: true,
        ..CommandGetTables::default()
    };
    let info = client.get_tables(wanted).await.unwrap();
    let tables = fetch(&mut client, &info).await.unwrap();
    let names: Vec<&str> =
        tables[0].column_by_name("table_name").unwrap().as_string::<i32>().iter().flatten().collect();
    assert_eq!(names, ["event", "identifier", "object", "report", "threat"]);
    let event = tables[0].column_by_name("table_schema").unwrap().as_binary::<i32>().value(0);
    let event: arrow::datatypes::Schema = arrow_flight::IpcMessage(event.to_vec().into()).try_into().unwrap();
    assert_eq!(event, *::sql::schema(model::Dataset::Event));
    let none = CommandGetTables { catalog: Some("other".to_owned()), ..CommandGetTables::default() };
    let info = client.get_tables(none).await.unwrap();
    assert_eq!(told(&mut client, info).await, Vec::<String>::new());
    let info = client.get_xdbc_type_info(CommandGetXdbcTypeInfo { data_type: None }).await.unwrap();
    assert_eq!(told(&mut client, info).await.len(), 5);
    let key = CommandGetPrimaryKeys { table: "event".to_owned(), ..CommandGetPrimaryKeys::default() };
    let info = client.get_primary_keys(key).await.unwrap();
    assert_eq!(told(&mut client, info).await, Vec::<String>::new());
    let key = CommandGetExportedKeys { table: "event".to_owned(), ..CommandGetExportedKeys::default() };
    let info = client.get_exported_keys(key).await.unwrap();
    assert_eq!(told(&mut client, info).await, Vec::<String>::new());
}

/// The Go driver ends its whole process where this is not of the exact form.
#[tokio::test]
async fn what_the_server_tells_of_itself_has_the_exact_form() {
    let federation = Federation::start(Plan::new().down("mps")).await;
    let mut client = tool(&federation).await;
    for wanted in [vec![], vec![SqlInfo::FlightSqlServerName, SqlInfo::FlightSqlServerTransaction]] {
        let info = client.get_sql_info(wanted.clone()).await.unwrap();
        let batches = fetch(&mut client, &info).await.unwrap();
        let schema = batches[0].schema();
        assert_eq!(*schema, info.clone().try_decode_schema().unwrap());
        assert_eq!(
            (schema.field(0).name().as_str(), schema.field(0).data_type()),
            ("info_name", &DataType::UInt32)
        );
        assert!(!schema.field(0).is_nullable());
        let DataType::Union(kinds, _) = schema.field(1).data_type() else { panic!("{schema}") };
        let kinds: Vec<(i8, &str)> = kinds.iter().map(|(id, field)| (id, field.name().as_str())).collect();
        let expected = [
            (0, "string_value"),
            (1, "bool_value"),
            (2, "bigint_value"),
            (3, "int32_bitmask"),
            (4, "string_list"),
            (5, "int32_to_int32_list_map"),
        ];
        assert_eq!(kinds, expected);
        let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        assert!(if wanted.is_empty() { rows > 80 } else { rows == 2 }, "{rows}");
    }
}

fn action(name: &str, message: &impl ProstMessageExt) -> Action {
    Action { r#type: name.to_owned(), body: message.as_any().encode_to_vec().into() }
}

async fn act(client: &mut Client, action: Action) -> Result<(), tonic::Status> {
    let mut replies = client.do_action(action).await.map_err(status)?;
    while let Some(reply) = replies.next().await {
        reply?;
    }
    Ok(())
}

#[tokio::test]
async fn a_prepared_statement_is_asked_again_and_closed_twice() {
    let federation = Federation::start(Plan::new().node("mps", mps())).await;
    let mut client = tool(&federation).await;
    let statement = "select category, count(*) n from event group by category order by category";
    let mut prepared = client.prepare(statement.to_owned(), None).await.unwrap();
    let names: Vec<String> =
        prepared.dataset_schema().unwrap().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["category", "n", "n_status"]);
    let first = prepared.execute().await.unwrap();
    let second = prepared.execute().await.unwrap();
    let (one, other) =
        (fetch(&mut client, &first).await.unwrap(), fetch(&mut client, &second).await.unwrap());
    assert_eq!(rows(&one), rows(&other));
    let again = fetch(&mut client, &first).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound, "an answer is fetched once: {}", again.message());
    // The client keeps the handle to itself: what it sends is read from the flight that it is given.
    let handle = handle_of(&mut client, statement).await;
    let close = ActionClosePreparedStatementRequest { prepared_statement_handle: handle.into() };
    for _ in 0..2 {
        act(&mut client, action("ClosePreparedStatement", &close)).await.unwrap();
    }
    let garbage =
        ActionClosePreparedStatementRequest { prepared_statement_handle: b"garbage".to_vec().into() };
    act(&mut client, action("ClosePreparedStatement", &garbage)).await.unwrap();
    prepared.close().await.unwrap();
    let unknown =
        act(&mut client, Action { r#type: "CloseSession".to_owned(), body: Default::default() }).await;
    assert_eq!(unknown.unwrap_err().code(), Code::Unimplemented, "drivers go on without");
}

/// Prepares a statement by hand, and returns its handle.
async fn handle_of(client: &mut Client, statement: &str) -> Vec<u8> {
    use arrow_flight::sql::{ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult, Any};
    let create = ActionCreatePreparedStatementRequest { query: statement.to_owned(), transaction_id: None };
    let mut replies = client.do_action(action("CreatePreparedStatement", &create)).await.unwrap();
    let reply = replies.next().await.unwrap().unwrap();
    let made: ActionCreatePreparedStatementResult =
        Any::decode(reply.body.as_ref()).unwrap().unpack().unwrap().unwrap();
    made.prepared_statement_handle.to_vec()
}

/// A force that never answers, and tells when it is asked and when nobody waits any more.
async fn slow() -> (Federation, Client, Arc<Notify>, Arc<Notify>) {
    let (come, gone) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let plan = Plan::new().stub("mps", Conduct::HangAndTellEnd(come.clone(), gone.clone()));
    let federation = Federation::start(plan).await;
    let client = tool(&federation).await;
    (federation, client, come, gone)
}

#[tokio::test]
async fn forces_are_told_to_stop_when_a_tool_goes_away() {
    let (_federation, mut client, come, gone) = slow().await;
    let info = client.execute("select count(*) from event".to_owned(), None).await.unwrap();
    let asking = fetch(&mut client, &info);
    tokio::select! {
        _ = asking => panic!("nobody answers"),
        () = come.notified() => {}
    }
    // The tool stops reading: the force hears of it long before the deadline.
    gone.notified().await;
}

#[tokio::test]
async fn a_statement_is_cancelled_and_its_forces_are_told_to_stop() {
    let (_federation, mut client, come, gone) = slow().await;
    let info = client.execute("select count(*) from event".to_owned(), None).await.unwrap();
    let mut other = client.clone_for_cancel();
    let cancel = ActionCancelQueryRequest { info: info.encode_to_vec().into() };
    let stopping = async {
        come.notified().await;
        act(&mut other, action("CancelQuery", &cancel)).await.unwrap();
        gone.notified().await;
    };
    let (fetched, ()) = tokio::join!(fetch(&mut client, &info), stopping);
    assert_eq!(fetched.unwrap_err().code(), Code::Cancelled);
    let late = fetch(&mut client, &info).await.unwrap_err();
    assert_eq!(late.code(), Code::NotFound, "what is cancelled is not begun again");
    act(&mut client, action("CancelQuery", &cancel)).await.unwrap();
}

/// The same connection and headers, for a call beside another.
trait Beside {
    fn clone_for_cancel(&self) -> Self;
}

impl Beside for Client {
    fn clone_for_cancel(&self) -> Self {
        // Cancelling needs no headers: the certificate says whose statement it is.
        Client::new_from_inner(self.inner().clone())
    }
}
