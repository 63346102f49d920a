//! [`Resized`]: an adapter rewritten with other ranks.
//!
//! The scale of every layer stays as close to the old one as its alpha can store, and the factors make up for the difference:
//! scale′·B′·A′ is the best approximation of scale·B·A, up to the rounding of the dtype.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;

use super::check::{Kept, LayerCheck, kept_layers};
use super::layout::Layout;
use super::options::ResizeOptions;
use super::part::FilePart;
use super::plan::Plan;
use crate::adapter::contents::Adapter;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::problem::{Location, Problem, Reason};

/// The plan of a resized file: its header, and the parts that follow.
///
/// Layout, names and dtypes of pairs stay the same, as does every tensor outside the layers. A layer that gets at least its own rank
/// is copied byte for byte; below it, one in another form [becomes a pair](crate::adapter#in-place-of-another-form). Invalid entries,
/// which the header's problems name, are left out.
///
/// # Layers that are kept
/// A layer whose loaders take [no other factors](crate::adapter::Layer::kept) is never resized, and those of another method of PEFT
/// only together. Whether another can be is known once its numbers are: one may be NaN, or not fit the dtype. All are copied with their old rank and scale, and [`kept`](Self::kept) says why. The
/// header comes first in the file and depends on that, so the layers are checked before: [`check`](Self::check), which [`write`](Self::write) does itself, or [`checks`](Self::checks) and
/// [`checked`](Self::checked) for a source that is read otherwise. The layers are read twice, then.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, sample};
///
/// let sample = sample();
/// let mut source = &sample.file[..];
/// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let mut resized = adapter.resize(&[4; 28])?;
/// let mut file = Vec::new();
/// resized.write(&mut source, &mut file)?;
/// assert_eq!(file.len() as u64, resized.file_bytes());
/// assert!(resized.kept().is_empty());
///
/// let again = Adapter::open(&mut &file[..], file.len() as u64, resized.config())?;
/// assert_eq!((again.layers()[0].rank(), again.layers()[0].scale().value()), (4, Some(2.0)));
/// assert!(again.problems().is_empty());
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resized {
    adapter: Adapter,
    ranks: Vec<usize>,
    options: ResizeOptions,
    plan: Plan,
    /// Those that must be checked.
    unchecked: Vec<usize>,
    /// What the checks have said of the layers that failed.
    failed: BTreeMap<usize, Problem>,
    kept: Vec<Kept>,
    header: Vec<u8>,
    parts: Vec<FilePart>,
    config: Option<String>,
    file_bytes: u64,
}

impl Adapter {
    /// Plans a file in which the layers have these ranks, in the order of [`layers`](Self::layers). A rank above the layer's own
    /// leaves the layer unchanged, and a layer that [is never resized](crate::adapter::Layer::kept) stays as it is.
    ///
    /// # Errors
    /// [`Problem`] when the file [is cut off](crate::adapter::Header::is_cut_off), there is not one rank for each layer, a rank is
    /// 0, the scale of a layer that changes is unknown, or mlx-lm, which loads one rank and one scale for all, would refuse the file.
    /// Never panics.
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
        self.resize_with(ranks, &ResizeOptions::default())
    }

    /// Plans a file as [`resize`](Self::resize) does, with `options`.
    ///
    /// # Errors
    /// [`Problem`] as for [`resize`](Self::resize), and where an option is refused; its description says when.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// use lora_rank_explorer::VLLM_RANKS;
    /// use lora_rank_explorer::adapter::ResizeOptions;
    ///
    /// # let sample = sample();
    /// # let mut source = &sample.file[..];
    /// # let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
    /// let options = ResizeOptions::new().round_ranks_up_to(VLLM_RANKS).drop_layers_of_rank_0();
    /// let mut ranks = [5; 28];
    /// ranks[0] = 0;
    /// let mut file = Vec::new();
    /// let mut resized = adapter.resize_with(&ranks, &options)?;
    /// resized.write(&mut source, &mut file)?;
    /// let again = Adapter::open(&mut &file[..], file.len() as u64, resized.config())?;
    /// assert_eq!((again.layers().len(), again.layers()[0].rank()), (27, 8));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn resize_with(&self, ranks: &[usize], options: &ResizeOptions) -> Result<Resized, Problem> {
        let plan = Plan::new(self, ranks, options, |_| false)?;
        let unchecked = (0..plan.layers.len()).filter(|&i| plan.layers[i].recipe.is_some()).collect();
        let Layout { header, parts, file_bytes } = Layout::new(self, &plan, options)?;
        let config = self.new_config(&plan, options)?;
        let (adapter, ranks, options) = (self.clone(), ranks.to_vec(), options.clone());
        let (failed, kept) = (BTreeMap::new(), kept_layers(&adapter, &plan, &BTreeMap::new()));
        Ok(Resized { adapter, ranks, options, plan, unchecked, failed, kept, header, parts, config, file_bytes })
    }
}

