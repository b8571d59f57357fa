// swift-tools-version:6.0
import PackageDescription

let package = Package(
  name: "Expressions",
  dependencies: [.package(name: "mien", path: "../..")],
  targets: [
    .executableTarget(
      name: "Expressions",
      dependencies: [
        .product(name: "Core", package: "mien"), .product(name: "Media", package: "mien"),
        .product(name: "Recognition", package: "mien"),
      ])
  ]
)
