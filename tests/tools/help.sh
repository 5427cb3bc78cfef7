#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What --help tells is true, the man pages tell the same, and every shell completes it.
# usage: help.sh TRUCE SOURCE-ROOT

truce=$(realpath "$1") docs=$2/docs completions=$2/tools/completions
export LC_ALL=C.UTF-8 COLUMNS=80
PATH=$(dirname "$truce"):$PATH
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work" || exit 1
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

# need PROGRAM NAME COMMAND…: a point that needs it.
need () {
  if command -v "$1" >/dev/null; then
    shift; point "$@"
  else
    n=$((n + 1)); echo "ok $n - $2 # SKIP $1 is not installed"
  fi
}

# verbs_of [GROUP]
verbs_of () {
  truce "$@" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# options_of VERB…: those in the help, a word each.
options_of () {
  truce "$@" --help | grep -oE -- '^ .*  +' | grep -oE -- '--[a-z-]+' | sort -u
}

# groff tells of errors on standard error alone.
well_formed () {
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

# The lines to try, as they stand in the help, in an empty folder.
try () {
  rm -rf "$work/try"; mkdir "$work/try"
  truce "$@" --help | sed -n '/^Try it/,$p' | sed 1d | sed '/^  /!Q' >"$work/lines"
  [ -s "$work/lines" ] && (cd "$work/try" && sh -e "$work/lines")
}

statuses_in_help () {
  truce "$@" --help | grep -qE '^Exit status: 0 .*, 1 .*, 2 bad input or usage\.$' && truce "$@" --help | grep -q '^Read on: man truce'
}

statuses_in_page () {
  [ "$(sed -n '/^\.SH EXIT STATUS/,/^\.SH E[XN][AV]/p' "$1" | grep -oE '^\.B [0-9]' | xargs)" = '.B 0 .B 1 .B 2' ]
}

same_help () {
  [ "$(truce help "$@")" = "$(truce "$@" --help)" ]
}

# ---- completion: each takes the words of a line, the last of them unfinished ----

in_bash () {
  bash -c '. "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _truce; printf "%s\n" "${COMPREPLY[@]}"' bash "$completions/truce" "$@"
}

in_zsh () {
  zsh -fc 'compadd () { eval "print -l -- \${(@)${@[-1]}}"; }; compset () { :; }; _files () { print -l -- ${words[CURRENT]}*; }
    completion=$1; shift; words=("$@") CURRENT=$#; . $completion' zsh "$completions/_truce" "$@"
}

in_fish () {
  fish --no-config -c 'source $argv[1]; complete -C (string join " " -- $argv[2..-1])' "$completions/truce.fish" "$@" | cut -f 1
}

# becomes SHELL EXPECTED WORD…
becomes () {
  shell=$1 expected=$2; shift 2
  found=$("in_$shell" "$@" | sort | xargs)
  echo "$found instead of $expected"
  [ "$found" = "$expected" ]
}

# complete_values VERB…: behind each option, in both ways to write it, something or nothing is offered, and no error.
complete_values () {
  for option in $(options_of "$@"); do
    truce complete "$@" "$option" '' >offered && truce complete "$@" "$option=" >>offered || { echo "$option"; return 1; }
  done
}

sorted () {
  tr ' ' '\n' <<<"$*" | sort | xargs
}

# ---- a verb after the other ----

# check_verb VERB…
check_verb () {
  page=$docs/truce-$1.1
  point "$* tells its exit status" statuses_in_help "$@"
  point "help $* is $* --help" same_help "$@"
  point "each option of $* is in its page" in_page "$page" $(options_of "$@")
  point "each option of $* completes" becomes bash "$(sorted $(options_of "$@"))" truce "$@" --
  point "what follows an option of $* completes" complete_values "$@"
}

need groff 'the page of truce is well-formed' well_formed "$docs/truce.1"
point 'each verb is in the page of truce' in_page "$docs/truce.1" $(verbs_of)
point 'the page of truce tells the exit statuses' statuses_in_page "$docs/truce.1"
point 'what truce says to try works' try
point 'each verb completes' becomes bash "$(sorted $(verbs_of) help --help --version)" truce ''
for verb in $(verbs_of); do
  page=$docs/truce-$verb.1
  need groff "the page of $verb is well-formed" well_formed "$page"
  point "the page of $verb tells the exit statuses" statuses_in_page "$page"
  point "what $verb says to try works" try "$verb"
  if [ "$verb" = store ] || [ "$verb" = sync ]; then
    point "each verb of $verb is in its page" in_page "$page" $(verbs_of "$verb")
    point "each verb of $verb completes" becomes bash "$(sorted $(verbs_of "$verb") --help)" truce "$verb" ''
    for each in $(verbs_of "$verb"); do check_verb "$verb" "$each"; done
  else
    check_verb "$verb"
  fi
done

rules=$(truce merge --help | sed -n 's/^Rules: \(.*\)\.$/\1/p' | tr -d ,)
faults='lost doubled late cut crash clock restore purge epoch reject transient auth merge'
verbs_of_scenarios='put patch add remove increment delete undelete batch sync settle merge advance skew_ms crash backup
  restore hub fault resolve retry discard expect'
codes=$(sed -n 's/^ \* @TRUCE_ERROR_\([A-Z_]*\):.*/\1/p' "$2/json/truce-error.h" | tr A-Z_ a-z-)
point 'each rule is in the page of merge' in_page "$docs/truce-merge.1" $rules
point 'each fault is in the page of simulate' in_page "$docs/truce-simulate.1" $faults
point 'each verb of scenarios is in the page of scenario' in_page "$docs/truce-scenario.1" $verbs_of_scenarios
point 'each code of an error is in the page of truce' in_page "$docs/truce.1" $codes

truce store init a.db note; truce store put a.db note one '{}'; truce store put a.db note 'two words' '{}'
truce store put a.db other 3 '{}'; touch b.json
# bash parts words at “=”.
point 'bash completes a rule' becomes bash "$(sorted $rules)" truce merge --rule '/**' = ''
point 'bash completes a part of a rule' becomes bash highest-version truce merge --rule '/**' = high
point 'bash completes a value behind “=”' becomes bash 'always auto' truce store ls --color = a
point 'bash completes a file' becomes bash b.json truce merge b
point 'bash completes a file behind “=”' becomes bash b.json truce merge --schema = b
for shell in bash zsh fish; do
  need $shell "$shell completes a verb" becomes $shell sync truce sy
  need $shell "$shell completes a verb of a group" becomes $shell 'salvage status' truce store s
  need $shell "$shell completes an option" becomes $shell --schema truce store put --s
  need $shell "$shell completes a fault" becomes $shell 'lost,clock lost,crash lost,cut' truce simulate --faults lost,c
  need $shell "$shell completes a store" becomes $shell b.json truce store get b
  need $shell "$shell completes a collection" becomes $shell 'note other' truce store get a.db ''
  need $shell "$shell completes an id" becomes $shell one truce store get a.db note o
  need $shell "$shell completes a record" becomes $shell other/3 truce sync explain a.db other/
  need $shell "$shell completes the first part of a record" becomes $shell other/ truce sync explain a.db o
done
need fish 'fish completes a file behind “=”' becomes fish --schema=b.json truce merge --schema=b
point 'bash quotes an id' becomes bash 'two words' truce store get a.db note t
echo "1..$n"
exit $status
