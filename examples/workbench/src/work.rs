//! The worker's jobs. They read a file layer by layer and never hold more than one layer in memory.

use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::Range;

use lora_rank_explorer::Spectrum;
use lora_rank_explorer::adapter::{Adapter, Kept, Layer, LayerSpectrum, Problem, ReadBytes, Reason, Tensor};
use lora_rank_explorer::delta::{Delta, DeltaError};
use lora_rank_explorer::svd::leading_singular_values;
use wasm_bindgen::JsCast;

use crate::blob::{Sink, Source};
use crate::contents::{contents, layers};
use crate::format;
use crate::protocol::Report;
use crate::saved;
use crate::worker::PageChannel;

/// How many singular values of a plain weight are computed.
pub const LEADING: NonZeroUsize = NonZeroUsize::new(64).expect("above 0");

/// Some seconds.
const MOST_OPERATIONS: u64 = 4_000_000_000;

/// Milliseconds between two reports: often enough to be seen as motion.
const PAUSE: f64 = 50.0;

/// Reads a file of tensors, or of spectra that this page has saved, and reports its contents.
pub fn open(mut file: Source, config: Option<Source>, channel: &PageChannel) -> Result<(), String> {
    let begun = channel.now();
    if saved::begins_as_json(&mut file) {
        saved::open(&mut file, channel)?;
        channel.report(&finished(channel, begun));
        return Ok(());
    }
    let adapter = adapter(&mut file, config)?;
    let weights = weights(&adapter);
    channel.opened(layers(&adapter, &weights), contents(&adapter, &weights, file.bytes()));

    let mut batch = Batch::new(channel);
    for (i, (layer, delta)) in adapter.deltas(&mut file).enumerate() {
        batch.push(i, of_layer(layer, delta));
    }
    for (i, tensor) in (adapter.layers().len()..).zip(weights) {
        batch.push(i, leading(tensor, &mut file));
    }
    batch.send();
    channel.report(&finished(channel, begun));
    Ok(())
}

/// Reads the layers at these indices, and reports their spectra.
pub fn resume(
    mut file: Source,
    config: Option<Source>,
    missing: &[usize],
    channel: &PageChannel,
) -> Result<(), String> {
    let begun = channel.now();
    let adapter = adapter(&mut file, config)?;
    let weights = weights(&adapter);
    let mut batch = Batch::new(channel);
    for &i in missing {
        match (adapter.layers().get(i), i.checked_sub(adapter.layers().len()).and_then(|i| weights.get(i))) {
            (Some(layer), _) => batch.push(i, of_layer(layer, layer.read(&mut file))),
            (None, Some(tensor)) => batch.push(i, leading(tensor, &mut file)),
            (None, None) => {}
        }
    }
    batch.send();
    channel.report(&finished(channel, begun));
    Ok(())
}

fn of_layer(layer: &Layer, delta: Result<Delta, Problem>) -> Result<LayerSpectrum, String> {
    let spectrum = delta.and_then(|delta| spectrum(&delta).map_err(|error| layer.problem(error)));
    spectrum.map(|spectrum| LayerSpectrum::of(layer, spectrum)).map_err(|problem| problem.to_string())
}

/// Writes the file with the given ranks.
pub fn resize(mut file: Source, config: Option<Source>, ranks: &[usize], channel: &PageChannel) -> Result<(), String> {
    let adapter = adapter(&mut file, config)?;
    let words = |problem: Problem| problem.to_string();
    let mut resized = adapter.resize(ranks).map_err(words)?;
    let (mut sink, mut written, mut sent) = (Sink::default(), 0, channel.now());
    let mut report = |report: Report| {
        if channel.now() - sent >= PAUSE {
            sent = channel.now();
            channel.report(&report);
        }
    };
    // A layer that cannot be resized is kept as it is, and the header says so: it can be written after the checks only.
    let mut checks = resized.checks();
    while !checks.is_empty() {
        let mut answers = Vec::new();
        for check in &checks {
            answers.push(check.run(bytes_of(&mut file, check.ranges())?));
            report(Report::Checked { layers: answers.len(), of: checks.len() });
        }
        resized.checked(answers).map_err(words)?;
        checks = resized.checks();
    }
    let mut put = |bytes: &[u8]| {
        written += bytes.len() as u64;
        report(Report::Written(written));
        sink.write_all(bytes).map_err(|error| error.to_string())
    };
    put(resized.header())?;
    for part in resized.parts() {
        put(&part.bytes(bytes_of(&mut file, part.ranges())?).map_err(words)?)?;
    }
    let kept = kept(&adapter, resized.kept());
    let config = resized.config().map(ToOwned::to_owned);
    let file = sink.finish()?;
    channel.report_with(&Report::Resized { config, kept }, &file);
    Ok(())
}

