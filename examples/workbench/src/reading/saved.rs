//! A file of spectra that this page has saved.

use lora_rank_explorer::adapter::{Foreign, Header, LayerSpectrum, ReadBytes};

use super::blob::Source;
use super::protocol::{Contents, Found, Layer, Report};
use super::work::SPECTRA;
use super::worker::PageChannel;
use crate::pair::found::saved_floor;

/// Whether the file is JSON text. A safetensors file begins with the header's length, whose bytes include zeros; text has none.
pub fn begins_as_json(file: &mut Source) -> bool {
    let first = file.read_bytes(0..file.bytes().min(8)).unwrap_or_default();
    !first.contains(&0) && first.trim_ascii_start().first().is_some_and(|byte| b"[{".contains(byte))
}

/// Reads spectra that this page has saved, and reports them.
pub fn open(file: &mut Source, channel: &PageChannel) -> Result<Report, String> {
    let text = file.text()?;
    let entries: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(&text).map_err(|error| other_json(&text, &error))?;
    let (mut layers, mut read, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (i, entry) in entries.iter().enumerate() {
        match serde_json::from_str::<LayerSpectrum>(entry.get()) {
            Ok(layer) => {
                let floor = saved_floor(entry.get());
                let mark = floor.as_ref().map(|floor| floor.mark.clone());
                let spectrum = layer.spectrum();
                let rank = layer.rank().clamp(1, spectrum.max_rank());
                // Two bytes per value.
                let bytes_per_rank = (spectrum.rows() as u64).saturating_add(spectrum.cols() as u64).saturating_mul(2);
                layers.push(Layer {
                    module: layer.module().to_owned(),
                    rows: spectrum.rows(),
                    cols: spectrum.cols(),
                    rank,
                    scale: layer.scale().filter(|_| mark.is_none()),
                    scale_text: match (&mark, layer.scale(), layer.scale_unknown()) {
                        (Some(_), ..) => None,
                        (None, Some(scale), _) => Some(format!("{scale}, from the saved spectra")),
                        (None, None, why) => Some(format!("unknown: {}", why.unwrap_or_default())),
                    },
                    bytes: bytes_per_rank.saturating_mul(rank as u64),
                    bytes_per_rank,
                    group: None,
                    kept: None,
                    becomes_pair: false,
                    mark,
                });
                read.push(Found { layer, floor });
            }
            Err(error) => problems.push(format!("spectrum {}: {error}", i + 1)),
        }
    }
    let file_bytes = layers.iter().map(|layer| layer.bytes).fold(0, u64::saturating_add);
    let contents = Contents {
        problems,
        file_bytes,
        note: None,
        other_tensors: 0,
        is_adapter: false,
        holds_spectra: true,
        paired: None,
    };
    channel.list(layers);
    channel.report(&Report::Opened(Box::new(contents)));
    let mut read = read.into_iter().map(Ok).enumerate().peekable();
    while read.peek().is_some() {
        channel.report(&Report::Read(read.by_ref().take(SPECTRA).collect()));
    }
    Ok(Report::Read(Vec::new()))
}

/// What is wrong with JSON that is not a list of spectra: it may be a server's answer, or a file that belongs to a model.
fn other_json(text: &str, error: &serde_json::Error) -> String {
    let bytes = text.len() as u64;
    match Foreign::of(&text.as_bytes()[..Header::first(bytes).end as usize], bytes) {
        Some(foreign) if foreign.what() != "a JSON text" => format!("the file: {foreign}"),
        _ => format!("the file is JSON, but not a list of spectra that this page has saved: {error}"),
    }
}
