//! Which of the five looks every state has: the one table behind pages, mails and programs.

use crate::care::note::NoteState;
use crate::care::visit::VisitState;
use crate::claims::batch::state::BatchState;
use crate::claims::claim::{AnswerKind, ClaimState};
use crate::mail::outbox_state::OutboxState;
use crate::network::provider::Stage;
use crate::payments::era_state::EraState;
use crate::payments::money::{DecisionOutcome, DenialState};
use crate::referrals::prescription::PrescriptionState;
use crate::referrals::referral::ReferralState;
use crate::reports::report::ShownState;
use crate::types::Chip;

/// The chip of a state, by the machine it belongs to.
pub fn of(machine: &str, state: &str) -> Option<Chip> {
    Some(match machine {
        "stage" => state.parse::<Stage>().ok()?.chip(),
        "referral" => state.parse::<ReferralState>().ok()?.chip(),
        "prescription" => state.parse::<PrescriptionState>().ok()?.chip(),
        "visit" => state.parse::<VisitState>().ok()?.chip(),
        "note" => state.parse::<NoteState>().ok()?.chip(),
        "claim" => state.parse::<ClaimState>().ok()?.chip(),
        "answer" => state.parse::<AnswerKind>().ok()?.chip(),
        "batch" => state.parse::<BatchState>().ok()?.chip(),
        "era" => state.parse::<EraState>().ok()?.chip(),
        "decision" => state.parse::<DecisionOutcome>().ok()?.chip(),
        "denial" => denial(state.parse().ok()?),
        "report" => state.parse::<ShownState>().ok()?.chip(),
        "mail" => state.parse::<OutboxState>().ok()?.chip(),
        "import" => import(state)?,
        "import_batch" => import_batch(state)?,
        _ => return None,
    })
}

fn denial(state: DenialState) -> Chip {
    match state {
        DenialState::Open => Chip::bad(state.label()),
        DenialState::Appealed => Chip::info(state.label()),
        DenialState::Overturned | DenialState::Corrected => Chip::ok(state.label()),
        DenialState::Upheld | DenialState::WrittenOff => Chip::plain(state.label()),
    }
}

fn import(result: &str) -> Option<Chip> {
    use crate::imports::state::RowResult::{Blank, Created, DuplicateInFile, Error, Review, Unchanged, Updated};
    let result: crate::imports::state::RowResult = result.parse().ok()?;
    Some(match result {
        Created | Updated => Chip::ok(result.label()),
        Review => Chip::wait(result.label()),
        Error => Chip::bad(result.label()),
        Unchanged | DuplicateInFile | Blank => Chip::plain(result.label()),
    })
}

fn import_batch(state: &str) -> Option<Chip> {
    use crate::imports::state::BatchState::{Applied, Discarded, Previewed};
    let state: crate::imports::state::BatchState = state.parse().ok()?;
    Some(match state {
        Previewed => Chip::wait(state.label()),
        Applied => Chip::ok(state.label()),
        Discarded => Chip::plain(state.label()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::chip::Look;

    #[test]
    fn every_state_of_every_machine_has_a_look_and_a_word() {
        let machines: Vec<(&str, Vec<&str>)> = vec![
            ("stage", Stage::ALL.iter().map(|s| s.word()).collect()),
            ("referral", ReferralState::ALL.iter().map(|s| s.word()).collect()),
            ("prescription", PrescriptionState::ALL.iter().map(|s| s.word()).collect()),
            ("visit", VisitState::ALL.iter().map(|s| s.word()).collect()),
            ("note", NoteState::ALL.iter().map(|s| s.word()).collect()),
            ("claim", ClaimState::ALL.iter().map(|s| s.word()).collect()),
            ("answer", AnswerKind::ALL.iter().map(|s| s.word()).collect()),
            ("era", EraState::ALL.iter().map(|s| s.word()).collect()),
            ("decision", DecisionOutcome::ALL.iter().map(|s| s.word()).collect()),
            ("denial", DenialState::ALL.iter().map(|s| s.word()).collect()),
            ("report", ShownState::ALL.iter().map(|s| s.word()).collect()),
            ("mail", OutboxState::ALL.iter().map(|s| s.word()).collect()),
            ("import", crate::imports::state::RowResult::ALL.iter().map(|s| s.word()).collect()),
            ("import_batch", crate::imports::state::BatchState::ALL.iter().map(|s| s.word()).collect()),
        ];
        for (machine, states) in machines {
            for state in states {
                assert!(of(machine, state).is_some_and(|c| !c.word.is_empty()), "{machine} {state}");
            }
        }
    }

    #[test]
    fn rejected_and_denied_differ_in_their_word() {
        let (rejected, denied) = (of("claim", "rejected").expect("a chip"), of("claim", "denied").expect("a chip"));
        assert!(rejected.word != denied.word && rejected.look == Look::Bad && denied.look == Look::Bad);
    }
}
