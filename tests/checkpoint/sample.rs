//! The synthetic pairs.

use std::num::NonZeroUsize;

use lora_rank_explorer::checkpoint::{PairKind, SampleCheckpoints, sample, video_sample};

use crate::models::{Model, paired};

fn suggested(sample: SampleCheckpoints) -> Vec<(String, usize, Option<usize>)> {
    let (base, tuned) = (Model::from(sample.base), Model::from(sample.tuned));
    let pairing = paired(&base, &tuned);
    let of = |(name, planted): (String, usize)| {
        let pair = pairing.pairs().iter().find(|pair| pair.name() == name).expect("a pair");
        let difference = pair.read(&mut base.sources(), &mut tuned.sources()).expect("finite");
        let leading = difference.leading(NonZeroUsize::new(planted + 12).expect("a rank")).expect("memory");
        (name, planted, difference.floor().rank_above(leading.singular_values()).ok())
    };
    sample.planted.into_iter().map(of).collect()
}

#[test]
fn the_planted_ranks_are_above_the_floor() {
    for (sample, layers) in [(sample(), 14), (video_sample(), 9)] {
        let suggested = suggested(sample);
        assert_eq!(suggested.len(), layers);
        let close = |(_, planted, found): &&(String, usize, Option<usize>)| {
            found.is_some_and(|found| found.abs_diff(*planted) * 10 <= *planted)
        };
        let found = suggested.iter().filter(close).count();
        assert!(found * 10 >= layers * 9, "{suggested:?}");
    }
}

#[test]
fn the_samples_say_that_they_are_synthetic_and_have_what_real_ones_have() {
    let sample = video_sample();
    let file = Model::from(sample.base.clone()).files[0].1.clone();
    assert!(String::from_utf8_lossy(&file[..400]).contains("synthetic, not trained"));
    let pairing = paired(&sample.base.into(), &sample.tuned.into());
    let kinds: Vec<PairKind> = pairing.pairs().iter().map(|pair| pair.kind()).collect();
    for kind in [PairKind::Convolution, PairKind::Linear, PairKind::Bias, PairKind::Other] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
}
