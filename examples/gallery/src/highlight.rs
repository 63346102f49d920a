//! Code as HTML, its tokens told apart by classes. Only in the program that prints the page: the browser gets the result.

use std::sync::LazyLock;

use html_escape::encode_text_to_string;
use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The class of what stands in a scope whose name begins so. Of nested scopes the innermost that is listed decides.
static CLASSES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    let classes = [
        ("comment", "comment"),
        ("string", "string"),
        ("constant", "number"),
        ("keyword.operator", ""),
        ("keyword", "keyword"),
        ("storage", "keyword"),
        ("variable.language", "keyword"),
        ("entity.other.attribute-name", "attribute"),
        ("entity.name", "name"),
        ("support.function", "name"),
        ("support.macro", "name"),
        ("variable.function", "name"),
        ("variable.annotation", "attribute"),
    ];
    classes.map(|(scope, class)| (Scope::new(scope).expect("the name of a scope"), class)).to_vec()
});

/// The code with its tokens in `<span class="token-…">`. `language` is the ending of a file's name.
pub fn highlighted(code: &str, language: &str) -> String {
    let syntax = SYNTAXES.find_syntax_by_token(language);
    let mut state = ParseState::new(syntax.unwrap_or_else(|| panic!("there is no grammar for `{language}`")));
    let (mut scopes, mut html, mut open) = (ScopeStack::new(), String::new(), "");
    for line in LinesWithEndings::from(code) {
        let changes = state.parse_line(line, &SYNTAXES).expect("a grammar without mistakes");
        for (text, change) in ScopeRegionIterator::new(&changes, line) {
            scopes.apply(change).expect("scopes that are closed after they are opened");
            // A space has no colour: it stays in the token before it.
            let class = if text.trim().is_empty() { open } else { class(&scopes) };
            if class != open {
                html += if open.is_empty() { "" } else { "</span>" };
                if !class.is_empty() {
                    html += &format!("<span class=\"token-{class}\">");
                }
                open = class;
            }
            encode_text_to_string(text, &mut html);
        }
    }
    html + if open.is_empty() { "" } else { "</span>" }
}

fn class(scopes: &ScopeStack) -> &'static str {
    let listed =
        |scope: &Scope| CLASSES.iter().find(|(listed, _)| listed.is_prefix_of(*scope)).map(|(_, class)| *class);
    scopes.as_slice().iter().rev().find_map(listed).unwrap_or_default()
}
