package import Testing

/// Names the rows of OpenTelemetry's compliance matrix that a test proves: `@Test(.matrix(19, 62))`.
///
/// Belongs on a test, never on a suite: each row is claimed by the tests whose failure would disprove it.
package struct MatrixTrait: TestTrait {
    /// The rows' ids.
    package let rows: [Int]
}

extension Trait where Self == MatrixTrait {
    /// The rows that the test proves, by their ids in the matrix.
    package static func matrix(_ rows: Int...) -> Self {
        MatrixTrait(rows: rows)
    }
}
