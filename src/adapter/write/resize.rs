//! [`Resized`]: an adapter rewritten with other ranks.
//!
//! The scale of every layer stays as close to the old one as its alpha can store, and the factors make up for the difference:
//! scale′·B′·A′ is the best approximation of scale·B·A, up to the rounding of the dtype.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::part::{Change, FilePart, Side};
use crate::adapter::contents::Adapter;
use crate::adapter::file::dtype::Dtype;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::file::write::{Row, header};
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Location, Problem, Reason};
use crate::adapter::scale::{Scale, ScaleSource};

/// The plan of a resized file: its header, and the parts that follow.
///
/// Layout, names and dtypes stay the same, as does every tensor outside the layers. A layer that gets at least its own rank is
/// copied byte for byte. Invalid entries, which the header's problems name, are left out.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, sample};
///
/// let sample = sample();
/// let mut source = &sample.file[..];
/// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let resized = adapter.resize(&[4; 28])?;
/// let mut file = Vec::new();
/// resized.write(&mut source, &mut file)?;
/// assert_eq!(file.len() as u64, resized.file_bytes());
///
/// let again = Adapter::open(&mut &file[..], file.len() as u64, resized.config())?;
/// assert_eq!((again.layers()[0].rank(), again.layers()[0].scale().value()), (4, Some(2.0)));
/// assert!(again.problems().is_empty());
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resized {
    header: Vec<u8>,
    parts: Vec<FilePart>,
    config: Option<String>,
    kept: Vec<Problem>,
    file_bytes: u64,
}

/// A tensor of the new file.
struct Item<'a> {
    name: &'a str,
    dtype: &'a Dtype,
    shape: Vec<u64>,
    bytes: u64,
    /// The position of its group in the old file, and its position within the group.
    order: (usize, usize),
    part: FilePart,
}

impl Adapter {
    /// Plans a file in which the layers have these ranks, in the order of [`layers`](Self::layers). A rank above the layer's own
    /// leaves the layer unchanged. A layer that is not stored as a pair is [kept](Resized::kept), too.
    ///
    /// # Errors
    /// [`Problem`] when the file [is cut off](crate::adapter::Header::is_cut_off), there is not one rank for each layer, a rank is
    /// 0, the scale of a layer that changes is unknown, or an alpha does not fit its dtype. Never panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let problem = adapter.resize(&[4; 28]).unwrap_err();
    /// assert!(problem.to_string().ends_with("add the adapter_config.json that belongs to it"));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn resize(&self, ranks: &[usize]) -> Result<Resized, Problem> {
        let changes = self.changes(ranks)?;
        let mut items = self.items(&changes)?;
        // Wide dtypes first: readers that map the file need every tensor aligned to its dtype.
        items.sort_by_key(|item| (Reverse(width(item)), item.order));
        let table =
            items.iter().map(|item| Row { name: item.name, dtype: item.dtype, shape: &item.shape, bytes: item.bytes });
        let (header, file_bytes) = header(self.new_metadata(&changes)?.as_ref(), table)?;
        let config = self.new_config(&changes)?;
        let kept = self.layers().iter().zip(ranks).filter_map(|(layer, rank)| {
            let why = layer.kept().filter(|_| *rank < layer.rank())?;
            Some(Problem::module(layer.name(), Reason::Kept(why)))
        });
        let (kept, parts) = (kept.collect(), FilePart::joined(items.into_iter().map(|item| item.part)));
        Ok(Resized { header, parts, config, kept, file_bytes })
    }

    /// How each layer changes; `None` if it does not.
    fn changes(&self, ranks: &[usize]) -> Result<Vec<Option<Change>>, Problem> {
        self.header.check_whole()?;
        let layers = self.layers();
        if ranks.len() != layers.len() {
            return Err(Problem::file(Reason::Ranks { found: ranks.len(), layers: layers.len() }));
        }
        let flat = self.flat_alpha(ranks);
        layers.iter().zip(ranks).map(|(layer, &rank)| self.change(layer, rank, flat)).collect()
    }

    /// `flat` is the new alpha of all layers, where the metadata hold one.
    fn change(&self, layer: &Layer, rank: usize, flat: Option<f64>) -> Result<Option<Change>, Problem> {
        let problem = |reason| Problem::module(layer.module(), reason);
        let rank = NonZeroUsize::new(rank).ok_or_else(|| problem(Reason::RankZero))?;
        if rank.get() >= layer.rank() || layer.kept().is_some() {
            return Ok(None);
        }
        let (old, source) = match layer.scale() {
            Scale::Known { value, source } => (*value, source),
            Scale::Unknown(reason) => return Err(problem(Reason::UnknownScale(reason.clone()))),
        };
        let mut bytes = Vec::new();
        let (alpha, scale) = match (source, &layer.alpha_tensor) {
            (ScaleSource::Tensor, Some(tensor)) => {
                let wanted = old * rank.get() as f64;
                let alpha = tensor.dtype().encode_alpha(wanted, &mut bytes);
                if alpha == 0.0 || !alpha.is_finite() {
                    return Err(tensor.problem(Reason::DoesNotFit(wanted)));
                }
                (alpha, alpha / rank.get() as f64)
            }
            (ScaleSource::Metadata(_), _) => {
                let alpha = flat.unwrap_or(old * rank.get() as f64);
                (alpha, alpha / rank.get() as f64)
            }
            // The configuration holds any alpha.
            _ => (old * rank.get() as f64, old),
        };
        let ratio = if scale == 0.0 { 1.0 } else { old / scale };
        Ok(Some(Change { rank, alpha, alpha_bytes: bytes, scale, ratio }))
    }

    fn items<'a>(&'a self, changes: &[Option<Change>]) -> Result<Vec<Item<'a>>, Problem> {
        let mut changed: HashMap<&str, (&Layer, &Change, Option<Side>)> = HashMap::new();
        for (layer, change) in self.layers().iter().zip(changes) {
            let Some(change) = change else { continue };
            changed.insert(layer.down().name(), (layer, change, Some(Side::Down)));
            changed.insert(layer.up().name(), (layer, change, Some(Side::Up)));
            if let Some(alpha) = layer.alpha_tensor.as_ref().filter(|_| !change.alpha_bytes.is_empty()) {
                changed.insert(alpha.name(), (layer, change, None));
            }
        }
        let tensors = self.header.tensors();
        let positions: HashMap<&str, usize> = tensors.iter().enumerate().map(|(i, t)| (t.name(), i)).collect();
        let item = |(i, tensor): (usize, &'a Tensor)| {
            let (mut shape, mut bytes) = (tensor.shape().to_vec(), tensor.range().end - tensor.range().start);
            let (mut order, mut part) = ((i, 0), FilePart::copy(tensor));
            match changed.get(tensor.name()) {
                Some((layer, change, Some(side))) => {
                    let at = usize::from(*side == Side::Up);
                    shape[at ^ usize::from(layer.transposed())] = change.rank.get() as u64;
                    bytes = bytes / layer.rank() as u64 * change.rank.get() as u64;
                    order = (positions.get(layer.down().name()).copied().unwrap_or(i), at);
                    part = FilePart::factors(layer, change, *side);
                }
                Some((_, change, None)) => part = FilePart::given(change.alpha_bytes.clone()),
                None => {}
            }
            Item { name: tensor.name(), dtype: tensor.dtype(), shape, bytes, order, part }
        };
        Ok(tensors.iter().enumerate().map(item).collect())
    }
}

