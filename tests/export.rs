//! Exported texts read back as what was written.

use lora_rank_explorer::{
    Metric, ModuleRank, ResidualCurve, Spectrum, curve_csv, curve_json, kohya_arguments, peft_patterns,
};
use proptest::prelude::*;
use serde_json::Value;

fn module(name: &str, rank: usize, alpha: f64) -> ModuleRank {
    ModuleRank::new(name, rank, alpha).expect("a module")
}

#[test]
fn peft_patterns_are_json_whose_keys_match_one_module_each() {
    let text = peft_patterns(&[module("a.q_proj", 8, 16.0), module("weird \"[x]\"\n\\", 3, 0.5)]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let ranks = json["rank_pattern"].as_object().expect("an object");
    assert_eq!((&ranks["^a\\.q_proj"], &ranks["^weird \"\\[x\\]\"\n\\\\"]), (&Value::from(8), &Value::from(3)));
    assert_eq!(json["alpha_pattern"]["^a\\.q_proj"], 16);
    assert_eq!(json["alpha_pattern"].as_object().map(|object| object.len()), Some(2));
    let empty: Value = serde_json::from_str(&peft_patterns(&[])).expect("JSON");
    assert_eq!(empty, serde_json::json!({"rank_pattern": {}, "alpha_pattern": {}}));
}

#[test]
fn kohya_pairs_stay_separate_whatever_the_names() {
    let text = kohya_arguments(16, 8.5, &[module("lora_unet_a", 4, 1.0), module("odd,name='x y'", 2, 1.0)]);
    assert_eq!(
        text.as_deref(),
        Ok(
            r#"--network_dim=16 --network_alpha=8.5 --network_args "network_reg_dims=^lora_unet_a\Z=4,^odd.name..x.y.\Z=2""#
        )
    );
}

#[test]
fn kohya_arguments_are_one_line_and_hold_nothing_for_a_shell() {
    let hostile: String = (0..=0x2fff).filter_map(char::from_u32).collect();
    for name in [hostile.as_str(), "a & calc.exe", "a|b>c<d", "%PATH%^x", "a\nrm -rf ~", "$(id)`id`", "a;b!c#d*?~\\"] {
        let text = kohya_arguments(16, 8.0, &[module(name, 4, 1.0)]).expect("arguments");
        let argument = text.strip_prefix("--network_dim=16 --network_alpha=8 --network_args \"network_reg_dims=^");
        let pattern = argument.and_then(|rest| rest.strip_suffix("\\Z=4\"")).expect("the pattern of one module");
        let is_harmless = |letter: char| letter.is_ascii_alphanumeric() || r"\._-/:()[]{}".contains(letter);
        assert!(pattern.chars().all(is_harmless), "{pattern}");
    }
    let text = kohya_arguments(1, 1.0, &[module("a.b|c\nd", 2, 1.0)]).expect("arguments");
    assert!(text.ends_with(r#""network_reg_dims=^a\.b.c\sd\Z=2""#), "{text}");
}

/// A POSIX shell, PowerShell and `cmd.exe` pass on what is between double quotes where it holds none of their own characters.
#[test]
fn kohya_arguments_reach_the_script_whole_from_any_shell() {
    let text = kohya_arguments(16, 8.0, &[module("lora_unet_a.b(c)", 4, 1.0)]).expect("arguments");
    let argument = text.split_once('"').and_then(|(_, rest)| rest.strip_suffix('"')).expect("one quoted argument");
    assert!(!argument.contains(['"', '\'', '$', '`', '!', '%', '\n']), "{argument}");
    assert!(!argument.contains(r"\\"), "a POSIX shell halves them: {argument}");
    assert_eq!(argument, r"network_reg_dims=^lora_unet_a\.b\(c\)\Z=4");
}

#[test]
fn kohya_arguments_refuse_a_rank_or_an_alpha_that_is_none() {
    let message = |rank, alpha| kohya_arguments(rank, alpha, &[]).expect_err("refused").to_string();
    assert_eq!(message(0, 1.0), "network_dim and network_alpha: the rank is 0, and must be at least 1");
    assert_eq!(message(4, f64::NAN), "network_dim and network_alpha: the alpha is NaN, and must be above 0 and finite");
}

#[test]
fn invalid_modules_are_refused() {
    for (module, message) in [
        (ModuleRank::new("", 1, 1.0), "a module needs a name"),
        (ModuleRank::new("q", 0, 1.0), "q: the rank is 0, and must be at least 1"),
        (ModuleRank::new("q", 1, f64::NAN), "q: the alpha is NaN, and must be above 0 and finite"),
        (ModuleRank::new("q", 1, 0.0), "q: the alpha is 0, and must be above 0 and finite"),
    ] {
        assert_eq!(module.expect_err(message).to_string(), message);
    }
}

#[test]
fn the_curve_of_a_zero_matrix_has_no_energy() {
    let zero = Spectrum::new(2, 3, vec![0.0, 0.0]).expect("a spectrum");
    assert_eq!(curve_csv(&zero).lines().nth(1), Some("1,0.0,0.0,0.0,"));
    let json: Value = serde_json::from_str(&curve_json(&zero)).expect("JSON");
    assert_eq!(json["captured_energy"], serde_json::json!([null, null]));
}

#[test]
fn a_range_is_two_columns() {
    let part = Spectrum::leading(64, 64, vec![1.0, 0.5], None).expect("a part");
    assert_eq!(
        curve_csv(&part).lines().next(),
        Some(
            "rank,singular_value,frobenius_residual_low,frobenius_residual_high,spectral_residual_low,\
             spectral_residual_high,captured_energy_low,captured_energy_high"
        )
    );
    let with_norm = Spectrum::leading(64, 64, vec![1.0, 0.5], Some(1.25)).expect("a part");
    let header = curve_csv(&with_norm);
    assert!(header.starts_with("rank,singular_value,frobenius_residual,spectral_residual_low,"), "{header}");
}

proptest! {
    #[test]
    fn csv_and_json_hold_the_bits_of_the_curve(
        mut values in prop::collection::vec(0.0..10.0f64, 1..20),
        scale in prop_oneof![Just(1.0), Just(1e300), Just(1e-300)],
    ) {
        values.sort_by(|a, b| b.total_cmp(a));
        let values: Vec<f64> = values.into_iter().map(|value| value * scale).collect();
        let spectrum = Spectrum::new(values.len(), 20, values.clone()).expect("a spectrum");
        let curve = ResidualCurve::new(&spectrum, Metric::Frobenius);
        let (csv, json) = (curve_csv(&spectrum), curve_json(&spectrum));
        let json: Value = serde_json::from_str(&json).expect("JSON");
        prop_assert_eq!(csv.lines().count(), values.len() + 1);
        for (r, line) in csv.lines().enumerate().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            prop_assert_eq!(cells.len(), 5);
            prop_assert_eq!(cells[0].parse(), Ok(r));
            let residual: f64 = cells[2].parse().expect("a number");
            prop_assert_eq!((cells[1].parse(), residual), (Ok(values[r - 1]), curve.residual(r)));
            prop_assert_eq!(json["frobenius_residual"][r - 1].as_f64(), Some(residual));
        }
    }
}
