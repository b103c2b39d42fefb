//! Memory that nobody uses goes back to the system. glibc gives each thread an arena of its own and keeps in it what was freed, page by
//! page: for a program that answers a few people, most of the day nothing but memory held. Other allocators take care of it themselves.
//! Pages of the program's own file that were run once, most of them at the start, are let go of, too.
//! The only place where the compiler takes our word.

#![allow(unsafe_code, reason = "three calls of the C library")]

use std::time::Duration;
use tokio::sync::watch;

/// How often what is not used is given back; it takes a few milliseconds.
const EVERY: Duration = Duration::from_secs(60);

/// Lets all threads share two arenas, for as many processors as such machines have. To be said before there are threads.
pub fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets a parameter of the allocator; what it does not know it refuses [mallopt(3)].
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

/// Gives back what is free, and what of our file was not run lately.
fn give_back() {
    crate::pdf::letter::rest();
    crate::mail::compose::rest();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: malloc_trim may be called at any time from any thread, and touches nothing that is in use [malloc_trim(3)].
    // dl_iterate_phdr calls `file::let_go` with the headers of this program and of its libraries, which stay for as long as it runs, and
    // hands the null through that it is given [dl_iterate_phdr(3)].
    unsafe {
        libc::malloc_trim(0);
        libc::dl_iterate_phdr(Some(file::let_go), std::ptr::null_mut());
    }
}

/// What the system maps of the program's file.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod file {
    use libc::{PF_W, PT_LOAD, c_int, c_void, dl_phdr_info, size_t};

    /// Lets go of the parts of a file that are never written: code and constants. Whatever is run or read of them next comes back from the
    /// system's own copy of the file. It is called for the program first; its libraries are shared with others and stay.
    pub extern "C" fn let_go(info: *mut dl_phdr_info, _: size_t, _: *mut c_void) -> c_int {
        const PAGE: usize = 4_096;
        // SAFETY: the pointer and the headers behind it are valid during the call [dl_iterate_phdr(3)]. Only parts that were mapped without
        // leave to write are named: nothing of ours can stand in them that is not in the file, so that what is let go of comes back the
        // same [madvise(2), MADV_DONTNEED]. What the linker wrote to (RELRO) lies in a part with leave to write, and is left alone.
        unsafe {
            let info = &*info;
            for header in std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) {
                if header.p_type != PT_LOAD || header.p_flags & PF_W != 0 {
                    continue;
                }
                let (Ok(base), Ok(at), Ok(size)) =
                    (usize::try_from(info.dlpi_addr), usize::try_from(header.p_vaddr), usize::try_from(header.p_memsz))
                else {
                    continue;
                };
                // Whole pages alone: an edge may be shared with a part that is written.
                let (from, to) = ((base + at).next_multiple_of(PAGE), (base + at + size) / PAGE * PAGE);
                if from < to {
                    libc::madvise(std::ptr::with_exposed_provenance_mut(from), to - from, libc::MADV_DONTNEED);
                }
            }
        }
        1
    }
}

/// Gives back what is not used again and again, until it is told to stop.
pub async fn tend(mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(EVERY) => {
                if let Err(error) = tokio::task::spawn_blocking(give_back).await {
                    tracing::error!("giving memory back: {error}");
                }
            }
        }
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    /// Kibibytes of files that are held in memory.
    fn of_files() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("the status");
        let line = status.lines().find(|l| l.starts_with("RssFile:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
    }

    #[test]
    fn code_that_is_let_go_of_comes_back_when_it_is_run_and_constants_say_the_same() {
        let known = format!("{:?}", crate::mail::templates::load().map(|t| t.get_template_names().count()));
        let before = of_files();
        give_back();
        let after = of_files();
        assert!(after < before, "{before} KiB before, {after} after");
        assert_eq!(format!("{:?}", crate::mail::templates::load().map(|t| t.get_template_names().count())), known);
    }
}
