//! The reader answers any input: no panic, and no range outside the file.

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Header, Names, ResizeOptions, Tensor, sample};
use proptest::prelude::*;
use safetensors::SafeTensors;

use crate::files::{Files, kohya_layer, peft_layer};

const CONFIG: &str =
    r#"{"r": 2, "lora_alpha": 4, "rank_pattern": {"q": 3}, "alpha_pattern": {"a.*": 1}, "use_rslora": true}"#;

/// Those whose lengths are checked.
const DTYPES: [&str; 16] = [
    "F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL",
    "F32",
];

fn valid() -> Vec<u8> {
    let files = peft_layer(Files::default(), "a.q", "BF16", [4, 2, 3]);
    let files = kohya_layer(files, "lora_x", "F16", [3, 1, 4]).numbers("lora_x.alpha", "F32", &[], &[1.0]);
    files.tensor("plain", "F32", &[2, 2]).tensor("h.hada_w1_a", "F32", &[3]).bytes()
}

fn options() -> [ResizeOptions; 4] {
    let new = ResizeOptions::new;
    [
        new(),
        new().bake_scale().dtype(FactorDtype::F16),
        new().names(Names::Peft).cap_singular_values(0.5),
        new().names(Names::Kohya).dtype(FactorDtype::Bf16).round_ranks_up_to([2, 4]),
    ]
}

/// Does everything that can be done with a file.
fn exercise(bytes: &[u8], config: Option<&str>) -> Option<Adapter> {
    let mut source = bytes;
    let adapter = Adapter::open(&mut source, bytes.len() as u64, config).map_err(|problem| problem.to_string()).ok()?;
    for problem in adapter.problems() {
        assert!(!problem.to_string().is_empty());
    }
    for tensor in adapter.header().tensors() {
        assert!(tensor.range().start <= tensor.range().end && tensor.range().end <= bytes.len() as u64);
    }
    for layer in adapter.layers() {
        if let Ok(delta) = layer.read(&mut source) {
            assert_eq!(delta.spectrum().expect("memory").max_rank(), layer.rows().min(layer.cols()));
        }
    }
    let ranks = vec![1; adapter.layers().len()];
    let _ = adapter.module_ranks(&ranks);
    for options in options() {
        let Ok(mut plan) = adapter.resize_with(&ranks, &options) else { continue };
        let mut file = Vec::new();
        if plan.write(&mut source, &mut file).is_ok() {
            assert_eq!(file.len() as u64, plan.file_bytes());
            // A tensor of an unknown dtype, whose length is not checked, is copied as it is.
            let known = |tensor: &Tensor| tensor.dtype().bytes().is_some();
            if adapter.header().tensors().iter().all(known) {
                SafeTensors::deserialize(&file).expect("what is written is valid, whatever was read");
            }
        }
    }
    Some(adapter)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_valid_file_with_changed_bytes_is_answered(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        with_config in any::<bool>(),
    ) {
        let mut bytes = valid();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        exercise(&bytes, with_config.then_some(CONFIG));
    }

    #[test]
    fn a_header_with_changed_numbers_is_answered(
        numbers in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![0u64..100, any::<u64>()]), 1..4),
    ) {
        let bytes = valid();
        let length = u64::from_le_bytes(*bytes.first_chunk().expect("a prefix")) as usize;
        let text = String::from_utf8(bytes[8..8 + length].to_vec()).expect("JSON");
        let mut parts: Vec<String> = text.split_inclusive(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect();
        for (at, number) in numbers {
            let places: Vec<usize> = (0..parts.len()).filter(|&i| parts[i].starts_with(|c: char| c.is_ascii_digit())).collect();
            let place = places[at.index(places.len())];
            let rest = parts[place].trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
            parts[place] = format!("{number}{rest}");
        }
        let text = parts.concat();
        let bytes = [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &bytes[8 + length..]].concat();
        exercise(&bytes, Some(CONFIG));
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise(&bytes, None);
        let text = [&(bytes.len() as u64).to_le_bytes()[..], &bytes].concat();
        exercise(&text, None);
    }

    #[test]
    fn any_bytes_after_those_of_another_kind_of_file_are_answered(
        begin in prop::sample::select(vec![
            &b"version https://git-lfs.github.com/spec/v1\n"[..], b"<html><title", b"<?xml<code", b"{\"error\": ", b"[{\"", b"PK\x03\x04",
            b"\x80\x02", b"GGUF", b"\xef\xbb\xbf", b"size ",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        text in "[<>/a-z{}\\[\\]\": 0-9\n]{0,60}",
    ) {
        for bytes in [[begin, &bytes].concat(), [begin, text.as_bytes()].concat()] {
            let problem = Adapter::open(&mut &bytes[..], bytes.len() as u64, None).map(drop);
            if let Err(problem) = problem {
                let text = problem.to_string();
                prop_assert!(text.len() < 2000 && !text.contains(char::is_control), "{}", text);
            }
        }
    }

    #[test]
    fn any_configuration_is_answered(
        text in ".{0,60}",
        value in prop_oneof![Just("null".to_owned()), Just("-1".to_owned()), Just("1e308".to_owned()), "[0-9]{1,30}", "\"[a-z(|)*+?\\[\\]{}^$.]{0,12}\""],
        key in "[a-z(|)*+?.^$]{0,12}",
        field in prop::sample::select(vec!["r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern", "peft_type"]),
    ) {
        let bytes = valid();
        exercise(&bytes, Some(&text)).expect("the tensors are as they were");
        exercise(&bytes, Some(&format!(r#"{{"{field}": {value}}}"#))).expect("the tensors are as they were");
        exercise(&bytes, Some(&format!(r#"{{"{field}": {{"{key}": {value}}}}}"#))).expect("the tensors are as they were");
    }

    #[test]
    fn a_file_has_no_problems_exactly_if_the_reference_reader_accepts_it(
        shapes in prop::collection::vec((0usize..4, 0usize..4, prop::sample::select(DTYPES.to_vec())), 0..5),
        gap in prop::option::of(0usize..3),
    ) {
        let mut files = Files::default();
        for (i, (rows, cols, dtype)) in shapes.iter().enumerate() {
            files = files.tensor(&format!("w{i}"), dtype, &[*rows, *cols]);
        }
        let bytes = files.data(gap.unwrap_or(0)).bytes();
        let header = Header::read(&mut &bytes[..], bytes.len() as u64).expect("a header");
        prop_assert_eq!(SafeTensors::deserialize(&bytes).is_ok(), header.problems().is_empty());
        prop_assert_eq!(header.tensors().len(), shapes.len());
    }
}

#[test]
fn truncating_the_sample_anywhere_is_reported() {
    let sample = sample();
    let mut opened = 0;
    for cut in (0..sample.file.len()).step_by(9973) {
        let bytes = &sample.file[..cut];
        if let Ok(adapter) = Adapter::open(&mut &bytes[..], cut as u64, Some(&sample.config)) {
            assert!(!adapter.problems().is_empty(), "a cut is noticed");
            opened += 1;
        }
    }
    assert!(opened > 40, "{opened} of the cuts are behind the header");
}
