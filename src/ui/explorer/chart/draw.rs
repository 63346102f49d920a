//! Draws the plot in the browser: its elements are cloned once, then updated on animation frames.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{DocumentFragment, Element};

use super::inputs::{ChartInputs, PlotLayers};
use crate::motion::spring::Spring;
use crate::plot::frame::FRAME;
use crate::plot::polyline::Polyline;
use crate::ui::animation::Animation;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::effect;
use crate::ui::reused::is_reused;

/// Fills `plot`, unless a server rendered it for this component instance, and keeps it up to date until `owner` is disposed.
/// `owner` is the component's: elements may be created under another owner.
pub(super) fn draw(plot: Element, (inputs, layers, owner): (ChartInputs, PlotLayers, Option<Owner>)) {
    if is_reused(&plot) {
        plot.set_inner_html("");
        for left in ["data-pointing", "data-preview"] {
            let _ = plot.remove_attribute(left);
        }
    }
    let from_server = plot.first_child().is_some();
    if from_server || fill(&plot, inputs, &layers).is_ok() {
        owner.unwrap_or_default().with(|| keep_up_to_date(&plot, inputs, layers, from_server));
    }
}

fn keep_up_to_date(plot: &Element, inputs: ChartInputs, layers: PlotLayers, from_server: bool) {
    let part = |name: &str| plot.query_selector(&["[data-part=", name, "]"].concat()).ok().flatten();
    let parts = (part("axes"), part("curve"), part("cursor"), part("marker"));
    let (Some(axes_group), Some(curve), Some(cursor), Some(marker)) = parts else { return };

    layers.on_plot.iter().for_each(|on_plot| on_plot(plot));
    let (place, line) = untrack(|| (inputs.x(), inputs.line()));
    let starts = vec![Polyline::level(place), line.clone()];
    // What the server drew is unknown, since state may have changed; NaN forces the first draw.
    let mut drawn = if from_server { (f64::NAN, Polyline::level(f64::NAN)) } else { (place, line) };
    let mut draw = move |values: &[Polyline]| {
        let [position, line] = values else { return };
        // A spring may overshoot the last rank, but the curve ends there: clamp.
        let x = position.at(0.0).clamp(0.0, FRAME);
        let line_moved = *line != drawn.1;
        if line_moved {
            set(&curve, "d", &line.path());
            drawn.1 = line.clone();
        }
        if line_moved || x != drawn.0 {
            let (left, top) = (percent(x), percent(line.at(x)));
            set(&cursor, "x1", &left);
            set(&cursor, "x2", &left);
            set(&marker, "cx", &left);
            set(&marker, "cy", &top);
            drawn.0 = x;
        }
    };
    if from_server {
        draw(&starts);
    }
    let animation = Animation::new(starts, Box::new(draw));
    let ChartInputs { model, transition, .. } = inputs;
    let mut drawn_axes = untrack(|| model.with(|model| layers.markup(model)));
    effect(move || {
        let now = model.with(|model| layers.markup(model));
        if now != drawn_axes {
            axes_group.set_inner_html(&now);
            drawn_axes = now;
        }
    });
    animation.follow(0, Box::new(move || Polyline::level(inputs.x())), transition);
    animation.follow(1, Box::new(move || inputs.line()), Spring::SMOOTH.into());
}

fn set(element: &Element, name: &str, value: &str) {
    // Only fails for an invalid attribute name.
    let _ = element.set_attribute(name, value);
}

/// Puts the markup of `inputs` into `plot`. Clones the elements of the explorer filled last if the markup is the same; otherwise
/// parses it.
///
/// Without the cache, a page of a hundred explorers spent a sixth of its time on parsing axes; setting attributes one by one took
/// longer still.
fn fill(plot: &Element, inputs: ChartInputs, layers: &PlotLayers) -> Result<(), JsValue> {
    thread_local! {
        static LAST: RefCell<Option<(String, DocumentFragment)>> = const { RefCell::new(None) };
    }
    let markup = untrack(|| inputs.markup(layers));
    LAST.with_borrow_mut(|last| {
        if last.as_ref().is_none_or(|(known, _)| *known != markup) {
            plot.set_inner_html(&markup);
            let template = document().create_document_fragment();
            while let Some(child) = plot.first_child() {
                template.append_child(&child)?;
            }
            *last = Some((markup, template));
        }
        if let Some((_, template)) = last {
            plot.append_child(&template.clone_node_with_deep(true)?)?;
        }
        Ok(())
    })
}
