//! What a clearinghouse or payer said before the decision, as somebody enters it by hand.

use super::claim::AnswerKind;
use super::view::{self, ClaimView};
use super::{done, find_to_write, move_to, store};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, Result};
use crate::types::{Check, Text, day};
use crate::work::Work;
use schemars::JsonSchema;
use sea_orm::{IntoActiveModel, Set};
use serde::{Deserialize, Serialize};

/// What came back before the decision.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// The day; today where nothing is said.
    pub on: Text,
    /// The code of the answer, like A2.
    pub code: Text,
    /// What they said, in words.
    pub words: Text,
    /// The payer's own number for the claim.
    pub payer_claim_no: Text,
}

/// Enters by hand what a clearinghouse or payer answered before the decision.
pub async fn answer(app: &App, by: &Actor, id: &str, kind: AnswerKind, answer: &Answer) -> Result<ClaimView> {
    let work = app.work(by).await?;
    if let Some(done) = work.already() {
        return view::claim(app, &work.tx, by, done).await;
    }
    let before = find_to_write(&work, id).await?;
    let after = answer_in(&work, &before, kind, answer).await?;
    done(work, &after).await
}

/// The same with the kind of answer as it was typed.
pub async fn answer_said(app: &App, by: &Actor, id: &str, kind: &Text, said: &Answer) -> Result<ClaimView> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut check = Check::new(app.today());
    let kind = check.required_choice("kind", kind, "Choose what they answered");
    match check.done(kind)? {
        Some(kind) => answer(app, by, id, kind, said).await,
        None => Err(AppError::field("kind", "Choose what they answered")),
    }
}

/// The same within a larger unit of work.
pub async fn answer_in(work: &Work<'_>, before: &Claim, kind: AnswerKind, answer: &Answer) -> Result<Claim> {
    let mut check = Check::new(work.today());
    let on = check.past_day("on", &answer.on, "An answer").unwrap_or(work.today());
    let code = check.line("code", &answer.code);
    let words = check.line("words", &answer.words);
    let payer_claim_no = check.line("payer_claim_no", &answer.payer_claim_no);
    check.done(())?;
    let moved = match kind.leads_to() {
        Some(to) => move_to(work, before, to, on, words.clone()).await?,
        None => before.clone(),
    };
    let sent = store::last_transmission(&work.tx, before.id)
        .await?
        .ok_or_else(|| AppError::conflict(format!("{} was never sent", before.number)))?;
    if on < sent.sent_on {
        return Err(AppError::field("on", format!("The claim left on {}. The answer cannot be older", day::long(sent.sent_on))));
    }
    store::insert_answer(work, sent.id, kind, on, code, words, payer_claim_no.clone()).await?;
    let mut row = moved.clone().into_active_model();
    if payer_claim_no.is_some() {
        row.payer_claim_no = Set(payer_claim_no);
    }
    Ok(work.save(&moved, row).await?.0)
}
