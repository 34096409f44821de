// swift-tools-version: 6.2

import PackageDescription

// The code of Docs/Prometheus.md, compiled and run.
let package = Package(
    name: "PrometheusService",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "PrometheusService",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "PrometheusExporter", package: "heliograph"),
            ]
        )
    ]
)
