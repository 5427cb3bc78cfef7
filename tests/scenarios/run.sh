#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the scenarios of a folder; without it the test is skipped.
# usage: run.sh TRUCE FOLDER memory|sqlite

set -- "$1" "$3" "$2"/*.json
truce=$1 store=$2
shift 2
[ -e "$1" ] || { echo "1..0 # SKIP no scenarios: $1"; exit 0; }
exec "$truce" scenario --store "$store" "$@"
