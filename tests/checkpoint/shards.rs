//! Models in several files, with and without an index.

use lora_rank_explorer::checkpoint::{Checkpoint, CheckpointProblem, sample};

use crate::files::Files;
use crate::models::{Model, paired};

fn said(model: &Model) -> Vec<String> {
    model.open().problems().iter().map(ToString::to_string).collect()
}

fn tensors(model: &Model) -> usize {
    model.open().tensors().len()
}

#[test]
fn all_shards_are_read_with_an_index_and_without() {
    let mut model = Model::from(sample().base);
    assert_eq!((tensors(&model), said(&model)), (20, vec![]));
    model.index = None;
    assert_eq!((tensors(&model), said(&model)), (20, vec![]));
    // The order of the files is the person's.
    model.files.reverse();
    assert_eq!(tensors(&model), 20);
    model.files.iter_mut().for_each(|(name, _)| *name = format!("models/llama/{name}"));
    model.index = Some(sample().base.index);
    assert_eq!((tensors(&model), said(&model)), (20, vec![]), "folders do not count");
}

#[test]
fn a_missing_shard_is_named_with_the_tensors_that_it_takes_along() {
    let mut model = Model::from(sample().base);
    model.files.truncate(1);
    let says = said(&model);
    assert_eq!(says.len(), 1);
    assert!(
        says[0].starts_with("`model-00002-of-00002.safetensors` is missing, and with it 10 tensors: `model."),
        "{says:?}"
    );
    assert!(says[0].ends_with("Add that file"), "{says:?}");
    assert_eq!(tensors(&model), 10);
    model.index = None;
    let says = said(&model);
    assert!(says[0].starts_with("part 2 of 2 is missing; which tensors it holds is not known"), "{says:?}");
    model.files[0].0 = "model-00003-of-99999.safetensors".to_owned();
    let says = said(&model);
    assert!(says[0].starts_with("parts 1, 2, 4 and 99995 more of 99999 are missing"), "{says:?}");
}

