#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the test programs under gtester: gtester.xml and gtester.html, in the folder that it is called from.
# GLib deprecates gtester, and says so by a warning: fatal warnings would kill it.
# usage: gtester.sh PROGRAM…

env -u G_DEBUG gtester -k -o gtester.xml "$@"
status=$?
gtester-report gtester.xml >gtester.html && echo "report: $PWD/gtester.html"
exit $status
