//! A resized file: the best approximation of the old one, in the same layout.

use lora_rank_explorer::adapter::{Adapter, sample};
use safetensors::SafeTensors;

use crate::files::{Files, kohya_layer, open, peft_layer, problems};

/// The bytes of the resized file and the configuration that goes with it.
fn resized(bytes: &[u8], config: Option<&str>, ranks: &[usize]) -> (Vec<u8>, Option<String>) {
    let mut plan = open(bytes, config).expect("an adapter").resize(ranks).expect("a plan");
    let mut file = Vec::new();
    plan.write(&mut &bytes[..], &mut file).expect("a file");
    assert_eq!(file.len() as u64, plan.file_bytes());
    (file, plan.config().map(str::to_owned))
}

fn spectra(bytes: &[u8], adapter: &Adapter) -> Vec<Vec<f64>> {
    let spectrum = |layer: &lora_rank_explorer::adapter::Layer| {
        layer.read(&mut &bytes[..]).expect("factors").spectrum().expect("memory")
    };
    adapter.layers().iter().map(|layer| spectrum(layer).singular_values().to_vec()).collect()
}

fn mixed() -> Files {
    let files = kohya_layer(Files::default(), "lora_unet_a", "F32", [60, 6, 40]);
    let files = files.numbers("lora_unet_a.alpha", "F32", &[], &[3.0]);
    let files = kohya_layer(files, "lora_unet_b", "BF16", [31, 5, 7]).numbers("lora_unet_b.alpha", "BF16", &[], &[4.7]);
    let files = files.tensor("lora_unet_c.lora_down.weight", "F16", &[4, 3, 3, 3]);
    let files = files.tensor("lora_unet_c.lora_up.weight", "F16", &[9, 4, 1, 1]).tensor("odd", "U8", &[3]);
    files.entry(
        "__metadata__",
        r#"{"ss_network_dim":"6","ss_network_alpha":"3","sshs_model_hash":"x","modelspec.hash_sha256":"0x1","a":"b"}"#,
    )
}

#[test]
fn singular_values_up_to_the_rank_are_kept_and_the_others_are_0() {
    let bytes = mixed().bytes();
    let (file, _) = resized(&bytes, None, &[2, 2, 2]);
    let (before, after) = (open(&bytes, None).expect("old"), open(&file, None).expect("new"));
    assert_eq!(problems(&after), Vec::<String>::new());
    for (i, (old, new)) in spectra(&bytes, &before).iter().zip(spectra(&file, &after)).enumerate() {
        let unit = [2e-7, 2f64.powi(-7), 2f64.powi(-10)][i];
        assert!(new[2..].iter().all(|&value| value == 0.0));
        assert!(
            (0..2).all(|j| (old[j] - new[j]).abs() <= unit * old[0]),
            "layer {i}: {:?} and {:?}",
            &old[..2],
            &new[..2]
        );
    }
}

#[test]
fn the_reference_reader_accepts_the_file_and_its_names_dtypes_and_alignment_are_kept() {
    let bytes = mixed().bytes();
    let (file, _) = resized(&bytes, None, &[2, 1, 9]);
    let (old, new) = (SafeTensors::deserialize(&bytes).expect("old"), SafeTensors::deserialize(&file).expect("new"));
    assert_eq!(old.len(), new.len());
    let begin = file.as_ptr() as usize;
    for (name, before) in old.iter() {
        let after = new.tensor(name).expect("the same names");
        assert_eq!(after.dtype(), before.dtype());
        let offset = after.data().as_ptr() as usize - begin;
        assert_eq!(offset % (before.dtype().bitsize() / 8), 0, "{name} is aligned");
        if name.starts_with("lora_unet_c") || name == "odd" {
            assert_eq!((after.shape(), after.data()), (before.shape(), before.data()), "{name} stays as it is");
        }
    }
    assert_eq!(new.tensor("lora_unet_a.lora_down.weight").expect("A").shape(), [2, 40]);
    let (_, metadata) = SafeTensors::read_metadata(&file).expect("metadata");
    let metadata = metadata.metadata().clone().expect("kept");
    assert_eq!(metadata.get("ss_network_dim").map(String::as_str), Some("Dynamic"));
    assert_eq!((metadata.get("sshs_model_hash"), metadata.get("a").map(String::as_str)), (None, Some("b")));
}

#[test]
fn a_convolution_keeps_its_kernel() {
    let (file, _) = resized(&mixed().bytes(), None, &[6, 5, 1]);
    let adapter = open(&file, None).expect("an adapter");
    assert_eq!(adapter.layers()[2].down().shape(), [1, 3, 3, 3]);
    assert_eq!(adapter.layers()[2].up().shape(), [9, 1, 1, 1]);
}

#[test]
fn the_factors_make_up_for_an_alpha_that_its_dtype_rounds() {
    // BF16 holds 4.625 exactly, and 3/5 of it only rounded.
    let files = kohya_layer(Files::default(), "q", "F32", [31, 5, 7]).numbers("q.alpha", "BF16", &[], &[4.625]);
    let bytes = files.bytes();
    let (file, _) = resized(&bytes, None, &[3]);
    let (before, after) = (open(&bytes, None).expect("old"), open(&file, None).expect("new"));
    assert_ne!(before.layers()[0].scale(), after.layers()[0].scale());
    let (old, new) = (&spectra(&bytes, &before)[0], &spectra(&file, &after)[0]);
    assert!((0..3).all(|j| (old[j] - new[j]).abs() <= 2e-7 * old[0]), "{old:?} and {new:?}");
}

