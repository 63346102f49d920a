//! `<LabeledSlider>`: a label, a native range input, and its value in numbers.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::commit::OnCommit;
use super::controlled::Controlled;
use super::scale::SliderScale;
use super::track::{SliderTrack, page_key};
use crate::ui::reactive::{effect, text};
use crate::ui::reused::is_reused;

/// A labelled native slider over whole numbers, controlled or not, that never disagrees with its value: when a parent
/// refuses or clamps a change, the thumb goes back.
///
/// Keys are the browser's own (arrows ±1, Home, End), with Page Up and Page Down a tenth of the range, at least 1, in
/// every engine. It renders
/// `<div data-part="slider" data-labeled-slider><label/><input type="range"/><span data-part="slider-value"/></div>`.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::LabeledSlider;
///
/// #[component]
/// fn Volume() -> impl IntoView {
///     let volume = RwSignal::new(3);
///     view! { <LabeledSlider label="Volume" max=11 value=volume on_change=move |v| volume.set(v) /> }
/// }
/// ```
#[component]
pub fn LabeledSlider(
    /// What the slider sets. Also its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The smallest value. Default is 1.
    #[prop(into, default = Signal::stored(1))]
    min: Signal<usize>,
    /// The largest value; below `min` it counts as `min`.
    #[prop(into)]
    max: Signal<usize>,
    /// The value, where the parent controls it; shown within the bounds. Default is none: the slider keeps its own.
    #[prop(into, optional)]
    value: Option<Signal<usize>>,
    /// The first value of a slider that keeps its own. Default is 1.
    #[prop(default = 1)]
    default_value: usize,
    /// Runs once for each change that the person makes, while the thumb moves. Default is none.
    #[prop(into, optional)]
    on_change: Option<Callback<usize>>,
    /// Runs when the person has settled on the value: at the end of a drag, or after a key. Default is none.
    #[prop(into, optional)]
    on_commit: OnCommit,
    /// How values are spread over the track, and which a person can choose. Default is evenly, and all.
    #[prop(into, optional)]
    scale: SliderScale,
    /// What assistive technology reads as the value. Default is the number alone.
    #[prop(into, optional)]
    value_text: Option<Signal<String>>,
    /// The writing direction of the track: `ltr` keeps the smallest value on the left on every page. Default is the page's.
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
    // The browser moves the thumb before anybody is asked. Notified after every event, this puts it where the value is
    // even when the value did not change, which alone would notify nobody.
    let thumb_moved = ArcTrigger::new();

    let request = {
        let thumb_moved = thumb_moved.clone();
        move |value: usize| {
            controlled.request(value);
            // Gone before the event came, or because the parent heard of the change: then there is nothing to put back.
            if current.try_get_untracked().is_some() {
                thumb_moved.notify();
            }
        }
    };
    let on_input = {
        let (reader, request) = (reader.clone(), request.clone());
        move |thumb: String| {
            if let Ok(thumb) = thumb.parse() {
                let now = current.try_get_untracked().unwrap_or(thumb);
                request(reader.as_ref().map_or(thumb, |reader| reader.value(thumb, now)));
            }
        }
    };
    // A person need not wait for the page to come to life: what the thumb was moved to before counts as moved now. Once
    // everything is hydrated, since text that is hydrated after a change would keep what the server said. What a reused input
    // holds was moved for the slider before.
    let take_over = {
        let (reader, on_input) = (reader.clone(), on_input.clone());
        move |element: Element| {
            let input: HtmlInputElement = element.unchecked_into();
            reader.iter().for_each(|reader| reader.attach(&input));
            on_commit.attach(&input, current);
            if cfg!(feature = "hydrate") && !is_reused(&input) {
                let (thumb, on_input) = (input.value(), on_input.clone());
                if thumb != input.default_value() {
                    effect(move || untrack(|| on_input(thumb.clone())));
                }
            }
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let Some(now) = current.try_get_untracked() else { return };
        let value = match &reader {
            None => page_key(&event, now, min.get_untracked(), max.get_untracked()),
            Some(reader) => reader.key(&event, now),
        };
        if let Some(value) = value {
            event.prevent_default();
            request(value);
        }
    };

    let thumb = text(move || {
        thumb_moved.track();
        // A lower bound makes the browser clamp the thumb, and a higher one does not bring it back.
        lower.track();
        upper.track();
        thumb.get()
    });

    view! {
        <div data-part="slider" data-labeled-slider="">
            <label>
                <span data-part="slider-label">{label}</span>
                <input
                    type="range"
                    dir=dir
                    min=lower
                    max=upper
                    step="1"
                    value=thumb.get_untracked()
                    use:take_over
                    prop:value=thumb
                    aria-valuetext=value_text.unwrap_or(number)
                    on:input=move |event| on_input(event_target_value(&event))
                    on:keydown=on_key
                />
            </label>
            <span data-part="slider-value" aria-hidden="true">{number}</span>
        </div>
    }
}

fn digits(value: Signal<usize>) -> Signal<String> {
    text(move || value.get().to_string())
}
