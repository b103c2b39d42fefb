//! The JSON door of letters.

use super::LetterView;
use crate::error::Result;
use crate::payments::appeals::{self, NewAppeal, Offer as AppealOffer};
use crate::payments::letters;
use crate::payments::proof::{self, Proof};
use crate::payments::statements::{self, NewStatement, Offer as StatementOffer};
use crate::payments::underpaid::{self, Asking, Underpaid};
use crate::web::api::{Api, ApiRoutes, Body, Given, Made};
use crate::web::download::{self, Shown};
use poem::Response;
use poem::web::Path;

pub fn routes() -> ApiRoutes {
    ApiRoutes::new("Letters")
        .get("/letters/{id}", "A letter that left, as PDF", open)
        .get("/claims/{id}/proof", "When a claim left, in which file, and who answered what", show_proof)
        .gives::<Proof>()
        .get("/claims/{id}/proof/file", "The same as one PDF", print_proof)
        .get("/claims/{id}/appeal-letter", "What an appeal of a claim may say and enclose", offer_appeal)
        .gives::<AppealOffer>()
        .post("/claims/{id}/appeal-letter", "Write an appeal: the letter is kept as it leaves, and the claim is under appeal", send_appeal)
        .takes::<NewAppeal>()
        .makes::<LetterView>()
        .get("/claims/underpaid", "Lines for which a payer allowed less than its sheet says", show_underpaid)
        .gives::<Underpaid>()
        .post("/claims/underpaid/letter", "Ask a payer for what it paid too little: the letter is kept", ask_payer)
        .takes::<Asking>()
        .makes::<LetterView>()
        .get("/patients/{id}/statements", "What a patient owes, and the statements made about it", show_statements)
        .gives::<StatementOffer>()
        .post("/patients/{id}/statements", "Make a statement: it is kept as it is", make_statement)
        .takes::<NewStatement>()
        .makes::<LetterView>()
}

async fn open(api: Api, Path(id): Path<String>) -> Result<Response> {
    let letter = letters::open(&api.app, &api.by, &id).await?;
    Ok(download::pdf(&letter.file_name, letter.content, Shown::Here))
}

async fn show_proof(api: Api, Path(id): Path<String>) -> Result<Given<Proof>> {
    proof::show(&api.app, &api.by, &id).await.map(Given)
}

async fn print_proof(api: Api, Path(id): Path<String>) -> Result<Response> {
    let (name, drawn) = proof::print(&api.app, &api.by, &id).await?;
    Ok(download::pdf(&name, drawn.pdf, Shown::Here))
}

async fn offer_appeal(api: Api, Path(id): Path<String>) -> Result<Given<AppealOffer>> {
    appeals::offer(&api.app, &api.by, &id).await.map(Given)
}

async fn send_appeal(api: Api, Path(id): Path<String>, Body(new): Body<NewAppeal>) -> Result<Made<LetterView>> {
    appeals::send(&api.app, &api.by, &id, &new).await.map(Made)
}

async fn show_underpaid(api: Api) -> Result<Given<Underpaid>> {
    underpaid::list(&api.app, &api.by).await.map(Given)
}

async fn ask_payer(api: Api, Body(new): Body<Asking>) -> Result<Made<LetterView>> {
    underpaid::ask(&api.app, &api.by, &new).await.map(Made)
}

async fn show_statements(api: Api, Path(id): Path<String>) -> Result<Given<StatementOffer>> {
    statements::show(&api.app, &api.by, &id).await.map(Given)
}

async fn make_statement(api: Api, Path(id): Path<String>, Body(new): Body<NewStatement>) -> Result<Made<LetterView>> {
    statements::make(&api.app, &api.by, &id, &new).await.map(Made)
}
