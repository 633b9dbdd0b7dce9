#!/usr/bin/env bash
# Installs what the tests and benchmarks need and pip cannot bring: PostgreSQL with PostGIS, Chromium, fonts for
# Chinese, wrk. Where it may not install, it says what is missing and goes on: the tests that need it skip (or fail
# under CI), and the benchmarks say so.
set -euo pipefail

missing=()

has_postgis() {
    local folder
    for folder in /usr/share/postgresql/*/extension "$(pg_config --sharedir 2>/dev/null)/extension"; do
        [[ -e "$folder/postgis.control" ]] && return 0
    done
    return 1
}

has_chinese_font() { fc-list ':lang=zh-cn' 2>/dev/null | grep -q .; }

# Debian 12 has version 15; other releases have another, so ask which one this machine's postgis belongs to.
postgis_package() {
    if apt-cache show postgresql-15-postgis-3 >/dev/null 2>&1; then
        echo postgresql-15-postgis-3
    else
        apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | cut -d' ' -f1 | sort -V | tail -1
    fi
}

has_postgis || missing+=(postgis)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v wrk >/dev/null || missing+=(wrk)
has_chinese_font || missing+=(fonts-noto-cjk fontconfig)

if ((${#missing[@]} == 0)); then
    exit 0
fi
if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "Missing for some tests: ${missing[*]} (PostgreSQL with PostGIS, Chromium, a Chinese font; wrk to measure)." >&2
    echo "On Debian: sudo apt-get install postgresql postgis chromium fonts-noto-cjk wrk" >&2
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
packages=()
for name in "${missing[@]}"; do
    if [[ $name == postgis ]]; then
        found=$(postgis_package)
        # The server is named outright: postgis alone only recommends it.
        packages+=("$found" "${found%-postgis-3}")
    else
        packages+=("$name")
    fi
done
# No cluster of the system's own: the tests make theirs and throw it away.
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/paymap-tests.conf
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
