//! The names of a pair's factors, and whether loaders look for them.

use crate::adapter::write::options::Names;
use crate::checkpoint::names::module_of;
use crate::checkpoint::pair::Pair;
use crate::checkpoint::problem::CheckpointProblem;

/// What stands before the names of the other models in a file that holds a whole pipeline.
const OTHER_MODELS: [&str; 6] =
    ["cond_stage_model.", "conditioner.", "first_stage_model.", "text_encoders.", "vae.", "model_ema."];

/// What paths begin with in diffusers' U-Nets and not in the original ones.
const DIFFUSERS_UNET: [&str; 3] = ["down_blocks.", "mid_block.", "up_blocks."];

impl Pair {
    /// Refuses what loaders of these names do not look for: other models in the files, and the paths of diffusers' models.
    pub(super) fn check_names(&self, names: Names) -> Result<(), CheckpointProblem> {
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| self.name().starts_with(prefix));
        if names != Names::Peft && begins(&OTHER_MODELS) {
            return Err(self.refused(
                "it is part of a text encoder, of the VAE or of an averaged copy (EMA), and these names are those of the diffusion model: \
                 leave it out",
            ));
        }
        let is_known = match names {
            Names::Peft => true,
            // Its names for a UNet are those of diffusers.
            Names::Kohya => !self.is_diffusers_flux,
            _ => !self.is_diffusers_flux && !begins(&DIFFUSERS_UNET),
        };
        match is_known {
            true => Ok(()),
            false => Err(self.refused(
                "its path is that of diffusers' model, which loaders of these names do not know: choose files with the original \
                 model's names, or PEFT's names",
            )),
        }
    }

    /// The path of the module in the model.
    pub(super) fn path(&self) -> &str {
        module_of(&self.in_model)
    }

    /// The module as the names of factors begin.
    pub(super) fn module(&self, names: Names) -> String {
        match names {
            Names::Peft => format!("base_model.model.{}", self.path()),
            Names::Kohya => format!("lora_unet_{}", module_of(self.name()).replace('.', "_")),
            _ => format!("diffusion_model.{}", module_of(self.name())),
        }
    }
}
