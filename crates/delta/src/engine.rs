//! The engine that Delta's kernel replays logs with. It reads and never writes, and evaluates the one expression that a replay
//! needs: fields of an action put together anew.

use std::sync::Arc;

use delta_kernel::expressions::Scalar;
use delta_kernel::schema::{DataType, SchemaRef};
use delta_kernel::{
    Engine, EngineData, EvaluationHandler, Expression, ExpressionEvaluator, ExpressionRef, JsonHandler,
    KernelError, KernelResult, ParquetHandler, PredicateEvaluator, PredicateRef, StorageHandler,
};
use serde_json::{Map, Value};

use crate::rows::{Rows, at};

/// Files on the local disk.
pub(crate) struct Local;

impl Engine for Local {
    fn evaluation_handler(&self) -> Arc<dyn EvaluationHandler> {
        Arc::new(Self)
    }

    fn storage_handler(&self) -> Arc<dyn StorageHandler> {
        Arc::new(Self)
    }

    fn json_handler(&self) -> Arc<dyn JsonHandler> {
        Arc::new(Self)
    }

    fn parquet_handler(&self) -> Arc<dyn ParquetHandler> {
        Arc::new(Self)
    }
}

/// Refuses what a replay without statistics and filters does not ask for.
pub(crate) fn not_here<T>(what: &str) -> KernelResult<T> {
    Err(KernelError::internal_error(format!("reading a log asked for {what}")))
}

impl EvaluationHandler for Local {
    fn new_expression_evaluator(
        &self,
        _: SchemaRef,
        expression: ExpressionRef,
        output: DataType,
    ) -> KernelResult<Arc<dyn ExpressionEvaluator>> {
        match output {
            DataType::Struct(fields) => Ok(Arc::new(Evaluator { expression, output: Arc::new(*fields) })),
            _ => not_here("a value that is no struct"),
        }
    }

    fn new_predicate_evaluator(
        &self,
        _: SchemaRef,
        _: PredicateRef,
    ) -> KernelResult<Arc<dyn PredicateEvaluator>> {
        not_here("a filter")
    }

    fn create_many(&self, _: SchemaRef, _: Vec<Vec<Scalar>>) -> KernelResult<Box<dyn EngineData>> {
        not_here("rows to write")
    }
}

struct Evaluator {
    expression: ExpressionRef,
    output: SchemaRef,
}

impl ExpressionEvaluator for Evaluator {
    fn evaluate(&self, batch: &dyn EngineData) -> KernelResult<Box<dyn EngineData>> {
        let Some(rows) = batch.any_ref().downcast_ref::<Rows>() else {
            return Err(KernelError::engine_data_type("rows of a log"));
        };
        let output = DataType::Struct(Box::new(self.output.as_ref().clone()));
        let made: KernelResult<Vec<Value>> =
            rows.values().iter().map(|row| value(&self.expression, row, &output)).collect();
        Ok(Box::new(Rows::new(self.output.clone(), made?)))
    }
}

/// What `expression` is for `row`; `output` names the fields of structs.
fn value(expression: &Expression, row: &Value, output: &DataType) -> KernelResult<Value> {
    match (expression, output) {
        (Expression::Column(name), _) => Ok(at(row, name.path()).clone()),
        (Expression::Literal(Scalar::Null(_)), _) => Ok(Value::Null),
        (Expression::Struct(parts, None), DataType::Struct(fields)) if parts.len() == fields.num_fields() => {
            let mut made = Map::new();
            for (part, field) in parts.iter().zip(fields.fields()) {
                made.insert(field.name().clone(), value(part, row, field.data_type())?);
            }
            Ok(Value::Object(made))
        }
        _ => not_here("an expression that it never needed"),
    }
}
