//! How a release is linked, where this machine's linker and loader can: functions whose code is the same are kept once, and the addresses that
//! the loader puts in are packed: less of a file, and less to read at each start (ADR 31). Elsewhere it is linked as Rust does it.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let said = |name: &str| env::var(name).unwrap_or_default();
    // Rust's own linker for this target is lld; who chose another may have one that knows neither.
    let is_lld = said("TARGET") == "x86_64-unknown-linux-gnu"
        && env::var_os("RUSTC_LINKER").is_none()
        && !said("CARGO_ENCODED_RUSTFLAGS").contains("link");
    if said("PROFILE") != "release" || said("HOST") != said("TARGET") || !is_lld {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    // An older loader cannot unpack them.
    if glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let (major, minor) = std::str::from_utf8(&asked.stdout).ok()?.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
