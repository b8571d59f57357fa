import Core
import Glibc
import Recognition

/// The folder of `--show-crops`: what the networks see, a PNG a face a frame.
struct CropFolder {
  private let folder: String
  private let prefix: String
  private let force: Bool

  /// Makes the folder where it is missing.
  /// - Parameter input: the input's name, where there are several.
  init(_ folder: String, input: String?, force: Bool) throws(OutputFileError) {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw .uncreatable(folder, errno: errno) }
    self.folder = FileName.asFolder(folder)
    prefix = input.map { $0.replacing("/", with: "_") + "-" } ?? ""
    self.force = force
  }

  /// Writes `frame000012-track1-48.png`.
  func write(_ crop: ShownCrop) throws {
    let digits = String(crop.frame)
    let number = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    try OutputFile.write("\(folder)\(prefix)frame\(number)-track\(crop.track)-\(crop.size).png", force: force) {
      try $0.write(GreyPNG.bytes(crop.pixels, width: crop.size, height: crop.size))
    }
  }
}
