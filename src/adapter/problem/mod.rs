//! [`Problem`]: what is wrong, and where. The rest of the file is still read.

mod reason;
mod text;

use std::fmt;

pub use reason::Reason;

/// Something in a file that cannot be used, with its location.
///
/// ```
/// use lora_rank_explorer::adapter::{Location, Problem, Reason};
///
/// let problem = Problem::new(Location::Tensor("q.lora_A.weight".to_owned()), Reason::RankZero);
/// assert_eq!(problem.to_string(), "tensor `q.lora_A.weight`: its rank is 0");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// Where it is.
    pub location: Location,
    /// What it is.
    pub reason: Reason,
}

impl Problem {
    /// The problem `reason` at `location`.
    pub fn new(location: Location, reason: Reason) -> Self {
        Self { location, reason }
    }
}

/// What a [`Problem`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// The safetensors file as a whole.
    File,
    /// One of its tensors, by name.
    Tensor(String),
    /// A module that is adapted, by its path.
    Module(String),
    /// `adapter_config.json` as a whole.
    Config,
    /// A field of `adapter_config.json`.
    Field(String),
    /// A name in the file's `__metadata__`, or in the JSON of its `lora_adapter_metadata`.
    Metadata(String),
}

impl Problem {
    pub(crate) fn file(reason: Reason) -> Self {
        Self { location: Location::File, reason }
    }

    pub(crate) fn tensor(name: &str, reason: Reason) -> Self {
        Self { location: Location::Tensor(name.to_owned()), reason }
    }

    pub(crate) fn module(path: &str, reason: Reason) -> Self {
        Self { location: Location::Module(path.to_owned()), reason }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Reason::CutOff { .. } | Reason::CutOffInHeader { .. } = self.reason {
            return write!(f, "the file {}", self.reason);
        }
        match &self.location {
            Location::File => f.write_str("the file")?,
            Location::Tensor(name) => write!(f, "tensor `{name}`")?,
            Location::Module(path) => write!(f, "module `{path}`")?,
            Location::Config => f.write_str("adapter_config.json")?,
            Location::Field(name) => write!(f, "adapter_config.json, `{name}`")?,
            Location::Metadata(name) => write!(f, "the file's metadata, `{name}`")?,
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Problem {}
