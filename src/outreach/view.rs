//! What pages and programs see of an alert.

use super::gather::Alert;
use super::rule::{AlertAction, Group, Rule};
use crate::app::App;
use crate::auth::role::Role;
use crate::db;
use crate::entity::{alert_action, provider};
use crate::error::Result;
use crate::network::view::named;
use crate::patients::view::names;
use crate::types::day;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// Why something needs a decision, about whom, since when, and what is at stake.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AlertView {
    /// Rule, subject and occurrence in one: what snooze, done and undo are asked by.
    pub id: String,
    pub rule: Rule,
    pub label: &'static str,
    /// What Today shows it with.
    pub group: Group,
    /// The role that is to act on it.
    pub owner: Role,
    pub subject_kind: &'static str,
    pub subject_id: Uuid,
    pub occurrence: String,
    /// Whom it is about.
    pub title: String,
    pub words: String,
    pub since: NaiveDate,
    /// The last day, where there is one.
    pub due_on: Option<NaiveDate>,
    /// Null where no money hangs on it, or for roles that do not see money.
    pub money_at_risk_cents: Option<i64>,
    /// Where it is settled: the plural noun of the address,
    pub page: &'static str,
    /// and its id.
    pub page_id: Uuid,
    /// What a person did with this occurrence, if anything.
    pub action: Option<AlertAction>,
    pub until_on: Option<NaiveDate>,
    pub action_by: Option<String>,
    /// The asking person is to act on it.
    pub mine: bool,
}

impl AlertView {
    /// Still to be decided by somebody.
    pub fn is_open(&self) -> bool {
        self.action.is_none()
    }
}

/// What a person said of an alert: its rule, subject and occurrence.
pub fn id_of(rule: Rule, subject: Uuid, occurrence: &str) -> String {
    format!("{rule}.{subject}.{occurrence}")
}

/// Takes such an id apart.
pub fn read_id(typed: &str) -> Option<(Rule, Uuid, String)> {
    let mut parts = typed.splitn(3, '.');
    Some((parts.next()?.parse().ok()?, Uuid::parse_str(parts.next()?).ok()?, parts.next()?.to_string()))
}

/// Names everybody whom the alerts are about, with two queries however many they are.
pub async fn views(
    app: &App,
    alerts: Vec<Alert>,
    done: &[alert_action::Model],
    sees_money: bool,
    is_mine: impl Fn(&Alert) -> bool,
) -> Result<Vec<AlertView>> {
    let patients = names(&app.db, alerts.iter().filter_map(|a| a.patient_id)).await?;
    let providers = db::by_ids::<provider::Entity>(&app.db, alerts.iter().filter_map(|a| a.provider_id)).await?;
    let today = app.today();
    let one = |alert: Alert| {
        let patient = alert.patient_id.and_then(|id| patients.get(&id)).cloned();
        let provider = alert.provider_id.and_then(|id| providers.get(&id)).map(|p| named(p).spoken());
        let title = title(&alert, patient, provider.clone(), today);
        let mine = is_mine(&alert);
        let raised = alert.raised;
        let action = done.iter().find(|d| d.rule == raised.rule && d.subject_id == raised.subject && d.occurrence == raised.occurrence);
        AlertView {
            id: id_of(raised.rule, raised.subject, &raised.occurrence),
            rule: raised.rule,
            label: raised.rule.label(),
            group: raised.rule.group(),
            owner: alert.owner,
            subject_kind: raised.rule.subject(),
            subject_id: raised.subject,
            words: words(raised.rule, raised.words, provider),
            occurrence: raised.occurrence,
            title,
            since: raised.since,
            due_on: raised.due_on,
            money_at_risk_cents: alert.money_cents.filter(|_| sees_money),
            page: alert.page.0,
            page_id: alert.page.1,
            action: action.map(|a| a.action),
            until_on: action.and_then(|a| a.until_on),
            action_by: action.map(|a| a.actor_name.clone()),
            mine,
        }
    };
    Ok(alerts.into_iter().map(one).collect())
}

/// `Tomás Reyes, visit Nov 9`; `Dr. Naomi Lindqvist`; `Progress report to Dr. Priya Raman`.
fn title(alert: &Alert, patient: Option<String>, provider: Option<String>, today: NaiveDate) -> String {
    let nobody = || "Somebody".to_string();
    match (alert.report, alert.raised.rule) {
        (Some(kind), _) => format!("{} to {}", kind.label(), provider.unwrap_or_else(nobody)),
        (None, Rule::ThankYouLate | Rule::ReferrerSilent | Rule::NpiDeactivated) => provider.unwrap_or_else(nobody),
        (None, Rule::PayerRuleStale) => alert.payer.clone().unwrap_or_else(nobody),
        _ => match alert.visit_on {
            Some(on) => format!("{}, visit {}", patient.unwrap_or_else(nobody), day::short(on, today)),
            None => patient.unwrap_or_else(nobody),
        },
    }
}

/// Who ordered stands with what runs out, and who hears with what is due.
fn words(rule: Rule, words: String, provider: Option<String>) -> String {
    match (rule.group(), provider) {
        (Group::RunningOut | Group::Orders | Group::ReportsDue | Group::Referrals, Some(provider)) => format!("{provider}: {words}"),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alerts_id_is_read_back_and_another_text_is_none() {
        let id = id_of(Rule::VisitsLow, Uuid::nil(), "2026-03-02.1");
        assert_eq!(read_id(&id), Some((Rule::VisitsLow, Uuid::nil(), "2026-03-02.1".into())));
        assert_eq!((read_id("visits_low"), read_id("x.y.z")), (None, None));
    }
}
