//! The layers of one module, from its tensors and its configuration.

use super::method::{Method, Stored};
use super::problem::{Problem, Reason};
use super::scale::{Scale, ScaleSource};
use super::sources::{Found, Sources, Wanted};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::experts::Room;
use crate::adapter::kinds::form::{Form, Plan};
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{Part, path};
use crate::adapter::kinds::pair::Resizing;
use crate::adapter::kinds::parts::{Parts, readable};
use crate::adapter::kinds::{diagonal, experts, full, grouped, loha, lokr, lora, tucker};

/// The layers of a module: of a pair A, B, or of `parts` alone; of experts, several. Also a contradiction to be said.
pub(crate) fn layers(
    sources: &Sources,
    parts: &Parts,
    adapter: Option<&str>,
    pair: Option<[&Tensor; 2]>,
    alpha: Option<&Tensor>,
    room: &mut Room,
) -> Result<(Vec<Layer>, Option<Problem>), Problem> {
    parts.check()?;
    for tensor in pair.into_iter().flatten() {
        readable(tensor)?;
    }
    alpha.map_or(Ok(()), Tensor::check_one_number)?;
    let module = parts.module;
    let plans = match pair {
        Some(pair) => plans_of_pair(sources, parts, pair, room)?,
        None => vec![plan_of_parts(parts)?],
    };
    let kind = plans[0].kind;
    if let Some(method) = sources.other_method(module, kind).filter(|_| alpha.is_none() && kind != Kind::Full) {
        return Err(parts.problem(match method {
            Method::Other(other) => Reason::Unsupported(*other),
            _ => Reason::Contradiction { says: says(method).to_owned(), found: kind.name().to_owned() },
        }));
    }
    let divisor = plans[0].divisor;
    let is_mlx = plans[0].tensors[0].name().ends_with(".lora_a");
    let warning = match (sources.rank(module), divisor) {
        (Some(says), Some(rank)) if says != rank as u64 && alpha.is_none() && is_one_rank(kind) => {
            let reason = Reason::Contradiction { says: format!("rank {says}"), found: format!("rank {rank}") };
            Some(parts.problem(reason))
        }
        _ => None,
    };
    let wanted = Wanted { module, kind, divisor, is_mlx };
    let found = match (alpha, divisor) {
        (None, _) => sources.find(&wanted),
        // That of an alpha tensor comes with its bytes.
        (Some(_), Some(_)) => known(ScaleSource::TensorZero),
        (Some(_), None) => known(ScaleSource::Whole),
    };
    // AdaLoRA's divisor may stand in a tensor.
    let first = alpha.or_else(|| parts.get(Part::RankNum).filter(|_| kind == Kind::AdaLoRa));
    if let (Kind::AdaLoRa, Some(tensor)) = (kind, first) {
        tensor.check_one_number()?;
    }
    let layer = |plan: Plan| layer(path(module), adapter, plan, &found, first.filter(|_| divisor.is_some()));
    Ok((plans.into_iter().map(layer).collect(), warning))
}

