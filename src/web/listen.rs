//! The socket: taken before anything is said about it, given back when the program is told to stop.

use crate::app::App;
use crate::error::Result;
use anyhow::Context;
use poem::endpoint::BoxEndpoint;
use poem::listener::{Acceptor, Listener, TcpAcceptor, TcpListener};
use poem::{EndpointExt, Response, Server};
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

/// Requests that are under way when we are told to stop get this long.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A socket that is ours, and what answers at it.
pub struct Listening {
    pub address: SocketAddr,
    acceptor: TcpAcceptor,
    pages: BoxEndpoint<'static, Response>,
}

/// Takes the address that the settings name (port 0 picks a free one) and makes ready to answer.
pub async fn bind(app: &App) -> Result<Listening> {
    let wanted = &app.config.listen;
    let acceptor = TcpListener::bind(wanted.clone()).into_acceptor().await;
    let acceptor = acceptor.with_context(|| format!("{wanted} cannot be listened on"))?;
    let address = acceptor.local_addr().first().and_then(|a| a.as_socket_addr().copied()).context("no address to listen on")?;
    Ok(Listening { address, acceptor, pages: super::server(app.clone()).await?.boxed() })
}

impl Listening {
    /// Answers until `told_to_stop` is over.
    pub async fn serve(self, told_to_stop: impl Future<Output = ()>) -> Result<()> {
        let server = Server::new_with_acceptor(self.acceptor);
        Ok(server.run_with_graceful_shutdown(self.pages, told_to_stop, Some(LAST_REQUESTS)).await.context("the server failed")?)
    }
}
