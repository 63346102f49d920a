//! See and choose a LoRA rank: the residual ‖W − BᵣAᵣ‖ of the best rank-r approximation against r, as a Leptos component.
//!
//! # The nouns
//! - **Target**, W: the m × n matrix that is looked at. Its **rank** r runs from 1 to min(m, n).
//! - **Spectrum**: the singular values σ₁ ≥ σ₂ ≥ … ≥ 0 of the target with its shape, all of them or the first k ([`Spectrum`]).
//! - **Residual**: ‖W − Wᵣ‖, what the best approximation of rank r leaves over.
//! - **Metric**: the norm of the residual, Frobenius or spectral ([`Metric`]).
//! - **Captured energy**: Σ_{j≤r} σⱼ² / ‖W‖_F², the share of the energy that rank r keeps.
//! - **Curve**: residual and captured energy at every rank ([`ResidualCurve`]); its **plot** is the same in coordinates ([`plot`]).
//! - **Chosen rank**: what the person has set with the slider. **Displayed rank**: what the readout speaks of, which differs while the
//!   person previews another rank.
//! - **Rule**: how a named tool chooses a rank ([`RankRule`]). **Suggestion**: a rank that the spectrum itself suggests, such as its
//!   knee ([`RankSuggestion`]). **Cost**: parameters and bytes of a rank ([`RankCost`]).
//! - **Transition**: how marker and cursor move to another rank, a spring or a tween ([`Transition`]).
//! - **Part**: an optional piece of the explorer, such as targets, cost or a table. A page pays for the parts that it uses.
//!
//! # The flow
//! ```text
//! rows ──> Matrix ──> Spectrum ──> ResidualCurve ──> Plot ──> <LoRaRankExplorer>
//!                svd                      rank r ──> Transition ──> marker, cursor
//! ```
//! The spectrum is computed once for each target. Another metric costs O(min(m, n)), another rank O(1).
//!
//! # Example
#![cfg_attr(feature = "component", doc = "```")]
#![cfg_attr(not(feature = "component"), doc = "```ignore")]
//! use leptos::prelude::*;
//! use lora_rank_explorer::{LoRaRankExplorer, Metric};
//!
//! #[component]
//! fn Lesson() -> impl IntoView {
//!     view! { <LoRaRankExplorer metric=Metric::Spectral default_r=2 /> }
//! }
//! ```
//!
//! The same numbers without Leptos:
//!
//! ```
//! use lora_rank_explorer::{Matrix, Metric, RankRule, ResidualCurve, Spectrum};
//!
//! let spectrum = Spectrum::of(&Matrix::default());
//! let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
//! assert_eq!(format!("{:.3}", curve.residual(1)), "4.572");
//! assert_eq!(RankRule::energy_at_least(0.9)?.resolve(&spectrum), Ok(1));
//! # Ok::<(), lora_rank_explorer::RankRuleError>(())
//! ```
//!
//! # What to use when
//! | you have | you want | use |
//! | --- | --- | --- |
//! | a matrix of up to about 1000 rows | a picture in a Leptos page | `LoRaRankExplorer` with `target_matrix` |
//! | a larger matrix | the same without a frozen page | `use_solver` with [`svd::LeadingSolver`], then the prop `spectrum` |
//! | singular values from elsewhere | a picture | [`Spectrum::new`] or [`Spectrum::leading`], or the same as JSON |
//! | a spectrum | the rank that PEFT, sd-scripts, … would choose | [`RankRule::resolve`] |
//! | a spectrum | a rank without a tool's rule | [`RankSuggestion::rank`] |
//! | many layers | one budget spent over all | [`allocate_ranks`], for many budgets [`RankAllocator`] |
//! | factors of LoRA, LoHa or LoKr, two checkpoints, several adapters | spectrum and best factors of ΔW | [`delta::Delta`] |
//! | energies at many sizes | their curve, and a size | `TradeOff` |
//! | a LoRA file | its spectra, a smaller file | the module `adapter` |
//! | a base and a tuned checkpoint | spectra of the difference, a LoRA | the module `checkpoint` |
//! | a large matrix | factors of low rank | [`svd::leading_factors`] |
//! | a whole number | a labelled slider | `LabeledSlider` |
//!
//! # Features
//! None is on by default. Without one the crate is numerics, rules and texts, and builds in seconds.
//!
//! | feature | for |
//! | --- | --- |
//! | `csr` | pages that only the browser renders |
//! | `hydrate` | the browser's half of a page that a server renders |
//! | `ssr` | the server's half |
//! | `islands` | `LoRaRankExplorerIsland`, beside `ssr` or `hydrate` |
//! | `nightly` | Leptos's `nightly` |
//! | `component` | the components; each of the features above brings it |
//! | `adapter` | the module `adapter`: LoRA adapters as files, without Leptos |
//! | `checkpoint` | the module `checkpoint`: a LoRA out of two checkpoints, without Leptos; brings `adapter` |
//!
//! `ssr` together with `csr` or `hydrate` compiles, so that editors and documentation tools may switch on everything. A server that
//! runs such a build says so once.
//!
//! # Style
//! Link [`STYLESHEET`] once. Elements carry `data-part` attributes and no inline styles; the root has the class
//! `lora-rank-explorer` and the attribute `data-lora-rank-explorer`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some of `plot`, `motion` and `numeric` is called by the component alone.
#![cfg_attr(not(feature = "component"), allow(dead_code))]

