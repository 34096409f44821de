import OTelAPI

enum PropagationCases {
    static let all = [
        BenchmarkCase("propagation.extract") {
            Calls { count in for _ in 0..<count { extract(headers) } }
        },
        BenchmarkCase("propagation.inject") {
            let context = OTel.extract(headers)
            return Calls { count in
                OTelContext.withValue(context) {
                    for _ in 0..<count { inject() }
                }
            }
        },
    ]

    private static let headers = [
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    ]
}

@inline(never)
private func extract(_ headers: [String: String]) {
    use(OTel.extract(headers))
}

@inline(never)
private func inject() {
    var headers: [String: String] = [:]
    OTel.inject(into: &headers)
    use(headers)
}
