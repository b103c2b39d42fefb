//! What is the matter with a claim, in plain words with the code behind, and the one thing to do about it.

use super::store::{Around, Placed, around};
use super::{BoardRow, Group, Sight};
use crate::app::App;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::claims::finding::{Place, next_step};
use crate::entity::{claim, denial, provider, transmission, transmission_answer};
use crate::error::Result;
use crate::network::view::named;
use crate::patients::view::PatientRef;
use crate::payments::eob::Adjustment;
use crate::payments::money::{Class, classify, reason_words};
use crate::payments::posting::past;
use crate::practice;
use crate::referrals::view::source_words;
use crate::types::day;
use crate::types::words::capital;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// Plain words; what must not be missed; the codes, grey behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Matter {
    pub words: String,
    pub strong: Option<String>,
    pub code: Option<String>,
}

/// The one thing to do, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Act {
    pub label: &'static str,
    pub to: String,
    /// Done at once by a form; else a page.
    pub at_once: bool,
}

/// The rows of a page, by group and claim.
pub async fn rows(app: &App, sight: &Sight, placed: &[Placed]) -> Result<HashMap<(Group, i64), BoardRow>> {
    let around = around(&app.db, placed.iter().map(|p| p.id).collect()).await?;
    let contractual = practice::of(&app.db).await?.contractual_reasons.0;
    let told = Told { around: &around, today: app.today(), contractual: &contractual };
    let one = |p: &Placed| Some(((p.group, p.id), row(&told, sight, p)?));
    Ok(placed.iter().filter_map(one).collect())
}

/// What is known of the claims of a page.
struct Told<'a> {
    around: &'a Around,
    today: NaiveDate,
    contractual: &'a [String],
}

fn row(told: &Told<'_>, sight: &Sight, placed: &Placed) -> Option<BoardRow> {
    let claim = told.around.claims.iter().find(|c| c.id == placed.id)?;
    let patient = told.around.patients.iter().find(|p| p.id == claim.patient_id)?;
    let referral = told.around.referrals.iter().find(|r| Some(r.id) == claim.referral_id);
    let sender = referral.and_then(|r| told.around.providers.iter().find(|p| Some(p.id) == r.provider_id));
    Some(BoardRow {
        id: claim.public_id,
        number: claim.number.clone(),
        state: claim.state,
        patient: PatientRef::of(patient),
        service_on: claim.service_on,
        source: referral.map(|r| sender.map_or_else(|| source_words(r.source_kind, None), brief)),
        payer: told.around.payers.iter().find(|p| p.id == claim.payer_id)?.name.clone(),
        cents: sight.money.then_some(placed.cents),
        age: (told.today - claim.service_on).num_days(),
        matter: if sight.money { told.matter(claim, placed.group) } else { Matter::default() },
        act: if sight.write { told.act(claim, placed.group) } else { None },
    })
}

/// `Dr. Raman`: a row has no room for more.
fn brief(sender: &provider::Model) -> String {
    let whole = named(sender).spoken();
    if whole.starts_with("Dr. ") { format!("Dr. {}", sender.last_name) } else { whole }
}

fn plain(words: impl Into<String>) -> Matter {
    Matter { words: words.into(), ..Default::default() }
}

