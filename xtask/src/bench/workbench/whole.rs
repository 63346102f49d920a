//! What a person does with the adapter of a whole model, with many experts, and with a thousand layers.

use super::Part;

pub const PART: Part = Part {
    script: include_str!("whole.js"),
    figures: &[
        ("file", "the file, MB", 1),
        ("layers", "its layers", 0),
        ("read", "from choosing it to the last spectrum, s", 2),
        ("readTask", "… longest task on the main thread, ms", 0),
        ("readFrame", "… longest time between two frames, ms", 0),
        ("workerMemory", "… largest wasm memory of a worker, MB", 1),
        ("pageMemory", "… wasm memory of the page, MB", 1),
        ("heap", "… largest JavaScript heap of the page, MB", 1),
        ("ruleTask", "another rule for all layers: longest task, ms", 0),
        ("budgetTask", "another size: longest task, ms", 0),
        ("resize", "writing the file with half the bytes, s", 2),
        ("resizeTask", "… longest task, ms", 0),
        ("expertsList", "48 × 128 experts × 3, a pair each: from choosing the file to the list, s", 2),
        ("expertsListTask", "… longest task, ms", 0),
        ("expertsRead", "… to the last spectrum, s", 2),
        ("expertsReadTask", "… longest task, ms", 0),
        ("manyTask", "1,000 layers of 4096×4096 from saved spectra: longest task, ms", 0),
        ("manyRuleTask", "… another rule for all: longest task, ms", 0),
        ("scrollFrame", "… scrolling through the list: 95 % of frames within, ms", 1),
        ("scrollTask", "… longest task, ms", 0),
    ],
};
