// A service's view with no exporter: SDK without sinks.

import OTelAPI
import OTelSDK

let telemetry = try OTel.start(Config(serviceName: "c", sinks: []))
telemetry.shutdownBlocking()
print("ok")
