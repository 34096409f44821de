// swift-tools-version: 6.2
// What Scripts/fuzz builds and runs. Not part of the product: a package of its own that depends on the root.

import PackageDescription

let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "heliograph", path: "../..")
    ],
    targets: [
        // Counts allocated bytes and says which case ended the process.
        .target(name: "CFuzz"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CFuzz", .product(name: "OTelAPI", package: "heliograph")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
