//! [`LayerSpectrum`]: what is kept of a layer once its data is read, as JSON and as a table.

use serde::{Deserialize, Serialize};

use super::layer::Layer;
use crate::{Metric, ResidualCurve, Spectrum, SpectrumError};

/// The spectrum of a layer, with what the layer was.
///
/// JSON keeps the singular values up to r, since all others are 0: an array of these opens again.
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
    scale: f64,
    spectrum: Spectrum,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    module: String,
    rows: usize,
    cols: usize,
    rank: usize,
    scale: f64,
    singular_values: Vec<f64>,
}

impl LayerSpectrum {
    /// The spectrum of a module whose factors have this rank and scale.
    pub fn new(module: String, rank: usize, scale: f64, spectrum: Spectrum) -> Self {
        Self { module, rank, scale, spectrum }
    }

    /// The spectrum of `layer`, as [`Factors::spectrum`](super::Factors::spectrum) gave it.
    pub fn of(layer: &Layer, spectrum: Spectrum) -> Self {
        Self::new(layer.module().to_owned(), layer.rank(), layer.scale(), spectrum)
    }

    /// The path of the module.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// r of the factors.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// What B·A is multiplied by; it is part of the spectrum.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The singular values of scale·B·A.
    pub fn spectrum(&self) -> &Spectrum {
        &self.spectrum
    }
}

impl From<LayerSpectrum> for Stored {
    fn from(LayerSpectrum { module, rank, scale, spectrum }: LayerSpectrum) -> Self {
        let values = spectrum.singular_values();
        let singular_values = values[..values.partition_point(|value| *value > 0.0)].to_vec();
        Self { module, rows: spectrum.rows(), cols: spectrum.cols(), rank, scale, singular_values }
    }
}

impl TryFrom<Stored> for LayerSpectrum {
    type Error = SpectrumError;

    fn try_from(stored: Stored) -> Result<Self, SpectrumError> {
        let Stored { module, rows, cols, rank, scale, singular_values: mut values } = stored;
        let missing = rows.min(cols).saturating_sub(values.len());
        if values.try_reserve_exact(missing).is_err() {
            return Err(SpectrumError::Count { rows, cols, found: values.len() });
        }
        values.resize(values.len() + missing, 0.0);
        Ok(Self { module, rank, scale, spectrum: Spectrum::new(rows, cols, values)? })
    }
}

/// A table of layers with the ranks chosen for them, as CSV (RFC 4180): shape, r, scale, and at the chosen rank the captured
/// energy, the Frobenius and the spectral residual. What is not defined is empty. Of unequal lengths the shorter counts.
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
        table += &format!(",{rows},{cols},{},{},{rank},{energy}", layer.rank, layer.scale);
        table += &format!(",{},{}\r\n", frobenius.residual(rank), spectral.residual(rank));
    }
    table
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
