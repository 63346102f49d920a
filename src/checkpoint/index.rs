//! `model.safetensors.index.json`: which file holds which tensor.

use serde_json::Value;

use super::problem::CheckpointProblem;
use crate::adapter::file::entries::Entries;

/// The tensors of an index with the names of their files, without folders.
pub(super) struct Index(Vec<(String, String)>);

impl Index {
    pub(super) fn parse(text: &str) -> Result<Self, CheckpointProblem> {
        let refused = |error: String| CheckpointProblem::Index(error);
        let fields: Entries<Value> = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
        let map = fields.get("weight_map").ok_or_else(|| refused("it has no `weight_map`".to_owned()))?;
        let map = map.as_object().ok_or_else(|| refused("`weight_map` is not an object".to_owned()))?;
        let entry = |(tensor, file): (&String, &Value)| match file.as_str() {
            Some(file) => Ok((tensor.clone(), base_name(file).to_owned())),
            None => Err(refused(format!("the file of `{tensor}` is not a text"))),
        };
        Ok(Self(map.iter().map(entry).collect::<Result<_, _>>()?))
    }

    /// The files, each once, with their tensors, in the order in which they are first named.
    pub(super) fn files(&self) -> Vec<(&str, Vec<String>)> {
        let mut files: Vec<(&str, Vec<String>)> = Vec::new();
        for (tensor, file) in &self.0 {
            match files.iter_mut().find(|(name, _)| name == file) {
                Some((_, tensors)) => tensors.push(tensor.clone()),
                None => files.push((file, vec![tensor.clone()])),
            }
        }
        files
    }
}

/// The name of a file without its folders: a page is given no more.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
