//! An answer of an 835 in the words of a hand-entered EOB, so that both are posted by the same law. Pure.

use super::placing::{OurLine, place};
use crate::payments::eob::{Adjustment, ClaimAnswer, LineAnswer, ProviderItem, Status};
use crate::payments::money::Group;
use crate::types::person_name;
use crate::x12::remittance_835::{self as era, ClaimPayment};

/// Interest travels as an adjustment that raises the payment; it is income of the practice, not money of the claim.
pub const INTEREST: &str = "225";

/// An answer ready to be posted, and what had to be taken apart for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub answer: ClaimAnswer,
    /// Interest that was paid with the claim, as an item of the deposit.
    pub interest: Option<ProviderItem>,
    /// The payer split or bundled our lines, so it counts for the claim as a whole.
    pub lines_differ: bool,
}

/// Whether the status code carries a decision (`Ok`), nothing to post (`None`), or is none that we know.
pub fn status(code: &str) -> Result<Option<Status>, String> {
    match code {
        "1" | "19" => Ok(Some(Status::Ranked(1))),
        "2" | "20" => Ok(Some(Status::Ranked(2))),
        "3" | "21" => Ok(Some(Status::Ranked(3))),
        "4" => Ok(Some(Status::Denied)),
        "22" => Ok(Some(Status::Reversal)),
        "23" | "25" => Ok(None),
        other => Err(format!("Its status \"{other}\" is none that can be posted")),
    }
}

/// The answer to a claim of ours. `lines` are those that were sent; none where the claim was never sent.
pub fn told(at: usize, number: &str, said: &ClaimPayment, lines: &[OurLine]) -> Result<Told, String> {
    let Some(status) = status(&said.status)? else { return Err("It carries no decision".into()) };
    let mut interest = 0;
    let claim_adjustments = adjustments(&said.adjustments, &said.remarks, &mut interest)?;
    let on_claim = interest;
    let mut answered = Vec::new();
    let placed = place(&said.lines, lines);
    for (n, line) in said.lines.iter().enumerate() {
        let before = interest;
        let of_line = adjustments(&line.adjustments, &line.remarks, &mut interest)?;
        answered.push(LineAnswer {
            at: n,
            line: placed.as_ref().map(|p| p[n].n),
            code: Some(line.our_code().to_string()),
            charge_cents: Some(line.charge_cents),
            paid_cents: line.paid_cents + (interest - before),
            adjustments: of_line,
        });
    }
    let lines_differ = placed.is_none() && !said.lines.is_empty();
    let (mut all, mut of_lines) = (claim_adjustments, answered);
    // On a reversal, and where the lines are not ours, only the claim as a whole counts; so it does where the payer gave
    // interest for it as a whole, since the lines then no longer sum to it.
    if lines_differ || status == Status::Reversal || on_claim != 0 {
        all.extend(of_lines.drain(..).flat_map(|l| l.adjustments));
    }
    let answer = ClaimAnswer {
        at,
        claim: number.into(),
        status,
        payer_claim_no: Some(said.payer_claim_no.clone()).filter(|n| !n.is_empty() && status != Status::Reversal),
        charge_cents: Some(said.charge_cents),
        paid_cents: said.paid_cents + interest,
        adjustments: all,
        lines: of_lines,
    };
    let interest = (interest != 0).then(|| ProviderItem {
        at,
        amount_cents: interest,
        reason: Some("L6".into()),
        reference: Some(number.into()),
        claim: None,
        note: Some("interest paid with the claim".into()),
    });
    Ok(Told { answer, interest, lines_differ: lines_differ && status != Status::Reversal })
}

/// Adjustments without interest, which is summed up apart. Remark codes stand with the first of them.
fn adjustments(said: &[era::Adjustment], remarks: &[String], interest: &mut i64) -> Result<Vec<Adjustment>, String> {
    let mut found = Vec::new();
    for one in said {
        if one.reason == INTEREST {
            *interest += one.amount_cents;
            continue;
        }
        let group: Group = one.group.parse().map_err(|_| format!("\"{}\" is no group of adjustments", one.group))?;
        let remarks = if found.is_empty() { remarks.to_vec() } else { Vec::new() };
        found.push(Adjustment { group, reason: one.reason.to_ascii_uppercase(), amount_cents: one.amount_cents, remarks });
    }
    Ok(found)
}

