//! LoRA adapters as files: read a layer at a time, resized, rewritten. Needs the feature `adapter`.
//!
//! An **adapter** changes the weights of some modules of a model by ΔW, mostly scale·B·A; B is m × r, A is r × n. Its **layers** are
//! those modules; of a module of experts, each expert is one. A **problem** names a tensor, a module or a field that cannot be
//! used; the rest still can.
//!
//! ```text
//! bytes ──> Header ──> Outline ──> Adapter ──> Layer ──> Delta ──> Spectrum
//!           tensors    + alphas      │ ranks
//!                            options └──> Resized ──> LayerCheck ──> FilePart ──> bytes
//!                                                     what is kept
//! ```
//!
//! ```
//! use lora_rank_explorer::adapter::{Adapter, sample};
//!
//! // Any `ReadBytes`: a file, a slice, a browser's Blob in a worker.
//! let sample = sample();
//! let mut source = &sample.file[..];
//! let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
//! for layer in adapter.layers() {
//!     let spectrum = layer.read(&mut source)?.spectrum()?;
//!     println!("{}: σ₁ = {}", layer.module(), spectrum.singular_values()[0]);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Only the bytes that are needed are read
//! Nothing here is asynchronous, and nothing holds a whole file. Every step states which ranges of the file it needs and takes
//! their bytes: [`Header::PREFIX`], [`Header::range`], [`Outline::alphas`], [`Layer::ranges`], [`LayerCheck::ranges`], [`FilePart::ranges`].
//! [`Adapter::open`], [`Layer::read`] and [`Resized::write`] do both for a synchronous source, [`ReadBytes`].
//!
//! # What is read
//! - Safetensors files with F64, F32, F16, BF16, F8_E4M3 and F8_E5M2, and alphas that are integers. Other dtypes are listed.
//! - Of a file that is cut off, what lies whole in it. Of any other kind of file, [what it is](Foreign).
//! - **LoRA** under the names of PEFT (with an adapter's name or without), loralib, sd-scripts, ComfyUI, diffusers at all times,
//!   x-flux, torchtune, mlx-lm and Stability's control-LoRA. `r`, `lora_alpha`, `use_rslora`, `rank_pattern` and `alpha_pattern` of
//!   `adapter_config.json`; patterns use the syntax of [`regex_lite`]: a look-around or a back-reference is reported, and the scale of
//!   the layers that it might decide is unknown.
//! - **LoHa, LoKr, LoCon** with `lora_mid`, and the whole differences (`.diff`) of LyCORIS and PEFT; **AdaLoRA**, **KaSA**, LoRA of
//!   grouped convolutions.
//! - **Experts** whose factors share one pair: PEFT's `target_parameters`, and tensors with three sides. [`Layer::group`] says which
//!   layers belong together, also where each expert has a pair of its own.
//! - Convolutions, as m × (in·kh·kw).
//! - Any tensor with two sides, as a plain weight: [`Adapter::plain_tensors`].
//!
//! # Where the scale stands
//! In the module's `.alpha` tensor, else in `adapter_config.json`, else in the file's `__metadata__`; a diffusion model's LoRA
//! without any has 1, as its loaders take it. [`Layer::scale`] says which. Else it is **unknown**, with the reason: singular
//! values are then those of B·A, and only their ratios mean something; ranks by a share of the energy do not need it.
//!
//! # What is written
//! [`Adapter::resize`] plans a file in the same layout, names and dtypes, in which scale·B·A of each layer is the best approximation
//! of what it was. [`ResizeOptions`] change more:
//!
//! | for | option |
//! | --- | --- |
//! | vLLM, which takes one scale for all layers | [`bake_scale`](ResizeOptions::bake_scale), where scales differ; [`round_ranks_up_to`](ResizeOptions::round_ranks_up_to) |
//! | llama.cpp, which divides one alpha by each layer's rank | [`one_alpha`](ResizeOptions::one_alpha), where ranks or alphas differ, and for rsLoRA |
//! | loaders that know no scale | [`bake_scale`](ResizeOptions::bake_scale) |
//! | smaller files | [`dtype`](ResizeOptions::dtype), [`drop_layers_of_rank_0`](ResizeOptions::drop_layers_of_rank_0) |
//! | another tool's names | [`names`](ResizeOptions::names) |
//! | spikes in the spectrum | [`cap_singular_values`](ResizeOptions::cap_singular_values) |
//!
//! ## In place of another form
//! A rank below [its own](Layer::rank) makes a pair of a layer that [is none](Layer::becomes_pair), from the best factors of its ΔW:
//!
//! | stored as | written as |
//! | --- | --- |
//! | LoHa, LoKr, LoCon with `lora_mid`, `.diff`, under the names of LyCORIS or ComfyUI | `lora_down.weight`, `lora_up.weight`, `alpha` of the same module |
//! | LoHa, LoKr, AdaLoRA of PEFT | `lora_A.weight`, `lora_B.weight`, and `adapter_config.json` as LoRA's |
//!
//! Its alpha is its rank, so that its scale is 1, unless [`one_alpha`](ResizeOptions::one_alpha) asks for another; its dtype is the
//! widest of the old tensors. At its own rank it stays byte for byte. PEFT loads one method for all of a file: either all its layers
//! become pairs, for which each needs a rank below its own or factors that are no larger than what it is stored in, or none does.
//!
//! A pair of a convolution has the kernel's sides, [r, in, kernel …] and [m, r, 1 …], where the tensors tell them. LoHa without
//! cores and LoKr's second factor as a product do not even tell whether the weight is a convolution; their pairs have two sides.
//! ComfyUI applies these to either; PEFT and LyCORIS take them for linear layers, and refuse to load one for a convolution. So a
//! layer of PEFT's whose name has "conv" in it is kept then.
//!
//! ## What is kept
//! A layer is kept as it was if its loaders [take no such pair](Layer::kept): experts in one tensor, grouped convolutions, KaSA,
//! an unknown scale; also if a number is not finite or does not fit its dtype. [`Resized::kept`] says which, and why.
//!
//! # What is set aside
//! What is recognised but has no spectrum here is reported with its [`Kind`] and with what it would need: DoRA, GLoRA, OFT and the other
//! methods of PEFT, by their tensors or by the `peft_type` of the configuration.

mod absent;
mod config;
mod contents;
pub(crate) mod fields;
pub(crate) mod file;
pub(crate) mod kinds;
mod layers;
mod method;
mod pattern;
mod patterns;
pub(crate) mod problem;
mod python;
mod resizing;
mod sample;
mod scale;
mod sort;
mod sources;
mod spectra;
pub(crate) mod write;

pub use contents::{Adapter, Outline};
pub use file::dtype::Dtype;
pub use file::foreign::Foreign;
pub use file::header::Header;
pub use file::read::ReadBytes;
pub use file::shard::shard_of;
pub use file::tensor::Tensor;
pub use kinds::held::Held;
pub use kinds::kind::Kind;
pub use kinds::layer::Layer;
pub use problem::{Location, Problem, Reason};
pub use sample::{Sample, large_sample, sample};
pub use scale::{Scale, ScaleSource, UnknownScale};
pub use spectra::{LayerSpectrum, csv};
pub use write::check::{Kept, LayerCheck};
pub use write::options::{FactorDtype, Names, ResizeOptions};
pub use write::part::FilePart;
pub use write::resize::Resized;
