//! What is recommended in place of the mistakes. It must compile.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use lora_rank_explorer::svd::FullSolver;
use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, LabeledSlider, Labels, LoRaRankExplorer, Matrix, Metric, Numbers, Pointing,
    RankCost, RankMarker, RankRule, RankScale, RankSuggestion, Spectrum, Spring, Tween, use_solver,
};

fn target_matrix(single: Vec<Vec<f32>>, other: nalgebra::DMatrix<f64>, rows: Vec<Vec<f64>>) -> impl IntoView {
    let double: Vec<Vec<f64>> = single.iter().map(|row| row.iter().map(|&x| x.into()).collect()).collect();
    let other = Matrix::from_vec(other.nrows(), other.ncols(), other.transpose().iter().copied().collect());
    let resource = LocalResource::new(|| async { vec![vec![4.0, 3.0], vec![3.0, 2.0]] });
    let optional = Some(rows.clone());
    let signal = RwSignal::new(rows.clone());
    view! {
        <LoRaRankExplorer target_matrix=double />
        <LoRaRankExplorer target_matrix=other />
        <LoRaRankExplorer target_matrix=[[4.0, 3.0], [3.0, 2.0]] />
        <LoRaRankExplorer target_matrix=Matrix::from_vec(2, 2, vec![4.0, 3.0, 3.0, 2.0]) />
        <LoRaRankExplorer target_matrix=Matrix::from_rows(&rows) />
        {move || resource.get().map(|rows| view! { <LoRaRankExplorer target_matrix=rows /> })}
        {optional.map(|rows| view! { <LoRaRankExplorer target_matrix=rows /> })}
        <LoRaRankExplorer target_matrix=move || signal.get() />
    }
}

fn spectrum(matrix: Matrix, shared: Arc<Spectrum>) -> Result<impl IntoView, Box<dyn Error>> {
    let spectrum = RwSignal::new(Some(Spectrum::new(2, 2, vec![3.0, 2.0])?));
    let entries: Arc<[f64]> = matrix.as_slice().into();
    use_solver(move || Some(FullSolver::new(Arc::clone(&entries), 2, 2)));
    Ok(view! {
        {move || spectrum.get().map(|spectrum| view! { <LoRaRankExplorer spectrum /> })}
        <LoRaRankExplorer spectrum=Spectrum::clone(&shared) />
        <LoRaRankExplorer spectrum=Spectrum::of(&matrix) />
    })
}

fn rank(r: RwSignal<usize>, other: RwSignal<i32>, set_r: WriteSignal<usize>) -> impl IntoView {
    view! {
        <LoRaRankExplorer r on_r_change=move |rank| r.set(rank) />
        <LoRaRankExplorer r=move || other.get() as usize on_r_change=move |_| {} on_rank_commit=move |_| {} />
        <LoRaRankExplorer r=2 on_r_change=move |rank: usize| set_r.set(rank) on_rank_commit=move |rank: usize| set_r.set(rank) />
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
    cost: RwSignal<RankCost>,
    metric: Option<Metric>,
    axes: Option<Axes>,
    others: Vec<(String, Spectrum)>,
) -> Result<impl IntoView, Box<dyn Error>> {
    let parsed: Metric = "spectral".parse()?;
    let tween = Tween { duration: Duration::from_millis(300), easing: CubicBezier::EASE };
    let spring = Spring::new(400.0, 30.0, 1.0)?;
    let compare = others.into_iter().fold(Comparison::of("ours"), |all, (name, other)| all.with(name, other));
    Ok(view! {
        <LoRaRankExplorer metric=parsed transition=spring cost=RankCost::of />
        <LoRaRankExplorer metric=metric.unwrap_or_default() transition=tween />
        <LoRaRankExplorer cost=move |_: &Spectrum| cost.get() axes=Axes::new().rank_scale(RankScale::Log2) />
        <LoRaRankExplorer cost=RankCost::new(4096, 4096) axes=axes.unwrap_or_default() compare />
        <LoRaRankExplorer axes=move || Axes::new().rank_scale(RankScale::Log2) pointing=Pointing::new() />
        <LoRaRankExplorer numbers=Numbers::new().input().table() labels=Labels::new(|_| None) />
        <LabeledSlider label="Volume" max=11 />
    })
}
