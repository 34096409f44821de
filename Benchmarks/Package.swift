// swift-tools-version: 6.2
// What Scripts/bench builds and runs. Not part of the product: a package of its own that depends on the root.

import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// The encoder is `package`. One target is compiled as if it stood in the root package, whose identity is the name of
// the folder that it was cloned into.
let rootIdentity = URL(fileURLWithPath: Context.packageDirectory).deletingLastPathComponent().lastPathComponent
    .lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "..")
    ],
    targets: [
        // Counts allocations and marks what is counted.
        .target(name: "CBench"),
        .target(
            name: "EncodeBench",
            dependencies: [
                "CBench",
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPProto", package: "heliograph"),
            ],
            packageAccess: false,
            swiftSettings: settings + [.unsafeFlags(["-package-name", rootIdentity])]
        ),
        .executableTarget(
            name: "bench",
            dependencies: [
                "CBench", "EncodeBench",
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPProto", package: "heliograph"),
            ],
            swiftSettings: settings
        ),

        // Many series. Adds up the bytes of the heap, which the counting of allocations elsewhere must not pay for.
        .target(name: "CHeap"),
        .executableTarget(
            name: "series",
            dependencies: [
                "CHeap",
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPProto", package: "heliograph"),
            ],
            swiftSettings: settings
        ),

        // The whole way of a span, to a receiver that answers at once.
        .executableTarget(
            name: "pipeline",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPHTTPExporter", package: "heliograph"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "http-sink", linkerSettings: [.linkedLibrary("z")]),
    ],
    swiftLanguageModes: [.v6]
)
