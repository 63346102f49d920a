//! [`Adapter`]: the layers of a file, and everything else in it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::absent::absent;
use super::problem::{Location, Problem, Reason};
use super::scale::{Scale, ScaleSource};
use super::sources::{Found, Sources};
use crate::adapter::file::counted::Counted;
use crate::adapter::file::header::Header;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{PEFT_PREFIX, Role, role};
use crate::adapter::kinds::shape::oriented;

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

    /// The layers that are plain B·A, in the order of the file.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
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
        let adapter = Adapter { header, sources, layers: Vec::new(), plain: Vec::new(), problems };
        let mut outline = Self { adapter, waiting: Vec::new() };
        outline.sort();
        let absent = absent(&outline.adapter.header, &outline.adapter.problems);
        outline.adapter.problems.extend(absent);
        outline
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
        adapter
    }

    fn sort(&mut self) {
        let tensors = self.adapter.header.tensors().to_vec();
        let by_name: HashMap<&str, &Tensor> = tensors.iter().map(|tensor| (tensor.name(), tensor)).collect();
        let lost = self.adapter.header.lost().clone();
        let is_cut_off = self.adapter.header.is_cut_off();
        // What a file that is cut off lacks is said once, not for each layer.
        let is_said = |name: &str| is_cut_off && lost.contains(name);
        let lost_names = || lost.iter().map(String::as_str);
        let unsupported = self.set_unsupported_aside(tensors.iter().map(Tensor::name).chain(lost_names()));
        let (mut modules, mut paths) = (HashSet::new(), HashSet::new());
        modules.extend(lost_names().filter_map(|name| match role(name) {
            Role::Down { module, .. } => Some(module),
            _ => None,
        }));
        for down in &tensors {
            let Role::Down { module, up } = role(down.name()) else { continue };
            modules.insert(module);
            if unsupported.contains(module) || down.shape == [0] {
                continue;
            }
            let alpha = format!("{module}.alpha");
            let layer = match by_name.get(up.as_str()) {
                None if is_said(&up) => continue,
                // A lone factor leaves the module to a pair under other names.
                None => Err(down.problem(Reason::Missing(up))),
                // A second pair for the same module: an alpha could belong to either.
                _ if !paths.insert(path(module)) => Err(down.problem(Reason::Duplicate)),
                Some(_) if is_said(&alpha) => continue,
                Some(_) if lost.contains(&alpha) => Err(Problem::module(path(module), Reason::LostAlpha(alpha))),
                Some(up) => self.layer(module, down, up, by_name.get(alpha.as_str())),
            };
            match layer {
                Ok(layer) => {
                    if layer.alpha_tensor.is_some() {
                        self.waiting.push(self.adapter.layers.len());
                    }
                    self.adapter.layers.push(layer);
                }
                Err(problem) => self.adapter.problems.push(problem),
            }
        }
        let mut scaled = Counted::default();
        for tensor in &tensors {
            match role(tensor.name()) {
                Role::Up { down } if !by_name.contains_key(down.as_str()) && !is_said(&down) => {
                    self.adapter.problems.push(tensor.problem(Reason::Missing(down)));
                }
                Role::Plain => match tensor.scale_name(|name| by_name.contains_key(name) || lost.contains(name)) {
                    Some(name) => scaled
                        .push("tensors whose numbers another tensor scales", || tensor.problem(Reason::Scaled(name))),
                    None => self.adapter.plain.push(tensor.clone()),
                },
                Role::Alpha { module } if !modules.contains(module) && !unsupported.contains(module) => {
                    self.adapter.plain.push(tensor.clone());
                }
                _ => {}
            }
        }
        self.adapter.problems.extend(scaled.finish());
    }

    /// Reports everything that is not plain B·A, once for each module and kind, and returns the modules that cannot be layers
    /// because of it.
    fn set_unsupported_aside<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> HashSet<String> {
        let mut listed = HashSet::new();
        for name in names {
            if let Role::Unsupported { module, kind } = role(name)
                && listed.insert((module.to_owned(), kind))
            {
                self.adapter.problems.push(Problem::module(path(module), Reason::Unsupported(kind)));
            }
        }
        listed.into_iter().filter(|(_, kind)| *kind != super::Kind::Bias).map(|(module, _)| module).collect()
    }

    fn layer(&mut self, module: &str, down: &Tensor, up: &Tensor, alpha: Option<&&Tensor>) -> Result<Layer, Problem> {
        if let Some(kind) = self.adapter.sources.kind(module) {
            return Err(Problem::module(path(module), Reason::Unsupported(kind)));
        }
        for tensor in [down, up] {
            if tensor.dtype().bytes().is_none() {
                return Err(tensor.problem(Reason::Dtype(tensor.dtype().to_string())));
            }
        }
        alpha.map_or(Ok(()), |alpha| alpha.check_one_number())?;
        let path = path(module);
        let says = self.adapter.sources.rank(module);
        let ([rank, rows, cols], transposed) = oriented(path, down, up, says)?;
        if let Some(says) = says.filter(|&says| says != rank as u64 && alpha.is_none()) {
            let reason = Reason::Contradiction { says: format!("rank {says}"), found: format!("rank {rank}") };
            self.adapter.problems.push(Problem::module(path, reason));
        }
        // That of an alpha tensor comes with its bytes.
        let Found { scale, alpha: value, rslora } = match alpha {
            None => self.adapter.sources.find(module, rank),
            Some(_) => Found { scale: assumed(ScaleSource::TensorZero), alpha: None, rslora: false },
        };
        Ok(Layer {
            module: path.to_owned(),
            rank,
            rows,
            cols,
            alpha: value,
            scale,
            rslora,
            transposed,
            down: down.clone(),
            up: up.clone(),
            alpha_tensor: alpha.copied().cloned(),
        })
    }
}

fn assumed(source: ScaleSource) -> Scale {
    Scale::Known { value: 1.0, source }
}

/// The path of a module in the base model.
fn path(module: &str) -> &str {
    module.strip_prefix(PEFT_PREFIX).unwrap_or(module)
}

/// Sets the alpha of a layer that stores it in a tensor. An alpha of 0 counts as r.
fn set_alpha(layer: &mut Layer, bytes: Result<Vec<u8>, String>) -> Result<(), Problem> {
    let Some(tensor) = &layer.alpha_tensor else { return Ok(()) };
    let bytes = read(&mut Given(bytes), tensor.range(), Location::Tensor(tensor.name().to_owned()))?;
    let alpha = tensor.one_number(&bytes)?;
    if alpha != 0.0 {
        layer.scale = Scale::Known { value: alpha / layer.rank as f64, source: ScaleSource::Tensor };
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
