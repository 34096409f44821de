// The cases of Benchmarks/Sources/bench with OpenTelemetry Go; the same commands, the same output.
//
//	peer version | list | time CASE | count CASE | flood URL none|gzip | steady URL none|gzip
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"

	"go.opentelemetry.io/otel/sdk"
)

func fail(message any) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}

func main() {
	words := append(os.Args[1:], "", "", "")
	prepare, known := cases[words[1]]
	switch {
	case words[0] == "version":
		fmt.Println(sdk.Version(), runtime.Version())
	case words[0] == "list":
		names := []string{}
		for name := range cases {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Println(name)
		}
	case words[0] == "time" && known:
		measureTime(words[1], prepare())
	case words[0] == "count" && known:
		measureCount(words[1], prepare())
	case (words[0] == "flood" || words[0] == "steady") && words[2] != "":
		pipeline(words[0], words[1], words[2])
	default:
		fail("expected version, list, time CASE, count CASE, flood URL none|gzip or steady URL none|gzip")
	}
}
