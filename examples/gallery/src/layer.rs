//! A layer of realistic size, computed in slices so that the page stays responsive.

use leptos::prelude::*;
use lora_rank_explorer::svd::{Leading, LeadingSolver, Solver, SvdError};
use lora_rank_explorer::{LoRaRankExplorer, Spectrum, use_solver};

use crate::samples::Noise;
use crate::section::SectionTitle;

const SIZE: usize = 4096;
const RANK: usize = 64;

#[component]
pub fn Layer() -> impl IntoView {
    let (started, was_cancelled) = (RwSignal::new(0), RwSignal::new(false));
    let solver = use_solver(move || (started.get() > 0).then(|| Ok(PowerLaw::new())));
    let runs = move || solver.progress.get().is_some();
    // Changes too often to be announced.
    let percent = move || solver.progress.get().map(|progress| format!("{:.0} %", 100.0 * progress));
    let status = move || match (solver.progress.get(), solver.result.get()) {
        (Some(_), _) => String::new(),
        (None, Some(Err(error))) => error.to_string(),
        (None, Some(Ok(_))) => "Done.".to_owned(),
        (None, None) if was_cancelled.get() => "Cancelled.".to_owned(),
        (None, None) => "Nothing has been computed yet.".to_owned(),
    };
    // A button that is disabled loses the focus.
    let cancel = move |_| {
        if runs() {
            was_cancelled.set(true);
            solver.cancel.run(());
        }
    };
    let start = move |_| {
        was_cancelled.set(false);
        started.update(|started| *started += 1);
    };
    let spectrum =
        Memo::new(move |_| solver.result.with(|result| Spectrum::try_from(result.as_ref()?.as_ref().ok()?).ok()));

    view! {
        <section id="layer" aria-labelledby="layer-title">
            <SectionTitle id="layer" title="A layer of realistic size" />
            <p>
                "A 4096×4096 matrix with the singular values 1, 1/2, 1/3, …. This tab computes the first 64, in slices of a "
                "frame, and every slider works meanwhile. The norm of the whole matrix is exact, so residual and energy are exact, too."
            </p>
            <div class="work">
                <button id="layer-start" on:click=start>
                    {move || if runs() { "Start again" } else { "Compute" }}
                </button>
                <button id="layer-cancel" aria-disabled=move || (!runs()).to_string() on:click=cancel>
                    "Cancel"
                </button>
                <progress
                    aria-label="Work done"
                    max="1"
                    prop:value=move || {
                        solver.progress.get().unwrap_or_else(|| if spectrum.with(Option::is_some) { 1.0 } else { 0.0 })
                    }
                ></progress>
                <span id="layer-percent">{percent}</span>
                <span id="layer-status" role="status">{status}</span>
            </div>
            {move || spectrum.get().map(|spectrum| view! { <LoRaRankExplorer spectrum default_r=8 /> })}
        </section>
    }
}

/// Computes the entries of H·diag(1, 1/2, 1/3, …)·H′ row by row, with two seeded reflections H and H′, then its leading values.
struct PowerLaw {
    /// The unit vectors of the reflections and `product` = uᵀDv: W = D − 2u(uᵀD) − 2(Dv)vᵀ + 4(uᵀDv)uvᵀ.
    u: Vec<f32>,
    v: Vec<f32>,
    product: f32,
    entries: Vec<f32>,
    solver: Option<LeadingSolver<Vec<f32>, f32>>,
}

impl PowerLaw {
    /// The share of the progress that computing the entries takes.
    const FILLING: f64 = 0.1;

    fn new() -> Self {
        let mut noise = Noise(11);
        let mut unit = || {
            let vector: Vec<f64> = (0..SIZE).map(|_| noise.next()).collect();
            let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
            vector.into_iter().map(|x| (x / length) as f32).collect::<Vec<f32>>()
        };
        let (u, v) = (unit(), unit());
        let product = u.iter().zip(&v).enumerate().map(|(i, (u, v))| u * v * value(i)).sum();
        Self { u, v, product, entries: Vec::new(), solver: None }
    }

    fn push_row(&mut self) {
        let i = self.entries.len() / SIZE;
        let (u, v) = (self.u[i], self.v[i]);
        self.entries.extend(self.u.iter().zip(&self.v).enumerate().map(|(j, (uj, vj))| {
            let diagonal = if i == j { value(i) } else { 0.0 };
            diagonal - 2.0 * u * uj * value(j) - 2.0 * value(i) * v * vj + 4.0 * self.product * u * vj
        }));
    }
}

/// The singular value at `index`, counted from 0.
fn value(index: usize) -> f32 {
    1.0 / (index + 1) as f32
}

impl Solver for PowerLaw {
    type Output = Leading;

    fn advance(&mut self, operations: u64) -> Result<Option<Leading>, SvdError> {
        if let Some(solver) = &mut self.solver {
            return solver.advance(operations);
        }
        let rows = (operations / (10 * SIZE as u64)).max(1);
        for _ in 0..rows {
            if self.entries.len() == SIZE * SIZE {
                let entries = std::mem::take(&mut self.entries);
                self.solver = Some(LeadingSolver::new(entries, SIZE, SIZE, RANK)?);
                break;
            }
            if self.entries.is_empty() {
                let bytes = SIZE * SIZE * size_of::<f32>();
                self.entries.try_reserve_exact(SIZE * SIZE).map_err(|_| SvdError::Memory { bytes })?;
            }
            self.push_row();
        }
        Ok(None)
    }

    fn progress(&self) -> f64 {
        match &self.solver {
            None => Self::FILLING * self.entries.len() as f64 / (SIZE * SIZE) as f64,
            Some(solver) => Self::FILLING + (1.0 - Self::FILLING) * solver.progress(),
        }
    }
}
