//! [`WriteOptions`]: how the LoRA is written, and the fields that say so.

use leptos::prelude::*;
use lora_rank_explorer::adapter::{FactorDtype, Names};
use lora_rank_explorer::checkpoint::{LoraOptions, SigmaSplit};
use serde::{Deserialize, Serialize};

use super::chosen::without_part;
use super::found::{Paired, Wholes};
use super::whole::WholeField;
use crate::state::Page;

/// A choice of the page: by name, with the words that it shows.
type Choice = (&'static str, &'static str);

pub const NAMES: [Choice; 3] =
    [("peft", "PEFT, with adapter_config.json"), ("comfyui", "ComfyUI"), ("kohya", "kohya (sd-scripts)")];
const DTYPES: [Choice; 3] =
    [("f32", "F32: nothing is lost"), ("f16", "F16: half the size"), ("bf16", "BF16: half the size")];
const SPLITS: [Choice; 2] = [("up", "with B, as PEFT and kohya"), ("both", "√Σ on both sides, as mergekit")];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WriteOptions {
    pub names: String,
    pub dtype: String,
    pub split: String,
    /// Whether norms, biases and embeddings are taken over.
    pub whole: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        let first = |choices: &[Choice]| choices[0].0.to_owned();
        Self { names: first(&NAMES), dtype: first(&DTYPES), split: first(&SPLITS), whole: false }
    }
}

impl WriteOptions {
    pub fn lora(&self) -> LoraOptions {
        let names = match self.names.as_str() {
            "comfyui" => Names::ComfyUi,
            "kohya" => Names::Kohya,
            _ => Names::Peft,
        };
        let dtype = match self.dtype.as_str() {
            "f16" => FactorDtype::F16,
            "bf16" => FactorDtype::Bf16,
            _ => FactorDtype::F32,
        };
        let split = if self.split == "both" { SigmaSplit::Both } else { SigmaSplit::Up };
        LoraOptions::default().names(names).dtype(dtype).split(split)
    }

    /// How many bytes a number takes.
    pub fn width(&self) -> u64 {
        if self.dtype == "f32" { 4 } else { 2 }
    }

    /// The options with these names, as [`NAMES`] has them.
    pub fn named(names: &str) -> Self {
        Self { names: names.to_owned(), ..Self::default() }
    }

    /// What of the parameters beside the layers is offered under the chosen names.
    pub fn wholes<'a>(&self, paired: &'a Paired) -> Option<&'a Wholes> {
        paired.wholes.get(NAMES.iter().position(|(name, _)| *name == self.names)?)
    }

    /// How many bytes those have in the file. PEFT’s are stored as in the tuned model, whatever the dtype of the factors.
    pub fn whole_bytes(&self, wholes: &Wholes) -> u64 {
        if self.names == "peft" { wholes.bytes } else { wholes.bytes / 4 * self.width() }
    }

    /// The name of the file as its loader looks for it; `tuned` is that of the tuned model.
    pub fn file_name(&self, tuned: &str) -> String {
        match self.names.as_str() {
            "peft" => "adapter_model.safetensors".to_owned(),
            _ => format!("{}-lora.safetensors", without_part(tuned)),
        }
    }
}

/// The fields, shown for two checkpoints.
#[component]
pub fn WriteFields(page: Page) -> impl IntoView {
    let is_pair = page.is_pair();
    let has_no_files =
        Memo::new(move |_| page.files.with(|files| files.as_ref().is_some_and(|files| files.models.is_none())));
    let field = move |id: &'static str, words: &'static str, choices: &'static [Choice], read: Read, write: Write| {
        let change = move |event| {
            page.pair.options.update(|options| write(options, event_target_value(&event)));
            page.set_width();
        };
        view! {
            <label>
                {words}
                <select id=id on:change=change prop:value=move || page.pair.options.with(|options| read(options).to_owned())>
                    {choices.iter().map(|(name, words)| view! { <option value=*name>{*words}</option> }).collect_view()}
                </select>
            </label>
        }
    };
    move || {
        is_pair.get().then(|| {
            view! {
                <section class="write" aria-labelledby="write-title">
                    <h3 id="write-title">"The LoRA’s file"</h3>
                    <div class="fields">
                        {field("write-names", "Names for", &NAMES, |it| &it.names, |it, name| it.names = name)}
                        {field("write-dtype", "Numbers in", &DTYPES, |it| &it.dtype, |it, name| it.dtype = name)}
                        {field("write-split", "Singular values", &SPLITS, |it| &it.split, |it, name| it.split = name)}
                    </div>
                    <WholeField page />
                    <p id="needs-files" class:hidden=move || !has_no_files.get()>
                        "Factors are computed from the weights: to write them, choose the files of both models again. What is known of \
                         their layers is not computed a second time."
                    </p>
                    // It changes too often to be announced.
                    <p>"Alpha is the rank in every layer, so that the scale is 1. Nothing is clamped."</p>
                </section>
            }
        })
    }
}

type Read = fn(&WriteOptions) -> &str;
type Write = fn(&mut WriteOptions, String);

impl Page {
    /// Sizes follow the chosen dtype.
    pub fn set_width(self) {
        let width = self.pair.options.with_untracked(WriteOptions::width);
        self.rows.update(|rows| {
            for row in rows.iter_mut().filter(|row| row.layer.is_difference()) {
                row.layer.bytes_per_rank =
                    (row.layer.rows as u64).saturating_add(row.layer.cols as u64).saturating_mul(width);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_name_that_its_loader_looks_for() {
        let named = |names: &str, tuned| WriteOptions::named(names).file_name(tuned);
        assert_eq!(named("peft", "model-00001-of-00002.safetensors"), "adapter_model.safetensors");
        assert_eq!(named("comfyui", "model-00001-of-00002.safetensors"), "model-lora.safetensors");
        assert_eq!(named("kohya", "my.style.safetensors"), "my.style-lora.safetensors");
    }
}
