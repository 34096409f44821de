// Many series: what they hold, what collecting them takes, and what happens beyond the limit. Prints JSON.

import CHeap
import Glibc
import OTLPProto
import OTelAPI
import OTelSDK

/// Series of two attributes, like those of requests by route and status.
let seriesCount = 10_000
/// Sets of attributes, of which a stream keeps 2000.
let distinctSets = 1_000_000

func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The heap's own bytes, divided by the series: what was allocated, less what their attributes take encoded.
struct Footprint {
    var bytesASeries: Double
    var milliseconds: Double
    var temporaryRatio: Double
}

func attributes(_ number: Int) -> OTelAttributes {
    ["http.route": .string("/orders/\(number / 10)"), "http.response.status_code": .int(Int64(200 + number % 10))]
}

/// Bytes of the attributes of a series on the wire.
func encodedSize(_ number: Int) -> Int {
    // KeyValue {key, AnyValue {string}} and KeyValue {key, AnyValue {int}}, with tags and lengths.
    ("http.route".utf8.count + "/orders/\(number / 10)".utf8.count + 8)
        + ("http.response.status_code".utf8.count + 3 + 7)
}

func footprint(_ make: (OTelMeter) -> (OTelAttributes) -> Void) throws -> Footprint {
    let reader = ManualMetricReader(cardinalityLimit: 1_000_000)
    let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [reader]))
    defer { telemetry.shutdownBlocking() }
    let record = make(telemetry.meter("bench"))
    record([:])
    _ = reader.collect()
    let before = cheap_live()
    for number in 0..<seriesCount { record(attributes(number)) }
    let after = cheap_live()
    let attributeBytes = (0..<seriesCount).reduce(0) { $0 + encodedSize($1) }
    var best = UInt64.max
    var ratio = Double.infinity
    for _ in 0..<20 {
        let idle = cheap_live()
        cheap_reset_peak()
        let start = now()
        let collection = reader.collect()
        best = min(best, now() - start)
        let encoded = collection.metrics.reduce(0) { $0 + $1.encodedSize }
        guard collection.batch.count == seriesCount + 1 else { throw Failure("\(collection.batch.count) points") }
        ratio = min(ratio, Double(cheap_peak() - idle) / Double(encoded))
    }
    return Footprint(
        bytesASeries: Double(after - before - Int64(attributeBytes)) / Double(seriesCount),
        milliseconds: Double(best) / 1e6,
        temporaryRatio: ratio
    )
}

/// Nanoseconds a call and growth of the heap with a million sets of attributes against a limit of 2000.
func beyondTheLimit() throws -> (nanoseconds: Double, growth: Double) {
    let reader = ManualMetricReader()
    let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [reader]))
    defer { telemetry.shutdownBlocking() }
    let counter = telemetry.meter("bench").counter("orders")
    for number in 0..<4000 { counter.add(1, "user", number) }
    let before = cheap_live()
    let start = now()
    for number in 0..<distinctSets { counter.add(1, "user", number) }
    let nanoseconds = Double(now() - start) / Double(distinctSets)
    let growth = Double(cheap_live() - before)
    let total = reader.collect().metrics.flatMap(\.numberPoints).reduce(0) { $0 + Int($1.value.asDouble) }
    guard total == distinctSets + 4000 else { throw Failure("the total is \(total)") }
    return (nanoseconds, growth)
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

do {
    let counter = try footprint { meter in
        let counter = meter.counter("orders")
        return { counter.add(1, $0) }
    }
    let histogram = try footprint { meter in
        let histogram = meter.histogram("duration", of: Double.self)
        return { histogram.record(12.5, $0) }
    }
    let (nanoseconds, growth) = try beyondTheLimit()
    print(
        #"{"counter":{"bytes":\#(counter.bytesASeries),"ms":\#(counter.milliseconds),"ratio":\#(counter.temporaryRatio)},"#
            + #""histogram":{"bytes":\#(histogram.bytesASeries),"ms":\#(histogram.milliseconds),"#
            + #""ratio":\#(histogram.temporaryRatio)},"beyond":{"ns":\#(nanoseconds),"growth":\#(growth)}}"#
    )
} catch {
    let message = "series: \(error)\n"
    write(2, message, message.utf8.count)
    exit(1)
}
