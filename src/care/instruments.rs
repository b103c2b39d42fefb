//! The instruments as data: what each asks, how it is scored when answers are missing, and from which change on it means
//! something, with where that is written. The scores are ours; the questions are printed on the instruments' own forms.

use super::measure::Instrument;
use crate::types::rate::divide;
use schemars::JsonSchema;
use serde::Serialize;

/// One instrument. Scores are hundredths, so that an average of 6.7 and a percentage of 41.67 are exact.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Sheet {
    pub instrument: Instrument,
    pub name: &'static str,
    /// As therapists say it.
    pub short: &'static str,
    pub lower_is_better: bool,
    /// The scores that there are; a count has no range but the one that its writer gives.
    pub least_hundredths: i64,
    pub most_hundredths: Option<i64>,
    /// What stands behind the number that is typed.
    pub unit: &'static str,
    pub reads: Reads,
    pub scoring: Scoring,
    pub items: Option<Items>,
    pub change: Option<Change>,
    pub bands: &'static [Band],
}

/// How people read a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    Whole,
    Percent,
    Degrees,
    Tenths,
    /// As it was typed: whole where it is.
    Plain,
}

/// How answers become the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// One number, and no answers.
    Typed,
    /// Sum / (5 x answered) x 100: an answer that is left out shrinks the denominator.
    PercentOfAnswered,
    /// The mean of the answers.
    Average,
    Sum,
    /// (mean of the answers - 1) x 25.
    MeanLessOne,
}

/// The answers that an instrument wants.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Items {
    pub count: usize,
    /// With fewer it is not scoreable.
    pub needed: usize,
    pub answers: &'static [i64],
    /// The headings of the form, where they are short; else the items go by number.
    pub names: &'static [&'static str],
}

/// The change from which on it means something.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Change {
    pub hundredths: i64,
    pub source: &'static str,
    /// Commonly used, but read in no source that settles it.
    pub to_be_confirmed: bool,
}

/// What a score is called from `from_hundredths` on.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Band {
    pub from_hundredths: i64,
    pub words: &'static str,
}

const fn read_in(hundredths: i64, source: &'static str) -> Option<Change> {
    Some(Change { hundredths, source, to_be_confirmed: false })
}

const fn to_confirm(hundredths: i64, source: &'static str) -> Option<Change> {
    Some(Change { hundredths, source, to_be_confirmed: true })
}

const fn band(from_hundredths: i64, words: &'static str) -> Band {
    Band { from_hundredths, words }
}

/// Ten items, 0 to 5, eight of them answered: both indices.
const fn index_items(names: &'static [&'static str]) -> Option<Items> {
    Some(Items { count: 10, needed: 8, answers: &[0, 1, 2, 3, 4, 5], names })
}

const NECK: &[&str] =
    &["Pain", "Personal care", "Lifting", "Reading", "Headaches", "Concentration", "Work", "Driving", "Sleeping", "Recreation"];
const BACK: &[&str] =
    &["Pain", "Personal care", "Lifting", "Walking", "Sitting", "Standing", "Sleeping", "Sex life", "Social life", "Travelling"];

/// What is counted, and nothing else is known of it.
const fn count(instrument: Instrument, name: &'static str, lower_is_better: bool) -> Sheet {
    Sheet {
        instrument,
        name,
        short: "Count",
        lower_is_better,
        least_hundredths: 0,
        most_hundredths: None,
        unit: "",
        reads: Reads::Plain,
        scoring: Scoring::Typed,
        items: None,
        change: None,
        bands: &[],
    }
}

