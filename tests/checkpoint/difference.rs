//! ΔW of a pair, from every dtype that is read, and what is said where a number cannot be used.

use lora_rank_explorer::checkpoint::{CheckpointProblem, Compared, FileRange, Side};

use crate::files::Files;
use crate::models::{Model, differences, paired};

fn one(base: Files, tuned: Files) -> Result<Vec<f32>, CheckpointProblem> {
    let difference = differences(&Model::one(&base), &Model::one(&tuned)).remove(0)?;
    Ok(difference.entries().to_vec())
}

#[test]
fn the_difference_of_any_two_dtypes_is_exact_in_32_bits() {
    let (before, after) = ([1.0, -2.0, 0.5, 0.0], [1.5, -2.0, 0.25, 4.0]);
    let dtypes = ["F64", "F32", "F16", "BF16", "F8_E5M2"];
    for base in dtypes {
        for tuned in dtypes {
            let files = |dtype, numbers: &[f64]| Files::default().numbers("a.weight", dtype, &[2, 2], numbers);
            let found = one(files(base, &before), files(tuned, &after)).expect("finite");
            assert_eq!(found, [0.5, 0.0, -0.25, 4.0], "{base} {tuned}");
        }
    }
    // 448 and −1.125 as F8_E4M3.
    let f8 = Files::default().numbers("a.weight", "F8_E4M3", &[1, 2], &[f64::from(0x7E), f64::from(0xB9)]);
    let zero = Files::default().numbers("a.weight", "F32", &[1, 2], &[0.0, 0.0]);
    assert_eq!(one(zero, f8).expect("finite"), [448.0, -1.125]);
    // 64 bits are subtracted before they are rounded.
    let wide = |number: f64| Files::default().numbers("a.weight", "F64", &[1, 1], &[number]);
    assert_eq!(one(wide(1.0), wide(1.0 + 1e-12)).expect("finite"), [(1.0f64 + 1e-12 - 1.0) as f32]);
}

#[test]
fn weights_of_eight_bits_are_multiplied_by_their_scales() {
    let zero = || Files::default().numbers("model.a.weight", "BF16", &[2, 2], &[0.0; 4]);
    let f8 = || Files::default().numbers("a.weight", "F8_E5M2", &[2, 2], &[1.0, 2.0, -4.0, 0.5]);
    for name in ["a.scale_weight", "a.weight_scale"] {
        let one_scale = f8().numbers(name, "F32", &[1], &[0.5]).tensor("scaled_fp8", "F8_E5M2", &[0]);
        assert_eq!(one(zero(), one_scale).expect("finite"), [0.5, 1.0, -2.0, 0.25]);
        let of_rows = f8().numbers(name, "F32", &[2, 1], &[0.5, 2.0]);
        assert_eq!(one(zero(), of_rows).expect("finite"), [0.5, 1.0, -8.0, 1.0]);
    }
    assert_eq!(one(zero(), f8()).expect("finite"), [1.0, 2.0, -4.0, 0.5], "a plain cast");
    let scaled = Model::one(&f8().numbers("a.scale_weight", "F32", &[1], &[0.5]).tensor("a.scale_input", "F32", &[1]));
    let pairing = paired(&scaled, &Model::one(&zero()));
    assert_eq!((pairing.pairs().len(), pairing.beside().len(), pairing.only_base().len()), (1, 2, 0));
    assert_eq!(pairing.pairs()[0].ranges(Side::Base).len(), 2);
    // The scales of blocks.
    let blocks = f8().tensor("a.weight_scale_inv", "F32", &[1, 2, 2]);
    let pairing = paired(&Model::one(&zero()), &Model::one(&blocks));
    let says = pairing.unusable()[0].to_string();
    assert!(says.contains("in the tuned model it is scaled by `a.weight_scale_inv`, of the shape [1, 2, 2]"), "{says}");
}

#[test]
fn a_number_that_is_not_finite_is_named_and_the_other_pairs_are_computed() {
    let good = |files: Files| files.tensor("b.weight", "BF16", &[2, 2]);
    let files = |numbers: &[f64]| good(Files::default().numbers("a.weight", "BF16", &[1500, 1], numbers));
    let mut bad = vec![1.0; 1500];
    bad[1300] = f64::NAN;
    let found = differences(&Model::one(&files(&vec![1.0; 1500])), &Model::one(&files(&bad)));
    let says = found[0].as_ref().expect_err("NaN").to_string();
    assert_eq!(
        says,
        "the tuned model, `model.safetensors`: tensor `a.weight`: number 1301 is NaN, which is not finite"
    );
    assert!(found[1].is_ok());
    bad[1300] = f64::INFINITY;
    let found = differences(&Model::one(&files(&bad)), &Model::one(&files(&vec![1.0; 1500])));
    let says = found[0].as_ref().expect_err("infinite").to_string();
    assert!(says.starts_with("the base, `model.safetensors`: tensor `a.weight`: number 1301 is inf"), "{says}");
    let huge = |number| Files::default().numbers("a.weight", "F32", &[1, 1], &[number]);
    let says = one(huge(-3e38), huge(3e38)).expect_err("too large").to_string();
    assert!(
        says.starts_with("`a.weight`: number 1 of the difference is 6.0000000109955115e38, which is too large"),
        "{says}"
    );
}

#[test]
fn a_file_that_has_changed_or_was_not_given_is_named() {
    let model = Model::one(&Files::default().tensor("a.weight", "BF16", &[8, 8]));
    let pairing = paired(&model, &model);
    let pair = &pairing.pairs()[0];
    let says = pair.read(&mut [&model.files[0].1[..100]], &mut model.sources()).expect_err("shorter").to_string();
    assert!(
        says.starts_with("the base, `model.safetensors`: tensor `a.weight`: bytes 76 to 204 cannot be read"),
        "{says}"
    );
    let says = pair.read(&mut model.sources(), &mut Vec::<&[u8]>::new()).expect_err("no source").to_string();
    assert!(says.starts_with("the tuned model,") && says.contains("its file was not given"), "{says}");
    for parts in [vec![], vec![vec![]], vec![vec![0; 128], vec![]]] {
        assert!(pair.difference(&parts, &[vec![0; 128]]).is_err());
    }
}

#[test]
fn ranges_are_those_of_the_files() {
    let model = Model::from(lora_rank_explorer::checkpoint::sample().base);
    let pairing = paired(&model, &model);
    let last = pairing.pairs().last().expect("pairs");
    let ranges = last.ranges(Side::Tuned);
    assert_eq!(ranges, [FileRange { file: 1, range: last.tensor(Side::Tuned).range() }]);
    assert_eq!(last.bytes(), 2 * (ranges[0].range.end - ranges[0].range.start));
}

#[test]
fn the_same_model_twice_is_said_and_what_did_not_change_is_counted() {
    let sample = lora_rank_explorer::checkpoint::sample();
    let (base, tuned) = (Model::from(sample.base), Model::from(sample.tuned));
    let compared = |base: &Model, tuned: &Model| {
        let mut compared = Compared::default();
        differences(base, tuned).iter().for_each(|difference| compared.add(difference.as_ref().expect("finite")));
        compared
    };
    let twice = compared(&base, &base);
    assert!(twice.are_the_same());
    assert_eq!(
        twice.to_string(),
        "20 of 20 pairs do not differ: base and tuned model are the same, perhaps one file chosen twice"
    );
    let other = compared(&base, &tuned);
    assert_eq!((other.pairs(), other.unchanged(), other.are_the_same()), (20, 5, false));
    assert_eq!(other.to_string(), "5 of 20 pairs do not differ");
    assert!(!Compared::default().are_the_same());
}
