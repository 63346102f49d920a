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

#[cfg(all(feature = "ssr", any(feature = "csr", feature = "hydrate")))]
compile_error!(
    "the feature `ssr` excludes `csr` and `hydrate`: effects would run on the server. Build the browser's half and the \
     server's half apart, in workspaces of their own where one would switch on both"
);

#[cfg(feature = "adapter")]
pub mod adapter;
mod allocation;
mod bounds;
mod cost;
mod curve;
mod decimal;
mod erased;
mod explorer;
mod export;
mod matrix;
mod motion;
mod not_applicable;
mod notation;
pub mod plot;
mod reused;
mod rules;
mod seed;
mod slider;
mod spectrum;
mod suggestions;
pub mod svd;
mod use_solver;

pub use allocation::{Allocation, AllocationError, allocate_ranks};
pub use cost::{RankCost, RankCostError};
pub use curve::{Metric, ResidualCurve, UnknownMetric};
pub use explorer::{
    ComparedSpectra, Comparison, ExplorerAxes, IntoMatrix, IntoTargetMatrix, Label, Labels, LoRaRankExplorer,
    LoRaRankExplorerProps, Numbers, Pointing, Quantity, RankMarker, RankMarkers, RankTarget, RankTargets, Reading,
    ShowCost, TargetMatrix, TargetSpectrum,
};
#[cfg(feature = "islands")]
pub use explorer::{LoRaRankExplorerIsland, LoRaRankExplorerIslandProps};
pub use export::{
    ModuleRank, ModuleRankError, SvgSizeError, SvgStyle, curve_csv, curve_json, curve_svg, kohya_arguments,
    peft_patterns,
};
pub use matrix::{Matrix, MatrixError};
pub use motion::{CubicBezier, CubicBezierError, Spring, SpringError, Transition, Tween};
pub use not_applicable::NotApplicable;
pub use plot::{Axes, AxesError, RankScale, ResidualScale, ResidualView};
pub use rules::{RankRule, RankRuleError};
pub use slider::{LabeledSlider, LabeledSliderProps, OnCommit, SliderScale};
pub use spectrum::{Spectrum, SpectrumError};
pub use suggestions::RankSuggestion;
pub use use_solver::{UseSolver, use_solver};

/// The stylesheet, for pages that serve it themselves. It is the file `style/lora-rank-explorer.css` of the crate.
pub const STYLESHEET: &str = include_str!("../style/lora-rank-explorer.css");

/// The stylesheet of the optional parts (targets, markers, cost and so on), for pages that use one, beside [`STYLESHEET`]. It
/// is the file `style/optional-parts.css` of the crate.
pub const OPTIONAL_PARTS_STYLESHEET: &str = include_str!("../style/optional-parts.css");

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