/// The table [domain 2.10].
pub const SHEETS: &[Sheet] = &[
    Sheet {
        instrument: Instrument::Nprs,
        name: "Numeric pain rating scale",
        short: "NPRS",
        lower_is_better: true,
        least_hundredths: 0,
        most_hundredths: Some(1_000),
        unit: "",
        reads: Reads::Plain,
        scoring: Scoring::Typed,
        items: None,
        change: read_in(200, "PLOS ONE 2020, low back"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Ndi,
        name: "Neck disability index",
        short: "NDI",
        lower_is_better: true,
        least_hundredths: 0,
        most_hundredths: Some(10_000),
        unit: "of 50",
        reads: Reads::Percent,
        scoring: Scoring::PercentOfAnswered,
        items: index_items(NECK),
        change: read_in(1_000, "chiro.org, history of the NDI; Noterro scoring guide"),
        // 0-4, 5-14, 15-24, 25-34 and 35 of 50 on.
        bands: &[
            band(0, "no disability"),
            band(1_000, "mild disability"),
            band(3_000, "moderate disability"),
            band(5_000, "severe disability"),
            band(7_000, "complete disability"),
        ],
    },
    Sheet {
        instrument: Instrument::Odi,
        name: "Oswestry low back index",
        short: "ODI",
        lower_is_better: true,
        least_hundredths: 0,
        most_hundredths: Some(10_000),
        unit: "of 50",
        reads: Reads::Percent,
        scoring: Scoring::PercentOfAnswered,
        items: index_items(BACK),
        change: read_in(1_000, "scored like the NDI; 10 points"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Psfs,
        name: "Patient-specific functional scale",
        short: "PSFS",
        lower_is_better: false,
        least_hundredths: 0,
        most_hundredths: Some(1_000),
        unit: "of 10",
        reads: Reads::Tenths,
        scoring: Scoring::Average,
        items: Some(Items { count: 5, needed: 1, answers: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], names: &[] }),
        change: to_confirm(200, "2 on the average; Rysstad 2020 found 1.9 to 2.0 for shoulders"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Rom,
        name: "Range of motion",
        short: "ROM",
        lower_is_better: false,
        least_hundredths: 0,
        most_hundredths: Some(36_000),
        unit: "degrees",
        reads: Reads::Degrees,
        scoring: Scoring::Typed,
        items: None,
        change: to_confirm(500, "the measuring error of a goniometer"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Lefs,
        name: "Lower extremity functional scale",
        short: "LEFS",
        lower_is_better: false,
        least_hundredths: 0,
        most_hundredths: Some(8_000),
        unit: "of 80",
        reads: Reads::Whole,
        scoring: Scoring::Sum,
        // Its authors give no rule for answers that are missing: all twenty, or no score.
        items: Some(Items { count: 20, needed: 20, answers: &[0, 1, 2, 3, 4], names: &[] }),
        change: to_confirm(900, "Binkley 1999"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Dash,
        name: "Disabilities of the arm, shoulder and hand",
        short: "DASH",
        lower_is_better: true,
        least_hundredths: 0,
        most_hundredths: Some(10_000),
        unit: "of 100",
        reads: Reads::Tenths,
        scoring: Scoring::MeanLessOne,
        items: Some(Items { count: 30, needed: 27, answers: &[1, 2, 3, 4, 5], names: &[] }),
        change: read_in(1_083, "Franchignoni 2014"),
        bands: &[],
    },
    Sheet {
        instrument: Instrument::Hit6,
        name: "Headache impact test",
        short: "HIT-6",
        lower_is_better: true,
        least_hundredths: 3_600,
        most_hundredths: Some(7_800),
        unit: "36 to 78",
        reads: Reads::Whole,
        scoring: Scoring::Sum,
        items: Some(Items { count: 6, needed: 6, answers: &[6, 8, 10, 11, 13], names: &[] }),
        change: to_confirm(600, "Houts 2020, chronic migraine"),
        bands: &[
            band(3_600, "little or no impact"),
            band(5_000, "some impact"),
            band(5_600, "substantial impact"),
            band(6_000, "severe impact"),
        ],
    },
    count(Instrument::LowerBetter, "Count, lower is better", true),
    count(Instrument::HigherBetter, "Count, higher is better", false),
];

impl Instrument {
    /// Its row of the table.
    pub fn sheet(self) -> &'static Sheet {
        // Each has one: a test counts them.
        SHEETS.iter().find(|s| s.instrument == self).unwrap_or(&SHEETS[0])
    }
}

/// A score from answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    pub hundredths: i64,
    pub answered: i64,
    /// What the answers add up to.
    pub sum: i64,
}

/// Too few answers for a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotScoreable {
    pub answered: usize,
    pub of: usize,
    pub needed: usize,
}

impl std::fmt::Display for NotScoreable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { answered, of, needed } = self;
        match needed == of {
            true => write!(f, "{answered} of {of} items answered: not scoreable. All {of} are needed"),
            false => write!(f, "{answered} of {of} items answered: not scoreable. At least {needed} are needed"),
        }
    }
}

