//! "Would they pay this visit?": a case tried on a payer's rules of its day. Writes nothing.

use super::case::{NewCase, Rules};
use super::facts;
use super::verdict::{Verdict, judge};
use crate::app::{Actor, App};
use crate::auth::role::Thing;
use crate::error::Result;
use crate::payers;

/// What would be billed, allowed and asked for, and why.
pub async fn try_out(app: &App, by: &Actor, payer_id: &str, new: &NewCase) -> Result<Verdict> {
    by.rights(Thing::PayerRules).to_read("payer")?;
    let payer = payers::by_id(&app.db, payer_id).await?;
    let case = new.check(app.today())?;
    let sheet = payers::sheet_on(&app.db, payer.id, case.visit_on).await?;
    let rules = Rules {
        payer_name: payer.name,
        kind: Some(payer.kind),
        rx_valid_days: sheet.as_ref().and_then(|(s, _)| s.rx_valid_days),
        fees: facts::fees_on(&app.db, case.visit_on).await?,
        sheet: sheet.as_ref().map(|(sheet, codes)| facts::read_sheet(sheet.clone(), codes)),
    };
    Ok(judge(&case, &rules, sheet.map(|(s, _)| s.effective_on)))
}
