import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import TestSupport
import Testing

/// What the official decoder reads out of what was sent.
@Suite("Fields as another implementation decodes them", .serialized, .ownThread)
struct FieldTests {
    private static let attributes: OTelAttributes = [
        "text": "grüße 🚀", "empty.text": "", "yes": true, "no": false, "int": 42, "zero": 0,
        "min": .int(Int64.min), "max": .int(Int64.max), "double": 2.5, "nan": .double(.nan),
        "infinity": .double(-.infinity), "bytes": .bytes([0, 255, 16]), "array": [1, "two", [3.5, nil], true],
        "map": ["inner": ["deep": 1], "list": []], "null": nil, "schlüssel": "ключ",
    ]
    private static let expected: JSON = [
        "text": ["stringValue": "grüße 🚀"], "empty.text": ["stringValue": ""],
        "yes": ["boolValue": true], "no": ["boolValue": false],
        "int": ["intValue": "42"], "zero": ["intValue": "0"],
        "min": ["intValue": "-9223372036854775808"], "max": ["intValue": "9223372036854775807"],
        "double": ["doubleValue": 2.5], "nan": ["doubleValue": "NaN"], "infinity": ["doubleValue": "-Infinity"],
        "bytes": ["bytesValue": "AP8Q"],
        "array": [
            "arrayValue": [
                ["intValue": "1"], ["stringValue": "two"], ["arrayValue": [["doubleValue": 3.5], [:]]],
                ["boolValue": true],
            ]
        ],
        "map": [
            "kvlistValue": [
                ["key": "inner", "value": ["kvlistValue": [["key": "deep", "value": ["intValue": "1"]]]]],
                ["key": "list", "value": ["arrayValue": []]],
            ]
        ],
        "null": [:], "schlüssel": ["stringValue": "ключ"],
    ]
    /// As a request brings it.
    private static let incoming = OTel.extract([
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
        "tracestate": "vendor=a:1,other=b",
    ])
    private static var remote: OTelSpanContext { Self.incoming.span.context }
    private static let local = OTelSpanContext(
        traceID: OTelTraceID(high: 1, low: 2),
        spanID: OTelSpanID(3),
        traceFlags: []
    )

