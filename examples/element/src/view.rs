//! The component with the props that the host has given, and its events.

use leptos::prelude::*;
use lora_rank_explorer::props::{ControlledValue, MarkerTransition};
use lora_rank_explorer::{
    Comparison, Labels, LoRaRankExplorer, LoRaRankExplorerProps, Matrix, MatrixError, Numbers, ObservationsError,
    Pointing, ResidualCurve, ShowCost,
};

use crate::Host;
use crate::labels::say;
use crate::state::State;
use crate::target::Target;

/// The props that are fixed when the component is made. Where another one is given, or one is taken back, it is made anew.
#[derive(Clone, PartialEq)]
pub struct Fixed {
    target: Target,
    has: [bool; 13],
}

impl Fixed {
    pub fn read(state: State) -> Self {
        let has = state.options.with_value(|options| {
            [
                options.targets.is_some(),
                options.markers.is_some(),
                options.axes.is_some(),
                options.cost.is_some(),
                options.compare.is_some(),
                options.observations.is_some(),
                options.terms.is_some(),
                options.heading.is_some(),
                options.pointing,
                options.sentence,
                options.labels,
                options.input,
                options.table,
            ]
        });
        Self { target: state.target.get_value(), has }
    }
}

pub fn view(state: State, fixed: &Fixed) -> impl IntoView + use<> {
    Effect::new(move |_| {
        let rank = number(state.clamped());
        state.host.with_value(|host| host.settle(rank));
    });
    let on_r_change = move |chosen| state.request(chosen, || emit(state, "rankchange", Some(chosen)));
    let on_rank_commit = move |settled| {
        if state.pending.get_untracked().is_some() {
            state.host.with_value(Host::commit_later);
        } else {
            emit(state, "rankcommit", Some(settled));
        }
    };
    let mut props = LoRaRankExplorerProps::builder()
        .r(ControlledValue::from(Signal::derive(move || state.wanted())))
        .on_r_change(Callback::new(on_r_change))
        .on_rank_commit(on_rank_commit)
        .metric(Signal::derive(move || state.option(|options| options.metric)))
        .transition(MarkerTransition::from(move || state.option(|options| options.transition)))
        .build();
    match &fixed.target {
        Target::Default => {}
        Target::Invalid(error) => {
            let matrix: Result<Matrix, MatrixError> = Err(error.clone());
            props.target_matrix = Some(matrix.into());
        }
        Target::Spectrum => props.spectrum = Some(state.spectrum.into()),
    }
    let [targets, markers, axes, cost, compare, observations, terms, heading, pointing, sentence, labels, input, table] =
        fixed.has;
    if targets {
        props.targets = Some((move || state.option(|options| options.targets.clone().unwrap_or_default())).into());
    }
    if markers {
        props.markers = Some((move || state.option(|options| options.markers.clone().unwrap_or_default())).into());
    }
    if axes {
        let axes = move || state.option(|options| options.axes.as_ref().map(|axes| axes.axes.clone()));
        props.axes = (move || axes().unwrap_or_default()).into();
    }
    if cost {
        // Between two costs there may be none.
        let cost = move || state.option(|options| options.cost);
        props.cost = Some(ShowCost::of(move |spectrum| cost().unwrap_or_default().of(spectrum)));
    }
    if compare {
        let compare = move || state.option(|options| options.compare.clone());
        props.compare = (move || compare().unwrap_or_else(|| Comparison::of(""))).into();
    }
    if observations {
        // Those that are taken back stay until the view is made anew, so that nobody warns of there being none.
        let first = state.options.with_value(|options| options.observations.clone());
        let observations = move || state.option(|options| options.observations.clone());
        let observations = move || observations().or_else(|| first.clone());
        props.observations = Some((move || observations().ok_or(ObservationsError::Empty)).into());
    }
    if terms {
        props.terms = Some((move || state.option(|options| options.terms.clone().unwrap_or_default())).into());
    }
    if heading {
        let heading = move || state.option(|options| options.heading.clone());
        props.title = Some(Signal::derive(move || heading().unwrap_or_default()));
    }
    if pointing {
        props.pointing = Some(Pointing::new().on_preview(move |rank| _ = emit(state, "rankpreview", rank)));
    }
    if input || table {
        let numbers = if input { Numbers::new().input() } else { Numbers::new() };
        props.numbers = Some(if table { numbers.table() } else { numbers });
    }
    if labels {
        props.labels = Some(Labels::new(move |label| {
            state.changed.track();
            say(state.host, label)
        }));
    }
    props.sentence = sentence;
    LoRaRankExplorer(props)
}

/// Dispatches an event about a rank. Returns whether no listener has prevented what it announces.
pub fn emit(state: State, kind: &str, about: Option<usize>) -> bool {
    let unknown = [f64::NAN; 2];
    let metric = state.options.with_value(|options| options.metric);
    let (residual, energy) = state.spectrum.with_untracked(|spectrum| match (spectrum, about) {
        (Some(Ok(spectrum)), Some(r)) => {
            let curve = ResidualCurve::new(spectrum, metric);
            let ends = |range: std::ops::RangeInclusive<f64>| [*range.start(), *range.end()];
            (ends(curve.residual_range(r)), curve.captured_energy_range(r).map_or(unknown, ends))
        }
        _ => (unknown, unknown),
    });
    // A host that is gone has not prevented anything.
    state.host.try_with_value(|host| host.emit(kind, about.map(number), &residual, &energy)).unwrap_or(true)
}

/// A rank for JavaScript. wasm32 has no larger ones.
fn number(rank: usize) -> u32 {
    u32::try_from(rank).unwrap_or(u32::MAX)
}
