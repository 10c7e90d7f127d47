# Sourced by the scripts that start servers as plain processes. What they keep of them stands in $dir/run and $dir/log. The script that
# sources it says what to do on failure: give_up SENTENCE.

readonly host=127.0.0.1 start_patience=60 stop_patience=20

# A pid is kept with the time at which its process started: a pid that was given again is never signalled.

# The state and the start time of a process; its name, which may hold anything, stands in brackets before them.
state_and_start() {
    local line fields
    line=$(cat "/proc/$1/stat" 2> /dev/null) || return 1
    read -r -a fields <<< "${line##*) }"
    echo "${fields[0]} ${fields[19]}"
}

# remember NAME PID: one that has ended already is remembered as nothing.
remember() {
    local state start
    read -r state start <<< "$(state_and_start "$2")" || start=
    echo "${start:+$2 $start}" > "$dir/run/$1.pid"
}

# pid_of NAME: its pid, if it still runs.
pid_of() {
    local pid start state now
    [ -f "$dir/run/$1.pid" ] && read -r pid start < "$dir/run/$1.pid" && [ -n "$start" ] || return 1
    read -r state now <<< "$(state_and_start "$pid")"
    [ "$now" = "$start" ] && [ "$state" != Z ] && echo "$pid"
}

runs() { pid_of "$1" > /dev/null; }

# await SECONDS COMMAND...: until it succeeds. These are programs of others that can only be asked.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}

# Root runs a server as the user that its package has made; anybody else, and a server without such a user, runs as we do.
become() {
    become=()
    [ -z "$1" ] || [ "$(id -u)" -ne 0 ] || become=(setpriv --reuid "$1" --regid "$1" --init-groups --)
}

as() {
    become "$1"
    shift
    "${become[@]}" "$@"
}

# launch NAME USER COMMAND...: in a session of its own, without our standard input and our lock; COMMAND must become the server by exec.
launch() {
    local name=$1
    become "$2"
    shift 2
    (cd / && exec setsid "${become[@]}" "$@") < /dev/null >> "$dir/log/$name.log" 2>&1 9>&- &
    remember "$name" $!
}

# finish NAME SIGNAL: signals it and waits for its end.
finish() {
    local pid
    pid=$(pid_of "$1") || return 0
    kill "-$2" "$pid"
    await $stop_patience is_gone "$1" || { kill -KILL "$pid"; await $stop_patience is_gone "$1" || give_up "$1 does not end"; }
}

is_gone() { ! runs "$1"; }

# answers PORT: something accepts connections there.
answers() { (exec 3<> "/dev/tcp/$host/$1") 2> /dev/null; }

# free_ports [FIRST]: the first of seven ports in a row that nobody listens on, from FIRST on, or from any below those that the system
# gives to outgoing connections.
free_ports() {
    local first=${1:-$((20000 + RANDOM % 1200 * 10))} port
    while [ "$first" -lt 32700 ]; do
        for ((port = first; port < first + 7; port++)); do
            if answers $port; then first=$((port + 1)); continue 2; fi
        done
        echo "$first"
        return
    done
    give_up "no free ports from ${1:-20000} on"
}

# random_text BYTES: as hexadecimal digits.
random_text() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

lock() {
    exec 9> "$dir/lock"
    flock -w 120 9 || give_up "another one works on $dir"
}
