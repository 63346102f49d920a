//! Suggested ranks: published values, independent tools, and the reasons why a suggestion does not apply.

use lora_rank_explorer::{NotApplicable, RankSuggestion, Spectrum};
use proptest::prelude::*;
use serde::Deserialize;

fn square(values: &[f64]) -> Spectrum {
    Spectrum::new(values.len(), values.len(), values.to_vec()).expect("a spectrum")
}

fn harmonic(known: u32, norm: Option<f64>) -> Spectrum {
    Spectrum::leading(64, 64, (1..=known).map(|j| 1.0 / f64::from(j)).collect(), norm).expect("a spectrum")
}

#[derive(Deserialize)]
struct Tools {
    spectra: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    rows: usize,
    cols: usize,
    singular_values: Vec<f64>,
    knee: Option<usize>,
    numerical_rank: usize,
}

/// `tests/parity/tools.py` writes the results of kneed and numpy.
#[test]
fn knee_and_numerical_rank_are_those_of_kneed_and_numpy() {
    let tools: Tools = serde_json::from_str(include_str!("parity/tools.json")).expect("the file that tools.py writes");
    let (mut knees, mut same) = (0, 0);
    for row in tools.spectra {
        let spectrum = Spectrum::new(row.rows, row.cols, row.singular_values.clone()).expect("a spectrum");
        let rank = RankSuggestion::NumericalRank.rank(&spectrum).unwrap_or(0);
        assert_eq!(rank, row.numerical_rank, "{:?}", row.singular_values);
        // kneed finds none if its threshold is not crossed before the end; there is a largest distance all the same.
        if let Some(knee) = row.knee {
            let tail: Vec<f64> = row.singular_values[1..rank].iter().map(|value| value * value).collect();
            let mean = tail.iter().sum::<f64>() / tail.len() as f64;
            let last = 1 + tail.iter().filter(|&&square| square > mean * (1.0 - 1e-12)).count();
            let ours = RankSuggestion::Knee.rank(&spectrum).expect("a knee");
            assert!((ours..=last).contains(&knee), "{knee} in {ours}..={last}: {:?}", row.singular_values);
            same += usize::from(knee == ours);
            knees += 1;
        }
    }
    assert!(knees > 30 && same + 2 >= knees, "{same} of {knees}: others are ties");
}

#[test]
fn zero_padding_does_not_move_the_knee() {
    let values: Vec<f64> = (1..=64).map(|j| 1.0 / f64::from(j)).collect();
    let padded = Spectrum::new(640, 640, [values.as_slice(), &[0.0; 576]].concat()).expect("a spectrum");
    assert_eq!(RankSuggestion::Knee.rank(&padded), RankSuggestion::Knee.rank(&square(&values)));
}

/// 25 is the mean of 36, 36, 36, 25, 25, 16, 1: the curve is as far from its chord at 4 as at 5 and 6.
#[test]
fn the_first_of_equally_far_knees_is_chosen_up_to_rounding() {
    for scale in [1.0, 1e-3, 1e300, 1e-300] {
        let values = [7.0, 6.0, 6.0, 6.0, 5.0, 5.0, 4.0, 1.0].map(|value| value * scale);
        let knee = RankSuggestion::Knee.rank(&square(&values)).expect("a knee");
        assert!(if scale == 1.0 { knee == 4 } else { (4..=6).contains(&knee) }, "{scale}: {knee}");
    }
}

#[test]
fn the_first_of_equally_large_gaps_is_chosen() {
    let gap = |values: &[f64]| RankSuggestion::LargestGap.rank(&square(values));
    assert_eq!(gap(&[9.0, 8.0, 3.0, 2.0]), Ok(2));
    assert_eq!(gap(&[9.0, 6.0, 3.0, 0.0]), Ok(1));
    assert_eq!((gap(&[2.0, 2.0, 2.0]), gap(&[2.0])), (Err(NotApplicable::Flat), Err(NotApplicable::Flat)));
    let part =
        |values: Vec<f64>| RankSuggestion::LargestGap.rank(&Spectrum::leading(9, 9, values, None).expect("a part"));
    assert_eq!(part(vec![9.0, 3.0, 2.0]), Ok(1), "all that follows falls by no more than 2");
    assert_eq!(part(vec![9.0, 8.0, 6.0]), Err(NotApplicable::Between { least: 2, most: 8, known: 3, of: 9 }));
    let first_of_two = Spectrum::leading(2, 2, vec![3.0], None).expect("a part");
    let unknown = Err(NotApplicable::Incomplete { known: 1, of: 2 });
    assert_eq!(RankSuggestion::LargestGap.rank(&first_of_two), unknown, "a flat spectrum has no gap");
    let with_norm = Spectrum::leading(2, 2, vec![3.0], Some(3.5)).expect("a part");
    assert_eq!(RankSuggestion::LargestGap.rank(&with_norm), Ok(1), "the second value is 1.8");
}

#[test]
fn effective_ranks_have_their_published_values() {
    let text = |suggestion: RankSuggestion| format!("{:.2}", suggestion.value(&harmonic(64, None)).expect("a value"));
    assert_eq!(text(RankSuggestion::EffectiveRank), "29.12");
    assert_eq!(text(RankSuggestion::EnergyEffectiveRank), "4.67");
    assert_eq!(text(RankSuggestion::StableRank), "1.63");
}

