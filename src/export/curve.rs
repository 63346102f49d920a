//! The curve's numbers.

use std::ops::RangeInclusive;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::spectrum::Spectrum;
use crate::spectrum::curve::{Metric, ResidualCurve};

/// The numbers behind the curve as CSV: one line for each singular value that the spectrum holds. After a 0 the residual is 0.
///
/// The columns are `rank`, `singular_value`, `frobenius_residual`, `spectral_residual` and `captured_energy`. Each number has the
/// digits that read back as the same `f64`. A column that the known values give only as a range is split into `…_low` and
/// `…_high`. For W = 0 the energy is empty.
///
/// # Cost
/// O(k) for k known singular values.
///
/// ```
/// use lora_rank_explorer::{Spectrum, curve_csv};
///
/// let csv = curve_csv(&Spectrum::new(2, 2, vec![4.0, 3.0])?);
/// assert_eq!(
///     csv,
///     "rank,singular_value,frobenius_residual,spectral_residual,captured_energy\n\
///      1,4.0,3.0,3.0,0.64\n\
///      2,3.0,0.0,0.0,1.0\n"
/// );
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
pub fn curve_csv(spectrum: &Spectrum) -> String {
    let columns = columns(spectrum);
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = format!("rank,{}\n", names.join(","));
    for r in 1..=spectrum.singular_values().len() {
        text += &r.to_string();
        for column in &columns {
            text.push(',');
            text += &column.values[r - 1].map_or(String::new(), number);
        }
        text.push('\n');
    }
    text
}

/// The same numbers as a JSON object of columns, with the shape: `{"rows":2,"cols":2,"rank":[1,2],…}`. For W = 0 the energy is
/// `null`.
///
/// # Cost
/// O(k) for k known singular values.
///
/// ```
/// use lora_rank_explorer::{Spectrum, curve_json};
///
/// let json = curve_json(&Spectrum::new(2, 2, vec![4.0, 3.0])?);
/// assert!(json.starts_with(r#"{"rows":2,"cols":2,"rank":[1,2],"singular_value":[4.0,3.0],"frobenius_residual":[3.0,0.0]"#));
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
pub fn curve_json(spectrum: &Spectrum) -> String {
    serde_json::to_string(&Table(spectrum)).expect("names and numbers") + "\n"
}

struct Table<'a>(&'a Spectrum);

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(spectrum) = self;
        let mut table = serializer.serialize_map(None)?;
        table.serialize_entry("rows", &spectrum.rows())?;
        table.serialize_entry("cols", &spectrum.cols())?;
        table.serialize_entry("rank", &(1..=spectrum.singular_values().len()).collect::<Vec<_>>())?;
        for Column { name, values } in columns(spectrum) {
            table.serialize_entry(&name, &values)?;
        }
        table.end()
    }
}

struct Column {
    name: String,
    values: Vec<Option<f64>>,
}

fn columns(spectrum: &Spectrum) -> Vec<Column> {
    let frobenius = ResidualCurve::new(spectrum, Metric::Frobenius);
    let spectral = ResidualCurve::new(spectrum, Metric::Spectral);
    let ranges = |range: &dyn Fn(usize) -> Option<RangeInclusive<f64>>| -> Vec<Option<RangeInclusive<f64>>> {
        (1..=spectrum.singular_values().len()).map(range).collect()
    };
    let mut columns = vec![Column {
        name: "singular_value".to_owned(),
        values: spectrum.singular_values().iter().copied().map(Some).collect(),
    }];
    for (name, ranges) in [
        ("frobenius_residual", ranges(&|r| Some(frobenius.residual_range(r)))),
        ("spectral_residual", ranges(&|r| Some(spectral.residual_range(r)))),
        ("captured_energy", ranges(&|r| frobenius.captured_energy_range(r))),
    ] {
        let low: Vec<Option<f64>> = ranges.iter().map(|range| range.as_ref().map(|range| *range.start())).collect();
        let high: Vec<Option<f64>> = ranges.iter().map(|range| range.as_ref().map(|range| *range.end())).collect();
        if low == high {
            columns.push(Column { name: name.to_owned(), values: low });
        } else {
            columns.push(Column { name: format!("{name}_low"), values: low });
            columns.push(Column { name: format!("{name}_high"), values: high });
        }
    }
    columns
}

/// The shortest digits that read back as the same number: `4.0`, `1e-300`.
fn number(value: f64) -> String {
    format!("{value:?}")
}
