#!/bin/sh
# Everything, in two processes: the tests, whose output is seen as it comes; and beside them what needs no server, whose
# output is shown when both are over. Fails where either does.
set -eu
cd "$(dirname "$0")/.."
make=${MAKE:-make}

$make --no-print-directory format
scripts/postgres.sh

said=$(mktemp)
$make --no-print-directory beside >"$said" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null || :; rm -f "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

tests=passed
$make --no-print-directory units || tests=failed
echo "--- beside the tests: clippy, the documentation, licences"
others=passed
wait "$beside" || others=failed
cat "$said"
echo "--- the tests $tests; what ran beside them $others"
[ "$tests $others" = "passed passed" ]
