//! What page and worker tell each other: JSON, and files beside it.

use lora_rank_explorer::adapter::LayerSpectrum;
use serde::{Deserialize, Serialize};

/// What the page asks for. The file, and its `adapter_config.json` where there is one, go beside it.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// All that the file holds, and then the spectra.
    Open,
    /// The file with these ranks, one for each layer of the adapter.
    Resize(Vec<usize>),
}

/// What the worker answers.
#[derive(Serialize, Deserialize)]
pub enum Report {
    /// What the file holds.
    Opened(Contents),
    /// Spectra, or why there is none, by the number of the layer.
    Read(Vec<(usize, Result<LayerSpectrum, String>)>),
    /// No more will come. How long it took in seconds, and the most memory that the worker has had.
    Finished { seconds: f64, memory: u64 },
    /// So many bytes of the resized file are written.
    Written(u64),
    /// The resized file, which goes beside it, and its `adapter_config.json`.
    Resized { config: Option<String> },
    /// Nothing can be done, and why.
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    pub layers: Vec<Layer>,
    /// What was set aside, by name and with the reason.
    pub problems: Vec<String>,
    pub file_bytes: u64,
    /// What the file says of itself.
    pub note: Option<String>,
    /// Tensors that are no layers and no matrices.
    pub other_tensors: usize,
    /// Whether it can be written with other ranks.
    pub is_adapter: bool,
}

/// A row of the list, before its numbers are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    pub module: String,
    pub rows: usize,
    pub cols: usize,
    /// r of an adapter's layer; of a weight, how many of its singular values are computed.
    pub rank: usize,
    /// `None` for a weight.
    pub scale: Option<f64>,
    /// What its numbers take in the file.
    pub bytes: u64,
    /// What factors take for each unit of rank.
    pub bytes_per_rank: u64,
}

impl Layer {
    pub fn is_weight(&self) -> bool {
        self.scale.is_none()
    }
}
