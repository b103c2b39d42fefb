//! Several claims at once: what can be done is done, and the rest stays with its reason.

use super::claim::ClaimState;
use super::view::{ClaimRow, rows};
use super::{Sending, find, hold, make_ready_in, submit_in};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, Result};
use crate::types::{Check, Text, TextList};
use crate::work::Work;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most claims that are moved by one press of a button.
pub const MOST: usize = 500;

/// Which claims are meant: their ids or numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Chosen {
    pub ids: TextList,
}

/// Claims that leave together.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SendingMany {
    pub ids: TextList,
    /// 837p, portal or paper; each payer's own way where nothing is said.
    pub channel: Text,
    /// The day; today where nothing is said, never later.
    pub sent_on: Text,
    /// A number of the batch, if there is one.
    pub reference: Text,
}

/// What came of it, claim by claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Outcome {
    pub done: Vec<ClaimRow>,
    pub left: Vec<Left>,
}

/// A claim that stays where it is, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Left {
    pub claim: ClaimRow,
    pub reason: String,
}

impl Outcome {
    /// "3 claims are ready to send. 1 stays: C-2026-00004, there is no fee for 97140."
    pub fn said(&self, one: &str, many: &str) -> String {
        let done = match self.done.len() {
            0 => String::new(),
            1 => format!("1 claim {one}. "),
            n => format!("{n} claims {many}. "),
        };
        let kept: Vec<String> = self.left.iter().map(|l| format!("{} stays: {}", l.claim.number, l.reason)).collect();
        format!("{done}{}", kept.join(". ")).trim().trim_end_matches('.').to_string()
    }
}

/// The chosen claims as they stand, for a page that asks once more.
pub async fn chosen(app: &App, by: &Actor, ids: &TextList) -> Result<Vec<ClaimRow>> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut claims = Vec::new();
    for id in said(app, ids)? {
        claims.push(find(&app.db, by, id.as_str()).await?);
    }
    in_order(&app.db, &claims).await
}

/// Checks the chosen drafts; those that nothing blocks become ready.
pub async fn make_ready(app: &App, by: &Actor, chosen: &Chosen) -> Result<Outcome> {
    by.rights(Thing::Claims).to_write("claim")?;
    let ids = said(app, &chosen.ids)?;
    let work = app.work(by).await?;
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for id in ids {
        let claim = hold(&work, find(&work.tx, by, id.as_str()).await?.id).await?;
        match claim.state {
            ClaimState::Ready => done.push(claim),
            _ => sort(make_ready_in(&work, &claim).await, claim, &mut done, &mut left)?,
        }
    }
    finish(work, done, left).await
}

/// Marks the chosen ready claims as sent, on one day and by one way. What they say is frozen from then on.
pub async fn submit(app: &App, by: &Actor, new: &SendingMany) -> Result<Outcome> {
    by.rights(Thing::Claims).to_write("claim")?;
    let ids = said(app, &new.ids)?;
    let sending = Sending { channel: new.channel.clone(), sent_on: new.sent_on.clone(), reference: new.reference.clone() };
    sending.check(app.today())?;
    let work = app.work(by).await?;
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for id in ids {
        let claim = hold(&work, find(&work.tx, by, id.as_str()).await?.id).await?;
        match work.already() {
            Some(_) if claim.state.awaits_payer() => done.push(claim),
            _ => sort(submit_in(&work, &claim, &sending).await, claim, &mut done, &mut left)?,
        }
    }
    if let Some(first) = done.first() {
        work.made(first.id).await?;
    }
    finish(work, done, left).await
}

fn said(app: &App, ids: &TextList) -> Result<Vec<Text>> {
    let mut check = Check::new(app.today());
    let mut said: Vec<Text> = Vec::new();
    for id in ids.said() {
        if !said.contains(id) {
            said.push(id.clone());
        }
    }
    if said.is_empty() {
        check.say("ids", "Choose at least one claim");
    }
    if said.len() > MOST {
        check.say("ids", format!("Choose at most {MOST} claims"));
    }
    Ok(check.done(said)?)
}

/// A refusal keeps one claim back and not the others; a failure of ours stops everything.
fn sort(result: Result<Claim>, before: Claim, done: &mut Vec<Claim>, left: &mut Vec<(Claim, String)>) -> Result<()> {
    match result {
        Ok(after) => done.push(after),
        Err(AppError::Invalid(errors)) => {
            left.push((before, errors.0.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join(". ")));
        }
        Err(AppError::Conflict { message, .. }) => left.push((before, message)),
        Err(other) => return Err(other),
    }
    Ok(())
}

pub async fn in_order(db: &impl sea_orm::ConnectionTrait, claims: &[Claim]) -> Result<Vec<ClaimRow>> {
    let mut shown = rows(db, claims, true).await?;
    Ok(claims.iter().filter_map(|c| shown.remove(&c.id)).collect())
}

async fn finish(work: Work<'_>, done: Vec<Claim>, left: Vec<(Claim, String)>) -> Result<Outcome> {
    let (kept, reasons): (Vec<Claim>, Vec<String>) = left.into_iter().unzip();
    let kept = in_order(&work.tx, &kept).await?;
    let outcome = Outcome {
        done: in_order(&work.tx, &done).await?,
        left: kept.into_iter().zip(reasons).map(|(claim, reason)| Left { claim, reason }).collect(),
    };
    work.commit().await?;
    Ok(outcome)
}
