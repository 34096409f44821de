import OTLPProto
import OTelAPI
import Testing

@Suite("Ranges of exponential histograms")
struct ExponentialScaleTests {
    private func bound(_ index: Int, _ scale: Int32) -> Double {
        MetricView.ExponentialHistogramPoint(scale: scale, time: OTelTimestamp(unixNanoseconds: 0))
            .lowerBound(ofBucket: index)
    }

    @Test(
        "powers of two are exact",
        arguments: [
            (index: 0, scale: 20 as Int32, expected: 1.0),
            (index: 3, scale: 0, expected: 8),
            (index: -1, scale: 0, expected: 0.5),
            (index: 8, scale: 3, expected: 2),
            (index: -8, scale: 3, expected: 0.5),
            (index: 3, scale: -2, expected: 4096),
            (index: -1, scale: -10, expected: 0x1p-1024),
            (index: 1023 << 20, scale: 20, expected: 0x1p1023),
            (index: -1074, scale: 0, expected: 0x1p-1074),
        ]
    )
    func exact(index: Int, scale: Int32, expected: Double) {
        #expect(self.bound(index, scale) == expected)
    }

    @Test("beyond the range of Double they are zero and infinity, whatever the scale")
    func extremes() {
        #expect(self.bound(1024, 0) == .infinity)
        #expect(self.bound(1 << 30, 20) == .infinity)
        #expect(self.bound(-1076, 0) == 0)
        for scale in [Int32.min, -2000, 2000, Int32.max] {
            #expect(self.bound(0, scale) == 1)
            #expect(!self.bound(.max, scale).isNaN && !self.bound(.min, scale).isNaN)
        }
    }

    // Made with Python's decimal, 60 digits.
    @Test(
        "between powers of two they are off by one unit in the last place at most",
        arguments: [
            (index: 1, scale: 1 as Int32, expected: 1.4142135623730951),
            (index: 5, scale: 2, expected: 2.378414230005442),
            (index: -3, scale: 3, expected: 0.7711054127039704),
            (index: 1, scale: 20, expected: 1.0000006610368821),
            (index: 1_048_575, scale: 20, expected: 1.9999986779271097),
            (index: (1 << 30) - 1, scale: 20, expected: 1.7976919465216366e+308),
            (index: -(1022 << 20) + 7, scale: 20, expected: 2.22508415451882e-308),
        ]
    )
    func rounded(index: Int, scale: Int32, expected: Double) {
        #expect(abs(self.bound(index, scale) - expected) <= expected.ulp)
    }
}
