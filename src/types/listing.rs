//! Lists as programs get them: a part, and where the next one begins.

use schemars::JsonSchema;
use serde::Serialize;

/// A part of a list, and the cursor for the next part, if there is one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Listing<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

/// A list that is whole in one part.
impl<T> From<Vec<T>> for Listing<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

impl<T> Listing<Option<T>> {
    /// Leaves out rows that could not be shown.
    pub fn shown(self) -> Listing<T> {
        Listing { items: self.items.into_iter().flatten().collect(), next_cursor: self.next_cursor }
    }
}

/// A cursor says after which row to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub after: Option<i64>,
    pub limit: u64,
}

impl Cursor {
    /// Reads `cursor` and `limit` as they were asked.
    pub fn read(cursor: &super::Text, limit: &super::Text) -> Result<Self, String> {
        let after = match cursor.as_str() {
            "" => None,
            text => Some(i64::from_str_radix(text, 36).map_err(|_| "this cursor is not one of ours. Begin without one".to_string())?),
        };
        let limit = match limit.as_str() {
            "" => 50,
            text => {
                text.parse().ok().filter(|n| (1..=500).contains(n)).ok_or_else(|| "limit is a whole number from 1 to 500".to_string())?
            }
        };
        Ok(Self { after, limit })
    }

    /// Cuts a list that was read one row too long.
    pub fn cut<R, T>(self, mut rows: Vec<R>, key: impl Fn(&R) -> i64, show: impl FnMut(R) -> T) -> Listing<T> {
        let limit = usize::try_from(self.limit).unwrap_or(50);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| Self::to(key(row)));
        Listing { items: rows.into_iter().map(show).collect(), next_cursor }
    }

    /// How many rows were shown: what a cursor means where rows have no order but the one they are shown in.
    pub fn shown(self) -> usize {
        self.after.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
    }

    /// The cursor after so many more of `count` rows, if there are any left.
    pub fn counted(self, more: usize, count: i64) -> Option<String> {
        let next = i64::try_from(self.shown() + more).unwrap_or(i64::MAX);
        (next < count).then(|| Self::to(next))
    }

    /// The cursor that leads on after a row.
    pub fn to(after: i64) -> String {
        base36(after)
    }
}

fn base36(mut n: i64) -> String {
    let mut digits = Vec::new();
    while n > 0 {
        let digit = u32::try_from(n % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        n /= 36;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_and_its_cursor_leads_on() {
        let cursor = Cursor::read(&"".into(), &"2".into()).expect("a cursor");
        let part = cursor.cut(vec![90_i64, 80, 70], |n| *n, |n| n);
        assert_eq!(part.items, [90, 80]);
        let next = Cursor::read(&part.next_cursor.expect("more").into(), &"".into()).expect("a cursor");
        assert_eq!(next.after, Some(80));
    }

    #[test]
    fn where_rows_are_counted_the_cursor_says_how_many_were_shown() {
        let begin = Cursor::read(&"".into(), &"2".into()).expect("a cursor");
        let next = Cursor::read(&begin.counted(2, 3).expect("one more").into(), &"2".into()).expect("a cursor");
        assert_eq!((next.shown(), next.counted(1, 3)), (2, None));
        assert_eq!(Cursor { after: Some(-7), limit: 2 }.shown(), 0, "nobody was shown fewer than none");
    }

    #[test]
    fn a_made_up_cursor_and_a_limit_of_zero_are_refused() {
        assert!(Cursor::read(&"!".into(), &"".into()).is_err() && Cursor::read(&"".into(), &"0".into()).is_err());
    }
}
