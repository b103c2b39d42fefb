//! What Gwen does about claims that came back: mends and resends, appeals, corrects, or gives up.

use super::bills::{Bill, Stands};
use super::calendar::after;
use super::deposits::Verdict;
use super::year::{Due, Year};
use crate::claims::{self, Correcting};
use crate::error::Result;
use crate::payments::denials;
use chrono::NaiveDate;

pub async fn follow_up(year: &mut Year<'_>, day: NaiveDate, b: usize) -> Result<()> {
    let stage = year.stage;
    stage.at(day, 15, 10);
    let bill = year.bills[b].clone();
    match bill.stands {
        Stands::Rejected => {
            claims::back_to_draft(&stage.app, stage.biller(), &bill.id).await?;
            year.bills[b].stands = Stands::ToSend;
            Ok(())
        }
        Stands::Blocked => {
            claims::void(&stage.app, stage.biller(), &bill.id, &"No order covers this visit".into()).await?;
            year.bills[b].stands = Stands::Over;
            Ok(())
        }
        Stands::Decided => refused(year, day, b, &bill).await,
        _ => Ok(()),
    }
}

/// After a refusal. The one of the cast stays open: it is there to be appealed.
async fn refused(year: &mut Year<'_>, day: NaiveDate, b: usize, bill: &Bill) -> Result<()> {
    let stage = year.stage;
    let Some(reason) = bill.last.as_ref().and_then(|l| l.lines.first()).and_then(|l| l.parts.first()).map(|p| p.reason) else {
        return Ok(());
    };
    if year.course(bill.course).star.is_some() {
        return Ok(());
    }
    let mut dice = year.dice(&format!("refused {}", bill.asked_again), b);
    let appeals = match reason {
        "197" | "50" | "119" => 60,
        "198" => 30,
        "29" => 20,
        _ => 0,
    };
    match reason {
        // Something was left out or typed wrong: the claim goes out again, corrected.
        "16" | "4" => {
            claims::correct(&stage.app, stage.biller(), &bill.id, &Correcting::default()).await?;
            year.bills[b].stands = Stands::ToSend;
            Ok(())
        }
        _ if !bill.asked_again && dice.percent(appeals) => {
            let why = "Chart notes and the order sent along";
            denials::appeal(&stage.app, stage.biller(), &bill.id, &day.to_string().into(), &why.into()).await?;
            let bill = &mut year.bills[b];
            bill.asked_again = true;
            bill.next = Some(if dice.percent(32) { Verdict::Pay } else { Verdict::Refuse(reason) });
            bill.decided_on = Some(after(day, dice.between(28, 55)));
            Ok(())
        }
        "96" => {
            let cents = bill.charge() - bill.desk_cents;
            year.due(stage.plan.calendar.later(day, 12), Due::PatientPays(b, cents));
            Ok(())
        }
        _ => {
            year.bills[b].give_up = Some((bill.charge(), given_up(reason)));
            let on = stage.plan.calendar.later(day, dice.between(2, 30));
            year.due(on, Due::GiveUp(b));
            Ok(())
        }
    }
}

/// Why money is given up, in the words that What pays counts by.
fn given_up(reason: &str) -> &'static str {
    match reason {
        "198" => "Past the authorized visits",
        "197" => "No authorization",
        "29" => "Billed too late",
        "167" => "Diagnosis not covered",
        "50" => "Not medically necessary",
        "119" => "Benefit used up",
        _ => "Refused, not worth an appeal",
    }
}

/// A long visit, more units than the payer takes: Gwen bills what it takes.
pub async fn accept_cap(year: &mut Year<'_>, day: NaiveDate, b: usize) -> Result<()> {
    let stage = year.stage;
    stage.at(day, 16, 40);
    claims::accept_cap(&stage.app, stage.biller(), &year.bills[b].id).await?;
    year.bills[b].stands = Stands::ToSend;
    Ok(())
}
