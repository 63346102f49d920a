//! Installs Debian packages, for machines that get a compiler or a browser this way.

use anyhow::{Context, Result, bail};

use crate::command::{cmd, find, shell};

/// Installs `packages` with apt, after saying so and why. Fails with what to install by hand if there is no apt or this user may not
/// run it.
pub fn install(why: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let by_hand = format!("{why}: install the packages {names}");
    if find("apt-get").is_none() {
        bail!("{by_hand}");
    }
    let sh = shell()?;
    // With -n, sudo never asks for a password.
    let sudo: &[&str] = if cmd!(sh, "id -u").quiet().read()? == "0" { &[] } else { &["sudo", "-n"] };
    let with = [sudo, &["apt-get"]].concat().join(" ");
    println!("xtask: {why}. Installing the packages {names} into the system, with `{with}`");
    let quiet = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"];
    let install = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends"];
    cmd!(sh, "env {sudo...} apt-get update -qq").run().with_context(|| by_hand.clone())?;
    cmd!(sh, "env {sudo...} env DEBIAN_FRONTEND=noninteractive {install...} {quiet...} {packages...}")
        .run()
        .context(by_hand)
}
