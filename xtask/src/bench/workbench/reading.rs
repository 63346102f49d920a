//! Several workers beside one, in turns, and a file with very many layers.

use super::Part;

pub const PART: Part = Part {
    script: include_str!("reading.js"),
    figures: &[
        ("workers", "the file of a whole model: workers that read it", 0),
        ("several", "… from choosing it to the last spectrum, median, s", 2),
        ("one", "… with one worker (`?workers=1`), in turns, s", 2),
        ("ratio", "… ratio, median of the turns", 2),
        ("memory", "… wasm memory of all workers, MB", 1),
        ("largest", "… of the one that took the most, MB", 1),
        ("manyList", "20,000 layers: from choosing the file to the list, median, s", 2),
        ("manyRead", "… to the last spectrum, s", 2),
        ("manyTask", "… longest task on the main thread, ms", 0),
        ("manyFrame", "… longest time between two frames, ms", 0),
        ("manyMemory", "… wasm memory of all workers, MB", 1),
    ],
};
