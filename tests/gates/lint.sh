#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: lint.sh SOURCE-ROOT format|cppcheck

cd "$1" || exit 1
floors=$(ls -d json crdt resolvers store sync tools 2>/dev/null)
case $2 in
  format)
    # Only .c: the formatter would undo the aligned prototypes of headers.
    find $floors tests benchmarks examples -name '*.c' 2>/dev/null |
      xargs uncrustify -q -l C -c config/uncrustify.cfg --check
    ;;
  cppcheck)
    cppcheck --enable=warning,performance,portability --library=gtk --library=config/cppcheck.cfg --inline-suppr \
      --suppress=normalCheckLevelMaxBranches -q -j2 --error-exitcode=1 $floors
    ;;
esac
