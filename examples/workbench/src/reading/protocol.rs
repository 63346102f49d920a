//! What page and workers say to each other: JSON, accompanied by files.

use lora_rank_explorer::adapter::LayerSpectrum;
use lora_rank_explorer::checkpoint::LoraPart;
use serde::{Deserialize, Serialize};

use crate::pair::found::{Floor, Paired};
use crate::pair::options::WriteOptions;

/// A request of the page about the file and its `adapter_config.json`, if there is one.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// Report the file's contents; of a file that holds spectra, these too.
    Open,
    /// Report the spectra of the layers that are the job's items.
    Read,
    /// Write the file with these ranks, one for each layer of the adapter.
    Resize(Vec<usize>),
    /// Of two checkpoints: compute factors of this rank for the layer that is the job's item, if it still has this mark.
    Factor { rank: usize, mark: String, options: WriteOptions },
    /// Of two checkpoints: take over the parameter that is the job's item.
    Whole(WriteOptions),
    /// Put the file of these parts together.
    Assemble(Vec<LoraPart>, WriteOptions),
}

/// An answer of a worker, or of the [`Reader`](super::reader::Reader).
#[derive(Serialize, Deserialize)]
pub enum Report {
    /// The next layers of the file.
    Layers(Vec<Layer>),
    /// The file's contents; all layers have been sent.
    Opened(Box<Contents>),
    /// For each layer, by index: its spectrum, or why it has none.
    Read(Vec<(usize, Result<Found, String>)>),
    /// A layer at which workers have stopped, and why. From the reader.
    Lost(usize, String),
    /// All spectra have been sent. From the reader.
    Finished(Effort),
    /// How many of the layers that change have been checked, before the file is written.
    Checked { layers: usize, of: usize },
    /// The number of bytes of the resized file written so far.
    Written(u64),
    /// The resized file, which accompanies the message, its `adapter_config.json`, and the layers kept as they were, each with the
    /// reason.
    Resized { config: Option<String>, kept: Vec<String>, residual: Option<f64> },
    /// The factors of this layer, or why it has none; the bytes of its tensors accompany the message.
    Part(usize, Result<Part, String>),
    /// The header of the file accompanies the message; the tensors follow in this order.
    Assembled { config: Option<String>, order: Vec<(usize, usize)> },
    /// For how many layers factors were computed, and how much of the work that is: done, and all. From the reader.
    Factored { layers: usize, of: usize, work: (u64, u64) },
    /// The request failed, for this reason.
    Failed(String),
}

/// A spectrum, and of two checkpoints the rounding floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub layer: LayerSpectrum,
    pub floor: Option<Floor>,
}

impl From<LayerSpectrum> for Found {
    fn from(layer: LayerSpectrum) -> Self {
        Self { layer, floor: None }
    }
}

/// The factors of a layer without their bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    pub part: LoraPart,
    /// ‖ΔW − B·A‖_F of the factors as they are written, and ‖ΔW‖_F; 0 of a parameter that is taken over whole.
    pub residual: f64,
    pub norm: f64,
}

/// What reading took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    pub seconds: f64,
    pub workers: usize,
    /// The peak memory of the worker that took the most, and of all together, in bytes.
    pub largest: u64,
    pub memory: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// What cannot be used, by name, each with the reason.
    pub problems: Vec<String>,
    pub file_bytes: u64,
    /// The note in the file's metadata.
    pub note: Option<String>,
    /// The number of tensors that are neither part of a layer nor a matrix.
    pub other_tensors: usize,
    /// Whether the file has LoRA layers, so that it can be resized.
    pub is_adapter: bool,
    /// Whether the file holds the spectra themselves: they follow, and nothing else has to be read.
    pub holds_spectra: bool,
    /// Of two checkpoints: what pairs, and what does not.
    #[serde(default)]
    pub paired: Option<Paired>,
}

/// A row of the list, before its tensors are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    pub module: String,
    pub rows: usize,
    pub cols: usize,
    /// The rank of an adapter's layer; for a weight, the number of singular values computed.
    pub rank: usize,
    /// `None` for a weight, and where it is unknown.
    pub scale: Option<f64>,
    /// The scale and where it stands, or why it is unknown; `None` for a weight.
    pub scale_text: Option<String>,
    /// The size of its tensors in the file.
    pub bytes: u64,
    /// The size of the factors per rank; of a layer in another form, that of a pair B·A in its place.
    pub bytes_per_rank: u64,
    /// The first layer of its group, by index: of an expert, the first expert of its module.
    pub group: Option<usize>,
    /// Why a resized file keeps the layer as it is, whatever rank is chosen.
    pub kept: Option<String>,
    /// Whether it is in another form than B·A, and a resized file holds a pair in its place at a rank below its own.
    pub becomes_pair: bool,
    /// Of a layer of two checkpoints, what tells it from that of others: see [`Floor::mark`].
    #[serde(default)]
    pub mark: Option<String>,
}

impl Layer {
    /// Whether a resized file holds its tensors as they are at this rank.
    pub fn stays(&self, rank: usize) -> bool {
        self.kept.is_some() || self.becomes_pair && rank >= self.rank
    }

    /// Whether it is the difference of two checkpoints, for which factors are computed: rank 0 leaves it out.
    pub fn is_difference(&self) -> bool {
        self.mark.is_some()
    }

    pub fn is_weight(&self) -> bool {
        self.scale_text.is_none()
    }

    /// Why the scale is unknown, if it is.
    pub fn unknown_scale(&self) -> Option<&str> {
        self.scale_text.as_deref().filter(|_| self.scale.is_none())
    }
}
