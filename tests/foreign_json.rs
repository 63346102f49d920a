//! Any JSON becomes a `Matrix` or a `Spectrum`, or an error that names the location. Never a panic, never half of either.

use lora_rank_explorer::{Matrix, RankRule, Spectrum};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// What a careless program may write where a number belongs.
const TOKENS: [&str; 32] = [
    "0",
    "-0",
    "-0.0",
    "1",
    "2.5",
    "1e-400",
    "5e-324",
    "1.7976931348623157e308",
    "1e400",
    "-1e400",
    "1e",
    "0x10",
    "01",
    ".5",
    "18446744073709551616",
    "-9223372036854775809",
    "NaN",
    "Infinity",
    "null",
    "true",
    "\"7\"",
    "\"\\ud800\"",
    "\"σ₁\"",
    "\u{1F600}",
    "[]",
    "[[]]",
    "{}",
    "{\"rows\":1}",
    ",",
    ":",
    "[",
    "]",
];

/// Rows as text: mostly numbers, and often of equal length.
fn rows() -> impl Strategy<Value = String> {
    let entry =
        prop_oneof![8 => any::<i16>().prop_map(|n| n.to_string()), 1 => select(&TOKENS[..]).prop_map(str::to_owned)];
    let row = move |length: std::ops::RangeInclusive<usize>| {
        prop::collection::vec(entry.clone(), length).prop_map(|entries| format!("[{}]", entries.join(",")))
    };
    let even = (1usize..=5).prop_flat_map({
        let row = row.clone();
        move |length| prop::collection::vec(row(length..=length), 1..=5)
    });
    prop_oneof![3 => even, 1 => prop::collection::vec(row(0..=4), 0..=5)]
        .prop_map(|rows| format!("[{}]", rows.join(", ")))
}

/// A spectrum as text, its fields in any order, sometimes twice, with a count that may not fit.
fn spectrum() -> impl Strategy<Value = String> {
    let side = prop_oneof![4 => (1u64..6).prop_map(|n| n.to_string()), 1 => Just(u64::MAX.to_string()), 1 => select(&TOKENS[..]).prop_map(str::to_owned)];
    let values = prop::collection::vec(
        prop_oneof![8 => (0u8..9).prop_map(|n| n.to_string()), 1 => select(&TOKENS[..]).prop_map(str::to_owned)],
        0..6,
    )
    .prop_map(|mut values| {
        values.sort_by(|a, b| b.cmp(a));
        values
    });
    let norm = prop::option::of(prop_oneof![
        (1u8..20).prop_map(|n| n.to_string()),
        select(&TOKENS[..]).prop_map(str::to_owned)
    ]);
    let fields = (side.clone(), side, values, norm).prop_map(|(rows, cols, values, norm)| {
        let mut fields = vec![
            format!("\"rows\":{rows}"),
            format!("\"cols\":{cols}"),
            format!("\"singular_values\":[{}]", values.join(",")),
        ];
        fields.extend(norm.map(|norm| format!("\"frobenius_norm\":{norm}")));
        fields
    });
    let shuffled = fields.prop_shuffle().prop_flat_map(|fields| (Just(fields), prop::option::weighted(0.1, 0usize..3)));
    shuffled.prop_map(|(mut fields, twice)| {
        fields.extend(twice.map(|i| fields[i].clone()));
        format!("{{{}}}", fields.join(","))
    })
}

/// `text` as a broken connection or a slip of the hand leaves it.
fn damaged(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let damage =
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), select(&TOKENS[..]), 0usize..6, 1usize..120);
    (text, damage).prop_map(|(text, (from, to, token, kind, depth))| {
        let characters: Vec<char> = text.chars().collect();
        let (mut from, mut to) = (from.index(characters.len() + 1), to.index(characters.len() + 1));
        if from > to {
            (from, to) = (to, from);
        }
        let part = |range: std::ops::Range<usize>| characters[range].iter().collect::<String>();
        let (before, middle, after) = (part(0..from), part(from..to), part(to..characters.len()));
        match kind {
            0 => before,
            1 => before + &after,
            2 => before + token + &middle + &after,
            3 => before + &middle + &middle + &after,
            4 => before + token + &after,
            _ => "[".repeat(depth) + &text + &"]".repeat(depth),
        }
    })
}

fn any_text(text: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let json_like = "[\\[\\]{},:0-9eE+.\"a-zσ \\-]{0,60}";
    prop_oneof![3 => text.clone(), 3 => damaged(text.clone()), 1 => damaged(damaged(text)), 1 => json_like, 1 => any::<String>()]
}

