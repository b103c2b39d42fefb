//! Claims on the CMS-1500 form: the data alone for the red form, or a preview that is never sent.

use super::bill::{self, Bill};
use super::{explanation, paper, store, undecided};
use crate::app::{Actor, App};
use crate::audit::Entry;
use crate::auth::role::Thing;
use crate::claims::claim::ClaimState;
use crate::claims::{draft, find, refuse_blocked};
use crate::entity::claim::Model as Claim;
use crate::error::{AppError, Result};
use crate::pdf::cms1500::{self, Form, Printer};
use crate::types::{Text, TextList};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which claims, and for what.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Printing {
    /// Ids or numbers, in the order of the sheets.
    pub ids: TextList,
    /// yes: on a drawing of the form, to be read and never sent.
    pub preview: Text,
    /// yes: for the second payer, once the claim is billed to it; what the first one decided is named as attached.
    pub second: Text,
    /// yes: with a page a claim, behind all the forms and for plain paper, of what the payers before decided.
    pub explained: Text,
}

/// The sheets, and what does not stand on them as it was entered.
pub struct Sheets {
    pub name: String,
    pub pdf: Vec<u8>,
    pub pages: usize,
    /// By claim, in words.
    pub warnings: Vec<String>,
}

/// Prints claims. A draft has only a preview: what is missing there would be missing on the form.
pub async fn print(app: &App, by: &Actor, new: &Printing) -> Result<Sheets> {
    by.rights(Thing::Claims).to_write("claim")?;
    let mut claims: Vec<Claim> = Vec::new();
    for id in new.ids.said() {
        claims.push(find(&app.db, by, id.as_str()).await?);
    }
    if claims.is_empty() {
        return Err(AppError::field("ids", "Choose at least one claim"));
    }
    let preview = new.preview.is_yes();
    let practice = crate::practice::of(&app.db).await?;
    let (bills, to) = match new.second.is_yes() {
        true => (to_later_payers(app, &claims).await?, "-second"),
        false => (to_first_payers(app, &claims, preview).await?, ""),
    };
    let form = |(bill, sent_on): &(Bill, Option<NaiveDate>)| Form {
        behind: if new.explained.is_yes() { explanation::rows(bill) } else { Vec::new() },
        ..paper::form(bill, &practice, sent_on.unwrap_or(app.today()))
    };
    let forms: Vec<Form> = bills.iter().map(form).collect();
    let name = match claims.as_slice() {
        [only] => format!("{}{to}.pdf", only.number),
        _ => format!("claims{to}-{}.pdf", app.today()),
    };
    let printed = |c: &Claim| Entry::of("printed", "claim", c.id).named(c.public_id).patient(c.patient_id);
    crate::audit::seen_all(app, by, claims.iter().map(printed).collect()).await?;
    let offset = |n: i64| i16::try_from(n).unwrap_or_default();
    let printer = Printer { x_offset: offset(practice.printer_x_offset), y_offset: offset(practice.printer_y_offset) };
    let printed = if preview { cms1500::preview_all(&forms) } else { cms1500::print_all(&forms, printer) };
    let told = |w: &cms1500::Warning| Some(format!("{}: {w}", claims.get(w.form)?.number));
    Ok(Sheets { name, warnings: printed.warnings.iter().filter_map(told).collect(), pages: printed.pages, pdf: printed.pdf })
}

/// Each with the day on which it left.
async fn to_first_payers(app: &App, claims: &[Claim], preview: bool) -> Result<Vec<(Bill, Option<NaiveDate>)>> {
    for claim in claims.iter().filter(|c| !preview && c.state.is_unsent()) {
        printable(app, claim).await?;
    }
    let bills = bill::gather(&app.db, &claims.iter().map(|c| c.id).collect::<Vec<_>>()).await?;
    let with_day = |bill: Bill| {
        let left_on = bill.claim.first_sent_on;
        (bill, left_on)
    };
    Ok(bills.into_iter().map(with_day).collect())
}

/// The same for the payers after. What is open for a correction says something that no payer has seen.
async fn to_later_payers(app: &App, claims: &[Claim]) -> Result<Vec<(Bill, Option<NaiveDate>)>> {
    let mut bills = Vec::with_capacity(claims.len());
    for claim in claims {
        let unasked =
            || AppError::conflict(format!("{} is billed to no second payer. Say under Second payers that it goes there", claim.number));
        let billed = store::later_payer(&app.db, claim.id).await?.ok_or_else(unasked)?;
        if !claim.state.may_be_corrected() && claim.state != ClaimState::Closed {
            return Err(undecided(claim));
        }
        let bill = bill::for_later_payer(&app.db, claim.id, billed.coverage_id).await?;
        bills.push((bill.with_answers_attached(), billed.sent_on));
    }
    Ok(bills)
}

/// A ready claim, or a draft that nothing blocks.
async fn printable(app: &App, claim: &Claim) -> Result<()> {
    if claim.state == ClaimState::Ready {
        return Ok(());
    }
    refuse_blocked(&draft::findings(app, &app.db, claim).await?)
}

/// The page that tells how far the printer is off, printed with what is set now.
pub async fn calibration(app: &App, by: &Actor) -> Result<Vec<u8>> {
    by.rights(Thing::Claims).to_write("claim")?;
    let practice = crate::practice::of(&app.db).await?;
    let offset = |n: i64| i16::try_from(n).unwrap_or_default();
    Ok(cms1500::calibration(Printer { x_offset: offset(practice.printer_x_offset), y_offset: offset(practice.printer_y_offset) }))
}
