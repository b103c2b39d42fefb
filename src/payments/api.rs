//! The JSON door of payments.

use super::board::{Board, BoardAsk};
use super::denials::NewExplanation;
use super::desk::{NewPatientMoney, NewWriteOff};
use super::eob::NewEob;
use super::purse::{self, Purse, PurseAsk};
use super::view::{EventView, LedgerView, RemittanceRow, RemittanceView};
use super::whole::{self, WholeClaim};
use super::{LedgerAsk, Loose, PaymentFilter, TakeBack, board, denials, desk, entry};
use crate::claims::view::ClaimView;
use crate::documents::DocumentView;
use crate::error::Result;
use crate::payments;
use crate::types::{Listing, Text};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made, Query, Upload};
use poem::web::Path;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Payments")
        .get("/payments", "Deposits of payers, newest first", list)
        .asks::<PaymentFilter>()
        .gives::<Listing<RemittanceRow>>()
        .post("/payments", "Enter a payer's answer (EOB): it balances to the cent, or nothing is stored", post)
        .takes::<NewEob>()
        .makes::<RemittanceView>()
        .get("/payments/loose", "Money that belongs to no claim and no visit: Unmatched and Unallocated", loose)
        .gives::<Loose>()
        .post("/payments/scans", "Keep the scan of an EOB, to be named as its document", keep_scan)
        .takes_file()
        .makes::<DocumentView>()
        .get("/payments/patient", "What a patient owes and has paid: for a claim, a visit, or in all", show_purse)
        .asks::<PurseAsk>()
        .gives::<Purse>()
        .get("/payments/{id}", "One deposit with everything it said", show)
        .gives::<RemittanceView>()
        .post("/payments/{id}/take-back", "Take back a deposit that was entered wrong", take_back)
        .takes::<TakeBack>()
        .gives::<RemittanceView>()
        .post("/payments/patient", "Take money from a patient: for a claim, a visit, or in advance", pay)
        .takes::<NewPatientMoney>()
        .makes::<EventView>()
        .post("/payments/refund", "Give money back to a patient", refund)
        .takes::<NewPatientMoney>()
        .makes::<EventView>()
        .post(
            "/payments/events/{id}/take-back",
            "Take back a patient's payment, a refund or a write-off that was entered wrong",
            take_back_event,
        )
        .takes::<TakeBack>()
        .makes::<EventView>()
        .get("/claims/{id}/ledger", "The ledger of a claim: events, decisions, denials; now or as of a past day", ledger)
        .asks::<LedgerAsk>()
        .gives::<LedgerView>()
        .get("/claims/{id}/whole", "A claim with its form, its ledger and what may be done now: what its page shows", whole_claim)
        .asks::<LedgerAsk>()
        .gives::<WholeClaim>()
        .get("/claims/board", "Which claims do not move: a work list, and the size of all", show_board)
        .asks::<BoardAsk>()
        .gives::<Board>()
        .post("/claims/{id}/write-off", "Write off what is left, or part of it, with a reason", write_off)
        .takes::<NewWriteOff>()
        .gives::<LedgerView>()
        .post("/claims/{id}/appeal", "An appeal against a denial went out", appeal)
        .takes::<Appeal>()
        .gives::<ClaimView>()
        .post("/claims/{id}/denial", "Say what lies behind a denial, and until when it may be appealed", explain)
        .takes::<NewExplanation>()
        .gives::<LedgerView>()
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Appeal {
    /// The day it left; today where nothing is said.
    pub on: Text,
    pub why: Text,
}

async fn list(api: Api, Query(filter): Query<PaymentFilter>) -> Result<Given<Listing<RemittanceRow>>> {
    payments::list(&api.app, &api.by, &filter).await.map(Given)
}

async fn post(api: Api, Body(new): Body<NewEob>) -> Result<Made<RemittanceView>> {
    payments::post(&api.app, &api.by, &new).await.map(Made)
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Given<RemittanceView>> {
    payments::show(&api.app, &api.by, &id).await.map(Given)
}

async fn take_back(api: Api, Path(id): Path<String>, Body(new): Body<TakeBack>) -> Result<Given<RemittanceView>> {
    payments::take_back(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn pay(api: Api, Body(new): Body<NewPatientMoney>) -> Result<Made<EventView>> {
    desk::pay(&api.app, &api.by, &new).await.map(Made)
}

async fn refund(api: Api, Body(new): Body<NewPatientMoney>) -> Result<Made<EventView>> {
    desk::refund(&api.app, &api.by, &new).await.map(Made)
}

async fn take_back_event(api: Api, Path(id): Path<String>, Body(new): Body<TakeBack>) -> Result<Made<EventView>> {
    desk::take_back(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn ledger(api: Api, Path(id): Path<String>, Query(ask): Query<LedgerAsk>) -> Result<Given<LedgerView>> {
    payments::ledger_of(&api.app, &api.by, &id, &ask).await.map(Given)
}

async fn write_off(api: Api, Path(id): Path<String>, Body(new): Body<NewWriteOff>) -> Result<Given<LedgerView>> {
    desk::write_off(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn appeal(api: Api, Path(id): Path<String>, Body(new): Body<Appeal>) -> Result<Given<ClaimView>> {
    denials::appeal(&api.app, &api.by, &id, &new.on, &new.why).await.map(Given)
}

async fn explain(api: Api, Path(id): Path<String>, Body(new): Body<NewExplanation>) -> Result<Given<LedgerView>> {
    denials::explain(&api.app, &api.by, &id, &new).await.map(Given)
}

async fn show_board(api: Api, Query(ask): Query<BoardAsk>) -> Result<Given<Board>> {
    board::show(&api.app, &api.by, &ask).await.map(Given)
}

async fn whole_claim(api: Api, Path(id): Path<String>, Query(ask): Query<LedgerAsk>) -> Result<Given<WholeClaim>> {
    whole::show(&api.app, &api.by, &id, &ask).await.map(Given)
}

async fn loose(api: Api) -> Result<Given<Loose>> {
    payments::loose(&api.app, &api.by).await.map(Given)
}

async fn keep_scan(api: Api, file: Upload) -> Result<Made<DocumentView>> {
    entry::keep_scan(&api.app, &api.by, &file.name, file.content).await.map(Made)
}

async fn show_purse(api: Api, Query(ask): Query<PurseAsk>) -> Result<Given<Purse>> {
    purse::show(&api.app, &api.by, &ask).await.map(Given)
}
