//! Norms, biases and embeddings that the LoRA’s file takes over: the field that asks for them, and what they take.

use std::sync::Arc;

use leptos::prelude::*;

use super::found::{Paired, Wholes};
use super::options::WriteOptions;
use super::paired::list;
use super::state::PairPage;
use crate::format;
use crate::reading::protocol::Contents;
use crate::state::Page;

/// The field, where two checkpoints have such parameters.
#[component]
pub fn WholeField(page: Page) -> impl IntoView {
    let offer = Memo::new(move |_| {
        let offer = |paired: &Paired| page.pair.options.with(|options| Offer::new(options, paired));
        page.with_paired(offer).flatten()
    });
    let change = move |event| page.pair.options.update(|options| options.whole = event_target_checked(&event));
    move || {
        offer.get().map(|Offer { words, hint, refused, is_empty }| {
            view! {
                <div class="whole">
                    <label>
                        <input
                            id="write-whole"
                            type="checkbox"
                            disabled=is_empty
                            aria-describedby="whole-hint"
                            prop:checked=move || !is_empty && page.pair.options.with(|options| options.whole)
                            on:change=change
                        />
                        {words}
                    </label>
                    <p id="whole-hint" class="hint">{hint}</p>
                    <ul class="lists">{list("whole-refused", "Not taken over", refused)}</ul>
                </div>
            }
        })
    }
}

/// What can be taken over under the chosen names, in words.
#[derive(Clone, PartialEq)]
struct Offer {
    words: String,
    hint: String,
    refused: Vec<String>,
    is_empty: bool,
}

impl Offer {
    /// `None` where the models have no such parameters.
    fn new(options: &WriteOptions, paired: &Paired) -> Option<Self> {
        let wholes = options.wholes(paired).filter(|_| !paired.others.is_empty())?;
        let (count, refused) = (wholes.items.len(), wholes.refused.len());
        let size = match count {
            0 => "none".to_owned(),
            _ => format!("{}, {}", format::counted(count, "tensor"), format::bytes(options.whole_bytes(wholes))),
        };
        let who = match (options.names.as_str(), count) {
            _ if count + refused == 0 => "",
            ("kohya", _) => {
                "sd-scripts loads factors only and would ignore them: choose the names of PEFT or ComfyUI to take them over. "
            }
            (_, 0) => "The loader of these names can have none of them; the reasons are below. ",
            ("peft", _) => "PEFT loads them as they are in the tuned model (modules_to_save). ",
            _ => "ComfyUI adds their differences (.diff and .diff_b). ",
        };
        let same = match paired.unchanged {
            0 => String::new(),
            1 => "1 is the same in both models.".to_owned(),
            many => format!("{} are the same in both models.", format::count(many as u64)),
        };
        Some(Self {
            words: format!("Also take over norms, biases and embeddings: {size}"),
            hint: format!("{who}{same}").trim_end().to_owned(),
            refused: wholes.refused.clone(),
            is_empty: count == 0,
        })
    }
}

impl PairPage {
    /// The bytes that the ranks add theirs to: those of the open file, and of two checkpoints what is taken over whole.
    pub fn file_bytes(self, contents: RwSignal<Option<Arc<Contents>>>) -> Memo<u64> {
        Memo::new(move |_| {
            contents.with(|contents| {
                let Some(contents) = contents else { return 0 };
                let of = |paired: &Paired| self.options.with(|options| taken(options, paired).1);
                contents.file_bytes.saturating_add(contents.paired.as_ref().map_or(0, of))
            })
        })
    }
}

/// What is taken over, as the worker’s items with the memory that each takes, and the bytes of all.
pub fn taken(options: &WriteOptions, paired: &Paired) -> (Vec<(usize, u64)>, u64) {
    let wholes = options.wholes(paired).filter(|_| options.whole);
    wholes.map_or_else(Default::default, |wholes: &Wholes| (wholes.items.clone(), options.whole_bytes(wholes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired() -> Paired {
        let wholes = |items: usize, bytes, refused: &[&str]| Wholes {
            items: (0..items).map(|i| (i, 100)).collect(),
            bytes,
            refused: refused.iter().map(|why| (*why).to_owned()).collect(),
        };
        Paired {
            layers: 2,
            others: vec!["norm.weight".to_owned(), "q.bias".to_owned(), "ln.weight".to_owned()],
            unchanged: 1,
            wholes: vec![
                wholes(1, 2048, &["`q.bias`: beside factors"]),
                wholes(2, 8192, &[]),
                wholes(0, 0, &["`norm.weight`: factors only", "`q.bias`: factors only"]),
            ],
            ..Paired::default()
        }
    }

    #[test]
    fn what_is_offered_depends_on_the_names_and_says_why_not() {
        let offer = |names: &str| Offer::new(&WriteOptions::named(names), &paired()).expect("an offer");
        let (peft, comfyui, kohya) = (offer("peft"), offer("comfyui"), offer("kohya"));
        assert_eq!(peft.words, "Also take over norms, biases and embeddings: 1 tensor, 2.00 KiB");
        assert_eq!(peft.refused, ["`q.bias`: beside factors"]);
        assert_eq!(comfyui.words, "Also take over norms, biases and embeddings: 2 tensors, 8.00 KiB");
        assert!(comfyui.hint.ends_with("1 is the same in both models."));
        assert!(kohya.is_empty && kohya.hint.contains("sd-scripts loads factors only and would ignore them"));
        assert!(!peft.is_empty && !comfyui.is_empty);
        assert!(Offer::new(&WriteOptions::default(), &Paired::default()).is_none());
    }

    #[test]
    fn they_take_nothing_until_they_are_asked_for_and_what_their_loader_stores_then() {
        let options = |names: &str, dtype: &str, whole| WriteOptions {
            dtype: dtype.to_owned(),
            whole,
            ..WriteOptions::named(names)
        };
        assert_eq!(taken(&options("peft", "f32", false), &paired()), (Vec::new(), 0));
        assert_eq!(taken(&options("peft", "bf16", true), &paired()), (vec![(0, 100)], 2048));
        assert_eq!(taken(&options("comfyui", "f32", true), &paired()).1, 8192);
        assert_eq!(taken(&options("comfyui", "bf16", true), &paired()).1, 4096);
        assert_eq!(taken(&options("kohya", "f32", true), &paired()), (Vec::new(), 0));
    }
}
