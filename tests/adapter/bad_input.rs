//! Every invalid file gets a message that names the location, and its valid parts are still read.

use std::ops::Range;

use lora_rank_explorer::adapter::{Adapter, Header, ReadBytes, Reason};

use crate::files::{Files, kohya_layer, open, peft, peft_layer, problems};

/// The problems of a file that also has a good layer.
fn beside_a_good_layer(config: Option<&str>, add: impl FnOnce(Files) -> Files) -> Vec<String> {
    let adapter = add(peft_layer(Files::default(), "good", "F32", [6, 2, 5])).open(config);
    assert!(adapter.layers().iter().any(|layer| layer.module() == "good"), "the good layer is read");
    problems(&adapter)
}

#[test]
fn a_file_that_is_not_safetensors_is_refused_with_the_reason() {
    let message = |bytes: &[u8]| open(bytes, None).expect_err("no safetensors file").to_string();
    assert_eq!(
        message(b"\x01\xff"),
        "the file: not a safetensors file: it ends after 2 of the 8 bytes that it must begin with"
    );
    assert_eq!(
        message(b"\x01\xff\x03\x04 unknown bytes"),
        format!(
            "the file: not a safetensors file: its header would have {} bytes, and there is room for 10",
            u64::from_le_bytes(*b"\x01\xff\x03\x04 unk")
        )
    );
    let mut huge = vec![0; 100];
    huge[7] = 0x80;
    assert!(message(&huge).contains("would have 9223372036854775808 bytes, and there is room for 92"));
    assert!(message(&[[3, 0, 0, 0, 0, 0, 0, 0].as_slice(), b"[1]"].concat()).contains("expected an object"));
    assert!(message(&[[2, 0, 0, 0, 0, 0, 0, 0].as_slice(), b"{\xff"].concat()).contains("not the JSON"));
}

#[test]
fn a_header_above_100_mb_is_refused() {
    let problem = Header::range(&200_000_000u64.to_le_bytes(), 1 << 40).expect_err("too long");
    assert_eq!(problem.reason, Reason::HeaderTooLong { header: 200_000_000, most: 100_000_000 });
}

