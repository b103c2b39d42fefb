//! How text is set: what belongs together stays on one line, plain text is folded at 72 columns.

const COLUMNS: usize = 72;
const NO_BREAK: char = '\u{a0}';
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Text without what nobody sees: control characters other than line breaks and tabs, marks that turn the direction of reading, the mark of
/// the order of bytes, and what is no character at all. They come along when text is pasted, and break a template or a page.
pub fn visible(text: &str) -> String {
    let kept = |c: char| match c {
        '\n' | '\t' => Some(c),
        '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' => None,
        c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).collect()
}

/// Holds month and day, "0 to 10", "4 of 7" and phone numbers together; a lone "7." on a line reads as an error. What nobody sees falls
/// away.
pub fn held_together(text: &str) -> String {
    let text = visible(text);
    let words: Vec<&str> = text.split(' ').collect();
    let mut set = String::with_capacity(text.len() + 8);
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            let before = at.checked_sub(2).and_then(|i| words.get(i)).copied().unwrap_or_default();
            set.push(if belongs(before, words[at - 1], word, words.get(at + 1).copied().unwrap_or_default()) { NO_BREAK } else { ' ' });
        }
        set.push_str(word);
    }
    set
}

/// Whether `word` stays with the word to its left.
fn belongs(before: &str, left: &str, word: &str, after: &str) -> bool {
    let is_joint = |w: &str| matches!(w, "to" | "of");
    let area_code = left.len() == 5 && left.starts_with('(') && left.ends_with(')');
    let number = begins_with_digit(word);
    (number && (is_month(left) || area_code || left == "of"))
        || (number && is_joint(left) && begins_with_digit(before))
        || (is_joint(word) && begins_with_digit(left) && begins_with_digit(after))
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|m| *m == word || m[..3] == *word)
}

fn begins_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Folds long lines at spaces, keeps their indent, and leaves at most one empty line. What was held together stays so.
pub fn folded(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        fold_line(line, &mut lines);
    }
    let mut folded = lines.join("\n").replace(NO_BREAK, " ");
    folded.truncate(folded.trim_end().len());
    folded.push('\n');
    folded
}

fn fold_line(line: &str, lines: &mut Vec<String>) {
    if line.chars().count() <= COLUMNS {
        lines.push(line.to_string());
        return;
    }
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let hanging = if line[spaces..].starts_with("- ") { spaces + 2 } else { spaces };
    let mut current = " ".repeat(spaces);
    for word in line.split(' ').filter(|w| !w.is_empty()) {
        let holds_words = !current.trim().is_empty();
        if holds_words && current.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::replace(&mut current, " ".repeat(hanging)));
        } else if holds_words {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_and_day_ranges_counts_and_phone_numbers_are_held_together() {
        let set = |text: &str| held_together(text).replace(NO_BREAK, "~");
        assert_eq!(set("Next report by December 14."), "Next report by December~14.");
        assert_eq!(set("pain 7 to 3, index 56% to 36%"), "pain 7~to~3, index 56%~to~36%");
        assert_eq!(set("partly met, 4 nights of 7"), "partly met, 4 nights of~7");
        assert_eq!(set("5 of 12 visits"), "5~of~12 visits");
        assert_eq!(set("call (206) 555-0186 or"), "call (206)~555-0186 or");
        assert_eq!(set("valid October 5 to December 27"), "valid October~5 to December~27");
        assert_eq!(set("I go to bed, 2 of us"), "I go to bed, 2 of us");
    }

    #[test]
    fn lines_are_folded_at_72_columns_with_their_indent() {
        let long = format!("  {}\n\n\n\n- {}", "word ".repeat(30), "goal ".repeat(20));
        let text = folded(&long);
        assert!(text.lines().all(|l| l.chars().count() <= 72), "{text}");
        assert!(text.lines().take(3).all(|l| l.starts_with("  word")), "{text}");
        assert!(text.contains("\n\n- goal") && text.contains("\n  goal") && !text.contains("\n\n\n"), "{text}");
    }

    #[test]
    fn a_line_is_never_broken_between_a_month_and_its_day() {
        let text = folded(&held_together(&format!("{} December 14", "x".repeat(63))));
        assert!(text.ends_with("\nDecember 14\n"), "{text}");
    }

    #[test]
    fn what_no_person_typed_falls_away() {
        assert_eq!(held_together("a\u{0}b\u{1b}c\nd"), "abc\nd");
        assert_eq!(visible("\u{feff}a\u{202e}b\u{ffff}c\u{1fffe}\u{2028}d\u{2069}é 😀"), "abc\ndé 😀");
    }
}
