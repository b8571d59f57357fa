import CHeif
import Glibc

/// Reads HEIF images (HEIC) with libheif, where that is installed: turned upright, as its file says.
enum HEIFImage {
  /// A file in memory that holds the image at `path` as a PAM of 8-bit RGBA, as FFmpeg reads it.
  /// - Throws: `MediaError.needsLibrary` without libheif, `MediaError.notMedia` where it cannot read the file.
  static func memoryFile(_ path: String) throws -> MemoryFile {
    guard let library = Library.shared else {
      throw MediaError.needsLibrary(path, format: "HEIC", package: "libheif1")
    }
    return try library.read(path) { pixels, stride, width, height in
      let file = try MemoryFile(path)
      try file.write(
        Array("P7\nWIDTH \(width)\nHEIGHT \(height)\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".utf8))
      for row in 0..<height { try file.write(UnsafeBufferPointer(start: pixels + row * stride, count: width * 4)) }
      return file
    }
  }

  /// Whether libheif is installed.
  static var isThere: Bool { Library.shared != nil }

  /// The functions of libheif that are called.
  private struct Library: Sendable {
    let makeContext: HeifMakeContext
    let freeContext: HeifFree
    let readFile: HeifReadFile
    let primary: HeifPrimary
    let freeHandle: HeifFree
    let decode: HeifDecode
    let freeImage: HeifFree
    let width: HeifSize
    let height: HeifSize
    let plane: HeifPlane

    static let shared = Library()

    init?() {
      guard let library = dlopen("libheif.so.1", RTLD_NOW) else { return nil }
      func find<Function>(_ name: String, _: Function.Type = Function.self) -> Function? {
        dlsym(library, name).map { unsafeBitCast($0, to: Function.self) }
      }
      guard let makeContext: HeifMakeContext = find("heif_context_alloc"),
        let freeContext: HeifFree = find("heif_context_free"),
        let readFile: HeifReadFile = find("heif_context_read_from_file"),
        let primary: HeifPrimary = find("heif_context_get_primary_image_handle"),
        let freeHandle: HeifFree = find("heif_image_handle_release"),
        let decode: HeifDecode = find("heif_decode_image"), let freeImage: HeifFree = find("heif_image_release"),
        let width: HeifSize = find("heif_image_get_width"), let height: HeifSize = find("heif_image_get_height"),
        let plane: HeifPlane = find("heif_image_get_plane_readonly")
      else { return nil }
      (self.makeContext, self.freeContext, self.readFile) = (makeContext, freeContext, readFile)
      (self.primary, self.freeHandle, self.decode) = (primary, freeHandle, decode)
      (self.freeImage, self.width, self.height, self.plane) = (freeImage, width, height, plane)
    }

    /// Decodes the first image and hands its rows of RGBA to `body`.
    func read<Result>(
      _ path: String,
      _ body: (_ pixels: UnsafePointer<UInt8>, _ stride: Int, _ width: Int, _ height: Int) throws -> Result
    ) throws -> Result {
      func check(_ error: HeifError) throws {
        guard error.code != 0 else { return }
        throw MediaError.notMedia(path, detail: error.message.map { String(cString: $0) } ?? "libheif cannot read it")
      }
      let context = makeContext()
      defer { freeContext(context) }
      try check(readFile(context, path, nil))
      var handle: UnsafeMutableRawPointer?
      try check(primary(context, &handle))
      defer { freeHandle(handle) }
      var image: UnsafeMutableRawPointer?
      try check(decode(handle, &image, Int32(HEIF_RGB), Int32(HEIF_RGBA), nil))
      defer { freeImage(image) }
      let (columns, rows) = (width(image, Int32(HEIF_INTERLEAVED)), height(image, Int32(HEIF_INTERLEAVED)))
      var stride: Int32 = 0
      guard columns > 0, rows > 0, let pixels = plane(image, Int32(HEIF_INTERLEAVED), &stride), stride >= columns * 4
      else {
        throw MediaError.notMedia(path, detail: "it holds no image")
      }
      return try body(pixels, Int(stride), Int(columns), Int(rows))
    }
  }
}

/// A file without a name, gone with its last user.
final class MemoryFile {
  /// Where FFmpeg opens it.
  var address: String { "file:/proc/self/fd/\(descriptor)" }
  private let descriptor: Int32
  private let name: String

  /// - Parameter name: of what it is made from, for errors.
  init(_ name: String) throws {
    self.name = name
    descriptor = HeifMakeMemoryFile()
    guard descriptor >= 0 else { throw failure }
  }

  deinit { close(descriptor) }

  private var failure: MediaError { .unreadable(name, detail: String(cString: strerror(errno))) }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBufferPointer(write) }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      guard count > 0 else { throw failure }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }
}
