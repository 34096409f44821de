"""Reads how each test of a run ended from Swift Testing's event stream (JSON lines)."""

import json
import re

# From best to worst. A test with several ways to end (overloads, known issue and skip) gets the worst.
ORDER = ["passed", "was skipped", "was cancelled", "has a known issue", "did not end", "failed"]


class ResultsError(Exception):
    """The results are missing or those of a run that did not end."""


def outcomes(path):
    """A dictionary from (module, suite, function) to one of `ORDER`."""
    by_id, keys, ended = {}, {}, False
    for record in records(path):
        payload = record.get("payload", {})
        if record.get("kind") == "test" and payload.get("kind") == "function":
            keys[payload["id"]] = key(payload)
        elif record.get("kind") == "event":
            ended = ended or payload["kind"] == "runEnded"
            note(payload, by_id)
    if not ended:
        raise ResultsError(f"{path} is from a test run that did not end; run Scripts/test again")
    found = {}
    for identifier, name in keys.items():
        notes = by_id.get(identifier, set())
        notes = notes - {"passed"} if len(notes) > 1 else notes or {"did not end"}
        outcome = max(notes, key=ORDER.index)
        found[name] = max(outcome, found.get(name, outcome), key=ORDER.index)
    return found


def records(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if line.strip()]
    except FileNotFoundError:
        raise ResultsError(f"{path} is missing; run Scripts/test first") from None
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return  # cut off where the run died: no end of the run follows


def note(event, by_id):
    """Adds what an event says about its test to the set of that test."""
    kind, issue = event["kind"], event.get("issue", {})
    says = {
        "testEnded": "passed",
        "testSkipped": "was skipped",
        "testCancelled": "was cancelled",
        "testCaseCancelled": "was cancelled",
    }.get(kind)
    if kind == "issueRecorded":
        if issue.get("isKnown"):
            says = "has a known issue"
        elif issue.get("isFailure", True):
            says = "failed"
    if says and event.get("testID"):
        by_id.setdefault(event["testID"], set()).add(says)


def key(test):
    """(module, suite, function) of `Module.Outer/Inner/name(labels:)/File.swift:1:2`."""
    path = re.sub(r"/[^/]+\.swift:\d+:\d+$", "", test["id"])
    function = test["name"]
    module, _, suites = path[: -len(function)].strip("/").partition(".")
    suite = ".".join(part.strip("`") for part in suites.split("/"))
    return (module, suite, function.rpartition("(")[0].strip("`"))
