use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Observations, Spectrum, Term};

use crate::samples::Noise;

/// W is diagonal. The score is the share of random inputs whose largest output stays the same at rank r: a task, measured.
#[component]
pub fn Observed() -> impl IntoView {
    let values: Vec<f64> = (1..=32).map(|j| 1.0 / f64::from(j)).collect();
    let csv = RwSignal::new(measured(&values));
    let spectrum = Spectrum::new(32, 32, values).expect("values that fall");
    view! {
        <LoRaRankExplorer
            spectrum
            default_r=4
            observations=move || Observations::from_csv(&csv.read())
            terms=Term::READOUT
        />
        <label class="field">
            <span>"Scores as CSV"</span>
            <textarea rows="9" spellcheck="false" autocomplete="off" on:change=move |event| csv.set(event_target_value(&event))>
                {csv.get_untracked()}
            </textarea>
        </label>
    }
}

fn measured(values: &[f64]) -> String {
    let mut noise = Noise(3);
    let inputs: Vec<Vec<f64>> = (0..400).map(|_| values.iter().map(|_| noise.next()).collect()).collect();
    let largest = |input: &[f64], r: usize| {
        let outputs = input.iter().zip(values).take(r).map(|(x, value)| x * value);
        outputs.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|output| output.0)
    };
    let score = |r: usize| {
        let same = inputs.iter().filter(|input| largest(input, r) == largest(input, values.len())).count();
        same as f64 / inputs.len() as f64
    };
    let lines = [1, 2, 4, 8, 16, 32].map(|r| format!("{r},{}\n", score(r)));
    "rank,same answer\n".to_owned() + &lines.concat()
}
