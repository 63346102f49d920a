//! Installs Debian packages, for machines that get a compiler or a browser this way.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{find, run};

/// Installs `packages` with apt. If there is no apt or this user may not run it, fails with a message that says what to install.
pub fn install(why: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!("{why}: install the packages {}", packages.join(" "));
    if find("apt-get").is_none() {
        bail!("{by_hand}");
    }
    let root = crate::command::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    let sudo = || find("sudo").is_some() && run(Command::new("sudo").args(["-n", "true"])).is_ok();
    let apt = || match root {
        true => Some(Command::new("apt-get")),
        false => sudo().then(|| {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        }),
    };
    let (Some(mut update), Some(mut install)) = (apt(), apt()) else {
        bail!("{by_hand} (sudo apt-get install {})", packages.join(" "));
    };
    println!("xtask: {why}: installing {} with apt", packages.join(", "));
    run(update.args(["update", "-qq"]))?;
    run(install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args([
            "install",
            "-qq",
            "--yes",
            "--no-install-recommends",
            "-o",
            "Dpkg::Use-Pty=0",
            "-o",
            "DPkg::Lock::Timeout=300",
        ])
        .args(packages))
}
