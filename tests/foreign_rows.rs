//! Any rows given to `<LoRaRankExplorer>` give a plot with valid numbers: of those rows, or of the default with a note that
//! locates the problem. Run with `--features ssr`.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Matrix, Metric};
use proptest::prelude::*;

const ENDS: [f64; 12] =
    [0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 1e-170, 1e154, f64::EPSILON, 1e5];

fn finite() -> impl Strategy<Value = f64> {
    let any_bits = any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |x| x.is_finite());
    prop_oneof![4 => any_bits, 2 => prop::sample::select(&ENDS[..]), 2 => -10.0..10.0f64]
}

/// Rows of equal length, finite or not, and ragged rows.
fn rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let bad = prop::sample::select(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY][..]);
    let of_shape =
        |m: usize, n: usize, entry: BoxedStrategy<f64>| prop::collection::vec(prop::collection::vec(entry, n), m);
    let shape = || (1usize..=9, 1usize..=9);
    let scale = |k: f64| (-k..k).boxed();
    prop_oneof![
        4 => shape().prop_flat_map(move |(m, n)| of_shape(m, n, finite().boxed())),
        2 => (shape(), prop::sample::select(&ENDS[2..])).prop_flat_map(move |((m, n), k)| of_shape(m, n, scale(k.abs()))),
        2 => shape().prop_flat_map(move |(m, n)| of_shape(m, n, prop_oneof![30 => finite(), 1 => bad.clone()].boxed())),
        1 => (1usize..=3, 100usize..=300, any::<bool>())
            .prop_flat_map(move |(a, b, tall)| of_shape(if tall { b } else { a }, if tall { a } else { b }, finite().boxed())),
        1 => prop::collection::vec(prop::collection::vec(finite(), 0..4), 0..6),
    ]
}

fn page(rows: Vec<Vec<f64>>, metric: Metric, default_r: usize) -> String {
    Owner::new().with(|| view! { <LoRaRankExplorer target_matrix=rows metric default_r /> }.to_html())
}

/// Every text between `before` and `after`.
fn between<'a>(html: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}

/// Parses a printed number. The largest `f64` may be rounded up beyond the range, to `1.8e308`.
fn number(text: &str) -> f64 {
    let number: f64 = text.parse().unwrap_or_else(|_| panic!("`{text}` is not a number"));
    assert!(number.is_finite() || text.ends_with("e308"), "{text}");
    number.min(f64::MAX)
}

fn percent(text: &str) -> f64 {
    number(text.strip_suffix('%').expect("percent"))
}

