//! [`Pointing`]: previewing and choosing ranks on the plot itself.

mod gesture;

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Element, PointerEvent};

use self::gesture::{Act, Gesture, Step};
use super::{DecidedRank, ExplorerContext, PartSlots};
use crate::plot::frame::FRAME;
use crate::plot::markup::Markup;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::effect;
use crate::ui::slider::controlled::Controlled;

/// Lets a person point at the plot with mouse, pen or touch: hovering previews the nearest rank, a click or a drag chooses one.
///
/// During a preview, marker and readout show the previewed rank, and say so; the slider and a paler dot keep the chosen one. A press alone chooses
/// nothing; leaving the plot ends a preview; Escape ends a preview or a drag and restores the rank from before. A touch that
/// moves up or down scrolls the page. Every rank that a pointer can choose, the keyboard can choose on the slider.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Pointing};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let preview = RwSignal::new(None);
///     view! {
///         <LoRaRankExplorer pointing=Pointing::new().on_preview(move |rank| preview.set(rank)) />
///         <p>{move || preview.get().map(|rank: usize| format!("Pointing at rank {rank}"))}</p>
///     }
/// }
/// ```
pub struct Pointing {
    on_preview: OnPreview,
    /// A field, so that only pages with pointing contain its code.
    decide: fn(OnPreview, Memo<CurveModel>, Controlled) -> DecidedRank,
}

type OnPreview = Option<Callback<Option<usize>>>;

impl Default for Pointing {
    fn default() -> Self {
        Self { on_preview: None, decide }
    }
}

impl Pointing {
    /// Pointing without a preview callback; chosen ranks go to `on_r_change` and `on_rank_commit`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Called with each previewed rank, and with `None` when the preview ends. The last call wins.
    pub fn on_preview(self, on_preview: impl Fn(Option<usize>) + Send + Sync + 'static) -> Self {
        Self { on_preview: Some(Callback::new(on_preview)), ..self }
    }

    pub(in crate::ui::explorer) fn decide(self, model: Memo<CurveModel>, rank: Controlled) -> DecidedRank {
        (self.decide)(self.on_preview, model, rank)
    }
}

/// Displays the previewed rank while there is one.
fn decide(on_preview: OnPreview, model: Memo<CurveModel>, rank: Controlled) -> DecidedRank {
    let preview = RwSignal::new(None);
    let chosen = rank.current();
    let displayed = Memo::new(move |_| {
        let preview: Option<usize> = preview.get();
        preview.map_or_else(|| chosen.get(), |rank| rank.min(model.with(|model| model.plot.ranks.last())))
    });
    let chosen_meanwhile = Memo::new(move |_| preview.get().map(|_| chosen.get()));
    let part = move |context: &ExplorerContext, slots: &mut PartSlots| {
        slots.add_overlay(move |model, markup| {
            if let Some(rank) = chosen_meanwhile.get() {
                ghost(rank, model, markup);
            }
        });
        let context = context.clone();
        effect(move || {
            if let Some(plot) = context.plot.get() {
                listen(&plot, &context, preview, on_preview);
            }
        });
    };
    DecidedRank { displayed, part: Some(Box::new(part)) }
}

