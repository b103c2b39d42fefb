//! Memory that nobody uses goes back to the system. glibc gives each thread an arena of its own and keeps in it what was freed, page by
//! page: for a program that answers a few people, most of the day nothing but memory held. Other allocators take care of it themselves.
//! The only place where the compiler takes our word.

#![allow(unsafe_code, reason = "two calls of the C library, both without a condition to keep")]

use std::time::Duration;
use tokio::sync::watch;

/// How often what was freed meanwhile is given back; it takes a few milliseconds.
const EVERY: Duration = Duration::from_secs(60);

/// Lets all threads share two arenas, for as many processors as such machines have. To be said before there are threads.
pub fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt only sets a parameter of the allocator; what it does not know it refuses [mallopt(3)].
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

/// Gives back what is free.
fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: malloc_trim may be called at any time from any thread, and touches nothing that is in use [malloc_trim(3)].
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Gives back what is free again and again, until it is told to stop.
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
