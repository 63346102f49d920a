//! [`Markup`]: SVG, XML and HTML as text.

/// A piece of markup. Text is escaped on the way in; only literals are taken as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl Markup {
    /// Appends a literal as it is.
    pub fn raw(&mut self, literal: &'static str) -> &mut Self {
        self.0 += literal;
        self
    }

    /// Appends text, escaped for character data and for attribute values in either kind of quotes. Characters that XML 1.0
    /// forbids (§ 2.2: most control characters) become U+FFFD.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0 += "&amp;",
                '<' => self.0 += "&lt;",
                '>' => self.0 += "&gt;",
                '"' => self.0 += "&quot;",
                '\'' => self.0 += "&#39;",
                '\t' | '\n' | '\r' => self.0.push(' '),
                '\0'..=' ' if letter != ' ' => self.0.push('\u{fffd}'),
                '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
                letter => self.0.push(letter),
            }
        }
        self
    }

    /// Appends other markup.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.0 += &other.0;
        self
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    fn escaped(text: &str) -> String {
        let mut markup = Markup::default();
        markup.text(text);
        markup.into_string()
    }

    #[test]
    fn no_text_is_read_as_markup() {
        assert_eq!(escaped("<b a=\"1\" b='2'>&amp;]]>"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;]]&gt;");
        assert_eq!(escaped("a\0b\nc\u{1b}d\u{ffff}"), "a\u{fffd}b c\u{fffd}d\u{fffd}");
        assert_eq!(escaped("‖W‖ – Größe 🙂"), "‖W‖ – Größe 🙂");
    }

    #[test]
    fn only_literals_and_markup_are_taken_as_they_are() {
        let mut inner = Markup::default();
        inner.raw("<b>").text("<").raw("</b>");
        let mut outer = Markup::default();
        outer.raw("<p>").append(&inner).raw("</p>");
        assert_eq!(outer.into_string(), "<p><b>&lt;</b></p>");
    }
}
