//! The renewal request: what is left of an order, what is asked, and why, composed from signed notes and the order itself. Pure.
//! The doctor signs it and sends it back; a diagnosis, a service or a unit that was not ordered is never asked for.

use super::course::{Facts, Order, measured, measures, month_day, ordered, response, result};
use super::wording::Wording;
use crate::mail::kinds::{Ask, AskedFor, Letterhead, Renewal};
use crate::types::service_code;
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A renewal is asked for so many weeks, and never for more visits than the order before it had [domain 4.4: every 4 to 8 weeks].
const WEEKS: i64 = 6;
/// A doctor has at most so many days to answer, and at least these few.
const ANSWER_WITHIN: i64 = 10;
const ANSWER_NOT_BEFORE: i64 = 3;

/// Composes the body and what is to be signed.
pub fn compose(facts: &Facts, wording: &Wording, letterhead: &Letterhead) -> (Renewal, Ask) {
    // Start and now decide; what the last report said stands there.
    let facts = &Facts { last_report_on: None, ..facts.clone() };
    let rows = measures(facts);
    let order = facts.order.clone().unwrap_or_default();
    let asked = Asked::of(&order, wording, facts.today);
    let said = |own: &Option<String>, made: String| own.clone().unwrap_or(made);
    let why = format!("{} {}", result(facts, &rows), response(facts));
    let body = Renewal {
        bottom_line: said(&wording.bottom_line, bottom_line(&order, &asked, facts.today)),
        why: said(&wording.why, why.trim().to_string()),
        measured: measured(facts, &rows, "Now"),
        request: request(&order, &asked, facts.today),
        asked: asked.in_numbers(),
        ordered: ordered(facts),
    };
    (body, ask(&order, &asked, wording, facts.today, letterhead))
}

/// What the request says where nobody says it differently. Its sentences follow the numbers that somebody said.
pub fn said(facts: &Facts, wording: &Wording, letterhead: &Letterhead) -> Wording {
    let order = facts.order.clone().unwrap_or_default();
    let asked = |wording: &Wording| Asked::of(&order, wording, facts.today);
    let numbers = Wording { visits: wording.visits.clone(), per_week: wording.per_week.clone(), ..Wording::default() };
    let until = Wording { until: wording.until.clone(), ..numbers.clone() };
    let (body, ask) = compose(facts, &until, letterhead);
    Wording {
        bottom_line: Some(body.bottom_line),
        why: Some(body.why),
        visits: asked(&Wording { visits: None, ..numbers.clone() }).visits.map(|n| n.to_string()),
        per_week: order.per_week.map(|n| n.to_string()),
        until: Some(asked(&numbers).until.to_string()),
        meanwhile: Some(ask.meanwhile),
        ..Wording::default()
    }
}

/// What is asked for.
struct Asked {
    /// None where neither the order nor the therapist says how many: then nothing can be asked.
    visits: Option<i64>,
    per_week: Option<i64>,
    from: NaiveDate,
    until: NaiveDate,
}

impl Asked {
    /// What the therapist says; else as often as ordered, for six weeks.
    fn of(order: &Order, wording: &Wording, today: NaiveDate) -> Self {
        let number = |typed: &Option<String>| typed.as_ref().and_then(|t| t.parse::<i64>().ok());
        let per_week = number(&wording.per_week).or(order.per_week);
        let ours = match (per_week, order.authorized) {
            (Some(per_week), Some(had)) => Some(std::cmp::min(per_week * WEEKS, had)),
            (Some(per_week), None) => Some(per_week * WEEKS),
            (None, had) => had.map(|had| std::cmp::min(had, WEEKS)),
        };
        let visits = number(&wording.visits).or(ours);
        let weeks = visits.zip(per_week).map_or(WEEKS, |(n, per_week)| weeks_for(n, per_week));
        let from = begins(order, per_week, today);
        // A day that was said long ago may be over by now.
        let said = wording.until.as_ref().and_then(|t| t.parse().ok()).filter(|until| *until >= from);
        let until = said.unwrap_or_else(|| later(from, weeks * 7 - 1));
        Self { visits, per_week, from, until }
    }

    fn in_numbers(&self) -> Option<AskedFor> {
        self.visits.map(|visits| AskedFor { visits, per_week: self.per_week, from: self.from, until: self.until })
    }

