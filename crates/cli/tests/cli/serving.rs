//! Servers as a service manager runs them: the socket, the signals, and what an analyst sees when a node is down.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStderr, Stdio};

use command_fds::{CommandFdExt, FdMapping};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::world::World;

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// A coordinator on a socket that it was handed.
struct Coordinator {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Coordinator {
    fn start(world: &World, listener: TcpListener) -> Self {
        let mut command = world.command();
        command
            .args(["coordinator", "run", "--listen-fd", "--stop-with-stdin", "--config", "coordinator.toml"])
            .env("LISTEN_FDS", "1")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .fd_mappings(vec![FdMapping { parent_fd: OwnedFd::from(listener), child_fd: 3 }])
            .unwrap();
        let mut child = command.spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut coordinator = Self { child, log };
        coordinator.says("the coordinator is listening");
        coordinator
    }

    /// Waits for a line of the log.
    fn says(&mut self, part: &str) {
        let mut line = String::new();
        while !line.contains(part) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "the log ended before {part:?}");
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    fn ends_well(&mut self) {
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_port_that_is_taken_is_named_with_the_mend() {
    let (_held, address) = listener();
    let world = World::at_rest();
    for (server, file) in [("node", "node.toml"), ("coordinator", "coordinator.toml")] {
        world.alter(file, "127.0.0.1:1", &address);
        world
            .run(&[server, "run", "--config", file])
            .failed(1, &[&address, "taken by another process", "help: stop that process"]);
    }
    world
        .run(&["node", "run", "--listen-fd", "--config", "node.toml"])
        .failed(2, &["no socket was handed over"]);
}

#[test]
fn a_server_with_another_servers_certificate_does_not_start() {
    let world = World::at_rest();
    world.alter("coordinator.toml", "rocta/coordinator-1", "mps/node-1");
    for command in ["run", "check"] {
        world
            .run(&["coordinator", command, "--config", "coordinator.toml"])
            .failed(1, &["the certificate is of"]);
    }
    let found = world.run(&["coordinator", "check", "--config", "nowhere.toml"]);
    found.failed(2, &["nowhere.toml: can't be read"]);
}

#[test]
fn a_server_stops_on_a_signal_and_when_its_starter_goes_away() {
    let (listener, address) = listener();
    let world = World::federation("https://node.mps.example:7443", &format!("https://{address}"));
    let again = listener.try_clone().unwrap();
    let mut coordinator = Coordinator::start(&world, listener);
    coordinator.signal(Signal::SIGHUP);
    coordinator.says("read anew");
    world.alter("federation.toml", "[[member]]", "[[mender]]");
    coordinator.signal(Signal::SIGHUP);
    coordinator.says("what was in use stays");
    coordinator.signal(Signal::SIGTERM);
    coordinator.ends_well();
    world.alter("federation.toml", "[[mender]]", "[[member]]");
    let mut coordinator = Coordinator::start(&world, again);
    drop(coordinator.child.stdin.take());
    coordinator.ends_well();
    assert!(world.run(&["audit", "show", "rocta.log"]).out().contains("started, version"));
}

/// Invariant 6 at the analyst's desk: when nobody answered the result is an error, never a zero.
#[test]
fn when_no_force_answers_the_analyst_is_told_so() {
    let (node, node_address) = listener();
    // A node that closes every connection without a word.
    std::thread::spawn(move || for _refused in node.incoming() {});
    let (listener, address) = listener();
    let world = World::federation(&format!("https://{node_address}"), &format!("https://{address}"));
    let mut coordinator = Coordinator::start(&world, listener);

    let ran = world.ask(&["search", "vehicle", "AB12CDE"]);
    ran.failed(1, &["error: no force answered: 0 of 1 forces answered; mps did not (unreachable)"]);
    assert!(ran.out.starts_with("mps   NO ANSWER: unreachable\n"), "{}", ran.out);
    assert!(ran.out.ends_with("0 of 1 forces answered; mps did not (unreachable)\n"), "{}", ran.out);

    let ran = world.ask(&["search", "vehicle", "AB12CDE", "--format", "json"]);
    ran.failed(1, &[]);
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["coverage"]["forces"][0]["outcome"], "unreachable");
    assert_eq!(answer["answers"], serde_json::json!([]));

    let ran = world.ask(&["table", "event", "--by", "month", "--format", "csv", "-o", "answer.csv"]);
    ran.failed(1, &["no force answered"]);
    assert!(ran.out.is_empty() && !world.path("answer.csv").exists());

    let ran = world.run(&["federation"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("0 of 1 nodes answer"), "{}", ran.out);

    let ran = world.run(&["doctor", "--config", "analyst.toml"]);
    ran.failed(1, &["not ready"]);
    assert!(ran.out.contains("ok    coordinator") && ran.out.contains("FAIL  node"), "{}", ran.out);

    drop(coordinator.child.stdin.take());
    coordinator.ends_well();
    let log = world.run(&["audit", "show", "rocta.log"]).out();
    assert!(log.contains("merged for spiffe://bluelamp/force/rocta/analyst/1"), "{log}");
    assert!(!log.contains("AB12CDE"));
}
