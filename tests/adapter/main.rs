//! Adapter files: what is read, what is refused with which message, what is written. Run with `--features adapter`.

mod bad_input;
mod experts;
mod export;
mod files;
mod foreign;
mod fuzz;
mod fuzz_kinds;
mod fuzz_made;
mod fuzz_writer;
mod kept;
mod kept_kinds;
mod kinds;
mod layouts;
mod loaders;
mod made;
mod made_refused;
mod not_whole;
mod options;
mod oracle;
mod real_files;
mod refused;
mod resize;
mod scale;
mod scale_unknown;
mod scale_written;
