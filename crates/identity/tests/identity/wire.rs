//! gRPC over our listener and our connector, on loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Uri;
use identity::listen::Limits;
use identity::{Caller, ConnectError, Connector, Dialler, Listener, install_default};
use model::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::world::{World, clock, force, name, now};

/// A node's server on a free port, its callers as its services saw them. Stops when dropped.
struct Node {
    address: Uri,
    callers: Arc<Mutex<Vec<Caller>>>,
    _server: JoinSet<()>,
}

impl Node {
    async fn start(world: &World, limits: Limits) -> Self {
        install_default();
        let acceptor = world.acceptor("mps/node/1", &[Role::Coordinator]);
        let bound = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = Listener::with_limits(bound, acceptor, limits);
        let address = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let callers = Arc::new(Mutex::new(Vec::new()));
        let (seen, trust) = (callers.clone(), world.trust.clone());
        let (reporter, health) = tonic_health::server::health_reporter();
        let watched = InterceptedService::new(health, move |request: tonic::Request<()>| {
            let caller = request.extensions().get::<Caller>().expect("every request has its caller");
            trust
                .standing(caller.peer(), now())
                .map_err(|_| tonic::Status::unauthenticated("not_authentic"))?;
            seen.lock().unwrap().push(caller.clone());
            Ok(request)
        });
        let mut server = JoinSet::new();
        server.spawn(async move {
            let _kept = reporter;
            let never = std::future::pending();
            Server::builder()
                .add_service(watched)
                .serve_with_incoming_shutdown(listener.into_stream(), never)
                .await
                .unwrap();
        });
        Self { address, callers, _server: server }
    }

    fn channel(&self, dialler: Dialler) -> (Channel, Connector) {
        let connector = Connector::new(dialler);
        let endpoint = Endpoint::from(self.address.clone());
        (endpoint.connect_with_connector_lazy(connector.clone()), connector)
    }

    async fn ask(&self, dialler: Dialler) -> Result<(), tonic::Status> {
        ask(self.channel(dialler).0).await
    }
}

async fn ask(channel: Channel) -> Result<(), tonic::Status> {
    HealthClient::new(channel).check(HealthCheckRequest::default()).await.map(|_| ())
}

fn coordinator(world: &World) -> Dialler {
    world.dialler("rocta/coordinator/1", "mps", Role::Node)
}

#[tokio::test]
async fn services_see_who_calls_and_callers_see_who_serves() {
    let world = World::new();
    let node = Node::start(&world, Limits::default()).await;
    let (channel, connector) = node.channel(coordinator(&world));
    assert!(connector.peer().is_none());
    ask(channel.clone()).await.unwrap();
    ask(channel).await.unwrap();
    assert_eq!(connector.peer().unwrap().name(), &name("mps/node/1"));
    let callers = node.callers.lock().unwrap();
    assert_eq!(callers.len(), 2);
    assert_eq!(callers[0].peer().name(), &name("rocta/coordinator/1"));
    assert!(callers[0].address().ip().is_loopback());
    assert_eq!(callers[0].address(), callers[1].address(), "one connection carries both calls");
}

#[tokio::test]
async fn a_peer_revoked_on_an_open_connection_is_refused_at_its_next_call() {
    let world = World::new();
    let node = Node::start(&world, Limits::default()).await;
    let store = world.store("rocta/coordinator/1");
    let serial = store.current().serial().clone();
    let dialler = Dialler::new(world.trust.clone(), store, force("mps"), Role::Node).with_clock(clock());
    let (channel, _) = node.channel(dialler);
    ask(channel.clone()).await.unwrap();
    world.revoke("rocta", &serial);
    let refused = ask(channel).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
}

#[tokio::test]
async fn a_failed_connection_says_why_through_the_whole_stack() {
    let world = World::new();
    let node = Node::start(&world, Limits::default()).await;
    let closed = {
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("https://{}", unused.local_addr().unwrap()).parse::<Uri>().unwrap()
    };
    for (what, address, dialler, expected) in [
        (
            "another force's address",
            node.address.clone(),
            world.dialler("rocta/coordinator/1", "colp", Role::Node),
            "the peer is not accepted: the peer's certificate is of mps, colp was expected",
        ),
        (
            "not admitted",
            node.address.clone(),
            world.dialler("rocta/analyst/7", "mps", Role::Node),
            "the peer does not accept us: our certificate is of another force or role",
        ),
        ("nobody there", closed, coordinator(&world), "can't be reached: "),
        (
            "no port",
            "https://node.mps.example".parse().unwrap(),
            coordinator(&world),
            "is not an address such as",
        ),
    ] {
        let channel = Endpoint::from(address).connect_with_connector_lazy(Connector::new(dialler));
        let status = ask(channel).await.expect_err(what);
        let told = ConnectError::within(&status).map(ToString::to_string);
        assert!(told.as_ref().is_some_and(|told| told.contains(expected)), "{what}: {told:?} ({status:?})");
    }
    node.ask(coordinator(&world)).await.expect("the listener outlives failed handshakes");
}

#[tokio::test]
async fn silent_and_babbling_strangers_hold_nobody_up() {
    let world = World::new();
    let limits = Limits { handshake_time: Duration::from_secs(1), ..Limits::default() };
    let node = Node::start(&world, limits).await;
    let at = node.address.authority().unwrap().as_str();
    let mut silent = TcpStream::connect(at).await.unwrap();
    let mut babbling = TcpStream::connect(at).await.unwrap();
    babbling.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    node.ask(coordinator(&world)).await.unwrap();
    let mut rest = Vec::new();
    let _closed_or_reset = babbling.read_to_end(&mut rest).await;
    let heard = silent.read_to_end(&mut rest).await;
    assert_eq!(heard.unwrap(), 0, "the silent one is shown out when its time is over");
    node.ask(coordinator(&world)).await.unwrap();
}

#[tokio::test]
async fn no_more_connections_than_allowed_are_open() {
    let world = World::new();
    let node = Node::start(&world, Limits { connections: 1, ..Limits::default() }).await;
    let (first, _) = node.channel(coordinator(&world));
    ask(first.clone()).await.unwrap();
    let status = node.ask(coordinator(&world)).await.unwrap_err();
    let told = ConnectError::within(&status).unwrap().to_string();
    assert!(told.contains("closed the connection without a word"), "{told}");
    ask(first).await.expect("the open one is not disturbed");
}
