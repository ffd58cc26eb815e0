# Runs a scratch server for as long as the pipe on our standard input stays open. The word `keep` in it asks for a clean
# end, and leaves the cluster to whoever said so.
# Arguments: the server's directory, its socket's directory, the cluster to copy, the server's command line.
directory=$1 socket=$2 template=$3
shift 3

# The reader below ends the server by a signal to this whole group, which is not meant for this shell.
trap : QUIT INT TERM HUP
exec 3<&0 </dev/null >>"$directory/log" 2>&1

(
    trap '' QUIT INT TERM HUP
    word=
    read -r word <&3
    # The first line of this file is the server's number. The others of the group are its affair.
    [ "$word" = keep ] && kill -INT "$(sed -n 1p "$directory/data/postmaster.pid")" && exit
    : >"$directory/owner_is_gone"
    kill -QUIT 0
) &

[ -d "$directory/data" ] || cp -Rp "$template" "$directory/data" && "$@" 3<&-
status=$?

# A server that ended by itself leaves its log to be read.
if [ -e "$directory/owner_is_gone" ]; then
    rm -rf "$directory"
    [ "$socket" = "$directory" ] || rm -rf "$socket"
fi
exit "$status"