impl Sheet {
    /// The score of so many answers that add up to `sum`.
    pub fn score(&self, sum: i64, answered: usize) -> Result<Score, NotScoreable> {
        let Some(items) = self.items else { return Ok(Score { hundredths: sum * 100, answered: 1, sum }) };
        if answered < items.needed || answered == 0 {
            return Err(NotScoreable { answered, of: items.count, needed: items.needed });
        }
        let n = i64::try_from(answered).unwrap_or(i64::MAX);
        let (top, of) = match self.scoring {
            Scoring::PercentOfAnswered => (i128::from(sum) * 10_000, n * items.most()),
            Scoring::Average => (i128::from(sum) * 100, n),
            Scoring::MeanLessOne => (i128::from(sum - n) * 2_500, n),
            Scoring::Sum | Scoring::Typed => (i128::from(sum) * 100, 1),
        };
        Ok(Score { hundredths: divide(top, of.into()), answered: n, sum })
    }

    /// What a score is called, where the instrument has words for it.
    pub fn band(&self, hundredths: i64) -> Option<&'static str> {
        self.bands.iter().rev().find(|b| b.from_hundredths <= hundredths).map(|b| b.words)
    }

    /// Whether the number that is typed is the sum of the answers and not the score.
    pub fn types_sum(&self) -> bool {
        self.scoring == Scoring::PercentOfAnswered
    }

    /// The sum that stands behind a score, for those that are typed as their sum.
    pub fn sum_of(&self, hundredths: i64, answered: i64) -> i64 {
        let most = self.items.map_or(1, |i| i.most());
        divide(i128::from(hundredths) * i128::from(answered * most), 10_000)
    }
}

impl Items {
    pub fn most(&self) -> i64 {
        self.answers.iter().copied().max().unwrap_or(0)
    }

    /// `0 to 5`; `6, 8, 10, 11 or 13`, where not every number between is an answer.
    pub fn words(&self) -> String {
        let (Some(first), Some(last)) = (self.answers.first(), self.answers.last()) else { return String::new() };
        if last - first + 1 == i64::try_from(self.answers.len()).unwrap_or(0) {
            return format!("{first} to {last}");
        }
        let all: Vec<String> = self.answers.iter().map(i64::to_string).collect();
        format!("{} or {last}", all[..all.len() - 1].join(", "))
    }

