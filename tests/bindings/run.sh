#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: run.sh INTERPRETER SCRIPT
# A test in a language that is not here is skipped.

command -v "$1" >/dev/null || { echo "1..0 # SKIP $1 is not installed"; exit 0; }
exec "$@"
