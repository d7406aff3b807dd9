//! Every log line of the process, kept so that a scenario can search it. Our own crates log at their finest.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

static LINES: OnceLock<Lines> = OnceLock::new();

/// Starts keeping log lines, once for the process.
pub fn keep() {
    LINES.get_or_init(|| {
        let lines = Lines::default();
        let ours = ["node", "coordinator", "identity", "policy", "linkage", "audit", "api", "tests"];
        let filter = ours.iter().fold(String::from("info"), |filter, name| filter + "," + name + "=trace");
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::new(filter))
            .with_writer(lines.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        lines
    });
}

/// Every line so far.
pub fn so_far() -> Vec<u8> {
    LINES.get().map_or_else(Vec::new, |lines| lines.0.lock().unwrap().clone())
}
