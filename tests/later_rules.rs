//! The older rules of sd-scripts, and those of mergekit with its cap, gradience and KJNodes, beyond their parity with the tools.

use lora_rank_explorer::{NotApplicable, RankRule, RankRuleError, Spectrum};

/// The first `known` of σⱼ = 1/j, j = 1..=64.
fn harmonic(known: u32) -> Spectrum {
    Spectrum::leading(64, 64, (1..=known).map(|j| 1.0 / f64::from(j)).collect(), None).expect("a spectrum")
}

#[test]
fn the_older_sd_scripts_rules_give_one_rank_more_up_to_the_largest() {
    let harmonic = harmonic(64);
    let resolve = |rule: Result<RankRule, RankRuleError>| rule.expect("a rule").resolve(&harmonic).expect("a rank");
    for percent in 1..=100 {
        let share = f64::from(percent) / 100.0;
        for (newer, older) in [
            (RankRule::frobenius_retained(share), RankRule::frobenius_retained_plus_one(share)),
            (RankRule::nuclear_share(share), RankRule::nuclear_share_plus_one(share)),
            (RankRule::sigma_ratio(1.0 / share), RankRule::sigma_ratio_plus_one(1.0 / share)),
        ] {
            assert_eq!(resolve(older), (resolve(newer) + 1).min(64), "{older:?}");
        }
    }
}

#[test]
fn without_an_epsilon_mergekit_needs_no_values_to_reach_its_cap() {
    let part = Spectrum::leading(4096, 4096, vec![3.0, 2.0], None).expect("a part");
    let capped = |value, rank| RankRule::sigma_above_up_to(value, rank).expect("a rule").resolve(&part);
    assert_eq!((capped(0.0, 128), capped(0.0, 5000)), (Ok(128), Ok(4096)));
    assert_eq!(capped(2.5, 128), Ok(1));
    assert_eq!(capped(0.1, 2), Ok(2), "two are above it, and more are not asked for");
    assert_eq!(capped(0.1, 128), Err(NotApplicable::Between { least: 2, most: 128, known: 2, of: 4096 }));
}

#[test]
fn gradience_never_suggests_more_than_the_rank_that_the_layer_has() {
    let product = |values: &[f64]| Spectrum::leading(4096, 4096, values.to_vec(), None).expect("a spectrum");
    let rule = RankRule::energy_rounded_up(0.9).expect("a rule");
    let twelve = [vec![1.0; 12], vec![0.0]].concat();
    assert_eq!(rule.resolve(&product(&twelve)), Ok(12), "k is 11, the next of its ranks 16, and r 12");
    assert_eq!(rule.resolve(&product(&[vec![1.0; 200], vec![0.0]].concat())), Ok(64), "its largest rank");
    assert_eq!(rule.resolve(&product(&[1e-6, 1e-7, 0.0])), Ok(1), "it takes a layer this small as 0");
    let three = Spectrum::leading(4096, 4096, vec![4.0, 4.0, 4.0], Some(48.5f64.sqrt())).expect("a part");
    let between = NotApplicable::Between { least: 3, most: 4, known: 3, of: 4096 };
    assert_eq!(rule.resolve(&three), Err(between), "k is 3, but it is not known whether r is");
}

/// The harmonic values lie below the line, so that the farthest point is an end of the curve.
#[test]
fn the_first_values_decide_the_knee_of_kjnodes_where_no_other_can_be_as_far() {
    let knee = |sensitivity, part: &Spectrum| RankRule::sigma_knee(sensitivity).expect("a rule").resolve(part);
    assert_eq!(knee(0.5, &harmonic(8)), Ok(2));
    assert_eq!(knee(1.0, &harmonic(8)), Err(NotApplicable::Between { least: 2, most: 64, known: 8, of: 64 }));
    let bent = Spectrum::leading(16, 16, vec![8.0, 7.9, 7.8, 7.7, 0.2, 0.1], None).expect("a part");
    assert_eq!(knee(0.5, &bent), Ok(4));
}

/// Above 100 000 000 values KJNodes decomposes the core of B·A, so the zeros of B·A do not stretch the curve.
#[test]
fn the_knee_of_a_large_product_is_that_of_its_core() {
    let values = vec![8.0, 7.8, 7.5, 7.0, 1.0, 0.5];
    let product = |side| Spectrum::leading(side, side, [&values[..], &[0.0]].concat(), None).expect("a spectrum");
    let knee = |spectrum: &Spectrum| RankRule::sigma_knee(1.0).expect("a rule").resolve(spectrum);
    let core = knee(&Spectrum::new(6, 6, values.clone()).expect("a core"));
    assert_eq!((knee(&product(10_000)), knee(&product(10_001)), core), (Ok(2), Ok(4), Ok(4)));
    let part = Spectrum::leading(10_001, 10_001, values.clone(), None).expect("a part");
    assert!(matches!(knee(&part), Err(NotApplicable::Between { .. })), "r is not known");
    let single = Spectrum::leading(10_001, 10_001, vec![8.0, 0.0], None).expect("a spectrum");
    assert_eq!(knee(&single), Ok(1), "the core has one value");
}

#[test]
fn a_vast_shape_that_is_only_claimed_costs_the_later_rules_nothing() {
    let vast = Spectrum::leading(usize::MAX, usize::MAX, vec![2.0, 1.0, 0.0], None).expect("a spectrum");
    for (rule, rank) in [
        (RankRule::frobenius_retained_plus_one(0.4), 2),
        (RankRule::nuclear_share_plus_one(0.9), 3),
        (RankRule::sigma_ratio_plus_one(2.5), 3),
        (RankRule::sigma_knee(0.8), 2),
        (RankRule::sigma_above_up_to(1.5, 128), 1),
        (RankRule::energy_rounded_up(0.9), 2),
    ] {
        let rule = rule.expect("a rule");
        assert_eq!(rule.resolve(&vast), Ok(rank), "{rule}");
    }
}

#[test]
fn a_rule_with_a_cap_has_both_numbers_in_its_json_and_checks_both() {
    let json = serde_json::to_string(&RankRule::sigma_above_up_to(0.5, 128).expect("a rule")).expect("JSON");
    assert_eq!(json, r#"{"sigma_above_up_to":{"value":0.5,"max_rank":128}}"#);
    for json in
        [r#"{"sigma_above_up_to":{"value":0.5,"max_rank":0}}"#, r#"{"sigma_above_up_to":{"value":-1,"max_rank":8}}"#]
    {
        serde_json::from_str::<RankRule>(json).expect_err(json);
    }
}
