//! What to do next about a visit of today. Pure.

use crate::care::note::NoteState;
use crate::care::visit::VisitState;
use crate::referrals::card::Card;
use crate::referrals::prescription::PrescriptionState;
use crate::types::{Chip, day};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// A word about it, or the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    Nothing,
    Chip(Chip),
    WriteNote,
    CheckIn,
}

/// What the rule needs of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub state: VisitState,
    pub note: Option<NoteState>,
    /// Its hour has come.
    pub has_begun: bool,
    /// The visit card, where an order matters at all.
    pub card: Option<&'a Card>,
    pub writes_notes: bool,
    pub writes_visits: bool,
}

pub fn next(asked: Asked<'_>, today: NaiveDate) -> Next {
    match (asked.state, asked.note) {
        (VisitState::Attended, Some(NoteState::Signed)) => Next::Chip(Chip::ok("Note signed")),
        (VisitState::Attended | VisitState::Arrived, Some(NoteState::Draft)) => Next::Chip(Chip::wait("Note in draft")),
        (VisitState::Attended | VisitState::Arrived, _) if asked.writes_notes => Next::WriteNote,
        (VisitState::Attended, _) => Next::Chip(Chip::wait("Note to write")),
        (VisitState::Arrived, _) => Next::Chip(Chip::info("Here")),
        (VisitState::Booked, _) if asked.has_begun && asked.writes_notes => Next::WriteNote,
        (VisitState::Booked, _) if asked.has_begun && asked.writes_visits => Next::CheckIn,
        (VisitState::Booked, _) => asked.card.map_or(Next::Nothing, |card| ahead(card, today)),
        (other, _) => Next::Chip(other.chip()),
    }
}

/// What a booked visit should make somebody look at before it comes.
fn ahead(card: &Card, today: NaiveDate) -> Next {
    let ends = card.valid_to.map(|last| ((last - today).num_days(), last));
    match (card.state, card.next_is_covered, ends) {
        (None, ..) => Next::Chip(Chip::bad("No order yet")),
        (Some(PrescriptionState::Incomplete), ..) => Next::Chip(Chip::bad("Order incomplete")),
        (_, false, _) => Next::Chip(Chip::bad("Not covered")),
        (_, true, _) if card.left == 1 => Next::Chip(Chip::wait("Last visit")),
        (_, true, Some((0..=14, last))) => Next::Chip(Chip::plain(format!("Rx ends {}", day::short(last, today)))),
        _ => Next::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn asked(state: VisitState, note: Option<NoteState>, card: Option<&Card>) -> Asked<'_> {
        Asked { state, note, has_begun: false, card, writes_notes: true, writes_visits: true }
    }

    #[test]
    fn who_was_here_has_a_note_or_needs_one() {
        let today = on("2026-11-23");
        let of = |note| next(asked(VisitState::Attended, note, None), today);
        assert_eq!(of(Some(NoteState::Signed)), Next::Chip(Chip::ok("Note signed")));
        assert_eq!(of(Some(NoteState::Draft)), Next::Chip(Chip::wait("Note in draft")));
        assert_eq!(of(None), Next::WriteNote);
        let desk = Asked { writes_notes: false, ..asked(VisitState::Attended, None, None) };
        assert_eq!(next(desk, today), Next::Chip(Chip::wait("Note to write")));
    }

    #[test]
    fn when_the_hour_has_come_the_desk_checks_in_and_the_therapist_writes() {
        let here = Asked { has_begun: true, ..asked(VisitState::Booked, None, None) };
        assert_eq!(next(here, on("2026-11-23")), Next::WriteNote);
        assert_eq!(next(Asked { writes_notes: false, ..here }, on("2026-11-23")), Next::CheckIn);
        assert_eq!(next(Asked { writes_notes: false, writes_visits: false, ..here }, on("2026-11-23")), Next::Nothing);
    }

    #[test]
    fn a_visit_to_come_says_what_its_order_lacks() {
        let today = on("2026-11-23");
        let card = |left, covered| Card {
            state: Some(PrescriptionState::Active),
            left,
            next_is_covered: covered,
            authorized: 12,
            ..Default::default()
        };
        let word = |card: Option<&Card>| next(asked(VisitState::Booked, None, card), today);
        assert_eq!(word(Some(&card(5, true))), Next::Nothing);
        assert_eq!(word(Some(&card(1, true))), Next::Chip(Chip::wait("Last visit")));
        assert_eq!(word(Some(&card(0, false))), Next::Chip(Chip::bad("Not covered")));
        assert_eq!(word(Some(&Card::default())), Next::Chip(Chip::bad("No order yet")));
        let ending = Card { valid_to: Some(on("2026-11-30")), ..card(5, true) };
        assert_eq!(word(Some(&ending)), Next::Chip(Chip::plain("Rx ends Nov 30")));
        assert_eq!(word(None), Next::Nothing, "nobody asks for an order");
    }
}
