//! The files of two checkpoints in a worker: what pairs, and the marks by which a layer is known again.

use js_sys::Array;
use lora_rank_explorer::adapter::{Header, Problem, ReadBytes, Reason};
use lora_rank_explorer::checkpoint::{Checkpoint, CheckpointProblem, Pair, Pairing, Side};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

use super::blob::Source;
use crate::pair::state::index;

/// So many bytes of a part of a tensor tell it from others.
const MARKED: u64 = 4096;

/// How many layers are compared before anything is computed, to find out whether a file was chosen twice.
pub(super) const COMPARED: usize = 24;

/// The files of a checkpoint.
pub(super) struct Model {
    names: Vec<String>,
    pub(super) sources: Vec<Source>,
    index: Option<Source>,
}

pub(super) struct Open {
    pub(super) pairing: Pairing,
    /// The pairs that the page lists, by index, and then the others.
    pub(super) items: Vec<usize>,
    /// How many the page lists.
    pub(super) listed: usize,
    pub(super) problems: [Vec<String>; 2],
}

impl Model {
    pub(super) fn new(files: &Array, index: JsValue) -> Result<Self, String> {
        let files: Vec<File> = files.iter().filter_map(|file| file.dyn_into().ok()).collect();
        let source = |file: &File| Source::new(Blob::from(file.clone()));
        let index = index.dyn_into::<Blob>().ok().map(Source::new).transpose()?;
        Ok(Self {
            names: files.iter().map(File::name).collect(),
            sources: files.iter().map(source).collect::<Result<_, _>>()?,
            index,
        })
    }

    /// Forgets what was read ahead, as [`Source::forget`] does.
    pub(super) fn forget(&mut self) {
        self.sources.iter_mut().for_each(Source::forget);
    }

    fn checkpoint(&mut self) -> Result<Checkpoint, String> {
        let index = self.index.as_mut().map(Source::text).transpose();
        let index = index.map_err(|error| format!("the index: {error}"))?;
        let mut files = Vec::new();
        for (name, source) in self.names.iter().zip(&mut self.sources) {
            let bytes = source.bytes();
            let header = Header::read(source, bytes);
            // Without one of its files a model has other pairs, which one worker would count and another would not.
            if let Err(problem @ Problem { reason: Reason::Read { .. }, .. }) = header {
                return Err(CheckpointProblem::File { file: name.clone(), problem }.to_string());
            }
            files.push((name.clone(), header));
        }
        Checkpoint::new(index.as_deref(), files).map_err(|problem| problem.to_string())
    }
}

impl Open {
    pub(super) fn new([base, tuned]: &mut [Model; 2]) -> Result<Self, String> {
        let of = |side: Side, error: String| format!("{side}: {error}");
        let base = base.checkpoint().map_err(|error| of(Side::Base, error))?;
        let tuned = tuned.checkpoint().map_err(|error| of(Side::Tuned, error))?;
        let pairing = Pairing::new(&base, &tuned);
        let pairs = pairing.pairs();
        let (mut items, others): (Vec<_>, Vec<_>) = (0..pairs.len()).partition(|&i| pairs[i].kind().takes_lora());
        let listed = items.len();
        items.extend(others);
        let problems = [&base, &tuned].map(|model| model.problems().iter().map(ToString::to_string).collect());
        Ok(Self { pairing, items, listed, problems })
    }

    pub(super) fn listed(&self) -> &[usize] {
        &self.items[..self.listed]
    }

    pub(super) fn pair(&self, index: usize) -> Result<&Pair, String> {
        let pair = self.items.get(index).map(|&i| &self.pairing.pairs()[i]);
        pair.ok_or_else(|| "the files have changed: they have no such layer any more".to_owned())
    }
}

/// The beginning of a tensor on one side; nothing where it cannot be read.
fn beginning(pair: &Pair, side: Side, models: &mut [Model; 2]) -> Vec<u8> {
    part(pair, side, models, |_| 0)
}

/// [`MARKED`] bytes of a tensor on one side, from where `from` says for its length; nothing where they cannot be read.
fn part(pair: &Pair, side: Side, models: &mut [Model; 2], from: impl FnOnce(u64) -> u64) -> Vec<u8> {
    let Some(tensor) = pair.ranges(side).into_iter().next() else { return Vec::new() };
    let range = tensor.range;
    let start = range.start + from(range.end - range.start);
    let source = models[index(side)].sources.get_mut(tensor.file);
    source.and_then(|source| source.read_bytes(start..range.end.min(start + MARKED)).ok()).unwrap_or_default()
}

/// 64 bits of both tensors (FNV-1a): of their beginnings, middles and ends, since one of several weights in a tensor may have been tuned
/// alone.
pub(super) fn mark(pair: &Pair, models: &mut [Model; 2]) -> String {
    let places = [|_| 0, |length| length / 2, |length: u64| length.saturating_sub(MARKED)];
    let parts =
        [Side::Base, Side::Tuned].into_iter().flat_map(|side| places.map(|from| part(pair, side, models, from)));
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", parts.flatten().fold(0xcbf2_9ce4_8422_2325, hash))
}

/// The mark of what the files hold now.
pub(super) fn mark_now(pair: &Pair, models: &mut [Model; 2]) -> String {
    models.iter_mut().for_each(Model::forget);
    mark(pair, models)
}

/// Whether some layers, spread over the model, begin with the same bytes on both sides.
pub(super) fn is_same(pairing: &Pairing, listed: &[usize], models: &mut [Model; 2]) -> bool {
    let step = listed.len().div_ceil(COMPARED).max(1);
    let mut pairs = listed.iter().step_by(step).map(|&i| &pairing.pairs()[i]).peekable();
    let is_same = |pair: &Pair| {
        let [base, tuned] = [Side::Base, Side::Tuned].map(|side| beginning(pair, side, models));
        pair.tensor(Side::Base).dtype() == pair.tensor(Side::Tuned).dtype() && base == tuned && !base.is_empty()
    };
    pairs.peek().is_some() && pairs.all(is_same)
}
