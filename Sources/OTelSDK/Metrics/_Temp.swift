import OTLPProto
import OTelAPI
package final class MetricsProvider: Sendable { package init(scopes: ScopeTable) {}
  func meterBackend(_ scope: OTelScope) -> OTelMeterBackend { OTelMeterBackend() } }
package final class PeriodicReader: Pipeline {
  package func start() throws(ConfigError) {}
  package func flush(by deadline: Deadline) -> Bool { true }
  package func shutdown(by deadline: Deadline) -> Bool { true }
  package var statistics: SinkStatistics { SinkStatistics(name: "x", signal: .metrics) }
  package func resetAfterFork() {} }
