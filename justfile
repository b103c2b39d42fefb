# The everyday commands. Each works without `just`, too.

demo:
    cargo run -- demo

serve:
    cargo run -- serve

test:
    cargo test

lint:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings

bench:
    cargo bench

ci:
    .ci/run
