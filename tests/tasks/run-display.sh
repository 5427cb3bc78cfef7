#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a program on a display and a session bus of its own, and takes both away with it, however it ends.
#
#   run-display.sh PROGRAM [ARGUMENT…]
#
# Its exit status is the program's. Where something is missing that it needs it says so, as a skipped TAP test, and is 0.

skip () {
  echo "1..0 # SKIP $1"
  exit 0
}

for needed in Xvfb dbus-daemon setpriv; do
  command -v "$needed" >/dev/null || skip "$needed is not installed"
done

folder=$(mktemp -d) || exit 1
children=()

clean_up () {
  trap - EXIT
  for ((i = ${#children[@]} - 1; i >= 0; i--)); do
    kill "${children[i]}" 2>/dev/null && wait "${children[i]}" 2>/dev/null
  done
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP

# Children end with this script also where it can't clean up: killed by SIGKILL.
start () {
  setpriv --pdeathsig TERM "$@" &
  children+=($!)
}

# A server that is ready writes a line into the pipe that it was given. It can't be missed: the pipe is open already.
mkfifo -m 600 "$folder/ready"
exec 3<>"$folder/ready"

export XDG_RUNTIME_DIR=$folder/run XDG_CONFIG_HOME=$folder/config
mkdir -m 700 "$XDG_RUNTIME_DIR"

start Xvfb -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp -noreset >/dev/null 2>&1
read -r -t 30 -u 3 number || skip 'Xvfb does not start here'
export DISPLAY=:$number

start dbus-daemon --session --nofork --print-address=3 --address="unix:dir=$folder" >/dev/null 2>&1
read -r -t 30 -u 3 address || skip 'dbus-daemon does not start here'
export DBUS_SESSION_BUS_ADDRESS=$address
exec 3>&-

unset WAYLAND_DISPLAY
export GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory ADW_DISABLE_PORTAL=1 LC_ALL=C.UTF-8
export GTK_USE_PORTAL=0 GIO_USE_VFS=local NO_AT_BRIDGE=0

start "$@"
wait "${children[-1]}"
