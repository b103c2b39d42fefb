//! How one measure went over an episode: its values in the signed notes, oldest first, as a line and in words.

use super::measure::verdict_by;
use super::view::MeasureView;
use crate::types::day::short;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

/// Values that are still told one by one.
const MOST_TOLD: usize = 8;

/// The values of one measure.
#[derive(Clone, Debug)]
pub struct Course {
    pub latest: MeasureView,
    pub values: Vec<(NaiveDate, i64)>,
}

/// The same for a page: a line that is drawn, and what it says to those who do not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trend {
    /// Hundredths, oldest first.
    pub values: Vec<i64>,
    /// The least that the height of the line stands for: twice the change that means something, so that noise looks flat.
    pub span: i64,
    /// `7, 6, 4 (Oct 26 to Nov 16)`.
    pub words: String,
    /// `−3 since Oct 26, and meaningful (2 or more)`.
    pub since: String,
}

/// The courses of an episode's measures, from what was measured in order of the visits.
pub fn courses(taken: impl IntoIterator<Item = (NaiveDate, MeasureView)>) -> Vec<Course> {
    let mut found: Vec<Course> = Vec::new();
    for (on, one) in taken {
        let value = (on, one.value_hundredths);
        match found.iter_mut().find(|c| c.is_of(&one)) {
            Some(known) => {
                known.values.push(value);
                known.latest = one;
            }
            None => found.push(Course { latest: one, values: vec![value] }),
        }
    }
    found
}

impl Course {
    pub fn is_of(&self, one: &MeasureView) -> bool {
        (self.latest.instrument, &self.latest.label) == (one.instrument, &one.label)
    }

    /// The line, with today's value at its end where there is one; one value is no line.
    pub fn trend(&self, now: Option<(NaiveDate, i64)>, today: NaiveDate) -> Option<Trend> {
        let values: Vec<(NaiveDate, i64)> = self.values.iter().copied().chain(now).collect();
        let [(began, first), .., (ended, last)] = values.as_slice() else { return None };
        let instrument = self.latest.instrument;
        let mdc = self.latest.mdc_hundredths;
        let told = &values[values.len().saturating_sub(MOST_TOLD)..];
        let shown: Vec<String> = told.iter().map(|(_, v)| instrument.show(*v)).collect();
        let more = if told.len() < values.len() { "… " } else { "" };
        let (_, verdict) = verdict_by(instrument, mdc, *first, *last);
        let change = instrument.show_change(last - first);
        // "unchanged" says it all by itself.
        let since = match last == first {
            true => format!("the same as on {}", short(*began, today)),
            false => format!("{change} since {} {verdict}", short(*began, today)),
        };
        Some(Trend {
            values: values.iter().map(|(_, v)| *v).collect(),
            span: 2 * instrument.threshold().or(mdc).unwrap_or(0),
            words: format!("{more}{} ({} to {})", shown.join(", "), short(*began, today), short(*ended, today)),
            since,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::measure::Instrument;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn pain(on: &str, value: i64) -> (NaiveDate, MeasureView) {
        (day(on), MeasureView::bare(Instrument::Nprs, "now", value))
    }

    #[test]
    fn a_measure_that_was_taken_twice_is_a_line_that_says_itself_in_words() {
        let all = courses([pain("2026-10-26", 700), pain("2026-11-09", 600), pain("2026-11-16", 400)]);
        let trend = all[0].trend(None, day("2026-11-23")).expect("a line");
        assert_eq!((trend.values, trend.span), (vec![700, 600, 400], 400));
        assert_eq!(trend.words, "7, 6, 4 (Oct 26 to Nov 16)");
        assert_eq!(trend.since, "−3 since Oct 26 and meaningful (2 or more)");
    }

    #[test]
    fn one_value_is_no_line_and_todays_is_its_end() {
        let all = courses([pain("2025-12-28", 700)]);
        let today = day("2026-01-05");
        assert_eq!(all[0].trend(None, today), None);
        let trend = all[0].trend(Some((today, 700)), today).expect("a line");
        assert_eq!((trend.words.as_str(), trend.since.as_str()), ("7, 7 (Dec 28, 2025 to Jan 5)", "the same as on Dec 28, 2025"));
    }

    #[test]
    fn a_long_course_is_told_by_its_latest_values_and_drawn_whole() {
        let all = courses((1..=12).map(|n| pain(&format!("2026-10-{n:02}"), 100 * (n % 10))));
        let trend = all[0].trend(None, day("2026-11-23")).expect("a line");
        assert_eq!((trend.values.len(), trend.words.as_str()), (12, "… 5, 6, 7, 8, 9, 0, 1, 2 (Oct 1 to Oct 12)"));
    }
}
