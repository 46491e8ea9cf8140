//! How wide words are, before any font is known: a Chinese character fills its square, others half of it.

/// The height of words in a box, 10 point.
pub const FONT: i32 = 350;

/// From one line of words in a box to the next.
pub const LINE: i32 = 480;

/// The height of words on lines and under others, 8 point.
pub const SMALL_FONT: i32 = 290;

/// From one line of small words to the next.
pub const SMALL_LINE: i32 = 380;

/// More lines are not drawn; the last one then ends with an ellipsis.
const MOST_LINES: usize = 5;

/// What may not stand at the beginning of a line.
const CLOSING: &str = "，。、；：？！）〕】》”’…,.;:?!)]}";

/// The width of a line of words of this height.
#[must_use]
pub fn width(text: &str, font: i32) -> i32 {
    halves(text) * font / 2
}

fn half(character: char) -> i32 {
    1 + i32::from(character >= '\u{1100}' || "“”‘’—…·×".contains(character))
}

fn halves(text: &str) -> i32 {
    text.chars().map(half).sum()
}

/// Breaks words into lines of at most `most` Chinese characters, of about the same length.
pub(super) fn wrap(text: &str, most: i32) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = halves(&text);
    if all == 0 {
        return Vec::new();
    }
    let count = (all + most * 2 - 1) / (most * 2);
    // Whole characters: of an odd one too much each line would leave one over.
    let wanted = (all + 2 * count - 1) / (2 * count) * 2;
    let mut lines = vec![String::new()];
    let mut filled = 0;
    for character in text.chars() {
        let full = filled + half(character) > wanted.max(2) && !CLOSING.contains(character);
        if full && filled > 0 && !in_word(&lines, character, filled, most) {
            if lines.len() == MOST_LINES {
                let last = lines.last_mut().expect("BUG: there is a line");
                last.pop();
                last.push('…');
                break;
            }
            lines.push(String::new());
            filled = 0;
            if character == ' ' {
                continue;
            }
        }
        lines
            .last_mut()
            .expect("BUG: there is a line")
            .push(character);
        filled += half(character);
    }
    lines
}

/// Whether a break here would part a Latin word that still has room.
fn in_word(lines: &[String], next: char, filled: i32, most: i32) -> bool {
    let before = lines.last().and_then(|line| line.chars().last());
    let inside = |one: char| one.is_ascii_alphanumeric();
    inside(next) && before.is_some_and(inside) && filled < most * 2
}

/// The width of the widest of some lines.
pub(super) fn widest(lines: &[String], font: i32) -> i32 {
    let widths = lines.iter().map(|line| width(line, font));
    widths.max().unwrap_or(0)
}

/// The height of some lines.
pub(super) fn high(lines: &[String], line: i32) -> i32 {
    i32::try_from(lines.len()).unwrap_or(i32::MAX / line) * line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_of_about_the_same_length() {
        assert_eq!(wrap("机关主要负责人签发", 8), ["机关主要负", "责人签发"]);
        assert_eq!(wrap("拟稿", 8), ["拟稿"]);
        assert_eq!(wrap("机关主要负责人", 6), ["机关主要", "负责人"]);
        assert_eq!(wrap("", 8), Vec::<String>::new());
    }

    #[test]
    fn a_line_does_not_begin_with_a_closing_mark() {
        assert_eq!(wrap("重要公文、上行", 4), ["重要公文、", "上行"]);
    }

    #[test]
    fn what_is_too_long_ends_with_an_ellipsis() {
        let lines = wrap(&"很长的名称".repeat(30), 8);
        assert_eq!(lines.len(), MOST_LINES);
        assert!(lines[MOST_LINES - 1].ends_with('…'), "{lines:?}");
    }
}
