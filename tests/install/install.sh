#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is installed can be used: by pkg-config, by Vala, by Python, as a command, and as a subproject of meson.
# usage: install.sh SOURCE-ROOT BUILD-ROOT

source=$1 build=$2
here=$source/tests/install
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
status=0

# point NAME COMMAND…
point () {
  n=$((n + 1)); name=$1; shift
  if said=$("$@" 2>&1); then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name"
    echo "$said" | sed 's/^/# /'
    status=1
  fi
}

# Installs below $work, and lets the pkg-config file say so.
install_there () {
  meson install -C "$build" --destdir "$work" --no-rebuild --quiet || return 1
  pkgconfig=$(dirname "$(find "$work" -name truce-1.pc)")
  libdir=$(dirname "$pkgconfig")
  prefix=$(sed -n 's/^prefix=//p' "$pkgconfig/truce-1.pc")
  sed -i "s|^prefix=|prefix=$work|" "$pkgconfig/truce-1.pc"
  share=$work$prefix/share
  export PKG_CONFIG_PATH="$pkgconfig" LD_LIBRARY_PATH="$libdir" GI_TYPELIB_PATH="$libdir/girepository-1.0"
}

installed () {
  for file in "$libdir/libtruce-1.so" "$libdir/libtruce-1.so.0" "$work$prefix/include/truce-1/truce.h" \
    "$GI_TYPELIB_PATH/Truce-1.typelib" "$share/gir-1.0/Truce-1.gir" "$share/vala/vapi/truce-1.vapi" \
    "$share/vala/vapi/truce-1.deps" "$share/man/man1/truce-merge.1" "$share/man/man1/truce-store.1" "$share/bash-completion/completions/truce"; do
    [ -e "$file" ] || { echo "not installed: $file"; return 1; }
  done
}

nothing_private () {
  ! find "$work" -name '*internal*' -o -name '*-private.h' -o -name 'truce-json.h' | grep .
}

consumer_c () {
  cc -std=c99 -pedantic -Wall -Wextra -Werror "$here/consumer.c" -o "$work/consumer" \
    $(pkg-config --cflags --libs truce-1) && "$work/consumer"
}

consumer_vala () {
  valac --vapidir "$share/vala/vapi" --pkg truce-1 -X "-I$work$prefix/include/truce-1" -X "-L$libdir" \
    -o "$work/consumer-vala" "$here/consumer.vala" && "$work/consumer-vala"
}

consumer_python () {
  /usr/bin/python3 -c 'import gi; gi.require_version ("Truce", "1")
from gi.repository import Truce; Truce.error_quark ()'
}

# From the source tree they would be found by PYTHONPATH: this takes the installed ones only.
overrides_python () {
  package=$(find "$work" -path '*/gi/overrides/Truce/__init__.py')
  site=${package%/gi/overrides/Truce/__init__.py}
  for file in "$package" "$site/gi-stubs/repository/Truce.pyi"; do
    [ -e "$file" ] || { echo "not installed: $file"; return 1; }
  done
  case $prefix in /usr|/usr/local)
    /usr/bin/python3 -c 'import sys; sys.exit (sys.argv[1] not in sys.path and "Python does not look in " + sys.argv[1])' \
      "${site#"$work"}" || return 1;;
  esac
  PYTHONPATH=$site /usr/bin/python3 -c 'import gi; gi.require_version ("Truce", "1")
from gi.repository import Truce
tasks = Truce.Store ().collection ("task")
tasks["tent"] = {"votes": 3}
assert tasks["tent"]["votes"] == 3'
}

command_runs () {
  echo '{"a": 1}' >"$work/base" && echo '{"a": 2}' >"$work/theirs" &&
    "$work$prefix/bin/truce" merge "$work/base" "$work/base" "$work/theirs" | diff - "$work/theirs"
}

consumer_subproject () {
  mkdir -p "$work/project/subprojects/truce"
  cp "$here/consumer.c" "$work/project/" && cp "$here/consumer.meson" "$work/project/meson.build"
  tar -C "$source" --exclude='./_*' --exclude=./.git --exclude=./subprojects -c . |
    tar -C "$work/project/subprojects/truce" -x
  meson setup "$work/project/_build" "$work/project" -Dtruce:introspection=disabled -Dtruce:docs=disabled \
    -Dtruce:tests=false && ninja -C "$work/project/_build" && "$work/project/_build/consumer"
}

install_there || { echo '1..0 # SKIP meson install failed'; exit 1; }
point 'library, headers, GIR, typelib, vapi, manual page and completion are installed' installed
point 'nothing private is installed' nothing_private
point 'a C99 program by pkg-config' consumer_c
point 'a Vala program by the vapi' consumer_vala
point 'Python by the typelib' consumer_python
point 'Python by its overrides' overrides_python
point 'the command' command_runs
point 'a meson project with Truce as a subproject' consumer_subproject
echo "1..$n"
exit $status
