#!/bin/sh
# The main job on the embedded default: private server, migrations, rows, soft delete. Works any number of times.
set -eu
cd "$(dirname "$0")/.."
scripts/postgres.sh
exec cargo run -q -p images --example demo
