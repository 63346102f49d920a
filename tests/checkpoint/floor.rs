//! The rounding floor, and the rank above it.

use std::num::NonZeroUsize;

use lora_rank_explorer::NotApplicable;
use lora_rank_explorer::checkpoint::{Difference, RoundingFloor};

use crate::models::{Random, bf16, difference};

/// `count` values from `most` down to `least`, in equal proportions.
fn falling(count: usize, most: f64, least: f64) -> Vec<f64> {
    (0..count).map(|j| most * (least / most).powf(j as f64 / (count - 1).max(1) as f64)).collect()
}

fn suggested(difference: &Difference, known: usize) -> Result<usize, NotApplicable> {
    let leading = difference.leading(NonZeroUsize::new(known).expect("a rank")).expect("memory");
    difference.floor().rank_above(leading.singular_values())
}

/// A pair with an update whose values are these multiples of the floor.
fn planted(shape: [usize; 2], multiples: &[f64], seed: u64) -> Difference {
    let mut random = Random(seed);
    let base = bf16(&random.weights(shape[0] * shape[1], 0.02));
    let floor = difference(shape, ("BF16", &base), ("BF16", &base)).floor().value();
    let values: Vec<f64> = multiples.iter().map(|multiple| multiple * floor).collect();
    let update = random.of_values(shape, &values);
    let tuned: Vec<f64> = base.iter().zip(&update).map(|(w, update)| w + update).collect();
    difference(shape, ("BF16", &base), ("BF16", &bf16(&tuned)))
}

#[test]
fn the_rank_above_the_floor_is_that_of_an_update_from_1_to_30_times_the_floor() {
    let mut close = 0;
    for seed in 0..10 {
        let shape = [[256, 256], [192, 384], [320, 200]][seed as usize % 3];
        let rank = 8 + 2 * seed as usize;
        let difference = planted(shape, &falling(rank, 30.0, 1.0), seed);
        let found = suggested(&difference, rank + 16);
        close += usize::from(found.is_ok_and(|found| found.abs_diff(rank) * 10 <= rank));
    }
    assert!(close >= 9, "{close} of 10");
}

/// Where all values of an update are small, most entries do not reach the next number of the dtype: the update shrinks and the
/// floor over-states. From twice the floor on all directions are found; at the floor itself none is.
#[test]
fn an_update_of_one_size_is_found_from_twice_the_floor_on_and_the_share_of_unchanged_entries_warns_below() {
    for times in [1.0, 2.0, 3.0, 10.0, 30.0] {
        for rank in [4, 24] {
            let difference = planted([256, 192], &vec![times; rank], 7);
            let found = suggested(&difference, rank + 8);
            if times == 1.0 {
                assert_eq!(found, Err(NotApplicable::AllNoise), "rank {rank}");
                let floor = difference.floor();
                assert!(floor.unchanged_share() > 0.7 && floor.to_string().ends_with("so that it is less"), "{floor}");
            } else {
                assert_eq!(found, Ok(rank), "{times} times the floor");
            }
        }
    }
}

/// The bare floor is exceeded by chance in about every sixth such pair.
#[test]
fn rounding_alone_has_nothing_above_the_floor() {
    let mut above = Vec::new();
    for seed in 0..20 {
        let shape = [[256, 256], [128, 320]][seed as usize % 2];
        let mut random = Random(100 + seed);
        let w: Vec<f64> = random.weights(shape[0] * shape[1], 0.02).iter().map(|&w| f64::from(w as f32)).collect();
        let difference = difference(shape, ("F32", &w), ("BF16", &bf16(&w)));
        above.extend(suggested(&difference, 8).ok());
    }
    assert!(above.is_empty(), "{above:?}");
}

#[test]
fn the_floor_is_the_size_of_rounding_for_each_dtype() {
    for (dtype, size) in [("BF16", 0.02), ("F16", 0.02), ("F8_E5M2", 1.0)] {
        let shape = [160, 240];
        let w: Vec<f64> = Random(5).weights(shape[0] * shape[1], size);
        // F8_E5M2 is truncated here, whose errors are not those of rounding: the scale of both is enough.
        let difference = difference(shape, ("F32", &w), (dtype, &w));
        let leading = difference.leading(NonZeroUsize::MIN).expect("memory");
        let ratio = leading.singular_values()[0] / difference.floor().value();
        let bar = if dtype == "F8_E5M2" { 0.5..3.0 } else { 0.95..1.05 };
        assert!(bar.contains(&ratio), "{dtype}: {ratio}");
        assert_eq!(difference.floor().dtype(), dtype);
    }
}

#[test]
fn a_floor_survives_json_and_one_that_makes_no_sense_is_refused() {
    let floor = planted([64, 48], &[8.0], 3).floor().clone();
    let text = serde_json::to_string(&floor).expect("JSON");
    assert_eq!(serde_json::from_str::<RoundingFloor>(&text).expect("a floor"), floor);
    for bad in [text.replace("64", "0"), text.replace("\"entry_noise\":", "\"entry_noise\":-")] {
        assert!(serde_json::from_str::<RoundingFloor>(&bad).is_err(), "{bad}");
    }
}
