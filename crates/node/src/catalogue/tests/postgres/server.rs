//! A PostgreSQL of a test's own, out of the installed server's programs: a folder of its own, TLS with certificates made for it,
//! and an end with the value that holds it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// The user "nobody": the server refuses to run as root.
const NOBODY: u32 = 65534;

/// A running server.
pub(super) struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    pub(super) port: u16,
}

impl Postgres {
    /// Starts a server with a database `records`, and a user `bluelamp` who comes in over TLS with a certificate alone, or as
    /// `typist` with the password `typed`.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let server = Self { folder, programs: programs(), port };
        certificates(server.folder());
        if is_root() {
            for entry in fs::read_dir(server.folder()).unwrap() {
                std::os::unix::fs::chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
            std::os::unix::fs::chown(server.folder(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = server.folder().join("data");
        server.run(
            "initdb",
            &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", &shown(&data)],
        );
        let folder = shown(server.folder());
        fs::write(
            data.join("postgresql.auto.conf"),
            format!(
                "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nfsync = off\nssl = on\n\
                 ssl_ca_file = '{folder}/ca.pem'\nssl_cert_file = '{folder}/server.pem'\nssl_key_file = '{folder}/server.key'\n"
            ),
        )
        .unwrap();
        fs::write(
            data.join("pg_hba.conf"),
            "local all all trust\nhostssl all bluelamp 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
        )
        .unwrap();
        let log = shown(&server.folder().join("log"));
        server.run("pg_ctl", &["-w", "-s", "-D", &shown(&data), "-l", &log, "start"]);
        let roles = "CREATE ROLE bluelamp LOGIN; CREATE ROLE typist LOGIN PASSWORD 'typed'";
        server.psql("postgres", &[roles, "CREATE DATABASE records"]);
        server
    }

    /// The server's folder, with `ca.pem`, `client.pem` and `client.key` in it.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs statements in `records`; what they changed is counted when this returns.
    pub(super) fn records(&self, statements: &str) {
        self.psql("records", &[statements, "SELECT pg_stat_force_next_flush()"]);
    }

    /// Runs each as a transaction of its own, as the server's administrator.
    fn psql(&self, database: &str, each: &[&str]) {
        let (folder, port) = (shown(self.folder()), self.port.to_string());
        let to =
            ["-h", &folder, "-p", &port, "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-qAt"];
        let each = each.iter().flat_map(|statements| ["-c", statements]);
        self.run("psql", &to.into_iter().chain(each).collect::<Vec<_>>());
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.folder());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = shown(&self.folder().join("data"));
        self.run("pg_ctl", &["-w", "-s", "-D", &data, "-m", "immediate", "stop"]);
    }
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The folder of the newest server's programs.
fn programs() -> PathBuf {
    let installed = glob::glob("/usr/lib/postgresql/*/bin").unwrap().flatten();
    let found = installed.chain([PathBuf::from("/usr/local/pgsql/bin"), PathBuf::from("/usr/bin")]);
    let mut found: Vec<PathBuf> = found.filter(|folder| folder.join("initdb").exists()).collect();
    found.sort();
    found.pop().expect("PostgreSQL 15 or newer is installed (Debian: postgresql)")
}

/// An authority, the server's certificate for `localhost` and 127.0.0.1, the user's, and an authority that nobody trusts.
fn certificates(folder: &Path) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), Issuer::new(params, key))
    };
    let (ca, issuer) = authority("records");
    let issue = |name: &str, places: &[&str]| {
        let mut params =
            CertificateParams::new(places.iter().map(|&place| place.to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &issuer).unwrap().pem(), key.serialize_pem())
    };
    let (server, server_key) = issue("server", &["localhost", "127.0.0.1"]);
    let (client, client_key) = issue("bluelamp", &[]);
    for (name, text) in [
        ("ca.pem", &ca),
        ("stranger.pem", &authority("stranger").0),
        ("server.pem", &server),
        ("client.pem", &client),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    for (name, text) in [
        ("server.key", server_key.as_str()),
        ("client.key", &client_key),
        ("password", "typed\n"),
        ("wrong", "tpyed\n"),
    ] {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
}
