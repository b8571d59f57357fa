import Foundation
import TestSupport
import Testing

@testable import Display
@testable import Rows

private let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite struct ReportTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mien-report-\(UUID())")

  /// The page as it is written, in a folder of its own.
  private func page(
    _ timeline: Timeline, title: String = "clip", media: URL? = nil, limit: Int = ReportMedia.mostInside
  ) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("report.html")
    var bytes = Data()
    let shown = media.map { ReportMedia(path: $0.path, page: file.path, limit: limit) }
    try Report(timeline, title: title, media: shown).write { bytes.append($0) }
    try bytes.write(to: file)
    return file
  }

  private func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }

  /// What `script` left in the body's `data-done` in Chromium. Its open frame holds back the page's load event, at which
  /// Chromium writes the document out.
  private func run(_ script: String, in file: URL, _ extra: [String] = []) throws -> String {
    let probed = file.deletingLastPathComponent().appendingPathComponent("probed.html")
    try (text(file) + "<script>\(script)</script>").write(to: probed, atomically: true, encoding: .utf8)
    let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"] + extra
    let seen = try Tool.run(chromium!, flags + ["--virtual-time-budget=20000", "--dump-dom", probed.absoluteString])
    let found = seen.text.firstMatch(of: /data-done="([^"]*)"/)
    return found.map { String($0.1) } ?? "nothing came back"
  }

  @Test func holdsTheVideoItself() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let html = try text(page(recording(seconds: 10, tracks: 3), media: sampleClip))
    let start = try #require(html.range(of: "data:video/mp4;base64,"))
    let end = try #require(html[start.upperBound...].firstIndex(of: "\""))
    #expect(Data(base64Encoded: String(html[start.upperBound..<end])) == (try Data(contentsOf: sampleClip)))
    let outside = html.replacing(/data:[^"]*/, with: "").matches(of: /(src|href)="([^"]+)"|url\(|@import|https?:/)
    #expect(outside.map { String($0.0) } == [])
  }

  @Test func namesALargeVideoBesideIt() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let video = folder.appendingPathComponent("a #1 & b.mp4")
    try FileManager.default.copyItem(at: sampleClip, to: video)
    let html = try text(page(recording(seconds: 10, tracks: 1), media: video, limit: 1000))
    #expect(html.contains("src=\"a%20%231%20%26%20b.mp4\""))
    #expect(ReportMedia.relative("/a/b/c.mp4", to: "/a/d/r.html") == "../b/c.mp4")
  }

  @Test func namesAreText() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let html = try text(page(recording(seconds: 3, tracks: 1), title: "<img src=x onerror=\"alert('1')\">&"))
    #expect(!html.contains("<img") && html.contains("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"))
  }

  @Test func hasARowForEverySegment() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let timeline = recording(seconds: 600, tracks: 4, rate: 5)
    let html = try text(page(timeline))
    #expect(html.matches(of: /<tr><td class="number">/).count == timeline.tracks.reduce(0) { $0 + $1.segments.count })
    let shares = timeline.tracks[0].shares.reduce(0) { $0 + $1.share }
    #expect(abs(shares - 1) < 1e-9)
  }

  @Test func nothingFound() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let html = try text(page(Timeline(labels: people, start: 0, end: 1, frames: 25, tracks: []), media: sampleClip))
    #expect(html.contains("No face was found.") && html.contains("</html>"))
  }

  @Test(.enabled(if: chromium != nil, "skipped: no chromium"))
  func seeksInChromium() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = try page(recording(seconds: 10, tracks: 3), media: sampleClip)
    let script = """
      Element.prototype.setPointerCapture = () => {};
      const hold = document.body.appendChild(document.createElement("iframe"));
      hold.contentDocument.open();
      const done = [], v = document.getElementById("video"), lane = document.querySelectorAll(".lane")[1];
      const wait = () => new Promise(r => v.addEventListener("seeked", r, { once: true }));
      const ready = () => v.readyState >= 2 ? 0 : new Promise(r => v.addEventListener("loadeddata", r, { once: true }));
      (async () => {
        await ready();
        done.push("size:" + v.videoWidth + "x" + v.videoHeight, "seconds:" + v.duration.toFixed(1));
        const box = lane.getBoundingClientRect();
        let next = wait();
        lane.dispatchEvent(new PointerEvent("pointerdown", { clientX: box.left + box.width / 2, clientY: box.top + 9, pointerId: 1 }));
        await next; done.push("click:" + v.currentTime.toFixed(1));
        next = wait();
        lane.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
        await next; done.push("key:" + v.currentTime.toFixed(1));
        next = wait();
        document.querySelectorAll(".segments [data-seek]")[3].click();
        await next; done.push("row:" + (v.currentTime === +document.querySelectorAll(".segments [data-seek]")[3].dataset.seek));
        done.push("now:" + document.querySelector(".now").textContent);
      })().catch(e => done.push("error:" + e)).finally(() => {
        document.body.dataset.done = done.join(" ");
        hold.contentDocument.close();
      });
      window.addEventListener("error", e => done.push("error:" + e.message));
      """
    let done = try run(script, in: file)
    #expect(done.contains("size:960x540") && done.contains("seconds:10.0"))
    #expect(done.contains("click:5.0") && done.contains("key:6.0") && done.contains("row:true"))
    #expect(!done.contains("error:"))
  }

  /// For people to look at, light and dark, wide and narrow.
  @Test(.enabled(if: chromium != nil && ProcessInfo.processInfo.environment["MIEN_LOOK"] != nil, "only for looking"))
  func screenshots() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let looks = ProcessInfo.processInfo.environment["MIEN_LOOK"]!
    let file = try page(recording(seconds: 10, tracks: 3), title: "portraits.mp4", media: sampleClip)
    try? FileManager.default.removeItem(atPath: "\(looks)/report.html")
    try FileManager.default.copyItem(atPath: file.path, toPath: "\(looks)/report.html")
    let variants = [
      ("light", "1200,1700", []),
      ("dark", "1200,1700", ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"]),
      ("phone", "500,1500", []),
    ]
    for (name, size, extra) in variants {
      let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=\(size)", "--hide-scrollbars"] + extra
      _ = try Tool.run(
        chromium!,
        flags + ["--virtual-time-budget=4000", "--screenshot=\(looks)/report-\(name).png", file.absoluteString])
      #expect(FileManager.default.fileExists(atPath: "\(looks)/report-\(name).png"))
    }
  }
}
