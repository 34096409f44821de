// swift-tools-version: 6.2

import PackageDescription

// The code of Docs/Metrics.md, compiled and run.
let package = Package(
    name: "MetricsGuide",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "MetricsGuide",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPProto", package: "heliograph"),
            ]
        )
    ]
)
