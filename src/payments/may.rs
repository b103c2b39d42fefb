//! What may be done with a claim now, for hiding what would be refused. The use cases are what refuses. Pure.

use super::view::LedgerView;
use crate::claims::claim::{AnswerKind, ClaimState, ORIGINAL};
use crate::claims::view::ClaimView;
use crate::payments::money::DenialState;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct May {
    pub make_ready: bool,
    pub back_to_draft: bool,
    pub accept_cap: bool,
    /// Say more beside the services.
    pub tell: bool,
    pub send: bool,
    /// Answers before the decision that may be entered now.
    pub answers: Vec<AnswerKind>,
    /// A payer's decision may be entered.
    pub decide: bool,
    /// Replace (7) or void (8).
    pub correct: bool,
    /// An opened correction may be given up.
    pub abandon: bool,
    pub give_up: bool,
    pub close: bool,
    pub write_off: bool,
    pub appeal: bool,
    /// What lies behind a denial, and its deadline, may be said.
    pub explain: bool,
    pub take_payment: bool,
    pub refund: bool,
}

/// `protected`: patients of this payer may not be billed. `acknowledges`: the payer takes 837P.
pub fn may(claim: &ClaimView, ledger: &LedgerView, protected: bool, acknowledges: bool) -> May {
    let decided = ledger.decisions.iter().any(|d| d.taken_back_on.is_none());
    let answers = [AnswerKind::Acknowledged, AnswerKind::Accepted, AnswerKind::Pended, AnswerKind::Rejected];
    let sent = !claim.transmissions.is_empty();
    May {
        make_ready: claim.state == ClaimState::Draft,
        back_to_draft: matches!(claim.state, ClaimState::Ready | ClaimState::Rejected),
        accept_cap: claim.state == ClaimState::Draft && claim.findings.iter().any(|f| f.code == "over_cap"),
        tell: claim.state.is_unsent() && claim.version.is_some(),
        send: claim.state == ClaimState::Ready,
        answers: answers.into_iter().filter(|kind| kind.leads_to().is_some_and(|to| claim.may_become.contains(&to))).collect(),
        decide: sent && claim.state != ClaimState::Voided && (decided || claim.state.may_be_decided(acknowledges)),
        correct: claim.state.may_be_corrected(),
        abandon: claim.state.is_unsent() && claim.frequency != ORIGINAL,
        give_up: claim.may_become.contains(&ClaimState::Voided) && !decided,
        close: claim.state == ClaimState::Paid,
        write_off: sent && ledger.balance_cents > 0 && !matches!(claim.state, ClaimState::Appealed | ClaimState::Voided),
        appeal: ledger.denials.iter().any(|d| d.state == DenialState::Open),
        explain: !ledger.denials.is_empty(),
        take_payment: !protected && claim.state != ClaimState::Voided,
        refund: ledger.patient_cents > 0,
    }
}
