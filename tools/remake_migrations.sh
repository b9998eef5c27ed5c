#!/bin/sh
# Make every app's 0001_initial again from its models, with the host that extends nothing.
# For the time before the first release only: afterwards a changed model gets a new, numbered migration.
# Other numbered migrations are kept. When anything fails, all files are put back as they were.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
apps=src/nexus_commerce
lock=${TMPDIR:-/tmp}/nexus_remake_migrations.lock

waited=0
until mkdir "$lock" 2>/dev/null; do
    waited=$((waited + 1))
    [ "$waited" -le 60 ] || { echo "Another run holds $lock; remove it if that run is dead." >&2; exit 1; }
    sleep 1
done
aside=$(mktemp -d)
finished=no
restore() {
    for migrations in "$aside"/*/; do
        [ -d "$migrations" ] || continue
        app=$(basename "$migrations")
        [ "$finished" = yes ] || rm -f "$apps/$app"/migrations/[0-9]*.py
        for file in "$migrations"*.py; do
            [ -e "$file" ] || continue
            [ "$finished" = yes ] && [ "$(basename "$file")" = 0001_initial.py ] && continue
            cp -p "$file" "$apps/$app/migrations/"
        done
    done
    rm -rf "$aside"
    rmdir "$lock"
}
trap restore EXIT
trap 'exit 130' INT TERM

for models in "$apps"/*/models.py; do
    app=$(basename "$(dirname "$models")")
    mkdir -p "$apps/$app/migrations" "$aside/$app"
    [ -e "$apps/$app/migrations/__init__.py" ] || : > "$apps/$app/migrations/__init__.py"
    for file in "$apps/$app"/migrations/[0-9]*.py; do
        [ -e "$file" ] && mv "$file" "$aside/$app/"
    done
done

# The checks need the whole library; a model can be tried before that exists.
django="$python -m django"
export DJANGO_SETTINGS_MODULE=tests.hosts.default.settings PYTHONPATH="src:."
unset NEXUS_TEST_DATABASE_URL
# One app after another, from the bottom up: where models depend on an app that has its migrations already (content
# types), Django splits the first app that it meets, in the order of the alphabet.
for app in channels customers events catalog pricing inventory tax promotions shipping cart orders payments fulfillment access; do
    $django makemigrations "nexus_$app" --skip-checks --no-header --name initial
done

$python tools/append_only.py

odd=$(find "$apps" -path '*/migrations/*_initial.py' ! -name 0001_initial.py)
if [ -n "$odd" ]; then
    echo "A cycle of foreign keys between apps needs more than one initial migration: $odd" >&2
    exit 1
fi
finished=yes
restore
trap - EXIT
$django makemigrations --skip-checks --check --dry-run
