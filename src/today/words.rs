//! What our words mean, for whoever reads them the first time. Pure.

/// A word and its meaning, in the order of the alphabet.
pub const WORDS: &[(&str, &str)] = &[
    ("Acknowledged", "The clearinghouse has the claim. The payer has not taken it in yet."),
    ("Contractual", "The part of a charge above the price agreed with the payer. Taken off, never the patient's to pay."),
    ("Converted", "A referral whose patient came at least once. A booking alone does not count."),
    ("Denied", "The payer looked at the claim and said no. It can be appealed until a day that the payer sets."),
    (
        "Ever denied, now denied",
        "Claims with a denial among their answers, also where it was overturned; and those whose last answer is one.",
    ),
    ("Filing deadline", "The last day on which the payer must have the claim. The day counts."),
    ("Net collected", "What payers and patients paid, less what went back to them."),
    ("Net collection rate", "Of what could be collected on decided claims (charge less contractual), the share that was."),
    ("Order", "A doctor's prescription: a diagnosis, a signature and a number of visits. Without one of them it is incomplete."),
    ("Outstanding", "Charges less net collected, contractual and written off. It may still come, or be refused."),
    ("Over", "A visit past the order. It may be given; the claim waits until an order covers it."),
    ("Rejected", "The payer never looked at the claim: something on it was missing or wrong. Fix it and send it again."),
    ("Resolved", "The share of the charges that is settled. Below 90% a row is still maturing; compare it later."),
    ("Source", "Who sent the patient: a doctor, another patient, or the patient alone. It stays with the referral for good."),
    ("Taken back", "Money that a payer paid and then took out of a later payment."),
    ("Unallocated", "An item of a payer's deposit that names no claim, like interest or a take-back still to come."),
    ("Unattributed", "A referral whose source nobody has entered, and claims without a referral."),
    ("Unmatched", "Money that belongs to no claim and no visit yet, like a payment in advance."),
    ("Written off", "What we gave up ourselves, with a reason."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_the_alphabet() {
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
