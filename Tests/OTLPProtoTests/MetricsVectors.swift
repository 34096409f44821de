import OTLPProto
import OTelAPI

/// Requests with one metric, made by protoc from the OTLP definitions (`opentelemetry-proto` 1.45.2 for Python), and
/// what they mean.
enum MetricsVectors {
    private static let start = OTelTimestamp(unixNanoseconds: 1)
    private static let time = OTelTimestamp(unixNanoseconds: 1_544_712_660_000_000_000)

    static let all: [(name: String, bytes: [UInt8], metric: MetricData)] = [
        ("gauge", gauge, gaugeMetric),
        ("sum", sum, sumMetric),
        ("histogram", histogram, histogramMetric),
        ("exponential histogram", exponentialHistogram, exponentialHistogramMetric),
        ("summary", summary, summaryMetric),
    ]

    private static func exemplar(_ value: MetricView.Number, gone: OTelAttributes = [:]) -> MetricView.Exemplar {
        MetricView.Exemplar(
            value,
            time: self.time,
            traceID: OTelTraceID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
            spanID: OTelSpanID(0x0102_0304_0506_0708),
            filteredAttributes: gone
        )
    }

    private static let gauge = OTLPProtoTests.bytes(
        hex: "0a88010a001283010a00127f0a01672a7a0a6211010000000000000019004859e3faeb6f152100000000008035402a3b1100"
            + "4859e3faeb6f15190000000000803540220801020304050607082a100102030405060708090a0b0c0d0e0f103a0b0a04676f"
            + "6e6512030a01783a080a016b12030a01760a1411010000000000000019004859e3faeb6f154001"
    )

    private static let gaugeMetric = MetricData(
        "g",
        points: .gauge([
            MetricView.NumberPoint(
                .double(21.5),
                attributes: ["k": "v"],
                startTime: start,
                time: time,
                exemplars: [exemplar(.double(21.5), gone: ["gone": "x"])]
            ),
            MetricView.NumberPoint(.int(0), startTime: start, time: time, hasRecordedValue: false),
        ])
    )

    private static let sum = OTLPProtoTests.bytes(
        hex: "0a5e0a00125a0a0012560a01633a510a4b11010000000000000019004859e3faeb6f152a2e11004859e3faeb6f1522080102"
            + "0304050607082a100102030405060708090a0b0c0d0e0f1031070000000000000031feffffffffffffff10021801"
    )

    private static let sumMetric = MetricData(
        "c",
        points: .sum(
            [MetricView.NumberPoint(.int(-2), startTime: start, time: time, exemplars: [exemplar(.int(7))])],
            .cumulative,
            isMonotonic: true
        )
    )

    private static let histogram = OTLPProtoTests.bytes(
        hex: "0adb010a0012d6010a0012d1010a01684acb010aa00111010000000000000019004859e3faeb6f1521030000000000000029"
            + "00000000000012403210010000000000000002000000000000003a08000000000000f03f421211004859e3faeb6f15190000"
            + "00000000e03f422e11004859e3faeb6f15190000000000000040220801020304050607082a100102030405060708090a0b0c"
            + "0d0e0f104a080a016b12030a017659000000000000e03f6100000000000000400a2411010000000000000019004859e3faeb"
            + "6f152109000000000000002900000000000012401002"
    )

    private static let histogramMetric: MetricData = {
        var withoutRanges = MetricView.HistogramPoint(
            bucketCounts: [],
            bounds: [],
            sum: 4.5,
            startTime: start,
            time: time
        )
        withoutRanges.count = 9
        let point = MetricView.HistogramPoint(
            bucketCounts: [1, 2],
            bounds: [1],
            sum: 4.5,
            min: 0.5,
            max: 2,
            attributes: ["k": "v"],
            startTime: start,
            time: time,
            exemplars: [MetricView.Exemplar(.double(0.5), time: time), exemplar(.double(2))]
        )
        return MetricData("h", points: .histogram([point, withoutRanges], .cumulative))
    }()

    private static let exponentialHistogram = OTLPProtoTests.bytes(
        hex: "0a97020a001292020a00128d020a0165120574656c6c731a017352fd010ad9010a080a016b12030a01760a070a016e120218"
            + "0111010000000000000019004859e3faeb6f1521000000000001000029000000000000f8bf3005390700000000000000421e"
            + "0809121a00017f8001ff7f808001808080808020ffffffffffffffffff014a0908feffffff0f1201035a3b11004859e3faeb"
            + "6f15190000000000000440220801020304050607082a100102030405060708090a0b0c0d0e0f103a0b0a04676f6e6512030a"
            + "01785a1211004859e3faeb6f1531ffffffffffffffff6100000000000022c0690000000065cdcd4171000000000000d03f0a"
            + "1d11010000000000000019004859e3faeb6f1521010000000000000050011001"
    )

    private static let exponentialHistogramMetric: MetricData = {
        var point = MetricView.ExponentialHistogramPoint(
            scale: -3,
            positive: .init(offset: -5, counts: [0, 1, 127, 128, 16_383, 16_384, 1 << 40, .max]),
            negative: .init(offset: .max, counts: [3]),
            zeroCount: 7,
            zeroThreshold: 0.25,
            sum: -1.5,
            min: -9,
            max: 1e9,
            attributes: ["k": "v", "n": 1],
            startTime: start,
            time: time,
            exemplars: [
                exemplar(.double(2.5), gone: ["gone": "x"]), MetricView.Exemplar(.int(-1), time: time),
            ]
        )
        point.count = 1 << 40
        var ended = MetricView.ExponentialHistogramPoint(
            scale: 0,
            startTime: start,
            time: time,
            hasRecordedValue: false
        )
        ended.count = 1
        return MetricData(
            "e",
            description: "tells",
            unit: "s",
            points: .exponentialHistogram([point, ended], .delta)
        )
    }()

    private static let summary = OTLPProtoTests.bytes(
        hex: "0a7d0a0012790a0012750a01731a0242795a6c0a6a11010000000000000019004859e3faeb6f152103000000000000002900"
            + "00000000001240321209000000000000d03f11000000000000e03f321209000000000000e03f11000000000000f83f321209"
            + "000000000000f03f1100000000000004403a080a016b12030a0176"
    )

    private static let summaryMetric = MetricData(
        "s",
        unit: "By",
        points: .summary([
            MetricView.SummaryPoint(
                count: 3,
                sum: 4.5,
                quantiles: [.init(0.25, value: 0.5), .init(0.5, value: 1.5), .init(1, value: 2.5)],
                attributes: ["k": "v"],
                startTime: start,
                time: time
            )
        ])
    )
}
