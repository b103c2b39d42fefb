//! The year before it is played: who comes when, with what, how often, and how it ends. Pure: seed and day give the plan.

use super::calendar::{Calendar, after, time};
use super::cast::{self, DOCTORS};
use super::complaints::COMPLAINTS;
use super::dice::Dice;
use super::payers::Pays;
use super::people::Person;
use super::stars;
use chrono::{NaiveDate, NaiveTime};
use std::collections::{BTreeMap, BTreeSet};

/// Who sent somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Doctor(usize),
    /// A word of `SourceKind`.
    Kind(&'static str),
    /// Nobody knows.
    Unknown,
}

/// One referral and everything that becomes of it.
#[derive(Clone, Debug)]
pub struct Course {
    pub person: Person,
    pub source: Source,
    pub pays: Pays,
    pub second: Option<Pays>,
    pub complaint: usize,
    pub therapist: usize,
    pub received: (NaiveDate, NaiveTime),
    pub channel: &'static str,
    pub urgent: bool,
    /// The day of the accident, where there was one.
    pub injured_on: Option<NaiveDate>,
    pub orders: Vec<Order>,
    pub visits: Vec<Visit>,
    /// The day on which the patient is first called,
    pub called: Option<NaiveDate>,
    /// and on which the office is thanked.
    pub thanked: Option<NaiveDate>,
    pub end: End,
    /// Where pain begins and ends.
    pub pain: (i64, i64),
    pub star: Option<&'static str>,
}

/// An order or renewal, on the day its slip arrives.
#[derive(Clone, Debug)]
pub struct Order {
    pub on: NaiveDate,
    /// Nothing: with the referral itself.
    pub by: Option<usize>,
    pub signed_on: Option<NaiveDate>,
    pub valid_from: NaiveDate,
    pub weeks: i64,
    pub a_week: i64,
    pub visits: i64,
    pub has_diagnosis: bool,
}

#[derive(Clone, Debug)]
pub struct Visit {
    pub on: NaiveDate,
    pub at: NaiveTime,
    pub therapist: usize,
    pub booked: NaiveDate,
    pub outcome: Outcome,
    /// Hands-on minutes.
    pub services: Vec<(&'static str, i64)>,
    pub note: Writing,
    /// Days after which it is entered at all.
    pub late: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    NoShow,
    Late,
    Cancelled,
    /// Not decided yet: it lies ahead.
    Open,
}

/// When the note of a kept visit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    Signed { after: i64 },
    Draft,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    GoesOn,
    Discharged(NaiveDate, &'static str),
    Lost(NaiveDate, &'static str),
}

/// Which practice is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Play {
    pub seed: u64,
    /// Percent of the year's referrals, besides the cast: tests need no whole year.
    pub share: i64,
}

pub struct Plan {
    pub calendar: Calendar,
    pub seed: u64,
    share: i64,
    pub courses: Vec<Course>,
}

/// Times at which a visit may begin.
const SLOTS: &[(u32, u32)] = &[(8, 30), (9, 45), (11, 0), (13, 30), (15, 0), (16, 15)];

impl Plan {
    pub fn of(play: Play, today: NaiveDate) -> Self {
        let calendar = Calendar::ending(today);
        let Play { seed, share } = play;
        let mut plan = Self { calendar, seed, share, courses: stars::courses(&calendar) };
        let mut taken: BTreeSet<String> = plan.courses.iter().map(|c| format!("{} {}", c.person.first, c.person.last)).collect();
        let mut rooms = Rooms::default();
        for visit in plan.courses.iter().flat_map(|c| &c.visits) {
            rooms.take(visit.on, visit.at, visit.therapist);
        }
        for (n, (source, day)) in plan.arrivals().into_iter().enumerate() {
            let person = Person::somebody(seed, n, today, &mut taken);
            let course = Draft { calendar: &calendar, seed, n, source, day }.course(person, &mut rooms);
            plan.courses.push(course);
        }
        plan.courses.sort_by_key(|c| c.received);
        plan
    }

