//! [`SliderScale`]: a track on which thumb positions are not the values themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::track::{Reader, SliderTrack, page_key};
use crate::plot::frame::FRAME;
use crate::plot::rank_axis::RankAxis;
use crate::plot::rank_scale::RankScale;
use crate::ui::listen::listen;
use crate::ui::reactive::{effect, text};

/// What `scale` accepts: a [`RankScale`], which spaces the values along the track as ranks along an axis. By default values are
/// spaced evenly and all of them can be chosen.
///
/// The thumb moves in thousandths of the track. Arrow keys go to the next value, Page keys move by a tenth of the track and at
/// least one value, a drag goes to the nearest value, and a step by assistive technology goes to the next value.
#[derive(Default)]
pub struct SliderScale(pub(super) Option<MakeTrack>);

type MakeTrack = Box<dyn FnOnce(Signal<usize>, Signal<usize>, Memo<usize>) -> SliderTrack>;

impl SliderScale {
    /// The scale of `axis`, which may change.
    pub(crate) fn following(axis: Signal<RankAxis>) -> Self {
        Self(Some(Box::new(move |min, max, current| follow(axis, min, max, current))))
    }
}

impl From<RankScale> for SliderScale {
    fn from(scale: RankScale) -> Self {
        Self(Some(Box::new(move |min, max, current| {
            let axis = Memo::new(move |_| scale.axis(min.get(), max.get()));
            effect(move || {
                if let Some(problem) = axis.get().1 {
                    console_warn(&format!("<LabeledSlider>: {problem}. The slider is linear instead."));
                }
            });
            follow(Signal::derive(move || axis.get().0), min, max, current)
        })))
    }
}

fn follow(axis: Signal<RankAxis>, min: Signal<usize>, max: Signal<usize>, current: Memo<usize>) -> SliderTrack {
    let end = move |plain: Signal<usize>, scaled: usize| {
        text(move || if axis.with(RankAxis::is_linear) { plain.get() } else { scaled }.to_string())
    };
    SliderTrack {
        min: end(min, 0),
        max: end(max, FRAME as usize),
        thumb: text(move || axis.with(|axis| thumb(axis, current.get())).to_string()),
        reader: Some(Arc::new(Scaled { axis, min, max, held: Arc::default() })),
    }
}

/// Puts values where the axis has them, in thousandths of the track. On a linear axis, thumb positions are the values.
struct Scaled {
    axis: Signal<RankAxis>,
    min: Signal<usize>,
    max: Signal<usize>,
    /// Whether a pointer holds the thumb.
    held: Arc<AtomicBool>,
}

/// How far a Page key moves, in thousandths of the track.
const PAGE: f64 = FRAME / 10.0;

impl Reader for Scaled {
    fn value(&self, place_now: usize, now: usize) -> usize {
        self.axis.with_untracked(|axis| {
            if axis.is_linear() {
                return place_now;
            }
            let nearest = axis.nearest(place_now as f64);
            // A move without a pointer is a step of some size, which must reach another value.
            let (before, held) = (thumb(axis, now), self.held.load(Ordering::Relaxed));
            match place_now.abs_diff(before) {
                0 => now,
                1 if !held => next(axis, now, place_now > before),
                _ if !held && nearest == now => next(axis, now, place_now > before),
                _ => nearest,
            }
        })
    }

    fn key(&self, event: &KeyboardEvent, now: usize) -> Option<usize> {
        self.axis.with_untracked(|axis| {
            if axis.is_linear() {
                return page_key(event, now, self.min.get_untracked(), self.max.get_untracked());
            }
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return None;
            }
            let mirrored =
                || event.target().is_some_and(|input| is_right_to_left(input.unchecked_ref::<HtmlInputElement>()));
            let page = |up: bool| {
                let step = if up { PAGE } else { -PAGE };
                let there = axis.nearest(axis.to_frame(now as f64) + step);
                let one = next(axis, now, up);
                if up { there.max(one) } else { there.min(one) }
            };
            Some(match event.key().as_str() {
                "ArrowUp" => axis.above(now),
                "ArrowDown" => axis.below(now),
                "ArrowRight" => next(axis, now, !mirrored()),
                "ArrowLeft" => next(axis, now, mirrored()),
                "Home" => axis.first(),
                "End" => axis.last(),
                "PageUp" => page(true),
                "PageDown" => page(false),
                _ => return None,
            })
        })
    }

    /// Tracks whether a pointer holds the thumb. A touch may go on after `pointercancel`, so its own end events count.
    fn attach(&self, input: &HtmlInputElement) {
        let held = self.held.clone();
        let names = ["pointerdown", "pointerup", "touchend", "touchcancel", "change", "keydown"];
        listen(input, &names, move |event| held.store(event.type_() == "pointerdown", Ordering::Relaxed));
    }
}

fn thumb(axis: &RankAxis, value: usize) -> usize {
    if axis.is_linear() { value } else { (axis.to_frame(value as f64) + 0.5) as usize }
}

fn next(axis: &RankAxis, now: usize, up: bool) -> usize {
    if up { axis.above(now) } else { axis.below(now) }
}

fn is_right_to_left(input: &HtmlInputElement) -> bool {
    input.matches(":dir(rtl)").unwrap_or(false)
}
