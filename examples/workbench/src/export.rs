//! The exports as text: ranks for training tools, a table, the spectra.

use download::save;
use leptos::prelude::*;
use lora_rank_explorer::adapter::{LayerSpectrum, csv};
use lora_rank_explorer::{ModuleRank, kohya_arguments, peft_patterns};

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
        "network_dim and network_reg_dims for sd-scripts, with one alpha for all layers",
    ),
    (ExportKind::Csv, "csv", "the table", "CSV of all layers: shape, rank, energy, residuals"),
    (ExportKind::Spectra, "spectra", "the spectra", "JSON of all singular values; this page can open it again"),
];

#[component]
pub fn Export(page: Page) -> impl IntoView {
    let error = RwSignal::new(String::new());
    // Without a result there is nothing to save but the spectra.
    let cannot = move |kind| !matches!(kind, ExportKind::Spectra) && page.ranks.with(|ranks| ranks.refused.is_some());
    let export = move |kind: ExportKind, name: &'static str| {
        if untrack(|| cannot(kind)) {
            return;
        }
        let (ending, mime) = match kind {
            ExportKind::Csv => ("csv", "text/csv"),
            ExportKind::Kohya => ("txt", "text/plain"),
            ExportKind::Peft | ExportKind::Spectra => ("json", "application/json"),
        };
        let saved = text(page, kind)
            .and_then(|text| save(&name_of(page, name, ending), mime, &text).map_err(|error| words(&error)));
        if saved.is_ok() {
            page.set_saved();
        }
        error.set(saved.err().unwrap_or_default());
    };
    let kinds = KINDS.map(|(kind, id, name, words)| {
        view! {
            <li>
                <button id=format!("export-{id}") aria-disabled=move || cannot(kind).then_some("true") on:click=move |_| export(kind, id)>
                    {format!("Save {name}")}
                </button>
                <span>{words}</span>
            </li>
        }
    });
    view! {
        <section class="export" aria-labelledby="export-title">
            <h2 id="export-title">"Save the results"</h2>
            <p>
                "The resized adapter holds the best approximation at the chosen ranks, in the file's dtype and for the same loaders. Or "
                "take the ranks to the tool that trains."
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
                known.iter().map(module).collect::<Result<Vec<_>, _>>().map_err(|error| format!("{error}."))
            };
            let (layers, chosen): (Vec<LayerSpectrum>, Vec<usize>) = known.iter().cloned().unzip();
            Ok(match kind {
                ExportKind::Peft => peft_patterns(&modules()?),
                ExportKind::Kohya => kohya(&modules()?),
                ExportKind::Csv => csv(&layers, &chosen),
                ExportKind::Spectra => serde_json::to_string(&layers).map_err(|error| error.to_string())?,
            })
        })
    })
}

/// Sets the most common rank and its alpha for all modules, and lists the modules with other ranks by name.
fn kohya(modules: &[ModuleRank]) -> String {
    let count = |rank: usize| modules.iter().filter(|module| module.rank() == rank).count();
    let usual = modules.iter().max_by_key(|module| count(module.rank()));
    let (rank, alpha) = usual.map_or((1, 1.0), |module| (module.rank(), module.alpha()));
    let others: Vec<ModuleRank> = modules.iter().filter(|module| module.rank() != rank).cloned().collect();
    kohya_arguments(rank, alpha, &others)
}
