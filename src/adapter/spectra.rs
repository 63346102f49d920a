//! [`LayerSpectrum`]: what is kept of a layer once its data is read, as JSON and as a table.

use serde::{Deserialize, Serialize};

use crate::adapter::kinds::layer::Layer;
use crate::adapter::scale::{Scale, UnknownScale};
use crate::export::{ModuleRank, ModuleRankError};
use crate::spectrum::curve::{Metric, ResidualCurve};
use crate::spectrum::{Spectrum, SpectrumError};

/// The spectrum of a layer, with the layer's module, rank and scale.
///
/// It keeps the singular values above 0, and one 0 for all others. JSON leaves out the 0; an array of these can be read again. If
/// only the first values are known, JSON says `"complete":false`, and holds ‖W‖_F if it is known. If the scale is unknown, `"scale"`
/// is `null`, and `"scale_unknown"` says why.
///
/// ```
/// use lora_rank_explorer::{Spectrum, adapter::LayerSpectrum};
///
/// let spectrum = Spectrum::new(3, 4, vec![2.0, 1.0, 0.0])?;
/// let layer = LayerSpectrum::new("q_proj".to_owned(), 2, 0.5, spectrum);
/// let json = serde_json::to_string(&layer)?;
/// assert_eq!(json, r#"{"module":"q_proj","rows":3,"cols":4,"rank":2,"scale":0.5,"singular_values":[2.0,1.0]}"#);
/// assert_eq!(serde_json::from_str::<LayerSpectrum>(&json)?, layer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct LayerSpectrum {
    module: String,
    rank: usize,
    /// An error says why it is not known.
    scale: Result<f64, String>,
    rslora: bool,
    /// Whether other layers have the rank of the same module.
    shared: bool,
    spectrum: Spectrum,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    module: String,
    rows: usize,
    cols: usize,
    rank: usize,
    scale: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scale_unknown: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    rslora: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    shared: bool,
    singular_values: Vec<f64>,
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    complete: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frobenius_norm: Option<f64>,
}

fn yes() -> bool {
    true
}

fn is_false(value: &bool) -> bool {
    !value
}

impl LayerSpectrum {
    /// The spectrum of a module whose factors have this rank and scale; its alpha is divided by r.
    pub fn new(module: String, rank: usize, scale: f64, spectrum: Spectrum) -> Self {
        // Turns −0 into 0.
        Self { module, rank, scale: Ok(scale + 0.0), rslora: false, shared: false, spectrum: short(spectrum) }
    }

    /// The spectrum of `layer`, as [`Delta::spectrum`](crate::delta::Delta::spectrum) gave it.
    pub fn of(layer: &Layer, spectrum: Spectrum) -> Self {
        let scale = match layer.scale() {
            Scale::Known { value, .. } => Ok(*value),
            Scale::Unknown(reason) => Err(reason.to_string()),
        };
        let new = Self::new(layer.name().to_owned(), layer.rank(), 1.0, spectrum);
        Self { rslora: layer.rslora(), shared: layer.name() != layer.module(), scale, ..new }
    }

    /// The path of the module, or the [name](Layer::name) of the layer where the module has several.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The rank r of the factors.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The scale of B·A, which the spectrum includes; `None` if it is unknown.
    pub fn scale(&self) -> Option<f64> {
        self.scale.as_ref().ok().copied()
    }

    /// Why the scale is unknown, and which file to add; `None` if it is known.
    pub fn scale_unknown(&self) -> Option<&str> {
        self.scale.as_ref().err().map(String::as_str)
    }

    /// The singular values of scale·B·A. Where the scale is unknown, those of B·A: their ratios hold, they do not.
    pub fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }

    /// The module with another rank and the alpha that keeps its scale, for [`peft_patterns`](crate::peft_patterns) and
    /// [`kohya_arguments`](crate::kohya_arguments).
    ///
    /// # Errors
    /// [`ModuleRankError`] for a rank of 0, a scale that is unknown, an alpha that is not above 0, or a layer that shares its
    /// module's rank with others.
    ///
    /// ```
    /// # use lora_rank_explorer::{Spectrum, adapter::LayerSpectrum};
    /// let layer = LayerSpectrum::new("q_proj".to_owned(), 2, 0.5, Spectrum::new(3, 4, vec![2.0, 1.0, 0.0])?);
    /// assert_eq!(layer.module_rank(1)?.alpha(), 0.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn module_rank(&self, rank: usize) -> Result<ModuleRank, ModuleRankError> {
        if self.shared {
            return Err(ModuleRankError::Shared { name: self.module.clone() });
        }
        let divisor = if self.rslora { (rank as f64).sqrt() } else { rank as f64 };
        let unknown = |reason: &String| {
            let (name, reason) = (self.module.clone(), reason.clone());
            ModuleRankError::UnknownScale { name, reason }
        };
        ModuleRank::new(&*self.module, rank, self.scale.as_ref().map_err(unknown)? * divisor)
    }
}