impl Told<'_> {
    fn matter(&self, claim: &claim::Model, group: Group) -> Matter {
        match group {
            Group::Ready | Group::Complete => plain("Nothing stops it"),
            Group::NotReady => plain(missing(claim)),
            Group::Rejected => self.rejected(claim),
            Group::Denied => self.denied(claim),
            Group::Sent | Group::Late => self.away(claim),
            Group::Underpaid => self.left(claim),
            Group::Patients => self.owed(claim),
            Group::Done => plain(""),
        }
    }

    fn transmission(&self, claim: &claim::Model) -> Option<&transmission::Model> {
        self.around.transmissions.iter().rfind(|t| t.claim_id == claim.id)
    }

    /// The last of some kinds that was answered to the last sending.
    fn answer(&self, claim: &claim::Model, asked: impl Fn(AnswerKind) -> bool) -> Option<&transmission_answer::Model> {
        let sent = self.transmission(claim)?;
        self.around.answers.iter().rfind(|a| a.transmission_id == sent.id && asked(a.kind))
    }

    fn short(&self, on: NaiveDate) -> String {
        day::short(on, self.today)
    }

    fn rejected(&self, claim: &claim::Model) -> Matter {
        let answer = self.answer(claim, |kind| kind == AnswerKind::Rejected);
        Matter {
            words: answer.and_then(|a| a.words.clone()).unwrap_or_else(|| "It came back, the reason is not on file".into()),
            strong: claim.deadline_on.map(|on| self.until("Send by", "Was due", on)),
            code: answer.and_then(|a| a.code.clone()),
        }
    }

    fn until(&self, ahead: &str, passed: &str, on: NaiveDate) -> String {
        format!("{} {}", if on < self.today { passed } else { ahead }, self.short(on))
    }

    fn denied(&self, claim: &claim::Model) -> Matter {
        let open: Vec<&denial::Model> = self.around.denials.iter().filter(|d| d.claim_id == claim.id).collect();
        let codes: Vec<&String> = open.iter().flat_map(|d| &d.reasons.0).collect();
        Matter {
            words: reasons_in_words(codes.iter().map(|c| c.as_str())).unwrap_or_else(|| "The reason is not on file".into()),
            strong: self.appeal_by(claim).map(|on| self.until("Appeal by", "Appeal was due", on)),
            code: joined(codes.iter().map(|c| c.to_string())),
        }
    }

    fn appeal_by(&self, claim: &claim::Model) -> Option<NaiveDate> {
        self.around.denials.iter().filter(|d| d.claim_id == claim.id).filter_map(|d| d.appeal_by).min()
    }

    fn away(&self, claim: &claim::Model) -> Matter {
        let moved = self.around.moves.iter().rfind(|m| m.thing_id == claim.id && m.to_state == claim.state.word());
        let since = moved.map(|m| m.on_day).or(claim.first_sent_on).unwrap_or(claim.service_on);
        let of_state = |kind: AnswerKind| kind.leads_to() == Some(claim.state);
        let answer =
            self.answer(claim, |kind| if claim.state == ClaimState::Submitted { kind != AnswerKind::Read } else { of_state(kind) });
        let said = answer.and_then(|a| a.words.clone());
        let words = match claim.state {
            ClaimState::Submitted => self.unanswered(answer, since),
            ClaimState::Acknowledged => format!("Received {}, not taken in yet", self.short(since)),
            ClaimState::Accepted => format!("Taken in {}, no decision", self.short(since)),
            ClaimState::Pended => said.unwrap_or_else(|| format!("Under review since {}", self.short(since))),
            ClaimState::Appealed => format!("Appealed {}, no answer", self.short(since)),
            ClaimState::Reversed => format!("Taken back {}, a new decision is to come", self.short(since)),
            _ => "A refused line is under appeal".into(),
        };
        let before_decision =
            matches!(claim.state, ClaimState::Submitted | ClaimState::Acknowledged | ClaimState::Accepted | ClaimState::Pended);
        Matter { words, strong: None, code: answer.filter(|_| before_decision).and_then(|a| a.code.clone()) }
    }

    /// What is known of a claim that was sent and neither received nor sent back.
    fn unanswered(&self, answer: Option<&transmission_answer::Model>, since: NaiveDate) -> String {
        let told = |a: &transmission_answer::Model| match a.kind {
            AnswerKind::NotFound => Some(format!("They did not find it on {}", self.short(a.on_day))),
            AnswerKind::Warned => Some(format!("Read on {}, with errors", self.short(a.on_day))),
            AnswerKind::Forwarded => Some(format!("Passed on {}, no answer", self.short(a.on_day))),
            _ => a.words.clone(),
        };
        answer.and_then(told).unwrap_or_else(|| format!("Sent {}, no answer", self.short(since)))
    }

    /// The adjustments of the decisions that stand, with their meaning.
    fn adjustments(&self, claim: &claim::Model) -> Vec<(Class, Adjustment)> {
        let rows: Vec<_> = self.around.decisions.iter().filter(|d| d.claim_id == claim.id).cloned().collect();
        let standing = past(&rows).into_iter().filter(|p| p.stands);
        let classed = |a: Adjustment, paid: i64| (classify(a.group, &a.reason, paid > 0, self.contractual), a);
        standing.flat_map(|p| p.adjustments.into_iter().map(move |a| (a, p.paid_cents))).map(|(a, paid)| classed(a, paid)).collect()
    }

    fn of_class(&self, claim: &claim::Model, classes: &[Class]) -> Vec<String> {
        let found = self.adjustments(claim).into_iter().filter(|(class, a)| classes.contains(class) && a.amount_cents > 0);
        let mut codes: Vec<String> = found.map(|(_, a)| format!("{}-{}", a.group, a.reason)).collect();
        codes.dedup();
        codes
    }

    fn left(&self, claim: &claim::Model) -> Matter {
        let reduced = self.of_class(claim, &[Class::Reduced, Class::Denied]);
        if !reduced.is_empty() {
            let words = reasons_in_words(reduced.iter().map(String::as_str)).unwrap_or_default();
            return Matter { words: format!("Paid less: {}", words.to_lowercase()), strong: None, code: joined(reduced) };
        }
        let share = self.of_class(claim, &[Class::Patient]);
        match reasons_in_words(share.iter().map(String::as_str)) {
            Some(words) => Matter { words: format!("{words}, but these patients may not be billed"), strong: None, code: joined(share) },
            None => plain("Part of the charge is not explained by any answer"),
        }
    }

    fn owed(&self, claim: &claim::Model) -> Matter {
        let share = self.of_class(claim, &[Class::Patient]);
        let words = reasons_in_words(share.iter().map(String::as_str)).unwrap_or_else(|| "The patient's share".into());
        Matter { words, strong: None, code: joined(share) }
    }

    fn act(&self, claim: &claim::Model, group: Group) -> Option<Act> {
        let page = format!("/claims/{}", claim.public_id);
        let go = |label: &'static str, to: String| Some(Act { label, to, at_once: false });
        match group {
            Group::Ready => go("Mark as sent", format!("{page}#send")),
            Group::Complete => Some(Act { label: "Make ready", to: format!("{page}/ready"), at_once: true }),
            Group::NotReady => {
                let (label, place) = claim.block_code.as_deref().and_then(next_step)?;
                go(label, self.mended_at(claim, place))
            }
            Group::Rejected => Some(Act { label: "Fix it", to: format!("{page}/draft"), at_once: true }),
            Group::Denied if self.appeal_by(claim).is_some_and(|on| on < self.today) => go("Decide", format!("{page}#write-off")),
            Group::Denied => go("Appeal", format!("{page}/letter")),
            Group::Sent | Group::Late => go("Enter the answer", format!("{page}#answer")),
            Group::Underpaid => go("Decide", format!("{page}#write-off")),
            Group::Patients => go("Take payment", format!("/payments/patient?claim={}", claim.public_id)),
            Group::Done => None,
        }
    }

    fn mended_at(&self, claim: &claim::Model, place: Place) -> String {
        let around = self.around;
        let referral = around.referrals.iter().find(|r| Some(r.id) == claim.referral_id);
        let version = around.versions.iter().find(|v| Some(v.id) == claim.draft_version_id.or(claim.sent_version_id));
        let names = Names {
            claim: claim.public_id.to_string(),
            service_on: Some(claim.service_on),
            visit: around.visits.iter().find(|v| Some(v.id) == claim.visit_id).map(|v| v.public_id.to_string()),
            payer: around.payers.iter().find(|p| p.id == claim.payer_id).map(|p| p.public_id.to_string()),
            patient: around.patients.iter().find(|p| p.id == claim.patient_id).map(|p| p.public_id.to_string()),
            coverage: around.coverages.iter().find(|c| c.id == claim.coverage_id).map(|c| c.public_id.to_string()),
            referral: referral.map(|r| r.public_id.to_string()),
            order: around.orders.iter().find(|(id, _)| Some(*id) == claim.prescription_id).map(|(_, id)| id.to_string()),
            referrer: version
                .and_then(|v| around.providers.iter().find(|p| Some(p.id) == v.referring_provider_id))
                .map(|p| p.public_id.to_string()),
        };
        names.mended_at(place)
    }
}

