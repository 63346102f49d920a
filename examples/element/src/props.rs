//! JSON to the props of the component.

use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, Metric, RankCost, RankMarker, RankRule, RankScale, RankSuggestion,
    RankTarget, ResidualScale, ResidualView, Spectrum, Spring, Transition, Tween,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::given::{Inputs, Name, from_json};

/// A prop that is not given, given well, or the reason why it cannot be read.
pub type Prop<Value> = Result<Option<Value>, String>;

pub fn rank(inputs: Inputs, name: Name) -> Prop<usize> {
    let given: Option<Box<RawValue>> = inputs.read(name)?;
    let Some(given) = given.filter(|given| given.get() != "null") else { return Ok(None) };
    match given.get().parse() {
        Ok(rank) => Ok(Some(rank)),
        Err(_) => Err(format!("{} is not a rank, which is a whole number from 1", given.get())),
    }
}

pub fn metric(inputs: Inputs) -> Prop<Metric> {
    let name: Option<String> = inputs.read(Name::Metric)?;
    name.map(|name| name.parse().map_err(|problem: lora_rank_explorer::UnknownMetric| problem.to_string())).transpose()
}

/// A switch is on if it is given and neither `false` nor `null`.
pub fn switch(inputs: Inputs, name: Name) -> Prop<()> {
    Ok(inputs.read::<Option<bool>>(name)?.flatten().filter(|is_on| *is_on).map(drop))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AxesInput {
    rank_scale: ScaleInput,
    max_rank: Option<usize>,
    residual_view: ViewInput,
    residual_scale: SpacingInput,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ScaleInput {
    #[default]
    Linear,
    Log2,
    Ladder(Vec<usize>),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ViewInput {
    #[default]
    Default,
    Absolute,
    Relative,
    Percent,
    OfBase(f64),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpacingInput {
    #[default]
    Linear,
    Log,
}

impl AxesInput {
    fn scale(&self) -> RankScale {
        match &self.rank_scale {
            ScaleInput::Linear => RankScale::Linear,
            ScaleInput::Log2 => RankScale::Log2,
            ScaleInput::Ladder(rungs) => RankScale::ladder(rungs.clone()),
        }
    }

    /// The first and the last rank on the axis of a spectrum with so many known values.
    pub fn ends(&self, known: usize) -> (usize, usize) {
        let last = self.max_rank.filter(|last| *last > 0).map_or(known, |last| last.min(known));
        let (axis, _) = self.scale().axis(1, last);
        (axis.first(), axis.last())
    }

    pub fn axes(&self) -> Axes {
        let axes = Axes::new().rank_scale(self.scale()).residual_scale(match self.residual_scale {
            SpacingInput::Linear => ResidualScale::Linear,
            SpacingInput::Log => ResidualScale::Log,
        });
        let axes = match self.residual_view {
            ViewInput::Default => axes,
            ViewInput::Absolute => axes.residual_view(ResidualView::Absolute),
            ViewInput::Relative => axes.residual_view(ResidualView::Relative),
            ViewInput::Percent => axes.residual_view(ResidualView::Percent),
            ViewInput::OfBase(norm) => axes.residual_view(ResidualView::OfBase(norm)),
        };
        match self.max_rank {
            Some(last) => axes.max_rank(last),
            None => axes,
        }
    }
}

pub fn axes(inputs: Inputs) -> Prop<AxesInput> {
    Ok(inputs.read::<Option<_>>(Name::Axes)?.flatten())
}

/// What could be read of a list, and the problems of the rest.
pub struct ListInput<Item> {
    pub items: Vec<Item>,
    pub problem: Option<String>,
}

fn list<Item>(inputs: Inputs, name: Name, read: fn(&str) -> Result<Item, String>) -> Prop<ListInput<Item>> {
    let Some(texts) = inputs.read::<Option<Vec<Box<RawValue>>>>(name)?.flatten() else { return Ok(None) };
    let (mut items, mut problems) = (Vec::new(), Vec::new());
    for (i, text) in texts.iter().enumerate() {
        match read(text.get()) {
            Ok(item) => items.push(item),
            Err(problem) => problems.push(format!("entry {}: {problem}", i + 1)),
        }
    }
    let problem = (!problems.is_empty()).then(|| problems.join("; "));
    Ok(Some(ListInput { items, problem }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetInput {
    name: Option<String>,
    rule: RankRule,
}

/// `{"energy_at_least": 0.95}`, or `{"name": "ours", "rule": {"energy_at_least": 0.95}}`.
pub fn targets(inputs: Inputs) -> Prop<ListInput<RankTarget>> {
    list(inputs, Name::Targets, |text| {
        if !(text.starts_with(r#"{"name":"#) || text.starts_with(r#"{"rule":"#)) {
            return Ok(from_json::<RankRule>(text)?.into());
        }
        let TargetInput { name, rule } = from_json(text)?;
        let target = RankTarget::from(rule);
        Ok(match name {
            Some(name) => target.named(name),
            None => target,
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkerInput {
    name: String,
    rank: Option<usize>,
    suggestion: Option<RankSuggestion>,
}

/// `"knee"`, `{"name": "Knie", "suggestion": "knee"}` or `{"name": "our run", "rank": 8}`.
pub fn markers(inputs: Inputs) -> Prop<ListInput<RankMarker>> {
    list(inputs, Name::Markers, |text| {
        if text.starts_with('"') {
            return Ok(from_json::<RankSuggestion>(text)?.into());
        }
        match from_json(text)? {
            MarkerInput { name, rank: Some(rank), suggestion: None } => Ok(RankMarker::at(name, rank)),
            MarkerInput { name, rank: None, suggestion: Some(suggestion) } => {
                Ok(RankMarker::from(suggestion).named(name))
            }
            MarkerInput { name, .. } => Err(format!("`{name}` needs either `rank` or `suggestion`")),
        }
    })
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CostInput {
    rows: Option<u64>,
    cols: Option<u64>,
    bytes_per_value: u64,
    copies: u64,
}

impl Default for CostInput {
    fn default() -> Self {
        Self { rows: None, cols: None, bytes_per_value: 2, copies: 1 }
    }
}

impl CostInput {
    /// The cost for a layer of this shape; where none is given, of that of the spectrum.
    pub fn cost(&self, spectrum: &Spectrum) -> Result<RankCost, lora_rank_explorer::RankCostError> {
        let rows = self.rows.unwrap_or(spectrum.rows() as u64);
        let cols = self.cols.unwrap_or(spectrum.cols() as u64);
        RankCost::new(rows, cols)?.with_bytes_per_value(self.bytes_per_value)?.with_copies(self.copies)
    }
}

/// `true`, or `{"bytes_per_value": 4, "copies": 32}`.
pub fn cost(inputs: Inputs) -> Prop<CostInput> {
    switch_or(inputs, Name::Cost)
}

/// A switch that may also be an object with settings.
fn switch_or<Settings: Default + DeserializeOwned>(inputs: Inputs, name: Name) -> Prop<Settings> {
    match inputs.read::<Box<RawValue>>(name)?.as_ref().map(|text| text.get()) {
        None | Some("null" | "false") => Ok(None),
        Some("true") => Ok(Some(Settings::default())),
        Some(text) => from_json(text).map(Some),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompareInput {
    own: String,
    others: Vec<NamedSpectrum>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedSpectrum {
    name: String,
    spectrum: Spectrum,
}

/// `{"own": "q_proj", "others": [{"name": "v_proj", "spectrum": {…}}]}`.
pub fn compare(inputs: Inputs) -> Prop<Comparison> {
    let given = inputs.read::<Option<CompareInput>>(Name::Compare)?.flatten();
    Ok(given.map(|CompareInput { own, others }| {
        others.into_iter().fold(Comparison::of(own), |all, other| all.with(other.name, other.spectrum))
    }))
}

/// `["input", "table"]`: whether each of the two is wanted.
pub fn numbers(inputs: Inputs) -> Prop<[bool; 2]> {
    let Some(parts) = inputs.read::<Option<Vec<String>>>(Name::Numbers)?.flatten() else { return Ok(None) };
    let known = parts.iter().try_fold([false; 2], |[input, table], part| match part.as_str() {
        "input" => Ok([true, table]),
        "table" => Ok([input, true]),
        other => Err(format!("`{other}` is neither `input` nor `table`")),
    });
    known.map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpringInput {
    stiffness: f64,
    damping: f64,
    mass: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TweenInput {
    duration: f64,
    easing: [f64; 4],
}

/// `"snap"`, `"smooth"`, `"instant"`, `{"stiffness": 300, "damping": 20, "mass": 1}` or `{"duration": 0.3, "easing": [0.25, 0.1, 0.25, 1]}`.
pub fn transition(inputs: Inputs) -> Prop<Transition> {
    let given = inputs.read::<Box<RawValue>>(Name::Transition)?;
    let Some(text) = given.as_ref().map(|text| text.get()).filter(|text| *text != "null") else { return Ok(None) };
    Ok(Some(match text {
        r#""snap""# => Spring::SNAP.into(),
        r#""smooth""# => Spring::SMOOTH.into(),
        r#""instant""# => Transition::Instant,
        _ if text.contains(r#""duration":"#) => {
            let TweenInput { duration, easing: [x1, y1, x2, y2] } = from_json(text)?;
            let easing = CubicBezier::new(x1, y1, x2, y2).map_err(|problem| problem.to_string())?;
            let duration = std::time::Duration::try_from_secs_f64(duration)
                .map_err(|_| "duration is not a time in seconds".to_owned())?;
            Tween::new(duration, easing).into()
        }
        _ if text.starts_with('{') => {
            let SpringInput { stiffness, damping, mass } = from_json(text)?;
            Spring::new(stiffness, damping, mass).map_err(|problem| problem.to_string())?.into()
        }
        _ => return Err(format!("{text} is none of `snap`, `smooth`, `instant`, a spring or a tween")),
    }))
}

pub fn heading(inputs: Inputs) -> Prop<String> {
    Ok(inputs.read::<Option<_>>(Name::Heading)?.flatten())
}

/// What is wrong with what the host has given beside the target, each with the attribute's name; tracked.
pub fn problems(inputs: Inputs) -> Vec<String> {
    let problems = [
        ("r", rank(inputs, Name::R).err()),
        ("default-r", rank(inputs, Name::DefaultR).err()),
        ("metric", metric(inputs).err()),
        ("targets", targets(inputs).map_or_else(Some, |list| list?.problem)),
        ("markers", markers(inputs).map_or_else(Some, |list| list?.problem)),
        ("axes", axes(inputs).err()),
        ("cost", cost(inputs).err()),
        ("compare", compare(inputs).err()),
        ("pointing", switch(inputs, Name::Pointing).err()),
        ("numbers", numbers(inputs).err()),
        ("transition", transition(inputs).err()),
        ("heading", heading(inputs).err()),
        ("sentence", switch(inputs, Name::Sentence).err()),
        ("labels", crate::labels::texts(inputs).err()),
    ];
    problems.into_iter().filter_map(|(name, problem)| Some(format!("{name}: {}", problem?))).collect()
}
