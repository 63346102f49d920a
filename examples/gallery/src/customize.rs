//! The live preview and the panel that drives it.

use std::time::Duration;

use leptos::html::Select;
use leptos::prelude::*;
use lora_rank_explorer::{
    CubicBezier, LabeledSlider, LoRaRankExplorer, Matrix, Metric, Spectrum, Spring, Transition, Tween,
};

use crate::samples;

const FIRST_ROWS: &str = "[[2, 1, 0],\n [1, 3, 1],\n [0, 1, 4]]";

const TARGETS: [(&str, &str); 5] = [
    ("default", "Default 8×8: two directions and noise"),
    ("rank-2", "4×4 of rank 2"),
    ("noisy", "12×12 noise"),
    ("large", "96×64, decaying spectrum"),
    ("own", "Your own rows or spectrum"),
];

const TRANSITIONS: [(&str, &str); 5] = [
    ("snap", "Spring, snap"),
    ("smooth", "Spring, smooth"),
    ("bouncy", "Spring, bouncy"),
    ("tween", "Tween, 300 ms ease-in-out"),
    ("instant", "Instant"),
];

/// How long a person who types must pause before the text is read.
const PAUSE: Duration = Duration::from_millis(700);

#[component]
pub fn Preview() -> impl IntoView {
    let r = RwSignal::new(1);
    let set_r = move |rank| r.set(rank);
    let metric = RwSignal::new(Metric::Frobenius);
    let transition = RwSignal::new("snap".to_owned());
    let target = RwSignal::new("default".to_owned());
    let own = RwSignal::new(read(FIRST_ROWS));
    // Half a sentence is no error: the text is read when the person pauses or leaves the field.
    let read_rows = move |text: String| _ = own.try_set(read(&text));
    let mut read_after_a_pause = debounce(PAUSE, read_rows);
    let on_rows = move |event| read_after_a_pause(event_target_value(&event));
    let on_leave = move |event| read_rows(event_target_value(&event));
    // While the text is not valid, the curve shows the last one that was.
    let last_read = Memo::new(move |last: Option<&Spectrum>| {
        own.get().ok().flatten().or_else(|| last.cloned()).unwrap_or_else(|| Spectrum::of(&Matrix::default()))
    });

    let spectrum = Memo::new(move |_| match target.get().as_str() {
        "rank-2" => Spectrum::of(&samples::rank_2()),
        "noisy" => Spectrum::of(&samples::noisy()),
        "large" => Spectrum::of(&samples::large()),
        "own" => last_read.get(),
        _ => Spectrum::of(&Matrix::default()),
    });
    let max = Signal::derive(move || spectrum.with(Spectrum::known_rank));

    view! {
        <section class="try" aria-label="Live preview">
            <div id="preview">
                <LoRaRankExplorer
                    spectrum
                    r
                    on_r_change=set_r
                    metric
                    transition=move || transition_named(&transition.get())
                />
            </div>
            <form id="customize" class="panel" on:submit=|event| event.prevent_default()>
                <h2>"Customize"</h2>
                <div id="customize-rank">
                    <LabeledSlider label="Rank" max value=r on_change=set_r />
                </div>
                <Choice
                    id="customize-metric"
                    name="Metric"
                    options=Metric::ALL.iter().map(|metric| (metric.to_string(), metric.name())).collect()
                    on_choice=move |name: String| metric.set(name.parse().unwrap_or_default())
                />
                <Choice
                    id="customize-target"
                    name="Target"
                    options=named(&TARGETS)
                    on_choice=move |name| target.set(name)
                />
                <div class="field own" class:hidden=move || target.get() != "own">
                    <label for="customize-rows">"Rows, or a spectrum, as JSON"</label>
                    <textarea
                        id="customize-rows"
                        rows="4"
                        spellcheck="false"
                        autocomplete="off"
                        aria-describedby="customize-rows-message"
                        aria-invalid=move || own.with(|own| own.is_err().to_string())
                        on:input=on_rows
                        on:change=on_leave
                    >
                        {FIRST_ROWS}
                    </textarea>
                    <p id="customize-rows-message" aria-live="polite" class:bad=move || own.with(Result::is_err)>
                        {move || own.with(describe)}
                    </p>
                </div>
                <Choice
                    id="customize-transition"
                    name="Transition"
                    options=named(&TRANSITIONS)
                    on_choice=move |name| transition.set(name)
                />
                <p class="motion">
                    <span class="motion-full">"Your system allows motion. If you set it to reduce motion, everything here jumps at once."</span>
                    <span class="motion-reduced">
                        "Your system asks for reduced motion, so everything jumps, whichever transition is chosen."
                    </span>
                </p>
            </form>
        </section>
    }
}

fn named(options: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    options.iter().map(|(value, name)| ((*value).to_owned(), *name)).collect()
}

/// A list to choose from: each option has a value and a name.
#[component]
fn Choice(
    id: &'static str,
    name: &'static str,
    options: Vec<(String, &'static str)>,
    #[prop(into)] on_choice: Callback<String>,
) -> impl IntoView {
    let select = NodeRef::<Select>::new();
    // The page is there before its script is: somebody may have chosen meanwhile, or the browser has restored what was chosen before.
    Effect::new(move || {
        if let Some(select) = select.get().filter(|select| select.selected_index() > 0) {
            on_choice.run(select.value());
        }
    });
    view! {
        <label class="field">
            <span>{name}</span>
            <select id=id node_ref=select on:change=move |event| on_choice.run(event_target_value(&event))>
                {options.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
            </select>
        </label>
    }
}

/// Reads a spectrum from `text`: a spectrum as an object, or the rows of a matrix as an array. None from an empty text.
fn read(text: &str) -> Result<Option<Spectrum>, String> {
    let read = match text.trim_start().chars().next() {
        None => return Ok(None),
        Some('{') => serde_json::from_str(text),
        Some(_) => serde_json::from_str::<Matrix>(text).map(|matrix| Spectrum::of(&matrix)),
    };
    read.map(Some).map_err(|error| error.to_string())
}

fn describe(read: &Result<Option<Spectrum>, String>) -> String {
    match read {
        Ok(None) => "Empty. The curve still shows the last matrix.".to_owned(),
        Ok(Some(spectrum)) if spectrum.known_rank() < spectrum.max_rank() => format!(
            "{}×{}, the first {} of {} singular values",
            spectrum.rows(),
            spectrum.cols(),
            spectrum.known_rank(),
            spectrum.max_rank()
        ),
        Ok(Some(spectrum)) => format!("{}×{} matrix", spectrum.rows(), spectrum.cols()),
        Err(error) => format!("Not a matrix or spectrum: {error}. The curve still shows the last valid one."),
    }
}

fn transition_named(name: &str) -> Transition {
    match name {
        "smooth" => Spring::SMOOTH.into(),
        "bouncy" => Spring::new(300.0, 10.0, 1.0).unwrap_or(Spring::SNAP).into(),
        "tween" => Tween::new(Duration::from_millis(300), CubicBezier::EASE_IN_OUT).into(),
        "instant" => Transition::Instant,
        _ => Spring::SNAP.into(),
    }
}
