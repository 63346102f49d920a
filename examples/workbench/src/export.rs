//! The exports as text: ranks for training tools, a table, the spectra.

use download::save;
use leptos::prelude::*;
use lora_rank_explorer::adapter::{LayerSpectrum, csv};
use lora_rank_explorer::{ModuleRank, ModuleRankError, kohya_arguments, peft_patterns};

use crate::layer_row::LayerRow;
use crate::pair::found::Saved;
use crate::reading::blob::words;
use crate::save::name_of;
use crate::state::Page;

#[derive(Clone, Copy)]
enum ExportKind {
    Peft,
    Kohya,
    Csv,
    Spectra,
}

const KINDS: [(ExportKind, &str, &str, &str); 4] = [
    (
        ExportKind::Peft,
        "peft",
        "the PEFT patterns",
        "rank_pattern and alpha_pattern for LoraConfig, which keep every layer's scale",
    ),
    (
        ExportKind::Kohya,
        "kohya",
        "the kohya arguments",
        "network_dim and, for networks.lora_flux and lora_hunyuan_image of sd-scripts, network_reg_dims, with one alpha for all layers",
    ),
    (ExportKind::Csv, "csv", "the table", "CSV of all layers: shape, rank, energy, residuals"),
    (ExportKind::Spectra, "spectra", "the spectra", "JSON of all singular values; this page can open it again"),
];

impl ExportKind {
    /// What the file holds, as its name says it.
    fn contents(self) -> &'static str {
        match self {
            Self::Peft => "peft-patterns",
            Self::Kohya => "kohya-arguments",
            Self::Csv => "layers",
            Self::Spectra => "spectra",
        }
    }
}

/// Whose names the modules have: settings for a tool that calls them otherwise would apply to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// `lora_unet_down_blocks_0_…`: paths with underscores, as sd-scripts and LyCORIS write them.
    Kohya,
    Other,
}

impl Names {
    fn of<'a>(mut modules: impl Iterator<Item = &'a str>) -> Self {
        let is_kohya =
            |module: &str| !module.contains('.') && ["lora_", "lycoris_"].iter().any(|mark| module.contains(mark));
        if modules.any(is_kohya) { Self::Kohya } else { Self::Other }
    }
}

#[component]
pub fn Export(page: Page) -> impl IntoView {
    let error = RwSignal::new(String::new());
    // Without a result there is nothing to save but the spectra.
    let cannot = move |kind| !matches!(kind, ExportKind::Spectra) && page.ranks.with(|ranks| ranks.refused.is_some());
    let export = move |kind: ExportKind| {
        if untrack(|| cannot(kind)) {
            return;
        }
        let (ending, mime) = match kind {
            ExportKind::Csv => ("csv", "text/csv"),
            ExportKind::Kohya => ("txt", "text/plain"),
            ExportKind::Peft | ExportKind::Spectra => ("json", "application/json"),
        };
        let name = name_of(page, &format!("{}.{ending}", kind.contents()));
        let saved = text(page, kind).and_then(|text| save(&name, mime, &text).map_err(|error| words(&error)));
        if saved.is_ok() {
            page.set_saved();
        }
        error.set(saved.err().unwrap_or_default());
    };
    let is_pair = page.is_pair();
    let names = Memo::new(move |_| page.rows.with(|rows| Names::of(rows.iter().map(|row| row.layer.module.as_str()))));
    let applies = move |kind| match kind {
        ExportKind::Peft => names.get() != Names::Kohya,
        ExportKind::Kohya => names.get() == Names::Kohya,
        ExportKind::Csv | ExportKind::Spectra => true,
    };
    let kinds = KINDS.map(|(kind, id, name, words)| {
        view! {
            <li class:hidden=move || !applies(kind)>
                <button id=format!("export-{id}") aria-disabled=move || cannot(kind).then_some("true") on:click=move |_| export(kind)>
                    {format!("Save {name}")}
                </button>
                <span>{words}</span>
            </li>
        }
    });
    view! {
        <section class="export" aria-label="Save the results">
            <p>
                {move || if is_pair.get() {
                    "The LoRA holds the best approximation of the difference at the chosen ranks. Or take the ranks to the tool that trains."
                } else {
                    "The resized adapter holds the best approximation at the chosen ranks, in the file's dtype and for the same loaders. \
                     Or take the ranks to the tool that trains."
                }}
            </p>
            <ul>
                {kinds.collect_view()}
            </ul>
            <p class="bad" role="alert">{error}</p>
        </section>
    }
}

fn text(page: Page, kind: ExportKind) -> Result<String, String> {
    page.ranks.with_untracked(|ranks| {
        page.rows.with_untracked(|rows| {
            let known: Vec<(LayerSpectrum, usize)> = (rows.iter().zip(&ranks.chosen))
                .filter_map(|(row, &rank)| Some((row.known()?.layer.clone(), rank)))
                .collect();
            let modules = || {
                let module = |(layer, rank): &(LayerSpectrum, usize)| layer.module_rank(*rank);
                // Rank 0: a layer that is left out.
                known
                    .iter()
                    .filter(|(_, rank)| *rank > 0)
                    .map(module)
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|error| format!("{error}."))
            };
            let (layers, chosen): (Vec<LayerSpectrum>, Vec<usize>) = known.iter().cloned().unzip();
            Ok(match kind {
                ExportKind::Peft => peft_patterns(&modules()?),
                ExportKind::Kohya => kohya(&modules()?).map_err(|error| format!("{error}."))?,
                ExportKind::Csv => csv(&layers, &chosen),
                ExportKind::Spectra => {
                    let saved: Vec<Saved> = rows
                        .iter()
                        .filter_map(LayerRow::known)
                        .map(|known| Saved { layer: &known.layer, floor: known.floor.as_ref() })
                        .collect();
                    serde_json::to_string(&saved).map_err(|error| error.to_string())?
                }
            })
        })
    })
}

/// Sets the most common rank and its alpha for all modules, and lists the modules with other ranks by name.
fn kohya(modules: &[ModuleRank]) -> Result<String, ModuleRankError> {
    let count = |rank: usize| modules.iter().filter(|module| module.rank() == rank).count();
    let usual = modules.iter().max_by_key(|module| count(module.rank()));
    let (rank, alpha) = usual.map_or((1, 1.0), |module| (module.rank(), module.alpha()));
    let others: Vec<ModuleRank> = modules.iter().filter(|module| module.rank() != rank).cloned().collect();
    kohya_arguments(rank, alpha, &others)
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn the_names_tell_which_tool_the_settings_are_for() {
        for (module, names) in [
            ("lora_unet_down_blocks_0_attentions_0_proj_in", Names::Kohya),
            ("lora_te1_text_model_encoder_layers_0_mlp_fc1", Names::Kohya),
            ("Hunyuan_video_I2V_lora_double_blocks_0_img_attn_proj", Names::Kohya),
            ("lycoris_blocks_0_attn", Names::Kohya),
            ("model.layers.0.self_attn.q_proj", Names::Other),
            ("double_blocks.0.processor.proj_lora1", Names::Other),
            ("lm_head", Names::Other),
        ] {
            assert_eq!(Names::of([module].into_iter()), names, "{module}");
        }
    }
}
