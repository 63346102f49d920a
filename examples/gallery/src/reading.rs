//! How to read the picture: three spectra of the same size and norm, and what their curves say.

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric, RankMarker, ResidualCurve, Spectrum};

use crate::samples;
use crate::section::SectionTitle;

/// The rows and columns of each matrix.
const SIZE: usize = 12;

/// PEFT's table of its LoRA conversion (huggingface/peft, 5d602fdb): energy kept, and points lost.
const MEASURED: [(&str, &str); 5] =
    [("50%", "−8.80"), ("70%", "−2.43"), ("80%", "−2.81"), ("90%", "−1.37"), ("95%", "−0.30")];

#[component]
pub fn Reading() -> impl IntoView {
    let clean = with_norm_1([4.0, 3.0].into_iter().chain([0.0; SIZE - 2]).collect());
    let fading = with_norm_1((0..SIZE as i32).map(|j| 0.75f64.powi(j)).collect());
    let noise = with_norm_1(Spectrum::of(&samples::noisy()).singular_values().to_vec());
    let rank_of = |spectrum: &Spectrum, share| {
        let curve = ResidualCurve::new(spectrum, Metric::Frobenius);
        (1..=SIZE).find(|&r| curve.captured_energy(r) >= Some(share)).unwrap_or(SIZE)
    };
    let (fading_90, fading_99, noise_90) = (rank_of(&fading, 0.9), rank_of(&fading, 0.99), rank_of(&noise, 0.9));
    let numbers = |r: usize| 2 * SIZE * r;
    let curve = ResidualCurve::new(&clean, Metric::Frobenius);
    let (residual, energy) = (curve.residual(1), curve.captured_energy(1).unwrap_or_default());

    view! {
        <section id="reading" aria-labelledby="reading-title">
            <SectionTitle id="reading" title="How to read this picture" />
            <p class="lead">
                "From left to right, the rank grows. The height of the curve is what the best product BA of that rank still misses. "
                "The shape tells what W is made of; here are three matrices of 12×12, each with the norm 1."
            </p>
            <div class="shapes">
                <Shape
                    title="It drops to zero"
                    name="Rank 2"
                    spectrum=clean
                    r=2
                    markers=vec![RankMarker::at("nothing left out", 2)]
                    text="Two directions are all that this matrix has. From rank 2 on, nothing is missing, and more rank adds nothing.".to_owned()
                />
                <Shape
                    title="It fades"
                    name="Fading"
                    spectrum=fading
                    r=fading_90
                    markers=vec![RankMarker::at("90% of energy", fading_90), RankMarker::at("99% of energy", fading_99)]
                    text=format!(
                        "Each direction is a quarter weaker than the one before, so no rank stands out. Decide how much may be missing: \
                        rank {fading_90} keeps 90% of the energy, rank {fading_99} keeps 99%.",
                    )
                />
                <Shape
                    title="It goes down like a ramp"
                    name="Noise"
                    spectrum=noise
                    r=noise_90
                    markers=vec![RankMarker::at("90% of energy", noise_90)]
                    text=format!(
                        "Random entries have no direction that matters most. 90% of the energy takes rank {noise_90}, where B and A hold \
                        {} numbers and W itself holds {}.",
                        numbers(noise_90),
                        SIZE * SIZE,
                    )
                />
            </div>
            <dl class="terms">
                <div>
                    <dt>"Residual"</dt>
                    <dd>
                        "The size of the difference between W and its best product of rank r. The Frobenius norm counts all that is "
                        "missing: the root of the sum of the squared singular values left out. The spectral norm counts only the largest of them."
                    </dd>
                </div>
                <div>
                    <dt>"Captured energy"</dt>
                    <dd>
                        "The share of the squared singular values that rank r keeps: 1 − (residual / ‖W‖)², with the Frobenius residual. In the "
                        {format!(
                            "first matrix above, rank 1 leaves a residual of {residual:.1}, and so captures 1 − {residual:.1}² = {:.0}%.",
                            100.0 * energy,
                        )}
                    </dd>
                </div>
                <div>
                    <dt>"Not accuracy"</dt>
                    <dd>
                        "Energy measures how closely the entries of W are kept. What a model gets right also depends on which directions its "
                        "task needs, and a weak one can matter. Use energy to shortlist ranks, then test the model with them. "
                        "PEFT's documentation has such a test: an adapter of rank 64 for Llama-3.2-3B, cut to the ranks that keep a "
                        "share of the energy, on GSM8K."
                        <table class="measured">
                            <caption>"What cutting the adapter costs, by PEFT's documentation"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Energy kept"</th>
                                    <th scope="col">"Change of accuracy, in points"</th>
                                </tr>
                            </thead>
                            <tbody>
                                {MEASURED
                                    .map(|(energy, change)| view! { <tr><th scope="row">{energy}</th><td>{change}</td></tr> })
                                    .into_iter()
                                    .collect_view()}
                            </tbody>
                        </table>
                    </dd>
                </div>
            </dl>
        </section>
    }
}

/// A curve and what it says.
#[component]
fn Shape(
    title: &'static str,
    name: &'static str,
    spectrum: Spectrum,
    r: usize,
    markers: Vec<RankMarker>,
    text: String,
) -> impl IntoView {
    view! {
        <article>
            <h3>{title}</h3>
            <p>{text}</p>
            <LoRaRankExplorer spectrum default_r=r markers title=name />
        </article>
    }
}

/// A square matrix whose singular values are in these ratios, and whose Frobenius norm is 1.
fn with_norm_1(values: Vec<f64>) -> Spectrum {
    let norm = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let values = values.into_iter().map(|value| value / norm).collect();
    Spectrum::new(SIZE, SIZE, values).expect("values that fall")
}
