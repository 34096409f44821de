import TestSupport
import Testing

@testable import OTelSDK

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Buckets of exponential histograms")
struct ExponentialMappingTests {
    @Test("are those that exact arithmetic finds, at every scale")
    func vectors() {
        #expect(Set(exponentialVectors.map(\.scale)) == Set(-10...20))
        for vector in exponentialVectors {
            let index = ExponentialMapping().index(of: Double(bitPattern: vector.bits), scale: vector.scale)
            #expect(index == vector.index, "\(vector)")
        }
    }

    @Test(
        "include their upper bound and exclude their lower one",
        arguments: [
            (value: 1.0, scale: 0, index: -1), (value: 1.0.nextUp, scale: 0, index: 0), (value: 2, scale: 0, index: 0),
            (value: 2.0.nextUp, scale: 0, index: 1), (value: 4, scale: 0, index: 1), (value: 4, scale: -1, index: 0),
            (value: 4.0.nextUp, scale: -1, index: 1), (value: 4, scale: 1, index: 3),
            (value: 4, scale: 20, index: 0x1fffff),
            (value: 2.0.squareRoot().nextDown, scale: 1, index: 0),
            (value: 2.0.squareRoot().nextUp, scale: 1, index: 1),
            (value: 1, scale: 20, index: -1), (value: 1.0.nextUp, scale: 20, index: 0),
        ]
    )
    func bounds(value: Double, scale: Int, index: Int) {
        #expect(ExponentialMapping().index(of: value, scale: scale) == index)
    }

    @Test("hold two of the next higher scale each")
    func nesting() {
        var random = SeededGenerator(seed: 93)
        for _ in 0..<10_000 {
            let value = Double(
                bitPattern: UInt64.random(in: 1...Double.greatestFiniteMagnitude.bitPattern, using: &random)
            )
            let finest = ExponentialMapping().index(of: value, scale: 20)
            let scale = Int.random(in: -10...19, using: &random)
            #expect(ExponentialMapping().index(of: value, scale: scale) == finest >> (20 - scale), "\(value)")
        }
    }

    @Test("end where those of the highest scale do", arguments: [2, 8])
    func sharedBoundaries(scale: Int) {
        for bucket in -1 << scale..<1 << scale {
            let boundary = exp2(Double(bucket) / Double(1 << scale))
            for value in [boundary.nextDown, boundary, boundary.nextUp, boundary.nextUp.nextUp] {
                let finest = ExponentialMapping().index(of: value, scale: 20)
                #expect(ExponentialMapping().index(of: value, scale: scale) == finest >> (20 - scale), "\(value)")
            }
        }
    }

    @Test("have indexes that fit 32 bits", arguments: [Double.leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func range(value: Double) {
        #expect(Int32(exactly: ExponentialMapping().index(of: value, scale: 20)) != nil)
    }
}
