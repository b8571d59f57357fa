import Recognition

/// What `mien bench` measured, as `--json` writes it.
public struct BenchFigures: Codable, Hashable {
  /// One run of the pipeline.
  public struct Run: Codable, Hashable {
    /// Of the pipeline.
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
    /// How many networks.
    public var networks: Int
    /// How many threads.
    public var threads: Int
    /// Frames a second.
    public var fps: Double
    /// Median time of a recognition, milliseconds.
    public var recogniseP50: Double

    enum CodingKeys: String, CodingKey {
      case networks, threads, fps
      case recogniseP50 = "recognise_p50_ms"
    }
  }

  /// The clip's name.
  public var input: String
  /// Pixels in a row of its frames.
  public var width: Int
  /// Rows of its frames.
  public var height: Int
  /// Names of the networks.
  public var models: [String]
  /// Threads of the networks.
  public var threads: Int
  /// Cores of the machine.
  public var cores: Int
  /// What the kernels used. Nil in files of earlier versions.
  public var instructionSet: String?
  /// Frames a second of the end-to-end part.
  public var fps: Double
  /// Stages of the end-to-end part.
  public var stages: [StageReport]
  /// As fast as can be, every frame analysed.
  public var flatOut: Run
  /// At a camera's pace.
  public var live: Run
  /// Frames a second that the live part was given.
  public var liveRate: Double
  /// The most memory that was resident.
  public var peakResidentBytes: Int
  /// With several numbers of networks and threads, where that was asked for.
  public var scaling: [Scaling]?

  enum CodingKeys: String, CodingKey {
    case input, width, height, models, threads, cores, fps, stages, live, scaling
    case flatOut = "flat_out"
    case instructionSet = "instruction_set"
    case liveRate = "live_rate"
    case peakResidentBytes = "peak_resident_bytes"
  }
}
