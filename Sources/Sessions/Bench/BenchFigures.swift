import Recognition

/// What `mien bench` measured, as `--json` writes it.
public struct BenchFigures: Codable, Hashable {
  /// One run of the pipeline.
  public struct Run: Codable, Hashable {
    public var report: LiveReport
    /// Processor time by time on the clock, in percent of one core.
    public var cpuPercent: Double
    /// At the end of the run.
    public var residentBytes: Int

    enum CodingKeys: String, CodingKey {
      case report
      case cpuPercent = "cpu_percent"
      case residentBytes = "resident_bytes"
    }
  }

  /// A flat-out run with some networks and threads.
  public struct Scaling: Codable, Hashable {
    public var networks, threads: Int
    public var fps: Double
    /// Milliseconds.
    public var recogniseP50: Double

    enum CodingKeys: String, CodingKey {
      case networks, threads, fps
      case recogniseP50 = "recognise_p50_ms"
    }
  }

  public var input: String
  public var width, height: Int
  public var models: [String]
  public var threads, cores: Int
  /// Nil in files of earlier versions.
  public var instructionSet: String?
  /// Of the flat-out part.
  public var fps: Double
  public var stages: [StageReport]
  public var flatOut, live: Run
  /// Frames a second that the live part was given.
  public var liveRate: Double
  public var peakResidentBytes: Int
  public var scaling: [Scaling]?

  enum CodingKeys: String, CodingKey {
    case input, width, height, models, threads, cores, fps, stages, live, scaling
    case flatOut = "flat_out"
    case instructionSet = "instruction_set"
    case liveRate = "live_rate"
    case peakResidentBytes = "peak_resident_bytes"
  }
}
