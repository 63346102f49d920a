//! Cost of a rank, and one budget over many layers.

use lora_rank_explorer::{RankAllocator, RankCost, Spectrum, allocate_ranks};
use proptest::prelude::*;

/// The adapted weights of Llama-3-8B: (m, n, how many in each of the 32 layers).
const LLAMA_3_8B: [(u64, u64, u64); 4] = [(4096, 4096, 2), (1024, 4096, 2), (14336, 4096, 2), (4096, 14336, 1)];

#[test]
fn llama_3_8b_has_2_621_440_parameters_per_unit_of_rank() {
    let costs = LLAMA_3_8B.map(|(m, n, copies)| RankCost::new(m, n).and_then(|cost| cost.with_copies(32 * copies)));
    let sum = |value: fn(&RankCost) -> u64| costs.iter().map(|cost| value(cost.as_ref().expect("a cost"))).sum::<u64>();
    assert_eq!(sum(|cost| cost.parameters(1)), 2_621_440);
    assert_eq!(sum(|cost| cost.parameters(16)), 41_943_040);
    assert_eq!(sum(|cost| cost.bytes(16)), 80 << 20);
}

#[test]
fn at_the_break_even_rank_the_factors_are_as_large_as_the_matrix() {
    let cost = RankCost::new(300, 600).expect("a cost");
    assert_eq!((cost.break_even(), cost.share(200)), (200.0, 1.0));
    assert_eq!(cost.parameters(200), 300 * 600);
}

#[test]
fn costs_beyond_64_bits_saturate() {
    let cost = RankCost::new(u64::MAX, 9).expect("a cost").with_copies(u64::MAX).expect("copies");
    assert_eq!((cost.parameters(0), cost.parameters(9), cost.bytes(1)), (0, u64::MAX, u64::MAX));
    assert!((cost.break_even() - 9.0).abs() < 1e-9);
}

