//! Chance that repeats itself: the same seed, name and number always throw the same. No clock, no shared state.

/// A stream of throws. Each question has a stream of its own, so that one more throw here changes nothing there.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of one question about one thing.
    pub fn of(seed: u64, question: &str, n: usize) -> Self {
        // FNV-1a over the question; the mixing of `next` does the rest.
        let named = question.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ named ^ (n as u64).wrapping_mul(0xd1b5_4a32_d192_ed03));
        dice.next();
        dice
    }

    /// SplitMix64 [Steele, Lea, Flood 2014].
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least).unwrap_or(0) + 1;
        least + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// Happens so often in a thousand.
    pub fn in_thousand(&mut self, chance: i64) -> bool {
        self.between(0, 999) < chance
    }

    /// Happens so often in a hundred.
    pub fn percent(&mut self, chance: i64) -> bool {
        self.in_thousand(chance * 10)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// One of several, by weight.
    pub fn weighted<T: Copy>(&mut self, from: &[(T, i64)]) -> T {
        let mut left = self.between(1, from.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in from {
            left -= weight;
            if left <= 0 {
                return *value;
            }
        }
        from[0].0
    }

    fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.next() % (len.max(1) as u64)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_gets_the_same_answer_and_another_one_another() {
        let throws = |mut dice: Dice| (0..8).map(|_| dice.between(0, 999)).collect::<Vec<_>>();
        assert_eq!(throws(Dice::of(1, "visits", 3)), throws(Dice::of(1, "visits", 3)));
        assert_ne!(throws(Dice::of(1, "visits", 3)), throws(Dice::of(1, "visits", 4)));
        assert_ne!(throws(Dice::of(1, "visits", 3)), throws(Dice::of(2, "visits", 3)));
        assert_ne!(throws(Dice::of(1, "visits", 3)), throws(Dice::of(1, "money", 3)));
    }

    #[test]
    fn throws_stay_in_their_bounds_and_reach_both() {
        let mut dice = Dice::of(7, "bounds", 0);
        let thrown: Vec<i64> = (0..200).map(|_| dice.between(3, 6)).collect();
        assert!(thrown.iter().all(|n| (3..=6).contains(n)) && thrown.contains(&3) && thrown.contains(&6));
    }
}
