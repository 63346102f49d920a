//! `quickstart` with the props that the custom element has, to compare sizes with: `cargo xtask size element`.

use leptos::prelude::*;
use lora_rank_explorer::svd::FullSolver;
use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, Label, Labels, LoRaRankExplorer, Matrix, Metric, Numbers, Observations, Pointing,
    RankCost, RankMarker, RankRule, RankScale, RankSuggestion, RankTarget, ResidualCurve, ResidualScale, ResidualView,
    ShowCost, Spectrum, Term, Transition, Tween, use_solver,
};

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let r = RwSignal::new(1);
    let metric = RwSignal::new(Metric::Frobenius);
    let matrix = RwSignal::new(Matrix::default());
    let solver = use_solver(move || Some(FullSolver::new(matrix.get(), 8, 8)));
    let spectrum = move || {
        let values = solver.result.get()?.map_err(|error| error.to_string());
        Some(values.and_then(|values| Spectrum::new(8, 8, values).map_err(|error| error.to_string())))
    };
    let residual = move || ResidualCurve::new(&Spectrum::of(&matrix.get()), metric.get()).residual(r.get()).to_string();
    let doubling = Axes::new()
        .rank_scale(RankScale::Log2)
        .residual_view(ResidualView::Relative)
        .residual_scale(ResidualScale::Log);
    let easing = CubicBezier::EASE;
    let transition = Transition::Tween(Tween::new(std::time::Duration::from_millis(300), easing));
    let targets = move || vec![RankTarget::from(RankRule::energy_at_least(0.9)).named("ours")];
    let markers = move || {
        let mut markers: Vec<RankMarker> = RankSuggestion::ALL.iter().map(|suggestion| (*suggestion).into()).collect();
        markers.push(RankMarker::at("ours", r.get()));
        markers
    };
    let compare = move || Comparison::of("W").with("the same", Spectrum::of(&matrix.get()));
    let german = Labels::new(|label| match label {
        Label::Rank => Some("Rang".into()),
        Label::ValueText(now) => Some(format!("Rang {}, Rest {}", now.rank, now.residual)),
        _ => None,
    });
    view! {
        <main>
            <h1>"LoRA Rank Explorer"</h1>
            <LoRaRankExplorer target_matrix=matrix title="The matrix" sentence=true />
            <LoRaRankExplorer
                spectrum
                r
                metric
                transition
                targets
                markers
                cost=ShowCost::of(RankCost::of)
                axes=doubling
                compare
                observations=move || Observations::from_csv(&format!("rank,accuracy\n{},0.5", r.get()))
                terms=[Term::Residual, Term::CapturedEnergy, Term::Suggestion(RankSuggestion::Knee)]
                pointing=Pointing::new().on_preview(move |rank| r.set(rank.unwrap_or(1)))
                numbers=Numbers::new().input().table()
                labels=german
                on_rank_commit=move |_| metric.set(Metric::Spectral)
            />
            <p>{residual}</p>
        </main>
    }
}
