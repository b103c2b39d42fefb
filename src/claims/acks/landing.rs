//! What an answer does to the claim that it is about. Pure: states and days in, a move or the reason for none out.

use crate::claims::batch::state::BatchState;
use crate::claims::claim::{AnswerKind, ClaimState};
use chrono::NaiveDate;

/// An answer to a sending, as far as the law needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub kind: AnswerKind,
    pub on: NaiveDate,
}

/// What becomes of the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    Moves(ClaimState),
    Stays(Stays),
}

/// Why an answer changes nothing but the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It says nothing that could move a claim.
    NoChange,
    /// The claim stands as far already.
    Already,
    /// A later answer stands.
    Older,
    /// It was rejected on that day or later, and this does not take it back.
    Rejected,
    /// A payer decided, which says more.
    Decided,
    /// The claim left again since.
    EarlierSending,
    /// It is a draft again, being put right.
    BeingFixed,
    /// It was given up.
    Voided,
    /// It is said of what left to a payer after the claim's own.
    LaterPayer,
}

impl Stays {
    /// In a sentence, where there is something to say.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::NoChange | Self::Already => None,
            Self::Older => Some("A later answer stands"),
            Self::Rejected => Some("It was rejected, and this does not take that back"),
            Self::Decided => Some("The payer has decided it already"),
            Self::EarlierSending => Some("The claim was sent again since; this answers the earlier sending"),
            Self::BeingFixed => Some("The claim is a draft again, being put right"),
            Self::Voided => Some("The claim was given up"),
            Self::LaterPayer => Some("It is about the claim at a later payer; what it stands at with its own stays"),
        }
    }
}

/// What an answer to the last sending does (`before`: what was answered to it so far).
/// A later rejection beats an earlier acceptance. An older answer that comes late undoes nothing, but for a rejection, which only
/// a later taking-in outweighs: that somebody received a claim does not say that nobody sent it back.
pub fn land(state: ClaimState, before: &[Given], new: Given) -> Landing {
    use ClaimState::*;
    let stays = Landing::Stays;
    let Some(to) = new.kind.leads_to() else { return stays(Stays::NoChange) };
    match state {
        Draft | Ready => return stays(Stays::BeingFixed),
        Voided => return stays(Stays::Voided),
        _ if !state.is_before_a_decision() => return stays(Stays::Decided),
        _ => {}
    }
    let later = |outweighs: fn(AnswerKind) -> bool| before.iter().any(|b| b.on > new.on && outweighs(b.kind));
    let since_rejection = before.iter().filter(|b| b.kind == AnswerKind::Rejected).all(|b| b.on < new.on);
    match new.kind {
        AnswerKind::Rejected if later(is_taken_in) => stays(Stays::Older),
        AnswerKind::Rejected if state == Rejected => stays(Stays::Already),
        AnswerKind::Rejected => Landing::Moves(to),
        _ if later(|k| k == AnswerKind::Rejected) => stays(Stays::Older),
        // Somebody put it right at the clearinghouse, and it was taken in after all.
        AnswerKind::Accepted if state == Rejected && since_rejection => Landing::Moves(to),
        _ if state == Rejected => stays(Stays::Rejected),
        _ if rank(to) > rank(state) => Landing::Moves(to),
        _ => stays(Stays::Already),
    }
}

fn is_taken_in(kind: AnswerKind) -> bool {
    matches!(kind, AnswerKind::Accepted | AnswerKind::Pended)
}

/// How far a claim has come.
fn rank(state: ClaimState) -> u8 {
    match state {
        ClaimState::Submitted => 0,
        ClaimState::Acknowledged => 1,
        ClaimState::Accepted => 2,
        _ => 3,
    }
}

/// Where a batch stands, by the last answer to each of its transactions; nothing where too little is answered to say.
pub fn batch_state(transactions: usize, last: &[AnswerKind]) -> Option<BatchState> {
    let refused = last.iter().filter(|k| **k == AnswerKind::Rejected).count();
    match last.len() {
        _ if refused > 0 && refused < transactions => Some(BatchState::Partly),
        _ if refused > 0 => Some(BatchState::Refused),
        answered if answered >= transactions && answered > 0 => Some(BatchState::Read),
        _ => None,
    }
}