    /// Who sends on which day, besides those of the cast. Dr. Lindqvist stopped; Dr. Feld sends more and more.
    fn arrivals(&self) -> Vec<(Source, NaiveDate)> {
        let mut found = Vec::new();
        let doctors = DOCTORS.iter().enumerate().map(|(at, d)| (Source::Doctor(at), d.sends));
        let others = [("self", 16), ("web", 6), ("patient", 2), ("attorney", 1), ("event", 1)].map(|(kind, n)| (Source::Kind(kind), n));
        for (source, sends) in doctors.chain(others).chain([(Source::Unknown, 1)]) {
            let cast = i64::try_from(self.courses.iter().filter(|c| c.source == source).count()).unwrap_or(0);
            let mut dice = Dice::of(self.seed, &format!("arrivals {source:?}"), 0);
            let last = last_sent(source);
            let sends = ((sends - cast).max(0) * self.share + 50) / 100;
            for n in 0..sends {
                let span = 364 - last;
                let from = span * n / sends;
                let to = span * (n + 1) / sends - 1;
                let ago = 364 - dice.between(from, to.max(from));
                let day = self.calendar.open_until(self.calendar.ago(ago));
                found.push((source, day.max(self.calendar.open_from(self.calendar.first))));
            }
        }
        found
    }
}

/// How many days ago a source sent for the last time.
fn last_sent(source: Source) -> i64 {
    match source {
        Source::Doctor(cast::LINDQVIST) => 74,
        Source::Doctor(cast::PETROSYAN) => 96,
        Source::Doctor(cast::NASSER) => 131,
        Source::Unknown => 40,
        _ => 6,
    }
}

/// Which room is taken when.
#[derive(Default)]
struct Rooms(BTreeMap<(NaiveDate, usize), BTreeSet<NaiveTime>>);

impl Rooms {
    fn take(&mut self, on: NaiveDate, at: NaiveTime, therapist: usize) {
        self.0.entry((on, therapist)).or_default().insert(at);
    }

    /// A free time near the wished one, with the same therapist if that can be.
    fn find(&mut self, on: NaiveDate, wish: usize, therapist: usize) -> Option<(NaiveTime, usize)> {
        let whom = (0..cast::THERAPISTS).map(|n| (therapist + n) % cast::THERAPISTS);
        for whom in whom {
            for n in 0..SLOTS.len() {
                let (hour, minute) = SLOTS[(wish + n) % SLOTS.len()];
                let at = time(hour, minute);
                if self.0.entry((on, whom)).or_default().insert(at) {
                    return Some((at, whom));
                }
            }
        }
        None
    }
}

/// A referral that is being thought up.
struct Draft<'a> {
    calendar: &'a Calendar,
    seed: u64,
    n: usize,
    source: Source,
    day: NaiveDate,
}