/// Without its scale, a weight of eight bits would be wrong by any factor.
#[test]
fn a_weight_of_eight_bits_whose_scale_is_known_to_be_missing_is_not_read() {
    let weight = |name: &str| Files::default().numbers(name, "F8_E5M2", &[2, 2], &[1.0, 2.0, -4.0, 0.5]);
    let scale = |name: &str| Files::default().numbers(name, "F32", &[1], &[0.5]);
    let base = Model::one(&weight("q.weight").tensor("k.weight", "F32", &[2, 2]));
    let file = |part: usize, files: &Files| (format!("model-0000{part}-of-00002.safetensors"), files.bytes());
    let first = weight("q.weight").tensor("k.weight", "F32", &[2, 2]);
    let index = r#"{"weight_map": {"q.weight": "model-00001-of-00002.safetensors",
        "k.weight": "model-00001-of-00002.safetensors", "q.weight_scale": "model-00002-of-00002.safetensors"}}"#;
    let with = |files: Vec<(String, Vec<u8>)>, index: Option<&str>| Model { files, index: index.map(str::to_owned) };
    let second = file(2, &scale("q.weight_scale"));
    for (tuned, why) in [
        (with(vec![file(1, &first)], Some(index)), "scaled by `q.weight_scale`, which is missing or cannot be read"),
        (with(vec![file(1, &first)], None), "it has eight bits, and its scales may be in a part that is missing"),
        (
            Model::one(&first.clone().entry("q.weight_scale", r#"{"dtype":"F32"}"#)),
            "scaled by `q.weight_scale`, which is missing or cannot be read",
        ),
        (
            with(
                vec![
                    file(1, &scale("q.weight_scale").numbers("q.weight", "F8_E5M2", &[2, 2], &[1.0; 4])),
                    second.clone(),
                ],
                None,
            ),
            "scaled by `q.weight_scale`, which is missing or cannot be read",
        ),
        (
            Model::one(&first.clone().numbers("q.scale", "F32", &[1], &[0.5])),
            "scaled by `q.scale`, in a way that is not known",
        ),
    ] {
        let pairing = paired(&base, &tuned);
        let said: Vec<String> = pairing.unusable().iter().map(ToString::to_string).collect();
        assert!(
            said.len() == 1 && said[0].starts_with("`q.weight`: in the tuned model") && said[0].contains(why),
            "{said:?}"
        );
    }
    // Bytes that belong to no tensor take nothing along; nor are scales looked for of what is no weight.
    let odd = Model::one(&first.clone().data(3));
    assert_eq!((paired(&base, &odd).pairs().len(), odd.open().problems().len()), (2, 1));
    let bias = with(vec![file(1, &Files::default().numbers("q.bias", "F8_E5M2", &[4], &[1.0; 4]))], None);
    assert_eq!((paired(&bias, &bias).pairs().len(), bias.open().problems().len()), (1, 1));
    let whole = with(vec![file(1, &first), second], Some(index));
    assert_eq!((paired(&base, &whole).pairs().len(), paired(&base, &whole).unusable().len()), (2, 0));
}

#[test]
fn an_index_that_names_none_of_the_files_is_an_error_that_says_what_to_do() {
    let mut model = Model::from(sample().base);
    model.files.iter_mut().for_each(|(name, _)| *name = format!("other-{name}"));
    let error = model.try_open().expect_err("another model's index").to_string();
    assert!(error.starts_with("the index names `model-00001-of-00002.safetensors`, "), "{error}");
    assert!(
        error.contains("`other-model-00001-of-00002.safetensors`") && error.ends_with("or leave the index out"),
        "{error}"
    );
    for (index, says) in [
        ("[]", "the index is not the JSON that is expected"),
        ("{}", "it has no `weight_map`"),
        (r#"{"weight_map": 3}"#, "`weight_map` is not an object"),
        (r#"{"weight_map": {"a": 3}}"#, "the file of `a` is not a text"),
        (r#"{"weight_map": {}}"#, "the index names no file"),
    ] {
        model.index = Some(index.to_owned());
        let error = model.try_open().expect_err(index).to_string();
        assert!(error.contains(says), "{error}");
    }
    model.files.clear();
    assert_eq!(model.try_open().expect_err("nothing"), CheckpointProblem::NoFiles);
}

#[test]
fn a_file_that_the_index_does_not_name_is_not_read_and_tensors_that_it_misplaces_are_named() {
    let files = Files::default().tensor("a.weight", "F32", &[2, 2]);
    let mut model = Model::one(&files);
    model.files.push(("consolidated.safetensors".to_owned(), files.bytes()));
    model.index =
        Some(r#"{"weight_map": {"a.weight": "model.safetensors", "b.weight": "model.safetensors"}}"#.to_owned());
    let says = said(&model);
    assert_eq!(tensors(&model), 1);
    assert!(says[0].starts_with("the index places 1 tensor in `model.safetensors`, which does not hold"), "{says:?}");
    assert!(
        says[1].starts_with("`consolidated.safetensors` is not read, since the index does not name it"),
        "{says:?}"
    );
}

#[test]
fn a_tensor_in_two_files_is_not_guessed() {
    let files = Files::default().tensor("a.weight", "F32", &[2, 2]).tensor("b.weight", "F32", &[2, 2]);
    let mut model = Model::one(&files);
    let other = Files::default().tensor("a.weight", "F32", &[2, 2]).tensor("c.weight", "F32", &[2, 2]);
    model.files.push(("other.safetensors".to_owned(), other.bytes()));
    let says = said(&model);
    assert_eq!(tensors(&model), 2);
    assert_eq!(
        says,
        [
            "1 tensor stands in `model.safetensors` and in `other.safetensors`, and is not used: `a.weight`. Choose one of the two files"
        ]
    );
    // The same file twice.
    model.files[1] = model.files[0].clone();
    assert_eq!(tensors(&model), 0);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_read() {
    let mut model = Model::from(sample().base);
    model.files[1].1 = b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n".to_vec();
    let says = said(&model);
    assert!(says[0].starts_with("`model-00002-of-00002.safetensors`: the file: "), "{says:?}");
    assert_eq!((tensors(&model), says.len()), (10, 1));
    model.files.remove(0);
    model.index = None;
    model.files[0].0 = "model.safetensors".to_owned();
    let error = model.try_open().expect_err("nothing is left").to_string();
    assert!(error.starts_with("`model.safetensors`: the file: "), "{error}");
    // Cut off: what lies whole in it is read.
    let mut model = Model::from(sample().base);
    let half = model.files[1].1.len() / 2;
    model.files[1].1.truncate(half);
    let found = tensors(&model);
    assert!((11..20).contains(&found) && said(&model)[0].contains("is cut off"), "{found}");
}

#[test]
fn a_quantised_model_is_named() {
    for (name, by) in [
        ("a.weight.quant_state.bitsandbytes__nf4", "bitsandbytes (NF4)"),
        ("a.qweight", "GPTQ or AWQ"),
        ("a.weight_packed", "compressed-tensors"),
    ] {
        let files = Files::default().tensor("a.weight", "U8", &[8, 1]).tensor(name, "I32", &[2, 2]);
        let says = said(&Model::one(&files));
        assert_eq!(says.len(), 1);
        assert!(says[0].starts_with(&format!("1 weight is quantised by {by}")), "{says:?}");
    }
}

#[test]
fn a_checkpoint_knows_the_files_of_its_tensors() {
    let checkpoint: Checkpoint = Model::from(sample().base).open();
    let (file, tensor) = checkpoint.tensors().next().expect("a tensor");
    assert_eq!((file, tensor.name()), (0, "model.embed_tokens.weight"));
    assert_eq!(checkpoint.files()[1], "model-00002-of-00002.safetensors");
}