    /// `once a week for 6 weeks`, `twice a week until January 11`; until when, where the order names no frequency.
    fn pace(&self, today: NaiveDate) -> String {
        let until = || format!("until {}", month_day(self.until, today));
        match self.per_week {
            None => until(),
            Some(n) => {
                let weeks = (self.until - self.from).num_days() + 1;
                let length = if weeks > 0 && weeks % 7 == 0 { format!("for {}", counted(weeks / 7, "week")) } else { until() };
                format!("{} {length}", often(n))
            }
        }
    }
}

/// So many weeks that many visits take.
fn weeks_for(visits: i64, per_week: i64) -> i64 {
    std::cmp::max(1, (visits + per_week - 1) / std::cmp::max(1, per_week))
}

/// The first day without a visit that is ordered: after the last one, or after the end of the order.
fn begins(order: &Order, per_week: Option<i64>, today: NaiveDate) -> NaiveDate {
    let left = order.left().unwrap_or(0);
    let ends = order.valid_to.filter(|to| *to >= today).map(|to| later(to, 1));
    let used_up = match per_week {
        _ if left <= 0 && order.authorized.is_some() => Some(later(today, 1)),
        Some(per_week) if left > 0 => Some(later(today, weeks_for(left, per_week) * 7)),
        _ => None,
    };
    [ends, used_up].into_iter().flatten().min().unwrap_or_else(|| later(today, 1))
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(day)
}

