public import OTelAPI

extension SamplingIntent {
    /// What is known of a span before it is sampled: everything but the trace id, which composable samplers must not
    /// look at.
    public struct Request: Sendable {
        private let candidate: SpanCandidate
        private let situation: SamplingTable.Situation
        private let entry: OpenTelemetryTraceState

        init(_ candidate: SpanCandidate, _ situation: SamplingTable.Situation, _ trace: ConsistentTrace) {
            self.candidate = candidate
            self.situation = situation
            self.entry = trace.entry
        }

        /// The context that the span will be started in.
        public var parent: OTelContext { self.candidate.parent }
        /// Its name.
        public var name: String { self.candidate.name }
        /// Its role.
        public var kind: OTelSpanKind { self.candidate.kind }
        /// The attributes given at creation.
        public var attributes: OTelAttributes { self.candidate.attributes }
        /// The links given at creation.
        public var links: [OTelLink] { self.candidate.links }

        /// Where the parent is.
        public var parentLocation: ParentLocation {
            switch self.situation {
            case .root: .none
            case .remoteSampled, .remoteNotSampled: .remote
            case .localSampled, .localNotSampled: .local
            }
        }

        /// Whether the parent was sampled; for a parent in this process, by the same sink.
        public var isParentSampled: Bool {
            self.situation == .remoteSampled || self.situation == .localSampled
        }

        /// The threshold that the parent was sampled with; nil when there is no parent, or its probability is unknown.
        public var parentThreshold: UInt64? {
            switch self.situation {
            case .root: nil
            // The trace state is shared by all sinks: the threshold is that of another one.
            case .localNotSampled where self.parent.span.owner != 0: nil
            case .remoteSampled, .remoteNotSampled, .localSampled, .localNotSampled: self.entry.threshold
            }
        }
    }

    /// Where the parent of a span is.
    public enum ParentLocation: Sendable, Hashable, CaseIterable {
        /// There is no parent.
        case none
        /// In another process.
        case remote
        /// In this process.
        case local
    }
}
