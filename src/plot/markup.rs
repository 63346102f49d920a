//! Text inside markup: SVG, XML, HTML.

/// `text` escaped for character data and attribute values. Characters that XML 1.0 forbids (§ 2.2: most control characters)
/// become U+FFFD.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..=' ' if letter != ' ' => escaped.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_is_read_as_markup() {
        assert_eq!(escaped("<b a=\"1\">&amp;]]>"), "&lt;b a=&quot;1&quot;&gt;&amp;amp;]]&gt;");
        assert_eq!(escaped("a\0b\nc\u{1b}d\u{ffff}"), "a\u{fffd}b c\u{fffd}d\u{fffd}");
        assert_eq!(escaped("‖W‖ – Größe 🙂"), "‖W‖ – Größe 🙂");
    }
}
