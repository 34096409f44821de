// swift-tools-version: 6.2

import PackageDescription

// The code of Docs/Tracing.md, compiled and run.
let package = Package(
    name: "TracingGuide",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "TracingGuide",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPProto", package: "heliograph"),
                .product(name: "JaegerRemoteSampler", package: "heliograph"),
            ]
        )
    ]
)
