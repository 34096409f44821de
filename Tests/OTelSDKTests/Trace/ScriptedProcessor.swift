import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization

/// Does as told at each call, and notes the calls.
final class ScriptedProcessor: SpanProcessor {
    /// What to do at each call.
    struct Script: Sendable {
        var onStart: @Sendable (ReadWriteSpan, OTelContext) -> Void = { _, _ in }
        var onEnding: @Sendable (ReadWriteSpan) -> Void = { _ in }
        var onEnd: @Sendable (SpanView) -> Void = { _ in }
        var forceFlush: @Sendable (Deadline) -> Bool = { _ in true }
        var shutdown: @Sendable (Deadline) -> Bool = { _ in true }
    }

    /// The calls of several processors in one order.
    final class Calls: Sendable {
        private let calls = Mutex<[String]>([])
        var all: [String] { self.calls.withLock { $0 } }
        func add(_ call: String) { self.calls.withLock { $0.append(call) } }
        func count(_ call: String) -> Int { self.all.filter { $0 == call }.count }
    }

    let calls: Calls
    private let name: String
    private let script: Script
    private let views = Mutex<[SpanView]>([])

    init(_ name: String = "", calls: Calls = Calls(), _ configure: (inout Script) -> Void = { _ in }) {
        self.name = name.isEmpty ? "" : "\(name) "
        self.calls = calls
        var script = Script()
        configure(&script)
        self.script = script
    }

    /// What `onEnd` was given.
    var ended: [SpanView] { self.views.withLock { $0 } }

    func onStart(_ span: ReadWriteSpan, parent: OTelContext) {
        self.calls.add("\(self.name)start")
        self.script.onStart(span, parent)
    }

    func onEnding(_ span: ReadWriteSpan) {
        self.calls.add("\(self.name)ending")
        self.script.onEnding(span)
    }

    func onEnd(_ span: SpanView) {
        self.calls.add("\(self.name)end")
        self.views.withLock { $0.append(span) }
        self.script.onEnd(span)
    }

    func forceFlush(by deadline: Deadline) -> Bool {
        self.calls.add("\(self.name)flush")
        return self.script.forceFlush(deadline)
    }

    func shutdown(by deadline: Deadline) -> Bool {
        self.calls.add("\(self.name)shutdown")
        return self.script.shutdown(deadline)
    }
}

/// A value that callbacks leave for the test.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) {
        self.content = Mutex(value)
    }

    var value: Value {
        get { self.content.withLock { $0 } }
        set { self.content.withLock { $0 = newValue } }
    }

    func update(_ body: (inout Value) -> Void) { self.content.withLock { body(&$0) } }
}
