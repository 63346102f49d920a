//! [`Plan`]: what the person has chosen, as it was entered. Pure.

use std::collections::{BTreeMap, HashMap};

use lora_rank_explorer::{RankRule, RankRuleError};

use crate::ranks::Choice;

type Make = fn(f64) -> Result<RankRule, RankRuleError>;

/// A rule that needs only a threshold.
pub struct Rule {
    pub name: &'static str,
    pub words: &'static str,
    pub threshold: &'static str,
    make: Make,
    /// Whether the threshold is a share, for which people also write a percentage.
    is_share: bool,
}

const fn rule(name: &'static str, words: &'static str, threshold: &'static str, make: Make) -> Rule {
    Rule { name, words, threshold, make, is_share: false }
}

const fn share(name: &'static str, words: &'static str, threshold: &'static str, make: Make) -> Rule {
    Rule { name, words, threshold, make, is_share: true }
}

pub const RULES: [Rule; 15] = [
    share("peft", "PEFT: energy ≥", "0.9", RankRule::energy_at_least),
    share("pca", "scikit-learn PCA: energy >", "0.9", RankRule::energy_above),
    share("sv_fro", "sd-scripts sv_fro: norm ≥", "0.95", RankRule::frobenius_retained),
    share("sv_cumulative", "sd-scripts sv_cumulative: Σσ ≥", "0.9", RankRule::nuclear_share),
    share("quantile", "LyCORIS quantile: Σσ <", "0.9", RankRule::nuclear_share_floor),
    rule("sv_ratio", "sd-scripts sv_ratio: σ > σ₁ /", "10", RankRule::sigma_ratio),
    share("ratio", "LyCORIS ratio: σ > σ₁ ×", "0.1", RankRule::sigma_relative),
    rule("threshold", "LyCORIS threshold: σ >", "0.01", RankRule::sigma_above),
    share("rle_lora", "resize_lora rle_lora: residual ≤", "0.3", RankRule::relative_residual),
    share("older_sv_fro", "sd-scripts before PR 2194 sv_fro: norm ≥", "0.95", RankRule::frobenius_retained_plus_one),
    share(
        "older_sv_cumulative",
        "sd-scripts before PR 2194 sv_cumulative: Σσ ≥",
        "0.9",
        RankRule::nuclear_share_plus_one,
    ),
    rule("older_sv_ratio", "sd-scripts before PR 2194 sv_ratio: σ > σ₁ /", "10", RankRule::sigma_ratio_plus_one),
    rule("sv_knee", "KJNodes sv_knee: sensitivity", "1", RankRule::sigma_knee),
    rule("mergekit", "mergekit, max-rank 128: σ >", "0.01", |value| RankRule::sigma_above_up_to(value, 128)),
    share("gradience", "gradience, rounded up: energy ≥", "0.9", RankRule::energy_rounded_up),
];

pub const MIB: f64 = (1u64 << 20) as f64;

/// What the ranks of the whole file come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    #[default]
    Keep,
    Rule,
    /// The rank above the rounding floor, of two checkpoints.
    Floor,
    Budget,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Keep, Self::Rule, Self::Floor, Self::Budget];

    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Rule => "rule",
            Self::Floor => "floor",
            Self::Budget => "budget",
        }
    }
}

/// Where the layers of one file are in another, by index. Without an entry they are where they were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moves(pub HashMap<usize, usize>);

impl Moves {
    /// The layer's index in the other file, if it is there.
    pub fn to(&self, layer: usize) -> Option<usize> {
        if self.0.is_empty() { Some(layer) } else { self.0.get(&layer).copied() }
    }
}

/// The person's choices, texts as they were typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub way: Way,
    /// The name of a rule in [`RULES`].
    pub rule: String,
    pub threshold: String,
    /// In MiB.
    pub budget: String,
    /// The ranks set by hand, by layer.
    pub own: BTreeMap<usize, usize>,
}

impl Default for Plan {
    fn default() -> Self {
        let first = &RULES[0];
        Self {
            way: Way::Keep,
            rule: first.name.to_owned(),
            threshold: first.threshold.to_owned(),
            budget: String::new(),
            own: BTreeMap::new(),
        }
    }
}

impl Plan {
    /// The same for a file in which the layers are elsewhere; those that are not there any more are left out.
    pub fn moved(&self, moves: &Moves) -> Self {
        let own = self.own.iter().filter_map(|(layer, rank)| Some((moves.to(*layer)?, *rank)));
        Self { own: own.collect(), ..self.clone() }
    }

    /// The choice for the whole file, or what is wrong with what was typed.
    pub fn choice(&self) -> Result<Choice, String> {
        match self.way {
            Way::Keep => Ok(Choice::Keep),
            Way::Rule => read_rule(&self.rule, &self.threshold),
            Way::Floor => Ok(Choice::Floor),
            Way::Budget => read_budget(&self.budget),
        }
    }

