import Synchronization

/// Runs tasks on the thread that calls `drain`, so that asynchronous code can be measured like any other.
final class CallingThreadExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.jobs.withLock { $0.append(job) }
    }

    /// Runs what is queued, and what that queues.
    func drain() {
        while let job = self.jobs.withLock({ $0.popLast() }) {
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
