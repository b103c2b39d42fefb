//! Mutations with an eye on the structure: bytes, elements, segments, whole transactions, separators.

use super::mangle::Dice;

const ODD: &[&str] = &[
    "",
    "0",
    "-0",
    ".5",
    "-.5",
    "1.005",
    "99999999",
    "-99999999999999999999",
    "999999999.99",
    "1E9",
    "NaN",
    ":::",
    "^^",
    "É",
    "\u{7f}",
    "22",
    "25",
    "20260230",
    "00000000",
    "RD8",
    "20261103-20261105",
    "ISA",
    "U",
    "HL",
    "XX",
    "2000000010",
];
/// A reader is asked for little memory whatever the file; the file itself is held here.
const MOST_BYTES: usize = 1 << 20;
const IDS: &[&str] = &[
    "ISA", "GS", "ST", "BPR", "TRN", "N1", "LX", "CLP", "CAS", "NM1", "SVC", "DTM", "REF", "AMT", "PLB", "SE", "GE", "IEA", "HL", "STC",
    "AK1", "AK2", "IK3", "IK4", "IK5", "AK9", "CLM", "TA1", "QTY", "CTX",
];

/// A file that nobody has seen yet.
pub fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let file = &corpus[dice.below(corpus.len())];
    let mut made = match dice.below(16) {
        0..=2 => bytes(file.clone(), dice),
        3 => cut(file.clone(), dice),
        4 => nonsense(dice),
        5 => repeated(file, dice),
        6 => [file.clone(), corpus[dice.below(corpus.len())].clone()].concat(),
        _ => segments(file, &corpus[dice.below(corpus.len())], dice),
    };
    made.truncate(MOST_BYTES);
    made
}

fn bytes(mut file: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    for _ in 0..=dice.below(12) {
        let at = dice.below(file.len());
        match dice.below(4) {
            0 if !file.is_empty() => file[at] = dice.below(256) as u8,
            1 if !file.is_empty() => file[at] = b"*~:^ \r\n0-.A\0\xff"[dice.below(13)],
            2 if !file.is_empty() => drop(file.remove(at)),
            _ => file.insert(at, b"*~:^ \n09-.\xc3"[dice.below(11)]),
        }
    }
    file
}

fn cut(mut file: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    file.truncate(dice.below(file.len() + 1));
    file
}

fn nonsense(dice: &mut Dice) -> Vec<u8> {
    let mut file = if dice.below(4) > 0 { super::mangle::ISA.as_bytes().to_vec() } else { Vec::new() };
    for _ in 0..dice.below(600) {
        file.push(if dice.below(3) == 0 { b"*~:^"[dice.below(4)] } else { dice.below(256) as u8 });
    }
    file
}

/// One part of it very often, or without an end.
fn repeated(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (from, to) = (dice.below(file.len() + 1), dice.below(file.len() + 1));
    let (from, to) = (from.min(to), from.max(to));
    let times = 1 << dice.below(12);
    let mut made = file[..from].to_vec();
    while made.len() < (to - from).saturating_mul(times).min(MOST_BYTES) {
        made.extend_from_slice(&file[from..to]);
        if from == to {
            break;
        }
    }
    made.extend_from_slice(&file[to..]);
    made
}

/// Segments swapped, doubled, left out and lent by another file; elements changed; other separators.
fn segments(file: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let text = String::from_utf8_lossy(file);
    let lent = String::from_utf8_lossy(other);
    let mut own: Vec<String> = text.split('~').map(String::from).collect();
    let theirs: Vec<&str> = lent.split('~').collect();
    for _ in 0..=dice.below(8) {
        let (one, two) = (dice.below(own.len()), dice.below(own.len()));
        match dice.below(8) {
            0 => own.swap(one, two),
            1 => own.insert(one, own[two].clone()),
            2 if own.len() > 2 => drop(own.remove(one)),
            3 => own.insert(one, theirs[dice.below(theirs.len())].to_string()),
            4 => own.insert(one, IDS[dice.below(IDS.len())].to_string() + &"*".repeat(dice.below(20))),
            _ => own[one] = element_changed(&own[one], dice),
        }
    }
    let mut made = own.join("~");
    if dice.below(8) == 0 {
        made = made.replace('*', ["|", "\u{1d}", "+"][dice.below(3)]);
    }
    if dice.below(8) == 0 {
        made = made.replace('~', ["\n", "~\r\n", "'"][dice.below(3)]);
    }
    made.into_bytes()
}

fn element_changed(segment: &str, dice: &mut Dice) -> String {
    let mut elements: Vec<String> = segment.split('*').map(String::from).collect();
    let at = dice.below(elements.len());
    match dice.below(5) {
        0 => elements.insert(at, String::new()),
        1 if elements[at].len() < 1_000 => elements[at] = elements[at].repeat(1 << dice.below(10)),
        2 => elements[at] = elements[dice.below(elements.len())].clone(),
        3 => elements[at] = format!("{}:{}", elements[at], ODD[dice.below(ODD.len())]),
        _ => elements[at] = ODD[dice.below(ODD.len())].to_string(),
    }
    elements.join("*")
}
