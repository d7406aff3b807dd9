//! A statement that has become questions: what goes to which force, what is finished here, and the answer.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Int8Type};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{ExecutionPlan, collect};
use model::reply::Protection;
use model::{Coverage, ForceId, Measure, QuestionId, TableAnswer};

use crate::catalogue::session;
use crate::question::{Ask, TypedQuestion};
use crate::release::Released;
use crate::rewrite::Rewriter;
use crate::statement::parse;
use crate::{Refused, RunError, told};

/// Most rows that a statement may come to.
const ROWS_MAX: usize = 1_000_000;
/// The stack that a statement is planned on, in bytes.
const STACK: usize = 128 << 20;

/// A statement that can be put to the forces. Nothing was sent to make it.
pub struct Prepared {
    physical: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    columns: Vec<Heading>,
    questions: Vec<TypedQuestion>,
    released: Vec<Arc<Released>>,
    notes: Vec<&'static str>,
    steps: Vec<String>,
}

/// One column of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// What it is called.
    pub name: String,
    /// The type of its values.
    pub holds: DataType,
    /// Whether it holds figures that a force may suppress, so that a status stands beside each.
    pub figures: bool,
}

/// The answer to a statement.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The columns, in order.
    pub columns: Vec<Answered>,
    /// How many rows.
    pub rows: usize,
    /// Which forces it speaks for: those that answered each of its questions.
    pub coverage: Coverage,
    /// The questions that were asked for it.
    pub questions: Vec<QuestionId>,
    /// How the forces protected their shares, once for each question.
    pub protections: Vec<Protected>,
    /// What a reader has to know besides.
    pub notes: Vec<String>,
}

/// How the answer to one question was protected.
#[derive(Debug, Clone)]
pub struct Protected {
    /// What was asked for.
    pub measures: Vec<Measure>,
    /// How each force protected its share.
    pub forces: Vec<(ForceId, Protection)>,
}

/// One column of an answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What it is called.
    pub name: String,
    /// Its values. A figure that may not be told is null.
    pub values: ArrayRef,
    /// Of figures, how far each may be relied on: `exact`, `rounded`, `noisy`, `at least` or `suppressed`; none where
    /// there is no figure at all, as beside an outer join.
    pub status: Option<Vec<Option<&'static str>>>,
}

/// Turns a statement into questions, or says why it can't and how to say it. Sends nothing.
///
/// Parser and planner call themselves for parts of parts. What they are given is bounded ([`crate::LENGTH_MAX`] and more), and
/// they are given room for that on a stack of their own.
pub fn prepare(text: &str) -> Result<Prepared, Refused> {
    let plan = || futures::executor::block_on(planned(text));
    std::thread::scope(|scope| {
        let planning = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, plan);
        let planning = planning.map_err(|_| Refused::new("there is no room to plan a statement"))?;
        planning.join().unwrap_or_else(|_| Err(Refused::new("the statement can't be planned")))
    })
}

async fn planned(text: &str) -> Result<Prepared, Refused> {
    let state = session()?;
    let parsed = parse(&state, text)?;
    let plan = state.statement_to_plan(parsed.statement).await?;
    let mut rewriter = Rewriter::new(&state);
    let rewritten = rewriter.plan(&plan)?;
    let (plan, fields) = rewriter.result(rewritten)?;
    let Rewriter { questions, released, notes, steps, .. } = rewriter;
    let physical = state.create_physical_plan(&plan).await?;
    let mut columns = Vec::with_capacity(fields.len());
    let mut at = 0;
    let written = parsed.names.filter(|names| names.len() == fields.len());
    for (place, (name, figures)) in fields.into_iter().enumerate() {
        let schema = physical.schema();
        let holds = schema.fields().get(at).map(|field| field.data_type().clone());
        let name = written.as_ref().and_then(|names| names.get(place).cloned()).unwrap_or(name);
        columns.push(Heading { name, holds: holds.unwrap_or(DataType::Null), figures });
        at += if figures { 2 } else { 1 };
    }
    let context = state.task_ctx();
    Ok(Prepared { physical, context, columns, questions, released, notes, steps })
}

