// A library's view: the API alone, no SDK installed.

import OTelAPI

OTel.tracer("x").withSpan("a") { _ in }
print("ok")