#[test]
fn a_missing_alpha_stays_missing() {
    let bytes = kohya_layer(Files::default(), "q", "F32", [9, 5, 7]).bytes();
    let (file, _) = resized(&bytes, None, &[3]);
    let after = open(&file, None).expect("new");
    assert_eq!((after.layers()[0].alpha(), after.layers()[0].scale().value()), (None, Some(1.0)));
}

#[test]
fn the_new_peft_configuration_has_the_new_ranks() {
    for (rslora, config) in [(false, ""), (true, r#", "use_rslora": true"#)] {
        let config = format!(r#"{{"z": [1, 2], "r": 6, "lora_alpha": 9, "rank_pattern": {{"q": 6}}{config}}}"#);
        let files = peft_layer(Files::default(), "a.q", "F32", [31, 6, 20]);
        let bytes = peft_layer(files, "a.k", "F32", [31, 6, 20]).bytes();
        let (file, new) = resized(&bytes, Some(&config), &[2, 6]);
        let new = new.expect("a configuration");
        let (before, after) = (open(&bytes, Some(&config)).expect("old"), open(&file, Some(&new)).expect("new"));
        assert_eq!(problems(&after), Vec::<String>::new(), "rslora: {rslora}");
        for (old, new) in before.layers().iter().zip(after.layers()) {
            let [old, new] = [old, new].map(|layer| layer.scale().value().expect("a scale"));
            assert!((old - new).abs() <= 1e-15 * old, "rslora: {rslora}");
        }
        let (old, now) = (spectra(&bytes, &before), spectra(&file, &after));
        assert!((0..2).all(|j| (old[0][j] - now[0][j]).abs() <= 2e-7 * old[0][0]));
        assert_eq!(old[1][..6], now[1][..6], "a layer that keeps its rank keeps its bytes");
        assert!(new.contains(r#""z": [1, 2]"#), "fields that mean nothing here stay: {new}");
    }
}

#[test]
fn patterns_of_unchanged_modules_are_kept() {
    let files = peft_layer(Files::default(), "q", "F32", [9, 5, 7]);
    let bytes = peft_layer(files, "dora", "F32", [9, 4, 7])
        .tensor("base_model.model.dora.lora_magnitude_vector", "F32", &[9])
        .bytes();
    let config = r#"{"r": 5, "lora_alpha": 5, "rank_pattern": {"dora": 4}, "alpha_pattern": {".*": 10}}"#;
    let (file, new) = resized(&bytes, Some(config), &[2]);
    let new = new.expect("a configuration");
    let after = open(&file, Some(&new)).expect("new");
    assert_eq!((after.layers().len(), after.layers()[0].scale().value()), (1, Some(2.0)));
    assert!(new.find("^q").expect("ours") < new.find("\"dora\"").expect("kept"), "ours come first: {new}");
}

#[test]
fn the_sample_is_the_same_on_every_platform_and_says_that_it_is_synthetic() {
    let sample = sample();
    let sum = sample.file.iter().fold(0u64, |sum, &byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    assert_eq!(format!("{:x} {}", sum, sample.file.len()), "467c28118c764835 515160");
    let adapter = open(&sample.file, Some(&sample.config)).expect("an adapter");
    assert!(adapter.header().metadata("note").is_some_and(|note| note.starts_with("synthetic")));
    let ranks: Vec<usize> = spectra(&sample.file, &adapter)
        .iter()
        .map(|values| {
            let energy = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
            (1..=16).find(|&r| energy(&values[..r]) >= 0.9 * energy(values)).unwrap_or(16)
        })
        .collect();
    assert!(ranks.iter().min() <= Some(&3) && ranks.iter().max() >= Some(&12), "something to choose: {ranks:?}");
}

#[test]
fn an_alpha_of_integers_stays_one_and_the_factors_make_up_for_rounding() {
    for (dtype, alpha, rank) in
        [("I64", 4.0, 3), ("I32", 5.0, 1), ("I8", -3.0, 2), ("U8", 1.0, 1), ("F64", 0.3, 2), ("F8_E5M2", 1.25, 3)]
    {
        let files = kohya_layer(Files::default(), "q", "F32", [31, 8, 12]).numbers("q.alpha", dtype, &[], &[alpha]);
        let bytes = files.bytes();
        let (file, _) = resized(&bytes, None, &[rank]);
        let (before, after) = (open(&bytes, None).expect("old"), open(&file, None).expect("new"));
        assert_eq!(problems(&after), Vec::<String>::new());
        let new = after.layers()[0].alpha().expect("an alpha stays one");
        assert!(new != 0.0 && (new < 0.0) == (alpha < 0.0), "{dtype}: {new}");
        assert!(dtype.starts_with('F') || new.fract() == 0.0, "{dtype}: {new}");
        let (old, now) = (&spectra(&bytes, &before)[0], &spectra(&file, &after)[0]);
        assert!((0..rank).all(|j| (old[j] - now[j]).abs() <= 1e-6 * old[0]), "{dtype}: {old:?} and {now:?}");
        assert!(now[rank..].iter().all(|&value| value == 0.0), "{dtype}");
    }
}

#[test]
fn weights_of_8_bits_are_rounded_to_nearest() {
    let bytes = kohya_layer(Files::default(), "q", "F8_E5M2", [9, 4, 7]).bytes();
    let (file, _) = resized(&bytes, None, &[2]);
    let (before, after) = (open(&bytes, None).expect("old"), open(&file, None).expect("new"));
    assert_eq!(after.layers()[0].up().dtype().to_string(), "F8_E5M2");
    let (old, new) = (&spectra(&bytes, &before)[0], &spectra(&file, &after)[0]);
    assert!((0..2).all(|j| (old[j] - new[j]).abs() <= 0.25 * old[0]), "{old:?} and {new:?}");
}
