// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "Quickstart",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "Quickstart",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPHTTPExporter", package: "heliograph"),
                .product(name: "ConsoleExporter", package: "heliograph"),
            ]
        )
    ]
)
