// swift-tools-version: 6.2

import PackageDescription

// The code of Docs/Context.md, compiled and run.
let package = Package(
    name: "ContextGuide",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "ContextGuide",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph")
            ]
        )
    ]
)
