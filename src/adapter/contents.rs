//! [`Adapter`]: the layers of a file, and everything else in it.

use std::collections::HashSet;
use std::ops::Range;

use super::absent::absent;
use super::problem::{Location, Problem};
use super::resizing::settle;
use super::scale::{Scale, ScaleSource};
use super::sort::{Sorted, sort};
use super::sources::{ADALORA_EPSILON, Sources};
use crate::adapter::file::header::Header;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::held::Held;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::layer::Layer;
use crate::delta::Delta;

/// A LoRA adapter's file: its layers, its problems, and every other tensor.
///
/// It holds no weights. Those of a layer are read on request, one layer at a time.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, sample};
///
/// let sample = sample();
/// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
/// assert_eq!((adapter.layers().len(), adapter.problems().len()), (28, 0));
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Adapter {
    pub(crate) header: Header,
    pub(crate) sources: Sources,
    layers: Vec<Layer>,
    plain: Vec<Tensor>,
    /// The tensors of modules that have no direction left.
    pub(crate) pruned: Vec<Tensor>,
    problems: Vec<Problem>,
}

/// An [`Adapter`] without the alphas that are stored in tensors.
///
/// ```
/// use lora_rank_explorer::adapter::{Header, Outline, sample};
///
/// let sample = sample();
/// let header = Header::read(&mut &sample.file[..], sample.file.len() as u64)?;
/// let outline = Outline::new(header, Some(&sample.config));
/// assert!(outline.alphas().is_empty(), "PEFT stores them in adapter_config.json");
/// assert_eq!(outline.finish(Vec::new()).layers().len(), 28);
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Outline {
    adapter: Adapter,
    /// The indices of the layers that have an alpha tensor.
    waiting: Vec<usize>,
}

impl Adapter {
    /// Reads the header and the alphas, but no weights. `config` is the text of `adapter_config.json`, if there is one.
    ///
    /// # Errors
    /// [`Problem`] when the file is not a safetensors file or cannot be read. Invalid parts of it are reported in
    /// [`problems`](Self::problems) instead. Never panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some("no JSON"))?;
    /// assert!(adapter.problems()[0].to_string().starts_with("adapter_config.json: not the JSON"));
    /// assert_eq!(adapter.layers().len(), 28);
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn open(source: &mut impl ReadBytes, file_bytes: u64, config: Option<&str>) -> Result<Self, Problem> {
        let outline = Outline::new(Header::read(source, file_bytes)?, config);
        let alphas = outline.alphas().into_iter().map(|range| source.read_bytes(range)).collect();
        Ok(outline.finish(alphas))
    }

    /// The layers, in the order of the file. Of a module whose experts share their tensors, each expert is one.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    pub(crate) fn layers_mut(&mut self) -> &mut [Layer] {
        &mut self.layers
    }

    /// Reads the ΔW of each layer in turn. Tensors that layers share, as all experts of a fused module do, are read once. Of some
    /// layers only, [`Layer::read_holding`] does the same.
    ///
    /// # Errors
    /// Of a layer, as [`Layer::read`] has them; the next one is read nevertheless.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let mut source = &sample.file[..];
    /// # let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
    /// for (layer, delta) in adapter.deltas(&mut source) {
    ///     assert_eq!(delta?.rows(), layer.rows());
    /// }
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn deltas<'a, R: ReadBytes>(
        &'a self,
        source: &'a mut R,
    ) -> impl Iterator<Item = (&'a Layer, Result<Delta, Problem>)> {
        let mut held = Held::default();
        self.layers.iter().map(move |layer| (layer, layer.read_holding(source, &mut held)))
    }

    /// The tensors that belong to no adapter, such as the weights of a model.
    pub fn plain_tensors(&self) -> &[Tensor] {
        &self.plain
    }

    /// What was set aside or is inconsistent, with location and reason.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The header of the file.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

impl Outline {
    /// Sorts the tensors of a file into layers. `config` is the text of `adapter_config.json`, if there is one.
    pub fn new(header: Header, config: Option<&str>) -> Self {
        let mut problems = header.problems().to_vec();
        let sources = Sources::new(&header, config, &mut problems);
        let Sorted { layers, plain, pruned, problems: found } = sort(&header, &sources);
        problems.extend(found);
        problems.extend(absent(&header, &problems));
        let waiting = (0..layers.len()).filter(|&i| layers[i].alpha_tensor.is_some()).collect();
        Self { adapter: Adapter { header, sources, layers, plain, pruned, problems }, waiting }
    }

    /// The ranges of the file that hold alphas, a few bytes each. [`finish`](Self::finish) needs their bytes in this order.
    pub fn alphas(&self) -> Vec<Range<u64>> {
        let layers = &self.adapter.layers;
        self.waiting.iter().filter_map(|&i| layers[i].alpha_tensor.as_ref().map(Tensor::range)).collect()
    }

    /// Completes the adapter with the bytes of [`alphas`](Self::alphas), or the errors of reading them. A layer whose alpha is
    /// missing or not a number is set aside.
    pub fn finish(self, alphas: Vec<Result<Vec<u8>, String>>) -> Adapter {
        let Self { mut adapter, waiting } = self;
        let mut alphas = alphas.into_iter();
        let mut lost = HashSet::new();
        for i in waiting {
            let bytes = alphas.next().unwrap_or_else(|| Ok(Vec::new()));
            if let Err(problem) = set_alpha(&mut adapter.layers[i], bytes) {
                adapter.problems.push(problem);
                lost.insert(i);
            }
        }
        let mut index = 0..;
        adapter.layers.retain(|_| index.next().is_none_or(|i| !lost.contains(&i)));
        settle(&mut adapter);
        adapter
    }
}

/// Sets the alpha of a layer that stores it in a tensor. An alpha of 0 counts as r.
fn set_alpha(layer: &mut Layer, bytes: Result<Vec<u8>, String>) -> Result<(), Problem> {
    let Some(tensor) = &layer.alpha_tensor else { return Ok(()) };
    let bytes = read(&mut Given(bytes), tensor.range(), Location::Tensor(tensor.name().to_owned()))?;
    let alpha = tensor.one_number(&bytes)?;
    if layer.kind == Kind::AdaLoRa {
        if let (Scale::Known { value, .. }, Some(whole)) = (&mut layer.scale, layer.alpha) {
            *value = whole / (alpha + ADALORA_EPSILON);
        }
        return Ok(());
    }
    let divisor = layer.divisor.unwrap_or(1) as f64;
    if alpha != 0.0 {
        layer.scale = Scale::Known { value: alpha / divisor, source: ScaleSource::Tensor };
    }
    layer.alpha = Some(alpha);
    Ok(())
}

/// Bytes that have been read already.
struct Given(Result<Vec<u8>, String>);

impl ReadBytes for Given {
    fn read_bytes(&mut self, _: Range<u64>) -> Result<Vec<u8>, String> {
        std::mem::replace(&mut self.0, Ok(Vec::new()))
    }
}
