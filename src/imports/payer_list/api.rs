//! The JSON door of taking a clearinghouse's list in.

use super::take_in;
use crate::error::Result;
use crate::payers::directory::Taking;
use crate::payers::directory::view::TakenIn;
use crate::web::api::{Api, ApiRoutes, Given, Query, Upload};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Payers")
        .post("/payers/directory", "Take a clearinghouse's list of payers in (CSV), or try it; the same list again changes nothing", take)
        .asks::<Taking>()
        .takes_file()
        .gives::<TakenIn>()
}

async fn take(api: Api, Query(taking): Query<Taking>, file: Upload) -> Result<Given<TakenIn>> {
    take_in(&api.app, &api.by, &taking, &file.content).await.map(Given)
}
