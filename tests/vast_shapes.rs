//! A spectrum need not store its zeros: it means the same without them, and a vast shape costs nothing.

use lora_rank_explorer::{
    Axes, Metric, NotApplicable, RankCost, RankRule, RankScale, RankSuggestion, ResidualCurve, ResidualScale,
    ResidualView, Spectrum, SvgStyle, allocate_ranks, curve_csv, curve_json, curve_svg, plot::Plot,
};
use proptest::prelude::*;

/// Every rule, with a threshold made from `share` in (0, 1].
fn rules(share: f64) -> Vec<RankRule> {
    [
        RankRule::energy_at_least(share),
        RankRule::energy_above(share.min(0.999_999_999_999)),
        RankRule::frobenius_retained(share),
        RankRule::nuclear_share(share),
        RankRule::nuclear_share_floor(share),
        RankRule::sigma_ratio(1.0 / share),
        RankRule::sigma_relative(share),
        RankRule::sigma_above(10.0 * share),
        RankRule::relative_residual(share),
        RankRule::relative_residual(0.0),
        RankRule::residual_of_base(share, 20.0),
        RankRule::at_most_bytes(1 + (1e4 * share) as u64, 1),
    ]
    .into_iter()
    .collect::<Result<_, _>>()
    .expect("rules")
}

fn all_axes() -> impl Iterator<Item = Axes> {
    let scales = [RankScale::Linear, RankScale::Log2, RankScale::ladder([1, 2, 300])];
    let residuals = [ResidualScale::Linear, ResidualScale::Log];
    let views = [ResidualView::Absolute, ResidualView::Relative, ResidualView::Percent, ResidualView::OfBase(3.0)];
    scales.into_iter().flat_map(move |scale| {
        residuals.into_iter().flat_map(move |residual| {
            let axes = Axes::new().rank_scale(scale.clone()).residual_scale(residual);
            views.into_iter().map(move |view| axes.clone().residual_view(view))
        })
    })
}

#[test]
fn every_function_is_fast_on_a_vast_shape() {
    let max = usize::MAX;
    for shape in [(max, max), (1 << 40, max), (max, max - 1), (max, 1 << 31)] {
        for values in [vec![2.0, 0.0], vec![2.0, 1.0, 0.0, 0.0], vec![0.0], vec![1e-300, 0.0]] {
            let spectrum = Spectrum::leading(shape.0, shape.1, values.clone(), None).expect("a spectrum");
            assert!(spectrum.is_complete());
            assert_eq!(spectrum.known_rank(), shape.0.min(shape.1));
            for rule in [0.3, 0.9, 1.0].into_iter().flat_map(rules) {
                match rule.resolve(&spectrum) {
                    Ok(rank) => assert!((1..=spectrum.max_rank()).contains(&rank), "{rule}: {rank}"),
                    Err(NotApplicable::AllZero | NotApplicable::OverBudget { .. }) => {}
                    Err(reason) => panic!("{rule} of {values:?}: {reason}"),
                }
            }
            for &suggestion in RankSuggestion::ALL {
                if let Ok(rank) = suggestion.rank(&spectrum) {
                    assert!(rank <= values.len(), "{suggestion}: {rank}");
                }
            }
            let cost = RankCost::of(&spectrum);
            assert!(cost.bytes(max) == u64::MAX && cost.share(max).is_finite());
            let spent = allocate_ranks(&[spectrum.clone(), spectrum.clone()], &[1 << 63, u64::MAX], u64::MAX);
            assert!(spent.expect("an allocation").spent <= 1 << 63);
            assert_eq!(curve_csv(&spectrum).lines().count(), 1 + values.len());
            assert!(curve_json(&spectrum).len() < 1000);
            for &metric in Metric::ALL {
                let curve = ResidualCurve::new(&spectrum, metric);
                assert_eq!((curve.max_rank(), curve.residual(max)), (spectrum.max_rank(), 0.0));
                let plot = Plot::new(&curve);
                assert!(plot.line.vertices().len() <= 1023 && plot.rank_ticks.len() <= 9);
                assert_eq!(plot.rank_ticks.last(), Some(&spectrum.max_rank()));
                for axes in all_axes() {
                    let plotted = axes.plot(&curve, std::slice::from_ref(&curve));
                    assert!(!plotted.own.line.path().contains("NaN"));
                    assert!(plotted.own.line.vertices().windows(2).all(|pair| pair[0].0 <= pair[1].0));
                }
                assert!(curve_svg(&spectrum, metric, max, &SvgStyle::light()).len() < 20_000);
            }
        }
    }
}

#[test]
fn rules_are_fast_on_a_vast_shape_with_only_the_first_values_known() {
    let spectrum = Spectrum::leading(usize::MAX, usize::MAX, vec![2.0, 1.0], None).expect("a spectrum");
    let between = |least| NotApplicable::Between { least, most: usize::MAX, known: 2, of: usize::MAX };
    for rule in rules(0.5) {
        match rule.resolve(&spectrum) {
            Ok(rank) => assert!(rank >= 1),
            Err(NotApplicable::OverBudget { .. }) => {}
            Err(NotApplicable::Between { least, most, .. }) => assert!(least <= 3 && most >= usize::MAX - 1, "{rule}"),
            Err(reason) => panic!("{rule}: {reason}"),
        }
    }
    assert_eq!(RankRule::relative_residual(0.0).expect("a rule").resolve(&spectrum), Err(between(2)));
    assert!(RankSuggestion::ALL.iter().all(|suggestion| suggestion.rank(&spectrum) != Ok(0)));
    let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
    assert_eq!(curve.max_rank(), 2);
}

