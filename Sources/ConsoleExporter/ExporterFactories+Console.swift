public import OTelSDK

extension SpanExporterFactory {
    /// Shows finished spans on a console.
    ///
    /// `ConsoleSink` shows them begin as well, together with log records.
    public static func console(
        format: ConsoleFormat = .pretty,
        colors: ConsoleColors = .automatic,
        output: ConsoleOutput = .standardError
    ) -> SpanExporterFactory {
        let settings = ConsoleSettings(format: format, colors: colors, output: output)
        return SpanExporterFactory(name: settings.name) { () throws(ConfigError) in
            try settings.validate("SpanExporterFactory.console.output")
            return LineExporter(settings)
        }
    }
}

extension LogRecordExporterFactory {
    /// Shows log records on a console.
    ///
    /// `ConsoleSink` shows them together with spans.
    public static func console(
        format: ConsoleFormat = .pretty,
        colors: ConsoleColors = .automatic,
        output: ConsoleOutput = .standardError
    ) -> LogRecordExporterFactory {
        let settings = ConsoleSettings(format: format, colors: colors, output: output)
        return LogRecordExporterFactory(name: settings.name) { () throws(ConfigError) in
            try settings.validate("LogRecordExporterFactory.console.output")
            return LineExporter(settings)
        }
    }
}