#[test]
fn costs_read_from_json_are_checked() {
    let cost: RankCost = serde_json::from_str(r#"{"rows":4,"cols":8,"copies":3}"#).expect("a cost");
    assert_eq!(cost.bytes(1), 12 * 3 * 2);
    assert_eq!(serde_json::to_string(&cost).expect("JSON"), r#"{"rows":4,"cols":8,"bytes_per_value":2,"copies":3}"#);
    for (json, message) in [
        (r#"{"rows":0,"cols":8}"#, "a 0×8 matrix has no weights"),
        (r#"{"rows":4,"cols":8,"bytes_per_value":0}"#, "a value takes at least 1 byte, not 0"),
        (r#"{"rows":4,"cols":8,"copies":0}"#, "there must be at least 1 copy, not 0"),
    ] {
        let error = serde_json::from_str::<RankCost>(json).expect_err(message);
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

fn spectrum(values: Vec<f64>) -> Spectrum {
    Spectrum::new(values.len(), values.len(), values).expect("a spectrum")
}

#[test]
fn a_budget_that_cannot_be_allocated_says_why() {
    let one = || spectrum(vec![2.0, 1.0]);
    let part = Spectrum::leading(9, 9, vec![2.0, 1.0], None).expect("a part");
    for (spectra, costs, budget, message) in [
        (vec![], vec![], 9, "there are no spectra to allocate ranks to"),
        (vec![one()], vec![1, 2], 9, "there must be one cost for each spectrum, not 2 for 1"),
        (vec![one()], vec![4], 0, "the budget is 0"),
        (vec![one(), one()], vec![4, 0], 9, "a rank of layer 2 costs 0"),
        (vec![one(), part], vec![1, 1], 9, "layer 2: needs all 9 singular values, with 2 known"),
    ] {
        let error = allocate_ranks(&spectra, &costs, budget).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn unknown_values_that_the_budget_does_not_reach_do_not_matter() {
    let part = Spectrum::leading(9, 9, vec![9.0, 1.0], None).expect("a part");
    let allocation = allocate_ranks(&[part, spectrum(vec![3.0, 2.0])], &[1, 1], 3).expect("ranks");
    assert_eq!(allocation.ranks, [1, 2]);
}

/// The second value of the first layer is at most 3, and does not fit. If it is below 2, that of the second layer comes first.
#[test]
fn a_bound_that_does_not_fit_leaves_open_what_comes_after_it() {
    let part = || Spectrum::leading(9, 9, vec![3.0], None).expect("a part");
    let unknown = allocate_ranks(&[part(), spectrum(vec![0.5])], &[10, 1], 11).expect_err("undecided");
    assert_eq!(unknown.to_string(), "layer 1: needs all 9 singular values, with 1 known");
    let small_rest = || Spectrum::leading(9, 9, vec![3.0], Some(10.0f64.sqrt())).expect("a part");
    let two_parts = allocate_ranks(&[small_rest(), small_rest()], &[10, 9], 27).expect("none of the rest fits");
    assert_eq!(two_parts.ranks, [1, 1]);
    let too_dear = allocate_ranks(&[part(), spectrum(vec![0.5])], &[10, 9], 18).expect("none of the rest fits");
    assert_eq!(too_dear.ranks, [1, 0]);
}

#[test]
fn budgets_spent_in_one_pass_give_what_each_gives_alone() {
    let part = Spectrum::leading(9, 9, vec![5.0, 1.0], None).expect("a part");
    let spectra = [spectrum(vec![9.0, 3.0, 0.5]), part, spectrum(vec![4.0, 4.0])];
    let costs = [7, 3, 5];
    let allocator = RankAllocator::new(&spectra, &costs).expect("layers");
    for (budget, each) in (1..50).zip(allocator.each(1..50)) {
        assert_eq!(each, allocate_ranks(&spectra, &costs, budget), "{budget}");
        assert_eq!(each, allocator.allocate(budget), "{budget}");
    }
    assert_eq!(allocator.allocate(0).map(|none| (none.ranks, none.spent)), Ok((vec![0, 0, 0], 0)));
    assert!(allocator.allocate(50).is_err(), "the unknown values of the second layer would be next");
}

#[test]
fn no_budget_is_spent_on_zeros() {
    let allocation = allocate_ranks(&[spectrum(vec![1.0, 0.0]), spectrum(vec![0.0])], &[1, 1], 100).expect("ranks");
    assert_eq!((allocation.ranks, allocation.spent), (vec![1, 0], 1));
}

/// Every choice of ranks up to `most` for the layers.
fn every_choice(most: &[usize]) -> Vec<Vec<usize>> {
    most.iter().fold(vec![vec![]], |choices, &most| {
        choices.iter().flat_map(|choice| (0..=most).map(move |r| [choice.as_slice(), &[r]].concat())).collect()
    })
}

proptest! {
    #[test]
    fn no_choice_at_the_same_or_a_lower_cost_keeps_more_energy(
        layers in prop::collection::vec((prop::collection::vec(0.0..10.0f64, 1..5), 1..20u64), 1..5),
        budget in 1..120u64,
    ) {
        let (spectra, costs): (Vec<_>, Vec<_>) = layers
            .into_iter()
            .map(|(mut values, cost)| {
                values.sort_by(|a, b| b.total_cmp(a));
                (spectrum(values), cost)
            })
            .unzip();
        let energy = |ranks: &[usize]| -> f64 {
            let of = |(spectrum, &r): (&Spectrum, &usize)| -> f64 {
                spectrum.singular_values()[..r].iter().map(|value| value * value).sum()
            };
            spectra.iter().zip(ranks).map(of).sum()
        };
        let cost = |ranks: &[usize]| -> u64 { ranks.iter().zip(&costs).map(|(&r, cost)| r as u64 * cost).sum() };

        let allocation = allocate_ranks(&spectra, &costs, budget).expect("ranks");
        prop_assert_eq!(cost(&allocation.ranks), allocation.spent);
        prop_assert!(allocation.spent <= budget);
        let best = every_choice(&spectra.iter().map(Spectrum::max_rank).collect::<Vec<_>>())
            .iter()
            .filter(|ranks| cost(ranks) <= allocation.spent)
            .map(|ranks| energy(ranks))
            .fold(0.0, f64::max);
        prop_assert!(energy(&allocation.ranks) >= best * (1.0 - 1e-12), "{:?}: {} < {best}", allocation, energy(&allocation.ranks));
    }
}
