//! The map as HTML text. Paths come from files, so every text is escaped.

use super::layout::{Layout, Part};

/// The longest names of blocks for which columns are narrow, and of middle width.
const NARROW: usize = 4;
const MIDDLE: usize = 7;

/// The rows and cells of the map, without values.
pub fn markup(layout: &Layout) -> String {
    let mut html = String::new();
    for (i, part) in layout.parts.iter().enumerate() {
        let name = if part.name.is_empty() { "outside all blocks" } else { &part.name };
        let name = escaped(name);
        let width = width(layout, i);
        html += &format!(
            r#"<div role="rowgroup" class="part {width}" aria-label="{name}"><div role="row" class="blocks">"#
        );
        html += &format!(r#"<div role="columnheader" class="side" data-all="{i}" title="{name}">{name}</div>"#);
        for (column, block) in part.blocks.iter().enumerate() {
            html += &format!(r#"<div role="columnheader" data-column="{i}.{column}">{}</div>"#, escaped(block));
        }
        html += "</div>";
        for (at, row) in part.rows.iter().enumerate() {
            let module = escaped(&row.module);
            html += r#"<div role="row">"#;
            html +=
                &format!(r#"<div role="rowheader" class="side" data-row="{i}.{at}" title="{module}">{module}</div>"#);
            for cell in &row.cells {
                match cell {
                    Some(cell) => {
                        html += &format!(r#"<div role="gridcell" id="cell-{cell}" aria-selected="false">…</div>"#)
                    }
                    None => html += r#"<div role="gridcell" class="none"></div>"#,
                }
            }
            html += "</div>";
        }
        html += "</div>";
    }
    html
}

/// How wide the columns of a part are: there must be room for spreads, and for the names of blocks.
fn width(layout: &Layout, part: usize) -> &'static str {
    let Part { blocks, .. } = &layout.parts[part];
    let has_spreads = layout.cells.iter().any(|cell| cell.part == part && cell.layers.len() > 1);
    let longest = blocks.iter().map(|block| block.chars().count()).max().unwrap_or(0);
    if has_spreads || longest > MIDDLE {
        "wide"
    } else if longest > NARROW {
        "middle"
    } else {
        "narrow"
    }
}

pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::layout::tests::layout;

    #[test]
    fn a_path_from_a_file_is_text_and_never_an_element() {
        let html = markup(&layout(&["<img src=x onerror=alert(1)>\"'&.0.q"]));
        assert!(
            !html.contains("<img") && html.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;.*"),
            "{html}"
        );
    }

    #[test]
    fn every_layer_has_a_cell_and_a_gap_has_none() {
        let html = markup(&layout(&["a.0.q", "a.1.q", "a.1.k"]));
        assert_eq!((html.matches("id=\"cell-").count(), html.matches("class=\"none\"").count()), (3, 1));
    }
}
