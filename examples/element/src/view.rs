//! The component with the props that the host has given, and its events.

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;
use lora_rank_explorer::props::{ControlledValue, MarkerTransition};
use lora_rank_explorer::{
    Labels, LoRaRankExplorer, LoRaRankExplorerProps, Matrix, MatrixError, Numbers, Pointing, ResidualCurve, ShowCost,
};

use crate::Host;
use crate::given::{Inputs, Name};
use crate::labels::{say, texts};
use crate::props;
use crate::rank::Rank;
use crate::target::Target;

/// The host, which any closure may hold: Leptos wants them to be `Send`.
pub type HostCell = StoredValue<Host, LocalStorage>;

/// The explorer, and what is wrong with what the host has given beside the target.
pub fn view(inputs: Inputs, rank: Rank, host: HostCell) -> impl IntoView {
    let fixed = Memo::new(move |_| Fixed::read(inputs, rank));
    let problems = Memo::new(move |_| props::problems(inputs));
    // Each is said once, however often another one comes or goes.
    Effect::new(move |said: Option<Vec<String>>| {
        let problems = problems.get();
        let is_new = |problem: &&String| !said.as_ref().is_some_and(|said| said.contains(problem));
        problems.iter().filter(is_new).for_each(|problem| console_warn(&format!("<lora-rank-explorer>: {problem}")));
        problems
    });
    Effect::new(move |_| {
        let rank = number(rank.clamped());
        host.with_value(|host| host.settle(rank));
    });
    view! {
        {move || {
            inputs.anew.track();
            fixed.with(|fixed| explorer(inputs, rank, host, fixed))
        }}
        <p data-lora-rank-explorer-problems="" role="status" hidden=move || problems.with(Vec::is_empty)>
            {move || problems.with(|problems| problems.join(". "))}
        </p>
    }
}

/// The props that are fixed when the component is made: where another one is given, or one is taken back, it is made anew.
#[derive(PartialEq)]
struct Fixed {
    target: Target,
    has_targets: bool,
    has_markers: bool,
    has_axes: bool,
    has_cost: bool,
    has_compare: bool,
    has_pointing: bool,
    has_heading: bool,
    has_sentence: bool,
    has_labels: bool,
    numbers: [bool; 2],
}

impl Fixed {
    fn read(inputs: Inputs, rank: Rank) -> Self {
        fn has<Value>(prop: props::Prop<Value>) -> bool {
            matches!(prop, Ok(Some(_)))
        }
        Self {
            target: rank.known().target(),
            has_targets: has(props::targets(inputs)),
            has_markers: has(props::markers(inputs)),
            has_axes: has(props::axes(inputs)),
            has_cost: has(props::cost(inputs)),
            has_compare: has(props::compare(inputs)),
            has_pointing: has(props::switch(inputs, Name::Pointing)),
            has_heading: has(props::heading(inputs)),
            has_sentence: has(props::switch(inputs, Name::Sentence)),
            has_labels: has(texts(inputs)),
            numbers: props::numbers(inputs).ok().flatten().unwrap_or_default(),
        }
    }
}

fn explorer(inputs: Inputs, rank: Rank, host: HostCell, fixed: &Fixed) -> AnyView {
    let on_r_change = move |chosen| {
        if emit(host, "rankchange", Some(chosen), inputs, rank) {
            rank.choose(chosen);
        }
    };
    let on_rank_commit = move |settled| {
        // React and others render their answer later, and until then the rank is the one before.
        if rank.is_controlled() {
            _ = host.try_with_value(Host::commit_later);
        } else {
            emit(host, "rankcommit", Some(settled), inputs, rank);
        }
    };
    let mut props = LoRaRankExplorerProps::builder()
        .r(ControlledValue::from(Signal::derive(move || rank.wanted())))
        .on_r_change(Callback::new(on_r_change))
        .on_rank_commit(on_rank_commit)
        .metric(Signal::derive(move || props::metric(inputs).ok().flatten().unwrap_or_default()))
        .transition(MarkerTransition::from(move || props::transition(inputs).ok().flatten().unwrap_or_default()))
        .build();
    match &fixed.target {
        Target::Default => {}
        Target::Invalid(error) => {
            let matrix: Result<Matrix, MatrixError> = Err(error.clone());
            props.target_matrix = Some(matrix.into());
        }
        Target::Spectrum => props.spectrum = Some((move || rank.known().spectrum()).into()),
    }
    if fixed.has_targets {
        props.targets = Some((move || items(props::targets(inputs))).into());
    }
    if fixed.has_markers {
        props.markers = Some((move || items(props::markers(inputs))).into());
    }
    if fixed.has_axes {
        props.axes = (move || props::axes(inputs).ok().flatten().unwrap_or_default().axes()).into();
    }
    if fixed.has_cost {
        props.cost = Some(ShowCost::of(move |spectrum| {
            props::cost(inputs).ok().flatten().unwrap_or_default().cost(spectrum)
        }));
    }
    if fixed.has_compare {
        let none = || lora_rank_explorer::Comparison::of("");
        props.compare = (move || props::compare(inputs).ok().flatten().unwrap_or_else(none)).into();
    }
    if fixed.has_pointing {
        let on_preview = move |pointed| _ = emit(host, "rankpreview", pointed, inputs, rank);
        props.pointing = Some(Pointing::new().on_preview(on_preview));
    }
    if fixed.numbers != [false; 2] {
        let numbers = if fixed.numbers[0] { Numbers::new().input() } else { Numbers::new() };
        props.numbers = Some(if fixed.numbers[1] { numbers.table() } else { numbers });
    }
    if fixed.has_heading {
        props.title = Some(Signal::derive(move || props::heading(inputs).ok().flatten().unwrap_or_default()));
    }
    if fixed.has_labels {
        props.labels = Some(Labels::new(move |label| say(&texts(inputs).ok().flatten()?, label)));
    }
    props.sentence = fixed.has_sentence;
    LoRaRankExplorer(props).into_any()
}

fn items<Item>(list: props::Prop<props::ListInput<Item>>) -> Vec<Item> {
    list.ok().flatten().map_or_else(Vec::new, |list| list.items)
}

/// Dispatches an event about a rank. Returns whether no listener has prevented what it announces.
pub fn emit(host: HostCell, kind: &str, about: Option<usize>, inputs: Inputs, rank: Rank) -> bool {
    let unknown = [f64::NAN; 2];
    let metric = untrack(|| props::metric(inputs)).ok().flatten().unwrap_or_default();
    let (residual, energy) = untrack(|| {
        rank.known().with(|spectrum| match (spectrum, about) {
            (Some(spectrum), Some(r)) => {
                let curve = ResidualCurve::new(spectrum, metric);
                let ends = |range: std::ops::RangeInclusive<f64>| [*range.start(), *range.end()];
                (ends(curve.residual_range(r)), curve.captured_energy_range(r).map_or(unknown, ends))
            }
            _ => (unknown, unknown),
        })
    });
    // A host that is gone, too, has not prevented anything.
    host.try_with_value(|host| host.emit(kind, about.map(number), &residual, &energy)).unwrap_or(true)
}

/// A rank for JavaScript. wasm32 has no larger ones.
fn number(rank: usize) -> u32 {
    u32::try_from(rank).unwrap_or(u32::MAX)
}
