//! The JSON door of remittances that come as files.

use super::view::{EraRow, EraView};
use super::{Another, Assigning, EraFilter, OfPayer, Override, Posting, Taken};
use crate::error::Result;
use crate::payments::TakeBack;
use crate::payments::era;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Query, Upload};
use crate::web::download;
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Remittances")
        .get("/remittances", "Payments of 835 files, newest first", list)
        .asks::<EraFilter>()
        .gives::<Listing<EraRow>>()
        .post("/remittances", "Take an 835 in: its payments are staged, nothing is posted, and none twice", take_in)
        .takes_file()
        .makes::<Taken>()
        .get("/remittances/{id}", "One payment with its balance and every answer", show)
        .gives::<EraView>()
        .get("/remittances/{id}/file", "The file it came in, byte for byte", kept)
        .post("/remittances/{id}/post", "Post what is matched; the rest waits under Unmatched", post)
        .takes::<Posting>()
        .gives::<EraView>()
        .post("/remittances/{id}/reverse", "Take a posted payment back whole", reverse)
        .takes::<TakeBack>()
        .gives::<EraView>()
        .post("/remittances/{id}/payer", "Say of which payer it is", set_payer)
        .takes::<OfPayer>()
        .gives::<EraView>()
        .post("/remittances/{id}/override", "The owner lets it be posted although it does not balance", let_post)
        .takes::<Override>()
        .gives::<EraView>()
        .post("/remittances/{id}/another", "Say that it is a payment of its own although another has its number", tell_apart)
        .takes::<Another>()
        .gives::<EraView>()
        .post("/remittances/answers/{id}/assign", "Assign an answer to a claim, before or after the posting", assign)
        .takes::<Assigning>()
        .gives::<EraView>()
        .get("/remittances/answers/{id}/raw", "What the file says of one claim, segment by segment", raw)
        .gives::<Listing<String>>()
}

async fn list(api: Api, Query(filter): Query<EraFilter>) -> Result<Given<Listing<EraRow>>> {
    era::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn take_in(api: Api, file: Upload) -> Result<Made<Taken>> {
    era::take_in(&api.app, &api.by, &file.name, file.content).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<EraView>> {
    era::show(&api.app, &api.by, &id).await.map(Given)
}

async fn kept(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, content) = era::file(&api.app, &api.by, &id).await?;
    Ok(download::file(&name, content))
}

async fn post(api: Api, Path(id): Path<String>, Body(new): Body<Posting>) -> Result<Given<EraView>> {
    era::post(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn reverse(api: Api, Path(id): Path<String>, Body(new): Body<TakeBack>) -> Result<Given<EraView>> {
    era::reverse(&api.app, &api.by, &id, &new.or("Taken back by a program")).await.map(Given)
}

async fn set_payer(api: Api, Path(id): Path<String>, Body(new): Body<OfPayer>) -> Result<Given<EraView>> {
    era::set_payer(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn let_post(api: Api, Path(id): Path<String>, Body(new): Body<Override>) -> Result<Given<EraView>> {
    era::override_balance(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn tell_apart(api: Api, Path(id): Path<String>, Body(new): Body<Another>) -> Result<Given<EraView>> {
    era::tell_apart(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn assign(api: Api, Path(id): Path<String>, Body(new): Body<Assigning>) -> Result<Given<EraView>> {
    era::assign(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn raw(api: Api, Path(id): Path<String>) -> Result<Given<Listing<String>>> {
    era::raw(&api.app, &api.by, &id).await.map(|all| Given(all.into()))
}
