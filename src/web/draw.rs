//! Small drawings as SVG text: visit cards, money bars, sparks. Whole numbers only; each has its number in words beside it.

use crate::types::Money;
use serde::Deserialize;

/// Cells that still fit on a card; more become a bar [ux.md 5.4].
const MOST_CELLS: i64 = 24;

/// What a visit card shows, as `referrals::card::Card` gives it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Visits {
    pub used: i64,
    pub authorized: i64,
    pub over: i64,
}

impl Visits {
    /// `7 of 12`, `13 of 12`.
    pub fn words(&self) -> String {
        match (self.authorized, self.used + self.over) {
            (0, 0) => "no order yet".into(),
            (0, n) => format!("{n}, no order"),
            (of, n) => format!("{n} of {of}"),
        }
    }

    /// One cell a visit: used, left (the last one marked), past the order.
    pub fn svg(&self) -> String {
        let cells = std::cmp::max(self.authorized, self.used) + self.over;
        if cells == 0 {
            return String::new();
        }
        let label = format!("{} visits used", self.words());
        if cells > MOST_CELLS {
            return self.bar(&label, cells);
        }
        let width = cells * 9 - 2;
        let mut svg =
            format!(r#"<svg class="visits" width="{width}" height="12" viewBox="0 0 {width} 12" role="img" aria-label="{label}">"#);
        for n in 0..cells {
            let class = match n {
                n if n < self.used => "u",
                n if n >= std::cmp::max(self.authorized, self.used) => "x",
                n if n == self.authorized - 1 => "l",
                _ => "",
            };
            svg.push_str(&format!(r#"<rect class="{class}" x="{}.5" y=".5" width="6" height="11" rx="1.5"/>"#, n * 9));
        }
        svg + "</svg>"
    }

    fn bar(&self, label: &str, cells: i64) -> String {
        let used = (self.used + self.over) * 108 / cells;
        format!(
            r#"<svg class="visits" width="108" height="12" viewBox="0 0 108 12" role="img" aria-label="{label}"><rect class="" x=".5" y=".5" width="107" height="11" rx="1.5"/><rect class="u" x=".5" y=".5" width="{used}" height="11" rx="1.5"/></svg>"#
        )
    }
}

/// A number of hundredths as SVG reads it: `6964` is 69.64.
fn hundredths(n: i64) -> String {
    format!("{}.{:02}", n / 100, n % 100)
}

/// Collected, outstanding, written off, side by side; `scale` is what the full width stands for.
pub fn money_bar(collected: i64, outstanding: i64, lost: i64, scale: i64) -> String {
    let parts = [("p", collected), ("o", outstanding), ("x", lost)];
    let label =
        format!("{} collected, {} outstanding, {} written off", Money(collected).whole(), Money(outstanding).whole(), Money(lost).whole());
    let mut svg = format!(r#"<svg class="mbar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{label}">"#);
    let whole = std::cmp::max(1, scale);
    let mut at = 0;
    for (class, cents) in parts {
        let width = std::cmp::max(0, cents).saturating_mul(9_850) / whole;
        if cents <= 0 {
            continue;
        }
        // A part that is there is seen, and a gap in the sheet's colour keeps neighbours apart.
        let width = std::cmp::max(40, width);
        svg.push_str(&format!(r#"<rect class="{class}" x="{}" width="{}" height="10"/>"#, hundredths(at), hundredths(width)));
        at += width + 60;
    }
    svg + "</svg>"
}

/// One bar of a list: `part` of `whole`.
pub fn thin_bar(class: &str, part: i64, whole: i64) -> String {
    let width = std::cmp::max(0, part).saturating_mul(100) / std::cmp::max(1, whole);
    format!(
        r#"<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="{class}" width="{width}" height="8"/></svg>"#
    )
}

/// Counts side by side, each with its class, all together the full width; the words beside it say the same.
pub fn count_bar(parts: &[(String, i64)], label: &str) -> String {
    let whole = std::cmp::max(1, parts.iter().map(|(_, n)| n).sum::<i64>());
    let shown: Vec<&(String, i64)> = parts.iter().filter(|(_, n)| *n > 0).collect();
    let gaps = 40 * i64::try_from(shown.len().saturating_sub(1)).unwrap_or(0);
    // A part that is there is seen; the largest one gives it the room.
    let mut widths: Vec<i64> = shown.iter().map(|(_, n)| std::cmp::max(60, n * (10_000 - gaps) / whole)).collect();
    let over = widths.iter().sum::<i64>() - (10_000 - gaps);
    if let Some(widest) = widths.iter_mut().max() {
        *widest -= over;
    }
    let mut svg = format!(r#"<svg class="bar3" viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label="{label}">"#);
    let mut at = 0;
    for ((class, _), width) in shown.into_iter().zip(widths) {
        svg.push_str(&format!(r#"<rect class="{class}" x="{}" width="{}" height="12"/>"#, hundredths(at), hundredths(width)));
        at += width + 40;
    }
    svg + "</svg>"
}

/// Twelve months of counts on a common scale; the last one is now.
pub fn spark_bars(counts: &[i64], most: i64) -> String {
    let mut svg = String::from(r#"<svg class="spark" viewBox="0 0 64 20" aria-hidden="true">"#);
    for (n, count) in counts.iter().enumerate() {
        let height = std::cmp::max(10, count * 180 / std::cmp::max(1, most));
        let class = if n + 1 == counts.len() { r#" class="now""# } else { "" };
        let x = n * 54;
        svg.push_str(&format!(
            r#"<rect{class} x="{}.{}" y="{}.{}" width="4" height="{}.{}" rx="1"/>"#,
            x / 10,
            x % 10,
            (200 - height) / 10,
            (200 - height) % 10,
            height / 10,
            height % 10
        ));
    }
    svg + "</svg>"
}

/// A line of values from first to latest; the latest is a dot.
pub fn spark_line(values: &[i64]) -> String {
    trend(values, 0)
}

/// The same where a difference of less than `span` does not fill the height: noise looks flat. Its words stand beside it.
pub fn trend(values: &[i64], span: i64) -> String {
    let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else { return String::new() };
    let range = std::cmp::max(1, std::cmp::max(most - least, span));
    // What the line leaves over of the height lies on both sides of it.
    let floor = least - (range - std::cmp::max(1, most - least)) / 2;
    let steps = std::cmp::max(1, values.len() - 1);
    let point = |(n, value): (usize, &i64)| {
        let x = 20 + n * 600 / steps;
        let y = 170 - (value - floor) * 140 / range;
        (format!("{}.{}", x / 10, x % 10), format!("{}.{}", y / 10, y % 10))
    };
    let points: Vec<(String, String)> = values.iter().enumerate().map(point).collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let dot = points.last().map(|(x, y)| format!(r#"<circle cx="{x}" cy="{y}" r="2.5"/>"#)).unwrap_or_default();
    format!(r#"<svg class="spark" viewBox="0 0 64 20" aria-hidden="true"><polyline points="{}"/>{dot}</svg>"#, line.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_has_a_cell_a_visit_and_red_ones_past_the_order() {
        let card = Visits { used: 12, authorized: 12, over: 1 };
        let svg = card.svg();
        assert_eq!((svg.matches("<rect").count(), svg.matches(r#"class="x""#).count()), (13, 1));
        assert!(svg.contains(r#"aria-label="13 of 12 visits used""#) && svg.contains(r#"width="115""#));
        assert_eq!(Visits { used: 9, authorized: 10, over: 0 }.svg().matches(r#"class="l""#).count(), 1);
    }

    #[test]
    fn more_than_twenty_four_visits_are_a_bar() {
        assert_eq!(Visits { used: 15, authorized: 30, over: 0 }.svg().matches("<rect").count(), 2);
    }

    #[test]
    fn a_money_bar_leaves_out_what_is_nothing_and_shows_what_is_little() {
        let bar = money_bar(1_000_000, 0, 1, 1_000_000);
        assert_eq!(bar.matches("<rect").count(), 2);
        assert!(bar.contains(r#"width="98.50""#) && bar.contains(r#"class="x" x="99.10" width="0.40""#));
    }

    #[test]
    fn a_bar_of_counts_fills_its_width_and_shows_also_the_smallest_part() {
        let bar = count_bar(&[("p".into(), 9_999), ("o".into(), 0), ("x".into(), 1)], "9,999 ready, 1 not");
        assert!(bar.contains(r#"<rect class="p" x="0.00" width="99.00" height="12"/><rect class="x" x="99.40" width="0.60""#), "{bar}");
        assert_eq!(count_bar(&[], "nothing").matches("<rect").count(), 0);
    }

    #[test]
    fn a_line_ends_in_a_dot_and_one_value_is_only_a_dot() {
        assert!(spark_line(&[7, 5, 3]).contains(r#"points="2.0,3.0 32.0,10.0 62.0,17.0""#));
        assert!(spark_line(&[7]).contains("<circle"));
    }

    #[test]
    fn a_difference_that_means_nothing_stays_near_the_middle() {
        assert!(trend(&[6_400, 6_500], 1_000).contains(r#"points="2.0,10.7 62.0,9.3""#), "{}", trend(&[6_400, 6_500], 1_000));
        assert_eq!(trend(&[7, 3], 2), spark_line(&[7, 3]), "what means something fills the height");
    }
}
