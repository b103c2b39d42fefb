//! The JSON door of mails.

use super::view::{MailRow, MailShown};
use super::{MailFilter, SentByHand, TestTo};
use crate::error::Result;
use crate::mail::Tried;
use crate::mail::bounce::TakenBack;
use crate::reports::mails;
use crate::types::Listing;
use crate::web::api::{Api, ApiRoutes, Body, Given, Query, Upload};
use crate::web::download;
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Mail")
        .get("/mails", "Mails of reports, newest first: how each stands", list)
        .asks::<MailFilter>()
        .gives::<Listing<MailRow>>()
        .get("/mails/{id}", "One mail, with the message as it left", show)
        .gives::<MailShown>()
        .get("/mails/{id}/message", "The message, byte for byte; on paper, the letter to print (PDF)", message)
        .post("/mails/{id}/let-go", "Let a mail go that waits for a person: the sixth of a day to one address", let_go)
        .gives::<MailShown>()
        .post("/mails/{id}/sent-by-hand", "What was printed was sent: by mail, by fax or by hand, on a day", sent_by_hand)
        .takes::<SentByHand>()
        .gives::<MailShown>()
        .post("/mails/bounces", "Take in a message that came back: a delivery notice or a complaint", bounce)
        .takes_file()
        .gives::<TakenBack>()
        .post("/mails/test", "Send a message about nobody to oneself, or to an address", test)
        .takes::<TestTo>()
        .gives::<Tried>()
        .post("/mails/{id}/give-up", "Give up a mail that may have arrived, or that is held: it is never sent", give_up)
        .gives::<MailShown>()
}

async fn bounce(api: Api, file: Upload) -> Result<Given<TakenBack>> {
    crate::mail::bounce::take_in(&api.app, &api.by, &file.content).await.map(Given)
}

async fn test(api: Api, Body(to): Body<TestTo>) -> Result<Given<Tried>> {
    mails::send_test(&api.app, &api.by, &to).await.map(Given)
}

async fn list(api: Api, Query(filter): Query<MailFilter>) -> Result<Given<Listing<MailRow>>> {
    mails::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<MailShown>> {
    mails::show(&api.app, &api.by, &id).await.map(Given)
}

async fn message(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (mail, mime) = mails::message(&api.app, &api.by, &id).await?;
    Ok(download::file(&mails::file_name(&mail), mime))
}

async fn let_go(api: Api, Path(id): Path<String>) -> Result<Given<MailShown>> {
    mails::let_go(&api.app, &api.by, &id).await.map(Given)
}

async fn give_up(api: Api, Path(id): Path<String>) -> Result<Given<MailShown>> {
    mails::give_up(&api.app, &api.by, &id).await.map(Given)
}

async fn sent_by_hand(api: Api, Path(id): Path<String>, Body(new): Body<SentByHand>) -> Result<Given<MailShown>> {
    mails::sent_by_hand(&api.app, &api.by, &id, &new).await.map(Given)
}
