#!/bin/sh
# Gets Postgres' programs, and pgbouncer for the tests, where they are missing: by apt or brew, if we may; else says the
# line to run. Nothing is started: Feedstock runs private servers of its own.
set -eu

here() {
    postgres_here && pgbouncer_here
}

pgbouncer_here() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v pgbouncer >/dev/null 2>&1
}

postgres_here() {
    [ -n "${FEEDSTOCK_PG_BIN:-}" ] && return 0
    command -v initdb >/dev/null 2>&1 && return 0
    for program in /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \
        /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb \
        /home/linuxbrew/.linuxbrew/opt/postgresql*/bin/initdb; do
        [ -x "$program" ] && return 0
    done
    return 1
}

say() {
    echo "Postgres or pgbouncer is not on this machine. Install it, then run this again:" >&2
    echo "    $1" >&2
    exit 1
}

with_apt() {
    line='apt-get update && apt-get install -y --no-install-recommends postgresql pgbouncer'
    export DEBIAN_FRONTEND=noninteractive
    if [ "$(id -u)" = 0 ]; then
        sh -c "$line"
    elif sudo -n true 2>/dev/null; then
        sudo -n env DEBIAN_FRONTEND=noninteractive sh -c "$line"
    else
        say "sudo sh -c '$line'"
    fi
}

here && exit 0
if command -v apt-get >/dev/null 2>&1; then
    with_apt
elif command -v brew >/dev/null 2>&1; then
    brew install postgresql@17 pgbouncer
elif command -v dnf >/dev/null 2>&1; then
    say 'sudo dnf install -y postgresql-server postgresql-contrib pgbouncer'
elif command -v apk >/dev/null 2>&1; then
    say 'sudo apk add postgresql postgresql-contrib pgbouncer'
elif command -v pacman >/dev/null 2>&1; then
    say 'sudo pacman -S --noconfirm postgresql pgbouncer'
else
    say "Postgres 14 or newer and pgbouncer, by this system's package manager"
fi
postgres_here || say 'the package came without initdb; name the directory of the programs in FEEDSTOCK_PG_BIN'
pgbouncer_here || say 'the package came without pgbouncer; put its directory into PATH'