/// The same spectrum with one 0 in place of many.
fn short(spectrum: Spectrum) -> Spectrum {
    let values = spectrum.singular_values();
    let known = (above_zero(values) + 1).min(values.len());
    let short = || Spectrum::leading(spectrum.rows(), spectrum.cols(), values[..known].to_vec(), None).ok();
    if known < values.len() { short().unwrap_or(spectrum) } else { spectrum }
}

fn above_zero(values: &[f64]) -> usize {
    values.partition_point(|value| *value > 0.0)
}

impl From<LayerSpectrum> for Stored {
    fn from(LayerSpectrum { module, rank, scale, rslora, shared, spectrum }: LayerSpectrum) -> Self {
        let (rows, cols, values) = (spectrum.rows(), spectrum.cols(), spectrum.singular_values());
        let singular_values = values[..above_zero(values)].to_vec();
        let complete = spectrum.is_complete();
        let frobenius_norm = spectrum.frobenius_norm().filter(|_| !complete);
        let (scale, scale_unknown) = (scale.as_ref().ok().copied(), scale.err());
        Self {
            module,
            rows,
            cols,
            rank,
            scale,
            scale_unknown,
            rslora,
            shared,
            singular_values,
            complete,
            frobenius_norm,
        }
    }
}

impl TryFrom<Stored> for LayerSpectrum {
    type Error = SpectrumError;

    fn try_from(stored: Stored) -> Result<Self, SpectrumError> {
        let Stored { module, rows, cols, rank, scale, rslora, shared, singular_values: mut values, .. } = stored;
        if stored.complete && values.len() < rows.min(cols) {
            values.push(0.0);
        }
        let spectrum = Spectrum::leading(rows, cols, values, stored.frobenius_norm)?;
        let why = || stored.scale_unknown.unwrap_or_else(|| UnknownScale::NoConfig.to_string());
        let new = Self::new(module, rank, scale.unwrap_or(1.0), spectrum);
        Ok(Self { rslora, shared, scale: new.scale.and_then(|known| scale.map(|_| known).ok_or_else(why)), ..new })
    }
}

/// A table of layers with the ranks chosen for them, as CSV (RFC 4180): shape, r, scale, and at the chosen rank the captured
/// energy, the Frobenius and the spectral residual. Undefined values are empty, and the residuals and the scale of a layer whose
/// scale is unknown. Layers without a rank, and ranks without a layer,
/// are left out.
///
/// A path that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-` or `@`, gets a `'` before it.
///
/// ```
/// use lora_rank_explorer::{Spectrum, adapter::{LayerSpectrum, csv}};
///
/// let spectrum = Spectrum::new(2, 2, vec![4.0, 3.0])?;
/// let table = csv(&[LayerSpectrum::new("q_proj".to_owned(), 2, 1.0, spectrum)], &[1]);
/// assert_eq!(table.lines().nth(1), Some("q_proj,2,2,2,1,1,0.64,3,3"));
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
pub fn csv(layers: &[LayerSpectrum], ranks: &[usize]) -> String {
    let mut table =
        "module,rows,cols,rank,scale,chosen_rank,captured_energy,frobenius_residual,spectral_residual\r\n".to_owned();
    for (layer, &rank) in layers.iter().zip(ranks) {
        let [frobenius, spectral] =
            [Metric::Frobenius, Metric::Spectral].map(|metric| ResidualCurve::new(&layer.spectrum, metric));
        let energy = frobenius.captured_energy(rank).map_or(String::new(), |energy| energy.to_string());
        let (rows, cols) = (layer.spectrum.rows(), layer.spectrum.cols());
        table += &quoted(&layer.module);
        let known = |value: f64| layer.scale().map_or(String::new(), |_| value.to_string());
        let scale = known(layer.scale().unwrap_or(1.0));
        table += &format!(",{rows},{cols},{},{scale},{rank},{energy}", layer.rank);
        table += &format!(",{},{}\r\n", known(frobenius.residual(rank)), known(spectral.residual(rank)));
    }
    table
}

/// A cell of text. A formula becomes text (OWASP, *CSV Injection*), also for spreadsheets that split cells at other characters
/// than a comma.
fn quoted(text: &str) -> String {
    const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let apostrophe = if text.starts_with(FORMULA) { "'" } else { "" };
    match text.contains([',', ';', '"', '\t', '\r', '\n']) {
        true => format!("\"{apostrophe}{}\"", text.replace('"', "\"\"")),
        false => [apostrophe, text].concat(),
    }
}
