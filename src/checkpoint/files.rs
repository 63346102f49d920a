//! [`Checkpoint`]: a model in one file or in several, by their headers.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::index::{Index, base_name};
use super::problem::CheckpointProblem;
use super::quantised;
use crate::adapter::file::header::Header;
use crate::adapter::file::read::ReadBytes;
use crate::adapter::file::shard::shard_of;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::Problem;

/// A model in one safetensors file or in several: which tensor lies where. It holds no weights.
///
/// Its files are known by their headers, so that an asynchronous source can read those as
/// [`Header`] says. [`Checkpoint::open`] does it for synchronous ones.
///
/// ```
/// use lora_rank_explorer::checkpoint::{Checkpoint, sample};
///
/// let model = sample().base;
/// let mut files: Vec<_> = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..])).collect();
/// let checkpoint = Checkpoint::open(Some(&model.index), &mut files)?;
/// assert_eq!((checkpoint.files().len(), checkpoint.problems().len()), (2, 0));
///
/// let half = Checkpoint::open(Some(&model.index), &mut files[..1])?;
/// assert!(half.problems()[0].to_string().starts_with("`model-00002-of-00002.safetensors` is missing, and with it"));
/// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoint {
    files: Vec<String>,
    /// In the order of the files.
    tensors: Vec<Located>,
    by_name: HashMap<String, usize>,
    /// The names, given by the index or by a header, of tensors that cannot be read.
    absent: HashSet<String>,
    /// Whether there may be tensors of which not even the names are known.
    lacks_names: bool,
    problems: Vec<CheckpointProblem>,
}

/// A tensor with the index of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) file: usize,
    pub(super) tensor: Tensor,
}

/// A range of one of several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRange {
    /// The index of the file, in the order in which the files were given.
    pub file: usize,
    /// Which of its bytes.
    pub range: Range<u64>,
}

impl Checkpoint {
    /// The checkpoint in files of these names and headers. `index` is the text of `model.safetensors.index.json`, if there is one:
    /// it tells which tensors a missing file takes along.
    ///
    /// A file without a header that can be read, a missing one and a tensor that is in two of them are
    /// [problems](Self::problems); the rest is read. Names may have folders before them, which do not count.
    ///
    /// # Errors
    /// [`CheckpointProblem::NoFiles`]; [`CheckpointProblem::Index`] where the index is not one;
    /// [`CheckpointProblem::OtherIndex`] where it names none of the files; the problem of the only file, where its header cannot be
    /// read.
    pub fn new(
        index: Option<&str>,
        files: impl IntoIterator<Item = (String, Result<Header, Problem>)>,
    ) -> Result<Self, CheckpointProblem> {
        let given: Vec<(String, Result<Header, Problem>)> = files.into_iter().collect();
        if given.is_empty() {
            return Err(CheckpointProblem::NoFiles);
        }
        let names: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
        let mut checkpoint = Self {
            files: names.clone(),
            tensors: Vec::new(),
            by_name: HashMap::new(),
            absent: HashSet::new(),
            lacks_names: false,
            problems: Vec::new(),
        };
        let index = index.map(Index::parse).transpose()?;
        let indexed = index.as_ref().map(Index::files);
        if let Some(indexed) = &indexed {
            let is_given = |file: &str| names.iter().any(|name| base_name(name) == file);
            if !indexed.iter().any(|(file, _)| is_given(file)) {
                let named = indexed.iter().map(|(file, _)| (*file).to_owned()).collect();
                return Err(CheckpointProblem::OtherIndex { named, given: names });
            }
            let missing = indexed.iter().filter(|(file, _)| !is_given(file));
            checkpoint.problems.extend(missing.map(|(file, tensors)| CheckpointProblem::MissingFile {
                file: (*file).to_owned(),
                tensors: tensors.clone(),
            }));
        } else {
            checkpoint.problems.extend(missing_parts(&names));
            checkpoint.lacks_names = !checkpoint.problems.is_empty();
        }
        for (i, (name, header)) in given.into_iter().enumerate() {
            let of_index = indexed.as_ref().map(|files| files.iter().find(|(file, _)| *file == base_name(&name)));
            match (header, of_index) {
                (_, Some(None)) => checkpoint.problems.push(CheckpointProblem::NotInIndex { file: name }),
                (Err(problem), of_index) => {
                    match of_index.flatten() {
                        Some((_, tensors)) => checkpoint.absent.extend(tensors.iter().cloned()),
                        None => checkpoint.lacks_names = true,
                    }
                    checkpoint.problems.push(CheckpointProblem::File { file: name, problem });
                }
                (Ok(header), of_index) => {
                    checkpoint.absent.extend(header.lost().iter().cloned());
                    checkpoint.add(i, &name, &header, of_index.flatten().map(|(_, tensors)| &tensors[..]));
                }
            }
        }
        checkpoint.drop_duplicates();
        for problem in &checkpoint.problems {
            if let CheckpointProblem::MissingFile { tensors, .. }
            | CheckpointProblem::NotInFile { tensors, .. }
            | CheckpointProblem::Twice { tensors, .. } = problem
            {
                checkpoint.absent.extend(tensors.iter().cloned());
            }
        }
        if checkpoint.tensors.is_empty()
            && let [problem @ CheckpointProblem::File { .. }] = &checkpoint.problems[..]
        {
            return Err(problem.clone());
        }
        checkpoint.problems.extend(quantised::found(checkpoint.tensors.iter().map(|located| &located.tensor)));
        checkpoint.by_name =
            checkpoint.tensors.iter().enumerate().map(|(i, at)| (at.tensor.name().to_owned(), i)).collect();
        Ok(checkpoint)
    }

