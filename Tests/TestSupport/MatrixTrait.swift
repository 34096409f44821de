public import Testing

/// Names the rows of OpenTelemetry's compliance matrix that a test proves: `@Test(.matrix(19, 62))`.
///
/// Belongs on a test, never on a suite: each row is claimed by the tests whose failure would disprove it.
public struct MatrixTrait: TestTrait {
    /// The rows' ids.
    public let rows: [Int]
}

extension Trait where Self == MatrixTrait {
    /// The rows that the test proves, by their ids in the matrix.
    public static func matrix(_ rows: Int...) -> Self {
        MatrixTrait(rows: rows)
    }
}
