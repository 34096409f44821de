// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "LibraryUse",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        // The library: it depends on the API alone.
        .target(name: "Cache", dependencies: [.product(name: "OTelAPI", package: "heliograph")]),
        // A program that uses it, first without an SDK and then with one.
        .executableTarget(
            name: "UseCache",
            dependencies: [
                "Cache",
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
            ]
        ),
    ]
)
