//! What happens in the room: the visit, its note, and what was measured.

use super::complaints::Complaint;
use super::front_desk::{appointment, turn};
use super::payers::{Pays, Share};
use super::plan::{Course, Outcome, Writing, complaint};
use super::year::{Due, Year};
use crate::care;
use crate::care::body::NewMark;
use crate::care::measure::NewMeasure;
use crate::care::note::{NewGoal, NewNote};
use crate::care::visit::{NewService, VisitState};
use crate::error::Result;
use crate::types::Text;
use crate::work::Work;
use chrono::{NaiveDate, Timelike};

/// A visit is kept, or not.
pub async fn visit<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, c: usize, n: usize) -> Result<()> {
    let stage = year.stage;
    let planned = &year.course(c).visits[n];
    let (hour, minute) = if planned.late > 0 { (18, 20) } else { (planned.at.hour(), planned.at.minute()) };
    turn(work, stage, stage.front_desk(), day, hour, minute);
    let visit = match year.played[c].visits.get(&n) {
        Some(booked) => {
            let to: VisitState = planned.outcome.state().parse().unwrap_or(VisitState::Attended);
            let why =
                (to != VisitState::Attended).then(|| if to == VisitState::NoShow { "No call" } else { "Called to cancel" }.to_string());
            care::set_state(work, booked, to, why).await?
        }
        // Somebody forgot to enter it.
        None => {
            let Some(new) = appointment(year, c, n, planned.outcome.state()) else { return Ok(()) };
            care::book_in(work, &new.check(work.today())?).await?
        }
    };
    year.played[c].visits.insert(n, visit);
    let takes_copay = matches!(year.course(c).pays.habit().map(|h| h.share), Some(Share::Copay(_)));
    if planned.outcome == Outcome::Kept {
        year.played[c].kept += 1;
        if takes_copay || year.course(c).pays == Pays::Patient {
            year.due(day, Due::Copay(c, n));
        }
    }
    Ok(())
}

/// The therapist writes the note and signs it, or leaves it a draft.
pub async fn note<'a>(year: &mut Year<'a>, work: &mut Work<'a>, day: NaiveDate, c: usize, n: usize) -> Result<()> {
    let stage = year.stage;
    let course = year.course(c);
    let planned = &course.visits[n];
    let Some(visit) = year.played[c].visits.get(&n).cloned() else { return Ok(()) };
    let minute = planned.at.minute();
    let hour = if day == planned.on { planned.at.hour() + 1 } else { 18 };
    turn(work, stage, &stage.colleagues[planned.therapist], day, hour, minute);
    let kept = course.visits[..n].iter().filter(|v| v.outcome == Outcome::Kept).count();
    let draft = written(year, course, kept, n).check(work.today())?;
    let note = care::notes::save_in(work, &visit, &draft).await?;
    if planned.note == Writing::Draft {
        return Ok(());
    }
    // Saving may have priced the visit: it is read as it stands now.
    let visit = care::store::visit_row(&work.tx, visit.id).await?;
    care::notes::sign_in(work, &note, &visit).await?;
    let kept = i64::try_from(kept).unwrap_or(0) + 1;
    super::reports::note_signed(year, day, c, kept);
    year.bill(work, c, n, visit.id).await
}

/// How far a course has come, from 0 to 100.
fn progress(course: &Course, kept: usize) -> i64 {
    let total = course.visits.iter().filter(|v| matches!(v.outcome, Outcome::Kept | Outcome::Open)).count().max(8);
    i64::try_from(kept * 100 / total.max(2).saturating_sub(1).max(1)).unwrap_or(0).min(100)
}

