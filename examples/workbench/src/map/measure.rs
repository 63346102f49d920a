//! [`Measure`]: what the map's colours and numbers say, and [`Scale`]: which of the levels a value has. Pure.

use crate::format;
use crate::layer_row::LayerRow;

/// What a cell shows of its layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    #[default]
    Energy,
    Rank,
    StableRank,
    /// σ₁: a layer far above its neighbours has a spike.
    Largest,
}

/// How many levels of colour there are.
pub const LEVELS: usize = 8;

impl Measure {
    pub const ALL: [Self; 4] = [Self::Energy, Self::Rank, Self::StableRank, Self::Largest];

    pub fn id(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::Rank => "rank",
            Self::StableRank => "stable",
            Self::Largest => "largest",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Energy => "Energy kept, %",
            Self::Rank => "Rank chosen",
            Self::StableRank => "Stable rank",
            Self::Largest => "Largest singular value σ₁",
        }
    }

    /// The value of a layer at its chosen rank; `None` if it is not known.
    pub fn of(self, row: &LayerRow, rank: usize) -> Option<f64> {
        match self {
            Self::Energy if row.layer.stays(rank) => row.known().map(|_| 1.0),
            Self::Energy => row.energy(rank),
            Self::Rank => Some(rank as f64),
            Self::StableRank => row.known()?.stable_rank,
            // Without a scale, σ₁ would be a wrong number.
            Self::Largest if row.layer.unknown_scale().is_some() => None,
            Self::Largest => row.spectrum()?.singular_values().first().copied(),
        }
    }

    /// The value in a cell, which has room for four letters. Shares are rounded down: only the whole is 100.
    pub fn short(self, value: f64) -> String {
        match self {
            Self::Energy => format!("{}", (100.0 * value).floor()),
            Self::Rank => format!("{value}"),
            Self::StableRank | Self::Largest => two_digits(value),
        }
    }

    /// The value in a sentence.
    pub fn long(self, value: f64) -> String {
        match self {
            Self::Energy => format!("{} of the energy", format::share(Some(value))),
            Self::Rank => format!("rank {value}"),
            Self::StableRank => format!("stable rank {}", format::number(value)),
            Self::Largest => format!("σ₁ {}", format::number(value)),
        }
    }

    /// The levels for these rows, the same whatever ranks are chosen.
    pub fn scale(self, rows: &[LayerRow]) -> Scale {
        match self {
            Self::Energy => Scale { bounds: vec![0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0] },
            Self::Rank => Scale::ranks(rows.iter().map(LayerRow::most).max().unwrap_or(1)),
            Self::StableRank | Self::Largest => Scale::of(rows.iter().filter_map(|row| self.of(row, 1))),
        }
    }
}

/// Two significant digits.
fn two_digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(0.001..9999.5).contains(&size) => format!("{value:.0e}"),
        size if size < 0.0995 => format!("{value:.3}").trim_start_matches('0').to_owned(),
        size if size < 0.995 => format!("{value:.2}").trim_start_matches('0').to_owned(),
        size if size < 9.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// The bounds between levels, which rise.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    bounds: Vec<f64>,
}

impl Scale {
    /// Equal ratios between the least and the largest value above 0.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (mut least, mut most) = (f64::INFINITY, 0.0f64);
        for value in values.filter(|value| *value > 0.0 && value.is_finite()) {
            (least, most) = (least.min(value), most.max(value));
        }
        if least >= most {
            return Self { bounds: Vec::new() };
        }
        let step = (most.ln() - least.ln()) / LEVELS as f64;
        Self { bounds: (1..LEVELS).map(|i| (least.ln() + step * i as f64).exp()).collect() }
    }

    /// Equal ratios between whole ranks from 1 to `most`.
    fn ranks(most: usize) -> Self {
        let mut bounds: Vec<f64> =
            (1..LEVELS).map(|i| (most as f64).powf(i as f64 / (LEVELS - 1) as f64).round().max(2.0)).collect();
        bounds.dedup();
        bounds.retain(|&bound| bound <= most as f64);
        Self { bounds }
    }

    /// From 0 to the number of bounds.
    pub fn level(&self, value: f64) -> usize {
        self.bounds.iter().filter(|&&bound| value >= bound).count()
    }

    /// The levels that there are, each with what it stands for.
    pub fn legend(&self, measure: Measure) -> Vec<(usize, String)> {
        let Some((first, last)) = self.bounds.first().zip(self.bounds.last()) else {
            return vec![(0, "all".to_owned())];
        };
        let below = format!("< {}", measure.short(*first));
        let others = self.bounds.iter().enumerate().map(|(i, bound)| {
            let at_least = if bound == last && measure == Measure::Energy { "" } else { "≥ " };
            (i + 1, format!("{at_least}{}", measure.short(*bound)))
        });
        std::iter::once((0, below)).chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_cell_has_at_most_four_letters() {
        for (value, text) in [
            (0.0, "0"),
            (0.00042, "4e-4"),
            (0.0123, ".012"),
            (0.0999, ".10"),
            (0.42, ".42"),
            (0.996, "1.0"),
            (3.12, "3.1"),
            (9.96, "10"),
            (123.4, "123"),
            (1234.0, "1234"),
            (98765.0, "1e5"),
        ] {
            assert_eq!(Measure::Largest.short(value), text, "{value}");
            assert!(text.chars().count() <= 4);
        }
        assert_eq!([1.0, 0.9999, 0.924, 0.0].map(|share| Measure::Energy.short(share)), ["100", "99", "92", "0"]);
    }

    #[test]
    fn every_value_has_a_level_and_larger_values_none_below() {
        for most in [1, 2, 3, 4, 8, 16, 64, 256, 1024] {
            let scale = Scale::ranks(most);
            let levels: Vec<usize> = (1..=most).map(|rank| scale.level(rank as f64)).collect();
            assert!(
                levels.is_sorted() && levels[0] == 0 && levels[most - 1] == scale.bounds.len(),
                "{most}: {levels:?}"
            );
            assert!(scale.bounds.len() < LEVELS && scale.bounds.is_sorted_by(|a, b| a < b), "{:?}", scale.bounds);
        }
        for values in [vec![], vec![0.0], vec![3.0, 3.0], vec![1e-300, 1e300], vec![f64::INFINITY, 1.0, 2.0]] {
            let scale = Scale::of(values.iter().copied());
            assert!(scale.bounds.iter().all(|bound| bound.is_finite()), "{values:?}");
            assert!(values.iter().all(|&value| scale.level(value) < LEVELS));
            assert_eq!(scale.legend(Measure::Largest).len(), scale.bounds.len() + 1);
        }
    }

    #[test]
    fn only_the_whole_has_the_highest_level_of_energy() {
        let scale = Measure::Energy.scale(&[]);
        assert_eq!([0.3, 0.5, 0.949, 0.95, 0.9999, 1.0].map(|share| scale.level(share)), [0, 1, 4, 5, 6, 7]);
        let legend: Vec<String> = scale.legend(Measure::Energy).into_iter().map(|(_, text)| text).collect();
        assert_eq!(legend, ["< 50", "≥ 50", "≥ 70", "≥ 80", "≥ 90", "≥ 95", "≥ 99", "100"]);
    }
}
