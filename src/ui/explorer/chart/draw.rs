//! Moves the curve, the cursor and the marker in the browser, on animation frames.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::inputs::{ChartInputs, CoveredTicks};
use super::moving::Moving;
use crate::motion::spring::Spring;
use crate::plot::frame::FRAME;
use crate::plot::polyline::Polyline;
use crate::plot::rank_axis::RankAxis;
use crate::plot::residual_axis::ResidualAxis;
use crate::ui::animation::{Animation, Place, ReadTransition};
use crate::ui::element_ref::ElementRef;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::effect;

/// What the elements show.
struct Drawn {
    x: f64,
    line: Polyline,
    /// Whether the element `range` may have a path.
    has_range: bool,
    /// The rank and the residual at the axes. `None` where they are not known.
    texts: Option<[String; 2]>,
}

impl Drawn {
    /// What elements show that another component has drawn on.
    fn unknown() -> Self {
        Self { x: f64::NAN, line: Polyline::level(f64::NAN), has_range: true, texts: None }
    }

    /// Whether the elements show the cursor and the curve so.
    fn is_in(&self, moving: &Moving) -> bool {
        let shows = |element: &Element, name, value| element.get_attribute(name).is_some_and(|shown| shown == value);
        shows(&moving.at_rank, "x", percent(self.x)) && shows(&moving.curve, "d", self.line.path())
    }

    /// What markup shows that is made from the values of this moment.
    fn now(inputs: ChartInputs, rank: Signal<String>, residual: Signal<String>) -> Self {
        let (x, line) = (inputs.x(), inputs.line());
        let has_range = !inputs.range(x, line.at(x)).is_empty();
        Self { x, line, has_range, texts: Some([rank.get(), residual.get()]) }
    }
}

/// Draws `inputs` and writes `rank` and `residual` into the markup in `group` as soon as it exists, and again after each change. The
/// markup is made in the same moment as this is called.
pub(super) fn keep_up_to_date(
    inputs: ChartInputs,
    transition: ReadTransition,
    group: ElementRef,
    rank: Signal<String>,
    residual: Signal<String>,
) {
    // Elements that a page hydrates are older than the component.
    let is_new = cfg!(not(any(feature = "hydrate", feature = "islands", feature = "ssr")));
    let mut drawn = is_new.then(|| untrack(|| Drawn::now(inputs, rank, residual)));
    effect(move || {
        let Some(group) = group.get() else { return };
        let Some(moving) = Moving::of(&group) else { return };
        // So are those of a view that is rendered again: Leptos leaves what is in them where the markup is what the first one's was.
        let mut drawn = drawn.take().filter(|drawn| drawn.is_in(&moving)).unwrap_or_else(Drawn::unknown);
        let [shown_rank, shown_residual] = drawn.texts.take().map_or([None, None], |texts| texts.map(Some));
        write(&moving.rank, rank, shown_rank);
        write(&moving.residual, residual, shown_residual);
        start(inputs, transition.clone(), Drawing::new(moving, drawn, inputs));
    });
}

/// Keeps the text of `element`, which has a text node and shows `shown`, as `text`. The same node, so that the browser lays out less.
fn write(element: &Element, text: Signal<String>, mut shown: Option<String>) {
    let element = element.clone();
    effect(move || {
        let text = Some(text.get());
        if text != shown {
            if let Some(node) = element.first_child() {
                node.set_node_value(text.as_deref());
            }
            shown = text;
        }
    });
}

/// The elements, and what they show.
struct Drawing {
    moving: Moving,
    x: f64,
    line: Polyline,
    has_range: bool,
    /// The ticks whose labels are not shown, and the first element of the axes that they are in.
    hidden: CoveredTicks,
    axes: Option<Element>,
}

impl Drawing {
    fn new(moving: Moving, drawn: Drawn, inputs: ChartInputs) -> Self {
        let Drawn { x, line, has_range, .. } = drawn;
        let hidden = inputs.covered_ticks(x, &line);
        // A component before this one may have hidden others.
        let axes = if x.is_nan() { None } else { moving.axes.first_element_child() };
        Self { moving, x, line, has_range, hidden, axes }
    }

    fn draw(&mut self, x: f64, line: &Polyline, inputs: ChartInputs) {
        let line_moved = *line != self.line;
        if line_moved {
            set(&self.moving.curve, "d", &line.path());
            set(&self.moving.dots, "d", &inputs.dots(line));
            self.line = line.clone();
        }
        if line_moved || x != self.x {
            let y = line.at(x);
            let top = percent(y);
            set(&self.moving.at_rank, "x", &percent(x));
            // Points are no style, as a path's data are: the browser need not compute the style anew.
            set(&self.moving.kept, "points", &inputs.kept(x));
            set(&self.moving.marker, "cy", &top);
            set(&self.moving.residual, "y", &top);
            let range = inputs.range(x, y);
            let has_range = !range.is_empty();
            if has_range || self.has_range {
                set(&self.moving.range, "d", &range);
                self.has_range = has_range;
            }
            self.x = x;
            self.hide_covered(inputs);
        }
    }

    fn hide_covered(&mut self, inputs: ChartInputs) {
        let covered = inputs.covered_ticks(self.x, &self.line);
        // New axes hide the labels for the rank that the marker is moving to, not for where it is now.
        let axes = self.moving.axes.first_element_child();
        let are_new = axes != self.axes;
        self.axes = axes;
        for (axis, part) in ["residual", "rank"].into_iter().enumerate() {
            if are_new || covered[axis] != self.hidden[axis] {
                let set_visibility = |which: String, visibility| {
                    let label = self.moving.axes.query_selector(&format!("[data-part={part}-ticks] > {which}"));
                    if let Ok(Some(label)) = label {
                        set(&label, "visibility", visibility);
                    }
                };
                set_visibility("[visibility=hidden]".to_owned(), "inherit");
                if let Some(tick) = covered[axis] {
                    set_visibility(format!(":nth-child({})", tick + 1), "hidden");
                }
            }
        }
        self.hidden = covered;
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
