//! [`LoraFile`]: the parts in one safetensors file, and the configuration beside it.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io::Write;

use super::config::config;
use super::options::LoraOptions;
use super::part::{LoraPart, Written};
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{Row, header};
use crate::adapter::write::options::Names;
use crate::checkpoint::pairing::Pairing;
use crate::checkpoint::problem::CheckpointProblem;

/// A LoRA's file, made of [parts](LoraPart), with `adapter_config.json` where its loader reads one.
#[derive(Clone, Debug)]
pub struct LoraFile {
    header: Vec<u8>,
    tensors: Vec<Written>,
    order: Vec<(usize, usize)>,
    file_bytes: u64,
    config: Option<String>,
}

impl LoraFile {
    /// The file of these parts. It takes their bytes and copies none. All must have been made with these `options`.
    ///
    /// # Errors
    /// [`CheckpointProblem::WriteFile`] without a part that has factors. [`CheckpointProblem::Write`] where two parts have the same
    /// name, and where PEFT would load something else: it saves [whole](crate::checkpoint::Pair::whole) modules with all their
    /// parameters, none beside factors, finds them by the end of their path, and gives an output layer that is tied to an
    /// embedding the base's weight.
    pub fn new(pairing: &Pairing, parts: Vec<LoraPart>, options: &LoraOptions) -> Result<Self, CheckpointProblem> {
        if !parts.iter().any(|part| part.rank > 0) {
            let why = "no layer with factors is left, and a LoRA needs one: choose ranks above 0";
            return Err(CheckpointProblem::WriteFile(why.to_owned()));
        }
        let mut taken = HashSet::new();
        for part in &parts {
            if let Some(tensor) = part.tensors.iter().find(|tensor| !taken.insert(tensor.name.clone())) {
                let why = format!("another part is written as `{}`, too", tensor.name);
                return Err(CheckpointProblem::Write { name: part.name.clone(), why });
            }
        }
        let config = match options.names {
            Names::Peft => Some(config(pairing, &parts)?),
            _ => None,
        };
        let numbered = |(i, part): (usize, LoraPart)| {
            part.tensors.into_iter().enumerate().map(move |(j, tensor)| ((i, j), tensor))
        };
        let mut tensors: Vec<((usize, usize), Written)> = parts.into_iter().enumerate().flat_map(numbered).collect();
        // Wide dtypes first: readers that map the file need every tensor aligned to its dtype.
        tensors.sort_by_key(|(_, tensor)| Reverse(tensor.dtype.bytes()));
        let (order, tensors): (Vec<_>, Vec<_>) = tensors.into_iter().unzip();
        let metadata = Entries(vec![("format".to_owned(), "pt".to_owned())]);
        let rows = tensors.iter().map(|tensor| Row {
            name: &tensor.name,
            dtype: &tensor.dtype,
            shape: &tensor.shape,
            bytes: tensor.length,
        });
        let written = header(Some(&metadata), rows);
        let (header, file_bytes) = written.map_err(|problem| CheckpointProblem::WriteFile(problem.to_string()))?;
        Ok(Self { header, tensors, order, file_bytes, config })
    }

    /// The length of the file in bytes.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The beginning of the file, before the bytes of the first tensor.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Which tensors follow, each as the index of its part and its own in the part: for those who keep the
    /// [bytes](LoraPart::take_bytes) elsewhere.
    ///
    /// ```
    /// # use std::num::NonZeroUsize;
    /// # use lora_rank_explorer::checkpoint::{Checkpoint, LoraFile, LoraOptions, Pairing, SampleModel, sample};
    /// # let sample = sample();
    /// # let open = |model: &SampleModel| {
    /// #     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
    /// #     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
    /// # };
    /// # fn sources(model: &SampleModel) -> Vec<&[u8]> {
    /// #     model.files.iter().map(|(_, bytes)| &bytes[..]).collect()
    /// # }
    /// # let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
    /// # let pair = pairing.pairs().iter().find(|pair| pair.kind().takes_lora()).unwrap();
    /// # let difference = pair.read(&mut sources(&sample.base), &mut sources(&sample.tuned))?;
    /// # let options = LoraOptions::default();
    /// let mut part = pair.lora(&difference.low_rank(NonZeroUsize::new(4).unwrap())?, &options)?;
    /// let whole: Vec<u8> = LoraFile::new(&pairing, vec![part.clone()], &options)?.bytes().flatten().copied().collect();
    ///
    /// let bytes = vec![part.take_bytes()];
    /// let file = LoraFile::new(&pairing, vec![part], &options)?;
    /// let mut joined = file.header().to_vec();
    /// file.order().iter().for_each(|&(part, tensor)| joined.extend(&bytes[part][tensor]));
    /// assert_eq!(joined, whole);
    /// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
    /// ```
    pub fn order(&self) -> &[(usize, usize)] {
        &self.order
    }

    /// The bytes of the file, a tensor at a time.
    pub fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(&self.header[..]).chain(self.tensors.iter().map(|tensor| &tensor.bytes[..]))
    }

    /// The text of `adapter_config.json`, for PEFT.
    pub fn config(&self) -> Option<&str> {
        self.config.as_deref()
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`CheckpointProblem::WriteFile`] with what the target says. The file is incomplete then.
    pub fn write(&self, file: &mut impl Write) -> Result<(), CheckpointProblem> {
        let refused =
            |error: std::io::Error| CheckpointProblem::WriteFile(format!("the file cannot be written: {error}"));
        self.bytes().try_for_each(|bytes| file.write_all(bytes)).map_err(refused)
    }
}
