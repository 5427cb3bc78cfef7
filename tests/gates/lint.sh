#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: lint.sh SOURCE-ROOT format|cppcheck

cd "$1" || exit 1
floors=$(ls -d json crdt resolvers store sync kit tools 2>/dev/null)
case $2 in
  format)
    # Another version of the formatter has another taste; 0.72 is Debian 12's.
    case $(uncrustify --version) in
      *0.72.*) ;;
      *) echo 'skipped: this is not uncrustify 0.72'; exit 77 ;;
    esac
    # Only .c: the formatter would undo the aligned prototypes of headers.
    find $floors tests benchmarks examples -name '*.c' 2>/dev/null |
      xargs uncrustify -q -l C -c config/uncrustify.cfg --check
    ;;
  cppcheck)
    # GLib ends the program where memory ends, and how many branches were looked at is no finding.
    cppcheck --enable=warning,performance,portability --library=gtk --library=config/cppcheck.cfg --inline-suppr \
      --suppress=nullPointerOutOfMemory --suppress=normalCheckLevelMaxBranches -q -j2 --error-exitcode=1 $floors
    ;;
esac
