// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "heliograph",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "OTelAPI", targets: ["OTelAPI"]),
        .library(name: "OTelSDK", targets: ["OTelSDK"]),
        .library(name: "OTLPProto", targets: ["OTLPProto"]),
        .library(name: "OTLPHTTPExporter", targets: ["OTLPHTTPExporter"]),
        .library(name: "ConsoleExporter", targets: ["ConsoleExporter"]),
        .library(name: "JaegerRemoteSampler", targets: ["JaegerRemoteSampler"]),
        .library(name: "PrometheusExporter", targets: ["PrometheusExporter"]),
    ],
    traits: [
        // Each brings one bridge to a package of the ecosystem, and with it the packages that the bridge needs. Off by
        // default, so that nothing is fetched for a bridge that nobody uses.
        .trait(name: "SwiftLog", description: "OTelSwiftLog: swift-log records become log records"),
        .trait(name: "SwiftMetrics", description: "OTelSwiftMetrics: swift-metrics become instruments"),
        .trait(name: "SwiftTracing", description: "OTelSwiftTracing: swift-distributed-tracing spans become spans"),
        .trait(name: "ServiceLifecycle", description: "OTelServiceLifecycle: telemetry as a Service"),
    ],
    targets: [
        // C: thread state, atomics on raw memory, clock.
        .target(name: "COTelRuntime"),
        .systemLibrary(
            name: "COTelCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]
        ),
        .systemLibrary(
            name: "COTelZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        .systemLibrary(
            name: "COTelMicroHTTPD",
            pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]
        ),

        // The data plane: wire format, span slots, record chunks. No I/O, no policy.
        .target(name: "OTelWire", dependencies: ["COTelRuntime"], swiftSettings: settings),
        // What libraries depend on.
        .target(name: "OTelAPI", dependencies: ["OTelWire", "COTelRuntime"], swiftSettings: settings),
        .target(name: "OTLPProto", dependencies: ["OTelWire", "OTelAPI"], swiftSettings: settings),
        .target(
            name: "OTelSDK",
            dependencies: ["OTelAPI", "OTelWire", "OTLPProto", "COTelRuntime"],
            swiftSettings: settings
        ),

        // The HTTP client on libcurl, and gzip: what several of the modules below send with.
        .target(
            name: "OTelHTTP",
            dependencies: ["COTelRuntime", "COTelCurl", "COTelZlib"],
            swiftSettings: settings
        ),

        // Exporters. Nothing above imports one.
        .target(
            name: "ConsoleExporter",
            dependencies: ["OTelSDK", "OTLPProto", "OTelAPI"],
            swiftSettings: settings
        ),
        .target(
            name: "OTLPHTTPExporter",
            dependencies: ["OTelAPI", "OTelSDK", "OTLPProto", "OTelWire", "OTelHTTP"],
            swiftSettings: settings
        ),
        .target(
            name: "PrometheusExporter",
            dependencies: ["OTelAPI", "OTelSDK", "OTLPProto", "OTelWire", "COTelMicroHTTPD", "COTelRuntime"],
            swiftSettings: settings
        ),

        // A sampler that follows a server. Reads JSON with Foundation, which therefore stays out of the SDK.
        .target(
            name: "JaegerRemoteSampler",
            dependencies: ["OTelAPI", "OTelSDK", "OTelWire", "OTelHTTP", "COTelRuntime"],
            swiftSettings: settings
        ),

        // Tests.
        .target(name: "COTelThreadSanitizer", path: "Tests/COTelThreadSanitizer"),
        .target(
            name: "TestSupport",
            dependencies: ["OTelAPI", "OTelSDK", "OTLPProto", "COTelThreadSanitizer"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "OTelWireTests", dependencies: ["OTelWire", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "OTelAPITests",
            dependencies: ["OTelAPI", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "OTLPProtoTests", dependencies: ["OTLPProto", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "OTelSDKTests", dependencies: ["OTelSDK", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ConsoleExporterTests",
            dependencies: ["ConsoleExporter", "TestSupport"],
            swiftSettings: settings
        ),
        .target(name: "COTelStuckResolver", path: "Tests/COTelStuckResolver"),
        .testTarget(
            name: "OTelHTTPTests",
            dependencies: ["OTelHTTP", "COTelStuckResolver", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OTLPHTTPExporterTests",
            dependencies: ["OTLPHTTPExporter", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JaegerRemoteSamplerTests",
            dependencies: ["JaegerRemoteSampler", "OTelSDK", "OTelAPI", "OTLPProto", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrometheusExporterTests",
            dependencies: ["PrometheusExporter", "OTelSDK", "OTelAPI", "OTLPProto", "OTelWire", "TestSupport"],
            swiftSettings: settings
        ),
        // A program that the integration tests run, end and kill.
        .executableTarget(
            name: "TelemetryChild",
            dependencies: ["OTelAPI", "OTelSDK", "OTelWire", "OTLPHTTPExporter", "COTelStuckResolver"],
            path: "Tests/TelemetryChild",
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["OTelAPI", "OTelSDK", "OTLPHTTPExporter", "TelemetryChild", "TestSupport"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
