// swift-tools-version:6.1
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

        // Exporters. Nothing above imports one.
        .target(name: "ConsoleExporter", dependencies: ["OTelSDK"], swiftSettings: settings),
        .target(
            name: "OTLPHTTPExporter",
            dependencies: ["OTelSDK", "OTLPProto", "COTelCurl", "COTelZlib"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
