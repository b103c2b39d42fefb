//! Keeping in touch: what needs a decision, computed from the chain and the clock; a row exists only for what a person did.

pub mod api;
pub mod billing;
pub mod course;
pub mod gather;
pub mod people;
pub mod raised;
mod store;
pub mod view;

pub use gather::{Alert, alerts as that_hold};
pub use model::outreach::rule;

use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::{Reach, Role, Thing};
use crate::error::{AppError, Result};
use crate::held;
use crate::types::{Check, Text};
use chrono::NaiveDate;
use rule::{AlertAction, Group, Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use view::AlertView;

/// A snooze ends within a year; what may wait longer is done.
const LONGEST_SNOOZE: i64 = 366;

/// What lists of alerts can be asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlertFilter {
    pub rule: Text,
    /// What Today shows together.
    pub group: Text,
    /// The role that is to act.
    pub owner: Text,
    /// Only what the asking person is to act on.
    pub mine: Text,
    /// open (where nothing is said), snooze, done or all.
    pub state: Text,
}

/// What needs a decision, of what the actor may see; the oldest first.
pub async fn alerts(app: &App, by: &Actor, filter: &AlertFilter) -> Result<Vec<AlertView>> {
    let asked = Asked::read(filter, app.today())?;
    Ok(all(app, by).await?.iter().filter(|a| asked.takes(a)).cloned().collect())
}

/// The same of one's own, and beside it all of one's own that is open; gathered once.
pub async fn own_alerts(app: &App, by: &Actor, filter: &AlertFilter) -> Result<(Vec<AlertView>, Vec<AlertView>)> {
    let asked = Asked::read(filter, app.today())?;
    let all = all(app, by).await?;
    let own = || all.iter().filter(|a| a.mine);
    Ok((own().filter(|a| asked.takes(a)).cloned().collect(), own().filter(|a| a.is_open()).cloned().collect()))
}

/// A filter that was read.
struct Asked {
    rule: Option<Rule>,
    group: Option<Group>,
    owner: Option<Role>,
    only_mine: bool,
    any_state: bool,
    /// Nothing: what is open.
    state: Option<AlertAction>,
}

impl Asked {
    fn read(filter: &AlertFilter, today: NaiveDate) -> Result<Self> {
        let mut check = Check::new(today);
        let is_word = matches!(filter.state.as_str(), "open" | "all");
        let asked = Self {
            rule: check.choice("rule", &filter.rule),
            group: check.choice("group", &filter.group),
            owner: check.choice("owner", &filter.owner),
            only_mine: filter.mine.is_yes(),
            any_state: filter.state.as_str() == "all",
            state: if is_word { None } else { check.choice("state", &filter.state) },
        };
        Ok(check.done(asked)?)
    }

    fn wants(&self, rule: Rule) -> bool {
        self.rule.is_none_or(|only| only == rule) && self.group.is_none_or(|only| rule.group() == only)
    }

    fn takes(&self, alert: &AlertView) -> bool {
        let in_state = self.any_state || alert.action == self.state;
        self.wants(alert.rule) && in_state && self.owner.is_none_or(|only| alert.owner == only) && (!self.only_mine || alert.mine)
    }
}

/// Everything that holds now and that the actor may see; gathered once until something changes.
async fn all(app: &App, by: &Actor) -> Result<Arc<Vec<AlertView>>> {
    app.held(held::of_person("alerts", by), of(app, by, |_| true)).await
}

/// Everything that holds now and that the actor may see, of the rules that were asked for; also what was put aside.
async fn of(app: &App, by: &Actor, asked: impl Fn(Rule) -> bool) -> Result<Vec<AlertView>> {
    let alerts = gather::alerts(app, |rule| asked(rule) && exists_for(by, rule)).await?;
    let alerts = within_reach(app, by, alerts).await?;
    let done = store::actions(app).await?;
    let sees_money = by.rights(Thing::Claims).read != Reach::None;
    let mut found = view::views(app, alerts, &done, sees_money, |alert| is_mine(by, alert)).await?;
    found.sort_by(|a, b| (a.since, &a.title, a.rule).cmp(&(b.since, &b.title, b.rule)));
    Ok(found)
}

/// Whether somebody may know of alerts of a rule at all.
fn exists_for(by: &Actor, rule: Rule) -> bool {
    let rights = by.rights(rule.thing());
    rights.read != Reach::None || rights.outline
}

