import OTelWire

/// Which problems of a stream were reported: each is reported once.
struct ReportedProblems {
    var overflow = false
    var negative = false
    var notFinite = false
}

// Recording only counts; the reader's thread says what went wrong.
extension MetricStream {
    final func reportProblems() {
        let refused = self.refused
        let (hasOverflow, known) = self.state.withLock { state in
            defer {
                state.reported.overflow = state.reported.overflow || state.overflow != nil
                state.reported.negative = state.reported.negative || refused.negative > 0
                state.reported.notFinite = state.reported.notFinite || refused.notFinite > 0
            }
            return (state.overflow != nil, state.reported)
        }
        if hasOverflow && !known.overflow { self.reportOverflow() }
        if refused.negative > 0 && !known.negative {
            Diagnostics.report(
                .warning,
                "metric \(self.info.label): negative values are ignored, a counter only grows; "
                    + "use an up-down counter for values that fall"
            )
        }
        if refused.notFinite > 0 && !known.notFinite {
            Diagnostics.report(.warning, "metric \(self.info.label): NaN and infinite values are ignored")
        }
    }

    private final func reportOverflow() {
        Diagnostics.report(
            .warning,
            "metric \(self.info.label) has more than \(self.info.plan.cardinalityLimit) sets of attributes: further "
                + "ones are reported together, with the attribute otel.metric.overflow; record fewer distinct values, "
                + "or raise MetricSink.cardinalityLimit"
        )
    }
}
