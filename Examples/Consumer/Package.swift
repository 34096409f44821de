// swift-tools-version: 6.2
// What a user's package looks like: Scripts/check-linkage builds it and looks at what the executables link.

import PackageDescription

let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        .executableTarget(name: "api-only", dependencies: [.product(name: "OTelAPI", package: "heliograph")]),
        .executableTarget(
            name: "sdk-only",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
            ]
        ),
        .executableTarget(name: "proto-only", dependencies: [.product(name: "OTLPProto", package: "heliograph")]),
    ]
)
