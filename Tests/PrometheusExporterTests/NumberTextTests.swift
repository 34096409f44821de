import Testing

@testable import PrometheusExporter

@Suite("Numbers")
struct NumberTextTests {
    @Test(
        "values are exact and short",
        arguments: [
            (0.0, "0", "0.0"), (-0.0, "-0", "-0.0"), (1, "1", "1.0"), (0.1, "0.1", "0.1"),
            (1.0 / 3, "0.3333333333333333", "0.3333333333333333"), (1e21, "1e+21", "1e+21"),
            (.leastNonzeroMagnitude, "5e-324", "5e-324"), (123_456_789, "123456789", "123456789.0"),
            (.infinity, "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf"), (.nan, "NaN", "NaN"),
        ]
    )
    func values(value: Double, text: String, openMetrics: String) {
        #expect(NumberText.value(value, isOpenMetrics: false) == text)
        #expect(NumberText.value(value, isOpenMetrics: true) == openMetrics)
    }

    @Test(
        "bounds are written as Go's client libraries write them",
        arguments: [
            (0.0, "0", "0.0"), (0.005, "0.005", "0.005"), (5, "5", "5.0"), (10_000, "10000", "10000.0"),
            (100_000, "100000", "100000.0"), (1_000_000, "1e+06", "1e+06"),
            (1_234_567.5, "1.2345675e+06", "1.2345675e+06"),
            (-2_500_000, "-2.5e+06", "-2.5e+06"), (1e10, "1e+10", "1e+10"), (0.00001, "1e-05", "1e-05"),
            (1e16, "1e+16", "1e+16"), (.infinity, "+Inf", "+Inf"),
        ]
    )
    func bounds(value: Double, text: String, openMetrics: String) {
        #expect(NumberText.bound(value, isOpenMetrics: false) == text)
        #expect(NumberText.bound(value, isOpenMetrics: true) == openMetrics)
    }
}
