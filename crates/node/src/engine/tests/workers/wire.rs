//! A wire between a node and a worker that can be cut after any number of bytes, in either direction.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A wire to a worker.
pub(super) struct Wire {
    pub(super) address: SocketAddr,
    ends: [End; 2],
}

/// One direction.
#[derive(Clone)]
struct End {
    passed: Arc<AtomicUsize>,
    most: usize,
    cut: CancellationToken,
}

impl Wire {
    /// One that is never cut.
    pub(super) async fn to(worker: SocketAddr) -> Self {
        Self::cut(worker, [usize::MAX; 2]).await
    }

    /// One that breaks for good once so many bytes went to the worker, or from it.
    pub(super) async fn cut(worker: SocketAddr, most: [usize; 2]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let cut = CancellationToken::new();
        let ends = most.map(|most| End { passed: Arc::default(), most, cut: cut.clone() });
        let [there, back] = ends.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                // Whoever comes after the cut finds nobody.
                let Ok(far) = TcpStream::connect(worker).await else { continue };
                let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
                tokio::spawn(there.clone().carry(near_read, far_write));
                tokio::spawn(back.clone().carry(far_read, near_write));
            }
        });
        Self { address, ends }
    }

    /// How many bytes went to the worker.
    pub(super) fn passed(&self) -> usize {
        self.both()[0]
    }

    /// How many bytes went to the worker and from it.
    pub(super) fn both(&self) -> [usize; 2] {
        [0, 1].map(|at| self.ends[at].passed.load(Ordering::SeqCst))
    }
}

impl End {
    async fn carry(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = [0; 1024];
        let carry = async {
            while let Ok(read @ 1..) = from.read(&mut bytes).await {
                let before = self.passed.fetch_add(read, Ordering::SeqCst);
                let left = self.most.saturating_sub(before).min(read);
                if to.write_all(&bytes[..left]).await.is_err() {
                    return;
                }
                if left < read {
                    return self.cut.cancel();
                }
            }
        };
        tokio::select! {
            () = carry => {}
            () = self.cut.cancelled() => {}
        }
    }
}
