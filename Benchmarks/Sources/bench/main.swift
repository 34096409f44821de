// One case at a time, in a process of its own. Scripts/bench drives it.
//
//   bench list            the cases, one a line
//   bench time CASE       nanoseconds a call, as JSON
//   bench threads         nanoseconds a span on one thread and on each of two, as JSON
//   bench count CASE      allocations a call, as JSON; under callgrind, instructions in its dumps

import Glibc

let cases: [BenchmarkCase] = [
    CheckCases.all, SpanCases.all, SamplerCases.all, SpanExtensionCases.all, MetricCases.all, LogCases.all,
    PropagationCases.all, EncodeCases.all,
].flatMap { $0 }

func main(_ arguments: [String]) throws {
    switch (arguments.first, arguments.dropFirst().first) {
    case ("list", nil):
        for benchmark in cases { print(benchmark.name) }
    case ("threads", nil):
        print(try ThreadCases.measure())
    case ("time", let name?):
        print(try Measurement.time(try find(name)))
    case ("count", let name?):
        print(try Measurement.count(try find(name)))
    default:
        throw Failure("expected list, threads, time CASE or count CASE")
    }
}

func find(_ name: String) throws -> BenchmarkCase {
    guard let found = cases.first(where: { $0.name == name }) else { throw Failure("there is no case \(name)") }
    return found
}

do {
    try main(Array(CommandLine.arguments.dropFirst()))
} catch {
    let message = "bench: \(error)\n"
    write(2, message, message.utf8.count)
    exit(1)
}
