//! [`PairWork`]: the worker's jobs about two checkpoints. They read a pair of tensors at a time.

use std::num::NonZeroUsize;

use js_sys::{Array, Uint8Array};
use lora_rank_explorer::NotApplicable;
use lora_rank_explorer::adapter::{LayerSpectrum, Problem, Reason};
use lora_rank_explorer::checkpoint::{CheckpointProblem, Difference, LoraFile, LoraPart, Pair, Side};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::batches::MOST;
use super::blob::words;
use super::models::{COMPARED, Model, Open, is_same, mark, mark_now};
use super::protocol::{Contents, Found, Layer, Part, Report};
use super::wholes;
use super::worker::PageChannel;
use crate::format;
use crate::pair::found::{Floor, Paired, UNCHANGED, changed};
use crate::pair::options::WriteOptions;

pub struct PairWork {
    models: Result<[Model; 2], String>,
    /// How many singular values of each layer are computed.
    rank: NonZeroUsize,
    open: Option<Open>,
}

impl PairWork {
    /// Whether a message is about two checkpoints: it begins with a list of files.
    pub fn is_meant(context: &Array) -> bool {
        Array::is_array(&context.get(0))
    }

    /// Work on the files in a message: for base and tuned model the files, the index or nothing, and the number of values to compute.
    pub fn new(context: &Array) -> Self {
        let model = |at: u32| Model::new(&context.get(at).unchecked_into(), context.get(at + 1));
        let models = model(0).and_then(|base| Ok([base, model(2)?]));
        let rank = NonZeroUsize::new(context.get(4).as_f64().unwrap_or(1.0) as usize).unwrap_or(NonZeroUsize::MIN);
        Self { models, rank, open: None }
    }

    /// Reports what pairs and what does not.
    pub fn open(&mut self, channel: &PageChannel) -> Result<Report, String> {
        let rank = self.rank;
        let (models, open) = self.opened()?;
        let pairs = open.pairing.pairs();
        let mut layers = Vec::new();
        for pair in open.listed().iter().map(|&i| &pairs[i]) {
            layers.push(layer(pair, mark(pair, models), rank.get()));
        }
        let doubt = is_same(&open.pairing, open.listed(), models).then(|| {
            format!(
                "In {} compared, base and tuned model are the same: perhaps one file was chosen twice",
                match open.listed {
                    ..=COMPARED => "all layers that were".to_owned(),
                    _ => format!("the {COMPARED} layers that were"),
                }
            )
        });
        let (unchanged, wholes) = wholes::wholes(open, models);
        let (pairing, names) = (&open.pairing, open.pairing.names());
        let is_differing = names.both < names.base.max(names.tuned);
        let paired = Paired {
            layers: layers.len(),
            others: pairs.iter().filter(|pair| !pair.kind().takes_lora()).map(|pair| pair.name().to_owned()).collect(),
            only_base: pairing.only_base().to_vec(),
            only_tuned: pairing.only_tuned().to_vec(),
            unusable: pairing.unusable().iter().map(ToString::to_string).collect(),
            too_large: open.listed().iter().filter_map(|&i| too_large(&pairs[i], rank)).collect(),
            names: is_differing.then(|| names.to_string()),
            problems: open.problems.clone(),
            doubt,
            rank: rank.get(),
            unchanged,
            wholes,
        };
        let file_bytes = layers.iter().map(|layer| layer.bytes).fold(0, u64::saturating_add);
        let contents = Contents {
            problems: Vec::new(),
            file_bytes,
            note: None,
            other_tensors: 0,
            is_adapter: false,
            holds_spectra: false,
            paired: Some(paired),
        };
        channel.list(layers);
        Ok(Report::Opened(Box::new(contents)))
    }

    /// The spectra of the layers at these indices.
    pub fn read(&mut self, wanted: &[u32]) -> Report {
        Report::Read(wanted.iter().map(|&i| (i as usize, self.found(i as usize))).collect())
    }

    fn found(&mut self, index: usize) -> Result<Found, String> {
        let (rank, difference) = (self.rank, self.difference(index, self.rank)?);
        let (models, open) = self.reopened()?;
        let pair = open.pair(index)?;
        // After the bytes were read: a change in between is seen as well.
        let mark = mark_now(pair, models);
        if difference.is_unchanged() {
            return Err(UNCHANGED.to_owned());
        }
        let words = |problem: CheckpointProblem| problem.to_string();
        let leading = difference.leading(rank).map_err(words)?;
        let above = match difference.floor().rank_above(leading.singular_values()) {
            Err(NotApplicable::AllNoise) => Ok(0),
            above => above.map_err(|reason| reason.to_string()),
        };
        let floor = Floor { floor: difference.floor().clone(), above, mark, asked: rank.get() };
        let spectrum = difference.spectrum(&leading).map_err(words)?;
        let known = spectrum.known_rank().min(rank.get());
        Ok(Found { layer: LayerSpectrum::new(module(pair), known, 1.0, spectrum), floor: Some(floor) })
    }

    /// The factors of this rank of the first of these layers, and the bytes of their tensors.
    pub fn factor(&mut self, items: &[u32], rank: usize, mark: &str, options: &WriteOptions) -> (Report, JsValue) {
        let index = items.first().map_or(0, |&i| i as usize);
        answer(index, self.part(index, rank, mark, options))
    }

    /// The first of these parameters whole, and the bytes of its tensor.
    pub fn whole(&mut self, items: &[u32], options: &WriteOptions) -> (Report, JsValue) {
        let index = items.first().map_or(0, |&i| i as usize);
        answer(index, self.whole_part(index, options))
    }