impl Draft<'_> {
    fn dice(&self, question: &str) -> Dice {
        Dice::of(self.seed, question, self.n)
    }

    fn course(&self, person: Person, rooms: &mut Rooms) -> Course {
        let mut dice = self.dice("course");
        let pays = self.pays(&mut dice);
        let complaint = usize::try_from(dice.weighted(&[(0, 34), (1, 28), (2, 14), (3, 10), (4, 8), (5, 6)])).unwrap_or(0);
        let received = (self.day, time(u32::try_from(dice.between(8, 16)).unwrap_or(9), u32::try_from(dice.between(0, 59)).unwrap_or(0)));
        let therapist = self.therapist(&mut dice);
        let start = dice.between(5, 8);
        let end = if dice.percent(14) { start + dice.between(0, 1) } else { dice.between(1, 3) };
        let mut course = Course {
            person,
            source: self.source,
            pays,
            second: (pays == Pays::Evergreen && self.n.is_multiple_of(29)).then_some(Pays::Olympic),
            complaint,
            therapist,
            received,
            channel: dice.weighted(&[("fax", 62), ("phone", 12), ("e_referral", 14), ("email", 6), ("portal", 6)]),
            urgent: dice.percent(7),
            injured_on: pays.habit().filter(|h| h.is_injury()).map(|_| after(self.day, -dice.between(3, 25))),
            orders: Vec::new(),
            visits: Vec::new(),
            called: Some(self.calendar.later(self.day, dice.between(0, 1))),
            thanked: matches!(self.source, Source::Doctor(_)).then(|| self.calendar.later(self.day, dice.between(0, 2))),
            end: End::GoesOn,
            pain: (start, end),
            star: None,
        };
        if matches!(self.source, Source::Kind(_)) {
            course.channel = if dice.percent(50) { "phone" } else { "walk_in" };
        }
        match self.lost(&mut dice) {
            Some(end) => course.end = end,
            None => self.treat(&mut course, rooms),
        }
        course
    }

    fn pays(&self, dice: &mut Dice) -> Pays {
        use Pays::*;
        match self.source {
            Source::Doctor(cast::FELD) => dice.weighted(&[(StateFund, 66), (PacificAuto, 16), (Evergreen, 18)]),
            Source::Doctor(cast::RAMAN) => dice.weighted(&[(Evergreen, 38), (PacificAuto, 42), (Cascade, 10), (Harbor, 10)]),
            Source::Doctor(cast::OKAFOR) => dice.weighted(&[(Evergreen, 48), (Harbor, 30), (Cascade, 22)]),
            Source::Doctor(cast::CASTELLANO) => dice.weighted(&[(StateFund, 88), (PacificAuto, 12)]),
            Source::Doctor(cast::TRAN) => dice.weighted(&[(Harbor, 60), (Evergreen, 40)]),
            Source::Doctor(cast::ORTEGA) => dice.weighted(&[(PacificAuto, 60), (Evergreen, 40)]),
            Source::Doctor(cast::MERRITT) => Veterans,
            Source::Doctor(_) => dice.weighted(&[(Evergreen, 45), (Harbor, 25), (Cascade, 30)]),
            Source::Kind("attorney") => PacificAuto,
            Source::Kind(_) => Patient,
            Source::Unknown => Evergreen,
        }
    }

    fn therapist(&self, dice: &mut Dice) -> usize {
        match self.source {
            Source::Doctor(cast::RAMAN) => dice.weighted(&[(cast::MAYA, 70), (cast::JONAH, 15), (cast::TALIA, 15)]),
            Source::Doctor(cast::FELD) => dice.weighted(&[(cast::MAYA, 20), (cast::JONAH, 50), (cast::TALIA, 30)]),
            _ => dice.weighted(&[(cast::MAYA, 34), (cast::JONAH, 33), (cast::TALIA, 33)]),
        }
    }

    /// Some never come; whether one of the last days will is not known yet.
    fn lost(&self, dice: &mut Dice) -> Option<End> {
        if !dice.percent(9) || self.day > self.calendar.ago(21) {
            return None;
        }
        let reasons =
            [("unreachable", 40), ("declined", 20), ("went_elsewhere", 14), ("not_covered", 12), ("too_far", 8), ("no_capacity", 6)];
        Some(End::Lost(self.calendar.later(self.day, dice.between(5, 12)), dice.weighted(&reasons)))
    }

    /// Visits until the course is over or the year is; orders follow the visits.
    fn treat(&self, course: &mut Course, rooms: &mut Rooms) {
        let mut dice = self.dice("treat");
        let (wanted, ordered) = self.length(course.pays, &mut dice);
        let mut a_week = dice.weighted(&[(1, 35), (2, 65)]);
        let wish = usize::try_from(dice.between(0, 5)).unwrap_or(0);
        let mut on = self.calendar.later(self.day, dice.between(2, 8));
        let mut kept = 0;
        while kept < wanted && on <= self.calendar.ago(-14) {
            // Today belongs to the cast.
            if on == self.calendar.today {
                on = self.calendar.later(on, 1);
            }
            let Some((at, therapist)) = rooms.find(on, wish, course.therapist) else {
                on = self.calendar.later(on, 1);
                continue;
            };
            let visit = self.visit(course, on, at, therapist, &mut dice);
            kept += i64::from(matches!(visit.outcome, Outcome::Kept | Outcome::Open));
            course.visits.push(visit);
            if kept == 8 {
                a_week = 1;
            }
            on = self.calendar.later(on, if a_week == 2 { dice.between(3, 4) } else { dice.between(6, 8) });
        }
        self.order(course, ordered, &mut dice);
        let over = kept >= wanted && course.visits.last().is_some_and(|v| v.on < self.calendar.today);
        if let Some(last) = course.visits.last().filter(|_| over) {
            let reasons = [("goals_met", 64), ("patient_stopped", 14), ("plateau", 10), ("payer_limit", 8), ("transferred", 4)];
            let entered = course.visits.iter().map(|v| after(v.on, v.late)).max().unwrap_or(last.on);
            let day = self.calendar.later(entered, dice.between(0, 6));
            if day <= self.calendar.today {
                course.end = End::Discharged(day, dice.weighted(&reasons));
            }
        }
    }

    /// Visits in all, and visits of an order.
    fn length(&self, pays: Pays, dice: &mut Dice) -> (i64, i64) {
        let feld = self.source == Source::Doctor(cast::FELD);
        match pays {
            Pays::StateFund if feld => (dice.between(14, 21), 12),
            Pays::StateFund => (dice.between(8, 14), 12),
            Pays::PacificAuto => (dice.between(8, 15), *dice.pick(&[8, 10, 12])),
            Pays::Veterans => (dice.between(9, 14), 12),
            Pays::Patient => (dice.weighted(&[(1, 6), (3, 14), (5, 20), (7, 26), (9, 20), (12, 14)]), 0),
            _ => (dice.between(5, 12), *dice.pick(&[6, 8, 8, 10, 12])),
        }
    }

    fn visit(&self, course: &Course, on: NaiveDate, at: NaiveTime, therapist: usize, dice: &mut Dice) -> Visit {
        let ahead = on > self.calendar.today;
        let thrown = dice.weighted(&[(Outcome::Kept, 880), (Outcome::NoShow, 35), (Outcome::Late, 35), (Outcome::Cancelled, 50)]);
        let first = course.visits.is_empty();
        let outcome = if ahead {
            Outcome::Open
        } else if first {
            Outcome::Kept
        } else {
            thrown
        };
        let lead = if first { after(self.day, 1) } else { after(on, -dice.between(5, 12)) };
        let late = if dice.percent(2) && outcome == Outcome::Kept { dice.between(1, 6) } else { 0 };
        let slow = dice.weighted(&[(0, 88), (1, 8), (2, 3), (4, 1)]);
        Visit {
            on,
            at,
            therapist,
            booked: self.calendar.open_until(lead.clamp(self.day, on)),
            outcome,
            services: services(course.pays, dice),
            note: Writing::Signed { after: slow },
            late: if after(on, late + slow) < self.calendar.today { late } else { 0 },
        }
    }

    /// The first order comes with the referral; renewals when one or two visits are left, now and then too late.
    fn order(&self, course: &mut Course, ordered: i64, dice: &mut Dice) {
        if ordered == 0 {
            return;
        }
        let by = match self.source {
            Source::Doctor(_) => None,
            Source::Unknown => Some(cast::OKAFOR),
            Source::Kind(_) => Some(cast::NASSER),
        };
        let signed = after(self.day, -dice.between(0, 3));
        let weeks = if ordered >= 10 { 18 } else { 14 };
        let order = |on: NaiveDate, signed: NaiveDate, by: Option<usize>, visits: i64| Order {
            on,
            by,
            signed_on: Some(signed),
            valid_from: signed,
            weeks,
            a_week: 2,
            visits,
            has_diagnosis: true,
        };
        course.orders.push(order(self.day, signed, by, ordered));
        let counted: Vec<NaiveDate> =
            course.visits.iter().filter(|v| matches!(v.outcome, Outcome::Kept | Outcome::Open)).map(|v| v.on).collect();
        let mut covered = ordered;
        while let Some(first_bare) = usize::try_from(covered).ok().and_then(|at| counted.get(at)) {
            let asked = counted[usize::try_from(covered).unwrap_or(1) - 1];
            // Nobody asked in time: the visits until then stay uncovered.
            let slip = dice.percent(6);
            let on = if slip { self.calendar.later(*first_bare, dice.between(2, 9)) } else { self.calendar.open_until(asked) };
            if on > self.calendar.today {
                break;
            }
            let other = (dice.percent(8) && matches!(self.source, Source::Doctor(_))).then_some(cast::NASSER);
            course.orders.push(order(on, on, other.or(by), 6));
            covered += 6;
        }
    }
}