impl Resized {
    /// The length of the new file.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The new `adapter_config.json`, if the old file has one.
    pub fn config(&self) -> Option<&str> {
        self.config.as_deref()
    }

    /// The layers that were to have a smaller rank and are kept as they are, byte for byte, with [the reason](Layer::kept).
    pub fn kept(&self) -> &[Problem] {
        &self.kept
    }

    /// The bytes before the parts.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The parts that follow the header, in order. Each needs at most one layer in memory.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// let resized = adapter.resize(&[4; 28])?;
    /// let mut file = resized.header().to_vec();
    /// for part in resized.parts() {
    ///     let slice = |range: &std::ops::Range<u64>| sample.file[range.start as usize..range.end as usize].to_vec();
    ///     file.extend(part.bytes(part.ranges().iter().map(slice).collect())?);
    /// }
    /// assert_eq!(file.len() as u64, resized.file_bytes());
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn parts(&self) -> &[FilePart] {
        &self.parts
    }

    /// Writes the file, a part at a time, from the bytes of the old one.
    ///
    /// # Errors
    /// [`Problem`] when reading or writing fails, a weight is not finite, or a number does not fit its dtype. The file is
    /// incomplete then.
    pub fn write(&self, source: &mut impl ReadBytes, file: &mut impl Write) -> Result<(), Problem> {
        let mut put = |bytes: &[u8]| file.write_all(bytes).map_err(|e| Problem::file(Reason::Write(e.to_string())));
        put(&self.header)?;
        for part in &self.parts {
            let mut bytes = Vec::new();
            for range in part.ranges() {
                bytes.push(read(source, Range::clone(range), Location::File)?);
            }
            put(&part.bytes(bytes)?)?;
        }
        Ok(())
    }
}

/// Bytes per number; for a dtype that is not read, they follow from the length.
fn width(item: &Item) -> u64 {
    let count = item.shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    item.dtype.bytes().map_or_else(|| item.bytes / count.unwrap_or(1).max(1), |bytes| bytes as u64)
}
