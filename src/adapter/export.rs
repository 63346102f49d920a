//! The ranks that were chosen, as text for the tools that train with them.

use serde::Serialize;
use serde_json::Number;

use super::contents::Adapter;
use super::entries::Entries;
use super::problem::{Problem, Reason};
use super::write::json;

#[derive(Serialize)]
struct PeftPatterns {
    rank_pattern: Entries<usize>,
    alpha_pattern: Entries<Number>,
}

impl Adapter {
    /// PEFT's `rank_pattern` and `alpha_pattern` for these ranks, as one JSON object: fields of `LoraConfig` and of
    /// `adapter_config.json`. Every alpha keeps the scale of its layer. The keys are regular expressions that fit one module
    /// each.
    ///
    /// # Errors
    /// [`Problem`] when there is not one rank for each layer, or one is 0.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// let json = adapter.peft_patterns(&[4; 28])?;
    /// assert!(json.contains(r#""^model\\.layers\\.0\\.mlp\\.down_proj": 4"#), "{json}");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn peft_patterns(&self, ranks: &[usize]) -> Result<String, Problem> {
        self.check(ranks)?;
        let (rank_pattern, alpha_pattern) = self.patterns(ranks);
        serde_json::to_string_pretty(&PeftPatterns { rank_pattern, alpha_pattern }).map_err(json)
    }

    /// Arguments for kohya's sd-scripts: the rank and the alpha that most layers have as `--network_dim` and
    /// `--network_alpha`, the others as `network_reg_dims`, which `networks.lora_flux` and its successors understand.
    ///
    /// sd-scripts has one alpha for all layers, so the scale alpha/r of the others differs from the one they have here.
    ///
    /// # Errors
    /// [`Problem`] when there is not one rank for each layer, one is 0, or a module's name would mean something to a shell.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, Some(&sample.config))?;
    /// assert_eq!(adapter.kohya_arguments(&[4; 28])?, "--network_dim=4 --network_alpha=8");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn kohya_arguments(&self, ranks: &[usize]) -> Result<String, Problem> {
        self.check(ranks)?;
        let rank = most_frequent(ranks.iter().copied());
        let scale = most_frequent(self.layers().iter().map(|layer| layer.scale().to_bits()));
        let alpha = f64::from_bits(scale.unwrap_or(0)) * rank.unwrap_or(0) as f64;
        let mut others = Vec::new();
        for (layer, other) in self.layers().iter().zip(ranks).filter(|(_, other)| Some(**other) != rank) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
            if !layer.module().chars().all(plain) {
                return Err(Problem::module(layer.module(), Reason::Name));
            }
            others.push(format!("^{}$={other}", regex_lite::escape(layer.module())));
        }
        let mut text = format!("--network_dim={} --network_alpha={alpha}", rank.unwrap_or(0));
        if !others.is_empty() {
            text += &format!(" --network_args 'network_reg_dims={}'", others.join(","));
        }
        Ok(text)
    }

    /// Patterns for every layer: ranks, and alphas that keep the scale.
    pub(super) fn patterns(&self, ranks: &[usize]) -> (Entries<usize>, Entries<Number>) {
        let layers = || {
            self.layers().iter().zip(ranks).map(|(layer, rank)| {
                // Anchored and escaped, so that it fits no other module: `layers.1.q` would fit `encoder.layers.1.q` as well.
                (format!("^{}", regex_lite::escape(layer.module())), layer, *rank)
            })
        };
        let alpha = |scale: f64, rank: usize| {
            let divisor = self.config.as_ref().map_or(rank as f64, |config| config.divisor(rank));
            number(scale * divisor)
        };
        (
            Entries(layers().map(|(key, _, rank)| (key, rank)).collect()),
            Entries(layers().map(|(key, layer, rank)| (key, alpha(layer.scale(), rank))).collect()),
        )
    }

    fn check(&self, ranks: &[usize]) -> Result<(), Problem> {
        if ranks.len() != self.layers().len() {
            return Err(Problem::file(Reason::Ranks { found: ranks.len(), layers: self.layers().len() }));
        }
        match self.layers().iter().zip(ranks).find(|(_, rank)| **rank == 0) {
            Some((layer, _)) => Err(Problem::module(layer.module(), Reason::RankZero)),
            None => Ok(()),
        }
    }
}

/// Without a fraction where there is none: PEFT types alpha as a whole number.
fn number(value: f64) -> Number {
    const EXACT: f64 = (1u64 << 53) as f64;
    let whole = value.fract() == 0.0 && value.abs() < EXACT;
    if whole { Number::from(value as i64) } else { Number::from_f64(value).unwrap_or(Number::from(0)) }
}

/// The value that occurs most often, the largest of several.
fn most_frequent<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).max_by_key(|equal| equal.len()).map(|equal| equal[0])
}
