//! The chart of What pays as SVG text: visits against money a visit, a circle a source, the cost of a visit as a line.
//! Whole numbers only; what comes from people is escaped here.

use crate::types::Money;
use crate::types::rate::divide;
use serde::Deserialize;

/// One source.
#[derive(Clone, Debug, Deserialize)]
pub struct Dot {
    /// Whole, for the tip of the mark.
    pub name: String,
    /// Short, beside the circle.
    pub label: String,
    pub visits: i64,
    pub per_visit_cents: i64,
    pub net_cents: i64,
    /// Where a click leads.
    pub to: String,
}

const LEFT: i64 = 48;
const RIGHT: i64 = 976;
const TOP: i64 = 40;
const BOTTOM: i64 = 306;
/// How wide the words of the line of costs are, in tenths.
const COST_WORDS: i64 = 3_800;

/// Both scales: whole steps that hold all values, four or so of them.
struct Scales {
    x_most: i64,
    x_step: i64,
    y_least: i64,
    y_most: i64,
    y_step: i64,
    net_most: i64,
}

impl Scales {
    fn of(dots: &[Dot], cost_cents: Option<i64>) -> Self {
        let x = dots.iter().map(|d| d.visits).max().unwrap_or(1);
        let x_step = step(x, 4);
        let y = || dots.iter().map(|d| d.per_visit_cents).chain(cost_cents);
        let (low, high) = (std::cmp::min(0, y().min().unwrap_or(0)), y().max().unwrap_or(1));
        // The scale begins near the lowest value where that is far from nothing: differences are what one looks for.
        let lowest = y().min().unwrap_or(0);
        let floor = if lowest * 2 > high && lowest < high { lowest - (high - lowest) / 2 } else { low };
        // In whole dollars, as they are written.
        let y_step = std::cmp::max(100, step(high - floor, 5));
        let y_least = floor.div_euclid(y_step) * y_step;
        Self {
            x_most: up(x, x_step),
            x_step,
            y_least,
            y_most: std::cmp::max(up(high, y_step), y_least + y_step),
            y_step,
            net_most: dots.iter().map(|d| d.net_cents).max().unwrap_or(1),
        }
    }

    /// In tenths of a unit.
    fn x(&self, visits: i64) -> i64 {
        LEFT * 10 + divide(i128::from(visits) * i128::from((RIGHT - LEFT) * 10), self.x_most.into())
    }

    fn y(&self, cents: i64) -> i64 {
        let range = std::cmp::max(1, self.y_most - self.y_least);
        BOTTOM * 10 - divide(i128::from(cents - self.y_least) * i128::from((BOTTOM - TOP) * 10), range.into())
    }

    /// Its middle and its radius.
    fn circle(&self, dot: &Dot) -> (i64, i64, i64) {
        (self.x(dot.visits), self.y(dot.per_visit_cents), self.radius(dot.net_cents))
    }

    /// The area stands for the money.
    fn radius(&self, net_cents: i64) -> i64 {
        let share = divide(i128::from(std::cmp::max(0, net_cents)) * 90_000, std::cmp::max(1, self.net_most).into());
        std::cmp::max(70, root(share))
    }
}

/// A whole step of 1, 2 or 5 times a power of ten, so that about `n` of them hold `whole`.
fn step(whole: i64, n: i64) -> i64 {
    let least = std::cmp::max(1, divide(whole.into(), n.into()));
    let mut power = 1;
    loop {
        for digit in [1, 2, 5] {
            if digit * power >= least {
                return digit * power;
            }
        }
        power *= 10;
    }
}

fn up(value: i64, step: i64) -> i64 {
    std::cmp::max(step, (value + step - 1).div_euclid(step) * step)
}

/// The whole root: the largest number whose square is not above.
fn root(square: i64) -> i64 {
    let mut found = 0;
    while (found + 1) * (found + 1) <= square {
        found += 1;
    }
    found
}