    fn part(
        &mut self,
        index: usize,
        rank: usize,
        listed: &str,
        options: &WriteOptions,
    ) -> Result<(Part, Array), String> {
        let rank = NonZeroUsize::new(rank).ok_or("rank 0 has no factors")?;
        let (options, words) = (options.lora(), |problem: CheckpointProblem| problem.to_string());
        let (_, open) = self.reopened()?;
        open.pair(index)?.check_lora(&options).map_err(words)?;
        let difference = self.difference(index, rank)?;
        let (models, open) = self.reopened()?;
        let pair = open.pair(index)?;
        if mark_now(pair, models) != listed {
            return Err(changed(&module(pair)));
        }
        let low_rank = difference.low_rank(rank).map_err(words)?;
        let mut part = pair.lora(&low_rank, &options).map_err(words)?;
        let residual = difference.written_residual(&part).ok_or("the factors have another shape")?;
        let norm = difference.frobenius_norm();
        let blobs = blobs(&mut part)?;
        Ok((Part { part, residual, norm }, blobs))
    }

    fn whole_part(&mut self, index: usize, options: &WriteOptions) -> Result<(Part, Array), String> {
        let ([base, tuned], open) = self.reopened()?;
        let pair = open.pair(index)?;
        let of_side = |side, model: &mut Model| pair.read_bytes(side, &mut model.sources);
        let part = of_side(Side::Base, base).and_then(|base| {
            let tuned = of_side(Side::Tuned, tuned)?;
            pair.whole(&base, &tuned, &options.lora())
        });
        let mut part = part.map_err(said)?;
        let blobs = blobs(&mut part)?;
        Ok((Part { part, residual: 0.0, norm: 0.0 }, blobs))
    }

    /// How the parts become a file, and its header.
    pub fn assemble(&mut self, parts: Vec<LoraPart>, options: &WriteOptions) -> Result<(Report, Blob), String> {
        let (_, open) = self.reopened()?;
        let file = LoraFile::new(&open.pairing, parts, &options.lora()).map_err(|problem| problem.to_string())?;
        let report = Report::Assembled { config: file.config().map(ToOwned::to_owned), order: file.order().to_vec() };
        Ok((report, blob(file.header())?))
    }

    /// The difference of the layer at this index, for this rank.
    fn difference(&mut self, index: usize, rank: NonZeroUsize) -> Result<Difference, String> {
        let (models, open) = self.reopened()?;
        let pair = open.pair(index)?;
        if let Some(why) = too_large(pair, rank) {
            return Err(why);
        }
        let [base, tuned] = &mut *models;
        let difference = pair.read(&mut base.sources, &mut tuned.sources);
        if difference.as_ref().is_err_and(is_unread) {
            // A worker that has not opened the files yet fails at that where one is gone. This one gives the same reason, so that
            // it stands once for all layers.
            base.forget();
            tuned.forget();
            Open::new(models).map_err(|error| gone(&error))?;
        }
        difference.map_err(said)
    }

    /// The files, which a worker has opened before.
    fn reopened(&mut self) -> Result<(&mut [Model; 2], &Open), String> {
        self.opened().map_err(|error| gone(&error))
    }

    fn opened(&mut self) -> Result<(&mut [Model; 2], &Open), String> {
        let models = self.models.as_mut().map_err(|error| error.clone())?;
        let open = match self.open.take() {
            Some(open) => open,
            None => Open::new(models)?,
        };
        Ok((models, self.open.insert(open)))
    }
}

/// Why a worker cannot have the memory that a layer needs, if it cannot.
fn too_large(pair: &Pair, rank: NonZeroUsize) -> Option<String> {
    let memory = pair.memory(rank.get());
    (memory > MOST).then(|| {
        let (needed, most) = (format::bytes(memory), format::bytes(MOST));
        format!(
            "`{}` is left out: it needs {needed} of memory, and a program in the browser can have {most}",
            pair.name()
        )
    })
}

/// The problem, with what to do about a file that could be read before.
fn said(problem: CheckpointProblem) -> String {
    if is_unread(&problem) { gone(&problem.to_string()) } else { problem.to_string() }
}

/// Whether a tensor, or the end of it, is not there any more.
fn is_unread(problem: &CheckpointProblem) -> bool {
    let CheckpointProblem::Tensor { problem: Problem { reason, .. }, .. } = problem else { return false };
    matches!(reason, Reason::Read { .. } | Reason::Incomplete { .. })
}

fn gone(error: &str) -> String {
    format!("{error}. It could be read before: choose the files of both models again")
}

/// The path of the module.
fn module(pair: &Pair) -> String {
    pair.name().strip_suffix(".weight").unwrap_or(pair.name()).to_owned()
}

fn layer(pair: &Pair, mark: String, rank: usize) -> Layer {
    Layer {
        module: module(pair),
        rows: pair.rows(),
        cols: pair.cols(),
        rank: rank.min(pair.rows()).min(pair.cols()),
        scale: None,
        scale_text: None,
        bytes: pair.bytes(),
        bytes_per_rank: 4 * (pair.rows() as u64 + pair.cols() as u64),
        group: None,
        kept: None,
        becomes_pair: false,
        mark: Some(mark),
    }
}

fn answer(index: usize, part: Result<(Part, Array), String>) -> (Report, JsValue) {
    match part {
        Ok((part, blobs)) => (Report::Part(index, Ok(part)), blobs.into()),
        Err(error) => (Report::Part(index, Err(error)), JsValue::NULL),
    }
}

/// The bytes of a part's tensors, handed over to the browser.
fn blobs(part: &mut LoraPart) -> Result<Array, String> {
    let blobs = Array::new();
    for bytes in part.take_bytes() {
        blobs.push(&blob(&bytes)?.into());
    }
    Ok(blobs)
}

fn blob(bytes: &[u8]) -> Result<Blob, String> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts).map_err(|error| words(&error))
}
