//! What moves in the plot, as one piece of markup, and its elements.
//!
//! The browser parses it faster than it creates the elements and sets their attributes one by one. As a `view!` with a `NodeRef` for
//! each, an explorer called `setAttribute` 82 times in place of 47, the fastest of 40 mounts of 100 explorers took 1.1 times as
//! long, and the page of `examples/quickstart` was 0.6 kB larger.

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
    markup.raw(r#"<svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none" fill="none""#);
    markup
        .raw(r#" stroke-linejoin="round" stroke-linecap="round"><polygon data-part="kept" points=""#)
        .text(&inputs.kept(x));
    for (part, d, stroke, width) in [
        ("curve", line.path(), "curve", "2"),
        ("dots", inputs.dots(&line), "curve", "6"),
        ("range", inputs.range(x, y), "marker", "6"),
    ] {
        markup.raw(r#""/><path data-part=""#).raw(part).raw(r#"" d=""#).text(&d);
        markup.raw(r#"" stroke="var(--lora-rank-explorer-"#).raw(stroke).raw(r#", currentColor)" stroke-width=""#);
        markup.raw(width).raw(r#"" vector-effect="non-scaling-stroke"#);
    }
    markup.raw(r#""/></svg><svg data-part="at-rank" x=""#).text(&left).raw(r#"" overflow="visible">"#);
    markup.raw(r#"<line data-part="cursor" y2="100%" stroke="var(--lora-rank-explorer-cursor, currentColor)""#);
    markup.raw(r#" stroke-dasharray="4 4"/><circle data-part="marker" cy=""#).text(&top);
    markup.raw(r#"" r="6" fill="var(--lora-rank-explorer-marker, currentColor)"/>"#);
    markup.raw(r#"<text data-part="rank-on-axis" text-anchor="middle" y="100%" dy="1.5em">"#).text(rank);
    markup.raw(r#"</text></svg><text data-part="residual-on-axis" text-anchor="end" dx="-.75em" dy=".35em" y=""#);
    // Never without a text node, which is where later texts go.
    markup.text(&top).raw(r#"">"#).text(if residual.is_empty() { " " } else { residual }).raw("</text>");
    markup
}

/// The elements of [`markup`], and the axes.
pub(super) struct Moving {
    /// The axes, which are markup of their own, before the group.
    pub axes: Element,
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
        let axes = group.previous_element_sibling()?;
        let [stretched, at_rank, residual] = children(group)?;
        let [kept, curve, dots, range] = children(&stretched)?;
        let [_cursor, marker, rank] = children(&at_rank)?;
        Some(Self { axes, kept, curve, dots, range, at_rank, marker, rank, residual })
    }
}

fn children<const COUNT: usize>(of: &Element) -> Option<[Element; COUNT]> {
    let children = std::iter::successors(of.first_element_child(), Element::next_element_sibling);
    children.collect::<Vec<_>>().try_into().ok()
}
