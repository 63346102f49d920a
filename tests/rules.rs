//! Rank rules beyond their parity with the tools: thresholds, texts, and partially known spectra.

use lora_rank_explorer::{NotApplicable, RankRule, RankRuleError, Spectrum};
use proptest::prelude::*;

/// Every rule, with a threshold made from `share` in (0, 1).
fn rules(share: f64) -> Vec<RankRule> {
    [
        RankRule::energy_at_least(share),
        RankRule::energy_above(share),
        RankRule::frobenius_retained(share),
        RankRule::nuclear_share(share),
        RankRule::nuclear_share_floor(share),
        RankRule::sigma_ratio(1.0 / share),
        RankRule::sigma_relative(share),
        RankRule::sigma_above(10.0 * share),
        RankRule::relative_residual(share),
        RankRule::residual_of_base(share, 20.0),
        RankRule::at_most_bytes(1 + (1e4 * share) as u64, 1),
        RankRule::sigma_ratio_plus_one(1.0 / share),
        RankRule::sigma_above_up_to(10.0 * share, 7),
        RankRule::frobenius_retained_plus_one(share),
        RankRule::nuclear_share_plus_one(share),
        RankRule::sigma_knee(2.0 * share),
        RankRule::energy_rounded_up(share),
    ]
    .into_iter()
    .collect::<Result<_, _>>()
    .expect("rules")
}

fn harmonic(known: u32, norm: Option<f64>) -> Spectrum {
    Spectrum::leading(64, 64, (1..=known).map(|j| 1.0 / f64::from(j)).collect(), norm).expect("a spectrum")
}

fn harmonic_norm() -> Option<f64> {
    harmonic(64, None).frobenius_norm()
}

#[test]
fn a_threshold_outside_its_range_is_an_error_that_names_the_rule() {
    for (rule, message) in [
        (RankRule::energy_at_least(0.0), "PEFT: the threshold is 0, and must be above 0 and at most 1"),
        (RankRule::energy_above(1.0), "scikit-learn PCA: the threshold is 1, and must be above 0 and below 1"),
        (
            RankRule::frobenius_retained(1.5),
            "sd-scripts sv_fro: the threshold is 1.5, and must be above 0 and at most 1",
        ),
        (
            RankRule::nuclear_share(-0.1),
            "sd-scripts sv_cumulative: the threshold is -0.1, and must be above 0 and at most 1",
        ),
        (
            RankRule::nuclear_share_floor(f64::NAN),
            "LyCORIS quantile: the threshold is NaN, and must be above 0 and at most 1",
        ),
        (RankRule::sigma_ratio(0.9), "sd-scripts sv_ratio: the threshold is 0.9, and must be at least 1 and finite"),
        (RankRule::sigma_relative(2.0), "LyCORIS ratio: the threshold is 2, and must be from 0 to 1"),
        (
            RankRule::sigma_above(f64::INFINITY),
            "LyCORIS threshold: the threshold is inf, and must be at least 0 and finite",
        ),
        (RankRule::relative_residual(-1.0), "resize_lora rle_lora: the threshold is -1, and must be from 0 to 1"),
        (
            RankRule::residual_of_base(-1.0, 2.0),
            "resize_lora rle_ckpt: the threshold is -1, and must be at least 0 and finite",
        ),
        (RankRule::residual_of_base(0.1, f64::NAN), "the base norm is NaN, and must be above 0 and finite"),
        (
            RankRule::frobenius_retained_plus_one(0.0),
            "sd-scripts before PR 2194 sv_fro: the threshold is 0, and must be above 0 and at most 1",
        ),
        (
            RankRule::nuclear_share_plus_one(1.1),
            "sd-scripts before PR 2194 sv_cumulative: the threshold is 1.1, and must be above 0 and at most 1",
        ),
        (
            RankRule::sigma_ratio_plus_one(f64::INFINITY),
            "sd-scripts before PR 2194 sv_ratio: the threshold is inf, and must be at least 1 and finite",
        ),
        (RankRule::sigma_knee(2.1), "KJNodes sv_knee: the threshold is 2.1, and must be from 0 to 2"),
        (
            RankRule::sigma_above_up_to(f64::NAN, 8),
            "mergekit sv-epsilon: the threshold is NaN, and must be at least 0 and finite",
        ),
        (RankRule::sigma_above_up_to(0.0, 0), "the largest rank is 0, and must be at least 1"),
        (RankRule::energy_rounded_up(90.0), "gradience: the threshold is 90, and must be above 0 and at most 1"),
        (RankRule::at_most_bytes(0, 2), "the budget is 0 bytes"),
        (RankRule::at_most_bytes(9, 0), "a value takes at least 1 byte, not 0"),
    ] {
        assert_eq!(rule.expect_err(message).to_string(), message);
    }
}

