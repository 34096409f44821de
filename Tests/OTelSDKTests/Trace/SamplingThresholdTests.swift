import Testing

@testable import OTelSDK

@Suite("Rejection thresholds")
struct SamplingThresholdTests {
    // The rows for one in N are the specification's own table, at its recommended precision of 4 digits.
    @Test(
        "have the digits that the specification's table gives",
        arguments: [
            (probability: 1, digits: "0"),
            (probability: 0.9, digits: "199a"),
            (probability: 0.75, digits: "4"),
            (probability: 0.5, digits: "8"),
            (probability: 1.0 / 3, digits: "aaab"),
            (probability: 0.25, digits: "c"),
            (probability: 0.2, digits: "cccd"),
            (probability: 0.125, digits: "e"),
            (probability: 0.1, digits: "e666"),
            (probability: 0.0625, digits: "f"),
            (probability: 0.05, digits: "f3333"),
            (probability: 0.01, digits: "fd70a"),
            (probability: 0.005, digits: "feb85"),
            (probability: 0.001, digits: "ffbe77"),
            (probability: 1e-4, digits: "fff9724"),
            (probability: 1e-5, digits: "ffff583a"),
            (probability: 1e-6, digits: "ffffef39"),
            (probability: 1e-9, digits: "fffffffbb48"),
        ] as [(probability: Double, digits: String)]
    )
    func table(probability: Double, digits: String) {
        #expect(SamplingThreshold.digits(SamplingThreshold.threshold(probability: probability)) == digits)
    }

    // Made with the Python function in the specification.
    @Test(
        "have the digits that the specification's algorithm computes",
        arguments: [
            (probability: 0.2258715935873316, digits: "c62d"),
            (probability: 4.970983005331701e-05, digits: "fffcbe"),
            (probability: 0.8060228731275536, digits: "31a8"),
            (probability: 1.7706136966290663e-13, digits: "ffffffffffce"),
            (probability: 2.4261474412919395e-14, digits: "fffffffffff9"),
            (probability: 2.850609561349153e-06, digits: "ffffd02d"),
            (probability: 1.1782670162279985e-13, digits: "ffffffffffdf"),
            (probability: 0.0027178566581554024, digits: "ff4de2"),
            (probability: 3.9370891593380994e-08, digits: "ffffff56e7"),
            (probability: 0.29973519042543395, digits: "b345"),
            (probability: 9.491511631334753e-05, digits: "fff9c79"),
            (probability: 0.010080558343801036, digits: "fd6b6"),
            (probability: 0.00014927681252809624, digits: "fff6379"),
            (probability: 1.278349293509272e-12, digits: "fffffffffe98"),
            (probability: 1.3945925005267315e-12, digits: "fffffffffe77"),
            (probability: 0.0006257474892290168, digits: "ffd6fe"),
            (probability: 7.800429861194569e-06, digits: "ffff7d21"),
            (probability: 1.6307979610108938e-08, digits: "ffffffb9f5"),
            (probability: 1.7763246343183263e-11, digits: "ffffffffec78"),
            (probability: 4.6507696725683635e-10, digits: "fffffffe00a"),
            (probability: 1.8158873090726146e-10, digits: "ffffffff3857"),
            (probability: 0.13133133056062682, digits: "de61"),
            (probability: 9.48818650687543e-11, digits: "ffffffff97ad"),
            (probability: 5.000447117359076e-10, digits: "fffffffdda3"),
            (probability: 3.980784424156956e-06, digits: "ffffbd37"),
            (probability: 8.462794818647968e-15, digits: "fffffffffffe"),
            (probability: 3.8080004363265645e-13, digits: "ffffffffff95"),
            (probability: 1.1977912073864873e-05, digits: "ffff370b"),
            (probability: 1.586271106120237e-05, digits: "fffef5e"),
            (probability: 3.265597499408971e-14, digits: "fffffffffff7"),
            (probability: 3.197395238406941e-11, digits: "ffffffffdcd8"),
            (probability: 2.6143778752998974e-07, digits: "fffffb9d2"),
            (probability: 0.16000992086292498, digits: "d70a"),
            (probability: 2.4421919199762035e-14, digits: "fffffffffff9"),
            (probability: 5.6017497999680606e-11, digits: "ffffffffc269"),
            (probability: 9.846238573284015e-12, digits: "fffffffff52d"),
            (probability: 2.1090979121475217e-12, digits: "fffffffffdae"),
            (probability: 5.935837435855453e-07, digits: "fffff60a9"),
            (probability: 1.2942493497573654e-12, digits: "fffffffffe94"),
            (probability: 4.226774011008636e-09, digits: "ffffffedd9"),
            (probability: 3.552713678800501e-15, digits: "ffffffffffff"),
            (probability: 5.329070518200751e-15, digits: "ffffffffffff"),
            (probability: 0.99, digits: "028f"),
            (probability: 0.999, digits: "0042"),
            (probability: 0.9999, digits: "0007"),
            (probability: 0.0625, digits: "f"),
            (probability: 0.003906249999999999, digits: "ff"),
            (probability: 2.86102294921875e-06, digits: "ffffd"),
        ] as [(probability: Double, digits: String)]
    )
    func algorithm(probability: Double, digits: String) {
        #expect(SamplingThreshold.digits(SamplingThreshold.threshold(probability: probability)) == digits)
    }