/// Ids of envelopes are one, padded or not: `00912345` and `912345 `.
pub fn same_id(a: &str, b: &str) -> bool {
    let plain = |id: &str| id.trim().trim_start_matches('0').to_ascii_uppercase();
    !plain(a).is_empty() && plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AnswerKind as K;
    use ClaimState as S;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).expect("a day")
    }

    fn given(kind: AnswerKind, on: u32) -> Given {
        Given { kind, on: day(on) }
    }

    /// The state after these answers came in this order.
    fn after(answers: &[(AnswerKind, u32)]) -> ClaimState {
        let (mut state, mut before) = (S::Submitted, Vec::new());
        for (kind, on) in answers {
            let new = given(*kind, *on);
            if let Landing::Moves(to) = land(state, &before, new) {
                state = to;
            }
            before.push(new);
        }
        state
    }

    #[test]
    fn each_answer_leads_where_the_table_says() {
        assert_eq!(after(&[(K::Read, 2)]), S::Submitted, "a 999 is no acknowledgment");
        assert_eq!(after(&[(K::Warned, 2)]), S::Submitted);
        assert_eq!(after(&[(K::Forwarded, 2)]), S::Submitted);
        assert_eq!(after(&[(K::NotFound, 2)]), S::Submitted);
        assert_eq!(after(&[(K::Told, 2)]), S::Submitted);
        assert_eq!(after(&[(K::Acknowledged, 2)]), S::Acknowledged);
        assert_eq!(after(&[(K::Acknowledged, 2), (K::Accepted, 3)]), S::Accepted);
        assert_eq!(after(&[(K::Accepted, 3), (K::Acknowledged, 2)]), S::Accepted);
        assert_eq!(after(&[(K::Rejected, 2)]), S::Rejected);
    }

    #[test]
    fn a_later_rejection_beats_an_earlier_acceptance_in_whatever_order_they_come() {
        assert_eq!(after(&[(K::Accepted, 2), (K::Rejected, 4)]), S::Rejected);
        assert_eq!(after(&[(K::Rejected, 4), (K::Accepted, 2)]), S::Rejected);
        assert_eq!(after(&[(K::Acknowledged, 5), (K::Rejected, 4)]), S::Rejected, "received by one, sent back by another");
        assert_eq!(after(&[(K::Rejected, 4), (K::Acknowledged, 5)]), S::Rejected);
        for same_day in [[(K::Accepted, 4), (K::Rejected, 4)], [(K::Rejected, 4), (K::Accepted, 4)]] {
            assert_eq!(after(&same_day), S::Rejected);
        }
    }

    #[test]
    fn an_older_answer_that_comes_late_undoes_nothing() {
        assert_eq!(after(&[(K::Accepted, 6), (K::Rejected, 4)]), S::Accepted);
        assert_eq!(land(S::Accepted, &[given(K::Accepted, 6)], given(K::Rejected, 4)), Landing::Stays(Stays::Older));
        assert_eq!(after(&[(K::Rejected, 4), (K::Accepted, 6)]), S::Accepted, "taken in after all");
        assert_eq!(after(&[(K::Rejected, 4), (K::Accepted, 6), (K::Rejected, 5)]), S::Accepted);
        assert_eq!(after(&[(K::Rejected, 4), (K::Accepted, 6), (K::Rejected, 7)]), S::Rejected);
    }

    #[test]
    fn the_order_of_arrival_never_matters_for_answers_of_different_days() {
        let all = [(K::Read, 1), (K::Acknowledged, 2), (K::Accepted, 3), (K::Rejected, 4), (K::Accepted, 5), (K::Told, 6)];
        // Every order of every part of the six.
        for mask in 1_u32..64 {
            let some: Vec<_> = all.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, a)| *a).collect();
            let mut reversed = some.clone();
            reversed.reverse();
            let mut turned = some.clone();
            turned.rotate_left(some.len() / 2);
            assert_eq!((after(&reversed), after(&turned)), (after(&some), after(&some)), "{some:?}");
        }
    }

    #[test]
    fn a_decision_a_draft_and_a_claim_given_up_are_not_moved() {
        for (state, why) in [
            (S::Paid, Stays::Decided),
            (S::Denied, Stays::Decided),
            (S::Appealed, Stays::Decided),
            (S::Closed, Stays::Decided),
            (S::Draft, Stays::BeingFixed),
            (S::Ready, Stays::BeingFixed),
            (S::Voided, Stays::Voided),
        ] {
            for kind in [K::Acknowledged, K::Accepted, K::Rejected] {
                assert_eq!(land(state, &[], given(kind, 9)), Landing::Stays(why), "{state} {kind}");
            }
        }
    }

    #[test]
    fn a_batch_stands_by_the_last_answer_to_each_of_its_transactions() {
        assert_eq!(batch_state(1, &[]), None);
        assert_eq!(batch_state(1, &[K::Read]), Some(BatchState::Read));
        assert_eq!(batch_state(1, &[K::Warned]), Some(BatchState::Read));
        assert_eq!(batch_state(1, &[K::Rejected]), Some(BatchState::Refused));
        assert_eq!(batch_state(3, &[K::Read, K::Read]), None, "one is not answered yet");
        assert_eq!(batch_state(3, &[K::Read, K::Rejected]), Some(BatchState::Partly));
        assert_eq!(batch_state(3, &[K::Rejected, K::Rejected, K::Rejected]), Some(BatchState::Refused));
    }

    #[test]
    fn ids_of_envelopes_are_one_with_zeros_and_spaces_before_and_behind() {
        assert!(same_id("330897513", "330897513      ") && same_id("000912345", "912345") && same_id("payer", "PAYER"));
        assert!(!same_id("", "") && !same_id("000", "0") && !same_id("1", "10"));
    }
}
