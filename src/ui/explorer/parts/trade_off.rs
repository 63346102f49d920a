//! [`TradeOff`]: captured energy over sizes, in place of a matrix's curve over ranks.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::*;

use super::axes::{AxesProp, Drawn, ExplorerAxes, ReadAxes, decide, draw, tell};
use crate::plot::Plot;
use crate::plot::axes::Axes;
use crate::plot::notation::percentage;
use crate::spectrum::curve::{Metric, ResidualCurve};
use crate::ui::explorer::model::{CurveModel, Units};
use crate::ui::explorer::text::labels::Quantity;

/// The energy that each of many sizes captures: of a whole file, of a budget, of anything whose sizes are numbered. Given to `axes` of
/// `<LoRaRankExplorer>`, plain or as a signal or memo, it is drawn in place of the target's curve: sizes from left to right in place
/// of ranks, the share of the energy that is lost from bottom to top. What the component says of ranks it then says of sizes; give
/// it [`Labels`](crate::Labels) that say so.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, TradeOff};
///
/// #[component]
/// fn Sizes() -> impl IntoView {
///     // 20, 21 and 22 MiB.
///     let curve = TradeOff::new(20, [0.8, 0.95, 1.0]).expect("shares that rise");
///     view! { <LoRaRankExplorer axes=curve /> }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TradeOff {
    first: usize,
    curve: Arc<ResidualCurve>,
}

impl TradeOff {
    /// The largest size.
    pub const MOST: usize = 1 << 20;

    /// At the size `first` + i, in whatever unit sizes have, the share `energies[i]` is captured.
    ///
    /// # Errors
    /// [`TradeOffError`] for no energies, a `first` of 0, a last size above [`MOST`](Self::MOST), or a share that is no number in
    /// [0, 1] or below the one before it.
    ///
    /// # Cost
    /// O(n) for the last size n.
    pub fn new(first: usize, energies: impl Into<Vec<f64>>) -> Result<Self, TradeOffError> {
        let energies = energies.into();
        if energies.is_empty() || first == 0 {
            return Err(TradeOffError::NoSizes);
        }
        if first.saturating_add(energies.len() - 1) > Self::MOST {
            return Err(TradeOffError::TooLarge);
        }
        let mut before = 0.0;
        for (i, &energy) in energies.iter().enumerate() {
            if !(before..=1.0).contains(&energy) {
                return Err(TradeOffError::Share { size: first + i });
            }
            before = energy;
        }
        Ok(Self { first, curve: Arc::new(ResidualCurve::of_energies(first, &energies)) })
    }
}

/// What is wrong with a [`TradeOff`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TradeOffError {
    /// No size, or a size of 0.
    NoSizes,
    /// A size above [`TradeOff::MOST`].
    TooLarge,
    /// A share that is not in [0, 1], or below that of the size before.
    #[non_exhaustive]
    Share {
        /// The size whose share it is.
        size: usize,
    },
}

impl fmt::Display for TradeOffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSizes => f.write_str("there must be at least one size, and none is 0"),
            Self::TooLarge => write!(f, "sizes end at {}: count them in a larger unit", TradeOff::MOST),
            Self::Share { size } => {
                write!(f, "the share at size {size} must be in [0, 1] and not below the one before it")
            }
        }
    }
}

impl std::error::Error for TradeOffError {}

impl From<TradeOff> for ExplorerAxes {
    fn from(trade_off: TradeOff) -> Self {
        prop(move || trade_off.clone())
    }
}

// With `nightly`, signals are closures, which `axes` takes for closures of `Axes`.
#[cfg(not(feature = "nightly"))]
macro_rules! from_readable {
    ($($readable:ident),*) => {$(
        impl From<$readable<TradeOff>> for ExplorerAxes {
            fn from(readable: $readable<TradeOff>) -> Self {
                prop(move || readable.get())
            }
        }
    )*};
}

#[cfg(not(feature = "nightly"))]
from_readable!(Signal, RwSignal, ReadSignal, Memo);

/// Another function decides the curve, so that only pages with a trade-off contain it.
fn prop(read: impl Fn() -> TradeOff + Send + Sync + 'static) -> ExplorerAxes {
    let read: ReadAxes = Arc::new(move || {
        let TradeOff { first, curve } = read();
        Axes::with_curve(first, curve)
    });
    let decide = |axes: ReadAxes, target, metric: Signal<Metric>| {
        let draw = move |target: &_| match axes().curve() {
            Some((first, curve)) => drawn(*first, curve),
            None => draw(target, metric.get(), &axes(), &[]),
        };
        decide(target, Box::new(draw), tell)
    };
    ExplorerAxes(Some(AxesProp { read, decide }))
}

fn drawn(first: usize, curve: &ResidualCurve) -> Drawn {
    let (plot, max_rank) = (Plot::of_lost_energy(curve, first), curve.max_rank());
    let model = CurveModel { plot, curve: curve.clone(), max_rank, units: &LOST, base: 1.0, blank: None };
    Drawn { model, others: Vec::new(), problem: None }
}

static LOST: Units = Units {
    name: "energy lost",
    divisor: r#"<tspan dy="-.225em">² / ‖W‖²</tspan>"#,
    measure: |_, residual, _| Some(residual * residual),
    print: |translator, lost| translator.format(Quantity::Share(lost), percentage(lost)),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_whose_shares_are_no_shares_or_fall_are_named() {
        let message = |first, shares: &[f64]| TradeOff::new(first, shares).expect_err("no trade-off").to_string();
        assert_eq!(message(1, &[]), "there must be at least one size, and none is 0");
        assert_eq!(message(0, &[1.0]), message(1, &[]));
        for shares in [[0.5, 0.4], [0.5, 1.1], [0.5, f64::NAN]] {
            assert_eq!(message(20, &shares), "the share at size 21 must be in [0, 1] and not below the one before it");
        }
        assert!(TradeOff::new(7, [-0.1]).is_err());
        assert_eq!(message(usize::MAX, &[0.5, 0.2]), "sizes end at 1048576: count them in a larger unit");
        assert!(TradeOff::new(7, [0.5, 0.5, 1.0]).is_ok());
    }

    #[test]
    fn the_curve_has_the_share_of_each_size_and_its_axis_begins_at_the_first() {
        let shares = [0.0, 0.25, 0.25, 0.75, 1.0];
        let trade_off = TradeOff::new(20, shares).expect("shares that rise");
        let Drawn { model, .. } = drawn(trade_off.first, &trade_off.curve);
        assert_eq!((model.plot.ranks.first(), model.plot.ranks.last()), (20, 24));
        for (i, share) in shares.into_iter().enumerate() {
            assert_eq!(model.curve.captured_energy_range(20 + i), Some(share..=share));
            let y = model.plot.residuals.to_frame(1.0 - share);
            let lowest =
                |x: f64| model.plot.line.vertices().iter().filter(|it| it.0 == x).map(|it| it.1).fold(0.0, f64::max);
            assert!((lowest(model.plot.ranks.to_frame((20 + i) as f64)) - y).abs() < 1e-9, "{i}");
        }
        assert_eq!(model.residual(&Default::default(), 23), "25.0%");
        assert_eq!((model.plot.rank_ticks.first(), model.plot.rank_ticks.last()), (Some(&20), Some(&24)));
    }
}
