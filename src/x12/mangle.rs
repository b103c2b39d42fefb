//! For tests: files cut off, mutated and made of nothing, the same ones on every run.

/// A header with the usual separators; its control number is 1.
pub const ISA: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CEDARTIDE      *261125*1200*^*00501*000000001*0*P*:~";

/// A small generator of numbers (xorshift), seeded by the test.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// The file without its end, cut at each byte.
pub fn each_cut(file: &str, mut check: impl FnMut(&[u8], usize)) {
    for at in 0..file.len() {
        check(&file.as_bytes()[..at], at);
    }
}

/// The file in many broken shapes, and some bytes that were never a file.
pub fn mangled(file: &str, cases: u64, mut check: impl FnMut(&[u8])) {
    for seed in 0..cases {
        let mut dice = Dice::new(seed + 1);
        let bytes = match seed % 4 {
            0 => bytes_mutated(file.as_bytes(), &mut dice),
            1 | 2 => segments_mutated(file, &mut dice),
            _ => nonsense(&mut dice),
        };
        check(&bytes);
    }
}

fn bytes_mutated(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        match dice.below(5) {
            0 => bytes[at] = dice.below(256) as u8,
            1 => bytes[at] = b"*~:^ \n0-.A"[dice.below(10)],
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, b"*~:^\xff9"[dice.below(6)]),
            _ => bytes.truncate(at.max(16)),
        }
    }
    bytes
}

/// Segments swapped, doubled and left out; elements emptied, lengthened and replaced.
fn segments_mutated(file: &str, dice: &mut Dice) -> Vec<u8> {
    let mut segments: Vec<String> = file.split_terminator('~').map(String::from).collect();
    for _ in 0..=dice.below(6) {
        let (one, other) = (1 + dice.below(segments.len() - 1), 1 + dice.below(segments.len() - 1));
        match dice.below(4) {
            0 => segments.swap(one, other),
            1 => segments.insert(one, segments[other].clone()),
            2 if segments.len() > 3 => drop(segments.remove(one)),
            _ => {
                let mut elements: Vec<&str> = segments[one].split('*').collect();
                let at = dice.below(elements.len());
                let long = "9".repeat(400);
                elements[at] = ["", ":::", "-99999999999999999999", "99999999", "É", "ISA", &long, "U", "HL"][dice.below(9)];
                segments[one] = elements.join("*");
            }
        }
    }
    let mut text = segments.join("~");
    text.push('~');
    text.into_bytes()
}

/// A good header, or none, and then bytes without sense.
fn nonsense(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = if dice.below(4) > 0 { ISA.as_bytes().to_vec() } else { Vec::new() };
    for _ in 0..dice.below(400) {
        bytes.push(if dice.below(3) == 0 { b"*~:^"[dice.below(4)] } else { dice.below(256) as u8 });
    }
    bytes
}
