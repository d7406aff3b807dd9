//! A tool that speaks Flight SQL and knows nothing of Bluelamp: it checks the door's certificate by the host's name, shows its
//! user's, and sends along what it is told to.

use std::net::SocketAddr;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use futures::TryStreamExt;
use hyper_util::rt::TokioIo;
use identity::{SecretPem, sign_delegation};
use jiff::SignedDuration;
use model::{Delegation, DelegationId, Role};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::{Analyst, Federation};

pub type Client = FlightSqlServiceClient<Channel>;

/// ROCTA's analyst 7 with a tool, and everything that it has to send along.
pub async fn tool(federation: &Federation) -> Client {
    let analyst = federation.analyst();
    let mut client = connect(federation, "rocta", Role::Analyst, "7").await.unwrap();
    let given = delegation(federation, &analyst);
    client.set_header("bluelamp-purpose", given.purpose.to_string());
    client.set_header("bluelamp-operation", given.operation.to_string());
    client.set_header("bluelamp-delegation", line(&analyst, &given));
    client
}

/// What the analyst signs for the federation's door.
pub fn delegation(federation: &Federation, analyst: &Analyst) -> Delegation {
    let now = federation.clock.now();
    Delegation {
        id: DelegationId(Uuid::now_v7()),
        asker: analyst.credentials.name().clone(),
        door: "spiffe://bluelamp/force/rocta/coordinator/1".parse().unwrap(),
        purpose: analyst.purpose,
        operation: "Op Lantern".parse().unwrap(),
        legal_basis: None,
        audience: analyst.audience.clone(),
        issued_at: now,
        expires_at: now + SignedDuration::from_hours(1),
        questions_max: 100,
    }
}

/// The line that a tool sends along.
pub fn line(analyst: &Analyst, delegation: &Delegation) -> String {
    let signed = sign_delegation(&api::delegation::encode(delegation), &analyst.credentials).unwrap();
    api::delegation::to_text(&api::v1::SignedDelegation {
        delegation: signed.bytes,
        signature: signed.signature,
        chain: signed.chain,
    })
}

/// Connects to the federation's door with a certificate of this holder.
pub async fn connect(
    federation: &Federation,
    force: &str,
    role: Role,
    id: &str,
) -> Result<Client, tonic::transport::Error> {
    connect_with(federation, federation.authorities.issue(force, role, id)).await
}

/// The same with this certificate and key.
pub async fn connect_with(
    federation: &Federation,
    (certificate, key): (String, SecretPem),
) -> Result<Client, tonic::transport::Error> {
    let mut roots = RootCertStore::empty();
    let authority = federation.authorities.of("rocta").certificate_pem();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.reveal().as_bytes()).unwrap();
    let mut config =
        ClientConfig::builder().with_root_certificates(roots).with_client_auth_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let tls = TlsConnector::from(Arc::new(config));
    let address: SocketAddr = federation.tools.strip_prefix("https://").unwrap().parse().unwrap();
    let dial = tower::service_fn(move |_| {
        let tls = tls.clone();
        async move {
            let stream = TcpStream::connect(address).await?;
            tls.connect(ServerName::from(address.ip()), stream).await.map(TokioIo::new)
        }
    });
    let channel =
        Endpoint::from_shared(federation.tools.clone()).unwrap().connect_with_connector(dial).await?;
    Ok(FlightSqlServiceClient::new(channel))
}

/// Asks a statement and reads the whole answer.
pub async fn ask(client: &mut Client, statement: &str) -> Result<Vec<RecordBatch>, tonic::Status> {
    let info = client.execute(statement.to_owned(), None).await.map_err(status)?;
    fetch(client, &info).await
}

/// Reads what a flight was given out for.
pub async fn fetch(
    client: &mut Client,
    info: &arrow_flight::FlightInfo,
) -> Result<Vec<RecordBatch>, tonic::Status> {
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    client.do_get(ticket).await.map_err(status)?.try_collect().await.map_err(tonic::Status::from)
}

/// The status inside an error of the client.
pub fn status(error: FlightError) -> tonic::Status {
    error.into()
}

/// Rows as `value value`.
pub fn rows(batches: &[RecordBatch]) -> Vec<String> {
    let row = |batch: &RecordBatch, at: usize| {
        let cells = batch.columns().iter().map(|column| array_value_to_string(column, at).unwrap());
        cells.collect::<Vec<_>>().join(" ")
    };
    batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).map(|at| row(batch, at)).collect::<Vec<_>>())
        .collect()
}