/// Whether the payer speaks of the same patient: the last name agrees, whatever its case, accents and hyphens.
pub fn is_same_name(payers: &str, ours: &str) -> bool {
    let key = |name: &str| person_name::fold(name).replace([' ', '-', '\''], "");
    let (theirs, ours) = (key(payers), key(ours));
    theirs == ours || (theirs.len() > 3 && ours.len() > 3 && (theirs.starts_with(&ours) || ours.starts_with(&theirs)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::remittance_835::LinePayment;

    fn cas(group: &str, reason: &str, amount_cents: i64) -> era::Adjustment {
        era::Adjustment { group: group.into(), reason: reason.into(), amount_cents }
    }

    fn line(code: &str, line_no: &str, charge: i64, paid: i64, adjustments: Vec<era::Adjustment>) -> LinePayment {
        LinePayment {
            code: code.into(),
            line_no: line_no.into(),
            charge_cents: charge,
            paid_cents: paid,
            adjustments,
            ..LinePayment::default()
        }
    }

    fn sent(n: i64, code: &str, charge_cents: i64) -> OurLine {
        OurLine { n, code: code.into(), modifiers: Vec::new(), service_on: chrono::NaiveDate::default(), units: 1, charge_cents }
    }

    fn claim(lines: Vec<LinePayment>) -> ClaimPayment {
        let sum = |f: fn(&LinePayment) -> i64| lines.iter().map(f).sum();
        ClaimPayment {
            status: "1".into(),
            charge_cents: sum(|l| l.charge_cents),
            paid_cents: sum(|l| l.paid_cents),
            payer_claim_no: "CH77".into(),
            lines,
            ..ClaimPayment::default()
        }
    }

    #[test]
    fn bundled_lines_count_for_the_claim_as_a_whole() {
        let said = claim(vec![line("97140", "", 12_000, 5_000, vec![cas("CO", "45", 7_000)])]);
        let told = told(0, "C-1", &said, &[sent(1, "97140", 8_000), sent(2, "97124", 4_000)]).expect("an answer");
        assert!(told.lines_differ && told.answer.lines.is_empty());
        assert_eq!((told.answer.paid_cents, told.answer.adjustments[0].amount_cents), (5_000, 7_000));
    }

    #[test]
    fn interest_leaves_the_claim_and_becomes_an_item() {
        let said = claim(vec![line("97140", "1", 8_000, 5_100, vec![cas("CO", "45", 3_000), cas("OA", "225", -100)])]);
        let told = told(0, "C-1", &said, &[sent(1, "97140", 8_000)]).expect("an answer");
        assert_eq!((told.answer.paid_cents, told.answer.lines[0].paid_cents), (5_000, 5_000));
        assert_eq!(told.interest.expect("interest").amount_cents, -100, "it raises the deposit");
    }

    #[test]
    fn a_reversal_counts_whole_and_does_not_lend_its_number() {
        let mut said = claim(vec![line("97140", "1", -8_000, -5_000, vec![cas("CO", "45", -3_000)])]);
        said.status = "22".into();
        let told = told(0, "C-1", &said, &[sent(1, "97140", 8_000)]).expect("an answer");
        assert_eq!((told.answer.status, told.answer.lines.len(), told.answer.payer_claim_no), (Status::Reversal, 0, None));
        assert_eq!(told.answer.adjustments[0].amount_cents, -3_000);
    }

    #[test]
    fn statuses_that_decide_nothing_and_those_that_nobody_knows() {
        assert_eq!((status("19"), status("23"), status("25")), (Ok(Some(Status::Ranked(1))), Ok(None), Ok(None)));
        assert!(status("77").is_err());
    }

    #[test]
    fn names_agree_whatever_their_case_accents_and_hyphens() {
        assert!(is_same_name("OBRIEN", "O'Brien") && is_same_name("PENA-LOPEZ", "Peña Lopez"));
        assert!(is_same_name("PENA", "Peña Lopez") && !is_same_name("MARSH", "Quist") && !is_same_name("LI", "Lindner"));
    }
}
