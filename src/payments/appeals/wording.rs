//! What an appeal says where nobody has written it yet: by what lies behind the denial. A person reads and changes it. Pure.

use crate::payments::money::RootCause;

/// What the words stand on.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub cause: Option<RootCause>,
    /// `October 2, 2026`.
    pub service_on: String,
    /// `Dr. Priya Raman`.
    pub prescriber: Option<String>,
    pub order_signed_on: Option<String>,
    pub authorization_no: Option<String>,
    pub first_sent_on: Option<String>,
    pub has_note: bool,
}

/// Two or three paragraphs: what happened, why the denial does not hold, what is asked.
pub fn draft(ground: &Ground) -> String {
    let ordered = match (&ground.prescriber, &ground.order_signed_on) {
        (Some(who), Some(on)) => format!("The treatment of {} was ordered by {who} on {on}.", ground.service_on),
        (Some(who), None) => format!("The treatment of {} was ordered by {who}.", ground.service_on),
        _ => format!("We treated your member on {}.", ground.service_on),
    };
    let shown = if ground.has_note { " The signed note of the visit is enclosed." } else { "" };
    format!("{ordered}{shown}\n\n{}\n\nWe ask you to process the claim and to pay it.", because(ground))
}

fn because(ground: &Ground) -> String {
    match ground.cause {
        Some(RootCause::NoAuthorization) => match &ground.authorization_no {
            Some(number) => format!("You denied it for want of an authorization. Authorization {number} was in place on that day."),
            None => "You denied it for want of an authorization. None was asked for when we verified the benefits.".into(),
        },
        Some(RootCause::ExpiredRx) => "You denied it as outside its order. The visit lies within the dates and the count of the order.".into(),
        Some(RootCause::CodeNotCovered) => "You denied the treatment as not covered. It is on the list of what you pay for, and it was done as billed.".into(),
        Some(RootCause::ProviderNotEligible) => "You denied it because of who treated. Our therapist is licensed for it, and works within the order.".into(),
        Some(RootCause::Limits) => "You denied it as past a limit. By our count the visit lies within it.".into(),
        Some(RootCause::Late) => match &ground.first_sent_on {
            Some(on) => format!("You denied it as late. We first sent it on {on}; what was sent, and what was answered, is enclosed."),
            None => "You denied it as late. What was sent, and what was answered, is enclosed.".into(),
        },
        Some(RootCause::Coding) => "You denied it because of its codes. They say what was done, as the note shows.".into(),
        Some(RootCause::Eligibility) => "You denied it because of the coverage. It was in force on the day of the visit.".into(),
        Some(RootCause::MedicalNecessity) => {
            "You denied it as not medically necessary. The note shows what the patient could not do, what was measured, and what the treatment changed.".into()
        }
        Some(RootCause::Duplicate) => "You denied it as a duplicate. It is the only claim for this visit; no other one was paid.".into(),
        Some(RootCause::Diagnosis) => "You denied it because of the diagnosis. It is the one for which the treatment was ordered.".into(),
        Some(RootCause::Other) | None => "We believe that the denial does not hold.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_answer_what_the_payer_said() {
        let late = Ground {
            cause: Some(RootCause::Late),
            service_on: "March 2, 2026".into(),
            prescriber: Some("Dr. Priya Raman".into()),
            order_signed_on: Some("March 1, 2026".into()),
            first_sent_on: Some("March 3, 2026".into()),
            has_note: true,
            ..Default::default()
        };
        let words = draft(&late);
        assert!(words.starts_with("The treatment of March 2, 2026 was ordered by Dr. Priya Raman on March 1, 2026."), "{words}");
        assert!(words.contains("We first sent it on March 3, 2026"), "{words}");
        let approved = Ground { cause: Some(RootCause::NoAuthorization), authorization_no: Some("A-7".into()), ..late };
        assert!(draft(&approved).contains("Authorization A-7 was in place"));
    }

    #[test]
    fn every_cause_has_words_of_its_own() {
        let mut seen: Vec<String> =
            RootCause::ALL.iter().map(|cause| draft(&Ground { cause: Some(*cause), ..Default::default() })).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), RootCause::ALL.len());
    }
}
