//! The Flight SQL calls. The listener proved who calls, and whoever lost their standing since is turned away before a statement
//! is read. What is the same for everybody, the shared schema and what the door can do, is told without looking again.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::error::FlightError;
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::server::{FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionCancelQueryResult, ActionClosePreparedStatementRequest,
    ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult, CommandGetCatalogs,
    CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandGetXdbcTypeInfo,
    CommandPreparedStatementQuery, CommandPreparedStatementUpdate, CommandStatementQuery,
    CommandStatementUpdate, DoPutPreparedStatementResult, ProstMessageExt, SqlInfo, TicketStatementQuery,
};
use arrow_flight::{
    Action, ActionType, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus, FlightDescriptor,
    FlightEndpoint, FlightInfo, IpcMessage, SchemaAsIpc, Ticket,
};
use futures::stream;
use model::Name;
use prost::Message;
use tokio::time::Instant;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::door::Door;
use crate::headers::Ground;
use crate::statements::{Kind, Statement};
use crate::stream::Messages;
use crate::{catalogue, keys, outcome, stream as messages};

/// The service; clones share the door.
#[derive(Clone)]
pub(crate) struct FlightSql(pub(crate) Arc<Door>);

type Got = Result<Response<Messages>, Status>;
type Info = Result<Response<FlightInfo>, Status>;

impl FlightSql {
    /// A flight whose only ticket fetches the answer to a statement, once.
    fn flight(
        &self,
        owner: &Name,
        ground: &Ground,
        statement: Statement,
        descriptor: FlightDescriptor,
    ) -> Info {
        let schema = outcome::sent(&statement.schema, ground.partial);
        let handle = self.0.open(owner, Kind::Answer, statement)?;
        let ticket = TicketStatementQuery { statement_handle: handle.as_bytes().to_vec().into() };
        told(ticket, &schema, descriptor)
    }
}

/// A flight whose only ticket is `command`.
fn told(
    command: impl ProstMessageExt,
    schema: &arrow::datatypes::Schema,
    descriptor: FlightDescriptor,
) -> Info {
    let ticket = Ticket { ticket: command.as_any().encode_to_vec().into() };
    let info = FlightInfo::new()
        .try_with_schema(schema)
        .map_err(|error| Status::internal(error.to_string()))?
        .with_endpoint(FlightEndpoint::new().with_ticket(ticket))
        .with_descriptor(descriptor);
    Ok(Response::new(info))
}

/// A flight about something that needs no force.
fn known<C: ProstMessageExt + Clone>(
    command: &C,
    batch: Result<RecordBatch, FlightError>,
    request: Request<FlightDescriptor>,
) -> Info {
    told(command.clone(), &batch.map_err(Status::from)?.schema(), request.into_inner())
}

fn get(batch: Result<RecordBatch, FlightError>) -> Got {
    Ok(Response::new(messages::at_once(batch.map_err(Status::from)?)))
}

fn nothing_changes() -> Status {
    Status::invalid_argument("nothing is changed, copied or set here; ask with one select")
}

#[tonic::async_trait]
impl FlightSqlService for FlightSql {
    type FlightService = Self;

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        let caller = self.0.caller(request.extensions())?;
        let ground = self.0.ground(&caller, &request)?;
        let statement = self.0.take(query.query).await?;
        self.flight(&caller, &ground, statement, request.into_inner())
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Info {
        let caller = self.0.caller(request.extensions())?;
        let ground = self.0.ground(&caller, &request)?;
        let statement = self.0.prepared(&query.prepared_statement_handle, &caller)?;
        self.flight(&caller, &ground, statement, request.into_inner())
    }

    async fn do_get_statement(&self, ticket: TicketStatementQuery, request: Request<Ticket>) -> Got {
        let caller = self.0.caller(request.extensions())?;
        let ground = self.0.ground(&caller, &request)?;
        let handle = Uuid::from_slice(&ticket.statement_handle).ok();
        let running = handle.and_then(|handle| self.0.statements.begin(handle, &caller, Instant::now()));
        let running = running.ok_or_else(|| {
            Status::not_found(
                "there is no such answer to fetch: it was fetched, cancelled, or left too long; ask again",
            )
        })?;
        let schema = outcome::sent(&running.statement.schema, ground.partial);
        let every = Duration::from_secs(self.0.limits.keepalive_seconds);
        let door = self.0.clone();
        let work = async move { door.answer(&running, &ground).await };
        Ok(Response::new(messages::answer(work, schema, every)))
    }

