#!/bin/sh
# Runs a script on a service, shows its events as they come, and prints the run. Needs curl.
#   CASTELLAN_URL (default http://127.0.0.1:7400), CASTELLAN_KEY when the service has keys
set -eu
url=${CASTELLAN_URL:-http://127.0.0.1:7400}

call() {
  curl --silent --show-error --fail-with-body \
    ${CASTELLAN_KEY:+--header "Authorization: Bearer $CASTELLAN_KEY"} "$@"
}

# The idempotency key makes a repeated request the same run: safe after a time-out or a restart.
id=$(call "$url/v1/runs" \
  --header 'Content-Type: application/json' \
  --header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
  --data '{"code":"console.log(\"at work\"); return { sum: params.a + params.b }","params":{"a":20,"b":22}}' |
  sed 's/^{"id":"\(run_[0-9a-f]*\)".*/\1/')

# What has been, then what comes, until run.finished.
call --no-buffer "$url/v1/runs/$id/events" >&2

call "$url/v1/runs/$id"
