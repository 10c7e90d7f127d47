# Sourced by the scripts here that need Debian packages. The script that sources it says what to do on failure: give_up SENTENCE.

# Programs of administrators are outside the PATH of some users.
PATH=$PATH:/usr/sbin:/sbin

# install_packages PACKAGE...: installs those that are missing, which only root can.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return

    [ "$(id -u)" -eq 0 ] || give_up "these packages are missing and only root can install them: ${missing[*]}"
    echo "installing ${missing[*]}" >&2
    local log
    log=$(mktemp)
    run_apt "${missing[@]}" > "$log" 2>&1 < /dev/null || { tail -n 20 "$log" >&2; rm -f "$log"; give_up "the packages could not be installed"; }
    rm -f "$log"
}

# Packages install files; nothing is to start a daemon on the machine of somebody who runs our tests. Debian asks policy-rc.d about
# that. One installation at a time, so that none takes away the answer that another one still needs.
run_apt() (
    policy=/usr/sbin/policy-rc.d
    exec 8> /run/lock/sametime-packages.lock
    flock 8
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod +x "$policy"
    fi

    install=(apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@")
    export DEBIAN_FRONTEND=noninteractive
    # The package lists of a fresh machine are empty or old: fetched only when the first attempt shows it.
    "${install[@]}" 8>&- || { apt-get update -qq 8>&- && "${install[@]}" 8>&-; }
)
