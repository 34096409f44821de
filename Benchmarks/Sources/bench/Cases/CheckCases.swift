/// Cases whose counts are known: they prove that the counting works.
enum CheckCases {
    static let all = [
        BenchmarkCase("check.nothing") {
            Calls { count in for _ in 0..<count { nothing() } }
        },
        BenchmarkCase("check.3-allocations") {
            Calls { count in for _ in 0..<count { allocate(1, 2, 3) } }
        },
    ]
}

@inline(never)
private func nothing() {}

@inline(never)
private func allocate(_ first: Int, _ second: Int, _ third: Int) {
    use([first])
    use([second])
    use([third])
}
