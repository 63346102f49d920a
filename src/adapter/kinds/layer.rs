//! [`Layer`]: one adapted module, before its data is read.

use super::form::Form;
use super::kind::Kind;
use super::pair::{Pair, Resizing};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::scale::Scale;

/// A module whose m × n weight an adapter changes by ΔW, in whatever form that is stored.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, Kind, sample};
///
/// let sample = sample();
/// let mut source = &sample.file[..];
/// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let layer = &adapter.layers()[0];
/// assert_eq!(layer.module(), "model.layers.0.mlp.down_proj");
/// assert_eq!((layer.kind(), layer.rows(), layer.cols(), layer.rank()), (Kind::Lora, 256, 512, 16));
/// assert_eq!(layer.scale().to_string(), "2, from adapter_config.json");
/// assert_eq!(layer.read(&mut source)?.spectrum()?.max_rank(), 256);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub(crate) module: String,
    pub(crate) adapter: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) rank: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) alpha: Option<f64>,
    pub(crate) scale: Scale,
    /// Whether alpha is divided by √r.
    pub(crate) rslora: bool,
    pub(crate) form: Form,
    /// What alpha is divided by, where the tensors tell.
    pub(crate) divisor: Option<usize>,
    /// At least one.
    pub(crate) tensors: Vec<Tensor>,
    /// The tensor that is read beforehand for the scale: alpha, or AdaLoRA's `ranknum`.
    pub(crate) alpha_tensor: Option<Tensor>,
    /// What resizing can do with it.
    pub(crate) resizing: Resizing,
}

impl Layer {
    /// What the layer is called in a list: its module, and what else tells it from others: the expert, and the adapter where a
    /// file holds several.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let layer = &adapter.layers()[0];
    /// assert_eq!(layer.name(), layer.module());
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of the module, without PEFT's `base_model.model.` and what stands before it.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The adapter's name where the tensors' names hold it (`lora_A.policy.weight`).
    pub fn adapter(&self) -> Option<&str> {
        self.adapter.as_deref()
    }

    /// What kind of adapter it is; for people, since nothing has to be done for one kind that is not done for another.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The module of experts that the layer belongs to, and the expert's index: the layers of one module are shown together.
    ///
    /// The module is the path without the index; of `mlp.experts.3.gate_proj` it is `mlp.experts.gate_proj`. `None` for a layer
    /// that belongs to no expert.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// assert_eq!(adapter.layers()[0].group(), None);
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn group(&self) -> Option<(String, usize)> {
        if let Form::Expert(expert) = &self.form {
            return Some((self.module.clone(), expert.index));
        }
        const EXPERTS: &str = "experts.";
        let at = self.module.find(EXPERTS).filter(|at| *at == 0 || self.module.as_bytes()[at - 1] == b'.')?;
        let (before, rest) = self.module.split_at(at + EXPERTS.len());
        let (index, after) = rest.split_once('.').unwrap_or((rest, ""));
        let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        let index = index.parse().ok().filter(|_| is_index)?;
        Some(((before.to_owned() + after).trim_end_matches('.').to_owned(), index))
    }

    /// m: the rows of B; for a convolution, its output channels. For an embedding, and for a weight that is stored transposed,
    /// B·A is the transpose of the update.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// n: the columns of A; for a convolution, in·kh·kw.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The most that the rank of ΔW can be: of B·A the rows of A, even where m or n is less; of other kinds as the shapes of their
    /// tensors bound it.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// alpha/r, or alpha/√r where the file says `use_rslora`, with its source; or why it is unknown.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// alpha as it is stored; `None` if it is not, or is unknown.
    pub fn alpha(&self) -> Option<f64> {
        self.alpha
    }

    /// Whether alpha is divided by √r, as `use_rslora` says, instead of by r.
    pub fn rslora(&self) -> bool {
        self.rslora
    }

    /// Whether A is stored as n × r and B as r × m, as mlx does it.
    pub fn transposed(&self) -> bool {
        self.form == Form::Lora { transposed: true }
    }

    /// Why resizing keeps the layer as it is, whatever rank is asked for; `None` where it can be resized.
    pub fn kept(&self) -> Option<&'static str> {
        match self.resizing {
            Resizing::Never(why) => Some(why),
            _ => None,
        }
    }

    /// Whether the layer is stored in another form and a resized file holds a plain pair B·A in its place, once a rank below
    /// [its own](Self::rank) is chosen: LoHa, LoKr, AdaLoRA, LoCon with `lora_mid`, whole differences.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// assert!(!adapter.layers()[0].becomes_pair(), "it is one");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn becomes_pair(&self) -> bool {
        self.pair().is_some()
    }

    /// The pair that is written in its place.
    pub(crate) fn pair(&self) -> Option<&Pair> {
        match &self.resizing {
            Resizing::AsPair(pair) => Some(pair),
            _ => None,
        }
    }

    /// Its tensors, without alpha. All experts of a fused module have the same ones.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The bytes that are its own: those of its tensors, of an expert its share of them.
    pub fn bytes(&self) -> u64 {
        let all: u64 = self.tensors.iter().map(|tensor| tensor.range.end - tensor.range.start).sum();
        match &self.form {
            Form::Expert(expert) => all / expert.experts as u64,
            _ => all,
        }
    }

    /// The tensor of A; of a kind that is no pair, its first tensor.
    pub fn down(&self) -> &Tensor {
        &self.tensors[0]
    }

    /// The tensor of B; of a kind that is no pair, its second or only tensor.
    pub fn up(&self) -> &Tensor {
        &self.tensors[1.min(self.tensors.len() - 1)]
    }
}
