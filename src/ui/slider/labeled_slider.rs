//! `<LabeledSlider>`: a label, a native range input, and its value as a number.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::commit::OnCommit;
use super::controlled::{Controlled, ControlledValue};
use super::scale::SliderScale;
use super::track::{Reader, SliderTrack, page_key};
use crate::ui::listen::listen;
use crate::ui::reactive::{effect, initial, text};
use crate::ui::reused::is_reused;

/// A labelled native slider over whole numbers, controlled or uncontrolled. The thumb always agrees with the value: when a parent
/// refuses or clamps a change, the thumb goes back.
///
/// The browser handles arrows (±1), Home and End. Page Up and Page Down move by a tenth of the range, at least 1, in every
/// browser engine. With a single value it is `aria-disabled`. It renders
/// `<div data-part="slider" data-labeled-slider><label/><input type="range"/><span data-part="slider-value"/></div>`.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::LabeledSlider;
///
/// #[component]
/// fn Volume() -> impl IntoView {
///     let volume = RwSignal::new(3);
///     view! { <LabeledSlider label="Volume" max=11 value=volume /> }
/// }
/// ```
#[component]
pub fn LabeledSlider(
    /// The visible label, also the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The smallest value. Default is 1.
    #[prop(into, default = Signal::stored(1))]
    min: Signal<usize>,
    /// The largest value. If it is below `min`, `min` is used.
    #[prop(into)]
    max: Signal<usize>,
    /// The value, if the parent controls it: a number or a signal, clamped to the bounds. An `RwSignal` alone is two-way. Default
    /// is none: the slider keeps its own value.
    #[prop(into, optional)]
    value: Option<ControlledValue>,
    /// The initial value of an uncontrolled slider; clamped to the bounds. Default is 1.
    #[prop(default = 1)]
    default_value: usize,
    /// Called with the requested value, once for each change that the person makes, while the thumb moves. Default is none.
    #[prop(into, optional)]
    on_change: Option<Callback<usize>>,
    /// Called with the current value when the person has settled: at the end of a drag or after a key. Default is none.
    #[prop(into, optional)]
    on_commit: OnCommit,
    /// How values are spaced along the track, and which ones can be chosen. Default is evenly, and all of them.
    #[prop(into, optional)]
    scale: SliderScale,
    /// What assistive technology reads as the value. Default is the number.
    #[prop(into, optional)]
    value_text: Option<Signal<String>>,
    /// The direction of the track: `ltr` keeps the smallest value on the left on every page. Default is the page's direction.
    #[prop(optional)]
    dir: Option<&'static str>,
) -> impl IntoView {
    let controlled = Controlled::new(value, default_value, min, max, on_change);
    let current = controlled.current();
    let number = digits(current.into());
    let SliderTrack { min: lower, max: upper, thumb, reader } = match scale.0 {
        Some(make) => make(min, max, current),
        None => SliderTrack { min: digits(min), max: digits(max), thumb: number, reader: None },
    };
    // The browser moves the thumb before the parent is asked. Notifying this after every event puts the thumb back to the value
    // even if the value did not change, in which case its own signal notifies nothing.
    let thumb_moved = ArcTrigger::new();

    let thumb = {
        let thumb_moved = thumb_moved.clone();
        text(move || {
            thumb_moved.track();
            thumb.get()
        })
    };
    // What the input shows, in the order to set it: the browser clamps the thumb when the bounds narrow.
    let shown = [lower, upper, thumb];
    let [first, last, start] = initial(move || shown.map(|text| text.get()));
    let request = move |value: usize| {
        controlled.request(value);
        // If the slider was disposed before the event, or by the parent's callback, there is no thumb to put back.
        if current.try_get_untracked().is_some() {
            thumb_moved.notify();
        }
    };

    let has_one = text(move || (min.get() >= max.get()).to_string());

    // Leptos may create the element under another owner than the component's.
    let owner = Owner::current().unwrap_or_default();
    let attach = move |element: Element| {
        let input: HtmlInputElement = element.unchecked_into();
        owner.with(|| attach(&input, reader.clone(), current, [min, max], shown, request.clone()));
        owner.with(|| on_commit.attach(&input, current));
    };

    view! {
        <div data-part="slider" data-labeled-slider="">
            <label>
                <span data-part="slider-label">{label}</span>
                <input
                    type="range"
                    dir=dir
                    min=first
                    max=last
                    step="1"
                    value=start
                    use:attach
                    aria-disabled=has_one
                    aria-valuetext=value_text.unwrap_or(number)
                />
            </label>
            <span data-part="slider-value" aria-hidden="true">{number}</span>
        </div>
    }
}

/// Keeps `input` as `shown`: its bounds, then its thumb. Requests what the person does with it.
fn attach(
    input: &HtmlInputElement,
    reader: Option<Arc<dyn Reader>>,
    current: Memo<usize>,
    bounds: [Signal<usize>; 2],
    shown: [Signal<String>; 3],
    request: impl Fn(usize) + Clone + 'static,
) {
    // Instead of `prop:value`, of which the code takes 0.7 kB of a page.
    effect({
        let (input, mut set) = (input.clone(), String::new());
        move || {
            let [min, max, thumb] = shown.map(|text| text.get());
            let bounds = [&*min, " to ", &max].concat();
            if set != bounds {
                set = bounds;
                // Only fails for an invalid attribute name.
                let _ = input.set_attribute("min", &min).and_then(|()| input.set_attribute("max", &max));
            }
            input.set_value(&thumb);
        }
    });
    let on_thumb = {
        let (reader, request) = (reader.clone(), request.clone());
        move |thumb: String| {
            if let Ok(thumb) = thumb.parse() {
                let now = current.try_get_untracked().unwrap_or(thumb);
                request(reader.as_ref().map_or(thumb, |reader| reader.value(thumb, now)));
            }
        }
    };
    // The person may move the thumb before hydration: treat that as a change made now. The effect delays it until everything is
    // hydrated, since text hydrated after a change would keep the server's value. A reused input holds the value of the slider
    // before it, which is not a change.
    if cfg!(any(feature = "hydrate", feature = "islands")) && !is_reused(input) {
        let (thumb, on_thumb) = (input.value(), on_thumb.clone());
        if thumb != input.default_value() {
            effect(move || untrack(|| on_thumb(thumb.clone())));
        }
    }
    reader.iter().for_each(|reader| reader.attach(input));
    let input_now = input.clone();
    listen(input, &["input", "keydown"], move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return on_thumb(input_now.value()) };
        let Some(now) = current.try_get_untracked() else { return };
        let value = match &reader {
            None => page_key(event, now, bounds[0].get_untracked(), bounds[1].get_untracked()),
            Some(reader) => reader.key(event, now),
        };
        if let Some(value) = value {
            event.prevent_default();
            request(value);
        }
    });
}

fn digits(value: Signal<usize>) -> Signal<String> {
    text(move || value.get().to_string())
}