/// A dot at the chosen rank, since the marker is at the previewed one.
fn ghost(rank: usize, model: &CurveModel, markup: &mut Markup) {
    let x = model.plot.ranks.to_frame(rank as f64);
    markup.raw(r#"<circle data-part="chosen" cx=""#).text(&percent(x)).raw(r#"" cy=""#);
    markup.text(&percent(model.plot.line.at(x))).raw(r#"" r="6" fill="currentColor" fill-opacity=".5"/>"#);
}

thread_local! {
    /// Where an explorer with pointing has last seen the pointer on the page. One that is made anew under a resting pointer knows it.
    static SEEN: Cell<Option<(i32, i32)>> = const { Cell::new(None) };
}

fn listen(plot: &Element, context: &ExplorerContext, preview: RwSignal<Option<usize>>, on_preview: OnPreview) {
    // Only fails for an invalid attribute name. With this attribute, the stylesheet lets the plot receive pointer events.
    let _ = plot.set_attribute("data-pointing", "");
    effect({
        let plot = plot.clone();
        move || {
            let _ = plot.toggle_attribute_with_force("data-preview", preview.get().is_some());
        }
    });
    let show = move |rank: Option<usize>| {
        if preview.try_get_untracked().is_some_and(|previewed| previewed != rank) {
            preview.set(rank);
            on_preview.iter().for_each(|on_preview| {
                on_preview.try_run(rank);
            });
        }
    };
    // A preview hides the chosen rank, so it ends when the chosen rank changes.
    let chosen = context.rank.current();
    effect(move || {
        chosen.track();
        show(None);
    });
    let gesture = StoredValue::new_local(Gesture::default());
    let act = {
        let context = context.clone();
        Rc::new(move |step: Step| {
            let Some(chosen) = context.rank.current().try_get_untracked() else { return };
            let Some(act) = gesture.try_update_value(|gesture| gesture.take(step, chosen)) else { return };
            match act {
                Act::Nothing => {}
                Act::Preview(rank) => show(rank),
                Act::Choose { rank, commit } => {
                    show(None);
                    context.rank.request(rank);
                    if commit {
                        context.commit();
                    }
                }
            }
        })
    };

    let pointer = {
        let (plot, model, chosen, act) = (plot.clone(), context.model, context.rank.current(), act.clone());
        // There is no place while the target is not there yet. A gesture that began before ends all the same.
        move |step: fn(Option<At>, usize) -> Option<Step>| {
            let (plot, act) = (plot.clone(), act.clone());
            move |event: PointerEvent| {
                // Ignore a second finger.
                if !event.is_primary() {
                    return;
                }
                let Some(chosen) = chosen.try_get_untracked() else { return };
                let at = model.try_with_untracked(|model| At::of(&event, &plot, model)).flatten();
                step(at, chosen).into_iter().for_each(|step| act(step));
            }
        }
    };
    let capture = {
        let plot = plot.clone();
        move |event: &PointerEvent| {
            // Fails if the pointer is no longer active.
            let _: Result<(), JsValue> = plot.set_pointer_capture(event.pointer_id());
        }
    };
    let pressed = pointer(|at, _| at.map(|at| Step::Press { x: at.x, rank: at.rank, hovers: at.hovers }));
    // Engines also send a move when the page scrolls or changes under a resting pointer. Ignore it: it would hide a rank that was
    // just typed, or bring back a preview that has ended.
    let place = |event: &PointerEvent| Some((event.client_x(), event.client_y()));
    let anywhere = window_event_listener(ev::pointermove, move |event| SEEN.set(place(&event)));
    let moved = {
        let moved = pointer(|at, _| at.map(|at| Step::Move { x: at.x, rank: at.rank, hovers: at.hovers }));
        move |event: PointerEvent| {
            let place = place(&event);
            if SEEN.replace(place) != place {
                moved(event);
            }
        }
    };
    let listeners = [
        plot.on(ev::pointermove, moved),
        plot.on(ev::pointerdown, move |event: PointerEvent| {
            if event.is_primary() && event.button() == 0 {
                capture(&event);
                pressed(event);
            }
        }),
        plot.on(
            ev::pointerup,
            pointer(|at, chosen| {
                let (rank, inside) = at.map_or((chosen, false), |at| (at.rank, at.inside));
                Some(Step::Release { rank, inside })
            }),
        ),
        plot.on(ev::pointercancel, pointer(|_, _| Some(Step::Cancel))),
        // Also fires after a release, when there is nothing left to cancel.
        plot.on(ev::lostpointercapture, pointer(|_, _| Some(Step::Cancel))),
        plot.on(ev::pointerleave, pointer(|_, _| Some(Step::Leave))),
    ];
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            act(Step::Cancel);
        }
    });
    let plot = context.plot;
    on_cleanup(move || {
        drop(listeners);
        escape.remove();
        anywhere.remove();
        // Leptos may give the plot to the next explorer, which may have no pointing.
        if let Some(plot) = plot.get_untracked() {
            for attribute in ["data-pointing", "data-preview"] {
                let _ = plot.remove_attribute(attribute);
            }
        }
    });
}

/// Where a pointer is.
struct At {
    /// In CSS pixels.
    x: f64,
    rank: usize,
    /// Whether it is over the plot, axis labels included.
    inside: bool,
    /// Whether it can point without pressing: mice and pens.
    hovers: bool,
}

impl At {
    fn of(event: &PointerEvent, plot: &Element, model: &CurveModel) -> Option<Self> {
        // The grid lines run from the first rank to the last, whatever styles the page gives the plot.
        let grid = plot.query_selector("[data-part=grid]").ok().flatten()?.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let share = if grid.width() > 0.0 { (x - grid.left()) / grid.width() } else { 0.0 };
        let plot = plot.get_bounding_client_rect();
        Some(Self {
            x,
            rank: nearest_rank(model, share * FRAME),
            inside: (plot.left()..=plot.right()).contains(&x) && (plot.top()..=plot.bottom()).contains(&y),
            hovers: event.pointer_type() != "touch",
        })
    }
}

/// The rank nearest to `x` on the axis, in thousandths of the plot's width, among those that can be chosen.
fn nearest_rank(model: &CurveModel, x: f64) -> usize {
    model.plot.ranks.nearest(x.clamp(0.0, FRAME))
}