/// The integer must not depend on the last bit of a logarithm.
#[test]
fn n_equal_values_have_effective_rank_n_exactly() {
    for n in 1..=300 {
        let flat = square(&vec![0.1; n]);
        for suggestion in
            [RankSuggestion::StableRank, RankSuggestion::EffectiveRank, RankSuggestion::EnergyEffectiveRank]
        {
            assert_eq!(suggestion.rank(&flat), Ok(n), "{suggestion}");
        }
    }
}

/// Gavish & Donoho's ω(β) is 2.86 for a square and 2.17 for β = ½, times the median.
#[test]
fn the_noise_threshold_is_omega_times_the_median() {
    let above = |rows, cols, values: [f64; 5]| {
        RankSuggestion::NoiseThreshold.rank(&Spectrum::new(rows, cols, values.to_vec()).expect("a spectrum"))
    };
    assert_eq!(above(5, 5, [9.0, 2.87, 1.0, 0.9, 0.8]), Ok(2));
    assert_eq!(above(5, 5, [9.0, 2.85, 1.0, 0.9, 0.8]), Ok(1));
    assert_eq!(above(5, 10, [9.0, 2.18, 1.0, 0.9, 0.8]), Ok(2));
    assert_eq!(above(10, 5, [9.0, 2.17, 1.0, 0.9, 0.8]), Ok(1));
    assert_eq!(above(5, 5, [1.0; 5]), Err(NotApplicable::AllNoise));
}

#[test]
fn a_product_holds_no_noise_to_measure() {
    let product = square(&[4.0, 3.0, 2.0, 1.0, 0.0, 0.0]);
    assert_eq!(RankSuggestion::NoiseThreshold.rank(&product), Err(NotApplicable::RankDeficient { rank: 4, of: 6 }));
}

#[test]
fn a_zero_after_the_known_values_makes_the_norm_known() {
    let product = Spectrum::leading(64, 64, vec![2.0, 1.0, 0.0], None).expect("a spectrum");
    assert_eq!(product.frobenius_norm(), Some(5.0_f64.sqrt()));
    assert!((RankSuggestion::StableRank.value(&product).expect("a value") - 1.25).abs() < 1e-15);
}

#[test]
fn a_suggestion_that_does_not_apply_says_why() {
    let zero = square(&[0.0, 0.0]);
    for &suggestion in RankSuggestion::ALL {
        assert_eq!(suggestion.value(&zero), Err(NotApplicable::AllZero), "{suggestion}");
    }
    let part = harmonic(8, None);
    let incomplete = NotApplicable::Incomplete { known: 8, of: 64 };
    for (suggestion, reason) in [
        (RankSuggestion::Knee, incomplete),
        (RankSuggestion::NumericalRank, NotApplicable::Between { least: 8, most: 64, known: 8, of: 64 }),
        (RankSuggestion::StableRank, NotApplicable::NormUnknown),
        (RankSuggestion::EffectiveRank, incomplete),
        (RankSuggestion::EnergyEffectiveRank, incomplete),
        (RankSuggestion::NoiseThreshold, incomplete),
    ] {
        assert_eq!(suggestion.rank(&part), Err(reason), "{suggestion}");
    }
    assert_eq!(RankSuggestion::StableRank.rank(&harmonic(8, harmonic(64, None).frobenius_norm())), Ok(2));
    let knee = |values: &[f64]| RankSuggestion::Knee.rank(&square(values));
    assert_eq!(knee(&[2.0, 1.0, 0.0]), Err(NotApplicable::TooFewValues { found: 2, needed: 3 }));
    assert_eq!(knee(&[2.0, 1.0, 1.0]), Err(NotApplicable::Flat));
}

#[test]
fn suggestions_are_names_in_json() {
    for &suggestion in RankSuggestion::ALL {
        let json = serde_json::to_string(&suggestion).expect("JSON");
        assert_eq!(serde_json::from_str::<RankSuggestion>(&json).expect("a suggestion"), suggestion);
    }
    assert_eq!(serde_json::to_string(&RankSuggestion::LargestGap).expect("JSON"), r#""largest_gap""#);
}

proptest! {
    #[test]
    fn every_suggestion_is_a_rank_at_any_scale(
        mut values in prop::collection::vec(prop_oneof![0.0..10.0f64, (0..4u8).prop_map(f64::from)], 1..50),
        scale in prop_oneof![Just(1.0), Just(1e300), Just(1e-290)],
    ) {
        values.sort_by(|a, b| b.total_cmp(a));
        let spectrum = square(&values.iter().map(|value| value * scale).collect::<Vec<_>>());
        for &suggestion in RankSuggestion::ALL {
            if let (Ok(rank), Ok(value)) = (suggestion.rank(&spectrum), suggestion.value(&spectrum)) {
                prop_assert!((1..=values.len()).contains(&rank), "{suggestion}: {rank}");
                prop_assert!((value - rank as f64).abs() < 1.0 + 1e-6 && value >= 1.0, "{suggestion}: {value}, {rank}");
            }
        }
        let values = [RankSuggestion::StableRank, RankSuggestion::EnergyEffectiveRank, RankSuggestion::EffectiveRank]
            .map(|suggestion| suggestion.value(&spectrum));
        if let [Ok(stable), Ok(energy), Ok(effective)] = values {
            prop_assert!(stable <= energy * (1.0 + 1e-9) && energy <= effective * (1.0 + 1e-9));
        }
    }
}
