//! What people are told in the morning: how much needs them, in counts that name nobody, where some of it is new since they were told last.
//! Nothing follows from it: alerts are computed when somebody asks, whether they were told or not.

use super::queue::{self, GroupView};
use crate::app::{Actor, App};
use crate::auth;
use crate::due_work::{self, Due};
use crate::error::Result;
use crate::mail::compose::compose;
use crate::mail::kinds::{Morning, Waiting};
use crate::outreach::view::AlertView;
use crate::reports;
use crate::types::Money;
use chrono::{Days, NaiveTime};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// People are told at this hour, before the practice opens [domain 2.15], once the letters of the day are begun;
const TOLD_AT: u32 = 6;
/// at this hour also where that takes longer;
const NOT_LATER_THAN: u32 = 7;
/// and not any more where the program was started late: by then they have looked.
const TOLD_UNTIL: u32 = 10;

/// Tells everybody who wants it, once a day; how many were mailed. A folder tells nobody anything: it needs a mail server.
pub async fn tell(app: &App) -> Result<usize> {
    let at = |hour| app.clock.at(app.today(), NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    if app.post.is_folder() || !(at(TOLD_AT)..at(TOLD_UNTIL)).contains(&app.now()) {
        return Ok(0);
    }
    let begun = !app.config.draft_letters || due_work::is_done(app, "letters", &app.today().to_string()).await?;
    if !begun && app.now() < at(NOT_LATER_THAN) {
        return Ok(0);
    }
    let mut told = 0;
    for id in auth::told_in_the_morning(&app.db).await? {
        let due = Due { kind: "morning", key: format!("{} {id}", app.today()), at: at(TOLD_AT) };
        // Who cannot be reached keeps nobody else from being told.
        match due_work::once(app, &due, || Box::pin(tell_one(app, id))).await {
            Ok(mailed) => told += usize::from(mailed == Some(true)),
            Err(error) => tracing::error!(user = id, "telling one of us what needs them: {error}"),
        }
    }
    Ok(told)
}

/// Tells one user, where something is new to them; gives whether they were mailed. An error is tried again after a while.
async fn tell_one(app: &App, id: i64) -> Result<bool> {
    let by = auth::person_by_id(app, id).await?;
    let open = super::mine(app, &by).await?;
    let known = due_work::left(app, "told", &id.to_string()).await?;
    let known: Option<HashSet<String>> = known.and_then(|known| serde_json::from_value(known).ok());
    // Whoever was never told hears as new what is of today or yesterday.
    let is_new = |alert: &&AlertView| match &known {
        Some(known) => !known.contains(&mark(alert)),
        None => alert.since >= app.today() - Days::new(1),
    };
    let new: Vec<AlertView> = open.iter().filter(is_new).cloned().collect();
    let to = auth::email_of(&app.db, id).await?.filter(|_| !new.is_empty());
    let mut mailed = false;
    if let Some(to) = to {
        let tried = reports::mail_one_of_us(app, &to, &compose(&morning(app, &by, &open, &new).await?)?).await?;
        if tried.may_go_later {
            return Err(anyhow::anyhow!("{}: {}", tried.step, tried.words).into());
        }
        mailed = tried.sent;
    }
    let known: Vec<String> = open.iter().map(mark).collect();
    due_work::leave(app, "told", id.to_string(), serde_json::to_value(known).unwrap_or_default()).await?;
    Ok(mailed)
}

/// What an alert is known again by.
fn mark(alert: &AlertView) -> String {
    hex::encode(&Sha256::digest(&alert.id)[..8])
}

/// The groups of Today of one person.
async fn morning(app: &App, by: &Actor, open: &[AlertView], new: &[AlertView]) -> Result<Morning> {
    let new = queue::groups(new, app.today());
    let groups: Vec<Waiting> = queue::groups(open, app.today()).into_iter().map(|group| waiting(group, &new)).collect();
    Ok(Morning {
        head: reports::head_to_ourselves(app, "This morning", &by.name, app.today().to_string()).await?,
        waiting: groups.iter().map(|g| g.count).sum(),
        new: groups.iter().map(|g| g.new).sum(),
        groups,
        link: app.config.public_url.clone(),
    })
}

fn waiting(group: GroupView, new: &[GroupView]) -> Waiting {
    Waiting {
        new: new.iter().find(|n| n.group == group.group).map_or(0, |n| n.count),
        title: group.title,
        count: group.count,
        money: group.money_at_risk_cents.filter(|cents| *cents > 0).map(|cents| format!("{} at stake", Money(cents).whole())),
    }
}