/// The ids behind a claim, for the links that lead to where something is mended.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub claim: String,
    pub service_on: Option<NaiveDate>,
    pub visit: Option<String>,
    pub payer: Option<String>,
    pub patient: Option<String>,
    pub coverage: Option<String>,
    pub referral: Option<String>,
    pub order: Option<String>,
    pub referrer: Option<String>,
}

impl Names {
    /// The address of the page where a finding is mended.
    pub fn mended_at(&self, place: Place) -> String {
        let page = format!("/claims/{}", self.claim);
        let at = |folder: &str, id: &Option<String>| id.as_ref().map_or(page.clone(), |id| format!("/{folder}/{id}"));
        let edit = |folder: &str, id: &Option<String>| id.as_ref().map_or(page.clone(), |id| format!("/{folder}/{id}/edit"));
        match place {
            Place::Claim => page,
            Place::Visit => at("visits", &self.visit),
            Place::Payer => at("payers", &self.payer),
            Place::PayerDetails => edit("payers", &self.payer),
            Place::Patient => edit("patients", &self.patient),
            Place::Coverage => edit("coverages", &self.coverage),
            Place::Order if self.order.is_some() => at("prescriptions", &self.order),
            Place::Referral | Place::Order => at("referrals", &self.referral),
            Place::Provider => at("providers", &self.referrer),
            Place::Fees => format!("/settings/fees{}", self.service_on.map(|on| format!("?from={on}")).unwrap_or_default()),
            Place::Therapist => "/settings/therapists".into(),
            Place::Practice => "/settings/practice".into(),
            Place::Locations => "/settings/locations".into(),
        }
    }
}

