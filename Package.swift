// swift-tools-version:6.0
import PackageDescription

/// Every Swift target is built for x86-64-v3 (AVX2 and FMA); on other processors for their default.
/// Without these flags `addingProduct` becomes calls to libm.
#if arch(x86_64)
  let instructionSet = ["-Xcc", "-march=x86-64-v3"]
#else
  let instructionSet: [String] = []
#endif

/// `WideLoops` is built for x86-64-v4 (AVX-512) and called where the processor has that.
#if arch(x86_64)
  let wideInstructionSet = ["-Xcc", "-march=x86-64-v4"]
#else
  let wideInstructionSet: [String] = []
#endif

/// SwiftPM takes no unsafe flags from a package that is fetched by its address: there, whoever builds gives the instruction set
/// (docs/library.md). Named by a path it builds as it does here.
let isFetched = Context.packageDirectory.contains("/.build/checkouts/")

func unsafe(_ flags: [String], _ condition: BuildSettingCondition? = nil) -> [SwiftSetting] {
  isFetched ? [] : [.unsafeFlags(flags, condition)]
}

func settings(_ instructionSet: [String]) -> [SwiftSetting] {
  [.swiftLanguageMode(.v6)] + unsafe(instructionSet + ["-warnings-as-errors"])
}

let strict = settings(instructionSet)

/// `-Ounchecked` drops `precondition`: for number crunching alone, in release alone.
let unchecked = unsafe(["-Ounchecked"], .when(configuration: .release))
let crunching = strict + unchecked

func module(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// Tests of module `name`; `Oracle` folders hold scripts, not sources.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, exclude: exclude,
    swiftSettings: strict)
}

func system(_ name: String, _ pkgConfig: String? = nil, apt packages: String...) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt(packages)])
}

/// On x86-64 `FFmpegLoader` loads FFmpeg's libraries when they are first needed; elsewhere they are linked.
#if arch(x86_64)
  let ffmpeg: [LinkerSetting] = []
#else
  let ffmpeg = ["avformat", "avcodec", "swscale", "swresample", "avutil"].map { LinkerSetting.linkedLibrary($0) }
#endif

/// What `make fuzz` builds: libFuzzer brings `main`.
let isFuzzed = Context.environment["MIEN_FUZZING"] != nil
let fuzz = Target.executableTarget(
  name: "fuzz",
  dependencies: ["Core", "Faces", "Media", "Networks", "Recognition", "Rows", "Sessions", "Training", "WeightFiles"],
  path: "Fuzz",
  swiftSettings: strict + unsafe(["-parse-as-library"]),
  // GNU's gold breaks on libFuzzer.
  linkerSettings: [.unsafeFlags(["-use-ld=lld"])])

let package = Package(
  name: "mien",
  products: [.executable(name: "mien", targets: ["mien"])]
    + ["Core", "Rows", "Networks", "WeightFiles", "Faces", "Recognition", "Media", "Sessions"].map {
      .library(name: $0, targets: [$0])
    },
  targets: [
    system(
      "CFFmpeg", apt: "libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libavdevice-dev", "libswscale-dev",
      "libswresample-dev"),
    system("CV4L2", apt: "libv4l-dev"),
    system("CHeif"),
    system("COpenBLAS", apt: "libopenblas-dev"),
    system("CSQLite", apt: "libsqlite3-dev"),
    system("CSandbox", apt: "libseccomp-dev"),
    system("CSDL2", apt: "libsdl2-dev"),
    system("CCairo", "pangocairo", apt: "libcairo2-dev", "libpango1.0-dev"),
    system("CSpawn"),
    .target(name: "CCPU"),
    .target(name: "CStart", dependencies: ["CCPU"]),
    .target(name: "FFmpegLoader"),

    module("Core"),
    module("KernelTypes", settings: crunching),
    // A link to Kernels/Loops: the same sources for wider vectors.
    module(
      "WideLoops", ["KernelTypes", "CCPU"], settings: settings(wideInstructionSet) + unchecked + [.define("WIDE")]),
    module("Kernels", ["KernelTypes", "WideLoops", "CCPU", "COpenBLAS"], settings: crunching),
    module("Networks", ["Kernels"]),
    module("WeightFiles", ["Core", "Networks"]),
    module("Zoo", ["Networks"]),
    module("Faces", ["Core", "WeightFiles", "Zoo", "Networks", "Kernels"]),
    module("Rows", ["Core"]),
    module("Recognition", ["Core", "Rows", "Faces", "WeightFiles", "Zoo", "Networks", "Kernels"]),
    .target(
      name: "Media", dependencies: ["Core", "CFFmpeg", "CHeif", "FFmpegLoader", "CV4L2"], swiftSettings: strict,
      linkerSettings: ffmpeg),
    module("Display", ["Core", "Rows", "CCairo", "CSDL2"]),
    module("Training", ["Core", "Recognition", "Faces", "WeightFiles", "Zoo", "Networks", "Kernels"]),
    module("Evaluation", ["Core", "Training", "Recognition", "Faces", "WeightFiles", "Zoo", "Networks", "Kernels"]),
    module(
      "Sessions",
      [
        "Core", "Rows", "Evaluation", "Display", "Media", "Recognition", "Faces", "Networks", "Kernels", "CSpawn",
        "CSQLite",
      ]),
    .executableTarget(
      name: "mien",
      dependencies: [
        "CCPU", "CStart", "CSandbox", "Core", "Sessions", "Evaluation", "Training", "Display", "Media", "Recognition",
        "Rows",
        "Faces", "Zoo",
        "WeightFiles", "Networks", "Kernels",
      ],
      swiftSettings: strict),

    .target(name: "TestSupport", dependencies: ["CSpawn"], path: "Tests/TestSupport", swiftSettings: strict),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    tests("Core"),
    tests("Kernels", ["Networks"]),
    tests("Networks", ["Kernels", "CAllocations"], exclude: ["Oracle"]),
    tests("WeightFiles", ["Core", "Networks", "Recognition", "Zoo"]),
    tests("Zoo", ["Core", "Evaluation", "WeightFiles", "Networks", "Recognition"], exclude: ["Oracle"]),
    tests("Training", ["Core", "Faces", "Recognition", "WeightFiles", "Networks", "Zoo"], exclude: ["Oracle"]),
    tests("Faces", ["Core", "WeightFiles", "Networks", "Kernels"]),
    tests("Rows", ["Core"]),
    tests("Evaluation", ["Core", "Faces", "Networks", "Recognition", "Training", "Zoo"], exclude: ["Oracle"]),
    tests("Recognition", ["Core", "Rows", "Faces", "WeightFiles", "Networks", "CAllocations"]),
    tests("Media", ["Core", "CFFmpeg"], exclude: ["Servers"]),
    tests("Sessions", ["Core", "Rows", "Media", "Recognition"]),
    tests("mien", ["Core", "Sessions", "Kernels"]),
    tests("Display", ["Core", "Rows", "CCairo"]),
  ] + (isFuzzed ? [fuzz] : [])
)