impl Prepared {
    /// The questions that are asked for it, each once.
    pub fn questions(&self) -> &[TypedQuestion] {
        &self.questions
    }

    /// The columns of its result.
    pub fn columns(&self) -> &[Heading] {
        &self.columns
    }

    /// What is asked of which forces, and what is finished here, for reading. `all` are those that are asked where a
    /// question names none.
    pub fn explain(&self, all: &BTreeSet<ForceId>) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        for (at, question) in self.questions.iter().enumerate() {
            let forces = question.forces.as_ref().unwrap_or(all);
            let names: Vec<&str> = forces.iter().map(ForceId::as_str).collect();
            let _ = writeln!(text, "question {} to {}:\n  {question}", at + 1, names.join(", "));
        }
        if self.questions.is_empty() {
            text.push_str("no force is asked\n");
        }
        match self.steps.as_slice() {
            [] => text.push_str("finished here: nothing but the choice of columns\n"),
            steps => {
                text.push_str("finished here, over what the forces release:\n");
                steps.iter().for_each(|step| {
                    let _ = writeln!(text, "  {step}");
                });
            }
        }
        text
    }

    /// Asks the forces, one question after another, and finishes here.
    pub async fn run<A: Ask>(self, asker: &A) -> Result<Answer, RunError<A::Error>> {
        let mut answers: Vec<TableAnswer> = Vec::with_capacity(self.questions.len());
        for question in &self.questions {
            let answer = asker.ask(question).await.map_err(RunError::Asking)?;
            if answer.coverage.answered() == 0 {
                return Err(RunError::Unanswered(answer.coverage));
            }
            answers.push(answer);
        }
        for released in &self.released {
            let at = released.question();
            if let (Some(question), Some(answer)) = (self.questions.get(at), answers.get(at)) {
                released.fill(question, answer).map_err(RunError::Finishing)?;
            }
        }
        let batch = self.finish().await.map_err(RunError::Finishing)?;
        let mut arrays = batch.columns().iter();
        let mut columns = Vec::with_capacity(self.columns.len());
        for heading in &self.columns {
            let Some(values) = arrays.next().cloned() else { break };
            let status = heading.figures.then(|| arrays.next().map(words)).flatten();
            columns.push(Answered { name: heading.name.clone(), values, status });
        }
        let protections = self.questions.iter().zip(&answers);
        let sums = answers.iter().any(|answer| answer.coverage.answered() > 1)
            && self.questions.iter().any(|question| !question.by_force);
        let mut notes: Vec<String> = self.notes.iter().map(|note| (*note).to_owned()).collect();
        if sums {
            notes.push(
                "sums over forces may count one person or event once for each force that holds it".to_owned(),
            );
        }
        Ok(Answer {
            columns,
            rows: batch.num_rows(),
            coverage: Coverage::across(answers.iter().map(|answer| &answer.coverage)),
            questions: answers.iter().map(|answer| answer.question).collect(),
            protections: protections
                .map(|(question, answer)| Protected {
                    measures: question.table.measures().to_vec(),
                    forces: answer.protections.clone(),
                })
                .collect(),
            notes,
        })
    }

    /// Puts the releases together.
    async fn finish(&self) -> Result<RecordBatch, String> {
        let batches = collect(self.physical.clone(), self.context.clone()).await;
        let batches = batches.map_err(|error| Refused::from(error).what)?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows > ROWS_MAX {
            return Err(format!("the result has {rows} rows, and may have {ROWS_MAX} at most"));
        }
        concat_batches(&self.physical.schema(), &batches).map_err(|error| error.to_string())
    }
}

fn words(status: &ArrayRef) -> Vec<Option<&'static str>> {
    let Some(status) = status.as_primitive_opt::<Int8Type>() else {
        return vec![Some(told::word(told::SUPPRESSED)); status.len()];
    };
    status.iter().map(|status| status.map(told::word)).collect()
}
