//! Hands-on minutes as the payer counts them, in words: shown beside the minutes while a note is written.

use super::units::{capped, units};
use super::visit::NewService;
use crate::types::{UnitsRule, service_code};
use schemars::JsonSchema;
use serde::Serialize;

/// Who counts, and how.
#[derive(Clone, Debug, Default)]
pub struct Counting {
    /// The payer's name; none where the patient pays or nobody is known to.
    pub payer: Option<String>,
    /// None: the payer's rule is not known.
    pub rule: Option<UnitsRule>,
    pub max_units_per_visit: Option<i64>,
    /// Caps of single codes.
    pub max_units: Vec<(String, i64)>,
}

/// Minutes and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counted {
    pub minutes: i64,
    /// Units of each row as it was typed; null where the row says nothing or the rule is not known.
    pub rows: Vec<Option<i64>>,
    pub total: Option<i64>,
    /// `53 minutes make 4 units`.
    pub words: String,
    /// `8-minute rule`.
    pub rule: String,
    /// What the payer's cap leaves of it, where it is over.
    pub over: Option<String>,
}

impl Counting {
    /// Counts rows as they are typed; what cannot be read yet is left out.
    pub fn count(&self, typed: &[NewService]) -> Counted {
        let read = |s: &NewService| {
            let code = service_code::parse(s.code.as_str()).ok()?;
            Some((code, s.minutes.as_str().parse::<i64>().ok().filter(|m| (0..=480).contains(m))))
        };
        let rows: Vec<Option<(String, Option<i64>)>> = typed.iter().map(read).collect();
        let said: Vec<(&str, Option<i64>)> = rows.iter().flatten().map(|(code, minutes)| (code.as_str(), *minutes)).collect();
        let minutes = said.iter().filter_map(|(_, m)| *m).sum();
        let Some(rule) = self.rule else {
            let words = if minutes == 0 { "No minutes yet".into() } else { format!("{minutes} minutes") };
            return Counted { minutes, rows: vec![None; rows.len()], words, rule: self.unknown_rule(), ..Counted::default() };
        };
        let counted = units(rule, &said);
        let total: i64 = counted.iter().sum();
        let mut left = counted.iter();
        Counted {
            minutes,
            rows: rows.iter().map(|row| row.as_ref().and_then(|_| left.next().copied())).collect(),
            total: Some(total),
            words: in_words(minutes, total),
            rule: short(rule).into(),
            over: self.over(&said, &counted, total),
        }
    }

    fn unknown_rule(&self) -> String {
        match &self.payer {
            Some(payer) => format!("{payer}’s rule for units is not entered yet"),
            None => "no units: nobody is known to pay".into(),
        }
    }

    /// Nothing is trimmed in silence: the excess is said, the cap is accepted on the claim.
    fn over(&self, said: &[(&str, Option<i64>)], counted: &[i64], total: i64) -> Option<String> {
        let caps: Vec<Option<i64>> =
            said.iter().map(|(code, _)| self.max_units.iter().find(|(known, _)| known == code).map(|(_, max)| *max)).collect();
        let billed: i64 = capped(counted, &caps, self.max_units_per_visit).iter().map(|(n, _)| n).sum();
        let payer = self.payer.as_deref().unwrap_or("The payer");
        (billed < total).then(|| format!("{payer} pays {billed} of these {total} units; the rest is shown, not billed"))
    }

    /// What the payer's sheet says about caps, for the line under the minutes.
    pub fn cap_words(&self) -> Option<String> {
        let max = self.max_units_per_visit?;
        Some(format!("{} pays at most {max} units a visit.", self.payer.as_deref()?))
    }
}

fn in_words(minutes: i64, total: i64) -> String {
    let plural = |n: i64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (minutes, total) {
        (0, 0) => "No minutes yet".into(),
        (minutes, total) => format!("{} make {}", plural(minutes, "minute"), plural(total, "unit")),
    }
}

fn short(rule: UnitsRule) -> &'static str {
    match rule {
        UnitsRule::Cms8Minute => "8-minute rule",
        UnitsRule::CptMidpoint => "midpoint rule",
        UnitsRule::None => "one unit a code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, minutes: &str) -> NewService {
        NewService { code: code.into(), minutes: minutes.into(), ..Default::default() }
    }

    #[test]
    fn rows_are_counted_where_they_stand_and_an_empty_one_stays_empty() {
        let counting = Counting { payer: Some("State Fund".into()), rule: Some(UnitsRule::Cms8Minute), ..Default::default() };
        let counted = counting.count(&[row("97140", "38"), row("", ""), row("97112", "15")]);
        assert_eq!((counted.rows, counted.total), (vec![Some(3), None, Some(1)], Some(4)));
        assert_eq!((counted.words.as_str(), counted.rule.as_str()), ("53 minutes make 4 units", "8-minute rule"));
    }

    #[test]
    fn what_a_cap_leaves_is_said_and_nothing_is_trimmed() {
        let counting = Counting {
            payer: Some("State Fund".into()),
            rule: Some(UnitsRule::Cms8Minute),
            max_units_per_visit: Some(4),
            ..Default::default()
        };
        let counted = counting.count(&[row("97140", "75")]);
        assert_eq!(counted.total, Some(5));
        assert!(counted.over.expect("over").starts_with("State Fund pays 4 of these 5 units"));
    }

    #[test]
    fn without_a_rule_there_are_minutes_and_no_units() {
        let counting = Counting { payer: Some("Evergreen PPO".into()), ..Default::default() };
        let counted = counting.count(&[row("97140", "30")]);
        assert_eq!((counted.total, counted.words.as_str()), (None, "30 minutes"));
        assert!(counted.rule.contains("not entered yet"));
    }
}
