//! Compares [`RankRule`] with the ranks of published tools. `tests/parity/tools.py` runs the tools' own code and writes
//! `tests/parity/tools.json`; the measured vectors below are those of tools that cannot be installed.

use std::collections::BTreeMap;

use lora_rank_explorer::{RankRule, Spectrum};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Tools {
    spectra: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    /// For each rule, its thresholds, or named numbers, and ranks.
    ranks: BTreeMap<String, Vec<(Value, usize)>>,
}

fn tools() -> Tools {
    serde_json::from_str(include_str!("parity/tools.json")).expect("the file that tools.py writes")
}

fn spectrum(row: &Row) -> Spectrum {
    Spectrum::new(row.rows, row.cols, row.singular_values.clone()).expect("a spectrum")
}

/// Without its cap, mergekit's epsilon is LyCORIS's threshold.
fn rule(name: &str, threshold: &Value) -> RankRule {
    let name = if name == "mergekit" { "sigma_above" } else { name };
    serde_json::from_value(serde_json::json!({ name: threshold })).expect("a rule")
}

#[test]
fn every_rule_gives_the_integer_of_its_tool_ties_included() {
    let (mut compared, mut different) = (0, Vec::new());
    for row in tools().spectra {
        for (name, ranks) in &row.ranks {
            for (threshold, rank) in ranks {
                let ours = rule(name, threshold).resolve(&spectrum(&row));
                if ours != Ok(*rank) {
                    different.push(format!("{name} {threshold}: {rank}, not {ours:?}, of {:?}", row.singular_values));
                }
                compared += 1;
            }
        }
    }
    assert!(different.is_empty(), "{} of {compared}:\n{}", different.len(), different.join("\n"));
    assert_eq!(compared, 3_149, "as many as the README says");
}

#[test]
fn rules_that_share_their_thresholds_are_compared_where_they_differ() {
    let (mut differing, mut seen) = (BTreeMap::new(), 0);
    for row in tools().spectra {
        for (older, newer) in [
            ("frobenius_retained_plus_one", "frobenius_retained"),
            ("nuclear_share_plus_one", "nuclear_share"),
            ("energy_rounded_up", "energy_at_least"),
        ] {
            for (threshold, rank) in &row.ranks[older] {
                seen += 1;
                let other = rule(newer, threshold).resolve(&spectrum(&row)).expect("a rank");
                *differing.entry(older).or_insert(0) += usize::from(other != *rank);
            }
        }
    }
    assert!(differing.values().all(|&count| count > 100), "{differing:?} of {seen}");
}

fn falling(n: u32, value: impl Fn(f64) -> f64) -> Spectrum {
    Spectrum::new(n as usize, n as usize, (1..=n).map(|j| value(f64::from(j))).collect()).expect("a spectrum")
}

fn resolve(rule: Result<RankRule, lora_rank_explorer::RankRuleError>, spectrum: &Spectrum) -> usize {
    rule.expect("a rule").resolve(spectrum).expect("a rank")
}

#[test]
fn a_threshold_of_0_9_gives_the_rank_measured_on_each_tool() {
    for (spectrum, ranks) in [
        (falling(64, |j| 1.0 / j), [6, 6, 3, 40, 39]),
        (falling(64, |j| (-j / 8.0).exp()), [10, 10, 7, 19, 18]),
        (falling(64, |_| 1.0), [58, 58, 52, 58, 57]),
        (falling(2, |j| 5.0 - 2.0 * j), [1, 2, 1, 2, 1]),
    ] {
        let rules = [
            RankRule::energy_at_least(0.9),
            RankRule::energy_above(0.9),
            RankRule::frobenius_retained(0.9),
            RankRule::nuclear_share(0.9),
            RankRule::nuclear_share_floor(0.9),
        ];
        assert_eq!(rules.map(|rule| resolve(rule, &spectrum)), ranks);
    }
}

#[test]
fn sd_scripts_sv_ratio_gives_the_measured_ranks() {
    let harmonic = falling(64, |j| 1.0 / j);
    assert_eq!([10.0, 5.0, 1.0].map(|ratio| resolve(RankRule::sigma_ratio(ratio), &harmonic)), [9, 4, 1]);
    // sd-scripts treats this as 0: MIN_SV.
    assert_eq!(resolve(RankRule::sigma_ratio(10.0), &falling(8, |_| 1e-6)), 1);
}

/// For 1/j at r = 8 the relative residual is .250207 and the absolute one .319388.
#[test]
fn residual_rules_choose_the_rank_at_which_the_measured_residual_is_reached() {
    let harmonic = falling(64, |j| 1.0 / j);
    assert_eq!([0.250208, 0.250206].map(|e| resolve(RankRule::relative_residual(e), &harmonic)), [8, 9]);
    let base = 100.0;
    let of_base = |e: f64| resolve(RankRule::residual_of_base(e, base), &harmonic);
    assert_eq!([0.00319389, 0.00319387].map(of_base), [8, 9]);
    // A tie counts as reached: √(1/4).
    assert_eq!(resolve(RankRule::relative_residual(0.5), &falling(4, |_| 1.0)), 3);
}