/// A threshold that all energy misses by rounding gives the last rank in the tool, however many zeros there are.
#[test]
fn a_threshold_above_all_sums_gives_the_last_rank() {
    let share = 1.0 - f64::EPSILON / 2.0;
    let values: Vec<f64> = (1..=40).map(|j| 1.0 / f64::from(j).sqrt()).collect();
    let rule = RankRule::energy_above(share).expect("a rule");
    let mut reached = 0;
    for n in (41..2000).chain([100_000]) {
        let short = Spectrum::leading(n, n, [&values[..], &[0.0]].concat(), None).expect("a spectrum");
        let whole = Spectrum::new(n, n, [&values[..], &vec![0.0; n - 40]].concat()).expect("a spectrum");
        assert_eq!(rule.resolve(&short), rule.resolve(&whole), "{n}");
        reached += usize::from(rule.resolve(&short) == Ok(n));
    }
    assert!(reached > 0, "no sum falls short");
}

#[test]
fn every_axis_is_exact_at_both_ends() {
    for last in [usize::MAX, usize::MAX - 1, usize::MAX / 33 * 32, 1 << 53, u32::MAX as usize] {
        for scale in [RankScale::Linear, RankScale::Log2, RankScale::ladder([1, 2, last])] {
            let (axis, problem) = scale.axis(1, last);
            assert_eq!(problem, None);
            assert_eq!((axis.to_frame(1.0), axis.to_frame(last as f64)), (0.0, 1000.0), "{scale:?}");
            assert_eq!((axis.nearest(0.0), axis.nearest(1000.0), axis.nearest(f64::MAX)), (1, last, last), "{scale:?}");
            assert_eq!((axis.above(last), axis.below(1), axis.above(1)), (last, 1, 2));
        }
        // Beyond 2⁵³ two neighbours may be the same f64.
        let (axis, _) = RankScale::Log2.axis(last - 1, last);
        assert!(axis.contains(axis.nearest(-1.0)) && axis.nearest(1000.0) == last);
        assert!(axis.to_frame((last - 1) as f64).is_finite() && axis.to_domain(500.0).is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn zeros_that_are_not_stored_change_nothing(
        mut values in prop::collection::vec(prop_oneof![0.0..10.0f64, (0..5u8).prop_map(f64::from)], 1..30),
        held in 1..4usize,
        zeros in prop_oneof![4..40usize, 100..700usize],
        wide in 0..100usize,
        share in prop_oneof![0.001..0.999f64, Just(1.0), Just(0.5)],
        scale in prop_oneof![4 => Just(1.0), 1 => Just(1e-7), 1 => Just(1e-21), 1 => Just(1e-155), 1 => Just(1e100), 1 => Just(5e-324)],
    ) {
        values.iter_mut().for_each(|value| *value *= scale);
        values.sort_by(|a, b| b.total_cmp(a));
        let n = values.len() + zeros;
        let with = |zeros: usize| [&values[..], &vec![0.0; zeros]].concat();
        let whole = Spectrum::new(n, n + wide, with(zeros)).expect("a spectrum");
        let short = Spectrum::leading(n, n + wide, with(held), None).expect("a spectrum");
        prop_assert_eq!((short.known_rank(), short.frobenius_norm()), (whole.known_rank(), whole.frobenius_norm()));
        for rule in rules(share) {
            prop_assert_eq!(rule.resolve(&short), rule.resolve(&whole), "{}", rule);
        }
        for &suggestion in RankSuggestion::ALL {
            prop_assert_eq!(suggestion.rank(&short), suggestion.rank(&whole), "{}", suggestion);
        }
        let ranks = |spectrum: &Spectrum| allocate_ranks(&[spectrum.clone(), spectrum.clone()], &[3, 2], 40);
        prop_assert_eq!(ranks(&short), ranks(&whole));
        for &metric in Metric::ALL {
            let (a, b) = (ResidualCurve::new(&short, metric), ResidualCurve::new(&whole, metric));
            prop_assert_eq!(a.max_rank(), b.max_rank());
            for r in 0..=n + 1 {
                prop_assert_eq!(a.residual_range(r), b.residual_range(r));
                prop_assert_eq!(a.captured_energy_range(r), b.captured_energy_range(r));
            }
            prop_assert_eq!(Plot::new(&a), Plot::new(&b));
            for axes in all_axes() {
                prop_assert_eq!(axes.plot(&a, &[]), axes.plot(&b, &[]), "{:?}", axes);
            }
            let svg = |spectrum: &Spectrum| curve_svg(spectrum, metric, 5, &SvgStyle::light());
            prop_assert_eq!(svg(&short), svg(&whole));
        }
    }
}
