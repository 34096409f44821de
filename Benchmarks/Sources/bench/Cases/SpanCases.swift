import OTelAPI
import OTelSDK

enum SpanCases {
    static let all = [
        BenchmarkCase("span.no-sdk") {
            let tracer = OTel.tracer("bench")
            return Calls { count in for _ in 0..<count { startEnd(tracer) } }
        },
        BenchmarkCase("span.0attr") { try recording { tracer in startEnd(tracer) } },
        BenchmarkCase("span.5attr") {
            let request = Request.sample
            return try recording { tracer in fiveAttributes(tracer, request) }
        },
        BenchmarkCase("span.5attr.writer") {
            let request = Request.sample
            return try recording { tracer in fiveAttributesWritten(tracer, request) }
        },
        BenchmarkCase("span.5attr.1event") {
            let request = Request.sample
            return try recording { tracer in fiveAttributesOneEvent(tracer, request) }
        },
        BenchmarkCase("span.5attr.1event.dictionary") {
            let request = Request.sample
            return try recording { tracer in fiveAttributesOneEventDictionary(tracer, request) }
        },
        BenchmarkCase("span.5attr.at-start") {
            let request = Request.sample
            return try recording { tracer in fiveAttributesAtStart(tracer, request) }
        },
        BenchmarkCase("span.0attr.child") {
            let (telemetry, tracer) = try pipeline(.parentBased(.alwaysOn))
            let parent = OTelContext(span: tracer.startSpan("parent"))
            return .recording(telemetry) { count in
                OTelContext.withValue(parent) { for _ in 0..<count { startEnd(tracer) } }
            }
        },
        BenchmarkCase("span.sampled-out") {
            let request = Request.sample
            return try recording(.alwaysOff, records: 0) { tracer in fiveAttributes(tracer, request) }
        },
        BenchmarkCase("span.withSpan.sync") {
            try recordingInTask { tracer, count in for _ in 0..<count { current(tracer) } }
        },
        BenchmarkCase("span.withSpan.sync.no-task") { try recording { tracer in current(tracer) } },
        BenchmarkCase("span.withSpan.async") {
            try recordingInTask { tracer, count in for _ in 0..<count / 4 { await fourInTask(tracer) } }
        },
    ]

    private static func pipeline(_ sampler: Sampler) throws -> (Telemetry, OTelTracer) {
        let sink = TraceSink(.custom("discard", DiscardingExporter()), sampler: sampler, processor: .bursts)
        let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [sink]))
        return (telemetry, telemetry.tracer("bench"))
    }

    @inline(__always)
    private static func recording(
        _ sampler: Sampler = .parentBased(.alwaysOn),
        records: Int = 1,
        _ call: @escaping (OTelTracer) -> Void
    ) throws -> Calls {
        let (telemetry, tracer) = try pipeline(sampler)
        return .recording(telemetry, records: records) { count in for _ in 0..<count { call(tracer) } }
    }

    private static func recordingInTask(_ calls: @escaping @Sendable (OTelTracer, Int) async -> Void) throws -> Calls {
        let (telemetry, tracer) = try pipeline(.alwaysOn)
        let executor = CallingThreadExecutor()
        return .recording(telemetry) { count in
            Task(executorPreference: executor) { await calls(tracer, count) }
            executor.drain()
        }
    }
}

/// Attribute values that are known only at run time.
struct Request {
    let route: String
    let status: Int
    let size: Int
    let isRetry: Bool

    static var sample: Request {
        let id = 4711 + CommandLine.arguments.count
        return Request(route: "/api/orders/\(id)/items", status: 197 + id % 10, size: 1000 + id, isRetry: id < 0)
    }
}

@inline(never)
func startEnd(_ tracer: OTelTracer) {
    let span = tracer.startSpan("GET /orders")
    span.end()
}

@inline(never)
func fiveAttributes(_ tracer: OTelTracer, _ request: Request) {
    let span = tracer.startSpan("GET /orders")
    span.setAttribute("http.request.method", "GET")
    span.setAttribute("url.path", request.route)
    span.setAttribute("http.response.status_code", request.status)
    span.setAttribute("http.response.body.size", request.size)
    span.setAttribute("retry", request.isRetry)
    span.end()
}

@inline(never)
private func fiveAttributesWritten(_ tracer: OTelTracer, _ request: Request) {
    let span = tracer.startSpan("GET /orders")
    span.setAttributes {
        $0.set("http.request.method", "GET")
        $0.set("url.path", request.route)
        $0.set("http.response.status_code", request.status)
        $0.set("http.response.body.size", request.size)
        $0.set("retry", request.isRetry)
    }
    span.end()
}

@inline(never)
private func fiveAttributesOneEvent(_ tracer: OTelTracer, _ request: Request) {
    let span = tracer.startSpan("GET /orders")
    span.setAttributes {
        $0.set("http.request.method", "GET")
        $0.set("url.path", request.route)
        $0.set("http.response.status_code", request.status)
        $0.set("http.response.body.size", request.size)
        $0.set("retry", request.isRetry)
    }
    span.addEvent("cache miss") {
        $0.set("tier", "memory")
        $0.set("size", request.size)
    }
    span.end()
}

@inline(never)
private func fiveAttributesOneEventDictionary(_ tracer: OTelTracer, _ request: Request) {
    let span = tracer.startSpan("GET /orders")
    span.setAttribute("http.request.method", "GET")
    span.setAttribute("url.path", request.route)
    span.setAttribute("http.response.status_code", request.status)
    span.setAttribute("http.response.body.size", request.size)
    span.setAttribute("retry", request.isRetry)
    span.addEvent("cache miss", ["tier": "memory", "size": .int(Int64(request.size))])
    span.end()
}

@inline(never)
private func fiveAttributesAtStart(_ tracer: OTelTracer, _ request: Request) {
    let span = tracer.startSpan(
        "GET /orders",
        attributes: [
            "http.request.method": "GET",
            "url.path": .string(request.route),
            "http.response.status_code": .int(Int64(request.status)),
            "http.response.body.size": .int(Int64(request.size)),
            "retry": .bool(request.isRetry),
        ]
    )
    span.end()
}

@inline(never)
private func current(_ tracer: OTelTracer) {
    tracer.withSpan("GET /orders") { _ in }
}

/// Four at a time: the call of the asynchronous function around them is not what is measured.
@inline(never)
private func fourInTask(_ tracer: OTelTracer) async {
    await tracer.withSpan("GET /orders") { _ in await nothing() }
    await tracer.withSpan("GET /orders") { _ in await nothing() }
    await tracer.withSpan("GET /orders") { _ in await nothing() }
    await tracer.withSpan("GET /orders") { _ in await nothing() }
}

@inline(never)
private func nothing() async {}
