import OTLPProto
public import OTelSDK

extension LineExporter: MetricExporter {
    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.show([batch.metrics], by: deadline) { metrics, formatter, text in
            formatter.append(metrics, to: &text)
        }
    }
}

extension MetricExporterFactory {
    /// Shows metrics on a console: as a table in `pretty`, one line a point otherwise.
    public static func console(
        format: ConsoleFormat = .pretty,
        colors: ConsoleColors = .automatic,
        output: ConsoleOutput = .standardError
    ) -> MetricExporterFactory {
        let settings = ConsoleSettings(format: format, colors: colors, output: output)
        return MetricExporterFactory(name: settings.name) { () throws(ConfigError) in
            try settings.validate("MetricExporterFactory.console.output")
            return LineExporter(settings)
        }
    }
}