fn plans_of_pair<'a>(
    sources: &Sources,
    parts: &Parts<'a>,
    [a, b]: [&'a Tensor; 2],
    room: &mut Room,
) -> Result<Vec<Plan<'a>>, Problem> {
    let one = |plan: Result<Plan<'a>, Problem>| plan.map(|plan| vec![plan]);
    if let Some((_, other)) =
        parts.tensors.iter().find(|(part, _)| !matches!(part, Part::Mid | Part::E | Part::RankNum | Part::Diagonal))
    {
        return Err(other.problem(Reason::Mixed));
    }
    let beside = [Part::Mid, Part::E, Part::Diagonal].map(|part| parts.get(part));
    match beside {
        [None, None, None] => {}
        [Some(mid), None, None] => return one(tucker::plan(a, b, mid)),
        [None, Some(diagonal), None] => return one(diagonal::plan(Kind::AdaLoRa, a, b, diagonal)),
        [None, None, Some(diagonal)] => return one(diagonal::plan(Kind::KaSa, a, b, diagonal)),
        _ => return Err(parts.problem(Reason::Mixed)),
    }
    if parts.get(Part::RankNum).is_some() {
        return Err(parts.problem(Reason::Missing("lora_E".to_owned())));
    }
    let path = path(parts.module);
    if let Some(plans) = experts::stacked(path, a, b, room) {
        return plans;
    }
    let needs = |what: &str| {
        let problem = format!("the factors of one expert are not known: {what}");
        Err(parts.problem(Reason::Kind { kind: Kind::FusedExperts, problem }))
    };
    match sources.stored(parts.module) {
        Some(Stored::Refused(Kind::KaSa)) => return Err(parts.problem(Reason::Missing("lora_diag".to_owned()))),
        // PEFT changes no embedding's weight.
        Some(Stored::Refused(Kind::ChangesBase(_))) if a.name().contains("lora_embedding_A") => {}
        Some(Stored::Refused(kind)) => return Err(parts.problem(Reason::Unsupported(kind))),
        Some(Stored::Experts(Some(rank))) => {
            let plans = experts::fused(path, a, b, usize::try_from(rank).unwrap_or(0), room)?;
            if plans.len() > 1 {
                return Ok(plans);
            }
        }
        Some(Stored::Experts(None)) => {
            return needs("the configuration gives none, or a different one for each parameter");
        }
        None if experts::are_experts(path) => return needs("add the adapter_config.json that belongs to the file"),
        _ => {}
    }
    if let Some(says) = sources.rank(parts.module)
        && experts::are_several(path, a, says)
    {
        return needs("its factors are those of several, under a name that does not tell in which order");
    }
    match grouped::plan(a, b)? {
        Some(plan) => Ok(vec![plan]),
        None => one(lora::plan(path, a, b, sources.rank(parts.module))),
    }
}

fn plan_of_parts<'a>(parts: &Parts<'a>) -> Result<Plan<'a>, Problem> {
    let is_hada = |part: Part| (Part::HadaW1a..=Part::HadaT2).contains(&part);
    let is_lokr = |part: Part| (Part::LokrW1..=Part::LokrT2).contains(&part);
    let all = |is: &dyn Fn(Part) -> bool| parts.tensors.iter().all(|(part, _)| is(*part));
    if all(&is_hada) {
        return loha::plan(parts);
    }
    if all(&is_lokr) {
        return lokr::plan(parts);
    }
    match parts.tensors[..] {
        // The difference of a norm or another vector.
        [(Part::Diff, diff)] if diff.shape.len() < 2 => Err(parts.problem(Reason::Unsupported(Kind::Norm))),
        [(Part::Diff, diff)] => full::plan(diff),
        _ => Err(parts.problem(Reason::Mixed)),
    }
}

/// What the configuration is one of.
fn says(method: &Method) -> &'static str {
    match method {
        Method::Lora => "LORA",
        Method::AdaLora => "ADALORA",
        Method::Lycoris(kind) | Method::Other(kind) => kind.name(),
        Method::Mlx(_) => "mlx-lm's LoRA",
        Method::Unknown => "another method",
    }
}

/// Whether the tensors must have the rank of the configuration.
fn is_one_rank(kind: Kind) -> bool {
    !matches!(kind, Kind::FusedExperts | Kind::AdaLoRa)
}

fn known(source: ScaleSource) -> Found {
    Found { scale: Scale::Known { value: 1.0, source }, alpha: None, rslora: false }
}

fn layer(path: &str, adapter: Option<&str>, plan: Plan, found: &Found, alpha: Option<&Tensor>) -> Layer {
    let name = match &plan.form {
        Form::Expert(expert) => format!("{path}[expert {}]", expert.index),
        _ => path.to_owned(),
    };
    Layer {
        module: path.to_owned(),
        adapter: adapter.map(str::to_owned),
        name,
        kind: plan.kind,
        rank: plan.rank,
        rows: plan.sides[0],
        cols: plan.sides[1],
        alpha: found.alpha,
        scale: found.scale.clone(),
        rslora: found.rslora,
        form: plan.form,
        divisor: plan.divisor,
        tensors: plan.tensors.into_iter().cloned().collect(),
        alpha_tensor: alpha.cloned(),
        // What else it is becomes known with the other layers.
        resizing: Resizing::InPlace,
    }
}
