//! A node with two real worker processes, one of which is killed in the middle of questions: they fail or are answered, and no
//! figure is ever another.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStderr, Stdio};
use std::sync::{Arc, Mutex};

use command_fds::{CommandFdExt, FdMapping};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::world::{World, copy_policy};

/// A server on a socket that it was handed. It ends with this.
struct Server {
    child: Child,
    _log: BufReader<ChildStderr>,
}

impl Server {
    fn start(
        world: &World,
        (what, how): (&str, &str),
        config: &str,
        listener: TcpListener,
        ready: &str,
    ) -> Self {
        let mut command = world.command();
        command
            .args([what, how, "--listen-fd", "--stop-with-stdin", "--config", config])
            .env("LISTEN_FDS", "1")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .fd_mappings(vec![FdMapping { parent_fd: OwnedFd::from(listener), child_fd: 3 }])
            .unwrap();
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let (mut line, mut said) = (String::new(), String::new());
        while !line.contains(ready) {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "{config} ended before {ready:?}: {said}");
            said.push_str(&line);
        }
        Self { child, _log: log }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn address(of: &TcpListener) -> String {
    format!("https://{}", of.local_addr().unwrap())
}

/// What a worker has said over a wire, and the process that dies once it has said so much.
#[derive(Default)]
struct Said {
    bytes: usize,
    dies: Option<(usize, u32)>,
    is_dead: bool,
}

/// A wire to a worker. The worker dies in the middle of what it says.
fn wire(worker: String) -> (String, Arc<Mutex<Said>>) {
    let (near, said) = (listener(), Arc::<Mutex<Said>>::default());
    let (at, kept) = (address(&near), said.clone());
    std::thread::spawn(move || {
        for caller in near.incoming().flatten() {
            // This process holds the dead one's socket, on which nobody would ever answer.
            if kept.lock().unwrap().is_dead {
                continue;
            }
            let Ok(far) = TcpStream::connect(&worker) else { continue };
            let (to, mut from) = (far.try_clone().unwrap(), far);
            let (mut heard, asked, said) = (caller.try_clone().unwrap(), caller, kept.clone());
            std::thread::spawn(move || {
                let (mut asked, mut to) = (asked, to);
                let _ = std::io::copy(&mut asked, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                let mut bytes = [0; 256];
                while let Ok(read @ 1..) = from.read(&mut bytes) {
                    let mut said = said.lock().unwrap();
                    said.bytes += read;
                    let now = said.bytes;
                    if let Some((_, worker)) = said.dies.take_if(|(most, _)| *most <= now) {
                        kill(Pid::from_raw(i32::try_from(worker).unwrap()), Signal::SIGKILL).unwrap();
                        said.is_dead = true;
                        break;
                    }
                    drop(said);
                    if heard.write_all(&bytes[..read]).is_err() {
                        break;
                    }
                }
                let _ = heard.shutdown(Shutdown::Both);
            });
        }
    });
    (at, said)
}

/// Crimes by category and month.
const CRIMES: &[(&str, &str, usize)] = &[
    ("Burglary", "2024-01", 60),
    ("Burglary", "2024-02", 45),
    ("Robbery", "2024-01", 30),
    ("Robbery", "2024-02", 25),
];

/// Writes the crimes, and how a node reads them.
fn sources(world: &World) -> String {
    let mut lines = String::new();
    for (category, month, many) in CRIMES {
        for at in 0..*many {
            lines += &serde_json::json!({
                "event_id": format!("{category}{month}{at}"), "kind": "crime", "category": category, "occurred_on": month,
                "handling_code": "P", "handling_conditions": "none", "classification": "official", "provenance": "open",
                "disclosure_mark": "disclose", "subject_category": "other", "threat_category": "other",
                "retention": "live", "recorded_on": "2023-05-06", "updated_on": "2023-05-06",
            })
            .to_string();
            lines.push('\n');
        }
    }
    world.write("crimes.jsonl", &lines);
    "\n[source.crimes]\nformat = \"json\"\npaths = [\"crimes.jsonl\"]\n\n[[view]]\ndataset = \"event\"\nsql = \"select * from crimes\"\n"
        .to_owned()
}

/// How many crimes there are of each, by what a table is asked by.
fn truth(by: &[&str]) -> BTreeMap<Vec<String>, u64> {
    let mut truth = BTreeMap::new();
    for (category, month, many) in CRIMES {
        let key = by.iter().map(|by| match *by {
            "category" => (*category).to_owned(),
            "month" => (*month).to_owned(),
            "quarter" => "2024-Q1".to_owned(),
            _ => "2024".to_owned(),
        });
        *truth.entry(key.collect()).or_insert(0) += *many as u64;
    }
    truth
}

/// Asks for a table; none where it failed cleanly. No figure is another than the truth.
fn ask(world: &World, by: &[&str]) -> Option<usize> {
    let ran = world.ask(&["table", "event", "--by", &by.join(","), "--measure", "count", "--format", "json"]);
    if ran.code != 0 {
        // A plan that was lost with the worker is waited for until the question's time is over.
        let clean = ["(refused: failed)", "(late)"].iter().any(|why| ran.err.contains(why));
        assert!(clean, "{}", ran.failed(1, &["no force answered", "mps did not"]).err);
        assert!(ran.out.is_empty(), "{}", ran.out);
        return None;
    }
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let truth = truth(by);
    let mut told = 0;
    for row in answer["rows"].as_array().unwrap() {
        let (cell, keys) = row.as_array().unwrap().split_last().unwrap();
        let keys: Vec<String> = keys.iter().map(|key| key.as_str().unwrap_or("null").to_owned()).collect();
        if let Some(count) = cell.as_u64() {
            assert_eq!(truth.get(&keys), Some(&count), "{}", ran.out);
            told += 1;
        }
    }
    Some(told)
}

#[test]
fn a_worker_that_is_killed_in_the_middle_of_a_question_never_gives_another_count() {
    let (node, coordinator) = (listener(), listener());
    let world = World::federation(&address(&node), &address(&coordinator));
    copy_policy(&world.path("policy"));
    for id in ["worker-1", "worker-2"] {
        let issue =
            ["pki", "issue", "--authority", "mps-authority", "--role", "node", "--id", id, "--out", "mps"];
        world.run(&issue).out();
        world.write(
            &format!("{id}.toml"),
            &format!(
                "force = \"mps\"\nlisten = \"127.0.0.1:1\"\nbundle = \"federation.toml\"\ndata = \"data\"\n[credentials]\ncertificate = \"mps/node-{id}.pem\"\nkey = \"mps/node-{id}.key\"\n"
            ),
        );
    }
    let (first, second) = (listener(), listener());
    let (through, said) = wire(first.local_addr().unwrap().to_string());
    let configuration = format!(
        "{}\n[workers]\naddresses = [\"{through}\", \"{}\"]\npatience_ms = 20000\nall_tables = true\n{}",
        world.read("node.toml"),
        address(&second),
        sources(&world)
    );
    world.write("node.toml", &configuration);
    world.run(&["node", "worker", "--config", "worker-1.toml"]).failed(1, &["snapshots"]);

    let _node = Server::start(&world, ("node", "run"), "node.toml", node, "ready");
    let worker = |listener: &TcpListener, config| {
        let listener = listener.try_clone().unwrap();
        Server::start(&world, ("node", "worker"), config, listener, "the worker is listening")
    };
    let mut dies = Some(worker(&first, "worker-1.toml"));
    let _stays = worker(&second, "worker-2.toml");
    let _coordinator = Server::start(
        &world,
        ("coordinator", "run"),
        "coordinator.toml",
        coordinator,
        "the coordinator is listening",
    );

    // Both take part; what the first says of a question tells when to kill it.
    assert!(ask(&world, &["category"]).is_some_and(|told| told > 0));
    let before = said.lock().unwrap().bytes;
    assert!(ask(&world, &["month"]).is_some());
    let each = said.lock().unwrap().bytes - before;
    assert!(each > 1_000, "{each} bytes of a table");

    let (mut failed, mut answered) = (0, 0);
    let tables: [&[&str]; 4] = [&["quarter"], &["year"], &["category", "month"], &["category", "quarter"]];
    for (at, by) in tables.into_iter().enumerate() {
        let mut child = dies.take().unwrap_or_else(|| worker(&first, "worker-1.toml"));
        {
            let mut said = said.lock().unwrap();
            said.is_dead = false;
            said.dies = Some((said.bytes + each * (2 * at + 1) / 8, child.child.id()));
        }
        match ask(&world, by) {
            None => failed += 1,
            Some(_) => answered += 1,
        }
        if said.lock().unwrap().dies.take().is_none() {
            assert!(!child.child.wait().unwrap().success());
        }
        // What is left of the workers answers.
        drop(child);
        said.lock().unwrap().is_dead = true;
        assert!(ask(&world, by).is_some(), "{by:?}");
    }
    assert!(failed > 0, "none of {answered} questions was cut off");
}
