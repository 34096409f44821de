package main

import (
	"fmt"
	"runtime"
	"sort"
	"sync/atomic"
	"time"
)

// What a case calls, as in Benchmarks/Sources/bench/Harness.
type calls struct {
	run     func(count int)
	settle  func()
	problem func(calls int) string
}

const burst = 2000

// Makes the calls here and as many on another thread at the same time; `run` returns when both are done.
func (c calls) onTwoThreads() calls {
	var wanted, made atomic.Int64
	go func() {
		runtime.LockOSThread()
		for {
			for wanted.Load() == made.Load() {
				runtime.Gosched()
			}
			count := wanted.Load() - made.Load()
			c.run(int(count))
			made.Add(count)
		}
	}()
	run := func(count int) {
		wanted.Add(int64(count))
		c.run(count)
		for made.Load() != wanted.Load() {
			runtime.Gosched()
		}
	}
	return calls{run, c.settle, func(count int) string { return c.problem(2 * count) }}
}

func (c calls) warm() int {
	for round := 0; round < 4; round++ {
		c.run(burst)
		c.settle()
	}
	return 4 * burst
}

func (c calls) check(count int) {
	if problem := c.problem(count); problem != "" {
		fail(problem)
	}
}

func measureTime(name string, c calls) {
	const size = 1000
	made := c.warm()
	bursts := []int64{}
	deadline := time.Now().Add(2 * time.Second)
	for len(bursts) < 1000 && (time.Now().Before(deadline) || len(bursts) < 20) {
		start := time.Now()
		c.run(size)
		bursts = append(bursts, time.Since(start).Nanoseconds())
		c.settle()
		made += size
	}
	c.check(made)
	sort.Slice(bursts, func(i, j int) bool { return bursts[i] < bursts[j] })
	fmt.Printf("{\"case\":\"%s\",\"ns_min\":%f,\"ns_median\":%f}\n", name,
		float64(bursts[0])/size, float64(bursts[len(bursts)/2])/size)
}

// Allocations of all goroutines, the one that exports included: the runtime counts no others.
func measureCount(name string, c calls) {
	const size = burst / 2
	made := c.warm()
	single := c.allocations(size)
	double := c.allocations(2 * size)
	c.check(made + 3*size)
	fmt.Printf("{\"case\":\"%s\",\"calls\":%d,\"allocations\":%f}\n", name, size, float64(double-single)/size)
}

func (c calls) allocations(count int) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c.run(count)
	runtime.ReadMemStats(&after)
	c.settle()
	return int64(after.Mallocs - before.Mallocs)
}
