//! Texts of unknown files and servers, made fit to be shown.

/// The most letters of such a text.
const MOST: usize = 200;

/// The beginning of `text` in one line, without letters that change what is around them: control characters and marks that
/// turn the direction of writing or cannot be seen (Unicode UAX #9; Boucher & Anderson, *Trojan Source*, 2021) become `�`.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut letters = 0;
    for word in text.split_whitespace() {
        if !shown.is_empty() {
            shown.push(' ');
        }
        for letter in word.chars() {
            if letters == MOST {
                shown.push('…');
                return shown;
            }
            shown.push(if is_harmless(letter) { letter } else { char::REPLACEMENT_CHARACTER });
            letters += 1;
        }
    }
    shown
}

fn is_harmless(letter: char) -> bool {
    let is_hidden = matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !is_hidden && !letter.is_control()
}

#[cfg(test)]
mod tests {
    use super::{MOST, shown};
    use crate::plot::notation::grouped;

    #[test]
    fn a_shown_text_is_one_short_line_without_hidden_letters() {
        assert_eq!(shown(" a\r\n\tb\u{1b}[31m \u{202e}c\u{2066}\u{0}"), "a b�[31m �c��");
        assert_eq!(shown("größe 大 é"), "größe 大 é");
        assert_eq!(shown(&"x".repeat(MOST)), "x".repeat(MOST));
        assert_eq!(shown(&"xy ".repeat(10_000)).chars().filter(|letter| !letter.is_whitespace()).count(), MOST + 1);
        assert_eq!(shown(&"\u{202e}".repeat(10_000)).chars().count(), MOST + 1);
    }

    #[test]
    fn digits_are_grouped_by_three() {
        let texts = [0, 12, 999, 1000, 167_832_240, u64::MAX].map(grouped);
        assert_eq!(texts, ["0", "12", "999", "1,000", "167,832,240", "18,446,744,073,709,551,615"]);
    }
}
