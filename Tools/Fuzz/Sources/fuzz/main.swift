// fuzz CASES SEED [FIRST]: headers that nobody would send in good faith, against all propagators.

import CFuzz
import Foundation

/// What memory may grow by once it is warm, in KiB: the ring of trace states, and what the allocator keeps for the
/// largest of headers.
let growth = 32 * 1024

let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
guard arguments.count >= 2, !arguments.contains(nil), let cases = arguments[0], let seed = arguments[1] else {
    FileHandle.standardError.write(Data("usage: fuzz CASES SEED [FIRST]\n".utf8))
    exit(64)
}
let first = arguments.count > 2 ? arguments[2] ?? 0 : 0
cfuzz_report_crashes(seed)

let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
let warm = Run(cases: min(cases, 100_000), seed: seed, first: first)
let rest = Run(cases: cases - warm.cases, seed: seed, first: first + warm.cases)
let clock = ContinuousClock()
let start = clock.now
var failure = await warm.run(cores: cores)
let resident = Memory.resident
if failure == nil { failure = await rest.run(cores: cores) }
let seconds = (clock.now - start) / .seconds(1)

let peak = Memory.peak
print(
    "seed \(seed), \(cases) cases from \(first), \(String(format: "%.1f", seconds)) s, "
        + "peak memory \(peak / 1024) MiB, \((peak - resident) / 1024) MiB above the first \(warm.cases) cases"
)
if let failure {
    print("case \(failure.number): \(failure.rule)")
    print("again: Scripts/fuzz 1 \(seed) \(failure.number)")
    exit(1)
}
if peak - resident > growth {
    print("memory grew by \((peak - resident) / 1024) MiB; at most \(growth / 1024) MiB are expected")
    exit(1)
}
