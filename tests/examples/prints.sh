#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# An example ends well and prints what the text beside it says, and nothing else; it is skipped where its interpreter is
# missing.
# usage: prints.sh TEXT COMMAND…

text=$1; shift
command -v "$1" >/dev/null || { echo "1..0 # SKIP $1 is not installed"; exit 0; }
echo 1..1
said=$("$@" 2>&1)
status=$?
if [ $status -eq 0 ] && difference=$(printf '%s\n' "$said" | diff -u "$text" -); then
  echo "ok 1 - ${text##*/}"
else
  echo "not ok 1 - ${text##*/}: exit status $status"
  echo "${difference:-$said}" | sed 's/^/# /'
  exit 1
fi