/// What is done in a visit: an hour on the table at the desk's price, or what the doctor ordered.
fn services(pays: Pays, dice: &mut Dice) -> Vec<(&'static str, i64)> {
    match pays {
        Pays::Patient => vec![("97124", dice.weighted(&[(60, 70), (90, 20), (30, 10)]))],
        _ => match dice.weighted(&[(0, 51), (1, 26), (2, 14), (3, 7), (4, 2)]) {
            0 => vec![("97140", 38), ("97112", 15)],
            1 => vec![("97140", 53)],
            2 => vec![("97140", 60)],
            3 => vec![("97140", 30), ("97112", 15)],
            _ => vec![("97140", 60), ("97112", 15)],
        },
    }
}

/// The complaint of a course.
pub fn complaint(course: &Course) -> &'static super::complaints::Complaint {
    &COMPLAINTS[course.complaint % COMPLAINTS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Npi;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn plan(today: &str) -> Plan {
        Plan::of(super::super::SHOWN, day(today))
    }

    /// Every kind of last day: each weekday, the turn of the year, a leap day, the days of the change of clocks, a holiday.
    const ENDS: &[&str] = &[
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-11-28",
        "2026-11-29",
        "2027-01-01",
        "2026-12-31",
        "2028-02-29",
        "2028-03-01",
        "2026-03-08",
        "2026-11-01",
        "2027-07-04",
        "2026-12-25",
    ];

    #[test]
    fn the_same_seed_and_day_give_the_same_plan_and_another_seed_another() {
        let told = |plan: Plan| format!("{:?}", plan.courses);
        assert_eq!(told(plan("2026-11-23")), told(plan("2026-11-23")));
        let other = Play { seed: 8, share: 100 };
        assert_ne!(told(plan("2026-11-23")), told(Plan::of(other, day("2026-11-23"))));
    }

    #[test]
    fn about_160_referrals_and_1300_visits_on_whatever_day_the_year_ends() {
        for end in ENDS {
            let plan = plan(end);
            let kept = plan.courses.iter().flat_map(|c| &c.visits).filter(|v| v.outcome == Outcome::Kept).count();
            assert!((155..=168).contains(&plan.courses.len()), "{end}: {} referrals", plan.courses.len());
            assert!((1_150..=1_450).contains(&kept), "{end}: {kept} visits");
        }
    }

    #[test]
    fn nothing_happens_on_a_closed_day_before_its_referral_or_after_the_year() {
        for end in ENDS {
            let plan = plan(end);
            let calendar = plan.calendar;
            for course in &plan.courses {
                let (received, _) = course.received;
                let name = format!("{end}: {} {}", course.person.first, course.person.last);
                assert!(received >= calendar.first && received <= calendar.today, "{name} came on {received}");
                for visit in &course.visits {
                    assert!(calendar.is_open(visit.on), "{name} on {}", visit.on);
                    assert!(visit.on > received && visit.booked >= received && visit.booked <= visit.on, "{name}: {visit:?}");
                    let ahead = visit.on > calendar.today;
                    assert!(!ahead || visit.outcome == Outcome::Open, "{name}: {visit:?}");
                }
                assert!(course.visits.windows(2).all(|w| w[0].on < w[1].on), "{name}: visits out of order");
            }
        }
    }

    #[test]
    fn today_is_the_same_whatever_weekday_it_is() {
        for end in ENDS {
            let plan = plan(end);
            let mut visits: Vec<(NaiveTime, String, Outcome)> = plan
                .courses
                .iter()
                .flat_map(|c| c.visits.iter().map(move |v| (v, c)))
                .filter(|(v, _)| v.on == plan.calendar.today)
                .map(|(v, c)| (v.at, c.person.last.clone(), v.outcome))
                .collect();
            visits.sort_by_key(|v| v.0);
            let told: Vec<(&str, Outcome)> = visits.iter().map(|(_, name, outcome)| (name.as_str(), *outcome)).collect();
            let expected = [
                ("Whitfield", Outcome::Kept),
                ("Reyes", Outcome::Kept),
                ("Lin", Outcome::Open),
                ("Boyd", Outcome::Open),
                ("Cole", Outcome::Open),
            ];
            assert_eq!(told, expected, "{end}");
        }
    }

    #[test]
    fn a_therapist_treats_one_at_a_time_and_nobody_bears_a_name_twice() {
        let plan = plan("2026-11-23");
        let mut rooms = BTreeSet::new();
        let of_chance = plan.courses.iter().filter(|c| c.star.is_none());
        for visit in of_chance.flat_map(|c| &c.visits) {
            assert!(rooms.insert((visit.on, visit.at, visit.therapist)), "two at once: {visit:?}");
        }
        let names: BTreeSet<String> = plan.courses.iter().map(|c| format!("{} {}", c.person.first, c.person.last)).collect();
        assert_eq!(names.len(), plan.courses.len());
        assert!(Npi::parse(cast::own_npi().as_str()).is_ok_and(|n| n.as_str().starts_with('2')));
    }
}
