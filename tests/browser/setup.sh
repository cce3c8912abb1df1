#!/usr/bin/env bash
# Brings what tests/browser needs and apt has: Chromium, and a font that has Chinese characters.
set -euo pipefail

missing=()
command -v "${CHROMIUM:-chromium}" >/dev/null || missing+=(chromium)
# fc-list comes with Chromium.
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh-cn family)" ]; then
    missing+=(fonts-wqy-microhei)
fi
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "make browser needs Chromium and a Chinese font, and installs them with apt only." >&2
    echo "Install them in your system's way, then: make browser CHROMIUM=/path/to/chromium" >&2
    exit 1
fi
become=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "make browser needs: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
    become=(sudo -n)
fi
"${become[@]}" apt-get update -q
"${become[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
