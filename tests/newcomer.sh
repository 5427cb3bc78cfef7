#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How long a newcomer waits, each time from a fresh clone: for the app's window, and for the programs of the Python guide, run
# as the guide says. Prints a line of JSON for each. Packages that are missing are installed before the clock starts.
# Behind each stands how much of a processor all of it took, which other programs of the machine do not change much.
# usage: newcomer.sh

set -u

# tell WHAT BEGAN
tell () {
  awk -v what="$1" -v from="$2" -v to="$(date +%s.%N)" 'BEGIN { printf "{\"what\":\"%s\",\"seconds\":%.1f}\n", what, to - from }'
}

# In the clone, on a display of its own: run-display.sh calls this script again for it.
open_app () {
  ./bootstrap app --store "$PWD/newcomer.db" --hub "$PWD/hub.db" >/dev/null &
  app=$!
  until xdotool search --onlyvisible --class truce >/dev/null 2>&1; do
    kill -0 $app 2>/dev/null || { echo 'newcomer: the app ended before it had a window' >&2; return 1; }
    sleep 0.05
  done
  tell 'from git clone to the window of the app' "$1"
  kill $app && wait $app
  return 0
}

# The blocks of the guide as program-1.py, program-2.py, …
write_programs () {
  awk '/^```python$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print >("program-" n ".py") }' "$1"
}

# In the clone, which is where the guide begins.
run_programs () {
  ./bootstrap build >/dev/null && write_programs docs/start-python.md || return 1
  for program in program-*.py; do
    meson devenv -C _build /usr/bin/python3 "$PWD/$program" >output 2>&1 </dev/null || { cat output >&2; return 1; }
    [ "$program" = program-1.py ] && tell 'from git clone to the output of the first program of the Python guide' "$1"
  done
  tell "from git clone to the output of all $(ls program-*.py | wc -l) programs of the Python guide" "$1"
}

if [ "${1:-}" = open-app ]; then
  open_app "$2"
  exit
fi

source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
for place in app guide; do
  times >"$work/before"
  began=$(date +%s.%N)
  git clone -q "$source" "$work/$place" && cd "$work/$place" || exit 1
  case $place in
    app) tests/tasks/run-display.sh "$PWD/tests/newcomer.sh" open-app "$began" || exit 1 ;;
    guide) run_programs "$began" || exit 1 ;;
  esac
  times >"$work/after"
  # The second line of each, “0m1.5s 0m0.2s”, is what all children took so far.
  awk -F '[ms ]+' 'FNR == 2 { before = all; all = $1 * 60 + $2 + $3 * 60 + $4 }
    END { printf "{\"what\":\"processor time of that\",\"seconds\":%.1f}\n", all - before }' "$work/before" "$work/after"
done
