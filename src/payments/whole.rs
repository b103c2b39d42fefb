//! A claim with everything about it: what it says, what was sent and answered, its money, and what may be done now.

use super::board::matter::Names;
use super::letters::{self, LetterView};
use super::may::{May, may};
use super::secondary::{self, SecondaryView};
use super::view::{self, LedgerView};
use super::{LedgerAsk, desk};
use crate::app::{Actor, App};
use crate::auth::role::{Reach, Thing};
use crate::claims::view::ClaimView;
use crate::claims::{self, Part};
use crate::error::Result;
use crate::payers::payer::ClaimChannel;
use crate::{patients, payers};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WholeClaim {
    pub claim: ClaimView,
    /// Null for roles that see only how claims stand.
    pub ledger: Option<LedgerView>,
    pub form: Vec<Part>,
    pub may: May,
    /// Where each finding is mended, in their order.
    pub mends: Vec<Mend>,
    pub referrer_id: Option<Uuid>,
    /// Patients of this payer may not be billed for the day of the visit.
    pub protected: bool,
    pub channel: ClaimChannel,
    /// Part of the patient's share that is still to come.
    pub owed_cents: i64,
    /// It left at least once: it has a charge.
    pub sent: bool,
    /// A payer has it and is to answer.
    pub is_away: bool,
    /// How it stands before a second payer; null where there is none.
    pub secondary: Option<SecondaryView>,
    /// Letters that left about it, the newest first; those that the actor may open.
    pub letters: Vec<LetterView>,
}

/// The button of a finding, and where it leads.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Mend {
    pub label: &'static str,
    pub to: String,
}

/// Shows it; the ledger as of a past day where one is asked for.
pub async fn show(app: &App, by: &Actor, id: &str, ask: &LedgerAsk) -> Result<WholeClaim> {
    let row = claims::find(&app.db, by, id).await?;
    let claim = claims::shown(app, by, &row).await?;
    let rights = by.rights(Thing::Claims);
    let (ledger, form) = match rights.read {
        Reach::None => (None, Vec::new()),
        _ => {
            let ledger = view::ledger_as_of(app, &app.db, &row, ask.check(app.today())?).await?;
            (Some(ledger), claims::form_of_claim(app, by, row.clone()).await?)
        }
    };
    let coverage = patients::coverage_row(&app.db, row.coverage_id).await?;
    let channel = payers::row(&app.db, row.payer_id).await?.claim_channel;
    let protected = desk::protecting(&app.db, &coverage, row.service_on).await?.is_some();
    let may = match (&ledger, rights.write) {
        (Some(ledger), Reach::All | Reach::Own) => may(&claim, ledger, protected, channel == ClaimChannel::Electronic),
        _ => May::default(),
    };
    let referrer_id = claims::referrer_id(&app.db, &row).await?;
    let names = names(&claim, referrer_id);
    let mends = claim.findings.iter().map(|f| Mend { label: f.button(), to: names.mended_at(f.at) });
    let share = row.patient_share_cents - row.patient_cents;
    Ok(WholeClaim {
        mends: mends.collect(),
        owed_cents: if protected { 0 } else { share.clamp(0, ledger.as_ref().map_or(0, |l| l.balance_cents)) },
        sent: !claim.transmissions.is_empty(),
        is_away: claim.state.is_away(),
        secondary: match rights.read {
            Reach::None => None,
            _ => secondary::of_claim(&app.db, row.id).await?,
        },
        letters: if letters::may_read_appeals(by) { letters::about(&app.db, row.id).await? } else { Vec::new() },
        ledger,
        form,
        may,
        referrer_id,
        protected,
        channel,
        claim,
    })
}

fn names(claim: &ClaimView, referrer_id: Option<Uuid>) -> Names {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string());
    Names {
        claim: claim.id.to_string(),
        service_on: Some(claim.service_on),
        visit: text(claim.visit_id),
        payer: Some(claim.payer_id.to_string()),
        patient: Some(claim.patient.id.to_string()),
        coverage: Some(claim.coverage_id.to_string()),
        referral: text(claim.referral_id),
        order: text(claim.prescription_id),
        referrer: text(referrer_id),
    }
}
