//! Who meets whom over TLS, and what each end is told when they don't.

use std::sync::Arc;

use identity::{Acceptor, Dialler, HandshakeError, Peer, install_default};
use model::Role;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, DigitallySignedStruct, HandshakeKind, SignatureScheme, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_rustls::TlsConnector;

use crate::world::{DAY, World, clock, credentials, force, name, now};

type Met = Result<Peer, HandshakeError>;

fn host() -> ServerName<'static> {
    ServerName::try_from("node.example").unwrap()
}

/// The serving end, which speaks first as an HTTP/2 server does.
async fn serve(acceptor: &Acceptor, stream: DuplexStream) -> Met {
    let (mut stream, peer) = acceptor.accept(stream).await?;
    stream.write_all(b"settings").await.unwrap();
    stream.flush().await.unwrap();
    let _until_closed = stream.read_u8().await;
    Ok(peer)
}

async fn meet(acceptor: &Acceptor, dialler: &Dialler) -> (Met, Met) {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let call = async { dialler.connect(host(), theirs).await.map(|(_, peer)| peer) };
    tokio::join!(serve(acceptor, ours), call)
}

#[tokio::test]
async fn two_members_meet_and_know_each_other() {
    install_default();
    install_default();
    let world = World::new();
    let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
    let dialler = world.dialler("rocta/coordinator/1", "mps", Role::Node);
    let (caller, server) = meet(&acceptor, &dialler).await;
    assert_eq!(caller.unwrap().name(), &name("rocta/coordinator/1"));
    assert_eq!(server.unwrap().name(), &name("mps/node/1"));
}

#[tokio::test]
async fn they_speak_tls_13_with_hybrid_key_exchange() {
    let world = World::new();
    let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
    let dialler = world.dialler("rocta/coordinator/1", "mps", Role::Node);
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (_, dialled) = tokio::join!(serve(&acceptor, ours), async {
        let (stream, _) = dialler.connect(host(), theirs).await.unwrap();
        let session = stream.get_ref().1;
        let group = session.negotiated_key_exchange_group().unwrap().name();
        (session.protocol_version().unwrap(), group, session.alpn_protocol().unwrap().to_vec())
    });
    assert_eq!(
        dialled,
        (rustls::ProtocolVersion::TLSv1_3, rustls::NamedGroup::X25519MLKEM768, b"h2".to_vec())
    );
}

