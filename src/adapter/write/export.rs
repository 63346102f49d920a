//! The chosen ranks, for training tools.

use crate::adapter::contents::Adapter;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::problem::{Problem, Reason};
use crate::adapter::scale::{Scale, UnknownScale};
use crate::export::{ModuleRank, ModuleRankError};

impl Adapter {
    /// The layers with the given ranks, and with alphas that keep their scales, for [`peft_patterns`](crate::peft_patterns) and
    /// [`kohya_arguments`](crate::kohya_arguments).
    ///
    /// # Errors
    /// [`Problem`] when there is not one rank for each layer, a rank is 0, a scale is unknown, an alpha is not above 0, or a
    /// layer shares its module's rank with others, as an expert does.
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
            if rank == 0 {
                return Err(Problem::module(layer.module(), Reason::RankZero));
            }
            if layer.name() != layer.module() {
                let shared = ModuleRankError::Shared { name: layer.name().to_owned() };
                return Err(Problem::module(layer.name(), Reason::Choice(shared.to_string())));
            }
            let module = ModuleRank::new(layer.module(), rank, self.alpha(layer, rank)?);
            module.map_err(|error: ModuleRankError| Problem::module(layer.module(), Reason::Choice(error.to_string())))
        };
        self.layers().iter().zip(ranks).map(chosen).collect()
    }

    fn alpha(&self, layer: &Layer, rank: usize) -> Result<f64, Problem> {
        let unknown = |reason: &UnknownScale| Problem::module(layer.module(), Reason::UnknownScale(reason.clone()));
        let divisor = match &self.sources.config {
            Some(config) => config.divisor(rank),
            None if layer.rslora() => (rank as f64).sqrt(),
            None => rank as f64,
        };
        match layer.scale() {
            Scale::Known { value, .. } => Ok(value * divisor),
            Scale::Unknown(reason) => Err(unknown(reason)),
        }
    }
}