    private func collect(_ record: (Telemetry) -> Void) throws -> (collector: Collector, telemetry: Telemetry) {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector) { config in
            config.resourceAttributes = ["deployment.environment.name": "test", "replicas": 3, "tags": ["a", "b"]]
            config.resourceSchemaURL = "https://opentelemetry.io/schemas/1.43.0"
            config.spanLimits.attributes = 16
            config.spanLimits.events = 2
            config.spanLimits.links = 2
            config.spanLimits.attributesPerEvent = 16
            config.spanLimits.attributesPerLink = 1
            config.logRecordLimits.attributes = 16
        }
        record(telemetry)
        let report = telemetry.shutdownBlocking()
        #expect(report.isComplete, "\(report)")
        #expect(try collector.state().violations == [])
        return (collector, telemetry)
    }

    @Test(
        "a span with everything",
        .matrix(26, 28, 33, 34, 35, 37, 38, 39, 40, 41, 42, 44, 45, 46, 47, 48, 49, 58)
    )
    func richSpan() throws {
        let (collector, _) = try self.collect { telemetry in
            let span = telemetry.tracer("rich").startSpan(
                "GET /orders/{id}",
                kind: .server,
                parent: Self.incoming,
                attributes: Self.attributes,
                links: [OTelLink(Self.local, attributes: ["why": "retry", "dropped": 1])],
                startTime: OTelTimestamp(unixNanoseconds: 1_700_000_000_123_456_789)
            )
            span.setAttribute("one.too.many", 1)
            span.setAttribute("two.too.many", 2)
            span.addEvent("first", Self.attributes, at: OTelTimestamp(unixNanoseconds: 1_700_000_000_123_456_790))
            span.addEvent("second", at: OTelTimestamp(unixNanoseconds: 1_700_000_000_123_456_791))
            span.addEvent("third")
            span.addLink(Self.remote)
            span.addLink(Self.local)
            span.setStatus(.error("it broke"))
            span.updateName("GET /orders/{order}")
            span.end(at: OTelTimestamp(unixNanoseconds: 1_700_000_009_987_654_321))
        }
        let span = try #require(try collector.spans().first)
        let spanID = try #require(span["spanId"])
        #expect(spanID != "" && spanID != "b7ad6b7169203331")
        let facts: [String: JSON] = [
            "traceId": "0af7651916cd43dd8448eb211c80319c", "parentSpanId": "b7ad6b7169203331",
            "traceState": "vendor=a:1,other=b",
            // W3C flags, and that the parent is remote.
            "flags": 0x303, "name": "GET /orders/{order}", "kind": "server",
            "startTimeUnixNano": "1700000000123456789", "endTimeUnixNano": "1700000009987654321",
            "attributes": Self.expected, "droppedAttributesCount": 2, "droppedEventsCount": 1, "droppedLinksCount": 1,
            "status": ["code": "error", "message": "it broke"],
            "events": [
                [
                    "timeUnixNano": "1700000000123456790", "name": "first", "attributes": Self.expected,
                    "droppedAttributesCount": 0,
                ],
                [
                    "timeUnixNano": "1700000000123456791", "name": "second", "attributes": [:],
                    "droppedAttributesCount": 0,
                ],
            ],
            "links": [
                [
                    "traceId": "00000000000000010000000000000002", "spanId": "0000000000000003", "traceState": "",
                    "flags": 0x100, "attributes": ["why": ["stringValue": "retry"]], "droppedAttributesCount": 1,
                ],
                [
                    "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
                    "traceState": "vendor=a:1,other=b", "flags": 0x303, "attributes": [:], "droppedAttributesCount": 0,
                ],
            ],
        ]
        for (name, value) in facts { #expect(span[name] == value, "\(name)") }
    }

    @Test("a child names its parent, and an exception is an event", .matrix(20, 21, 51))
    func family() throws {
        struct Failure: Error {}
        let (collector, _) = try self.collect { telemetry in
            let tracer = telemetry.tracer("family")
            tracer.withSpan("parent", kind: .producer) { _ in
                try? tracer.withSpan("child", kind: .consumer) { (_: OTelSpan) throws(Failure) in throw Failure() }
            }
        }
        let spans = try collector.spans()
        let child = try #require(spans.first { $0["name"] == "child" })
        let parent = try #require(spans.first { $0["name"] == "parent" })
        #expect(parent["parentSpanId"] == "" && parent["kind"] == "producer" && parent["status"]?["code"] == "unset")
        #expect(child["parentSpanId"] == parent["spanId"] && child["traceId"] == parent["traceId"])
        #expect(child["kind"] == "consumer" && child["status"]?["code"] == "error")
        // W3C flags: sampled, random trace id; the parent is known not to be remote.
        #expect(parent["flags"] == 0x103 && child["flags"] == 0x103)
        guard case .array(let events) = child["events"] else { Issue.record("no events"); return }
        #expect(events.map { $0["name"] } == ["exception"])
        guard case .string(let type) = events.first?["attributes"]?["exception.type"]?["stringValue"] else {
            Issue.record("no type")
            return
        }
        #expect(type.hasSuffix("Failure"))
    }

    @Test("a log record with everything", .matrix(159, 161, 172))
    func richLog() throws {
        let (collector, _) = try self.collect { telemetry in
            var record = OTelLogRecord(severity: .warn, body: .map(Self.attributes), attributes: Self.attributes)
            record.attributes["one.too.many"] = 1
            record.eventName = "order.refused"
            record.severityText = "WARNUNG"
            record.timestamp = OTelTimestamp(unixNanoseconds: 1_700_000_000_123_456_789)
            record.observedTimestamp = OTelTimestamp(unixNanoseconds: 1_700_000_000_123_456_790)
            record.context = Self.incoming
            telemetry.logger("rich").emit(record)
        }
        let log = try #require(try collector.logs().first)
        let facts: [String: JSON] = [
            "timeUnixNano": "1700000000123456789", "observedTimeUnixNano": "1700000000123456790",
            "severityNumber": 13, "severityText": "WARNUNG", "eventName": "order.refused",
            "attributes": Self.expected, "droppedAttributesCount": 1, "flags": 3,
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
        ]
        for (name, value) in facts { #expect(log[name] == value, "\(name)") }
        guard case .array(let pairs) = log["body"]?["kvlistValue"] else { Issue.record("no map"); return }
        #expect(pairs.count == Self.attributes.count)
        for pair in pairs {
            guard case .string(let key) = pair["key"] else { continue }
            #expect(pair["value"] == Self.expected[key], "\(key)")
        }
    }

    @Test("log records of each severity, with and without a span", .matrix(163))
    func plainLogs() throws {
        let (collector, _) = try self.collect { telemetry in
            let logger = telemetry.logger("plain")
            telemetry.tracer("plain").withSpan("outer") { _ in logger.trace("a") }
            logger.debug("b")
            logger.info("c", ["k": 1])
            logger.warn("d")
            logger.error("e")
            logger.fatal("f")
        }
        let span = try #require(try collector.spans().first)
        let logs = try collector.logs()
        #expect(logs.map { $0["body"]?["stringValue"] } == ["a", "b", "c", "d", "e", "f"])
        #expect(logs.map { $0["severityNumber"] } == [1, 5, 9, 13, 17, 21])
        #expect(logs.map { $0["spanId"] } == [span["spanId"], "", "", "", "", ""])
        #expect(logs[0]["traceId"] == span["traceId"] && logs[0]["flags"] == 3 && logs[1]["flags"] == 0)
    }

    @Test("resource and scopes, with their schemas", .matrix(3, 4, 5, 156, 173, 257, 259))
    func resourceAndScope() throws {
        let schema = "https://opentelemetry.io/schemas/1.40.0"
        let (collector, _) = try self.collect { telemetry in
            for variant in 0..<2 {
                let attributes: OTelAttributes = variant == 0 ? [:] : ["component": "db", "shard": 7]
                let version = variant == 0 ? nil : "2.1.0"
                let url = variant == 0 ? nil : schema
                telemetry.tracer("lib", version: version, schemaURL: url, attributes: attributes)
                    .startSpan("\(variant)").end()
                telemetry.logger("lib", version: version, schemaURL: url, attributes: attributes).info("\(variant)")
            }
        }
        for items in [try collector.spans(), try collector.logs()] {
            #expect(items.count == 2)
            for item in items {
                let isSecond = item["name"] == "1" || item["body"]?["stringValue"] == "1"
                #expect(item["resourceSchemaUrl"] == "https://opentelemetry.io/schemas/1.43.0")
                #expect(item["resource"]?["service.name"] == ["stringValue": "integration"])
                #expect(item["resource"]?["deployment.environment.name"] == ["stringValue": "test"])
                #expect(item["resource"]?["replicas"] == ["intValue": "3"])
                #expect(item["resource"]?["telemetry.sdk.name"] == ["stringValue": "heliograph"])
                #expect(item["resource"]?["telemetry.sdk.language"] == ["stringValue": "swift"])
                #expect(item["resource"]?["telemetry.sdk.version"] != nil)
                let scope: JSON =
                    isSecond
                    ? [
                        "name": "lib", "version": "2.1.0", "schemaUrl": .string(schema),
                        "attributes": ["component": ["stringValue": "db"], "shard": ["intValue": "7"]],
                        "droppedAttributesCount": 0,
                    ]
                    : ["name": "lib", "version": "", "schemaUrl": "", "attributes": [:], "droppedAttributesCount": 0]
                #expect(item["scope"] == scope)
            }
        }
    }

    @Test("requests hold many scopes without mixing them up")
    func manyScopes() throws {
        let (collector, _) = try self.collect { telemetry in
            for index in 0..<300 { telemetry.tracer("scope-\(index % 30)").startSpan("\(index % 30)").end() }
        }
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == 300)
        #expect(spans.allSatisfy { $0.scopeName == "scope-\($0.name)" })
    }

    @Test("times are Unix nanoseconds of now, and no span ends before it starts", .matrix(27))
    func times() throws {
        let before = OTelTimestamp.now.unixNanoseconds
        let (collector, _) = try self.collect { telemetry in
            telemetry.tracer("time").withSpan("now") { _ in telemetry.logger("time").info("now") }
        }
        let after = OTelTimestamp.now.unixNanoseconds
        func number(_ json: JSON?) -> UInt64 { if case .string(let text) = json { UInt64(text) ?? 0 } else { 0 } }
        let span = try #require(try collector.spans().first)
        let log = try #require(try collector.logs().first)
        let start = number(span["startTimeUnixNano"])
        let end = number(span["endTimeUnixNano"])
        let logged = number(log["timeUnixNano"])
        // The wall clock is read at most every 100 ms, so the SDK's may be off by what adjusts it meanwhile.
        let slack: UInt64 = 1_000_000
        #expect(before <= start + slack && start <= end && end <= after + slack)
        #expect(start <= logged + slack && logged <= end + slack)
        #expect(number(log["observedTimeUnixNano"]) == logged)
    }
}