fn counted(n: i64, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

fn often(per_week: i64) -> String {
    match per_week {
        1 => "once a week".into(),
        2 => "twice a week".into(),
        n => format!("{n} times a week"),
    }
}

/// "2 visits are left and the order ends November 30. We ask for 6 more: once a week for 6 weeks."
fn bottom_line(order: &Order, asked: &Asked, today: NaiveDate) -> String {
    let Some(visits) = asked.visits else { return format!("{}.", stands(order, today)) };
    format!("{}. We ask for {visits} more: {}.", stands(order, today), asked.pace(today))
}

/// What is left of the order.
fn stands(order: &Order, today: NaiveDate) -> String {
    let left = order.left().map(|left| match left {
        ..=0 => format!("All {} of the order are used", counted(order.authorized.unwrap_or(0), "visit")),
        1 => "1 visit is left".into(),
        n => format!("{n} visits are left"),
    });
    let ends = order.valid_to.map(|to| match to < today {
        true => format!("the order ended {}", month_day(to, today)),
        false => format!("the order ends {}", month_day(to, today)),
    });
    match (left, ends) {
        // Used up is the end, whatever day the order names.
        (Some(left), _) if order.left().is_some_and(|left| left <= 0) => left,
        (Some(left), Some(ends)) => format!("{left} and {ends}"),
        (Some(left), None) => left,
        (None, Some(ends)) => ends.replacen("the", "The", 1),
        (None, None) => "The order needs to be renewed".into(),
    }
}

/// "6 visits, once a week, December 1 to January 11, 2027; manual therapy (97140), 4 units a visit, as ordered now". Empty where
/// nothing says how many: that stops it.
fn request(order: &Order, asked: &Asked, today: NaiveDate) -> String {
    let Some(visits) = asked.visits else { return String::new() };
    let mut words = counted(visits, "visit");
    if let Some(n) = asked.per_week {
        words.push_str(&format!(", {}", often(n)));
    }
    words.push_str(&format!(", {} to {}", month_day(asked.from, today), month_day(asked.until, today)));
    let services: Vec<String> = order.services.iter().map(|s| service(s)).collect();
    if services.is_empty() {
        return words;
    }
    words.push_str(&format!("; {}", services.join(" and ")));
    if let Some(n) = order.units {
        words.push_str(&format!(", {} a visit", counted(n, "unit")));
    } else if let Some(n) = order.minutes {
        words.push_str(&format!(", {} a visit", counted(n, "minute")));
    }
    words + ", as ordered now"
}

/// `manual therapy (97140)`; words as the doctor wrote them.
fn service(ordered: &str) -> String {
    let is_code = ordered.len() == 5 && ordered.chars().all(|c| c.is_ascii_alphanumeric()) && ordered.chars().any(|c| c.is_ascii_digit());
    if is_code { format!("{} ({ordered})", service_code::label(ordered).to_lowercase()) } else { ordered.to_string() }
}

/// What is to be ticked and signed, and by when.
fn ask(order: &Order, asked: &Asked, wording: &Wording, today: NaiveDate, letterhead: &Letterhead) -> Ask {
    let visits = asked.visits.map_or("more visits".into(), |n| if n == 1 { "1 more visit".into() } else { format!("{n} more visits") });
    let last = order.valid_to.filter(|to| *to >= today && order.left().is_none_or(|left| left > 0));
    let meanwhile = match last {
        Some(to) => format!("Without a new order we stop after {}.", month_day(to, today)),
        None if order.left().is_some_and(|left| left > 0) && order.valid_to.is_none() => {
            "Without a new order we stop after the visits that are left.".into()
        }
        None => "Until there is a new order, no further visit is covered.".into(),
    };
    Ask {
        label: format!("Please choose one by {}", month_day(answer_by(order, today), today)),
        text: format!("Approve {visits}, change the request, or stop."),
        meanwhile: wording.meanwhile.clone().unwrap_or(meanwhile),
        reply: match &letterhead.fax {
            Some(fax) => format!("Sign the attached page and fax it to {fax}, or reply to this mail with it."),
            None => format!("Sign the attached page and reply to this mail with it, or call {}.", letterhead.phone),
        },
        options: vec![
            "Approve as requested".into(),
            "Change to: ____ visits, ____ a week, until ____________".into(),
            if last.is_some() { "Stop at the end of this order".into() } else { "Stop here".into() },
        ],
    }
}

/// The day on which the order ends, or the Friday before it where that is a weekend; soon, but not at once.
fn answer_by(order: &Order, today: NaiveDate) -> NaiveDate {
    let days = order.valid_to.map_or(ANSWER_WITHIN, |to| (to - today).num_days());
    let day = later(today, days.clamp(ANSWER_NOT_BEFORE, ANSWER_WITHIN));
    let over = match day.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        _ => 0,
    };
    day.checked_sub_days(Days::new(over)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::super::course::{Note, Visit};
    use super::*;
    use crate::care::measure::Instrument;
    use crate::care::visit::VisitState;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn note(day: &str, pain: i64, nights: i64) -> Note {
        Note {
            on: on(day),
            measures: vec![
                (Instrument::Nprs, "now".into(), pain * 100),
                (Instrument::LowerBetter, "Nights woken, of 7".into(), nights * 100),
            ],
            assessment: "Lifts 20 lb and needs 35 for his job.".into(),
            ..Note::default()
        }
    }

    /// Tomás Reyes of the prototype: 10 of 12 visits, the order ends November 30.
    fn tomas() -> Facts {
        Facts {
            today: on("2026-11-10"),
            visits: vec![Visit { on: on("2026-09-08"), state: VisitState::Attended, signed: true }],
            notes: vec![note("2026-09-08", 7, 3), note("2026-11-09", 4, 3)],
            last_report_on: Some(on("2026-10-10")),
            order: Some(Order {
                diagnoses: vec!["M54.2".into()],
                signed_on: Some(on("2026-08-31")),
                valid_from: Some(on("2026-09-08")),
                valid_to: Some(on("2026-11-30")),
                authorized: Some(12),
                used: 10,
                per_week: Some(1),
                services: vec!["97140".into()],
                units: Some(4),
                ..Order::default()
            }),
            next_visit_on: None,
        }
    }

    fn with(change: impl FnOnce(&mut Order)) -> Facts {
        let mut order = tomas().order.expect("an order");
        change(&mut order);
        Facts { order: Some(order), ..tomas() }
    }

    fn made(facts: &Facts, wording: &Wording) -> (Renewal, Ask) {
        compose(facts, wording, &Letterhead { fax: Some("(206) 555-0187".into()), ..Letterhead::example() })
    }

    #[test]
    fn the_first_line_says_what_is_left_and_what_is_asked() {
        let line = |facts: &Facts| made(facts, &Wording::default()).0.bottom_line;
        assert_eq!(line(&tomas()), "2 visits are left and the order ends November 30. We ask for 6 more: once a week for 6 weeks.");
        let used_up = with(|o| o.used = 12);
        assert_eq!(line(&used_up), "All 12 visits of the order are used. We ask for 6 more: once a week for 6 weeks.");
        let over = with(|o| (o.used, o.over) = (12, 2));
        assert_eq!(line(&over), line(&used_up), "visits past the order are none that are left");
        let ended = with(|o| o.valid_to = Some(on("2026-11-02")));
        assert!(line(&ended).starts_with("2 visits are left and the order ended November 2."));
        let short = with(|o| (o.authorized, o.used, o.per_week) = (Some(4), 3, Some(2)));
        assert_eq!(line(&short), "1 visit is left and the order ends November 30. We ask for 4 more: twice a week for 2 weeks.");
    }

    #[test]
    fn nobody_is_asked_for_a_frequency_a_service_or_a_unit_that_was_not_ordered() {
        let (body, ask) = made(&with(|o| (o.per_week, o.services, o.units) = (None, Vec::new(), None)), &Wording::default());
        assert_eq!(body.request, "6 visits, December 1 to January 11, 2027");
        assert!(body.bottom_line.ends_with("We ask for 6 more: until January 11, 2027."), "{}", body.bottom_line);
        assert_eq!(ask.text, "Approve 6 more visits, change the request, or stop.");
        let unknown = made(&with(|o| (o.per_week, o.authorized) = (None, None)), &Wording::default()).0;
        assert_eq!(unknown.request, "", "composing the mail refuses it");
    }

    #[test]
    fn the_request_in_full_begins_where_the_order_ends_or_runs_out() {
        let request = |facts: &Facts| made(facts, &Wording::default()).0.request;
        // Two visits, once a week: the last one is on November 24 at the latest.
        assert_eq!(
            request(&tomas()),
            "6 visits, once a week, November 24 to January 4, 2027; manual therapy (97140), 4 units a visit, as ordered now"
        );
        assert!(request(&with(|o| o.used = 3)).starts_with("6 visits, once a week, December 1 to January 11, 2027;"));
        assert!(request(&with(|o| o.used = 12)).starts_with("6 visits, once a week, November 11 to December 22;"));
    }

    #[test]
    fn what_the_therapist_asks_for_goes_before_ours_in_every_place() {
        let own = Wording {
            visits: Some("4".into()),
            per_week: Some("2".into()),
            until: Some("2026-12-20".into()),
            why: Some("The job needs 35 lb.".into()),
            ..Wording::default()
        };
        let (body, ask) = made(&tomas(), &own);
        assert!(body.bottom_line.ends_with("We ask for 4 more: twice a week until December 20."), "{}", body.bottom_line);
        assert!(body.request.starts_with("4 visits, twice a week, November 17 to December 20;"), "{}", body.request);
        assert_eq!((body.why.as_str(), ask.text.as_str()), ("The job needs 35 lb.", "Approve 4 more visits, change the request, or stop."));
    }

    #[test]
    fn why_more_visits_names_what_did_not_change_and_the_therapists_own_words() {
        let (body, _) = made(&tomas(), &Wording::default());
        assert_eq!(
            body.why,
            "Improving after 10 of 12 visits: pain 7 to 4. Nights woken, of 7: no real change. Lifts 20 lb and needs 35 for his job."
        );
        let rows: Vec<(&str, &str)> = body.measured.measures.iter().map(|m| (m.name.as_str(), m.change.as_str())).collect();
        assert_eq!(rows, [("Nights woken, of 7", "0"), ("Pain, 0 to 10", "−3")]);
        assert!(body.measured.last_on.is_none() && body.measured.measures.iter().all(|m| m.last.is_none()));
    }

    #[test]
    fn there_is_a_working_day_by_which_to_answer_and_what_happens_until_then() {
        let ask = |facts: &Facts| made(facts, &Wording::default()).1;
        let tomas_ask = ask(&tomas());
        assert_eq!(tomas_ask.label, "Please choose one by November 20");
        assert_eq!(tomas_ask.meanwhile, "Without a new order we stop after November 30.");
        assert_eq!(tomas_ask.options[2], "Stop at the end of this order");
        // In three days is a Friday; the order ends on the next day already.
        assert_eq!(ask(&with(|o| o.valid_to = Some(on("2026-11-11")))).label, "Please choose one by November 13");
        let used_up = ask(&with(|o| o.used = 12));
        assert_eq!(used_up.meanwhile, "Until there is a new order, no further visit is covered.");
        assert_eq!(used_up.options[2], "Stop here");
        let open = ask(&with(|o| o.valid_to = None));
        assert_eq!(open.meanwhile, "Without a new order we stop after the visits that are left.");
    }
}
