#!/bin/sh
# The main process of a container that stays: a night at NIGHT_AT every day, by the clock of TZ.
# A stop is handed on to the night, which publishes what it has and ends in order.
set -u
: "${NIGHT_AT:=02:00}" "${MAX_RUNTIME:=8h}"
child='' stopped=''

stop() {
	stopped=yes
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap stop TERM INT

# Waits for a command as often as a signal breaks the waiting off.
run() {
	"$@" &
	child=$!
	[ -z "$stopped" ] || kill -TERM "$child"
	wait "$child"
	code=$?
	while kill -0 "$child" 2>/dev/null; do
		wait "$child"
		code=$?
	done
	child=''
	return "$code"
}

until_the_night() {
	now=$(date +%s)
	next=$(date -d "today $NIGHT_AT" +%s)
	[ "$next" -gt "$now" ] || next=$(date -d "tomorrow $NIGHT_AT" +%s)
	echo $((next - now))
}

seconds=$(until_the_night) || exit 2
while [ -z "$stopped" ]; do
	run sleep "$seconds"
	[ -z "$stopped" ] || break
	run python -m scrapy nightly --max-runtime "$MAX_RUNTIME" "$@"
	echo "the night ended with $?"
	seconds=$(until_the_night)
done
