#!/usr/bin/env bash
# Fuzzes the WebSocket module with libFuzzer under AddressSanitizer. Everything built or found goes to .build-fuzz.
#
#   fuzz.sh all SECONDS        every target in turn; the seconds are those of all of them together
#   fuzz.sh TARGET SECONDS     one target, on a corpus of its own that grows from run to run
#   fuzz.sh replay TARGET FILE run a finding again, with a symbolised trace
#   fuzz.sh shrink TARGET FILE the smallest input that still shows the same finding
#   fuzz.sh merge TARGET       put what the grown corpus has reached, in as few files as do it, into Corpus/TARGET
#   fuzz.sh build              compile only
#
# The targets are the names of `FuzzTarget`. A finding is a file crash-*, timeout-* or oom-* in
# .build-fuzz/found/TARGET: shrink it, put it into Corpus/TARGET under a name that says what it is (`make test`
# replays all of Corpus), and write a test for the rule it broke.
#
# The targets do not depend on SwiftPM here: -sanitize=fuzzer must see the module and the targets alike, and they
# alone, and compile in half a minute.
set -euo pipefail
cd "$(dirname "$0")/../../.."

here=Tests/FuzzingTests
build=.build-fuzz
targets=$(sed -n "s/^  case \([a-z0-9]*\)\$/\1/p" $here/Targets/FuzzTarget.swift)
# A finding is told at once; its trace is made by `replay`.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:symbolize=0 SWIFT_BACKTRACE=enable=no

# compile: unless nothing has changed since.
compile() {
  mkdir -p $build
  if [ -x $build/fuzz ] && [ -z "$(find Sources/WebSocket Sources/CZlib $here/Targets $here/Driver -newer $build/fuzz -type f)" ]; then
    return
  fi
  local flags=(
    -O -g -whole-module-optimization -sanitize=fuzzer,address -parse-as-library -package-name chatai -swift-version 6
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature InternalImportsByDefault -enable-testing -I Sources/CZlib -I $build
  )
  local sources
  mapfile -t sources < <(find Sources/WebSocket -name '*.swift' | sort)
  swiftc "${flags[@]}" -module-name WebSocket -emit-module -emit-module-path $build/WebSocket.swiftmodule \
    -c -o $build/WebSocket.o "${sources[@]}"
  swiftc "${flags[@]}" -module-name Fuzzing -c -o $build/Fuzzing.o $here/Targets/*.swift $here/Driver/Driver.swift
  swiftc -use-ld=lld -sanitize=fuzzer,address -o $build/fuzz $build/WebSocket.o $build/Fuzzing.o -lz
}

# fuzz TARGET SECONDS
fuzz() {
  local target=$1 seconds=$2 grown=$build/corpus/$1 found=$build/found/$1 dictionary=()
  mkdir -p "$grown" "$found"
  CHATAI_FUZZ_TARGET=$target CHATAI_FUZZ_SEEDS=$grown $build/fuzz
  [ -e "$here/Driver/$target.dict" ] && dictionary=(-dict="$here/Driver/$target.dict")
  CHATAI_FUZZ_TARGET=$target $build/fuzz -max_total_time="$seconds" -print_final_stats=1 -verbosity="${VERBOSITY:-1}" \
    -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64 -artifact_prefix="$found/" "${dictionary[@]}" \
    "$grown" "$here/Corpus/$target"
}

merge() {
  local target=$1 merged=$build/merged/$1
  rm -rf "$merged" && mkdir -p "$merged"
  CHATAI_FUZZ_TARGET=$target $build/fuzz -merge=1 "$merged" "$here/Corpus/$target" "$build/corpus/$target"
  # What has a name of its own stays: it was put there by somebody.
  find "$here/Corpus/$target" -type f -regextype egrep -regex '.*/[0-9a-f]{40}' -delete
  find "$merged" -type f -size -9k -exec cp -n {} "$here/Corpus/$target/" \;
}

case "${1:-}" in
  build) compile ;;
  replay) compile && ASAN_OPTIONS=${ASAN_OPTIONS/symbolize=0/symbolize=1} CHATAI_FUZZ_TARGET=$2 $build/fuzz "$3" ;;
  shrink) compile && CHATAI_FUZZ_TARGET=$2 $build/fuzz -minimize_crash=1 -runs=100000 "$3" ;;
  merge) compile && merge "$2" ;;
  all)
    compile
    count=$(wc -w <<<"$targets")
    for target in $targets; do
      echo "=== $target"
      VERBOSITY=0 fuzz "$target" $(($2 / count))
    done
    ;;
  *)
    if [ $# != 2 ] || ! grep -qx -- "$1" <<<"$targets"; then
      sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2
      exit 64
    fi
    compile && fuzz "$1" "$2"
    ;;
esac
