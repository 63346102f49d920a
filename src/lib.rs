//! See and choose a LoRA rank: the residual ‖W − BᵣAᵣ‖ of the best rank-r approximation against r, as a Leptos component.
//!
//! - The **target** W is an m × n matrix; its **rank** r runs from 1 to min(m, n).
//! - Its **spectrum** is its singular values σ₁ ≥ σ₂ ≥ … ≥ 0, computed once for each target.
//! - The **residual** at r is what the best approximation of that rank leaves over, in one of two [`Metric`]s. The **captured energy**
//!   is the share of ‖W‖_F² that it keeps.
//!
//! ```text
//! rows ──> Matrix ──> Spectrum ──> ResidualCurve ──> Plot ──> <LoRaRankExplorer>
//!                svd                      rank r ──> Transition ──> marker, cursor
//! ```
//!
//! ```
//! use leptos::prelude::*;
//! use lora_rank_explorer::{LoRaRankExplorer, Metric};
//!
//! #[component]
//! fn Lesson() -> impl IntoView {
//!     view! { <LoRaRankExplorer metric=Metric::Spectral default_r=2 /> }
//! }
//! ```
//!
//! All but the components and [`use_solver`] is plain Rust and knows nothing of Leptos. A [`RankRule`] gives the rank that a named tool
//! chooses, a [`RankSuggestion`] one that the spectrum itself suggests, [`RankCost`] what a rank costs, and [`allocate_ranks`]
//! spends one budget over many layers:
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
//! # Features
//! None is on by default; switch on what your app uses Leptos with.
//!
//! | feature | for |
//! | --- | --- |
//! | `csr` | pages that only the browser renders |
//! | `hydrate` | the browser's half of a page that a server renders |
//! | `ssr` | the server's half |
//! | `islands` | `LoRaRankExplorerIsland`, beside `ssr` or `hydrate` |
//! | `adapter` | the module `adapter`: LoRA adapters as files |
//! | `nightly` | Leptos's `nightly` |
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
pub use matrix::{Matrix, MatrixError};
pub use motion::{CubicBezier, CubicBezierError, Spring, SpringError, Transition, Tween};
pub use plot::{Axes, AxesError, RankScale, ResidualScale, ResidualView};
pub use ranks::allocation::{Allocation, AllocationError, allocate_ranks};
pub use ranks::cost::{RankCost, RankCostError};
pub use ranks::not_applicable::NotApplicable;
pub use ranks::rules::{RankRule, RankRuleError};
pub use ranks::suggestions::RankSuggestion;
pub use spectrum::curve::{Metric, ResidualCurve, UnknownMetric};
pub use spectrum::{Spectrum, SpectrumError};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::explorer::{
    ComparedSpectra, Comparison, ExplorerAxes, IntoMatrix, IntoTargetMatrix, Label, Labels, LoRaRankExplorer,
    LoRaRankExplorerProps, Numbers, Pointing, Quantity, RankMarker, RankMarkers, RankTarget, RankTargets, Reading,
    ShowCost, TargetMatrix, TargetSpectrum,
};
#[cfg(feature = "islands")]
#[cfg_attr(docsrs, doc(cfg(feature = "islands")))]
pub use ui::explorer::{LoRaRankExplorerIsland, LoRaRankExplorerIslandProps};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::slider::{LabeledSlider, LabeledSliderProps, OnCommit, SliderScale};
#[cfg(feature = "component")]
#[cfg_attr(docsrs, doc(cfg(feature = "component")))]
pub use ui::use_solver::{UseSolver, use_solver};

/// The stylesheet, for pages that serve it themselves. It is the file `style/lora-rank-explorer.css` of the crate.
pub const STYLESHEET: &str = include_str!("../style/lora-rank-explorer.css");

/// The stylesheet of the optional parts (targets, markers, cost and so on), for pages that use one, beside [`STYLESHEET`]. It
/// is the file `style/optional-parts.css` of the crate.
pub const OPTIONAL_PARTS_STYLESHEET: &str = include_str!("../style/optional-parts.css");

/// The README's examples, compiled.
#[cfg(all(doctest, feature = "component"))]
#[doc = include_str!("../README.md")]
struct Readme;
