//! The play: day after day, what is due that day, in the order of its hours. What belongs to one day goes into one
//! transaction; use cases that keep a transaction of their own follow after it.

use super::bills::Bill;
use super::calendar::after;
use super::dice::Dice;
use super::plan::{Course, End, Outcome, Writing};
use super::stage::Stage;
use super::{bills, deposits, files, front_desk, mail_room, outreach, patient_money, reports, room, second_thoughts};
use crate::entity;
use crate::error::{AppError, Result};
use crate::work::Work;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

type Done<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// One thing to be done on a day. The order of the list is the order within a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    Receive(usize),
    Order(usize, usize),
    Thank(usize),
    Book(usize, usize),
    Visit(usize, usize),
    Note(usize, usize),
    /// The clearinghouse or payer says something before the decision.
    Answer(usize),
    /// Ready what is drafted and send what is ready.
    Billing,
    /// The checks and transfers of a payer's pay day.
    Deposits,
    // From here on each keeps a transaction of its own.
    Call(usize),
    Copay(usize, usize),
    AcceptCap(usize),
    Discharge(usize),
    Lose(usize),
    /// What follows a refusal: an appeal, a corrected claim, giving up.
    FollowUp(usize),
    PatientPays(usize, i64),
    Refund(usize, i64),
    GiveUp(usize),
    Errand(usize),
    Report(usize),
    Summaries,
    Waiting(usize),
    /// The letters that begin by themselves, and the ways that they take.
    Letters,
    /// What becomes of mail.
    Answers,
}

impl Due {
    fn is_alone(self) -> bool {
        self >= Self::Call(0)
    }
}

/// A course as far as it was played.
#[derive(Default)]
pub struct Played {
    pub referral: Option<entity::referral::Model>,
    pub patient: String,
    pub orders: Vec<String>,
    pub visits: BTreeMap<usize, entity::visit::Model>,
    /// Claims by visit.
    pub bills: BTreeMap<usize, usize>,
    /// Taken at the desk, by visit: a claim that drafts itself later finds it there.
    pub desk: BTreeMap<usize, i64>,
    pub kept: i64,
}

pub struct Year<'a> {
    pub stage: &'a Stage,
    diary: BTreeMap<NaiveDate, BTreeSet<Due>>,
    /// The day that is being played.
    day: NaiveDate,
    pub played: Vec<Played>,
    pub bills: Vec<Bill>,
    /// What is left of the deductible, by course and calendar year.
    pub deductibles: BTreeMap<(usize, i32), i64>,
    pub errands: Vec<outreach::Errand>,
    pub deposits: usize,
    /// Approved today, still in the outbox.
    pub mails: usize,
    /// Reports that could not go on a day.
    pub tried: BTreeSet<(usize, NaiveDate)>,
}

impl<'a> Year<'a> {
    pub fn of(stage: &'a Stage) -> Self {
        let mut year = Self {
            stage,
            diary: BTreeMap::new(),
            day: stage.plan.calendar.first,
            played: stage.plan.courses.iter().map(|_| Played::default()).collect(),
            bills: Vec::new(),
            deductibles: BTreeMap::new(),
            errands: outreach::errands(stage),
            deposits: 0,
            mails: 0,
            tried: BTreeSet::new(),
        };
        for (c, course) in stage.plan.courses.iter().enumerate() {
            year.write_down(c, course);
        }
        for n in 0..year.errands.len() {
            year.due(year.errands[n].on, Due::Errand(n));
        }
        let calendar = stage.plan.calendar;
        for day in calendar.days().filter(|d| calendar.is_open(*d)) {
            year.due(day, Due::Deposits);
            if bills::is_billing_day(day) {
                year.due(day, Due::Billing);
            }
        }
        for first in calendar.days().skip(20).filter(|d| d.day() == 1) {
            year.due(calendar.open_from(first), Due::Summaries);
        }
        reports::waiting(&mut year);
        year.due(calendar.open_until(calendar.ago(2)), Due::Letters);
        year.due(calendar.open_until(calendar.ago(1)), Due::Answers);
        // Everything was sent last night, and what came since is made ready today.
        year.due(calendar.open_until(calendar.ago(1)), Due::Billing);
        year.due(calendar.today, Due::Billing);
        year
    }