    async fn do_action_create_prepared_statement(
        &self,
        query: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let caller = self.0.caller(request.extensions())?;
        let ground = self.0.ground(&caller, &request)?;
        let statement = self.0.take(query.query).await?;
        let columns = outcome::sent(&statement.schema, ground.partial);
        let IpcMessage(schema) = SchemaAsIpc::new(&columns, &IpcWriteOptions::default())
            .try_into()
            .map_err(|error: arrow::error::ArrowError| Status::internal(error.to_string()))?;
        let handle = self.0.open(&caller, Kind::Prepared, statement)?;
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: handle.as_bytes().to_vec().into(),
            dataset_schema: schema,
            parameter_schema: bytes::Bytes::new(),
        })
    }

    /// Closing what is closed is no error: some drivers close twice.
    async fn do_action_close_prepared_statement(
        &self,
        query: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        let caller = self.0.caller(request.extensions())?;
        if let Ok(handle) = Uuid::from_slice(&query.prepared_statement_handle) {
            self.0.statements.close(handle, &caller);
        }
        Ok(())
    }

    async fn do_action_cancel_query(
        &self,
        query: ActionCancelQueryRequest,
        request: Request<Action>,
    ) -> Result<ActionCancelQueryResult, Status> {
        let caller = self.0.caller(request.extensions())?;
        let info = FlightInfo::decode(query.info)
            .map_err(|_| Status::invalid_argument("that is not a flight that this door gave out"))?;
        self.0.cancel(&info, &caller)?;
        Ok(ActionCancelQueryResult { result: CANCELLED })
    }

    async fn list_custom_actions(&self) -> Option<Vec<Result<ActionType, Status>>> {
        let cancel = ActionType {
            r#type: CANCEL_FLIGHT_INFO.to_owned(),
            description:
                "Cancels a query. Request: CancelFlightInfoRequest. Response: CancelFlightInfoResult"
                    .to_owned(),
        };
        Some(vec![Ok(cancel)])
    }

    async fn do_action_fallback(
        &self,
        request: Request<Action>,
    ) -> Result<Response<<Self as FlightService>::DoActionStream>, Status> {
        let caller = self.0.caller(request.extensions())?;
        let action = request.get_ref();
        if action.r#type != CANCEL_FLIGHT_INFO {
            return Err(Status::unimplemented("this door does not know that action"));
        }
        let wanted = CancelFlightInfoRequest::decode(action.body.as_ref())
            .map_err(|_| Status::invalid_argument("that is not a CancelFlightInfoRequest"))?;
        self.0.cancel(&wanted.info.unwrap_or_default(), &caller)?;
        let result = CancelFlightInfoResult { status: CancelStatus::Cancelled.into() };
        let result = arrow_flight::Result { body: result.encode_to_vec().into() };
        Ok(Response::new(Box::pin(stream::iter([Ok(result)]))))
    }

    async fn do_put_statement_update(
        &self,
        _: CommandStatementUpdate,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(nothing_changes())
    }

    async fn do_put_prepared_statement_update(
        &self,
        _: CommandPreparedStatementUpdate,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        Err(nothing_changes())
    }

    async fn do_put_prepared_statement_query(
        &self,
        _: CommandPreparedStatementQuery,
        _: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        Err(Status::unimplemented("parameters are not taken; write the values into the statement"))
    }

    async fn get_flight_info_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, catalogue::catalogs(query), request)
    }

    async fn do_get_catalogs(&self, query: CommandGetCatalogs, _: Request<Ticket>) -> Got {
        get(catalogue::catalogs(query))
    }

    async fn get_flight_info_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, catalogue::schemas(query.clone()), request)
    }

    async fn do_get_schemas(&self, query: CommandGetDbSchemas, _: Request<Ticket>) -> Got {
        get(catalogue::schemas(query))
    }

    async fn get_flight_info_tables(
        &self,
        query: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, catalogue::tables(query.clone()), request)
    }

    async fn do_get_tables(&self, query: CommandGetTables, _: Request<Ticket>) -> Got {
        get(catalogue::tables(query))
    }

    async fn get_flight_info_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, catalogue::table_types(query), request)
    }

    async fn do_get_table_types(&self, query: CommandGetTableTypes, _: Request<Ticket>) -> Got {
        get(catalogue::table_types(query))
    }

    async fn get_flight_info_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, query.clone().into_builder(&self.0.info).build(), request)
    }

    async fn do_get_sql_info(&self, query: CommandGetSqlInfo, _: Request<Ticket>) -> Got {
        get(query.into_builder(&self.0.info).build())
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, query.into_builder(&self.0.types).build(), request)
    }

    async fn do_get_xdbc_type_info(&self, query: CommandGetXdbcTypeInfo, _: Request<Ticket>) -> Got {
        get(query.into_builder(&self.0.types).build())
    }

    async fn get_flight_info_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, Ok(keys::primary()), request)
    }

    async fn do_get_primary_keys(&self, _: CommandGetPrimaryKeys, _: Request<Ticket>) -> Got {
        get(Ok(keys::primary()))
    }

    async fn get_flight_info_exported_keys(
        &self,
        query: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, Ok(keys::foreign()), request)
    }

    async fn do_get_exported_keys(&self, _: CommandGetExportedKeys, _: Request<Ticket>) -> Got {
        get(Ok(keys::foreign()))
    }

    async fn get_flight_info_imported_keys(
        &self,
        query: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, Ok(keys::foreign()), request)
    }

    async fn do_get_imported_keys(&self, _: CommandGetImportedKeys, _: Request<Ticket>) -> Got {
        get(Ok(keys::foreign()))
    }

    async fn get_flight_info_cross_reference(
        &self,
        query: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> Info {
        known(&query, Ok(keys::foreign()), request)
    }

    async fn do_get_cross_reference(&self, _: CommandGetCrossReference, _: Request<Ticket>) -> Got {
        get(Ok(keys::foreign()))
    }

    /// What is told of the server is fixed.
    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}

/// `CANCEL_RESULT_CANCELLED` of the protocol, which the library keeps to itself.
const CANCELLED: i32 = 1;
/// The action by which newer clients cancel.
const CANCEL_FLIGHT_INFO: &str = "CancelFlightInfo";