impl Resized {
    /// The length of the new file.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The new `adapter_config.json`, if the new file needs one.
    pub fn config(&self) -> Option<&str> {
        self.config.as_deref()
    }

    /// The layers that were to change and are kept as they were, each with the reason, in the order of
    /// [`layers`](crate::adapter::Adapter::layers).
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// What must be checked before the header, the parts and the configuration are final: one check for each layer that changes.
    /// None once all are.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// let mut resized = adapter.resize(&[4; 28])?;
    /// let slice = |range: &std::ops::Range<u64>| sample.file[range.start as usize..range.end as usize].to_vec();
    /// while !resized.checks().is_empty() {
    ///     let checks = resized.checks();
    ///     let answers = checks.iter().map(|check| check.run(check.ranges().iter().map(slice).collect()));
    ///     let answers = answers.collect();
    ///     resized.checked(answers)?;
    /// }
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn checks(&self) -> Vec<LayerCheck> {
        let recipe = |&i: &usize| self.plan.layers[i].recipe.clone().map(LayerCheck::new);
        self.unchecked.iter().filter_map(recipe).collect()
    }

    /// Takes the answers of [`checks`](Self::checks), in their order, and keeps the layers that failed. If others depend on them,
    /// there are checks again. A check without an answer stays.
    ///
    /// # Errors
    /// [`Problem`] when the configuration cannot be written.
    pub fn checked(&mut self, answers: Vec<Result<(), Problem>>) -> Result<(), Problem> {
        let answered = answers.len().min(self.unchecked.len());
        let layers: Vec<usize> = self.unchecked.drain(..answered).collect();
        let failed = layers.into_iter().zip(answers).filter_map(|(layer, answer)| Some((layer, answer.err()?)));
        let failed: Vec<(usize, Problem)> = failed.collect();
        if failed.is_empty() {
            return Ok(());
        }
        self.failed.extend(failed);
        let plan = Plan::new(&self.adapter, &self.ranks, &self.options, |layer| self.failed.contains_key(&layer))?;
        self.unchecked.retain(|&i| plan.layers[i].recipe.is_some());
        for (i, (old, new)) in self.plan.layers.iter().zip(&plan.layers).enumerate() {
            if new.recipe.is_some() && old.recipe != new.recipe && !self.unchecked.contains(&i) {
                self.unchecked.push(i);
            }
        }
        let Layout { header, parts, file_bytes } = Layout::new(&self.adapter, &plan, &self.options)?;
        (self.header, self.parts, self.file_bytes) = (header, parts, file_bytes);
        self.config = self.adapter.new_config(&plan, &self.options)?;
        self.kept = kept_layers(&self.adapter, &plan, &self.failed);
        self.plan = plan;
        Ok(())
    }

    /// Reads the layers that change, and keeps those that cannot be resized.
    ///
    /// # Errors
    /// [`Problem`] when reading fails: then nothing can be written.
    pub fn check(&mut self, source: &mut impl ReadBytes) -> Result<(), Problem> {
        while !self.unchecked.is_empty() {
            let mut answers = Vec::new();
            for check in self.checks() {
                answers.push(check.run(read_all(source, check.ranges())?));
            }
            self.checked(answers)?;
        }
        Ok(())
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
    /// let mut resized = adapter.resize(&[4; 28])?;
    /// resized.check(&mut &sample.file[..])?;
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

    /// Checks the layers and writes the file, a part at a time, from the bytes of the old one. What [`kept`](Self::kept),
    /// [`config`](Self::config) and [`file_bytes`](Self::file_bytes) say is final afterwards.
    ///
    /// # Errors
    /// [`Problem`] when reading or writing fails, or there is not enough memory. The file is incomplete then.
    pub fn write(&mut self, source: &mut impl ReadBytes, file: &mut impl Write) -> Result<(), Problem> {
        self.check(source)?;
        let mut put = |bytes: &[u8]| file.write_all(bytes).map_err(|e| Problem::file(Reason::Write(e.to_string())));
        put(&self.header)?;
        for part in &self.parts {
            put(&part.bytes(read_all(source, part.ranges())?)?)?;
        }
        Ok(())
    }
}

fn read_all(source: &mut impl ReadBytes, ranges: &[Range<u64>]) -> Result<Vec<Vec<u8>>, Problem> {
    ranges.iter().map(|range| read(source, range.clone(), Location::File)).collect()
}
