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

# segments, era, status, ack or claims, for so many seconds
fuzz target seconds="60":
    cargo run --release --example fuzz -- {{target}} {{seconds}}

ci:
    .ci/run
