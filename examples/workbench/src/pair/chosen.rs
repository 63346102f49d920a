//! The files that a person has chosen for base and tuned model.

use js_sys::Array;
use lora_rank_explorer::adapter::shard_of;
use lora_rank_explorer::checkpoint::Side;
use wasm_bindgen::JsValue;
use web_sys::File;

/// The files of a checkpoint, its index among them.
pub type Chosen = Vec<File>;

/// Both checkpoints, the base first, and how many singular values are computed of each layer.
#[derive(Clone)]
pub struct Models {
    pub files: [Chosen; 2],
    pub rank: usize,
}

impl Models {
    /// The files, if both sides have one with tensors.
    pub fn new(files: [Chosen; 2], rank: usize) -> Option<Self> {
        let is_there = |files: &Chosen| files.iter().any(|file| !is_index(&file.name()));
        files.iter().all(is_there).then_some(Self { files, rank })
    }

    pub fn file(&self, side: Side) -> &File {
        let files = &self.files[usize::from(side == Side::Tuned)];
        files.iter().find(|file| !is_index(&file.name())).unwrap_or(&files[0])
    }

    pub fn name(&self) -> String {
        let [base, tuned] = [Side::Base, Side::Tuned].map(|side| called(&self.file(side).name()));
        format!("{base} → {tuned}")
    }

    pub fn bytes(&self) -> f64 {
        self.files.iter().flatten().map(|file| file.size()).sum()
    }

    /// What the workers get.
    pub fn context(&self) -> Array {
        let context = Array::new();
        for files in &self.files {
            let (indices, others): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| is_index(&file.name()));
            context.push(&others.into_iter().collect::<Array>());
            context.push(&indices.first().map_or(JsValue::NULL, |index| JsValue::from(*index)));
        }
        context.push(&(self.rank as u32).into());
        context
    }
}

/// A model by the name of its first file, without the number of a part.
fn called(name: &str) -> String {
    match shard_of(name) {
        Some((_, of)) => format!("{} ({of} parts)", without_part(name)),
        None => name.to_owned(),
    }
}

/// `model` of `model-00001-of-00002.safetensors`, and of `model.safetensors`.
pub fn without_part(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let before = shard_of(name)
        .and_then(|_| stem.split("-of-").next())
        .map(|before| before.trim_end_matches(|c: char| c.is_ascii_digit()));
    before.map_or(stem, |before| before.trim_end_matches(['-', '_', '.']))
}

/// Whether a file is an index of shards.
pub fn is_index(name: &str) -> bool {
    name.ends_with(".json")
}

/// The files of a side once `new` ones are chosen: they replace the old ones, unless they are other parts of the same model.
pub fn joined(old: Chosen, new: Chosen) -> Chosen {
    let names = |files: &Chosen| files.iter().map(File::name).collect::<Vec<_>>();
    let (old_names, new_names) = (names(&old), names(&new));
    if !are_more_parts(&old_names, &new_names) {
        return new;
    }
    let kept = old.into_iter().filter(|file| !new_names.contains(&file.name()));
    let mut files: Chosen = kept.chain(new).collect();
    files.sort_by_key(File::name);
    files
}

/// Whether files of the `new` names belong to those of the `old` ones: an index alone, or parts of as many that are not there yet.
fn are_more_parts(old: &[String], new: &[String]) -> bool {
    let parts =
        |names: &[String]| names.iter().filter(|name| !is_index(name)).map(|name| shard_of(name)).collect::<Vec<_>>();
    let (old, new) = (parts(old), parts(new));
    let of = |parts: &[Option<(u32, u32)>]| parts.first().copied().flatten().map(|(_, of)| of);
    let is_other = |part: &Option<(u32, u32)>| part.is_some() && !old.contains(part);
    !old.is_empty() && (new.is_empty() || of(&old).is_some() && of(&old) == of(&new) && new.iter().all(is_other))
}

#[cfg(test)]
mod tests {
    use super::{are_more_parts, called, without_part};

    #[test]
    fn a_model_in_parts_is_called_by_what_they_share() {
        assert_eq!(called("model-00001-of-00002.safetensors"), "model (2 parts)");
        assert_eq!(called("my.model.safetensors"), "my.model.safetensors");
        assert_eq!((without_part("wan_00002-of-00003.safetensors"), without_part("a.b.safetensors")), ("wan", "a.b"));
    }

    #[test]
    fn a_missing_part_or_an_index_is_added_and_another_model_replaces_the_first() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = names(&["model-00001-of-00003.safetensors", "model.safetensors.index.json"]);
        assert!(are_more_parts(
            &first,
            &names(&["model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"])
        ));
        assert!(are_more_parts(&first, &names(&["model.safetensors.index.json"])));
        assert!(are_more_parts(&names(&["a.safetensors"]), &names(&["model.safetensors.index.json"])));
        for other in
            [&["model-00001-of-00003.safetensors"][..], &["model-00002-of-00004.safetensors"], &["b.safetensors"]]
        {
            assert!(!are_more_parts(&first, &names(other)), "{other:?}");
        }
        assert!(!are_more_parts(&[], &names(&["model.safetensors.index.json"])));
        assert!(!are_more_parts(&names(&["a.safetensors"]), &names(&["b.safetensors"])));
    }
}
