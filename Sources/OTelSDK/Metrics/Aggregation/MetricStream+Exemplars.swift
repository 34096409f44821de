import OTLPProto
import OTelAPI
import OTelWire

// Measurements that may become examples of their points.
extension MetricStream {
    /// Offers a measurement that was just taken, if the exemplar filter lets it pass.
    @inline(never)
    final func offer(_ value: MeasuredValue, _ range: Int, _ cell: MetricCell, _ attributes: OTelAttributes) {
        let span = CurrentContext.spanIfUsed
        guard span.isSampled || self.info.exemplars.filter == .alwaysOn else { return }
        guard let exemplars = self.exemplars(cell) else { return }
        exemplars._withUnsafeGuaranteedRef { exemplars in
            if self.info.exemplars.custom != nil {
                exemplars.offerToCustom(value, attributes)
            } else {
                exemplars.offer(value, range: range, span: span) { self.info.left(of: attributes) }
            }
        }
    }

    /// The examples of the cell's series, made by the first measurement that is offered; nil once the stream is closed.
    private final func exemplars(_ cell: MetricCell) -> Unmanaged<SeriesExemplars>? {
        if let known = cell.exemplars { return known }
        // Making one calls the application's code, outside the lock; in vain when another thread is faster.
        let known = self.seriesExemplars(cell, nil)
        guard let kept = known ?? self.seriesExemplars(cell, SeriesExemplars(self.info.exemplars)) else { return nil }
        cell.keep(kept)
        return cell.exemplars
    }

    /// The examples of the cell's series, which are the candidate where it has none.
    private final func seriesExemplars(_ cell: MetricCell, _ candidate: SeriesExemplars?) -> SeriesExemplars? {
        self.state.withLock { state in
            guard !state.isClosed, let series = cell.series else { return nil }
            return series._withUnsafeGuaranteedRef { series in
                if series.exemplars == nil { series.exemplars = candidate }
                return series.exemplars
            }
        }
    }
}
