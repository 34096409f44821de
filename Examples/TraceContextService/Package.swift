// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "TraceContextService",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "trace-context-service", targets: ["TraceContextService"])],
    dependencies: [
        .package(name: "heliograph", path: "../.."),
        // It hands over header lines as they came: repeated ones stay apart.
        .package(url: "https://github.com/apple/swift-nio.git", .upToNextMinor(from: "2.101.2")),
    ],
    targets: [
        .executableTarget(
            name: "TraceContextService",
            dependencies: [
                .product(name: "OTelAPI", package: "heliograph"),
                .product(name: "OTelSDK", package: "heliograph"),
                .product(name: "OTLPHTTPExporter", package: "heliograph"),
                .product(name: "ConsoleExporter", package: "heliograph"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        )
    ]
)