    /// Reads the headers of files that are given by name, length in bytes and source.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn open<R: ReadBytes>(index: Option<&str>, files: &mut [(&str, u64, R)]) -> Result<Self, CheckpointProblem> {
        let header = |(name, bytes, source): &mut (&str, u64, R)| ((*name).to_owned(), Header::read(source, *bytes));
        Self::new(index, files.iter_mut().map(header).collect::<Vec<_>>())
    }

    /// The names of the files, as they were given.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The tensors that can be located, file after file, with the index of their file.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (usize, &Tensor)> {
        self.tensors.iter().map(|located| (located.file, &located.tensor))
    }

    /// What is missing, stands twice or cannot be read, with what to do.
    pub fn problems(&self) -> &[CheckpointProblem] {
        &self.problems
    }

    pub(super) fn located(&self) -> &[Located] {
        &self.tensors
    }

    /// Whether it has, or is known to lack, a tensor of this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(name) || self.absent.contains(name)
    }

    /// Whether there may be tensors of which not even the names are known: in a part that is missing or cannot be read.
    pub(super) fn lacks_names(&self) -> bool {
        self.lacks_names
    }

    pub(super) fn get(&self, name: &str) -> Option<&Located> {
        self.by_name.get(name).map(|&i| &self.tensors[i])
    }

    /// Adds the tensors of a file, and its problems; those that the index places there and the header does not know are one.
    fn add(&mut self, file: usize, name: &str, header: &Header, indexed: Option<&[String]>) {
        let of_file = |problem: &Problem| CheckpointProblem::File { file: name.to_owned(), problem: problem.clone() };
        self.problems.extend(header.problems().iter().map(of_file));
        if let Some(indexed) = indexed {
            let held: BTreeSet<&str> = header.tensors().iter().map(Tensor::name).collect();
            let is_absent = |tensor: &&String| !held.contains(tensor.as_str()) && !header.lost().contains(*tensor);
            let tensors: Vec<String> = indexed.iter().filter(is_absent).cloned().collect();
            if !tensors.is_empty() {
                self.problems.push(CheckpointProblem::NotInFile { file: name.to_owned(), tensors });
            }
        }
        self.tensors.extend(header.tensors().iter().map(|tensor| Located { file, tensor: tensor.clone() }));
    }

    /// Removes every tensor whose name is in two files.
    fn drop_duplicates(&mut self) {
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut twice: Vec<([usize; 2], Vec<String>)> = Vec::new();
        for Located { file, tensor } in &self.tensors {
            let Some(before) = first.insert(tensor.name(), *file) else { continue };
            match twice.iter_mut().find(|(files, _)| *files == [before, *file]) {
                Some((_, tensors)) => tensors.push(tensor.name().to_owned()),
                None => twice.push(([before, *file], vec![tensor.name().to_owned()])),
            }
        }
        let gone: BTreeSet<String> = twice.iter().flat_map(|(_, tensors)| tensors).cloned().collect();
        self.tensors.retain(|located| !gone.contains(located.tensor.name()));
        let name = |file: usize| self.files[file].clone();
        let problem = |(files, tensors): ([usize; 2], _)| CheckpointProblem::Twice { files: files.map(name), tensors };
        self.problems.extend(twice.into_iter().map(problem));
    }
}

/// The parts that are missing by the names of the files: `model-00001-of-00002.safetensors`.
fn missing_parts(names: &[String]) -> Option<CheckpointProblem> {
    let parts: Vec<(u32, u32)> = names.iter().filter_map(|name| shard_of(base_name(name))).collect();
    let &(_, of) = parts.first()?;
    if parts.iter().any(|(_, other)| *other != of) {
        return None;
    }
    let missing: Vec<u32> = (1..=of).filter(|part| !parts.iter().any(|(found, _)| found == part)).collect();
    (!missing.is_empty()).then_some(CheckpointProblem::MissingParts { missing, of })
}
