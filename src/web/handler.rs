//! How a function answers at an address: `get(list).post(enter)`. A handler is an async function of up to three arguments, each read
//! from the request. What `poem`'s macro would write and the compiler check anew for each of hundreds of handlers is said here once.

use crate::error::Result;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::{Endpoint, EndpointExt, FromRequest, IntoEndpoint, IntoResponse, Request, Response, RouteMethod};
use std::pin::Pin;

type Answering = Pin<Box<dyn Future<Output = poem::Result<Response>> + Send>>;

/// A function that answers a request; `Arguments` are what it reads from it.
pub trait Handler<Arguments>: Copy + Send + Sync + 'static {
    fn answer(self, request: Request) -> Answering;
}

macro_rules! handler_of {
    ($($argument:ident)*) => {
        impl<Function, Answer, Given, $($argument),*> Handler<($($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> Answer + Copy + Send + Sync + 'static,
            Answer: Future<Output = Result<Given>> + Send + 'static,
            Given: IntoResponse + 'static,
            $($argument: for<'r> FromRequest<'r> + Send + 'static,)*
        {
            fn answer(self, request: Request) -> Answering {
                Box::pin(async move {
                    let (request, mut body) = request.split();
                    Ok(self($($argument::from_request(&request, &mut body).await?),*).await?.into_response())
                })
            }
        }
    };
}

handler_of!(A);
handler_of!(A B);
handler_of!(A B C);

/// Any handler, with its arguments forgotten: all that is built around it is built for one type.
struct Answers(Box<dyn Fn(Request) -> Answering + Send + Sync>);

impl Endpoint for Answers {
    type Output = Response;

    fn call(&self, request: Request) -> impl Future<Output = poem::Result<Response>> + Send {
        (self.0)(request)
    }
}

/// A handler as what `poem` routes to.
pub fn endpoint<Arguments>(handler: impl Handler<Arguments>) -> BoxEndpoint<'static, Response> {
    Answers(Box::new(move |request| handler.answer(request))).boxed()
}

/// What answers at an address, by its verbs.
pub struct Verbs(RouteMethod);

impl Verbs {
    /// And to a form that is sent there.
    pub fn post<Arguments>(self, handler: impl Handler<Arguments>) -> Self {
        Self(self.0.method(Method::POST, endpoint(handler)))
    }
}

impl IntoEndpoint for Verbs {
    type Endpoint = RouteMethod;

    fn into_endpoint(self) -> RouteMethod {
        self.0
    }
}

/// What answers when a page is asked for.
pub fn get<Arguments>(handler: impl Handler<Arguments>) -> Verbs {
    Verbs(RouteMethod::new().method(Method::GET, endpoint(handler)))
}

/// What answers when a form is sent.
pub fn post<Arguments>(handler: impl Handler<Arguments>) -> Verbs {
    Verbs(RouteMethod::new()).post(handler)
}
