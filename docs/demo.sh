#!/bin/sh
# The main job on a real op-ed, in a scratch folder that is made anew each time.
set -eu
cd "$(dirname "$0")/.."
rm -rf .demo
mkdir .demo
for name in $(env | sed -n 's/^\(TRACKER_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export TRACKER_DATA_DIR="$PWD/.demo" TRACKER_CONFIG="$PWD/.demo/tracker.toml"
: > .demo/tracker.toml

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
run() { printf '\n%s$ tracker %s%s\n' "$bold" "$*" "$plain"; tracker "$@"; }

say "1. Record: the forecasts of one op-ed, taken down by hand in predictions.yaml"
run init
run import predictions.yaml

say "2. Remind: day 50 of the ultimatum has passed, and nobody has said how it turned out"
run remind
run inbox

say "3. Look: what waits for a person, and one question whole"
run due
run show sanctions-ever

say "4. Resolve: a person's job. The op-ed's questions stay open; an invented one shows how"
run import docs/demo.yaml
run resolve imaginary-bridge-by-june no --evidence "https://city.example/register"

say "5. Score: the whole ledger line first, and no grade where there is nothing to grade"
run score --author "Ada Fabricated"
run score --author "Emma Ashford"

say "Yours to try (in this scratch folder):"
cat <<END
  . .venv/bin/activate; export TRACKER_DATA_DIR="$PWD/.demo"
  tracker resolve sanctions-by-ultimatum-day-50 yes --evidence LINK     # or no; you are the judge
  tracker score --author "Emma Ashford"
  tracker read docs/op-ed.txt --published 2026-03-01    # keep, edit or drop each forecast of an op-ed
  tracker add                        # record a forecast; it asks for what it needs
  tracker run                        # the daemon: reminders as they fall due
  tracker --help
END
