//! A server's life as its shell sees it: the socket, the signals, the renewal of certificates. The server itself gets
//! a bound listener and a token that stops it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use identity::files::CredentialsFiles;
use identity::{CredentialStore, HostStore, Trust};
use listenfd::ListenFd;
use model::ForceId;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::exit::{Exit, Failure};

/// How a server is run.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArguments {
    /// The configuration
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Insist on the socket that a service manager hands over (LISTEN_FDS), in place of opening one
    #[arg(long)]
    listen_fd: bool,
    /// Stop when stdin closes, so that the server ends with whoever started it
    #[arg(long, hide = true)]
    stop_with_stdin: bool,
}

impl ServeArguments {
    /// The listener that a service manager handed over, or a new one on `listen`.
    pub(crate) async fn listener(&self, listen: &str) -> Result<TcpListener, Failure> {
        self.inherited(&mut ListenFd::from_env(), 0, listen).await
    }

    /// The same for several addresses, each with the socket of its place.
    pub(crate) async fn listeners(&self, listens: &[&str]) -> Result<Vec<TcpListener>, Failure> {
        let mut handed = ListenFd::from_env();
        let mut listeners = Vec::with_capacity(listens.len());
        for (at, listen) in listens.iter().enumerate() {
            listeners.push(self.inherited(&mut handed, at, listen).await?);
        }
        Ok(listeners)
    }

    async fn inherited(
        &self,
        handed: &mut ListenFd,
        at: usize,
        listen: &str,
    ) -> Result<TcpListener, Failure> {
        let inherited = handed.take_tcp_listener(at).map_err(|error| {
            Failure::error(format!("the socket handed over in LISTEN_FDS can't be used: {error}"))
                .help("hand over one bound TCP socket for each address to listen on")
        })?;
        match inherited {
            Some(listener) => {
                listener.set_nonblocking(true)?;
                Ok(TcpListener::from_std(listener)?)
            }
            None if self.listen_fd => Err(Failure::usage("--listen-fd: no socket was handed over")
                .help("start through a service manager that sets LISTEN_FDS, or leave the option out")),
            None => TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error)),
        }
    }

    /// A token that is cancelled when stdin closes, where that was asked for.
    pub(crate) fn stop(&self) -> Result<CancellationToken, Failure> {
        let stop = CancellationToken::new();
        if self.stop_with_stdin {
            let closed = stop.clone();
            std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
                // An end and an error mean the same: nobody is there any more.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
                closed.cancel();
            })?;
        }
        Ok(stop)
    }
}

fn cannot_listen(listen: &str, error: &io::Error) -> Failure {
    let (why, help) = match error.kind() {
        ErrorKind::AddrInUse => (
            "the port is taken by another process".to_owned(),
            "stop that process, or set another port in `listen`",
        ),
        ErrorKind::PermissionDenied => (
            "this user may not open that port".to_owned(),
            "set a port above 1023 in `listen`, or let the service manager hand the socket over",
        ),
        ErrorKind::AddrNotAvailable => (
            "this machine does not have that address".to_owned(),
            "set one of this machine's addresses, or 0.0.0.0, in `listen`",
        ),
        _ => (error.to_string(), "write an address and a port in `listen`, such as 0.0.0.0:7443"),
    };
    Failure::error(format!("can't listen on {listen}: {why}")).help(help)
}

/// What a running server takes up anew on SIGHUP: the bundle, its certificate and key, and a node its sources.
pub(crate) struct Renewal {
    /// Whose server it is.
    pub(crate) force: ForceId,
    /// The bundle's file.
    pub(crate) bundle: PathBuf,
    /// The certificate's and the key's files.
    pub(crate) files: CredentialsFiles,
    /// Who is trusted.
    pub(crate) trust: Trust,
    /// The credentials in use.
    pub(crate) credentials: CredentialStore,
    /// What a door shows to tools, and its files.
    pub(crate) host: Option<(HostStore, CredentialsFiles)>,
    /// Rung to have a node look at its sources.
    pub(crate) refresh: Option<Arc<Notify>>,
}

impl Renewal {
    /// Takes up all of it, or, where a part can't be used, none of it.
    fn renew(&self) -> Result<(), Failure> {
        let bundle = identity::files::read_bundle(&self.bundle)?;
        bundle.member(&self.force)?;
        let host = self.host.as_ref().map(|(_, files)| files.read_host()).transpose()?;
        self.credentials.rotate(self.files.read()?)?;
        if let Some(((store, _), new)) = self.host.as_ref().zip(host) {
            store.rotate(new);
        }
        self.trust.replace(bundle);
        Ok(())
    }
}

/// Announces the server `what` and serves until it ends by itself, or drains it on the first SIGTERM or SIGINT. A second one ends it at once.
pub(crate) async fn until_stopped<E: Into<Failure> + Send + 'static>(
    what: &str,
    address: SocketAddr,
    serve: impl Future<Output = Result<(), E>> + Send + 'static,
    stop: CancellationToken,
    renewal: Renewal,
) -> Result<Exit, Failure> {
    let mut signals = Signals::new()?;
    tracing::info!(%address, force = %renewal.force, "the {what} is listening");
    let mut serving = JoinSet::new();
    serving.spawn(serve);
    let mut asked = false;
    loop {
        tokio::select! {
            Some(ended) = serving.join_next() => return match ended {
                Ok(Ok(())) => {
                    tracing::info!("stopped");
                    Ok(Exit::Ok)
                }
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err(Failure::error("the server broke off; its log says where")),
            },
            signal = signals.next() => match signal {
                Asked::ToStop if asked => {
                    return Err(Failure::error("stopped at once; questions in flight got no answer"));
                }
                Asked::ToStop => {
                    asked = true;
                    tracing::info!("stopping; questions in flight may finish, a second signal ends them");
                    stop.cancel();
                }
                Asked::ToRenew => {
                    match renewal.renew() {
                        Ok(()) => tracing::info!("the bundle and the credentials were read anew"),
                        Err(failure) => {
                            tracing::error!(reason = failure.what(), "nothing was read anew; what was in use stays");
                        }
                    }
                    renewal.refresh.iter().for_each(|refresh| refresh.notify_one());
                }
            },
        }
    }
}

/// What a signal asks for.
enum Asked {
    ToStop,
    ToRenew,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::ToStop,
            _ = self.interrupt.recv() => Asked::ToStop,
            _ = self.hangup.recv() => Asked::ToRenew,
        }
    }
}