#[test]
fn invalid_entries_are_set_aside_by_name() {
    let entry = |json: &'static str| beside_a_good_layer(None, move |files| files.entry("bad", json));
    let range = r#"{"dtype":"F32","shape":[1],"data_offsets":"#;
    assert_eq!(entry(r#"{"dtype":"F32"}"#).len(), 1);
    assert!(entry(r#"{"dtype":"F32"}"#)[0].starts_with("tensor `bad`: not the JSON that is expected: missing field"));
    assert!(entry(r#"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#)[0].contains("invalid value: integer `-1`"));
    let outside = beside_a_good_layer(None, |files| files.entry("bad", &format!("{range}[86,90]}}")));
    assert_eq!(outside, ["tensor `bad`: the header places its data in bytes 86 to 90 of 88"]);
    let backwards = beside_a_good_layer(None, |files| files.entry("bad", &format!("{range}[8,4]}}")));
    assert_eq!(backwards, ["tensor `bad`: the header places its data in bytes 8 to 4 of 88"]);
    let short = beside_a_good_layer(None, |files| files.data(3).entry("bad", &format!("{range}[88,91]}}")));
    assert_eq!(short[0], "tensor `bad`: shape and dtype need 4 bytes, but its data has 3");
    let large = r#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[88,88]}"#;
    assert_eq!(entry(large), ["tensor `bad`: shape and dtype need more than 2⁶⁴ bytes, but its data has 0"]);
    let twice = beside_a_good_layer(None, |files| files.tensor("bad", "F32", &[1]).tensor("bad", "F32", &[1]));
    assert_eq!(twice[0], "tensor `bad`: it appears twice");
    let metadata = beside_a_good_layer(None, |files| files.entry("__metadata__", r#"{"a": 1}"#));
    assert!(metadata[0].starts_with("the file's metadata, `a`: not the JSON"), "{metadata:?}");
    let metadata = beside_a_good_layer(None, |files| files.entry("__metadata__", "7"));
    assert!(metadata[0].starts_with("tensor `__metadata__`: not the JSON"), "{metadata:?}");
    let long = beside_a_good_layer(None, |files| files.entry("bad", &format!("[{}1]", "1,".repeat(3000))));
    assert_eq!(long, ["tensor `bad`: not the JSON that is expected: an entry of 6003 bytes"]);
}

#[test]
fn tensors_that_overlap_are_both_set_aside() {
    let overlap = r#"{"dtype":"F32","shape":[2],"data_offsets":[88,96]}"#;
    let found = beside_a_good_layer(None, |files| files.tensor("one", "F32", &[3]).entry("two", overlap));
    assert!(found.contains(&"tensor `one`: its data overlaps that of `two`".to_owned()), "{found:?}");
    assert!(found.contains(&"tensor `two`: its data overlaps that of `one`".to_owned()), "{found:?}");
}

#[test]
fn bytes_of_no_tensor_are_reported() {
    let found = beside_a_good_layer(None, |files| files.data(4).tensor("w", "F32", &[1]).data(2));
    assert_eq!(found[0], "the file: bytes 88 to 92 after the header belong to no tensor");
    assert_eq!(found[1], "the file: bytes 96 to 98 after the header belong to no tensor");
}

#[test]
fn factors_that_do_not_fit_are_named() {
    let pair = |down: &[usize], up: &[usize]| {
        let [a, b] = peft("bad");
        let found = beside_a_good_layer(None, |files| files.tensor(&a, "F32", down).tensor(&b, "F32", up));
        found.into_iter().next().expect("a problem")
    };
    assert!(
        pair(&[2, 5], &[6, 3])
            .ends_with("bad.lora_B.weight`: the shape is [6, 3], and [m, 2] or [m, 2, 1 …] is expected")
    );
    assert!(pair(&[2, 5, 3, 3], &[6, 2, 3, 1]).contains("lora_B.weight`: the shape is [6, 2, 3, 1]"));
    assert!(pair(&[10], &[6, 2]).contains("lora_A.weight`: the shape is [10]"));
    assert!(pair(&[0, 5], &[6, 0]).ends_with("lora_A.weight`: its rank is 0"));
    assert!(pair(&[2, 0], &[6, 2]).contains("lora_A.weight`: the shape is [2, 0], and sides of at least 1"));
    assert!(pair(&[2, 5], &[0, 2]).contains("lora_B.weight`: the shape is [0, 2], and sides of at least 1"));
}

#[test]
fn a_factor_without_the_other_is_named() {
    let [a, b] = peft("bad");
    let found = beside_a_good_layer(None, |files| files.tensor(&a, "F32", &[2, 5]));
    assert_eq!(found, [format!("tensor `{a}`: its other factor `{b}` is missing")]);
    let found = beside_a_good_layer(None, |files| files.tensor(&b, "F32", &[6, 2]));
    assert_eq!(found, [format!("tensor `{b}`: its other factor `{a}` is missing")]);
}

#[test]
fn a_module_with_factors_under_two_names_is_one_layer() {
    let files = kohya_layer(Files::default(), "q", "F32", [6, 2, 5]).numbers("q.alpha", "F32", &[], &[1.0]);
    let adapter =
        files.tensor("q_lora.down.weight", "F32", &[4, 5]).tensor("q_lora.up.weight", "F32", &[6, 4]).open(None);
    assert_eq!(adapter.layers().len(), 1);
    assert_eq!(problems(&adapter), ["tensor `q_lora.down.weight`: it appears twice"]);
}

#[test]
fn other_dtypes_are_named() {
    let found = beside_a_good_layer(None, |files| peft_layer(files, "bad", "F8_E8M0", [6, 2, 5]));
    let [a, _] = peft("bad");
    assert_eq!(
        found,
        [format!(
            "tensor `{a}`: the dtype F8_E8M0 is not supported: only F64, F32, F16, BF16, F8_E4M3 and F8_E5M2 are"
        )]
    );
}

#[test]
fn an_invalid_alpha_loses_only_its_layer() {
    let with = |shape: &'static [usize], numbers: &'static [f64]| {
        let found = beside_a_good_layer(None, |files| {
            kohya_layer(files, "bad", "F32", [6, 2, 5]).numbers("bad.alpha", "F32", shape, numbers)
        });
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    assert_eq!(with(&[], &[f64::NAN]), "tensor `bad.alpha`: number 1 is NaN, which is not finite");
    assert_eq!(with(&[2], &[1.0, 2.0]), "tensor `bad.alpha`: the shape is [2], and one number is expected");
}

#[test]
fn weights_that_are_not_finite_are_named_when_they_are_read() {
    for (value, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        let [a, b] = peft("bad");
        let files = peft_layer(Files::default(), "good", "BF16", [6, 2, 5]).tensor(&a, "BF16", &[1, 5]);
        let bytes = files.numbers(&b, "BF16", &[2, 1], &[1.0, value]).bytes();
        let adapter = open(&bytes, None).expect("an adapter");
        let problem = adapter.layers()[1].read(&mut &bytes[..]).expect_err("a weight that is not finite");
        assert_eq!(problem.to_string(), format!("tensor `{b}`: number 2 is {text}, which is not finite"));
        assert!(adapter.layers()[0].read(&mut &bytes[..]).is_ok());
    }
}

#[test]
fn an_invalid_configuration_is_named_by_its_field() {
    let with = |config: &str| beside_a_good_layer(Some(config), |files| files);
    assert!(with("{")[0].starts_with("adapter_config.json: not the JSON that is expected: EOF"));
    assert!(with("[]")[0].starts_with("adapter_config.json: not the JSON that is expected: invalid type"));
    assert!(with(r#"{"r": "two"}"#)[0].starts_with("adapter_config.json, `r`: not the JSON"));
    assert!(with(r#"{"r": 2, "lora_alpha": []}"#)[0].starts_with("adapter_config.json, `lora_alpha`: not the JSON"));
    assert!(with(r#"{"r": 2, "alpha_pattern": {"q": "x"}}"#)[0].starts_with("adapter_config.json, `alpha_pattern`"));
    assert_eq!(with(r#"{"r": 3}"#), ["module `good`: the configuration says rank 3, but the tensors have rank 2"]);
    assert_eq!(
        with(r#"{"r": 2, "rank_pattern": {"good": 5}}"#),
        ["module `good`: the configuration says rank 5, but the tensors have rank 2"]
    );
}

/// A source that changes under the reader.
enum Broken {
    Gone,
    Short,
}

impl ReadBytes for Broken {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        match self {
            Self::Gone => Err("the file has changed".to_owned()),
            Self::Short => Ok(vec![0; (range.end - range.start) as usize / 2]),
        }
    }
}

#[test]
fn a_failing_source_is_reported_at_every_step() {
    let header = |mut source| Adapter::open(&mut source, 1000, None).expect_err("no header").to_string();
    assert_eq!(header(Broken::Gone), "the file: bytes 0 to 8 cannot be read: the file has changed");
    assert_eq!(header(Broken::Short), "the file: 8 bytes were requested, but 4 were read");

    let files = kohya_layer(Files::default(), "q", "F32", [6, 2, 5]).numbers("q.alpha", "F32", &[], &[1.0]);
    let adapter = files.open(None);
    let layer = |mut source| adapter.layers()[0].read(&mut source).expect_err("no weights").to_string();
    assert!(layer(Broken::Gone).starts_with("tensor `q.lora_down.weight`: bytes "));
    assert_eq!(layer(Broken::Short), "tensor `q.lora_down.weight`: 40 bytes were requested, but 20 were read");
    let mut resized = adapter.resize(&[1]).expect("a plan");
    let problem = resized.write(&mut Broken::Short, &mut Vec::new()).expect_err("no weights");
    assert!(problem.to_string().contains("bytes were requested"));

    let bytes = files.bytes();
    let header = Header::read(&mut &bytes[..], bytes.len() as u64).expect("a header");
    let outline = lora_rank_explorer::adapter::Outline::new(header, None);
    let adapter = outline.finish(vec![Err("the file has changed".to_owned())]);
    assert_eq!(adapter.layers().len(), 0);
    assert!(problems(&adapter)[0].starts_with("tensor `q.alpha`: bytes "));
}

#[test]
fn a_lack_of_memory_is_reported() {
    // The header of a tensor of 2⁶² bytes, and a file that claims to be as long.
    let text = format!(r#"{{"w":{{"dtype":"BF16","shape":[{},2],"data_offsets":[0,{}]}}}}"#, 1u64 << 60, 1u64 << 62);
    let header = Header::parse(text.as_bytes(), u64::MAX / 2).expect("a header");
    let mut file = std::fs::File::open(file!()).expect("any file");
    let error = file.read_bytes(header.tensors()[0].range()).expect_err("no memory");
    assert!(error.starts_with("memory allocation failed"), "{error}");
    assert_eq!(Reason::OutOfMemory { bytes: 1 << 62 }.to_string(), "there is no memory for 4611686018427387904 bytes");
}