/// The rows that `text` holds, read in another way; `None` if there are none or they are not a matrix.
fn model(text: &str) -> Option<Vec<Vec<f64>>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let rows: Option<Vec<Vec<f64>>> =
        value.as_array()?.iter().map(|row| row.as_array()?.iter().map(Value::as_f64).collect()).collect();
    rows.filter(|rows| {
        rows.first().is_some_and(|first| !first.is_empty() && rows.iter().all(|row| row.len() == first.len()))
    })
}

/// Whether the error names a location in the text, or in what it describes.
fn names_a_place(error: &str) -> bool {
    let in_what_it_describes =
        ["the matrix has no rows", "the rows of the matrix are empty", "row ", "singular value", "the Frobenius norm"];
    (error.contains("line ") && error.contains(" column "))
        || in_what_it_describes.iter().any(|place| error.contains(place))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn json_becomes_exactly_the_matrix_it_holds_or_a_named_error(text in any_text(rows().boxed())) {
        match (serde_json::from_str::<Matrix>(&text), model(&text)) {
            (Ok(matrix), Some(rows)) => {
                prop_assert_eq!((matrix.rows(), matrix.cols()), (rows.len(), rows[0].len()));
                let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<u64>>();
                prop_assert_eq!(bits(matrix.as_slice()), bits(&rows.concat()));
                let written = serde_json::to_string(&matrix).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<Matrix>(&written).expect("what was written"), matrix);
            }
            (Err(error), None) => prop_assert!(names_a_place(&error.to_string()), "{text}: {error}"),
            (found, model) => prop_assert!(false, "{text}: {found:?} where the text holds {model:?}"),
        }
    }

    #[test]
    fn json_becomes_a_sound_spectrum_or_a_named_error(text in any_text(spectrum().boxed())) {
        match serde_json::from_str::<Spectrum>(&text) {
            Ok(spectrum) => {
                let values = spectrum.singular_values();
                let known = if spectrum.is_complete() { spectrum.max_rank() } else { values.len() };
                prop_assert_eq!(known, spectrum.known_rank());
                prop_assert!(spectrum.known_rank() <= spectrum.rows().min(spectrum.cols()));
                prop_assert!(spectrum.frobenius_norm().is_none_or(|norm| norm.is_finite() && norm >= values[0]));
                prop_assert!(!values.is_empty() && values.iter().all(|value| value.is_finite() && *value >= 0.0));
                prop_assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "{values:?}");
                let written = serde_json::to_string(&spectrum).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<Spectrum>(&written).expect("what was written"), spectrum);
            }
            Err(error) => prop_assert!(names_a_place(&error.to_string()), "{text}: {error}"),
        }
    }
}

#[test]
fn a_duplicate_field_is_named() {
    let twice = r#"{"rows": 1, "rows": 2, "cols": 1, "singular_values": [1]}"#;
    let error = serde_json::from_str::<Spectrum>(twice).expect_err("ambiguous").to_string();
    assert!(error.contains("duplicate field `rows`"), "{error}");
}

#[test]
fn a_shape_beyond_the_address_space_allocates_nothing() {
    let tall = r#"{"rows": 18446744073709551615, "cols": 1, "singular_values": [2.0]}"#;
    assert_eq!(serde_json::from_str::<Spectrum>(tall).expect("one value").max_rank(), 1);
    let vast = r#"{"rows": 18446744073709551615, "cols": 18446744073709551615, "singular_values": [2.0]}"#;
    let spectrum = serde_json::from_str::<Spectrum>(vast).expect("one of many");
    assert_eq!((spectrum.known_rank(), spectrum.max_rank()), (1, usize::MAX));
    let ends_in_zero = vast.replace("2.0", "2.0, 0.0");
    let spectrum = serde_json::from_str::<Spectrum>(&ends_in_zero).expect("all of many");
    assert_eq!((spectrum.singular_values(), spectrum.known_rank()), (&[2.0, 0.0][..], usize::MAX));
    let rule = RankRule::energy_at_least(0.9).expect("a rule");
    assert_eq!(rule.resolve(&spectrum), Ok(1));
    let none = r#"{"rows": 18446744073709551615, "cols": 18446744073709551615, "singular_values": []}"#;
    let error = serde_json::from_str::<Spectrum>(none).expect_err("values missing").to_string();
    assert!(error.contains("has 18446744073709551615 singular values, not 0"), "{error}");
}

#[test]
fn deep_nesting_is_an_error_without_stack_overflow() {
    let deep = "[".repeat(1_000_000);
    assert!(serde_json::from_str::<Matrix>(&deep).is_err());
    assert!(serde_json::from_str::<Spectrum>(&deep).is_err());
}
