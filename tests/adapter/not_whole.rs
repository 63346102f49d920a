//! Files that are cut off, saved without their weights, or one of several: said once, with what to do, and nothing is written.

use lora_rank_explorer::adapter::shard_of;

use crate::files::{Files, kohya_layer, open, peft, peft_layer, problems};

fn three() -> Files {
    ["a", "b", "c"].iter().fold(Files::default(), |files, module| {
        kohya_layer(files, module, "F32", [6, 2, 5]).numbers(&format!("{module}.alpha"), "F32", &[], &[1.0])
    })
}

#[test]
fn a_file_that_is_cut_off_says_so_once_and_keeps_its_whole_layers() {
    let bytes = three().bytes();
    let data = 3 * (40 + 48 + 4);
    let header = bytes.len() - data;
    let mut opened = [0; 4];
    for cut in header..bytes.len() {
        let adapter = open(&bytes[..cut], None).expect("a header");
        // A layer is whole with its alpha, without which its scale would be wrong.
        let whole = (cut - header) / 92;
        assert_eq!(adapter.layers().len(), whole, "{cut}");
        assert!(adapter.layers().iter().all(|layer| layer.scale().value() == Some(0.5)), "{cut}");
        opened[whole] += 1;
        let found = problems(&adapter);
        let [text] = &found[..] else { panic!("{cut}: {found:?}") };
        assert!(
            text.starts_with(&format!("the file is cut off: {cut} of {} bytes. Download it again", bytes.len())),
            "{text}"
        );
        assert!(adapter.header().is_cut_off());
        assert!(adapter.plain_tensors().is_empty(), "{cut}");
        let refused = adapter.resize(&vec![1; whole]).expect_err("nothing is written from it");
        assert_eq!(refused.to_string(), *text);
    }
    assert_eq!(opened, [92, 92, 92, 0]);
    let whole = open(&bytes, None).expect("an adapter");
    assert!(!whole.header().is_cut_off() && whole.problems().is_empty() && whole.resize(&[1, 1, 1]).is_ok());
}

#[test]
fn a_cut_within_the_header_is_said() {
    let bytes = three().bytes();
    let header = u64::from_le_bytes(*bytes.first_chunk().expect("a length"));
    for cut in 9..8 + header as usize {
        let expected =
            format!("the file is cut off within its header: {cut} of at least {} bytes. Download it again", header + 8);
        assert_eq!(open(&bytes[..cut], None).expect_err("no header").to_string(), expected);
    }
}

#[test]
fn a_tensor_far_outside_a_whole_file_is_no_cut() {
    let far = r#"{"dtype":"F32","shape":[2],"data_offsets":[1099511627776,1099511627784]}"#;
    let adapter = three().entry("far", far).open(None);
    assert_eq!(adapter.layers().len(), 3);
    let found = problems(&adapter);
    assert_eq!(found, ["tensor `far`: the header places its data in bytes 1099511627776 to 1099511627784 of 276"]);
}

#[test]
fn a_marker_that_is_cut_off_still_sets_its_module_aside() {
    let files = kohya_layer(Files::default(), "d", "F32", [6, 2, 5]).tensor("d.dora_scale", "F32", &[6]);
    let bytes = files.bytes();
    let adapter = open(&bytes[..bytes.len() - 1], None).expect("a header");
    assert!(adapter.layers().is_empty(), "without its magnitude, a DoRA layer would pass as LoRA");
    assert!(problems(&adapter).iter().any(|text| text.starts_with("module `d`: DoRA")), "{:?}", problems(&adapter));
}

#[test]
fn a_layer_whose_alpha_cannot_be_read_is_not_given_another_scale() {
    for alpha in [
        r#"{"dtype":"F32","shape":[],"data_offsets":[0,4]}"#,
        r#"{"dtype":"F32","shape":[],"data_offsets":[900,904]}"#,
        r#"{"dtype":"F32","shape":[],"data_offsets":[88,90]}"#,
        r#"{"dtype":"F32","shape":[]}"#,
    ] {
        let files = kohya_layer(Files::default(), "before", "F32", [1, 1, 1]);
        let adapter = kohya_layer(files, "q", "F32", [6, 2, 5]).entry("q.alpha", alpha).open(None);
        assert!(adapter.layers().iter().all(|layer| layer.module() != "q"), "{alpha}");
        let expected = "module `q`: its alpha, the tensor `q.alpha`, cannot be read, so its scale is unknown";
        assert!(problems(&adapter).contains(&expected.to_owned()), "{alpha}: {:?}", problems(&adapter));
    }
}

#[test]
fn weights_that_zero_3_has_not_gathered_are_named_once() {
    let files = ["a", "b", "c", "d"].iter().fold(Files::default(), |files, module| {
        let [a, b] = peft(module);
        files.tensor(&a, "BF16", &[0]).tensor(&b, "BF16", &[0])
    });
    let only = problems(&files.open(Some(r#"{"r": 2}"#)));
    assert_eq!(only.len(), 1);
    assert!(only[0].starts_with("the file: 8 of 8 tensors are empty, of shape [0], as DeepSpeed ZeRO-3"), "{only:?}");
    let beside = peft_layer(files, "good", "F32", [6, 2, 5]).open(None);
    assert_eq!((beside.layers().len(), problems(&beside).len()), (1, 1));
    // An empty tensor that is no factor is no sign of it.
    let other = peft_layer(Files::default().tensor("unused", "F32", &[0]), "good", "F32", [6, 2, 5]).open(None);
    assert_eq!((other.layers().len(), problems(&other).len()), (1, 0));
}

#[test]
fn a_file_without_tensors_says_so() {
    for files in [Files::default(), Files::default().entry("__metadata__", r#"{"format":"pt"}"#)] {
        assert_eq!(problems(&files.open(None)), ["the file: there are no tensors in it: nothing was saved"]);
    }
    assert_eq!(problems(&three().open(None)), Vec::<String>::new());
}

#[test]
fn many_factors_without_their_other_one_are_perhaps_a_part_of_several_files() {
    let halves = |count: usize| {
        let files = peft_layer(Files::default(), "good", "F32", [6, 2, 5]);
        (0..count).fold(files, |files, i| files.tensor(&peft(&format!("m{i}"))[i % 2], "F32", &[2, 5])).open(None)
    };
    let guess = "perhaps a part of a model in several files?";
    assert!(!problems(&halves(2)).iter().any(|text| text.ends_with(guess)));
    let found = problems(&halves(5));
    assert_eq!(found.len(), 6);
    assert_eq!(found[5], format!("the file: 5 factors are without their other one: {guess}"));
}

#[test]
fn the_name_of_a_shard_says_which_it_is() {
    let names = [
        ("model-00001-of-00002.safetensors", Some((1, 2))),
        ("adapter_model-00012-of-00012.safetensors", Some((12, 12))),
        ("diffusion_pytorch_model-00001-of-00003.fp16.safetensors", Some((1, 3))),
        ("model_00001-of-00004", Some((1, 4))),
        ("lora-1-of-2 (1).safetensors", Some((1, 2))),
        ("best-of-the-00001-of-00002.bin", Some((1, 2))),
        ("model-00003-of-00002.safetensors", None),
        ("model-00000-of-00002.safetensors", None),
        ("model-00001-of-00001.safetensors", None),
        ("best-of-2.safetensors", None),
        ("v1-of-2x.safetensors", None),
        ("é1-of-2.safetensors", None),
        ("-99999999999999999999-of-2", None),
        ("-of-", None),
        ("", None),
    ];
    for (name, expected) in names {
        assert_eq!(shard_of(name), expected, "{name}");
    }
}
