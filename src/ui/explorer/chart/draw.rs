//! Moves the curve, the cursor and the marker in the browser, on animation frames.

use leptos::prelude::*;
use leptos::svg;
use web_sys::Element;

use super::inputs::ChartInputs;
use crate::motion::spring::Spring;
use crate::plot::frame::FRAME;
use crate::plot::polyline::Polyline;
use crate::ui::animation::Animation;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::effect;

/// What moves in the plot.
#[derive(Clone, Copy)]
pub(super) struct Elements {
    pub curve: NodeRef<svg::Path>,
    pub cursor: NodeRef<svg::Line>,
    pub marker: NodeRef<svg::Circle>,
}

/// Draws `inputs` into `elements` as soon as they exist, and moves them after each change.
pub(super) fn keep_up_to_date(inputs: ChartInputs, elements: Elements) {
    effect(move || {
        let found = (elements.curve.get(), elements.cursor.get(), elements.marker.get());
        if let (Some(curve), Some(cursor), Some(marker)) = found {
            start(inputs, &curve, &cursor, &marker);
        }
    });
}

fn start(inputs: ChartInputs, curve: &Element, cursor: &Element, marker: &Element) {
    let (curve, cursor, marker) = (curve.clone(), cursor.clone(), marker.clone());
    let mut drawn = (f64::NAN, Polyline::level(f64::NAN));
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
    let starts = untrack(|| vec![Polyline::level(inputs.x()), inputs.line()]);
    draw(&starts);
    let animation = Animation::new(starts, Box::new(draw));
    animation.follow(0, Box::new(move || Polyline::level(inputs.x())), inputs.transition);
    animation.follow(1, Box::new(move || inputs.line()), Spring::SMOOTH.into());
}

fn set(element: &Element, name: &str, value: &str) {
    // Only fails for an invalid attribute name.
    let _ = element.set_attribute(name, value);
}
