#!/bin/sh
# Runs the tests that need a server against Postgres 14 to 18, or against the versions that are named, and says at the
# end what each came to. MATRIX_TESTS narrows it: MATRIX_TESTS=cases:: scripts/matrix/run.sh 18
set -u

cd "$(dirname "$0")/../.." || exit 1
scripts/matrix/fetch.sh || exit 1
[ $# -gt 0 ] || set -- 14 15 16 17 18
mkdir -p target/matrix

failed=0 summary=
for version; do
    bin=$PWD/target/postgres/$version/bin
    log=target/matrix/$version.log
    echo "== $("$bin/postgres" --version)"
    # The compile errors that ui:: looks at and the texts of tidy:: know no server.
    if FEEDSTOCK_PG_BIN=$bin cargo test --workspace --tests --no-fail-fast -- \
        ${MATRIX_TESTS:---skip ui:: --skip tidy::} >"$log" 2>&1; then
        result=passed
    else
        result=FAILED failed=1
        grep -E '^(---- |=== |error)|panicked at' "$log" | sort -u | head -60
    fi
    grep -E '^not applicable' "$log"
    passed=$(grep -c '^test .* ok$' "$log") broken=$(grep -c '^test .* FAILED$' "$log")
    summary="$summary
Postgres $version: $result, $passed tests passed, $broken failed; see $log"
done
echo "$summary"
exit $failed
