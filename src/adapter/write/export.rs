//! The chosen ranks, for training tools.

use serde_json::Number;

use crate::adapter::contents::Adapter;
use crate::adapter::file::entries::Entries;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};
use crate::export::{ModuleRank, ModuleRankError, escaped};

impl Adapter {
    /// The layers with the given ranks, and with alphas that keep their scales, for [`peft_patterns`](crate::peft_patterns) and
    /// [`kohya_arguments`](crate::kohya_arguments).
    ///
    /// # Errors
    /// [`Problem`] when there is not one rank for each layer, a rank is 0, or an alpha is not above 0.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// use lora_rank_explorer::peft_patterns;
    ///
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// let json = peft_patterns(&adapter.module_ranks(&[4; 28])?);
    /// assert!(json.contains(r#""^model\\.layers\\.0\\.mlp\\.down_proj": 4"#), "{json}");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn module_ranks(&self, ranks: &[usize]) -> Result<Vec<ModuleRank>, Problem> {
        if ranks.len() != self.layers().len() {
            return Err(Problem::file(Reason::Ranks { found: ranks.len(), layers: self.layers().len() }));
        }
        let chosen = |(layer, &rank): (&Layer, &usize)| {
            let module = ModuleRank::new(layer.module(), rank, self.alpha(layer, rank));
            module.map_err(|error| match error {
                ModuleRankError::NoRank { .. } => Problem::module(layer.module(), Reason::RankZero),
                _ => Problem::module(layer.module(), Reason::Choice(error.to_string())),
            })
        };
        self.layers().iter().zip(ranks).map(chosen).collect()
    }

    /// PEFT's patterns for every layer: ranks, and alphas that keep the scale.
    pub(crate) fn patterns(&self, ranks: &[usize]) -> (Entries<usize>, Entries<Number>) {
        let layers = || self.layers().iter().zip(ranks);
        let key = |layer: &Layer| escaped(layer.module());
        (
            Entries(layers().map(|(layer, rank)| (key(layer), *rank)).collect()),
            Entries(layers().map(|(layer, rank)| (key(layer), number(self.alpha(layer, *rank)))).collect()),
        )
    }

    fn alpha(&self, layer: &Layer, rank: usize) -> f64 {
        layer.scale() * self.config.as_ref().map_or(rank as f64, |config| config.divisor(rank))
    }
}

/// An integer if possible, since PEFT declares alpha as an integer.
fn number(value: f64) -> Number {
    const EXACT: f64 = (1u64 << 53) as f64;
    let whole = value.fract() == 0.0 && value.abs() < EXACT;
    if whole { Number::from(value as i64) } else { Number::from_f64(value).unwrap_or(Number::from(0)) }
}
