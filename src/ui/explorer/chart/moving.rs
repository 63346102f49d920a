//! What moves in the plot, as one piece of markup, and its elements.
//!
//! The browser parses it in a fraction of the time that it takes to create the elements and to set their attributes one by one, as a
//! `view!` does.

use web_sys::Element;

use super::inputs::ChartInputs;
use crate::plot::markup::Markup;
use crate::ui::explorer::text::numbers::percent;

/// The curve and what stands at the displayed rank, for inputs of now. [`Moving::of`] takes it apart.
pub(super) fn markup(inputs: ChartInputs, rank: &str, residual: &str) -> Markup {
    let (line, x) = (inputs.line(), inputs.x());
    let y = line.at(x);
    let (left, top) = (percent(x), percent(y));
    let mut markup = Markup::default();
    markup.raw(r#"<svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none" fill="none" stroke-linejoin="round" stroke-linecap="round"><path data-part="kept" d=""#);
    markup.text(&inputs.kept(x));
    for (part, stroke, width, d) in [
        ("curve", "curve", "2", line.path()),
        ("dots", "curve", "6", inputs.dots(&line)),
        ("range", "marker", "6", inputs.range(x, y)),
    ] {
        markup.raw(r#""/><path data-part=""#).raw(part).raw(r#"" stroke="var(--lora-rank-explorer-"#).raw(stroke);
        markup.raw(r#", currentColor)" stroke-width=""#).raw(width);
        markup.raw(r#"" vector-effect="non-scaling-stroke" d=""#).text(&d);
    }
    markup.raw(r#""/></svg><svg data-part="at-rank" overflow="visible" x=""#).text(&left);
    markup.raw(r#""><line data-part="cursor" y2="100%" stroke="var(--lora-rank-explorer-cursor, currentColor)" stroke-dasharray="4 4"/><circle data-part="marker" r="6" fill="var(--lora-rank-explorer-marker, currentColor)" cy=""#).text(&top);
    markup.raw(r#""/><text data-part="rank-on-axis" y="100%" dy="1.5em" text-anchor="middle">"#).text(rank);
    markup.raw(r#"</text></svg><text data-part="residual-on-axis" dx="-.75em" dy=".35em" text-anchor="end" y=""#);
    // Never without a text node, which is where later texts go.
    markup.text(&top).raw(r#"">"#).text(if residual.is_empty() { " " } else { residual }).raw("</text>");
    markup
}

/// The elements of [`markup`].
pub(super) struct Moving {
    pub kept: Element,
    pub curve: Element,
    pub dots: Element,
    pub range: Element,
    /// What stands at the displayed rank.
    pub at_rank: Element,
    pub marker: Element,
    pub rank: Element,
    pub residual: Element,
}

impl Moving {
    /// The elements in `group`, in the order of the markup.
    pub(super) fn of(group: &Element) -> Option<Self> {
        let [stretched, at_rank, residual] = children(group)?;
        let [kept, curve, dots, range] = children(&stretched)?;
        let [_cursor, marker, rank] = children(&at_rank)?;
        Some(Self { kept, curve, dots, range, at_rank, marker, rank, residual })
    }
}

fn children<const COUNT: usize>(of: &Element) -> Option<[Element; COUNT]> {
    let children = std::iter::successors(of.first_element_child(), Element::next_element_sibling);
    children.collect::<Vec<_>>().try_into().ok()
}
