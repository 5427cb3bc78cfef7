#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# truce.h compiles and reaches each public header; each compiles by itself (it includes what it needs), in C99 and in C++;
# a program that includes one directly is refused.
# usage: headers.sh SOURCE-ROOT CC CXX HEADER…

root=$1 cc=$2 cxx=$3; shift 3
flags="-fsyntax-only -pedantic -Wall -Wextra -Werror $(pkg-config --cflags gio-2.0 json-glib-1.0)"
for folder in . json crdt resolvers store sync kit; do flags="$flags -I$root/$folder"; done
n=0
status=0

compile_c () {
  printf '%b\n' "$1" | $cc -x c -std=c99 $flags $2 - 2>&1
}

compile_cxx () {
  printf '%b\n' "$1" | $cxx -x c++ $flags $2 - 2>&1
}

compile_both () {
  compile_c "$@" && compile_cxx "$@"
}

reached () {
  echo "$reached" | grep -q "/$1\b"
}

refused () {
  ! compile_c "$@"
}

# point NAME COMMAND…
point () {
  n=$((n + 1)); name=$1; shift
  if said=$("$@"); then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name"
    echo "$said" | sed 's/^/# /'
    status=1
  fi
}

reached=$(compile_c '#include <truce.h>' -M)
point 'truce.h' compile_both '#include <truce.h>'
for header; do
  case $header in truce.h) continue ;; esac
  point "$header is reached by truce.h" reached "$header"
  point "$header by itself" compile_both "#include \"$header\"" -DTRUCE_COMPILATION
  point "$header is refused to a program" refused "#include \"$header\""
done
echo "1..$n"
exit $status