    pub fn course(&self, c: usize) -> &'a Course {
        &self.stage.plan.courses[c]
    }

    pub fn dice(&self, question: &str, n: usize) -> Dice {
        Dice::of(self.stage.plan.seed, question, n)
    }

    /// Writes into the diary, not before the day that is being played. What lies after the year is never done.
    pub fn due(&mut self, on: NaiveDate, what: Due) {
        self.diary.entry(on.max(self.day)).or_default().insert(what);
    }

    fn write_down(&mut self, c: usize, course: &Course) {
        self.due(course.received.0, Due::Receive(c));
        for (n, order) in course.orders.iter().enumerate() {
            if n > 0 {
                self.due(order.on, Due::Order(c, n));
            }
        }
        if let Some(day) = course.thanked {
            self.due(day, Due::Thank(c));
        }
        if let Some(day) = course.called {
            self.due(day, Due::Call(c));
        }
        for (n, visit) in course.visits.iter().enumerate() {
            if visit.late == 0 {
                self.due(visit.booked, Due::Book(c, n));
            }
            let entered = after(visit.on, visit.late);
            if visit.outcome != Outcome::Open {
                self.due(entered, Due::Visit(c, n));
            }
            if visit.outcome == Outcome::Kept {
                match visit.note {
                    Writing::Signed { after: days } => self.due(after(entered, days), Due::Note(c, n)),
                    Writing::Draft => self.due(entered, Due::Note(c, n)),
                    Writing::Missing => {}
                }
            }
        }
        match course.end {
            End::GoesOn => {}
            End::Discharged(day, _) => self.due(day, Due::Discharge(c)),
            End::Lost(day, _) => self.due(day, Due::Lose(c)),
        }
    }

    /// Plays the whole year.
    pub async fn play(&mut self) -> Result<()> {
        while let Some((day, due)) = self.diary.pop_first() {
            if day > self.stage.today() {
                break;
            }
            self.day = day;
            self.play_day(day, due).await?;
        }
        files::send_back(self).await?;
        files::wait(self).await
    }

    async fn play_day(&mut self, day: NaiveDate, due: BTreeSet<Due>) -> Result<()> {
        let (alone, together): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|d| d.is_alone());
        self.stage.at(day, 8, 0);
        let mut work = self.stage.app.work(self.stage.front_desk()).await?;
        for what in together {
            self.together(&mut work, day, what).await.map_err(|e| told(day, what, e))?;
        }
        work.commit().await?;
        for what in alone {
            self.alone(day, what).await.map_err(|e| told(day, what, e))?;
        }
        reports::deliver(self, day).await
    }

    async fn together(&mut self, work: &mut Work<'a>, day: NaiveDate, what: Due) -> Result<()> {
        match what {
            Due::Receive(c) => front_desk::receive(self, work, c).await,
            Due::Order(c, n) => front_desk::renew(self, work, day, c, n).await,
            Due::Thank(c) => front_desk::thank(self, work, day, c).await,
            Due::Book(c, n) => front_desk::book(self, work, day, c, n).await,
            Due::Visit(c, n) => room::visit(self, work, day, c, n).await,
            Due::Note(c, n) => room::note(self, work, day, c, n).await,
            Due::Answer(b) => bills::answer(self, work, day, b).await,
            Due::Billing => bills::send(self, work, day).await,
            Due::Deposits => deposits::post(self, work, day).await,
            _ => Ok(()),
        }
    }

    /// Each calls so many use cases that the states of all in one are too much for a thread's stack.
    fn alone(&mut self, day: NaiveDate, what: Due) -> Done<'_> {
        match what {
            Due::Call(c) => Box::pin(front_desk::call(self, day, c)),
            Due::Copay(c, n) => Box::pin(patient_money::copay(self, day, c, n)),
            Due::AcceptCap(b) => Box::pin(second_thoughts::accept_cap(self, day, b)),
            Due::Discharge(c) => Box::pin(front_desk::discharge(self, day, c)),
            Due::Lose(c) => Box::pin(front_desk::lose(self, day, c)),
            Due::FollowUp(b) => Box::pin(second_thoughts::follow_up(self, day, b)),
            Due::PatientPays(b, cents) => Box::pin(patient_money::pays(self, day, b, cents)),
            Due::Refund(b, cents) => Box::pin(patient_money::refund(self, day, b, cents)),
            Due::GiveUp(b) => Box::pin(patient_money::give_up(self, day, b)),
            Due::Errand(n) => Box::pin(outreach::run(self, day, n)),
            Due::Report(c) => Box::pin(reports::progress(self, day, c)),
            Due::Summaries => Box::pin(reports::summaries(self, day)),
            Due::Waiting(c) => Box::pin(reports::draft(self, day, c)),
            Due::Letters => Box::pin(mail_room::letters(self, day)),
            Due::Answers => Box::pin(mail_room::answers(self, day)),
            _ => Box::pin(async { Ok(()) }),
        }
    }
}

/// A refusal in the play is a mistake of the play: it says on which day and of what.
fn told(day: NaiveDate, what: Due, error: AppError) -> AppError {
    let words = match &error {
        AppError::Invalid(errors) => errors.to_string(),
        other => format!("{other:#}"),
    };
    AppError::Internal(anyhow::Error::new(error).context(format!("the demo on {day}, {what:?}: {words}")))
}