fn tenths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{}", n.abs() / 10, n.abs() % 10)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A box on the paper, in tenths: what a label would cover.
#[derive(Clone, Copy)]
struct Area {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Area {
    fn around(x: i64, y: i64, r: i64) -> Self {
        Self { left: x - r, top: y - r, right: x + r, bottom: y + r }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_on_paper(&self) -> bool {
        self.left >= 0 && self.right <= 10_000 && self.top >= 180 && self.bottom <= BOTTOM * 10
    }
}

/// Where a label may stand: right, above, below, left of its circle; the first place that covers nothing.
struct Place {
    x: i64,
    y: i64,
    anchor: &'static str,
    area: Area,
}

fn places(x: i64, y: i64, r: i64, label: &str) -> [Place; 4] {
    let width = 72 * i64::try_from(label.chars().count()).unwrap_or(0);
    let at = |x: i64, y: i64, anchor: &'static str| {
        let left = match anchor {
            "start" => x,
            "middle" => x - width / 2,
            _ => x - width,
        };
        Place { x, y, anchor, area: Area { left, top: y - 110, right: left + width, bottom: y + 40 } }
    };
    [at(x, y - r - 60, "middle"), at(x + r + 60, y + 45, "start"), at(x, y + r + 150, "middle"), at(x - r - 60, y + 45, "end")]
}

/// The whole chart. Nothing where there is nothing to compare.
pub fn scatter(dots: &[Dot], cost_cents: Option<i64>) -> String {
    if dots.is_empty() {
        return String::new();
    }
    let scales = Scales::of(dots, cost_cents);
    let mut svg = String::from(
        r#"<svg class="chart scatter" viewBox="0 0 1000 350" role="group" aria-label="Each referral source by visits and dollars collected per visit. The table below has the same numbers.">"#,
    );
    svg.push_str(&axes(&scales));
    let circles: Vec<Area> = dots.iter().map(|d| scales.circle(d)).map(|(x, y, r)| Area::around(x, y, r)).collect();
    let cost = cost_cents.map(|cost| (cost, cost_label(&scales, cost, &circles)));
    if let Some((cents, label)) = &cost {
        svg.push_str(&cost_line(&scales, *cents, label));
    }
    let taken = circles.into_iter().chain(cost.map(|(_, label)| label.area)).collect();
    svg.push_str(&marks(&scales, dots, cost_cents, taken));
    svg + "</svg>"
}

fn axes(scales: &Scales) -> String {
    let mut svg = String::new();
    let mut cents = scales.y_least;
    while cents <= scales.y_most {
        let y = scales.y(cents);
        if cents > scales.y_least || scales.y_least < 0 {
            svg.push_str(&format!(r#"<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{0}" y2="{0}"/>"#, tenths(y)));
        }
        svg.push_str(&format!(r#"<text x="38" y="{}" text-anchor="end">{}</text>"#, tenths(y + 40), Money(cents).whole()));
        cents += scales.y_step;
    }
    let mut visits = 0;
    while visits <= scales.x_most {
        svg.push_str(&format!(r#"<text x="{}" y="326" text-anchor="middle">{visits}</text>"#, tenths(scales.x(visits))));
        visits += scales.x_step;
    }
    svg.push_str(&format!(r#"<line class="zero" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>"#));
    svg.push_str(&format!(r#"<text x="{RIGHT}" y="346" text-anchor="end">Visits</text><text x="0" y="14">Collected per visit</text>"#));
    svg
}

/// The words of the line: above it or below, as far left as no circle covers them; where all is covered, at the left above.
fn cost_label(scales: &Scales, cost: i64, circles: &[Area]) -> Place {
    let y = scales.y(cost);
    let at = |left: i64, y: i64| {
        let area = Area { left, top: y - 110, right: left + COST_WORDS, bottom: y + 40 };
        Place { x: left + 60, y, anchor: "start", area }
    };
    let lefts = || (LEFT * 10..=RIGHT * 10 - COST_WORDS).step_by(100);
    let places = lefts().map(|left| at(left, y - 80)).chain(lefts().map(|left| at(left, y + 170)));
    let free = |p: &Place| p.area.is_on_paper() && !circles.iter().any(|c| c.meets(&p.area));
    places.into_iter().find(free).unwrap_or_else(|| at(LEFT * 10, y - 80))
}

fn cost_line(scales: &Scales, cost: i64, label: &Place) -> String {
    format!(
        r#"<line class="be" x1="{LEFT}" x2="{RIGHT}" y1="{0}" y2="{0}"/><text class="belbl" x="{1}" y="{2}" text-anchor="{3}">A visit costs you {4}. Below this line you lose money.</text>"#,
        tenths(scales.y(cost)),
        tenths(label.x),
        tenths(label.y),
        label.anchor,
        Money(cost).whole()
    )
}

/// A circle with its label for each source; `taken` is what a label may not cover.
fn marks(scales: &Scales, dots: &[Dot], cost_cents: Option<i64>, mut taken: Vec<Area>) -> String {
    let mut svg = String::new();
    for dot in dots {
        let (x, y, r) = scales.circle(dot);
        let under = if cost_cents.is_some_and(|cost| dot.per_visit_cents < cost) { " under" } else { "" };
        let free = places(x, y, r, &dot.label).into_iter().find(|p| p.area.is_on_paper() && !taken.iter().any(|t| t.meets(&p.area)));
        svg.push_str(&format!(
            r#"<a href="{}"><circle class="dot{under}" cx="{}" cy="{}" r="{}"><title>{}: {} visits, {} a visit, {} collected</title></circle>"#,
            escape(&dot.to),
            tenths(x),
            tenths(y),
            tenths(r),
            escape(&dot.name),
            dot.visits,
            Money(dot.per_visit_cents).whole(),
            Money(dot.net_cents).whole()
        ));
        // A label that would cover another is left to the tip and the table.
        if let Some(place) = free {
            taken.push(place.area);
            let label = escape(&dot.label);
            svg.push_str(&format!(
                r#"<text class="lbl" x="{}" y="{}" text-anchor="{}">{label}</text>"#,
                tenths(place.x),
                tenths(place.y),
                place.anchor
            ));
        }
        svg.push_str("</a>");
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(name: &str, visits: i64, per_visit_cents: i64) -> Dot {
        Dot {
            name: name.into(),
            label: name.into(),
            visits,
            per_visit_cents,
            net_cents: visits * per_visit_cents,
            to: "/what-pays?open=1".into(),
        }
    }

    #[test]
    fn a_circle_a_source_and_the_costs_of_a_visit_as_a_line() {
        let svg = scatter(&[dot("Priya Raman", 268, 8_700), dot("Marcus Feld", 352, 5_600)], Some(5_800));
        assert_eq!((svg.matches("<circle").count(), svg.matches(r#"class="dot under""#).count()), (2, 1));
        assert!(svg.contains("A visit costs you $58.") && svg.contains("Marcus Feld: 352 visits, $56 a visit, $19,712 collected"));
        assert!(svg.contains(">400<"), "the scale goes on to a whole step: {svg}");
        assert!(!scatter(&[dot("Priya Raman", 268, 8_700)], None).contains("class=\"be\""));
        assert_eq!(scatter(&[], Some(5_800)), "");
    }

    #[test]
    fn a_name_cannot_become_markup() {
        let svg = scatter(&[dot("<script>\"O'Brien\" & sons", 3, 1_000)], None);
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;&quot;O&#39;Brien&quot; &amp; sons"), "{svg}");
    }

    #[test]
    fn labels_that_would_cover_each_other_are_left_out() {
        let same: Vec<Dot> = (0..9).map(|n| dot(&format!("Source number {n}"), 10, 5_000)).collect();
        let svg = scatter(&same, None);
        assert!((1..9).contains(&svg.matches("class=\"lbl\"").count()), "{svg}");
    }

    #[test]
    fn the_words_of_the_line_give_way_to_a_circle() {
        let at = |dots: &[Dot]| {
            scatter(dots, Some(5_800)).split("class=\"belbl\" x=\"").nth(1).and_then(|s| s.split('"').next()).map(String::from)
        };
        assert_eq!(at(&[dot("Raman", 300, 9_000), dot("Feld", 352, 5_700)]), Some("54.0".into()));
        assert_eq!(at(&[dot("Raman", 300, 9_000), dot("Feld", 80, 5_700)]), Some("314.0".into()), "beside it");
    }

    #[test]
    fn money_that_was_taken_back_lies_below_nothing() {
        let svg = scatter(&[dot("Raman", 4, -2_000), dot("Feld", 8, 6_000)], None);
        assert!(svg.contains(">−$20<"), "{svg}");
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([step(352, 4), step(31, 4), step(4, 4), step(9_300, 4)], [100, 10, 1, 5_000]);
        assert_eq!((up(352, 100), up(400, 100), root(90_000)), (400, 400, 300));
    }
}