#[tokio::test]
async fn each_end_learns_why_they_do_not_meet() {
    let world = World::new();
    let elsewhere = World::new();
    let expired = {
        let old = world.mps.issue(&name("mps/node/1"), now(), jiff::SignedDuration::from_secs(1)).unwrap();
        let store = identity::CredentialStore::new(credentials(&old));
        Acceptor::new(world.trust.clone(), store, &[Role::Coordinator]).with_clock(Arc::new(Tomorrow))
    };
    let late_dialler = |world: &World| {
        let renewed = world.rocta.issue(&name("rocta/coordinator/1"), now(), DAY * 30).unwrap();
        let store = identity::CredentialStore::new(credentials(&renewed));
        Dialler::new(world.trust.clone(), store, force("mps"), Role::Node).with_clock(Arc::new(Tomorrow))
    };
    let revoked = {
        let dialler_store = world.store("rocta/coordinator/2");
        world.revoke("rocta", dialler_store.current().serial());
        Dialler::new(world.trust.clone(), dialler_store, force("mps"), Role::Node).with_clock(clock())
    };
    let node = || world.acceptor("mps/node/1", &[Role::Coordinator]);
    let coordinator = |to: &str, role| world.dialler("rocta/coordinator/1", to, role);
    let cases = [
        (
            "the wrong force answers",
            node(),
            coordinator("colp", Role::Node),
            "does not accept us: our certificate is of another force or role",
            "the peer's certificate is of mps, colp was expected",
        ),
        (
            "the wrong role answers",
            world.acceptor("mps/coordinator/1", &[Role::Coordinator]),
            coordinator("mps", Role::Node),
            "of another force or role",
            "mps/coordinator/1 has the role coordinator, node was expected",
        ),
        (
            "an analyst calls a node",
            node(),
            world.dialler("rocta/analyst/7", "mps", Role::Node),
            "rocta/analyst/7 has the role analyst, coordinator was expected",
            "does not accept us: our certificate is of another force or role",
        ),
        (
            "a node calls a node",
            node(),
            world.dialler("colp/node/1", "mps", Role::Node),
            "colp/node/1 has the role node, coordinator was expected",
            "of another force or role",
        ),
        (
            "a node calls a worker of another force",
            world.acceptor("mps/node/2", &[Role::Node]).within(force("mps")),
            world.dialler("colp/node/1", "mps", Role::Node),
            "the peer's certificate is of colp, mps was expected",
            "of another force or role",
        ),
        (
            "a coordinator of its own force calls a worker",
            world.acceptor("mps/node/2", &[Role::Node]).within(force("mps")),
            world.dialler("mps/coordinator/1", "mps", Role::Node),
            "mps/coordinator/1 has the role coordinator, node was expected",
            "of another force or role",
        ),
        (
            "a custodian calls",
            world.acceptor("mps/node/1", &[Role::Node]),
            world.dialler("mps/custodian/1", "mps", Role::Node),
            "mps/custodian/1 has the role custodian, which never calls",
            "of another force or role",
        ),
        (
            "a revoked coordinator calls",
            node(),
            revoked,
            "is revoked",
            "does not accept us: our certificate is revoked; issue a new one",
        ),
        (
            "an authority that the node does not know",
            node(),
            Dialler::new(
                world.trust.clone(),
                elsewhere.store("rocta/coordinator/1"),
                force("mps"),
                Role::Node,
            )
            .with_clock(clock()),
            "the authority of rocta did not issue",
            "its bundle does not hold the authority that issued our certificate",
        ),
        (
            "an expired node",
            expired,
            late_dialler(&world),
            "to it, our certificate has expired",
            "the certificate expired on",
        ),
    ];
    for (what, acceptor, dialler, to_server, to_caller) in cases {
        let (caller, server) = meet(&acceptor, &dialler).await;
        let (told_server, told_caller) =
            (caller.expect_err(what).to_string(), server.expect_err(what).to_string());
        assert!(
            told_server.contains(to_server),
            "{what}: the server learns {told_server:?}, not {to_server:?}"
        );
        assert!(
            told_caller.contains(to_caller),
            "{what}: the caller learns {told_caller:?}, not {to_caller:?}"
        );
    }
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart() {
    let world = World::new();
    let store = world.store("mps/node/1");
    let acceptor =
        Acceptor::new(world.trust.clone(), store.clone(), &[Role::Coordinator]).with_clock(clock());
    let dialler = world.dialler("rocta/coordinator/1", "mps", Role::Node);
    let before = meet(&acceptor, &dialler).await.1.unwrap();
    let renewed = world.issue("mps/node/1");
    store.rotate(credentials(&renewed)).unwrap();
    let after = meet(&acceptor, &dialler).await.1.unwrap();
    assert_ne!(before.serial(), after.serial());
    assert_eq!(after.serial(), &renewed.serial);
}

/// A stranger's TLS: believes any server, offers what it likes.
fn stranger(versions: &[&'static SupportedProtocolVersion], with: Option<&identity::Issued>) -> ClientConfig {
    use rustls_pki_types::pem::PemObject;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Gullible));
    let mut config = match with {
        None => config.with_no_client_auth(),
        Some(issued) => {
            let key = PrivateKeyDer::from_pem_slice(issued.key_pem.reveal().as_bytes()).unwrap();
            config.with_client_auth_cert(vec![crate::world::der(&issued.certificate_pem)], key).unwrap()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// Calls as a stranger; returns what the acceptor made of it and how the handshake went.
async fn call_as(acceptor: &Acceptor, config: &Arc<ClientConfig>) -> (Met, Option<HandshakeKind>) {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let call = async {
        let mut stream = TlsConnector::from(config.clone()).connect(host(), theirs).await.ok()?;
        let mut greeting = [0; 8];
        stream.read_exact(&mut greeting).await.ok()?;
        stream.get_ref().1.handshake_kind()
    };
    tokio::join!(serve(acceptor, ours), call)
}

#[tokio::test]
async fn strangers_are_refused() {
    let world = World::new();
    let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
    let coordinator = world.issue("rocta/coordinator/1");
    let tls13: &[_] = &[&rustls::version::TLS13];
    let tls12: &[_] = &[&rustls::version::TLS12];
    let mut without_h2 = stranger(tls13, Some(&coordinator));
    without_h2.alpn_protocols = vec![];
    let mut http1 = stranger(tls13, Some(&coordinator));
    http1.alpn_protocols = vec![b"http/1.1".to_vec()];
    for (what, config, expected) in [
        ("TLS 1.2", stranger(tls12, Some(&coordinator)), "TLS 1.3 with ALPN h2 is needed"),
        ("no certificate", stranger(tls13, None), "no certificate was presented"),
        ("no ALPN", without_h2, "does not speak HTTP/2"),
        ("HTTP/1.1", http1, "no common protocol"),
    ] {
        let (met, kind) = call_as(&acceptor, &Arc::new(config)).await;
        let error = met.expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error:?} does not say {expected:?}");
        assert_eq!(kind, None, "{what}");
    }
}

#[tokio::test]
async fn nobody_resumes_past_the_verifier() {
    let world = World::new();
    let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
    let coordinator = world.issue("rocta/coordinator/1");
    // Resumption is on in this configuration, and shared by its connections.
    let config = Arc::new(stranger(&[&rustls::version::TLS13], Some(&coordinator)));
    for _ in 0..2 {
        let (met, kind) = call_as(&acceptor, &config).await;
        assert_eq!(met.unwrap().serial(), &coordinator.serial);
        assert_eq!(kind, Some(HandshakeKind::Full));
    }
    world.revoke("rocta", &coordinator.serial);
    let (met, kind) = call_as(&acceptor, &config).await;
    assert!(met.unwrap_err().to_string().contains("is revoked"));
    assert_eq!(kind, None);
}

#[derive(Debug)]
struct Tomorrow;

impl rustls::time_provider::TimeProvider for Tomorrow {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = (now() + DAY).as_second().unsigned_abs() - 60;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

#[derive(Debug)]
struct Gullible;

impl ServerCertVerifier for Gullible {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}
