#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs `body` on so many threads at once and waits until all of them have ended, their destructors included.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var threads: [pthread_t] = []
    for index in 0..<count {
        let job = Unmanaged.passRetained(Job { body(index) })
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { opaque in
                if let opaque { Unmanaged<Job>.fromOpaque(opaque).takeRetainedValue().run() }
                return nil
            },
            job.toOpaque()
        )
        if result == 0 { threads.append(thread) } else { job.release() }
    }
    for thread in threads { pthread_join(thread, nil) }
}

/// The memory that the process has in use, in bytes; nil where the system does not say.
func residentBytes() -> Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, 128, file) != nil else { return nil }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
}
