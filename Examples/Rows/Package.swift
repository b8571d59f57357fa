// swift-tools-version:6.0
import PackageDescription

let package = Package(
  name: "Rows",
  dependencies: [.package(name: "mien", path: "../..")],
  targets: [
    .executableTarget(
      name: "LiveRows",
      dependencies: [
        .product(name: "Core", package: "mien"), .product(name: "Rows", package: "mien"),
        .product(name: "Sessions", package: "mien"),
      ])
  ]
)
