// swift-tools-version: 6.2
// The least that a user's package needs to send traces over OTLP/HTTP: Scripts/bench times its clean release build.

import PackageDescription

let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "consumer",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPHTTPExporter", package: "heliograph"),
            ]
        )
    ]
)
