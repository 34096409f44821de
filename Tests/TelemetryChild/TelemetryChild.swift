/// A program with telemetry, for tests of what happens when a process ends, forks, is killed or runs out of threads.
///
///     TelemetryChild <command> [name=value]...
///
/// Writes facts to standard output, one `name=value` a line.
@main
enum TelemetryChild {
    static func main() {
        let options = Options(CommandLine.arguments)
        guard let command = self.commands[options.command] else {
            print("unknown command \"\(options.command)\"; there are: \(self.commands.keys.sorted())")
            return
        }
        command(options)
        // And now the normal end of a program.
    }

    private static let commands: [String: @Sendable (Options) -> Void] = [
        "return-from-main": EndCommands.returnFromMain,
        "exit": EndCommands.exitOnThread,
        "exit-on-main-actor": EndCommands.exitOnMainActor,
        "exit-while-exporting": EndCommands.exitWhileExporting,
        "return-from-two": EndCommands.returnFromTwo,
        "shutdown": EndCommands.shutdown,
        "fork": ForkCommand.run,
        "fork-in-section": ForkCommand.runInSections,
        "fork-while-starting": ForkCommand.runWhileStarting,
        "outage": OutageCommand.run,
        "one-thread": AsyncCommands.oneThread,
        "cancelled-task": AsyncCommands.cancelledTask,
        "use-after-shutdown": LifecycleCommands.useAfterShutdown,
        "start-twice": LifecycleCommands.startTwice,
        "restart": LifecycleCommands.restart,
        "signal": SignalCommands.run,
    ]
}