/// Checks that every number is valid, lies within the plot, and agrees with the readout.
fn check_picture(html: &str) {
    assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");

    let path = between(html, "data-part=\"curve\" d=\"M", "\"").next().expect("a curve");
    for vertex in path.split('L') {
        let (x, y) = vertex.split_once(' ').expect("x and y");
        assert!([x, y].iter().all(|place| (0.0..=1000.0).contains(&number(place))), "{path}");
    }
    for name in ["data-part=\"at-rank\" x=\"", " cy=\"", " y2=\""] {
        let places: Vec<&str> = between(html, name, "\"").collect();
        assert!(!places.is_empty(), "no{name}");
        for place in places {
            assert!((0.0..=100.0).contains(&percent(place)), "{name}{place}");
        }
    }

    let attribute = |name: &str| -> usize { number(between(html, name, "\"").next().expect(name)) as usize };
    let (value, max) = (attribute(" value=\""), attribute(" max=\""));
    assert!(1 <= value && value <= max, "rank {value} of {max}");

    let readout =
        |part: &str| between(html, &format!("<dd data-part=\"{part}\">"), "<").next().expect("a readout").to_owned();
    assert!(number(&readout("residual")) >= 0.0);
    let energy = readout("captured-energy");
    assert!(
        energy == "–" || energy == "&gt;99.9%" || (0.0..=100.0).contains(&number(energy.trim_end_matches('%'))),
        "{energy}"
    );

    let labels = |axis: &str| -> Vec<f64> {
        let before = format!("text-anchor=\"{axis}\">");
        let labels: Vec<&str> = between(html, &before, "<").filter(|label| *label != "rank r").collect();
        let values: Vec<f64> = labels.iter().map(|label| number(label)).collect();
        assert!((1..=9).contains(&labels.len()), "{labels:?}");
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{labels:?}");
        values
    };
    labels("middle");
    let residuals = labels("end");
    let top = residuals[residuals.len() - 1];
    let grid = between(html, "data-part=\"grid\" d=\"", "\"").next().expect("a grid");
    let heights: Vec<f64> = between(grid, "M0 ", "H1000").map(|height| number(height) / 10.0).collect();
    let marker = percent(between(html, " cy=\"", "\"").next().expect("a marker"));
    // Labels are rounded: 0.05 of the axis is far more than the rounding, and far less than a wrong digit.
    let off = |residual: f64, height: f64| (residual / top - (1.0 - height / 100.0)).abs();
    let fits = |residual: f64, height: f64| off(residual, height) < 0.05;
    assert_eq!(residuals.len(), heights.len());
    assert!(
        residuals.iter().zip(&heights).all(|(&residual, &height)| fits(residual, height)),
        "{residuals:?} {heights:?}"
    );
    // The readout may have only one significant digit, such as 0.003.
    let residual = readout("residual");
    let rounding = match residual.split_once('.') {
        Some((_, decimals)) if !decimals.contains('e') => 0.5 * 0.1f64.powi(decimals.len() as i32) / top,
        _ => 0.0,
    };
    let off = off(number(&residual), marker);
    assert!(off < 0.05 || off <= rounding, "{residual} at {marker}%, below {top}");
}

fn check(rows: Vec<Vec<f64>>, metric: Metric, default_r: usize) {
    let matrix = Matrix::from_rows(&rows);
    let html = page(rows, metric, default_r);
    let size = |matrix: &Matrix| format!("Target is {}×{}. ", matrix.rows(), matrix.cols());
    match matrix {
        Ok(matrix) => {
            assert!(html.contains(&size(&matrix)), "{html}");
            assert!(!html.contains("Invalid"), "{html}");
            check_picture(&html);
        }
        Err(error) => {
            let note = format!("Invalid target matrix: {error}. Showing the default matrix instead.");
            assert!(html.contains(&format!("<p data-part=\"note\">{note}")), "no `{note}` in {html}");
            assert!(html.contains(&size(&Matrix::default())), "{html}");
            check_picture(&html.replace(&note, ""));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn any_rows_give_a_plot_or_a_note_that_locates_the_problem(rows in rows(), spectral in any::<bool>(), r in any::<usize>()) {
        check(rows, if spectral { Metric::Spectral } else { Metric::Frobenius }, r % 12);
    }
}

#[test]
fn a_one_digit_residual_is_plotted_at_its_height() {
    let rows = vec![vec![0.0, 1.5], vec![0.00142, 0.0]];
    for default_r in 0..3 {
        check(rows.clone(), Metric::Frobenius, default_r);
    }
}

#[test]
fn values_of_every_magnitude_are_plotted() {
    // Every power of two in `f64`, as both singular values and as the second of two.
    for exponent in -1074..=1023 {
        let value = if exponent < -1022 {
            f64::from_bits(1 << (exponent + 1074))
        } else {
            f64::from_bits(((exponent + 1023) as u64) << 52)
        };
        for &metric in Metric::ALL {
            check(vec![vec![value, 0.0], vec![0.0, value]], metric, 1);
            check(vec![vec![f64::MAX, 0.0], vec![0.0, value]], metric, 1);
        }
    }
}

#[test]
fn very_long_targets_are_plotted_at_a_very_large_rank() {
    for rows in [vec![vec![1.0; 50_000]], vec![vec![1.0]; 50_000], vec![vec![0.0; 3000]; 2]] {
        check(rows, Metric::Frobenius, usize::MAX);
    }
}
