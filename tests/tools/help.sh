#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The man page and the completion know what the command knows.
# usage: help.sh TRUCE MAN-PAGE COMPLETION

truce=$1 page=$2 completion=$3
options=$(LC_ALL=C.UTF-8 "$truce" merge --help | grep -oE -- '^ .*  +' | grep -oE -- '--[a-z-]+' | sort -u)
rules=$(LC_ALL=C.UTF-8 "$truce" merge --help | sed -n 's/^Rules: \(.*\)\.$/\1/p' | tr -d ,)
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

# groff tells of errors on standard error alone.
well_formed () {
  command -v groff >/dev/null || return 0
  said=$(groff -ww -Tutf8 -man "$page" 2>&1 >/dev/null)
  echo "$said"
  [ -z "$said" ]
}

in_page () {
  [ -n "$options" ] && [ -n "$rules" ] || return 1
  for word in $options $rules; do
    sed 's/\\-/-/g' "$page" | grep -qF -- "$word" || { echo "not in the page: $word"; return 1; }
  done
}

# complete_words WORD…: what the last one becomes.
complete_words () {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _truce
  printf '%s\n' "${COMPREPLY[@]}"
}

becomes () {
  expected=$1; shift
  found=$(complete_words "$@" | sort | xargs)
  echo "$found instead of $expected"
  [ "$found" = "$expected" ]
}

all_options_complete () {
  becomes "$(echo $options)" truce merge --
}

all_rules_complete () {
  becomes "$(echo $rules | tr ' ' '\n' | sort | xargs)" truce merge --rule '/**' = ''
}

. "$completion" || exit 1
point 'the man page is well-formed' well_formed
point 'each option and rule is in the man page' in_page
point 'the verb completes' becomes merge truce me
point 'each option completes' all_options_complete
point 'each rule completes' all_rules_complete
point 'a part of a rule completes' becomes highest-version truce merge --rule '/**' = high
cd "$(dirname "$page")" && point 'a file completes' becomes truce-merge.1 truce merge truce-m
echo "1..$n"
exit $status