    /// The bytes that a text in the field for the size asks for.
    pub fn bytes_of(size: &str) -> Option<u64> {
        match read_budget(size) {
            Ok(Choice::Budget(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Another rule, with its usual threshold.
    pub fn set_rule(&mut self, name: &str) {
        let rule = RULES.iter().find(|rule| rule.name == name).unwrap_or(&RULES[0]);
        (self.way, self.rule, self.threshold) = (Way::Rule, rule.name.to_owned(), rule.threshold.to_owned());
    }

    /// The plan as fields of a URL's fragment; none of those that have their first value.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let first = Self::default();
        let own: Vec<String> = self.own.iter().map(|(layer, rank)| format!("{layer}-{rank}")).collect();
        let fields = [
            ("ranks", self.way.name().to_owned(), first.way.name().to_owned()),
            ("rule", self.rule.clone(), first.rule),
            ("threshold", self.threshold.clone(), first.threshold),
            ("size", self.budget.clone(), first.budget),
            ("own", own.join("."), String::new()),
        ];
        fields.into_iter().filter(|(_, now, first)| now != first).map(|(name, now, _)| (name, now)).collect()
    }

    /// The plan that the fields of a fragment tell. What cannot be read keeps its first value.
    pub fn from_fields(field: impl Fn(&str) -> Option<String>) -> Self {
        let mut plan = Self::default();
        if let Some(name) = field("rule") {
            plan.set_rule(&name);
        }
        plan.way = Way::ALL.into_iter().find(|way| Some(way.name()) == field("ranks").as_deref()).unwrap_or_default();
        plan.threshold = field("threshold").unwrap_or(plan.threshold);
        plan.budget = field("size").unwrap_or_default();
        let pair = |pair: &str| {
            let (layer, rank) = pair.split_once('-')?;
            Some((layer.parse().ok()?, rank.parse::<usize>().ok()?))
        };
        plan.own = field("own").unwrap_or_default().split('.').filter_map(pair).collect();
        plan
    }
}

fn read_rule(name: &str, threshold: &str) -> Result<Choice, String> {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap_or(&RULES[0]);
    let value = match threshold.trim().strip_suffix('%') {
        Some(percent) if rule.is_share => read_number(percent, "threshold")? / 100.0,
        Some(_) => return Err("The threshold of this rule is not a share: write it without %.".to_owned()),
        None => read_number(threshold, "threshold")?,
    };
    (rule.make)(value).map(Choice::Rule).map_err(|error| match rule.is_share && (1.0..=100.0).contains(&value) {
        true => format!("{error}. For {value} percent write {value} % or {}.", value / 100.0),
        false => format!("{error}."),
    })
}

fn read_budget(text: &str) -> Result<Choice, String> {
    let size = read_number(text, "size")?;
    match size > 0.0 && size.is_finite() {
        true => Ok(Choice::Budget((size * MIB) as u64)),
        false => Err("The size must be above 0 MiB.".to_owned()),
    }
}

/// A number with a point or a comma before its decimals.
fn read_number(text: &str, what: &str) -> Result<f64, String> {
    let text = text.trim();
    if let Some((whole, rest)) = text.split_once(',')
        && (1..=3).contains(&whole.len())
        && rest.len() == 3
        && whole != "0"
    {
        return Err(format!("{text} can be read in two ways: write {whole}{rest} or {whole}.{rest}."));
    }
    text.replacen(',', ".", 1).parse().map_err(|_| format!("The {what} is not a number."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule_of(threshold: &str) -> Result<Choice, String> {
        Plan { way: Way::Rule, threshold: threshold.to_owned(), ..Plan::default() }.choice()
    }

    #[test]
    fn thresholds_may_have_a_decimal_comma_or_be_percentages() {
        for text in ["0.9", "0,9", " 0.90 ", "90%", "90 %", "90,0 %"] {
            assert_eq!(rule_of(text), rule_of("0.9"), "{text}");
        }
        assert!(rule_of("0.9").is_ok());
        let answer = rule_of("90").expect_err("no share");
        assert!(answer.ends_with("For 90 percent write 90 % or 0.9."), "{answer}");
        assert!(rule_of("").is_err() && rule_of("much").is_err() && rule_of("-1").is_err());
    }

    #[test]
    fn a_number_that_can_be_read_in_two_ways_is_asked_about() {
        let size = |budget: &str| Plan { way: Way::Budget, budget: budget.to_owned(), ..Plan::default() }.choice();
        assert_eq!(size("1,024"), Err("1,024 can be read in two ways: write 1024 or 1.024.".to_owned()));
        assert_eq!(size("0,125"), Ok(Choice::Budget(131_072)));
        assert_eq!(size("2,5"), size("2.5"));
    }

    #[test]
    fn a_plan_survives_the_way_through_a_fragment() {
        let mut plan = Plan { budget: "20".to_owned(), own: BTreeMap::from([(3, 4), (17, 1)]), ..Plan::default() };
        plan.set_rule("sv_ratio");
        for plan in [plan, Plan::default()] {
            let fields = plan.fields();
            let field = |name: &str| fields.iter().find(|field| field.0 == name).map(|field| field.1.clone());
            assert_eq!(Plan::from_fields(field), plan);
        }
        assert_eq!(Plan::from_fields(|_| Some("nonsense".to_owned())).own, BTreeMap::new());
    }
}
