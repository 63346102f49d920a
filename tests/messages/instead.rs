//! What is recommended in place of the mistakes. It must compile.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use lora_rank_explorer::svd::FullSolver;
use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, LabeledSlider, Labels, LoRaRankExplorer, Matrix, Metric, Numbers, Pointing,
    RankCost, RankCostError, RankMarker, RankRule, RankScale, RankSuggestion, ShowCost, Spectrum, Spring, Tween,
    use_solver,
};

fn target_matrix(other: nalgebra::DMatrix<f64>, rows: Vec<Vec<f64>>, matrix: Matrix) -> impl IntoView {
    let other = Matrix::from_vec(other.nrows(), other.ncols(), other.transpose().iter().copied().collect());
    let shown = Matrix::from_rows(&rows);
    let held = rows.clone();
    let signal = RwSignal::new(rows);
    view! {
        <LoRaRankExplorer target_matrix=other />
        <LoRaRankExplorer target_matrix=[[4.0, 3.0], [3.0, 2.0]] />
        <LoRaRankExplorer target_matrix=Matrix::from_vec(2, 2, vec![4.0, 3.0, 3.0, 2.0]) />
        <LoRaRankExplorer target_matrix=shown />
        <LoRaRankExplorer target_matrix=&matrix />
        <LoRaRankExplorer target_matrix=signal />
        <LoRaRankExplorer target_matrix=move || signal.get() />
        <LoRaRankExplorer target_matrix=move || held.clone() />
    }
}

fn spectrum(matrix: Matrix, shared: Arc<Spectrum>) -> impl IntoView {
    let entries: Arc<[f64]> = matrix.as_slice().into();
    let (rows, cols) = (matrix.rows(), matrix.cols());
    let solver = use_solver(move || Some(FullSolver::new(Arc::clone(&entries), rows, cols)));
    let solved = move || {
        let values = solver.result.get()?.map_err(|error| error.to_string());
        Some(values.and_then(|values| Spectrum::new(rows, cols, values).map_err(|error| error.to_string())))
    };
    view! {
        <LoRaRankExplorer spectrum=Spectrum::new(2, 2, vec![3.0, 2.0]) />
        <LoRaRankExplorer spectrum=solved />
        <LoRaRankExplorer spectrum=&*shared />
        <LoRaRankExplorer spectrum=Spectrum::clone(&shared) />
        <LoRaRankExplorer spectrum=Spectrum::of(&matrix) />
    }
}

fn rank(r: RwSignal<usize>, other: RwSignal<i32>, set_r: WriteSignal<usize>) -> impl IntoView {
    view! {
        <LoRaRankExplorer r=r />
        <LoRaRankExplorer r=move || other.get() as usize on_r_change=move |rank| other.set(rank as i32) />
        <LoRaRankExplorer r=2 on_r_change=move |_| {} on_rank_commit=move |_| {} />
        <LoRaRankExplorer on_r_change=move |rank: usize| set_r.set(rank) on_rank_commit=move |rank: usize| set_r.set(rank) />
        <LoRaRankExplorer r=Some(2).unwrap_or(1) on_rank_commit=move |rank| set_r.set(rank) />
    }
}

fn lists(share: RwSignal<f64>, rules: RwSignal<Vec<RankRule>>, optional: Option<Vec<RankRule>>) -> impl IntoView {
    view! {
        <LoRaRankExplorer targets=[RankRule::energy_at_least(0.95)] markers=[RankSuggestion::Knee] />
        <LoRaRankExplorer targets=move || [RankRule::energy_at_least(share.get())] />
        <LoRaRankExplorer targets=move || vec![RankRule::energy_at_least(share.get())] />
        <LoRaRankExplorer targets=move || rules.get() />
        <LoRaRankExplorer targets=optional.unwrap_or_default() />
        <LoRaRankExplorer markers=[RankSuggestion::Knee.into(), RankMarker::at("our first run", 4)] />
        <LoRaRankExplorer markers=[RankMarker::at("low", 4), RankMarker::at("high", 8)] />
    }
}

fn parts(
    copies: RwSignal<u64>,
    cost: Option<RankCost>,
    metric: Option<Metric>,
    axes: Option<Axes>,
    others: Vec<(String, Spectrum)>,
) -> Result<impl IntoView, Box<dyn Error>> {
    let parsed: Metric = "spectral".parse()?;
    let tween = Tween::new(Duration::from_millis(300), CubicBezier::EASE);
    let spring = Spring::new(400.0, 30.0, 1.0)?;
    let compare = others.into_iter().fold(Comparison::of("ours"), |all, (name, other)| all.with(name, other));
    let with_copies = move || RankCost::new(4096, 4096).and_then(|cost| cost.with_copies(copies.get()));
    let signal: Signal<Result<RankCost, RankCostError>> = Signal::derive(with_copies);
    Ok(view! {
        <LoRaRankExplorer metric=parsed transition=spring cost=ShowCost::of(RankCost::of) />
        <LoRaRankExplorer metric=metric.unwrap_or_default() transition=tween />
        <LoRaRankExplorer cost=cost.unwrap_or(RankCost::new(4096, 4096)?) axes=Axes::new().rank_scale(RankScale::Log2) />
        <LoRaRankExplorer cost=RankCost::new(4096, 4096) axes=axes.unwrap_or_default() compare />
        <LoRaRankExplorer cost=with_copies />
        <LoRaRankExplorer cost=signal />
        <LoRaRankExplorer cost=ShowCost::of(|spectrum| RankCost::of(spectrum).with_copies(32)) />
        <LoRaRankExplorer axes=move || Axes::new().rank_scale(RankScale::Log2) pointing=Pointing::new() />
        <LoRaRankExplorer numbers=Numbers::new().input().table() labels=Labels::new(|_| None) />
        <LabeledSlider label="Volume" max=11 />
    })
}
