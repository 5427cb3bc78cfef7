#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The man pages and the completion know what the command knows.
# usage: help.sh TRUCE COMPLETION MERGE-PAGE STORE-PAGE SYNC-PAGE SCENARIO-PAGE SIMULATE-PAGE

truce=$1 completion=$2 merge_page=$3 store_page=$4 sync_page=$5 scenario_page=$6 simulate_page=$7
export LC_ALL=C.UTF-8
n=0
status=0

# options_of VERB…: those in the help, a word each.
options_of () {
  "$truce" "$@" --help | grep -oE -- '^ .*  +' | grep -oE -- '--[a-z-]+' | sort -u
}

rules=$("$truce" merge --help | sed -n 's/^Rules: \(.*\)\.$/\1/p' | tr -d ,)
# verbs_of COMMAND
verbs_of () {
  "$truce" "$1" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

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
  said=$(groff -ww -Tutf8 -man "$1" 2>&1 >/dev/null)
  echo "$said"
  [ -z "$said" ]
}

# in_page PAGE WORD…
in_page () {
  page=$1; shift
  [ $# -gt 0 ] || return 1
  for word; do
    sed 's/\\-/-/g' "$page" | grep -qwF -- "$word" || { echo "not in the page: $word"; return 1; }
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

sorted () {
  tr ' ' '\n' <<<"$*" | sort | xargs
}

# complete_options COMMAND: each verb completes the options of its own.
complete_options () {
  for verb in $(verbs_of "$1"); do
    becomes "$(sorted $(options_of $1 $verb))" truce $1 $verb -- || return 1
  done
}

# all_options_of COMMAND: of all of its verbs.
all_options_of () {
  for verb in $(verbs_of "$1"); do options_of $1 $verb; done
}

. "$completion" || exit 1
point 'the page of merge is well-formed' well_formed "$merge_page"
point 'each option of merge is in its page' in_page "$merge_page" $(options_of merge)
point 'each rule is in the page of merge' in_page "$merge_page" $rules
point 'the verb completes' becomes merge truce me
point 'each option of merge completes' becomes "$(sorted $(options_of merge))" truce merge --
point 'each rule completes' becomes "$(sorted $rules)" truce merge --rule '/**' = ''
point 'a part of a rule completes' becomes highest-version truce merge --rule '/**' = high
for command in store sync; do
  page=${command}_page
  point "the page of $command is well-formed" well_formed "${!page}"
  point "each verb of $command is in its page" in_page "${!page}" $(verbs_of $command)
  point "each option of $command is in its page" in_page "${!page}" $(all_options_of $command)
  point "each verb of $command completes" becomes "$(sorted $(verbs_of $command) --help)" truce $command ''
  point "each option of a verb of $command completes" complete_options $command
done
verbs_of_scenarios='put patch add remove increment delete undelete batch sync settle merge advance skew_ms crash backup
  restore hub fault resolve retry discard expect'
point 'the page of scenario is well-formed' well_formed "$scenario_page"
point 'each option of scenario is in its page' in_page "$scenario_page" $(options_of scenario)
point 'each verb of scenarios is in its page' in_page "$scenario_page" $verbs_of_scenarios
point 'each option of scenario completes' becomes "$(sorted $(options_of scenario))" truce scenario --
point 'the page of simulate is well-formed' well_formed "$simulate_page"
point 'each option of simulate is in its page' in_page "$simulate_page" $(options_of simulate)
point 'each option of simulate completes' becomes "$(sorted $(options_of simulate))" truce simulate --
cd "$(dirname "$merge_page")" && point 'a file completes' becomes truce-merge.1 truce merge truce-m
cd "$(dirname "$merge_page")" && point 'a store completes' becomes truce-store.1 truce store get truce-st
echo "1..$n"
exit $status
