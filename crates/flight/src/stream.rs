//! An answer on its way to a client: empty batches keep a slow stream alive through proxies, messages stay below what clients
//! take, and whoever stops reading stops the work.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow_flight::FlightData;
use arrow_flight::utils::batches_to_flight_data;
use bytes::Bytes;
use futures::{Stream, stream};
use prost::Message;
use tonic::Status;

use crate::outcome::COVERAGE;

/// Largest message that is sent, in bytes: clients refuse more unless told otherwise.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Size at which a batch is cut, in bytes of its columns.
const BATCH_BYTES: usize = 1024 * 1024;

/// What a client reads.
pub(crate) type Messages = Pin<Box<dyn Stream<Item = Result<FlightData, Status>> + Send>>;

/// An answer that is being sent.
struct Sending<F> {
    /// What the answer comes of; none once it is there.
    work: Option<Pin<Box<F>>>,
    schema: SchemaRef,
    every: Duration,
    /// Whether the schema was sent.
    begun: bool,
    batches: VecDeque<RecordBatch>,
    messages: VecDeque<FlightData>,
    coverage: Bytes,
}

/// The answer that `work` comes to. Until then an empty batch with the columns of `schema` is sent `every` so often. Dropping
/// the stream drops the work, and with it every question that is under way.
///
/// The first message is the schema: with the coverage, where the answer was there before the first empty batch. From the answer
/// on every message carries the coverage in its application metadata.
pub(crate) fn answer<F>(work: F, schema: SchemaRef, every: Duration) -> Messages
where
    F: Future<Output = Result<RecordBatch, Status>> + Send + 'static,
{
    let sending = Sending {
        work: Some(Box::pin(work)),
        schema,
        every,
        begun: false,
        batches: VecDeque::new(),
        messages: VecDeque::new(),
        coverage: Bytes::new(),
    };
    Box::pin(stream::unfold(Some(sending), |sending| async {
        let mut sending = sending?;
        match sending.next().await {
            Ok(message) => message.map(|message| (Ok(message), Some(sending))),
            Err(status) => Some((Err(status), None)),
        }
    }))
}

impl<F: Future<Output = Result<RecordBatch, Status>>> Sending<F> {
    async fn next(&mut self) -> Result<Option<FlightData>, Status> {
        loop {
            if let Some(message) = self.messages.pop_front() {
                return Ok(Some(message));
            }
            if let Some(batch) = self.batches.pop_front() {
                self.encode(&batch)?;
                continue;
            }
            let Some(work) = &mut self.work else { return Ok(None) };
            let told = tokio::select! {
                biased;
                told = work.as_mut() => Some(told),
                () = tokio::time::sleep(self.every) => None,
            };
            match told {
                None => self.encode(&RecordBatch::new_empty(self.schema.clone()))?,
                Some(told) => {
                    self.work = None;
                    let batch = told?;
                    self.coverage =
                        batch.schema().metadata().get(COVERAGE).cloned().unwrap_or_default().into();
                    self.batches = pieces(batch).into();
                }
            }
        }
    }

    /// Puts a batch into messages, empty ones too, which the library's own encoder leaves out.
    fn encode(&mut self, batch: &RecordBatch) -> Result<(), Status> {
        let encoded = batches_to_flight_data(&batch.schema(), vec![batch.clone()])
            .map_err(|error| Status::internal(error.to_string()))?;
        // The schema stands first, and is sent once.
        for mut message in encoded.into_iter().skip(usize::from(self.begun)) {
            message.app_metadata = self.coverage.clone();
            if message.encoded_len() > MESSAGE_BYTES_MAX {
                let why = "a row of the answer is larger than 4 MiB, which clients do not take; choose fewer columns, or shorter texts";
                return Err(Status::resource_exhausted(why));
            }
            self.messages.push_back(message);
        }
        self.begun = true;
        Ok(())
    }
}

/// One batch, sent at once: what needs no force.
pub(crate) fn at_once(batch: RecordBatch) -> Messages {
    let schema = batch.schema();
    answer(std::future::ready(Ok(batch)), schema, Duration::MAX)
}

/// The batch in pieces of a size that clients take, in order; at least one.
fn pieces(batch: RecordBatch) -> Vec<RecordBatch> {
    let rows = batch.num_rows();
    if rows < 2 || bytes(&batch) <= BATCH_BYTES {
        return vec![batch];
    }
    let half = rows / 2;
    let mut first = pieces(batch.slice(0, half));
    first.append(&mut pieces(batch.slice(half, rows - half)));
    first
}