fn written(year: &Year<'_>, course: &Course, kept: usize, n: usize) -> NewNote {
    let what = complaint(course);
    let mut dice = year.dice(&format!("note {} {}", course.person.first, course.person.last), n);
    let done = progress(course, kept);
    let (from, to) = course.pain;
    let pain = (from + (to - from) * done / 100 + if kept > 0 { dice.between(0, 1) } else { 0 }).clamp(0, 10);
    let improves = to < from;
    let said = if improves && done > 30 { dice.pick(what.better) } else { dice.pick(what.worse) };
    let comp = course.pays == Pays::StateFund;
    let area = what.area;
    NewNote {
        subjective: format!("{said} Pain {pain} of 10 before treatment, {} at worst this week.", (pain + 2).min(10)).into(),
        objective: format!("{} Posture unchanged.", dice.pick(what.found)).into(),
        assessment: if improves {
            "Responds well. Tolerates more pressure than at the start."
        } else {
            "Slow response. To be talked over with the prescriber if it does not change."
        }
        .into(),
        plan: format!("Hands-on work to the {area}. At home: {}", what.home).into(),
        work_status: if comp {
            if done > 60 { "Full hours, no lifting over 20 pounds." } else { "Light duty, 4 hours a day." }
        } else {
            ""
        }
        .into(),
        restrictions: if comp { "Repetitive lifting at work." } else { "" }.into(),
        goals: goals(what, done, improves),
        body: marks(what, done),
        measures: measures(course, what, kept, done, pain, &mut dice),
        services: course.visits[n].services.iter().map(|(code, minutes)| service(code, *minutes, area)).collect(),
        ..Default::default()
    }
}

fn service(code: &str, minutes: i64, area: &str) -> NewService {
    NewService { code: code.into(), minutes: minutes.to_string().into(), area: area.into() }
}

/// Where it is found, by the area of the complaint; less of it as it gets better.
fn marks(what: &Complaint, done: i64) -> Vec<NewMark> {
    let found: &[(&str, &str)] = match what.area {
        "neck, upper back" => &[("neck_back_right", "tight, tender"), ("skull_base", "tight"), ("shoulder_top_right", "guarded")],
        "low back, hips" => &[("low_back_left", "tender"), ("low_back_right", ""), ("buttock_left", "tight")],
        "right shoulder" => &[("shoulder_front_right", "tender"), ("shoulder_blade_right", "guarded")],
        "neck, head, jaw" => &[("jaw_left", "tight"), ("skull_base", "tender"), ("neck_back_left", "")],
        "mid back" => &[("mid_back_left", "tight"), ("mid_back_right", "tight")],
        _ => &[("buttock_left", "tender"), ("hip_front_left", "tight")],
    };
    let left = if done > 60 { 1 } else { found.len() };
    found[..left].iter().map(|(region, word)| NewMark { region: (*region).into(), word: (*word).into() }).collect()
}

fn goals(what: &Complaint, done: i64, improves: bool) -> Vec<NewGoal> {
    let state = |at: i64| match done - at * 20 {
        _ if !improves => "not_yet",
        left if left > 60 => "met",
        left if left > 20 => "partly",
        _ => "not_yet",
    };
    let goal = |(at, text): (i64, &&str)| NewGoal { text: (**text).into(), state: state(at).into(), ..Default::default() };
    (0..).zip(&what.goals).map(goal).collect()
}

/// Pain every time; index and motion at the first visit and every third one after it.
fn measures(course: &Course, what: &Complaint, kept: usize, done: i64, pain: i64, dice: &mut super::dice::Dice) -> Vec<NewMeasure> {
    let measure = |instrument: &str, label: &str, value: i64| NewMeasure {
        instrument: instrument.into(),
        label: label.into(),
        value: value.to_string().into(),
        ..Default::default()
    };
    let mut found = vec![measure("nprs", "now", pain)];
    let last_of_dana = course.star == Some("dana") && kept == 6;
    if !kept.is_multiple_of(3) && !last_of_dana {
        return found;
    }
    let improves = course.pain.1 < course.pain.0;
    if !what.index.is_empty() {
        let start = 20 + course.pain.0;
        let raw = if improves { start - (start - 12) * done / 100 } else { start + done / 50 };
        found.push(NewMeasure { value: raw.clamp(0, 50).to_string().into(), ..measure(what.index, "", 0) });
    }
    for (label, from, to) in what.motions {
        let reached = if improves { from + (to - from) * done / 110 } else { *from };
        found.push(measure("rom", label, reached + dice.between(0, 2)));
    }
    if course.star == Some("dana") {
        found.push(measure("lower_better", "Headache days a week", if done > 60 { 4 } else { 3 }));
    }
    let psfs = |value: i64| Text::from(value.to_string());
    if what.index.is_empty() {
        let value = if improves { 3 + done * 5 / 100 } else { 3 };
        found.push(NewMeasure {
            items: vec![psfs(value), psfs((value + 1).min(10)), psfs(value)],
            value: Text::default(),
            ..measure("psfs", "", 0)
        });
    }
    found
}
