//! Minutes to units, by the rule of the payer [domain 3.2]. Hands-on minutes only; nothing is added or trimmed silently.

use crate::types::{UnitsRule, service_code};

/// The units of each service, in the order given. Untimed codes count one and stay out of the pool; without a rule of
/// minutes so does every code [domain 2.7]. `minutes` of a timed code that was not timed count as none.
pub fn units(rule: UnitsRule, services: &[(&str, Option<i64>)]) -> Vec<i64> {
    let timed: Vec<(usize, i64)> = services
        .iter()
        .enumerate()
        .filter(|(_, (code, _))| service_code::is_timed(code))
        .map(|(at, (_, minutes))| (at, minutes.unwrap_or(0)))
        .collect();
    let counted = match rule {
        UnitsRule::Cms8Minute => cms(&timed),
        UnitsRule::CptMidpoint => timed.iter().map(|(at, m)| (*at, (m + 7) / 15)).collect(),
        UnitsRule::None => Vec::new(),
    };
    let mut units = vec![1; services.len()];
    for (at, n) in counted {
        units[at] = n;
    }
    units
}

/// The 8-minute rule: the day's total gives the units; each code takes its full quarters, the rest goes to the
/// largest remainders (ties: more minutes, then the order of the lines).
fn cms(timed: &[(usize, i64)]) -> Vec<(usize, i64)> {
    let total: i64 = timed.iter().map(|(_, m)| m).sum();
    let mut left = (total + 7) / 15;
    let mut units: Vec<(usize, i64)> = timed.iter().map(|(at, m)| (*at, m / 15)).collect();
    left -= units.iter().map(|(_, n)| n).sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..timed.len()).collect();
    by_remainder.sort_by_key(|i| (-(timed[*i].1 % 15), -timed[*i].1, *i));
    for i in by_remainder {
        if left > 0 && timed[i].1 % 15 > 0 {
            units[i].1 += 1;
            left -= 1;
        }
    }
    units
}

/// Caps of a payer, applied after the count: `(billed, excess)` by line. The visit's cap takes from the last lines first.
pub fn capped(units: &[i64], per_code: &[Option<i64>], per_visit: Option<i64>) -> Vec<(i64, i64)> {
    let mut lines: Vec<(i64, i64)> = units
        .iter()
        .zip(per_code)
        .map(|(n, cap)| {
            let billed = cap.map_or(*n, |cap| std::cmp::min(*n, cap));
            (billed, n - billed)
        })
        .collect();
    if let Some(cap) = per_visit {
        let mut over = lines.iter().map(|(billed, _)| billed).sum::<i64>() - cap;
        for (billed, excess) in lines.iter_mut().rev() {
            let taken = std::cmp::max(0, std::cmp::min(over, *billed));
            *billed -= taken;
            *excess += taken;
            over -= taken;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(services: &[(&str, i64)]) -> (Vec<i64>, Vec<i64>) {
        let services: Vec<(&str, Option<i64>)> = services.iter().map(|(c, m)| (*c, Some(*m))).collect();
        (units(UnitsRule::Cms8Minute, &services), units(UnitsRule::CptMidpoint, &services))
    }

    #[test]
    fn the_table_of_the_domain_brief_holds_for_both_rules() {
        assert_eq!(both(&[("97124", 60)]), (vec![4], vec![4]));
        for (minutes, n) in [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4)] {
            assert_eq!(both(&[("97140", minutes)]), (vec![n], vec![n]), "{minutes} minutes");
        }
        assert_eq!(both(&[("97112", 24), ("97110", 23)]), (vec![2, 1], vec![2, 2]));
        assert_eq!(both(&[("97112", 20), ("97110", 20)]), (vec![2, 1], vec![1, 1]));
        assert_eq!(both(&[("97110", 33), ("97140", 7)]), (vec![2, 1], vec![2, 0]));
        assert_eq!(both(&[("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)]), (vec![1, 1, 1, 0], vec![1, 1, 1, 1]));
        assert_eq!(both(&[("97112", 7), ("97110", 7), ("97140", 7)]), (vec![1, 0, 0], vec![0, 0, 0]));
        assert_eq!(both(&[("97140", 6), ("97124", 5)]), (vec![1, 0], vec![0, 0]));
        assert_eq!(both(&[("97140", 38), ("97124", 22)]), (vec![3, 1], vec![3, 1]));
        assert_eq!(both(&[("97140", 10), ("97124", 8)]), (vec![1, 0], vec![1, 1]));
    }

    #[test]
    fn the_bands_of_the_eight_minute_rule_are_those_of_cms() {
        for (from, to, n) in [(8, 22, 1), (23, 37, 2), (38, 52, 3), (53, 67, 4), (68, 82, 5), (83, 97, 6), (98, 112, 7), (113, 127, 8)] {
            for minutes in from..=to {
                assert_eq!(both(&[("97140", minutes)]).0, vec![n], "{minutes} minutes");
            }
        }
    }

    #[test]
    fn an_untimed_code_is_one_unit_and_its_minutes_stay_out_of_the_pool() {
        let services = [("97010", Some(15)), ("97140", Some(37))];
        assert_eq!(units(UnitsRule::Cms8Minute, &services), vec![1, 2]);
    }

    #[test]
    fn without_a_rule_of_minutes_a_code_is_one_unit_whatever_they_are() {
        assert_eq!(units(UnitsRule::None, &[("97140", Some(53)), ("97124", Some(0)), ("97112", None), ("97010", None)]), vec![1, 1, 1, 1]);
    }

    #[test]
    fn a_cap_states_the_excess_and_takes_from_the_last_line_first() {
        assert_eq!(capped(&[3, 2], &[None, None], Some(4)), [(3, 0), (1, 1)]);
        assert_eq!(capped(&[5], &[Some(4)], None), [(4, 1)]);
        assert_eq!(capped(&[2, 1], &[None, None], Some(4)), [(2, 0), (1, 0)]);
    }
}
