#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: fuzz.sh TARGET FOUND CORPUS [LIBFUZZER-OPTION…]

target=$1 found=$2 corpus=$3; shift 3
mkdir -p "$found"
exec "$target" -artifact_prefix="$found-" -max_len=4096 -timeout=30 -print_final_stats=1 -close_fd_mask=1 "$@" \
  "$found" "$corpus"
