//! [`Work`]: the worker's jobs. They read a file layer by layer and never hold more than one layer in memory.

use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::Range;

use js_sys::Array;
use lora_rank_explorer::Spectrum;
use lora_rank_explorer::adapter::{Adapter, Held, Kept, LayerSpectrum, Problem, ReadBytes, Reason, Tensor};
use lora_rank_explorer::delta::{Delta, DeltaError};
use lora_rank_explorer::svd::leading_singular_values;
use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::blob::{Sink, Source};
use super::contents::{contents, layers};
use super::protocol::{Found, Report};
use super::saved;
use super::worker::PageChannel;
use crate::format;

/// How many singular values of a plain weight are computed.
pub const LEADING: NonZeroUsize = NonZeroUsize::new(64).expect("above 0");

/// Some seconds.
const MOST_OPERATIONS: u64 = 4_000_000_000;

/// Milliseconds between two reports: often enough to be seen as motion.
const PAUSE: f64 = 50.0;

/// The most spectra that one message has: the page handles it in a few milliseconds.
pub const SPECTRA: usize = 250;

/// The files that the jobs are about, opened for the first job that needs it.
pub struct Work {
    file: Result<Source, String>,
    config: Result<Option<Source>, String>,
    open: Option<Open>,
}

struct Open {
    adapter: Adapter,
    /// The tensors beside the layers that are matrices, by index, in the order in which the page lists them.
    weights: Vec<usize>,
    held: Held,
}

impl Work {
    /// Work on the files in a message: the file, and its configuration or nothing. Opens them before a job needs it.
    pub fn new(files: &Array) -> Self {
        let source = |index| files.get(index).dyn_into::<Blob>().ok().map(Source::new);
        let file = source(0).unwrap_or_else(|| Err("the worker has got no file".to_owned()));
        let mut work = Self { file, config: source(1).transpose(), open: None };
        // The first job fails for the same reason, and says so.
        let _ = work.opened();
        work
    }

    /// Reports the contents of a file of tensors, or of spectra that this page has saved, and these.
    pub fn open(&mut self, channel: &PageChannel) -> Result<Report, String> {
        let file = self.file.as_mut().map_err(|error| error.clone())?;
        if saved::begins_as_json(file) {
            return saved::open(file, channel);
        }
        let (file, Open { adapter, weights, .. }) = self.opened()?;
        let weights: Vec<&Tensor> = weights.iter().map(|&i| &adapter.plain_tensors()[i]).collect();
        channel.list(layers(adapter, &weights));
        Ok(Report::Opened(Box::new(contents(adapter, &weights, file.bytes()))))
    }

    /// Reports the spectra of the layers at these indices.
    pub fn read(&mut self, wanted: &[u32], channel: &PageChannel) -> Report {
        let mut batch = Batch::new(channel);
        match self.opened() {
            Ok((file, open)) => {
                file.expect(open.range(wanted));
                wanted.iter().for_each(|&i| batch.push(i as usize, open.read(i as usize, file)));
            }
            Err(error) => wanted.iter().for_each(|&i| batch.push(i as usize, Err(error.clone()))),
        }
        Report::Read(batch.read)
    }

    fn opened(&mut self) -> Result<(&mut Source, &mut Open), String> {
        let file = self.file.as_mut().map_err(|error| error.clone())?;
        let open = match self.open.take() {
            Some(open) => open,
            None => Open::new(file, self.config.as_mut().map_err(|error| error.clone())?.as_mut())?,
        };
        Ok((file, self.open.insert(open)))
    }

    /// Writes the file with the given ranks.
    pub fn resize(&mut self, ranks: &[usize], channel: &PageChannel) -> Result<(Report, Blob), String> {
        let (file, Open { adapter, .. }) = self.opened()?;
        file.expect(0..file.bytes());
        resize(file, adapter, ranks, channel)
    }
}

impl Open {
    fn new(file: &mut Source, config: Option<&mut Source>) -> Result<Self, String> {
        let config = config.map(Source::text).transpose();
        let config = config.map_err(|error| format!("adapter_config.json: {error}"))?;
        let bytes = file.bytes();
        let adapter = Adapter::open(file, bytes, config.as_deref()).map_err(|problem| problem.to_string())?;
        let plain = adapter.plain_tensors();
        let weights = (0..plain.len()).filter(|&i| is_matrix(&plain[i])).collect();
        Ok(Self { adapter, weights, held: Held::default() })
    }

    /// The part of the file in which these layers stand, or nothing if it is mostly others that do.
    fn range(&self, wanted: &[u32]) -> Range<u64> {
        let layers = wanted.iter().filter_map(|&i| self.adapter.layers().get(i as usize));
        let (mut start, mut end, mut bytes) = (u64::MAX, 0, 0u64);
        for layer in layers {
            bytes = bytes.saturating_add(layer.bytes());
            for Range { start: from, end: to } in layer.ranges() {
                (start, end) = (start.min(from), end.max(to));
            }
        }
        if end.saturating_sub(start) / 2 <= bytes { start.min(end)..end } else { 0..0 }
    }

    /// The spectrum of the layer or weight at this index of the page's list.
    fn read(&mut self, index: usize, file: &mut Source) -> Result<LayerSpectrum, String> {
        let Some(layer) = self.adapter.layers().get(index) else {
            let weight = index.checked_sub(self.adapter.layers().len()).and_then(|i| self.weights.get(i));
            let weight = weight.ok_or("the file has changed: it has no such layer any more")?;
            return leading(&self.adapter.plain_tensors()[*weight], file);
        };
        let delta = layer.read_holding(file, &mut self.held);
        let spectrum = delta.and_then(|delta| spectrum(&delta).map_err(|error| layer.problem(error)));
        spectrum.map(|spectrum| LayerSpectrum::of(layer, spectrum)).map_err(|problem| problem.to_string())
    }
}

fn resize(
    file: &mut Source,
    adapter: &Adapter,
    ranks: &[usize],
    channel: &PageChannel,
) -> Result<(Report, Blob), String> {
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
            answers.push(check.run(bytes_of(file, check.ranges())?));
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
        put(&part.bytes(bytes_of(file, part.ranges())?).map_err(words)?)?;
    }
    let kept = kept(adapter, resized.kept());
    let config = resized.config().map(ToOwned::to_owned);
    let file = sink.finish()?;
    Ok((Report::Resized { config, kept, residual: None }, file))
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

/// All singular values, or the first ones of a matrix that is stored whole and large.
fn spectrum(delta: &Delta) -> Result<Spectrum, DeltaError> {
    match delta.cost().operations {
        ..MOST_OPERATIONS => delta.spectrum(),
        _ => delta.leading_spectrum(LEADING),
    }
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

/// Collects spectra into messages.
struct Batch<'a> {
    channel: &'a PageChannel,
    sent: f64,
    read: Vec<(usize, Result<Found, String>)>,
}

impl<'a> Batch<'a> {
    fn new(channel: &'a PageChannel) -> Self {
        Self { channel, sent: channel.now(), read: Vec::new() }
    }

    fn push(&mut self, layer: usize, read: Result<LayerSpectrum, String>) {
        self.read.push((layer, read.map(Found::from)));
        if self.read.len() >= SPECTRA || self.channel.now() - self.sent >= PAUSE {
            self.send();
        }
    }

    fn send(&mut self) {
        self.sent = self.channel.now();
        let read = std::mem::take(&mut self.read);
        let count = read.len();
        self.channel.report_done(&Report::Read(read), count);
    }
}
