# shellcheck shell=bash
# Sourced first by every shell script here: strict mode, the repository root as working directory, Swift on PATH.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# SWIFT_HOME names an unpacked toolchain; it wins over PATH.
for bin in "${SWIFT_HOME:+$SWIFT_HOME/usr/bin}" "${SWIFT_HOME:+$SWIFT_HOME/bin}"; do
    if [[ -n "$bin" && -x "$bin/swift" ]]; then
        PATH="$bin:$PATH"
        break
    fi
done
unset bin

# Flags of every `swift build` and `swift test`: warnings are errors in CI, never on a developer's machine.
swift_flags=()
if [[ "${CI:-}" == true ]]; then
    # shellcheck disable=SC2034
    swift_flags=(-Xswiftc -warnings-as-errors)
fi

# Prints a heading before a step whose own output follows.
section() {
    printf '\n== %s\n' "$*"
}

# Prints why the script can't go on, and ends it.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}
