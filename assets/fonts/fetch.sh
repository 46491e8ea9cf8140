#!/bin/sh
# Puts the open fonts that stand in for the office's own into one folder (default
# /var/cache/andu/fonts, else target/fonts). Idempotent: what is there is not fetched again.
#
# Fandol (仿宋, 黑体, 楷体, 宋体; GPL with font exception) comes out of the Debian package
# texlive-lang-chinese, with its licence beside it. Noto CJK, LXGW WenKai and Hanazono are Debian
# packages of their own; with root they are installed, without it they are unpacked into the folder.
set -eu

default=/var/cache/andu/fonts
if [ ! -w "$(dirname "$default")" ] && [ ! -w "$default" ]; then
    default=$(cd "$(dirname "$0")/../.." && pwd)/target/fonts
fi
folder=${1:-$default}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT

# Downloads and unpacks the Debian package $1 into $scratch/$1.
unpack() {
    (cd "$scratch" && apt-get download "$1" >/dev/null 2>"$scratch/log") || {
        sed 's/^/    /' "$scratch/log" >&2
        echo "fetch.sh: could not download $1 (run apt-get update, or install it by hand)" >&2
        return 1
    }
    dpkg-deb -x "$scratch/$1"_*.deb "$scratch/$1"
}

if [ ! -f "$folder/fandol/FandolFang-Regular.otf" ]; then
    echo "fonts: Fandol"
    unpack texlive-lang-chinese
    mkdir -p "$folder/fandol.part"
    find "$scratch/texlive-lang-chinese" -name 'Fandol*.otf' -exec cp {} "$folder/fandol.part/" \;
    licence=$(find "$scratch/texlive-lang-chinese" -path '*fandol*' \( -iname 'COPYING' -o -iname 'README*' \) | head -n 2)
    for file in $licence; do cp "$file" "$folder/fandol.part/"; done
    cp "$scratch/texlive-lang-chinese/usr/share/doc/texlive-lang-chinese/copyright" \
        "$folder/fandol.part/debian-copyright" 2>/dev/null || true
    rm -rf "$folder/fandol"
    mv "$folder/fandol.part" "$folder/fandol"
fi

# $1 package, $2 a file it installs
system_font() {
    [ -e "$2" ] && return 0
    [ -e "$folder/$1" ] && return 0
    echo "fonts: $1"
    if [ "$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null 2>&1; then
        return 0
    fi
    unpack "$1"
    mkdir -p "$folder/$1.part"
    find "$scratch/$1/usr/share/fonts" -type f -exec cp {} "$folder/$1.part/" \;
    mv "$folder/$1.part" "$folder/$1"
}

system_font fonts-noto-cjk /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc
system_font fonts-noto-cjk-extra /usr/share/fonts/opentype/noto/NotoSerifCJK-Black.ttc
system_font fonts-lxgw-wenkai /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf
system_font fonts-hanazono /usr/share/fonts/truetype/hanazono/HanaMinB.ttf
echo "fonts: $folder"