/// Leaves out what is about patients whom the actor does not see.
async fn within_reach(app: &App, by: &Actor, alerts: Vec<Alert>) -> Result<Vec<Alert>> {
    let reach = by.rights(Thing::Patients).read;
    let ids = || alerts.iter().filter_map(|a| a.patient_id).collect::<HashSet<i64>>();
    let own = if reach == Reach::Own { crate::patients::own_among(&app.db, by, ids()).await? } else { HashSet::new() };
    let seen = |alert: &Alert| match (alert.patient_id, reach) {
        (_, Reach::All) => true,
        (Some(id), Reach::Own) => own.contains(&id),
        (Some(_), Reach::None) => false,
        // About no single patient: whoever reaches only their own sees what is theirs.
        (None, _) => by.rights(alert.raised.rule.thing()).read != Reach::Own || is_mine(by, alert),
    };
    Ok(alerts.into_iter().filter(seen).collect())
}

/// Whose Today shows it: the owner's always; else by the role that is to act [domain 2.15], and a therapist's only where
/// it is about a course of their own. A marketer looks after sources that went quiet, too.
fn is_mine(by: &Actor, alert: &Alert) -> bool {
    let own = || match (alert.owner, alert.therapist_id) {
        (Role::Therapist, Some(therapist)) => by.therapist_id == Some(therapist),
        _ => true,
    };
    let looks_after = alert.raised.rule == Rule::ReferrerSilent && by.has(Role::Marketer);
    by.has(Role::Owner) || looks_after || by.has(alert.owner) && own()
}

/// What is to become of an alert.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Putting {
    /// The day on which it comes back, when it is put off.
    pub until: Text,
    pub why: Text,
}

/// Puts an alert off until a day. It comes back then, if its cause still stands.
pub async fn snooze(app: &App, by: &Actor, id: &str, new: &Putting) -> Result<AlertView> {
    may_act(by, one(app, by, id).await?.rule)?;
    let mut check = Check::new(app.today());
    let until = check.day("until", &new.until);
    let why = check.line("why", &new.why);
    match until.map(|day| (day - app.today()).num_days()) {
        None if !check.failed() => check.say("until", "Say until when, like tomorrow or 3/14"),
        Some(..=0) => check.say("until", "Choose a day to come"),
        Some(n) if n > LONGEST_SNOOZE => check.say("until", "Choose a day within a year"),
        _ => {}
    }
    check.done(())?;
    put(app, by, id, AlertAction::Snooze, until, why).await
}

/// Says that an alert is settled, although its cause still stands. A new occurrence is a new alert.
pub async fn done(app: &App, by: &Actor, id: &str, new: &Putting) -> Result<AlertView> {
    let mut check = Check::new(app.today());
    let why = check.line("why", &new.why);
    let why = check.done(why)?;
    put(app, by, id, AlertAction::Done, None, why).await
}

async fn put(
    app: &App,
    by: &Actor,
    id: &str,
    action: AlertAction,
    until: Option<chrono::NaiveDate>,
    why: Option<String>,
) -> Result<AlertView> {
    let alert = one(app, by, id).await?;
    may_act(by, alert.rule)?;
    let work = app.work(by).await?;
    store::keep(&work, alert.rule, alert.subject_id, &alert.occurrence, action, until, why).await?;
    work.note(entry(action.word(), &alert)).await?;
    work.commit().await?;
    one(app, by, id).await
}

/// Takes back what was done with an alert.
pub async fn undo(app: &App, by: &Actor, id: &str) -> Result<AlertView> {
    let alert = one(app, by, id).await?;
    may_act(by, alert.rule)?;
    let work = app.work(by).await?;
    store::forget(&work, alert.rule, alert.subject_id, &alert.occurrence).await?;
    work.note(entry("undid", &alert)).await?;
    work.commit().await?;
    one(app, by, id).await
}

fn entry<'a>(action: &'a str, alert: &AlertView) -> Entry<'a> {
    Entry::of(action, "alert", 0).named(alert.subject_id).fields(vec![alert.rule.word().into()])
}

/// An alert that holds now and that the actor may see.
async fn one(app: &App, by: &Actor, id: &str) -> Result<AlertView> {
    let (rule, subject, occurrence) = view::read_id(id).ok_or(AppError::NotFound("alert"))?;
    let found = of(app, by, |r| r == rule).await?;
    found.into_iter().find(|a| a.subject_id == subject && a.occurrence == occurrence).ok_or(AppError::NotFound("alert"))
}

/// Who may change the thing may put its alerts aside; for mail, who may release it.
fn may_act(by: &Actor, rule: Rule) -> Result<()> {
    if rule.thing() == Thing::Reports && by.may_release() {
        return Ok(());
    }
    by.rights(rule.thing()).to_write("alert")?;
    Ok(())
}