#[cfg(feature = "adapter")]
#[cfg_attr(docsrs, doc(cfg(feature = "adapter")))]
pub mod adapter;
#[cfg(feature = "checkpoint")]
#[cfg_attr(docsrs, doc(cfg(feature = "checkpoint")))]
pub mod checkpoint;
pub mod delta;
mod export;
mod matrix;
mod motion;
mod numeric;
pub mod plot;
mod ranks;
mod spectrum;
pub mod svd;
#[cfg(feature = "component")]
mod ui;

pub use export::{
    ModuleRank, ModuleRankError, SvgSizeError, SvgStyle, curve_csv, curve_json, curve_svg, kohya_arguments,
    peft_patterns,
};
pub use matrix::{Matrix, MatrixError, MatrixNumber, MatrixRow};
pub use motion::{CubicBezier, CubicBezierError, Spring, SpringError, Transition, Tween};
pub use plot::{Axes, AxesError, RankScale, ResidualScale, ResidualView};
pub use ranks::allocation::{Allocation, AllocationError, RankAllocator, allocate_ranks};
pub use ranks::cost::{RankCost, RankCostError};
pub use ranks::ladder::{GRADIENCE_RANKS, VLLM_RANKS, round_up_rank};
pub use ranks::not_applicable::NotApplicable;
pub use ranks::observations::{Observations, ObservationsError};
pub use ranks::rules::{RankRule, RankRuleError};
pub use ranks::suggestions::RankSuggestion;
pub use spectrum::curve::{Metric, ResidualCurve, UnknownMetric};
pub use spectrum::{Spectrum, SpectrumError};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::explorer::{
    Comparison, CurveSentence, CurveShape, Label, Labels, LoRaRankExplorer, LoRaRankExplorerProps, NoiseFloor, Numbers,
    Pointing, Quantity, RankMarker, RankReading, RankTarget, Reading, ShowCost, Term, TradeOff, TradeOffError,
};
#[cfg(feature = "islands")]
#[cfg_attr(docsrs, doc(cfg(feature = "islands")))]
pub use ui::explorer::{LoRaRankExplorerIsland, LoRaRankExplorerIslandProps};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::slider::{LabeledSlider, LabeledSliderProps};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::use_solver::{UseSolver, use_solver};

/// What the props of the components accept: each type says what it can be made from. Leptos converts into them, so most pages never
/// name one; a component of your own that passes a prop on does.
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub mod props {
    pub use crate::ui::explorer::{
        ComparedSpectra, ExplorerAxes, IntoCost, IntoMatrix, IntoObservations, IntoSpectrum, IntoTargetMatrix,
        MarkerTransition, ObservedScores, RankMarkers, RankTargets, ShowNoiseFloor, TargetMatrix, TargetSpectrum,
        Terms,
    };
    pub use crate::ui::slider::{ControlledValue, OnCommit, SliderScale};
}

/// The stylesheet, for pages that serve it themselves. It is the file `style/lora-rank-explorer.css` of the crate.
pub const STYLESHEET: &str = include_str!("../style/lora-rank-explorer.css");

/// The stylesheet of the optional parts (targets, markers, cost and so on), for pages that use one, beside [`STYLESHEET`]. It
/// is the file `style/optional-parts.css` of the crate.
pub const OPTIONAL_PARTS_STYLESHEET: &str = include_str!("../style/optional-parts.css");

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "component"))]
#[doc = include_str!("../README.md")]
struct Readme;
