//! The JSON door of What pays: the answer, and what stands behind each number of the table.

use super::RowsAsk;
use super::period::WhatPays;
use super::view::{RowsView, WhatPaysView};
use crate::error::Result;
use crate::reports::what_pays;
use crate::web::api::{Api, ApiRoutes, Given, Query};

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Reports")
        .get("/sources/answer", "What pays in words, ranked, with one row opened: who pays, why money was written off", answer)
        .asks::<WhatPays>()
        .gives::<WhatPaysView>()
        .get("/sources/rows", "The things behind one number of the table, and the same sum", rows)
        .asks::<RowsAsk>()
        .gives::<RowsView>()
}

async fn answer(api: Api, Query(ask): Query<WhatPays>) -> Result<Given<WhatPaysView>> {
    what_pays::what_pays(&api.app, &api.by, &ask).await.map(Given)
}

async fn rows(api: Api, Query(ask): Query<RowsAsk>) -> Result<Given<RowsView>> {
    what_pays::rows(&api.app, &api.by, &ask).await.map(Given)
}