fn missing(claim: &claim::Model) -> String {
    let first = claim.block_words.clone().unwrap_or_else(|| "Not checked yet".into());
    match claim.blocks {
        n if n > 1 => format!("{first}, and {} more", n - 1),
        _ => first,
    }
}

/// `No authorization`, `Too many units or visits; not covered`. Codes that we have no words for are left to the grey part.
fn reasons_in_words<'a>(codes: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut words: Vec<&str> = codes.filter_map(|c| c.split_once('-')).filter_map(|(group, reason)| reason_words(group, reason)).collect();
    words.dedup();
    (!words.is_empty()).then(|| capital(&words.join("; ")))
}

fn joined(codes: impl IntoIterator<Item = String>) -> Option<String> {
    let codes: Vec<String> = codes.into_iter().collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_words_first_and_an_unknown_code_makes_none_up() {
        assert_eq!(reasons_in_words(["CO-197"].into_iter()).as_deref(), Some("No authorization"));
        assert_eq!(reasons_in_words(["PR-3", "PR-1"].into_iter()).as_deref(), Some("Copay; deductible"));
        assert_eq!(reasons_in_words(["CO-999"].into_iter()), None);
    }

    #[test]
    fn what_cannot_be_named_is_mended_from_the_claims_own_page() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 2);
        let names = Names { claim: "c".into(), service_on: on, payer: Some("p".into()), ..Default::default() };
        assert_eq!(names.mended_at(Place::Fees), "/settings/fees?from=2026-03-02");
        assert_eq!((names.mended_at(Place::Payer), names.mended_at(Place::Visit)), ("/payers/p".into(), "/claims/c".into()));
    }
}
