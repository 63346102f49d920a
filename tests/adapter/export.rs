//! What is handed to other tools.

use lora_rank_explorer::Spectrum;
use lora_rank_explorer::adapter::{LayerSpectrum, csv};

use crate::files::{Files, kohya_layer, peft_layer};

#[test]
fn peft_patterns_fit_one_module_each_and_keep_its_scale() {
    let modules = ["layers.1.q", "encoder.layers.1.q", "layersX1.q"];
    let files = modules.iter().fold(Files::default(), |files, module| peft_layer(files, module, "F32", [6, 4, 5]));
    let adapter = files.open(Some(r#"{"r": 4, "lora_alpha": 6}"#));
    let patterns = adapter.peft_patterns(&[1, 2, 3]).expect("patterns");
    let config = format!(r#"{{"r": 9, "lora_alpha": 1, {}"#, &patterns[1..]);
    for (module, rank) in modules.iter().zip(1..) {
        let again = peft_layer(Files::default(), module, "F32", [6, rank, 5]).open(Some(&config));
        assert_eq!(again.layers()[0].scale(), 1.5, "{module}: {config}");
        assert!(again.problems().is_empty(), "{module}: {:?}", again.problems());
    }
    assert!(patterns.contains(": 3\n") && patterns.contains(": 4.5\n"), "whole numbers stay whole: {patterns}");
}

#[test]
fn kohya_arguments_name_the_usual_rank_and_the_others() {
    let files =
        ["lora_a", "lora_b", "lora_c"].iter().fold(Files::default(), |f, m| kohya_layer(f, m, "F32", [6, 4, 5]));
    let arguments = files.open(None).kohya_arguments(&[2, 3, 2]).expect("plain names");
    assert_eq!(arguments, "--network_dim=2 --network_alpha=2 --network_args 'network_reg_dims=^lora_b$=3'");
}

#[test]
fn names_that_mean_something_to_a_shell_are_refused() {
    let files = kohya_layer(Files::default(), "a", "F32", [6, 4, 5]);
    let adapter = kohya_layer(files, "'; echo hello", "F32", [6, 4, 5]).open(None);
    let problem = adapter.kohya_arguments(&[3, 2]).expect_err("not into a command line");
    assert!(problem.to_string().ends_with("the name has characters that mean something to a shell"));
}

#[test]
fn ranks_must_be_one_for_each_layer_and_not_zero() {
    let adapter = peft_layer(Files::default(), "q", "F32", [6, 4, 5]).open(Some("{}"));
    let none = "the file: 0 ranks were given for 1 layers";
    assert_eq!(adapter.peft_patterns(&[]).expect_err("too few").to_string(), none);
    assert_eq!(adapter.resize(&[]).expect_err("too few").to_string(), none);
    for zero in [adapter.peft_patterns(&[0]).map(|_| ()), adapter.resize(&[0]).map(|_| ())] {
        assert_eq!(zero.expect_err("rank 0").to_string(), "module `q`: its rank is 0");
    }
}

#[test]
fn spectra_open_again_with_every_bit() {
    let values = vec![1.0 / 3.0, 0.1 + 0.2, 5e-324, 0.0, 0.0];
    let spectrum = Spectrum::new(5, 9, values).expect("falling values");
    let layers = vec![LayerSpectrum::new("a, \"b\"".to_owned(), 3, 0.1, spectrum)];
    let json = serde_json::to_string(&layers).expect("JSON");
    assert_eq!(serde_json::from_str::<Vec<LayerSpectrum>>(&json).expect("the same"), layers);
    assert!(csv(&layers, &[2]).contains("\r\n\"a, \"\"b\"\"\",5,9,3,0.1,2,1,"), "{}", csv(&layers, &[2]));
}

#[test]
fn stored_spectra_that_cannot_be_are_refused() {
    let read = |rows: u64, values: &str| {
        let rest = format!(r#""rank":1,"scale":1,"singular_values":{values}"#);
        serde_json::from_str::<LayerSpectrum>(&format!(r#"{{"module":"q","rows":{rows},"cols":{rows},{rest}}}"#))
    };
    assert!(read(2, "[1.0]").is_ok());
    assert!(read(2, "[1.0, 2.0]").expect_err("rising").to_string().contains("larger than the one before it"));
    assert!(read(2, "[3.0, 2.0, 1.0]").is_err());
    assert!(read(1 << 62, "[1.0]").is_err(), "no memory for so many zeros");
}
