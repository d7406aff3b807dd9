//! The demo's servers as processes. The demo binds each listener and hands it over, so no port is lost between choosing
//! and using it; each server watches its standard input and stops when the demo ends, however the demo ends.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use identity::{Connector, CredentialStore, Dialler, Trust};
use model::Role;
use tokio::process::{Child, ChildStdin, Command};
use tokio_stream::StreamExt;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::layout::{Layout, ROCTA};
use crate::exit::Failure;

/// The file descriptor at which the first inherited listener stands, as systemd's socket activation has it.
const LISTEN_FD: i32 = 3;

/// Bound listeners for each server, in the order of its configuration's `listen` lines.
pub(crate) struct Doors(Vec<(&'static str, Vec<(TcpListener, SocketAddr)>)>);

impl Doors {
    /// Binds each server's configured addresses where they can be had, else free ports.
    pub(crate) fn bind(layout: &Layout) -> Result<Self, Failure> {
        let mut doors = Vec::new();
        for force in Layout::servers() {
            let config = layout.config(force);
            let text = std::fs::read_to_string(&config)
                .map_err(|e| Failure::error(format!("{}: {e}", config.display())))?;
            let written = listens_of(&text);
            let bound: Vec<_> = written.iter().map(|written| bind(*written)).collect::<Result<_, _>>()?;
            let addresses: Vec<SocketAddr> = bound.iter().map(|(_, address)| *address).collect();
            if written != addresses.iter().copied().map(Some).collect::<Vec<_>>() {
                std::fs::write(&config, with_listens(&text, &addresses))
                    .map_err(|e| Failure::error(format!("{}: {e}", config.display())))?;
            }
            doors.push((force, bound));
        }
        Ok(Self(doors))
    }

    /// The address of a force's server, as a URL.
    pub(crate) fn address(&self, force: &str) -> String {
        self.nth(force, 0).unwrap_or_default()
    }

    /// The address of the coordinator's door for tools, as a URL; none where its configuration has none.
    pub(crate) fn for_tools(&self) -> Option<String> {
        self.nth(ROCTA, 1)
    }

    fn nth(&self, force: &str, at: usize) -> Option<String> {
        let (_, bound) = self.0.iter().find(|(name, _)| *name == force)?;
        bound.get(at).map(|(_, address)| format!("https://{address}"))
    }
}

fn bind(written: Option<SocketAddr>) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = written
        .filter(|address| address.ip().is_loopback())
        .and_then(|address| TcpListener::bind(address).ok())
        .map_or_else(|| TcpListener::bind("127.0.0.1:0"), Ok)
        .map_err(|e| Failure::from(e).while_doing("finding a free port on 127.0.0.1"))?;
    let address = listener.local_addr().map_err(|e| Failure::from(e).while_doing("finding a free port"))?;
    Ok((listener, address))
}

/// The `listen` addresses in a configuration's text; none for one that is no address.
fn listens_of(text: &str) -> Vec<Option<SocketAddr>> {
    let lines = text.lines().filter(|line| line.starts_with("listen ="));
    lines.map(|line| line.split('"').nth(1)?.parse().ok()).collect()
}

fn with_listens(text: &str, addresses: &[SocketAddr]) -> String {
    let mut addresses = addresses.iter();
    let mut line = |line: &str| match line.starts_with("listen =").then(|| addresses.next()).flatten() {
        Some(address) => format!("listen = \"{address}\"\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(&mut line).collect()
}

/// The running servers.
pub(crate) struct Servers(Vec<(&'static str, Child)>, Vec<ChildStdin>);

impl Servers {
    /// Starts every server on its listener.
    pub(crate) fn start(layout: &Layout, doors: Doors) -> Result<Self, Failure> {
        let binary =
            std::env::current_exe().map_err(|e| Failure::from(e).while_doing("finding this program"))?;
        let mut children = Vec::new();
        let mut lifelines = Vec::new();
        for (force, bound) in doors.0 {
            let failed = |e: std::io::Error| Failure::from(e).while_doing(&format!("starting {force}"));
            let log = File::create(layout.log(force)).map_err(failed)?;
            let mut command = std::process::Command::new(&binary);
            command
                .arg(if force == ROCTA { "coordinator" } else { "node" })
                .args(["run", "--stop-with-stdin", "--config"])
                .arg(layout.config(force))
                .env("LISTEN_FDS", bound.len().to_string())
                // Reading records makes much short-lived memory on many threads; fewer arenas give it back sooner.
                .env("MALLOC_ARENA_MAX", "2")
                .env_remove("LISTEN_PID")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(log);
            let mapping = |(child_fd, (listener, _)): (i32, (TcpListener, SocketAddr))| FdMapping {
                parent_fd: OwnedFd::from(listener),
                child_fd,
            };
            command
                .fd_mappings((LISTEN_FD..).zip(bound).map(mapping).collect())
                .map_err(|_| Failure::error(format!("handing {force} its listener")))?;
            let mut child = Command::from(command).kill_on_drop(true).spawn().map_err(failed)?;
            // Waiting for a child closes the input that it holds, so the lifeline is kept apart from it.
            lifelines.extend(child.stdin.take());
            children.push((force, child));
        }
        Ok(Self(children, lifelines))
    }

    /// Waits until every server says that it is ready, or one of them has ended.
    pub(crate) async fn ready(
        &mut self,
        layout: &Layout,
        trust: &Trust,
        say: &dyn Fn(&str),
    ) -> Result<(), Failure> {
        for (force, child) in &mut self.0 {
            tokio::select! {
                healthy = healthy(layout, trust, force) => healthy?,
                ended = child.wait() => return Err(ended_early(layout, force, ended.ok())),
            }
            say(&format!("{force} is ready"));
        }
        Ok(())
    }

    /// Tells of every server that ends by itself, and returns when none is left. The others go on: what an answer says
    /// of a force that is down is worth seeing.
    pub(crate) async fn watch(&mut self, layout: &Layout, say: &dyn Fn(&str)) -> Failure {
        loop {
            let ends =
                self.0.iter_mut().enumerate().map(|(at, (force, child))| {
                    Box::pin(async move { (at, *force, child.wait().await.ok()) })
                });
            let ((at, force, status), ..) = futures::future::select_all(ends).await;
            self.0.remove(at);
            let ended = ended_early(layout, force, status);
            if self.0.is_empty() {
                return ended;
            }
            say(ended.what());
        }
    }

    /// Asks every server to stop and waits for each, within its own grace time.
    pub(crate) async fn stop(mut self) {
        self.1.clear();
        for (_, child) in &mut self.0 {
            // Beyond every server's grace time; a child that still runs is killed when it is dropped.
            let _ended = tokio::time::timeout(Duration::from_secs(15), child.wait()).await;
        }
    }
}

/// Watches a server's health until it serves. Its listener is bound already, so connecting waits for it to accept.
async fn healthy(layout: &Layout, trust: &Trust, force: &str) -> Result<(), Failure> {
    watch(layout, trust, force).await.map_err(|failure| failure.while_doing(&format!("waiting for {force}")))
}

async fn watch(layout: &Layout, trust: &Trust, force: &str) -> Result<(), Failure> {
    let (holder, role, service) = match force {
        ROCTA => ("analyst", Role::Coordinator, "bluelamp.v1.Coordinator"),
        _ => ("coordinator", Role::Node, "bluelamp.v1.Node"),
    };
    let (certificate, key) = layout.credentials(ROCTA, holder);
    let credentials = identity::files::read_credentials(&certificate, &key)?;
    let bundle = trust.bundle();
    let id = force.parse()?;
    let member = bundle.member(&id)?;
    let address = if role == Role::Node { member.node() } else { member.coordinator() };
    let address = address.cloned().ok_or_else(|| Failure::error("the bundle names no address"))?;
    let dialler = Dialler::new(trust.clone(), CredentialStore::new(credentials), id, role);
    let connector = Connector::new(dialler).with_patience(Duration::from_secs(60));
    let channel = Endpoint::from(address).connect_with_connector(connector).await?;
    let request = HealthCheckRequest { service: service.to_owned() };
    let mut states = HealthClient::new(channel).watch(request).await?.into_inner();
    while let Some(state) = states.next().await {
        if state?.status() == ServingStatus::Serving {
            return Ok(());
        }
    }
    Err(Failure::error("the server ended"))
}

fn ended_early(layout: &Layout, force: &str, status: Option<std::process::ExitStatus>) -> Failure {
    let log = layout.log(force);
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    let last: Vec<&str> = said.lines().rev().take(5).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    let status = status.map_or_else(|| "ended".to_owned(), |status| status.to_string());
    Failure::error(format!("{force} stopped ({status}); the end of {}:\n{}", log.display(), last.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::{listens_of, with_listens};

    #[test]
    fn listen_lines_are_read_and_rewritten_alone() {
        let text = "# listen here\nforce = \"rocta\"\nlisten = \"0.0.0.0:7443\"\n[door]\nlisten = \"0.0.0.0:7444\"\n";
        let addresses = ["127.0.0.1:4000", "127.0.0.1:4001"].map(|address| address.parse().unwrap());
        assert_eq!(listens_of(text), ["0.0.0.0:7443", "0.0.0.0:7444"].map(|address| address.parse().ok()));
        let moved = with_listens(text, &addresses);
        let expected = "# listen here\nforce = \"rocta\"\nlisten = \"127.0.0.1:4000\"\n[door]\nlisten = \"127.0.0.1:4001\"\n";
        assert_eq!(moved, expected);
        assert_eq!(listens_of(&moved), addresses.map(Some));
    }
}
