//! [`Writing`]: how far the file with the chosen ranks is.

use leptos::prelude::*;
use web_sys::Blob;

use crate::state::Page;

/// The resized file.
#[derive(Clone, Default)]
pub enum Writing {
    #[default]
    No,
    /// How many of the layers that change have been checked.
    Checks {
        layers: usize,
        of: usize,
    },
    /// For how many layers of two checkpoints factors were computed.
    Factors {
        layers: usize,
        of: usize,
    },
    /// The number of bytes written so far.
    Runs(u64),
    Done {
        file: Blob,
        config: Option<String>,
        /// The layers that could not be resized, each with the reason.
        kept: Vec<String>,
        /// ‖ΔW − B·A‖_F of all layers of two checkpoints, as a share of ‖ΔW‖_F.
        residual: Option<f64>,
    },
    Failed(String),
}

impl Writing {
    /// Whether a worker is at it.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Checks { .. } | Self::Factors { .. } | Self::Runs(_))
    }
}

impl Page {
    /// Writes the file with the chosen ranks.
    pub fn resize(&self) {
        if self.files.with_untracked(|files| files.as_ref().is_some_and(|files| files.models.is_some())) {
            return self.factor();
        }
        let adapter = self.rows.with_untracked(|rows| rows.iter().filter(|row| !row.layer.is_weight()).count());
        let ranks = self.ranks.with_untracked(|ranks| ranks.chosen[..adapter].to_vec());
        self.resized.set(Writing::Runs(0));
        self.reader(self.current()).resize(ranks);
    }

    /// Cancels or discards the resized file. The workers go on with what they do if it is not that.
    pub fn end_resize(&self) {
        if self.resized.with_untracked(Writing::is_running) {
            self.end(self.current());
        }
        self.resized.set(Writing::No);
    }
}