/// What the batch's own rows take.
fn bytes(batch: &RecordBatch) -> usize {
    let size =
        |column: &arrow::array::ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(usize::MAX);
    batch.columns().iter().map(size).fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use arrow::array::{ArrayRef, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow_flight::decode::FlightRecordBatchStream;
    use arrow_flight::error::FlightError;
    use futures::{StreamExt, TryStreamExt};
    use proptest::prelude::*;

    use super::*;

    fn texts(texts: Vec<String>) -> RecordBatch {
        let metadata = HashMap::from([(COVERAGE.to_owned(), "covered".to_owned())]);
        let schema = Schema::new_with_metadata(vec![Field::new("t", DataType::Utf8, true)], metadata);
        let column: ArrayRef = Arc::new(StringArray::from(texts));
        RecordBatch::try_new(Arc::new(schema), vec![column]).unwrap()
    }

    fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("t", DataType::Utf8, true)]))
    }

    fn run<F: Future>(future: F) -> F::Output {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().build().unwrap().block_on(future)
    }

    async fn read(messages: Messages) -> Vec<String> {
        let batches = FlightRecordBatchStream::new_from_flight_data(messages.map_err(FlightError::from));
        let batches: Vec<RecordBatch> = batches.try_collect().await.unwrap();
        let column =
            |batch: &RecordBatch| batch.column(0).as_any().downcast_ref::<StringArray>().unwrap().clone();
        batches
            .iter()
            .flat_map(|b| column(b).iter().map(|t| t.unwrap().to_owned()).collect::<Vec<_>>())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn no_message_is_too_large_and_no_row_is_lost(sizes in prop::collection::vec(0_usize..900_000, 0..24)) {
            let rows: Vec<String> = sizes.iter().map(|size| "x".repeat(*size)).collect();
            let sent = |rows: &[String]| answer(std::future::ready(Ok(texts(rows.to_vec()))), schema(), Duration::MAX);
            let messages: Vec<FlightData> = run(sent(&rows).try_collect()).unwrap();
            for message in &messages {
                prop_assert!(message.encoded_len() <= MESSAGE_BYTES_MAX);
                prop_assert_eq!(message.app_metadata.as_ref(), b"covered");
            }
            prop_assert_eq!(run(read(sent(&rows))), rows);
        }
    }

    #[test]
    fn a_row_that_no_message_holds_is_an_error() {
        let huge = texts(vec!["x".repeat(5 << 20)]);
        let sent: Result<Vec<FlightData>, Status> =
            run(answer(std::future::ready(Ok(huge)), schema(), Duration::MAX).try_collect());
        assert_eq!(sent.unwrap_err().code(), tonic::Code::ResourceExhausted);
    }

    #[test]
    fn a_slow_answer_is_kept_alive_by_empty_batches() {
        let (release, waits) = tokio::sync::oneshot::channel();
        let slow = async {
            waits.await.unwrap();
            Ok(texts(vec!["told".to_owned()]))
        };
        let (before, after) = run(async {
            let mut messages = answer(slow, schema(), Duration::from_millis(1));
            let mut before = Vec::new();
            // The schema and two empty batches.
            while before.len() < 3 {
                before.push(messages.next().await.unwrap().unwrap());
            }
            release.send(()).unwrap();
            let after: Vec<FlightData> = messages.try_collect().await.unwrap();
            (before, after)
        });
        assert!(before.iter().all(|message| message.app_metadata.is_empty()));
        assert_eq!(
            after.last().unwrap().app_metadata.as_ref(),
            b"covered",
            "the coverage comes with the answer"
        );
        let sent = stream::iter(before.into_iter().chain(after).map(Ok)).boxed();
        assert_eq!(run(read(sent)), ["told"]);
    }

    #[test]
    fn a_failure_ends_the_stream_and_so_does_whoever_stops_reading() {
        let failing = async { Err(Status::unavailable("nobody answered")) };
        let sent: Result<Vec<FlightData>, Status> =
            run(answer(failing, schema(), Duration::MAX).try_collect());
        assert_eq!(sent.unwrap_err().message(), "nobody answered");

        struct Ends(Arc<AtomicBool>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Ends(ended.clone());
        let endless = async move {
            let _ends = ends;
            std::future::pending().await
        };
        run(async {
            let mut messages = answer(endless, schema(), Duration::from_millis(1));
            assert!(messages.next().await.unwrap().is_ok());
            assert!(!ended.load(Ordering::Relaxed));
            drop(messages);
        });
        assert!(ended.load(Ordering::Relaxed));
    }
}
