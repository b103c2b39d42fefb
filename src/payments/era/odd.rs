//! What is odd about a payment as a whole and breaks no law: somebody looks before it is posted. Pure.

use crate::types::{Money, day};
use crate::x12::remittance_835::Payment;
use chrono::{Days, Months, NaiveDate};

/// A transfer may be announced; a check is not written a month ahead.
const DAYS_AHEAD: u64 = 31;
/// No payer answers claims for longer.
const YEARS_BACK: u32 = 3;

/// In words that name the level and both values.
pub fn of(payment: &Payment, today: NaiveDate) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(paid_on) = payment.paid_on.filter(|on| !is_near(*on, today)) {
        found.push(format!(
            "The payment is dated {} (BPR16), and today is {}: a day that cannot be right (level: payment)",
            day::long(paid_on),
            day::long(today)
        ));
    }
    let amount = Money(payment.amount_cents);
    if payment.amount_cents != 0 && payment.handling == "H" {
        let zero = Money(0);
        found.push(format!(
            "The file says {amount} (BPR02) and that it is a notice without money (BPR01 H), so {zero} arrives (level: payment)"
        ));
    }
    if payment.amount_cents != 0 && payment.method == "NON" {
        found
            .push(format!("The file says {amount} (BPR02) and that nothing is paid (BPR04 NON), so {} arrives (level: payment)", Money(0)));
    }
    found
}

fn is_near(on: NaiveDate, today: NaiveDate) -> bool {
    let earliest = today.checked_sub_months(Months::new(12 * YEARS_BACK)).unwrap_or(NaiveDate::MIN);
    let latest = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(NaiveDate::MAX);
    (earliest..=latest).contains(&on)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_of(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn payment(paid_on: &str) -> Payment {
        Payment { paid_on: Some(day_of(paid_on)), amount_cents: 9_000, handling: "I".into(), method: "ACH".into(), ..Payment::default() }
    }

    #[test]
    fn a_day_that_cannot_be_right_is_told_with_both_days() {
        let today = day_of("2026-03-31");
        for near in ["2026-04-30", "2026-03-20", "2023-03-31"] {
            assert_eq!(of(&payment(near), today), Vec::<String>::new(), "{near}");
        }
        for far in ["2026-05-02", "2062-03-20", "2023-03-30", "1979-12-31"] {
            let told = of(&payment(far), today).join("");
            assert!(told.contains("BPR16") && told.contains("March 31, 2026") && told.contains(&far[..4]), "{far}: {told}");
        }
    }

    #[test]
    fn money_that_a_notice_or_no_payment_speaks_of_is_told_with_both_amounts() {
        let right = payment("2026-03-20");
        let today = day_of("2026-03-31");
        let cases = [Payment { handling: "H".into(), ..right.clone() }, Payment { method: "NON".into(), ..right.clone() }];
        for odd in cases {
            let told = of(&odd, today).join("");
            assert!(told.contains("$90.00") && told.contains("$0.00 arrives"), "{told}");
            assert_eq!(of(&Payment { amount_cents: 0, ..odd }, today), Vec::<String>::new());
        }
    }
}
