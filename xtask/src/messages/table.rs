//! The tables of `docs/compiler-messages.md`.

use super::{Group, Message};

/// The line below which the tables stand.
pub const BELOW: &str = "<!-- `cargo xtask messages` writes everything below this line. -->";

/// Appends the table of `group`.
pub fn append(text: &mut String, group: &Group, errors: &[Message]) {
    *text += &format!(
        "\n## {}\n| you write | rustc says | helps | write instead | it said before |\n| --- | --- | --- | --- | --- |\n",
        group.title
    );
    for mistake in &group.mistakes {
        let says = mistake.error(errors).map_or("nothing: it compiles", |error| &error.first);
        let before = if mistake.before == says { "the same" } else { &mistake.before };
        let cells = [&mistake.title, says, &mistake.helps, &mistake.instead, before];
        *text += &format!("| {} |\n", cells.map(cell).join(" | "));
    }
}

/// `|` would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