    @Test(
        "are exact integers where a Double next to 2 is too coarse",
        arguments: [
            (probability: 0x1p-49, threshold: (1 << 56) - 128),
            (probability: 0x1.8p-50, threshold: (1 << 56) - 96),
            (probability: 0x1.0fp-52, threshold: (1 << 56) - 17),
            (probability: 0x1.8p-56, threshold: (1 << 56) - 2),
            (probability: 0x1p-56, threshold: (1 << 56) - 1),
        ] as [(probability: Double, threshold: UInt64)]
    )
    func integers(probability: Double, threshold: UInt64) {
        #expect(SamplingThreshold.threshold(probability: probability) == threshold)
    }

    @Test(
        "of what is no probability is never, or always above 1",
        arguments: [
            (ratio: 0, threshold: SamplingThreshold.never),
            (ratio: -0.0, threshold: SamplingThreshold.never),
            (ratio: -1, threshold: SamplingThreshold.never),
            (ratio: -.infinity, threshold: SamplingThreshold.never),
            (ratio: .nan, threshold: SamplingThreshold.never),
            (ratio: .signalingNaN, threshold: SamplingThreshold.never),
            (ratio: .leastNonzeroMagnitude, threshold: SamplingThreshold.never),
            (ratio: .leastNormalMagnitude, threshold: SamplingThreshold.never),
            (ratio: 0x1.fffffffffffffp-57, threshold: SamplingThreshold.never),
            (ratio: 1.0000000000000002, threshold: 0),
            (ratio: .greatestFiniteMagnitude, threshold: 0),
            (ratio: .infinity, threshold: 0),
        ] as [(ratio: Double, threshold: UInt64)]
    )
    func improbable(ratio: Double, threshold: UInt64) {
        #expect(SamplingThreshold.threshold(probability: ratio) == threshold)
    }

    @Test("fall as the probability rises, and stay close to it")
    func monotonic() {
        var last = SamplingThreshold.never
        var probability = 0x1p-56
        while probability < 1 {
            let threshold = SamplingThreshold.threshold(probability: probability)
            #expect(threshold <= last && threshold < SamplingThreshold.never)
            let actual = Double(SamplingThreshold.never - threshold) * 0x1p-56
            // 4 digits, of which the first may be as small as 1; fewer are left near 2^-48.
            let tolerance = probability > 0x1p-36 ? 0x1p-12 : 0.5
            #expect(abs(actual / probability - 1) <= tolerance)
            last = threshold
            probability *= 1.037
        }
    }

    @Test("keep their leading zeros and lose their trailing ones")
    func digits() {
        #expect(SamplingThreshold.digits(0) == "0")
        #expect(SamplingThreshold.digits(1) == "00000000000001")
        #expect(SamplingThreshold.digits(0x10) == "0000000000001")
        #expect(SamplingThreshold.digits(0x0028_f000_0000_00) == "0028f")
        #expect(SamplingThreshold.digits(SamplingThreshold.mask) == "ffffffffffffff")
    }
}
