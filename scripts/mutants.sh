#!/bin/sh
# Changes the code one place after another, and names the changes that no test notices.
# Arguments: the shard, then the directories of src/. What is run are the unit tests of a directory, and the module of
# the integration tests that has its name.
set -eu
cd "$(dirname "$0")/.."
shard=$1
shift

cargo mutants --version >/dev/null 2>&1 || {
    echo "cargo-mutants is not here: cargo install --locked cargo-mutants" >&2
    exit 2
}
scripts/postgres.sh

status=0
for directory; do
    tests="$directory::"
    # These are tested by what they make of schemas.
    case $directory in diff | plan | ddl) tests="$tests cases:: pairs::" ;; esac
    echo "--- src/$directory, shard $shard: cargo test --lib --test it -- $tests"
    # shellcheck disable=SC2086
    cargo mutants --file "src/$directory/**" --file "src/$directory.rs" --shard "$shard" \
        --output "target/mutants/$directory" -- --lib --test it -- $tests || status=$?
done
# 2: some were missed, 3: some took too long, 4: the tests fail without any change.
exit "$status"
