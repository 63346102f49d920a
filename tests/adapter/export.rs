//! Exports for other tools.

use lora_rank_explorer::adapter::{LayerSpectrum, csv};
use lora_rank_explorer::{Spectrum, kohya_arguments, peft_patterns};

use crate::files::{Files, kohya_layer, peft_layer};

#[test]
fn peft_patterns_match_one_module_each_and_keep_its_scale() {
    let modules = ["layers.1.q", "encoder.layers.1.q", "layersX1.q"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [6, 4, 5]));
    let adapter = files.open(Some(r#"{"r": 4, "lora_alpha": 6}"#));
    let patterns = peft_patterns(&adapter.module_ranks(&[1, 2, 3]).expect("ranks"));
    let config = format!(r#"{{"r": 9, "lora_alpha": 1, {}"#, &patterns.trim()[1..]);
    for (module, rank) in modules.iter().zip(1..) {
        let again = peft_layer(Files::default(), module, "F32", [6, rank, 5]).open(Some(&config));
        assert_eq!(again.layers()[0].scale().value(), Some(1.5), "{module}: {config}");
        assert!(again.problems().is_empty(), "{module}: {:?}", again.problems());
    }
}

#[test]
fn kohya_arguments_use_the_alphas_of_the_file() {
    let files = kohya_layer(Files::default(), "lora_a", "F32", [6, 4, 5]).numbers("lora_a.alpha", "F32", &[], &[2.0]);
    let ranks = files.open(None).module_ranks(&[2]).expect("a rank");
    assert_eq!((ranks[0].name(), ranks[0].rank(), ranks[0].alpha()), ("lora_a", 2, 1.0));
    let arguments = r#"--network_dim=4 --network_alpha=4 --network_args "network_reg_dims=^lora_a\Z=2""#;
    assert_eq!(kohya_arguments(4, 4.0, &ranks).as_deref(), Ok(arguments));
}

#[test]
fn ranks_must_be_one_for_each_layer_and_not_zero() {
    let adapter = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).open(Some("{}"));
    let none = "the file: there must be one rank for each layer, not 0 for 1";
    assert_eq!(adapter.module_ranks(&[]).expect_err("too few").to_string(), none);
    assert_eq!(adapter.resize(&[]).expect_err("too few").to_string(), none);
    for zero in [adapter.module_ranks(&[0]).map(|_| ()), adapter.resize(&[0]).map(|_| ())] {
        assert_eq!(zero.expect_err("rank 0").to_string(), "module `q`: its rank is 0");
    }
}

#[test]
fn spectra_read_back_from_json_with_every_bit() {
    let values = vec![1.0 / 3.0, 0.1 + 0.2, 5e-324, 0.0, 0.0];
    let spectrum = Spectrum::new(5, 9, values).expect("falling values");
    let layers = vec![LayerSpectrum::new("a, \"b\"".to_owned(), 3, 0.1, spectrum)];
    let json = serde_json::to_string(&layers).expect("JSON");
    assert_eq!(serde_json::from_str::<Vec<LayerSpectrum>>(&json).expect("the same"), layers);
    assert!(csv(&layers, &[2]).contains("\r\n\"a, \"\"b\"\"\",5,9,3,0.1,2,1,"), "{}", csv(&layers, &[2]));
}

#[test]
fn no_cell_of_the_table_is_a_formula() {
    let table = |name: &str| {
        let spectrum = Spectrum::new(2, 2, vec![4.0, 3.0]).expect("falling values");
        let table = csv(&[LayerSpectrum::new(name.to_owned(), 2, -0.5, spectrum)], &[1]);
        table
            .split_once("\r\n")
            .expect("a header")
            .1
            .strip_suffix(",2,2,2,-0.5,1,0.64,3,3\r\n")
            .expect("numbers")
            .to_owned()
    };
    for (name, cell) in [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\"'\t=1\""),
        ("\r=1", "\"'\r=1\""),
        ("＝1", "'＝1"),
        ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
        ("a;=1", "\"a;=1\""),
        ("a=1", "a=1"),
    ] {
        assert_eq!(table(name), cell);
    }
}

#[test]
fn a_scale_of_minus_zero_is_printed_as_zero() {
    let adapter = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).open(Some(r#"{"r": 4, "lora_alpha": -0.0}"#));
    assert_eq!(adapter.layers()[0].scale().value().map(f64::to_bits), Some(0));
    let spectrum = Spectrum::new(2, 2, vec![0.0, 0.0]).expect("falling values");
    assert!(!csv(&[LayerSpectrum::new("q".to_owned(), 2, -0.0, spectrum)], &[1]).contains('-'));
}

#[test]
fn incomplete_spectra_read_back_from_json_unchanged() {
    for norm in [Some(2.5), None] {
        let spectrum = Spectrum::leading(5, 9, vec![2.0, 1.0], norm).expect("falling values");
        let layer = LayerSpectrum::new("w".to_owned(), 2, 1.0, spectrum);
        let json = serde_json::to_string(&layer).expect("JSON");
        assert_eq!(serde_json::from_str::<LayerSpectrum>(&json).expect("the same"), layer, "{json}");
        assert_eq!(layer.spectrum().frobenius_norm(), norm);
    }
}

#[test]
fn the_alpha_for_another_rank_keeps_the_scale_of_the_file() {
    for (config, expected) in [(r#"{"r": 4, "lora_alpha": 6}"#, 1.5), (r#"{"lora_alpha": 6, "use_rslora": true}"#, 3.0)]
    {
        let adapter = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).open(Some(config));
        let spectrum = Spectrum::new(6, 5, vec![4.0, 3.0, 2.0, 1.0, 0.0]).expect("falling values");
        let layer = LayerSpectrum::of(&adapter.layers()[0], spectrum);
        assert_eq!(layer.module_rank(1).expect("a rank").alpha(), expected);
        assert_eq!(vec![layer.module_rank(3).expect("a rank")], adapter.module_ranks(&[3]).expect("a rank"));
        let json = serde_json::to_string(&layer).expect("JSON");
        assert_eq!(serde_json::from_str::<LayerSpectrum>(&json).expect("the same"), layer);
    }
}

#[test]
fn invalid_stored_spectra_are_refused() {
    let read = |rows: u64, values: &str| {
        let rest = format!(r#""rank":1,"scale":1,"singular_values":{values}"#);
        serde_json::from_str::<LayerSpectrum>(&format!(r#"{{"module":"q","rows":{rows},"cols":{rows},{rest}}}"#))
    };
    assert!(read(2, "[1.0]").is_ok());
    assert!(read(2, "[1.0, 2.0]").expect_err("rising").to_string().contains("larger than the one before it"));
    assert!(read(2, "[3.0, 2.0, 1.0]").is_err());
    let vast = read(1 << 62, "[1.0]").expect("one value and many zeros");
    assert_eq!((vast.spectrum().singular_values(), vast.spectrum().known_rank()), (&[1.0, 0.0][..], 1 << 62));
}
