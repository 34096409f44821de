import COTelRuntime
import OTelAPI
import TestSupport
import Testing

@Suite("Trace states by ticket")
struct TraceStateTableTests {
    private static func state(_ value: Int) -> OTelTraceState {
        OTelTraceState(validHeader: "key=\(value)")
    }

    @Test("a ticket finds its state; 0 is that of the empty one")
    func tickets() {
        let first = TraceStateTable.insert(Self.state(1))
        let second = TraceStateTable.insert(Self.state(1))
        #expect(first != 0 && second != 0 && first != second)
        #expect(TraceStateTable.state(first) == Self.state(1))
        #expect(TraceStateTable.state(second) == Self.state(1))
        #expect(TraceStateTable.insert(OTelTraceState()) == 0)
        #expect(TraceStateTable.pin(OTelTraceState()) == 0)
        #expect(TraceStateTable.state(0).isEmpty)
    }

    @Test("the latest 16 384 states are kept, and no older one")
    func ring() {
        let ring = TraceStateRing()
        let capacity = Int(TraceStateRing.capacity)
        #expect(capacity == 16_384)
        let tickets = (0..<(2 * capacity + 3)).map { ring.insert(Self.state($0)) }
        #expect(Set(tickets).count == tickets.count)
        #expect(tickets.allSatisfy { $0 > 0 && $0 < TraceStatePins.flag })
        let kept = tickets.indices.suffix(capacity)
        #expect(kept.allSatisfy { ring.state(tickets[$0]) == Self.state($0) })
        #expect(tickets.dropLast(capacity).allSatisfy { ring.state($0) == nil })
        // Never given to anyone.
        #expect(ring.state(tickets[tickets.count - 1] + 1) == nil)
        #expect(ring.state(0) == nil)
    }

    @Test("a pinned state has one ticket, which lasts and fits into a span's handle")
    func pins() {
        let ticket = TraceStateTable.pin(Self.state(-1))
        #expect(ticket == TraceStateTable.pin(OTelTraceState("key=-1") ?? OTelTraceState()))
        #expect(ticket != TraceStateTable.pin(Self.state(-2)))
        #expect(ticket >> 40 == 0)
        #expect(TraceStateTable.state(ticket) == Self.state(-1))
        let span = OTelSpan(traceHigh: 1, traceLow: 1, id: 1, slot: nil, meta: 0, extra: ticket << 24)
        #expect(span.context.traceState == Self.state(-1))
    }

    @Test("no more than 1024 states are pinned, and those stay what they are")
    func pinLimit() {
        let pins = TraceStatePins()
        let tickets = (0..<TraceStatePins.capacity).map { pins.ticket(Self.state($0)) }
        #expect(TraceStatePins.capacity == 1024)
        #expect(Set(tickets).count == 1024 && !tickets.contains(nil))
        #expect(pins.ticket(Self.state(1024)) == nil)
        for (value, ticket) in tickets.enumerated() {
            #expect(pins.ticket(Self.state(value)) == ticket)
            #expect(ticket.map { pins.state($0) } == Self.state(value))
        }
        #expect(pins.state(TraceStatePins.flag | 1024).isEmpty)
    }

    // In a process of its own: the table belongs to all of it.
    @Test("beyond that, a state gets a ticket like any other")
    func pinOverflow() async {
        await #expect(processExitsWith: .success) {
            let tickets = (0..<1030).map { TraceStateTable.pin(OTelTraceState(validHeader: "key=\($0)")) }
            #expect(tickets.prefix(1024).allSatisfy { $0 >= TraceStatePins.flag })
            #expect(tickets.suffix(6).allSatisfy { $0 > 0 && $0 < TraceStatePins.flag })
            #expect(TraceStateTable.state(tickets[1029]).description == "key=1029")
        }
    }

    @Test("the child of a fork keeps the states, unless another thread was changing them", arguments: [false, true])
    func fork(isTorn: Bool) {
        let ring = TraceStateRing()
        let tickets = (0..<Int(TraceStateRing.capacity) + 2).map { ring.insert(Self.state($0)) }
        if isTorn { cotel_lock(ring.flag) }
        ring.resetAfterFork()
        let last = tickets.count - 1
        #expect(ring.state(tickets[last]) == (isTorn ? nil : Self.state(last)))
        let next = ring.insert(Self.state(1))
        #expect(ring.state(next) == Self.state(1))
    }

    // Not the table of the process: its ring is that of all tests.
    @Test("threads insert, pin and look up at once, and each finds its own")
    func tableConcurrentSafe() async {
        let ring = TraceStateRing()
        let pins = TraceStatePins()
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<4 {
                group.addTask {
                    (0..<1000).allSatisfy { round in
                        let state = Self.state(task * 1000 + round)
                        let ticket = ring.insert(state)
                        let pinned = pins.ticket(Self.state(round % 8)) ?? 0
                        return ring.state(ticket) == state && pins.state(pinned) == Self.state(round % 8)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
