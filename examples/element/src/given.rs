//! [`Inputs`]: what the host has given, as signals.

use leptos::prelude::*;
use lora_rank_explorer::{Matrix, MatrixError};
use serde::de::DeserializeOwned;

/// The attributes, and the places of their signals.
#[derive(Clone, Copy)]
pub enum Name {
    R,
    DefaultR,
    Metric,
    TargetMatrix,
    Spectrum,
    Targets,
    Markers,
    Axes,
    Cost,
    Compare,
    Pointing,
    Numbers,
    Transition,
    Heading,
    Sentence,
    Labels,
}

/// As they are written in HTML, in the order of [`Name`].
pub const NAMES: [&str; 16] = [
    "r",
    "default-r",
    "metric",
    "target-matrix",
    "spectrum",
    "targets",
    "markers",
    "axes",
    "cost",
    "compare",
    "pointing",
    "numbers",
    "transition",
    "heading",
    "sentence",
    "labels",
];

/// What the host has given for one name. All as text, since each type in a signal brings its own copy of Leptos's code.
#[derive(Clone, PartialEq)]
pub enum Given {
    Absent,
    Json(String),
    /// Why it is not JSON.
    Bad(String),
}

/// What the host has given.
#[derive(Clone, Copy)]
pub struct Inputs {
    given: [RwSignal<Given>; NAMES.len()],
    matrix: RwSignal<Option<Result<Matrix, MatrixError>>>,
    /// Notified when the view has to be made anew.
    pub anew: Trigger,
}

impl Inputs {
    pub fn new() -> Self {
        Self {
            given: std::array::from_fn(|_| RwSignal::new(Given::Absent)),
            matrix: RwSignal::new(None),
            anew: Trigger::new(),
        }
    }

    /// Ignores unknown names, which `js/element.js` does not have.
    pub fn give(self, name: &str, given: Given) {
        let Some(i) = NAMES.iter().position(|known| *known == name) else { return };
        if i == Name::TargetMatrix as usize && self.matrix.with_untracked(Option::is_some) {
            self.matrix.set(None);
        }
        if self.given[i].with_untracked(|before| *before != given) {
            self.given[i].set(given);
        }
    }

    pub fn give_matrix(self, matrix: Result<Matrix, MatrixError>) {
        self.give(NAMES[Name::TargetMatrix as usize], Given::Absent);
        self.matrix.set(Some(matrix));
    }

    /// The matrix, if numbers were given for one; tracked.
    pub fn with_matrix<T>(self, read: impl FnOnce(Option<&Result<Matrix, MatrixError>>) -> T) -> T {
        self.matrix.with(|matrix| read(matrix.as_ref()))
    }

    /// Whether something was given, good or bad; tracked.
    pub fn has(self, name: Name) -> bool {
        self.given[name as usize].with(|given| *given != Given::Absent)
    }

    /// What was given, or the reason why it is not of this kind; tracked. `null`, if `Value` allows it, is a value, too.
    pub fn read<Value: DeserializeOwned>(self, name: Name) -> Result<Option<Value>, String> {
        self.given[name as usize].with(|given| match given {
            Given::Absent => Ok(None),
            Given::Json(text) => from_json(text).map(Some),
            Given::Bad(problem) => Err(problem.clone()),
        })
    }
}

/// The value of a JSON text, or the reason without its place in the text, which the host has not written like this.
pub fn from_json<Value: DeserializeOwned>(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        reason.split(" at line ").next().unwrap_or_default().to_owned()
    })
}
