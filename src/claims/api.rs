//! The JSON door of claims: a verb of the trade is a POST on the claim.

use super::bulk::{Chosen, Outcome, SendingMany};
use super::case::NewCase;
use super::claim::AnswerKind;
use super::form::Part;
use super::try_out::try_out;
use super::verdict::Verdict;
use super::versions::additional::NewAdditional;
use super::view::{ClaimRow, ClaimView};
use super::{Answer, ClaimFilter, Correcting, Sending, bulk, draft};
use crate::claims;
use crate::error::Result;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Query};
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Claims")
        .get("/claims", "Claims, newest first", list)
        .asks::<ClaimFilter>()
        .gives::<Listing<ClaimRow>>()
        .post(
            "/claims",
            "Draft the claim of a visit whose note is signed (it drafts itself; this is for a coverage that came later)",
            create,
        )
        .takes::<ForVisit>()
        .makes::<ClaimView>()
        .post("/claims/ready", "Check several drafts; those that nothing blocks become ready", ready_many)
        .takes::<Chosen>()
        .gives::<Outcome>()
        .post("/claims/submit", "Mark several ready claims as sent", submit_many)
        .takes::<SendingMany>()
        .gives::<Outcome>()
        .post("/payers/{id}/try", "Try a case on a payer's rules: what would be billed and why; nothing is kept", try_case)
        .takes::<NewCase>()
        .gives::<Verdict>()
        .get("/claims/{id}/form", "What the claim says, item by item of the CMS-1500, in words", form)
        .gives::<Listing<Part>>()
        .get("/claims/{id}", "One claim, by id or number, with what stands against sending it", show)
        .gives::<ClaimView>()
        .post("/claims/{id}/ready", "Check the claim; ready if nothing blocks", ready)
        .gives::<ClaimView>()
        .post("/claims/{id}/draft", "Back to draft: a ready claim that is not to go, a rejected one to be fixed", back_to_draft)
        .gives::<ClaimView>()
        .post("/claims/{id}/accept-cap", "Accept the payer's cap: units above it are not billed", accept_cap)
        .gives::<ClaimView>()
        .post("/claims/{id}/additional", "What an unsent claim tells beside its services: all of it, what is left out is taken off", tell)
        .takes::<NewAdditional>()
        .gives::<ClaimView>()
        .post("/claims/{id}/submit", "Mark a ready claim as sent", submit)
        .takes::<Sending>()
        .gives::<ClaimView>()
        .post("/claims/{id}/acknowledge", "The clearinghouse or payer has received it", acknowledge)
        .takes::<Answer>()
        .gives::<ClaimView>()
        .post("/claims/{id}/accept", "The payer has taken it in", accept)
        .takes::<Answer>()
        .gives::<ClaimView>()
        .post("/claims/{id}/reject", "It came back before anybody looked at it", reject)
        .takes::<Answer>()
        .gives::<ClaimView>()
        .post("/claims/{id}/pend", "The payer looks into it", pend)
        .takes::<Answer>()
        .gives::<ClaimView>()
        .post("/claims/{id}/correct", "Open a decided claim for a replacement (7) or a void (8)", correct)
        .takes::<Correcting>()
        .gives::<ClaimView>()
        .post("/claims/{id}/abandon", "Give an opened correction up: the claim stands again as it was decided", abandon)
        .gives::<ClaimView>()
        .post("/claims/{id}/void", "Give up a claim that no payer decided", void)
        .takes::<Why>()
        .gives::<ClaimView>()
        .post("/claims/{id}/close", "Put a paid claim aside", close)
        .gives::<ClaimView>()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ForVisit {
    /// Id of the visit.
    pub visit: Text,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Why {
    pub why: Text,
}

async fn list(api: Api, Query(filter): Query<ClaimFilter>) -> Result<Given<Listing<ClaimRow>>> {
    claims::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn create(api: Api, Body(new): Body<ForVisit>) -> Result<Made<ClaimView>> {
    draft::ask_for_visit(&api.app, &api.by, new.visit.as_str()).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::show(&api.app, &api.by, &id).await.map(Given)
}

async fn ready(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::make_ready(&api.app, &api.by, &id).await.map(Given)
}

async fn back_to_draft(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::back_to_draft(&api.app, &api.by, &id).await.map(Given)
}

async fn accept_cap(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::accept_cap(&api.app, &api.by, &id).await.map(Given)
}

async fn tell(api: Api, Path(id): Path<String>, Body(new): Body<NewAdditional>) -> Result<Given<ClaimView>> {
    claims::tell(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn submit(api: Api, Path(id): Path<String>, Body(sending): Body<Sending>) -> Result<Given<ClaimView>> {
    claims::submit(&api.app, &api.by, &id, &sending).await.map(Given)
}

async fn answered(api: &Api, id: &str, kind: AnswerKind, answer: &Answer) -> Result<Given<ClaimView>> {
    claims::answer(&api.app, &api.by, id, kind, answer).await.map(Given)
}

async fn acknowledge(api: Api, Path(id): Path<String>, Body(answer): Body<Answer>) -> Result<Given<ClaimView>> {
    answered(&api, &id, AnswerKind::Acknowledged, &answer).await
}

async fn accept(api: Api, Path(id): Path<String>, Body(answer): Body<Answer>) -> Result<Given<ClaimView>> {
    answered(&api, &id, AnswerKind::Accepted, &answer).await
}

async fn reject(api: Api, Path(id): Path<String>, Body(answer): Body<Answer>) -> Result<Given<ClaimView>> {
    answered(&api, &id, AnswerKind::Rejected, &answer).await
}

async fn pend(api: Api, Path(id): Path<String>, Body(answer): Body<Answer>) -> Result<Given<ClaimView>> {
    answered(&api, &id, AnswerKind::Pended, &answer).await
}

async fn correct(api: Api, Path(id): Path<String>, Body(new): Body<Correcting>) -> Result<Given<ClaimView>> {
    claims::correct(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn abandon(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::abandon(&api.app, &api.by, &id).await.map(Given)
}

async fn void(api: Api, Path(id): Path<String>, Body(why): Body<Why>) -> Result<Given<ClaimView>> {
    claims::void(&api.app, &api.by, &id, &why.why).await.map(Given)
}

async fn close(api: Api, Path(id): Path<String>) -> Result<Given<ClaimView>> {
    claims::close(&api.app, &api.by, &id).await.map(Given)
}

async fn ready_many(api: Api, Body(chosen): Body<Chosen>) -> Result<Given<Outcome>> {
    bulk::make_ready(&api.app, &api.by, &chosen).await.map(Given)
}

async fn submit_many(api: Api, Body(new): Body<SendingMany>) -> Result<Given<Outcome>> {
    bulk::submit(&api.app, &api.by, &new).await.map(Given)
}

async fn form(api: Api, Path(id): Path<String>) -> Result<Given<Listing<Part>>> {
    claims::form::show(&api.app, &api.by, &id).await.map(|all| Given(all.into()))
}

async fn try_case(api: Api, Path(id): Path<String>, Body(new): Body<NewCase>) -> Result<Given<Verdict>> {
    try_out(&api.app, &api.by, &id, &new).await.map(Given)
}
