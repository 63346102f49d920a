//! Moves the curve, the cursor and the marker in the browser, on animation frames.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::inputs::ChartInputs;
use crate::motion::spring::Spring;
use crate::plot::frame::FRAME;
use crate::plot::polyline::Polyline;
use crate::plot::rank_axis::RankAxis;
use crate::plot::residual_axis::ResidualAxis;
use crate::ui::animation::{Animation, Place, ReadTransition};
use crate::ui::element_ref::ElementRef;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::effect;

/// What moves in the plot.
#[derive(Clone, Copy)]
pub(super) struct Elements {
    pub curve: ElementRef,
    pub dots: ElementRef,
    pub kept: ElementRef,
    pub range: ElementRef,
    /// What stands at the displayed rank.
    pub at_rank: ElementRef,
    pub marker: ElementRef,
    pub residual: ElementRef,
}

/// Draws `inputs` into `elements` as soon as they exist, and moves them after each change.
pub(super) fn keep_up_to_date(inputs: ChartInputs, transition: ReadTransition, elements: Elements) {
    effect(move || {
        if let Some(drawing) = Drawing::of(elements) {
            start(inputs, transition.clone(), drawing);
        }
    });
}

/// The elements, and what they show.
struct Drawing {
    curve: Element,
    dots: Element,
    kept: Element,
    at_rank: Element,
    marker: Element,
    range: Element,
    residual: Element,
    x: f64,
    line: Polyline,
    /// Whether the element `range` may have a path.
    has_range: bool,
}

impl Drawing {
    fn of(elements: Elements) -> Option<Self> {
        Some(Self {
            curve: elements.curve.get()?,
            dots: elements.dots.get()?,
            kept: elements.kept.get()?,
            at_rank: elements.at_rank.get()?,
            marker: elements.marker.get()?,
            range: elements.range.get()?,
            residual: elements.residual.get()?,
            x: f64::NAN,
            line: Polyline::level(f64::NAN),
            has_range: true,
        })
    }

    fn draw(&mut self, x: f64, line: &Polyline, inputs: ChartInputs) {
        let line_moved = *line != self.line;
        if line_moved {
            set(&self.curve, "d", &line.path());
            set(&self.dots, "d", &inputs.dots(line));
            self.line = line.clone();
        }
        if line_moved || x != self.x {
            let y = line.at(x);
            let top = percent(y);
            set(&self.at_rank, "x", &percent(x));
            set(&self.kept, "d", &inputs.kept(x));
            set(&self.marker, "cy", &top);
            set(&self.residual, "y", &top);
            let range = inputs.range(x, y);
            let has_range = !range.is_empty();
            if has_range || self.has_range {
                set(&self.range, "d", &range);
                self.has_range = has_range;
            }
            self.x = x;
        }
    }
}

fn start(inputs: ChartInputs, transition: ReadTransition, mut drawing: Drawing) {
    let mut draw = move |values: &[Polyline]| {
        let [position, line] = values else { return };
        // A spring may overshoot the last rank, but the curve ends there: clamp.
        drawing.draw(position.at(0.0).clamp(0.0, FRAME), line, inputs);
    };
    let starts = untrack(|| vec![Polyline::level(inputs.x()), inputs.line()]);
    draw(&starts);
    let animation = Animation::new(starts, Box::new(draw));
    let x = Box::new(move || Polyline::level(inputs.x()));
    let place = on_new_axes(inputs, |at, (from, _), (to, _)| {
        let rank = from.to_domain(at.at(0.0));
        Polyline::level(to.to_frame(rank).clamp(0.0, FRAME))
    });
    animation.follow(0, x, place, transition);
    let place = on_new_axes(inputs, |line, (ranks, residuals), (to_ranks, to_residuals)| {
        line.moved(|(x, y)| (to_ranks.to_frame(ranks.to_domain(x)), residuals.on(to_residuals, y)))
    });
    animation.follow(1, Box::new(move || inputs.line()), place, Arc::new(|| Spring::SMOOTH.into()));
}

type Axes = (RankAxis, ResidualAxis);

/// When the axes change, puts what is drawn where `place` says, so that it is never drawn over axes that are not its own.
fn on_new_axes(inputs: ChartInputs, place: fn(&Polyline, &Axes, &Axes) -> Polyline) -> Place {
    let mut axes = inputs.axes();
    Box::new(move |drawn| {
        let now = inputs.axes();
        if now == axes {
            return None;
        }
        let placed = place(drawn, &axes, &now);
        axes = now;
        Some(placed)
    })
}

fn set(element: &Element, name: &str, value: &str) {
    // Only fails for an invalid attribute name.
    let _ = element.set_attribute(name, value);
}