#[test]
fn rules_read_from_json_pass_the_same_checks() {
    for rule in rules(0.25) {
        let json = serde_json::to_string(&rule).expect("JSON");
        assert_eq!(serde_json::from_str::<RankRule>(&json).expect("a rule"), rule, "{json}");
    }
    let json = serde_json::to_string(&RankRule::energy_at_least(0.95).expect("a rule")).expect("JSON");
    assert_eq!(json, r#"{"energy_at_least":0.95}"#);
    let error = serde_json::from_str::<RankRule>(r#"{"energy_at_least":95}"#).expect_err("a percentage");
    assert!(error.to_string().starts_with("PEFT: the threshold is 95, and must be above 0 and at most 1"), "{error}");
}

#[test]
fn a_rule_is_written_as_its_tool_and_threshold() {
    let texts: Vec<String> = rules(0.25).iter().map(RankRule::to_string).collect();
    assert_eq!(
        texts,
        [
            "PEFT 0.25",
            "scikit-learn PCA 0.25",
            "sd-scripts sv_fro 0.25",
            "sd-scripts sv_cumulative 0.25",
            "LyCORIS quantile 0.25",
            "sd-scripts sv_ratio 4",
            "LyCORIS ratio 0.25",
            "LyCORIS threshold 2.5",
            "resize_lora rle_lora 0.25",
            "resize_lora rle_ckpt 0.25",
            "file size ≤ 2501 bytes",
            "sd-scripts before PR 2194 sv_ratio 4",
            "mergekit sv-epsilon 2.5, max-rank 7",
            "sd-scripts before PR 2194 sv_fro 0.25",
            "sd-scripts before PR 2194 sv_cumulative 0.25",
            "KJNodes sv_knee 0.5",
            "gradience 0.25",
        ]
    );
}

#[test]
fn sums_that_overflow_the_tools_number_format_are_an_error() {
    let huge = Spectrum::new(3, 3, vec![1e200, 1e199, 1.0]).expect("a spectrum");
    let resolve = |rule: Result<RankRule, RankRuleError>| rule.expect("a rule").resolve(&huge);
    assert_eq!(resolve(RankRule::energy_at_least(0.9)), Err(NotApplicable::Overflow { bits: 32 }));
    assert_eq!(resolve(RankRule::energy_above(0.9)), Err(NotApplicable::Overflow { bits: 64 }));
    assert_eq!(resolve(RankRule::relative_residual(0.5)), Ok(1), "scaled, so nothing overflows");
}

#[test]
fn a_file_size_needs_only_the_shape() {
    let llama = Spectrum::leading(14336, 4096, vec![1.0], None).expect("a spectrum");
    let bytes = |budget| RankRule::at_most_bytes(budget, 2).expect("a rule").resolve(&llama);
    assert_eq!((bytes(36_864), bytes(36_864 * 17 - 1), bytes(u64::MAX)), (Ok(1), Ok(16), Ok(4096)));
    assert_eq!(bytes(36_863), Err(NotApplicable::OverBudget { needed: 36_864, budget: 36_863 }));
}

#[test]
fn with_the_norm_the_first_values_decide_an_energy_rule() {
    let rule = RankRule::energy_at_least(0.9).expect("a rule");
    assert_eq!(rule.resolve(&harmonic(8, harmonic_norm())), Ok(6));
    assert_eq!(rule.resolve(&harmonic(8, None)), Err(NotApplicable::Between { least: 4, most: 64, known: 8, of: 64 }));
    assert_eq!(
        rule.resolve(&harmonic(5, harmonic_norm())),
        Err(NotApplicable::Between { least: 6, most: 64, known: 5, of: 64 })
    );
}

/// For the whole spectrum, PEFT gives 5 and scikit-learn 6; a norm is not exact to the last of 32 bits.
#[test]
fn the_first_values_never_decide_a_tie() {
    let norm = 11.0f64.sqrt();
    for scale in [norm * (1.0 - 1e-9), norm, norm * (1.0 + 1e-9)] {
        let part = Spectrum::leading(11, 11, vec![1.0; 9], Some(scale)).expect("a part");
        for rule in [RankRule::energy_at_least(5.0 / 11.0), RankRule::energy_above(5.0 / 11.0)] {
            let tie = NotApplicable::Between { least: 5, most: 6, known: 9, of: 11 };
            assert_eq!(rule.expect("a rule").resolve(&part), Err(tie));
        }
    }
}

#[test]
fn a_count_is_certain_once_a_known_value_is_below_the_threshold() {
    let above = |value: f64, spectrum: &Spectrum| RankRule::sigma_above(value).expect("a rule").resolve(spectrum);
    assert_eq!(above(0.15, &harmonic(8, None)), Ok(6));
    assert_eq!(above(0.01, &harmonic(8, None)), Err(NotApplicable::Between { least: 8, most: 64, known: 8, of: 64 }));
    let product = Spectrum::leading(64, 64, vec![2.0, 1.0, 0.0], None).expect("a spectrum");
    assert_eq!(above(0.01, &product), Ok(2), "a known 0 says that all others are 0");
    let nothing_left = Spectrum::leading(64, 64, vec![2.0, 1.0], Some(5.0f64.sqrt())).expect("a spectrum");
    assert_eq!(above(0.01, &nothing_left), Ok(2), "so does a norm that leaves nothing, up to rounding");
}

/// 0.03 · 3 is 0.089999996 in 32 bits, below 0.09.
#[test]
fn a_part_is_compared_with_the_thresholds_that_the_tools_round() {
    let relative = RankRule::sigma_relative(0.03).expect("a rule");
    let part = |values: &[f64]| Spectrum::leading(64, 64, values.to_vec(), None).expect("a part");
    assert_eq!(relative.resolve(&part(&[3.0, 0.09, 0.01])), Ok(2));
    for percent in 1..=100 {
        let share = f64::from(percent) / 100.0;
        for largest in [1.0, 3.0, 0.7] {
            for rule in [
                RankRule::sigma_relative(share),
                RankRule::sigma_ratio(1.0 / share),
                RankRule::sigma_ratio_plus_one(1.0 / share),
                RankRule::sigma_above(share * largest),
            ] {
                let (rule, values) = (rule.expect("a rule"), [largest, share * largest, 1e-3 * share]);
                let whole = rule.resolve(&part(&[&values[..], &[0.0]].concat()));
                assert_eq!(rule.resolve(&part(&values)), whole, "{rule} of {values:?}");
            }
        }
    }
}

/// In 32 bits the sum of all values may be above each running sum, and LyCORIS then takes all.
#[test]
fn the_whole_nuclear_norm_is_not_decided_by_a_part() {
    let part = Spectrum::leading(2, 2, vec![3.0], None).expect("a part");
    let rule = RankRule::nuclear_share_floor(1.0).expect("a rule");
    assert_eq!(rule.resolve(&part), Err(NotApplicable::Between { least: 1, most: 2, known: 1, of: 2 }));
}

#[test]
fn a_single_singular_value_is_rank_1_by_every_rule() {
    for shape in [(1, 1), (1, 9), (9, 1)] {
        let spectrum = Spectrum::new(shape.0, shape.1, vec![5.0]).expect("a spectrum");
        for share in [0.01, 0.5, 0.99] {
            for rule in rules(share) {
                assert_eq!(rule.resolve(&spectrum), Ok(1), "{rule}");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_rank_that_the_first_values_decide_is_that_of_the_whole_spectrum(
        mut values in prop::collection::vec(prop_oneof![0.0..10.0f64, (0..5u8).prop_map(f64::from)], 2..40),
        share in 0.001..0.999f64,
        known in 0.0..1.0f64,
        wide in 0..100usize,
        with_norm: bool,
        add_zero: bool,
        scale in prop_oneof![4 => Just(1.0), 1 => Just(1e-7), 1 => Just(1e-21), 1 => Just(1e-155), 1 => Just(1e100)],
    ) {
        values.iter_mut().for_each(|value| *value *= scale);
        values.sort_by(|a, b| b.total_cmp(a));
        let n = values.len();
        let known = 1 + (known * (n - 1) as f64) as usize;
        if add_zero {
            values[known..].fill(0.0);
        }
        let cols = n + wide;
        let whole = Spectrum::new(n, cols, values.clone()).expect("a spectrum");
        let norm = whole.frobenius_norm().filter(|_| with_norm);
        let part = Spectrum::leading(n, cols, values[..known].to_vec(), norm).expect("a part");
        for rule in rules(share) {
            match (rule.resolve(&part), rule.resolve(&whole)) {
                (Ok(ours), Ok(rank)) => prop_assert_eq!(ours, rank, "{}", rule),
                (Err(NotApplicable::Between { least, most, .. }), Ok(rank)) => {
                    prop_assert!(least < most && (least..=most).contains(&rank), "{rule}: {rank} in {least}..={most}");
                }
                (Err(NotApplicable::Between { .. }), Err(NotApplicable::Overflow { .. })) => {}
                (Err(ours), Err(reason)) => prop_assert_eq!(ours, reason, "{}", rule),
                (ours, rank) => prop_assert!(false, "{rule}: {ours:?} and {rank:?}"),
            }
        }
    }

    #[test]
    fn every_rank_is_in_range_and_asking_for_more_never_gives_less(
        mut values in prop::collection::vec(0.0..10.0f64, 1..40),
        low in 0.001..0.999f64,
        high in 0.001..0.999f64,
    ) {
        values.sort_by(|a, b| b.total_cmp(a));
        let spectrum = Spectrum::new(values.len(), values.len() + 3, values).expect("a spectrum");
        let (low, high) = (low.min(high), low.max(high));
        for (i, (some, more)) in rules(low).iter().zip(rules(high)).enumerate() {
            let (Ok(some), Ok(more)) = (some.resolve(&spectrum), more.resolve(&spectrum)) else { continue };
            prop_assert!((1..=spectrum.max_rank()).contains(&some) && (1..=spectrum.max_rank()).contains(&more));
            // A larger threshold for singular values or residuals asks for less.
            let is_falling = (5..10).contains(&i) || (11..13).contains(&i);
            prop_assert!(if is_falling { more <= some } else { some <= more }, "{}", rules(low)[i]);
        }
    }
}
