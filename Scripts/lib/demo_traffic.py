"""Sends the requests of Scripts/demo to the order service: first a story in order, then a crowd at once.

    demo_traffic.py PORT RESULT

Prints how many requests of each kind got which answer, writes the numbers to the file RESULT, and fails if an answer
is not the expected one.
"""

import http.client
import itertools
import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

CROWD = 220
THREADS = 8
# Seconds between an answer and the next request of the same thread, at most.
PAUSE = 0.1
SKUS = ("espresso", "flat-white", "filter", "beans-1kg")
TIMEOUT = 30


@dataclass(frozen=True)
class Kind:
    """One kind of request and the status that it should get."""

    title: str
    status: int
    # How often it comes in the crowd.
    weight: int


ORDER = Kind("POST /orders, a good one", 201, 50)
DECLINED = Kind("POST /orders, the card is declined", 402, 8)
UNBOOKED = Kind("POST /orders, the payment service fails", 502, 4)
MALFORMED = Kind("POST /orders, not JSON", 400, 3)
UNKNOWN_SKU = Kind("POST /orders, no such article", 422, 4)
READ = Kind("GET /orders/:id", 200, 25)
NOT_FOUND = Kind("GET /orders/:id, no such order", 404, 4)
HEALTH = Kind("GET /health", 200, 2)
KINDS = (ORDER, DECLINED, UNBOOKED, MALFORMED, UNKNOWN_SKU, READ, NOT_FOUND, HEALTH)


class Traffic:
    """Sends requests and counts the answers. Any thread may send."""

    def __init__(self, port):
        self.port = port
        # Several threads append and read: both are atomic.
        self.answers = []
        self.order_ids = []
        self._counter = itertools.count()

    def send(self, kind):
        """Sends one request on a connection of its own."""
        method, path, body = self._request(kind)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.answers.append((kind, answer.status))
        if kind is ORDER and answer.status == ORDER.status:
            self.order_ids.append(json.loads(content)["id"])

    def _request(self, kind):
        number = next(self._counter)
        if kind is READ:
            # The latest order is new to the cache, one of the first is likely to be in it.
            index = -1 if number % 3 == 0 else number % min(len(self.order_ids), 8)
            return "GET", f"/orders/{self.order_ids[index]}", None
        if kind is NOT_FOUND:
            return "GET", f"/orders/nothing-{number}", None
        if kind is HEALTH:
            return "GET", "/health", None
        if kind is MALFORMED:
            return "POST", "/orders", "two espressi, please"
        order = {"sku": SKUS[number % len(SKUS)], "quantity": 1 + number % 4, "card": "tok_visa"}
        changes = {
            DECLINED: {"card": "tok_declined"},
            UNBOOKED: {"card": "tok_unbooked"},
            UNKNOWN_SKU: {"sku": "decaf"},
        }
        return "POST", "/orders", json.dumps(order | changes.get(kind, {}))


def story(traffic):
    """One request of each kind, in an order that reads well on the console."""
    traffic.send(ORDER)
    # Long enough for the background job to have its turn.
    time.sleep(0.7)
    for kind in (DECLINED, READ, READ, NOT_FOUND, UNBOOKED, UNKNOWN_SKU, MALFORMED, HEALTH):
        traffic.send(kind)


def crowd(traffic):
    """Many requests at once, the same in each run."""
    chance = random.Random(7)
    kinds = chance.choices(KINDS, [kind.weight for kind in KINDS], k=CROWD)
    pauses = [chance.uniform(0, PAUSE) for _ in kinds]

    def send(kind, pause):
        traffic.send(kind)
        time.sleep(pause)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, kinds, pauses))


def main(arguments):
    port, result = int(arguments[0]), arguments[1]
    traffic = Traffic(port)
    start = time.monotonic()
    try:
        story(traffic)
        crowd(traffic)
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer after {len(traffic.answers)} requests: {error}", file=sys.stderr)
        return 1
    seconds = time.monotonic() - start
    counts = Counter(traffic.answers)
    print(f"{len(traffic.answers)} requests in {seconds:.1f} s, up to {THREADS} at a time:")
    for (kind, status), count in sorted(counts.items(), key=lambda entry: (KINDS.index(entry[0][0]), entry[0][1])):
        note = "" if status == kind.status else f"  expected {kind.status}"
        print(f"{count:6,} × {status}  {kind.title}{note}")
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"requests": len(traffic.answers), "orders": len(traffic.order_ids)}, file)
    return 0 if all(status == kind.status for kind, status in counts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