    /// The heading of an item, or its number.
    pub fn name(&self, at: usize) -> String {
        self.names.get(at).map_or_else(|| (at + 1).to_string(), |name| (*name).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(instrument: Instrument, answers: &[i64]) -> Result<i64, NotScoreable> {
        instrument.sheet().score(answers.iter().sum(), answers.len()).map(|s| s.hundredths)
    }

    #[test]
    fn every_instrument_has_one_row_whose_parts_fit_together() {
        assert_eq!(SHEETS.len(), Instrument::ALL.len());
        for instrument in Instrument::ALL {
            let sheet = instrument.sheet();
            assert_eq!(sheet.instrument, *instrument);
            assert!(sheet.change.is_none_or(|c| !c.source.is_empty()), "{instrument}: a threshold says where it is from");
            assert_eq!(sheet.items.is_none(), sheet.scoring == Scoring::Typed, "{instrument}");
            let Some(items) = sheet.items else { continue };
            assert!(items.needed <= items.count && (items.names.is_empty() || items.names.len() == items.count), "{instrument}");
            // The least and the most that can be answered are the ends of its range.
            let ends = [items.answers[0], items.most()].map(|a| scored(*instrument, &vec![a; items.count]).expect("all answered"));
            let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            assert_eq!((low, Some(high)), (sheet.least_hundredths, sheet.most_hundredths), "{instrument}");
        }
    }

    #[test]
    fn the_published_examples_are_scored_as_published() {
        // NDI: 18 of 50 is 36%; with the driving item left out 18 of 45 is 40%.
        assert_eq!(scored(Instrument::Ndi, &[2, 2, 2, 2, 2, 2, 2, 2, 1, 1]), Ok(3_600));
        assert_eq!(scored(Instrument::Ndi, &[2, 2, 2, 2, 2, 2, 2, 2, 2]), Ok(4_000));
        // Oswestry: 16 of 50 is 32%; one item missed, 16 of 45 is 35.56%.
        assert_eq!(scored(Instrument::Odi, &[2, 2, 2, 2, 2, 2, 1, 1, 1, 1]), Ok(3_200));
        assert_eq!(scored(Instrument::Odi, &[2, 2, 2, 2, 2, 2, 2, 1, 1]), Ok(3_556));
        // DASH: thirty answers of 3 are ((90 / 30) - 1) x 25 = 50; with three missing the mean is of 27.
        assert_eq!(scored(Instrument::Dash, &[3; 30]), Ok(5_000));
        assert_eq!(scored(Instrument::Dash, &[2; 27]), Ok(2_500));
        let mut mixed = vec![2; 20];
        mixed.extend([3; 10]);
        assert_eq!(scored(Instrument::Dash, &mixed), Ok(3_333));
        assert_eq!(scored(Instrument::Lefs, &[3; 20]), Ok(6_000));
        // HIT-6: all "sometimes" is 60.
        assert_eq!(scored(Instrument::Hit6, &[10; 6]), Ok(6_000));
        assert_eq!(scored(Instrument::Psfs, &[6, 7, 7]), Ok(667));
    }

    #[test]
    fn too_few_answers_are_not_scoreable_and_it_is_said_how_many_are_needed() {
        let said = |instrument: Instrument, n: usize| scored(instrument, &vec![1; n]).expect_err("too few").to_string();
        assert_eq!(said(Instrument::Ndi, 7), "7 of 10 items answered: not scoreable. At least 8 are needed");
        assert_eq!(said(Instrument::Dash, 26), "26 of 30 items answered: not scoreable. At least 27 are needed");
        assert_eq!(said(Instrument::Lefs, 19), "19 of 20 items answered: not scoreable. All 20 are needed");
        assert_eq!(said(Instrument::Hit6, 5), "5 of 6 items answered: not scoreable. All 6 are needed");
        assert!(scored(Instrument::Psfs, &[]).is_err());
    }

    #[test]
    fn the_neck_index_has_its_bands_also_where_an_answer_is_missing() {
        let called = |sum: i64, answered: usize| {
            let sheet = Instrument::Ndi.sheet();
            sheet.band(sheet.score(sum, answered).expect("a score").hundredths).unwrap_or_default()
        };
        let raw =
            [(4, "no"), (5, "mild"), (14, "mild"), (15, "moderate"), (24, "moderate"), (25, "severe"), (34, "severe"), (35, "complete")];
        for (sum, words) in raw {
            assert_eq!(called(sum, 10), format!("{words} disability"), "{sum}");
        }
        // Four of 45 are 8.9%: still below five of fifty.
        assert_eq!((called(4, 9), called(5, 9)), ("no disability", "mild disability"));
        assert_eq!(Instrument::Hit6.sheet().band(6_000), Some("severe impact"));
        assert_eq!(Instrument::Odi.sheet().band(4_000), None);
    }

    #[test]
    fn what_may_be_answered_is_said_in_words() {
        let words = |i: Instrument| i.sheet().items.map(|items| items.words()).unwrap_or_default();
        assert_eq!((words(Instrument::Ndi), words(Instrument::Dash)), ("0 to 5".into(), "1 to 5".into()));
        assert_eq!(words(Instrument::Hit6), "6, 8, 10, 11 or 13");
        assert_eq!(Instrument::Ndi.sheet().items.map(|i| i.name(7)).as_deref(), Some("Driving"));
        assert_eq!(Instrument::Lefs.sheet().items.map(|i| i.name(7)).as_deref(), Some("8"));
    }
}
