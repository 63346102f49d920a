//! Adapter files: what is read, what is refused and how it is named, what is written. Run with `--features adapter`.

mod bad_input;
mod export;
mod files;
mod fuzz;
mod layouts;
mod oracle;
mod resize;
