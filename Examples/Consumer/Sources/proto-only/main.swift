// A tool's view: the OTLP codec without API or SDK.

import OTLPProto

print("ok")
