#!/usr/bin/env bash
# Runs the units of ~/.config/systemd/user in a service manager of systemd's, the real one, in
# namespaces of its own: `unshare --mount --pid --fork --mount-proc bash service_manager.sh`.
# The manager of a user (started by root, it has all the rights that the system's has) needs no
# booted system but for a few files below /run, which is a tmpfs of its own here.
set -euo pipefail
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user/0 /run/systemd/inaccessible/dir
chmod 700 /run/user/0
cd /run/systemd/inaccessible
touch reg && mkfifo fifo && mknod chr c 0 0 && mknod blk b 0 0
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
chmod 000 ./*
export XDG_RUNTIME_DIR=/run/user/0
cd /
/lib/systemd/systemd --user --unit=basic.target >/dev/null 2>&1 &
manager=$!
for _ in $(seq 50); do
	[ -S /run/user/0/systemd/private ] && break
	sleep 0.1
done
systemctl --user enable --quiet --now ruralnews-nightly.timer ruralnews-check.timer
systemctl --user list-timers --all --no-pager
systemctl --user start ruralnews-nightly.service || true
systemctl --user show ruralnews-nightly.service -p ExecMainStatus,Result
code=0
systemctl --user start ruralnews-check.service || code=$?
echo "check=$code"
# Once more, and stopped on its way: when its lists are read.
systemctl --user start --no-block ruralnews-nightly.service
for _ in $(seq 300); do
	[ -n "$(find "$OUTPUT/archive" -name '*.open')" ] && break
	sleep 0.1
done
systemctl --user stop ruralnews-nightly.service
systemctl --user show ruralnews-nightly.service -p ExecMainStatus,Result | sed 's/^/stopped./'
kill "$manager"
wait "$manager" || true
