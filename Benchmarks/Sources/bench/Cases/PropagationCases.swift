import OTelAPI

enum PropagationCases {
    static let all = [
        BenchmarkCase("propagation.extract") { repeated { extract(traceHeaders) } },
        BenchmarkCase("propagation.extract.baggage") { repeated { extract(allHeaders) } },
        // A megabyte each of tracestate and of baggage: refused without a look at it.
        BenchmarkCase("propagation.extract.2-MiB") {
            let megabyte = String(repeating: "a=1,", count: 1 << 18)
            let headers = [trace[0], ("tracestate", megabyte), ("baggage", megabyte)]
            return repeated { extract(headers) }
        },
        // What a request through a browser or a proxy brings along, as HTTP libraries hold it.
        BenchmarkCase("propagation.extract.20-pairs") { repeated { extract(browserHeaders) } },
        BenchmarkCase("propagation.inject") {
            repeated(in: traceHeaders) {
                var size = 0
                OTel.inject { name, value in size &+= name.utf8.count &+ value.utf8.count }
                use(size)
            }
        },
        BenchmarkCase("propagation.inject.baggage") {
            repeated(in: allHeaders) {
                var size = 0
                OTel.inject { name, value in size &+= name.utf8.count &+ value.utf8.count }
                use(size)
            }
        },
        // Into the headers of a request that has some already, with room for more.
        BenchmarkCase("propagation.inject.pairs") {
            let context = OTel.extract(traceHeaders)
            return Calls { count in
                var headers = Array(browserHeaders.prefix(3))
                headers.reserveCapacity(8)
                OTelContext.withValue(context) {
                    for _ in 0..<count {
                        OTel.inject(into: &headers)
                        use(headers.count)
                        headers.removeLast()
                        headers.removeLast()
                    }
                }
            }
        },
        // The dictionary is made and freed as well; check.dictionary-of-2 is what that costs alone.
        BenchmarkCase("propagation.inject.dictionary") {
            repeated(in: traceHeaders) {
                var headers: [String: String] = [:]
                OTel.inject(into: &headers)
                use(headers)
            }
        },
        // What the dictionary alone costs: the part of the case above that is not ours.
        BenchmarkCase("check.dictionary-of-2") {
            let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(trace.count - 1)1"
            let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:\(trace.count)"
            return repeated {
                var headers: [String: String] = [:]
                headers["traceparent"] = parent
                headers["tracestate"] = state
                use(headers)
            }
        },
    ]

    private static let trace = [
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:8;rv:6e6d1a75832a2f"),
    ]
    private static let baggage = ("baggage", "userId=alice,serverNode=DF%2028,isProduction=false")
    private static let traceHeaders = Dictionary(uniqueKeysWithValues: trace)
    private static let allHeaders = Dictionary(uniqueKeysWithValues: trace + [baggage])
    private static let browserHeaders = (0..<17).map { ("x-header-\($0)", "value \($0)") } + trace + [baggage]

    private static func repeated(_ call: @escaping () -> Void) -> Calls {
        Calls { count in for _ in 0..<count { call() } }
    }

    private static func repeated(in headers: [String: String], _ call: @escaping () -> Void) -> Calls {
        let context = OTel.extract(headers)
        return Calls { count in
            OTelContext.withValue(context) {
                for _ in 0..<count { call() }
            }
        }
    }
}

@inline(never)
private func extract(_ headers: [String: String]) {
    use(OTel.extract(headers).span)
}

@inline(never)
private func extract(_ headers: [(String, String)]) {
    use(OTel.extract(headers).span)
}
