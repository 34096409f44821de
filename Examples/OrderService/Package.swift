// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "OrderService",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "order-service", targets: ["OrderService"])],
    dependencies: [
        .package(name: "heliograph", path: "../.."),
        .package(url: "https://github.com/swhitty/FlyingFox.git", .upToNextMinor(from: "0.27.1")),
    ],
    targets: [
        // The business code. Of telemetry it knows the API alone.
        .target(
            name: "Shop",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "FlyingFox", package: "FlyingFox"),
            ]
        ),
        // The program. It chooses the SDK, the exporters and where telemetry goes.
        .executableTarget(
            name: "OrderService",
            dependencies: [
                "Shop",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPHTTPExporter", package: "heliograph"),
                .product(name: "ConsoleExporter", package: "heliograph"),
            ]
        ),
    ]
)