/// The layers that are kept as they were, each with the reason. The experts of a module that is no pair are one entry.
fn kept(adapter: &Adapter, kept: &[Kept]) -> Vec<String> {
    let group = |kept: &Kept| match kept.problem.reason {
        Reason::Kept(why) => adapter.layers()[kept.layer].group().map(|(module, _)| (module, why)),
        _ => None,
    };
    let groups: Vec<_> = kept.iter().map(group).collect();
    let mut entries: Vec<(&Kept, usize)> = Vec::new();
    for (i, layer) in kept.iter().enumerate() {
        match entries.last_mut() {
            Some((_, others)) if groups[i].is_some() && groups[i] == groups[i - 1] => *others += 1,
            _ => entries.push((layer, 0)),
        }
    }
    let entry = |(first, others): (&Kept, usize)| match others {
        0 => first.to_string(),
        others => format!("{first}; and {}", format::counted(others, "more expert")),
    };
    entries.into_iter().map(entry).collect()
}

fn bytes_of(file: &mut Source, ranges: &[Range<u64>]) -> Result<Vec<Vec<u8>>, String> {
    let read = |range: &Range<u64>| file.read_bytes(range.clone()).map_err(|error| format!("the file: {error}"));
    ranges.iter().map(read).collect()
}

fn adapter(file: &mut Source, config: Option<Source>) -> Result<Adapter, String> {
    let config = config.map(|mut config| config.text()).transpose();
    let config = config.map_err(|error| format!("adapter_config.json: {error}"))?;
    let bytes = file.bytes();
    Adapter::open(file, bytes, config.as_deref()).map_err(|problem| problem.to_string())
}

/// All singular values, or the first ones of a matrix that is stored whole and large.
fn spectrum(delta: &Delta) -> Result<Spectrum, DeltaError> {
    match delta.cost().operations {
        ..MOST_OPERATIONS => delta.spectrum(),
        _ => delta.leading_spectrum(LEADING),
    }
}

/// The tensors beside the layers that are matrices, in the order in which the page lists them.
fn weights(adapter: &Adapter) -> Vec<&Tensor> {
    adapter.plain_tensors().iter().filter(|tensor| is_matrix(tensor)).collect()
}

fn is_matrix(tensor: &Tensor) -> bool {
    tensor.shape().len() == 2 && tensor.shape().iter().all(|&side| side > 0) && tensor.dtype().bytes().is_some()
}

fn leading(tensor: &Tensor, file: &mut Source) -> Result<LayerSpectrum, String> {
    let name = tensor.name();
    let named = |error: String| format!("tensor `{name}`: {error}");
    let bytes = file.read_bytes(tensor.range()).map_err(named)?;
    let entries = tensor.to_f32(&bytes).map_err(|problem| problem.to_string())?;
    drop(bytes);
    let (rows, cols) = (tensor.shape()[0] as usize, tensor.shape()[1] as usize);
    let leading =
        leading_singular_values(&entries, rows, cols, LEADING.get()).map_err(|error| named(error.to_string()))?;
    let spectrum = Spectrum::try_from(&leading).map_err(|error| named(error.to_string()))?;
    Ok(LayerSpectrum::new(name.to_owned(), spectrum.known_rank(), 1.0, spectrum))
}

/// WebAssembly memory never shrinks, so its size at the end is the peak.
fn finished(channel: &PageChannel, begun: f64) -> Report {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    let memory = js_sys::ArrayBuffer::from(memory.buffer()).byte_length().into();
    Report::Finished { seconds: (channel.now() - begun) / 1000.0, memory }
}

/// Collects spectra into messages: the page re-renders for each message.
struct Batch<'a> {
    channel: &'a PageChannel,
    sent: f64,
    read: Vec<(usize, Result<LayerSpectrum, String>)>,
}

impl<'a> Batch<'a> {
    fn new(channel: &'a PageChannel) -> Self {
        Self { channel, sent: channel.now(), read: Vec::new() }
    }

    fn push(&mut self, layer: usize, read: Result<LayerSpectrum, String>) {
        self.read.push((layer, read));
        if self.channel.now() - self.sent >= PAUSE {
            self.send();
        }
    }

    fn send(&mut self) {
        self.sent = self.channel.now();
        self.channel.report(&Report::Read(std::mem::take(&mut self.read)));
    }
}
